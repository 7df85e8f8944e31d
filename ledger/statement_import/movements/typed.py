"""Rows that show what was typed by hand before: a movement that is in the books already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from ledger.events import Event, EventKind
from ledger.importers.legs import IN, OUT
from ledger.money import ZERO
from ledger.movements import ON_THE_WAY
from ledger.records import RowKind, rows_where
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import BY_HAND, FileDraft, Row, Status
from ledger.statement_import.movements.payment import open_rows
from ledger.statement_import.questions.movements import SameMoney
from ledger.statement_import.rows.events import positive

_PUT_IN = rows_where(lambda spec: spec.is_put_in)
_KNOWN = "booked from the other account's file"


class _Half(NamedTuple):
    account: str
    day: date
    way: str  # "out" or "in"
    cents: int


def mark_typed(drafts: Sequence[FileDraft], context: ImportContext) -> None:
    """Mark rows whose movement somebody typed; ask where some days lie between the two."""
    rows = open_rows(drafts, OUT | IN | _PUT_IN)
    if not rows:
        return
    booked = Counter(half for fact in context.facts for half in _halves(*fact))
    shown: Counter[tuple[str, _Half]] = Counter()
    for draft, row in rows:
        half = _Half(row.account, row.day, _way(row), abs(row.amount.cents))
        place = draft.reading.importer, half
        put_in = row.kind is RowKind.CONTRIBUTION  # as some files call a rollover: it is asked
        if booked[half] > shown[place] and not put_in:  # a file of each format may show the same
            shown[place] += 1
            draft.close(row, Status.KNOWN, _KNOWN)
    left = set(booked) - {half for _, half in shown}
    for draft, row in rows:
        if draft.is_open(row):
            _ask_late(draft, context, row, left)


def _ask_late(draft: FileDraft, context: ImportContext, row: Row, left: set[_Half]) -> None:
    near = next((half for half in sorted(left) if _is_near(half, row, context)), None)
    if near is None:
        return
    question = SameMoney(at=row.at, amount=positive(row.amount), day=row.day, other=near.day)
    if context.ask(draft, question, row) == SameMoney.SAME:
        left.remove(near)
        draft.close(row, Status.KNOWN, _KNOWN)


def _way(row: Row) -> str:
    return "out" if row.kind in OUT else "in"


def _is_near(half: _Half, row: Row, context: ImportContext) -> bool:
    """Tell whether a typed half is that of a row but for some days, which no file has shown."""
    same = (half.account, half.way, half.cents)
    if same != (row.account, _way(row), abs(row.amount.cents)) or not half.cents:
        return False
    if abs(half.day - row.day) > ON_THE_WAY:
        return False
    return not context.places(half.account, half.day, half.day)


def _halves(event: Event, importer: str) -> Iterable[_Half]:
    """Yield the sides of a typed movement that a statement shows too."""
    if event.kind is EventKind.ROLLOVER_60DAY:
        yield _Half(event.to, event.day, "in", event.money("amount").cents)
    elif event.kind is EventKind.RECHARACTERIZATION:
        moved = event.money("amount") + (event.earnings or ZERO)  # the rows show both in one
        yield _Half(event.account, event.day, "out", moved.cents)
        yield _Half(event.to, event.day, "in", moved.cents)
    elif importer in BY_HAND and event.to and event.kind is not EventKind.DISTRIBUTION:
        yield _Half(event.account, event.day, "out", event.money("amount").cents)
    elif importer in BY_HAND:
        for part in event.parts:
            yield _Half(event.account, event.day, "out", part.amount.cents)
