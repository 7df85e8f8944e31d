"""Exchanges between funds whose rows have different days: money of a source on its way between.

What was sold out of one fund and not yet bought into another stays in its source until the row
that shows what it bought. Found from all rows on each run, in whatever order they came.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from ledger.chart import UNDIVIDED
from ledger.events import ARRIVED, WENT_BACK, Event, EventKind
from ledger.journal import JournalEntry

WITHIN = timedelta(days=7)  # four business days, over a weekend and a holiday
_NEAR = 50  # a fund keeps a fiftieth at most of what is sold soon (17 CFR 270.22c-2)
_Plan = tuple[str, tuple[str, ...]]  # account, sources
_Place = tuple[str, tuple[str, ...], str, Decimal | None, int]  # where, units, cents


@dataclass(frozen=True, eq=False)
class _Row:
    """What a row sold (cents), negative what it bought, 0 where it tells no amount."""

    day: date
    place: _Place
    cents: int
    is_sold: bool
    has_units: bool


class BetweenFunds:
    """What each exchange adds to the money on its way between the funds of its source."""

    def __init__(self, entries: Iterable[JournalEntry]) -> None:
        """Take in all rows there are; their order is no matter."""
        entries = list(entries)
        self._cents: defaultdict[_Place, int] = defaultdict(int)
        self._alone: set[_Place] = set()
        rows: defaultdict[_Plan, list[_Row]] = defaultdict(list)
        for event in (e.event for e in entries if e.event.kind is EventKind.EXCHANGE):
            if event.reason not in {ARRIVED, WENT_BACK}:  # trades of money from elsewhere
                rows[event.account, event.sources].append(_row(event))
        left = [row for listed in rows.values() for row in self._unsettled(listed)]
        bare = sorted(_bare(entries)) if left else []
        for row in left:
            if not _is_of_bare(row, bare):
                self._cents[row.place] = row.cents
                self._alone.add(row.place)

    def cents(self, event: Event) -> int:
        """Return what an exchange puts on its way (negative: takes off), 0 mostly."""
        return next((self._cents[one] for one in _places(event) if one in self._cents), 0)

    def is_alone(self, event: Event) -> bool:
        """Tell whether no row shows the other side of an exchange: what it bought, or sold."""
        return any(one in self._alone for one in _places(event))

    def _unsettled(self, rows: Sequence[_Row]) -> Iterator[_Row]:
        """Find the rows of one source that belong together; go through those that nothing meets.

        Rows of one day put nothing aside.
        """
        rows = sorted(rows, key=lambda row: (row.day, row.place[2], row.cents))
        left = [row for row in rows if row.cents]
        for group in _adding_up(left, near=False):
            self._set_aside(group)
        for group in _alike(left):
            self._set_aside(group)
        for group in _adding_up(left, near=True):
            self._set_aside(group)
        silent = [row for row in rows if not row.cents]
        for row in left:
            others = [one for one in silent if _is_near(one, row)]
            others = [one for one in others if one.is_sold is not row.is_sold]
            if others:  # its amount is what the other row says
                other = min(others, key=lambda one: abs(one.day - row.day))
                self._set_aside([row, replace(other, cents=-row.cents)])
            elif row.has_units:
                yield row

    def _set_aside(self, group: Sequence[_Row]) -> None:
        """Keep what rows sold until the last of them, which takes off all that is left."""
        *before, last = sorted(group, key=lambda row: row.day)
        if before[0].day < last.day:
            for row in before:
                self._cents[row.place] += row.cents
                self._cents[last.place] -= row.cents


class _Bare(NamedTuple):
    """Money of a source that moved on a day without units (cents): a dividend, a fee in cash."""

    account: str
    day: date
    source: str
    cents: int


def _bare(entries: Iterable[JournalEntry]) -> Iterator[_Bare]:
    for entry in entries:
        for posting in entry.postings if not entry.derived else ():
            if posting.value and posting.units is None and posting.pool.source:
                pool, cents = posting.pool, posting.value.cents
                yield _Bare(pool.account, entry.day, pool.source, cents)


def _is_of_bare(row: _Row, bare: Sequence[_Bare]) -> bool:
    """Tell whether a row may have bought with money that came bare, or sold what then left."""
    account, sources, *_ = row.place
    start = bisect_left(bare, (account, row.day - WITHIN))
    end = bisect_right(bare, (account, row.day + WITHIN), key=lambda one: one[:2])
    near = (one for one in bare[start:end] if (one.cents < 0) is row.is_sold)
    mine = (one for one in near if not sources or one.source in {*sources, UNDIVIDED})
    return sum(abs(one.cents) for one in mine) >= abs(row.cents)


def _row(event: Event) -> _Row:
    cents = event.amount.cents if event.amount is not None else 0
    is_sold = (event.units or cents) < 0
    sold = abs(cents) if is_sold else -abs(cents)
    return _Row(event.day, _places(event)[0], sold, is_sold, bool(event.units))


def _places(event: Event) -> tuple[_Place, _Place]:
    """Return the place of an exchange, and the one it had before its source was found out."""
    cents = event.amount.cents if event.amount is not None else 0
    row = event.where, event.units, cents
    return (event.account, event.sources, *row), (event.account, (), *row)


def _is_near(one: _Row, other: _Row) -> bool:
    return abs(one.day - other.day) <= WITHIN


def _adding_up(left: list[_Row], *, near: bool) -> Iterator[list[_Row]]:
    """Take out what was sold and bought within a few days for as much, of the fewest days first.

    ``near`` is for what a fund keeps of it, or what its price does from one day to the other.
    """
    for span in range(WITHIN.days + 1):
        for first in sorted({row.day for row in left}):
            start = bisect_left(left, first, key=lambda row: row.day)
            end = bisect_right(left, first + timedelta(days=span), key=lambda row: row.day)
            group = left[start:end]
            sold = sum(row.cents for row in group if row.is_sold)
            bought = -sum(row.cents for row in group if not row.is_sold)
            off = max(len(group), max(sold, bought) // _NEAR if near else 0)  # cents are rounded
            if sold and bought and abs(sold - bought) <= off:
                del left[start:end]
                yield group


def _alike(left: list[_Row]) -> Iterator[list[_Row]]:
    """Take out what was sold and, within a few days, bought for just as much."""
    for sold in [row for row in left if row.is_sold]:
        found = [row for row in left if row.cents == -sold.cents and _is_near(row, sold)]
        if found:
            bought = min(found, key=lambda row: abs(row.day - sold.day))
            left.remove(sold)
            left.remove(bought)
            yield [sold, bought]
