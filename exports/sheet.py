"""One sheet of the workbook: where its rows stand, and how cells are written and formatted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from exports.table import (
    Column,
    FormCell,
    InputCell,
    Kind,
    LineLink,
    Medium,
    Section,
    SumOf,
    Table,
    Value,
    show,
    tell,
)
from ledger.forms.form import FormLine
from ledger.money import Money, Ratio

AMOUNT_FORMAT = "#,##0.00_);(#,##0.00)"
DATE_FORMAT = "yyyy-mm-dd"
FACE = "Arial"
WHOLE_FORMAT = "#,##0_);(#,##0)"
WIDEST, WIDEST_GROUP, NARROWEST = 40, 60, 9
ACROSS = 185  # column widths on a page that lies on its side, still easy to read
_ASIDE = 70  # a column for the screen only
_TEXT_AT_LEAST = 14
_NAME_MAX = 31
_PLAIN_WORDS = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9][\w .,()&/-]*")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_LINE_POINTS = 13.2
_DIGIT, _LETTER = 1.1, 0.96  # widths of a character in the units of a column
_FILLED = 1.1  # letters of prose to a unit of column width
_HEAD_FILL = PatternFill("solid", fgColor="FFE8EAEE")
_THIN, _MEDIUM = Side("hair", color="FF999999"), Side("thin", color="FF000000")
Homes = Mapping[tuple[str, str], tuple[str, str]]  # (form, line) -> (sheet, cell)


@dataclass(frozen=True)
class PlacedTable:
    """A table with the row its head stands on."""

    table: Table
    head: int

    @cached_property
    def positions(self) -> tuple[int, ...]:
        """The columns of the table that the workbook shows, in order."""
        return self.table.of(Medium.SHEET)

    def cell(self, row: int, position: int) -> str:
        """Return the address of a body cell: row counted from 0, column as in the table."""
        letter = get_column_letter(self.positions.index(position) + 1)
        return f"{letter}{self.head + 1 + row}"

    def by_key(self, key: str, row: int) -> str:
        """Return the address of a body cell by the key of its column."""
        return self.cell(row, self.table.keys.index(key))

    @property
    def printed(self) -> int:
        """The number of columns that are printed: those that stand aside come last."""
        return sum(not self.table.columns[position].aside for position in self.positions)

    @property
    def top(self) -> int:
        """The first row that belongs to the table: its title or note, or its head."""
        return self.head - sum(bool(text) for text in (self.table.title, self.table.note))

    @property
    def after(self) -> int:
        """The first row below the table and its totals."""
        body = max(len(self.table.rows), 1)
        return self.head + 1 + body + (1 if self.table.has_total else 0)


@dataclass(frozen=True)
class Plan:
    """A section with its sheet name and the place of each text and table."""

    section: Section
    name: str
    texts: tuple[tuple[int, str, str], ...]  # row, style, text
    tables: tuple[PlacedTable, ...]

    @property
    def width(self) -> int:
        """The number of columns in use."""
        return max((len(placed.positions) for placed in self.tables), default=1)

    @property
    def printed(self) -> int:
        """The number of columns that are printed."""
        return max((placed.printed for placed in self.tables), default=1)

    @property
    def last_row(self) -> int:
        """The last row in use."""
        texts = max(row for row, _, _ in self.texts)
        return max([texts, *(placed.after - 1 for placed in self.tables)])


def plan(section: Section, name: str) -> Plan:
    """Give every text and table of a section its rows."""
    texts = [(1, "section", section.title)]
    placed: list[PlacedTable] = []
    row = _place(section.lead, 3, texts, placed)
    row += 1 if section.lead else 0
    for paragraph in section.paragraphs:
        texts.append((row, "text", paragraph))
        row += 1
    _place(section.tables, row, texts, placed)
    return Plan(section, name, tuple(texts), tuple(placed))


def _place(
    tables: Sequence[Table], row: int, texts: list[tuple[int, str, str]], placed: list[PlacedTable]
) -> int:
    """Give tables and what stands above them their rows; return the first row below."""
    for table in tables:
        row += 1
        for style, text in (("title", table.title), ("note", table.note)):
            if text:
                texts.append((row, style, text))
                row += 1
        placed.append(PlacedTable(table, row))
        row = placed[-1].after
    return row


def sheet_name(wanted: str, taken: set[str]) -> str:
    """Return a name that every spreadsheet program accepts and that is not taken yet.

    >>> sheet_name("Worksheet 1/1: [draft]", set())
    'Worksheet 1 1 draft'
    """
    plain = " ".join(_FORBIDDEN.sub(" ", show(wanted)).split()).strip("'") or "Sheet"
    name, number = plain[:_NAME_MAX].strip(), 1
    # spreadsheet programs compare names of sheets without case
    while name.lower() in {other.lower() for other in taken}:
        number += 1
        name = f"{plain[: _NAME_MAX - len(str(number)) - 1].strip()} {number}"
    return name


def homes_of(plans: Sequence[Plan], kind: type = FormCell) -> Homes:
    """Find the cell in which each form line lives, or is typed (``InputCell``)."""
    found = {}
    for at in plans:
        for placed in at.tables:
            for y, row in enumerate(placed.table.rows):
                for position in placed.positions:
                    value = row[position]
                    if isinstance(value, FormCell | InputCell) and isinstance(value, kind):
                        line = value.line
                        found[line.form, line.number] = (at.name, placed.cell(y, position))
    return found


@dataclass(frozen=True)
class Links:
    """Where formulas of one sheet find the cells of the others."""

    homes: Homes
    inputs: Homes
    plans: Sequence[Plan]

    @classmethod
    def of(cls, plans: Sequence[Plan]) -> Links:
        """Find every cell that a formula may read."""
        return cls(homes_of(plans), homes_of(plans, InputCell), plans)

    def sums(self, rule: SumOf, here: PlacedTable, y: int, shown: Money) -> str:
        """Return the SUMIFS of a cell; "" where the rows there do not add up to what is shown."""
        found = [(at, placed) for at in self.plans for placed in at.tables if at.name == rule.sheet]
        if len(found) != 1:
            return ""
        (at, there), row = found[0], here.table.rows[y]
        wanted = {a: show(row[here.table.keys.index(b)]) for a, b in rule.same}
        if not all(_PLAIN_WORDS.fullmatch(words) for words in wanted.values()):
            return ""  # SUMIFS would read a sign such as > or * as a command
        # a formula that gives another figure than the paper would be worse than a plain number
        if _sum(rule, there.table, wanted | {rule.where: rule.what}) != shown.cents:
            return ""
        parts = [_range(at, there, rule.amount)]
        for key, beside in rule.same:
            parts += [_range(at, there, key), f"${here.by_key(beside, y)}"]
        parts += [_range(at, there, rule.where), f'"{rule.what}"']
        return f"={'-' if rule.negative else ''}SUMIFS({','.join(parts)})"


def _sum(rule: SumOf, table: Table, wanted: Mapping[str, str]) -> int:
    at = {key: table.keys.index(key) for key in (*wanted, rule.amount)}
    cents = (
        amount.cents
        for row in table.rows
        if isinstance(amount := row[at[rule.amount]], Money)
        # SUMIFS compares without case, so this has to as well
        and all(show(row[at[key]]).lower() == words.lower() for key, words in wanted.items())
    )
    return -sum(cents) if rule.negative else sum(cents)


def _range(at: Plan, placed: PlacedTable, key: str) -> str:
    """Return the address of a whole column of a table on another sheet."""
    letter = get_column_letter(placed.positions.index(placed.table.keys.index(key)) + 1)
    first, last = placed.head + 1, placed.head + max(len(placed.table.rows), 1)
    return f"{quoted(at.name)}!${letter}${first}:${letter}${last}"


def quoted(sheet: str) -> str:
    """Return the name of a sheet as a formula writes it."""
    return "'{}'".format(sheet.replace("'", "''"))


class SheetWriter:
    """Writes one planned section; ``cached`` keeps the figure behind each formula."""

    def __init__(self, sheet: Worksheet, at: Plan, links: Links) -> None:
        self._sheet, self._plan, self._links = sheet, at, links
        self.cached: dict[str, str] = {}
        self._looks: dict[tuple[bool, bool, int], Any] = {}  # of cells of tables

    def write(self) -> None:
        """Write texts, tables and column widths."""
        self._widths()
        for row, style, text in self._plan.texts:
            self._text(row, style, text)
        for placed in self._plan.tables:
            self._table(placed)

    def _widths(self) -> None:
        needs = [max(self._column_needs(x), default=0.0) + 2 for x in range(self._plan.width)]
        widths = [min(max(need, NARROWEST), self._widest(x)) for x, need in enumerate(needs)]
        texts = [x for x in range(self._plan.printed) if self._is_text(x)]
        printed = sum(widths[: self._plan.printed])
        widest = level_of([widths[x] for x in texts], ACROSS - (printed - sum_at(widths, texts)))
        fitted = [min(width, widest) if x in texts else width for x, width in enumerate(widths)]
        fitted[self._plan.printed :] = [_ASIDE] * (self._plan.width - self._plan.printed)
        for x, width in enumerate(fitted, start=1):
            self._sheet.column_dimensions[get_column_letter(x)].width = round(width, 1)

    def _columns(self, x: int) -> list[Column]:
        tables = (placed for placed in self._plan.tables if x < len(placed.positions))
        return [placed.table.columns[placed.positions[x]] for placed in tables]

    def _widest(self, x: int) -> int:
        return WIDEST_GROUP if any(column.group for column in self._columns(x)) else WIDEST

    def _is_text(self, x: int) -> bool:
        return all(column.kind in {Kind.TEXT, Kind.PLACE} for column in self._columns(x))

    def _column_needs(self, x: int) -> Iterator[float]:
        for placed in self._plan.tables:
            if x >= len(placed.positions):
                continue
            position = placed.positions[x]
            column = placed.table.columns[position]
            yield max((len(word) for word in column.title.split()), default=0) * _DIGIT
            for row in placed.table.rows:
                one = _LETTER if isinstance(row[position], str) else _DIGIT
                yield len(show(row[position])) * one
            if column.total:
                yield len(show(placed.table.total(position))) * _DIGIT

    def _text(self, row: int, style: str, text: str) -> None:
        cell = self._sheet.cell(row, 1)
        sizes = {"section": 14, "title": 11}
        size = sizes.get(style, 10)
        cell.font = Font(FACE, size, b=style in sizes, i=style == "note")
        self._sheet.row_dimensions[row].height = size * 1.5
        _put_text(cell, tell(text))
        if style in sizes:
            return
        across = self._plan.printed
        width = sum(self._width(x + 1) for x in range(across))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if across > 1:
            self._sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=across)
        self._heighten(row, text, width)

    def _width(self, x: int) -> float:
        return float(self._sheet.column_dimensions[get_column_letter(x)].width or NARROWEST)

    def _heighten(self, row: int, text: str, width: float) -> None:
        lines = _lines(text, int(width * _FILLED) - 1)
        height = _LINE_POINTS * lines + 2
        if lines > 1 and height > (self._sheet.row_dimensions[row].height or 0):
            self._sheet.row_dimensions[row].height = height

    def _table(self, placed: PlacedTable) -> None:
        table = placed.table
        for x, position in enumerate(placed.positions):
            self._head(placed.head, x + 1, table.columns[position])
        if not table.rows:
            empty = self._sheet.cell(placed.head + 1, 1)
            empty.font = Font(FACE, 10, i=True)
            _put_text(empty, table.empty)
        for y in range(len(table.rows)):
            for x, position in enumerate(placed.positions):
                self._body(placed, y, x + 1, position)
        if table.has_total:
            self._totals(placed)

    def _head(self, row: int, x: int, column: Column) -> None:
        cell = self._sheet.cell(row, x)
        _put_text(cell, column.title)
        cell.font, cell.fill = Font(FACE, 10, b=True), _HEAD_FILL
        cell.border = Border(top=_MEDIUM, bottom=_MEDIUM)
        right = _right(column, x)
        cell.alignment = Alignment(
            horizontal="right" if right else "left",
            vertical="bottom",
            wrap_text=True,
            indent=0 if right or x == 1 else 1,
        )
        self._heighten(row, column.title, self._width(x))

    def _look(self, cell: Any, *, right: bool, wraps: bool, indent: int) -> None:
        """Give a cell its font, border and alignment, each looked up in the workbook only once."""
        known = self._looks.get((right, wraps, indent))
        if known is not None:
            cell._style = copy(known)  # noqa: SLF001 - as the library's own docs copy a style
            return
        cell.font, cell.border = Font(FACE, 10), Border(bottom=_THIN)
        cell.alignment = Alignment(
            horizontal="right" if right else "left", vertical="top", wrap_text=wraps, indent=indent
        )
        self._looks[right, wraps, indent] = copy(cell._style)  # noqa: SLF001

    def _body(self, placed: PlacedTable, y: int, x: int, position: int) -> None:
        column, value = placed.table.columns[position], placed.table.rows[y][position]
        cell = self._sheet.cell(placed.head + 1 + y, x)
        right, wraps = _right(column, x), isinstance(value, str) and not column.aside
        self._look(cell, right=right, wraps=wraps, indent=0 if right or x == 1 else 1)
        if wraps:
            self._heighten(placed.head + 1 + y, show(value), self._width(x))
        formula = self._formula(placed, y, position)
        if formula:
            self._put_formula(cell, formula, _number(value))
        elif isinstance(value, Money | Ratio | FormCell | InputCell | LineLink):
            cell.value = _number(value)
        elif isinstance(value, date | int):
            cell.value = value
        elif value:
            _put_text(cell, show(value))
        cell.number_format = _format(value)

    def _formula(self, placed: PlacedTable, y: int, position: int) -> str:
        column, row = placed.table.columns[position], placed.table.rows[y]
        value = row[position]
        if isinstance(value, FormCell | LineLink):
            return self._line_formula(value)
        rule = column.adds_up
        if not isinstance(value, Money):
            return ""
        if column.sums is not None:
            return self._links.sums(column.sums, placed, y, value)
        if rule is None or not rule.agrees(placed.table.keys, row, value):
            return ""
        sum_of = "+".join(placed.by_key(key, y) for key in rule.plus)
        sum_of += "".join(f"-{placed.by_key(key, y)}" for key in rule.minus)
        return f"=MAX(0,{sum_of})" if rule.floor_zero else f"={sum_of}"

    def _line_formula(self, value: FormCell | LineLink) -> str:
        """Return the formula of a line; an entered one reads the sheet where it is typed."""
        line = value.line
        home = (line.form, line.number)
        if isinstance(value, LineLink):
            return f"={_address(self._links.homes[home])}" if home in self._links.homes else ""
        formula = line.sheet_formula(self._cell_of(line))
        if formula.startswith("="):
            return formula
        return f"={_address(self._links.inputs[home])}" if home in self._links.inputs else ""

    def _cell_of(self, line: FormLine) -> Callable[[str, str], str]:
        def cell(form: str, number: str) -> str:
            home = self._links.homes[form, number]
            return home[1] if form == line.form else _address(home)

        return cell

    def _totals(self, placed: PlacedTable) -> None:
        row, last = placed.after - 1, len(placed.table.rows) - 1
        for x, position in enumerate(placed.positions):
            cell = self._sheet.cell(row, x + 1)
            cell.font, cell.border = Font(FACE, 10, b=True), Border(top=_MEDIUM, bottom=_MEDIUM)
            if x == 0:
                _put_text(cell, "Total")
            if placed.table.columns[position].total:
                span = f"{placed.cell(0, position)}:{placed.cell(last, position)}"
                total = placed.table.total(position).decimal
                self._put_formula(cell, f"=SUM({span})", total)
                cell.number_format = AMOUNT_FORMAT

    def _put_formula(self, cell: Any, formula: str, worth: Decimal) -> None:
        cell.value = formula
        # kept for programs that show the last figure and do not calculate
        self.cached[cell.coordinate] = f"{worth:f}"


def _address(home: tuple[str, str]) -> str:
    sheet, cell = home
    return f"{quoted(sheet)}!{cell}"


def sum_at(numbers: Sequence[float], places: Sequence[int]) -> float:
    """Add up the numbers at some places of a list."""
    return sum(numbers[place] for place in places)


def level_of(widths: Sequence[float], room: float) -> float:
    """Return the width to which the widest texts are cut so that all fit, at least a minimum.

    >>> level_of([10, 60, 40], 80)
    35.0
    """
    left, rest = room, sorted(widths)
    while rest and rest[0] * len(rest) <= left:
        left -= rest.pop(0)
    return max(left / len(rest), _TEXT_AT_LEAST) if rest else float(WIDEST)


def _right(column: Column, x: int) -> bool:
    return column.kind is Kind.AMOUNT or (column.kind is Kind.COUNT and x > 1)


def _lines(text: str, room: int) -> int:
    """Count the lines that a text takes when words are not broken unless they must be."""
    lines, used = 1, 0
    for word in text.split(" "):
        if used and used + 1 + len(word) > room:
            lines, used = lines + 1, 0
        used += len(word) + (1 if used else 0)
        broken = max(0, -(-used // max(room, 1)) - 1)
        lines, used = lines + broken, used - broken * room
    return lines


def _put_text(cell: Any, text: str) -> None:
    cell.value = text
    # told to be text: a name that starts with an equals sign must not become a formula
    cell.data_type = "s"
    cell.quotePrefix = True


def _number(value: Value) -> Decimal:
    if isinstance(value, FormCell | InputCell | LineLink):
        value = value.line.value
    if isinstance(value, Ratio):
        number = value.value
    elif isinstance(value, Money):
        number = value.decimal
    else:
        raise TypeError(f"{value!r} is no amount")
    if not number.is_finite():
        raise ValueError(f"{number} cannot stand in a workbook")
    return number


def _format(value: Value) -> str:
    if isinstance(value, FormCell | InputCell | LineLink):
        if isinstance(value.line.value, Money) and value.line.whole_dollars:
            return WHOLE_FORMAT
        value = value.line.value
    if isinstance(value, Ratio):
        return "0." + "0" * value.places if value.places > 0 else "0"
    if isinstance(value, Money):
        return AMOUNT_FORMAT
    if isinstance(value, date):
        return DATE_FORMAT
    return "0" if isinstance(value, int) else "General"
