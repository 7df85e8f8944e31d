"""The packet: a year-end record as a PDF of well-set pages, the same bytes on every run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab import rl_settings
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Frame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
)

from exports.atomic import write_whole
from exports.document import document
from exports.house_fonts import BOLD, OBLIQUE, REGULAR, printable, require_glyphs, width_of
from exports.paper import INK, QUIET, Setting, pages_of
from exports.table import Document, Section, Table, show, tell
from exports.words import DISCLAIMER
from ledger.books import Books
from ledger.errors import EnvironmentFault
from ledger.year_end import YearEnd

PAGE = LETTER
LEFT, RIGHT, TOP, BOTTOM = 45.0, 45.0, 58.0, 50.0
WIDTH, HEIGHT = PAGE[0] - LEFT - RIGHT, PAGE[1] - TOP - BOTTOM
LONG_TABLE_ROWS = 90  # reportlab splits longer tables ever more slowly, so pages are cut here
PRODUCT = "Basisbook"
_ROOM_FOR_START = 130.0  # a heading, a table's head and some rows: less is a widow

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
    "note": ParagraphStyle(
        "note", fontName=OBLIQUE, fontSize=7.4, leading=9.6, spaceAfter=4, textColor=QUIET
    ),
}


def write_packet(path: Path, year: YearEnd, books: Books) -> None:
    """Write the packet of a taxpayer's year to a PDF file, whole or not at all, mode 0600.

    Raises LedgerErrors (``missing_glyph``) for characters that the fonts cannot print and
    EnvironmentFault (``cannot_write``, ``pdf_settings``).
    """
    write_whole(path, packet_bytes(document(year, books)))


def packet_bytes(told: Document) -> bytes:
    """Return the PDF; it is set twice, the second time with the number of pages known."""
    _refuse_foreign_settings()
    printable()
    require_glyphs(_texts(told))
    _, pages = _set(told, 0)
    content, _ = _set(told, pages)
    return content


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
    for section in told.sections:
        where = f"packet, section '{section.title}'"
        for text in (section.title, *section.paragraphs):
            yield where, tell(text)
        for table in section.tables:
            for text in (table.title, table.note, table.empty):
                yield where, show(text)
            for row in table.rows:
                for value in row:
                    yield where, show(value)


@dataclass(frozen=True)
class _Running:
    """What stands at the head and foot of every page."""

    name: str
    tax_year: int
    provisional: bool
    seal: str
    pages: int

    def draw(self, canvas: Any, doc: Any) -> None:
        """Draw head and foot of the page at hand."""
        top, low = PAGE[1] - 36, 30
        canvas.saveState()
        canvas.setFillColor(QUIET)
        canvas.setStrokeColor(QUIET)
        canvas.setLineWidth(0.4)
        canvas.line(LEFT, top - 6, PAGE[0] - RIGHT, top - 6)
        canvas.line(LEFT, low + 11, PAGE[0] - RIGHT, low + 11)
        canvas.setFont(REGULAR, 7.4)
        canvas.drawString(LEFT, top, f"{shortened(self.name, 300, 7.4)} · tax year {self.tax_year}")
        canvas.drawString(LEFT, low, DISCLAIMER)
        canvas.drawCentredString(PAGE[0] / 2, low, self.seal)
        canvas.drawRightString(PAGE[0] - RIGHT, low, f"page {doc.page} of {self.pages}")
        right = "PROVISIONAL" if self.provisional else f"{PRODUCT} packet"
        canvas.setFont(BOLD if self.provisional else REGULAR, 7.4)
        canvas.drawRightString(PAGE[0] - RIGHT, top, right)
        canvas.restoreState()


def shortened(text: str, room: float, size: float) -> str:
    """Cut a text to so many points, with an ellipsis where something was cut off."""
    if width_of(text, BOLD, size) <= room:
        return text
    while text and width_of(text + "…", BOLD, size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def _set(told: Document, pages: int) -> tuple[bytes, int]:
    out = BytesIO()
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
    name = show(told.name)
    running = _Running(name, told.tax_year, bool(told.provisional), told.seal, pages)
    frame = Frame(LEFT, BOTTOM, WIDTH, HEIGHT, 0, 0, 0, 0, id="page")
    doc.addPageTemplates(PageTemplate("page", [frame], onPage=running.draw))
    doc.afterFlowable = lambda flowable: _outline(doc, flowable)
    doc.build(_story(told))
    return out.getvalue(), doc.page


def _outline(doc: Any, flowable: Any) -> None:
    mark = getattr(flowable, "outline_entry", None)
    if mark is None:
        return
    level, text, key = mark
    doc.canv.bookmarkPage(key)
    doc.canv.addOutlineEntry(text, key, level=level, closed=False)


def _story(told: Document) -> list[Any]:
    story: list[Any] = [
        Paragraph(escape(show(told.name)), STYLES["name"]),
        Paragraph(
            f"After-tax basis in retirement accounts · tax year {told.tax_year}", STYLES["about"]
        ),
    ]
    for number, section in enumerate(told.sections):
        story += _section(section, f"s{number}", first=number == 0)
    return story


@dataclass(frozen=True)
class _Place:
    """Where a table stands: points used above it on a fresh page, and whether to keep it whole."""

    used: float | None
    on_one_page: bool


def _section(section: Section, key: str, *, first: bool) -> list[Any]:
    long_table = any(len(table.rows) > LONG_TABLE_ROWS for table in section.tables)
    fresh = not first and (section.starts_page or long_table)
    opening = PageBreak() if fresh else CondPageBreak(_ROOM_FOR_START)
    head = [_heading(section.title, "section", 0, key)]
    head += [Paragraph(escape(tell(text)), STYLES["text"]) for text in section.paragraphs]
    out, used = [opening], _height(head) if fresh else None
    for number, table in enumerate(section.tables):
        out += _table(table, f"{key}t{number}", head, _Place(used, section.on_one_page))
        head, used = [], None
    return out


def _table(table: Table, key: str, head: list[Any], place: _Place) -> list[Any]:
    head = list(head)
    if table.title:
        head.append(_heading(table.title, "title", 1, key))
    if not table.rows:
        return [KeepTogether([*head, Paragraph(escape(table.empty), STYLES["text"])])]
    if table.note:
        head.append(Paragraph(escape(show(table.note)), STYLES["note"]))
    setting = Setting(table, WIDTH)
    total = setting.head.height + sum(strip.height for strip in setting.strips)
    if len(table.rows) > LONG_TABLE_ROWS:
        return _long(setting, head, fresh=place.used is not None)
    flow = [*head, setting.grid(setting.strips), Spacer(0, 4)]
    if total + _height(head) < HEIGHT * (0.97 if place.on_one_page else 0.45):
        return [KeepTogether(flow)]
    return [CondPageBreak(_ROOM_FOR_START), *flow]


def _long(setting: Setting, head: list[Any], *, fresh: bool) -> list[Any]:
    out: list[Any] = [] if fresh else [PageBreak()]
    room = HEIGHT - setting.head.height - 1
    pages = pages_of(setting.strips, room - _height(head) - 4, room)
    out += [*head, setting.grid(pages[0])]
    for strips in pages[1:]:
        out += [PageBreak(), setting.grid(strips)]
    return [*out, Spacer(0, 4)]


def _heading(text: str, style: str, level: int, key: str) -> Any:
    heading = Paragraph(escape(show(text)), STYLES[style])
    heading.outline_entry = (level, show(text), key)
    return heading


def _height(flowables: list[Any]) -> float:
    total = 0.0
    for flowable in flowables:
        _, tall = flowable.wrap(WIDTH, HEIGHT)
        total += tall + flowable.getSpaceBefore() + flowable.getSpaceAfter()
    return total
