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
    rows = [row for row in draft.rows if not row.settled and row.event is None]
    rows = [row for row in rows if context.accounts[row.account].kind.is_plan]
    for back in rows:
        if back.kind is not RowKind.UNKNOWN or back.amount <= ZERO:
            continue
        left = [row for row in rows if _is_back(row, back)]
        if left:
            _close(draft, context, max(left, key=lambda row: row.day), back)


def _is_back(row: Row, back: Row) -> bool:
    near = row.kind in LEAVING and not row.settled and abs(back.day - row.day) <= ON_THE_WAY
    return near and row.day <= back.day and row.amount == -back.amount and _told(row) == _told(back)


def _told(row: Row) -> tuple[str, ...]:
    record = row.record
    return row.account, record.raw_type, record.source_text, record.investment


def _close(draft: FileDraft, context: ImportContext, left: Row, back: Row) -> None:
    more = (left.units or 0) + (back.units or 0)
    left.close(Status.INFO, f"taken back by {back.record.where}")
    record = back.record
    source = context.source_named(back.account, record.source_text, record.source)
    if not more or source is None:
        back.kind = left.kind
        back.close(Status.INFO, f"takes back {left.record.where}")
        return
    event = make(back, EventKind.EXCHANGE, ZERO, source)
    draft.book(replace(event, units=Decimal(more)), back)
