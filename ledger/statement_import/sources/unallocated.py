"""Rows that no allocation divides: asked about together, each distinct amount said once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ledger.money import Money
from ledger.records import RowKind
from ledger.statement_import.draft import FileDraft, Row, grouped
from ledger.statement_import.questions.movements import better_than
from ledger.statement_import.questions.sources import AllocationNeeded, RowsUndivided


def ask_allocation(draft: FileDraft, rows: Sequence[Row]) -> None:
    """Ask once for each account and kind which sources the rows belong to."""
    for group in grouped(_by_line(rows), lambda row: (row.account, row.kind)).values():
        one = len(group) == 1
        draft.ask(of_row(draft, group[0]) if one else _of_group(draft, group), group)


def _by_line(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row.record.line)


def of_row(draft: FileDraft, row: Row) -> AllocationNeeded:
    """Return the question of which source one row is."""
    return AllocationNeeded(
        at=replace(row.at, lines=(row.record.line,)),
        what=row.kind,
        amounts={row.amount: 1},
        better=better_than(draft.reading.importer),
    )


def _of_group(draft: FileDraft, rows: Sequence[Row]) -> RowsUndivided:
    first = rows[0]
    paid_in = first.kind is RowKind.CONTRIBUTION
    return RowsUndivided(
        at=replace(first.at, lines=tuple(row.record.line for row in rows)),
        what=first.kind,
        amounts=_paychecks(rows) if paid_in else Counter(row.amount for row in rows),
        unit=_unit(rows),
        better=better_than(draft.reading.importer),
    )


def _paychecks(rows: Sequence[Row]) -> Counter[Money]:
    """Count the days by what was contributed on them: a file may cut a paycheck by fund."""
    days = grouped(rows, lambda row: row.day).values()
    return Counter(Money.total(row.amount for row in of_day) for of_day in days)


def _unit(rows: Sequence[Row]) -> str:
    contributed = rows[0].kind is RowKind.CONTRIBUTION
    return "day" if contributed and len({row.day for row in rows}) < len(rows) else "row"
