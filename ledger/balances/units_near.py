"""What the units of a plan's sources come to on a day, at the price nearest to it of each fund."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from math import isqrt
from operator import attrgetter
from typing import NamedTuple

from ledger.balances.holdings import Holdings, hidden_in_roundings
from ledger.balances.prices import Price
from ledger.chart import Pool
from ledger.events import EventKind
from ledger.journal import JournalEntry
from ledger.money import Money

YEAR = timedelta(days=365)


def swing(cents: int, days: int) -> int:
    """Return what a market may make of money in so many days, up or down (cents).

    In a year it may double it or take it all; in less, with the square root of the days, as the
    swings of a market grow. No balance that a market has made may be called impossible.

    >>> swing(100_000, 365), swing(100_000, 1)
    (100000, 5234)
    """
    return isqrt(cents * cents * days // YEAR.days)


class Near(NamedTuple):
    """What a source's units come to at the nearest prices, and how far that may be off (cents)."""

    value: Money
    allowed: int


class _Day(NamedTuple):
    """The price of a fund on some day."""

    day: date
    price: Price


@dataclass(frozen=True)
class UnitsNear:
    """The sources of one plan whose rows tell units, valued at the close of a day.

    ``lacking`` are those that more units left later than they have got: rows from before are
    missing, which an open point tells, and nothing can be held against what the books have.
    """

    worth: Mapping[Pool, Near]
    lacking: frozenset[Pool]


def units_near(journal: Sequence[JournalEntry], account: str, day: date) -> UnitsNear:
    """Value the sources of a plan at the close of a day; ``journal`` goes on to its end."""
    walk = _Walk(journal, account)
    days = [list(group) for _, group in groupby(journal, key=attrgetter("day"))]
    prices = _nearest(days, walk.holdings, account, day)
    for entries in days:
        if entries[0].day <= day:
            walk.go_on(entries)
    worth = walk.worth(prices, day)
    walk.start_watching()
    for entries in days:
        if entries[0].day > day:
            walk.go_on(entries)
    return UnitsNear(worth, frozenset(walk.lacking))


def _nearest(
    days: Iterable[Sequence[JournalEntry]], holdings: Holdings, account: str, day: date
) -> dict[str, _Day]:
    """Return the price of each fund of a plan nearest to a day, of two the one before it."""
    found: dict[str, _Day] = {}
    for entries in days:
        when = entries[0].day
        for (plan, fund), price in holdings.prices.on(when).items():
            known = found.get(fund)
            if plan == account and (known is None or abs(when - day) < abs(known.day - day)):
                found[fund] = _Day(when, price)
    return found


class _Walk:
    """Goes through the entries of a plan day by day, as the fold does."""

    def __init__(self, journal: Sequence[JournalEntry], account: str) -> None:
        self.account = account
        self.holdings = Holdings(journal)
        self.lacking: set[Pool] = set()
        self._value: Counter[Pool] = Counter()
        self._loose: Counter[Pool] = Counter()  # what the market did in money alone
        self._swung: Counter[Pool] = Counter()  # the same, every amount positive
        self._watched: set[Pool] = set()

    def start_watching(self) -> None:
        """From here on, take note of sources that more units leave than they have."""
        self._watched = {pool for pool, cents in self._value.items() if cents}

    def go_on(self, entries: Sequence[JournalEntry]) -> None:
        """Take in the entries of a day."""
        touched = {p.pool: None for e in entries for p in e.postings if self._is_mine(p.pool)}
        for entry in entries:
            self._take(entry)
        self.lacking |= {p for p in touched if p in self._watched and self.holdings.is_short(p)}
        emptied = [pool for pool in touched if not self._value[pool]]
        self.holdings.close_day(emptied)
        for pool in emptied:
            self._loose[pool] = self._swung[pool] = 0
            self._watched.discard(pool)

    def _is_mine(self, pool: Pool) -> bool:
        return pool.account == self.account and bool(pool.source)

    def _take(self, entry: JournalEntry) -> None:
        self.holdings.take(entry)
        event = entry.event
        if event.kind is EventKind.EXCHANGE and not event.sources:
            for pool in self._value:  # whose funds were exchanged, no row says
                self.holdings.may_have_exchanged(pool, entry.where)
        for posting in entry.postings:
            if not self._is_mine(posting.pool):
                continue
            self._value[posting.pool] += posting.value.cents
            if event.kind.spec.is_market and not entry.derived and posting.units is None:
                self._loose[posting.pool] += posting.value.cents
                self._swung[posting.pool] += abs(posting.value.cents)

    def worth(self, prices: Mapping[str, _Day], day: date) -> dict[Pool, Near]:
        """Value each source whose units are told, as far as its funds have prices."""
        found = ((pool, self._worth_of(pool, prices, day)) for pool in self._value)
        return {pool: near for pool, near in found if near is not None}

    def _worth_of(self, pool: Pool, prices: Mapping[str, _Day], day: date) -> Near | None:
        told = self.holdings
        if not told.has_units(pool) or told.untold(pool) or told.exchanged(pool):
            return None
        value = self._loose[pool] + told.on_its_way(pool).cents
        allowed = self._swung[pool] + 1
        units = told.of(pool)
        near: dict[tuple[str, str], Price] = {}
        for fund, held in units.items():
            if held.is_none:
                continue
            nearest = prices.get(fund)
            if held.is_short or not fund or nearest is None:
                return None
            near[pool.account, fund] = nearest.price
            cents = nearest.price.of(held.units).cents
            value += cents
            allowed += swing(cents, abs(nearest.day - day).days + 1)
            allowed += int(nearest.price.doubt(held.units)) + 1
        return Near(Money(value), allowed + int(hidden_in_roundings(pool, units, near)))
