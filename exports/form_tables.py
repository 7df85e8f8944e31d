"""Forms line by line, and the Forms 1099-R to expect, as tables."""

from __future__ import annotations

from collections.abc import Iterator

from exports.table import (
    Column,
    FormCell,
    Kind,
    LineLink,
    Medium,
    Row,
    Section,
    Table,
    Value,
    places,
)
from exports.words import CHECKBOXES, FORM_SHEETS, FORM_TITLES, box_words, form_1099r_words
from ledger.forms.form import Form, FormLine, LineRef
from ledger.year_end import YearEnd

LINE_COLUMNS = (
    Column("line", "Line", weight=0.35),
    Column("label", "What the line asks", weight=2.0),
    Column("amount", "Amount", Kind.AMOUNT),
    Column("how", "How it came about", weight=2.0),
    Column("evidence", "Evidence", Kind.PLACE, weight=1.5, medium=Medium.PAPER),
    Column("all_evidence", "Evidence", Kind.PLACE, weight=1.5, medium=Medium.SHEET),
)
ENTRY_COLUMNS = (
    Column("form", "Form", group=True),
    Column("line", "Line", weight=0.3),
    Column("label", "What the line asks", weight=3.0),
    Column("amount", "Amount", Kind.AMOUNT),
)
BOX_COLUMNS = (
    Column("form", "Form 1099-R", group=True),
    Column("box", "Box", weight=0.3),
    Column("meaning", "What it means", weight=3.0),
    Column("amount", "Expected", Kind.AMOUNT),
    Column("evidence", "Evidence", Kind.PLACE, weight=2.0),
)
# What a preparer types from Form 8606; the other lines follow from these.
ENTRY_LINES_8606 = ("1", "2", "4", "6", "7", "8", "14", "15c", "18", "19", "20", "22", "24", "25c")
_PLACES_PAPER, _PLACES_SHEET = 6, 40


def form_title(form: Form) -> str:
    """Return the full title of a form or worksheet."""
    return form.title or FORM_TITLES.get(form.name) or form.name.replace("_", " ")


def form_short(name: str) -> str:
    """Return the short name of a form or worksheet, as the name of its sheet."""
    return FORM_SHEETS.get(name) or (f"Form {name}" if name[:1].isdigit() else name)


def form_section(form: Form, *notes: str) -> Section:
    """Set a form out line by line, in the order of the paper."""
    rows = tuple(
        (
            line.number,
            line.label,
            FormCell(line),
            _sentence(line.words),
            read_from(line, _PLACES_PAPER),
            read_from(line, _PLACES_SHEET),
        )
        for line in form
    )
    table = Table(LINE_COLUMNS, rows)
    return Section(form_title(form), form_short(form.name), (table,), notes, on_one_page=True)


def read_from(line: FormLine, most: int) -> str:
    """Say where a line was read from: lines of forms, or else rows of statements."""
    if line.entered:
        return places(line.evidence, most=most)
    here = [ref.number for ref in line.reads if ref.form == line.form]
    words = [f"line{'s' if len(here) > 1 else ''} {', '.join(here)}"] if here else []
    return "; ".join([*words, *(_elsewhere(ref) for ref in line.reads if ref.form != line.form)])


def _elsewhere(ref: LineRef) -> str:
    return f"{form_short(ref.form)} line {ref.number}"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def entry_table(year: YearEnd) -> Table:
    """List the figures to enter: every 1040 line, the input and result lines of the others."""
    rows: list[Row] = [_entry(line) for line in year.f1040]
    rows += [_entry(line) for line in year.f8606 if line.number in ENTRY_LINES_8606]
    rows += [_entry(line) for line in year.f5329]
    note = "; ".join(f"Form 1040 {note}" for note in year.f1040_notes)
    return Table(
        ENTRY_COLUMNS,
        tuple(rows),
        title="Figures to enter",
        note=f"Write beside the line: {note}." if note else "",
        empty="No line of Form 1040, 8606 or 5329 is filled in for this year.",
    )


def _entry(line: FormLine) -> Row:
    return (form_short(line.form), line.number, line.label, LineLink(line))


def forms_1099r_section(year: YearEnd) -> Section:
    """Set out each Form 1099-R that a payer should send, box by box."""
    table = Table(
        BOX_COLUMNS,
        tuple(_boxes(year)),
        note="Compare with the forms received. A box that differs is listed among the findings "
        "once the printed form has been recorded.",
        empty="No payer should send a Form 1099-R for this year.",
    )
    return Section("Forms 1099-R to expect", "1099-R", (table,))


def _boxes(year: YearEnd) -> Iterator[Row]:
    for position, form in enumerate(year.forms_1099r, start=1):
        name = f"{position}. {form_1099r_words(form, year)}"
        seen = places(form.where or form.events, most=_PLACES_PAPER)
        for number, value in form.boxes.items():
            meaning = box_words(number, value)
            shown: Value = "checked" if number in CHECKBOXES else value
            yield (name, number, meaning, shown, seen if number == "1" else "")
