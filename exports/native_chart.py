"""Charts of the workbook that stay live: drawn by the spreadsheet program from the rows beside."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.series import Series
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.drawing.text import CharacterProperties, ParagraphProperties
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from exports.sheet import PlacedTable, Plan
from exports.table import Chart, show

_WIDE, _TALL = 14.0, 6.8  # centimetres
_ROWS, _COLUMNS = 16, 8  # that such a chart covers
_TITLE = ParagraphProperties(defRPr=CharacterProperties(sz=1000, b=True))
_LINES = (("000000", "solid"), ("7A8290", "dash"))
_FILLS = ("BCC4D1", "40474F", "FFFFFF")


def add_charts(sheet: Worksheet, at: Plan) -> None:
    """Put the chart of each table to its right, one below the other, and print them too."""
    column, row = get_column_letter(at.width + 2), 3
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
            sheet.add_chart(chart, f"{column}{row}")
            row += _ROWS
    if row > 3:
        last = get_column_letter(at.width + 1 + _COLUMNS)
        sheet.print_area = f"A1:{last}{max(at.last_row, row)}"


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
