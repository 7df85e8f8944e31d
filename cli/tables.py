"""Tables for the terminal, laid out in the width that there is.

Rich's own table looks at every cell a dozen times, which a register of some years feels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.text import Text

_RULE = box.SIMPLE_HEAD.head_row_horizontal
_ASCII_RULE = box.ASCII.head_row_horizontal


@dataclass(frozen=True)
class Column:
    """A column: its heading, whether amounts stand in it, and whether its cells stay whole."""

    heading: str
    right: bool
    whole: bool


@dataclass(frozen=True)
class Laid:
    """Rows under headings, over ``totals`` where there are some; cells are safe to show."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Text]]
    totals: Sequence[Text]
    gap: int  # blanks between columns

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay the table out; words are broken where a line is too long."""
        headings = [Text(one.heading, console.get_style("table.header")) for one in self.columns]
        shown = [headings, *self.rows, *([self.totals] if self.totals else [])]
        wanted = [max(cell_len(cell.plain) for cell in cells) for cells in zip(*shown, strict=True)]
        widths = self._fitted(wanted, options.max_width)
        yield from self._row(headings, widths, console, options, at_bottom=True)
        rule = _ASCII_RULE if options.ascii_only else _RULE
        yield Segment(rule * (sum(widths) + self.gap * (len(widths) - 1)))
        yield Segment.line()
        for row in self.rows:
            yield from self._row(row, widths, console, options)
        if self.totals:
            yield from self._line([[]] * len(widths), widths)
            style = console.get_style("table.footer")
            feet = [Text(cell.plain, style) for cell in self.totals]
            yield from self._row(feet, widths, console, options)

    def _fitted(self, wanted: Sequence[int], room: int) -> list[int]:
        """Return the widths of the columns: the widest that may be broken give way first."""
        last = len(wanted) - 1
        room -= last
        widths = [width + self.gap - 1 for width in wanted[:-1]] + [wanted[last]]
        while (excess := sum(widths) - room) > 0:
            pairs = zip(widths, self.columns, strict=True)
            broken = [width for width, column in pairs if not column.whole]
            widest = max(broken, default=0)
            if not widest:
                widths = _less(widths, range(len(widths)), excess, excess)
                break
            step = widest - max((width for width in broken if width < widest), default=0)
            pairs = zip(widths, self.columns, strict=True)
            wide = [n for n, (w, column) in enumerate(pairs) if w == widest and not column.whole]
            widths = _less(widths, wide, excess, step)
        return [max(1, width - self.gap + 1) for width in widths[:-1]] + [widths[last]]

    def _row(
        self,
        cells: Sequence[Text],
        widths: Sequence[int],
        console: Console,
        options: ConsoleOptions,
        *,
        at_bottom: bool = False,
    ) -> Iterator[Segment]:
        """Yield a row: in one line where every cell fits, else with those that do not broken."""
        told: list[list[list[Segment]]] = []
        for column, cell, width in zip(self.columns, cells, widths, strict=True):
            blanks = width - cell_len(cell.plain)
            if blanks >= 0:
                style = console.get_style(cell.style) if cell.style else None
                shown = [Segment(cell.plain, style)]
                blank = Segment(" " * blanks)
                told.append([[blank, *shown] if column.right else [*shown, blank]])
            else:
                narrow = options.update(
                    width=width,
                    height=None,
                    justify="right" if column.right else "left",
                    overflow="fold",
                    no_wrap=column.whole,
                )
                told.append(console.render_lines(cell, narrow))
        if at_bottom:
            most = max(map(len, told))
            told = [[[]] * (most - len(lines)) + lines for lines in told]
        for line in zip_longest(*told, fillvalue=[]):
            yield from self._line(line, widths)

    def _line(self, cells: Sequence[Sequence[Segment]], widths: Sequence[int]) -> Iterator[Segment]:
        gap = ""
        for cell, width in zip(cells, widths, strict=True):
            yield Segment(gap)
            yield from cell or [Segment(" " * width)]
            gap = " " * self.gap
        yield Segment.line()


def _less(widths: Sequence[int], places: Sequence[int], excess: int, most: int) -> list[int]:
    """Return widths with what is too much taken from the columns at some places, evenly."""
    left, out = excess, list(widths)
    for done, place in enumerate(places):
        cut = min(most, excess, round(left / (len(places) - done)))
        out[place] -= min(cut, out[place])
        left -= cut
    return out
