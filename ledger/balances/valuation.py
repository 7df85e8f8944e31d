"""What every pool is worth at the close of any day: read off the journal that the fold has made."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date

from ledger.balances.days import Fold
from ledger.books import Books
from ledger.chart import UNDIVIDED, Pool
from ledger.errors import LedgerError
from ledger.journal import JournalEntry
from ledger.money import Money


class Valuation:
    """The value of each pool by day, from booked and derived entries together."""

    def __init__(self, journal: Iterable[JournalEntry]) -> None:
        self._days: dict[Pool, list[date]] = {}
        self._held: dict[Pool, list[int]] = {}  # cents at the close of those days
        for entry in journal:
            for posting in entry.postings:
                if cents := posting.value.cents:
                    self._move(posting.pool, entry.day, cents)

    def _move(self, pool: Pool, day: date, cents: int) -> None:
        days = self._days.get(pool)
        if days is None:
            self._days[pool], self._held[pool] = [day], [cents]
        elif days[-1] == day:
            self._held[pool][-1] += cents
        else:
            days.append(day)
            self._held[pool].append(self._held[pool][-1] + cents)

    def at(self, pool: Pool, day: date) -> Money:
        """Return what a pool holds at the close of a day, in cents."""
        place = bisect_right(self._days.get(pool, ()), day)
        return Money(self._held[pool][place - 1] if place else 0)

    def of(self, account: str, day: date) -> dict[str, Money]:
        """Return what each source of an account ("" for an IRA) holds at the close of a day."""
        pools = sorted(p for p in self._days if p.account == account and p.source != UNDIVIDED)
        return {pool.source: self.at(pool, day) for pool in pools if self._days[pool][0] <= day}


def journal_of(books: Books, account: str) -> list[JournalEntry]:
    """Return all entries of an account, booked and derived, that the fold makes of the books."""
    fold = Fold(books.household_of(books.accounts[account].owner))
    fold.through(date.max)
    return entries_of(fold.journal, account)


def open_points_of(books: Books) -> list[LedgerError]:
    """Return what the facts of a ledger leave open or contradict, each once, by household."""
    found: dict[str, LedgerError] = {}
    for household in books.households:
        fold = Fold(household)
        fold.through(date.max)
        for error in (one.error for listed in fold.refused.values() for one in listed):
            found.setdefault(str(error), error)
    return list(found.values())


def entries_of(journal: Iterable[JournalEntry], account: str) -> list[JournalEntry]:
    """Return the entries of a journal that are of an account or move money in it."""
    return [
        entry
        for entry in journal
        if account in entry.event.accounts or any(p.pool.account == account for p in entry.postings)
    ]
