"""Rows that no allocation divides: asked about together, each distinct amount said once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ledger.money import Money
from ledger.records import RowKind
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row
from ledger.statement_import.questions.movements import HiddenConversion
from ledger.statement_import.questions.sources import AllocationNeeded, RowsUndivided

HIDDEN = "possible_conversion"
_BETTER = {
    "fidelity_netbenefits": "the Sources tab",
    "vanguard_ofxdownload": "the QFX download",
}


def find_allocation(draft: FileDraft, context: ImportContext, row: Row) -> object | None:
    """Return the answer that was given for one row, None without one."""
    return context.book.find(_of_row(draft, row))


def ask_allocation(draft: FileDraft, rows: Sequence[Row]) -> None:
    """Ask once for each account and kind which sources the rows belong to."""
    groups: dict[tuple[str, RowKind], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.account, row.kind), []).append(row)
    for group in groups.values():
        group.sort(key=lambda row: row.record.line)
        if len(group) == 1:
            draft.ask(_of_row(draft, group[0]), group)
        else:
            draft.ask(_of_group(draft, group), group)


def ask_hidden(draft: FileDraft, rows: Sequence[Row]) -> None:
    """Ask once for each account about transfer rows of 0.00 that may hide a conversion."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.account, row.record.raw_type), []).append(row)
    for group in groups.values():
        group.sort(key=lambda row: row.record.line)
        draft.ask(_of_hidden(draft, group), group)


def hidden_question(draft: FileDraft, row: Row) -> HiddenConversion:
    """Return the question whether one transfer row of 0.00 hides a conversion."""
    return _of_hidden(draft, [row])


def _of_row(draft: FileDraft, row: Row) -> AllocationNeeded:
    return AllocationNeeded(
        at=replace(row.at, lines=(row.record.line,)),
        what=row.kind,
        amounts={row.amount: 1},
        better=_better_file(draft),
    )


def _of_group(draft: FileDraft, rows: Sequence[Row]) -> RowsUndivided:
    first = rows[0]
    paid_in = first.kind is RowKind.CONTRIBUTION
    return RowsUndivided(
        at=replace(first.at, lines=tuple(row.record.line for row in rows)),
        what=first.kind,
        amounts=_paychecks(rows) if paid_in else Counter(row.amount for row in rows),
        unit=_unit(rows),
        better=_better_file(draft),
    )


def _paychecks(rows: Sequence[Row]) -> Counter[Money]:
    """Count the days by what was contributed on them: a file may cut a paycheck by fund."""
    days: dict[date, list[Money]] = {}
    for row in rows:
        days.setdefault(row.day, []).append(row.amount)
    return Counter(Money.total(amounts) for amounts in days.values())


def _unit(rows: Sequence[Row]) -> str:
    contributed = rows[0].kind is RowKind.CONTRIBUTION
    return "day" if contributed and len({row.day for row in rows}) < len(rows) else "row"


def _better_file(draft: FileDraft) -> str:
    return _BETTER.get(draft.reading.importer, "")


def _of_hidden(draft: FileDraft, rows: Sequence[Row]) -> HiddenConversion:
    days = sorted(row.day for row in rows)
    return HiddenConversion(
        at=replace(rows[0].at, lines=tuple(row.record.line for row in rows)),
        first=days[0],
        last=days[-1],
        better=_better_file(draft),
    )
