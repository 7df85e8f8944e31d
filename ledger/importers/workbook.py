"""Excel workbooks as a container: a sheet of an .xlsx as the CSV text that it would have been."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ledger.errors import LedgerError, LedgerErrors
from ledger.text import safe

if TYPE_CHECKING:
    from ledger.importers.sheet import Sheet

SIZE_MAX = 100_000_000  # bytes of all parts together, as they are unpacked
RATIO_MAX = 100  # unpacked bytes for each packed one: real sheets stay below 30
PARTS_MAX = 1_000
_HARMLESS = 1_000_000  # bytes; below it the ratio says nothing
_CHUNK = 100_000
_STRICT = b"http://purl.oclc.org/ooxml/"

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
    sheets that may be meant, and for every cell whose value is not to be trusted.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_unsafe(archive, len(content), name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that nobody needs here
            return _chosen(list(_sheets(content, name)), name, wanted)
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
    if len(names) < len(parts):
        raise _fault(name, "damaged_workbook", "two parts of the workbook have one name")
    if any(part.flag_bits & 1 for part in parts):
        problem = "the workbook is protected by a password"
        raise _fault(name, "protected_workbook", problem, "take the password off first")
    _refuse_other_office(names, name)
    declared = sum(part.file_size for part in parts)
    if declared > SIZE_MAX or declared > max(packed * RATIO_MAX, _HARMLESS):
        raise _fault(name, "workbook_bomb", f"the workbook unpacks to {declared:,} bytes")
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            _refuse_document_type(archive, part, name)
    if _STRICT in archive.read("xl/workbook.xml"):
        problem = "this is a 'Strict Open XML' workbook, whose cells would not be found"
        raise _fault(name, "excel_file", problem, "save it as an ordinary Excel Workbook (.xlsx)")


def _refuse_other_office(names: set[str], name: str) -> None:
    """Refuse a workbook with macros, a binary one, and what is none, by the names of its parts."""
    if any(one.endswith("vbaproject.bin") for one in names):
        raise _fault(name, "workbook_macros", "the workbook holds macros, which are never run")
    if "xl/workbook.bin" in names:
        raise _fault(name, "excel_file", "this is a binary Excel workbook (.xlsb)")
    if "xl/workbook.xml" not in names:
        problem = "this is an Office file, but no Excel workbook"
        raise _fault(name, "not_a_workbook", problem, "download the activity again and choose CSV")


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


def _chosen(sheets: list[Sheet], name: str, wanted: Callable[[str], bool]) -> tuple[str, str]:
    """Return the text of the sheet that is meant, with a note on what else the workbook holds."""
    filled = [sheet for sheet in sheets if sheet.filled]
    if not filled:
        raise _fault(name, "empty_file", "the workbook is empty", "download it again")
    texts = [sheet.as_csv() for sheet in filled]
    told = zip(filled, texts, strict=True)
    fitting = [one for one, text in told if wanted(text)] if len(filled) > 1 else filled
    visible = [sheet for sheet in fitting if not sheet.hidden]
    if fitting and not visible:
        problem = f"the sheet {_named(fitting)} is hidden"
        raise _fault(name, "hidden_sheet", problem, "show the sheet, or delete it, and save again")
    if len(visible) != 1:
        problem = f"the workbook has several filled sheets ({_named(filled)})"
        remedy = "keep the sheet with the activity, or save it as CSV"
        raise _fault(name, "several_sheets", problem, remedy)
    (sheet,) = visible
    if sheet.faults:
        raise LedgerErrors(sheet.faults)
    return texts[filled.index(sheet)], _note(sheet, [one for one in filled if one is not sheet])


def _named(sheets: list[Sheet]) -> str:
    return ", ".join(f"'{safe(sheet.title, limit=40)}'" for sheet in sheets)


def _note(sheet: Sheet, others: list[Sheet]) -> str:
    """Return what a user who looks at the workbook may not expect."""
    notes = [f"sheet {_named([sheet])} read, not {_named(others)}"] if others else []
    if sheet.hidden_rows:
        rows = "row" if sheet.hidden_rows == 1 else "rows"
        notes.append(f"{sheet.hidden_rows:,} hidden {rows} of the sheet read, too")
    return "; ".join(notes)


def _sheets(content: bytes, name: str) -> Iterator[Sheet]:
    """Go through the sheets with cells; charts, names and properties are not even opened."""
    # openpyxl is slow to load, and few files need it
    from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415
    from openpyxl.styles.stylesheet import apply_stylesheet  # noqa: PLC0415

    from ledger.importers.sheet import read_sheet  # noqa: PLC0415

    reader = ExcelReader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    for entry, link in reader.parser.find_sheets():
        kind = link.Type.rpartition("/")[2]
        if kind == "worksheet":
            sheet = read_sheet(reader, link.target, entry.name, name)
            sheet.hidden = entry.state != "visible"
            yield sheet
        elif kind != "chartsheet":
            raise _fault(name, "workbook_macros", "the workbook holds a sheet of macros")
