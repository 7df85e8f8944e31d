"""What a typed event cannot be, refused with every fault at once before anything is booked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from ledger.chart import Account
from ledger.errors import LedgerError, LedgerErrors
from ledger.events import Event
from ledger.sanity_limits import EARLIEST, today

_EXCEPTION = re.compile(r"[0-9]{2}")
Fault = tuple[str, str, str]  # code, problem, remedy


def refuse_impossible(event: Event, events: Iterable[Event]) -> None:
    """Raise LedgerErrors with everything that cannot be in a typed event.

    ``events`` are those of the same owner: an id is used once, and a rollover names one of them.
    """
    found = [*_days(event), *_amounts(event), *_names(event, list(events))]
    if found:
        where = f"basis add {event.kind.value}"
        raise LedgerErrors(
            LedgerError(where=where, code=code, problem=problem, remedy=remedy)
            for code, problem, remedy in found
        )


def refuse_number(accounts: Mapping[str, Account], account: Account) -> None:
    """Raise LedgerError (``exists``) when another account has the number of this one."""
    same = [a.id for a in accounts.values() if a.number == account.number and a.id != account.id]
    if account.number and same:
        raise LedgerError(
            where=f"account {account.id}",
            code="exists",
            problem=f"the account {same[0]} has the number {account.number} already",
            remedy="statements are told apart by it: check the number",
        )


def _days(event: Event) -> Iterator[Fault]:
    if event.day > today() + timedelta(days=1):
        problem = f"{event.day.isoformat()} is in the future"
        yield "bad_date", problem, "book what has happened; check the year"
    if event.day < EARLIEST:
        problem = f"{event.day.isoformat()} is before the first IRA"
        yield "bad_date", problem, "check the year"


def _amounts(event: Event) -> Iterator[Fault]:
    if event.amount is not None and not event.amount:
        yield "bad_amount", "the amount is zero: nothing would be booked", "write what moved"


def _names(event: Event, events: list[Event]) -> Iterator[Fault]:
    if event.id and any(other.id == event.id for other in events):
        yield "exists", f"another event has the id '{event.id}'", "choose another id"
    if event.of and not any(event.of == other.name for other in events):
        problem = f"the owner of {event.account} has no distribution '{event.of}'"
        yield "unknown_event", problem, "book the distribution with --id first, then name it"
    if event.exception and _EXCEPTION.fullmatch(event.exception) is None:
        problem = f"'{event.exception}' is no exception code of Form 5329"
        yield "bad_exception", problem, "write two digits, e.g. 01"
