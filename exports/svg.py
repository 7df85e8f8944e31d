"""Drawings of the packet as SVG: what paints a page of the PDF paints a picture of lines here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from exports.chart import drawings
from exports.house_fonts import BOLD, width_of
from exports.table import Table


class _Path:
    """A path as reportlab writes it down: where it moves and where it draws."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, float, float]] = []

    def moveTo(self, x: float, y: float) -> None:
        """Begin at a point."""
        self.steps.append(("M", x, y))

    def lineTo(self, x: float, y: float) -> None:
        """Draw a line to a point."""
        self.steps.append(("L", x, y))


class SvgCanvas:
    """The methods of reportlab's canvas that our drawings call; y counts from the foot."""

    def __init__(self, height: float) -> None:
        self.elements: list[str] = []
        self._height = height
        self._width, self._stroke, self._fill = 1.0, "#000000", "#000000"
        self._dash: Sequence[float] = ()
        self._font, self._size = "", 6.0

    def setLineWidth(self, width: float) -> None:
        """Draw lines so wide from here on."""
        self._width = width

    def setDash(self, dash: Sequence[float] = ()) -> None:
        """Draw lines of dashes from here on, or whole ones."""
        self._dash = dash

    def setStrokeColor(self, color: Any) -> None:
        """Draw lines in a color from here on."""
        self._stroke = _hex(color)

    def setFillColor(self, color: Any) -> None:
        """Fill areas and write texts in a color from here on."""
        self._fill = _hex(color)

    def setFont(self, name: str, size: float) -> None:
        """Write in a font from here on."""
        self._font, self._size = name, size

    def drawString(self, x: float, y: float, text: str) -> None:
        """Write a text from a point to the right, as wide as on paper whatever the font."""
        if not text.strip():
            return
        wide = width_of(text, self._font, self._size)
        weight = ' font-weight="bold"' if self._font == BOLD else ""
        place = f'x="{_n(x)}" y="{_n(self._height - y)}" font-size="{_n(self._size)}"{weight}'
        fitted = f'fill="{self._fill}" textLength="{_n(wide)}" lengthAdjust="spacingAndGlyphs"'
        self.elements.append(f"<text {place} {fitted}>{escape(text)}</text>")

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a line between two points."""
        path = _Path()
        path.moveTo(x1, y1)
        path.lineTo(x2, y2)
        self.drawPath(path)

    def rect(  # noqa: PLR0913 - as reportlab has it
        self, x: float, y: float, width: float, height: float, *, stroke: int = 1, fill: int = 0
    ) -> None:
        """Draw a rectangle from its lower left corner."""
        place = f'x="{_n(x)}" y="{_n(self._height - y - height)}"'
        size = f'width="{_n(width)}" height="{_n(height)}"'
        self.elements.append(f"<rect {place} {size} {self._painted(stroke, fill)}/>")

    def beginPath(self) -> _Path:
        """Return a path with no step yet."""
        return _Path()

    def drawPath(self, path: _Path, *, stroke: int = 1, fill: int = 0) -> None:
        """Draw along a path, or fill what it goes around."""
        steps = "".join(f"{step}{_n(x)} {_n(self._height - y)}" for step, x, y in path.steps)
        self.elements.append(f'<path d="{steps}" {self._painted(stroke, fill)}/>')

    def _painted(self, stroke: int, fill: int) -> str:
        filled = f'fill="{self._fill if fill else "none"}"'
        dashed = f' stroke-dasharray="{" ".join(map(_n, self._dash))}"' if self._dash else ""
        drawn = f' stroke="{self._stroke}" stroke-width="{_n(self._width)}"{dashed}'
        return filled + (drawn if stroke else "")


def pictures(table: Table, width: float) -> Iterator[str]:
    """Go through the drawings of a table's chart as SVG elements, without any style."""
    for number, drawing in enumerate(drawings(table, width), start=1):
        drawing.canv = SvgCanvas(drawing.height)
        drawing.draw()
        name = escape(f"Chart {number}: {table.title}")
        size = f'viewBox="0 -2 {_n(drawing.width)} {_n(drawing.height + 2)}"'
        yield f'<svg {size} role="img" aria-label="{name}">{"".join(drawing.canv.elements)}</svg>'


def _n(number: float) -> str:
    """Write a length with at most two places.

    >>> _n(3.0), _n(2.346), _n(-0.001)
    ('3', '2.35', '0')
    """
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _hex(color: Any) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in color.rgb())
