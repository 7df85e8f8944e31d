"""Single export files: a packet, the record, the entries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from cli import show
from cli.lookup import known
from cli.options import TAX_YEAR, taxpayer_option
from cli.worked import earlier, one
from cli.writing import refuse_existing, verified_books
from exports.atomic import write_whole
from exports.csv import write_csv
from exports.packet import write_packet
from exports.workbook import write_workbook
from ledger.books import Books
from ledger.year_end import YearEnd

Writer = Callable[[Path, YearEnd, Books, Sequence[YearEnd]], None]
_FORMS: dict[str, Writer] = {"pdf": write_packet, "xlsx": write_workbook}


@click.command()
@click.argument("form", type=click.Choice(["xlsx", "pdf", "csv", "json"]))
@click.argument("year", type=TAX_YEAR, required=False)
@click.option(
    "--to",
    "file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write.",
)
@taxpayer_option
@click.option("--force", is_flag=True, help="Overwrite the file.")
def export(form: str, year: int | None, file: Path, taxpayer: str | None, *, force: bool) -> None:
    """Write one export file: a packet as pdf or xlsx, the record as json, the entries as csv.

    The csv is the plain CSV that `basis import --as plain` reads; without YEAR it holds every
    year. The others need the YEAR.

    \b
    Example:
      basis export pdf 2025 --taxpayer rose --to rose-2025.pdf
      basis export csv 2025 --to entries.csv
    """
    if form != "csv" and year is None:
        raise click.UsageError("name the tax year, e.g. basis export pdf 2025 --to rose.pdf")
    refuse_existing([file], force=force)
    books = verified_books()
    if form == "csv":
        write_csv(file, _only(books, year, taxpayer))
    elif year is not None:
        record = one(books, year, taxpayer)
        if form == "json":
            write_whole(file, f"{show.json_text(record.as_json())}\n".encode())
        else:
            before = earlier(books, year).get(record.taxpayer.id, ())
            _FORMS[form](file, record, books, before)
    show.line(f"wrote {file}")


def _only(books: Books, year: int | None, taxpayer: str | None) -> Books:
    if taxpayer is not None:
        known(books.taxpayers, taxpayer, "taxpayer")
    mine = {
        account.id
        for account in books.accounts.values()
        if taxpayer is None or account.owner == taxpayer
    }
    entries = tuple(
        entry
        for entry in books.entries
        if entry.event.account in mine and (year is None or entry.day.year == year)
    )
    return replace(books, entries=entries)
