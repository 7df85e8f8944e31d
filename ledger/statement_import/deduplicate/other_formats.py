"""The same events in a file of another format: shown, confirmed once, and booked once.

A plan's CSV and its QFX, a file and what somebody typed, or two typed lists tell the same money
in other words, cut by fund or by source. Rows of a day that another format has brought, in total or
one by one, are not booked again; rows beyond those are new.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from operator import itemgetter
from typing import NamedTuple

from ledger.events import WHOLE, Event, EventKind
from ledger.importers.base import counted
from ledger.money import Money
from ledger.statement_import.context import ImportContext
from ledger.statement_import.deduplicate.amounts_told import (
    NEAR,
    ByKey,
    Key,
    Told,
    by_day_and_kind,
    cuts,
    each_told,
    is_named,
    legs_of,
    matched,
    of_another_year,
    of_event,
    of_row,
    of_rows,
    paired,
    whole,
    year_of,
)
from ledger.statement_import.deduplicate.as_reversed import ask_taken_back
from ledger.statement_import.deduplicate.compared_as import (
    event_as,
    is_paid_as,
    other_words,
)
from ledger.statement_import.deduplicate.coverage import (
    VIEWS,
    Booked,
    ask_total,
    forget_replaced,
    replace_booked,
)
from ledger.statement_import.deduplicate.fingerprints import alike, reader_of
from ledger.statement_import.deduplicate.same_import import typed_elsewhere
from ledger.statement_import.draft import (
    BY_HAND,
    Fact,
    FileDraft,
    Row,
    Status,
    asked_together,
    at_once,
)
from ledger.statement_import.questions.files import (
    SameEventNearby,
    SameEventsOtherFormat,
)
from ledger.store import PERIOD_ROWS, TYPED
from ledger.text import safe

_SHOWN = 4  # events written out in the question


class _Other(NamedTuple):
    """Another format's events of an account; ``files`` are those of this import."""

    reader: str
    told: ByKey
    files: Sequence[FileDraft] = ()


def mark_other_formats(
    draft: FileDraft, context: ImportContext, before: list[FileDraft], drafts: Sequence[FileDraft]
) -> None:
    """Recognise rows that a file of another format has brought; ask once for account and pair.

    ``before`` are the files gone through before in the same import, ``drafts`` all of it.
    """
    mine = draft.reading.importer
    own = _own(draft)
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
            for reader in sorted(found):
                open_rows = [row for row in draft.open if row.account == account]
                there = _Other(reader, found[reader], others)
                if reader == mine:
                    _compare_typed(draft, context, open_rows, there, plan=plan)
                else:
                    _compare(draft, context, open_rows, there, plan=plan)
        ask_taken_back(draft, context, account, drafts, same_rows)


def take_back_elsewhere(draft: FileDraft, context: ImportContext) -> None:
    """Take back what another format has booked of rows that a newer download lacks."""
    own = _own(draft)
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


def _own(draft: FileDraft) -> frozenset[str]:
    """Return the readers whose rows are those of a file, in as many rows or fewer."""
    mine = draft.reading.importer
    return next((views for views in VIEWS if mine in views), alike(mine))


def _around(rows: Sequence[Row]) -> tuple[date, date]:
    days, near = [row.day for row in rows], timedelta(NEAR)
    return min(days) - near, max(days) + near


def _has_foreign(
    context: ImportContext, account: str, rows: Sequence[Row], own: frozenset[str]
) -> bool:
    """Tell whether the ledger has rows of other readers near; else its books are not read."""
    known = context.fingerprints(account, *_around(rows))
    return bool({reader_of(mark) for mark in known} - own - {PERIOD_ROWS})


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
    download may only know as a distribution of that day.
    """
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
        near = 0 if reader in BY_HAND else NEAR
        same = kind is not None and kind is event_as(there)
        if reader not in BY_HAND and is_paid_as(event, there):
            same, near = True, 0
        if not same or not told.cents or abs((there.day - event.day).days) > near:
            continue
        other = of_event(there)
        if told.cents == other.cents and (told.source == other.source or other.source is None):
            return there
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
    draft: FileDraft, context: ImportContext, rows: Iterable[Row], other: _Other, *, plan: bool
) -> None:
    groups = by_day_and_kind(rows, plan=plan)
    same: list[Row] = []
    spares = {key: told for key, told in other.told.items() if key not in groups}
    alone: dict[Key, list[Row]] = {}
    for key, group in groups.items():
        told = other.told.get(key, [])
        found, left, spare = matched(key, group, told)
        for row in found:
            if (one := of_another_year(row, told)) is not None:
                _ask_same(draft, context, [row], other, (key, [one]))
            else:
                same.append(row)
        if left and spare:
            ask_total(draft, context, left, _as_booked(spare, other.files), other.reader)
        elif left:
            alone[key] = left
        elif spare:
            spares[key] = spare
    if same:
        _confirm(draft, context, sorted(same, key=lambda row: row.record.line), other.reader)
    _ask_near(draft, context, alone, other._replace(told=spares), plan=plan)


def _as_booked(told: Sequence[Told], files: Sequence[FileDraft]) -> Booked:
    return Booked(
        Money(sum(one.cents for one in told)),
        [one.event for one in told if one.event is not None],
        [row for one in told if one.row is not None for row in (one.row, *one.other_legs)],
        files,
    )


def _compare_typed(
    draft: FileDraft, context: ImportContext, rows: Iterable[Row], other: _Other, *, plan: bool
) -> None:
    """Find rows that another typed list has too; two lists may share their days otherwise.

    Half of a paycheck may be in each of two funds: equal amounts of other funds or units are two.
    """
    same: list[Row] = []
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
                same.append(row)
    if same:
        _confirm(draft, context, sorted(same, key=lambda row: row.record.line), other.reader)


def _ask_near(
    draft: FileDraft,
    context: ImportContext,
    alone: dict[Key, list[Row]],
    other: _Other,
    *,
    plan: bool,
) -> None:
    """Ask of rows without a like on their day about equal ones that the other format has near it.

    Nothing is proposed: two equal payments in one week may be two, each in one of the files, and
    so may a contribution and a rollover. Of the same kind is asked first.
    """
    other = other._replace(told={key: list(told) for key, told in other.told.items()})
    for key in alone.keys() & other.told.keys():
        _, alone[key], other.told[key] = each_told(alone[key], other.told[key])
    for key in sorted(alone):
        left = _ask_days(draft, context, key, alone[key], other)
        alone[key] = [row for row in left if not _asked_near(draft, context, key, row, other)]
    for key in sorted(alone):
        for row in alone[key]:
            _ask_otherwise(draft, context, row, other_words(row, plan=plan), other)


def _near(key: Key, told: ByKey) -> list[Key]:
    """Return the other days that something of the kind is told of, the nearest first."""
    near = [k for k in told if k.kind is key.kind and abs((k.day - key.day).days) <= NEAR]
    return sorted(near, key=lambda k: (abs((k.day - key.day).days), k.day))


def _ask_days(
    draft: FileDraft, context: ImportContext, key: Key, rows: list[Row], other: _Other
) -> list[Row]:
    """Ask of the rows of a day about another that has as much; return those that are left.

    One file has a payday by fund and the other by source, or one the tax that was withheld in a
    row of its own: only what a source got that day, or all of them, compares.
    """
    left = list(rows)
    for there in _near(key, other.told):
        for rows_of, told_of in list(cuts(left, other.told[there])):
            mine = [row for row in rows_of if row in left]
            told = [one for one in told_of if one in other.told[there]]
            if mine and len(mine) + len(told) > 2 and whole(key, mine, told):
                left = [row for row in left if row not in mine]
                other.told[there] = [one for one in other.told[there] if one not in told]
                _ask_same(draft, context, mine, other, (there, told))
    return left


def _asked_near(
    draft: FileDraft, context: ImportContext, key: Key, row: Row, other: _Other
) -> bool:
    """Ask of a row about the nearest equal one of its kind; tell whether there is one."""
    for there in _near(key, other.told):
        left = each_told([row], other.told[there])[2]
        found = [one for one in other.told[there] if one not in left]
        if found:
            other.told[there] = left
            _ask_same(draft, context, [row], other, (there, found))
            return True
    return False


def _ask_otherwise(
    draft: FileDraft, context: ImportContext, row: Row, words: AbstractSet[EventKind], other: _Other
) -> None:
    """Ask of a row about as much that the other format tells in other words.

    On its very day the source may be another too: rolled money has one of its own in some files.
    """
    found = [
        (abs((key.day - row.day).days), key, one)
        for key, told in other.told.items()
        for one in told
        if key.kind in words and one.cents == row.amount.cents
        if key.day == row.day or is_named(row, one)
    ]
    found = [one for one in found if one[0] <= NEAR]
    if found:
        _, key, one = min(found, key=itemgetter(0, 1))
        other.told[key].remove(one)
        _ask_same(draft, context, [row], other, (key, [one]))


def _ask_same(
    draft: FileDraft,
    context: ImportContext,
    rows: list[Row],
    other: _Other,
    there: tuple[Key, list[Told]],
) -> None:
    """Ask whether rows are what another file tells, of another day or for another tax year."""
    (key, told), first = there, legs_of(there[0], rows)[0]
    year, counted_for = year_of(first), told[0].year
    question = SameEventNearby(
        at=at_once(rows),
        what=first.kind,
        amount=Money(sum(row.amount.cents for row in legs_of(key, rows))),
        day=first.day,
        reader=_named(other.reader),
        near=key.day,
        shown=key.kind,
        years=(year, counted_for) if year and counted_for and year != counted_for else None,
    )
    answer = context.ask(draft, question, *rows)
    if answer is None:
        return
    forget_replaced(draft, context, rows)
    if answer == SameEventNearby.INSTEAD:
        replace_booked(draft, context, rows, _as_booked(told, other.files))
    elif answer == SameEventsOtherFormat.SAME:
        for row in rows:
            draft.close(row, Status.KNOWN, f"the same event as in {other.reader}")


def _confirm(draft: FileDraft, context: ImportContext, rows: list[Row], reader: str) -> None:
    """Close rows that another format has brought, once the user said that they are the same."""
    if _are_same(draft, context, rows, reader):
        for row in rows:
            draft.close(row, Status.KNOWN, f"the same event as in {reader}")


def _are_same(draft: FileDraft, context: ImportContext, rows: Sequence[Row], reader: str) -> bool:
    """Ask whether rows tell what another format has brought; they wait for the answer."""
    mine = draft.reading.importer
    question = SameEventsOtherFormat(
        at=asked_together(rows, match=f"{mine} {reader}"),
        importer=mine,
        reader=_named(reader),
        told=_shown(rows),
    )
    answer = context.ask(draft, question, *rows)
    if answer is not None and answer != SameEventsOtherFormat.SAME:
        draft.notes.append(
            f"{counted(len(rows), 'row')} booked although {_named(reader)} has equal events "
            f"({answer}, by answer)"
        )
    return bool(answer == SameEventsOtherFormat.SAME)


def _named(reader: str) -> str:
    return f"a file of {safe(reader, limit=40)}" if reader else "another file"


def _shown(rows: Sequence[Row]) -> str:
    told = [f"{r.day.isoformat()} {r.kind.value.replace('_', ' ')} {r.amount}" for r in rows]
    more = f", … and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    return ", ".join(told[:_SHOWN]) + more
