"""The working values of an import: rows on their way to entries, and what they still leave open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from ledger.chart import Source
from ledger.errors import LedgerError
from ledger.importers.base import counted
from ledger.importers.reading import Reading
from ledger.money import Money
from ledger.records import Event, EventKind, Record, RowKind
from ledger.store import StoredEntry


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
    status: Status = Status.NEW
    stored: bool = False  # the ledger has this very row
    settled: bool = False  # an event was made of it, or it needs none
    note: str = ""

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

    def close(self, status: Status, note: str = "") -> None:
        """Say that no event of its own comes from this row, and why."""
        self.status = status
        self.settled = True
        self.note = note


@dataclass(frozen=True, slots=True)
class Question:
    """One point that only the user can settle.

    ``match`` are the file's own words by which an answer can be given for all equal rows;
    ``general`` tells that an answer holds for the account from now on and not for one row.
    """

    code: str
    file: str
    line: int
    problem: str
    remedy: str
    choices: tuple[str, ...] = ()
    match: str = ""
    account: str = ""
    row: str = ""  # fingerprint of the row, "" when the point concerns a whole file
    general: bool = False
    proposal: str = ""
    safe: bool = False  # --yes may take the proposal: no tax depends on it
    kind: RowKind | None = None  # of rows that wait for an allocation
    totals: tuple[Money, ...] = ()  # distinct amounts of those rows, or of their paydays
    lines: tuple[int, ...] = ()  # of all rows asked about together, () for a single one
    command: str = ""  # what settles the point in the ledger instead of an answer
    pool: str = ""  # "account:source" whose value the books tell only once older ones are answered
    day: date = date.min  # of what left that pool
    unsure: str = ""  # the problem without the figures that rest on such answers
    whole: bool = False  # all lines are one movement: an answer for any of them settles it

    @property
    def where(self) -> str:
        """The place, as file:line."""
        return f"{self.file}:{self.line}"

    def is_the_point_of(self, other: Question) -> bool:
        """Tell whether one answer settles both: both are about all rows of a type or source."""
        mine = (self.code, self.match, self.account)
        return self.general and other.general and mine == (other.code, other.match, other.account)

    def also(self, line: int) -> Question:
        """Return the question with a further row that waits for its answer."""
        lines = (*(self.lines or (self.line,)), line)
        first = self.problem.removesuffix(further(self.lines))
        return replace(self, lines=lines, problem=first + further(lines))

    def as_fault(self) -> LedgerError:
        """Return the question as the refusal it is when nobody can be asked."""
        return LedgerError(
            where=self.where, code=self.code, problem=self.problem, remedy=self.remedy
        )


def further(lines: Sequence[int]) -> str:
    """Return how many lines there are besides the first, " (and 2 more rows)", "" for none."""
    more = len(lines) - 1
    return f" (and {counted(more, 'more row')})" if more > 0 else ""


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

    @property
    def name(self) -> str:
        """The name of the file, without folders."""
        return self.reading.file

    def counts(self) -> dict[str, int]:
        """Return how many rows are new, known, information, or waiting."""
        return {status.value: sum(r.status is status for r in self.rows) for status in Status}

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

    def book(self, event: Event, *rows: Row) -> None:
        """Keep an event made of these rows, the main row first."""
        for row in rows:
            row.settled = True
        self.drafts.append(Draft(event, rows))
