"""Value and basis of every pool at the end of each month: the year as a line that can be drawn."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ledger.chart import Pool
from ledger.events import EventKind
from ledger.journal import JournalEntry, Posting
from ledger.money import Money
from ledger.year_end import PoolYear, YearEnd

_MONTHS = range(1, 13)


@dataclass(frozen=True)
class MonthEnd:
    """Value and basis (cents) of one account and source at the close of a day."""

    account: str
    source: str  # "" for an IRA
    day: date  # 1 January before anything moved, then the last day of each month
    value: Money
    basis: Money | None  # None for an IRA, whose basis belongs to the person


def month_ends(year: YearEnd) -> Iterator[MonthEnd]:
    """Go through the pools in the order of the record, each from January to its closing balance."""
    moved: dict[Pool, list[tuple[int, Posting]]] = {}
    for entry in year.entries:
        for posting in entry.postings:
            moved.setdefault(posting.pool, []).append((_month(entry), posting))
    for row in year.pools:
        mine = moved.get(Pool(row.account, row.source), [])
        yield from _months_of(row, mine, year.tax_year)


def _month(entry: JournalEntry) -> int:
    """Return the month, 0 for an opening that the year begins with."""
    opens = entry.event.kind is EventKind.OPENING and entry.day.timetuple().tm_yday == 1
    return 0 if opens else entry.day.month


def _months_of(row: PoolYear, moved: list[tuple[int, Posting]], year: int) -> Iterator[MonthEnd]:
    value, basis = row.closing_value, row.closing_basis
    moved = [(month, posting) for month, posting in moved if month]
    value -= Money.total(posting.value for _, posting in moved)
    if basis is not None:
        basis -= Money.total(posting.basis for _, posting in moved)
    yield MonthEnd(row.account, row.source, date(year, 1, 1), value, basis)
    for month in _MONTHS:
        now = [posting for at, posting in moved if at == month]
        value += Money.total(posting.value for posting in now)
        if basis is not None:
            basis += Money.total(posting.basis for posting in now)
        last = date(year, month, calendar.monthrange(year, month)[1])
        yield MonthEnd(row.account, row.source, last, value, basis)


@dataclass(frozen=True)
class MovedInMonth:
    """What was converted, rolled over or paid out in a month (cents), by its taxation.

    ``basis`` had been taxed already, ``taxable`` is taxed this year, ``rest`` is not taxed now.
    """

    month: date  # its first day
    basis: Money
    taxable: Money
    rest: Money


def moved_by_month(year: YearEnd) -> Iterator[MovedInMonth]:
    """Add up the movements of the record month by month, all twelve of them."""
    for month in _MONTHS:
        rows = [row for row in year.movements if row.day.month == month]
        amount = Money.total(row.amount for row in rows)
        basis = Money.total(row.basis for row in rows)
        taxable = Money.total(row.taxable for row in rows)
        yield MovedInMonth(date(year.tax_year, month, 1), basis, taxable, amount - basis - taxable)
