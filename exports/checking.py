"""Sheets of the workbook only: the amounts that forms read, and how to check the whole."""

from __future__ import annotations

from collections.abc import Iterator

from exports.form_tables import form_short
from exports.table import Column, InputCell, Kind, Medium, Row, Section, Table, places
from ledger.year_end import YearEnd

INPUTS = "Inputs"
INPUT_COLUMNS = (
    Column("form", "Form", group=True),
    Column("line", "Line"),
    Column("label", "What the line asks", weight=2.0),
    Column("amount", "Amount", Kind.AMOUNT),
    Column("what", "What was entered", weight=2.0),
    Column("evidence", "Evidence", Kind.PLACE, weight=1.5),
)
STEP_COLUMNS = (Column("step", "Step", Kind.COUNT), Column("do", "What to do", weight=4.0))
_EVIDENCE = 40
_STEPS = """
Inputs holds every amount that was entered on a form line from the books; the forms read it there. \
Change one, and every line that follows from it changes on its form, on Summary and on To enter. A \
sheet that says "as recorded" beside the name, and its lines elsewhere, do not follow: basis works \
them out of all facts.
Each form sheet is live: click a line to see its formula. Its words stand beside it under "How it \
came about". A cell has a name, such as F8606_L14: type it in the name box.
Basis by source adds contributions, earnings, in and out up from the Register; closing value is \
opening value plus these. Filter the Register by account and source to see the rows behind a figure.
Compare Movements, column Taxable, with Form 8606 lines 15c and 18 and Form 1040 line 5b.
Lay the Forms 1099-R received beside the sheet 1099-R; every box that differs is a question.
Every row of the Register names the file and line it was read from; Evidence has the SHA-256 of \
each file. The columns at the right end of Register hold the row as it stands in the file.
The chain head under Evidence seals the ledger: basis verify --head HASH tells whether anything \
was changed since this workbook was written.
""".strip().splitlines()


def inputs_section(year: YearEnd) -> Section:
    """List every entered line of every form, with what it is and where it was read."""
    table = Table(
        INPUT_COLUMNS,
        tuple(_inputs(year)),
        note="The forms read these amounts. They come from the books; the ledger itself is not "
        "changed by what is typed here.",
        empty="No form line is filled in for this year.",
    )
    return Section(
        "Amounts the forms read",
        INPUTS,
        (table,),
        medium=Medium.SHEET,
        filtered=True,
        follows=True,
    )


def _inputs(year: YearEnd) -> Iterator[Row]:
    for name, form in year.forms.items():
        for line in form:
            if line.entered:
                seen = places(line.evidence, most=_EVIDENCE)
                words = line.words[:1].upper() + line.words[1:]
                yield (form_short(name), line.number, line.label, InputCell(line), words, seen)


def checking_section() -> Section:
    """Say how a preparer checks the workbook, step by step."""
    rows = tuple(enumerate(_STEPS, start=1))
    table = Table(STEP_COLUMNS, rows)
    return Section("How to check this workbook", "How to check", (table,), medium=Medium.SHEET)
