"""What a typed event cannot be, refused with every fault at once before anything is booked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from ledger.chart import Account, TaxCharacter
from ledger.errors import LedgerError, LedgerErrors
from ledger.importers.dates import EARLIEST, today
from ledger.money import ZERO
from ledger.records import Event

_OLDEST = 130  # years: nobody is older
_EXCEPTION = re.compile(r"[0-9]{2}")
Fault = tuple[str, str, str]  # code, problem, remedy


def refuse_impossible(event: Event, events: Iterable[Event]) -> None:
    """Raise LedgerErrors with everything that cannot be in a typed event.

    ``events`` are those of the ledger: an id is used once, and a rollover names one of them.
    """
    found = [*_days(event), *_amounts(event), *_parts(event), *_names(event, list(events))]
    if found:
        where = f"basis add {event.kind.value}"
        raise LedgerErrors(
            LedgerError(where=where, code=code, problem=problem, remedy=remedy)
            for code, problem, remedy in found
        )


def refuse_birth_date(born: date | None, where: str) -> None:
    """Raise LedgerError (``bad_date``) for a birth date that no living person can have."""
    if born is not None and not today().year - _OLDEST <= born.year <= today().year:
        raise _bad_date(where, f"{born.isoformat()} is no birth date of a living person")
    if born is not None and born > today():
        raise _bad_date(where, f"the birth date {born.isoformat()} is in the future")


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


def _bad_date(where: str, problem: str) -> LedgerError:
    return LedgerError(where=where, code="bad_date", problem=problem, remedy="write YYYY-MM-DD")


def _days(event: Event) -> Iterator[Fault]:
    if event.day > today() + timedelta(days=1):
        problem = f"{event.day.isoformat()} is in the future"
        yield "bad_date", problem, "book what has happened; check the year"
    if event.day < EARLIEST:
        problem = f"{event.day.isoformat()} is before the first IRA"
        yield "bad_date", problem, "check the year"
    if event.year is not None and event.year > event.day.year:
        problem = f"money of {event.day.isoformat()} cannot count for {event.year}"
        yield "bad_tax_year", problem, "write the year the contribution was made for"


def _amounts(event: Event) -> Iterator[Fault]:
    if event.amount is not None and not event.amount:
        yield "bad_amount", "the amount is zero: nothing would be booked", "write what moved"
    taxed = [s for s in event.sources if s.character is TaxCharacter.PRE_TAX]
    if taxed and event.basis is not None and event.basis > ZERO:
        problem = f"{taxed[0]} money has no basis: none of it was taxed"
        yield "basis_of_pre_tax", problem, "leave --basis out, or name the after-tax source"


def _parts(event: Event) -> Iterator[Fault]:
    for part in event.parts:
        said = f"--part {part.to}={part.amount.plain}"
        if part.to == event.account:
            yield "same_account", f"{said} stays in the account", "name the receiver, or cash"
        if part.pretax is not None and not ZERO <= part.pretax <= part.amount:
            problem = f"{said}: {part.pretax} of it cannot be pretax"
            yield "bad_amount", problem, "write the pretax dollars of this part after the slash"


def _names(event: Event, events: list[Event]) -> Iterator[Fault]:
    if event.id and any(other.id == event.id for other in events):
        yield "exists", f"another event has the id '{event.id}'", "choose another id"
    if event.of and not any(event.of == other.name for other in events):
        problem = f"the ledger has no distribution '{event.of}'"
        yield "unknown_event", problem, "book the distribution with --id first, then name it"
    if event.exception and _EXCEPTION.fullmatch(event.exception) is None:
        problem = f"'{event.exception}' is no exception code of Form 5329"
        yield "bad_exception", problem, "write two digits, e.g. 01"
