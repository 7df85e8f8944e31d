"""Disbursements of one time: what a plan pays on one day out of the same sources is one payment.

Notice 2014-54, section III: however many rows or files tell of them, and wherever each goes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ledger.booking import Accounts
from ledger.chart import Pool, Source, TaxCharacter
from ledger.events import Event, EventKind
from ledger.journal import JournalEntry, Posting
from ledger.money import Money
from ledger.movements.legs import owned_name, parts_of, with_parts

_SOURCES = frozenset(source.value for source in Source)


def scheduled_together(entries: Sequence[JournalEntry], accounts: Accounts) -> list[JournalEntry]:
    """Return entries with the payments of each plan, day, sources and reason joined into one.

    Payments stay apart where money that was put back names each of several, where they say other
    values of their sources, and where Roth money was paid along with other money: that is a
    contract of its own.
    """
    of_time: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        if entry.event.kind is EventKind.DISTRIBUTION and not entry.derived:
            of_time[_time_of(entry.event, accounts)].append(place)
    several = [p for p in of_time.values() if len(p) > 1 and _of_plan(entries[p[0]], accounts)]
    if not several:
        return list(entries)
    named = {
        owned_name(entry.event, entry.event.of, accounts) for entry in entries if entry.event.of
    }
    held = _sources_held(entries)
    kept: dict[int, JournalEntry] = dict(enumerate(entries))
    for places in several:
        paid = [entries[place] for place in places]
        put_back = [e.event for e in paid if owned_name(e.event, e.event.name, accounts) in named]
        if _is_one(paid, put_back, held):
            for place in places:
                del kept[place]
            kept[places[0]] = _joined(paid, put_back)
    return [kept[place] for place in sorted(kept)]


def _time_of(event: Event, accounts: Accounts) -> tuple[object, ...]:
    why = event.exception, event.reason, event.disaster
    sources: object = frozenset(event.sources)
    roth = any(source.character is TaxCharacter.ROTH for source in event.sources)
    if event.sources and not roth and not accounts[event.account].separate_after_tax:
        sources = "one contract"  # whatever sources the plan tells it by
    return event.account, event.day, sources, *why


def _of_plan(entry: JournalEntry, accounts: Accounts) -> bool:
    return accounts[entry.event.account].kind.is_plan


def _sources_held(entries: Iterable[JournalEntry]) -> Mapping[str, set[str]]:
    """Return the sources of each account, for payments out of all of them."""
    held: defaultdict[str, set[str]] = defaultdict(set)
    for posting in (posting for entry in entries for posting in entry.postings):
        if posting.pool.source in _SOURCES:
            held[posting.pool.account].add(posting.pool.source)
    return held


def _is_one(
    paid: Sequence[JournalEntry], put_back: Sequence[Event], held: Mapping[str, set[str]]
) -> bool:
    events = [entry.event for entry in paid]
    sources = events[0].sources or [Source(one) for one in held.get(events[0].account, ())]
    roth = {source.character is TaxCharacter.ROTH for source in sources}
    values = {event.value for event in events} - {None}
    names = {event.name for event in put_back}
    return len(roth) < len({True, False}) and len(values) <= 1 and len(names) <= 1


def _joined(paid: Sequence[JournalEntry], put_back: Sequence[Event]) -> JournalEntry:
    """Return one entry of several payments: that of the largest, or of what was put back."""
    events = [entry.event for entry in paid]
    lead = max(paid, key=lambda one: (one.event in put_back, _gross(one.event).cents))
    event = replace(
        with_parts(lead.event, [part for one in events for part in parts_of(one)]),
        sources=tuple(dict.fromkeys(source for one in events for source in one.sources)),
        fund="",
        units=None,
        price=None,
        value=next((one.value for one in events if one.value is not None), None),
        withheld=_total(one.withheld for one in events),
        state_withheld=_total(one.state_withheld for one in events),
    )
    postings: list[Posting] = []
    plain: dict[Pool, Posting] = {}
    for posting in (posting for entry in paid for posting in entry.postings):
        before = plain.get(posting.pool)
        if posting.units is not None:
            postings.append(posting)
        elif before is None:
            plain[posting.pool] = posting
        else:
            value, basis = before.value + posting.value, before.basis + posting.basis
            plain[posting.pool] = replace(before, value=value, basis=basis)
    arrivals = tuple(arrival for entry in paid for arrival in entry.arrivals)
    return replace(lead, event=event, postings=(*postings, *plain.values()), arrivals=arrivals)


def _gross(event: Event) -> Money:
    return Money.total(part.amount for part in parts_of(event))


def _total(amounts: Iterable[Money | None]) -> Money | None:
    told = [amount for amount in amounts if amount is not None]
    return Money.total(told) if told else None
