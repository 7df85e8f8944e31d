"""Which sides of movements belong together: worked out from all of them, in any order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import combinations
from typing import NamedTuple

from ledger.money import Money
from ledger.movements.sides import ON_THE_WAY, SAID_SO, InSide, OutSide, fits, is_near

_TOGETHER = 6  # sources of one payment looked at in every combination
_PLACES = 3  # accounts that one payment is divided over at most
_NEAR = 12  # deposits about one payment looked at in every combination


class Meeting(NamedTuple):
    """What left and what came in, which add up to the same."""

    outs: tuple[OutSide, ...]
    ins: tuple[InSide, ...]


@dataclass
class Matching:
    """The sides of all movements of one owner, and those that met so far."""

    outs: Sequence[OutSide]
    ins: Sequence[InSide]
    met: list[Meeting] = field(default_factory=list)
    _gone: set[tuple[int, int]] = field(default_factory=set)  # sides out that met: entry and part
    _come: set[int] = field(default_factory=set)  # entries of the sides in that met

    def run(self) -> list[Meeting]:
        """Let the sides meet, those that are surer first; several that fit alike do not meet."""
        self._meet_said()
        for find in (
            self._on_several_days,
            self._sources_in_several,
            partial(self._pairs, timedelta(0)),
            partial(self._pairs, ON_THE_WAY),
            partial(self._pairs, SAID_SO),
            partial(self._checks, by_fund=False),
            self._partly_said,
            partial(self._checks, by_fund=True),
            self._in_several,
            self._divided,
        ):
            while self._commit(find()):
                pass
        return self.met

    @property
    def lone_outs(self) -> list[OutSide]:
        """The sides that went out to an account nobody named and met nothing."""
        return [out for out in self.outs if out.is_open and not self._is_gone(out)]

    @property
    def unseen_outs(self) -> list[OutSide]:
        """The sides that went out to an account which does not show that they came in."""
        return [out for out in self.outs if not out.is_open and not self._is_gone(out)]

    @property
    def lone_ins(self) -> list[InSide]:
        """The sides that came in and met nothing."""
        return [into for into in self.ins if into.place not in self._come]

    def doubts(self, contributions: Sequence[InSide]) -> list[Meeting]:
        """Return what left for an account that shows no such arrival, with what it may be there.

        That are contributions of the same amount, some of them perhaps said to be arrivals.
        """
        outs = self.unseen_outs
        receivers = {out.to for out in outs}
        ins = [i for i in (*self.lone_ins, *contributions) if i.here.id in receivers]
        if not outs or not ins:
            return []
        held = Matching(outs, ins)
        held._meet_said()
        held._commit(held._on_several_days())
        return held.met

    def sent_otherwise(self) -> dict[int, str]:
        """Return by entry what came in where a payment of as much was divided in another way.

        In all the accounts got what was said to have left for them, and each something else.
        """
        days: defaultdict[tuple[str, date], list[OutSide]] = defaultdict(list)
        for out in self.unseen_outs:
            days[out.here.id, out.event.day].append(out)
        found: dict[int, str] = {}
        for (sender, day), outs in days.items():
            sent: Counter[str] = Counter()
            for out in outs:
                sent[out.to] += out.cents
            ins = [i for i in self.lone_ins if i.here.id in sent and i.origin in {"", sender}]
            ins = [i for i in ins if abs(i.day - day) <= ON_THE_WAY]
            came: Counter[str] = Counter()
            for into in ins:
                came[into.here.id] += into.cents
            if len(sent) > 1 and sum(sent.values()) == sum(came.values()):
                words = _otherwise(sender, sent, came)
                found.update((into.place, words) for into in ins)
        return found

    def _on_several_days(self) -> Iterator[Meeting]:
        """Go through payments to one account that deposits of some days add up to."""
        for outs in self._sent().values():
            yield from self._several([tuple(outs)])

    def _sources_in_several(self) -> Iterator[Meeting]:
        """Go through the sources of such payments: each can come in several checks of its own."""
        for outs in self._sent().values():
            if len(outs) > 1:
                yield from self._several(list(_subsets(outs)))

    def _in_several(self) -> Iterator[Meeting]:
        """Several deposits in one account, of some days, that nobody said were sent there."""
        for outs in self._open_payments():
            yield from self._several(list(_subsets(outs)))

    def _several(self, payments: Sequence[tuple[OutSide, ...]]) -> Iterator[Meeting]:
        """Go through the deposits of one account that add up to sources of one account and day."""
        near = [into for into in self.lone_ins if is_near(payments[0][0], into)]
        for outs in payments if near else ():
            accounts: defaultdict[str, list[InSide]] = defaultdict(list)
            for into in near:
                if into.cents < _cents(outs) and self._all_fit(outs, [into]):
                    accounts[into.here.id].append(into)
            for ins in accounts.values():
                for many in range(2, _PLACES + 1) if len(ins) <= _NEAR else ():
                    found = (
                        some for some in combinations(ins, many) if _cents(some) == _cents(outs)
                    )
                    yield from (Meeting(outs, some) for some in found)

    def _is_gone(self, out: OutSide) -> bool:
        return (out.place, out.part) in self._gone

    def _take(self, outs: Sequence[OutSide], ins: Sequence[InSide]) -> None:
        self.met.append(Meeting(tuple(outs), tuple(ins)))
        self._gone.update((out.place, out.part) for out in outs)
        self._come.update(into.place for into in ins)

    # ---- where the receiver was said: what came in is that money, whichever of several alike ----

    def _meet_said(self) -> None:
        by_amount: defaultdict[tuple[str, int], list[InSide]] = defaultdict(list)
        for into in self.ins:
            by_amount[into.here.id, into.cents].append(into)
        for near in (timedelta(0), ON_THE_WAY, SAID_SO):
            for out in self.unseen_outs:
                found = self._nearest(out, by_amount[out.to, out.cents], near)
                if found is not None:
                    self._take([out], [found])
        self._meet_said_sums()

    def _nearest(self, out: OutSide, ins: Iterable[InSide], near: timedelta) -> InSide | None:
        """Return the nearest arrival; weeks later only money that says where it is from."""
        fitting = [
            into
            for into in ins
            if into.place not in self._come
            and abs(into.day - out.event.day) <= near
            and (into.origin or near <= ON_THE_WAY)
            and fits(out, into)
        ]
        return min(fitting, key=lambda into: abs(into.day - out.event.day), default=None)

    def _meet_said_sums(self) -> None:
        """Let several payments to one account, or several deposits, meet by what they add up to."""
        came: defaultdict[tuple[str, int], list[list[InSide]]] = defaultdict(list)
        for group in (*self._deposits(by_fund=True), *self._deposits(by_fund=False)):
            came[group[0].here.id, _cents(group)].append(group)
        for outs in self._sent().values():
            for some in _subsets(outs):
                if any(self._is_gone(out) for out in some):
                    continue
                groups = came[some[0].to, _cents(some)]
                found = next((g for g in groups if self._all_fit(some, g)), None)
                if found is not None:
                    self._take(some, found)

    def _sent(self) -> dict[tuple[str, str, date], list[OutSide]]:
        """Return what was said to have left one account for another on a day, and met nothing."""
        sent: defaultdict[tuple[str, str, date], list[OutSide]] = defaultdict(list)
        for out in self.unseen_outs:
            sent[out.here.id, out.to, out.event.day].append(out)
        return sent

    def _all_fit(self, outs: Sequence[OutSide], ins: Sequence[InSide]) -> bool:
        return all(
            into.place not in self._come and is_near(out, into) and fits(out, into)
            for out in outs
            for into in ins
        )

    # ---- where nobody said it: one way in which they can belong together, or none ---------------

    def _commit(self, found: Iterable[Meeting]) -> bool:
        """Keep the meetings whose sides are in no other; tell whether there was one."""
        listed = list(found)
        uses: Counter[object] = Counter()
        for meeting in listed:
            uses.update((out.place, out.part) for out in meeting.outs)
            uses.update(into.place for into in meeting.ins)
        alone = [
            meeting
            for meeting in listed
            if all(uses[out.place, out.part] == 1 for out in meeting.outs)
            and all(uses[into.place] == 1 for into in meeting.ins)
        ]
        chosen = alone or _alike(listed)
        for meeting in chosen:
            self._take(*meeting)
        return bool(chosen)

    def _pairs(self, near: timedelta) -> Iterator[Meeting]:
        index: defaultdict[int, list[InSide]] = defaultdict(list)
        for into in self.lone_ins:
            index[into.cents].append(into)
        for out in self.lone_outs:
            for into in index[out.cents]:
                if abs(into.day - out.event.day) <= near and is_near(out, into) and fits(out, into):
                    yield Meeting((out,), (into,))

    def _checks(self, *, by_fund: bool) -> Iterator[Meeting]:
        """Go through the deposits for sources of one payment: one check for several of them.

        Or several deposits of one account and day, as a statement ``by_fund`` shows one.
        """
        index: defaultdict[int, list[list[InSide]]] = defaultdict(list)
        for ins in self._deposits(by_fund=by_fund):
            index[_cents(ins)].append(ins)
        for outs in self._open_payments():
            for some in _subsets(outs):
                for ins in index[_cents(some)] if by_fund or len(some) > 1 else ():
                    if self._all_fit(some, ins):
                        yield Meeting(tuple(some), tuple(ins))

    def _partly_said(self) -> Iterator[Meeting]:
        """Go through deposits for several sources, of some of which alone the receiver was said."""
        index: defaultdict[int, list[list[InSide]]] = defaultdict(list)
        for ins in (*self._deposits(by_fund=False), *self._deposits(by_fund=True)):
            index[_cents(ins)].append(ins)
        sent = self._sent()
        for outs in self._open_payments():
            here, day = outs[0].here.id, outs[0].event.day
            said = [some for key, some in sent.items() if (key[0], key[2]) == (here, day)]
            for mixed in (_mixed(outs, some) for some in said):
                for some in mixed:
                    fitting = (ins for ins in index[_cents(some)] if self._all_fit(some, ins))
                    yield from (Meeting(some, tuple(ins)) for ins in fitting)
                if mixed:
                    yield from self._several(mixed)

    def _open_payments(self) -> list[list[OutSide]]:
        """Return what left each account on each day for an account that nobody named."""
        payments: defaultdict[tuple[str, date], list[OutSide]] = defaultdict(list)
        for out in self.lone_outs:
            payments[out.here.id, out.event.day].append(out)
        return list(payments.values())

    def _divided(self) -> Iterator[Meeting]:
        """One payment of one source divided over two or three accounts."""
        lone = sorted(self.lone_ins, key=lambda into: into.day)
        for out in self.lone_outs:
            first = bisect_left(lone, out.event.day - ON_THE_WAY, key=lambda into: into.day)
            last = bisect_right(lone, out.event.day + ON_THE_WAY, key=lambda into: into.day)
            near = lone[first:last]
            close = [i for i in near if i.cents < out.cents and self._all_fit([out], [i])]
            if len(close) > _NEAR:
                continue
            for many in range(2, _PLACES + 1):
                for ins in combinations(close, many):
                    apart = len({into.here.id for into in ins}) == many
                    if apart and _cents(ins) == out.cents:
                        yield Meeting((out,), ins)

    def _deposits(self, *, by_fund: bool) -> list[list[InSide]]:
        """Return what came in one by one, or ``by_fund`` together: several of an account and day.

        Together stands what names the same account as its origin, or none.
        """
        if not by_fund:
            return [[into] for into in self.lone_ins]
        groups: defaultdict[tuple[str, date, str], list[InSide]] = defaultdict(list)
        for into in self.lone_ins:
            groups[into.here.id, into.day, into.origin].append(into)
        return [group for group in groups.values() if len(group) > 1]


def may_be_parts(outs: Sequence[OutSide], ins: Sequence[InSide]) -> set[int]:
    """Return the places of what came weeks apart and adds up to what was said to be sent there.

    Nothing says where it is from: it may be that payment, or money from elsewhere.
    """
    sent: defaultdict[tuple[object, ...], list[OutSide]] = defaultdict(list)
    for out in outs:
        sent[out.here.id, out.to, out.event.day].append(out)
    found: set[int] = set()
    for paid in sent.values():
        near = [i for i in ins if timedelta(0) <= i.day - paid[0].event.day <= SAID_SO]
        near = [i for i in near if all(fits(out, i) for out in paid)]
        for many in range(2, _PLACES + 1) if len(near) <= _NEAR else ():
            for some in combinations(near, many):
                found |= {i.place for i in some} if _cents(some) == _cents(paid) else set()
    return found


def _alike(found: Sequence[Meeting]) -> list[Meeting]:
    """Return pairs in the order of their days where it makes no difference which belong together.

    So it is where all left one source and as many of the same amount came into one account.
    """
    groups: defaultdict[tuple[object, ...], list[Meeting]] = defaultdict(list)
    owner_of_in: defaultdict[int, set[object]] = defaultdict(set)
    owner_of_out: defaultdict[tuple[int, int], set[object]] = defaultdict(set)
    for meeting in found:
        if len(meeting.outs) != 1 or len(meeting.ins) != 1:
            return []
        out, into = meeting.outs[0], meeting.ins[0]
        key = (*out.like, out.cents, into.here.id, into.event.kind, into.converted)
        groups[key].append(meeting)
        owner_of_in[into.place].add(key)
        owner_of_out[out.place, out.part].add(key)
    paired: list[Meeting] = []
    for meetings in groups.values():
        outs = {(m.outs[0].place, m.outs[0].part): m.outs[0] for m in meetings}
        ins = {m.ins[0].place: m.ins[0] for m in meetings}
        closed = all(len(owner_of_in[i]) == 1 for i in ins)
        closed = closed and all(len(owner_of_out[o]) == 1 for o in outs)
        if closed and len(outs) == len(ins):
            possible = {(m.outs[0].place, m.outs[0].part, m.ins[0].place) for m in meetings}
            left = sorted(outs.values(), key=lambda out: out.event.day)
            pairs = list(zip(left, sorted(ins.values(), key=lambda i: i.day), strict=True))
            if all((out.place, out.part, into.place) in possible for out, into in pairs):
                paired += [Meeting((out,), (into,)) for out, into in pairs]
    return paired


def _cents(sides: Iterable[OutSide] | Iterable[InSide]) -> int:
    return sum(side.cents for side in sides)


def _subsets(outs: Sequence[OutSide]) -> Iterator[tuple[OutSide, ...]]:
    """Go through the sources of a payment that can have gone one way, all of them first."""
    if len(outs) > _TOGETHER:
        yield tuple(outs)
        yield from ((out,) for out in outs)
        return
    for many in range(len(outs), 0, -1):
        yield from combinations(outs, many)


def _mixed(outs: Sequence[OutSide], said: Sequence[OutSide]) -> list[tuple[OutSide, ...]]:
    """Return sources of a payment that can have gone one way: some open, some said to go there."""
    together = _subsets([*outs, *said])
    return [some for some in together if len({out.is_open for out in some}) > 1]


def _otherwise(sender: str, sent: Counter[str], came: Counter[str]) -> str:
    """Say how a payment was divided by its answers, and how by the statements of its receivers."""
    said = " and ".join(f"{Money(cents)} to {to}" for to, cents in sorted(sent.items()))
    shown = " and ".join(f"{Money(came[to])} in {to}" for to in sorted(sent))
    wrong = Money(sum(max(cents - came[to], 0) for to, cents in sent.items()))
    return (
        f"{sender} is said to have sent {said}, and {shown} arrived: {wrong} is on the wrong side"
    )
