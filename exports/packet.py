"""The packet: a year-end record as a PDF of well-set pages, the same bytes on every run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab import rl_settings
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
)

from exports.atomic import write_whole
from exports.chart import drawings
from exports.document import document
from exports.house_fonts import (
    BOLD,
    OBLIQUE,
    REGULAR,
    draw_text,
    marked_up,
    printable,
    require_glyphs,
    width_of,
)
from exports.paper import INK, QUIET, SetTable, Setting
from exports.table import FIRST_SHEET, Document, Medium, Section, Table, show, tell
from exports.words import DISCLAIMER
from ledger.books import Household
from ledger.errors import EnvironmentFault
from ledger.year_end import YearEnd

PAGE = LETTER
LEFT, RIGHT, TOP, BOTTOM = 45.0, 45.0, 58.0, 58.0
WIDTH, HEIGHT = PAGE[0] - LEFT - RIGHT, PAGE[1] - TOP - BOTTOM
PRODUCT = "Basisbook"
_ROOM_FOR_START = 130.0  # a heading, a table's head and some rows: less is a widow
# A table that would be cut begins a new page unless more than this part of one stays blank.
_BLANK_AT_MOST, _BLANK_FOR_A_FORM = 0.3, 0.55
_LONG_TEXT = 0.2  # of a page
_CONTENTS = 34.0  # points for the line that says where each section begins
_SMALL, _STAMP, _LETTER = 7.4, 8.0, 11.0  # points of the running head, stamp and letter in it
_WHOSE = 330.0  # points for the name and its marks
SIGNED = "prepared by ____________   reviewed by ____________"
_NEARLY_EMPTY = 0.25  # a last page filled to less than this part is worth saving

_BODY = {"textColor": INK, "splitLongWords": 1}
STYLES = {
    "name": ParagraphStyle("name", fontName=BOLD, fontSize=19, leading=23, **_BODY),
    "about": ParagraphStyle("about", fontName=REGULAR, fontSize=10.5, leading=14, spaceAfter=8),
    "section": ParagraphStyle(
        "section", fontName=BOLD, fontSize=12, leading=15, spaceBefore=13, spaceAfter=4, **_BODY
    ),
    "title": ParagraphStyle(
        "title", fontName=BOLD, fontSize=9.2, leading=12, spaceBefore=9, spaceAfter=3, **_BODY
    ),
    "text": ParagraphStyle(
        "text", fontName=REGULAR, fontSize=8.8, leading=12.4, spaceAfter=5, **_BODY
    ),
    "index": ParagraphStyle(
        "index", fontName=REGULAR, fontSize=7.8, leading=11, spaceBefore=6, textColor=QUIET
    ),
    "note": ParagraphStyle(
        "note", fontName=OBLIQUE, fontSize=7.4, leading=9.6, spaceAfter=4, textColor=QUIET
    ),
}


def write_packet(
    path: Path, year: YearEnd, books: Household, earlier: Sequence[YearEnd] = ()
) -> None:
    """Write the packet of a taxpayer's year to a PDF file, whole or not at all, mode 0600.

    ``earlier`` are records of the years before, oldest first, to compare with.
    Raises LedgerErrors (``missing_glyph``) for characters that the fonts cannot print and
    EnvironmentFault (``cannot_write``, ``pdf_settings``).
    """
    write_whole(path, packet_bytes(document(year, books, earlier)))


def packet_bytes(told: Document) -> bytes:
    """Return the PDF; it is set twice, the second time with the number of pages known.

    Where the last page would hold a few rows only, the lines are set closer if that saves it.
    """
    _refuse_foreign_settings()
    printable()
    require_glyphs(_texts(told))
    _, pages = _set(told, _Pages())
    if pages.last_filled < _NEARLY_EMPTY:
        _, tighter = _set(told, _Pages(tight=True))
        pages = tighter if tighter.count < pages.count else pages
    content, _ = _set(told, pages)
    return content


@dataclass(frozen=True)
class _Pages:
    """What is known of the pages: how many, and on which each section begins (by its key).

    ``last_filled`` is the part of the last page that is used; ``tight`` sets rows closer.
    """

    count: int = 0
    begin: Mapping[str, int] = field(default_factory=dict)
    last_filled: float = 1.0
    tight: bool = False


def _refuse_foreign_settings() -> None:
    known = {name for name in vars(rl_settings) if not name.startswith("_")}
    for name in sorted(os.environ):
        if name.startswith("RL_") and name[3:] in known:
            raise EnvironmentFault(
                where=name,
                code="pdf_settings",
                problem="this environment variable changes how the PDF is written",
                remedy=f"unset {name} and run the command again",
            )


def _texts(told: Document) -> Iterator[tuple[str, str]]:
    yield "packet, name of the taxpayer", show(told.name)
    yield "packet, first page", show(told.provisional)
    for section in told.of(Medium.PAPER):
        where = f"packet, section '{section.title}'"
        for text in (section.title, *section.paragraphs):
            yield where, tell(text)
        for table in section.all_tables:
            for text in (table.title, table.note, table.empty):
                yield where, show(text)
            for row in table.rows:
                for value in row:
                    yield where, show(value)


@dataclass
class _Running:
    """What stands at the head and foot of every page."""

    told: Document
    pages: int
    persons: list[str] = field(default_factory=list)  # whose sections have begun, the last one last
    letters: list[str] = field(default_factory=list)  # of the sections on the page at hand
    is_begun: bool = False  # something stands on the page at hand

    def draw(self, canvas: Any, doc: Any) -> None:
        """Draw head and foot of the page at hand."""
        top, low = PAGE[1] - 36, 30
        canvas.saveState()
        canvas.setFillColor(QUIET)
        canvas.setStrokeColor(QUIET)
        canvas.setLineWidth(0.4)
        canvas.line(LEFT, top - 6, PAGE[0] - RIGHT, top - 6)
        canvas.line(LEFT, low + 21, PAGE[0] - RIGHT, low + 21)
        draw_text(canvas, (LEFT, top), self._whose(), REGULAR, _SMALL)
        canvas.setFont(REGULAR, _SMALL)
        canvas.drawString(LEFT, low + 11, self.told.marks.of_books)
        canvas.drawCentredString(PAGE[0] / 2, low + 11, self.told.seal)
        canvas.drawRightString(PAGE[0] - RIGHT, low + 11, SIGNED)
        canvas.drawString(LEFT, low, f"{PRODUCT} packet. {DISCLAIMER}")
        canvas.drawRightString(PAGE[0] - RIGHT, low, f"page {doc.page} of {self.pages}")
        right = PAGE[0] - RIGHT - self._mark(canvas, top)
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, _LETTER)
        canvas.drawRightString(right, top - 1, _from_to(self.letters))
        canvas.restoreState()
        # a section that goes on gives its letter to the next page too
        del self.letters[:-1]
        self.is_begun = False

    def enter(self, letter: str) -> None:
        """Note the section that begins; one that only ended on the page before is not here."""
        if not self.is_begun:
            self.letters.clear()
        self.letters.append(letter)

    def _whose(self) -> str:
        own = (show(self.told.name), show(self.told.marks.of_person))
        whose = self.persons[-1] if self.persons else " · ".join(part for part in own if part)
        return f"{shortened(whose, _WHOSE, _SMALL)} · tax year {self.told.tax_year}"

    def _mark(self, canvas: Any, top: float) -> float:
        """Stamp how the figures stand, white on black in any print; return the width used."""
        stamp = self.told.stamp
        if not stamp:
            return 0.0
        wide = width_of(stamp, BOLD, _STAMP) + 12
        canvas.setFillColor(INK)
        canvas.rect(PAGE[0] - RIGHT - wide, top - 4, wide, 14, stroke=0, fill=1)
        canvas.setFillGray(1)
        canvas.setFont(BOLD, _STAMP)
        canvas.drawCentredString(PAGE[0] - RIGHT - wide / 2, top, stamp)
        return wide + 8


def _from_to(letters: Sequence[str]) -> str:
    """Name the work papers of a page: the first and the last of them."""
    named = [letter for letter in letters if letter]
    first, last = named[0] if named else "", named[-1] if named else ""
    return first if first == last else f"{first} … {last}"


def shortened(text: str, room: float, size: float) -> str:
    """Cut a text to so many points, with an ellipsis where something was cut off."""
    if width_of(text, BOLD, size) <= room:
        return text
    while text and width_of(text + "…", BOLD, size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


class _End(Flowable):  # type: ignore[misc]  # reportlab has no types
    """Stands after everything else and sees how much room is left on the last page."""

    room = 0.0

    def wrap(self, room_across: float, room_down: float) -> tuple[float, float]:
        """Take no room, and remember how much there was."""
        del room_across
        self.room = room_down
        return 0.0, 0.0

    def draw(self) -> None:
        """Draw nothing."""


def _set(told: Document, pages: _Pages) -> tuple[bytes, _Pages]:
    out, begin = BytesIO(), dict[str, int]()
    doc = BaseDocTemplate(
        out,
        pagesize=PAGE,
        invariant=1,
        title=f"Retirement basis packet, tax year {told.tax_year}",
        author=PRODUCT,
        subject="After-tax basis, Form 8606 and expected Forms 1099-R",
        creator=PRODUCT,
        lang="en-US",
        displayDocTitle=1,
        initialFontName=REGULAR,
    )
    running = _Running(told, pages.count)
    frame = Frame(LEFT, BOTTOM, WIDTH, HEIGHT, 0, 0, 0, 0, id="page")
    doc.addPageTemplates(PageTemplate("page", [frame], onPageEnd=running.draw))
    doc.afterFlowable = lambda flowable: _outline(doc, flowable, begin, running)
    end = _End()
    doc.build([*_story(told, pages), end])
    filled = 1 - end.room / HEIGHT
    return out.getvalue(), _Pages(doc.page, begin, filled, pages.tight)


def _outline(doc: Any, flowable: Any, begin: dict[str, int], running: _Running) -> None:
    mark = getattr(flowable, "outline_entry", None)
    if mark is not None:
        running.persons += filter(None, [flowable.person])
        level, text, key = mark
        if level == 0:
            running.enter(flowable.letter)
        begin[key] = doc.page
        doc.canv.bookmarkPage(key)
        doc.canv.addOutlineEntry(text, key, level=level, closed=False)
    running.is_begun |= isinstance(flowable, Paragraph | SetTable | Drawing)


def _story(told: Document, pages: _Pages) -> list[Any]:
    story: list[Any] = [
        Paragraph(marked_up(show(told.name)), STYLES["name"]),
        Paragraph(
            f"After-tax basis in retirement accounts · tax year {told.tax_year}", STYLES["about"]
        ),
    ]
    for number, section in enumerate(told.of(Medium.PAPER)):
        setter = _Setter(section, f"s{number}", pages.tight, told.anchors)
        story += setter.first_page(_height(story)) if number == 0 else setter.flow()
        if number == 0:
            story.append(Paragraph(_contents(told, pages.begin), STYLES["index"]))
    return story


def _contents(told: Document, begin: Mapping[str, int]) -> str:
    """Say where each section begins, as links; of a person in a packet of two, where each does."""
    parts = (
        f'<a href="#s{number}">{marked_up(_index_words(section))}'
        f"\N{NO-BREAK SPACE}{begin.get(f's{number}', 0)}</a>"
        for number, section in enumerate(told.of(Medium.PAPER))
        if number and (not section.person or section.sheet == FIRST_SHEET)
    )
    return f"Pages: {' · '.join(parts)}"


def _index_words(section: Section) -> str:
    return (
        section.person.partition(" · ")[0] or f"{section.letter}\N{NO-BREAK SPACE}{section.title}"
    )


@dataclass(frozen=True)
class _Setter:
    """Sets one section: headings, paragraphs and tables as they follow each other."""

    section: Section
    key: str
    tight: bool
    anchors: frozenset[str]

    def first_page(self, used: float) -> list[Any]:
        """Return the first section, without its spare tables where they would need a page more."""
        starting = replace(self.section, starts_page=False)
        whole = replace(self, section=starting).flow()
        needed = used + _height([item for item in whole if not isinstance(item, CondPageBreak)])
        if needed <= HEIGHT - _CONTENTS:
            return whole
        kept = tuple(table for table in starting.tables if not table.spare)
        return replace(self, section=replace(starting, tables=kept)).flow()

    def flow(self) -> list[Any]:
        """Return everything the section puts on its pages."""
        section = self.section
        out: list[Any] = [PageBreak()] if section.starts_page else []
        words = f"{section.letter}\N{EM SPACE}{section.title}" if section.letter else section.title
        head = [_heading(words, "section", 0, self.key)]
        head[0].person, head[0].letter = show(section.person), section.letter
        for number, table in enumerate(section.lead):
            out += self._table(table, f"{self.key}l{number}", head)
            head = []
        head += [Paragraph(marked_up(tell(text)), STYLES["text"]) for text in section.paragraphs]
        if _height(head) > HEIGHT * _LONG_TEXT:  # too long to be kept with the table below
            out += head
            head = []
        for number, table in enumerate(section.tables):
            out += self._table(table, f"{self.key}t{number}", head)
            head = []
        return [*out, KeepTogether(head)] if head else out

    def _table(self, table: Table, key: str, above: list[Any]) -> list[Any]:
        """Set a table with what stands above it; it begins a page where it would be cut."""
        head = list(above)
        if table.title:
            head.append(_heading(table.title, "title", 1, key))
        if not table.rows:
            return [KeepTogether([*head, Paragraph(marked_up(table.empty), STYLES["text"])])]
        if table.note:
            head.append(Paragraph(marked_up(tell(table.note)), STYLES["note"]))
        if table.chart:
            return self._chart(table, head)
        setting = Setting(table, WIDTH, tight=self.tight, anchors=self.anchors)
        flow = SetTable(setting, setting.strips, HEIGHT)
        blank = _BLANK_FOR_A_FORM if self.section.on_one_page else _BLANK_AT_MOST
        needed = min(flow.height + _height(head) + 1, max(HEIGHT * blank, _ROOM_FOR_START))
        return [CondPageBreak(needed), *head, flow, Spacer(0, 6)]

    def _chart(self, table: Table, head: list[Any]) -> list[Any]:
        """Set the drawings of a table; the first stays with its heading."""
        drawn = drawings(table, WIDTH)
        if self.section.on_one_page and sum(d.height for d in drawn) < HEIGHT / 2:
            return [KeepTogether([*head, *drawn]), Spacer(0, 6)]
        return [KeepTogether([*head, *drawn[:1]]), *drawn[1:], Spacer(0, 6)]


def _heading(text: str, style: str, level: int, key: str) -> Any:
    heading = Paragraph(marked_up(show(text)), STYLES[style])
    heading.outline_entry, heading.person, heading.letter = (level, show(text), key), "", ""
    return heading


def _height(flowables: list[Any]) -> float:
    total = 0.0
    for flowable in flowables:
        if isinstance(flowable, KeepTogether):  # cannot be measured before it is on a page
            total += _height(flowable._content)  # noqa: SLF001 - the library shows it nowhere else
            continue
        _, tall = flowable.wrap(WIDTH, HEIGHT)
        total += tall + flowable.getSpaceBefore() + flowable.getSpaceAfter()
    return total
