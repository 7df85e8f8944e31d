"""The working values of an import: rows on their way to entries, and what they still leave open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from ledger.books import WRITTEN
from ledger.chart import Source
from ledger.events import Event, EventKind
from ledger.importers.reading import Reading
from ledger.money import Money
from ledger.records import Record, RowKind
from ledger.statement_import.questions.question import AskedAt, Question
from ledger.store import StoredEntry

BY_HAND = WRITTEN | {""}  # readers of what no recordkeeper prints; "" is no file at all


class Status(StrEnum):
    """Where a row stands (the import preview of the scenario contract)."""

    NEW = "new"
    KNOWN = "known"  # already in the ledger
    QUESTION = "question"  # the user must say something first
    INFO = "info"  # carried by the file, never booked


class Fact(NamedTuple):
    """One event of the ledger, as far as an import compares itself with it."""

    event: Event
    importer: str  # reader of the file it came from, "" when typed


@dataclass(slots=True)
class Row:
    """One row of a file with all that the intake found out about it."""

    record: Record
    kind: RowKind
    source: Source | None
    event: Event | None = None  # set when the row is an event already
    account: str = ""  # id in the chart, "" while unknown or when ignored
    fingerprint: str = ""
    occurrence: int = 1
    place: int = 0  # its number in the file, from 1; 0 of what is none of the file's rows
    nth: int = 0  # which of the rows of its line it is, from 1; 0 where it is the only one
    status: Status = Status.NEW
    stored: bool = False  # the ledger has this very row
    settled: bool = False  # an event was made of it, or it needs none
    note: str = ""
    origin: str = ""  # ELSEWHERE where a contribution was said to be the owner's own money
    parts: list[Row] = field(default_factory=list)  # by source, where one row shows several

    @property
    def day(self) -> date:
        """The effective date."""
        return self.record.day

    @property
    def amount(self) -> Money:
        """The signed effect on the source or on cash."""
        return self.record.amount

    @property
    def units(self) -> Decimal | None:
        """The units of the row, signed as its effect on the source; None without any."""
        return Decimal(self.record.units) if self.record.units else None

    @property
    def at(self) -> AskedAt:
        """Where a question about the row is asked, and by what an answer finds it."""
        record = self.record
        return AskedAt(
            file=record.file,
            line=record.line,
            nth=self.nth,
            row=self.fingerprint,
            match=record.raw_type,
            account=self.account,
        )

    def divided(self, shares: Mapping[Source, Money]) -> list[Row]:
        """Return the row as one part for each source; what becomes of them becomes of it."""
        self.settled = True
        self.parts = [
            replace(
                self,
                record=replace(self.record, amount=amount, units=""),
                source=source,
                fingerprint=f"{self.fingerprint}#{source}",
                nth=nth,
                settled=False,
                parts=[],
            )
            for nth, (source, amount) in enumerate(shares.items(), 1)
        ]
        return self.parts

    def follow_parts(self) -> None:
        """Wait for an answer where a part does."""
        if any(part.status is Status.QUESTION for part in self.parts):
            self.status = Status.QUESTION

    def close(self, status: Status, note: str = "") -> None:
        """Say that no event of its own comes from this row, and why."""
        self.status = status
        self.settled = True
        self.note = note


class Draft(NamedTuple):
    """An event about to be booked and the rows it was made of, the main row first."""

    event: Event
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Difference:
    """A stated balance that the books do not reach, in cents; ``account:source`` names the pool."""

    where: str
    pool: str
    stated: Money
    booked: Money
    day: date
    first: date | None = None  # set for the contributions of a period that ends on ``day``
    silent: str = ""  # days on which rows are likely to be missing

    @property
    def words(self) -> str:
        """The difference in one sentence."""
        what = self.pool
        if self.first:
            what = f"contributions to {what}, {self.first.isoformat()} to {self.day.isoformat()}"
        return (
            f"{what}: {self.stated} stated, {self.booked} in the ledger, "
            f"difference {self.stated - self.booked}{f'; {self.silent}' if self.silent else ''}"
        )

    @property
    def as_balance(self) -> Event:
        """What is stated, as a balance of its day."""
        account, _, source = self.pool.partition(":")
        sources = (Source(source),) if source else ()
        kind = EventKind.BALANCE
        return Event(self.where, self.day, account, kind, value=self.stated, sources=sources)


@dataclass
class FileDraft:
    """One file on its way into the ledger."""

    reading: Reading
    rows: list[Row]
    account: str = ""  # id of the single account of the file, "" when there are several
    drafts: list[Draft] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    entries: list[StoredEntry] = field(default_factory=list)
    corrects: dict[int, Event] = field(default_factory=dict)  # entries of rows that it takes back
    kept_as: str = ""  # its name where another file of the ledger or of the import has its own

    def __post_init__(self) -> None:
        """Keep a file under its own name unless told otherwise."""
        self.kept_as = self.kept_as or self.name

    @property
    def name(self) -> str:
        """The name of the file, without folders: what the user calls it."""
        return self.reading.file

    def counts(self) -> dict[str, int]:
        """Return how many rows are new, known, information, or waiting."""
        found = Counter(row.status for row in self.rows)
        return {status.value: found[status] for status in Status}

    def ask(self, question: Question, rows: Sequence[Row] = ()) -> None:
        """Keep a question and mark the rows that wait for its answer.

        What is asked about every row of a type or source stands once, with all their lines.
        """
        asked = (n for n, one in enumerate(self.questions) if one.is_the_point_of(question))
        place = next(asked, None)
        if place is None:
            self.questions.append(question)
        else:
            self.questions[place] = self.questions[place].also(question.line)
        for row in rows:
            row.status = Status.QUESTION
            row.settled = True

    def book(self, event: Event, *rows: Row) -> Draft:
        """Keep an event made of these rows, the main row first."""
        for row in rows:
            row.settled = True
        if self.kept_as != self.name:
            event = replace(event, where=self._cited(event.where), of=self._cited(event.of))
        self.drafts.append(made := Draft(event, rows))
        return made

    def _cited(self, where: str) -> str:
        """Return a place of the file as it is cited: no other file has a row there."""
        own = where.startswith(f"{self.name}:")
        return self.kept_as + where.removeprefix(self.name) if own else where
