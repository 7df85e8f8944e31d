"""Tables that say the same on paper and in the workbook: typed columns, rows, sections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ledger.forms.form import FormLine
from ledger.money import Money, Ratio
from ledger.text import safe

NOT_KNOWN = "not known"
NOT_IN_LEDGER = "not in the ledger"
FIRST_SHEET = "Summary"  # where each person's part begins
_SENTENCE = 6_000  # characters: many times the longest paragraph we compose
_SEAL = 16  # hex digits of the chain head


@dataclass(frozen=True)
class FormCell:
    """The amount of a form line at its home: in the workbook, the live formula itself."""

    line: FormLine


@dataclass(frozen=True)
class InputCell:
    """The amount of an entered form line where it is typed: the workbook's form reads it here."""

    line: FormLine


@dataclass(frozen=True)
class LineLink:
    """The amount of a form line shown elsewhere: in the workbook, a link to its home."""

    line: FormLine


Value = str | Money | Ratio | date | int | FormCell | InputCell | LineLink | None
Row = tuple[Value, ...]


class Kind(StrEnum):
    """What a column holds, which decides how it is aligned and formatted."""

    TEXT = "text"
    AMOUNT = "amount"  # dollars and cents, aligned on the decimal point
    DATE = "date"
    PLACE = "place"  # file:line; paper has the number of the file
    COUNT = "count"


class Medium(StrEnum):
    """Where a column is shown when it does not belong in both files."""

    BOTH = "both"
    PAPER = "paper"
    SHEET = "sheet"


@dataclass(frozen=True)
class RowSum:
    """A column that the others of its row add up to, by their keys, in the order read."""

    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    floor_zero: bool = False

    def agrees(self, keys: Sequence[str], row: Row, shown: Money) -> bool:
        """Tell whether the row adds up to the figure of the record; "not known" never does."""
        cells = dict(zip(keys, row, strict=True))
        plus, minus = [cells[k] for k in self.plus], [cells[k] for k in self.minus]
        if not all(value is None or isinstance(value, Money) for value in (*plus, *minus)):
            return False
        worth = Money.total(amounts(plus)) - Money.total(amounts(minus))
        return (worth.floor_zero() if self.floor_zero else worth) == shown


@dataclass(frozen=True)
class SumOf:
    """A column whose cells are sums over a table of another sheet (the workbook's SUMIFS).

    ``amount`` is added up over the rows in which each column named in ``same`` holds what this
    row holds in the column beside it, and the column ``where`` holds ``what``.
    """

    sheet: str
    amount: str
    same: tuple[tuple[str, str], ...]  # (key there, key here)
    where: str
    what: str
    negative: bool = False


@dataclass(frozen=True)
class Chart:
    """How the rows of a table are drawn: as a waterfall, a bar for every row.

    A bar stands on the amount in the column ``base`` and is as tall as that in ``height``; the
    ``figure`` is written above it.
    """

    across: str  # the column along the ground
    base: str
    height: str
    figure: str


@dataclass(frozen=True)
class Column:
    """One column: its key, its heading, what it holds and how it behaves.

    ``weight`` shares out the paper left for texts. A ``group`` column becomes a heading row on
    paper and stays a column in the workbook. ``total`` adds the column up at the foot. An
    ``optional`` column is left out where every row is blank. A column that stands ``aside`` is
    for the screen: in the workbook only, one line high, beyond what is printed. ``marked``
    cells stand out in the workbook by what they hold.
    """

    key: str
    title: str
    kind: Kind = Kind.TEXT
    weight: float = 1.0
    group: bool = False
    total: bool = False
    adds_up: RowSum | None = None
    sums: SumOf | None = None
    marked: bool = False
    anchors: bool = False
    medium: Medium = Medium.BOTH
    optional: bool = False
    aside: bool = False


@dataclass(frozen=True)
class Table:
    """Columns and rows, with a title, a note below, and what to say when there are no rows.

    A row that is blank in the column ``told_once`` belongs to the row above it. Of a table with
    a ``chart`` paper shows the drawing, the workbook the rows and the drawing. A ``spare`` table
    is left out of the first page where it would not fit: another section tells the same.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: str = ""
    note: str = ""
    empty: str = ""
    told_once: str = ""
    chart: Chart | None = None
    spare: bool = False

    def __post_init__(self) -> None:
        """Hold a row of the wrong length to be a fault of ours."""
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{len(self.columns)} columns, but a row has {len(row)} cells")

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the columns, in order."""
        return tuple(column.key for column in self.columns)

    def without_blanks(self) -> Table:
        """Leave out the optional columns in which every row is blank."""
        kept = [
            i
            for i, column in enumerate(self.columns)
            if not column.optional or any(row[i] not in {"", None} for row in self.rows)
        ]
        if len(kept) == len(self.columns):
            return self
        rows = tuple(tuple(row[i] for i in kept) for row in self.rows)
        return replace(self, columns=tuple(self.columns[i] for i in kept), rows=rows)

    def continues(self, row: Row) -> bool:
        """Tell whether a row only goes on with the one above."""
        return bool(self.told_once) and row[self.keys.index(self.told_once)] == ""

    def of(self, medium: Medium) -> tuple[int, ...]:
        """Return the positions of the columns that are shown on paper or in the workbook."""
        return tuple(i for i, c in enumerate(self.columns) if c.medium in {Medium.BOTH, medium})

    def total(self, position: int) -> Money:
        """Add up a column that has a total; blank cells count nothing."""
        return Money.total(amounts(row[position] for row in self.rows))

    @property
    def has_total(self) -> bool:
        """Whether a row of totals stands at the foot: only below two rows and more."""
        return len(self.rows) > 1 and any(column.total for column in self.columns)


@dataclass(frozen=True)
class Section:
    """A part of the packet that is also one sheet of the workbook.

    ``lead`` tables stand before the paragraphs, the other tables after them. The tables of a
    ``filtered`` section are data: in the workbook they are Excel tables.
    """

    title: str
    sheet: str
    tables: tuple[Table, ...]
    paragraphs: tuple[str, ...] = ()
    lead: tuple[Table, ...] = ()
    starts_page: bool = False
    on_one_page: bool = False  # where it fits on one
    medium: Medium = Medium.BOTH
    filtered: bool = False
    person: str = ""  # whose it is, in a packet of two
    letter: str = ""  # of the work paper: "B", or "B-2" where several sections have one
    follows: bool = False  # in the workbook its figures follow a change of an input

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """Every table in reading order."""
        return (*self.lead, *self.tables)


@dataclass(frozen=True)
class Marks:
    """What stands at the head and foot of every page beside the name and the year.

    ``through`` is the day of the last entry of the books, ``prepared`` that of the last booking:
    neither hangs on the day on which the packet is printed.
    """

    ssn_last4: str = ""
    client_number: str = ""
    through: date | None = None
    prepared: date | None = None

    @property
    def of_person(self) -> str:
        """The marks of the person, in words: "SSN ···1234 · client 4711"."""
        ssn = f"SSN ···{self.ssn_last4}" if self.ssn_last4 else ""
        client = f"client {self.client_number}" if self.client_number else ""
        return " · ".join(text for text in (ssn, client) if text)

    @property
    def of_books(self) -> str:
        """How far the books go, and when they were last added to."""
        through = f"records through {on_form(self.through)}" if self.through else ""
        prepared = f"prepared {on_form(self.prepared)}" if self.prepared else ""
        return " · ".join(text for text in (through, prepared) if text)


@dataclass(frozen=True)
class Document:
    """Everything the packet and the workbook show, in reading order."""

    name: str
    tax_year: int
    provisional: str
    chain_head: str
    sections: tuple[Section, ...]
    marks: Marks = Marks()
    status: str = ""  # "DRAFT", "AS FILED 03/30/2026", "AMENDED"

    @property
    def stamp(self) -> str:
        """What stands on every page: how the figures stand, and that a form is not final."""
        provisional = "PROVISIONAL" if self.provisional else ""
        return " · ".join(text for text in (provisional, self.status) if text)

    def of(self, medium: Medium) -> tuple[Section, ...]:
        """Return the sections of the PDF or of the workbook."""
        return tuple(s for s in self.sections if s.medium in {Medium.BOTH, medium})

    @property
    def anchors(self) -> frozenset[str]:
        """The files that have a row of their own to which places can lead."""
        return frozenset(
            show(row[position])
            for section in self.sections
            for table in section.all_tables
            for position, column in enumerate(table.columns)
            if column.anchors
            for row in table.rows
        )

    @property
    def seal(self) -> str:
        """The chain head in short, for the foot of each page."""
        short = self.chain_head[:_SEAL]
        return f"ledger {short}" if short else "no ledger: a scenario"


def money_of(value: Value) -> Money | None:
    """Return the amount a cell shows, or None when it shows no amount."""
    if isinstance(value, FormCell | InputCell | LineLink):
        value = value.line.value
    return value if isinstance(value, Money) else None


def amounts(values: Iterable[Value]) -> list[Money]:
    """Return the amounts among some cells."""
    return [money for value in values if (money := money_of(value)) is not None]


def accounting(amount: Money, *, whole_dollars: bool = False) -> str:
    """Write an amount as accountants do, a negative one in parentheses.

    >>> accounting(Money(-123456)), accounting(Money(123400), whole_dollars=True)
    ('(1,234.56)', '1,234')
    """
    size = str(-amount if amount.cents < 0 else amount)
    size = size.removesuffix(".00") if whole_dollars else size
    return f"({size})" if amount.cents < 0 else size


def show(value: Value) -> str:
    """Return a cell as text that is safe to print; the only way to paper and workbook.

    >>> show(date(2025, 4, 15)), show(None), show(Money(-5))
    ('2025-04-15', '', '(0.05)')
    """
    if isinstance(value, FormCell | InputCell | LineLink):
        return line_amount(value.line)
    if isinstance(value, Money):
        return accounting(value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else safe(str(value))


def line_amount(line: FormLine) -> str:
    """Write a form line as the form does: cents, whole dollars, or a ratio with its places."""
    if isinstance(line.value, Money):
        return accounting(line.value, whole_dollars=line.whole_dollars)
    return line.value.plain


def tell(sentence: str) -> str:
    """Return a sentence of our own that quotes names from files, safe to print."""
    return safe(sentence, limit=_SENTENCE)


def on_form(day: date) -> str:
    """Write a date as tax forms do.

    >>> on_form(date(2025, 4, 15))
    '04/15/2025'
    """
    return f"{day.month:02d}/{day.day:02d}/{day.year}"


def or_not_known(value: Money | date | int | None) -> Value:
    """Say in words that a figure is not known; zero never stands for it."""
    return NOT_KNOWN if value is None else value


def first_file(text: str) -> str:
    """Return the file that the first of some places names.

    >>> first_file("a.csv:3, 4; b.csv:9"), first_file("typed by hand, no. 2")
    ('a.csv', 'typed by hand, no. 2')
    """
    place = text.partition("; ")[0]
    name, colon, _ = place.rpartition(":")
    return name if colon else place


def places(evidence: Sequence[str], *, most: int = 6) -> str:
    """Shorten a list of file:line places: each file once, so many lines, then how many more.

    >>> places(["a.csv:3", "a.csv:4", "b.csv:9"]), places(["a.csv:1", "a.csv:2"], most=1)
    ('a.csv:3, 4; b.csv:9', 'a.csv:1 and 1 more row')
    """
    by_file: dict[str, list[str]] = {}
    for place in evidence[:most]:
        name, colon, line = place.rpartition(":")
        name, line = (name, line) if colon and line.isdigit() else (place, "")
        by_file.setdefault(name, []).append(line)
    listed = "; ".join(
        f"{name}:{', '.join(lines)}" if any(lines) else name for name, lines in by_file.items()
    )
    left = len(evidence) - most
    return listed if left <= 0 else f"{listed} and {left} more row{'s' if left > 1 else ''}"
