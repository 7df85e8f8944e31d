"""Contributions that a payroll took back, with their gain or loss: which of it was paid in.

As many units as one contribution bought go out again for other dollars. What leaves of basis, and
what counts against the limits of the year, is what was paid in; the rest is the market's, which
leaves with the units. Where no contribution of as many units or dollars is there it must be said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from ledger.booking import Accounts, book
from ledger.chart import TaxCharacter
from ledger.events import WENT_BACK, Event, EventKind, fund_key
from ledger.journal import JournalEntry
from ledger.money import ZERO, Money

_Fund = tuple[str, object, str]  # account, sources, key of fund


def with_contributions_back(
    entries: Iterable[JournalEntry], accounts: Accounts
) -> list[JournalEntry]:
    """Return entries in which a contribution that was taken back takes out what was paid in."""
    listed = list(entries)
    parted, _ = _parted(listed, accounts)
    return list(chain.from_iterable(parted.get(n, [one]) for n, one in enumerate(listed)))


def unexplained_back(entries: Iterable[JournalEntry], accounts: Accounts) -> list[Event]:
    """Return what was taken back of taxed money, of which nothing tells what was paid in."""
    listed = list(entries)
    return [listed[place].event for place in _parted(listed, accounts)[1]]


def may_be_back(event: Event, entries: Iterable[JournalEntry]) -> list[Event]:
    """Return the contributions of which it may be a part, none where it tells no units.

    That is each of at least as many units of the fund that was put in before.
    """
    return [
        entry.event
        for entry in entries
        if _may_be_of(event, entry.event) and entry.event.day <= event.day
    ]


def is_back(event: Event) -> bool:
    """Tell whether an event is a contribution that was taken back."""
    return event.kind is EventKind.CONTRIBUTION and event.money("amount") < ZERO


def earnings_of(event: Event, paid_in: Event) -> Money | None:
    """Return the gain in what was taken back of a contribution, None where units do not tell."""
    if not _may_be_of(event, paid_in) or event.units is None or paid_in.units is None:
        return None
    share = paid_in.money("amount").percent(100 * -event.units / paid_in.units)
    return -event.money("amount") - share


def _may_be_of(event: Event, paid_in: Event) -> bool:
    if paid_in.kind is not EventKind.CONTRIBUTION or not event.units:
        return False
    return _fund(event) == _fund(paid_in) and (paid_in.units or 0) >= -event.units > 0


def _parted(
    entries: Iterable[JournalEntry], accounts: Accounts
) -> tuple[dict[int, list[JournalEntry]], list[int]]:
    """Return by its place what stands for each entry with a gain, and the places not explained."""
    listed = list(entries)
    parted: dict[int, list[JournalEntry]] = {}
    unexplained: list[int] = []
    if not any(is_back(entry.event) for entry in listed):
        return parted, unexplained
    lots: defaultdict[_Fund, list[Event]] = defaultdict(list)
    of_source: defaultdict[tuple[str, object], list[Money]] = defaultdict(list)
    for place, entry in enumerate(listed):
        event = entry.event
        if event.kind is not EventKind.CONTRIBUTION or not accounts[event.account].kind.is_plan:
            continue
        fund, amount = lots[_fund(event)], event.money("amount")
        whole = of_source[event.account, event.sources]
        if amount > ZERO:
            whole.append(amount)
            fund += [event] if event.units else []
            continue
        back = _paid_in(event, fund, whole)
        if back is None:
            unexplained += [place] if _is_taxed(event) else []
            continue
        lot = next((one for one in _as_many(event, fund) if one.money("amount") == back), None)
        if lot is not None:
            fund.remove(lot)
        if back in whole:
            whole.remove(back)
        if back != -amount:
            parted[place] = _taken_back(entry, back, accounts)
    return parted, unexplained


def _paid_in(event: Event, lots: Sequence[Event], whole: Sequence[Money]) -> Money | None:
    """Return what was paid in of what was taken back, None where nothing tells.

    ``lots`` are the contributions to its fund, ``whole`` what was paid into its source at all.
    """
    amount = -event.money("amount")
    if event.earnings is not None:
        return amount - event.earnings
    bought = [one.money("amount") for one in _as_many(event, lots)]
    if amount in bought:
        return amount
    if len({one.cents for one in bought}) == 1:
        return bought[-1]
    # nothing was gained whichever they were: a fund of one price
    gained = {earnings_of(event, one) for one in lots if _may_be_of(event, one)}
    return amount if gained == {ZERO} or (amount in whole and not bought) else None


def _as_many(event: Event, lots: Iterable[Event]) -> list[Event]:
    """Return the contributions that bought as many units as were taken back."""
    return [one for one in lots if event.units and one.units == -event.units]


def _is_taxed(event: Event) -> bool:
    return event.source is not None and event.source.character is not TaxCharacter.PRE_TAX


def _fund(event: Event) -> _Fund:
    return event.account, event.sources, fund_key(event.fund)


def _taken_back(entry: JournalEntry, paid_in: Money, accounts: Accounts) -> list[JournalEntry]:
    """Return what was paid in as taken back, and the units that left at the price of their day.

    Without units what left above it is a loss of the source, what was missing a gain.
    """
    event = entry.event
    money = replace(
        event,
        amount=(-paid_in).seen_at(event.where),
        earnings=None,
        fund="",
        units=None,
        price=None,
    )
    rest = event.money("amount") + paid_in
    market = Event(
        where=event.where,
        day=event.day,
        account=event.account,
        kind=EventKind.EXCHANGE if event.units else EventKind.EARNINGS,
        amount=event.amount if event.units else rest.seen_at(event.where),
        sources=event.sources,
        memo=event.memo,
        fund=event.fund if event.units else "",
        units=event.units,
        price=event.price,
        reason=WENT_BACK if event.units else "",  # the units of money that another entry moves
        seq=event.seq,
    )
    return [replace(book(one, accounts), reason=entry.reason) for one in (money, market)]
