"""The day-by-day fold: balances and basis of every pool, moved when the event happens.

Facts come in as booked entries; what the law moves (basis of a conversion, of a distribution,
net income of a returned contribution) is added as derived entries: same type, same double
entry, worked out afresh on every run and never stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from operator import attrgetter

from ledger.balances.between_funds import WITHIN
from ledger.balances.consequences import Consequences
from ledger.balances.contracts import PlanContracts
from ledger.balances.exchanges import Exchanges
from ledger.balances.gains import UNEXPLAINED, Worth, takes_units, worth_now
from ledger.balances.holdings import Holdings
from ledger.balances.on_its_way import OnItsWay
from ledger.balances.open_points import (
    balance_of_nothing,
    balance_undivided,
    balances_contradict,
    basis_contradicts,
    below_zero,
    exchange_incomplete,
    units_disagree,
    with_taken_back,
)
from ledger.balances.openings import with_late_openings
from ledger.balances.payouts import Story
from ledger.balances.pools import Balances
from ledger.balances.prices import Price
from ledger.balances.printed_conversions import PrintedConversions
from ledger.balances.printed_values import values_on_5498
from ledger.balances.special_payments import is_special
from ledger.balances.valued import GainsInPrice, Valued, is_of
from ledger.balances.whole_plan import by_units, divided
from ledger.booking import book
from ledger.books import Household, OpenSide
from ledger.chart import (
    UNDIVIDED,
    Outside,
    Pool,
    Source,
    outside,
)
from ledger.errors import LedgerError
from ledger.events import Event, EventKind, Order
from ledger.journal import JournalEntry, Posting, in_order
from ledger.money import ZERO, Money, apportion

K = EventKind
_A_DOLLAR = 100  # cents


@dataclass(frozen=True)
class Refused:
    """A refusal and the day of the event that was refused.

    An open point (``stops`` is False) is gone on from as if it were settled, so that all are told
    at once; no figure of its owner that rests on it is shown.
    """

    day: date
    error: LedgerError
    stops: bool = True
    about: Valued | None = None  # what left, where an open point is about that
    pool: Pool | None = None  # whose value is not known, where an open point is about one
    years: tuple[int, ...] = ()  # the tax years it may be of, where that is open

    @property
    def year(self) -> int:
        """The first year of which a figure rests on it."""
        return min(self.years, default=self.day.year)


class Fold:
    """The books, day by day. ``through(day)`` brings balances and story up to a day.

    An entry that the law refuses stops that owner: the refusal is kept in ``refused`` and the
    owner's later entries are left alone; other owners go on. Gains in price are worked out here,
    from units, prices and stated values, just before money leaves a source.
    """

    def __init__(self, books: Household) -> None:
        self.books = books
        self.balances = Balances()
        self.story = Story()
        self.journal: list[JournalEntry] = []
        self.refused: defaultdict[str, list[Refused]] = defaultdict(list)
        self.holdings = Holdings(books.facts or books.entries)
        self.contracts = PlanContracts(self.balances)
        printed = PrintedConversions(books, self.balances, self.story)
        self._gains = GainsInPrice(books.accounts, self.balances, self.holdings, printed)
        self._held_at_dawn: dict[str, dict[Pool, Money]] = {}  # of plans whose rows share by value
        self._below: set[Pool] = set()  # pools that are below zero now
        # pools whose value of this day is stated, by a balance or beside what leaves; where
        self._met: dict[Pool, str] = {}
        self._valued: set[Pool] = set()  # whose worth is known of this day, since money left them
        self._open_today: set[Pool] = set()  # of which a point of this day is told already
        self._prices: Mapping[tuple[str, str], Price] = {}  # of the day, by plan and fund
        self._exchanges = Exchanges(self.holdings, books.accounts)
        self._consequences = Consequences(books, self.balances, self.contracts, self.story)
        self._on_its_way = OnItsWay()
        entries = with_late_openings(books.entries, books.accounts)
        entries += values_on_5498(books)
        self._days = groupby(in_order(entries), key=attrgetter("event.day"))
        self._ahead: tuple[date, list[JournalEntry]] | None = None
        self._open_sides = list(books.open_sides)  # by day; the first is the next
        self._unbooked = list(books.unbooked)  # likewise

    def through(self, last: date) -> None:
        """Work through all days up to and including ``last``."""
        while (ahead := self._ahead or self._next_day()) and ahead[0] <= last:
            self._ahead = None
            self._day(ahead[1])
        self._ahead = ahead
        # after the last entry of all as well: nothing may be booked at all
        while self._unbooked and self._unbooked[0].day <= last:
            rows = self._unbooked.pop(0)
            self.refused[rows.owner].append(Refused(rows.day, rows.as_fault(), stops=False))

    def _next_day(self) -> tuple[date, list[JournalEntry]] | None:
        found = next(self._days, None)
        return (found[0], list(found[1])) if found else None

    def _day(self, entries: list[JournalEntry]) -> None:
        """Money comes in, statement balances are met, money goes out."""
        while self._open_sides and self._open_sides[0].day <= entries[0].day:
            side = self._open_sides.pop(0)
            # of what was taken back the value is known, only its basis or its year is not
            stops = not side.taken_back
            years = side.years or self._years_of(side)
            refused = Refused(side.day, side.as_fault(), stops=stops, years=years)
            self.refused[side.owner].append(refused)
        shared = {e.event.account for e in entries if e.event.is_shared}
        self._held_at_dawn = {account: self._held(account) for account in sorted(shared)}
        facts = [e for e in entries if e.event.kind is K.BALANCE]
        facts.sort(key=lambda fact: fact.event.source is None)  # sources first, then whole plans
        self._met.clear()
        self._valued.clear()
        self._open_today.clear()
        self._exchanges.start_day(entries)
        self._prices = self.holdings.prices.on(entries[0].day)
        moves = [e for e in entries if e.event.kind is not K.BALANCE]
        moves.sort(key=lambda e: e.event.kind.spec.order)
        going = [e for e in moves if e.event.kind.spec.order > Order.MARKET]
        divided = self._consequences.is_divided
        late = [f for f in facts if any(divided(entry, f.event) for entry in going)]
        early = [f for f in facts if not any(f is one for one in late)]
        coming = moves[: len(moves) - len(going)]
        spent = [e for e in coming if takes_units(e)]
        for entry in (e for e in coming if not takes_units(e)):
            self._entry(entry)
        self._book_gains(self._gains.before_spent(spent) if spent else ())
        for entry in spent:
            self._entry(entry)
        self._book_gains(self._gains.before(going, entries, late) if going else ())
        going = [self._gains.with_amount(entry) for entry in going]
        for fact in early:
            self._guarded(fact, self._meet_balance, going)
        for entry in going:
            self._entry(entry)
        for fact in late:
            self._guarded(fact, self._meet_balance, [])
        self._close(entries)

    def _years_of(self, side: OpenSide) -> tuple[int, ...]:
        """Return the years of the payments that a side may be, put back: their tax hangs on it."""
        if side.within or side.left or not side.payments:
            return ()
        paid = (fact.day.year for fact in self.books.facts if fact.event.seq in side.payments)
        return tuple(sorted({*paid, side.day.year}))

    def _book_gains(self, valued: Iterable[Valued]) -> None:
        """Book the gain or loss of every source that money leaves, before it leaves."""
        for found in valued:
            owner = found.out.account.owner
            if self._is_stopped({owner}):
                continue
            if found.point is not None:
                pool = found.out.pool
                self._open_today.add(pool)
                words = self.books.taken_back.get(pool.account, "")
                point = with_taken_back(found.point, pool.account, words)
                self.refused[owner].append(
                    Refused(found.out.main.day, point, stops=False, about=found, pool=pool)
                )
            if found.out.stated is not None:
                self._met[found.out.pool] = found.out.stated.where
            if found.gain is not None:
                self.post(found.gain)
            if found.point is not None:
                self.balances.stands_for_opening(found.out.pool)
            elif found.gain is not None:
                self._valued.add(found.out.pool)

    def _close(self, entries: Sequence[JournalEntry]) -> None:
        """End a day: what is empty starts afresh, and no fact may contradict what is left."""
        touched = self.balances.touched_today()
        emptied = []
        for pool in touched:
            held = self.balances.value(pool)
            if not held:
                emptied.append(pool)
            if pool.account not in self.books.accounts or pool.source == UNDIVIDED:
                continue
            if held >= ZERO:
                self._below.discard(pool)
            if pool in self._open_today or pool in self._below:
                continue
            if held < ZERO:
                self._below.add(pool)
                self._open(pool, below_zero(pool, held, _about(pool, entries)), entries[-1].day)
            elif self.holdings.disagree(pool, held, self._prices):
                self._open(pool, units_disagree(pool, held, _about(pool, entries)), entries[-1].day)
        for pool, entry in self.holdings.alone_today():
            # the other side may come for some days, and in the next year's statement
            self._open(pool, exchange_incomplete(pool, entry.event), entry.day + WITHIN)
        self.holdings.close_day(emptied)
        for event in (e.event for e in entries if e.event.kind is K.BALANCE):
            self._take_opening(event)

    def _take_opening(self, event: Event) -> None:
        """Take in basis and units of an opening that became a balance, as of its day's close."""
        if event.basis is not None:
            self._check_basis(self._pools_of_fact(event)[0], event)
        if event.units is not None:
            self.holdings.state(self._pools_of_fact(event)[0], event.fund, event.units)

    def _check_basis(self, pool: Pool, event: Event) -> None:
        """Hold the basis of an opening that became a balance against that of the rows before it.

        Less than a dollar is what recordkeepers round in each payment of a part.
        """
        booked = self.balances.basis(pool)
        if event.basis is not None and abs((event.basis - booked).cents) >= _A_DOLLAR:
            since = next((e.where for e in self.journal if _moves(e, pool)), event.where)
            point = basis_contradicts(pool, event, booked, since)
            self._open(pool, point, event.day)

    def _open(self, pool: Pool, point: LedgerError, day: date) -> None:
        """Keep an open point of a pool, unless its owner was refused already."""
        owner = self.books.accounts[pool.account].owner
        if not self._is_stopped({owner}):
            self.refused[owner].append(Refused(day, point, stops=False, pool=pool))

    def is_unexplained(self, entry: JournalEntry, pool: Pool) -> bool:
        """Tell whether an entry worked out stands for money of a pool that no row explains.

        An open point is about it, or a balance states money that was there before the first row.
        """
        found_there = self.balances.gained_first(pool) == entry.where
        return entry.derived and (entry.reason == UNEXPLAINED or found_there)

    def stop_of(self, owner: str) -> Refused | None:
        """Return what stopped the books of an owner, None where they go on to the end.

        All is worked out up to the day before it.
        """
        return next((one for one in self.refused.get(owner, ()) if one.stops), None)

    def _is_stopped(self, owners: set[str]) -> bool:
        return any(self.stop_of(owner) for owner in owners)

    def _owners(self, event: Event) -> set[str]:
        named = {event.account}
        if event.to or event.parts:
            named |= {event.to, *(part.to for part in event.parts)}
        return {self.books.accounts[a].owner for a in named if a in self.books.accounts}

    def _guarded(self, entry: JournalEntry, work: Callable[..., None], *arguments: object) -> None:
        if self.refused and self._is_stopped(self._owners(entry.event)):
            return
        try:
            work(entry, *arguments)
        except LedgerError as fault:
            for owner in self._owners(entry.event):
                self.refused[owner].append(Refused(entry.day, fault))

    def _entry(self, entry: JournalEntry) -> None:
        if entry.event.is_shared and self.books.accounts[entry.event.account].kind.is_plan:
            for share in self._divided(entry):
                self._guarded(share, self._post_with_consequences)
        else:
            self._guarded(entry, self._post_with_consequences)

    def _divided(self, entry: JournalEntry) -> list[JournalEntry]:
        """Divide what all sources of a plan share by what each held when the day began."""
        event, here = entry.event, entry.event.account
        if event.kind is K.EXCHANGE:
            return self._exchanges.sourced(entry, list(self._held(here)))
        held = self._held_at_dawn.get(here) or self._held(here)
        if not held:
            return [entry]
        shares = apportion(event.money("amount"), list(held.values()))
        if event.units is not None:  # whose of them were sold or bought, no row says
            for pool in held:
                self.holdings.untell(pool, event.where)
        event = replace(event, fund="", units=None, price=None)
        return [
            book(replace(event, sources=(Source(pool.source),), amount=share), self.books.accounts)
            for pool, share in zip(held, shares, strict=True)
            if share
        ]

    def _held(self, account: str) -> dict[Pool, Money]:
        worth = {pool: self.balances.value(pool) for pool in self.balances.pools_of(account)}
        return {pool: value for pool, value in worth.items() if value > ZERO}

    def _post_with_consequences(self, entry: JournalEntry) -> None:
        """Post an entry and what the law derives from it; refuse what the books cannot cover."""
        event, here = entry.event, self.books.accounts[entry.event.account]
        if is_special(event):
            pools = self.balances.pools_of(here.id) if here.kind.is_plan else [Pool(here.id)]
            self.story.held[event] = Money.total(map(self.balances.value, pools))
        derived = self._consequences.of(entry)
        listed = [*self._on_its_way.of(entry, derived), *self._on_its_way.arrived(entry)]
        self._check_covered(entry, listed)
        self._consequences.corrections.watch(entry)
        if event.kind.spec.is_correction:
            for one in listed:
                self._consequences.corrections.watch(one)
        self.contracts.watch(event, here)
        for one in (entry, *listed):
            self.post(one)

    def post(self, entry: JournalEntry) -> None:
        """Post an entry to the balances and the journal."""
        self.balances.post(entry)
        self.holdings.take(entry)
        self._gains.watch(entry)
        self.journal.append(entry)

    def _check_covered(self, entry: JournalEntry, derived: Iterable[JournalEntry]) -> None:
        """Refuse an entry that takes more out of a pool than the books have there."""
        if entry.event.kind.spec.is_market:
            return
        if entry.event.kind is K.CONTRIBUTION:
            self._check_basis_covered(entry)
        moved: defaultdict[Pool, int] = defaultdict(int)
        for one in (entry, *derived):
            for posting in one.postings:
                moved[posting.pool] += posting.value.cents
        for pool, cents in moved.items():
            if cents >= 0 or pool.account not in self.books.accounts:
                continue
            if self.balances.value(pool).cents + cents >= 0:
                continue
            raise LedgerError(
                where=entry.where,
                code="above_balance",
                problem=f"the {entry.reason} takes {Money(-cents)} out of {pool}, which holds "
                f"{self.balances.value(pool)} in the books on {entry.day}",
                remedy="record the gains that the statements do not show: basis add balance "
                f"--account {pool.account}{f' --source {pool.source}' if pool.source else ''} "
                "--date … --value … (the statement before this day); or take a mistyped amount "
                "back: basis reverse",
            )

    def _check_basis_covered(self, entry: JournalEntry) -> None:
        """Refuse a negative contribution that takes back more basis than a plan source has."""
        for pool, basis in ((p.pool, p.basis) for p in entry.postings if p.basis.cents < 0):
            account = self.books.accounts.get(pool.account)
            after = self.balances.basis(pool) + basis
            if after < ZERO and account is not None and account.kind.is_plan:
                raise LedgerError(
                    where=entry.where,
                    code="contributions_below_zero",
                    problem=f"the contribution takes {-basis} of basis out of {pool}, which has "
                    f"{self.balances.basis(pool)}",
                    remedy="a negative contribution takes back one that is in the books: book that "
                    "one, or book the row as what it was",
                )

    def _meet_balance(self, fact: JournalEntry, going: list[JournalEntry]) -> None:
        """Book the difference between a statement balance and the books as earnings."""
        event, here = fact.event, self.books.accounts[fact.event.account]
        pools = self._pools_of_fact(event)
        later = sum(
            p.value.cents
            for e in going
            for p in e.postings
            if p.pool.account == here.id and (event.source is None or p.pool in pools)
        )
        held = [self.balances.value(pool) for pool in pools]
        difference = event.money("value").cents - sum(v.cents for v in held) - later
        told = event if event.basis is None else replace(event, basis=None)
        self.journal.append(replace(fact, event=told))
        others = [self._met[pool] for pool in pools if pool in self._met]
        open_pools = [pool for pool in pools if pool not in self._met]
        is_said = bool(pools) and not open_pools
        self._met |= dict.fromkeys(open_pools, event.where)
        if not difference or (is_said and abs(difference) < len(pools)):  # cents rounded away
            return
        if is_said:
            come_to = Money(event.money("value").cents - difference)
            self._open(pools[0], balances_contradict(event, come_to, others), event.day)
            return
        # what is paid out today is worth what it left for: the balance tells of the others
        pools = [pool for pool in open_pools if pool not in self._valued] or open_pools
        self._check_not_empty(fact, pools, difference)
        amount = Money(difference, frozenset({event.where}))
        held = [self.balances.value(pool) for pool in pools]
        worth = [worth_now(pool, self.holdings, self._prices) for pool in pools]
        if len(pools) > 1 and not any(isinstance(one, Worth) for one in worth):
            worth = by_units(Money.total(held) + amount, pools, self.holdings) or worth
        shares = divided(amount, held, worth)
        if shares is None:
            known = Money.total(one.value for one in worth if isinstance(one, Worth))
            known += Money.total(self.balances.value(p) for p in open_pools if p not in pools)
            point = balance_undivided(event, known + Money(later) if any(held) else None)
            self._open(pools[0] if pools else Pool(here.id), point, event.day)
            return
        postings = [
            Posting(pool, share) for pool, share in zip(pools, shares, strict=True) if share
        ]
        postings.append(Posting(outside(Outside.GAINS), -amount))
        reason = "gain or loss up to the statement balance"
        self.post(JournalEntry(event, tuple(postings), reason, derived=True))

    def _check_not_empty(self, fact: JournalEntry, pools: Sequence[Pool], difference: int) -> None:
        """Keep the point of a balance above nothing of a source that all its money has left.

        What an IRA earns after a conversion of all of it comes in a balance every day.
        """
        pool = pools[0] if len(pools) == 1 else None
        if pool is None or not pool.source or difference <= 0 or self.balances.value(pool):
            return
        if self.balances.was_paid_into(pool):
            last = next(e for e in reversed(self.journal) if _moves(e, pool))
            self._open_today.add(pool)
            self._open(pool, balance_of_nothing(pool, fact.event, last), fact.day)

    def _pools_of_fact(self, event: Event) -> list[Pool]:
        here = self.books.accounts[event.account]
        if not here.kind.is_plan:
            return [Pool(here.id)]
        if event.source is not None:
            return [Pool(here.id, event.source.value)]
        return self.balances.pools_of(here.id)


def _about(pool: Pool, entries: Sequence[JournalEntry]) -> list[JournalEntry]:
    """Return what of a day is about a pool: what moves it, and what states its value."""
    found = [entry for entry in entries if _moves(entry, pool) or is_of(entry.event, pool)]
    return found or list(entries)


def _moves(entry: JournalEntry, pool: Pool) -> bool:
    return any(posting.pool == pool for posting in entry.postings)
