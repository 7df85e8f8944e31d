"""What was worked out for a tax year: the record, its findings and the room left."""

from __future__ import annotations

import sys

import click
from rich.console import Group, RenderableType

from cli import faults, show
from cli.options import TAX_YEAR, json_option, taxpayer_option
from cli.record_view import print_findings, print_record, room_table
from cli.worked import nothing, read_books, work, years_of
from ledger.closing import Worked
from ledger.errors import LedgerError, LedgerErrors
from ledger.sanity_limits import today
from ledger.views.room import room_json, room_of
from ledger.year_end import Finding, FormDue, YearEnd, of_decedent

RUN_SCHEMA = "basis/scenario-run/1"


@click.command("year-end")
@click.argument("year", type=TAX_YEAR)
@taxpayer_option
@json_option
def year_end(year: int, taxpayer: str | None, *, as_json: bool) -> None:
    """Show everything worked out for the tax YEAR.

    With --json one taxpayer's record is printed as it is; the records of several stand in a
    list called "records".

    \b
    Example:
      basis year-end 2025
      basis year-end 2025 --taxpayer rose --json
    """
    books = read_books()
    worked = work(books, [year], taxpayer)
    if as_json:
        _print_json(worked)
    else:
        for record in worked.records:
            print_record(record, books.household_of(record.taxpayer.id))
    if worked.refused:
        if not as_json:
            faults.tell(worked.refused)
        click.get_current_context().exit(LedgerErrors(worked.refused).exit_code)
    if not worked.records:
        raise nothing(year)


def run_json(worked: Worked) -> dict[str, object]:
    """Return the object of `scenario run --json`: records and refusals."""
    return {
        "schema": RUN_SCHEMA,
        "records": [record.as_json() for record in worked.records],
        "refused": [fault.as_json() for fault in worked.refused],
    }


def _print_json(worked: Worked) -> None:
    if len(worked.records) == 1 and not worked.refused:
        show.as_json(worked.records[0].as_json())
    elif worked.records or worked.refused:
        show.as_json(run_json(worked))


@click.command()
@click.argument("year", type=TAX_YEAR, required=False)
@taxpayer_option
@json_option
def check(year: int | None, taxpayer: str | None, *, as_json: bool) -> None:
    """Show the findings of YEAR, or of every year; exit 1 on a warning or an error.

    \b
    Example:
      basis check
      basis check 2025 --taxpayer rose
    """
    books = read_books()
    worked = work(books, years_of if year is None else [year], taxpayer)
    if as_json:
        show.as_json(
            {
                "findings": [_finding(r, f) for r in worked.records for f in r.findings],
                "forms_due": [
                    {"taxpayer": who, **due.as_json()} for who, due in _forms_due(worked)
                ],
                "refused": [fault.as_json() for fault in worked.refused],
            }
        )
    else:
        _print_findings(worked)
        for who, due in _forms_due(worked):
            form = f"Form 8606{of_decedent(due.decedent)}"
            show.line(f"{who} {due.year}: {form} due, not recorded (line 14 = {due.line_14})")
        faults.tell(worked.refused)
    if worked.refused:
        click.get_current_context().exit(LedgerError.exit_code)
    if any(f.severity != "info" for record in worked.records for f in record.findings):
        click.get_current_context().exit(1)


def _forms_due(worked: Worked) -> list[tuple[str, FormDue]]:
    """Return each person's Forms 8606 that were due before the years looked at, or among them."""
    found = {
        (r.taxpayer.id, due.year, due.decedent): due for r in worked.records for due in r.forms_due
    }
    return [(key[0], found[key]) for key in sorted(found)]


def _print_findings(worked: Worked) -> None:
    """Print the findings by person and year on a terminal; for a program one line for each."""
    for record in worked.records:
        if sys.stdout.isatty() and record.findings:
            show.line(f"{record.taxpayer.name} ({record.taxpayer.id}), {record.tax_year}", "bold")
            print_findings(record.findings)
            show.line("")
            continue
        for finding in record.findings:
            place = f" [{finding.where}]" if finding.where else ""
            cite = f" ({finding.cite})" if finding.cite else ""
            show.line(
                f"{record.taxpayer.id} {record.tax_year} {finding.severity}: "
                f"{finding.message}{cite}{place}"
            )
    if not worked.refused and not any(record.findings for record in worked.records):
        years = sorted({record.tax_year for record in worked.records})
        show.line(f"no findings ({', '.join(map(str, years)) or 'nothing to check yet'})")


def _finding(record: YearEnd, finding: Finding) -> dict[str, object]:
    return {"taxpayer": record.taxpayer.id, "tax_year": record.tax_year, **finding.as_json()}


@click.command()
@click.argument("year", type=TAX_YEAR)
@taxpayer_option
@json_option
def room(year: int, taxpayer: str | None, *, as_json: bool) -> None:
    """Show the contribution limits of YEAR: what was used, what is left.

    What the books do not cover, of the year or until today, is shown as not known. With rows
    missing, what is used is the least it can be and the room the most; what a recorded Form W-2
    (box 12) or Form 5498 shows beyond the rows is counted then, and named.

    \b
    Example:
      basis room 2025
    """
    books = read_books()
    worked = work(books, [year], taxpayer)
    if worked.refused:
        raise LedgerErrors(worked.refused)
    if not worked.records:
        raise nothing(year)
    rooms = [
        (record, room_of(record, books.household_of(record.taxpayer.id), today()))
        for record in worked.records
    ]
    if as_json:
        limits = {record.taxpayer.id: room_json(record, rows) for record, rows in rooms}
        show.as_json({"tax_year": year, "limits": limits})
        return
    parts: list[RenderableType] = []
    for record, rows in rooms:
        title = f"{record.taxpayer.name}: limits of {year}"
        parts.append(room_table(rows, title=title))
        if record.provisional:
            parts.append(show.text(f"provisional: {record.provisional}", "yellow"))
    show.console().print(Group(*parts))
