"""Shortfalls: no import books more out of a source or an IRA than ever came into it.

Statements start in the middle of an account's life, and no row shows a gain in price. So it is
asked what a pool held before its statements start or, where money was put in, what it was worth
just before the money left. The fold that finds this runs over what the ledger has and over all
files of the import: the place of a file in the command never matters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

from ledger.booking import book
from ledger.chart import UNDIVIDED, Account, Pool, Source
from ledger.errors import Collector
from ledger.intake.draft import Draft, FileDraft, Row, Status
from ledger.intake.rows.settle import bad_answer
from ledger.intake.unseen.openings import NEEDED, Opener, ask_opening
from ledger.intake.unseen.prices import (
    ONLY_GAINS,
    Outflow,
    gain_before,
    told_value,
    wait_for,
    with_amount,
)
from ledger.intake.world import World
from ledger.money import Money, apportion
from ledger.records import Event, EventKind

_NEVER_TAKES = frozenset({EventKind.OPENING, EventKind.BALANCE, EventKind.ROLLOVER_60DAY})


def cover_shortfalls(drafts: Sequence[FileDraft], world: World, faults: Collector) -> None:
    """Ask for what is missing in every account that this import takes money out of."""
    waiting = [r for d in drafts for r in d.rows if r.status is Status.QUESTION and r.account]
    for account in _giving(drafts):
        if any(_may_bring(row, account, world) for row in waiting):
            continue  # what that row brings is not known before its answer
        with faults:
            _Cover(drafts, world, account).run()


def _may_bring(row: Row, account: str, world: World) -> bool:
    """Tell whether a row that waits for an answer may turn out to bring money into an account."""
    if row.account == account:
        return row.amount.cents >= 0
    same = world.accounts[row.account].owner == world.accounts[account].owner
    return same and row.amount.cents <= 0


def _giving(drafts: Iterable[FileDraft]) -> list[str]:
    events = (made.event for draft in drafts for made in draft.drafts)
    return list(dict.fromkeys(e.account for e in events if may_take(e)))


def may_take(event: Event) -> bool:
    """Tell whether an event may take money out of its account."""
    if event.kind is EventKind.CONTRIBUTION or event.kind is EventKind.EARNINGS:
        return event.amount is not None and event.amount.cents < 0
    return event.kind not in _NEVER_TAKES


class Shortfall(NamedTuple):
    """A pool that is below zero at the close of a day."""

    day: date
    pool: Pool
    missing: int  # cents
    paid: bool  # money was put in before: what is missing may be a gain


class _Made(NamedTuple):
    draft: FileDraft
    made: Draft


@dataclass
class PoolsOfAccount:
    """The values of the pools of one account, in cents, followed from day to day."""

    accounts: Mapping[str, Account]
    account: str

    def __post_init__(self) -> None:
        """Start with nothing."""
        self._held: Counter[Pool] = Counter()
        self._paid: set[Pool] = set()
        self._loose = 0  # came from another plan; into which sources, the law says

    def value(self, pool: Pool) -> Money:
        """Return what a pool holds after the last event."""
        return Money(self._held[pool])

    def walk(self, events: Iterable[Event]) -> Iterator[Shortfall]:
        """Yield every shortfall; a pool goes on from zero, as if it had been covered."""
        for day, group in groupby(sorted(events, key=lambda e: e.day), key=lambda e: e.day):
            listed = list(group)
            lacking = self._undivided(listed)
            for event in listed:
                if event.kind is EventKind.BALANCE and event.value is not None:
                    self._meet(event)
            for pool, cents in (*self._held.items(), *lacking):
                if cents >= 0:
                    continue
                covered = min(self._loose, -cents)
                self._loose -= covered
                self._held[pool] = 0
                if cents + covered < 0:
                    yield Shortfall(day, pool, -cents - covered, pool in self._paid)

    def _undivided(self, events: Sequence[Event]) -> list[tuple[Pool, int]]:
        """Take in a day's events; what left all sources together leaves each by what it holds."""
        shared: list[tuple[Event, int]] = []
        for event in events:
            for pool, cents in effects(event, self.accounts):
                if pool.account != self.account:
                    continue
                if pool.source != UNDIVIDED:
                    self._held[pool] += cents
                    if cents > 0 and event.kind not in ONLY_GAINS:
                        self._paid.add(pool)
                elif cents > 0:
                    self._loose += cents
                else:
                    shared.append((event, -cents))
        return [
            (Pool(self.account, UNDIVIDED), -missing)
            for event, cents in shared
            if (missing := self._share(event, cents))
        ]

    def _share(self, event: Event, cents: int) -> int:
        """Take what left several sources out of them; return how much they did not hold."""
        pools = [
            pool
            for pool, held in self._held.items()
            if held > 0 and (not event.sources or pool.source in event.sources)
        ]
        held = [Money(self._held[pool]) for pool in pools]
        taken = min(cents, sum(value.cents for value in held))
        if taken:
            for pool, part in zip(pools, apportion(Money(taken), held), strict=True):
                self._held[pool] -= part.cents
        missing = cents - taken
        covered = min(self._loose, missing)
        self._loose -= covered
        return missing - covered

    def _meet(self, event: Event) -> None:
        """Take a statement balance as it stands: what the market did is in it."""
        value = event.value.cents if event.value else 0
        plan = self.accounts[self.account].kind.is_plan
        if event.source is not None or not plan:
            pool = Pool(self.account, event.source or "")
            self._held[pool] = value
            self._paid.add(pool)
            return
        pools = [pool for pool, held in self._held.items() if held > 0]
        if pools:
            shares = apportion(Money(value), [Money(self._held[pool]) for pool in pools])
            for pool, share in zip(pools, shares, strict=True):
                self._held[pool] = share.cents
        self._paid.update(pools)


class _Cover:
    """Settles the shortfalls of one account."""

    def __init__(self, drafts: Sequence[FileDraft], world: World, account: str) -> None:
        self.world, self.account, self.drafts = world, account, drafts
        facts = [fact.event for fact in world.facts_of(account)]
        self._stored = [event for event in facts if not world.is_pending(event)]
        self._before: set[tuple[date, Pool]] | None = None
        self._added = False
        self._told: set[Pool] = set()  # pools whose opening an answer has told

    def run(self) -> None:
        """Ask about each pool once; what an answer tells may show the next shortfall."""
        asked: set[Pool] = set()
        while True:
            new = [
                _Made(draft, made)
                for draft in self.drafts
                for made in draft.drafts
                if self._touches(made.event)
            ]
            supposed = self.world.supposed.get(self.account, ())
            events = [*self._stored, *supposed, *(one.made.event for one in new)]
            for short in PoolsOfAccount(self.world.accounts, self.account).walk(events):
                if short.pool in asked:
                    continue
                cause = self._cause(short, new)
                if cause is None:
                    continue
                if not self._settle(short, cause, new, events):
                    asked.add(short.pool)
                    self._suppose(short, cause.made)
                break
            else:
                break
        if self._added:
            self._move_all()

    def _move_all(self) -> None:
        """Have conversions of all that a source holds take what answers have told besides."""
        whole = [
            _Made(draft, made)
            for draft in self.drafts
            for made in draft.drafts
            if made.event.account == self.account and draft.moves_all(made)
        ]
        for draft, made in sorted(whole, key=lambda one: one.made.event.day):
            others = [
                one.event for d in self.drafts for one in d.drafts if self._touches(one.event)
            ]
            pools = PoolsOfAccount(self.world.accounts, self.account)
            until = made.event.day
            for _ in pools.walk(
                e for e in (*self._stored, *others) if e.day <= until and e is not made.event
            ):
                pass  # covered, or asked about
            held = pools.value(Pool(self.account, made.event.sources[0]))
            if held.cents > 0 and held != made.event.amount:
                moved = with_amount(draft, made, held)
                self.world.take_in_for(draft, moved, made)

    def _suppose(self, short: Shortfall, made: Draft) -> None:
        """Go on as if what is asked about was there: it may have come into another source."""
        if made.rows[0].status is not Status.QUESTION or short.pool.source == UNDIVIDED:
            return
        source = Source(short.pool.source) if short.pool.source else None
        out = Outflow(self.account, source, short.day, [made])
        missing = gain_before(out, Money(short.missing))
        self.world.suppose(self.account, [missing, made.event])

    def _touches(self, event: Event) -> bool:
        return self.account in {event.account, event.to, *(part.to for part in event.parts)}

    def _cause(self, short: Shortfall, new: Sequence[_Made]) -> _Made | None:
        """Return the new event that took the pool below zero, None where none of this import did.

        An IRA that a row of another account tells of has statements of its own, still to come.
        """
        taking = [one for one in new if one.made.event.day <= short.day and self._takes(one, short)]
        today = [one for one in taking if one.made.event.day == short.day]
        if not taking or (not today and self._was_short(short)):
            return None
        cause = max(today or taking, key=lambda one: (one.made.event.day, one.made.event.seq))
        plan = self.world.accounts[self.account].kind.is_plan
        return cause if plan or cause.made.rows[0].account == self.account else None

    def _takes(self, one: _Made, short: Shortfall) -> bool:
        return any(
            cents < 0 and pool == short.pool
            for pool, cents in effects(one.made.event, self.world.accounts)
        )

    def _was_short(self, short: Shortfall) -> bool:
        """Tell whether the ledger alone is below zero on that day."""
        if self._before is None:
            walked = PoolsOfAccount(self.world.accounts, self.account).walk(self._stored)
            self._before = {(one.day, one.pool) for one in walked}
        return (short.day, short.pool) in self._before

    def _settle(
        self, short: Shortfall, cause: _Made, new: Sequence[_Made], events: Iterable[Event]
    ) -> bool:
        """Take in what an answer tells of the missing money; False while it is asked."""
        draft, made = cause
        source = Source(short.pool.source) if short.pool.source in set(Source) else None
        taken_back = made.event.kind is EventKind.CONTRIBUTION
        others = [
            one.made
            for one in new
            if one.made is not made and one.made.event.day == short.day and self._takes(one, short)
        ]
        out = Outflow(self.account, source, short.day, [made, *others])
        if short.paid and not taken_back and short.pool.source != UNDIVIDED:
            booked = out.amount - Money(short.missing)
            value = told_value(draft, self.world, out, booked)
            if value is not None:
                self._add(cause, gain_before(out, value - booked))
            return value is not None
        if short.pool in self._told:
            raise bad_answer(
                made.rows[0],
                NEEDED,
                "the opening",
                f"{Money(short.missing)} more of {short.pool} left by {short.day.isoformat()} than "
                "it says and the rows bring: check its value",
            )
        days = [row.day for d in self.drafts for row in d.rows if row.account == self.account]
        days += [event.day for event in events]
        typed = made.rows[0].event is not None
        plan = self.world.accounts[self.account].kind.is_plan
        opener = Opener(self.account, source, min(days), later=not plan or (taken_back and typed))
        told = ask_opening(draft, self.world, made.rows[0], opener, _found(short, out))
        if told is None:
            wait_for(draft, out)
        for event in told or ():
            self._add(cause, event)
        self._told.add(short.pool)
        return bool(told)

    def _add(self, cause: _Made, event: Event) -> None:
        """Book an event ahead of the one that it makes possible."""
        added = Draft(event, (cause.made.rows[0],))
        self._added = True
        places = [id(made) for made in cause.draft.drafts]
        cause.draft.drafts.insert(places.index(id(cause.made)), added)
        self.world.take_in_one(cause.draft, added)


def _found(short: Shortfall, out: Outflow) -> str:
    held = out.amount - Money(short.missing)
    name = short.pool.account if short.pool.source == UNDIVIDED else short.pool
    return f"{out.amount} left {name} by {short.day.isoformat()}, and the books hold {held} of it"


def effects(event: Event, accounts: Mapping[str, Account]) -> list[tuple[Pool, int]]:
    """Return what an event moves in each pool of the chart, in cents; balances move nothing."""
    amount = event.amount
    if event.kind is EventKind.CONTRIBUTION or event.kind in ONLY_GAINS:
        plan = accounts[event.account].kind.is_plan
        if amount is not None and len(event.sources) == plan:  # nearly every event of a statement
            cents = -amount.cents if event.kind is EventKind.FEE else amount.cents
            return [(Pool(event.account, event.source or ""), cents)]
    return [(p.pool, p.value.cents) for p in book(event, accounts).postings]
