"""The books as an import would leave them, worked out by the one engine of balances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from ledger.balances.contradicted import is_contradicted, stated_beside
from ledger.balances.days import Fold
from ledger.balances.valuation import Valuation, entries_of
from ledger.booking import book
from ledger.books import Books, Household
from ledger.errors import Collector
from ledger.events import Event
from ledger.journal import JournalEntry
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import Draft, FileDraft
from ledger.store import StoredEntry


def folded(household: Household) -> Fold:
    """Return the fold over all facts of a household, to its end."""
    fold = Fold(household)
    fold.through(date.max)
    return fold


class WorkedOut:
    """The ledger's facts and those of the files together; worked out again after each change."""

    def __init__(
        self, drafts: Sequence[FileDraft], context: ImportContext, faults: Collector
    ) -> None:
        self.drafts, self.context = drafts, context
        self._books: Books | None = None
        self._folds: dict[str, Fold] = {}  # by the first account of a household
        self._of_entries: list[str] | None = None  # accounts
        for draft in drafts:
            for made in draft.drafts:
                with faults:
                    draft.entries.append(self._entry(draft, made))

    def _fold_of(self, account: str) -> Fold:
        """Return the fold over all facts of the household that has an account, to its end."""
        if self._books is None:
            self._books = self.context.books_with(self._entries)
        household = self._books.household_of(self.context.accounts[account].owner)
        fold = self._folds.get(first := next(iter(household.accounts)))
        if fold is None:
            fold = self._folds[first] = folded(household)
        return fold

    @property
    def _entries(self) -> Iterator[JournalEntry]:
        return (stored.entry for draft in self.drafts for stored in draft.entries)

    @property
    def journal(self) -> list[JournalEntry]:
        """All entries, booked and derived, of the households that these files are of."""
        for account in (account for draft in self.drafts for account in draft.accounts):
            self._fold_of(account)
        return [entry for fold in self.folds for entry in fold.journal]

    @property
    def folds_before(self) -> list[Fold]:
        """The folds over the ledger's own facts, of the households these files are of."""
        books, chart = self.context.books, self.context.accounts
        owners = (chart[account].owner for draft in self.drafts for account in draft.accounts)
        of_owners = map(books.household_of, dict.fromkeys(owners))
        households = {next(iter(one.accounts)): one for one in of_owners}
        return [folded(one) for one in households.values()]

    @property
    def folds(self) -> list[Fold]:
        """The folds of the households that these files are of."""
        if self._of_entries is None:
            self._of_entries = list(dict.fromkeys(e.event.account for e in self._entries))
        for account in self._of_entries:
            self._fold_of(account)
        return list(self._folds.values())

    def valuation_of(self, account: str) -> Valuation:
        """Return what each pool of an account's household is worth on each day."""
        return Valuation(self._fold_of(account).journal)

    def journal_of(self, account: str) -> list[JournalEntry]:
        """Return the entries of an account, booked and derived."""
        return entries_of(self._fold_of(account).journal, account)

    def _forget(self) -> None:
        self._books = self._of_entries = None
        self._folds.clear()

    def stated_beside(self, balance: Event) -> list[Event]:
        """Return the balances of the day of one, and of its money, of the ledger and the files."""
        return stated_beside([*self.context.entries, *self._entries], balance)

    def contradicting(self, balance: Event) -> list[Event]:
        """Return the balances that one which is not booked would contradict, [] where it fits."""
        others = self.stated_beside(balance)
        if not others:
            return []
        entries = [*self._entries, book(balance, self.context.accounts)]
        owner = self.context.accounts[balance.account].owner
        fold = folded(self.context.books_with(entries).household_of(owner))
        return others if is_contradicted(fold, balance, others) else []

    @property
    def unstored(self) -> Iterator[Event]:
        """The events of this import, which have no numbers yet."""
        return (made.event for draft in self.drafts for made in draft.drafts)

    def add(self, draft: FileDraft, made: Draft) -> None:
        """Take in an event that the import has made since."""
        draft.entries.append(self._entry(draft, made))
        self._forget()

    def change(self, draft: FileDraft, made: Draft, event: Event) -> None:
        """Put an event in the place of one that says less."""
        place = next(n for n, one in enumerate(draft.drafts) if one is made)
        draft.drafts[place] = made._replace(event=event)
        entry = next(n for n, one in enumerate(draft.entries) if one.entry.event is made.event)
        draft.entries[entry] = self._entry(draft, draft.drafts[place])
        self._forget()

    def _entry(self, draft: FileDraft, made: Draft) -> StoredEntry:
        entry, rows = book(made.event, self.context.accounts), draft.rows_of(made)
        if not rows:  # what a file states besides its rows has a place but no row
            return StoredEntry(entry)
        # of a row that was divided by source each part is the whole row to the ledger
        marks = ((row.account, row.fingerprint.partition("#")[0]) for row in rows)
        return StoredEntry(entry, tuple(dict.fromkeys(marks)))
