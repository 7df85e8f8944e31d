"""Legs of one movement: rows of one account, day, kind and id are one event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ledger.booking import Accounts, book, destinations
from ledger.chart import Outside
from ledger.events import CASH, IN_TRANSIT, Event, EventKind, Part, kinds_where
from ledger.journal import JournalEntry, Posting
from ledger.money import ZERO, Money

MERGED = kinds_where(lambda spec: spec.takes_plan_basis)


def movement_of(event: Event) -> tuple[object, ...]:
    """Return what the legs of one movement share, or what tells an event from all others."""
    if event.id and event.kind in MERGED:
        return event.account, event.day, event.kind, event.sources, event.id
    return event.where, event.seq


def merged(entries: Iterable[JournalEntry], accounts: Accounts) -> list[JournalEntry]:
    """Return entries that stand in order, the legs of each movement joined into one."""
    legs: dict[object, list[JournalEntry]] = {}
    for place, entry in enumerate(entries):
        event = entry.event
        joined = event.id and event.kind in MERGED and not entry.derived
        legs.setdefault(movement_of(event) if joined else place, []).append(entry)
    found: list[JournalEntry] = []
    for one in legs.values():
        said = {leg.event.value for leg in one} - {None}
        # legs that say other values of their source stay apart: the books tell where each stands
        found += one if len(one) == 1 or len(said) > 1 else [_joined(one, accounts)]
    return found


def _joined(legs: Sequence[JournalEntry], accounts: Accounts) -> JournalEntry:
    """Return one entry of several legs; each keeps its postings, with its fund and units."""
    largest = max(legs, key=lambda leg: _gross(leg).cents)
    events = [leg.event for leg in legs]
    event = replace(
        largest.event,
        amount=Money.total(_gross(leg) for leg in legs),
        fund="",
        units=None,
        price=None,
        # what the whole source was worth: each leg that tells it tells the same
        value=next((event.value for event in events if event.value is not None), None),
        withheld=_total([event.withheld for event in events]),
        state_withheld=_total([event.state_withheld for event in events]),
    )
    if event.kind is EventKind.DISTRIBUTION:
        event = with_parts(event, [part for one in events for part in parts_of(one)])
    return with_units(book(event, accounts), legs)


def _total(amounts: Sequence[Money | None]) -> Money | None:
    told = [amount for amount in amounts if amount is not None]
    return Money.total(told) if told else None


def _gross(leg: JournalEntry) -> Money:
    """Return what a leg moves, with the evidence of every row that it was made of."""
    moved = Money.total(part.amount for part in parts_of(leg.event))
    return moved.seen_at(*(place for p in leg.postings for place in p.value.evidence))


def parts_of(event: Event) -> tuple[Part, ...]:
    """Return where money went, as parts; of another kind than a distribution the single one."""
    if event.parts:
        return event.parts
    if event.kind is EventKind.DISTRIBUTION:
        ((to, amount),) = destinations(event)
        return (Part(to, amount),)
    return (Part(event.to, event.amount or ZERO),)


def owned_name(event: Event, name: str, accounts: Accounts) -> tuple[str, str]:
    """Return a name with its owner: two persons may give two payments the same one."""
    return accounts[event.account].owner, name


def is_on_its_way(event: Event) -> bool:
    """Tell whether money of an event left for an account that nobody named."""
    return IN_TRANSIT in {event.to, *(part.to for part in event.parts)}


def with_parts(event: Event, parts: Sequence[Part]) -> Event:
    """Return a distribution that went to these receivers; parts to one receiver add up."""
    by_receiver: dict[str, Part] = {}
    for part in parts:
        before = by_receiver.get(part.to)
        if before is None:
            by_receiver[part.to] = part
            continue
        elected = _total([before.pretax, part.pretax])
        by_receiver[part.to] = Part(part.to, before.amount + part.amount, elected)
    told = tuple(by_receiver.values())
    if len(told) == 1 and told[0].pretax is None:
        to = "" if told[0].to == CASH else told[0].to
        return replace(event, amount=told[0].amount, to=to, parts=())
    return replace(event, amount=None, to="", parts=told)


def with_units(entry: JournalEntry, legs: Iterable[JournalEntry]) -> JournalEntry:
    """Put the postings of legs that carry units in the place of the sums they add up to."""
    held = [p for leg in legs for p in leg.postings if p.units is not None]
    if not held:
        return entry
    left: dict[object, Posting] = {}
    for posting in entry.postings:
        left[posting.pool] = posting
    for posting in held:
        if posting.pool.account == Outside.MARKET:
            continue
        rest = left.get(posting.pool)
        if rest is not None:
            value, basis = rest.value - posting.value, rest.basis - posting.basis
            left[posting.pool] = replace(rest, value=value, basis=basis)
    rest_of = [p for p in left.values() if p.value or p.basis]
    return replace(entry, postings=(*held, *rest_of))


def receivers_by_leg(parts: Sequence[Part], amounts: Sequence[Money]) -> list[tuple[Part, ...]]:
    """Divide the parts of a payment over its legs, in their order, so that each leg adds up.

    >>> told = [Part("ira", Money(500)), Part("roth", Money(300))]
    >>> [[(p.to, p.amount.cents) for p in leg] for leg in
    ...  receivers_by_leg(told, [Money(600), Money(200)])]
    [[('ira', 500), ('roth', 100)], [('roth', 200)]]
    """
    held, pretax = [part.amount for part in parts], [part.pretax for part in parts]
    out: list[tuple[Part, ...]] = []
    for amount in amounts:
        mine, missing = list[Part](), amount
        for place, part in enumerate(parts):
            taken, elected = min(held[place], missing), pretax[place]
            if not taken:
                continue
            mine.append(Part(part.to, taken, None if elected is None else min(elected, taken)))
            held[place] -= taken
            if elected is not None:
                pretax[place] = elected - min(elected, taken)
            missing -= taken
        out.append(tuple(mine))
    return out
