"""What the user says later of a side that met nothing: where it went, or where it came from."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from ledger.booking import Accounts, book
from ledger.errors import LedgerError
from ledger.events import CASH, ELSEWHERE, IN_TRANSIT, Event, EventKind
from ledger.journal import JournalEntry
from ledger.movements.legs import is_on_its_way, parts_of, with_parts
from ledger.movements.sides import is_arrival, may_be_rollover, rollover_source
from ledger.text import safe

# what is said of a contribution alone: its tax year, that it is catch-up money
_OF_PAY = EventKind.CONTRIBUTION.spec.fields - EventKind.ROLLOVER_IN.spec.fields
CODE = "partner_unknown"  # of the answers that settle a side
ENTRY = "entry:"  # starts the match of such an answer, with the number of the entry


def settled(entry: JournalEntry, other: str, accounts: Accounts) -> JournalEntry:
    """Return the entry of one side with the other side that was said: an account, cash, outside.

    Raises LedgerError (``no_open_side``, ``bad_value``, and what booking refuses).
    """
    event = entry.event
    if may_be_rollover(event):
        return _rebooked(entry, _not_put_in(event, other), accounts)
    if is_arrival(event) or event.origin:
        if other == CASH:
            raise _bad(event, other)
        return _rebooked(entry, replace(event, origin=other), accounts)
    if not is_on_its_way(event):
        raise LedgerError(
            where=f"entry {event.seq}",
            code="no_open_side",
            problem="this entry is no side of a movement whose other side is open",
            remedy="'basis check' names the open sides with their entries",
        )
    return _rebooked(entry, _gone_to(event, other), accounts)


def _not_put_in(event: Event, other: str) -> Event:
    """Return a contribution as the owner's own money, or as the rollover that its file calls so."""
    if other == CASH:
        raise _bad(event, other)
    if other == ELSEWHERE:
        return replace(event, origin=other)
    return as_rollover(event, other)


def as_rollover(event: Event, origin: str) -> Event:
    """Return money that a file calls a contribution as rolled over from an account."""
    unsaid: dict[str, Any] = {f.name: f.default for f in fields(Event) if f.name in _OF_PAY}
    sources = tuple(rollover_source(source) for source in event.sources)
    return replace(
        event, kind=EventKind.ROLLOVER_IN, sources=sources, **{**unsaid, "origin": origin}
    )


def _gone_to(event: Event, other: str) -> Event:
    if event.kind is EventKind.DISTRIBUTION:
        if other == ELSEWHERE:
            raise _bad(event, other)
        parts = [replace(p, to=other) if p.to == IN_TRANSIT else p for p in parts_of(event)]
        return with_parts(event, parts)
    if other == CASH:
        raise _bad(event, other)
    if other == ELSEWHERE:
        return replace(event, kind=EventKind.TRANSFER_OUT, to="")
    return replace(event, to=other)


def _rebooked(entry: JournalEntry, event: Event, accounts: Accounts) -> JournalEntry:
    return replace(book(event, accounts), reason=entry.reason)


def _bad(event: Event, other: str) -> LedgerError:
    return LedgerError(
        where=f"entry {event.seq}",
        code="bad_value",
        problem=f"a {event.kind.words} of {event.account} cannot have '{safe(other)}' as its "
        "other side",
        remedy="name an account of the same person; money a plan paid to its owner went to cash, "
        "and what came from an account that is not kept here came from outside",
    )
