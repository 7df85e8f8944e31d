"""Closed years: keep the record as filed, show what has changed since, reopen."""

from __future__ import annotations

import click

from cli import faults, show
from cli.context import open_ledger
from cli.lookup import known
from cli.options import REASON, TAX_YEAR, json_option, taxpayer_option
from cli.record_view import amended_table
from cli.worked import nothing, read_books, work, years_among
from ledger.books import Books, FiledYear
from ledger.errors import LedgerError, LedgerErrors
from ledger.filed_years import record_text
from ledger.importers.base import counted
from ledger.sanity_limits import today
from ledger.year_end import YearEnd


@click.command()
@click.argument("year", type=TAX_YEAR)
@taxpayer_option
@click.option(
    "--show", "shows", is_flag=True, help="Only show what has changed since it was closed."
)
@json_option
def close(year: int, taxpayer: str | None, *, shows: bool, as_json: bool) -> None:
    """Keep the record of YEAR as filed, and lock the year for every later fact.

    The record stays with its SHA-256 in the ledger's chain. A fact that would change the year is
    refused until it is reopened.

    \b
    Example:
      basis close 2025
      basis close 2025 --taxpayer rose
      basis close 2025 --show
    """
    if shows:
        _show_changes(year, taxpayer, as_json=as_json)
        return
    _refuse_running(year)
    worked = work(read_books(), [year], taxpayer)
    if worked.refused:
        raise LedgerErrors(worked.refused)
    if not worked.records:
        raise nothing(year)
    wanted = [r for r in worked.records if taxpayer is not None or r.status != "closed"]
    if taxpayer is None:
        # a spouse may have nothing in the year: nobody asked for that year to be closed
        quiet = [r.taxpayer.id for r in wanted if r.is_empty] if len(wanted) > 1 else []
        wanted = [r for r in wanted if r.taxpayer.id not in quiet]
        for name in quiet:
            show.note(
                f"{name} has nothing in {year}: left open (basis close {year} --taxpayer {name})"
            )
    with open_ledger() as ledger:
        # where all are closed one is tried all the same, so that the ledger says since when
        for record in wanted or worked.records[:1]:
            ledger.close_year(record.taxpayer.id, year, record_text(record))
        filed = ledger.filed_years()
    done = [filed[record.taxpayer.id, year] for record in wanted]
    if as_json:
        show.as_json({"closed": [_filed_json(one) for one in done]})
        return
    for record, one in zip(wanted, done, strict=True):
        show.line(f"closed {year} of {one.taxpayer}: record {one.sha256}")
        serious = sum(finding.severity != "info" for finding in record.findings)
        if serious:
            stand = f"{counted(serious, 'finding')} {'stands' if serious == 1 else 'stand'}"
            show.note(f"{stand} in the record as filed (basis check {year})")


def _refuse_running(year: int) -> None:
    if year >= today().year:
        raise LedgerError(
            where=f"tax year {year}",
            code="year_not_over",
            problem="the year is not over",
            remedy="close a year when its return is filed",
        )


@click.command()
@click.argument("year", type=TAX_YEAR)
@click.option("--why", required=True, type=REASON, help="Reason, kept in the ledger.")
@click.option("--taxpayer", metavar="NAME", help="Whose year; may be left out for one person.")
def reopen(year: int, why: str, taxpayer: str | None) -> None:
    """Unlock the closed YEAR; its record as filed stays, and every changed line is shown.

    \b
    Example:
      basis reopen 2024 --why "a 2024 statement turned up"
    """
    with open_ledger() as ledger:
        whose = taxpayer or _only_closed(ledger.filed_years(), year)
        known(ledger.taxpayers(), whose, "taxpayer")
        ledger.reopen_year(whose, year, why)
    show.line(f"reopened {year} of {whose}: {why}")
    show.note(f"basis changes {year} shows every line that is no longer as filed")


def _only_closed(filed: dict[tuple[str, int], FiledYear], year: int) -> str:
    closed = [who for (who, when), one in filed.items() if when == year and one.status == "closed"]
    if len(closed) == 1:
        return closed[0]
    problem = f"closed for {', '.join(closed)}" if closed else "the year is not closed"
    raise LedgerError(
        where=f"tax year {year}",
        code="which_taxpayer" if closed else "not_closed",
        problem=problem,
        remedy="name one with --taxpayer" if closed else f"basis close {year} closes it",
    )


@click.command()
@click.argument("year", type=TAX_YEAR)
@taxpayer_option
@json_option
def changes(year: int, taxpayer: str | None, *, as_json: bool) -> None:
    """Show every line of YEAR and of later closed years that is no longer as filed.

    Exit 1 when a line has changed.

    \b
    Example:
      basis changes 2024
    """
    _show_changes(year, taxpayer, as_json=as_json)


def _show_changes(year: int, taxpayer: str | None, *, as_json: bool) -> None:
    books = read_books()
    if taxpayer is not None:
        known(books.taxpayers, taxpayer, "taxpayer")
    closed = _closed_from(books, year, taxpayer)
    if not closed:
        raise LedgerError(
            where=f"tax year {year}",
            code="not_closed",
            problem="neither this year nor a later one was closed",
            remedy=f"basis close {year} keeps its record as filed",
        )
    worked = work(books, years_among(closed), taxpayer)
    found = [r for r in worked.records if (r.taxpayer.id, r.tax_year) in closed]
    if as_json:
        refused = [fault.as_json() for fault in worked.refused]
        show.as_json({"years": [_changes_json(r) for r in found], "refused": refused})
    else:
        for record in found:
            _print_changes(record)
        faults.tell(worked.refused)
    # a refusal weighs more than a changed line: its exit code is the one to tell
    if worked.refused:
        click.get_current_context().exit(LedgerError.exit_code)
    if any(record.amended for record in found):
        click.get_current_context().exit(1)


def _closed_from(books: Books, year: int, taxpayer: str | None) -> set[tuple[str, int]]:
    return {
        (who, when) for who, when in books.filed_years if when >= year and taxpayer in (None, who)
    }


def _print_changes(record: YearEnd) -> None:
    title = f"{record.taxpayer.name}: {record.tax_year}, {record.status}"
    if not record.amended:
        show.line(f"{title}: every line is as filed")
        return
    show.console().print(amended_table(record, title=title))


def _changes_json(record: YearEnd) -> dict[str, object]:
    found = record.as_json()
    return {name: found[name] for name in ("taxpayer", "tax_year", "status", "filed", "amended")}


def _filed_json(one: FiledYear) -> dict[str, object]:
    return {
        "taxpayer": one.taxpayer,
        "tax_year": one.year,
        "sha256": one.sha256,
        "closed_at": one.closed_at,
        "chain_head": one.chain_head,
    }
