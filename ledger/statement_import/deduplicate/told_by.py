"""Which files tell what rows tell that are not booked: were those undone, the rows count."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from ledger.movements import ON_THE_WAY
from ledger.statement_import.answers import said_today
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row, Status
from ledger.store import ROW, TOLD

_NEAR = timedelta(4)  # as events of two formats lie apart


def keep_told_by(draft: FileDraft, context: ImportContext, drafts: Sequence[FileDraft]) -> None:
    """Remember of each row that other files tell in other words which files those are.

    Kept are the files with something of the account near the day: one too many only has the file
    imported once more when that one is undone.
    """
    told = [row for row in draft.rows if row.account and row.status is Status.KNOWN]
    told = [row for row in told if not row.stored and not context.is_superseded(row)]
    if not told:
        return
    accounts = {row.account for row in told}
    there = {one: _by_day(_told(one, draft, context, drafts)) for one in sorted(accounts)}
    for row in told:
        names = _within(_NEAR, row, there[row.account]) or _within(
            ON_THE_WAY, row, there[row.account]
        )
        match, why = ROW + row.fingerprint, f"{row.record.where} is booked by other files"
        answer = said_today(TOLD, row.account, match, json.dumps(names), why)
        context.book.keep(draft.name, answer)


def _told(
    account: str, draft: FileDraft, context: ImportContext, drafts: Sequence[FileDraft]
) -> Iterator[tuple[date, str]]:
    """Go through the days of an account on which other files tell something, with their names."""
    reader = draft.reading.importer
    for event, importer in context.facts:
        if importer != reader and account in event.accounts:
            yield event.day, event.where.rpartition(":")[0]
    for other in drafts:
        if other.reading.importer != reader:
            for made in other.drafts:
                if account in made.event.accounts:
                    yield made.event.day, other.kept_as


def _by_day(told: Iterable[tuple[date, str]]) -> dict[date, set[str]]:
    found: dict[date, set[str]] = {}
    for day, name in told:
        found.setdefault(day, set()).add(name)
    return found


def _within(near: timedelta, row: Row, there: Mapping[date, set[str]]) -> list[str]:
    days = (row.day + timedelta(n) for n in range(-near.days, near.days + 1))
    return sorted({name for day in days for name in there.get(day, ())})
