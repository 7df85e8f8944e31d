"""A sheet in the order of the paper, for years whose official form cannot be filled in here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import LETTER
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from exports.blanks import Known
from exports.house_fonts import (
    BOLD,
    OBLIQUE,
    REGULAR,
    draw_text,
    printable,
    require_glyphs,
    width_of,
)
from exports.table import line_amount, tell
from exports.words import DISCLAIMER, part_heading
from ledger.forms.form import Form
from ledger.text import safe

MARK = "SUBSTITUTE: NOT THE IRS FORM"
_LEFT, _RIGHT, _TOP, _BOTTOM = 50.0, 50.0, 752.0, 46.0
_WIDTH = LETTER[0] - _LEFT - _RIGHT
_LABEL, _AMOUNT = 34.0, 92.0  # where a label begins, and the width of the amounts
_SIZE, _LEADING, _ROW = 8.0, 9.6, 3.0
_FIRST, _SECOND = "name of the taxpayer", "sheet"


@dataclass(frozen=True)
class Told:
    """What the sheet says besides its lines: year, name, why it is a substitute, and a doubt."""

    tax_year: int
    name: str
    why: str
    provisional: str = ""


def substitute(known: Known, form: Form, told: Told) -> bytes:
    """Return a sheet with every line of the form, blank ones too, and why it is no official form.

    The same bytes on every run. Raises LedgerErrors (``missing_glyph``).
    """
    printable()
    texts = ((_FIRST, safe(told.name)), (_SECOND, tell(told.why)), (_SECOND, told.provisional))
    require_glyphs(texts)
    out = BytesIO()
    sheet = _Sheet(Canvas(out, pagesize=LETTER, invariant=1, initialFontName=REGULAR))
    sheet.canvas.setTitle(f"{MARK}: Form {known.form} ({told.tax_year})")
    sheet.head(known, told.tax_year)
    sheet.field("Name", safe(told.name))
    sheet.field("Your social security number", "")
    sheet.words(f"Why this is no official form: {tell(told.why)}.")
    sheet.words(
        f"Copy each line to the Form {known.form} of {told.tax_year} from irs.gov, or type it."
    )
    if told.provisional:
        sheet.words(f"PROVISIONAL: {tell(told.provisional)}.")
    for part, number, label, amount in _rows(known, form):
        sheet.row(part, number, label, amount)
    sheet.canvas.save()
    return out.getvalue()


def _rows(known: Known, form: Form) -> Iterator[tuple[str, str, str, str]]:
    """Go through all lines in the order of the paper: part, number, label, amount or blank."""
    for number, label in form.labels.items():
        amount = line_amount(form.line(number)) if number in form else ""
        yield part_heading(known.form, number), number, label, amount


class _Sheet:
    """A page that fills up from the top; a new one begins when it is full."""

    def __init__(self, canvas: Any) -> None:
        self.canvas = canvas
        self._y = _TOP
        self._part = ""
        self._frame()

    def _frame(self) -> None:
        """Mark the page at its head, and say at its foot who made it."""
        self.canvas.setFont(BOLD, 11)
        self.canvas.drawString(_LEFT, _TOP, MARK)
        self.canvas.setFont(OBLIQUE, 7)
        self.canvas.drawString(_LEFT, _BOTTOM - 16, f"{DISCLAIMER} A substitute, not the IRS form.")
        self._y = _TOP - 20

    def head(self, known: Known, tax_year: int) -> None:
        """Write the number and title of the form and its year."""
        self.canvas.setFont(BOLD, 15)
        self.canvas.drawString(_LEFT, self._y - 4, f"Form {known.form}: {known.title}")
        self.canvas.drawRightString(_LEFT + _WIDTH, _TOP - 2, f"{tax_year}")
        self._y -= 18
        self.canvas.setFont(REGULAR, _SIZE)
        self.canvas.drawString(_LEFT, self._y, known.attached)
        self._y -= 14

    def field(self, what: str, text: str) -> None:
        """Write a field of the head of the form, empty where it is for the preparer."""
        self.canvas.setFont(BOLD, _SIZE)
        self.canvas.drawString(_LEFT, self._y, f"{what}:")
        begin = _LEFT + width_of(f"{what}: ", BOLD, _SIZE) + 4
        draw_text(self.canvas, (begin, self._y), text, REGULAR, _SIZE + 1)
        self._line(begin, self._y - 2)
        self._y -= 14

    def words(self, text: str) -> None:
        """Write a remark across the page."""
        self.canvas.setFont(OBLIQUE, _SIZE)
        for one in simpleSplit(text, OBLIQUE, _SIZE, _WIDTH):
            self.canvas.drawString(_LEFT, self._y, one)
            self._y -= _LEADING

    def row(self, part: str, number: str, label: str, amount: str) -> None:
        """Write a line of the form; the heading of its part stands before the first one."""
        lines = simpleSplit(label, REGULAR, _SIZE, _WIDTH - _LABEL - _AMOUNT - 8)
        heading = part if part != self._part else ""
        tall = len(lines) * _LEADING + _ROW + (21 if heading else 0)
        if self._y - tall < _BOTTOM:
            self.canvas.showPage()
            self._frame()
        if heading:
            self._y -= 15
            self.canvas.setFont(BOLD, _SIZE + 1)
            self.canvas.drawString(_LEFT, self._y, heading)
            self._y -= 6
            self._part = part
        self.canvas.setFont(REGULAR, _SIZE)
        for position, one in enumerate(lines):
            self._y -= _LEADING
            if position == 0:
                self.canvas.setFont(BOLD, _SIZE)
                self.canvas.drawString(_LEFT, self._y, number)
                self.canvas.setFont(REGULAR, _SIZE)
            self.canvas.drawString(_LEFT + _LABEL, self._y, one)
        self.canvas.drawRightString(_LEFT + _WIDTH - 4, self._y, amount)
        self._y -= _ROW
        self._line(_LEFT + _WIDTH - _AMOUNT, self._y)

    def _line(self, begin: float, y: float) -> None:
        self.canvas.setLineWidth(0.4)
        self.canvas.line(begin, y, _LEFT + _WIDTH, y)
