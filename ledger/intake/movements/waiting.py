"""Legs that were booked alone: when the file of the other side comes, they become one movement."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ledger.intake.draft import FileDraft, Row
from ledger.intake.rows.in_kind import ON_THE_WAY
from ledger.intake.world import World
from ledger.money import Money
from ledger.records import Event, EventKind

CAME = frozenset({EventKind.TRANSFER_IN, EventKind.ROLLOVER_IN})
WENT = frozenset({EventKind.TRANSFER_OUT})


def lone_leg(
    world: World, account: str, kinds: frozenset[EventKind], amount: Money, day: date
) -> Event | None:
    """Return the entry, nearest to a day, of money that an account exchanged with outside."""
    fitting = [
        event
        for event, _ in world.facts_of(account)
        if event.account == account
        and event.kind in kinds
        and event.amount == amount
        and abs(event.day - day) <= ON_THE_WAY
    ]
    return min(fitting, key=lambda event: abs(event.day - day), default=None)


def hint(
    world: World, accounts: Iterable[str], kinds: frozenset[EventKind], amount: Money, day: date
) -> str:
    """Say which lone legs could be the other side, for the question that asks for it."""
    told = [
        f"; entry {event.seq} has as much {'into' if kinds is CAME else 'out of'} {account} on "
        f"{event.day.isoformat()}, other side unknown"
        for account in accounts
        if (event := lone_leg(world, account, kinds, amount, day)) is not None
    ]
    return "".join(told)


def complete(draft: FileDraft, world: World, row: Row, leg: Event) -> None:
    """Have a lone leg reversed when the file is booked: the whole movement takes its place."""
    world.completed.add(leg.seq)
    draft.completes[leg.seq] = row.record.where
    draft.notes.append(
        f"{row.record.where}: one movement with {leg.where}; entry {leg.seq}, which had that side "
        "alone, is reversed"
    )
