"""Gains in price: what units say a source was worth when money left it; no row shows them.

A recordkeeper lists contributions, dividends and fees, but never what the market did. When a
source is converted or paid out, its units and the price of that day tell its value before, and
the difference from the books is booked as earnings just ahead.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.chart import Pool, Source, TaxCharacter
from ledger.intake.draft import Draft, FileDraft, Row, Status
from ledger.intake.rows.events import make
from ledger.intake.rows.settle import ask_row, bad_answer
from ledger.intake.unseen.openings import older_money
from ledger.intake.unseen.units import UnitRegister
from ledger.intake.world import GAIN_IN_PRICE, World, cents_of
from ledger.money import ZERO, BadAmount, Money, round_half_up
from ledger.records import Event, EventKind, RowKind
from ledger.worth import apply_event

_LEAVES = frozenset({EventKind.IN_PLAN_CONVERSION, EventKind.DISTRIBUTION})
_LEAVES_IRA = frozenset(
    {EventKind.DISTRIBUTION, EventKind.TRANSFER, EventKind.TRANSFER_OUT, EventKind.QCD}
)
# What is no money put in: a pool that only gained held money before the books start.
ONLY_GAINS = frozenset({EventKind.EARNINGS, EventKind.FEE})
_ALL = "all"
_DOUBTFUL = 2  # a gain above one part in so many of the book value is doubted


@dataclass
class Outflow:
    """Everything that leaves one source of a plan on one day."""

    account: str
    source: Source | None  # None: an IRA, which has no sources
    day: date
    made: list[Draft] = field(default_factory=list)

    @property
    def amount(self) -> Money:
        """What leaves, in cents."""
        evidence = frozenset(one.event.where for one in self.made)
        return Money(sum(cents_of(one.event) for one in self.made), evidence)

    @property
    def pool(self) -> Pool:
        """The line of the chart of accounts that it leaves."""
        return Pool(self.account, self.source or "")

    @property
    def main(self) -> Row:
        """The row that is asked about and that stands as evidence."""
        return self.made[0].rows[0]


class _AccountBooks:
    """The value of each source of one plan, followed from day to day."""

    def __init__(self, draft: FileDraft, world: World, account: str) -> None:
        self._world = world
        plan = world.accounts[account].kind.is_plan
        self._pools: Counter[Pool] = Counter()
        self.paid: set[Pool] = set()  # pools that money was put in, and did not only gain
        self.empty: dict[Pool, date] = {}  # the last day at whose close a pool held nothing
        self._days: dict[date, list[Event]] = defaultdict(list)
        for event in (
            *(fact.event for fact in world.facts_of(account)),
            *world.supposed.get(account, ()),
            *(made.event for made in draft.drafts),
        ):
            if event.account == account or not plan:  # into which source of a plan, the law says
                self.add(event)

    def add(self, event: Event) -> None:
        """Take in one more event of a day that is not passed yet."""
        self._days[event.day].append(event)

    def before(self, out: Outflow) -> Money | None:
        """Return what a source holds before an outflow; None when it never held anything."""
        for day in sorted(day for day in self._days if day < out.day):
            for event in self._days.pop(day):
                self._take(self._pools, event)
            self.empty |= {pool: day for pool, cents in self._pools.items() if not cents}
        leaving = {id(made.event) for made in out.made}
        today = Counter(self._pools)
        for event in self._days[out.day]:
            if id(event) not in leaving:
                self._take(today, event)
        return Money(today[out.pool]) if out.pool in today else None

    def swap(self, event: Event, other: Event) -> None:
        """Put another event in the place of one of a day that is not passed yet."""
        self._days[event.day] = [other if one is event else one for one in self._days[event.day]]

    def is_stated(self, out: Outflow) -> bool:
        """Tell whether a statement balance of the day itself says what is left of a source."""
        return any(
            event.kind is EventKind.BALANCE and event.source in {None, out.source}
            for event in self._days[out.day]
        )

    def _take(self, pools: Counter[Pool], event: Event) -> None:
        held = Counter(pools)
        apply_event(pools, event, self._world.accounts)
        if event.kind not in ONLY_GAINS:
            self.paid.update(pool for pool, cents in pools.items() if cents > held[pool])


class _Prices:
    """Books the gains in price of one file."""

    def __init__(self, draft: FileDraft, world: World) -> None:
        self.draft, self.world = draft, world
        self._books: dict[str, _AccountBooks] = {}
        self._units: dict[tuple[str, Source], UnitRegister] = {}
        self._older: Counter[tuple[str, Source]] = Counter()  # sources with an opening by answer
        self.gains: dict[int, Draft] = {}  # by the draft of the outflow they go before

    def value_before(self, out: Outflow) -> None:
        """Book the gain or loss of a source up to the day on which money leaves it."""
        if out.account not in self._books:
            self._books[out.account] = _AccountBooks(self.draft, self.world, out.account)
        if self._books[out.account].is_stated(out):
            return  # a statement of that day says what is left
        booked = self._books[out.account].before(out)
        if booked is not None and self._moves_all(out, booked):
            return
        if not self._opened(out):
            self._suppose(out, booked or ZERO)
            return
        booked = self._books[out.account].before(out)
        only_gained = out.pool not in self._books[out.account].paid
        if booked is None or (booked < out.amount and only_gained):
            return  # it is asked what was there before, once all files have told what they bring
        value = None if out.source is None else self._by_units(out, out.source)
        if value is None:
            value = told_value(self.draft, self.world, out, booked)
        if value is None and out.main.status is Status.QUESTION:
            self._suppose(out, booked)
        if value is None or value == booked:
            return
        gain = gain_before(out, value - booked)
        self._books[out.account].add(gain)
        self.gains[id(out.made[0])] = Draft(gain, (out.main,))

    def _suppose(self, out: Outflow, booked: Money) -> None:
        """Go on as if all had moved: what later leaves is then asked about where it must be."""
        gain = gain_before(out, out.amount - booked)
        self._books[out.account].add(gain)
        self.world.suppose(out.account, [gain, *(made.event for made in out.made)])

    def _moves_all(self, out: Outflow, booked: Money) -> bool:
        """Have a conversion of all that a source holds take the gains that are known by now too."""
        whole = [made for made in out.made if self.draft.moves_all(made)]
        if not whole:
            return False
        rest = Money.total(made.event.money("amount") for made in out.made if made not in whole)
        if booked > rest:
            moved = with_amount(self.draft, whole[0], booked - rest)
            self._books[out.account].swap(whole[0].event, moved.event)
        return True

    def _opened(self, out: Outflow) -> bool:
        """Book what a source held before its file starts, where units prove that it held some."""
        taxed = out.source is not None and out.source.character is not TaxCharacter.PRE_TAX
        if out.source is None or not taxed or self._older[out.account, out.source]:
            return True
        shortage = self._register(out.account, out.source).shortage(out.day)
        if shortage is None:
            return True
        row = out.main
        event = older_money(self.draft, self.world, row, out.source, shortage)
        if event is None:
            wait_for(self.draft, out)
            return False
        self._older[out.account, out.source] += 1
        opened = Draft(event, (row,))
        self.draft.drafts.insert(0, opened)
        books = _AccountBooks(self.draft, self.world, out.account)
        for gain in self.gains.values():
            if gain.event.account == out.account:
                books.add(gain.event)
        self._books[out.account] = books
        return True

    def _register(self, account: str, source: Source) -> UnitRegister:
        key = (account, source)
        if key not in self._units:
            self._units[key] = UnitRegister(self.draft, self.world, *key)
        emptied = self._books[account].empty.get(Pool(account, source))
        if emptied is not None:
            self._units[key].empty_on(emptied)
        return self._units[key]

    def _by_units(self, out: Outflow, source: Source) -> Money | None:
        """Return the value before by units and the day's price, None where they do not tell."""
        register = self._register(out.account, source)
        if not register.complete(out.day):
            return None  # an opening without units: those of the rows are not all there were
        held = register.holdings(out.day)
        left = [h for h in held.values() if h.leaving or not h.emptied]
        leaving = [h for h in held.values() if h.leaving]
        if not leaving or any(h.short for h in leaving):
            return None
        if all(h.emptied for h in left):
            return out.amount
        if len(left) > 1 or "" in held:
            return None  # the price of what stays is not known
        exact = Decimal(out.amount.cents) * left[0].units / left[0].leaving
        return Money(round_half_up(exact), out.amount.evidence)


def book_gains_in_price(draft: FileDraft, world: World) -> None:
    """Book the gain or loss in price of every source that money leaves, before it leaves."""
    outflows: dict[tuple[str, Source | None, date], Outflow] = {}
    for made in draft.drafts:
        event = made.event
        typed = made.rows[0].event is not None
        leaves = event.kind in _LEAVES and event.source is not None
        if (leaves or event.kind is EventKind.CONVERSION) and not typed:
            key = (event.account, event.source, event.day)
            outflows.setdefault(key, Outflow(*key)).made.append(made)
    for made in draft.drafts:  # what an IRA was worth before is before all that left it that day
        same_day = outflows.get((made.event.account, None, made.event.day))
        if same_day and made.event.kind in _LEAVES_IRA and made.rows[0].event is None:
            same_day.made.append(made)
    prices = _Prices(draft, world)
    for key in sorted(outflows, key=lambda k: k[2]):
        prices.value_before(outflows[key])
    ordered: list[Draft] = []
    for made in draft.drafts:
        if id(made) in prices.gains:
            ordered.append(prices.gains[id(made)])
        ordered.append(made)
    draft.drafts = ordered


def with_amount(draft: FileDraft, made: Draft, amount: Money) -> Draft:
    """Put the same event with another amount in its place, and return it."""
    moved = Draft(replace(made.event, amount=amount.seen_at(made.event.where)), made.rows)
    draft.drafts = [moved if one is made else one for one in draft.drafts]
    return moved


def gain_before(out: Outflow, amount: Money) -> Event:
    """Return the gain or loss of a source up to what leaves it, as an event of the same row."""
    return replace(
        make(out.main, EventKind.EARNINGS, amount, out.source),
        account=out.account,
        memo=f"gain in price before the {out.main.record.raw_type or 'payment'}",
        reason=GAIN_IN_PRICE,
    )


def told_value(draft: FileDraft, world: World, out: Outflow, booked: Money) -> Money | None:
    """Ask what the source was worth where units do not tell it; None keeps the books' value."""
    row, amount = out.main, out.amount
    hidden = row.kind is RowKind.INFO
    if amount <= booked and not hidden:
        if out.source is not None and not world.supposed.get(out.account):
            draft.notes.append(
                f"{row.record.where}: {out.source} is taken at its book value of {booked} just "
                "before"
            )
        return None
    if amount == booked:
        return None
    answer = _ask_value(draft, world, out, booked)
    if answer is None:
        wait_for(draft, out)
        return None
    if answer == _ALL:
        return amount
    try:
        value = Money.parse(str(answer))
    except BadAmount:
        value = ZERO
    if value < amount:
        raise bad_answer(row, "value_needed", answer, f"answer '{_ALL}' or at least {amount}")
    return value


def _ask_value(draft: FileDraft, world: World, out: Outflow, booked: Money) -> Any | None:
    row, amount = out.main, out.amount
    gain = amount - booked
    told = f"a gain of {gain}" if gain > ZERO else f"a loss of {-gain}"
    doubt = ""
    taxed = out.source is not None and out.source.character is not TaxCharacter.PRE_TAX
    if taxed and gain.cents * _DOUBTFUL > max(booked.cents, 0):
        doubt = (
            "; so large a gain often is money from before the file: book it first with basis add "
            f"opening --account {out.account} --source {out.source} --date DATE --value VALUE "
            "--basis BASIS"
        )
    return ask_row(
        draft,
        world,
        row,
        f"{amount} left {out.pool}, which holds {booked} in the books: what was it worth just "
        f"before? If all of it moved, {told} is booked{doubt}",
        code="value_needed",
        remedy=f'answer {{"code": "value_needed", "line": {row.record.line}, "answer": "{_ALL}"}} '
        "when all of it moved, else its value in dollars from the statement; the difference is "
        "booked as gain",
        choices=(_ALL, "<VALUE>"),
        pool=str(out.pool),
        day=out.day,
        unsure=f"{amount} left {out.pool} on {out.day.isoformat()}: what was it worth just before? "
        "What the books hold of it by then depends on the answers before this one",
    )


def wait_for(draft: FileDraft, out: Outflow) -> None:
    """Take back what an open question is about: nothing is booked of it before the answer."""
    leaving = {id(made) for made in out.made}
    draft.drafts = [made for made in draft.drafts if id(made) not in leaving]
    for waiting in (row for made in out.made for row in made.rows):
        waiting.status = Status.QUESTION
