"""Page A: is the year ready, what does it come to, and who has to answer what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exports.form_tables import form_short, in_paper_order
from exports.table import (
    FIRST_SHEET,
    Column,
    Kind,
    LineLink,
    Medium,
    Row,
    Section,
    Table,
)
from exports.words import account_name, counted, on_paper
from ledger.views.open_points import Ask, OpenPoint, open_points
from ledger.year_end import YearEnd

RESULT_COLUMNS = (
    Column("what", "What the year comes to", weight=3.0),
    Column("amount", "Amount", Kind.AMOUNT),
    Column("where", "Where it goes", weight=2.0),
)
OPEN_COLUMNS = (
    Column("severity", "Severity", weight=0.5, marked=True, medium=Medium.SHEET),
    Column("code", "Code", medium=Medium.SHEET),
    Column("question", "To send", weight=2.4, optional=True),
    Column("words", "What is open", weight=3.2),
    Column("at_stake", "At stake", Kind.AMOUNT, optional=True),
    Column("cite", "Law", weight=1.2, optional=True),
)
_TITLES = {
    Ask.CLIENT: "Ask the client",
    Ask.PAYER: "Ask the payer, the plan or the employer",
    Ask.DECIDE: "Decide",
}


def decision_section(year: YearEnd, changed: Table | None = None) -> Section:
    """Say whether the year is ready, what it comes to, and what is open, by who settles it.

    ``changed`` tells what is different from last year.
    """
    tables = (_results(year), *open_lists(year), *((changed,) if changed else ()))
    ready = tuple(_ready(year, open_points(year)))
    return Section("Decision", FIRST_SHEET, tables, ready, follows=True)


def open_lists(year: YearEnd) -> tuple[Table, ...]:
    """Return what is open as one list for each who settles it; nobody has an empty one."""
    points = open_points(year)
    lists = (_list(ask, points, year) for ask in _TITLES)
    return tuple(one for one in lists if one.rows)


def notes_section(year: YearEnd) -> Section | None:
    """List the notes that explain figures, None where there is none; the workbook has them all."""
    rows = tuple(
        (on_paper(one.words, year), one.cite) for one in open_points(year) if one.ask is Ask.NOTE
    )
    columns = (
        Column("words", "What explains a figure", weight=4.0),
        Column("cite", "Law", weight=1.2, optional=True),
    )
    table = Table(columns, rows)
    return Section("Notes on the figures", "Notes", (table,), medium=Medium.PAPER) if rows else None


def _ready(year: YearEnd, points: Sequence[OpenPoint]) -> Iterator[str]:
    """Say in words whether the figures can be filed as they stand."""
    if year.provisional:
        yield f"PROVISIONAL: {year.provisional}."
    errors = sum(one.severity == "error" for one in points)
    warnings = sum(one.severity == "warning" for one in points)
    asked = sum(one.severity == "info" and one.ask is not Ask.NOTE for one in points)
    if errors:
        later = f", {counted(warnings, 'point')} before the return is filed" if warnings else ""
        settled = f"{counted(errors, 'error')} must be settled before these figures are used"
        yield f"Not ready: {settled}{later}."
    elif warnings:
        yield (
            f"Not ready: {counted(warnings, 'point')} {'has' if warnings == 1 else 'have'} to be "
            "settled before the return is filed. The figures below stand as long as the answers do "
            "not change them."
        )
    else:
        more = f" {counted(asked, 'answer')} below would make it surer." if asked else ""
        yield f"Ready: nothing is open that keeps the return from being filed.{more}"


def _results(year: YearEnd) -> Table:
    rows: list[Row] = [
        (line.label, LineLink(line), f"{form_short(line.form)} line {line.number}")
        for line in sorted(year.f1040, key=lambda line: in_paper_order(line.number))
    ]
    rows += [(line.label, LineLink(line), line.number) for line in year.other_lines]
    for one in year.forms_8606:
        if "14" in one.form:
            line = one.form.line("14")
            must = "file it" if one.required else "need not be filed"
            rows.append((line.label, LineLink(line), f"{one.said} line 14 ({must})"))
    return Table(
        RESULT_COLUMNS,
        tuple(rows),
        empty="Nothing goes on the lines of the return for IRAs and pensions, and no Form 8606 is "
        f"due for {year.tax_year}.",
    )


def _list(ask: Ask, points: Sequence[OpenPoint], year: YearEnd) -> Table:
    rows = tuple(
        (
            one.severity,
            one.code,
            question(one, year),
            on_paper(one.words, year),
            one.at_stake,
            one.cite,
        )
        for one in points
        if one.ask is ask
    )
    return Table(OPEN_COLUMNS, rows, title=_TITLES[ask])


def question(point: OpenPoint, year: YearEnd) -> str:
    """Return the sentence to send to the client, "" where nothing is asked of one."""
    account = year.accounts.get(point.account)
    name = f"your {account_name(account)}" if account else "your account"
    return point.question.format(account=name, year=year.tax_year)


def questions(year: YearEnd) -> tuple[str, ...]:
    """Return what is to be asked of the client, each once, in the order of page A."""
    asked = (question(one, year) for one in open_points(year) if one.ask is Ask.CLIENT)
    return tuple(dict.fromkeys(asked))
