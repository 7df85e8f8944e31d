"""The same events in a file of another format: shown, confirmed once, and booked once.

A plan's CSV and its QFX, a file and what somebody typed, or two typed lists tell the same money
in other words, cut by fund or by source. Rows of a day that another format has brought, in total or
one by one, are not booked again; rows beyond those are new.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ledger.events import WHOLE, Event, EventKind
from ledger.importers.base import counted
from ledger.statement_import.context import ImportContext
from ledger.statement_import.deduplicate.amounts_told import (
    ByKey,
    Key,
    Told,
    by_day_and_kind,
    is_named,
    matched,
    of_another_year,
    of_event,
    of_row,
    of_rows,
    paired,
    states_more,
)
from ledger.statement_import.deduplicate.as_reversed import ask_taken_back
from ledger.statement_import.deduplicate.compared_as import (
    event_as,
    is_paid_as,
)
from ledger.statement_import.deduplicate.coverage import (
    ask_total,
    own_readers,
)
from ledger.statement_import.deduplicate.fingerprints import reader_of
from ledger.statement_import.deduplicate.near_days import (
    NearDays,
    Other,
    as_booked,
    close_as_same,
    named,
)
from ledger.statement_import.deduplicate.same_import import typed_elsewhere
from ledger.statement_import.deduplicate.third_formats import Thirds
from ledger.statement_import.draft import (
    BY_HAND,
    NEAR,
    Fact,
    FileDraft,
    Row,
    Status,
    asked_together,
    grouped,
)
from ledger.statement_import.questions.files import (
    SameEventsOtherFormat,
)
from ledger.store import PERIOD_ROWS, TYPED

_SHOWN = 4  # events written out in the question


class _Pair(NamedTuple):
    """A row, and what tells it and perhaps others of its day."""

    row: Row
    told: Sequence[Told]


def mark_other_formats(
    draft: FileDraft, context: ImportContext, before: list[FileDraft], drafts: Sequence[FileDraft]
) -> None:
    """Recognise rows that a file of another format has brought; ask once for account and pair.

    ``before`` are the files gone through before in the same import, ``drafts`` all of it.
    """
    mine = draft.reading.importer
    own = own_readers(draft)
    same_rows = own - {TYPED}  # of two typed lists a row may have other columns
    others = [other for other in before if other.reading.importer not in same_rows]
    for account, rows in draft.accounts.items():
        typed = mine == TYPED and not {*context.fingerprints(account, *_around(rows))} <= {
            row.fingerprint for row in rows
        }
        if others or typed or _has_foreign(context, account, rows, own):
            plan = context.accounts[account].kind.is_plan
            found = _booked(context, account, own)
            if typed:
                found[TYPED] = _typed(context, account, rows)
            for other in others:
                coming = _coming(context, other, rows)
                _add(found.setdefault(other.reading.importer, {}), coming, plan=plan)
            thirds = Thirds(draft, context, account, found, others)
            for reader in thirds.readers:
                open_rows = [row for row in draft.open if row.account == account]
                there = Other(reader, thirds.told_by(reader), others)
                if reader == mine:
                    _compare_typed(draft, context, open_rows, there, plan=plan)
                else:
                    _compare(draft, context, [*thirds.replaced, *open_rows], there, plan=plan)
            thirds.ask()
        ask_taken_back(draft, context, account, drafts, same_rows)


def take_back_elsewhere(draft: FileDraft, context: ImportContext) -> None:
    """Take back what another format has booked of rows that a newer download lacks."""
    own = own_readers(draft)
    for account, rows in draft.accounts.items():
        moved = context.ages_of(account).now.moved  # the event itself stays
        gone = [row for row in rows if context.is_superseded(row) and not row.stored]
        gone = [row for row in gone if row.fingerprint not in moved]
        if not gone or not _has_foreign(context, account, rows, own):
            continue
        plan = context.accounts[account].kind.is_plan
        still = _told_still(context, account, own)
        for reader, told in sorted(_booked(context, account, own - {TYPED}).items()):
            left = {
                key: [one for one in listed if one.event and one.event.seq not in still]
                for key, listed in told.items()
            }
            pairs = paired(by_day_and_kind(gone, plan=plan), left)
            if pairs and _are_same(draft, context, [row for row, _ in pairs], reader):
                for row, events in pairs:
                    context.take_back(draft, row, events)


def _around(rows: Sequence[Row]) -> tuple[date, date]:
    days, near = [row.day for row in rows], timedelta(NEAR)
    return min(days) - near, max(days) + near


def _has_foreign(
    context: ImportContext, account: str, rows: Sequence[Row], own: frozenset[str]
) -> bool:
    """Tell whether the ledger has rows of other readers near; else its books are not read."""
    first, last = _around(rows)
    known = context.fingerprints(account, first, last)
    if {reader_of(mark) for mark in known} - own - {PERIOD_ROWS}:
        return True
    # a row that others book is among those that its file shows alone
    others = (file for file in context.ages_of(account).held.files if file.reader not in own)
    return any(first <= row.day <= last for file in others for row in file.rows.values())


def _told_still(context: ImportContext, account: str, own: frozenset[str]) -> set[int]:
    """Return the entries that rows of these readers tell which nobody took back."""
    ages = context.ages_of(account)
    resting = ages.held.resting
    return {
        entry
        for told in (resting.cited, resting.alone)
        for mark, entries in told.items()
        if reader_of(mark) in own and mark not in ages.taken_back
        for entry in entries
    }


def brought_already(event: Event, facts: Iterable[Fact]) -> Event | None:
    """Return the event that somebody is about to type again, None without one.

    As between two files: the same account, kind, amount and source, on the day, or near the day
    that a download has. A source opens once on a day, with whatever value. What was paid out a
    download may only know as a distribution, and it may have a day's total in several rows.
    """
    facts = list(facts)
    kind, told = event_as(event), of_event(event)
    for there, reader in facts:
        if there.account != event.account:
            continue
        if event.kind is there.kind is EventKind.OPENING:
            if (there.day, there.sources) == (event.day, event.sources):
                return there
            continue
        if WHOLE in {event.reason, there.reason} and kind is event_as(there):
            if there.day == event.day and there.sources == event.sources:
                return there  # all of a source moves once on a day
            continue
        if reader in BY_HAND and there.tax_year != event.tax_year:
            continue  # both were typed, and a person said that they are of two years
        near = 0 if reader in BY_HAND else NEAR
        same = kind is not None and kind is event_as(there)
        same |= reader not in BY_HAND and is_paid_as(event, there)
        if not same or not told.cents or abs((there.day - event.day).days) > near:
            continue
        other = of_event(there)
        if told.cents == other.cents and (told.source == other.source or other.source is None):
            return there
    return _in_rows(event, told, facts)


def _in_rows(event: Event, told: Told, facts: Iterable[Fact]) -> Event | None:
    """Return the first of several events of a download, of one day, that make what is typed."""
    like = [
        there
        for there, reader in facts
        if reader not in BY_HAND and there.account == event.account
        if event_as(there) is event_as(event) or is_paid_as(event, there)
        if abs((there.day - event.day).days) <= NEAR and event.source in {None, there.source}
    ]
    for of_day in grouped(like, lambda there: there.day).values() if told.cents else ():
        if len(of_day) > 1 and sum(of_event(there).cents for there in of_day) == told.cents:
            return of_day[0]
    return None


def _booked(context: ImportContext, account: str, own: frozenset[str]) -> dict[str, ByKey]:
    """Return what the ledger has of an account from other readers, by reader."""
    found: dict[str, ByKey] = {}
    for event, reader in context.all_facts_of(account):
        if reader in own or event.account != account:
            continue
        kind = event_as(event)
        if kind is not None:
            told = of_event(event)
            found.setdefault(reader, {}).setdefault(Key(event.day, kind), []).append(told)
    return found


def _typed(context: ImportContext, account: str, rows: Sequence[Row]) -> ByKey:
    """Return what other typed files have brought: people add columns and type a list again."""
    found: ByKey = {}
    for event in typed_elsewhere(context, account, rows):
        kind = event_as(event)
        if event.account == account and kind is not None:
            found.setdefault(Key(event.day, kind), []).append(of_event(event))
    return found


def _coming(context: ImportContext, other: FileDraft, rows: Sequence[Row]) -> list[Row]:
    """Return what a file before this one in the same import is about to bring, but for its rows."""
    account, mine = rows[0].account, {row.fingerprint for row in rows}
    comes = {Status.NEW, Status.QUESTION}
    return [
        row
        for row in other.rows
        if row.status in comes and row.account == account
        if row.fingerprint not in mine and not context.is_superseded(row)
    ]


def _add(found: ByKey, coming: Iterable[Row], *, plan: bool) -> None:
    for key, rows in by_day_and_kind(coming, plan=plan).items():
        found.setdefault(key, []).extend(of_rows(key, rows))


def _compare(
    draft: FileDraft, context: ImportContext, rows: Iterable[Row], other: Other, *, plan: bool
) -> None:
    """Compare rows day by day; those that are known are part of a total and wait for nothing."""
    groups = by_day_and_kind(rows, plan=plan)
    same: list[_Pair] = []
    spares = {key: told for key, told in other.told.items() if key not in groups}
    alone: dict[Key, list[Row]] = {}
    for key, group in groups.items():
        told = other.told.get(key, [])
        found, left, spare = matched(key, group, told)
        used = [one for one in told if one not in spare]
        for row in found:
            if row.status is not Status.NEW:
                continue
            if (one := of_another_year(row, told)) is not None:
                NearDays(draft, context, other, plan=plan).ask_same([row], key, [one])
            elif states_more(row, told):
                NearDays(draft, context, other, plan=plan).ask_same([row], key, told)
            else:
                same.append(_Pair(row, used))
        waits = [row for row in left if row.status is Status.NEW]
        if waits and spare:
            ask_total(draft, context, left, as_booked(spare, other.files), other.reader)
        elif waits:
            alone[key] = waits
        elif spare:
            spares[key] = spare
    _confirm(draft, context, same, other.reader)
    NearDays(draft, context, other._replace(told=spares), plan=plan).ask(alone)


def _compare_typed(
    draft: FileDraft, context: ImportContext, rows: Iterable[Row], other: Other, *, plan: bool
) -> None:
    """Find rows that another typed list has too; two lists may share their days otherwise.

    Half of a paycheck may be in each of two funds: equal amounts of other funds or units are two.
    """
    same: list[_Pair] = []
    for key, group in by_day_and_kind(rows, plan=plan).items():
        told = list(other.told.get(key, []))
        for row in group:
            mine = of_row(row)
            fits = [one for one in told if is_named(row, one) and one.cents == mine.cents]
            fits = [one for one in fits if not (one.fund and mine.fund) or one.fund == mine.fund]
            fits = [
                one
                for one in fits
                if one.units is None or mine.units is None or one.units == mine.units
            ]
            if fits:
                told.remove(fits[0])
                same.append(_Pair(row, fits[:1]))
    _confirm(draft, context, same, other.reader)


def _confirm(draft: FileDraft, context: ImportContext, same: Sequence[_Pair], reader: str) -> None:
    """Close rows that another format has brought, once the user said that they are the same."""
    same = sorted(same, key=lambda pair: pair.row.record.line)
    if same and _are_same(draft, context, [pair.row for pair in same], reader):
        for row, told in same:
            close_as_same(draft, context, [row], told, reader)


def _are_same(draft: FileDraft, context: ImportContext, rows: Sequence[Row], reader: str) -> bool:
    """Ask whether rows tell what another format has brought; they wait for the answer."""
    mine = draft.reading.importer
    question = SameEventsOtherFormat(
        at=asked_together(rows, match=f"{mine} {reader}"),
        importer=mine,
        reader=named(reader),
        told=_shown(rows),
    )
    answer = context.ask(draft, question, *rows)
    if answer is not None and answer != SameEventsOtherFormat.SAME:
        draft.notes.append(
            f"{counted(len(rows), 'row')} booked although {named(reader)} has equal events "
            f"({answer}, by answer)"
        )
    return bool(answer == SameEventsOtherFormat.SAME)


def _shown(rows: Sequence[Row]) -> str:
    told = [f"{r.day.isoformat()} {r.kind.value.replace('_', ' ')} {r.amount}" for r in rows]
    more = f", … and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    return ", ".join(told[:_SHOWN]) + more
