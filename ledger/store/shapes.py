"""What goes into the ledger file and what comes out of it, as plain values."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath
from typing import NamedTuple

from ledger.booking import Printed, Told
from ledger.events import Event, plain_units
from ledger.journal import JournalEntry, Posting

TOLD = "row_told"  # code: a row that others tell in other words; the answer is a ToldBy
REPLACES = "row_replaces"  # code: a row takes the place of what others tell; a ToldBy as well
LEFT_OUT = "row_left_out"  # code: a row that an older download alone shows; the answer is a LeftOut
REVERSED = "same_as_reversed"  # code: a row tells what a reversed entry told
# what rows are to each other, whichever file shows them
OF_ROWS = (TOLD, REPLACES, LEFT_OUT, REVERSED)
STATED_TOTAL, STATED_BALANCE = "stated_total", "stated_balance"  # codes: what a statement states
OF_FILES = (STATED_TOTAL, STATED_BALANCE)  # what goes with the import of its file
LEFT = "leave"  # the answer that it is as wrong as the entry
_NUMBERED = re.compile(r" \([0-9]+\)(?=\.[^.]*$|$)")
ROW = "row:"  # starts the ``match`` of an answer for one row or file, with its fingerprint


@dataclass(frozen=True, slots=True)
class Answer:
    """What the user decided about rows that leave something open.

    ``code`` is the question's code, ``account`` an account id ("" for any), ``match`` the rows
    meant (the importer's own words, or ROW and a fingerprint), ``answer`` the decision, ``day``
    when it was made.
    """

    code: str
    account: str
    match: str
    answer: str
    day: date
    reason: str = ""


def left(account: str, fingerprint: str, why: str) -> Answer:
    """Return what is said of a row that is as wrong as an entry that was reversed."""
    today = date.today()  # noqa: DTZ011 - the user's own calendar day
    return Answer(REVERSED, account, ROW + fingerprint, LEFT, today, why)


def name_to_keep(name: str, sha256: str, used: Iterable[tuple[str, str]]) -> str:
    """Return the name to keep a file under, by the names and bytes of those that are kept.

    Evidence says "file:line": two files of one name stay apart, so the second gets a number. The
    same bytes again (after an undo) keep their name.

    >>> name_to_keep("a.csv", "2f", [("a.csv", "1e"), ("a (2).csv", "")])
    'a (3).csv'
    """
    path = PurePosixPath(name.encode("utf-8", "backslashreplace").decode())
    found, number, taken = str(path), 1, defaultdict[str, set[str]](set)
    for other, digest in used:
        taken[other].add(digest)
    while found in taken and not (sha256 and taken[found] == {sha256}):
        number += 1
        found = f"{path.stem} ({number}){path.suffix}"
    return found


def bare(name: str) -> str:
    """Return a file name without the number that tells files of one name apart."""
    return _NUMBERED.sub("", name)


class StoredRow(NamedTuple):
    """One row of a statement: its place, its day, its identity and its raw cells (JSON text).

    ``units`` of ``fund`` are a decimal number as text, None where the row has none.
    """

    line: int
    day: date
    account: str
    fingerprint: str
    occurrence: int
    cells: str
    fund: str = ""
    units: str | None = None


class Place(NamedTuple):
    """Where a known row stands, as file:line, its day, and what it moves of a fund."""

    where: str
    day: date
    fund: str = ""
    units: str = ""

    @property
    def line(self) -> int:
        """The line of the file."""
        return int(self.where.rpartition(":")[2])


class StoredEntry(NamedTuple):
    """A journal entry with the rows it was made from, by account and fingerprint: the main first.

    Without a row it is what a file states besides its rows.
    """

    entry: JournalEntry
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ImportBatch:
    """Everything one import adds to the ledger, stored together or not at all.

    ``file_name`` is a name without folders, ``sha256`` that of the file's bytes; ``account`` the
    account the file belongs to ("" when its rows name several). ``period`` is the stretch that it
    says it goes over. ``shown`` are the rows that it shows as well and that other files brought:
    were those undone, they are its rows. ``again`` are rows, by account and fingerprint, that are
    known and booked anew.
    """

    file_name: str
    sha256: str
    importer: str
    account: str
    rows: Sequence[StoredRow] = ()
    entries: Sequence[StoredEntry] = ()
    answers: Sequence[Answer] = ()
    shown: Sequence[StoredRow] = ()
    period: tuple[date, date] | None = None
    again: Collection[tuple[str, str]] = ()


class ToldBy(NamedTuple):
    """The entries that tell a row in other words, each with what the row prints of it.

    An entry is named by ROW and the fingerprint of its main row: a file may be one line. Without a
    row it is named by its place.

    That is None where it prints nothing, or where nobody knows what of it is of which entry.
    ``whole`` is whether they tell the row and no more: were it taken back, so would they be.
    ``other`` is whether they tell another amount, and the row was said to be the wrong one.
    ``part`` is whether they tell it and other rows of its day in total, and these no more.
    """

    entries: Mapping[Told, Printed | None]
    whole: bool = False
    other: bool = False
    part: bool = False

    @property
    def anchors(self) -> list[str]:
        """What stands for the entries, each once."""
        return list(dict.fromkeys(anchor for anchor, _ in self.entries))

    @property
    def written(self) -> str:
        """The text that is stored."""
        told = [[*told, *_plain(one)] for told, one in sorted(self.entries.items())]
        kinds = {"whole": self.whole, "other": self.other, "part": self.part}
        return json.dumps({**kinds, "by": told})

    @classmethod
    def read(cls, text: str) -> ToldBy:
        """Return what was stored."""
        stored = json.loads(text)
        told = {(row[0], row[1]): _printed(*row[2:]) for row in stored["by"]}
        return cls(told, stored["whole"], stored["other"], stored["part"])


def _plain(printed: Printed | None) -> list[str]:
    if printed is None:
        return []
    price = "" if printed.price is None else plain_units(printed.price)
    return [plain_units(printed.units), printed.fund, price]


def _printed(units: str = "", fund: str = "", price: str = "") -> Printed | None:
    return Printed(Decimal(units), fund, Decimal(price) if price else None) if units else None


class TakenBack(NamedTuple):
    """An entry that was reversed by hand: its event, the reader of its file, and why.

    ``row`` is the fingerprint of its row; ``by`` the file that lacks that, where a newer download
    took it back instead.
    """

    event: Event
    importer: str
    why: str
    row: str = ""
    by: str = ""


class LeftOut(NamedTuple):
    """What a row would have told that was not booked, since a newer download lacks it.

    ``cents`` have the sign of the row; ``units`` are a decimal number as text, "" without any.
    """

    kind: str  # what it is compared as
    cents: int
    source: str = ""
    fund: str = ""
    units: str = ""


class LeftOutRow(NamedTuple):
    """A row that was left out: account, day, place, what it told, and what lacks it."""

    account: str
    day: date
    where: str
    fingerprint: str
    told: LeftOut
    by: str

    @property
    def reader(self) -> str:
        """The reader of its file."""
        return self.fingerprint.partition(":")[0]


class Undone(NamedTuple):
    """What undoing an import did: entries left out, and those kept by other imports, by these."""

    gone: int
    kept: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an import added; ``chain_head`` seals the ledger up to it.

    ``file_name`` is the name under which the file's rows are cited from now on.
    """

    import_id: int
    new_rows: int
    new_entries: int
    chain_head: str
    file_name: str


@dataclass(frozen=True, slots=True)
class ImportInfo:
    """One import as the ledger remembers it; ``undone`` when it was taken back, and why."""

    id: int
    name: str
    sha256: str
    importer: str
    account: str
    imported_at: str
    rows: int
    entries: int  # that it has brought, and those that rest on it now
    undone: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One entry as a register shows it, reversed entries and reversals included."""

    entry_id: int
    import_id: int
    day: date
    account: str
    kind: str
    where: str
    reason: str
    memo: str
    postings: tuple[Posting, ...] = field(default=())
    left_out: str = ""  # why it does not count though nobody reversed it
    reversed: bool = False
    reverses: int | None = None

    @property
    def counts(self) -> bool:
        """Whether it is in effect."""
        return not (self.reverses or self.reversed or self.left_out)
