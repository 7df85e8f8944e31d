"""The books as an import would leave them, worked out by the one engine of balances."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.booking import book
from ledger.errors import Collector
from ledger.fold.days import Fold
from ledger.fold.valuation import Valuation, entries_of
from ledger.intake.draft import Draft, FileDraft
from ledger.intake.world import World
from ledger.journal import JournalEntry
from ledger.records import Event
from ledger.store import StoredEntry


class WorkedOut:
    """The ledger's facts and those of the files together; worked out again after each change."""

    def __init__(self, drafts: Sequence[FileDraft], world: World, faults: Collector) -> None:
        self.drafts, self.world = drafts, world
        self._fold: Fold | None = None
        for draft in drafts:
            for made in draft.drafts:
                with faults:
                    draft.entries.append(self._entry(made))

    @property
    def fold(self) -> Fold:
        """The fold over all facts, to its end."""
        if self._fold is None:
            entries = (stored.entry for draft in self.drafts for stored in draft.entries)
            self._fold = Fold(self.world.books_with(entries))
            self._fold.through(date.max)
        return self._fold

    @property
    def valuation(self) -> Valuation:
        """What each pool is worth on each day."""
        return Valuation(self.fold.journal)

    def journal_of(self, account: str) -> list[JournalEntry]:
        """Return the entries of an account, booked and derived."""
        return entries_of(self.fold.journal, account)

    def add(self, draft: FileDraft, made: Draft) -> None:
        """Take in an event that the import has made since."""
        draft.entries.append(self._entry(made))
        self._fold = None

    def change(self, draft: FileDraft, made: Draft, event: Event) -> None:
        """Put an event in the place of one that says less."""
        place = next(n for n, one in enumerate(draft.drafts) if one is made)
        draft.drafts[place] = Draft(event, made.rows)
        entry = next(n for n, one in enumerate(draft.entries) if one.entry.event is made.event)
        draft.entries[entry] = self._entry(draft.drafts[place])
        self._fold = None

    def _entry(self, made: Draft) -> StoredEntry:
        main = made.rows[0]
        # what a file states besides its rows has a place but no row
        lines: tuple[int, ...] = (main.record.line,) if main.fingerprint else ()
        if len(made.rows) > 1:
            file = main.record.file
            lines = tuple(r.record.line for r in made.rows if r.record.file == file)
        return StoredEntry(book(made.event, self.world.accounts), main.fingerprint, lines)
