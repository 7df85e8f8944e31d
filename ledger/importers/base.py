"""The shared reader: a declaration and a text in, Records out, every fault of the file at once."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.chart import Source
from ledger.errors import Collector, LedgerError
from ledger.importers import signs
from ledger.importers.dates import BadDate, DayReader
from ledger.importers.files import TextFile, bad_encoding, refuse
from ledger.importers.reading import Reading
from ledger.importers.sources import says_catch_up, source_of
from ledger.importers.tables import OF_A_MAP, Header, Row, TableReader, TableSpec, column_name
from ledger.importers.vocabulary import DEPOSIT_UNKNOWN, INFO, Meaning, Vocabulary, plain_words
from ledger.money import ZERO, BadAmount, Money, minus_first, round_half_up
from ledger.records import Record, RowKind, rows_where
from ledger.text import safe

Fields = Mapping[str, Any]  # further fields of a Record
FAULTS_MAX = 1_000  # of one file, after which it is read no further
SURE = "A"  # grade of evidence: sample files, or several programs that read real ones, agree
SILENT = rows_where(lambda spec: not spec.has_effect)
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]*)?")
_DECIMAL_COMMA = re.compile(r"[0-9.]*[0-9],[0-9]{1,2}")
_ENDLESS = re.compile(r"[-+]?(?:s?nan[0-9]*|inf|infinity|[0-9.]+e[-+]?[0-9]{3,})", re.IGNORECASE)
EMPTY = frozenset({"", "-", "--", "–", "—"})
_ASKED_LATER = frozenset({"", "source_unknown"})  # of what a row leaves open, its sign comes first
_YEAR_SAID = frozenset({"tax_year_unknown", DEPOSIT_UNKNOWN})  # what a stated tax year settles
_LEAVING = "S"  # Robinhood writes shares that leave as "12S"
_TAB = "\t"
_HEAD_LINES = 200
_HEAD_WIDTH = 4000


@dataclass(frozen=True)
class Activity:
    """A table of dated rows: its date forms, its row types and what its own rules add.

    ``refine`` may change a row's meaning by its other cells; ``details`` returns further fields
    of its Record (tax year, partner, catch-up). ``plan`` tells employer-plan tables, ``source``
    what a source's name means, given the employer's. ``spread`` takes a row
    apart that holds several amounts. ``leaves`` tells rows whose money leaves although the product
    prints no sign; ``turned`` that it prints money in as negative. ``way`` returns which way a row
    goes by the definition of its format, whatever its figures say (signs.INWARD, OUTWARD or 0).
    ``pending`` tells rows that have not happened yet: they are counted and left for a later file.
    ``refuses`` returns the fault of a row that says of itself what the reader cannot weigh.
    ``evidence`` grades how well the layout is known (A, B or C), for all rows or row by row.
    """

    table: TableSpec
    dates: tuple[str, ...]
    vocabulary: Vocabulary
    plan: bool
    refine: Callable[[Row, Meaning, Money], Meaning] | None = None
    details: Callable[[Row, date], Fields] | None = None
    source: Callable[[str, str], Source | None] = source_of
    spread: Callable[[Row], Iterator[Row]] | None = None
    leaves: Callable[[Row], bool] | None = None
    turned: bool = False
    way: Callable[[Row], int] | None = None
    pending: Callable[[Row], bool] | None = None
    refuses: Callable[[Row], LedgerError | None] | None = None
    evidence: str | Callable[[Row], str] = SURE

    def grade(self, row: Row) -> str:
        """Return how well the layout of a row is known."""
        return self.evidence if isinstance(self.evidence, str) else self.evidence(row)


@dataclass(frozen=True)
class About:
    """What a file says of itself outside its tables: account and period."""

    account: str = ""
    period: tuple[date, date] | None = None


@dataclass(frozen=True)
class Head:
    """The beginning of a file, by which a reader recognizes it."""

    text: str
    lines: tuple[frozenset[str], ...]
    pasted: tuple[frozenset[str], ...] = ()  # lines that hold tabs, split at those

    @classmethod
    def of(cls, text: str) -> Head:
        """Take the first lines and split them as column names."""
        start = text[: _HEAD_LINES * _HEAD_WIDTH]
        cut = (line[:_HEAD_WIDTH] for line in start.splitlines()[:_HEAD_LINES])
        lines = [line for line in cut if line.strip()]
        return cls(
            text=start,
            lines=tuple(_names(line, ",") for line in lines),
            pasted=tuple(_names(line, _TAB) for line in lines if _TAB in line),
        )


def _names(line: str, delimiter: str) -> frozenset[str]:
    return frozenset(column_name(cell.replace('"', "")) for cell in line.split(delimiter))


@dataclass(frozen=True)
class Importer:
    """One product of one recordkeeper, declared.

    ``activities`` are read, ``snapshots`` (tables without dates) are only noted. ``about`` reads
    account and period from the preamble or the file name, ``finish`` looks at all rows together.
    Without a ``delimiter`` of its own the table is a CSV or, copied and pasted, divided by tabs.
    ``evidence`` grades the whole product, an activity's own grade its table; a reading that
    rests on B or C is confirmed once. ``tidy`` mends quirks of the text and keeps its lines.
    A product that is no CSV brings its own ``recognize`` and ``reader``. ``plan_words`` are row
    types of workplace plans that an IRA's product prints too, where one login shows both;
    ``choose`` returns what a row is read by, where its cells tell a plan's from the others.
    """

    name: str
    institution: str
    words: str
    activities: tuple[Activity, ...] = ()
    snapshots: tuple[TableSpec, ...] = ()
    footers: tuple[str, ...] = ()
    prose: bool = False  # below its rows stands text that nobody has recorded
    delimiter: str = ""
    windows_text: bool = True  # Vanguard writes Windows-1252, and so does Excel for Windows
    evidence: str = SURE
    plan_words: frozenset[str] = frozenset()
    choose: Callable[[Row], Activity] | None = None
    tidy: Callable[[TextFile], TextFile] | None = None
    about: Callable[[TextFile, date], About] | None = None
    finish: Callable[[list[Record]], list[Record]] | None = None
    recognize: Callable[[Head], bool] | None = None
    reader: Callable[[Importer, TextFile, date], Reading] | None = None

    @property
    def specs(self) -> tuple[TableSpec, ...]:
        """Every table this product may hold."""
        return (*(a.table for a in self.activities), *self.snapshots)

    def activity_of(self, header: Header) -> Activity | None:
        """Return what is read of a table, None of one that is only noted."""
        return next((one for one in self.activities if one.table is header.spec), None)

    def answers(self, head: Head) -> bool:
        """Tell whether a file that begins so is of this product."""
        if self.recognize is not None:
            return self.recognize(head)
        return self.answers_csv(head) or self.answers_pasted(head)

    def answers_csv(self, head: Head) -> bool:
        """Tell whether a line divided by commas is the header of one of the tables."""
        return any(spec.matches(line) for spec in self.specs for line in head.lines)

    def answers_pasted(self, head: Head) -> bool:
        """Tell whether a line divided by tabs is the header of one of the tables."""
        pasted = () if self.delimiter or self.reader else head.pasted
        return any(spec.matches(line) for spec in self.specs for line in pasted)

    def read(self, file: TextFile, now: date) -> Reading:
        """Read the whole file; raise LedgerErrors with every fault in it."""
        if file.undecodable and not self.windows_text:
            raise bad_encoding(file.undecodable)
        if self.tidy is not None:
            file = self.tidy(file)
        reading = (self.reader or read_tables)(self, file, now)
        if file.undecodable:
            note = f"{file.undecodable}: a letter is not UTF-8: the file was read as Windows text"
            reading = replace(reading, notes=(*reading.notes, note))
        if self.evidence == SURE:
            return reading
        grades = dict.fromkeys((record.line for record in reading.records), self.evidence)
        return replace(reading, unconfirmed=grades)


@dataclass
class RecordMaker:
    """Turns rows of one file into Records; faults are gathered."""

    faults: Collector
    now: date
    account: str = ""
    _days: dict[tuple[str, ...], DayReader] = field(default_factory=dict)

    def record(self, row: Row, activity: Activity) -> Record | None:
        """Return the Record of a row, or None when its date or amount is at fault."""
        day = self._day(row, activity)
        raw = row.text("type")
        meaning = activity.vocabulary.meaning(raw)
        try:
            stated = amount_of(row)
            _refuse_endless_units(row)
        except LedgerError as fault:
            self.faults.add(fault)
            return None
        if day is None:
            return None
        units = units_in(row)
        if stated and activity.turned:
            if stated.cents * signs.sign_of(units) > 0:  # units of such a file are turned as well
                units = signs.turned_units(units, -signs.sign_of(units))
            stated = -stated
        if activity.leaves and activity.leaves(row):
            units = signs.turned_units(units, signs.OUTWARD)
            stated = -stated if stated and stated.cents > 0 else stated
        return self._made(row, activity, day, meaning, (stated, units))

    def _made(
        self,
        row: Row,
        activity: Activity,
        day: date,
        meaning: Meaning,
        figures: tuple[Money | None, str],
    ) -> Record:
        stated, units = figures
        amount = stated if stated is not None else ZERO
        if activity.refine is not None:
            meaning = activity.refine(row, meaning, amount)
        meaning, amount, units = _held_together(row, activity, meaning, (amount, units))
        if meaning.kind in SILENT and row.text("amount") in EMPTY:
            amount = ZERO  # an exchange in kind has no effect in cash
        elif stated is None:
            meaning = replace(meaning, question="amount_unknown")
        source_text = row.text("source")
        source = activity.source(source_text, row.employer) if source_text else None
        fields: dict[str, Any] = {
            "day": day,
            "account": row.text("account") or self.account,
            "investment": html.unescape(_filled(row, "investment")),
            "memo": html.unescape(_filled(row, "memo")),
            "catch_up": activity.plan and says_catch_up(source_text),
            "question": meaning.question,
        }
        if activity.plan and source is None and not meaning.question:
            fields["question"] = "" if meaning.kind in SILENT else "source_unknown"
        if activity.details is not None:
            fields.update(activity.details(row, day))
        if fields.get("tax_year") and fields["question"] in _YEAR_SAID:
            fields["question"] = ""
        made = Record(
            file=row.file,
            line=row.line,
            kind=meaning.kind,
            amount=amount,
            raw_type=row.text("type"),
            source_text=source_text,
            source=source,
            units=units,
            price=_price_in(row) if units and activity.plan else "",
            cells=row.as_mapping(),
            **fields,
        )
        return _with_sign_asked(made)

    def _day(self, row: Row, activity: Activity) -> date | None:
        reader = self._days.get(activity.dates)
        if reader is None:
            reader = self._days[activity.dates] = DayReader(activity.dates, self.now)
        try:
            return reader.read(row.text("day"))
        except BadDate as error:
            self.faults.add(date_fault(row, error))
            return None


def _held_together(
    row: Row, activity: Activity, meaning: Meaning, figures: tuple[Money, str]
) -> tuple[Meaning, Money, str]:
    """Return meaning, amount and units of a row, as far as what it is says which way it goes."""
    amount, units = figures
    way = (activity.way(row) if activity.way else 0) or signs.way_of(meaning)
    if activity.plan or meaning.for_amount(amount).kind is not RowKind.EXCHANGE:
        amount, units = signs.agreed(amount, units, way)
    meaning = _by_sign(row, meaning, amount, units)
    if meaning.kind is RowKind.EXCHANGE:
        units = signs.units_of_trade(row.text("type"), amount, units, way, plan=activity.plan)
    return meaning, amount, units


def _with_sign_asked(record: Record) -> Record:
    """Return a row whose amount and units contradict each other with the question which is right.

    Of what else a row leaves open the question stays: the signs are asked about before it.
    """
    asked = signs.contradicts(record) and record.question in _ASKED_LATER
    return replace(record, question=signs.SIGN_UNKNOWN) if asked else record


def _filled(row: Row, role: str) -> str:
    """Return a cell, "" where one layout leaves it empty and another writes a dash."""
    text = row.text(role)
    return "" if text in EMPTY else text


def _by_sign(row: Row, meaning: Meaning, amount: Money, units: str) -> Meaning:
    """Return the meaning for the amount's sign; of a move of shares without value, the shares'."""
    if not amount and units:
        leaning = meaning.for_amount(Money(signs.sign_of(units)))
        if leaning.kind.spec.is_leg:
            return replace(leaning, question="amount_unknown")
    meaning = meaning.for_amount(amount)
    if not amount and meaning.kind.spec.nothing_if_zero and row.text("amount") not in EMPTY:
        return INFO
    return meaning


def date_fault(row: Row, error: BadDate) -> LedgerError:
    """Return the fault of a date cell, with its place and column."""
    remedy, text = error.remedy, row.text("day")
    if row.header.spec.name == OF_A_MAP and not any(sign.isdigit() for sign in text):
        said = f'pending = ["{safe(text, limit=40)}"]'
        above = "" if text else "; a row that goes on with the day above it needs that day written"
        remedy = f"{remedy}{above}; where such rows have not happened yet, add {said} to [map]"
    return refuse(row.where, error.code, f"column {row.title('day')}: {error}", remedy)


def money_in(row: Row, role: str) -> Money:
    """Return the amount in a cell; raise LedgerError (bad_amount) naming place and column."""
    text = row.text(role)
    try:
        return Money.parse(text, evidence=row.where)
    except BadAmount:
        words, remedy = _wrong_amount(text)
        shown = f"'{safe(text, limit=40)}' {words}" if text else "the amount is empty"
        problem = f"column {row.title(role)}: {shown}"
        raise refuse(row.where, "bad_amount", problem, remedy) from None


def _wrong_amount(text: str) -> tuple[str, str]:
    """Return what is wrong with a text that is no amount, and what to do about it."""
    usual = "write dollars and cents, as 1234.56"
    unsigned = minus_first(text).lstrip("-+$(").rstrip(")")
    if _DECIMAL_COMMA.fullmatch(unsigned):
        return "has a decimal comma", usual
    if not _NUMBER.fullmatch(unsigned) or not any(c.isdigit() for c in unsigned):
        return "is not an amount", usual
    if len(unsigned.partition(".")[2]) > len("00"):
        return "has more than two decimals", "round it to the cent, as the statement prints it"
    if unsigned == text.lstrip("-+$"):
        return "is more than one trillion dollars", "check the amount"
    return "is not an amount", usual


def amount_of(row: Row) -> Money | None:
    """Return a row's amount; of a move in kind, units x price; None when neither is there.

    Raises LedgerError (bad_amount) for a cell that is no amount.
    """
    if row.text("amount") not in EMPTY:
        return money_in(row, "amount")
    return in_kind_value(row)


def _refuse_endless_units(row: Row) -> None:
    """Refuse units that a computer takes for a number and that no statement prints: 1e999, NaN."""
    text = row.text("units")
    if _ENDLESS.fullmatch(text):
        shown = f"column {row.title('units')}: '{safe(text, limit=40)}' is not a number"
        raise refuse(row.where, "bad_amount", shown, "check the row against the statement")


def in_kind_value(row: Row) -> Money | None:
    """Return units x price, rounded half up to the cent once; None when either is missing."""
    units, price = number_in(row, "units"), number_in(row, "price")
    if not units or not price:
        return None
    cents = round_half_up(units * price * 100)
    return Money(cents, frozenset({row.where}))


def plain_number(text: str) -> str:
    """Return a printed number as a plain one, so that it compares by value.

    >>> plain_number("(20.000)"), plain_number("$1,004.50"), plain_number("– 3.1")
    ('-20.000', '1004.50', '-3.1')
    """
    text = minus_first(text.strip())
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"
    bare = text.replace("$", "")  # thousands are checked where they stand: 10,5 is no 105
    return bare.replace(",", "") if _NUMBER.fullmatch(bare) else text


def units_in(row: Row) -> str:
    """Return the units of a row as Record.units holds them, with the sign that is printed."""
    text = row.text("units")
    if text[:1].isdigit() and text.endswith(_LEAVING):
        text = f"-{text.removesuffix(_LEAVING)}"
    return signs.normal_units(plain_number(text)) if text not in EMPTY else ""


def _price_in(row: Row) -> str:
    """Return the price of a unit that a row prints, "" where it is none."""
    found = signs.normal_units(plain_number(row.text("price")))
    return "" if found.startswith("-") else found


def number_in(row: Row, role: str) -> Decimal | None:
    """Return the exact number in a cell, None when it is empty.

    Raises LedgerError (bad_amount) for a cell that is no number.
    """
    text = row.text(role).removeprefix("+")
    if text in EMPTY:
        return None
    if text[:1].isdigit() and text.endswith(_LEAVING):
        text = f"-{text.removesuffix(_LEAVING)}"
    # thousands are checked where they stand: 1,23 is no number
    unsigned = minus_first(text).replace("$", "").removeprefix("(").removesuffix(")")
    if _NUMBER.fullmatch(unsigned):
        text = plain_number(text)
    if not _NUMBER.fullmatch(text) or not any(c.isdigit() for c in text) or len(text) > 30:
        raise refuse(
            row.where,
            "bad_amount",
            f"column {row.title(role)}: '{safe(text, limit=40)}' is not a number",
            "check the row against the statement",
        )
    return Decimal(text)


def read_tables(importer: Importer, file: TextFile, now: date) -> Reading:
    """Read a CSV by its declaration."""
    about = importer.about(file, now) if importer.about else About()
    faults = Collector()
    maker = RecordMaker(faults, now, account=about.account)
    delimiter = importer.delimiter or _delimiter(importer, file)
    tables = TableReader(
        file, importer.specs, faults, importer.footers, delimiter, prose=importer.prose
    )
    records: list[Record] = []
    unconfirmed: dict[int, str] = {}
    chosen: set[bool] = set()
    noted = pending = 0
    refused: set[str] = set()  # what a whole column says alike is told once
    for row in gathered(tables.rows(), faults):
        activity = importer.choose(row) if importer.choose else importer.activity_of(row.header)
        if activity is None:
            noted += 1
            continue
        chosen.add(activity.plan)
        if activity.pending is not None and activity.pending(row):
            pending += 1
            continue
        if _is_refused(activity, row, faults, refused):
            continue
        for one in gathered(activity.spread(row), faults) if activity.spread else (row,):
            record = maker.record(one, activity)
            if record is None:
                continue
            records.append(record)
            if activity.grade(one) != SURE:
                unconfirmed[one.line] = activity.grade(one)
    faults.raise_any()
    if not records:
        raise no_rows(file.name, tables)
    if importer.finish:
        records = importer.finish(records)
    return Reading(
        file=file.name,
        sha256=file.sha256,
        importer=importer.name,
        records=tuple(records),
        plan=_is_plan(importer, tables, chosen),
        mixed=(importer.choose is not None and len(chosen) > 1)
        or any(plain_words(record.raw_type) in importer.plan_words for record in records),
        account=about.account,
        period=about.period,
        notes=tuple(_told(noted, pending)),
        unconfirmed=unconfirmed,
    )


def _is_refused(activity: Activity, row: Row, faults: Collector, told: set[str]) -> bool:
    """Tell whether a row says of itself what nobody can weigh, and keep the first of each such."""
    fault = activity.refuses(row) if activity.refuses is not None else None
    if fault is not None and fault.problem not in told:
        told.add(fault.problem)
        faults.add(fault)
    return fault is not None


def _is_plan(importer: Importer, tables: TableReader, chosen: set[bool]) -> bool:
    """Tell whether every row or, where they do not tell it, every table is a plan's."""
    if importer.choose is not None:
        return chosen == {True}
    return all(a.plan for h in tables.headers if (a := importer.activity_of(h)) is not None)


def _told(noted: int, pending: int) -> Iterator[str]:
    if noted:
        yield f"{counted(noted, 'row')} of holdings without a date not read"
    if pending:
        yield f"{counted(pending, 'row')} still pending: download them again later"


def _delimiter(importer: Importer, file: TextFile) -> str:
    head = Head.of(file.text)
    return _TAB if importer.answers_pasted(head) and not importer.answers_csv(head) else ","


def counted(number: int, thing: str) -> str:
    """Return a number with the name of what is counted: "1 row", "2 rows"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def no_rows(file: str, tables: TableReader) -> LedgerError:
    """Return the fault of a file that has a header and nothing below it."""
    return refuse(
        f"{file}:{tables.headers[-1].line}",
        "no_rows",
        "there are no rows below the header",
        "choose a longer period when you download",
    )


def gathered(rows: Iterator[Row], faults: Collector) -> Iterator[Row]:
    """Go through rows; a fault that ends the file is kept with the others.

    After a thousand faults the file is no statement that somebody mends row by row.
    """
    with faults:
        for row in rows:
            yield row
            if len(faults) >= FAULTS_MAX:
                problem = f"{FAULTS_MAX:,} faults are found, the rest of the file is not looked at"
                raise refuse(row.where, "too_many_faults", problem, "mend these first")


def with_kind(record: Record, meaning: Meaning) -> Record:
    """Return a record with another meaning; the question goes with the kind."""
    return replace(record, kind=meaning.kind, question=meaning.question)
