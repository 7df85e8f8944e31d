"""The packet as one HTML file: it needs no network and runs no script.

It is the third rendering of the same document as the PDF and the workbook. From each figure that
is a line of a form one goes down, by links, through its formula and lines to the rows read.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from exports.atomic import write_whole
from exports.document import document
from exports.html_lines import Lines
from exports.html_places import TOLD_AT_MOST, Places
from exports.html_sums import Sums
from exports.html_tables import Setter
from exports.packet import PRODUCT, SIGNED
from exports.redact import Hide, hider, redacted
from exports.table import Document, Medium, show
from exports.words import DISCLAIMER
from ledger.books import Household
from ledger.text import json_text
from ledger.year_end import YearEnd

REGISTER = "Register"  # the sheet of each person's register, which every packet has
TEMPLATES = Path(__file__).parent / "templates"
_NO_SCRIPT = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"


def write_html(
    path: Path, year: YearEnd, books: Household, earlier: Sequence[YearEnd] = ()
) -> None:
    """Write the packet of a taxpayer's year to an HTML file, whole or not at all, mode 0600.

    ``earlier`` are records of the years before, oldest first, to compare with.
    Raises EnvironmentFault (``cannot_write``).
    """
    write_whole(path, html_bytes(document(year, books, earlier), (year,), books))


def html_bytes(
    told: Document, people: Sequence[YearEnd], books: Household, *, redact: bool = False
) -> bytes:
    """Return a document as HTML; ``people`` are the records that it was laid out from.

    With ``redact`` names and numbers are replaced as in the PDF, and no row of a file is told.
    """
    hide: Hide = hider(books) if redact else str
    shown = redacted(told, books) if redact else told
    owners = frozenset(record.taxpayer.id for record in people)
    places = Places(books, owners, hide, verbatim=not redact)
    lines = Lines(people, books, hide)
    sums = Sums(places, lines.booked)
    setter = Setter(lines, places, sums)
    papers = shown.of(Medium.PAPER)
    registers = [f"s{n}" for n, one in enumerate(papers) if one.sheet == REGISTER]
    register_of = {one.person: f"s{n}" for n, one in enumerate(papers) if one.sheet == REGISTER}
    sections = [
        setter.section(section, f"s{number}", register_of.get(section.person, ""))
        for number, section in enumerate(papers)
    ]
    behind = list(lines.shown(places, registers))
    style = _style(shown)
    page = _template().render(
        told=shown,
        name=show(shown.name),
        mark=shown.stamp,
        product=PRODUCT,
        disclaimer=DISCLAIMER,
        sections=sections,
        lines=behind,
        sums=sums.shown(),
        told_at_most=TOLD_AT_MOST,
        files=list(places.files(lines.booked)),  # last: what is linked to is known by now
        records=[_record(record, hide) for record in people],
        policy=_NO_SCRIPT.format(_hash(style)),
        style=Markup(style),  # noqa: S704 - ours, but for a name written as numbers of signs
    )
    return page.encode()


def _record(record: YearEnd, hide: Hide) -> tuple[str, str]:
    """Return whose record it is, and the record as `basis export json` writes it."""
    whole = record.as_json()
    return show(hide(record.taxpayer.name)), json_text(_hidden(whole, hide))


def _hidden(value: Any, hide: Hide) -> Any:
    if isinstance(value, dict):
        return {hide(str(key)): _hidden(item, hide) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(item, hide) for item in value]
    return hide(value) if isinstance(value, str) else value


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("packet.html.jinja")


def _style(told: Document) -> str:
    """Return the style sheet, with the head and foot of each printed page."""
    style = (TEMPLATES / "packet.css").read_text("utf-8")
    whose = [show(told.name), told.marks.of_person, f"tax year {told.tax_year}"]
    for name, lines in {
        "head": [" · ".join(filter(None, whose))],
        "mark": [told.stamp],
        "books": [told.marks.of_books, f"{PRODUCT} packet. {DISCLAIMER}"],
        "seal": [SIGNED, f"{told.seal} · "],
    }.items():
        text = "\\a ".join(map(_in_style, lines))
        style = style.replace(f'"{{{name}}}', f'"{text}')
    return style


def _in_style(text: str) -> str:
    r"""Write a text for a style sheet: every sign but letters and digits as its number.

    >>> _in_style('a "</style>')
    'a\\20 \\22 \\3c \\2f style\\3e '
    """
    return "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in text)


def _hash(style: str) -> str:
    return b64encode(sha256(style.encode()).digest()).decode()
