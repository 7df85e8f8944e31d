"""Openings of what has older rows state value and units of their eve, and open nothing new."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ledger.balances.days import Fold
from ledger.booking import book_all
from ledger.books import Books
from ledger.chart import Account, AccountKind, Pool, Source, Taxpayer
from ledger.closing import work_out
from ledger.events import Event, EventKind
from ledger.money import Money

K = EventKind
D = Money.dollars
ROSE = Taxpayer("rose", "Rose Green", date(1970, 5, 1))
ACCOUNTS = {"acme": Account("acme", "rose", AccountKind.K401)}


def _event(day: date, kind: EventKind, source: Source, units: str = "", **more: object) -> Event:
    where = f"a.csv:{day:%Y%m%d}"
    told = Decimal(units) if units else None
    return Event(where, day, "acme", kind, sources=(source,), units=told, **more)  # type: ignore[arg-type]


def _story(source: Source, opened: Event) -> Books:
    """Rows of 2021 without units, then rows with units: 9.000 + 1.000 = 10.000 left, all."""
    events = (
        _event(date(2021, 3, 1), K.CONTRIBUTION, source, amount=D(900)),
        opened,
        _event(date(2022, 3, 1), K.CONTRIBUTION, source, "1.000", amount=D(110)),
        _event(date(2022, 6, 1), K.DISTRIBUTION, source, "-10.000", amount=D(1050)),
    )
    return Books({"rose": ROSE}, ACCOUNTS, book_all(events, ACCOUNTS))


def _opened(source: Source, value: str = "990") -> Event:
    basis = Money(0) if source is Source.MATCH else D(900)
    day = date(2022, 1, 1)
    return _event(day, K.OPENING, source, "9.000", value=Money.parse(value), basis=basis)


@pytest.mark.parametrize("source", [Source.MATCH, Source.AFTER_TAX])
def test_after_all_units_of_a_late_opening_left_nothing_remains(source: Source) -> None:
    # at the books' value 1,100.00 (990.00 and 110.00), 50.00 would stay for ever
    books = _story(source, _opened(source))
    fold = Fold(books.household_of("rose"))
    fold.through(date.max)
    assert fold.refused == {}
    assert fold.balances.value(Pool("acme", source.value)) == Money(0)
    taxed = [p.value.plain for e in fold.journal if e.derived for p in e.postings if p.value]
    assert "-50.00" in taxed


@pytest.mark.parametrize(("value", "told"), [("990", False), ("2500", True)])
def test_a_late_opening_is_told_only_where_older_rows_do_not_explain_it(
    value: str, *, told: bool
) -> None:
    books = _story(Source.MATCH, _opened(Source.MATCH, value))
    found = work_out(books, [2021, 2022])
    codes = {
        (year, finding.code)
        for year in (2021, 2022)
        if (record := found.of("rose", year))
        for finding in record.findings
    }
    assert ((2021, "rows_before_opening") in codes) is told
