"""Tables for the terminal: rich lays them out in widths that are worked out here once.

Left to itself rich measures every cell a dozen times, which a register of some years feels, and
breaks short words before it breaks a long name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

SHORTENED_MIN = 20  # columns that a name keeps: a stretch of both ends tells files apart


@dataclass(frozen=True)
class Column:
    """A column: its heading, whether amounts stand in it, and what becomes of long cells."""

    heading: str
    right: bool = False
    whole: bool = False  # never broken
    shortened: bool = False  # left out in the middle, where others break their words

    def least(self, cells: Iterable[Text]) -> int:
        """Return the width below which words would break inside."""
        if self.shortened:
            return SHORTENED_MIN
        words = (word for cell in cells for word in cell.plain.split())
        return max(map(cell_len, words), default=0)


@dataclass(frozen=True)
class Laid:
    """Rows under headings, over ``totals`` where there are some; cells are safe to show."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Text]]
    totals: Sequence[Text]
    gap: int  # blanks between columns

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay the table out; words are broken where a line is too long."""
        widths = self._widths(options.max_width)
        table = Table(
            box=box.SIMPLE_HEAD,
            show_footer=bool(self.totals),
            pad_edge=False,
            padding=(0, self.gap - 1, 0, 0),
            show_edge=False,
        )
        dots = "..." if options.ascii_only else "…"
        feet = self.totals or [Text()] * len(self.columns)
        for column, width, foot in zip(self.columns, widths, feet, strict=True):
            table.add_column(
                column.heading,
                footer=foot,
                width=width,
                justify="right" if column.right else "left",
                no_wrap=column.whole,
                overflow="fold",
            )
        for row in self.rows:
            cells = zip(self.columns, row, widths, strict=True)
            table.add_row(*(_shown(column, cell, width, dots) for column, cell, width in cells))
        yield table

    def _widths(self, room: int) -> list[int]:
        """Return the widths of the columns: the widest that may be broken give way first."""
        headings = [Text(one.heading) for one in self.columns]
        listed = [headings, *self.rows, *([self.totals] if self.totals else [])]
        cells = list(zip(*listed, strict=True))
        widths = [max(cell_len(cell.plain) for cell in column) for column in cells]
        room -= self.gap * (len(widths) - 1)
        least = [
            width if column.whole else min(width, column.least(of))
            for column, width, of in zip(self.columns, widths, cells, strict=True)
        ]
        for lowest in (least, [1] * len(widths)):
            widths = _narrowed(widths, lowest, room)
        return widths


def _narrowed(widths: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Return widths of at most ``room`` together where none need fall below its least."""
    out = list(widths)
    while sum(out) > room:
        open_ = [n for n, width in enumerate(out) if width > least[n]]
        if not open_:
            break
        out[max(open_, key=out.__getitem__)] -= 1
    return out


@dataclass(frozen=True, slots=True)
class _OneLine:
    """A cell that needs no breaking, with its blanks."""

    words: str
    style: str

    def __rich_console__(self, console: Console, _options: ConsoleOptions) -> RenderResult:
        """Show the line as it is."""
        yield Segment(self.words, console.get_style(self.style) if self.style else None)


def _shown(column: Column, cell: Text, width: int, dots: str) -> RenderableType:
    """Return a cell for a column of a width: without the costs of breaking where it fits."""
    words = cell.plain
    if column.shortened and cell_len(words) > width:
        kept = width - len(dots)
        words = f"{words[: kept // 2]}{dots}{words[kept // 2 - kept :]}"
    blanks = width - cell_len(words)
    if blanks < 0:
        return cell
    lead = " " * blanks if column.right else ""
    return _OneLine(set_cell_size(lead + words, width), str(cell.style))
