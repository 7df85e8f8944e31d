"""Which entries tell what rows tell that are not booked: without them the rows count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from ledger.booking import Printed
from ledger.chart import Source
from ledger.events import Event, fund_key
from ledger.money import ZERO
from ledger.movements import ON_THE_WAY
from ledger.records import RowKind
from ledger.statement_import.answers import said_today
from ledger.statement_import.context import ImportContext, cents_of
from ledger.statement_import.deduplicate.compared_as import booked_as, shown_as
from ledger.statement_import.draft import FileDraft, Row, Status
from ledger.store import ROW, TOLD, ToldBy

_NEAR = timedelta(4)  # as events of two formats lie apart
_ByDay = Mapping[date, list[Event]]
_Taken = tuple[str, Source | None, RowKind]


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
    taken: set[_Taken] = set()
    for row in told:
        plan = context.accounts[row.account].kind.is_plan
        by = _told_by(row, _telling(row, there[row.account], taken, plan=plan))
        match, why = ROW + row.fingerprint, f"{row.record.where} is booked by other files"
        answer = said_today(TOLD, row.account, match, by.written, why)
        context.book.keep(draft.name, answer)
        if by.printed is not None:
            context.printed.setdefault(by.places[0], by.printed)


def _told_by(row: Row, telling: Sequence[Event]) -> ToldBy:
    """Return the places of the events that tell a row, and what it prints of one that it equals."""
    places = tuple(dict.fromkeys(event.where for event in telling))
    if len(telling) != 1 or not row.units or cents_of(telling[0]) != abs(row.amount.cents):
        return ToldBy(places)
    if (row.units < 0) != (row.amount < ZERO):
        return ToldBy(places)  # not even its own signs agree
    price = Decimal(row.record.price) if row.record.price else None
    return ToldBy(places, Printed(row.units, row.record.investment, price))


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


def _telling(row: Row, there: _ByDay, taken: set[_Taken], *, plan: bool) -> list[Event]:
    """Return the events that tell a row: its like, those of its day and kind, or all near it.

    Of equal ones each tells one row; ``taken`` are those that tell one already.
    """
    kind = shown_as(row.kind, plan=plan)
    if kind is None:
        return _near(row, there)
    alike = [one for one in _within(_NEAR, row, there) if booked_as(one.kind) is kind]
    alike.sort(key=lambda one: abs(one.day - row.day))
    fund = fund_key(row.record.investment)
    same = [one for one in alike if cents_of(one) == abs(row.amount.cents)]
    same = [one for one in same if (one.where, one.source, row.kind) not in taken]
    same.sort(key=lambda one: (one.source is not row.source, fund_key(one.fund) != fund))
    if same:
        taken.add((same[0].where, same[0].source, row.kind))
        return same[:1]
    return [one for one in alike if one.day == alike[0].day] or _near(row, there)


def _near(row: Row, there: _ByDay) -> list[Event]:
    return _within(_NEAR, row, there) or _within(ON_THE_WAY, row, there)


def _within(near: timedelta, row: Row, there: _ByDay) -> list[Event]:
    days = (row.day + timedelta(n) for n in range(-near.days, near.days + 1))
    return [one for day in days for one in there.get(day, ())]
