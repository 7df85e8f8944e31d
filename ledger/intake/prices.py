"""Gains in price: what units say a source was worth when money left it; no row shows them.

A recordkeeper lists contributions, dividends and fees, but never what the market did. When a
source is converted or paid out, its units and the price of that day tell its value before, and
the difference from the books is booked as earnings just ahead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from ledger.chart import Pool, Source
from ledger.intake.draft import Draft, FileDraft, Row, Status
from ledger.intake.events import make
from ledger.intake.settle import ask_row, bad_answer
from ledger.intake.world import GAIN_IN_PRICE, World, values
from ledger.money import ZERO, BadAmount, Money, round_half_up
from ledger.records import Event, EventKind, RowKind

_LEAVES = frozenset({EventKind.IN_PLAN_CONVERSION, EventKind.DISTRIBUTION})
_NEVER_LEAVES = frozenset({RowKind.FEE, RowKind.EXCHANGE, RowKind.EARNINGS})
_ALL = "all"


@dataclass
class _Holding:
    """Units of one investment in one source, and how far printed units may be off."""

    units: Decimal = Decimal(0)
    leaving: Decimal = Decimal(0)
    slack: Decimal = Decimal(0)

    def add(self, units: Decimal, *, leaving: bool) -> None:
        """Count the units of one row; a printed figure is right to half its last place."""
        exponent = units.as_tuple().exponent
        self.slack += Decimal(5).scaleb(int(exponent) - 1)
        if leaving:
            self.leaving -= units
        else:
            self.units += units

    @property
    def emptied(self) -> bool:
        """Whether everything leaves."""
        return abs(self.units - self.leaving) <= self.slack

    @property
    def short(self) -> bool:
        """Whether more leaves than the rows account for: the history is not complete."""
        return self.leaving - self.units > self.slack


@dataclass
class _Outflow:
    """Everything that leaves one source of a plan on one day."""

    account: str
    source: Source
    day: date
    made: list[Draft] = field(default_factory=list)

    @property
    def amount(self) -> Money:
        """What leaves, in cents."""
        return Money.total(_amount(one.event) for one in self.made)

    @property
    def main(self) -> Row:
        """The row that is asked about and that stands as evidence."""
        return self.made[0].rows[0]


def book_gains_in_price(draft: FileDraft, world: World) -> None:
    """Book the gain or loss in price of every source that money leaves, before it leaves."""
    outflows: dict[tuple[str, Source, date], _Outflow] = {}
    for made in draft.drafts:
        event = made.event
        typed = made.rows[0].event is not None
        if event.kind in _LEAVES and event.source is not None and not typed:
            key = (event.account, event.source, event.day)
            outflows.setdefault(key, _Outflow(*key)).made.append(made)
    for key in sorted(outflows, key=lambda k: k[2]):
        _value_before(draft, world, outflows[key])


def _value_before(draft: FileDraft, world: World, out: _Outflow) -> None:
    booked = _booked(draft, world, out)
    if booked is None:
        draft.notes.append(
            f"{out.main.record.where}: the ledger has no earlier money of {out.source}: import "
            "earlier statements, or book an opening with: basis add opening"
        )
        return
    value = _by_units(draft, world, out)
    if value is None:
        value = _told(draft, world, out, booked)
    if value is None or value == booked:
        return
    row = out.main
    event = replace(
        make(row, EventKind.EARNINGS, value - booked, out.source),
        memo=f"gain in price before the {row.record.raw_type or 'payment'}",
        reason=GAIN_IN_PRICE,
    )
    place = draft.drafts.index(out.made[0])
    draft.drafts.insert(place, Draft(event, (row,)))


def _booked(draft: FileDraft, world: World, out: _Outflow) -> Money | None:
    """Return what the books hold in the source before the outflow; None when never anything."""
    events: Iterable[Event] = (
        *(fact.event for fact in world.facts_of(out.account)),
        *(made.event for made in draft.drafts if made not in out.made),
    )
    mine = [e for e in events if e.account == out.account and e.day <= out.day]
    if not any(out.source in event.sources for event in mine):
        return None
    return Money(values(mine, world.accounts, out.day)[Pool(out.account, out.source)])


def _by_units(draft: FileDraft, world: World, out: _Outflow) -> Money | None:
    """Return the value before by units and the day's price, None where units do not tell it."""
    held = _holdings(draft, world, out)
    left = [h for h in held.values() if h.leaving or not h.emptied]
    leaving = [h for h in held.values() if h.leaving]
    if not leaving or any(h.short for h in leaving):
        return None
    if all(h.emptied for h in left):
        return out.amount
    if len(left) > 1 or "" in held:
        return None  # the price of what stays is not known
    only = left[0]
    exact = Decimal(out.amount.cents) * only.units / only.leaving
    return Money(round_half_up(exact), out.amount.evidence)


def _holdings(draft: FileDraft, world: World, out: _Outflow) -> Mapping[str, _Holding]:
    held: dict[str, _Holding] = defaultdict(_Holding)
    rows = [row for row in draft.rows if row.account == out.account and row.day <= out.day]
    first = min(row.day for row in draft.rows if row.account == out.account)
    for fact in world.facts_of(out.account):
        if fact.event.day < first and fact.event.source is out.source:
            seen = world.units_at(fact.event)
            if seen is not None:
                held[seen[0]].add(seen[1], leaving=False)
    shares = _shares(draft.drafts, out.source)
    for row in rows:
        units = _units(row.record.units, row.amount)
        part = shares.get(id(row), Decimal(1) if row.source is out.source else Decimal(0))
        if (units and part and row.kind is not RowKind.INFO) or _is_trade_leg(row, out.source):
            gone = row.day == out.day and units < 0 and row.kind not in _NEVER_LEAVES
            held[row.record.investment].add(units * (part or Decimal(1)), leaving=gone)
    return held


def _is_trade_leg(row: Row, source: Source) -> bool:
    """Tell whether a row carries the units of a cash leg beside it."""
    return row.kind is RowKind.INFO and row.source is source and bool(row.record.units)


def _shares(drafts: Sequence[Draft], source: Source) -> dict[int, Decimal]:
    """Return which part of each row's money went to a source, for rows that were divided."""
    parts: dict[int, Decimal] = {}
    for made in drafts:
        row = made.rows[0]
        if made.event.source is source and row.amount and made.event.reason != GAIN_IN_PRICE:
            part = Decimal(_amount(made.event).cents) / abs(Decimal(row.amount.cents))
            parts[id(row)] = parts.get(id(row), Decimal(0)) + part
        elif row.source is None:
            parts.setdefault(id(row), Decimal(0))
    return parts


def _units(text: str, amount: Money) -> Decimal:
    """Return printed units with the sign of the money; 0 where there are none."""
    try:
        units = Decimal(text.replace(",", "").strip() or 0)
    except InvalidOperation:
        return Decimal(0)
    return -abs(units) if amount.cents < 0 else abs(units)


def _amount(event: Event) -> Money:
    if event.parts:
        return Money.total(part.amount for part in event.parts)
    return event.amount or event.value or ZERO


def _told(draft: FileDraft, world: World, out: _Outflow, booked: Money) -> Money | None:
    """Ask what the source was worth where units do not tell it; None keeps the books' value."""
    row, amount = out.main, out.amount
    hidden = row.kind is RowKind.INFO
    if amount <= booked and not hidden:
        draft.notes.append(
            f"{row.record.where}: {out.source} is taken at its book value of {booked} just before"
        )
        return None
    if amount == booked:
        return None
    answer = ask_row(
        draft,
        world,
        row,
        f"{amount} left {out.source}, which holds {booked} in the books: what was the source "
        "worth just before?",
        code="value_needed",
        remedy=f'answer {{"code": "value_needed", "line": {row.record.line}, "answer": "{_ALL}"}} '
        "when the whole source moved, else its value in dollars from the statement",
        choices=(_ALL, "<VALUE>"),
        proposal=_ALL,
    )
    if answer is None:
        for made in out.made:
            draft.drafts.remove(made)
            for waiting in made.rows:
                waiting.status = Status.QUESTION
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
