"""Payments that a plan took back: a row of the same words brings the same money in again.

Each row is booked as what it tells, in whichever file it stands; together they are nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from ledger.chart import Source
from ledger.events import IN_TRANSIT, Event, EventKind, Way
from ledger.importers.legs import IN, OUT
from ledger.importers.signs import LEAVING
from ledger.money import ZERO
from ledger.movements import (
    ON_THE_WAY,
    came_from_own_plan,
    conversions_undone,
    halves,
    may_have_come_back,
)
from ledger.records import RowKind, rows_where
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row, Status
from ledger.statement_import.questions.movements import WhichCameBack
from ledger.statement_import.rows.events import make, positive

# What a plan pays out, to whomever: conversions inside it are no payment.
_PAID = rows_where(
    lambda spec: (
        spec.is_side(Way.OUT, "rollover", "transfer")
        or (spec.event is not None and spec.event.may_be_divided)
    )
)
_LEFT = OUT | _PAID  # rows that may be what was converted


def mark_taken_back(draft: FileDraft, context: ImportContext, drafts: Sequence[FileDraft]) -> None:
    """Mark rows of a plan that bring in what left it before, in the same words.

    Fees and tax that are given back in the same file are closed with their rows.
    """
    _mark_conversions(draft, context, drafts)
    for back in _open_rows(draft, context, {RowKind.UNKNOWN}):
        rows = _open_rows(draft, context, LEAVING - _PAID)
        left = [row for row in rows if back.amount > ZERO and _is_back(row, back)]
        if left:
            _close(draft, max(left, key=lambda row: row.day), back)
    unknown = [r for r in _open_rows(draft, context, {RowKind.UNKNOWN}) if r.amount > ZERO]
    payments = {
        account: _Payments(account, drafts, context)
        for account in dict.fromkeys(row.account for row in unknown)
    }
    for row in unknown:
        if payments[row.account].of(row):
            draft.change(row, kind=RowKind.TAKEN_BACK)


def book_taken_back(draft: FileDraft, context: ImportContext, drafts: Sequence[FileDraft]) -> None:
    """Book payments that were taken back as on their way, and what came back as from the plan.

    Which of several payments it was is asked.
    """
    for row in _open_rows(draft, context, {RowKind.TAKEN_BACK}):
        if row.amount > ZERO:
            _ask_which(draft, row, drafts, context)
        elif row.source is not None:
            draft.book(as_told(row, row.source), row)
    paid = [row for row in _open_rows(draft, context, _PAID) if row.amount < ZERO]
    for row in list(_taken_back(paid, drafts, context)):
        if row.source is not None:
            draft.book(as_told(row, row.source), row)
    for back in _open_rows(draft, context, {RowKind.TAKEN_BACK}):
        left = [row for row in paid if draft.is_open(row) and _is_back(row, back)]
        if back.source is not None:
            draft.book(as_told(back, back.source), back)
        elif left:  # no source is named: nothing tells the two apart but their words
            _close(draft, left[0], back)


def _mark_conversions(
    draft: FileDraft, context: ImportContext, drafts: Sequence[FileDraft]
) -> None:
    """Mark rows that take a conversion back: in-plan Roth money went where it had come from."""
    kinds = {RowKind.UNKNOWN, *IN, *_LEFT}
    back = [
        row
        for row in _open_rows(draft, context, kinds)
        for source in (_source(row, context),)
        if source is not None and (source is Source.IN_PLAN_ROTH) == (row.amount < ZERO)
    ]
    for account in dict.fromkeys(row.account for row in back if row.amount < ZERO):
        told: list[_HalfRow] = [(fact.event, None) for fact in context.all_facts_of(account)]
        told += _rows_told(account, drafts, context, lambda row: row.kind in kinds)
        for places in conversions_undone(event for event, _ in told):
            rows = [told[place][1] for place in places]
            for row in (row for row in rows if row is not None and row in back):
                draft.change(row, kind=RowKind.TAKEN_BACK)


def _rows_told(
    account: str,
    drafts: Iterable[FileDraft],
    context: ImportContext,
    wanted: Callable[[Row], bool],
) -> Iterator[_HalfRow]:
    """Go through the new rows of an account in these files that may be half of something."""
    for row in (row for draft in drafts for row in draft.rows if row.account == account):
        if row.status is Status.NEW and row.event is None and wanted(row):
            yield as_told(row, _source(row, context)), row


_HalfRow = tuple[Event, Row | None]  # a row of these files, or an event of the ledger without one


def _taken_back(
    rows: Sequence[Row], drafts: Sequence[FileDraft], context: ImportContext
) -> Iterator[Row]:
    """Go through the rows of which the other half is in these files or in the ledger."""
    for account in dict.fromkeys(row.account for row in rows):
        half_rows = _half_rows(account, drafts, context)
        for found in halves(event for event, _ in half_rows):
            listed = [half_rows[place] for place in found.places]
            mine = [row for _, row in listed if row is not None and row in rows]
            if found.taken_back and mine and _in_same_words(listed, mine[0], context):
                yield from mine


def _half_rows(account: str, drafts: Sequence[FileDraft], context: ImportContext) -> list[_HalfRow]:
    """Return what left an account and came in again, in these files and alone in the ledger."""
    stored = [fact.event for fact in context.all_facts_of(account)]
    paired = {place for one in halves(stored) for place in one.places}
    found: list[_HalfRow] = [
        (event, None) for place, event in enumerate(stored) if place not in paired
    ]
    told = _rows_told(account, drafts, context, _is_half)
    return [*found, *told]


def _is_half(row: Row) -> bool:
    if row.amount < ZERO:
        return row.kind in _PAID
    return row.kind is RowKind.UNKNOWN or row.kind is RowKind.TAKEN_BACK


def _in_same_words(half: Iterable[_HalfRow], row: Row, context: ImportContext) -> bool:
    """Tell whether rows of these files, and of the ledger, have the words of one; or it is said."""
    words = row.record.raw_type
    return all(
        came_from_own_plan(event) or words in context.raw_row(event.where)
        if other is None
        else other.record.raw_type == words
        for event, other in half
    )


class _Payments:
    """What left an account, worked out once for all rows that may bring some of it in again."""

    def __init__(self, account: str, drafts: Sequence[FileDraft], context: ImportContext) -> None:
        self._context = context
        half_rows = _half_rows(account, drafts, context)
        self._left = [
            (place, one) for place, one in enumerate(half_rows) if not came_from_own_plan(one[0])
        ]
        self._back: dict[int, set[str]] = {}  # by the place of a half: the rows of both halves
        for one in halves(event for event, _ in half_rows):
            both = (half_rows[place][1] for place in one.places)
            marks = {row.fingerprint for row in both if row is not None}
            for place in one.places:
                self._back[place] = marks

    def of(self, back: Row) -> dict[str, list[Row]]:
        """Return the payments in the words of a row that it may bring in, with their rows.

        What another row is sure to have taken back is none of them.
        """
        mine = {back.fingerprint}
        left = [one for place, one in self._left if back.fingerprint in self._back.get(place, mine)]
        if back.kind is not RowKind.TAKEN_BACK:  # else somebody said what it is
            left = [one for one in left if _in_same_words([one], back, self._context)]
        if not left:
            return {}
        into = as_told(back, _source(back, self._context))
        names = [event.name for event in may_have_come_back(into, [event for event, _ in left])]
        return {
            name: [row for event, row in left if row is not None and event.name == name]
            for name in names
        }


def _ask_which(
    draft: FileDraft, back: Row, drafts: Sequence[FileDraft], context: ImportContext
) -> None:
    """Ask which payment came back where several may have: each may have gone elsewhere."""
    if back.source is None or back in _taken_back([back], drafts, context):
        return
    payments = _Payments(back.account, drafts, context).of(back)
    if len(payments) <= 1:  # it may stand in a file that comes later
        return
    question = WhichCameBack(at=back.at, amount=back.amount, payments=tuple(payments))
    rows = [row for paid in payments.values() for row in paid if row in draft.rows]
    answer = context.ask(draft, question, back, *rows)
    if answer in payments:
        draft.change(back, of=str(answer))


def _open_rows(draft: FileDraft, context: ImportContext, kinds: Collection[RowKind]) -> list[Row]:
    """Return the open rows of plans, of some kinds, as they are now."""
    return [
        row
        for row in draft.open
        if row.kind in kinds and row.event is None and context.accounts[row.account].kind.is_plan
    ]


def _is_back(row: Row, back: Row) -> bool:
    near = row.day <= back.day and back.day - row.day <= ON_THE_WAY
    return near and row.amount == -back.amount and _told(row) == _told(back)


def _told(row: Row) -> tuple[str, ...]:
    record = row.record
    return row.account, record.raw_type, record.source_text, record.investment


def _source(row: Row, context: ImportContext) -> Source | None:
    return context.source_named(row.account, row.record.source_text, row.record.source)


def as_told(row: Row, source: Source | None) -> Event:
    """Return a row as a payment on its way, or as money that left the same account before."""
    if row.amount < ZERO:
        paid = make(row, EventKind.DISTRIBUTION, positive(row.amount), source)
        return replace(paid, to=IN_TRANSIT)
    back = make(row, EventKind.ROLLOVER_IN, row.amount, source)
    return replace(back, origin=row.account, of=row.of)


def _close(draft: FileDraft, left: Row, back: Row) -> None:
    draft.close(left, Status.INFO, f"taken back by {back.record.where}")
    note = f"takes back {left.record.where}"
    draft.change(back, kind=left.kind, status=Status.INFO, note=note)
