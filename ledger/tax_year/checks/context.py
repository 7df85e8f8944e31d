"""What a check may look at: the year worked out, and the facts behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ledger.books import Household
from ledger.chart import Account
from ledger.events import Event, EventKind
from ledger.forms.f8606 import TraditionalYear
from ledger.journal import JournalEntry
from ledger.money import Money
from ledger.tax_year.facts_of_year import Library
from ledger.tax_year.ira_events import IraEvents
from ledger.tax_year.payments import PaymentsOfYear
from ledger.tax_year.person import Carried, Person
from ledger.tax_year.roth import RothIraYear
from ledger.year_end import Finding, YearEnd


@dataclass(frozen=True)
class CheckContext:
    """One person's year as the checks look at it (amounts in cents).

    Checks run when the forms are filled in: ``record`` has every figure, and no finding yet.
    """

    record: YearEnd
    library: Library
    person: Person
    before: Carried  # what the year started with
    traditional: TraditionalYear
    payments: PaymentsOfYear
    roth_contributed: Money  # regular, made for the tax year
    charity_reduced: Money  # by IRA deductions from age 70 1/2 on
    roth: RothIraYear

    @property
    def year(self) -> int:
        """The tax year."""
        return self.record.tax_year

    @property
    def books(self) -> Household:
        """The household's books."""
        return self.library.books

    @property
    def books_since(self) -> int:
        """The first year of the books."""
        return self.library.years.start

    @property
    def ira_events(self) -> IraEvents:
        """The household's events by owner and kind, with what belongs to which payment."""
        return self.library.events

    @cached_property
    def events(self) -> list[Event]:
        """The person's booked events of the year, in order."""
        # derived entries move basis alone: a check asks what happened
        return [entry.event for entry in self.record.entries if not entry.derived]

    @cached_property
    def roth_deferrals(self) -> Money:
        """What the person deferred as Roth money into plans in the year."""
        return self.library.plan_limits.roth_deferrals(self.record.taxpayer.id, self.year)

    @cached_property
    def past(self) -> list[JournalEntry]:
        """The person's entries until the end of the year, derived ones too, in order."""
        years = range(self.books_since, self.year + 1)
        return self.library.index.during(self.record.taxpayer.id, years)

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
            # sorted: the order of a set must not decide which finding is told first
            for account in sorted(named | entry.event.accounts):
                found.setdefault(account, []).append(entry)
        return found

    def account(self, event: Event) -> Account:
        """Return the account of an event."""
        return self.books.accounts[event.account]

    def of_year(self, *kinds: EventKind) -> Iterator[Event]:
        """Go through the person's booked events of some kinds in the year."""
        return (event for event in self.events if event.kind in kinds)


Check = Callable[[CheckContext], Iterator[Finding]]
