"""Which entries tell what rows tell that are not booked: without them the rows count."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from ledger.events import Event
from ledger.movements import ON_THE_WAY
from ledger.statement_import.answers import said_today
from ledger.statement_import.context import ImportContext, cents_of
from ledger.statement_import.deduplicate.compared_as import booked_as, shown_as
from ledger.statement_import.draft import FileDraft, Row, Status
from ledger.store import ROW, TOLD

_NEAR = timedelta(4)  # as events of two formats lie apart
_ByDay = Mapping[date, list[Event]]


def keep_told_by(draft: FileDraft, context: ImportContext, drafts: Sequence[FileDraft]) -> None:
    """Remember of each row that other files tell in other words at which places they do.

    One place too many only has the row asked about, or told again, when that one is taken back.
    """
    told = [row for row in draft.rows if row.account and row.status is Status.KNOWN]
    told = [row for row in told if not row.stored and not context.is_superseded(row)]
    if not told:
        return
    accounts = {row.account for row in told}
    there = {one: _by_day(_told(one, draft, context, drafts)) for one in sorted(accounts)}
    for row in told:
        plan = context.accounts[row.account].kind.is_plan
        places = sorted({one.where for one in _telling(row, there[row.account], plan=plan)})
        match, why = ROW + row.fingerprint, f"{row.record.where} is booked by other files"
        answer = said_today(TOLD, row.account, match, json.dumps(places), why)
        context.book.keep(draft.name, answer)


def _told(
    account: str, draft: FileDraft, context: ImportContext, drafts: Sequence[FileDraft]
) -> Iterator[Event]:
    """Go through the events of an account that other files tell."""
    reader = draft.reading.importer
    for event, importer in context.facts:
        if importer != reader and account in event.accounts:
            yield event
    for other in drafts:
        if other.reading.importer != reader:
            for made in other.drafts:
                if account in made.event.accounts:
                    yield made.event


def _by_day(told: Iterable[Event]) -> dict[date, list[Event]]:
    found: dict[date, list[Event]] = {}
    for one in told:
        found.setdefault(one.day, []).append(one)
    return found


def _telling(row: Row, there: _ByDay, *, plan: bool) -> list[Event]:
    """Return the events that tell a row: its like, those of its day and kind, or all near it."""
    kind = shown_as(row.kind, plan=plan)
    alike = [one for one in _within(_NEAR, row, there) if booked_as(one.kind) is kind]
    same = [one for one in alike if cents_of(one) == abs(row.amount.cents)]
    for found in (same, alike):  # the nearest day alone
        days = [abs(one.day - row.day) for one in found]
        if days and kind is not None:
            return [one for one, away in zip(found, days, strict=True) if away == min(days)]
    return _within(_NEAR, row, there) or _within(ON_THE_WAY, row, there)


def _within(near: timedelta, row: Row, there: _ByDay) -> list[Event]:
    days = (row.day + timedelta(n) for n in range(-near.days, near.days + 1))
    return [one for day in days for one in there.get(day, ())]
