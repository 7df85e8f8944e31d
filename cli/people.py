"""Taxpayers: the people on the forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli import show
from cli.context import open_ledger
from cli.lookup import known
from cli.options import DAY, NAME, REASON, TEXT, json_option
from ledger.chart import Taxpayer
from ledger.errors import LedgerError
from ledger.sanity_limits import refuse_birth_date, refuse_ssn_last4

if TYPE_CHECKING:
    from ledger.store import Ledger


F = TypeVar("F", bound=Callable[..., Any])


def _on_paper(command: F) -> F:
    """Add the options of what stands at the head of each page of a packet."""
    command = click.option("--client-number", type=TEXT, help="Number in the preparer's office.")(
        command
    )
    return click.option("--ssn-last4", type=TEXT, help="Last four digits of the SSN.")(command)


@click.group()
def taxpayer() -> None:
    """Add, list and change taxpayers.

    \b
    Example:
      basis taxpayer add rose --name "Rose Green" --born 1970-05-01
    """


@taxpayer.command("add")
@click.argument("name", type=NAME)
@click.option(
    "--name", "full_name", required=True, type=REASON, help="Name as it stands on the return."
)
@click.option("--born", type=DAY, help="Birth date; needed where an age matters.")
@click.option("--spouse", type=NAME, help="Short name of the spouse, who is a taxpayer too.")
@_on_paper
def add(
    name: str, full_name: str, born: date | None, spouse: str | None, **on_paper: str | None
) -> None:
    """Add a taxpayer under a short NAME.

    \b
    Example:
      basis taxpayer add rose --name "Rose Green" --born 1970-05-01 --spouse paul
    """
    person = replace(Taxpayer(name, full_name, born, spouse), **_given(on_paper))
    _refuse_impossible(person)
    with open_ledger() as ledger:
        ledger.add_taxpayer(person)
        show.line(f"added taxpayer {name}: {full_name}")
        _link_spouse(ledger, person)


@taxpayer.command("set")
@click.argument("name", type=NAME)
@click.option("--name", "full_name", type=REASON, help="Name as it stands on the return.")
@click.option("--born", type=DAY, help="Birth date.")
@click.option("--spouse", type=NAME, help="Short name of the spouse.")
@_on_paper
def change(
    name: str, full_name: str | None, born: date | None, spouse: str | None, **on_paper: str | None
) -> None:
    """Change what is known of a taxpayer; what is not named stays.

    \b
    Example:
      basis taxpayer set rose --spouse paul
    """
    with open_ledger() as ledger:
        old = known(ledger.taxpayers(), name, "taxpayer")
        new = replace(
            old,
            name=full_name or old.name,
            born=born or old.born,
            spouse=spouse or old.spouse,
            **_given(on_paper),
        )
        if new == old:
            show.line(f"taxpayer {name} stays as it was")
            return
        _refuse_impossible(new)
        ledger.change_taxpayer(new)
        show.line(f"changed taxpayer {name}")
        _link_spouse(ledger, new)


@taxpayer.command("list")
@json_option
def listed(*, as_json: bool) -> None:
    """List the taxpayers.

    \b
    Example:
      basis taxpayer list
    """
    with open_ledger() as ledger:
        people = list(ledger.taxpayers().values())
    if as_json:
        show.as_json({"taxpayers": [_plain(person) for person in people]})
        return
    rows = [
        (person.id, person.name, person.born.isoformat() if person.born else None, person.spouse)
        for person in people
    ]
    if rows:
        show.console().print(show.table(("Taxpayer", "Name", "Born", "Spouse"), rows))
    else:
        show.line('no taxpayers yet; add one with: basis taxpayer add rose --name "Rose Green"')


def _plain(person: Taxpayer) -> dict[str, str | None]:
    born = person.born.isoformat() if person.born else None
    return {
        "id": person.id,
        "name": person.name,
        "born": born,
        "spouse": person.spouse,
        "ssn_last4": person.ssn_last4 or None,
        "client_number": person.client_number or None,
    }


def _given(on_paper: dict[str, str | None]) -> dict[str, Any]:
    return {key: value for key, value in on_paper.items() if value is not None}


def _refuse_impossible(person: Taxpayer) -> None:
    where = f"taxpayer {person.id}"
    refuse_birth_date(person.born, where)
    refuse_ssn_last4(person.ssn_last4, where)
    if person.spouse == person.id:
        raise LedgerError(
            where=where,
            code="own_spouse",
            problem="nobody is married to themselves",
            remedy="name the other taxpayer",
        )


def _link_spouse(ledger: Ledger, person: Taxpayer) -> None:
    """Let the spouse name the person too; marriage is mutual."""
    if person.spouse is None:
        return
    other = ledger.taxpayers().get(person.spouse)
    if other is None:
        show.note(f"{person.spouse} is not in the ledger yet: basis taxpayer add {person.spouse} …")
    elif other.spouse is None:
        ledger.change_taxpayer(replace(other, spouse=person.id))
        show.note(f"{other.id} now names {person.id} as spouse")
    elif other.spouse != person.id:
        show.note(f"{other.id} names {other.spouse} as spouse: basis taxpayer set {other.id} …")
