"""Settling an open side: where money went, or came from, that only one statement shows."""

from __future__ import annotations

from datetime import date

import click

from cli import show
from cli.context import open_ledger
from cli.options import DOLLARS, ROW_NUMBER, TAX_YEAR
from ledger.money import Money
from ledger.text import safe


@click.command()
@click.argument("entry", type=ROW_NUMBER, metavar="ENTRY")
@click.option("--to", "to", metavar="ACCOUNT", help="Where it went: an account, cash or outside.")
@click.option("--from", "origin", metavar="ACCOUNT", help="What it left: an account or outside.")
@click.option(
    "--of", "paid", type=ROW_NUMBER, metavar="ENTRY", help="The payment or conversion it is of."
)
@click.option("--basis", type=DOLLARS, help="Already taxed part of what came from outside.")
@click.option("--earnings", type=DOLLARS, help="Gain in contributions that were taken back.")
@click.option("--year", type=TAX_YEAR, help="Tax year of contributions that were taken back.")
@click.option("--reason", metavar="TEXT", help="Why it was put back after more than 60 days.")
def settle(  # noqa: PLR0913 - one for each option
    *,
    entry: int,
    to: str | None,
    origin: str | None,
    paid: int | None,
    basis: Money | None,
    earnings: Money | None,
    year: int | None,
    reason: str | None,
) -> None:
    """Say what the other side of a movement is of which the ledger has one side.

    'basis check' names the open sides with their entries. What is said last counts, also where an
    import was answered otherwise, and the statement of the other account is held against it.

    \b
    Example:
      basis settle 12 --to roth
      basis settle 15 --from outside
      basis settle 15 --of 9
      basis settle 15 --of 9 --reason "self-certification"
      basis settle 15 --from outside --basis 5000
      basis settle 15 --earnings 3.20
      basis settle 15 --year 2020
    """
    from ledger.movements import BASIS, EARNINGS, OF, REASON, YEAR  # noqa: PLC0415 - loads it

    gained = "" if earnings is None else earnings.plain
    gained += "" if year is None else f"{YEAR}{year}"
    said = [
        one for one in (to, origin, gained and EARNINGS + gained, paid and f"{OF}{paid}") if one
    ]
    if len(said) != 1:
        raise click.UsageError(
            "say where it went (--to), what it left (--from), which payment to you was put back "
            "(--of), or of contributions that were taken back what was gained on them or their "
            "tax year (--earnings, --year)"
        )
    if basis is not None and origin is None:
        raise click.UsageError("--basis is of what came from somewhere (--from)")
    if reason is not None and paid is None:
        raise click.UsageError("--reason is why a payment was put back late (--of)")
    other = said[0] + (f"{BASIS}{basis.plain}" if basis is not None else "")
    other += f"{REASON}{reason}" if reason else ""
    _keep(entry, other, origin=origin or "", paid=paid or 0, went=to is not None)


def _keep(entry: int, other: str, *, origin: str, paid: int, went: bool) -> None:
    """Keep what was said of an entry, and tell what became of it and what is open now.

    ``origin`` is what it is said to have left, ``paid`` the entry of the payment that came back;
    ``went`` is whether it is said where the money went.
    """
    from ledger.chart import Source  # noqa: PLC0415 - loads the journal
    from ledger.events import ELSEWHERE  # noqa: PLC0415 - loads the journal
    from ledger.movements import CODE, ENTRY, completed, is_back, went_to  # noqa: PLC0415 - loads it
    from ledger.store import Answer  # noqa: PLC0415 - loads the store

    with open_ledger() as ledger:
        today = date.today()  # noqa: DTZ011 - the user's own calendar day
        books = ledger.books()
        points = [one for one in books.open_sides if one.entry == entry]
        if points and points[0].sent_otherwise and origin and origin != ELSEWHERE:
            raise points[0].as_fault()
        facts = [one.event for one in books.facts if one.event.seq == entry]
        before = next(map(went_to, facts), "")
        for fact in facts:
            other = completed(other, fact)
        answer = Answer(CODE, "", f"{ENTRY}{entry}", other, today, "basis settle")
        event = ledger.settle(entry, answer, came=not went)
        back = event.of and not event.to
        half = back and event.source is Source.IN_PLAN_ROTH
        said = f"came from {safe(other)}" if origin else f"went to {safe(other)}"
        if paid:
            became = "was taken back" if back else f"went to {event.to}"
            said = f"of entry {paid} {'was converted' if half else became}"
        if is_back(event):
            said = "was taken back"
            said += "" if event.earnings is None else f", {event.earnings} of it earnings"
            said += "" if event.year is None else f", and counts for {event.year}"
        show.line(f"{event.where}: {event.kind.words} of {event.account} {said}")
        mine = back and not half
        own = (e.event for e in books.facts if mine and e.event.account == event.account)
        years = {one.day.year for one in own if one.name == event.of}
        for year in sorted(years - {event.day.year}):
            show.line(f"{year} has none of it now: its Form 1099-R must be corrected too")
        if went and before not in {"", other}:
            show.line(f"corrected: it was said to have gone to {safe(before)}")
        left = [one for one in ledger.books().open_sides if one.owner]
        for one in left:
            show.line(f"open: {one.problem} (entry {one.entry})")
        show.line(f"chain head {ledger.head}")
