"""What a check may look at: the year worked out, and the facts behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ledger.books import Household
from ledger.chart import Account
from ledger.events import Event, EventKind
from ledger.forms.f8606 import TraditionalYear
from ledger.journal import JournalEntry
from ledger.person_years.person import Carried
from ledger.year_end import YearEnd


@dataclass(frozen=True)
class Asked:
    """What a check may look at: the year worked out, and the facts behind it."""

    year: YearEnd
    books: Household
    traditional: TraditionalYear
    before: Carried
    books_since: int  # the first year of the books
    past: Sequence[JournalEntry] = ()  # the person's entries until the end of the year, in order

    @property
    def events(self) -> list[Event]:
        """The booked events of the year, in order."""
        return [entry.event for entry in self.year.entries if not entry.derived]

    @cached_property
    def history(self) -> list[JournalEntry]:
        """The person's booked entries until the end of the year, in order."""
        return [entry for entry in self.past if not entry.derived]

    @cached_property
    def by_account(self) -> dict[str, list[JournalEntry]]:
        """The same by the accounts that they move money in."""
        found: dict[str, list[JournalEntry]] = {}
        for entry in self.history:
            for account in entry.event.accounts:
                found.setdefault(account, []).append(entry)
        return found

    @cached_property
    def journal_of(self) -> dict[str, list[JournalEntry]]:
        """The person's entries until the end of the year, derived ones too, by account."""
        found: dict[str, list[JournalEntry]] = {}
        for entry in self.past:
            named = {posting.pool.account for posting in entry.postings}
            for account in sorted(named | entry.event.accounts):
                found.setdefault(account, []).append(entry)
        return found

    def account(self, event: Event) -> Account:
        """Return the account of an event."""
        return self.books.accounts[event.account]


def is_year_end(event: Event) -> bool:
    """Tell whether an event is a statement balance of December 31."""
    return event.kind is EventKind.BALANCE and (event.day.month, event.day.day) == (12, 31)
