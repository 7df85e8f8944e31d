"""Two rows of one plan that are one thing: a payment taken back, and a conversion in two halves.

The halves may stand in two files, in whichever order they come. A row that brings money in which
left the same plan is recorded as an arrival from that very account; what left it is found here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from ledger.booking import Accounts, book, destinations, gross_amount
from ledger.chart import Source, TaxCharacter
from ledger.events import CASH, IN_TRANSIT, UNSAID, Event, EventKind, fund_key
from ledger.journal import JournalEntry
from ledger.money import ZERO, Money
from ledger.movements.legs import is_on_its_way
from ledger.movements.sides import ON_THE_WAY, SAID_SO, sender_of, sent_source

K = EventKind
OVER_WEEKEND = timedelta(days=4)  # over a long weekend: the next business day
_Placed = tuple[int, Event]  # an event with its place among those looked at
_Group = tuple[_Placed, ...]
_Reversal = tuple[_Group, _Group]  # what left in-plan Roth money, and what came of it
ARRIVED_AS = "-conversion-in"  # ends the id of a conversion of which only the Roth side is told


class Halves(NamedTuple):
    """Rows of one plan and day that took money out, and those that brought as much in."""

    left: tuple[Event, ...]
    came: tuple[Event, ...]
    places: tuple[int, ...] = ()  # of all of them among the events that were looked at

    @property
    def taken_back(self) -> bool:
        """Whether it came into the source that it left; else it was converted to Roth."""
        return came_from_own_plan(self.came[0]) and self.left[0].sources == self.came[0].sources

    @property
    def units_agree(self) -> bool:
        """Whether as many units came in as left, and rows tell them."""
        left, came = ([one.units for one in some] for some in (self.left, self.came))
        told = [abs(units) for units in left if units], [abs(units) for units in came if units]
        all_told = (len(left), len(came)) == (len(told[0]), len(told[1]))
        return all_told and sum(told[0]) == sum(told[1])


def came_from_own_plan(event: Event) -> bool:
    """Tell whether a row says that its money left the same account before."""
    return event.kind is K.ROLLOVER_IN and sender_of(event) == event.account


def halves(events: Iterable[Event]) -> list[Halves]:
    """Return the payments that were taken back and the conversions told in two halves.

    A day's rows together go before single ones. Which of several payments came back, or were
    converted, is not guessed.
    """
    return _halves_beside(*_rows_of_plans(events))


def _rows_of_plans(events: Iterable[Event]) -> tuple[list[_Placed], list[_Reversal]]:
    """Return the events that may be halves, and those that took in-plan Roth money back."""
    listed = [(place, event) for place, event in enumerate(events) if _is_half(event)]
    return listed, _reversals(listed)


def _halves_beside(listed: Sequence[_Placed], reversals: Iterable[_Reversal]) -> list[Halves]:
    """Return the halves among events, without those that took a conversion back."""
    used = {place for groups in reversals for group in groups for place, _ in group}
    listed = [one for one in listed if one[0] not in used]
    came = [one for one in listed if _came(one[1])]
    left = [one for one in listed if not _came(one[1])] if came else []
    # of one account and as much, or no halves: a plan may convert on each of thousands of paydays
    outs, intos = _by_amount(_groups(left)), _by_amount(_groups(came))
    found: list[Halves] = []
    for into in _groups(came):
        key = _amount_of(into)
        fitting = [
            one
            for one in (_halves(out, into) for out in outs.get(key, ()))
            if not used & {*one.places} and may_be_halves(one.left, one.came)
        ]
        alike = (other for other in intos[key] if not used & {place for place, _ in other})
        best = _the_one(fitting, alike)
        if best is not None:
            used.update(best.places)
            found.append(best)
    return found


def _by_amount(groups: Iterable[_Group]) -> dict[tuple[str, Money], list[_Group]]:
    found: dict[tuple[str, Money], list[_Group]] = {}
    for group in groups:
        found.setdefault(_amount_of(group), []).append(group)
    return found


def _amount_of(group: _Group) -> tuple[str, Money]:
    """Return the account and the amount of a group, which both halves of one thing have."""
    return group[0][1].account, _sum(group)


def conversions_undone(events: Iterable[Event]) -> list[tuple[int, ...]]:
    """Return the places of each conversion that a plan took back, and of what took it back.

    In-plan Roth money went where it had come from, as much of it as one conversion of the year,
    told in one row or in two halves. Which of several conversions it was is not guessed.
    """
    listed, reversals = _rows_of_plans(events)
    return _undone(listed, reversals, _halves_beside(listed, reversals) if reversals else ())


def _undone(
    listed: Iterable[_Placed],
    reversals: Iterable[_Reversal],
    joined: Iterable[Halves],
) -> list[tuple[int, ...]]:
    """Return the places of conversions and of what took them back; ``joined`` are the halves."""
    converted = _conversions(listed, joined)
    found: list[tuple[int, ...]] = []
    waiting = list(reversals)
    while waiting:
        fitting = [_fitting(one, converted) for one in waiting]
        # as many taken back as fit: nothing has to tell which took back which
        sure = (
            place
            for place, some in enumerate(fitting)
            if some and len({one.name for one in some}) in {1, fitting.count(some)}
        )
        place = min(sure, key=lambda place: len(fitting[place]), default=None)
        if place is None:
            break
        back, taken = waiting.pop(place), fitting[place][0]
        found.append((*(place for group in back for place, _ in group), *taken.places))
        converted = [one for one in converted if not {*one.places} & {*taken.places}]
    return found


class _Conversion(NamedTuple):
    """A conversion, by what left its source, and the places of all rows that tell it."""

    left: _Group
    places: tuple[int, ...]

    @property
    def name(self) -> str:
        """The name by which it is said to be taken back."""
        return self.left[0][1].name


def _conversions(listed: Iterable[_Placed], joined: Iterable[Halves]) -> list[_Conversion]:
    """Return the conversions that are told whole, and those that two halves tell."""
    told = list(joined)
    halved = {place for one in told for place in one.places}
    whole = [one for one in listed if one[1].kind is K.IN_PLAN_CONVERSION and one[0] not in halved]
    found = [_Conversion(group, tuple(place for place, _ in group)) for group in _groups(whole)]
    for one in told:
        if not one.taken_back:
            left = tuple(zip(one.places, one.left, strict=False))
            found.append(_Conversion(left, one.places))
    return found


def _fitting(back: _Reversal, converted: Iterable[_Conversion]) -> list[_Conversion]:
    """Return the conversions that may be what was taken back; as much money is the surer sign."""
    fitting = [one for one in converted if _is_undone(one.left, *back)]
    return [one for one in fitting if _sum(one.left) == _sum(back[1])] or fitting


def _reversals(listed: Sequence[_Placed]) -> list[_Reversal]:
    """Return what left in-plan Roth money with what came of it into another source that day."""
    came = [one for one in listed if came_from_own_plan(one[1]) and not _is_roth(one[1])]
    outs = _groups(one for one in listed if _left_in_plan_roth(one[1])) if came else []
    found: list[_Reversal] = []
    used: set[int] = set()
    for into in _groups(came) if outs else ():
        free = (out for out in outs if not used & {place for place, _ in (*out, *into)})
        left = next((out for out in free if _undoes(out, into)), None)
        if left is not None:
            found.append((left, into))
            used.update(place for place, _ in (*left, *into))
    return found


def _left_in_plan_roth(event: Event) -> bool:
    on_its_way = event.kind is K.DISTRIBUTION and event.to == IN_TRANSIT
    return on_its_way and event.source is Source.IN_PLAN_ROTH


def _undoes(left: _Group, came: _Group) -> bool:
    out, into = left[0][1], came[0][1]
    return (out.account, out.day) == (into.account, into.day) and _sum(left) == _sum(came)


def _is_undone(conversion: _Group, left: _Group, came: _Group) -> bool:
    """Tell whether a conversion is what was taken back: the same units, or else as much money.

    What is said of it counts, unless units of the same funds say that it was another.
    """
    first, into = conversion[0][1], came[0][1]
    if (first.account, first.sources) != (into.account, into.sources) or first.day > into.day:
        return False
    said = into.of or first.day.year != into.day.year
    if said and into.of not in {event.name for _, event in conversion}:
        return False
    groups = (conversion, left, came)
    funds = {frozenset(fund_key(event.fund) for _, event in group) for group in groups}
    if not all(event.units for group in groups for _, event in group):
        return bool(said) or _sum(conversion) == _sum(came)
    units = {sum(abs(event.units or Decimal()) for _, event in group) for group in groups}
    return len(units) == len(funds) == 1 or bool(said and len(funds) > 1)


def _sum(group: _Group) -> Money:
    return _total(event for _, event in group)


def _the_one(fitting: Sequence[Halves], intos: Iterable[_Group]) -> Halves | None:
    """Return the nearest of the halves that fit, None where another payment may be the one.

    As many units tell which came back or was converted; of conversions so does that the others
    are said to have been paid to the owner. Nothing has to where all of them did.
    """
    if not fitting:
        return None
    fitting = [one for one in fitting if one.units_agree] or fitting
    if not any(one.taken_back for one in fitting):
        fitting = [one for one in fitting if is_on_its_way(one.left[0])] or fitting
    back = [
        into
        for into in intos
        if all(may_be_halves(one.left, [event for _, event in into]) for one in fitting)
    ]
    if len({_payment(one.left[0]) for one in fitting}) > max(len(back), 1):
        return None
    return min(fitting, key=lambda one: abs(one.came[0].day - one.left[0].day))


def _payment(event: Event) -> tuple[object, ...]:
    """Return what tells a payment from others: rows of one that went one way are alike."""
    return event.name, *(to for to, _ in destinations(event))


def may_have_come_back(into: Event, events: Iterable[Event], *, late: bool = False) -> list[Event]:
    """Return the payments of a plan that may be what it says came in again, by their first rows.

    So are conversions that it may have taken back. ``late`` takes in those of earlier years, which
    only the user can say were never made.
    """
    listed = list(enumerate(events))
    found: list[Event] = []
    for group in _groups(one for one in listed if _is_half(one[1]) and not _came(one[1])):
        out = [event for _, event in group]
        said = replace(into, of=out[0].name if late else "")
        if may_be_halves(out, [said]):
            found.append(out[0])
    placed, reversals = _rows_of_plans(event for _, event in listed)
    mine = [one for one in reversals if any(_is_row(event, into) for _, event in one[1])]
    for left, came in mine if late else ():
        converted = _conversions(placed, _halves_beside(placed, reversals))
        for one in converted:
            back = tuple((place, replace(event, of=one.name)) for place, event in came)
            found += [one.left[0][1]] if _is_undone(one.left, left, back) else []
    return found


def _is_row(event: Event, other: Event) -> bool:
    return (event.where, event.seq) == (other.where, other.seq)


def _groups(events: Iterable[tuple[int, Event]]) -> list[_Group]:
    """Return events by account, day, kind and source, then each alone."""
    days: defaultdict[tuple[object, ...], list[tuple[int, Event]]] = defaultdict(list)
    for place, event in events:
        days[event.account, event.day, event.kind, event.sources].append((place, event))
    together = [tuple(group) for group in days.values() if len(group) > 1]
    return [*together, *((one,) for group in days.values() for one in group)]


def _halves(left: _Group, came: _Group) -> Halves:
    out, into = (tuple(event for _, event in group) for group in (left, came))
    return Halves(out, into, tuple(place for place, _ in (*left, *came)))


def may_be_halves(left: Sequence[Event], came: Sequence[Event]) -> bool:
    """Tell whether what came in may be what left: as much, of one plan, some days apart."""
    out, into = left[0], came[0]
    apart = into.day - out.day
    if out.account != into.account:
        return False
    halves_of_plan = all(_is_half(one) and not _came(one) for one in left) and _came(into)
    if not halves_of_plan or _total(left) != _total(came):
        return False
    if out.sources == into.sources and came_from_own_plan(into):
        paid = all(one.kind is K.DISTRIBUTION for one in left)
        return paid and timedelta(0) <= apart and _in_time(left, into)
    other = any(_is_roth(one) or into.of not in {"", one.name} for one in left)
    near = SAID_SO if into.of else OVER_WEEKEND
    if other or abs(apart) > near:
        return False
    if into.kind is K.IN_PLAN_CONVERSION:
        told = out.sources == into.sources and out.kind is K.DISTRIBUTION
        agree = out.id == into.id or Halves(tuple(left), tuple(came)).units_agree
        return told and agree and _went_nowhere(left)
    return _went_nowhere(left) and _is_roth(into) and sent_source(into) in {None, out.source}


def _in_time(left: Iterable[Event], into: Event) -> bool:
    """Tell whether a payment may be what came back: said so, days before, or in the same year.

    A check that nobody cashed may come back months later. After the year in which it was mailed it
    was income of that year (Rev. Rul. 2019-19), unless somebody says what the payer made of it.
    """
    if into.of:
        return all(one.name == into.of for one in left)
    # what comes into in-plan Roth money later is rather a conversion of which one half is told
    late = into.source is not Source.IN_PLAN_ROTH
    return all(
        (late and one.day.year == into.day.year) or into.day - one.day <= ON_THE_WAY for one in left
    )


def within_plans(entries: Iterable[JournalEntry], accounts: Accounts) -> list[JournalEntry]:
    """Return entries with the halves joined: nothing for what was taken back, one conversion.

    The rest of a payment taken back, units that came back more or fewer, is an exchange.
    """
    listed = list(entries)
    undone = conversions_undone(entry.event for entry in listed)
    # the events that stand for an entry, by its place
    events: dict[int, list[Event]] = {place: [] for places in undone for place in places}
    for one in halves(entry.event for entry in listed):
        if events.keys() & {*one.places}:
            continue  # a conversion that was taken back
        events |= {place: [] for place in one.places}
        events[one.places[-1]] = _units_back(one) if one.taken_back else _converted(one)
    joined: list[JournalEntry] = []
    for place, entry in enumerate(listed):
        told = events.get(place)
        if told is None and came_from_own_plan(entry.event) and sent_source(entry.event):
            told = [_conversion(entry.event, sent_source(entry.event))]
        if told is None:
            joined.append(entry)
        else:
            joined += (replace(book(one, accounts), reason=entry.reason) for one in told)
    return joined


def _is_half(event: Event) -> bool:
    left = event.kind is K.DISTRIBUTION or event.kind is K.IN_PLAN_CONVERSION
    return _came(event) or (left and event.source is not None)


def _came(event: Event) -> bool:
    told = event.kind is K.IN_PLAN_CONVERSION and event.id.endswith(ARRIVED_AS)
    return told or came_from_own_plan(event)


def _went_nowhere(left: Iterable[Event]) -> bool:
    """Tell whether no account is said to have got it: a user may take a conversion for cash."""
    paid = [one for one in left if one.kind is K.DISTRIBUTION]
    return all(to in {CASH, IN_TRANSIT} for one in paid for to, _ in destinations(one))


def _total(events: Iterable[Event]) -> Money:
    return Money.total(gross_amount(event) for event in events)


def _is_roth(event: Event) -> bool:
    return event.source is not None and event.source.character is TaxCharacter.ROTH


def _units_back(one: Halves) -> list[Event]:
    """Return what a payment that was taken back left changed: units, by fund."""
    money: defaultdict[str, Money] = defaultdict(lambda: ZERO)
    units: defaultdict[str, Decimal] = defaultdict(Decimal)
    names: dict[str, str] = {}
    for event in (*one.left, *one.came):
        fund = fund_key(event.fund)
        names.setdefault(fund, event.fund)
        amount = gross_amount(event)
        money[fund] += amount if event in one.came else -amount
        units[fund] += event.units or 0
    return [
        Event(
            where=one.came[0].where,
            day=one.came[0].day,
            account=one.came[0].account,
            kind=K.EXCHANGE,
            amount=money[fund],
            sources=one.came[0].sources,
            memo=one.came[0].memo,
            fund=names[fund],
            units=units[fund],
            seq=one.came[0].seq,
        )
        for fund in names
        if units[fund]
    ]


def _converted(one: Halves) -> list[Event]:
    """Return the conversions of two halves, and that the money reached other funds than it left."""
    told = [_conversion(event, event.source) for event in one.left]
    left, reached = ({fund_key(event.fund) for event in some} for some in (one.left, one.came))
    if left != reached and all(event.units for event in (*one.left, *one.came)):
        later = max(event.day for event in (*one.left, *one.came))  # until then it keeps its units
        told += [replace(_exchange(event, -1), day=later) for event in one.left]
        told += [replace(_exchange(event, 1), day=later) for event in one.came]
    return told


def _conversion(event: Event, source: Source | None) -> Event:
    """Return the conversion that a half of it tells: the source has its units, which leave it."""
    return Event(
        where=event.where,
        day=event.day,
        account=event.account,
        kind=K.IN_PLAN_CONVERSION,
        amount=gross_amount(event),
        sources=(source,) if source is not None else (),
        id=f"{event.account}-{event.day.isoformat()}-{source}-conversion",
        memo=event.memo,
        value=event.value,
        reason=UNSAID if event.is_silent else event.reason,
        fund=event.fund,
        units=None if event.units is None else -abs(event.units),
        seq=event.seq,
    )


def _exchange(event: Event, way: int) -> Event:
    return Event(
        where=event.where,
        day=event.day,
        account=event.account,
        kind=K.EXCHANGE,
        amount=gross_amount(event) if way > 0 else -gross_amount(event),
        sources=(Source.IN_PLAN_ROTH,),
        memo=event.memo,
        fund=event.fund,
        units=way * abs(event.units or Decimal()),
        seq=event.seq,
    )
