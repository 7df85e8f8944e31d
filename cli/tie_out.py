"""Printed forms beside the ledger, box by box."""

from __future__ import annotations

from collections.abc import Iterator

import click
from rich.console import RenderableType

from cli import faults, show
from cli.options import TAX_YEAR, json_option, taxpayer_option
from cli.record_view import box_cell
from cli.worked import nothing, read_books, work
from ledger.errors import LedgerErrors
from ledger.year_end import TieOut, YearEnd


@click.command("tie-out")
@click.argument("year", type=TAX_YEAR)
@taxpayer_option
@json_option
def tie_out(year: int, taxpayer: str | None, *, as_json: bool) -> None:
    """Compare the printed forms of YEAR with the ledger; exit 1 when a box differs.

    \b
    Example:
      basis tie-out 2025
      basis tie-out 2025 --taxpayer rose --json
    """
    worked = work(read_books(), [year], taxpayer)
    if not worked.records and not worked.refused:
        raise nothing(year)
    if as_json:
        show.as_json(
            {
                "tax_year": year,
                "records": [_json(record) for record in worked.records],
                "refused": [fault.as_json() for fault in worked.refused],
            }
        )
    else:
        for record in worked.records:
            for part in tie_out_view(record):
                show.console().print(part)
        faults.tell(worked.refused)
    if worked.refused:
        click.get_current_context().exit(LedgerErrors(worked.refused).exit_code)
    if any(row.pattern for record in worked.records for row in record.tie_out):
        click.get_current_context().exit(1)


def _json(record: YearEnd) -> dict[str, object]:
    found = record.as_json()
    return {name: found[name] for name in ("taxpayer", "tie_out", "enter_instead")}


def tie_out_view(record: YearEnd) -> Iterator[RenderableType]:
    """Go through what a terminal shows: the boxes, what differs, and the lines to type instead."""
    title = f"{record.taxpayer.name}: printed forms of {record.tax_year}"
    if not record.tie_out:
        yield show.text(f"{title}: none is recorded (basis record --help)")
        return
    columns = ("Form", "Of", "=Box", ">Printed", ">Expected", ">Difference", "")
    rows = [
        (r.form, r.payer, r.box, box_cell(r.printed), box_cell(r.expected), r.difference, _mark(r))
        for r in record.tie_out
    ]
    yield show.table(columns, rows, title=title)
    for row in record.tie_out:
        if row.pattern:
            yield show.text("")
            yield show.text(f"Form {row.form} of {row.payer}, box {row.box}: {row.says}", "yellow")
            yield show.text(f"  {row.remedy}")
            if row.entries:
                yield show.text(f"  entries: {', '.join(row.entries)}")
    if record.enter_instead:
        yield show.text("")
        boxes = list(dict.fromkeys(box for e in record.enter_instead for box in e.boxes))
        lines = [
            (e.form, e.payer, e.to, *(box_cell(e.boxes.get(box)) for box in boxes))
            for e in record.enter_instead
        ]
        heads = ("Form", "Of", "To", *(f">Box {box}" for box in boxes))
        yield show.table(heads, lines, title="Enter instead")


def _mark(row: TieOut) -> str:
    return row.pattern.replace("_", " ") if row.pattern else "agrees"
