"""Set tables on paper: widths, alignment on the decimal point, and breaks between pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reportlab.lib.colors import Color
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import CondPageBreak, Flowable, Paragraph
from reportlab.platypus import Table as Grid

from exports.house_fonts import BOLD, REGULAR, is_foreign, marked_up, width_of
from exports.table import (
    Column,
    Kind,
    Medium,
    Row,
    Table,
    Value,
    first_file,
    money_of,
    show,
)

INK = Color(0, 0, 0)
QUIET = Color(0.35, 0.35, 0.35)
RULE = Color(0.78, 0.78, 0.78)
SHADE = Color(0.91, 0.92, 0.94)
TINT = Color(0.965, 0.965, 0.97)
SIZES = (8.0, 7.6, 7.2, 6.8, 6.4, 6.0, 5.6)
_PAD, _PAD_ROW, _PAD_ROW_TIGHT, _LEADING = 3.5, 2.4, 1.5, 1.22
_TEXT_AT_LEAST, _WORDS_AT_MOST = 58.0, 78.0
_FEW = 10  # one text in so many may be longer than its column
_LINES_AT_MOST = 5  # that it should then take, where there is room
_WHOLE_GROUP = 9  # a group of so many rows stays on one page
_FEWEST = 3  # fewer rows than this are never left alone on a page
_TEXTS = {Kind.TEXT, Kind.PLACE}
HEAD, GROUP, BODY, FOOT = "head", "group", "body", "foot"


@dataclass(frozen=True)
class Strip:
    """One horizontal strip of a table: its role, its cells, its height in points."""

    role: str
    cells: tuple[Any, ...]
    height: float
    negative: frozenset[int] = field(default_factory=frozenset)
    continues: bool = False  # belongs to the strip above
    leads: tuple[tuple[int, str], ...] = ()  # column, and the file its place leads to
    anchor: str = ""  # the file that places lead to from elsewhere


class Setting:
    """One table as it is set: columns shown, widths, type size, strips."""

    def __init__(
        self,
        table: Table,
        width: float,
        *,
        tight: bool = False,
        anchors: frozenset[str] = frozenset(),
    ) -> None:
        self._table, self._anchors = table, anchors
        self._pad_row = _PAD_ROW_TIGHT if tight else _PAD_ROW
        self._shown = [i for i in table.of(Medium.PAPER) if not table.columns[i].group]
        self._group = next((i for i, c in enumerate(table.columns) if c.group), None)
        self._columns = [table.columns[i] for i in self._shown]
        self.size, self.widths = self._fit(width)
        self._styles = {
            (font, kind): self._style(font, kind) for font in (REGULAR, BOLD) for kind in Kind
        }
        self.head = self._strip(HEAD, [column.title for column in self._columns])
        self.strips = self._body()

    def _fit(self, width: float) -> tuple[float, list[float]]:
        for size in SIZES:
            widths = self._widths(width, size)
            if widths is not None:
                return size, widths
        return SIZES[-1], [width / len(self._columns)] * len(self._columns)

    def _widths(self, width: float, size: float) -> list[float] | None:
        natural = [self._natural(i, size) for i in self._shown]
        texts = [k for k, c in enumerate(self._columns) if c.kind in _TEXTS]
        left = width - sum(n for k, n in enumerate(natural) if k not in texts)
        weights = {k: self._columns[k].weight for k in texts}
        if left < sum(min(natural[k], _TEXT_AT_LEAST * weights[k]) for k in texts):
            return None
        words = {k: self._longest_word(self._columns[k], size) for k in texts}
        shares = share_out(left, {k: natural[k] for k in texts}, weights, words)
        return [shares.get(k, n) for k, n in enumerate(natural)]

    def _longest_word(self, column: Column, size: float) -> float:
        return max(width_of(word, BOLD, size) for word in column.title.split()) + 2 * _PAD + 0.5

    def _natural(self, position: int, size: float) -> float:
        """Return the width a column needs; of many texts, the few longest may break."""
        column, table = self._table.columns[position], self._table
        found = [width_of(word, BOLD, size) for word in (*column.title.split(), "Total")]
        found.append((max(found[:-1], default=0) + width_of(column.title, BOLD, size)) / 2)
        if column.total and table.has_total:
            found.append(width_of(show(table.total(position)), BOLD, size))
        needs = (self._needs(column, row[position], size) for row in table.rows)
        cells = sorted(need for need in needs if need)
        few = len(cells) // _FEW if column.kind in _TEXTS else 0
        found += cells[len(cells) - 1 - few :][:1]
        found += [need / _LINES_AT_MOST for need in cells[-1:]]
        bracket = width_of(")", BOLD, size) if _aligned(column) else 0
        return max(found) + 2 * _PAD + bracket + 0.5

    def _needs(self, column: Column, value: Value, size: float) -> float:
        wide = width_of(show(value), REGULAR, size)
        is_words = column.kind not in _TEXTS and isinstance(value, str)
        return min(wide, _WORDS_AT_MOST) if is_words else wide

    def _style(self, font: str, kind: Kind) -> ParagraphStyle:
        right = kind in {Kind.AMOUNT, Kind.COUNT}
        return ParagraphStyle(
            f"{font}-{kind}",
            fontName=font,
            fontSize=self.size,
            leading=self.size * _LEADING,
            alignment=TA_RIGHT if right else TA_LEFT,
            splitLongWords=1,
            textColor=INK,
        )

    def _body(self) -> list[Strip]:
        strips, current = [], None
        for row in self._table.rows:
            name = show(row[self._group]) if self._group is not None else None
            if name is not None and name != current:
                strips.append(self._group_strip(name))
            current = name
            strip = self._strip(BODY, [row[i] for i in self._shown])
            strips.append(
                replace(
                    strip,
                    continues=self._table.continues(row),
                    leads=tuple(self._leads(row)),
                    anchor=self._anchor(row),
                )
            )
        if self._table.has_total:
            strips.append(self._strip(FOOT, self._totals()))
        return strips

    def _totals(self) -> list[Value]:
        columns = zip(self._shown, self._columns, strict=True)
        cells: list[Value] = [self._table.total(i) if c.total else "" for i, c in columns]
        cells[0] = cells[0] or "Total"
        return cells

    def _leads(self, row: Row) -> Iterator[tuple[int, str]]:
        for k, (i, column) in enumerate(zip(self._shown, self._columns, strict=True)):
            if column.kind is Kind.PLACE and first_file(show(row[i])) in self._anchors:
                yield k, first_file(show(row[i]))

    def _anchor(self, row: Row) -> str:
        named = (row[i] for i, c in zip(self._shown, self._columns, strict=True) if c.anchors)
        return show(next(named, ""))

    def _group_strip(self, name: str) -> Strip:
        style = self._styles[BOLD, Kind.TEXT]
        text = Paragraph(marked_up(name), style)
        _, height = text.wrap(sum(self.widths) - 2 * _PAD, 1000)
        blank = [""] * (len(self._columns) - 1)
        return Strip(GROUP, (text, *blank), height + 2 * self._pad_row)

    def _strip(self, role: str, values: Sequence[Value]) -> Strip:
        cells, height = [], self.size * _LEADING
        for column, width, value in zip(self._columns, self.widths, values, strict=True):
            cell, tall = self._cell(role, column, width, value)
            cells.append(cell)
            height = max(height, tall)
        negative = frozenset(k for k, v in enumerate(values) if _is_negative(v))
        return Strip(role, tuple(cells), height + 2 * self._pad_row, negative)

    def _cell(self, role: str, column: Column, width: float, value: Value) -> tuple[Any, float]:
        text, font = show(value), REGULAR if role == BODY else BOLD
        room = width - 2 * _PAD - (width_of(")", font, self.size) if _aligned(column) else 0)
        fits = width_of(text, font, self.size) <= room or money_of(value) is not None
        if fits and not is_foreign(text):
            return text, self.size * _LEADING
        paragraph = Paragraph(marked_up(text), self._styles[font, column.kind])
        _, height = paragraph.wrap(room, 10_000)
        return paragraph, height

    def grid(self, strips: Sequence[Strip]) -> Any:
        """Return reportlab's table of the head and some strips, with heights fixed."""
        lines = [self.head, *strips]
        return Grid(
            [strip.cells for strip in lines],
            colWidths=self.widths,
            rowHeights=[strip.height for strip in lines],
            style=self._commands(lines),
            hAlign="LEFT",
        )

    def _commands(self, lines: Sequence[Strip]) -> list[tuple[Any, ...]]:
        commands: list[tuple[Any, ...]] = [
            ("FONT", (0, 0), (-1, -1), REGULAR, self.size, self.size * _LEADING),
            ("TEXTCOLOR", (0, 0), (-1, -1), INK),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
            ("LEFTPADDING", (0, 0), (-1, -1), _PAD),
            ("RIGHTPADDING", (0, 0), (-1, -1), _PAD),
            ("TOPPADDING", (0, 0), (-1, -1), self._pad_row),
            ("BOTTOMPADDING", (0, 0), (-1, -1), self._pad_row),
            ("LINEBELOW", (0, 0), (-1, -1), 0.25, RULE),
            ("FONTNAME", (0, 0), (-1, 0), BOLD),
            ("BACKGROUND", (0, 0), (-1, 0), SHADE),
            ("LINEABOVE", (0, 0), (-1, 0), 0.7, INK),
            ("LINEBELOW", (0, 0), (-1, 0), 0.5, INK),
            ("LINEBELOW", (0, -1), (-1, -1), 0.7, INK),
        ]
        for k, column in enumerate(self._columns):
            commands += self._aligned_column(k, column)
        for y, strip in enumerate(lines):
            commands += self._strip_commands(y, strip)
        return commands

    def _aligned_column(self, k: int, column: Column) -> list[tuple[Any, ...]]:
        if column.kind in {*_TEXTS, Kind.DATE}:
            return []
        right: list[tuple[Any, ...]] = [("ALIGN", (k, 0), (k, -1), "RIGHT")]
        if _aligned(column):
            pad = _PAD + width_of(")", REGULAR, self.size)
            right.append(("RIGHTPADDING", (k, 0), (k, -1), pad))
        return right

    def _strip_commands(self, y: int, strip: Strip) -> list[tuple[Any, ...]]:
        out: list[tuple[Any, ...]] = [
            ("RIGHTPADDING", (k, y), (k, y), _PAD) for k in sorted(strip.negative)
        ]
        if strip.role == GROUP:
            out += [("SPAN", (0, y), (-1, y)), ("BACKGROUND", (0, y), (-1, y), TINT)]
        if strip.role == FOOT:
            out.append(("FONTNAME", (0, y), (-1, y), BOLD))
            out.append(("LINEABOVE", (0, y), (-1, y), 0.7, INK))
        return out


def share_out(
    room: float, natural: dict[int, float], weights: dict[int, float], least: dict[int, float]
) -> dict[int, float]:
    """Share out room among text columns: short ones get what they need, the rest by weight.

    No column gets less than its ``least``, the longest word of its heading.

    >>> share_out(100, {0: 20, 1: 500, 2: 90}, {0: 1, 1: 4, 2: 1}, {0: 9, 1: 9, 2: 30})
    {0: 14.0, 1: 56.0, 2: 30}
    """
    spare = room - sum(natural.values())
    if spare >= 0:
        unit = spare / (sum(weights.values()) or 1)
        return {k: natural[k] + unit * weights[k] for k in natural}
    shares: dict[int, float] = {}
    while len(shares) < len(natural):
        rest = [k for k in natural if k not in shares]
        unit = (room - sum(shares.values())) / sum(weights[k] for k in rest)
        part = {k: unit * weights[k] for k in rest}
        fixed = {k: least[k] for k in rest if part[k] < least[k]}
        fixed = fixed or {k: natural[k] for k in rest if natural[k] <= part[k]}
        shares |= fixed if 0 < len(fixed) < len(rest) else part
    return dict(sorted(shares.items()))


class SetTable(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A table that goes on over pages of so many points, its head repeated on each."""

    def __init__(self, setting: Setting, strips: Sequence[Strip], page: float) -> None:
        super().__init__()
        self._setting, self.strips, self._page = setting, list(strips), page
        self.width = sum(setting.widths)
        self.height = setting.head.height + sum(strip.height for strip in strips)

    def wrap(self, room_across: float, room_down: float) -> tuple[float, float]:
        """Return the size, whatever the room."""
        del room_across, room_down
        return self.width, self.height

    def split(self, room_across: float, room_down: float) -> list[Flowable]:
        """Break where a reader expects it; nothing stands here when too few rows would."""
        del room_across
        last = fitting(self.strips, room_down - self._setting.head.height)
        if last < min(_FEWEST, len(self.strips)) and room_down < self._page - 1:
            return []
        parts = self.strips[: max(last, 1)], self.strips[max(last, 1) :]
        here, *rest = (SetTable(self._setting, part, self._page) for part in parts if part)
        # what is left goes to the next page, and not once more into the room left on this one
        return [here, *([CondPageBreak(self._page - 1), *rest] if rest else [])]

    def draw(self) -> None:
        """Draw the table at the place the page gives it."""
        grid = self._setting.grid(self.strips)
        grid.wrapOn(self.canv, self.width, self.height)
        grid.drawOn(self.canv, 0, 0)
        top = self.height - self._setting.head.height
        for strip in self.strips:
            if strip.anchor:
                self.canv.bookmarkHorizontal(_key(strip.anchor), 0, top)
            for k, name in strip.leads:
                left = sum(self._setting.widths[:k])
                area = (left, top - strip.height, left + self._setting.widths[k], top)
                self.canv.linkRect("", _key(name), area, relative=1)
            top -= strip.height


def _key(file: str) -> str:
    return f"file-{file}"


def fitting(strips: Sequence[Strip], room: float) -> int:
    """Count the strips that stand in so many points; what belongs together stays together.

    No page ends with the heading of a group or within an entry, small groups stay whole, and
    the last rows are not left alone.
    """
    count, used = 0, 0.0
    while count < len(strips) and used + strips[count].height <= room:
        used += strips[count].height
        count += 1
    if count in {0, len(strips)}:
        return count
    for better in (_without_orphans(strips, count), _at_group(strips, count), count):
        whole = _between_entries(strips, better)
        if whole:
            return whole
    return count


def _without_orphans(strips: Sequence[Strip], count: int) -> int:
    count = _at_group(strips, count) or count
    return min(count, max(len(strips) - _FEWEST, 0))


def _at_group(strips: Sequence[Strip], count: int) -> int:
    """Return where the small group begins that a break at ``count`` would cut, else ``count``."""
    heads = [y for y, strip in enumerate(strips) if strip.role == GROUP]
    begin = max((y for y in heads if y < count), default=0)
    end = min((y for y in heads if y >= count), default=len(strips))
    small = strips[begin].role == GROUP and end - begin <= _WHOLE_GROUP
    return begin if small and end > count else count


def _between_entries(strips: Sequence[Strip], count: int) -> int:
    while count and (strips[count].continues or strips[count - 1].role == GROUP):
        count -= 1
    return count


def _aligned(column: Column) -> bool:
    return column.kind is Kind.AMOUNT


def _is_negative(value: Value) -> bool:
    amount = money_of(value)
    return amount is not None and amount.cents < 0
