"""Contributions that a payroll took back, with their gain or loss: which it was that came back.

As many units as one contribution bought go out again for other dollars. What leaves of basis, and
what counts against the limits of a year, is what was paid in; the rest is the market's, which
leaves with the units. It counts in the year of the contribution that came back, whenever it came.
Where no contribution of as many units or dollars is there, or several of two years, it must be
said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from ledger.booking import Accounts, book
from ledger.chart import ROLLED_OVER, TaxCharacter
from ledger.events import WENT_BACK, Event, EventKind, fund_key
from ledger.journal import JournalEntry
from ledger.money import ZERO, Money
from ledger.movements.sides import SAID_SO

_Source = tuple[str, object]  # account, sources


class TakenBack(NamedTuple):
    """What is known of contributions that were taken back.

    ``paid_in`` is what of it was paid in (cents), None where nothing tells. ``made`` are the
    contributions of which it may be, one or several alike, and ``years`` the tax years for which
    it may count, in order; ``place`` is among the entries.
    """

    place: int
    event: Event
    paid_in: Money | None
    made: tuple[Event, ...]
    years: tuple[int, ...]

    @property
    def open_years(self) -> tuple[int, ...]:
        """The years of which nothing tells whose limits count it, none where one is known."""
        counts = not ROLLED_OVER.intersection(self.event.sources)
        return self.years if counts and len(self.years) > 1 else ()

    @property
    def lacks_basis(self) -> bool:
        """Whether it is taxed money of which nothing tells what was paid in."""
        source = self.event.source
        taxed = source is not None and source.character is not TaxCharacter.PRE_TAX
        return taxed and self.paid_in is None

    @property
    def counted(self) -> Event:
        """The event as it counts against limits: in the year, and as the catch-up, that it was."""
        event, years = self.event, self.years
        year = years[0] if len(years) == 1 and years[0] != event.tax_year else event.year
        catch_up = event.catch_up or (bool(self.made) and all(one.catch_up for one in self.made))
        return replace(event, year=year, catch_up=catch_up)


def with_contributions_back(
    entries: Iterable[JournalEntry], accounts: Accounts
) -> list[JournalEntry]:
    """Return entries in which a contribution that was taken back takes out what was paid in."""
    listed = list(entries)
    found = all_back((entry.event for entry in listed), accounts)
    made = {one.place: _as_paid_in(listed[one.place], one, accounts) for one in found}
    return list(chain.from_iterable(made.get(n, [one]) for n, one in enumerate(listed)))


def unexplained_back(entries: Iterable[JournalEntry], accounts: Accounts) -> list[TakenBack]:
    """Return what was taken back of which nothing tells the year, or what was paid in if taxed."""
    events = (entry.event for entry in entries)
    return [one for one in all_back(events, accounts) if one.lacks_basis or one.open_years]


def is_back(event: Event) -> bool:
    """Tell whether an event is a contribution that was taken back."""
    return event.kind is EventKind.CONTRIBUTION and event.money("amount") < ZERO


def earnings_of(event: Event, paid_in: Event) -> Money | None:
    """Return the gain in what was taken back of a contribution, None where nothing tells it.

    Its units tell; without any, as many dollars are the whole of it.
    """
    amount, units = -event.money("amount"), event.units
    if _may_be_of(event, paid_in) and units is not None and paid_in.units is not None:
        return amount - paid_in.money("amount").percent(100 * -units / paid_in.units)
    alike = paid_in.kind is EventKind.CONTRIBUTION and _fund(paid_in)[:2] == _fund(event)[:2]
    return ZERO if alike and not units and paid_in.money("amount") == amount else None


def _may_be_of(event: Event, paid_in: Event) -> bool:
    if paid_in.kind is not EventKind.CONTRIBUTION or not event.units:
        return False
    return _fund(event) == _fund(paid_in) and (paid_in.units or 0) >= -event.units > 0


def all_back(events: Iterable[Event], accounts: Accounts) -> Iterator[TakenBack]:
    """Go through what payrolls took back out of plans; each takes the contribution that it was.

    ``events`` stand in their order, that of ``in_order``.
    """
    listed = list(events)
    if not any(map(is_back, listed)):
        return
    paid: defaultdict[_Source, list[Event]] = defaultdict(list)
    for place, event in enumerate(listed):
        if event.kind is not EventKind.CONTRIBUTION or not accounts[event.account].kind.is_plan:
            continue
        whole = paid[event.account, event.sources]
        if not is_back(event):
            whole.append(event)
            continue
        back = _taken_out(place, event, whole)
        yield back
        # which of two years it was may come to be known: until then none is used up
        alike = () if back.open_years else _as_much(back.paid_in, back.made)
        for gone in alike[:1]:
            whole.remove(gone)


def _taken_out(place: int, event: Event, whole: Sequence[Event]) -> TakenBack:
    """Return what is known of what was taken back; ``whole`` is what was paid into its source.

    As many units tell best which contribution it was, then as many dollars; else it is a part of
    one that is large enough, or of several.
    """
    of_fund = [one for one in whole if _fund(one) == _fund(event)]
    paid_in = _paid_in(event, of_fund, whole)
    bought = _as_many(event, of_fund)
    told = _as_much(paid_in, bought) or bought
    told = told or _as_much(paid_in, of_fund) or _as_much(paid_in, whole)
    parts = [one for one in of_fund if _may_be_of(event, one)]
    made = _likely(event, told or parts or whole)
    years = {one.tax_year for one in made} or {event.day.year}
    # where its money begins in this year, it may be of weeks before that no row shows
    if not told and all(one.day.year == event.day.year for one in whole):
        years.add((event.day - SAID_SO).year)
    years = years if event.year is None else {event.year}
    return TakenBack(place, event, paid_in, made, tuple(sorted(years)))


def _likely(event: Event, made: Sequence[Event]) -> tuple[Event, ...]:
    """Return those of the stated year, else of its own year or of the weeks before it, if any."""
    if len({one.tax_year for one in made}) < 2:
        return tuple(made)
    if event.year is not None:
        return tuple(one for one in made if one.tax_year == event.year)
    first = min(event.day - SAID_SO, event.day.replace(month=1, day=1))
    return tuple([one for one in made if one.day >= first] or made)


def _paid_in(event: Event, of_fund: Sequence[Event], whole: Sequence[Event]) -> Money | None:
    """Return what was paid in of what was taken back, None where nothing tells.

    ``of_fund`` are the contributions to its fund, ``whole`` those to its source at all.
    """
    amount = -event.money("amount")
    if event.earnings is not None:
        return amount - event.earnings
    bought = [one.money("amount") for one in _as_many(event, of_fund)]
    if amount in bought:
        return amount
    if len({one.cents for one in bought}) == 1:
        return bought[-1]
    # nothing was gained whichever they were: a fund of one price
    gained = {earnings_of(event, one) for one in of_fund if _may_be_of(event, one)}
    is_whole = not bought and bool(_as_much(amount, whole))
    return amount if gained == {ZERO} or is_whole else None


def _as_many(event: Event, paid: Iterable[Event]) -> list[Event]:
    """Return the contributions that bought as many units as were taken back."""
    return [one for one in paid if event.units and one.units == -event.units]


def _as_much(amount: Money | None, paid: Iterable[Event]) -> list[Event]:
    """Return the contributions of an amount, none where it is not known."""
    return [one for one in paid if one.money("amount") == amount]


def _as_paid_in(entry: JournalEntry, back: TakenBack, accounts: Accounts) -> list[JournalEntry]:
    """Return what stands for an entry that took contributions back, with their year."""
    counted = back.counted
    entry = entry if counted == entry.event else replace(entry, event=counted)
    if back.paid_in is None or back.paid_in == -counted.money("amount"):
        return [entry]
    return _taken_back(entry, back.paid_in, accounts)


def _fund(event: Event) -> tuple[str, object, str]:
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
