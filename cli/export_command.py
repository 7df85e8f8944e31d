"""Single export files: a packet, the record, the entries, and what other programs read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from cli import show
from cli.lookup import known
from cli.options import TAX_YEAR, taxpayer_option
from cli.worked import earlier, one, work, years_of
from cli.writing import refuse_existing, verified_books
from exports.atomic import write_whole
from exports.csv import write_csv
from exports.html import write_html
from exports.packet import write_packet
from exports.plain_text import beancount_text, hledger_text
from exports.tables import TABLE_NAMES, Everything, table_csv, tables, tables_json
from exports.txf import write_txf
from exports.workbook import write_workbook
from ledger.books import Books, Household
from ledger.closing import Worked
from ledger.errors import LedgerError, LedgerErrors
from ledger.importers.base import counted
from ledger.journal import Journal
from ledger.text import json_text
from ledger.views.whole_journal import journal_of, together, whole_journal
from ledger.year_end import YearEnd

Writer = Callable[[Path, YearEnd, Household, Sequence[YearEnd]], None]
Text = Callable[[Journal, Books], str]
_FORMS: dict[str, Writer] = {"pdf": write_packet, "html": write_html, "xlsx": write_workbook}
_JOURNALS: dict[str, Text] = {"hledger": hledger_text, "beancount": beancount_text}
_OF_ONE_YEAR = (*_FORMS, "json", "txf")
_TABLES_JSON = "tables.json"


@click.command()
@click.argument("form", type=click.Choice([*_OF_ONE_YEAR, "csv", "tables", *_JOURNALS]))
@click.argument("year", type=TAX_YEAR, required=False)
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(path_type=Path),
    help="File to write; for tables a folder, made when it is not there.",
)
@taxpayer_option
@click.option("--force", is_flag=True, help="Overwrite files of an earlier run.")
def export(form: str, year: int | None, target: Path, taxpayer: str | None, *, force: bool) -> None:
    """Write one export: for a person, a tax program, a spreadsheet or a plain-text ledger.

    pdf, html, xlsx, json and txf hold one taxpayer's YEAR; html is one file for any browser, in
    which each figure leads down to the rows of statements behind it. csv is the plain CSV of what
    was recorded that `basis import --as plain` reads, of one YEAR or of all. tables (every table as
    CSV and as JSON), hledger and beancount hold everything up to the end of YEAR, or of the last.

    \b
    Example:
      basis export pdf 2025 --taxpayer rose --to rose-2025.pdf
      basis export html 2025 --taxpayer rose --to rose-2025.html
      basis export txf 2025 --taxpayer rose --to rose-2025.txf
      basis export csv 2025 --to entries.csv
      basis export hledger --to basis.journal
    """
    if form in _OF_ONE_YEAR and year is None:
        raise click.UsageError(f"name the tax year, e.g. basis export {form} 2025 --to rose.{form}")
    if form == "tables":
        _write_tables(target, year, taxpayer, force=force)
        return
    refuse_existing([target], force=force)
    books = verified_books()
    if form == "csv":
        books = _only(books, year, taxpayer)
        write_csv(target, books)
        for side in books.open_sides:
            show.note(f"open: {side.problem}; {side.remedy}")
    elif form in _JOURNALS:
        told = _everything(books, year, taxpayer)
        write_whole(target, _JOURNALS[form](told.journal, told.books).encode())
    elif year is not None:
        _write_year(form, target, books, one(books, year, taxpayer))
    show.line(f"wrote {target}")


def _write_year(form: str, target: Path, books: Books, record: YearEnd) -> None:
    if form == "json":
        write_whole(target, f"{json_text(record.as_json())}\n".encode())
    elif form == "txf":
        for lacking in write_txf(target, record):
            show.line(f"TXF cannot carry: {lacking}", "yellow")
    else:
        household = books.household_of(record.taxpayer.id)
        before = earlier(household, record.tax_year).get(record.taxpayer.id, ())
        _FORMS[form](target, record, household, before)


def _write_tables(folder: Path, year: int | None, taxpayer: str | None, *, force: bool) -> None:
    # before the work: years of figures must not end in a refusal to overwrite
    refuse_existing([folder / f"{name}.csv" for name in TABLE_NAMES], force=force)
    refuse_existing([folder / _TABLES_JSON], force=force)
    told = _everything(verified_books(), year, taxpayer)
    made = tables(told)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for table in made:
        write_whole(folder / f"{table.name}.csv", table_csv(table).encode())
        show.line(f"wrote {folder / table.name}.csv ({counted(len(table.rows), 'row')})")
    write_whole(folder / _TABLES_JSON, tables_json(made, told.books.chain_head).encode())
    show.line(f"wrote {folder / _TABLES_JSON}")


def _everything(books: Books, year: int | None, taxpayer: str | None) -> Everything:
    """Work out every year up to the one named; raise LedgerErrors when one of them is refused."""

    def until(household: Household) -> list[int]:
        return [y for y in years_of(household) if year is None or y <= year]

    worked = work(books, until, taxpayer)
    if worked.refused:
        raise LedgerErrors(worked.refused)
    homes = [books.household_of(taxpayer)] if taxpayer else books.households
    journal = together(
        whole_journal(one, _part(worked, one), max(years)) for one in homes if (years := until(one))
    )
    if taxpayer is not None:
        books = _books_of(homes[0], taxpayer)
        journal = journal_of(taxpayer, journal, books)
    if not journal.entries:
        raise _no_entries(taxpayer, f" up to {year}" if year else "")
    return Everything(books, journal, worked.records)


def _no_entries(taxpayer: str | None, when: str) -> LedgerError:
    return LedgerError(
        where=taxpayer or "ledger",
        code="no_entries",
        problem=f"there are no entries{when}",
        remedy="import a statement or use basis add first",
    )


def _part(worked: Worked, household: Household) -> Worked:
    mine = (record for record in worked.records if record.taxpayer.id in household.taxpayers)
    return Worked(tuple(mine), ())


def _books_of(books: Household, taxpayer: str) -> Household:
    """Keep one person, with their accounts and the files that concern these."""
    accounts = {account.id: account for account in books.accounts_of(taxpayer)}
    read = {e.where.rpartition(":")[0] for e in books.entries if e.event.account in accounts}
    files = tuple(f for f in books.files if f.account in accounts or f.name in read)
    person = {taxpayer: books.taxpayers[taxpayer]}
    return replace(books, taxpayers=person, accounts=accounts, files=files)


def _only(books: Books, year: int | None, taxpayer: str | None) -> Books:
    if taxpayer is not None:
        known(books.taxpayers, taxpayer, "taxpayer")
    mine = {
        account.id
        for account in books.accounts.values()
        if taxpayer is None or account.owner == taxpayer
    }
    facts = tuple(
        fact
        for fact in books.facts
        if fact.event.account in mine and (year is None or fact.day.year == year)
    )
    until = date.max if year is None else date(year, 12, 31)
    unbooked = tuple(r for r in books.unbooked if r.account in mine and r.day <= until)
    if not facts and not unbooked:
        raise _no_entries(taxpayer, f" of {year}" if year else "")
    sides = tuple(s for s in books.open_sides if s.account in mine and s.day <= until)
    return replace(books, facts=facts, unbooked=unbooked, open_sides=sides)
