"""Openings of what has earlier rows: the rows tell where the money came from, the value is checked.

Whoever imports the newest statement first says what was there before it. When the older statements
come, their money must not count twice: the opening then says what a statement says, a value at the
close of a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from ledger.booking import book
from ledger.chart import Account, Pool
from ledger.events import Event, EventKind, kinds_where
from ledger.journal import JournalEntry
from ledger.money import ZERO, Money

_DAY = timedelta(days=1)
_STATED = kinds_where(lambda spec: spec.is_stated)


def with_late_openings(
    entries: Iterable[JournalEntry], accounts: Mapping[str, Account]
) -> list[JournalEntry]:
    """Return entries in which late openings are balances of the eve."""
    listed = list(entries)
    if not any(entry.event.kind is EventKind.OPENING for entry in listed):
        return listed
    first = _first_days(listed)
    kept: list[JournalEntry] = []
    late: dict[tuple[Pool, date], list[JournalEntry]] = {}
    for entry in listed:
        pool = entry.postings[0].pool if entry.postings else None
        is_opening = entry.event.kind is EventKind.OPENING
        if is_opening and pool is not None and first.get(pool, date.max) < entry.day:
            late.setdefault((pool, entry.day), []).append(entry)
        else:
            kept.append(entry)
    return [*kept, *(book(as_balance(group), accounts) for group in late.values())]


def _first_days(entries: Iterable[JournalEntry]) -> dict[Pool, date]:
    """Return the day on which rows first move each pool; the first opening is no row."""
    first: dict[Pool, date] = {}
    opened: dict[Pool, date] = {}
    for entry in entries:
        days = opened if entry.event.kind in _STATED else first
        for posting in entry.postings:
            days[posting.pool] = min(entry.day, days.get(posting.pool, entry.day))
    return {pool: min(day, opened.get(pool, day)) for pool, day in first.items()} | {
        pool: day for pool, day in opened.items() if pool not in first
    }


def as_balance(group: Sequence[JournalEntry]) -> Event:
    """Return what openings of one source and day state together, as a balance of the eve.

    The basis that they state is kept beside it: rows before them say another, or the same. So are
    the units of a single one: earlier rows may tell none.
    """
    main = group[0].event
    if len(group) > 1:
        main = replace(main, fund="", units=None, price=None)
    said = [entry.event.basis for entry in group if entry.event.basis is not None]
    return replace(
        main,
        kind=EventKind.BALANCE,
        day=main.day - _DAY,
        value=Money.total(entry.event.value or ZERO for entry in group),
        basis=Money.total(said) if said else None,
        pre_1987=None,
    )
