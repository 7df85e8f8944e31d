"""Contributions that a payroll took back with their gain: the units tell which they were.

As many units as one contribution bought go out again for other dollars. What leaves of basis, and
what counts against the limits of the year, is what was paid in; the rest is the market's, which
leaves with the units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from ledger.booking import Accounts, book
from ledger.events import WENT_BACK, Event, EventKind, fund_key
from ledger.journal import JournalEntry
from ledger.money import ZERO, Money

_Bought = tuple[str, object, str, Decimal]  # account, sources, key of fund, units


def with_contributions_back(
    entries: Iterable[JournalEntry], accounts: Accounts
) -> list[JournalEntry]:
    """Return entries in which a contribution that was taken back takes out what was paid in.

    Where several of as many units were paid in with other dollars nothing is guessed.
    """
    listed = list(entries)
    if not any(map(_is_back, (entry.event for entry in listed))):
        return listed
    paid_in: defaultdict[_Bought, list[Money]] = defaultdict(list)
    found: list[JournalEntry] = []
    for entry in listed:
        event = entry.event
        in_plan = accounts[event.account].kind.is_plan
        if event.kind is not EventKind.CONTRIBUTION or not event.units or not in_plan:
            found.append(entry)
            continue
        before, amount = paid_in[_bought(event)], event.money("amount")
        if amount > ZERO:
            before.append(amount)
        elif -amount in before:
            before.remove(-amount)
        elif len({one.cents for one in before}) == 1:
            found += _taken_back(entry, before.pop(), accounts)
            continue
        found.append(entry)
    return found


def _is_back(event: Event) -> bool:
    return event.kind is EventKind.CONTRIBUTION and event.money("amount") < ZERO


def _bought(event: Event) -> _Bought:
    return event.account, event.sources, fund_key(event.fund), abs(event.units or Decimal())


def _taken_back(entry: JournalEntry, paid_in: Money, accounts: Accounts) -> list[JournalEntry]:
    """Return what was paid in as taken back, and the units that left at the price of their day."""
    event = entry.event
    money = replace(event, amount=(-paid_in).seen_at(event.where), fund="", units=None, price=None)
    units = Event(
        where=event.where,
        day=event.day,
        account=event.account,
        kind=EventKind.EXCHANGE,
        amount=event.amount,
        sources=event.sources,
        memo=event.memo,
        fund=event.fund,
        units=event.units,
        price=event.price,
        reason=WENT_BACK,  # the units of money that another entry moves
        seq=event.seq,
    )
    return [replace(book(one, accounts), reason=entry.reason) for one in (money, units)]
