"""The embedded fonts of the packet: which of them prints a character, or the refusal by name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from ledger.errors import Collector, LedgerError

FOLDER = Path(__file__).parent / "fonts"
REGULAR, BOLD, OBLIQUE = "Basis", "Basis-Bold", "Basis-Oblique"
_FILES = {
    REGULAR: "DejaVuSansCondensed.ttf",
    BOLD: "DejaVuSansCondensed-Bold.ttf",
    OBLIQUE: "DejaVuSansCondensed-Oblique.ttf",
}
# what the house face lacks: Chinese and Japanese, then Korean
_FALLBACKS = {
    "Basis-Han": "DroidSansFallbackFull.ttf",
    "Basis-Hangul": "NanumGothic.ttf",
}


@cache
def printable() -> frozenset[int]:
    """Register the house face and return the code points that all its cuts can print."""
    return frozenset.intersection(*(_registered(name, file) for name, file in _FILES.items()))


@cache
def _registered(name: str, file: str) -> frozenset[int]:
    font = TTFont(name, str(FOLDER / file))
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


def is_foreign(text: str) -> bool:
    """Tell whether a text has a character that the house face lacks."""
    # asked first, because nearly every text is ASCII and the face has all of it
    return not text.isascii() and any(ord(character) not in printable() for character in text)


@cache
def _font_of(character: str) -> str:
    """Return the fallback that prints a character, "" where none does."""
    code = ord(character)
    return next((n for n, f in _FALLBACKS.items() if code in _registered(n, f)), "")


def runs(text: str, font: str) -> Iterator[tuple[str, str]]:
    """Cut a text into runs of (font, text): the house face, or a fallback where it must be."""
    if not is_foreign(text):
        yield font, text
        return
    known = printable()
    for name, run in groupby(text, lambda c: font if ord(c) in known else _font_of(c) or font):
        yield name, "".join(run)


def width_of(text: str, font: str, size: float) -> float:
    """Return the width of a text in points."""
    # registers the fonts: widths are asked for before any page is made
    printable()
    return sum(float(pdfmetrics.stringWidth(run, name, size)) for name, run in runs(text, font))


def marked_up(text: str) -> str:
    """Return a text for a paragraph: nothing in it is markup but our own change of fonts."""
    if not is_foreign(text):
        return escape(text)
    parts = runs(text, REGULAR)
    return "".join(
        escape(run) if name == REGULAR else f'<font name="{name}">{escape(run)}</font>'
        for name, run in parts
    )


def draw_text(canvas: Any, at: tuple[float, float], text: str, font: str, size: float) -> None:
    """Draw a text from a point to the right, each run in the font that has it."""
    x, y = at
    for name, run in runs(text, font):
        canvas.setFont(name, size)
        canvas.drawString(x, y, run)
        x += width_of(run, name, size)


def require_glyphs(texts: Iterable[tuple[str, str]]) -> None:
    """Refuse texts (place, text) that hold a character the fonts lack, naming each one once.

    Raises LedgerErrors (code ``missing_glyph``): a box in place of a name is worse than no page.
    """
    known, faults, told = printable(), Collector(), set()
    for where, text in texts:
        for character in text:
            if ord(character) in known or character in told or _font_of(character):
                continue
            told.add(character)
            faults.add(_missing(where, character))
    faults.raise_any()


def _missing(where: str, character: str) -> LedgerError:
    name = unicodedata.name(character, "a character without a name")
    return LedgerError(
        where=where,
        code="missing_glyph",
        problem=f"the packet's font cannot print '{character}' (U+{ord(character):04X}, {name})",
        remedy="write the text in Latin letters, as the forms do, or export the workbook, which "
        "prints it with the fonts of your computer",
    )
