"""Payments that a plan took back: a row of the same words brings the same money in again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ledger.events import EventKind
from ledger.importers.signs import LEAVING
from ledger.money import ZERO
from ledger.movements import ON_THE_WAY
from ledger.records import RowKind
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row, Status
from ledger.statement_import.rows.events import make


def close_taken_back(draft: FileDraft, context: ImportContext) -> None:
    """Close what left a plan and came back some days later, in the same words, source and fund.

    Nothing was paid; fewer or more units that came back are kept.
    """
    for back in draft.open:
        if back.kind is not RowKind.UNKNOWN or back.amount <= ZERO or back.event is not None:
            continue
        if not context.accounts[back.account].kind.is_plan:
            continue
        left = [row for row in draft.open if row.event is None and _is_back(row, back)]
        if left:
            _close(draft, context, max(left, key=lambda row: row.day), back)


def _is_back(row: Row, back: Row) -> bool:
    near = row.kind in LEAVING and abs(back.day - row.day) <= ON_THE_WAY
    return near and row.day <= back.day and row.amount == -back.amount and _told(row) == _told(back)


def _told(row: Row) -> tuple[str, ...]:
    record = row.record
    return row.account, record.raw_type, record.source_text, record.investment


def _close(draft: FileDraft, context: ImportContext, left: Row, back: Row) -> None:
    more = (left.units or 0) + (back.units or 0)
    draft.close(left, Status.INFO, f"taken back by {back.record.where}")
    record = back.record
    source = context.source_named(back.account, record.source_text, record.source)
    if not more or source is None:
        note = f"takes back {left.record.where}"
        draft.change(back, kind=left.kind, status=Status.INFO, note=note)
        return
    event = make(back, EventKind.EXCHANGE, ZERO, source)
    draft.book(replace(event, units=Decimal(more)), back)
