"""What a fee, a loss or a forfeiture takes out in units tells what its source was worth.

It is as with a payment: where all units left, just before them the source was worth their money.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ledger.balances.days import Fold
from ledger.balances.gains import is_gain
from ledger.balances.valuation import Valuation
from ledger.booking import book
from ledger.chart import Account, AccountKind, Pool, Source, Taxpayer
from ledger.events import Event, EventKind
from ledger.money import Money
from ledger.movements import books_of

K = EventKind
CHART = {"acme": Account("acme", "rose", AccountKind.K401)}
PEOPLE = {"rose": Taxpayer("rose", "Rose Green")}
JAN, FEB = date(2020, 1, 4), date(2020, 2, 10)


def _of(kind: EventKind, when: date, money: str, units: str) -> Event:
    return Event(
        "", when, "acme", kind, amount=Money.parse(money), sources=(Source.MATCH,),
        fund="A", units=Decimal(units),
    )  # fmt: skip


PAID = _of(K.CONTRIBUTION, JAN, "500.00", "5.000")
MORE = _of(K.CONTRIBUTION, JAN, "200.00", "2.000")
FORFEITED = _of(K.FEE, FEB, "550.00", "-5.000")


def _fold(events: Sequence[Event]) -> Fold:
    rows = [replace(one, where=f"f{n}.csv:2", seq=n) for n, one in enumerate(events, 1)]
    facts = [book(one, CHART) for one in rows]
    fold = Fold(books_of(facts, taxpayers=PEOPLE, accounts=CHART).household_of("rose"))
    fold.through(date.max)
    return fold


def _came_to(*events: Event) -> tuple[list[str], list[str], str]:
    """Return the open points, the gains that were worked out and what the source holds."""
    fold = _fold(events)
    codes = [one.error.code for listed in fold.refused.values() for one in listed]
    gains = [one.event.money("amount").plain for one in fold.journal if is_gain(one)]
    held = Valuation(fold.journal).at(Pool("acme", Source.MATCH), date.max)
    return codes, gains, held.plain


@pytest.mark.parametrize(
    "taken",
    [
        FORFEITED,
        replace(FORFEITED, kind=K.EARNINGS, amount=Money(-55_000)),
        replace(FORFEITED, kind=K.LOAN),
        replace(FORFEITED, kind=K.DISTRIBUTION),
    ],
)
def test_all_units_that_left_tell_the_gain_whatever_took_them(taken: Event) -> None:
    """500.00 bought 5 units; all 5 leave for 550.00: the market made 50.00, nothing is left."""
    assert _came_to(PAID, taken) == ([], ["50.00"], "0.00")
    assert _came_to(taken, PAID) == ([], ["50.00"], "0.00")
    lost = replace(taken, amount=Money.parse(taken.money("amount").plain.replace("550", "450")))
    assert _came_to(PAID, lost) == ([], ["-50.00"], "0.00")


def test_the_gain_stands_before_what_takes_the_units() -> None:
    journal = _fold([PAID, FORFEITED]).journal
    assert [(one.event.kind, one.derived) for one in journal[1:]] == [
        (K.EARNINGS, True),
        (K.FEE, False),
    ]
    assert journal[1].event.memo == "gain or loss in price before the fee"


def test_what_a_payroll_took_back_of_all_its_contributions_tells_it_too() -> None:
    """7 units for 700.00 in two paychecks; 6 go back for 720.00, so 1 is left, worth 120.00."""
    back = replace(_of(K.CONTRIBUTION, FEB, "-720.00", "-6.000"), year=2020)
    assert _came_to(PAID, MORE, back) == ([], ["140.00"], "120.00")
    assert _came_to(PAID, MORE, replace(back, units=Decimal("-7.000"), amount=Money(-84_000))) == (
        [],
        ["140.00"],
        "0.00",
    )


def test_more_than_the_books_hold_tells_what_the_units_that_stay_are_worth() -> None:
    """5 units at 240.00 were worth 1,200.00, 700.00 above what was paid in; 1 unit stays."""
    part = _of(K.FEE, FEB, "960.00", "-4.000")
    assert _came_to(PAID, part) == ([], ["700.00"], "240.00")


def test_a_small_fee_is_no_valuation() -> None:
    assert _came_to(PAID, _of(K.FEE, FEB, "1.10", "-0.010")) == ([], [], "498.90")


def test_a_payment_of_the_day_tells_it_once() -> None:
    """A fee of 1 unit and a payment of the other 4, 110.00 apiece: a gain of 50.00."""
    fee, paid_out = (
        _of(K.FEE, FEB, "110.00", "-1.000"),
        _of(K.DISTRIBUTION, FEB, "440.00", "-4.000"),
    )
    for rows in ([PAID, fee, paid_out], [paid_out, fee, PAID]):
        assert _came_to(*rows) == ([], ["50.00"], "0.00")


def test_more_units_than_came_or_money_without_units_tell_nothing() -> None:
    assert _came_to(PAID, replace(FORFEITED, units=Decimal("-6.000")))[0] == ["value_below_zero"]
    bare = replace(FORFEITED, units=None, fund="")
    fold = _fold([PAID, bare])
    (refused,) = fold.refused["rose"]
    assert refused.error.code == "value_below_zero"
    said = "basis add balance --account acme --source match --date 2020-02-10 --value VALUE"
    assert said in refused.error.remedy
    left = Event("", FEB, "acme", K.BALANCE, value=Money(0), sources=(Source.MATCH,))
    assert _came_to(PAID, bare, left)[::2] == ([], "0.00")
