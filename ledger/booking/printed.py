"""What further files print of an event that one file brought: fund, units and price are its own.

So is its day: of the days of one year that files show it on the first counts, in any order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
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
Days = Mapping[tuple[Told, str], date]  # of an entry in its account


def with_printed(
    entries: Iterable[JournalEntry],
    printed: Mapping[Told, Printed],
    days: Days,
    accounts: Accounts,
) -> list[JournalEntry]:
    """Return entries with what is printed of them elsewhere, given by their places and sources.

    Nothing that an entry has itself is replaced but its day, by an earlier one of its year; where
    several entries fit, all are left as they are.
    """
    listed = list(entries)
    if not printed and not days:
        return listed
    at = Counter(map(told, listed))
    alone = {key for key, count in at.items() if count == 1}
    listed = [_on(entry, days) if told(entry) in alone else entry for entry in listed]
    return [
        _completed(entry, printed[key], accounts)
        if (key := told(entry)) in printed and key in alone
        else entry
        for entry in listed
    ]


def _on(entry: JournalEntry, days: Days) -> JournalEntry:
    event = entry.event
    day = days.get((told(entry), event.account), event.day)
    if day >= event.day or day.year != event.day.year:
        return entry
    return replace(entry, event=replace(event, day=day))


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
