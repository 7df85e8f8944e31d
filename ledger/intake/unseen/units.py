"""Units of a plan's sources: what rows say was bought and sold, followed from day to day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from ledger.chart import Source
from ledger.importers.legs import IN, OUT
from ledger.intake.draft import Draft, FileDraft, Row
from ledger.intake.world import GAIN_IN_PRICE, NOT_OF_THE_ROW, World, cents_of
from ledger.money import Money
from ledger.records import Event, EventKind, RowKind
from ledger.worth import touched

_BRINGS = frozenset(
    {
        *(EventKind.OPENING, EventKind.CONTRIBUTION, EventKind.EARNINGS),
        *(EventKind.ROLLOVER_IN, EventKind.LOAN_REPAYMENT),
    }
)
_NEVER_LEAVES = frozenset({RowKind.FEE, RowKind.EXCHANGE, RowKind.EARNINGS})


@dataclass
class Holding:
    """Units of one investment in one source, and how far printed units may be off."""

    units: Decimal = Decimal(0)
    leaving: Decimal = Decimal(0)
    slack: Decimal = Decimal(0)

    def add(self, units: Decimal, *, leaving: bool) -> None:
        """Count the units of one row; a printed figure is right to half its last place."""
        self.slack += Decimal(5).scaleb(int(units.as_tuple().exponent) - 1)
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


class Shortage(NamedTuple):
    """Units that leave a source, and how many of them the rows account for."""

    leaving: Decimal
    known: Decimal


class _Move(NamedTuple):
    day: date
    investment: str
    units: Decimal
    may_leave: bool


class UnitRegister:
    """The units of one source of one plan; asked for days in their order."""

    def __init__(self, draft: FileDraft, world: World, account: str, source: Source) -> None:
        rows = [row for row in draft.rows if row.account == account]
        moves = list(_moves(rows, draft.drafts, source))
        if not any(row.kind is RowKind.BALANCE and row.source is source for row in rows):
            # without a row of its own in the file, all that is stored is earlier
            first = min((row.day for row in rows), default=date.max)
            moves += _earlier(world, account, source, first)
        self._moves = sorted(moves, key=lambda move: move.day)
        self._next = 0
        self._held: dict[str, Holding] = {}
        bare = list(_without_units(draft, world, account, source))
        self._unprinted = {event.day for event in bare}
        self._deposited = {e.day for e in bare if e.kind is not EventKind.EARNINGS}
        self._since = date.min

    def empty_on(self, day: date) -> None:
        """Start afresh after a day at whose close the source was empty."""
        if day > self._since:
            self._since = day
            self._held.clear()

    def holdings(self, day: date) -> Mapping[str, Holding]:
        """Return the holdings by investment on a day; units sold that day are leaving."""
        while self._next < len(self._moves) and self._moves[self._next].day < day:
            move = self._moves[self._next]
            if move.day > self._since:
                self._held.setdefault(move.investment, Holding()).add(move.units, leaving=False)
            self._next += 1
        today = {name: replace(holding) for name, holding in self._held.items()}
        for move in self._moves[self._next :]:
            if move.day > day:
                break
            leaving = move.may_leave and move.units < 0
            today.setdefault(move.investment, Holding()).add(move.units, leaving=leaving)
        return today

    def complete(self, day: date) -> bool:
        """Whether the units of every deposit until a day are printed; gains may have none."""
        return not any(self._since < bare <= day for bare in self._deposited)

    def shortage(self, day: date) -> Shortage | None:
        """Return what proves that the source held units before its rows start, else None.

        It is no proof where money came in without printed units, or where units of another
        investment stay: they may be the same ones under a new name.
        """
        held = self.holdings(day).values()
        short = [h for h in held if h.short]
        stays = any(not h.short and not h.emptied for h in held)
        unprinted = any(self._since < bare <= day for bare in self._unprinted)
        if not short or stays or unprinted:
            return None
        known = sum((h.units for h in short), Decimal(0))
        return Shortage(sum((h.leaving for h in short), Decimal(0)), known)


def _without_units(draft: FileDraft, world: World, account: str, source: Source) -> Iterable[Event]:
    """Yield the events that brought money into a source and of which no row has the units."""
    bought = {  # days on which units stand in a row beside the money's own
        row.day
        for row in draft.rows
        if row.source is source and row.account == account and row.record.units
    }
    for made in draft.drafts:
        event = made.event
        if _came_in(event, account, source):
            units = any(_printed(row.record.units, row.amount) for row in made.rows)
            counted = event.kind in _BRINGS and (units or event.day in bought)
            if not counted:
                yield event
    for event, _ in world.facts_of(account):
        if _came_in(event, account, source):
            counted = event.kind in _BRINGS and world.units_at(event) is not None
            if not counted:
                yield event


def _came_in(event: Event, account: str, source: Source) -> bool:
    """Tell whether an event may have brought money into a source; gains in price bring none."""
    if event.account != account:
        # from another plan: into which source, the law says
        return account in touched(event)
    if event.kind is EventKind.IN_PLAN_CONVERSION:
        return source is Source.IN_PLAN_ROTH
    return event.kind in _BRINGS and source in event.sources and event.reason != GAIN_IN_PRICE


def _moves(rows: Sequence[Row], drafts: Iterable[Draft], source: Source) -> Iterable[_Move]:
    gone_out = {(row.day, -row.amount.cents) for row in rows if row.kind in OUT}
    shares = _shares(drafts, source)
    for row in rows:
        if row.kind in IN and (row.day, row.amount.cents) in gone_out:
            continue  # the second leg of a conversion, printed with the source of the first
        units = _printed(row.record.units, row.amount)
        part = shares.get(id(row), Decimal(1) if row.source is source else Decimal(0))
        if row.kind is RowKind.INFO:  # a trade leg has the units of the cash leg beside it
            part = Decimal(1) if row.source is source else Decimal(0)
        if units and part:
            may_leave = row.kind not in _NEVER_LEAVES
            yield _Move(row.day, row.record.investment, units * part, may_leave)


def _earlier(world: World, account: str, source: Source, first: date) -> Iterable[_Move]:
    for event, _ in world.facts_of(account):
        if event.day < first and event.source is source:
            seen = world.units_at(event)
            if seen is not None:
                yield _Move(event.day, *seen, may_leave=False)


def _shares(drafts: Iterable[Draft], source: Source) -> dict[int, Decimal]:
    """Return which part of each row's money went to a source, for rows that were divided."""
    parts: dict[int, Decimal] = {}
    for made in drafts:
        row = made.rows[0]
        if made.event.reason in NOT_OF_THE_ROW:
            continue
        if made.event.source is source and row.amount:
            part = Decimal(cents_of(made.event)) / abs(Decimal(row.amount.cents))
            parts[id(row)] = parts.get(id(row), Decimal(0)) + part
        elif row.source is None:
            parts.setdefault(id(row), Decimal(0))
    return parts


def _printed(text: str, amount: Money) -> Decimal:
    """Return printed units with the sign of the money; 0 where there are none."""
    try:
        units = Decimal(text.replace(",", "").strip() or 0)
    except InvalidOperation:
        return Decimal(0)
    return -abs(units) if amount.cents < 0 else abs(units)
