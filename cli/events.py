"""Events typed by hand, and taking an entry back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from textwrap import fill
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli import show
from cli.context import open_ledger
from cli.options import COUNT, DAY, DOLLARS, NAME, REASON, ROW_NUMBER, SOURCE, TAX_YEAR, TEXT
from cli.sanity import refuse_impossible
from cli.stated_value import meet_books
from cli.typed import append_event, open_point
from ledger.booking import book
from ledger.errors import Collector, LedgerError
from ledger.events import (
    FIELD_SPECS,
    RECORDED_KINDS,
    Event,
    EventKind,
    Part,
    Value,
    units_of,
)
from ledger.text import safe

if TYPE_CHECKING:
    from ledger.store import Ledger

KIND = click.Choice([kind.value for kind in RECORDED_KINDS])
_ALWAYS = frozenset({"account", "id", "memo"})
F = TypeVar("F", bound=Callable[..., Any])


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


class UnitsType(click.ParamType[Decimal]):
    """A number of units, e.g. 12.345; negative where they leave."""

    name = "UNITS"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """Return the number exactly."""
        units = units_of(str(value))
        if units is None:
            self.fail(f"{value!r} is no plain number of units", param, ctx)
        return units


_TYPES: dict[Value, dict[str, Any]] = {
    Value.MONEY: {"type": DOLLARS},
    Value.HELD: {"type": DOLLARS},
    Value.NET: {"type": DOLLARS},
    Value.UNITS: {"type": UnitsType()},
    Value.YEAR: {"type": TAX_YEAR},
    Value.COUNT: {"type": COUNT},
    Value.FLAG: {"is_flag": True},
    Value.NAME: {"type": NAME},
    Value.LINE: {"type": TEXT},
    Value.TEXT: {"type": TEXT},
    Value.SOURCES: {"type": SOURCE, "multiple": True},
    Value.PARTS: {"type": PartType(), "multiple": True},
}


def _fields_as_options(command: F) -> F:
    """Add an option for every field of the catalogue, in its order."""
    for spec in reversed(list(FIELD_SPECS.values())):
        option = click.option(spec.option, spec.name, help=spec.meaning, **_TYPES[spec.value])
        command = option(command)
    return command


def _names_of_kinds(command: F) -> F:
    """Write the kinds into the help of a command, where "{kinds}" stands."""
    kinds = fill(f"KIND is one of {', '.join(RECORDED_KINDS)}.", 88, subsequent_indent="    ")
    command.__doc__ = (command.__doc__ or "").replace("{kinds}", kinds)
    return command


@click.command()
@click.argument("kind", metavar="KIND", type=KIND)
@click.option("--account", required=True, help="Account it happened in.")
@click.option("--date", "day", type=DAY, required=True, help="Effective date of the statement.")
@_fields_as_options
@click.option("--accept-difference", is_flag=True, help="Balance: it is a gain or a loss.")
@click.option("--again", is_flag=True, help="Book it although an equal event is there already.")
@_names_of_kinds
def add(kind: str, day: date, **given: Any) -> None:
    """Book one event by hand; KIND is what happened.

    {kinds}

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
    fields = {name: value for name, value in given.items() if value not in (None, False, "", ())}
    event = Event(where=f"basis add {kind}", day=day, kind=EventKind(kind), **fields)
    _refuse_strangers(event.kind, set(fields))
    with open_ledger() as ledger:
        # both are tried: somebody who types sees every fault of the line at once
        faults = Collector()
        with faults:
            refuse_impossible(event, _booked(ledger, event))
        with faults:
            book(event, ledger.accounts())
        faults.raise_any()
        # only for an event that can be booked: it may ask about the difference
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


def _refuse_strangers(kind: EventKind, given: set[str]) -> None:
    """Refuse what would otherwise be passed over in silence."""
    strangers = given - kind.spec.fields - _ALWAYS
    if strangers:
        raise LedgerError(
            where=f"basis add {kind}",
            code="unknown_key",
            problem=f"{_options(strangers)} says nothing about {kind.with_article}",
            remedy=f"it may have {_options(kind.spec.fields)}",
        )


def _options(names: Iterable[str]) -> str:
    return ", ".join(FIELD_SPECS[name].option for name in sorted(names))


@click.command()
@click.argument("entry", type=ROW_NUMBER)
@click.option(
    "--everywhere",
    is_flag=True,
    help="What files of other formats show of it is as wrong, and is not booked either.",
)
@click.option("--why", required=True, type=REASON, help="Reason, kept in the ledger.")
def reverse(entry: int, why: str, *, everywhere: bool) -> None:
    """Take ENTRY back by booking its reversal; `basis register` shows entry numbers.

    A row of another file that told the same is open then: it is imported again where it is right,
    and goes with the entry where it is not (--everywhere, also afterwards).

    \b
    Example:
      basis reverse 12 --why "typed twice"
      basis reverse 14 --everywhere --why "never happened, the plan says"
    """
    with open_ledger() as ledger:
        before = ledger.books().unbooked
        rows = ledger.reverse_everywhere(entry, why) if everywhere else []
        if not everywhere:
            ledger.reverse(entry, why)
        show.line(f"reversed entry {entry}: {why}")
        for place in rows:
            show.line(f"{safe(place, limit=80)} told the same and goes with it")
        for left in ledger.books().unbooked:
            if left not in before:
                show.line(f"open: {left.problem}; {left.remedy}")
