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


def with_printed(
    entries: Iterable[JournalEntry], printed: Mapping[str, Printed], accounts: Accounts
) -> list[JournalEntry]:
    """Return entries with what is printed of them elsewhere, given by their places.

    Nothing that an entry has itself is replaced, and a place of several entries is left as it is.
    """
    listed = list(entries)
    if not printed:
        return listed
    at = Counter(entry.where for entry in listed if entry.where in printed)
    return [
        _completed(entry, printed[entry.where], accounts) if at[entry.where] == 1 else entry
        for entry in listed
    ]


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
    if abs(event.units) != abs(units):
        return event
    price = printed.price if event.price is None else event.price
    return replace(event, fund=event.fund or printed.fund, price=price)
