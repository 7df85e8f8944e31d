"""The workbook: a year-end record as Excel sheets with live formulas, the same bytes each time."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table as ExcelTable
from openpyxl.worksheet.worksheet import Worksheet

from exports.atomic import write_whole
from exports.document import document
from exports.native_chart import add_charts
from exports.sheet import FACE, Homes, Links, Plan, SheetWriter, plan, quoted, sheet_name
from exports.table import Document, Kind, Medium, show
from exports.words import DISCLAIMER
from ledger.books import Household
from ledger.year_end import YearEnd

PRODUCT = "Basisbook"
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the first day a zip file can name: no clock in the bytes
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_FORMULA = re.compile(rb'(<c r="([A-Z]+[0-9]+)"[^>]*><f>[^<]*</f>)<v\s*/?>(?:</v>)?(</c>)')
_HEADER_NAME = 44  # characters of a name, beside the words at the right
AS_RECORDED = "as recorded"  # of a sheet whose figures do not follow a change of an input
_LETTER = 1
# Column widths that read well on an upright page, and those a long sheet may still have there.
_PORTRAIT, _PORTRAIT_AT_MOST = 128, 156
_MARGIN, _MARGIN_TOP = 0.5, 0.75  # inches
_PAPER = (8.5, 11.0)
_UNIT = 0.0775  # inches of a column width of 1, in whichever program draws it widest
_ROW = 13.5  # points of a row of one line
_SCALE_AT_LEAST = 0.6
_RED, _AMBER = (PatternFill(bgColor=color, fill_type="solid") for color in ("F4B6B0", "FCE2A8"))
_MARKS = {  # what a marked cell holds (a formula), and how it stands out
    Kind.TEXT: (("equal", '"error"', _RED), ("equal", '"warning"', _AMBER)),
    Kind.AMOUNT: (("notEqual", "0", _AMBER),),
}
_NOT_IN_A_NAME = re.compile(r"\W")


def write_workbook(
    path: Path, year: YearEnd, books: Household, earlier: Sequence[YearEnd] = ()
) -> None:
    """Write a taxpayer's year to an Excel file, whole or not at all, mode 0600.

    ``earlier`` are records of the years before, oldest first, to compare with.
    Form lines are live formulas, texts are never formulas. Raises EnvironmentFault
    (``cannot_write``).
    """
    write_whole(path, workbook_bytes(document(year, books, earlier)))


def workbook_bytes(told: Document) -> bytes:
    """Return the xlsx file; every formula also carries its figure for programs that only show."""
    book = Workbook()
    book.remove(book.worksheets[0])
    plans = _plans(told)
    links = Links.of(plans)
    cached: dict[str, Mapping[str, str]] = {}
    for number, at in enumerate(plans, start=1):
        sheet = book.create_sheet(at.name)
        writer = SheetWriter(sheet, at, links)
        writer.write()
        _page(sheet, at, told)
        cached[f"xl/worksheets/sheet{number}.xml"] = writer.cached
    charts = add_charts(book, plans)
    if charts is not None:
        _name(charts, "Basis in one chart", told)
        _on_paper(charts, landscape=False)
    _names(book, links.homes)
    _properties(book, told)
    out = BytesIO()
    book.save(out)
    return _without_clock(out.getvalue(), told.tax_year, cached)


def _plans(told: Document) -> list[Plan]:
    plans: list[Plan] = []
    for section in told.of(Medium.SHEET):
        name = sheet_name(section.sheet, {at.name for at in plans})
        plans.append(plan(section, name))
    return plans


def _page(sheet: Worksheet, at: Plan, told: Document) -> None:
    _name(sheet, "", told, follows=at.section.follows)
    head = at.tables[0].head if len(at.tables) == 1 else 2
    sheet.freeze_panes = f"A{head + 1}"
    sheet.print_title_rows = f"{head}:{head}" if head > 2 else "1:2"
    sheet.print_area = f"A1:{get_column_letter(at.printed)}{at.last_row}"
    _paper(sheet, at)
    _data_tables(sheet, at)
    _marks(sheet, at)


def _name(sheet: Worksheet, title: str, told: Document, *, follows: bool = False) -> None:
    """Say on a sheet, and at the head and foot of its pages, whose it is and of what year."""
    name = show(told.name)
    shown = name if len(name) <= _HEADER_NAME else f"{name[: _HEADER_NAME - 1]}…"
    about = f"{shown} · tax year {told.tax_year}"
    if title:
        sheet["A1"].value, sheet["A1"].font = title, Font(FACE, 14, b=True)
    parts = (about, told.stamp, "" if follows else AS_RECORDED)
    sheet["A2"].value = " · ".join(part for part in parts if part)
    sheet["A2"].data_type = "s"
    mark = told.stamp or f"{PRODUCT} workbook"
    _running(sheet.oddHeader, _literal(about), _literal(f"{mark} · {sheet.title}"))
    _running(sheet.oddFooter, DISCLAIMER, f"{told.seal} · page &P of &N")
    sheet.sheet_view.showGridLines = False


def _on_paper(sheet: Worksheet, *, landscape: bool) -> None:
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = _LETTER
    margins = sheet.page_margins
    margins.left = margins.right = _MARGIN
    margins.top = margins.bottom = _MARGIN_TOP


def _paper(sheet: Worksheet, at: Plan) -> None:
    """Choose the paper: a sheet is one page wide, and a break never cuts a table off its title."""
    letters = [get_column_letter(x + 1) for x in range(at.printed)]
    wide = sum(float(sheet.column_dimensions[letter].width) for letter in letters)
    _, down = _page_size(wide, on_side=True)
    long = _points(sheet, 1, at.last_row + 1) > down
    on_side = wide > _PORTRAIT and not (long and wide <= _PORTRAIT_AT_MOST)
    scale, down = _page_size(wide, on_side=on_side)
    _on_paper(sheet, landscape=on_side)
    breaks = _breaks(sheet, at, down)
    tall = _points(sheet, 1, at.last_row + 1)
    squeezed = bool(breaks) and scale * down / tall >= _SCALE_AT_LEAST
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, int(squeezed)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for row in () if squeezed else breaks:
        sheet.row_breaks.append(Break(id=row - 1))


def _data_tables(sheet: Worksheet, at: Plan) -> None:
    """Make the tables of a section of data Excel tables, with filters; totals stay outside."""
    for number, placed in enumerate(at.tables if at.section.filtered else (), start=1):
        count = len(placed.table.rows)
        if not count:
            continue
        name = _NOT_IN_A_NAME.sub("_", f"Table_{at.name}{number if number > 1 else ''}")
        wide = get_column_letter(len(placed.positions))
        sheet.add_table(
            ExcelTable(displayName=name, ref=f"A{placed.head}:{wide}{placed.head + count}")
        )


def _marks(sheet: Worksheet, at: Plan) -> None:
    """Let marked cells stand out: errors, warnings, and amounts that are not zero."""
    for placed in at.tables:
        for position in placed.positions:
            column = placed.table.columns[position]
            if not column.marked or not placed.table.rows:
                continue
            last = placed.cell(len(placed.table.rows) - 1, position)
            for operator, formula, fill in _MARKS[column.kind]:
                rule: Any = CellIsRule(operator, [formula], fill=fill)  # type: ignore[no-untyped-call]
                sheet.conditional_formatting.add(f"{placed.cell(0, position)}:{last}", rule)


def _page_size(wide: float, *, on_side: bool) -> tuple[float, float]:
    """Return the scale at which so many column widths fit, and the points of rows on a page."""
    across, down = reversed(_PAPER) if on_side else _PAPER
    scale = min(1.0, (across - 2 * _MARGIN) / (wide * _UNIT))
    return scale, (down - 2 * _MARGIN_TOP) * 72 / scale


def _breaks(sheet: Worksheet, at: Plan, page: float) -> list[int]:
    """Find the tables (by their first row) that would be cut by the end of a page of points."""
    found: list[int] = []
    used, row = 0.0, 1
    for placed in at.tables:
        used += _points(sheet, row, placed.top)
        tall = _points(sheet, placed.top, placed.after)
        least = _points(sheet, placed.top, min(placed.head + 4, placed.after))
        cut = used + tall > page >= tall or used % page + least > page
        if cut and placed.top > at.tables[0].top:
            found.append(placed.top)
            used = 0.0
        used += tall
        row = placed.after
    return found


def _points(sheet: Worksheet, first: int, after: int) -> float:
    return sum(sheet.row_dimensions[row].height or _ROW for row in range(first, after))


def _names(book: Workbook, homes: Homes) -> None:
    """Name the cell of each form line, e.g. F8606_L15c.

    Forms of which there may be several, one a decedent or account, are numbered in their order.
    """
    several = [name for name in dict.fromkeys(form for form, _ in homes) if " " in name]
    for (form, number), (sheet, cell) in homes.items():
        kind, more, _ = form.partition(" ")
        mark = f"_of_{several.index(form) + 1}" if more else ""
        name = _NOT_IN_A_NAME.sub("_", f"F{kind}{mark}_L{number}")
        column, row = coordinate_from_string(cell)
        where = f"{quoted(sheet)}!${column}${row}"
        book.defined_names[name] = DefinedName(name, attr_text=where)


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
