"""What further files print of an event that one file brought: fund, units and price are its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from ledger.booking.entries import with_units
from ledger.booking.receivers import Accounts
from ledger.events import Event, EventKind
from ledger.journal import JournalEntry


class Printed(NamedTuple):
    """Units of a fund as a row shows their effect on its source, and the price of one (dollars).

    ``fund`` is "" and ``price`` None where the row tells none.
    """

    units: Decimal
    fund: str = ""
    price: Decimal | None = None


Told = tuple[str, str]  # the place of an entry, and its source ("" without one)


def with_printed(
    entries: Iterable[JournalEntry], printed: Mapping[Told, Printed], accounts: Accounts
) -> list[JournalEntry]:
    """Return entries with what is printed of them elsewhere, given by their places and sources.

    Nothing that an entry has itself is replaced; where several fit, all are left as they are.
    """
    listed = list(entries)
    if not printed:
        return listed
    at = Counter(map(told, listed))
    return [
        _completed(entry, printed[key], accounts)
        if (key := told(entry)) in printed and at[key] == 1
        else entry
        for entry in listed
    ]


def told(entry: JournalEntry) -> Told:
    """Return the place and the source of an entry: a row may be divided by source."""
    return entry.where, entry.event.source or ""


def _completed(entry: JournalEntry, printed: Printed, accounts: Accounts) -> JournalEntry:
    event = entry.event
    whole = _with(event, printed)
    here = accounts[event.account]
    if whole == event or not here.kind.is_plan:
        return entry
    return replace(entry, event=whole, postings=with_units(whole, here, entry.postings))


def _with(event: Event, printed: Printed) -> Event:
    units = printed.units
    if not event.kind.spec.fields >= {"fund", "units", "price"} or event.source is None:
        return event
    if event.units is None:
        # of a conversion one row shows what left, and another what came in
        left = -abs(units) if event.kind is EventKind.IN_PLAN_CONVERSION else units
        return replace(event, units=left, fund=printed.fund, price=printed.price)
    equal = abs(round(units, _places(event.units))) == abs(event.units)
    price = printed.price if event.price is None and equal else event.price
    return replace(event, fund=event.fund or printed.fund, price=price)


def _places(units: Decimal) -> int:
    return -int(units.as_tuple().exponent)
