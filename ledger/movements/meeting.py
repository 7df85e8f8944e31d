"""The derivation: from the sides that statements show to the movements that the law reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from operator import is_not
from typing import Any

from ledger.booking import Accounts, book, lacks_basis
from ledger.books import Books, OpenSide
from ledger.chart import UNDIVIDED, Account, Outside, Pool, Source, TaxCharacter, outside
from ledger.errors import LedgerError
from ledger.events import ARRIVED, CASH, ELSEWHERE, IN_TRANSIT, Event, EventKind, Part
from ledger.journal import Arrival, JournalEntry, Posting, in_order
from ledger.money import ZERO, Money
from ledger.movements.contributions_back import (
    earnings_of,
    unexplained_back,
    with_contributions_back,
)
from ledger.movements.disbursements import scheduled_together
from ledger.movements.legs import merged, movement_of, parts_of, with_parts
from ledger.movements.matching import Matching, Meeting, may_be_parts
from ledger.movements.put_back import CashPaid, cash_paid, divided_by_payment
from ledger.movements.sides import (
    LEAVES,
    ON_THE_WAY,
    ROLLED,
    SAID_SO,
    InSide,
    OutSide,
    fits,
    in_side,
    in_sides,
    is_arrival,
    may_be_rollover,
    may_go,
    may_send,
    out_sides,
    sent_source,
)
from ledger.movements.within_plan import came_from_own_plan, may_have_come_back, within_plans


@dataclass(frozen=True)
class Met:
    """The entries with the sides that met joined, and the sides that met nothing."""

    entries: tuple[JournalEntry, ...]
    open_sides: tuple[OpenSide, ...]


def books_of(facts: Iterable[JournalEntry], **others: Any) -> Books:
    """Return the books that rest on these facts, with every other field of ``Books`` as given."""
    listed, accounts = tuple(in_order(facts)), others["accounts"]
    downloads = frozenset(file.name for file in others.get("files", ()) if file.is_download)
    met = _Derivation(listed, accounts, downloads).met()
    return Books(entries=met.entries, facts=listed, open_sides=met.open_sides, **others)


def with_facts(books: Books, facts: Iterable[JournalEntry]) -> Books:
    """Return the books as they would be with these facts in the place of their own."""
    worked_out = {"entries", "facts", "open_sides"}
    others = {f.name: getattr(books, f.name) for f in fields(Books) if f.name not in worked_out}
    return books_of(facts, **others)


def meet(
    entries: Iterable[JournalEntry], accounts: Accounts, downloads: Collection[str] = ()
) -> Met:
    """Join the legs and the sides of each movement; the order of the entries is no matter.

    Nothing is guessed: sides that could belong together in several ways stay open. ``downloads``
    are the files that recordkeepers made: some call money that was put back a contribution.
    """
    return _Derivation(in_order(entries), accounts, downloads).met()


def partners_of(entries: Iterable[JournalEntry], accounts: Accounts) -> dict[str, str]:
    """Return by its place the other account of each side that met; "" where there are several."""
    listed = _legs_joined(in_order(entries), accounts)
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
    matched = _matched(_legs_joined(entries, accounts), accounts)
    return [one for matching in matched for one in matching.doubts(sides)]


def counted_once(events: Sequence[Event], account: str, accounts: Accounts) -> list[int]:
    """Return the places of the events of an account that no other counts too.

    What came in is left out where the side that left names the account as its receiver.
    """
    outs = [
        OutSide(place, number, event, accounts[event.account], account, part.amount.cents)
        for place, event in enumerate(events)
        if event.account != account and event.kind in LEAVES
        for number, part in enumerate(parts_of(event))
        if part.to == account
    ]
    ins = [
        in_side(p, e, accounts)
        for p, e in enumerate(events)
        if e.account == account and is_arrival(e)
    ]
    matching = Matching(outs, ins)
    matching.run()
    twice = {into.place for meeting in matching.met for into in meeting.ins}
    return [place for place in range(len(events)) if place not in twice]


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


def _legs_joined(entries: Iterable[JournalEntry], accounts: Accounts) -> list[JournalEntry]:
    """Return entries with what is one thing within a plan joined, then the legs of movements."""
    paid_in = with_contributions_back(entries, accounts)
    return merged(within_plans(paid_in, accounts), accounts)


class _Derivation:
    """One run over facts in order; a place is that of an entry, the legs of each joined."""

    def __init__(
        self, facts: Sequence[JournalEntry], accounts: Accounts, downloads: Collection[str] = ()
    ) -> None:
        self._facts, self._accounts, self._downloads = facts, accounts, downloads
        self._entries = list(divided_by_payment(_legs_joined(facts, accounts), accounts))
        self._cash_paid = cash_paid(self._entries, accounts)
        self._dropped: set[int] = set()
        self._added: list[JournalEntry] = []
        self._open: list[OpenSide] = []
        self._otherwise: dict[int, str] = {}  # by entry: how its payment was divided in other ways

    def met(self) -> Met:
        for matching in _matched(self._entries, self._accounts):
            self._join(matching.met)
            for lone_out in matching.lone_outs:
                self._keep_open(lone_out.event, lone_out.cents, left=True)
            self._otherwise.update(matching.sent_otherwise())
            parts = may_be_parts(matching.unseen_outs, matching.lone_ins)
            for lone_in in matching.lone_ins:
                outs = [*matching.lone_outs, *matching.unseen_outs]
                self._alone(lone_in, outs, is_part=lone_in.place in parts)
            self._ask_of_outside(matching.unseen_outs)
            for meeting in matching.doubts(self._contributions(matching)):
                self._ask_of_contributions(meeting)
        self._ask_of_put_back()
        self._ask_of_taken_back()
        kept = [e for place, e in enumerate(self._entries) if place not in self._dropped]
        listed = scheduled_together([*kept, *self._added], self._accounts)
        if len(listed) != len(self._facts) or any(map(is_not, listed, self._facts)):
            listed = in_order(listed)
        still = tuple(sorted(self._open, key=lambda one: (one.day, one.account, one.where)))
        return Met(tuple(listed), still)

    def _join(self, meetings: Iterable[Meeting]) -> None:
        received: defaultdict[int, dict[int, list[Part]]] = defaultdict(dict)
        arrived: defaultdict[int, list[Arrival]] = defaultdict(list)
        converted: set[int] = set()
        for meeting in meetings:
            for out, into, part in _shares(meeting):
                if out.is_open:
                    received[out.place].setdefault(out.part, []).append(part)
                event = into.event
                rolled = event.kind is EventKind.ROLLOVER_IN and event.source not in ROLLED
                came = Arrival(
                    into.here.id, into.day, part.amount, event.where, event.source, rolled
                )
                arrived[out.place].append(came)
                converted |= {out.place} if into.converted else set()
            for into in meeting.ins:
                self._arrived(into, meeting.outs)
        for place, arrivals in arrived.items():
            entry = self._entries[place]
            if place in received:
                entry = self._said(entry, received[place], converted=place in converted)
            self._entries[place] = _with_arrivals(entry, arrivals)

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
            joint = replace(event, to=there.id, amount=Money.total(part.amount for part in parts))
            if converted or (self._is_traditional(event) and there.kind.is_roth_ira):
                joint = replace(joint, kind=EventKind.CONVERSION)
        return self._rebooked(entry, joint)

    def _is_traditional(self, event: Event) -> bool:
        return self._accounts[event.account].kind.is_pooled_traditional

    def _rebooked(self, entry: JournalEntry, event: Event) -> JournalEntry:
        """Return the entry of an event that says more, with the units that were there before."""
        booked = book(replace(event, fund="", units=None, price=None), self._accounts)
        own = [p for p in entry.postings if p.units is not None]
        if not own:
            return replace(booked, event=event)
        held = {posting.pool for posting in own}
        others = [p for p in booked.postings if p.pool not in held]
        mine = [p for p in entry.postings if p.pool in held]
        return replace(booked, event=event, postings=(*mine, *others))

    def _arrived(self, into: InSide, outs: Sequence[OutSide]) -> None:
        """Leave out an arrival that its other side counts; in a plan its units stay.

        On another day than the money left it comes out of what is on its way: each side is in its
        account as its own statement shows it.
        """
        self._dropped.add(into.place)
        event, sent = into.event, max(out.event.day for out in outs)
        told = event.units is not None and into.here.kind.is_plan
        if not told and into.day == sent:
            return
        roth = all(
            source.character is TaxCharacter.ROTH for out in outs for source in out.event.sources
        )
        usual = Source.ROTH_ROLLOVER if roth and outs[0].event.sources else Source.ROLLOVER
        came = Event(
            where=event.where,
            day=event.day,
            account=event.account,
            kind=EventKind.EXCHANGE,
            amount=event.amount,
            sources=(event.sources or (usual,)) if into.here.kind.is_plan else (),
            memo=event.memo,
            fund=event.fund,
            units=event.units,
            origin=outs[0].here.id,
            reason=ARRIVED,
            seq=event.seq,
        )
        units = book(came, self._accounts).postings if told else ()
        # before the payment nobody can tell what it is made of: it waits in the source it names
        source = event.source if into.day < sent else None
        money = _brought(into, units, source) if into.day != sent else units
        self._added.append(JournalEntry(came, money, "arrival of money on its way"))

    def _alone(self, into: InSide, outs: Sequence[OutSide], *, is_part: bool) -> None:
        """Settle an arrival without another side: from the account it names, open, or outside.

        What was typed without an origin came from elsewhere, as its kind says, unless money that
        met nothing may be it, or it may be a part of money that was said to be sent there.
        """
        event = into.event
        if event.kind is EventKind.CONTRIBUTION:
            return  # typed as it stands: only an arrival beside it shows what it is
        spanned = self._span(into)
        paid_out = self._paid_in_cash(into)
        if into.origin and not spanned and not paid_out:
            told = self._from_its_side(into)
            if told is not None:
                self._dropped.add(into.place)
                self._added.append(told)
                return
        if event.origin == IN_TRANSIT:
            paid = [one for one in self._payments(event) if one.is_as_much(event.money("amount"))]
            is_open = bool(self._senders(into) or paid)
            is_open = is_open or lacks_basis(event, into.here)
        else:
            is_open = bool(into.origin) or is_part or any(_may_be(out, into) for out in outs)
        if is_open or into.place in self._otherwise:
            self._keep_open(event, into.cents, left=False)
            point, words = self._open[-1], self._otherwise.get(into.place, "")
            not_shown_by = "" if into.origin == into.here.id else into.origin
            others = tuple(one for one in point.others if one != not_shown_by)
            self._open[-1] = replace(
                point,
                others=others,
                sent_otherwise=words,
                not_shown_by=not_shown_by,
                paid_out=paid_out,
                spanned=spanned,
            )

    def _span(self, into: InSide) -> tuple[date, date] | None:
        """Return the days of a statement that spans the arrival, of the account said to send it.

        That account shows that it sent none: to book a payment out of it would invent one.
        """
        if into.origin == into.here.id:
            return None  # the other half of what one plan tells in two rows
        spans = self._spans.get(into.origin, ())
        return next((span for span in spans if span[0] <= into.day <= span[1]), None)

    def _paid_in_cash(self, into: InSide) -> bool:
        """Tell whether the account that is said to send it paid as much in cash shortly before.

        Where no statement of it shows the day of the arrival, that cash may have been put back.
        """
        if into.origin in {"", into.here.id}:
            return False
        amount = into.event.money("amount")
        paid = (one for one in self._payments(into.event) if one.main.account == into.origin)
        return any(one.is_as_much(amount) for one in paid)

    @cached_property
    def _spans(self) -> Mapping[str, list[tuple[date, date]]]:
        """By account the first and the last day of what each download shows of it."""
        days: defaultdict[tuple[str, str], list[date]] = defaultdict(list)
        for fact in self._facts:
            file = fact.where.rpartition(":")[0]
            if file in self._downloads and fact.event.kind is not EventKind.BALANCE:
                days[fact.event.account, file].append(fact.event.day)
        spans: defaultdict[str, list[tuple[date, date]]] = defaultdict(list)
        for (account, _), shown in days.items():
            spans[account].append((min(shown), max(shown)))
        return spans

    def _payments(self, event: Event) -> list[CashPaid]:
        """Return the payments in cash that money may be of which came in, perhaps put back."""
        return [one for one in self._cash_paid if one.may_be(event, self._accounts)]

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
                    self._keep_open(event, out.cents, left=False)

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
                self._keep_open(into.event, into.cents, left=False, sent_by=sender)

    def _ask_of_put_back(self) -> None:
        """Keep open whether a contribution to an IRA is a payment in cash that was put back.

        Some recordkeepers code it so. Who typed a contribution has said what it is.
        """
        amounts = {cents for one in self._cash_paid for cents in (one.cash.cents, one.net.cents)}
        asked = {(one.where, one.entry) for one in self._open}
        for entry in self._entries if amounts else ():
            event = entry.event
            if not may_be_rollover(event) or event.money("amount").cents not in amounts:
                continue
            here = self._accounts[event.account]
            told = here.kind.is_plan or entry.where.rpartition(":")[0] not in self._downloads
            if told or (event.where, event.seq) in asked:
                continue
            paid = [one for one in self._payments(event) if one.is_as_much(event.money("amount"))]
            if paid:
                self._keep_open(event, event.money("amount").cents, left=False, paid=paid)

    def _ask_of_taken_back(self) -> None:
        """Keep open what was paid in of what a payroll took back, or its year, if nothing tells."""
        for back in unexplained_back(self._facts, self._accounts):
            event, made = back.event, back.made
            amount = -event.money("amount")
            self._open.append(
                OpenSide(
                    account=event.account,
                    owner=self._accounts[event.account].owner,
                    day=event.day,
                    amount=amount.seen_at(event.where),
                    where=event.where,
                    left=True,
                    entry=event.seq,
                    taken_back=True,
                    gain_unknown=back.lacks_basis,
                    years=back.open_years,
                    payments=tuple(o.seq for o in made if earnings_of(event, o) is not None),
                )
            )

    def _put_back(self, event: Event) -> list[CashPaid]:
        """Return the payments of at least as much in cash up to 60 days before."""
        amount = event.money("amount")
        return [one for one in self._payments(event) if one.cash >= amount]

    def _senders(self, into: InSide) -> tuple[str, ...]:
        return tuple(
            account.id
            for account in self._accounts.values()
            if account.owner == into.here.owner and may_send(account, into.event, into.here)
        )

    def _keep_open(
        self,
        event: Event,
        cents: int,
        *,
        left: bool,
        sent_by: str = "",
        paid: Sequence[CashPaid] = (),
    ) -> None:
        here = self._accounts[event.account]
        own = [a for a in self._accounts.values() if a.owner == here.owner]
        divided = event.kind is EventKind.DISTRIBUTION
        within = not left and came_from_own_plan(event)
        if sent_by:
            others = [sent_by, ELSEWHERE]
        elif within and event.source is not None and event.source.character is TaxCharacter.ROTH:
            others = [f"{here.id}:{s}" for s in Source if s.character is not TaxCharacter.ROTH]
        elif within or paid:
            others = [ELSEWHERE]
        elif left:
            others = [a.id for a in own if may_go(here, a, kind=event.kind)]
            others += [CASH] if divided else [ELSEWHERE]
        else:
            others = [*(a.id for a in own if may_send(a, event, here)), ELSEWHERE]
        cash = paid or ([] if left or sent_by or within else self._put_back(event))
        payments = tuple(dict.fromkeys(one.main.seq for one in cash))
        if within:
            facts = (entry.event for entry in self._facts)
            back = may_have_come_back(event, facts, late=True)
            payments = tuple(one.seq for one in back)
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
                within=within,
                sent_by=sent_by,
                paid_by=paid[0].main.account if paid else "",
                payments=payments,
                lacks_basis=not left and not sent_by and lacks_basis(event, here),
            )
        )


def _may_be(out: OutSide, into: InSide) -> bool:
    """Tell whether money that left and met nothing may be what came in, days or weeks apart."""
    return out.cents == into.cents and abs(into.day - out.event.day) <= SAID_SO and fits(out, into)


def side_id(account: Account, event: Event, source: Source | None) -> str:
    """Return the lasting id of what left an account on a day, made of facts alone."""
    of = f"-{source}" if source is not None else ""
    return f"{account.id}-{event.day.isoformat()}{of}"


def _shares(meeting: Meeting) -> Iterable[tuple[OutSide, InSide, Part]]:
    """Divide what came in over the sources that paid it, in their order."""
    left = [(into, into.cents) for into in meeting.ins]
    one_account = len({into.here.id for into in meeting.ins}) == 1
    for out in meeting.outs:
        missing = out.cents
        whole = parts_of(out.event)[out.part]
        while missing:
            into, cents = left.pop(0)
            taken = min(cents, missing)
            amount = whole.amount if taken == out.cents else Money(taken, whole.amount.evidence)
            whole_election = taken == out.cents or (one_account and missing == out.cents)
            elected = whole.pretax if whole_election else None
            yield out, into, Part(into.here.id, amount, elected)
            missing -= taken
            if cents > taken:
                left.insert(0, (into, cents - taken))


def _brought(into: InSide, units: Sequence[Posting], source: Source | None) -> tuple[Posting, ...]:
    """Return what comes out of transit, with its units; a payment tells what it is made of."""
    amount = into.event.money("amount")
    here = Pool(into.here.id, (source or UNDIVIDED) if into.here.kind.is_plan else "")
    transit = Posting(outside(Outside.IN_TRANSIT), -amount)
    if here in {posting.pool for posting in units}:
        bought = (replace(p, value=amount) if p.pool == here else p for p in units)
        return (*bought, transit)
    return (*units, Posting(here, amount), transit)


def _with_arrivals(payment: JournalEntry, arrivals: Sequence[Arrival]) -> JournalEntry:
    """Return a payment with the rows of its other sides as evidence of its money.

    What comes on another day goes through transit, on each day as the statement of its side has
    it: the payer's day is that of Form 1099-R, the receiver's decides what is there at year end.
    """
    event, rows = payment.event, [one.where for one in arrivals]
    parts = tuple(replace(part, amount=part.amount.seen_at(*rows)) for part in event.parts)
    amount = event.amount.seen_at(*rows) if event.amount is not None else None
    event = replace(event, amount=amount, parts=parts)
    payment = replace(payment, event=event, arrivals=tuple(arrivals))
    apart: defaultdict[str, list[Money]] = defaultdict(list)
    for arrival in (*payment.early, *payment.late):
        apart[arrival.account].append(arrival.amount)
    postings = []
    for posting in payment.postings:
        account, is_in = posting.pool.account, posting.value > ZERO
        coming = Money.total(apart.pop(account, ())) if is_in else ZERO
        if coming:
            postings.append(Posting(outside(Outside.IN_TRANSIT), coming))
            posting = replace(posting, value=posting.value - coming)  # noqa: PLW2901
        postings += [posting] if posting.value or posting.basis else []
    is_apart = bool(payment.early or payment.late)
    return replace(payment, postings=tuple(postings)) if is_apart else payment
