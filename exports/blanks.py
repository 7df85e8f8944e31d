"""The IRS's fillable forms: what each takes where, and which of them a file is."""

from __future__ import annotations

import hashlib
import logging
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from ledger.errors import LedgerError

FOLDER = Path(__file__).parent / "layouts"
NAME = "name"
WHOLE, DECIMALS, CENTS, EXCEPTION = ".whole", ".decimals", ".cents", ".exception"
_TOP = "topmostSubform[0]."
_PAGES_READ = 3  # the form and its year stand on every page
_FOOT = re.compile(r"Form\s+(\d{4})(?:-[A-Z]+)?\s*\((\d{4})\)")


@dataclass(frozen=True, eq=False)
class Layout:
    """The fields of one year's form: what a field holds -> its full name in the file."""

    form: str
    year: int
    sha256: str
    fields: Mapping[str, str]
    checkboxes: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """Every field of the form, checkboxes too."""
        return frozenset(self.fields.values()) | self.checkboxes


@dataclass(frozen=True)
class Known:
    """What is known of a form in all years: its number and title, and the layouts on file."""

    form: str
    title: str
    attached: str
    layouts: tuple[Layout, ...]

    def of(self, year: int) -> Layout | None:
        """Return the layout of a year, None where no fillable form of that year was seen."""
        return next((layout for layout in self.layouts if layout.year == year), None)

    @property
    def years(self) -> str:
        """The years whose fillable forms are known, as a list to read."""
        return ", ".join(str(layout.year) for layout in self.layouts)


@cache
def known_forms() -> Mapping[str, Known]:
    """Return the forms that can be filled in, by number."""
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        table = tomllib.loads(path.read_text("utf-8"))
        layouts = tuple(_layout(table["form"], blank) for blank in table["blank"])
        known = Known(table["form"], table["title"], table["attached"], layouts)
        found[known.form] = known
    return found


def _layout(form: str, blank: Mapping[str, Any]) -> Layout:
    fields: dict[str, str] = {}
    for page, holds in enumerate(blank["pages"], start=1):
        keys = [key for one in holds for key in _boxes(one, cents=blank["cents"])]
        for number, key in enumerate(keys, start=1):
            name = blank["field"].format(page=page, number=number)
            fields[key] = f"{_TOP}Page{page}[0].{name}"
    checkboxes = frozenset(_TOP + name for name in blank["checkboxes"])
    return Layout(form, blank["year"], blank["sha256"], fields, checkboxes)


def _boxes(key: str, *, cents: bool) -> tuple[str, ...]:
    """Return the boxes of an entry of the list: two for a line where dollars and cents part."""
    # a line's key starts with its number; one with a dot is a part of a line already
    is_line = key[:1].isdigit() and "." not in key
    return (key, key + CENTS) if cents and is_line else (key,)


@dataclass(frozen=True)
class Recognized:
    """A blank that may be filled in, or in words why it may not though it is the right form.

    ``is_seen``: these very bytes were filled in and looked at when the layout was written down.
    """

    layout: Layout | None
    why_not: str = ""
    is_seen: bool = False


def recognize(content: bytes, form: str, year: int, where: str) -> Recognized:
    """Tell whether a file is the blank form of a year, by its hash or else by fields and text.

    Raises LedgerError: ``not_a_pdf``, ``blank_encrypted``, ``blank_damaged``, ``not_the_form``
    and ``other_year``. A copy of the right form whose fields are not known is no fault.
    """
    # by hash first: these very bytes were looked at, and nothing in them is guessed
    digest = hashlib.sha256(content).hexdigest()
    for known in known_forms().values():
        for layout in known.layouts:
            if layout.sha256 == digest:
                _require((layout.form, layout.year), (form, year), where)
                return Recognized(layout, is_seen=True)
    if not content.startswith(b"%PDF-"):
        raise _fault(where, "not_a_pdf", "this file is no PDF", _download(form, year))
    names, text = _read(content, where, _download(form, year))
    found = _FOOT.search(text)
    if found is None:
        problem = f"this PDF does not say on its pages that it is Form {form} ({year})"
        raise _fault(where, "not_the_form", problem, _download(form, year))
    _require((found[1], int(found[2])), (form, year), where)
    layout_of_year = known_forms()[form].of(year)
    if layout_of_year is None:
        listed = known_forms()[form].years
        return Recognized(None, f"the fields of that year are not known (known: {listed})")
    if not names:
        return Recognized(None, "this copy of the form has no fields to fill in")
    if names != layout_of_year.names:
        return Recognized(None, "the fields of this copy are not those of the form as published")
    return Recognized(layout_of_year)


def _require(found: tuple[str, int], wanted: tuple[str, int], where: str) -> None:
    if found == wanted:
        return
    code = "not_the_form" if found[0] != wanted[0] else "other_year"
    problem = f"this is the Form {found[0]} of {found[1]}, not the Form {wanted[0]} of {wanted[1]}"
    raise _fault(where, code, problem, _download(*wanted))


def _download(form: str, year: int) -> str:
    return f"download the Form {form} of {year} from irs.gov (Forms, prior years) as it is"


def _fault(where: str, code: str, problem: str, remedy: str) -> LedgerError:
    return LedgerError(where=where, code=code, problem=problem, remedy=remedy)


def _read(content: bytes, where: str, remedy: str) -> tuple[frozenset[str], str]:
    """Return the names of the fields of a PDF that somebody gave us, and its first words."""
    try:
        with quiet_reader():
            reader = PdfReader(BytesIO(content))
            encrypted = reader.is_encrypted
            names = frozenset() if encrypted else _field_names(reader)
            pages = [] if encrypted else reader.pages[:_PAGES_READ]
            text = "\n".join(page.extract_text() for page in pages)
    except Exception as error:  # a damaged file fails anywhere inside the reader
        raise damaged(where, error, remedy) from error
    if encrypted:
        raise _fault(where, "blank_encrypted", "the PDF is protected with a password", remedy)
    return names, text


def damaged(where: str, error: Exception, remedy: str = "download the form again") -> LedgerError:
    """Return the fault of a PDF in which the library finds something broken."""
    problem = f"the PDF cannot be read: it is damaged ({type(error).__name__})"
    return _fault(where, "blank_damaged", problem, remedy)


@contextmanager
def quiet_reader() -> Iterator[None]:
    """Keep the remarks of the PDF library about fonts and repairs off the terminal."""
    log = logging.getLogger("pypdf")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


def _field_names(reader: PdfReader) -> frozenset[str]:
    return frozenset(name for page in reader.pages for name, _ in widgets_of(page))


def widgets_of(page: Any) -> Iterator[tuple[str, Any]]:
    """Go through the form fields that stand on a page: full name and object."""
    for reference in page.get("/Annots") or ():
        widget = reference.get_object()
        if widget.get("/Subtype") == "/Widget":
            yield _full_name(widget), widget


def _full_name(field: Any) -> str:
    parts: list[str] = []
    while field is not None and len(parts) < 20:  # a circle of parents never ends
        parts += [str(field["/T"])] if "/T" in field else []
        field = field["/Parent"].get_object() if "/Parent" in field else None
    return ".".join(reversed(parts))
