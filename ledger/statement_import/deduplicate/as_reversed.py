"""What was taken back, in a file of another format: it may be as wrong there, so it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import NamedTuple

from ledger.chart import Source
from ledger.events import EventKind
from ledger.statement_import.context import ImportContext, anchor_of
from ledger.statement_import.deduplicate.amounts_told import (
    Key,
    Told,
    each_told,
    is_named,
    of_event,
    of_row,
)
from ledger.statement_import.deduplicate.compared_as import event_as, row_as
from ledger.statement_import.deduplicate.same_import import places_of
from ledger.statement_import.draft import NEAR, FileDraft, Row, Status, grouped
from ledger.statement_import.questions.files import SameAsReversed
from ledger.store import ROW, LeftOutRow, TakenBack, ToldBy

_TAKEN_BACK = "the newer download"


class _Back(NamedTuple):
    """What was taken back: an entry that was reversed, or a row that a newer download lacks."""

    key: Key
    told: Told
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
            key, told = Key(event.day, kind), of_event(event)
            anchor = ROW + one.row if one.row else event.where
            yield cls(key, told, event.where, anchor, event.seq, one.why, one.row, one.by)

    @classmethod
    def of_left_out(cls, gone: LeftOutRow) -> _Back:
        """Return what a row of the ledger told that was never booked."""
        kind, cents, source, fund, units = gone.told
        named = Source(source) if source else None
        told = Told(cents, named, fund, Decimal(units) if units else None)
        key, anchor = Key(gone.day, EventKind(kind)), ROW + gone.fingerprint
        return cls(key, told, gone.where, anchor, by=gone.by)


def ask_taken_back(
    draft: FileDraft,
    context: ImportContext,
    account: str,
    drafts: Sequence[FileDraft],
    same_rows: AbstractSet[str],
) -> None:
    """Ask about rows that nothing tells but what was taken back: they may be as wrong.

    ``same_rows`` are the readers whose rows are those of the file.
    """
    rows = [row for row in draft.open if row.account == account]
    told = list(_taken_back(draft, context, account, drafts, same_rows)) if rows else []
    if not told:
        return
    plan = context.accounts[account].kind.is_plan
    for row in rows:
        kind = row_as(row, plan=plan)
        near = [one for one in told if one.row in {"", row.fingerprint}]
        near = [one for one in near if kind is not None and kind is one.key.kind]
        near = [one for one in near if abs((one.key.day - row.day).days) <= NEAR]
        near.sort(key=lambda one: (abs((one.key.day - row.day).days), one.key.day))
        alone = [one for one in near if each_told([row], [one.told])[0]]
        found = alone[:1] or next(_of_days(row, near), [])
        if found:
            if not row.kind.spec.is_leg:  # two legs tell one conversion
                told = [one for one in told if one not in found]
            _ask_one_taken_back(draft, context, row, found)
    _ask_by_fund(draft, context, rows, told)


def _ask_by_fund(
    draft: FileDraft, context: ImportContext, rows: Sequence[Row], told: Sequence[_Back]
) -> None:
    """Ask about rows of a day and source that tell in total what was taken back."""
    left = [row for row in rows if draft.now(row.key).status is Status.NEW]
    plan = context.accounts[rows[0].account].kind.is_plan if rows else False
    by_day = grouped(left, lambda row: (row.day, row_as(row, plan=plan), row.source))
    for (day, kind, _), group in by_day.items():
        total = abs(sum(row.amount.cents for row in group))
        near = [one for one in told if one.key.kind is kind and abs(one.told.cents) == total]
        near = [one for one in near if abs((one.key.day - day).days) <= NEAR]
        fits = [one for one in near if is_named(group[0], one.told)]
        for row in group if fits and len(group) > 1 else ():
            _ask_one_taken_back(draft, context, row, fits[:1])


def _of_days(row: Row, near: Sequence[_Back]) -> Iterator[list[_Back]]:
    """Go through what was taken back of one day that a row tells in total."""
    for of_day in grouped(near, lambda one: one.key.day).values():
        named = [one for one in of_day if is_named(row, one.told)]
        if abs(sum(one.told.cents for one in named)) == abs(row.amount.cents):
            yield named


def _taken_back(
    draft: FileDraft,
    context: ImportContext,
    account: str,
    drafts: Sequence[FileDraft],
    same_rows: AbstractSet[str],
) -> Iterator[_Back]:
    """Go through what was taken back of an account in other words, or of this file's own rows."""
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
    """Go through what this import takes back of other formats.

    What has another day stays, and so does what a row stands in the place of.
    """
    ages = context.ages_of(account)
    stays = {n for mark in ages.now.moved for n in ages.held.resting.of(mark)}
    for fact in context.facts_numbered(context.completed - context.replaced - stays):
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
            key = Key(row.day, kind)
            yield _Back(key, of_row(row), row.record.where, anchor_of(row), by=_TAKEN_BACK)


def _ask_one_taken_back(
    draft: FileDraft, context: ImportContext, row: Row, there: Sequence[_Back]
) -> None:
    first, places = there[0], ", ".join(dict.fromkeys(one.where for one in there))
    question = SameAsReversed(
        at=row.at,
        what=row.kind,
        amount=row.amount,
        day=row.day,
        entry=first.entry if len(there) == 1 else 0,
        there=places,
        reason=first.why,
        by=first.by,
    )
    if context.ask(draft, question, row) == SameAsReversed.LEAVE:
        draft.close(row, Status.KNOWN, f"as wrong as {places}, which was taken back")
        told = ToldBy({(one.anchor, one.told.source or ""): None for one in there}, whole=True)
        context.told_by[row.account, row.fingerprint] = told
