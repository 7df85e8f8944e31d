"""A printed Form 1099-R tells the gain of conversions that no row, unit or balance tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.balances.days import Fold
from ledger.booking import book
from ledger.chart import Account, AccountKind, Pool, Source
from ledger.documents import F1099R, TaxDocument
from ledger.events import WHOLE, Event, EventKind, Part
from ledger.law.in_plan_roth import StillReported, value_as_reported
from ledger.law.plan_pro_rata import nontaxable_part
from ledger.money import Money
from ledger.movements import books_of

CHART = {
    "acme": Account("acme", "rose", AccountKind.K401, first_roth_year=2015),
    "roth1": Account("roth1", "rose", AccountKind.ROTH_IRA),
}
K = EventKind


def event(kind: EventKind, day: date, amount: str = "", **more: object) -> Event:
    money = Money.parse(amount) if amount else None
    where = f"history.csv:{day:%m%d}"
    return Event(where, day, "acme", kind, amount=money, sources=(Source.AFTER_TAX,), **more)  # type: ignore[arg-type]


def paid_in(month: int, amount: str, **more: object) -> Event:
    return event(K.CONTRIBUTION, date(2021, month, 10), amount, **more)


def converted(month: int, amount: str = "", **more: object) -> Event:
    more = {"reason": WHOLE} if not amount else more
    return event(K.IN_PLAN_CONVERSION, date(2021, month, 20), amount or "0.00", **more)


def form(gross: str, taxable: str, basis: str, code: str = "G", number: int = 1) -> TaxDocument:
    boxes: dict[str, Money | str] = {"7": code}
    boxes |= {"1": Money.parse(gross), "2a": Money.parse(taxable), "5": Money.parse(basis)}
    return TaxDocument(f"Form 1099-R no. {number}", "rose", 2021, F1099R, "acme", boxes)


def folded(*events: Event, forms: tuple[TaxDocument, ...] = ()) -> Fold:
    facts = [book(one, CHART) for one in events]
    fold = Fold(replace(books_of(facts, taxpayers={}, accounts=CHART), documents=forms))
    fold.through(date(2021, 12, 31))
    return fold


def figures(fold: Fold) -> list[tuple[str, str, str]]:
    """Return amount, basis and taxable part of each conversion."""
    return [(c.amount.plain, c.basis.plain, c.taxable.plain) for c in fold.story.conversions]


def test_a_conversion_of_all_has_the_gain_of_its_form() -> None:
    fold = folded(paid_in(3, "2000"), converted(4), forms=(form("2030", "30", "2000"),))
    assert figures(fold) == [("2030.00", "2000.00", "30.00")]
    gain = next(entry for entry in fold.journal if entry.derived and entry.event.kind is K.EARNINGS)
    assert gain.reason == "gain or loss in price from Form 1099-R of 2021"
    assert "Form 1099-R no. 1" in gain.postings[0].value.evidence


def test_the_form_of_a_rollover_of_pre_tax_money_is_another() -> None:
    rolled = form("50000", "0", "0", number=2)
    fold = folded(paid_in(3, "2000"), converted(4), forms=(rolled, form("2030", "30", "2000")))
    assert figures(fold) == [("2030.00", "2000.00", "30.00")]


def test_without_the_form_it_stays_at_book() -> None:
    fold = folded(paid_in(3, "2000"), converted(4))
    assert figures(fold) == [("2000.00", "2000.00", "0.00")]


def test_the_conversions_of_a_year_share_what_its_form_adds_up() -> None:
    fold = folded(
        *(paid_in(3, "2000"), converted(4), paid_in(6, "1000"), converted(7)),
        forms=(form("3090", "90", "3000"),),
    )
    assert figures(fold) == [("2060.00", "2000.00", "60.00"), ("1030.00", "1000.00", "30.00")]


def test_amounts_that_were_said_all_moved_where_box_5_has_all_of_the_basis() -> None:
    said = (paid_in(3, "2000"), converted(4, "2010"), paid_in(6, "1000"), converted(7, "1080"))
    fold = folded(*said, forms=(form("3090", "90", "3000"),))
    assert figures(fold) == [("2010.00", "2000.00", "10.00"), ("1080.00", "1000.00", "80.00")]
    assert not fold.refused


def test_a_gain_before_a_loss_is_taxed_as_the_form_says() -> None:
    # 2,000.00 grew to 2,050.00; the next 1,000.00 fell to 980.00, and 20.00 of basis stay
    story = (paid_in(3, "2000"), paid_in(6, "1000"))
    printed = (form("3030", "50", "2980"),)
    whole = folded(story[0], converted(4), story[1], converted(7), forms=printed)
    assert figures(whole) == [("2050.00", "2000.00", "50.00"), ("980.00", "980.00", "0.00")]
    said = folded(story[0], converted(4, "2050"), story[1], converted(7, "980"), forms=printed)
    assert figures(said) == figures(whole)


def test_a_part_of_the_source_takes_the_basis_of_box_5() -> None:
    fold = folded(paid_in(3, "1000"), converted(4, "600"), forms=(form("600", "100", "500"),))
    assert figures(fold) == [("600.00", "500.00", "100.00")]
    assert fold.balances.value(Pool("acme", "after_tax")).plain == "600.00"


@pytest.mark.parametrize(
    "forms",
    [
        (form("2040", "40", "2000"),),  # of another amount
        (form("2030", "30", "2000", code="1"),),  # of money paid out
        (form("2030", "30", "2000"), form("2030", "10", "2020", number=2)),  # which of them?
    ],
)
def test_a_form_of_other_money_tells_nothing(forms: tuple[TaxDocument, ...]) -> None:
    story = (paid_in(3, "2500"), converted(4, "2030"))
    assert figures(folded(*story, forms=forms)) == figures(folded(*story))


def test_units_go_before_the_form() -> None:
    story = (
        replace(paid_in(3, "1000"), fund="500 Index", units=Decimal(10)),
        replace(converted(4, "1050"), fund="500 Index", units=Decimal(-10)),
    )
    fold = folded(*story, forms=(form("1050", "10", "1040"),))
    assert figures(fold) == [("1050.00", "1000.00", "50.00")]


def test_a_payment_with_a_form_of_its_own_takes_its_basis() -> None:
    paid = event(K.DISTRIBUTION, date(2021, 9, 1), parts=(Part("roth1", Money.parse("1200")),))
    fold = folded(paid_in(3, "1000"), paid, forms=(form("1200", "200", "1000"),))
    assert [payout.basis.plain for payout in fold.story.payouts] == ["1000.00"]
    assert not fold.refused


@given(
    basis=st.integers(1, 10**8),
    gain=st.integers(0, 10**8),
    share=st.integers(1, 100),
)
def test_the_value_told_by_a_form_gives_the_basis_on_it(basis: int, gain: int, share: int) -> None:
    value = Money(basis + gain)
    amount = Money(max(1, value.cents * share // 100))
    left = nontaxable_part(amount, value, Money(basis))
    told = value_as_reported(amount, Money(basis), StillReported(amount, left))
    if left:
        assert told is not None
        assert abs(nontaxable_part(amount, told, Money(basis)).cents - left.cents) <= 1
