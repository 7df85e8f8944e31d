"""Charts on paper, drawn from the rows of a table: curves in small panels, and stacked bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from reportlab.lib.colors import Color, white
from reportlab.platypus import Flowable

from exports.house_fonts import BOLD, REGULAR, draw_text, width_of
from exports.paper import INK, QUIET, RULE
from exports.table import Chart, Row, Table, accounting, money_of, show
from ledger.money import Money

_ACROSS, _GAP = 3, 16.0  # panels side by side, points between them
_PANEL, _PLOT = 92.0, 52.0  # heights in points
_BARS, _BARS_PLOT = 112.0, 74.0
_SMALL = 6.2
_AREA = Color(0.74, 0.77, 0.82)
# light, dark and white with a frame: told apart also where a copy is gray
_FILLS = (_AREA, Color(0.25, 0.28, 0.33), white)


class Drawing(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A drawing of a fixed size (points), made when the page is."""

    def __init__(self, width: float, height: float, paint: Callable[[Any], None]) -> None:
        super().__init__()
        self.width, self.height, self._paint = width, height, paint

    def draw(self) -> None:
        """Draw at the place the page gives."""
        self._paint(self.canv)


@dataclass(frozen=True)
class _Plot:
    """Where amounts are drawn: the lower left corner, the size, and the amount at the top."""

    left: float
    bottom: float
    width: float
    height: float
    most: int  # cents

    def x(self, position: float, count: int) -> float:
        """Return where one of so many equally spaced points stands."""
        return self.left + self.width * position / max(count - 1, 1)

    def y(self, cents: int) -> float:
        """Return the height of an amount; what is below zero stands on the ground."""
        return self.bottom + self.height * max(cents, 0) / self.most

    def points(self, cents: Sequence[int]) -> list[tuple[float, float]]:
        """Return the corners of a curve."""
        return [(self.x(x, len(cents)), self.y(amount)) for x, amount in enumerate(cents)]

    def frame(self, canvas: Any) -> None:
        """Draw the ground, and the line of the largest amount with its figure."""
        right, top = self.left + self.width, self.bottom + self.height
        canvas.setLineWidth(0.5)
        canvas.setStrokeColor(INK)
        canvas.line(self.left, self.bottom, right, self.bottom)
        canvas.setStrokeColor(RULE)
        canvas.line(self.left, top, right, top)
        _text(canvas, self.left, top + 2, rounded(self.most), color=QUIET)


def drawings(table: Table, width: float) -> list[Drawing]:
    """Draw a table's chart over so many points: a row of panels is one drawing."""
    chart = table.chart
    if chart is None or not table.rows:
        return []
    if not chart.panels:
        return [Drawing(width, _BARS, partial(_bars, table=table, chart=chart, width=width))]
    at = table.keys.index(chart.panels)
    # the rows of one panel stand together in the table
    named = [(show(name), list(rows)) for name, rows in groupby(table.rows, lambda row: row[at])]
    wide = (width - _GAP * (_ACROSS - 1)) / _ACROSS
    out = []
    for start in range(0, len(named), _ACROSS):
        panels = [
            _Panel(table, chart, name, rows, column * (wide + _GAP), wide)
            for column, (name, rows) in enumerate(named[start : start + _ACROSS])
        ]
        out.append(Drawing(width, _PANEL, partial(_paint_all, panels=panels)))
    return out


def rounded(cents: int) -> str:
    """Write an amount at the side of a chart, in whole dollars.

    >>> rounded(123_456_00)
    '123,456'
    """
    return accounting(Money(cents - cents % 100), whole_dollars=True)


def ceiling(cents: int) -> int:
    """Return the next round amount for the top of a scale, at least $100: 1, 2, 2.5 or 5 and zeros.

    >>> [ceiling(c) for c in (90_00, 101_00, 240_000_00, 0)]
    [10000, 20000, 25000000, 10000]
    """
    unit = int("1".ljust(max(len(str(cents)), 5), "0"))
    return next(s * unit // 10 for s in (10, 20, 25, 50, 100) if s * unit // 10 >= cents)


@dataclass(frozen=True)
class _Panel:
    """One curve with what lies below it."""

    table: Table
    chart: Chart
    name: str
    rows: Sequence[Row]
    left: float
    wide: float

    def _cents(self, key: str) -> list[int]:
        return _column(self.table, self.rows, key)

    def paint(self, canvas: Any) -> None:
        """Draw areas first, then frame, curve and words."""
        key, *areas = self.chart.up
        line, below = self._cents(key), [self._cents(area) for area in areas]
        plot = _Plot(self.left, 14, self.wide, _PLOT, ceiling(max(map(max, (line, *below)))))
        for cents in below:
            if any(cents):
                last = self.left + self.wide
                _path(canvas, [*plot.points(cents), (last, 14), (self.left, 14)], fill=True)
        plot.frame(canvas)
        canvas.setLineWidth(1.1)
        canvas.setStrokeColor(INK)
        _path(canvas, plot.points(line))
        self._words(canvas, line[-1])

    def _words(self, canvas: Any, closing: int) -> None:
        across = self.table.keys.index(self.chart.across)
        first, last = show(self.rows[0][across]), show(self.rows[-1][across])
        right = self.left + self.wide
        _text(canvas, self.left, 5, first, color=QUIET)
        _text(canvas, right, 5, last, right=True, color=QUIET)
        figure = show(Money(closing))
        _text(canvas, right, _PANEL - 10, figure, right=True)
        room = self.wide - width_of(figure, REGULAR, _SMALL) - 6
        _text(canvas, self.left, _PANEL - 10, _cut(self.name, room), font=BOLD)


def _paint_all(canvas: Any, panels: Sequence[_Panel]) -> None:
    for panel in panels:
        panel.paint(canvas)


def _bars(canvas: Any, table: Table, chart: Chart, width: float) -> None:
    parts = [_column(table, table.rows, key) for key in chart.up]
    days = [show(row[table.keys.index(chart.across)]) for row in table.rows]
    most = ceiling(max(map(sum, zip(*parts, strict=True))))
    plot, room = _Plot(0, 16, width, _BARS_PLOT, most), width / len(days)
    canvas.setStrokeColor(INK)
    for x, day in enumerate(days):
        low = 0
        for cents, fill in zip(parts, _FILLS, strict=False):
            if cents[x] > 0:
                base = plot.y(low)
                # never thinner than a hair: a small part must not vanish
                tall = max(plot.y(low + cents[x]) - base, 0.6)
                _box(canvas, (x * room + room * 0.25, base, room * 0.5, tall), fill)
                low += cents[x]
        _text(canvas, x * room + room * 0.25, 6, day.rpartition("-")[0], color=QUIET)
    plot.frame(canvas)
    _legend(canvas, [table.columns[table.keys.index(key)].title for key in chart.up], width)


def _legend(canvas: Any, names: Sequence[str], right: float) -> None:
    """Name the parts at the upper right, in the order in which they are stacked."""
    canvas.setStrokeColor(INK)
    for name, fill in reversed(list(zip(names, _FILLS, strict=False))):
        _text(canvas, right, _BARS - 9, name, right=True)
        right -= width_of(name, REGULAR, _SMALL) + 9
        _box(canvas, (right, _BARS - 9.5, 6, 6), fill)
        right -= 12


def _column(table: Table, rows: Sequence[Row], key: str) -> list[int]:
    at = table.keys.index(key)
    return [amount.cents if (amount := money_of(row[at])) else 0 for row in rows]


def _text(  # noqa: PLR0913 - where, what and how
    canvas: Any,
    x: float,
    y: float,
    text: str,
    *,
    font: str = REGULAR,
    right: bool = False,
    color: Color = INK,
) -> None:
    canvas.setFillColor(color)
    left = x - width_of(text, font, _SMALL) if right else x
    draw_text(canvas, (left, y), text, font, _SMALL)


def _box(canvas: Any, box: tuple[float, float, float, float], fill: Color) -> None:
    """Draw a rectangle: left, base, width, height."""
    canvas.setLineWidth(0.3)
    canvas.setFillColor(fill)
    canvas.rect(*box, stroke=1, fill=1)


def _path(canvas: Any, points: Sequence[tuple[float, float]], *, fill: bool = False) -> None:
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    canvas.setFillColor(_AREA)
    canvas.drawPath(path, stroke=not fill, fill=fill)


def _cut(text: str, room: float) -> str:
    while text and width_of(text, BOLD, _SMALL) > room:
        text = f"{text[:-2].rstrip()}…"
    return text
