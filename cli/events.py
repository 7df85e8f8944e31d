"""Events typed by hand, and taking an entry back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from cli import show
from cli.context import open_ledger
from cli.options import COUNT, DAY, DOLLARS, NAME, REASON, ROW_NUMBER, SOURCE, TAX_YEAR, TEXT
from cli.sanity import refuse_impossible
from cli.stated_value import meet_books
from cli.typed import append_event, open_point
from ledger.booking import book
from ledger.chart import Source
from ledger.errors import Collector, LedgerError
from ledger.records import EVENT_FIELDS, RECORDED_KINDS, Event, EventKind, Part

if TYPE_CHECKING:
    from ledger.store import Ledger

_PARTS_HELP = "Part of a distribution: TO=DOLLARS, or TO=DOLLARS/PRETAX for an election; repeat."


KIND = click.Choice([kind.value for kind in RECORDED_KINDS])
_ALWAYS = frozenset({"account", "id", "memo"})
_OPTIONS = {"sources": "source", "parts": "part"}


class PartType(click.ParamType[Part]):
    """One disbursement of a distribution: ``roth1=80000`` or ``ira1=80000/75000``."""

    name = "TO=DOLLARS[/PRETAX]"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Part:
        """Return the part; the amount after the slash is the elected pretax dollars."""
        to, equals, amounts = str(value).partition("=")
        if not equals:
            self.fail(f"{value!r} is not written as ACCOUNT=DOLLARS", param, ctx)
        amount, slash, pretax = amounts.partition("/")
        return Part(
            to=to,
            amount=DOLLARS.convert(amount, param, ctx),
            pretax=DOLLARS.convert(pretax, param, ctx) if slash else None,
        )


@click.command()
@click.argument("kind", metavar="KIND", type=KIND)
@click.option("--account", required=True, help="Account it happened in.")
@click.option("--date", "day", type=DAY, required=True, help="Effective date of the statement.")
@click.option("--amount", type=DOLLARS, help="Amount in dollars; positive, losses negative.")
@click.option("--source", "sources", type=SOURCE, multiple=True, help="Plan: money source; repeat.")
@click.option("--to", type=TEXT, help="Account that receives the money.")
@click.option("--year", type=TAX_YEAR, help="IRA: tax year a contribution is made for.")
@click.option("--value", type=DOLLARS, help="Balance, or account value just before.")
@click.option("--earnings", type=DOLLARS, help="Net income that goes along.")
@click.option("--basis", type=DOLLARS, help="Already taxed part, where a document states it.")
@click.option("--pre-1987", type=DOLLARS, help="Part of the basis that is pre-1987 money.")
@click.option("--part", "parts", type=PartType(), multiple=True, help=_PARTS_HELP)
@click.option("--pretax", type=DOLLARS, help="60-day rollover: elected pretax dollars.")
@click.option("--months", type=COUNT, help="Pension payment: months it is for.")
@click.option("--withheld", type=DOLLARS, help="Federal tax withheld, part of the amount.")
@click.option("--state-withheld", type=DOLLARS, help="State tax withheld, part of the amount.")
@click.option("--exception", type=TEXT, help="Form 5329 exception code.")
@click.option("--reason", type=TEXT, help="Reason of a distribution, as on Form 1099-R.")
@click.option("--disaster", type=TEXT, help="Name of the qualified disaster of a distribution.")
@click.option("--postponed", type=TEXT, help="Why a contribution was possible after the due date.")
@click.option("--catch-up", is_flag=True, help="Contribution: age-50 catch-up money.")
@click.option("--of", type=TEXT, help="Rollover or repayment: id of the distribution it came from.")
@click.option("--id", "event_id", type=NAME, help="Name by which other events refer to it.")
@click.option("--memo", type=TEXT, help="Free text.")
@click.option("--accept-difference", is_flag=True, help="Balance: it is a gain or a loss.")
@click.option("--again", is_flag=True, help="Book it although an equal event is there already.")
def add(kind: str, day: date, sources: tuple[Source, ...], **given: Any) -> None:
    """Book one event by hand; KIND is what happened.

    KIND is one of opening, contribution, earnings, fee, balance, in_plan_conversion,
    distribution, rollover_60day, rollover_in, conversion, transfer, transfer_in,
    transfer_out, recharacterization, return_of_contribution, excess_deferral_return,
    corrective_distribution, qcd, annuity_payment, loan, loan_repayment, loan_offset,
    deemed_distribution, divorce_transfer, repayment, hsa_funding, rollover_529,
    spouse_election.

    The difference of a balance from the books is shown and booked as a gain or loss of
    the market; one that the market can hardly have made, as where paychecks are missing,
    is asked about and in a script ends with exit 1.

    Nothing is changed later: a mistake is taken back with `basis reverse`.

    \b
    Example:
      basis add contribution --account ira --date 2025-01-03 \\
          --amount 7000 --year 2025
      basis add conversion --account ira --to roth1 --date 2025-01-06 \\
          --amount 7000
      basis add opening --account acme --source after_tax --date 2025-01-01 \\
          --value 12000 --basis 10000
      basis add distribution --account acme --source after_tax --date 2025-06-30 \\
          --part roth1=10000 --part ira=250
    """
    again, accepted = given.pop("again"), given.pop("accept_difference")
    fields = {name: value for name, value in given.items() if value not in (None, False)}
    fields["id"] = fields.pop("event_id", "")
    event = Event(
        where=f"basis add {kind}", day=day, kind=EventKind(kind), sources=sources, **fields
    )
    _refuse_strangers(event.kind, {name for name in fields if fields[name]} | _named(sources))
    with open_ledger() as ledger:
        faults = Collector()
        with faults:
            refuse_impossible(event, _booked(ledger, event))
        with faults:
            book(event, ledger.accounts())
        faults.raise_any()
        event = meet_books(ledger, event, accepted=accepted)
        receipt = append_event(ledger, event, again=again)
        show.line(f"booked {event.kind.words} of {day.isoformat()} in {event.account}")
        missing = open_point(event, ledger)
    show.note(f"import {receipt.import_id}, chain head {receipt.chain_head}")
    if missing:
        show.note(missing)


def _booked(ledger: Ledger, event: Event) -> Iterator[Event]:
    """Go through the owner's events where the new one names itself or another."""
    if not (event.id or event.of):
        return
    books = ledger.books()
    if event.account in books.accounts:  # another one is refused by its name
        mine = {a.id for a in books.accounts_of(books.accounts[event.account].owner)}
        yield from (entry.event for entry in books.entries if entry.event.account in mine)


def _named(sources: tuple[Source, ...]) -> set[str]:
    return {"sources"} if sources else set()


def _refuse_strangers(kind: EventKind, given: set[str]) -> None:
    """Refuse what would otherwise be passed over in silence."""
    strangers = sorted(given - EVENT_FIELDS[kind] - _ALWAYS)
    if strangers:
        options = [f"--{_OPTIONS.get(s, s).replace('_', '-')}" for s in strangers]
        known = [f"--{_OPTIONS.get(s, s).replace('_', '-')}" for s in sorted(EVENT_FIELDS[kind])]
        raise LedgerError(
            where=f"basis add {kind}",
            code="unknown_key",
            problem=f"{', '.join(options)} says nothing about {_article(kind.words)}",
            remedy=f"it may have {', '.join(known)}",
        )


def _article(words: str) -> str:
    return f"an {words}" if words[0] in "aeio" else f"a {words}"


@click.command()
@click.argument("entry", type=ROW_NUMBER)
@click.option("--why", required=True, type=REASON, help="Reason, kept in the ledger.")
def reverse(entry: int, why: str) -> None:
    """Take ENTRY back by booking its reversal; `basis register` shows entry numbers.

    \b
    Example:
      basis reverse 12 --why "typed twice"
    """
    with open_ledger() as ledger:
        ledger.reverse(entry, why)
    show.line(f"reversed entry {entry}: {why}")
