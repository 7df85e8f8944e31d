"""The fold's entries and story by owner, so that one person's year does not read everybody's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from ledger.balances.days import Fold
from ledger.balances.payouts import Story
from ledger.events import EventKind
from ledger.journal import JournalEntry


@dataclass(frozen=True)
class Index:
    """Entries by owner and calendar year, and each owner's story."""

    entries: Mapping[tuple[str, int], list[JournalEntry]]
    stories: Mapping[str, Story]

    def of(self, owner: str, year: int) -> list[JournalEntry]:
        """Return the entries of a year that touch an owner's accounts, in order."""
        return self.entries.get((owner, year), [])

    def during(self, owner: str, years: range) -> list[JournalEntry]:
        """Return the entries of several years that touch an owner's accounts, in order."""
        return [entry for year in years for entry in self.of(owner, year)]

    def story(self, owner: str) -> Story:
        """Return what the fold found out about an owner's accounts."""
        return self.stories.get(owner) or Story()

    def balances(self, owner: str, year: int) -> list[JournalEntry]:
        """Return the statement balances of an owner's accounts in a year."""
        found = self.of(owner, year)
        return [e for e in found if e.event.kind is EventKind.BALANCE and not e.derived]


def index_of(fold: Fold) -> Index:
    """Sort the journal and the story of a finished fold by owner."""
    owner = {account.id: account.owner for account in fold.books.accounts.values()}
    entries: dict[tuple[str, int], list[JournalEntry]] = defaultdict(list)
    for entry in fold.journal:
        touched = {owner.get(posting.pool.account, "") for posting in entry.postings}
        # a statement balance has no postings, but it has an account
        touched.add(owner.get(entry.event.account, ""))
        # sorted: the order of a set is not the same in every run
        for person in sorted(touched - {""}):
            entries[person, entry.day.year].append(entry)
    stories: dict[str, Story] = defaultdict(Story)
    for payout in fold.story.payouts:
        stories[owner[payout.account]].payouts.append(payout)
    for conversion in fold.story.conversions:
        stories[owner[conversion.account]].conversions.append(conversion)
    for moved in fold.story.transfers:
        for person in dict.fromkeys((owner[moved.account], owner[moved.to])):
            stories[person].transfers.append(moved)
    for corrected in fold.story.corrected:
        stories[owner[corrected.event.account]].corrected.append(corrected)
    return Index(dict(entries), dict(stories))
