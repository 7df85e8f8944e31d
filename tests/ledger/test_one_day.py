"""What several facts of one day say together: in any order, and refused where they contradict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest

from ledger.balances.days import Fold
from ledger.balances.valuation import Valuation
from ledger.booking import book
from ledger.chart import Account, AccountKind, Pool, Source, TaxCharacter, Taxpayer
from ledger.events import Event, EventKind
from ledger.journal import JournalEntry
from ledger.money import ZERO, Money
from ledger.movements import books_of
from ledger.tax_year.plan_special import qualifying

K = EventKind
CHART = {"acme": Account("acme", "rose", AccountKind.K401)}
PEOPLE = {"rose": Taxpayer("rose", "Rose Green")}
JAN, YEAR_END, LATER = date(2020, 1, 10), date(2020, 12, 31), date(2021, 1, 6)
AFTER_TAX, PRE_TAX = (Source.AFTER_TAX,), (Source.PRE_TAX,)


def _fold(events: Sequence[Event]) -> Fold:
    """Return the books of events that were typed in this order."""
    typed = [replace(one, where=f"typed-{n}:1", seq=n) for n, one in enumerate(events, 1)]
    facts: list[JournalEntry] = [book(one, CHART) for one in typed]
    fold = Fold(books_of(facts, taxpayers=PEOPLE, accounts=CHART).household_of("rose"))
    fold.through(date.max)
    return fold


def _codes(fold: Fold) -> list[str]:
    return [one.error.code for listed in fold.refused.values() for one in listed]


def _held(fold: Fold, source: Source) -> str:
    return Valuation(fold.journal).at(Pool("acme", source), date.max).plain


def _paid(sources: tuple[Source, ...], cents: int = 100_000, **more: object) -> Event:
    return Event("", JAN, "acme", K.CONTRIBUTION, amount=Money(cents), sources=sources, **more)  # type: ignore[arg-type]


def _stated(cents: int, sources: tuple[Source, ...] = (), day: date = YEAR_END) -> Event:
    return Event("", day, "acme", K.BALANCE, value=Money(cents), sources=sources)


def _converted(cents: int, fund: str, units: str) -> Event:
    return Event(
        "", LATER, "acme", K.IN_PLAN_CONVERSION, amount=Money(cents), sources=AFTER_TAX,
        fund=fund, units=Decimal(units),
    )  # fmt: skip


@pytest.mark.parametrize("sources", [AFTER_TAX, ()])
def test_two_balances_of_one_source_and_day_contradict(sources: tuple[Source, ...]) -> None:
    for stated in permutations([_stated(101_000, sources), _stated(120_000, sources)]):
        assert _codes(_fold([_paid(AFTER_TAX), *stated])) == ["balances_contradict"]
    same = [_stated(101_000, sources), _stated(101_000, sources)]
    assert _codes(_fold([_paid(AFTER_TAX), *same])) == []


def test_a_whole_plan_balance_is_divided_over_what_no_other_says() -> None:
    paid = [_paid(AFTER_TAX), _paid(PRE_TAX)]
    for stated in permutations([_stated(230_000), _stated(100_000, AFTER_TAX)]):
        fold = _fold([*paid, *stated])
        assert _codes(fold) == []
        assert [_held(fold, s) for s in (*AFTER_TAX, *PRE_TAX)] == ["1000.00", "1300.00"]
    off = [_stated(230_000), _stated(100_000, AFTER_TAX), _stated(130_001, PRE_TAX)]
    for stated in permutations(off):
        assert _codes(_fold([*paid, *stated])) == []  # statements round each source
    for stated in permutations([*off[:2], _stated(150_000, PRE_TAX)]):
        assert _codes(_fold([*paid, *stated])) == ["balances_contradict"]


@pytest.mark.parametrize("told", [None, _stated(0, AFTER_TAX, LATER), _stated(165_000, (), LATER)])
def test_a_balance_tells_not_where_units_without_rows_came_from(told: Event | None) -> None:
    paid = _paid(AFTER_TAX, fund="A", units=Decimal("10.000"))
    fold = _fold([paid, _converted(165_000, "A", "-15.000"), *([told] if told else [])])
    assert _codes(fold) == ["opening_needed"]


def test_a_whole_plan_balance_tells_no_source_what_it_is_worth() -> None:
    paid = [
        _paid(AFTER_TAX, 60_000, fund="A", units=Decimal("6.000")),
        _paid(AFTER_TAX, 40_000, fund="B", units=Decimal("20.000")),
        _paid(PRE_TAX),
    ]
    part = _converted(18_000, "A", "-1.500")
    assert _codes(_fold([*paid, part, _stated(202_000, (), LATER)])) == ["value_needed"]
    fold = _fold([*paid, part, _stated(102_000, AFTER_TAX, LATER)])
    assert (_codes(fold), fold.story.conversions[0].taxable.plain) == ([], "30.00")


@pytest.mark.parametrize(
    ("cents", "units", "code"), [(3, "0.001", "value_needed"), (2_400, "1.000", "")]
)
def test_a_row_of_a_cent_or_two_tells_no_price(cents: int, units: str, code: str) -> None:
    paid = [
        _paid(AFTER_TAX, 60_000, fund="A", units=Decimal("6.000")),
        _paid(AFTER_TAX, 40_000, fund="B", units=Decimal("20.000")),
    ]
    dividend = Event(
        "", LATER, "acme", K.EARNINGS, amount=Money(cents), sources=AFTER_TAX,
        fund="B", units=Decimal(units),
    )  # fmt: skip
    fold = _fold([*paid, dividend, _converted(18_000, "A", "-1.500")])
    assert _codes(fold) == ([code] if code else [])


def test_which_of_two_payouts_of_a_day_qualifies_does_not_depend_on_their_numbers() -> None:
    paid = [_paid(PRE_TAX, 2_000_000), _paid(AFTER_TAX, 2_000_000)]
    out = [
        Event("", date(2024, 5, 14), "acme", K.DISTRIBUTION, amount=Money(2_000_000),
              sources=sources, disaster="storm")
        for sources in (PRE_TAX, AFTER_TAX)
    ]  # fmt: skip
    fold = _fold([*paid, *out])
    found = set()
    for numbers in permutations((3, 4)):
        payouts = [
            replace(one, event=replace(one.event, seq=n))
            for one, n in zip(fold.story.payouts, numbers, strict=True)
        ]
        found.add(tuple(qualifying(one, payouts).plain for one in payouts))
    assert found == {("20000.00", "2000.00")}


def test_a_distribution_of_two_kinds_of_money_has_one_limit() -> None:
    paid = [_paid(PRE_TAX, 2_000_000), _paid((Source.ROTH,), 2_000_000)]
    out = Event(
        "", date(2024, 5, 14), "acme", K.DISTRIBUTION, amount=Money(4_000_000), disaster="storm"
    )
    chart = {"acme": replace(CHART["acme"], first_roth_year=2023)}
    typed = [replace(one, where=f"typed-{n}:1", seq=n) for n, one in enumerate([*paid, out], 1)]
    books = books_of([book(one, chart) for one in typed], taxpayers=PEOPLE, accounts=chart)
    fold = Fold(books.household_of("rose"))
    fold.through(date.max)
    payouts = fold.story.payouts
    assert {one.character for one in payouts} == {TaxCharacter.PRE_TAX, TaxCharacter.ROTH}
    assert sum((qualifying(one, payouts) for one in payouts), ZERO).plain == "22000.00"


def test_a_balance_of_a_plan_that_holds_nothing_yet_is_open_until_its_rows_come() -> None:
    stated = _stated(110_000)
    alone = _fold([stated])
    assert _codes(alone) == ["source_needed"]
    (point,) = alone.refused["rose"]
    assert not point.stops
    assert "basis add opening --account acme" in point.error.remedy
    later = _paid(AFTER_TAX, 50_000)
    assert _codes(_fold([stated, replace(later, day=LATER)])) == ["source_needed"]
    for earlier in (_paid(AFTER_TAX), _opened(100_000)):
        assert _codes(_fold([stated, earlier])) == []
        assert _held(_fold([stated, earlier]), Source.AFTER_TAX) == "1100.00"
    assert _codes(_fold([_stated(0)])) == []


def _opened(cents: int) -> Event:
    return Event(
        "", date(2019, 12, 31), "acme", K.OPENING, value=Money(cents), basis=Money(cents),
        sources=AFTER_TAX,
    )  # fmt: skip
