"""Printed forms beside the ledger, and a year beside what was filed for it."""

from __future__ import annotations

from collections.abc import Iterator

from exports.form_tables import form_short
from exports.table import Column, Kind, Medium, Row, Section, Table, Value, places
from exports.words import BOXES, CHECKBOXES, account_words, counted, destination_words
from ledger.documents import BOXES as PAPER_BOXES
from ledger.documents import F1099R
from ledger.year_end import (
    Box,
    EnterInstead,
    FormDue,
    TieOut,
    YearEnd,
    of_decedent,
)

TIE_COLUMNS = (
    Column("form", "Form", group=True),
    Column("box", "Box", weight=0.4),
    Column("meaning", "What it means", weight=1.6),
    Column("printed", "Printed", Kind.AMOUNT),
    Column("expected", "Expected", Kind.AMOUNT),
    Column("difference", "Difference", Kind.AMOUNT, marked=True),
    Column("says", "What to do", weight=3.0),
    Column("evidence", "Entries behind it", Kind.PLACE, weight=1.3),
    Column("pattern", "Code", medium=Medium.SHEET),
)
_BOX_COLUMNS = ("1", "2a", "4", "5", "7")
_AGREES, _BLANK = "agrees", "blank"
_PLACES = 6
AMENDED_COLUMNS = (
    Column("form", "Form", group=True),
    Column("line", "Line", weight=0.5),
    Column("filed", "Filed", Kind.AMOUNT),
    Column("now", "Now", Kind.AMOUNT),
    Column("difference", "Change", Kind.AMOUNT, marked=True),
)
DUE_COLUMNS = (
    Column("year", "Tax year", Kind.COUNT),
    Column("line_14", "Line 14, as worked out", Kind.AMOUNT),
    Column("do", "What to do", weight=3.0),
)


def tie_out_section(year: YearEnd) -> Section:
    """Set the boxes of the forms received beside what the ledger expects, form by form."""
    differing = sum(not row.agrees for row in year.tie_out)
    words = (
        f"{counted(len(year.tie_out), 'box', 'boxes')} compared, {differing} to look at."
        if year.tie_out
        else "No Form 1099-R, 5498 or W-2 received for this year is on record."
    )
    tables = []
    if year.tie_out:
        tables.append(Table(TIE_COLUMNS, tuple(_tied(row, year) for row in year.tie_out)))
    return Section(
        "Forms received, tied out", "Tie-out", tuple(tables), (words,), filtered=bool(year.tie_out)
    )


def _tied(row: TieOut, year: YearEnd) -> Row:
    account = year.accounts.get(row.payer)
    payer = account_words(account) if account else row.payer
    says = " ".join(_sentence(text) for text in (row.says, row.remedy) if text)
    return (
        f"{_form_name(row.form)}, {payer}",
        row.box,
        _meaning(row.form, row.box),
        _shown(row.printed),
        _shown(row.expected),
        row.difference,
        says or _AGREES,
        places(row.entries, most=_PLACES),
        row.pattern,
    )


def _form_name(form: str) -> str:
    return form if form.startswith("W") else f"Form {form}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _meaning(form: str, box: str) -> str:
    if form == F1099R:
        return "" if box in CHECKBOXES else BOXES.get(box, "")
    spec = PAPER_BOXES.get(form, {}).get(box)
    return spec.words if spec else ""


def _shown(value: Box) -> Value:
    """Show a blank box as such: it is not zero."""
    return _BLANK if value is None else value


def enter_instead(year: YearEnd) -> Table:
    """List what to type in place of printed forms that cannot be entered as they are."""
    columns = (
        Column("form", "In place of", weight=1.5),
        Column("to", "Paid to", weight=1.4),
        *(Column(f"box{box}", f"Box {box}", Kind.AMOUNT) for box in _BOX_COLUMNS),
        Column("says", "Why", weight=2.2, optional=True),
    )
    rows = tuple(_instead(row, year) for row in year.enter_instead)
    return Table(
        columns,
        rows,
        title="Enter instead of the printed form",
        note="The lines that stand for one printed form add back to it.",
    )


def _instead(row: EnterInstead, year: YearEnd) -> Row:
    boxes = (row.boxes.get(box) for box in _BOX_COLUMNS)
    to = destination_words(row.to, year)
    return (f"{_form_name(row.form)} of {row.payer}, {row.where}", to, *boxes, row.says)


def filed_sections(year: YearEnd) -> Iterator[Section]:
    """Tell what is different from the year as filed, and which earlier forms are missing."""
    if year.filed is not None:
        yield _amended(year)
    if year.forms_due:
        rows = tuple((due.year, due.line_14, _to_file(due)) for due in year.forms_due)
        table = Table(DUE_COLUMNS, rows)
        yield Section("Forms 8606 not on record", "Late forms", (table,))


def _to_file(due: FormDue) -> str:
    return f"file it{of_decedent(due.decedent)} late, or record it as filed"


def _amended(year: YearEnd) -> Section:
    rows = tuple(
        (_where(row.form), row.line, row.filed, row.now, row.difference) for row in year.amended
    )
    table = Table(AMENDED_COLUMNS, rows, empty="Every line is as it was filed.")
    return Section("As filed and now", "Amended", (table,), tuple(_history(year)))


def _history(year: YearEnd) -> Iterator[str]:
    filed = year.filed
    if filed is None:
        return
    yield (
        f"The record was kept as filed on {_day(filed.closed_at)} (SHA-256 {filed.sha256}), worked "
        f"out from a ledger whose chain head was {filed.chain_head}."
    )
    if filed.reopened_at:
        yield f"The year was reopened on {_day(filed.reopened_at)}: {filed.why}"
    if year.amended:
        yield (
            "What differs is not what was filed: file the changed forms again (an amended "
            "Form 8606, with Form 1040-X where tax changes), or take back what changed it."
        )


def _day(moment: str) -> str:
    return moment.partition("T")[0]


def _where(form: str) -> str:
    return "Carried forward" if form == "carried" else form_short(form)
