"""Forms line by line, as tables."""

from __future__ import annotations

from exports.table import (
    Column,
    FormCell,
    Kind,
    Medium,
    Section,
    Table,
    places,
)
from exports.words import (
    FORM_SHEETS,
    FORM_TITLES,
    part_heading,
)
from ledger.forms.form import Form, FormLine, LineRef
from ledger.year_end import place_on_return

LINE_COLUMNS = (
    Column("heading", "Part", group=True, medium=Medium.PAPER, optional=True),
    Column("part", "Part", medium=Medium.SHEET, optional=True),
    Column("line", "Line", weight=0.35),
    Column("label", "What the line asks", weight=2.0),
    Column("amount", "Amount", Kind.AMOUNT),
    Column("how", "How it came about", weight=2.0),
    Column("evidence", "Evidence", Kind.PLACE, weight=1.5, medium=Medium.PAPER),
    Column("all_evidence", "Evidence", Kind.PLACE, weight=1.5, medium=Medium.SHEET),
)
# the two ways to work out the taxable part, and its lines that say by how much they differ
METHODS, DIFFERENCES = "ira_methods", ("3", "6")
_PLACES_PAPER, _PLACES_SHEET = 6, 40
# Forms that read nothing which the ledger works out of other lines: in the workbook they follow an
# input. Form 5329, Part I, and the worksheets start from amounts worked out of Form 8606.
_FOLLOWING = frozenset({"8606", "1040"})


def form_title(form: Form) -> str:
    """Return the full title of a form or worksheet."""
    return form.title or FORM_TITLES.get(form.name) or form.name.replace("_", " ")


def form_short(name: str) -> str:
    """Return the short name of a form or worksheet, as the name of its sheet.

    >>> form_short("8606 from Ann Green"), form_short("simplified_method mill")
    ('Form 8606 from Ann Green', 'Simplified Method mill')
    """
    kind, blank, of = name.partition(" ")
    short = FORM_SHEETS.get(kind) or (f"Form {kind}" if kind[:1].isdigit() else kind)
    return f"{short}{blank}{of}".replace("_", " ")


def form_section(form: Form, *notes: str) -> Section:
    """Set a form out line by line, in the order of the paper."""
    rows = tuple(
        (
            *_part_and_number(line),
            line.label,
            FormCell(line),
            formula_words(line.words),
            read_from(line, _PLACES_PAPER),
            read_from(line, _PLACES_SHEET),
        )
        for line in form
    )
    table = Table(LINE_COLUMNS, rows)
    return Section(
        form_title(form),
        form_short(form.name),
        (table,),
        notes,
        on_one_page=True,
        follows=form.name.partition(" ")[0] in _FOLLOWING,
    )


def _part_and_number(line: FormLine) -> tuple[str, str, str]:
    """Return the heading over a line, its short name, and the number: "1h" of Form 1040."""
    form, number = place_on_return(line.number)
    if number:
        return form, form, number
    heading = part_heading(line.form, line.number)
    return heading, heading.partition(":")[0], line.number


def read_from(line: FormLine, most: int) -> str:
    """Say where a line was read from: lines of forms, or else rows of statements."""
    if line.entered:
        return places(line.evidence, most=most)
    here = [ref.number for ref in line.reads if ref.form == line.form]
    words = [f"line{'s' if len(here) > 1 else ''} {', '.join(here)}"] if here else []
    return "; ".join([*words, *(_elsewhere(ref) for ref in line.reads if ref.form != line.form)])


def _elsewhere(ref: LineRef) -> str:
    return f"{form_short(ref.form)} line {ref.number}"


def formula_words(words: str) -> str:
    """Return the words of a formula as a sentence, with the names that worksheets have on paper."""
    for name, short in FORM_SHEETS.items():
        words = words.replace(f"Form {name} line", f"{short} line")
    return words[:1].upper() + words[1:]


def in_paper_order(number: str) -> tuple[int, str]:
    """Return what sorts the lines of a form: 1h, 4a, 4b, 25b."""
    digits = "".join(filter(str.isdigit, number))
    return int(digits or 0), number.removeprefix(digits)
