"""Charts on paper, drawn from the rows of a table: waterfalls."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable

from exports.house_fonts import BOLD, REGULAR, draw_text, width_of
from exports.paper import INK, QUIET
from exports.table import Chart, Table, money_of, show

_TALL, _PLOT, _GROUND = 150.0, 118.0, 16.0  # points
_SIDE = 0.14  # of a bar's room, left free at either side
_SMALL = 7.0
# told apart also where a copy is gray: what stands at the ends, and what changed
_END, _STEP = Color(0.25, 0.28, 0.33), Color(0.74, 0.77, 0.82)


class Drawing(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A drawing of a fixed size (points), made when the page is."""

    def __init__(self, width: float, height: float, paint: Callable[[Any], None]) -> None:
        super().__init__()
        self.width, self.height, self._paint = width, height, paint

    def draw(self) -> None:
        """Draw at the place the page gives."""
        self._paint(self.canv)


def drawings(table: Table, width: float) -> list[Drawing]:
    """Draw a table's chart over so many points."""
    chart = table.chart
    if chart is None or not table.rows:
        return []
    return [Drawing(width, _TALL, partial(_waterfall, table=table, chart=chart, width=width))]


def _waterfall(canvas: Any, table: Table, chart: Chart, width: float) -> None:
    """Draw a bar for each row, and a line from the end of each to the next."""
    bases, heights = (_column(table, key) for key in (chart.base, chart.height))
    across, figure = table.keys.index(chart.across), table.keys.index(chart.figure)
    most = max(1, *(base + tall for base, tall in zip(bases, heights, strict=True)))
    room, at = width / len(table.rows), 0
    for x, (row, base, tall) in enumerate(zip(table.rows, bases, heights, strict=True)):
        left, wide = x * room + room * _SIDE, room * (1 - 2 * _SIDE)
        foot = _GROUND + _PLOT * base / most
        if x:
            level = _GROUND + _PLOT * at / most
            canvas.setLineWidth(0.4)
            canvas.setStrokeColor(QUIET)
            canvas.line(left - 2 * room * _SIDE, level, left, level)
        is_end = x in {0, len(table.rows) - 1}
        at = base if not is_end and at > base else base + tall
        if tall:
            # never thinner than a hair: a small part must not vanish
            high = max(_PLOT * tall / most, 0.6)
            canvas.setStrokeColor(INK)
            _box(canvas, (left, foot, wide, high), _END if is_end else _STEP)
        else:
            high = 0.0
        middle = left + wide / 2
        _text(canvas, middle, foot + high + 3, show(row[figure]))
        _text(canvas, middle, 4, show(row[across]), font=BOLD)
    canvas.setLineWidth(0.5)
    canvas.setStrokeColor(INK)
    canvas.line(0, _GROUND, width, _GROUND)


def _column(table: Table, key: str) -> list[int]:
    at = table.keys.index(key)
    return [amount.cents if (amount := money_of(row[at])) else 0 for row in table.rows]


def _text(canvas: Any, x: float, y: float, text: str, *, font: str = REGULAR) -> None:
    """Write a text with its middle at a point."""
    canvas.setFillColor(INK)
    draw_text(canvas, (x - width_of(text, font, _SMALL) / 2, y), text, font, _SMALL)


def _box(canvas: Any, box: tuple[float, float, float, float], fill: Color) -> None:
    """Draw a rectangle: left, base, width, height."""
    canvas.setLineWidth(0.3)
    canvas.setFillColor(fill)
    canvas.rect(*box, stroke=1, fill=1)
