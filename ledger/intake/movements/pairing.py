"""Pairing: two legs of one movement, in one file or two, become one event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from ledger.chart import Account, Source
from ledger.importers.legs import IN, OUT
from ledger.intake.draft import FileDraft, Row, Status
from ledger.intake.movements import plan_legs
from ledger.intake.movements.waiting import CAME, WENT, complete, hint, lone_leg
from ledger.intake.owners import owned_by, partner_of
from ledger.intake.rows.events import make, positive
from ledger.intake.rows.in_kind import ON_THE_WAY
from ledger.intake.rows.incomplete import BY_HAND, ask_typed
from ledger.intake.rows.open_moves import LEFT_AS
from ledger.intake.rows.settle import ask_row
from ledger.intake.world import World
from ledger.records import Event, EventKind, RowKind

# What a leg may be that moved between no two accounts, by the words of an answer.
_CAME = {"contribution": RowKind.CONTRIBUTION, "rollover": RowKind.ROLLOVER_IN}
_WENT = {name: RowKind(name) for name in LEFT_AS}
_NO_ACCOUNT = frozenset({"outside", "ignore", "in_plan_conversion", *_CAME, *_WENT})


class Leg(NamedTuple):
    """A row of an open leg with the file it stands in."""

    draft: FileDraft
    row: Row


class _Half(NamedTuple):
    """One side of a movement that is booked: whose leg it is, when, which way and how much."""

    account: str
    day: date
    way: str
    cents: int


@dataclass
class Pairing:
    """Joins the legs of all files of one import, with the ledger's own movements in view."""

    world: World
    drafts: list[FileDraft]

    def run(self) -> None:
        """Recognise legs that are booked, join the others, and ask about what is left."""
        self._recognise()
        plan_legs.pair_in_plan(self.drafts, self.world)
        self._join(self._same_day)
        self._join(self._on_the_way)
        for leg in self._open(OUT | IN):
            if not leg.row.settled:
                self._single(leg)

    def _open(self, kinds: Iterable[RowKind]) -> list[Leg]:
        return [
            Leg(draft, row)
            for draft in self.drafts
            for row in draft.rows
            if row.kind in kinds and not row.settled and row.event is None
        ]

    def _recognise(self) -> None:
        """Mark legs whose movement was booked from the other account's file."""
        legs = self._open(OUT | IN | {RowKind.ROLLOVER_IN})
        if not legs:
            return
        booked = Counter(half for f in self.world.facts for half in _halves(f.event))
        # a file of each format may show the same leg
        shown = Counter(
            (draft.reading.importer, _half(row))
            for draft in self.drafts
            for row in draft.rows
            if row.status is Status.KNOWN and row.kind in OUT | IN | {RowKind.ROLLOVER_IN}
        )
        for leg in legs:
            half = _half(leg.row)
            place = leg.draft.reading.importer, half
            if booked[half] > shown[place]:
                shown[place] += 1
                leg.row.close(Status.KNOWN, "booked from the other account's file")
        most: Counter[_Half] = Counter()
        for (_, half), times in shown.items():
            most[half] = max(most[half], times)
        self._recognise_late(set(booked - most))

    def _recognise_late(self, halves: set[_Half]) -> None:
        """Ask about legs that may be a movement booked some days before or after.

        A day that the account's own files have shown already had its leg there. The day on which
        money left counts, for a conversion at the turn of the year too.
        """
        for leg in self._open(OUT | IN):
            half = _half(leg.row)
            near = next(
                (
                    h
                    for h in sorted(halves)
                    if _near(h, half) and not self.world.places(h.account, h.day, h.day)
                ),
                None,
            )
            if near is not None and self._ask_same(leg, f"the movement booked on {near.day}"):
                halves.remove(near)
                if near.way != "out" or not self._book_on_its_day(leg, near):
                    leg.row.close(Status.KNOWN, "booked from the other account's file")

    def _book_on_its_day(self, leg: Leg, near: _Half) -> bool:
        """Book a movement anew that was booked on the day of its arrival."""
        moved = {EventKind.CONVERSION, EventKind.TRANSFER}
        booked = next(
            (
                event
                for event, _ in self.world.facts_of(near.account)
                if event.kind in moved and near in _halves(event)
            ),
            None,
        )
        if booked is None:
            return False
        event = replace(make(leg.row, booked.kind, positive(leg.row.amount)), to=booked.to)
        complete(leg.draft, self.world, leg.row, booked)
        leg.draft.book(event, leg.row)
        return True

    def _join(self, near: Callable[[Leg, Leg], bool]) -> None:
        """Join an outgoing and an incoming leg of one person and one amount."""
        incoming = self._open(IN)
        for out in self._open(OUT):
            fitting = [leg for leg in incoming if near(out, leg) and self._fits(out, leg)]
            named = [leg for leg in fitting if self._names(out, leg)]
            if not fitting or len({leg.row.account for leg in named or fitting}) > 1:
                continue
            found = min(named or fitting, key=lambda leg: abs(leg.row.day - out.row.day))
            other = f"what came into {found.row.account} at {found.row.record.where}"
            sure = bool(named) or out.row.day == found.row.day
            if not sure and not self._ask_same(out, other):
                if out.row.settled:  # asked: the other side waits with it
                    found.row.close(Status.QUESTION, f"waits for {out.row.record.where}")
                continue
            incoming.remove(found)
            self._pair(out, found)

    def _same_day(self, out: Leg, into: Leg) -> bool:
        return out.row.day == into.row.day

    def _on_the_way(self, out: Leg, into: Leg) -> bool:
        return abs(out.row.day - into.row.day) <= ON_THE_WAY

    def _ask_same(self, leg: Leg, other: str) -> bool:
        """Ask whether two sides that a few days part are one movement; False while it is open."""
        row = leg.row
        answer = ask_row(
            leg.draft,
            self.world,
            row,
            f"{positive(row.amount)} moved on {row.day.isoformat()}: is it the same money as "
            f"{other}?",
            code="same_money",
            remedy=f'answer {{"code": "same_money", "line": {row.record.line}, "answer": "same"}} '
            'or "apart"',
            choices=("same", "apart"),
        )
        return answer == "same"

    def _fits(self, out: Leg, into: Leg) -> bool:
        accounts = self.world.accounts
        here, there = accounts[out.row.account], accounts[into.row.account]
        said = {self._partner(out.row), self._partner(into.row)} - {""}
        return (
            out.row.amount == -into.row.amount
            and here.owner == there.owner
            and here.id != there.id
            and said <= {here.id, there.id}
        )

    def _names(self, out: Leg, into: Leg) -> bool:
        return (
            self._partner(into.row) == out.row.account or self._partner(out.row) == into.row.account
        )

    def _partner(self, row: Row) -> str:
        owner = self.world.accounts[row.account].owner
        text = row.record.partner
        return partner_of(text, self.world.accounts, owner) if text else ""

    def _pair(self, out: Leg, into: Leg) -> None:
        conversion = RowKind.CONVERSION_OUT is out.row.kind or (
            RowKind.CONVERSION_IN is into.row.kind
        )
        self._move(out, into.row.account, sure=conversion)
        into.row.close(
            out.row.status if out.row.status is Status.QUESTION else Status.INFO,
            f"second leg of {out.row.record.where}",
        )

    def _single(self, leg: Leg) -> None:
        """Book or ask about a leg whose other side is in no file."""
        row, account = leg.row, self.world.accounts[leg.row.account]
        if account.kind.is_plan and row.kind is RowKind.CONVERSION_IN:
            plan_legs.book_lone_deposit(leg.draft, self.world, row)
            return
        other = self._partner(row)
        if not other:
            asked = self._ask_partner(leg, account)
            if asked is None:
                return
            if asked in _NO_ACCOUNT:
                self._book_outside(leg, asked)
                return
            other = asked
        sure = row.kind in {RowKind.CONVERSION_OUT, RowKind.CONVERSION_IN}
        if row.kind in OUT:
            self._move(leg, other, sure=sure)
        else:
            self._move(leg, row.account, sure=sure, origin=other)

    def _ask_partner(self, leg: Leg, account: Account) -> str | None:
        row = leg.row
        others = _possible(account, row, owned_by(self.world.accounts, account.owner))
        converted = row.kind in {RowKind.CONVERSION_OUT, RowKind.CONVERSION_IN}
        choices = (*others, *(() if converted and others else ("outside",)), "ignore")
        if account.kind.is_plan and row.kind in OUT and row.source is not None:
            choices = ("in_plan_conversion", *choices)
        elif not account.kind.is_plan and not converted:
            choices = (*choices, *(_WENT if row.kind in OUT else _CAME))
        way = "to" if row.kind in OUT else "from"
        lone = CAME if row.kind in OUT else WENT
        near = hint(self.world, others, lone, positive(row.amount), row.day)
        answer = ask_row(
            leg.draft,
            self.world,
            row,
            f"{positive(row.amount)} moved {way} another account and no row shows which{near}",
            code="partner_unknown",
            remedy=f'answer {{"code": "partner_unknown", "line": {row.record.line}, "answer": '
            f"ACCOUNT}}: one of {', '.join(choices)}; or import the other account's file too",
            choices=choices,
        )
        return None if answer is None else str(answer)

    def _book_outside(self, leg: Leg, answer: str) -> None:
        row = leg.row
        if answer == "ignore":
            row.close(Status.INFO, "ignored by answer")
        elif answer in {*_CAME, *_WENT}:
            row.kind = {**_CAME, **_WENT}[answer]  # booked as any such row
            if row.kind in BY_HAND:
                ask_typed(leg.draft, self.world, row)
        elif answer == "in_plan_conversion":
            event = make(row, EventKind.IN_PLAN_CONVERSION, positive(row.amount), row.source)
            leg.draft.book(event, row)
        elif self.world.accounts[row.account].kind.is_plan and row.kind in OUT:
            leg.draft.book(_paid_out(row), row)
        else:
            kind = EventKind.TRANSFER_OUT if row.kind in OUT else EventKind.TRANSFER_IN
            leg.draft.book(make(row, kind, positive(row.amount), row.source), row)

    def _move(self, leg: Leg, to: str, *, sure: bool, origin: str = "") -> None:
        """Book money that moved between two accounts of the chart."""
        row, accounts = leg.row, self.world.accounts
        here, there = accounts[origin or row.account], accounts[to]
        kind: EventKind | None = EventKind.TRANSFER
        if here.kind.is_plan:
            source = row.source if row.account == here.id else None
            source = source or plan_legs.which_source(leg.draft, self.world, row)
            if source is not None:
                event = plan_legs.to_part(row, there.id, source)
                self._book(leg, replace(event, account=here.id), here.id, there.id)
            return
        if there.kind.is_plan:
            event = replace(plan_legs.to_part(row, there.id, None), account=here.id)
            self._book(leg, event, here.id, there.id)
            return
        if here.kind.is_pooled_traditional and there.kind.is_roth_ira:
            kind = EventKind.CONVERSION if sure else self._ask_conversion(leg, here, there)
        if kind is None:
            return
        event = replace(make(row, kind, positive(row.amount)), account=here.id, to=there.id)
        self._book(leg, event, here.id, there.id)

    def _book(self, leg: Leg, event: Event, here: str, there: str) -> None:
        """Book a movement; a side that was booked alone before is part of it."""
        row = leg.row
        other, kinds = (there, CAME) if row.account == here else (here, WENT)
        lone = lone_leg(self.world, other, kinds, positive(row.amount), row.day)
        if lone is not None:
            complete(leg.draft, self.world, row, lone)
            event = replace(event, day=lone.day if kinds is WENT else event.day)
        leg.draft.book(event, row)

    def _ask_conversion(self, leg: Leg, here: Account, there: Account) -> EventKind | None:
        row = leg.row
        answer = ask_row(
            leg.draft,
            self.world,
            row,
            f"{positive(row.amount)} moved from {here.id} ({here.kind.words}) to {there.id} "
            f"({there.kind.words}): was it a conversion?",
            code="possible_conversion",
            remedy=f'answer {{"code": "possible_conversion", "line": {row.record.line}, '
            '"answer": "conversion"} or "ignore"',
            choices=("conversion", "ignore"),
        )
        if answer == "ignore":
            row.close(Status.INFO, "ignored by answer")
        return EventKind.CONVERSION if answer == "conversion" else None


def _possible(account: Account, row: Row, own: Iterable[Account]) -> tuple[str, ...]:
    """Return the accounts of the same person that can be the other side of a leg."""
    fits: Callable[[Account], bool] = bool
    if row.kind is RowKind.CONVERSION_OUT:
        fits = _is_roth
    elif row.kind is RowKind.CONVERSION_IN:
        fits = _is_not_roth
    out = row.kind in OUT
    return tuple(
        a.id
        for a in own
        if a.id != account.id
        and fits(a)
        and _may_move(*((account, a) if out else (a, account)), None if out else row.source)
    )


def _may_move(here: Account, there: Account, source: Source | None) -> bool:
    """Tell whether money can go straight from one account to the other.

    A plan takes in pre-tax money of a traditional IRA alone, into its rollover source.
    """
    if here.kind.is_plan or not there.kind.is_plan:
        return True
    return here.kind.is_pooled_traditional and source in {None, Source.ROLLOVER}


def _is_roth(account: Account) -> bool:
    return account.kind.is_roth_ira


def _is_not_roth(account: Account) -> bool:
    return account.kind.is_pooled_traditional or account.kind.is_plan


def _half(row: Row) -> _Half:
    way = "out" if row.kind in OUT else "in"
    return _Half(row.account, row.day, way, abs(row.amount.cents))


def _near(booked: _Half, half: _Half) -> bool:
    """Tell whether a booked half is the same but for some days."""
    return (
        (booked.account, booked.way, booked.cents) == (half.account, half.way, half.cents)
        and bool(half.cents)
        and abs(booked.day - half.day) <= ON_THE_WAY
    )


def _halves(event: Event) -> Iterable[_Half]:
    """Yield both sides of a booked movement between two accounts."""
    if event.amount is not None and event.to and event.kind is not EventKind.DISTRIBUTION:
        if event.kind is not EventKind.ROLLOVER_60DAY:
            yield _Half(event.account, event.day, "out", event.amount.cents)
        yield _Half(event.to, event.day, "in", event.amount.cents)
    for part in event.parts:
        yield _Half(event.account, event.day, "out", part.amount.cents)
        yield _Half(part.to, event.day, "in", part.amount.cents)


def _paid_out(row: Row) -> Event:
    return make(row, EventKind.DISTRIBUTION, positive(row.amount), row.source)
