"""Files for the preparer: packets (PDF and workbook) and single exports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cli import faults, show
from cli.context import ledger_path, open_ledger
from cli.lookup import known
from cli.options import TAX_YEAR, taxpayer_option
from cli.worked import earlier, nothing, one, work
from exports.atomic import write_whole
from exports.csv import write_csv
from exports.packet import write_packet
from exports.workbook import write_workbook
from ledger.books import Books
from ledger.errors import LedgerError, LedgerErrors, LedgerUnusable
from ledger.safetext import masked
from ledger.year_end import YearEnd

Writer = Callable[[Path, YearEnd, Books, Sequence[YearEnd]], None]
_FORMS: dict[str, Writer] = {"pdf": write_packet, "xlsx": write_workbook}
_DEVICES = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}


@click.command()
@click.argument("year", type=TAX_YEAR)
@click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write to; made when it is not there.",
)
@taxpayer_option
@click.option("--force", is_flag=True, help="Overwrite files of an earlier run.")
def packet(year: int, folder: Path, taxpayer: str | None, *, force: bool) -> None:
    """Write the packet of YEAR for each taxpayer: a PDF and an Excel workbook.

    \b
    Example:
      basis packet 2025 --to out
      basis packet 2025 --to out --taxpayer rose --force
    """
    books = _verified_books()
    worked = work(books, [year], taxpayer)
    if not worked.records and not worked.refused:
        raise nothing(year)
    planned = [
        (folder / f"{file_name(record.taxpayer.id)}-{year}.{ending}", write, record)
        for record in worked.records
        for ending, write in _FORMS.items()
    ]
    _refuse_existing([path for path, _, _ in planned], force=force)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _progress() as progress:
        task = progress.add_task("writing", total=len(planned))
        before = earlier(books, year)
        for path, write, record in planned:
            write(path, record, books, before.get(record.taxpayer.id, ()))
            progress.advance(task)
    for path, _, _ in planned:
        show.line(f"wrote {path}")
    if worked.refused:
        faults.tell(worked.refused)
        click.get_current_context().exit(LedgerErrors(worked.refused).exit_code)


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
    _refuse_existing([file], force=force)
    books = _verified_books()
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


def file_name(name: str) -> str:
    """Return a name that is safe as a file name on every system, without folders."""
    shown = masked(name)
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in shown)
    kept = kept.strip("_-")[:40] or "taxpayer"
    return f"{kept}_" if kept.lower() in _DEVICES else kept


def _verified_books() -> Books:
    with open_ledger() as ledger:
        problems = ledger.verify()
        if problems:
            raise LedgerUnusable(
                where=str(ledger_path()),
                code="damaged",
                problem=f"the ledger does not verify: {problems[0]}",
                remedy="see basis verify, then restore a backup; nothing was written",
            )
        return ledger.books()


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


def _refuse_existing(paths: list[Path], *, force: bool) -> None:
    ledger = ledger_path()
    found = [
        LedgerError(
            where=str(path),
            code="is_ledger" if path.samefile(ledger) else "exists",
            problem="the file exists already",
            remedy="this is the ledger itself: name another file"
            if path.samefile(ledger)
            else "add --force to overwrite it, or name another place",
        )
        for path in paths
        if path.exists() and (not force or path.samefile(ledger))
    ]
    if found:
        raise LedgerErrors(found)


def _progress() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    console = show.console(to_stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
