"""The cells of one Excel sheet as the texts a CSV would have; what cannot be trusted is a fault."""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from xml.etree.ElementTree import Element

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

from ledger.errors import LedgerError
from ledger.text import safe

ROWS_MAX = 400_000
COLUMNS_MAX = 500
_CHUNK = 1_000_000  # bytes
AS_CSV = "save the sheet as CSV (UTF-8) and import that"

# how the value of a cell is written in the XML, by the cell's kind
_WRITTEN = {
    "n": re.compile(r"\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?\s*"),
    "s": re.compile(r"[0-9]+"),
    "b": re.compile(r"[01]"),
    **dict.fromkeys(("str", "inlineStr", "d", "e"), re.compile(r".*", re.DOTALL)),
}
_LINE_ENDS = re.compile(r"\r|_x000D_")
_QUOTED = re.compile(r'\\(.)|"([^"]*)"')
_CURRENCY = re.compile(r"\[\$([^-\]]+)|([€£¥₹₩₽₪¢])|\b(EUR|GBP|CAD|CHF|AUD|NZD|JPY|CNY|INR|MXN)\b")
_DOLLARS = frozenset({"$", "US$", "USD"})


@dataclass
class Sheet:
    """A sheet with its rows as texts, from row 1 on; ``faults`` stand against reading it."""

    title: str
    hidden: bool = False
    rows: list[list[str]] = field(default_factory=list)
    faults: list[LedgerError] = field(default_factory=list)
    hidden_rows: int = 0

    @property
    def filled(self) -> bool:
        """Whether any cell holds anything."""
        return any(map(any, self.rows)) or bool(self.faults)

    def as_csv(self) -> str:
        """Return the rows as the CSV text that the sheet would have been; line n is row n."""
        width = max(map(len, self.rows), default=0)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows(
            [*row, *[""] * (width - len(row))] if any(row) else [] for row in self.rows
        )
        return text.getvalue()


class CellParser(WorkSheetParser):
    """openpyxl's reader of a sheet's XML, which tells what that one would lose or guess at.

    openpyxl drops the second of two rows or cells with one number, a formula without a value and
    the sign that a cell is an error; it takes digits of any script for a number.
    """

    def __init__(self, source: IO[bytes], reader: ExcelReader, tell: Callable[..., None]) -> None:
        book: Any = reader.wb
        super().__init__(
            source,
            reader.shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001 - openpyxl's own reader takes them so
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001
        )
        self._tell = tell

    def parse_row(self, row: Any) -> tuple[int, list[dict[str, Any]]]:
        """Return the number of a row and its cells, in order and each once."""
        last = self.row_counter
        number, cells = super().parse_row(row)
        if number <= last:
            words = "stands twice" if number == last else f"stands below row {last}"
            self._tell(number, "damaged_workbook", f"row {number} {words} in the sheet")
        columns = [cell["column"] for cell in cells]
        if any(cell["row"] != number for cell in cells) or columns != sorted(set(columns)):
            problem = f"the cells of row {number} are out of order, or one stands twice"
            self._tell(number, "damaged_workbook", problem)
        return number, cells

    def parse_cell(self, element: Element) -> dict[str, Any]:
        """Return one cell; its value is None after a fault."""
        kind, written = element.get("t", "n"), element.findall(VALUE_TAG)
        text = (written[0].text or "") if written else ""
        pattern = _WRITTEN.get(kind)
        right = len(written) < 2 and pattern and (not text or pattern.fullmatch(text))
        if not right:
            for value in written:
                element.remove(value)
        cell: dict[str, Any] = super().parse_cell(element)
        place = f"cell {get_column_letter(cell['column'])}{cell['row']}"
        if not right:
            shown = safe(text, limit=40)
            self._tell(cell["row"], "damaged_workbook", f"{place} holds no value: '{shown}'")
        elif cell["data_type"] == "e" and text:
            self._tell(cell["row"], "error_cell", f"{place} shows the error {safe(text, limit=20)}")
        elif not text and element.find(FORMULA_TAG) is not None and not (kind == "str" and written):
            # an empty text is a value, too: ="" has one
            problem = f"{place} is a formula without a value"
            self._tell(cell["row"], "formula_without_value", problem)
        return cell


_REMEDIES = {
    "damaged_workbook": f"download it again, or {AS_CSV}",
    "error_cell": "correct the formula or clear the cell, and save the workbook again",
    "formula_without_value": "open the workbook in Excel, save it, and import it again",
    "merged_cells": "split the merged cells and fill in what belongs to each row",
    "too_large": "import it a few years at a time",
}


def read_sheet(reader: ExcelReader, part: str, title: str, name: str) -> Sheet:
    """Return a sheet of an opened workbook; ``part`` is its place in the archive.

    Raises LedgerError (``too_large``) for too many rows and columns.
    """
    sheet = Sheet(title)

    def fault(number: int, code: str, problem: str) -> LedgerError:
        return LedgerError(
            where=f"{name}:{number}", code=code, problem=problem, remedy=_REMEDIES[code]
        )

    def tell(number: int, code: str, problem: str) -> None:
        sheet.faults.append(fault(number, code, problem))

    shown = _Shown(reader)
    if _rows_in(reader, part) > ROWS_MAX:
        raise fault(ROWS_MAX + 1, "too_large", "the sheet has too many rows")
    with reader.archive.open(part) as source:
        parser = CellParser(source, reader, tell)
        for number, cells in parser.parse():
            row = [""] * max((c["column"] for c in cells if c["value"] is not None), default=0)
            if number > ROWS_MAX or len(row) > COLUMNS_MAX:
                raise fault(number, "too_large", "the sheet has too many rows or columns")
            for cell in cells:
                if cell["value"] is not None:
                    row[cell["column"] - 1] = shown.text(cell["value"], cell["style_id"])
            sheet.rows += [[] for _ in range(len(sheet.rows) + 1, number)]
            sheet.rows.append(row)
    for number, problem in _merged_over_rows(parser, sheet.rows):
        tell(number, "merged_cells", problem)
    sheet.hidden_rows = sum(
        1
        for number, about in parser.row_dimensions.items()
        if about.get("hidden") in {"1", "true"} and any(sheet.rows[int(number) - 1])
    )
    return sheet


def _rows_in(reader: ExcelReader, part: str) -> int:
    """Count the rows of a sheet by their tags, long before they are understood."""
    with reader.archive.open(part) as source:
        chunks = iter(lambda: source.read(_CHUNK), b"")
        return sum(chunk.count(b"<row") + chunk.count(b":row ") for chunk in chunks)


def _merged_over_rows(parser: CellParser, rows: list[list[str]]) -> Iterator[tuple[int, str]]:
    """Go through merged cells whose value stands for several rows, but only in the first of them.

    Cells merged across one row, or over rows with nothing else in them, hold a title.
    """
    filled = [number for number, row in enumerate(rows, 1) if any(row)]
    for merge in parser.merged_cells.mergeCell if parser.merged_cells else ():
        left, top, right, bottom = merge.bounds
        for number in filled[bisect_right(filled, top) :]:
            row = rows[number - 1]
            if number > bottom or any(row[: left - 1]) or any(row[right:]):
                if number <= bottom:
                    yield number, f"the merged cells {merge.coord} stand for several rows"
                break


class _Shown:
    """Writes values as texts, with the mark of what is no dollar amount."""

    def __init__(self, reader: ExcelReader) -> None:
        self._book: Any = reader.wb
        self._marks: dict[int, str] = {}  # by style: "%", the sign of a currency, ""

    def text(self, value: Any, style: int) -> str:
        """Return a value as a CSV would have it, on one line."""
        if isinstance(value, date):
            timed = isinstance(value, datetime) and value.time() != datetime.min.time()
            return f"{value:%m/%d/%Y %H:%M:%S}" if timed else f"{value:%m/%d/%Y}"
        if isinstance(value, str):
            return _LINE_ENDS.sub("", value).replace("\n", " ")
        if isinstance(value, bool):
            return str(value).upper()
        return self._number(value, style)

    def _number(self, value: Any, style: int) -> str:
        """Return a number by its shortest text: stored as 44.920000000000002, 44.92 comes back.

        What is not exact then, as the sum 0.1 + 0.2, stays as long as it is, and what is shown
        as percent or in another currency says so: the reader refuses them.
        """
        try:
            exact = Decimal(repr(value))
        except ArithmeticError:
            return str(value)  # a time of day
        mark = self._marks.get(style)
        if mark is None:
            mark = self._marks[style] = _mark(self._format(style))
        return f"{exact * 100:f}%" if mark == "%" else f"{mark}{exact:f}"

    def _format(self, style: int) -> str:
        number = self._book._cell_styles[style].numFmtId  # noqa: SLF001 - what a cell asks, too
        if number < BUILTIN_FORMATS_MAX_SIZE:
            return BUILTIN_FORMATS.get(number, "")
        own: str = self._book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE]  # noqa: SLF001
        return own


def _mark(number_format: str) -> str:
    """Return "%" or the currency that a number format shows, "" for a plain or dollar format.

    >>> _mark("0.00%"), _mark('#,##0.00 "EUR"'), _mark("[$€-407] 0"), _mark("[$$-409]#,##0.00")
    ('%', 'EUR', '€', '')
    """
    if "%" in _QUOTED.sub("", number_format):
        return "%"
    for found in _CURRENCY.finditer(number_format):
        sign = next(filter(None, found.groups())).strip()
        if sign not in _DOLLARS:
            return safe(sign, limit=10)
    return ""
