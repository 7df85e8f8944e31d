"""Which entries tell what rows tell that are not booked: without them the rows count."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from ledger.booking import Printed
from ledger.chart import Source
from ledger.events import Event, fund_key
from ledger.money import ZERO, Money
from ledger.movements import ON_THE_WAY
from ledger.records import RowKind
from ledger.statement_import.answers import said_today
from ledger.statement_import.context import ImportContext, anchor_of, cents_of
from ledger.statement_import.deduplicate.compared_as import (
    event_as,
    other_words,
    row_as,
    signed_cents,
)
from ledger.statement_import.deduplicate.same_import import typed_elsewhere
from ledger.statement_import.draft import NEAR, FileDraft, Row, Status
from ledger.statement_import.rows.events import units_of
from ledger.store import LEFT_OUT, ROW, TOLD, TYPED, LeftOut, ToldBy

_NEAR = timedelta(NEAR)


class _Teller(NamedTuple):
    """An event that may tell a row, and what stands for it in the ledger."""

    event: Event
    anchor: str

    @property
    def day(self) -> date:
        """The day of the event."""
        return self.event.day


_ByDay = Mapping[date, list[_Teller]]
_Taken = tuple[str, Source | None, RowKind]
_NO_UNITS = Decimal(0)


def keep_told_by(draft: FileDraft, context: ImportContext, drafts: Sequence[FileDraft]) -> None:
    """Remember of each row that other files tell in other words which entries do.

    One too many only has the row asked about, or told again, when that one is taken back.
    """
    _forget_of_booked(draft, context)
    told = [row for row in draft.rows if row.account and row.status is Status.KNOWN]
    told = [row for row in told if not row.stored]
    for row in told:
        by = context.told_by.get((row.account, row.fingerprint))
        if by is not None:
            _keep(draft, context, row, by)
    _keep_left_out(draft, context, [row for row in told if context.is_superseded(row)])
    # of a row that was taken back only what the user said tells who told it as well
    told = [row for row in told if not context.is_superseded(row)]
    told = [row for row in told if (row.account, row.fingerprint) not in context.told_by]
    if not told:
        return
    accounts = {row.account for row in told}
    there = {one: _by_day(_told(one, draft, context, drafts)) for one in sorted(accounts)}
    taken: set[_Taken] = set()
    for row in told:
        plan = context.accounts[row.account].kind.is_plan
        by = _told_by(row, there[row.account], taken, plan=plan)
        by = by if by.whole else by._replace(part=_is_part(row, told, by, there[row.account]))
        _keep(draft, context, row, by)
        where = {t.anchor: t.event.where for day in there[row.account].values() for t in day}
        context.printed |= {
            (where[anchor], source): one
            for (anchor, source), one in by.entries.items()
            if one is not None
        }
        for anchor, source in by.entries if by.whole or by.part else ():
            key = (where[anchor], source), row.account
            context.days[key] = min(context.days.get(key, row.day), row.day)


def _forget_of_booked(draft: FileDraft, context: ImportContext) -> None:
    """Say that nothing tells a row which is booked itself now, though something did before."""
    for row in (row for made in draft.drafts for row in draft.rows_of(made)):
        match = anchor_of(row)
        if context.book.has(TOLD, row.account, match):
            why = f"{row.record.where} is booked itself"
            nothing = said_today(TOLD, row.account, match, ToldBy({}).written, why)
            context.book.keep(draft.name, nothing)


def _keep_left_out(draft: FileDraft, context: ImportContext, rows: Iterable[Row]) -> None:
    """Remember what rows would have told: a file of another format may come that tells it."""
    for row in rows:
        kind = row_as(row, plan=context.accounts[row.account].kind.is_plan)
        if kind is not None:
            fund, units = fund_key(row.record.investment), row.record.units.lstrip("-")
            told = LeftOut(kind, row.amount.cents, row.source or "", fund, units)
            why = f"{row.record.where} is of an older download"
            match, text = ROW + row.fingerprint, json.dumps(told)
            context.book.keep(draft.name, said_today(LEFT_OUT, row.account, match, text, why))


def _keep(draft: FileDraft, context: ImportContext, row: Row, by: ToldBy) -> None:
    match, why = ROW + row.fingerprint, f"{row.record.where} is booked by other files"
    context.book.keep(draft.name, said_today(TOLD, row.account, match, by.written, why))


def _told_by(row: Row, there: _ByDay, taken: set[_Taken], *, plan: bool) -> ToldBy:
    """Return the entries that tell a row: its like, those of its day and kind, or all near it.

    Of equal ones each tells one row; ``taken`` are those that tell one already.
    """
    kind = row_as(row, plan=plan)
    around = _within(_NEAR, row, there)
    words = other_words(row, plan=plan)
    near = [one for one in around if event_as(one.event) is kind]
    near = near or [
        one for one in around if event_as(one.event) in words and _is_like(one.event, row)
    ]
    near.sort(key=lambda one: abs(one.day - row.day))
    if kind is None or not near:
        return _silent(_within(_NEAR, row, there) or _within(ON_THE_WAY, row, there))
    same = [one for one in near if _is_like(one.event, row)]
    same = [one for one in same if (one.anchor, one.event.source, row.kind) not in taken]
    if same:
        fund = fund_key(row.record.investment)
        one = min(
            same,
            key=lambda one: (
                *(abs(one.day - row.day), one.event.source is not row.source),
                *(fund_key(one.event.fund) != fund, one.event.units != row.units),
            ),
        )
        taken.add((one.anchor, one.event.source, row.kind))
        beside = [other for other in near if other.day == one.day]
        by = _printing(row, [one]) if _is_of_one(row, one, beside) else _silent([one])
        return by._replace(whole=True)
    day = [one for one in near if one.day == near[0].day]
    mine = [one for one in day if row.source in {None, one.event.source}]
    whole = sum(cents_of(one.event) for one in mine) == abs(row.amount.cents)
    if not whole:
        return _silent(day)
    by = _printing(row, mine) if row.record.investment else _silent(day)
    return by._replace(whole=len(mine) == len(by.entries))


def _is_part(row: Row, rows: Iterable[Row], by: ToldBy, there: _ByDay) -> bool:
    """Tell whether the entries tell a row and others of its day, and no more.

    One file has a payday by fund, the other by source or in total.
    """
    beside = [
        other.amount.cents
        for other in rows
        if (other.account, other.day, other.kind) == (row.account, row.day, row.kind)
    ]
    tellers = {
        (one.anchor, one.event.source): cents_of(one.event)
        for one in _within(_NEAR, row, there)
        if (one.anchor, one.event.source or "") in by.entries
    }
    return len(beside) > 1 and abs(sum(beside)) == sum(tellers.values())


def _is_like(event: Event, row: Row) -> bool:
    # of a conversion one leg has the source that it went to
    named = row.kind.spec.is_leg or row.source is None or event.source in {None, row.source}
    return named and cents_of(event) == abs(row.amount.cents)


def _is_of_one(row: Row, one: _Teller, beside: Iterable[_Teller]) -> bool:
    """Tell whether what a row prints is of this event: files may cut a day by fund or by source.

    Equal amounts alone do not tell where others of the day have another source or fund.
    """
    event, sources, funds = one.event, set[Source | None](), set[str]()
    for other in beside:
        sources.add(other.event.source)
        funds.add(fund_key(other.event.fund))
    fund = fund_key(row.record.investment)
    of_source = len(sources) == 1 or (row.source is not None and row.source is event.source)
    return of_source and (len(funds) == 1 or (bool(fund) and fund == fund_key(event.fund)))


def _silent(tellers: Iterable[_Teller]) -> ToldBy:
    return ToldBy({(one.anchor, one.event.source or ""): None for one in tellers})


def _printing(row: Row, tellers: Sequence[_Teller]) -> ToldBy:
    """Return the events that tell a row with what it prints of each: its share of the units."""
    out, events = row.amount < ZERO, [one.event for one in tellers]
    ours = all(event.day == row.day for event in events) and (
        row.kind.spec.is_leg or all((signed_cents(event) < 0) is out for event in events)
    )
    if not row.units or not ours or (row.units < 0) is not out:
        return _silent(tellers)  # units against the money: not even the row's own signs agree
    return ToldBy({(t.anchor, t.event.source or ""): _printed(row, t.event) for t in tellers})


def _printed(row: Row, event: Event) -> Printed | None:
    """Return what a row prints of an event.

    A file that names no sources gives units where the event has none. It names no fund of units
    that another file shows without one: it would name some of them, and a source be torn in two.
    """
    fund, price = row.record.investment, row.record.price
    units = units_of(row, Money(cents_of(event))) or _NO_UNITS
    # what an earlier download of the same rows has given an entry is given again
    given = event.units is not None and abs(event.units) == abs(units)
    again = given and fund_key(event.fund) == fund_key(fund)
    if row.source is None and event.units is not None and not again:
        return None
    return Printed(units, fund, Decimal(price) if price else None)


def _told(
    account: str, draft: FileDraft, context: ImportContext, drafts: Sequence[FileDraft]
) -> Iterator[_Teller]:
    """Go through the events of an account that other files tell."""
    reader = draft.reading.importer
    for event, importer in context.facts:
        if importer != reader and account in event.accounts:
            yield _Teller(event, context.anchor_of(event))
    for event in typed_elsewhere(context, account, draft.rows) if reader == TYPED else ():
        yield _Teller(event, context.anchor_of(event))
    for other in drafts:
        if other.reading.importer != reader or (reader == TYPED and other is not draft):
            for made in other.drafts:
                rows = other.rows_of(made) if account in made.event.accounts else []
                for row in rows[:1]:
                    yield _Teller(made.event, anchor_of(row))


def _by_day(told: Iterable[_Teller]) -> dict[date, list[_Teller]]:
    found: dict[date, list[_Teller]] = {}
    for one in told:
        found.setdefault(one.day, []).append(one)
    return found


def _within(near: timedelta, row: Row, there: _ByDay) -> list[_Teller]:
    days = (row.day + timedelta(n) for n in range(-near.days, near.days + 1))
    return [one for day in days for one in there.get(day, ())]
