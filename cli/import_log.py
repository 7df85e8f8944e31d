"""What was imported and how it is divided: allocate, imports and undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli import show
from cli.context import open_ledger
from cli.options import REASON, ROW_NUMBER, json_option
from ledger.errors import LedgerError
from ledger.text import safe

if TYPE_CHECKING:
    from ledger.store import Ledger

_BESIDE_NAME = 36  # columns of the numbers, the word "undone" and the gaps
_NAME_MIN = 16


@click.command()
@click.argument("account", required=False)
@click.argument("specs", nargs=-1)
@json_option
def allocate(account: str | None, specs: tuple[str, ...], *, as_json: bool) -> None:
    """Show or set how rows without a money source are divided in a plan.

    A pattern is one paycheck (amounts per source, or percentages); a rule gives rows of one kind
    to one source, or to all by value. They hold for every later import of the plan.

    \b
    Example:
      basis allocate
      basis allocate acme pattern:pre_tax=1500,after_tax=2000,match=750
      basis allocate acme rule:fee=pre_tax rule:earnings=by_value
    """
    from ledger.statement_import.sources.allocate import ALLOCATION, remembered  # noqa: PLC0415
    from ledger.statement_import.sources.allocation import parse_spec  # noqa: PLC0415

    with open_ledger() as ledger:
        if account is not None:
            _known_plan(ledger, account)
        made = [remembered(parse_spec(text), account or "") for text in specs]
        if made:
            ledger.add_answers(made)
        # of one account and match the last answer counts
        newest = {(a.account, a.match): a for a in ledger.answers() if a.code == ALLOCATION}
    told = [a for a in newest.values() if account in {None, a.account}]
    if as_json:
        show.as_json([{"account": a.account, "spec": a.answer} for a in told])
        return
    rows = [(a.account, a.answer, a.day.isoformat()) for a in told]
    show.console().print(show.table(("account", "allocation", "since"), rows))
    if not rows:
        show.line("no allocation is remembered")


def _known_plan(ledger: Ledger, account: str) -> None:
    accounts = ledger.accounts()
    if account not in accounts or not accounts[account].kind.is_plan:
        plans = ", ".join(a.id for a in accounts.values() if a.kind.is_plan) or "none yet"
        raise LedgerError(
            where=f"account {safe(account, limit=60)}",
            code="unknown_account",
            problem="is no plan of this ledger",
            remedy=f"plans are: {plans}",
        )


@click.command(name="imports")
@json_option
def list_imports(*, as_json: bool) -> None:
    """List every import with its number, file, rows and entries.

    \b
    Example:
      basis imports
    """
    with open_ledger() as ledger:
        listed = ledger.imports()
    if as_json:
        show.as_json(
            [
                {
                    "import": i.id,
                    "file": i.name,
                    "sha256": i.sha256,
                    "importer": i.importer,
                    "account": i.account or None,
                    "imported_at": i.imported_at,
                    "rows": i.rows,
                    "entries": i.entries,
                    "undone": i.undone,
                    "why": i.why,
                }
                for i in listed
            ]
        )
        return
    others = max((len(i.account) + len(i.importer) for i in listed), default=0)
    width = max(show.console().width - _BESIDE_NAME - others, _NAME_MIN)
    rows: list[tuple[show.Cell, ...]] = [
        (
            i.id,
            show.shortened(i.name, width),
            i.account,
            i.importer,
            i.rows,
            i.entries,
            i.why if i.undone else "",
        )
        for i in listed
    ]
    columns = [">import", "=file", "account", "format", ">rows", ">entries", "undone"]
    if not any(one.undone for one in listed):  # at 80 characters the others need its room
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    show.console().print(show.table(columns, rows))
    if not rows:
        show.line("nothing was imported yet")


@click.command()
@click.argument("import_id", type=ROW_NUMBER, metavar="IMPORT")
@click.option("--why", required=True, type=REASON, help="Reason, kept for ever.")
def undo(import_id: int, why: str) -> None:
    """Take a whole import back: its entries count no more, none is erased.

    \b
    Example:
      basis imports
      basis undo 3 --why "statement of the wrong account"
    """
    with open_ledger() as ledger:
        books = ledger.books()
        # what was open before is not told again as news
        before = {side.where for side in books.open_sides}
        unbooked = books.unbooked
        done = ledger.undo(import_id, why)
        entries = "entry" if done.gone == 1 else "entries"
        show.line(f"import {import_id} taken back: {done.gone} {entries} left out")
        names = {one.id: one.name for one in ledger.imports()}
        for number, count in sorted(done.kept.items()):
            name = safe(names[number], limit=80)
            show.line(
                f"kept, since import {number} ({name}) shows their rows too: {count}; "
                f"basis undo {number} takes them back as well"
            )
        books = ledger.books()
        for rows in books.unbooked:
            if rows not in unbooked:
                show.line(f"open: {rows.problem}; {rows.remedy}")
        for side in books.open_sides:
            if side.where not in before:
                show.line(f"open again: {side.problem} (entry {side.entry})")
        show.line(f"chain head {ledger.head}")
