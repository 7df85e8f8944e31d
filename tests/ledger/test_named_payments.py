"""A rollover names the payment it is of: by its id, or by its place where it has none."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.balances.days import Fold
from ledger.booking import book
from ledger.chart import Account, AccountKind, Source, Taxpayer
from ledger.events import Event, EventKind
from ledger.money import Money
from ledger.movements import books_of

K = EventKind
PEOPLE = {"rose": Taxpayer("rose", "Rose Green")}
CHART = {
    "acme": Account("acme", "rose", AccountKind.K401),
    "ira": Account("ira", "rose", AccountKind.TRADITIONAL_IRA),
}


@pytest.mark.parametrize(("name", "of"), [("d1", "d1"), ("", "plan.csv:3")])
def test_a_60_day_rollover_finds_its_payment(name: str, of: str) -> None:
    pre_tax, paid = (Source.PRE_TAX,), Money.dollars(1_000)
    events = [
        Event("plan.csv:2", date(2021, 1, 10), "acme", K.CONTRIBUTION, paid, pre_tax),
        Event("plan.csv:3", date(2021, 3, 1), "acme", K.DISTRIBUTION, paid, pre_tax, id=name),
        Event(
            "ira.csv:4", date(2021, 3, 20), "acme", K.ROLLOVER_60DAY, Money.dollars(800),
            to="ira", of=of,
        ),
    ]  # fmt: skip
    books = books_of([book(one, CHART) for one in events], taxpayers=PEOPLE, accounts=CHART)
    fold = Fold(books.household_of("rose"))
    fold.through(date.max)
    assert not fold.refused
    (payout,) = fold.story.payouts
    assert sorted(row.taxable.plain for row in payout.rows) == ["0.00", "200.00"]
