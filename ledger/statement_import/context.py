"""What the ledger knows already, as far as an import needs it; asked for only when needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from ledger.booking import Printed, Told, with_printed
from ledger.books import Books
from ledger.chart import Account, Source, Taxpayer
from ledger.events import Event, Way
from ledger.importers.reading import ClosingBalance, StatedTotal
from ledger.importers.sources import source_of
from ledger.journal import JournalEntry
from ledger.money import ZERO
from ledger.movements import books_of, counted_once, with_facts
from ledger.statement_import.ages import Ages
from ledger.statement_import.answers import AnswerBook
from ledger.statement_import.draft import Fact, FileDraft, Row
from ledger.statement_import.questions.question import Question
from ledger.store import ROW, Held, ImportInfo, LeftOutRow, Place, TakenBack, ToldBy

Places = Callable[[str, date, date], Mapping[str, Place]]
Fingerprints = Callable[[str, date, date], Iterable[str]]


@dataclass
class ImportContext:
    """The chart, the answers, and the rows and events that are in the ledger."""

    accounts: Mapping[str, Account]
    book: AnswerBook
    fingerprints: Fingerprints = lambda *_: ()
    load_books: Callable[[], Books] | None = None
    imports: Callable[[], Sequence[ImportInfo]] = tuple
    load_taken_back: Callable[[], Sequence[TakenBack]] = tuple
    load_anchors: Callable[[], Mapping[int, str]] = dict
    load_left_out: Callable[[str], Sequence[LeftOutRow]] = lambda _: ()
    load_held: Callable[[str], Held] = lambda _: Held()
    places: Places = lambda *_: {}  # where the known rows of an account stand, by fingerprint
    stated: dict[str, list[StatedTotal]] = field(default_factory=dict)  # by account, this import's
    balances: dict[str, list[ClosingBalance]] = field(default_factory=dict)  # likewise
    completed: set[int] = field(default_factory=set)  # entries that count no more by this import
    replaced: set[int] = field(default_factory=set)  # those of them in whose place rows stand
    told_by: dict[tuple[str, str], ToldBy] = field(default_factory=dict)  # as the user said of rows
    printed: dict[Told, Printed] = field(default_factory=dict)  # of events, by this import's rows
    days: dict[tuple[Told, str], date] = field(default_factory=dict)  # likewise
    drafts: list[FileDraft] = field(default_factory=list)  # the files whose movements are booked
    _ages: dict[str, Ages] = field(default_factory=dict)  # by account
    _pending: dict[str, list[Fact]] = field(default_factory=dict)  # by account, not yet stored

    def ask(self, draft: FileDraft, question: Question, *rows: Row) -> Any | None:
        """Return the answer to a question; without one keep it open, and the rows waiting."""
        answer = self.book.propose(question)
        if answer is None:
            draft.ask(question, rows)
        return answer

    def take_in(self, draft: FileDraft) -> None:
        """Let the later files of an import see what this one brings, as if it were stored."""
        for event in (made.event for made in draft.drafts):
            for account in sorted(event.accounts):
                fact = Fact(event, draft.reading.importer)
                self._pending.setdefault(account, []).append(fact)

    def hear(self, draft: FileDraft) -> None:
        """Let the other files of an import know what a statement without rows states."""
        if draft.account and not draft.rows:
            self.stated.setdefault(draft.account, []).extend(draft.reading.totals)
            self.balances.setdefault(draft.account, []).extend(draft.reading.closing)

    def ages_of(self, account: str) -> Ages:
        """Return the files that show an account, of the ledger and of this import."""
        if account not in self._ages:
            self._ages[account] = Ages(account, self.load_held(account))
        return self._ages[account]

    def is_superseded(self, row: Row) -> bool:
        """Tell whether a newer file shows other rows in place of a row."""
        return row.account in self._ages and row.fingerprint in self._ages[row.account].taken_back

    def take_back(self, draft: FileDraft, row: Row, events: Iterable[Event]) -> None:
        """Have entries count no more that tell a row which a newer download lacks."""
        told = {event.seq: event for event in events}
        listed = ", ".join(f"entry {event.seq} ({event.where})" for event in told.values())
        draft.notes.append(f"{listed} left out: what {row.record.where} tells was taken back")
        draft.corrects |= told
        self.completed |= told.keys()
        tellers = {(self.anchor_of(e), e.source or ""): None for e in told.values()}
        by = ToldBy(tellers, whole=True)
        self.told_by[row.account, row.fingerprint] = by

    def anchor_of(self, event: Event) -> str:
        """Return what stands for an entry of the ledger: its main row, or its place without one."""
        return self._anchors.get(event.seq, event.where)

    @cached_property
    def _anchors(self) -> Mapping[int, str]:
        return self.load_anchors()

    def source_named(self, account: str, text: str, read: Source | None) -> Source | None:
        """Return the source that a name means in a plan, None when that must be asked.

        What the user said of the name goes first; then the name without the employer's, unless
        the reader of the file had the source (``read``) from elsewhere than the name's words.
        """
        alias = self.book.source_alias(account, text)
        if alias:
            return Source(alias)
        if not text or read is not source_of(text):
            return read
        return source_of(text, self.accounts[account].employer_name)

    @cached_property
    def _books(self) -> Books | None:
        return self.load_books() if self.load_books else None

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Every event in effect, with the reader of the file it came from."""
        return facts_in(self._books) if self._books else ()

    @cached_property
    def taken_back(self) -> Sequence[TakenBack]:
        """Every entry that was reversed by hand, or that a newer download took back."""
        return self.load_taken_back()

    @property
    def entries(self) -> list[JournalEntry]:
        """Every fact of the ledger that counts after this import."""
        books = self._books
        return [e for e in books.facts if e.event.seq not in self.completed] if books else []

    def facts_of(self, account: str) -> list[Fact]:
        """Return the events that name an account as theirs or as receiver, money counted once.

        Those of the files before in the same import are among them. What came in is left out where
        the side that left names the account as its receiver.
        """
        found = self.all_facts_of(account)
        if all(fact.event.account == account for fact in found):
            return found
        once = counted_once([fact.event for fact in found], account, self.accounts)
        return [found[place] for place in once]

    def all_facts_of(self, account: str) -> list[Fact]:
        """Return the events that name an account, both sides of a movement among them."""
        stored, pending = self._facts_by_account.get(account, []), self._pending.get(account)
        if self.completed:
            stored = [fact for fact in stored if fact.event.seq not in self.completed]
        return [*stored, *pending] if pending else stored

    @cached_property
    def _facts_by_account(self) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        for fact in self.facts:
            for account in sorted(fact.event.accounts):
                found.setdefault(account, []).append(fact)
        return found

    def facts_numbered(self, numbers: Iterable[int]) -> list[Fact]:
        """Return the events of these entries that are facts of the ledger, by their numbers."""
        return [self._numbered[n] for n in sorted(numbers) if n in self._numbered]

    @cached_property
    def _numbered(self) -> dict[int, Fact]:
        return {fact.event.seq: fact for fact in self.facts}

    def rows_of(self, seq: int) -> set[str]:
        """Return the places of the rows that the entry of a number was made of."""
        return self._cited.get(seq, set())

    @cached_property
    def _cited(self) -> dict[int, set[str]]:
        """The places of the rows of each entry, by its number."""
        return {
            entry.event.seq: {entry.where}.union(*(p.value.evidence for p in entry.postings))
            for entry in (self._books.facts if self._books else ())
        }

    @property
    def has_strangers(self) -> bool:
        """Tell whether the ledger holds several households."""
        if len({account.owner for account in self.accounts.values()}) < 2:
            return False
        return self._books is not None and len(self._books.households) > 1

    def raw_row(self, where: str) -> str:
        """Return a known row as the file showed it, for a message that quotes it."""
        books = self._books
        return books.raw_rows.get(where, "") if books else ""

    @property
    def books(self) -> Books:
        """The books as they are, before this import."""
        return self._books or self.books_with(())

    def books_with(self, entries: Iterable[JournalEntry]) -> Books:
        """Return the books as they would be with the entries of this import."""
        books, brought = self._books, list(entries)
        facts = with_printed([*self.entries, *brought], self.printed, self.days, self.accounts)
        if books is None:
            owners = dict.fromkeys(account.owner for account in self.accounts.values())
            people = {owner: Taxpayer(owner, owner) for owner in owners}
            return books_of(facts, taxpayers=people, accounts=self.accounts)
        if not brought and not self.completed:
            return books
        return with_facts(books, facts)


def facts_in(books: Books) -> tuple[Fact, ...]:
    """Return every event in effect, with the reader of the file it came from."""
    readers = {file.name: file.importer for file in books.files}
    return tuple(
        Fact(e.event, readers.get(e.where.rpartition(":")[0], ""))
        for e in books.facts
        if not e.derived
    )


def anchor_of(row: Row) -> str:
    """Return what will stand for what is booked of a row; its parts by source are one row."""
    return ROW + row.fingerprint.partition("#")[0]


def cents_of(event: Event) -> int:
    """Return how much an event moves, in cents and without sign."""
    if event.parts:
        return sum(part.amount.cents for part in event.parts)
    money = event.amount or event.value
    beside = event.earnings if event.kind.spec.way is Way.OUT else None  # one row shows both
    return abs((money + (beside or ZERO)).cents) if money else 0
