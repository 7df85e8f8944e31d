"""The derivation: from the sides that statements show to the movements that the law reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from ledger.booking import Accounts, book
from ledger.books import Books, OpenSide
from ledger.chart import Account, Source, TaxCharacter
from ledger.errors import LedgerError
from ledger.events import CASH, ELSEWHERE, Event, EventKind, Part
from ledger.journal import JournalEntry
from ledger.money import Money
from ledger.movements.legs import merged, movement_of, parts_of, place_in_order, with_parts
from ledger.movements.matching import Matching, Meeting
from ledger.movements.sides import (
    LEAVES,
    ON_THE_WAY,
    InSide,
    OutSide,
    in_side,
    in_sides,
    is_arrival,
    may_be_rollover,
    may_go,
    may_send,
    out_sides,
    sent_source,
)


@dataclass(frozen=True)
class Met:
    """The entries with the sides that met joined, and the sides that met nothing.

    ``late`` are the places of money that came into its account in a later calendar year.
    """

    entries: tuple[JournalEntry, ...]
    open_sides: tuple[OpenSide, ...]
    late: tuple[str, ...] = ()


def books_of(facts: Iterable[JournalEntry], **others: Any) -> Books:
    """Return the books that rest on these facts, with every other field of ``Books`` as given."""
    listed = tuple(sorted(facts, key=place_in_order))
    met = meet(listed, others["accounts"])
    return Books(entries=met.entries, facts=listed, open_sides=met.open_sides, **others)


def with_facts(books: Books, facts: Iterable[JournalEntry]) -> Books:
    """Return the books as they would be with these facts in the place of their own."""
    worked_out = {"entries", "facts", "open_sides"}
    others = {f.name: getattr(books, f.name) for f in fields(Books) if f.name not in worked_out}
    return books_of(facts, **others)


def meet(entries: Iterable[JournalEntry], accounts: Accounts) -> Met:
    """Join the legs and the sides of each movement; the order of the entries is no matter.

    Nothing is guessed: sides that could belong together in several ways stay open.
    """
    legs = merged(entries, accounts)
    return _Derivation(legs, accounts).met()


def partners_of(entries: Iterable[JournalEntry], accounts: Accounts) -> dict[str, str]:
    """Return by its place the other account of each side that met; "" where there are several."""
    listed = merged(entries, accounts)
    places: defaultdict[tuple[object, ...], list[str]] = defaultdict(list)
    for entry in entries:
        places[movement_of(entry.event)].append(entry.where)
    found: dict[str, set[str]] = {}
    lone: set[str] = set()
    for matching in _matched(listed, accounts):
        for meeting in matching.met:
            for out in meeting.outs:
                for where in places[movement_of(out.event)]:
                    found.setdefault(where, set()).update(i.here.id for i in meeting.ins)
            for into in meeting.ins:
                found.setdefault(into.event.where, set()).update(o.here.id for o in meeting.outs)
        for out in matching.lone_outs:
            lone.update(places[movement_of(out.event)])
    return {
        where: next(iter(others)) if len(others) == 1 else ""
        for where, others in found.items()
        if where not in lone
    }


def sent_as_contributions(
    entries: Iterable[JournalEntry], contributions: Sequence[Event], accounts: Accounts
) -> list[Meeting]:
    """Return what left and met nothing among the entries, with contributions that may be it.

    The place of each is that in ``contributions``.
    """
    sides = [in_side(n, e, accounts) for n, e in enumerate(contributions) if may_be_rollover(e)]
    matched = _matched(merged(entries, accounts), accounts)
    return [one for matching in matched for one in matching.doubts(sides)]


def counted_once(events: Sequence[Event], account: str, accounts: Accounts) -> list[Event]:
    """Return events that touch an account without arrivals that the side which left counts too."""
    outs = [
        OutSide(place, number, event, accounts[event.account], account, part.amount.cents)
        for place, event in enumerate(events)
        if event.account != account and event.kind in LEAVES
        for number, part in enumerate(parts_of(event))
        if part.to == account
    ]
    if not outs:
        return list(events)
    ins = [
        in_side(p, e, accounts)
        for p, e in enumerate(events)
        if e.account == account and is_arrival(e)
    ]
    matching = Matching(outs, ins)
    matching.run()
    twice = {into.place for meeting in matching.met for into in meeting.ins}
    return [event for place, event in enumerate(events) if place not in twice]


def _matched(entries: Sequence[JournalEntry], accounts: Accounts) -> list[Matching]:
    """Return the sides of each owner's movements with those that met."""
    outs: defaultdict[str, list[OutSide]] = defaultdict(list)
    ins: defaultdict[str, list[InSide]] = defaultdict(list)
    for out in out_sides(entries, accounts):
        outs[out.here.owner].append(out)
    for into in in_sides(entries, accounts):
        ins[into.here.owner].append(into)
    found = [Matching(outs[owner], ins[owner]) for owner in sorted(outs.keys() | ins.keys())]
    for matching in found:
        matching.run()
    return found


class _Derivation:
    """One run over all entries; a place is that of an entry in ``entries``."""

    def __init__(self, entries: Sequence[JournalEntry], accounts: Accounts) -> None:
        self._entries = list(entries)
        self._accounts = accounts
        self._dropped: set[int] = set()
        self._added: list[JournalEntry] = []
        self._open: list[OpenSide] = []
        self._late: list[str] = []

    def met(self) -> Met:
        for matching in _matched(self._entries, self._accounts):
            self._join(matching.met)
            for lone_out in matching.lone_outs:
                self._keep_open(lone_out.event, lone_out.here, lone_out.cents, left=True)
            for lone_in in matching.lone_ins:
                self._alone(lone_in)
            self._ask_of_outside(matching.unseen_outs)
            for meeting in matching.doubts(self._contributions(matching)):
                self._ask_of_contributions(meeting)
        kept = [e for place, e in enumerate(self._entries) if place not in self._dropped]
        listed = sorted([*kept, *self._added], key=place_in_order)
        still = tuple(sorted(self._open, key=lambda one: (one.day, one.account, one.where)))
        return Met(tuple(listed), still, tuple(sorted(self._late)))

    def _join(self, meetings: Iterable[Meeting]) -> None:
        received: defaultdict[int, dict[int, list[Part]]] = defaultdict(dict)
        converted: set[int] = set()
        for meeting in meetings:
            if any(i.day.year > o.event.day.year for i in meeting.ins for o in meeting.outs):
                self._late += [into.event.where for into in meeting.ins]
            if meeting.outs[0].is_open:
                for out, parts in _receivers(meeting):
                    received[out.place][out.part] = parts
                    converted |= {out.place} if any(i.converted for i in meeting.ins) else set()
            for into in meeting.ins:
                self._arrived(into, meeting.outs)
        for place, by_part in received.items():
            entry = self._entries[place]
            self._entries[place] = self._said(entry, by_part, converted=place in converted)

    def _said(
        self, entry: JournalEntry, by_part: dict[int, list[Part]], *, converted: bool
    ) -> JournalEntry:
        """Return an entry of money on its way with the receivers that were found."""
        event = entry.event
        parts = [
            part
            for number, before in enumerate(parts_of(event))
            for part in by_part.get(number, [before])
        ]
        if event.kind is EventKind.DISTRIBUTION:
            joint = with_parts(event, parts)
        else:
            there = self._accounts[parts[0].to]
            joint = replace(event, to=there.id)
            if converted or (self._is_traditional(event) and there.kind.is_roth_ira):
                joint = replace(joint, kind=EventKind.CONVERSION)
        return self._rebooked(entry, joint)

    def _is_traditional(self, event: Event) -> bool:
        return self._accounts[event.account].kind.is_pooled_traditional

    def _rebooked(self, entry: JournalEntry, event: Event) -> JournalEntry:
        """Return the entry of an event that says more, with the units that were there before."""
        booked = book(replace(event, fund="", units=None), self._accounts)
        own = [p for p in entry.postings if p.units is not None]
        if not own:
            return replace(booked, event=event)
        held = {posting.pool for posting in own}
        others = [p for p in booked.postings if p.pool not in held]
        mine = [p for p in entry.postings if p.pool in held]
        return replace(booked, event=event, postings=(*mine, *others))

    def _arrived(self, into: InSide, outs: Sequence[OutSide]) -> None:
        """Leave out an arrival that its other side counts; in a plan its units stay."""
        self._dropped.add(into.place)
        event = into.event
        if event.units is None or not into.here.kind.is_plan:
            return
        roth = all(
            source.character is TaxCharacter.ROTH for out in outs for source in out.event.sources
        )
        usual = Source.ROTH_ROLLOVER if roth and outs[0].event.sources else Source.ROLLOVER
        units = Event(
            where=event.where,
            day=event.day,
            account=event.account,
            kind=EventKind.EXCHANGE,
            sources=event.sources or (usual,),
            memo=event.memo,
            fund=event.fund,
            units=event.units,
            seq=event.seq,
        )
        self._added.append(book(units, self._accounts))

    def _alone(self, into: InSide) -> None:
        """Settle an arrival without another side: from the account it names, open, or outside."""
        event = into.event
        if event.kind is EventKind.CONTRIBUTION:
            return  # typed as it stands: only an arrival beside it shows what it is
        if into.origin:
            told = self._from_its_side(into)
            if told is not None:
                self._dropped.add(into.place)
                self._added.append(told)
                return
        if into.origin or self._senders(into):
            self._keep_open(event, into.here, into.cents, left=False)

    def _from_its_side(self, into: InSide) -> JournalEntry | None:
        """Return the movement as its arrival tells it, None where the other side must say more."""
        event, here = into.event, self._accounts.get(into.origin)
        if here is None:
            return None
        source = sent_source(event)
        if here.kind.is_plan and source is None:
            return None
        kind = EventKind.DISTRIBUTION
        if not here.kind.is_plan and not into.here.kind.is_plan:
            crossed = here.kind.is_pooled_traditional and into.here.kind.is_roth_ira
            kind = EventKind.CONVERSION if crossed else EventKind.TRANSFER
        joint = Event(
            where=event.where,
            day=event.day,
            account=here.id,
            kind=kind,
            amount=event.amount,
            sources=(source,) if source is not None else (),
            id=side_id(here, event, source) if kind is EventKind.DISTRIBUTION else event.id,
            memo=event.memo,
            to=into.here.id,
            value=event.value,
            seq=event.seq,
        )
        try:
            return book(joint, self._accounts)
        except LedgerError:
            return None  # the other side shows what it was

    def _ask_of_outside(self, outs: Iterable[OutSide]) -> None:
        """Keep money open that was said to be from outside, where an account says it sent as much.

        The other side may have come after that was said. Were they two, both would be shown.
        """
        for out in outs:
            for entry in self._entries:
                event = entry.event
                said = event.account == out.to and event.origin == ELSEWHERE
                said = said and event.kind.spec.comes_from_elsewhere
                near = said and abs(event.day - out.event.day) <= ON_THE_WAY
                if near and event.money("amount").cents == out.cents:
                    self._keep_open(event, self._accounts[out.to], out.cents, left=False)

    def _contributions(self, matching: Matching) -> list[InSide]:
        """Return the contributions to accounts that were said to receive what they do not show."""
        receivers = {out.to for out in matching.unseen_outs}
        return [
            in_side(place, entry.event, self._accounts)
            for place, entry in enumerate(self._entries if receivers else ())
            if entry.event.account in receivers and may_be_rollover(entry.event)
        ]

    def _ask_of_contributions(self, meeting: Meeting) -> None:
        """Keep open whether contributions are what an account says it sent: a file calls it so."""
        sender = meeting.outs[0].here.id
        for into in meeting.ins:
            if may_be_rollover(into.event):
                self._keep_open(into.event, into.here, into.cents, left=False, sent_by=sender)

    def _senders(self, into: InSide) -> tuple[str, ...]:
        return tuple(
            account.id
            for account in self._accounts.values()
            if account.owner == into.here.owner and may_send(account, into.event, into.here)
        )

    def _keep_open(
        self, event: Event, here: Account, cents: int, *, left: bool, sent_by: str = ""
    ) -> None:
        own = [a for a in self._accounts.values() if a.owner == here.owner]
        paid = event.kind is EventKind.DISTRIBUTION
        if sent_by:
            others = [sent_by, ELSEWHERE]
        elif left:
            others = [a.id for a in own if may_go(here, a, kind=event.kind)]
            others += [CASH] if paid else [ELSEWHERE]
        else:
            others = [*(a.id for a in own if may_send(a, event, here)), ELSEWHERE]
        self._open.append(
            OpenSide(
                account=here.id,
                owner=here.owner,
                day=event.day,
                amount=Money(cents, frozenset({event.where})),
                where=event.where,
                left=left,
                entry=event.seq,
                others=tuple(others),
                sent_by=sent_by,
            )
        )


def side_id(account: Account, event: Event, source: Source | None) -> str:
    """Return the lasting id of what left an account on a day, made of facts alone."""
    of = f"-{source}" if source is not None else ""
    return f"{account.id}-{event.day.isoformat()}{of}"


def _receivers(meeting: Meeting) -> Iterable[tuple[OutSide, list[Part]]]:
    """Divide what came in over the sources that paid it, in their order."""
    left = [(into, into.cents) for into in meeting.ins]
    for out in meeting.outs:
        parts: list[Part] = []
        missing = out.cents
        whole = parts_of(out.event)[out.part]
        while missing:
            into, cents = left.pop(0)
            taken = min(cents, missing)
            amount = whole.amount if taken == out.cents else Money(taken, whole.amount.evidence)
            alone = whole.pretax if taken == out.cents else None
            parts.append(Part(into.here.id, amount, alone))
            missing -= taken
            if cents > taken:
                left.insert(0, (into, cents - taken))
        yield out, parts
