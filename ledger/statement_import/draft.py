"""The working values of an import: rows on their way to entries, and what they still leave open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple, TypedDict, TypeVar, Unpack

from ledger.books import WRITTEN
from ledger.chart import Source
from ledger.events import Event, EventKind
from ledger.importers.reading import Reading
from ledger.money import Money
from ledger.records import Record, RowKind
from ledger.statement_import.questions.question import AskedAt, Question
from ledger.store import StoredEntry

NEAR = 4  # days: one file has the day of the order, the other that of settlement
_K = TypeVar("_K")
_V = TypeVar("_V")
Key = tuple[int, int]  # of a row in its file: its place, and its part or 0 for the whole
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


class Row(NamedTuple):
    """One state of a row of a file, with all that the import has found out about it by then.

    A state never changes: ``FileDraft.change`` puts the next one in its place. A tuple is copied
    in a fifth of the time that a frozen dataclass takes, and every row is, several times.
    """

    record: Record
    kind: RowKind
    source: Source | None
    event: Event | None = None  # set when the row is an event already
    account: str = ""  # id in the chart, "" while unknown or when ignored
    fingerprint: str = ""
    occurrence: int = 1
    place: int = 0  # its number in the file, from 1
    part: int = 0  # which part by source it is of a row that shows several, from 1; 0 of a whole
    nth: int = 0  # which of the rows of its line it is, from 1; 0 where it is the only one
    status: Status = Status.NEW
    stored: bool = False  # the ledger has this very row
    again: bool = False  # it has, and what was made of it counts no more
    note: str = ""
    origin: str = ""  # ELSEWHERE where a contribution was said to be the owner's own money
    of: str = ""  # name of the payment that came in again by it, where several may have

    @property
    def key(self) -> Key:
        """By what others hold the row, to look at its state when they need it."""
        return self.place, self.part

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


def asked_together(rows: Sequence[Row], match: str) -> AskedAt:
    """Return where several rows are asked about at once, whom an answer finds by words."""
    lines = tuple(row.record.line for row in rows)
    return replace(rows[0].at, row="", match=match, lines=lines)


def at_once(rows: Sequence[Row], point: str = "") -> AskedAt:
    """Return where rows of one movement are asked about, which one answer settles."""
    if len(rows) == 1:
        return replace(rows[0].at, point=point)
    return replace(
        rows[0].at,
        lines=tuple(row.record.line for row in rows),
        legs=tuple((row.record.line, row.nth) for row in rows),
    )


class _Changes(TypedDict, total=False):
    """What may change from one state of a row to the next."""

    record: Record
    kind: RowKind
    source: Source | None
    event: Event
    account: str
    fingerprint: str
    occurrence: int
    status: Status
    stored: bool
    again: bool
    note: str
    origin: str
    of: str


class Draft(NamedTuple):
    """An event about to be booked and the rows it was made of, the main row first."""

    event: Event
    keys: tuple[Key, ...] = ()


def balance(where: str, day: date, account: str, source: Source | None, value: Money) -> Event:
    """Return what a source of a plan, or an account, is stated to be worth at a day's close."""
    sources = () if source is None else (source,)
    return Event(where, day, account, EventKind.BALANCE, value=value, sources=sources)


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
        return balance(
            self.where, self.day, account, Source(source) if source else None, self.stated
        )


def grouped(values: Iterable[_V], key: Callable[[_V], _K]) -> dict[_K, list[_V]]:
    """Return values by a key, in their order."""
    found: dict[_K, list[_V]] = {}
    for value in values:
        found.setdefault(key(value), []).append(value)
    return found


@dataclass
class FileDraft:
    """One file on its way into the ledger, and the one place where its rows change.

    Whoever looks at a row again after others had a turn holds its key and asks for its state; a
    state that is not the last one is refused where something would be decided on it.
    """

    reading: Reading
    kept_as: str = ""  # its name where another file of the ledger or of the import has its own
    account: str = ""  # id of the single account of the file, "" when there are several
    drafts: list[Draft] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    entries: list[StoredEntry] = field(default_factory=list)
    corrects: dict[int, Event] = field(default_factory=dict)  # entries of rows that it takes back
    _rows: list[Row] = field(init=False)
    _parts: dict[Key, Row] = field(default_factory=dict)
    _made: set[int] = field(default_factory=set)  # places of rows that something was made of
    _of_account: dict[str, list[int]] | None = None  # where its rows stand; None once one changed

    def __post_init__(self) -> None:
        """Give every row its number; keep the file under its own name unless told otherwise."""
        self.kept_as = self.kept_as or self.name
        self.notes += self.reading.notes
        records = self.reading.records
        events = self.reading.events or (None,) * len(records)
        on_line, seen = Counter(record.line for record in records), Counter[int]()
        self._rows = []
        for place, (record, event) in enumerate(zip(records, events, strict=True), 1):
            seen[record.line] += 1
            nth = seen[record.line] if on_line[record.line] > 1 else 0
            row = Row(record, record.kind, record.source, event, place=place, nth=nth)
            self._rows.append(row)

    @property
    def name(self) -> str:
        """The name of the file, without folders: what the user calls it."""
        return self.reading.file

    @property
    def rows(self) -> Sequence[Row]:
        """The rows in the order of the file, each as it is when it is looked at."""
        return self._rows

    @property
    def open(self) -> Iterator[Row]:
        """Go through the rows that nothing has settled yet, each as it is when its turn comes."""
        return (r for r in self._rows if r.status is Status.NEW and r.place not in self._made)

    @property
    def accounts(self) -> dict[str, list[Row]]:
        """The accounts of its rows, each with its rows in the order of the file."""
        if self._of_account is None:
            named = (row for row in self._rows if row.account)
            self._of_account = {
                account: [row.place - 1 for row in rows]
                for account, rows in grouped(named, attrgetter("account")).items()
            }
        rows = self._rows
        return {account: [rows[n] for n in places] for account, places in self._of_account.items()}

    @property
    def waits(self) -> bool:
        """Whether a row waits for an answer: what it brings is not known before."""
        return any(row.status is Status.QUESTION for row in self._rows)

    def counts(self) -> dict[str, int]:
        """Return how many rows are new, known, information, or waiting."""
        found = Counter(row.status for row in self._rows)
        return {status.value: found[status] for status in Status}

    def now(self, key: Key) -> Row:
        """Return a row, or a part of one, as it is now."""
        place, part = key
        return self._parts[key] if part else self._rows[place - 1]

    def rows_of(self, made: Draft) -> list[Row]:
        """Return the rows that an event was made of, as they are now."""
        return [self.now(key) for key in made.keys]

    def is_open(self, row: Row) -> bool:
        """Tell whether nothing has settled a row: nothing was made of it, asked of it or said."""
        return self.now(row.key).status is Status.NEW and row.place not in self._made

    def change(self, row: Row, **changes: Unpack[_Changes]) -> Row:
        """Put the next state of a row in the place of its last, and return it.

        A whole row waits for an answer where a part does. RuntimeError for a state that is not
        the last one: what was worked out from it may be wrong.
        """
        self._refuse_stale(row)
        new = row._replace(**changes)
        if not row.part:
            self._rows[row.place - 1] = new
            if new.account != row.account:
                self._of_account = None
            return new
        self._parts[row.key] = new
        if new.status is Status.QUESTION:
            self.change(self.now((row.place, 0)), status=Status.QUESTION)
        return new

    def close(self, row: Row, status: Status, note: str = "") -> None:
        """Say that no event of its own comes from a row, and why."""
        self.change(row, status=status, note=note)

    def ignore(self, row: Row) -> None:
        """Book nothing of a row because the user said so."""
        self.close(row, Status.INFO, "ignored by answer")

    def divide(self, row: Row, shares: Mapping[Source, Money]) -> list[Row]:
        """Return a row as one part for each source; the whole is settled with it."""
        self._settle(row)
        parts = [
            row._replace(
                record=replace(row.record, amount=amount, units=""),
                source=source,
                fingerprint=f"{row.fingerprint}#{source}",
                part=nth,
                nth=nth,
            )
            for nth, (source, amount) in enumerate(shares.items(), 1)
        ]
        self._parts |= {part.key: part for part in parts}
        return parts

    def ask(self, question: Question, rows: Sequence[Row] = ()) -> None:
        """Keep a question; the rows wait for its answer.

        What is asked about every row of a type or source stands once, with all their lines.
        """
        asked = (n for n, one in enumerate(self.questions) if one.is_the_point_of(question))
        place = next(asked, None)
        if place is None:
            self.questions.append(question)
        else:
            self.questions[place] = self.questions[place].also(question.line)
        for row in rows:
            self.change(row, status=Status.QUESTION)

    def book(self, event: Event, *rows: Row) -> Draft:
        """Keep an event made of these rows, the main row first."""
        for row in rows:
            self._settle(row)
        if self.kept_as != self.name:
            event = replace(event, where=self._cited(event.where), of=self._cited(event.of))
        self.drafts.append(made := Draft(event, tuple(row.key for row in rows)))
        return made

    def _settle(self, row: Row) -> None:
        self._refuse_stale(row)
        self._made.add(row.place)

    def _refuse_stale(self, row: Row) -> None:
        if self.now(row.key) is not row:
            raise RuntimeError(f"{row.record.where}: decided on an old state of the row")

    def _cited(self, where: str) -> str:
        """Return a place of the file as it is cited: no other file has a row there."""
        own = where.startswith(f"{self.name}:")
        return self.kept_as + where.removeprefix(self.name) if own else where
