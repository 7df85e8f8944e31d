"""Excel workbooks as a container: a sheet of an .xlsx as the CSV text that it would have been."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ledger.errors import LedgerError
from ledger.safetext import safe

SIZE_MAX = 100_000_000  # bytes of all parts together, as they are unpacked
RATIO_MAX = 100  # unpacked bytes for each packed one: real sheets stay below 30
PARTS_MAX = 1_000
ROWS_MAX = 400_000
COLUMNS_MAX = 500
_HARMLESS = 1_000_000  # bytes; below it the ratio says nothing
_CHUNK = 100_000

_AS_CSV = "save the sheet as CSV (UTF-8) and import that"
_DAMAGED = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, ArithmeticError),
    *(OSError, EOFError, RuntimeError, NotImplementedError, SyntaxError, RecursionError),
    *(zipfile.BadZipFile, zlib.error),
)


def is_workbook(content: bytes) -> bool:
    """Tell whether bytes are a zip archive that holds an Excel workbook."""
    return content.startswith(b"PK\x03\x04") and (
        b"[Content_Types].xml" in content or b"xl/" in content
    )


def sheet_text(content: bytes, name: str, wanted: Callable[[str], bool]) -> tuple[str, str]:
    """Return the statement's sheet of a workbook as CSV, and a note on sheets that are left out.

    Line n is row n of the sheet. A date is written MM/DD/YYYY, a number by the shortest decimal
    that is the stored number. Of several filled sheets it is the only one that is ``wanted``.
    Raises LedgerError for anything that is unsafe to unpack, has macros, is damaged, has several
    sheets that may be meant, or whose formulas carry no values.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_unsafe(archive, len(content), name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that nobody needs here
            return _chosen(_read(content, name), name, wanted)
    except LedgerError:
        raise
    except _DAMAGED as error:
        problem = f"the workbook is damaged ({type(error).__name__})"
        raise _fault(
            name, "damaged_workbook", problem, f"download it again, or {_AS_CSV}"
        ) from error


def _fault(where: str, code: str, problem: str, remedy: str = _AS_CSV) -> LedgerError:
    return LedgerError(where=where, code=code, problem=problem, remedy=remedy)


def _refuse_unsafe(archive: zipfile.ZipFile, packed: int, name: str) -> None:
    """Refuse an archive that is no plain workbook, before any part of it is understood."""
    parts = archive.infolist()
    if len(parts) > PARTS_MAX:
        raise _fault(name, "workbook_bomb", f"the workbook has {len(parts):,} parts")
    if any(".." in part.filename.split("/") or part.filename.startswith("/") for part in parts):
        raise _fault(name, "damaged_workbook", "a part of the workbook points outside it")
    names = {part.filename.lower() for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        problem = "the workbook is protected by a password"
        raise _fault(name, "protected_workbook", problem, "take the password off first")
    if any(one.endswith("vbaproject.bin") for one in names):
        raise _fault(name, "workbook_macros", "the workbook holds macros, which are never run")
    if "xl/workbook.bin" in names:
        raise _fault(name, "excel_file", "this is a binary Excel workbook (.xlsb)")
    if "xl/workbook.xml" not in names:
        problem = "this is an Office file, but no Excel workbook"
        raise _fault(name, "not_a_workbook", problem, "download the activity again and choose CSV")
    declared = sum(part.file_size for part in parts)
    if declared > SIZE_MAX or declared > max(packed * RATIO_MAX, _HARMLESS):
        raise _fault(name, "workbook_bomb", f"the workbook unpacks to {declared:,} bytes")
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            _refuse_document_type(archive, part, name)


def _refuse_document_type(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    """Refuse a document type: only hostile files have one, and it can name files or explode.

    An archive never yields more of a part than it declares, so the size is counted already.
    """
    with archive.open(part) as stream:
        end = b""
        while chunk := stream.read(_CHUNK):
            text = (end + chunk).replace(b"\x00", b"")  # also of UTF-16
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise _fault(name, "doctype", "the workbook declares a document type")
            end = chunk[-32:]


def _chosen(
    filled: list[tuple[str, str]], name: str, wanted: Callable[[str], bool]
) -> tuple[str, str]:
    """Return the text of the sheet that is meant, with a note that names the others."""
    if not filled:
        raise _fault(name, "empty_file", "the workbook is empty", "download it again")
    fitting = [sheet for sheet in filled if wanted(sheet[1])] if len(filled) > 1 else filled
    if len(fitting) != 1:
        titles = ", ".join(f"'{safe(title, limit=40)}'" for title, _ in filled)
        problem = f"the workbook has several filled sheets ({titles})"
        remedy = "keep the sheet with the activity, or save it as CSV"
        raise _fault(name, "several_sheets", problem, remedy)
    ((title, text),) = fitting
    others = ", ".join(f"'{safe(other, limit=40)}'" for other, _ in filled if other != title)
    note = f"sheet '{safe(title, limit=40)}' read, not {others}" if others else ""
    return text, note


def _read(content: bytes, name: str) -> list[tuple[str, str]]:
    """Return the filled sheets, each by its title with its text as CSV."""
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to load, and few files need it

    options = {"read_only": True, "keep_links": False}
    values = load_workbook(io.BytesIO(content), data_only=True, **options)
    formulas = load_workbook(io.BytesIO(content), data_only=False, **options)
    filled = []
    for place, sheet in enumerate(values.worksheets):
        rows = list(_rows(sheet, formulas.worksheets[place], name))
        if any(any(row) for row in rows):
            filled.append((sheet.title, _as_csv(rows)))
    return filled


def _rows(sheet: Any, formulas: Any, name: str) -> Iterator[list[str]]:
    """Go through the rows of a sheet as texts, from its first row on."""
    sheet.reset_dimensions()  # the size that the file declares may be wrong
    formulas.reset_dimensions()
    pairs = zip(sheet.rows, formulas.rows, strict=True)
    for number, (cells, written) in enumerate(pairs, 1):
        if number > ROWS_MAX or len(cells) > COLUMNS_MAX:
            raise _fault(f"{name}:{number}", "too_large", "the sheet has too many rows or columns")
        for cell, formula in zip(cells, written, strict=True):
            if cell.value is None and formula.value is not None:
                where = f"{name}:{number}"
                problem = f"cell {formula.coordinate} is a formula without a value"
                raise _fault(where, "formula_without_value", problem, "save it in Excel first")
        yield [_text(cell.value) for cell in cells]


def _text(value: Any) -> str:
    """Return a cell as a CSV would have it, on one line."""
    if value is None:
        return ""
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, str | bool):
        words = value if isinstance(value, str) else str(value).upper()
        return words.replace("\r", "").replace("\n", " ")
    return _number(value)


def _day(value: date) -> str:
    timed = isinstance(value, datetime) and value.time() != datetime.min.time()
    return f"{value:%m/%d/%Y %H:%M:%S}" if timed else f"{value:%m/%d/%Y}"


def _number(value: Any) -> str:
    """Return a number by its shortest text: stored as 44.920000000000002, 44.92 comes back.

    What is not exact then, as the sum 0.1 + 0.2, stays as long as it is: the reader refuses it.
    """
    try:
        return f"{Decimal(repr(value)):f}"
    except ArithmeticError:
        return str(value)  # a time of day


def _as_csv(rows: list[list[str]]) -> str:
    width = max(len(row) for row in rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([*row, *[""] * (width - len(row))] if any(row) else [] for row in rows)
    return text.getvalue()
