"""The same events in a file of another format: shown, confirmed once, and booked once.

A plan's CSV and its QFX, a file and what somebody typed, or two typed lists tell the same money
in other words, cut by fund or by source. Rows of a day that another format has brought, in total or
one by one, are not booked again; rows beyond those are new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from ledger.chart import Source
from ledger.events import Event, EventKind, fund_key
from ledger.importers.base import counted
from ledger.money import Money
from ledger.statement_import.context import ImportContext, anchor_of
from ledger.statement_import.deduplicate.compared_as import (
    event_as,
    other_words,
    row_as,
    signed_cents,
)
from ledger.statement_import.deduplicate.coverage import VIEWS, Booked, ask_total
from ledger.statement_import.deduplicate.fingerprints import alike, reader_of
from ledger.statement_import.deduplicate.same_import import places_of, typed_elsewhere
from ledger.statement_import.draft import (
    BY_HAND,
    Fact,
    FileDraft,
    Row,
    Status,
    asked_together,
    grouped,
)
from ledger.statement_import.questions.files import (
    SameAsReversed,
    SameEventNearby,
    SameEventsOtherFormat,
)
from ledger.store import PERIOD_ROWS, ROW, TYPED, LeftOutRow, TakenBack, ToldBy
from ledger.text import safe

_SHOWN = 4  # events written out in the question
_TAKEN_BACK = "the newer download"
_NEAR = 4  # days: one file has the day of the order, the other that of settlement


class _Key(NamedTuple):
    day: date
    kind: EventKind


class _Told(NamedTuple):
    """One amount that another format has brought, with the sign of its rows."""

    cents: int
    source: Source | None
    fund: str = ""  # its key, where it is told
    units: Decimal | None = None  # without sign
    event: Event | None = None  # where the ledger has it
    row: Row | None = None  # of this import, where it has not


_ByKey = dict[_Key, list[_Told]]


class _Other(NamedTuple):
    """Another format's events of an account; ``files`` are those of this import."""

    reader: str
    told: _ByKey
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
        _ask_taken_back(draft, context, account, drafts)


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
            pairs = _paired(_groups(gone, plan=plan), left)
            if pairs and _are_same(draft, context, [row for row, _ in pairs], reader):
                for row, events in pairs:
                    context.take_back(draft, row, events)


def _own(draft: FileDraft) -> frozenset[str]:
    """Return the readers whose rows are those of a file, in as many rows or fewer."""
    mine = draft.reading.importer
    return next((views for views in VIEWS if mine in views), alike(mine))


def _around(rows: Sequence[Row]) -> tuple[date, date]:
    days, near = [row.day for row in rows], timedelta(_NEAR)
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


def _paired(
    groups: dict[_Key, list[Row]], told: Mapping[_Key, list[_Told]]
) -> list[tuple[Row, list[Event]]]:
    """Return rows with the events that tell them and no more: one each, or those of a day."""
    found: list[tuple[Row, list[Event]]] = []
    for key, rows in groups.items():
        near = [k for k in told if k.kind is key.kind and abs((k.day - key.day).days) <= _NEAR]
        near.sort(key=lambda k: abs((k.day - key.day).days))
        legs = _legs(key, rows)
        left = [one for k in near for one in told[k]]
        pairs = list(_each_with_one(legs, left))
        of_day = told.get(key, [])
        if len(pairs) < len(legs) and sum(map(_cents, legs)) == sum(abs(t.cents) for t in of_day):
            pairs = [(row, list(of_day)) for row in legs]
        by_cents = {abs(row.amount.cents): telling for row, telling in pairs}
        for row in rows:
            telling = by_cents.get(abs(row.amount.cents))
            if telling is not None:
                found.append((row, [one.event for one in telling if one.event is not None]))
    return found


def _each_with_one(rows: Sequence[Row], told: list[_Told]) -> Iterator[tuple[Row, list[_Told]]]:
    for row in rows:
        fits = (one for one in told if abs(one.cents) == _cents(row) and _is_named(row, one))
        one = next(fits, None)
        if one is not None:
            told.remove(one)
            yield row, [one]


def _cents(row: Row) -> int:
    return abs(row.amount.cents)


def brought_already(event: Event, facts: Iterable[Fact]) -> Event | None:
    """Return the event that somebody is about to type again, None without one.

    As between two files: the same account, kind, amount and source, on the day, or near the day
    that a download has. A source opens once on a day, with whatever value.
    """
    kind, told = event_as(event), _of_event(event)
    for there, reader in facts:
        if there.account != event.account:
            continue
        if event.kind is there.kind is EventKind.OPENING:
            if (there.day, there.sources) == (event.day, event.sources):
                return there
            continue
        near = 0 if reader in BY_HAND else _NEAR
        same = kind is not None and kind is event_as(there) and told.cents
        if not same or abs((there.day - event.day).days) > near:
            continue
        other = _of_event(there)
        if told.cents == other.cents and (told.source == other.source or other.source is None):
            return there
    return None


def _booked(context: ImportContext, account: str, own: frozenset[str]) -> dict[str, _ByKey]:
    """Return what the ledger has of an account from other readers, by reader."""
    found: dict[str, _ByKey] = {}
    for event, reader in context.all_facts_of(account):
        if reader in own or event.account != account:
            continue
        kind = event_as(event)
        if kind is not None:
            told = _of_event(event)
            found.setdefault(reader, {}).setdefault(_Key(event.day, kind), []).append(told)
    return found


def _typed(context: ImportContext, account: str, rows: Sequence[Row]) -> _ByKey:
    """Return what other typed files have brought: people add columns and type a list again."""
    found: _ByKey = {}
    for event in typed_elsewhere(context, account, rows):
        kind = event_as(event)
        if event.account == account and kind is not None:
            found.setdefault(_Key(event.day, kind), []).append(_of_event(event))
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


def _add(found: _ByKey, coming: Iterable[Row], *, plan: bool) -> None:
    for key, rows in _groups(coming, plan=plan).items():
        told = [_of_row(row) for row in _legs(key, rows)]
        found.setdefault(key, []).extend(told)


def _legs(key: _Key, rows: list[Row]) -> list[Row]:
    """Return the rows that count: of a conversion the incoming legs where there are any."""
    if key.kind is not EventKind.IN_PLAN_CONVERSION:
        return rows
    return [row for row in rows if row.amount.cents > 0] or rows


def _of_event(event: Event) -> _Told:
    units = None if event.units is None else abs(event.units)
    return _Told(signed_cents(event), event.source, fund_key(event.fund), units, event)


def _of_row(row: Row) -> _Told:
    units = None if row.units is None else abs(row.units)
    return _Told(row.amount.cents, row.source, fund_key(row.record.investment), units, row=row)


def _groups(rows: Iterable[Row], *, plan: bool) -> dict[_Key, list[Row]]:
    """Return the rows that move money, those of a day and kind together."""
    kinds = ((row, row_as(row, plan=plan)) for row in rows)
    keys = ((row, _Key(row.day, kind)) for row, kind in kinds if kind is not None)
    return {key: [row for row, _ in found] for key, found in grouped(keys, itemgetter(1)).items()}


def _compare(
    draft: FileDraft, context: ImportContext, rows: Iterable[Row], other: _Other, *, plan: bool
) -> None:
    groups = _groups(rows, plan=plan)
    same: list[Row] = []
    spares = {key: told for key, told in other.told.items() if key not in groups}
    alone: dict[_Key, list[Row]] = {}
    for key, group in groups.items():
        matched, left, spare = _matched(key, group, other.told.get(key, []))
        same += matched
        if left and spare:
            ask_total(draft, context, left, _as_booked(spare, other.files), other.reader)
        elif left:
            alone[key] = left
        elif spare:
            spares[key] = spare
    if same:
        _confirm(draft, context, sorted(same, key=lambda row: row.record.line), other.reader)
    _ask_near(draft, context, alone, other._replace(told=spares), plan=plan)


def _as_booked(told: Sequence[_Told], files: Sequence[FileDraft]) -> Booked:
    return Booked(
        Money(sum(one.cents for one in told)),
        [one.event for one in told if one.event is not None],
        [one.row for one in told if one.row is not None],
        files,
    )


def _compare_typed(
    draft: FileDraft, context: ImportContext, rows: Iterable[Row], other: _Other, *, plan: bool
) -> None:
    """Find rows that another typed list has too; two lists may share their days otherwise.

    Half of a paycheck may be in each of two funds: equal amounts of other funds or units are two.
    """
    same: list[Row] = []
    for key, group in _groups(rows, plan=plan).items():
        told = list(other.told.get(key, []))
        for row in group:
            mine = _of_row(row)
            fits = [one for one in told if _is_named(row, one) and one.cents == mine.cents]
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
    alone: dict[_Key, list[Row]],
    other: _Other,
    *,
    plan: bool,
) -> None:
    """Ask of rows without a like on their day about equal ones that the other format has near it.

    Nothing is proposed: two equal payments in one week may be two, each in one of the files, and
    so may a contribution and a rollover. Of the same kind is asked first.
    """
    reader, spares = other.reader, {key: list(told) for key, told in other.told.items()}
    for key in alone.keys() & spares.keys():
        _, alone[key], spares[key] = _each(alone[key], spares[key])
    rows = [(key, row) for key in sorted(alone) for row in alone[key]]
    rows = [one for one in rows if not _asked_near(draft, context, one, reader, spares)]
    for row in (row for _, row in rows):
        words = other_words(row, plan=plan)
        _ask_otherwise(draft, context, row, words, _Other(reader, spares))


def _asked_near(
    draft: FileDraft, context: ImportContext, one: tuple[_Key, Row], reader: str, spares: _ByKey
) -> bool:
    """Ask of a row about the nearest equal one of its kind; tell whether there is one."""
    key, row = one
    near = [k for k in spares if k.kind is key.kind and abs((k.day - key.day).days) <= _NEAR]
    near.sort(key=lambda k: abs((k.day - key.day).days))
    there = next((k for k in near if _each([row], spares[k])[0]), None)
    if there is None:
        return False
    spares[there] = _each([row], spares[there])[2]
    _ask_one(draft, context, row, reader, there)
    return True


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
        if key.day == row.day or _is_named(row, one)
    ]
    found = [one for one in found if one[0] <= _NEAR]
    if found:
        _, key, one = min(found, key=itemgetter(0, 1))
        other.told[key].remove(one)
        _ask_one(draft, context, row, other.reader, key)


def _ask_one(draft: FileDraft, context: ImportContext, row: Row, reader: str, there: _Key) -> None:
    question = SameEventNearby(
        at=row.at,
        what=row.kind,
        amount=row.amount,
        day=row.day,
        reader=_named(reader),
        near=there.day,
        shown=there.kind,
    )
    if context.ask(draft, question, row) == SameEventsOtherFormat.SAME:
        draft.close(row, Status.KNOWN, f"the same event as in {reader}")


def _matched(
    key: _Key, rows: list[Row], told: list[_Told]
) -> tuple[list[Row], list[Row], list[_Told]]:
    """Return the rows that are told, those that are not, and what is told beyond them."""
    if not told:  # rows that add up to nothing are not what nobody told
        return [], rows, []
    if key.kind is EventKind.IN_PLAN_CONVERSION:
        legs = _legs(key, rows)
        matched, left, spare = _one_by_one(legs, told)
        amounts = [abs(row.amount.cents) for row in matched]
        for row in (row for row in rows if row not in legs):
            if -row.amount.cents in amounts:
                amounts.remove(-row.amount.cents)
                matched.append(row)
            else:
                left.append(row)
        return matched, left, spare
    if sum(row.amount.cents for row in rows) == sum(one.cents for one in told):
        return rows, [], []
    return _one_by_one(rows, told)


def _one_by_one(rows: list[Row], told: list[_Told]) -> tuple[list[Row], list[Row], list[_Told]]:
    """Return rows that are told, those that are not, and what is left: in total or one by one."""
    if abs(sum(row.amount.cents for row in rows)) == abs(sum(one.cents for one in told)):
        return list(rows), [], []
    return _each(rows, told)


def _each(rows: list[Row], told: list[_Told]) -> tuple[list[Row], list[Row], list[_Told]]:
    spare, matched, left = list(told), [], []
    for row in rows:
        fits = [one for one in spare if abs(one.cents) == abs(row.amount.cents)]
        named = [one for one in fits if _is_named(row, one)]
        if named:
            spare.remove(named[0])
            matched.append(row)
        else:
            left.append(row)
    return matched, left, spare


def _is_named(row: Row, told: _Told) -> bool:
    return row.source is None or told.source in {None, row.source}


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


class _Back(NamedTuple):
    """What was taken back: an entry that was reversed, or a row that a newer download lacks."""

    key: _Key
    told: _Told
    where: str
    anchor: str
    entry: int = 0
    why: str = ""
    row: str = ""
    by: str = ""

    @classmethod
    def of(cls, one: TakenBack) -> Iterator[_Back]:
        """Yield what an entry told, unless it moved nothing."""
        event, kind = one.event, event_as(one.event)
        if kind is not None:
            key, told = _Key(event.day, kind), _of_event(event)
            anchor = ROW + one.row if one.row else event.where
            yield cls(key, told, event.where, anchor, event.seq, one.why, one.row, one.by)

    @classmethod
    def of_left_out(cls, gone: LeftOutRow) -> _Back:
        """Return what a row of the ledger told that was never booked."""
        kind, cents, source, fund, units = gone.told
        named = Source(source) if source else None
        told = _Told(cents, named, fund, Decimal(units) if units else None)
        key, anchor = _Key(gone.day, EventKind(kind)), ROW + gone.fingerprint
        return cls(key, told, gone.where, anchor, by=gone.by)


def _ask_taken_back(
    draft: FileDraft, context: ImportContext, account: str, drafts: Sequence[FileDraft]
) -> None:
    """Ask about rows that nothing tells but what was taken back: they may be as wrong."""
    rows = [row for row in draft.open if row.account == account]
    told = list(_taken_back(draft, context, account, drafts)) if rows else []
    plan = context.accounts[account].kind.is_plan
    for row in rows if told else ():
        kind = row_as(row, plan=plan)
        near = [one for one in told if one.row in {"", row.fingerprint}]
        near = [one for one in near if kind is not None and kind is one.key.kind]
        near.sort(key=lambda one: abs((one.key.day - row.day).days))
        fits = [
            one
            for one in near
            if abs((one.key.day - row.day).days) <= _NEAR and _each([row], [one.told])[0]
        ]
        if fits:
            if not row.kind.spec.is_leg:  # two legs tell one conversion
                told.remove(fits[0])
            _ask_one_taken_back(draft, context, row, fits[0])


def _taken_back(
    draft: FileDraft, context: ImportContext, account: str, drafts: Sequence[FileDraft]
) -> Iterator[_Back]:
    """Go through what was taken back of an account in other words, or of this file's own rows."""
    same_rows = _own(draft) - {TYPED}
    mine = places_of(context, account, draft.accounts[account])
    for one in context.taken_back:
        if one.event.account == account and one.event.where not in mine:
            for back in _Back.of(one):
                yield back if one.importer in same_rows else back._replace(row="")
    for gone in context.load_left_out(account):
        if gone.reader not in same_rows:
            yield _Back.of_left_out(gone)
    yield from _taken_back_now(context, account, same_rows)
    for other in drafts:
        if other.reading.importer not in same_rows:
            yield from _left_out_now(other, context, account)


def _taken_back_now(
    context: ImportContext, account: str, same_rows: AbstractSet[str]
) -> Iterator[_Back]:
    """Go through what this import takes back of other formats; what has another day stays."""
    ages = context.ages_of(account)
    stays = {n for mark in ages.now.moved for n in ages.held.resting.of(mark)}
    for fact in context.facts_numbered(context.completed - stays):
        if fact.importer not in same_rows and fact.event.account == account:
            for back in _Back.of(TakenBack(fact.event, fact.importer, "", by=_TAKEN_BACK)):
                yield back._replace(anchor=context.anchor_of(fact.event))


def _left_out_now(other: FileDraft, context: ImportContext, account: str) -> Iterator[_Back]:
    """Go through the rows of a file of this import that a newer download lacks."""
    plan = context.accounts[account].kind.is_plan
    moved = context.ages_of(account).now.moved
    for row in other.accounts.get(account, []):
        kind = row_as(row, plan=plan)
        gone = context.is_superseded(row) and row.fingerprint not in moved
        if kind is not None and gone and not row.stored:
            key = _Key(row.day, kind)
            yield _Back(key, _of_row(row), row.record.where, anchor_of(row), by=_TAKEN_BACK)


def _ask_one_taken_back(draft: FileDraft, context: ImportContext, row: Row, there: _Back) -> None:
    question = SameAsReversed(
        at=row.at,
        what=row.kind,
        amount=row.amount,
        day=row.day,
        entry=there.entry,
        there=there.where,
        reason=there.why,
        by=there.by,
    )
    if context.ask(draft, question, row) == SameAsReversed.LEAVE:
        draft.close(row, Status.KNOWN, f"as wrong as {there.where}, which was taken back")
        told = ToldBy({(there.anchor, there.told.source or ""): None}, whole=True)
        context.told_by[row.account, row.fingerprint] = told


def _named(reader: str) -> str:
    return f"a file of {safe(reader, limit=40)}" if reader else "another file"


def _shown(rows: Sequence[Row]) -> str:
    told = [f"{r.day.isoformat()} {r.kind.value.replace('_', ' ')} {r.amount}" for r in rows]
    more = f", … and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    return ", ".join(told[:_SHOWN]) + more
