"""Gains in price: what a source was worth just before money left it, worked out from all facts.

No row of a statement says what the market did. What left a source, its units and the prices of
the day tell its value before; so does a figure that somebody stated. The difference from the books
is a derived entry just ahead of what leaves: worked out on each run, never stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from ledger.balances.holdings import Holding, Holdings, hidden_in_roundings
from ledger.balances.prices import NOTHING, Price
from ledger.chart import Account, Outside, Pool, Source, TaxCharacter, outside
from ledger.events import UNSAID, WHOLE, Event, EventKind, Order, fund_key, kinds_where
from ledger.journal import JournalEntry, Posting
from ledger.money import ZERO, Money

K = EventKind
_A_DOLLAR = 100  # cents
_SWINGS = 2  # prices may double between the day on which units were sold unseen and this one
REASON = "gain or loss in price"
UNEXPLAINED = "money that no row explains"  # what an open point stands for: no gain
# Money that takes a share of basis along: what its source was worth before decides how much.
_SHARES_BASIS = kinds_where(lambda spec: spec.takes_plan_basis)
# Their net income is worked out apart, from the value that they state (Treas. Reg. 1.408-11).
_CORRECTIONS = kinds_where(lambda spec: spec.is_correction)


class Unknown(Enum):
    """Why nobody can tell what a source was worth just before money left it."""

    SHORT = "more units left than the rows account for"
    OFF = "a few more units left than its rows account for"
    UNTOLD = "money moved whose units no row tells"
    UNNAMED = "no row names the fund whose units left, and it may be one of several"
    UNPRICED = "no row of the day tells the price of the units that stayed"
    COARSE = "amounts or units of its rows are too coarse to tell what stayed"
    NO_UNITS = "no units are told, and what is typed goes by the books"
    UNSAID = "its rows tell no units"


@dataclass(frozen=True)
class Outflow:
    """Everything that leaves one source of a plan, or one IRA, on one day."""

    account: Account
    pool: Pool
    entries: tuple[JournalEntry, ...]
    entering: tuple[Posting, ...] = ()  # what is converted into it first, on the same day

    @property
    def legs(self) -> list[Posting]:
        """The postings that take money out of the pool."""
        return [p for entry in self.entries for p in entry.postings if p.pool == self.pool]

    @property
    def amount(self) -> Money:
        """What leaves, in cents."""
        return -Money.total(leg.value for leg in self.legs)

    @property
    def main(self) -> Event:
        """The largest of the events: its row stands as evidence."""
        moved = {
            entry.where: abs(sum(p.value.cents for p in entry.postings if p.pool == self.pool))
            for entry in self.entries
        }
        return max(self.entries, key=lambda e: (moved[e.where], e.where)).event

    @property
    def said(self) -> list[Event]:
        """The events that say what the pool was worth just before, in order."""
        return [entry.event for entry in self.entries if entry.event.value is not None]

    @property
    def stated(self) -> Event | None:
        """The event that says what the pool was worth before the first of them, if one does."""
        return max(self.said, key=lambda event: event.money("value"), default=None)

    @property
    def contradicted(self) -> Event | None:
        """An event that says another value than ``stated`` leaves before any turn until its own.

        What moved in two payments of a day, each by fund, is stated before the one and the other.
        """
        if self.stated is None:
            return None
        moments = [self.stated.money("value")]
        # in the order of what they say: files list a day in any
        for entry in sorted(self.entries, key=lambda e: -(e.event.value or ZERO).cents):
            said = entry.event.value
            if said is not None and said not in moments:
                return entry.event
            moved = Money.total(p.value for p in entry.postings if p.pool == self.pool)
            moments.append(moments[-1] + moved)
        return None

    @property
    def is_whole(self) -> bool:
        """Whether all of it left, whatever that came to: no row says an amount."""
        return all(entry.event.reason == WHOLE for entry in self.entries)

    @property
    def shares_basis(self) -> bool:
        """Whether its tax depends on what the pool was worth."""
        if not self.pool.source or self.is_untaxed:
            return False
        return any(entry.event.kind in _SHARES_BASIS for entry in self.entries)

    @property
    def is_untaxed(self) -> bool:
        """Whether nothing of the source was ever taxed, nor of what the plan keeps with it."""
        if not self.pool.source or not self.account.separate_after_tax:
            return False
        return Source(self.pool.source).character is TaxCharacter.PRE_TAX


def outflows(going: Iterable[JournalEntry], accounts: Mapping[str, Account]) -> list[Outflow]:
    """Group what leaves on a day by the source or IRA it leaves, in the order of the pools."""
    found: dict[Pool, list[JournalEntry]] = {}
    converted = [e for e in going if e.event.kind.spec.order is Order.CHANGES_SOURCE]
    entering = [p for e in converted for p in e.postings if p.value > ZERO]
    for entry in going:
        if entry.event.kind in _CORRECTIONS:
            continue
        left = {p.pool for p in entry.postings if p.value < ZERO}
        if entry.event.reason == WHOLE:  # its amount is not known yet: it leaves the last pool
            left = {entry.postings[-1].pool}
        for pool in sorted(left):
            account = accounts.get(pool.account)
            if account is not None and (not account.kind.is_plan or pool.source in set(Source)):
                found.setdefault(pool, []).append(entry)
    return [
        Outflow(
            accounts[pool.account],
            pool,
            tuple(entries),
            tuple(p for p in entering if p.pool == pool),
        )
        for pool, entries in sorted(found.items())
    ]


def takes_units(entry: JournalEntry) -> bool:
    """Tell whether an entry takes units out of a source for their money, as a payment does."""
    return any(
        p.value < ZERO and p.units is not None and p.units < NOTHING and p.pool.source
        for p in entry.postings
    )


class Worth(NamedTuple):
    """What units and prices make a pool worth, and how far their roundings may be off (cents)."""

    value: Money
    doubt: Decimal


def value_before(
    out: Outflow, holdings: Holdings, prices: Mapping[tuple[str, str], Price]
) -> Worth | Unknown:
    """Return what a pool was worth just before money left it, or why nobody can tell.

    All of it left, as its units show, or each fund that stayed has a price on that day. A few
    units that left and never came are made up for in the holdings.
    """
    legs = out.legs
    if not holdings.has_units(out.pool) and all(leg.units is None for leg in legs):
        unsaid = any(entry.event.reason == UNSAID for entry in out.entries)
        return Unknown.UNSAID if unsaid else Unknown.NO_UNITS
    told = all(leg.units is not None for leg in out.entering)
    if not told or holdings.untold(out.pool) or not holdings.was_sold(out.pool, legs):
        return Unknown.UNTOLD
    legs = [*out.entering, *legs]
    weighs = holdings.make_up(out.pool, legs, prices)
    left = holdings.after(out.pool, legs)
    if holdings.exchanged(out.pool) and not all(holding.is_none for holding in left.values()):
        return Unknown.UNTOLD  # where all units left, it was another source that exchanged
    if any(holding.is_short for holding in left.values()):
        return Unknown.SHORT
    if weighs and out.shares_basis:
        return Unknown.OFF
    return _worth(out, left, prices, holdings)


def _worth(
    out: Outflow,
    left: Mapping[str, Holding],
    prices: Mapping[tuple[str, str], Price],
    holdings: Holdings,
) -> Worth | Unknown:
    unseen = holdings.unseen(out.pool)
    stayed = _priced(out.pool, left, prices)
    if isinstance(stayed, Unknown):
        return stayed
    value = out.amount + stayed.value + holdings.on_its_way(out.pool)
    value += _rounded_apart(out, left, prices)
    doubt = stayed.doubt + unseen
    hidden = hidden_in_roundings(out.pool, left, prices)
    # some may be left where none seem to be
    if holdings.prices.are_rounded(out.pool.account, left):
        doubt, hidden = doubt + hidden, NOTHING
    # what is taxed is a share of the worth: a coarse price may change a dollar of the return
    if out.shares_basis and out.amount.cents * doubt > _A_DOLLAR * value.cents:
        return Unknown.UNTOLD if unseen else Unknown.COARSE
    if stayed.value > ZERO and stayed.value.cents <= _SWINGS * unseen:
        return Unknown.UNTOLD  # the units that seem to stay may be those that were sold unseen
    return Worth(value, doubt + hidden)


def _rounded_apart(
    out: Outflow, left: Mapping[str, Holding], prices: Mapping[tuple[str, str], Price]
) -> Money:
    """Return the cents by which a printed price values all units otherwise than in two parts.

    What left and what stayed are each rounded; before, they were one amount.
    """
    apart = ZERO
    for fund in dict.fromkeys(fund_key(leg.fund) for leg in out.legs if leg.units):
        price, stayed = prices.get((out.pool.account, fund)), left.get(fund, Holding())
        if price is not None and price.is_printed and not stayed.is_none:
            legs = [leg for leg in out.legs if leg.units and fund_key(leg.fund) == fund]
            gone = -sum((leg.units for leg in legs if leg.units), NOTHING)
            amount = -Money.total(leg.value for leg in legs)
            apart += price.of(stayed.units + gone) - price.of(stayed.units) - amount
    return apart


def worth_now(
    pool: Pool, holdings: Holdings, prices: Mapping[tuple[str, str], Price]
) -> Worth | Unknown:
    """Return what a source of a plan is worth by its units and the prices of the day."""
    if not holdings.has_units(pool):
        return Unknown.NO_UNITS
    if holdings.untold(pool):
        return Unknown.UNTOLD
    units = holdings.of(pool)
    found = _priced(pool, units, prices)
    if isinstance(found, Unknown):
        return found
    hidden = hidden_in_roundings(pool, units, prices)
    if holdings.prices.are_rounded(pool.account, units) and found.doubt + hidden > _A_DOLLAR:
        return Unknown.COARSE
    value = found.value + holdings.on_its_way(pool)
    return Worth(value, found.doubt + hidden + holdings.unseen(pool))


def _priced(
    pool: Pool, units: Mapping[str, Holding], prices: Mapping[tuple[str, str], Price]
) -> Worth | Unknown:
    """Return what units come to at the prices of a day, and how far these prices may be off."""
    value, doubt = ZERO, Decimal(0)
    for fund, held in sorted(units.items()):
        price = prices.get((pool.account, fund))
        if held.is_none:
            continue
        if held.is_short:
            return Unknown.SHORT
        if not fund:
            return Unknown.UNNAMED
        if price is None:
            return Unknown.UNPRICED
        value += price.of(held.units)
        doubt += price.doubt(held.units)
    return Worth(value, doubt)


def is_gain(entry: JournalEntry) -> bool:
    """Tell whether an entry is a gain or loss that was worked out just before money left."""
    return entry.derived and entry.reason.startswith(REASON)


def gain_entry(out: Outflow, gain: Money, reason: str = REASON) -> JournalEntry:
    """Return the gain or loss of a pool up to what leaves it, as an entry worked out."""
    main = out.main
    event = Event(
        where=main.where,
        day=main.day,
        account=out.pool.account,
        kind=K.EARNINGS,
        amount=gain,
        sources=(Source(out.pool.source),) if out.pool.source else (),
        memo=f"{reason} before the {main.kind.words}",
        seq=main.seq,
    )
    postings = (Posting(out.pool, gain), Posting(outside(Outside.GAINS), -gain))
    return JournalEntry(event, postings, reason, derived=True)
