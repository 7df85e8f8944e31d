"""Charts of the workbook that stay live: drawn by the spreadsheet program from the rows beside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.series import Series
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.drawing.text import CharacterProperties, ParagraphProperties
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from exports.sheet import PlacedTable, Plan
from exports.table import Chart

SHEET = "Charts"
# Two charts below each other, as wide as an upright page.
_WIDE, _TALL = 17.4, 10.5  # centimeters
_ROWS, _DOWN = 22, 2
_COLUMN, _COLUMNS, _POINTS = 7.4, 10, 14.0  # width and number of columns, height of a row
_TITLE = ParagraphProperties(defRPr=CharacterProperties(sz=1000, b=True))
_FILL = "7A8290"


def add_charts(book: Workbook, plans: Iterable[Plan]) -> Worksheet | None:
    """Draw every chart on a sheet of their own, from the cells of the tables; None without any."""
    charts = [chart for at in plans for chart in _charts_of(book[at.name], at)]
    if not charts:
        return None
    sheet: Worksheet = book.create_sheet(SHEET)
    for number, chart in enumerate(charts):
        row = 3 + _ROWS * number
        sheet.add_chart(chart, f"A{row}")
        if number and number % _DOWN == 0:
            sheet.row_breaks.append(Break(id=row - 1))
    rows = 2 + _ROWS * len(charts)
    for column in range(1, _COLUMNS + 1):
        sheet.column_dimensions[get_column_letter(column)].width = _COLUMN
    for row in range(1, rows + 1):
        sheet.row_dimensions[row].height = _POINTS
    sheet.print_area = f"A1:{get_column_letter(_COLUMNS)}{rows}"
    sheet.print_title_rows, sheet.freeze_panes = "1:2", "A3"
    sheet.page_setup.fitToWidth = 1
    return sheet


def _charts_of(sheet: Worksheet, at: Plan) -> Iterator[Any]:
    for placed in at.tables:
        if placed.table.chart is None or not placed.table.rows:
            continue
        chart = _waterfall(sheet, placed, placed.table.chart)
        chart.width, chart.height = _WIDE, _TALL
        chart.legend = None
        chart.y_axis.number_format = "#,##0"
        chart.title.tx.rich.p[0].pPr = _TITLE
        for axis in (chart.x_axis, chart.y_axis):
            axis.delete = False  # openpyxl hides them unless told
        yield chart


def _waterfall(sheet: Worksheet, placed: PlacedTable, told: Chart) -> Any:
    """Stack each bar on one that is not drawn."""
    chart, count = BarChart(), len(placed.table.rows)
    chart.title, chart.grouping, chart.overlap = placed.table.title, "stacked", 100
    for key in (told.base, told.height):
        series = _series(sheet, placed, key, 0, count)
        chart.series.append(series)
        if key == told.base:
            series.graphicalProperties.noFill = True
            series.graphicalProperties.line.noFill = True
        else:
            series.graphicalProperties.solidFill = _FILL
    chart.set_categories(_cells(sheet, placed, told.across, 0, count))
    return chart


def _series(sheet: Worksheet, placed: PlacedTable, key: str, first: int, count: int) -> Series:
    title = placed.table.columns[placed.table.keys.index(key)].title
    series: Series = SeriesFactory(_cells(sheet, placed, key, first, count), title=title)
    return series


def _cells(sheet: Worksheet, placed: PlacedTable, key: str, first: int, count: int) -> Reference:
    column = placed.positions.index(placed.table.keys.index(key)) + 1
    top = placed.head + 1 + first
    return Reference(sheet, min_col=column, min_row=top, max_row=top + count - 1)
