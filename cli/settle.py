"""Settling an open side: where money went, or came from, that only one statement shows."""

from __future__ import annotations

from datetime import date

import click

from cli import show
from cli.context import open_ledger
from cli.options import ROW_NUMBER
from ledger.text import safe


@click.command()
@click.argument("entry", type=ROW_NUMBER, metavar="ENTRY")
@click.option("--to", "to", metavar="ACCOUNT", help="Where it went: an account, cash or outside.")
@click.option("--from", "origin", metavar="ACCOUNT", help="What it left: an account or outside.")
def settle(entry: int, to: str | None, origin: str | None) -> None:
    """Say what the other side of a movement is of which the ledger has one side.

    'basis check' names the open sides with their entries. What is said last counts, and the
    statement of the other account, once it is imported, is held against it.

    \b
    Example:
      basis settle 12 --to roth
      basis settle 15 --from outside
    """
    from ledger.movements import CODE, ENTRY  # noqa: PLC0415 - loads the journal
    from ledger.store import Answer  # noqa: PLC0415 - loads the store

    if (to is None) == (origin is None):
        raise click.UsageError("say where it went (--to) or what it left (--from)")
    other = str(to or origin)
    with open_ledger() as ledger:
        today = date.today()  # noqa: DTZ011 - the user's own calendar day
        answer = Answer(CODE, "", f"{ENTRY}{entry}", other, today, "basis settle")
        event = ledger.settle(entry, answer)
        way = "went to" if to else "came from"
        show.line(f"{event.where}: {event.kind.words} of {event.account} {way} {safe(other)}")
        left = [one for one in ledger.books().open_sides if one.owner]
        for one in left:
            show.line(f"open: {one.problem} (entry {one.entry})")
        show.line(f"chain head {ledger.head}")
