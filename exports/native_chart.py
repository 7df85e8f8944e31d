"""Charts of the workbook that stay live: drawn by the spreadsheet program from the rows beside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.series import Series
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.drawing.text import CharacterProperties, ParagraphProperties
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from exports.sheet import PlacedTable, Plan
from exports.table import Chart, show

SHEET = "Charts"
# Two charts side by side and three below each other fill an upright page at full size.
_WIDE, _TALL = 8.7, 7.0  # centimeters
_ROWS, _ACROSS, _DOWN = 15, ("A", "F"), 3
_COLUMN, _COLUMNS, _POINTS = 7.4, 10, 14.0  # width and number of columns, height of a row
_TITLE = ParagraphProperties(defRPr=CharacterProperties(sz=1000, b=True))
_LINES = (("000000", "solid"), ("7A8290", "dash"))
_FILLS = ("BCC4D1", "40474F", "FFFFFF")


def add_charts(book: Workbook, plans: Iterable[Plan]) -> Worksheet | None:
    """Draw every chart on a sheet of their own, from the cells of the tables; None without any."""
    charts = [chart for at in plans for chart in _charts_of(book[at.name], at)]
    if not charts:
        return None
    sheet: Worksheet = book.create_sheet(SHEET)
    for number, chart in enumerate(charts):
        down, across = divmod(number, len(_ACROSS))
        row = 3 + _ROWS * down
        sheet.add_chart(chart, f"{_ACROSS[across]}{row}")
        if across == 0 and down % _DOWN == 0 and down:
            sheet.row_breaks.append(Break(id=row - 1))
    rows = 2 + _ROWS * -(-len(charts) // len(_ACROSS))
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
        for chart in _charts(sheet, placed, placed.table.chart):
            chart.width, chart.height = _WIDE, _TALL
            chart.legend.position = "b"
            chart.y_axis.number_format = "#,##0"
            chart.title.tx.rich.p[0].pPr = _TITLE
            for axis in (chart.x_axis, chart.y_axis):
                axis.delete = False  # openpyxl hides them unless told
            yield chart


def _charts(sheet: Worksheet, placed: PlacedTable, told: Chart) -> Iterator[Any]:
    table = placed.table
    if not told.panels:
        yield _bars(sheet, placed, told, len(table.rows))
        return
    at, first = table.keys.index(told.panels), 0
    for name, rows in groupby(table.rows, lambda row: row[at]):
        count = len(list(rows))
        yield _curves(sheet, placed, told, show(name), first, count)
        first += count


def _curves(  # noqa: PLR0913, PLR0917 - which rows of which table
    sheet: Worksheet, placed: PlacedTable, told: Chart, name: str, first: int, count: int
) -> LineChart:
    chart = LineChart()
    chart.title = name
    for key, (color, dash) in zip(told.up, _LINES, strict=False):
        position = placed.table.keys.index(key)
        if all(placed.table.rows[first + y][position] is None for y in range(count)):
            continue
        series = _series(sheet, placed, key, first, count)
        series.graphicalProperties.line.solidFill = color
        series.graphicalProperties.line.dashStyle = dash
        series.smooth = False
        chart.series.append(series)
    chart.set_categories(_cells(sheet, placed, told.across, first, count))
    chart.x_axis.number_format = "mmm"
    return chart


def _bars(sheet: Worksheet, placed: PlacedTable, told: Chart, count: int) -> BarChart:
    chart = BarChart()
    chart.title, chart.grouping, chart.overlap = placed.table.title, "stacked", 100
    for key, color in zip(told.up, _FILLS, strict=False):
        series = _series(sheet, placed, key, 0, count)
        series.graphicalProperties.solidFill = color
        series.graphicalProperties.line.solidFill = "000000"
        chart.series.append(series)
    chart.set_categories(_cells(sheet, placed, told.across, 0, count))
    chart.x_axis.number_format = "mmm"
    return chart


def _series(sheet: Worksheet, placed: PlacedTable, key: str, first: int, count: int) -> Series:
    title = placed.table.columns[placed.table.keys.index(key)].title
    series: Series = SeriesFactory(_cells(sheet, placed, key, first, count), title=title)
    return series


def _cells(sheet: Worksheet, placed: PlacedTable, key: str, first: int, count: int) -> Reference:
    column = placed.positions.index(placed.table.keys.index(key)) + 1
    top = placed.head + 1 + first
    return Reference(sheet, min_col=column, min_row=top, max_row=top + count - 1)
