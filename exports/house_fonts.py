"""The embedded fonts of the packet, and the refusal of characters they cannot print."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

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


@cache
def printable() -> frozenset[int]:
    """Register the fonts and return the code points that all of them can print."""
    covered = []
    for name, file in _FILES.items():
        font = TTFont(name, str(FOLDER / file))
        pdfmetrics.registerFont(font)
        covered.append(frozenset(font.face.charToGlyph))
    return frozenset.intersection(*covered)


def width_of(text: str, font: str, size: float) -> float:
    """Return the width of a text in points."""
    printable()
    return float(pdfmetrics.stringWidth(text, font, size))


def require_glyphs(texts: Iterable[tuple[str, str]]) -> None:
    """Refuse texts (place, text) that hold a character the fonts lack, naming each one once.

    Raises LedgerErrors (code ``missing_glyph``): a box in place of a name is worse than no page.
    """
    known, faults, told = printable(), Collector(), set()
    for where, text in texts:
        for character in text:
            if ord(character) in known or character in told:
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
        remedy="write the text in Latin, Greek or Cyrillic letters, or export the workbook, "
        "which prints it with the fonts of your computer",
    )
