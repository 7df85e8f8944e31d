"""The workbook: a year-end record as Excel sheets with live formulas, the same bytes each time."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from exports.atomic import write_whole
from exports.document import document
from exports.sheet import Plan, SheetWriter, homes_of, plan, sheet_name
from exports.table import Document, show
from exports.words import DISCLAIMER
from ledger.books import Books
from ledger.year_end import YearEnd

PRODUCT = "Basisbook"
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the first day a zip file can name: no clock in the bytes
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_FORMULA = re.compile(rb'(<c r="([A-Z]+[0-9]+)"[^>]*><f>[^<]*</f>)<v\s*/?>(?:</v>)?(</c>)')
_HEADER_NAME = 44  # characters of a name, beside the words at the right
_LETTER = 1
_PORTRAIT = 105  # column widths that stay legible on an upright page


def write_workbook(path: Path, year: YearEnd, books: Books) -> None:
    """Write a taxpayer's year to an Excel file, whole or not at all, mode 0600.

    Form lines are live formulas, texts are never formulas. Raises EnvironmentFault
    (``cannot_write``).
    """
    write_whole(path, workbook_bytes(document(year, books)))


def workbook_bytes(told: Document) -> bytes:
    """Return the xlsx file; every formula also carries its figure for programs that only show."""
    book = Workbook()
    book.remove(book.worksheets[0])
    plans = _plans(told)
    homes = homes_of(plans)
    cached: dict[str, Mapping[str, str]] = {}
    for number, at in enumerate(plans, start=1):
        sheet = book.create_sheet(at.name)
        writer = SheetWriter(sheet, at, homes)
        writer.write()
        _page(sheet, at, told)
        cached[f"xl/worksheets/sheet{number}.xml"] = writer.cached
    _properties(book, told)
    out = BytesIO()
    book.save(out)
    return _without_clock(out.getvalue(), told.tax_year, cached)


def _plans(told: Document) -> list[Plan]:
    plans: list[Plan] = []
    for section in told.sections:
        name = sheet_name(section.sheet, {at.name for at in plans})
        plans.append(plan(section, name))
    return plans


def _page(sheet: Worksheet, at: Plan, told: Document) -> None:
    name = show(told.name)
    shown = name if len(name) <= _HEADER_NAME else f"{name[: _HEADER_NAME - 1]}…"
    about = f"{shown} · tax year {told.tax_year}"
    sheet["A2"].value = about
    sheet["A2"].data_type = "s"
    head = at.tables[0].head if len(at.tables) == 1 else 2
    sheet.freeze_panes = f"A{head + 1}"
    sheet.print_title_rows = f"{head}:{head}" if head > 2 else "1:2"
    sheet.print_area = f"A1:{get_column_letter(at.width)}{at.last_row}"
    wide = sum(column.width for column in sheet.column_dimensions.values()) > _PORTRAIT
    sheet.page_setup.orientation = "landscape" if wide else "portrait"
    sheet.page_setup.paperSize = _LETTER
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    mark = "PROVISIONAL" if told.provisional else f"{PRODUCT} workbook"
    _running(sheet.oddHeader, _literal(about), _literal(f"{mark} · {at.name}"))
    _running(sheet.oddFooter, DISCLAIMER, f"{told.seal} · page &P of &N")
    sheet.sheet_view.showGridLines = False


def _running(line: HeaderFooterItem | None, left: str, right: str) -> None:
    if line is not None:
        line.left.text, line.right.text = left, right


def _literal(text: str) -> str:
    return text.replace("&", "&&")


def _properties(book: Workbook, told: Document) -> None:
    book.properties.title = f"Retirement basis workbook, tax year {told.tax_year}"
    book.properties.creator = PRODUCT
    book.properties.created = datetime(told.tax_year, 12, 31)  # noqa: DTZ001 - a label, no instant
    book.calculation = CalcProperties(fullCalcOnLoad=True)


def _without_clock(xlsx: bytes, tax_year: int, cached: Mapping[str, Mapping[str, str]]) -> bytes:
    out = BytesIO()
    stamp = rb"\g<1>%d-12-31T00:00:00Z\g<2>" % tax_year
    with zipfile.ZipFile(BytesIO(xlsx)) as made, zipfile.ZipFile(out, "w") as clean:
        for item in made.infolist():
            content = _MODIFIED.sub(stamp, made.read(item))
            content = _with_figures(content, cached.get(item.filename, {}))
            member = zipfile.ZipInfo(item.filename, _ZIP_DAY)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            clean.writestr(member, content)
    return out.getvalue()


def _with_figures(xml: bytes, figures: Mapping[str, str]) -> bytes:
    """Put the figure beside each formula, which openpyxl cannot: previews do not calculate."""

    def filled(found: re.Match[bytes]) -> bytes:
        figure = figures[found[2].decode()].encode()
        return found[1] + b"<v>" + figure + b"</v>" + found[3]

    return _FORMULA.sub(filled, xml) if figures else xml
