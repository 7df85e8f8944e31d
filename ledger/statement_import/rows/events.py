"""Rows that are an event by themselves: contributions, earnings, fees, loans."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ledger.chart import Source
from ledger.events import ARRIVED, BOOKED, BY_VALUE, CASH, IN_TRANSIT, UNSAID, Event, EventKind
from ledger.money import ZERO, Money
from ledger.movements import ROLLED
from ledger.records import NEVER_BOOKED, SIGNED_KINDS, RowKind, rows_where
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import NEAR, FileDraft, Row, Status
from ledger.statement_import.owners import partner_of
from ledger.statement_import.rows.settle import tax_year

_Exchange = tuple[str, date, Source | None, Decimal | None]
_SHARE_OF_UNITS = Decimal("1e-9")  # finer than any recordkeeper prints
# Without a source allocation asks for one; other kinds take from all sources or are refused.
WAIT_FOR_SOURCE = rows_where(lambda spec: spec.waits_for_source)


def make(row: Row, kind: EventKind, amount: Money, source: Source | None = None) -> Event:
    """Return the event of a row; ``amount`` is in cents with the sign the kind wants."""
    record = row.record
    units = units_of(row, amount) if source is not None else None
    if units is not None and kind is EventKind.IN_PLAN_CONVERSION:
        units = -abs(units)  # they leave the source, also where a row shows only the Roth side
    unsaid = IN_TRANSIT if kind.spec.comes_from_elsewhere else ""
    return Event(
        where=record.where,
        day=record.day,
        account=row.account,
        kind=kind,
        amount=amount.seen_at(record.where),
        sources=(source,) if source is not None else (),
        id=_movement_id(row, kind, source),
        memo=record.memo or record.raw_type,
        catch_up=record.catch_up,
        fund=record.investment if units is not None else "",
        units=units,
        price=Decimal(record.price) if units is not None and record.price else None,
        origin=row.origin or unsaid,
        seq=row.place,
    )


def _movement_id(row: Row, kind: EventKind, source: Source | None) -> str:
    """Return the id that the legs of one movement share, "" where rows are never legs.

    It is made of facts alone, so that a rollover can name it and legs in two files are one.
    """
    if not kind.spec.takes_plan_basis:
        return ""
    converted = kind is EventKind.IN_PLAN_CONVERSION
    pieces = row.account, row.day.isoformat(), source, "conversion" if converted else None
    return "-".join(piece for piece in pieces if piece is not None)


def units_of(row: Row, amount: Money) -> Decimal | None:
    """Return the units of a row that go with an amount of it, None where it shows none.

    A row that is divided among sources gives each its share of them.
    """
    units = row.units
    if not units or not row.amount or abs(amount.cents) == abs(row.amount.cents):
        return units
    share = units * abs(amount.cents) / abs(row.amount.cents)
    return share.quantize(_SHARE_OF_UNITS)


def book_exchanges(draft: FileDraft, context: ImportContext) -> None:
    """Book the units that rows of a plan move without moving its money.

    They are exchanges between funds, and the trades that other rows of the day show the money of.
    An exchange that names no source is one of all: the books find out which can have made it.
    """
    waiting = [
        row
        for row in draft.rows
        if row.status is Status.INFO and row.kind in NEVER_BOOKED and row.account
    ]
    told = _exchanges_of_others(draft, context) if waiting else Counter()
    left: list[tuple[Row, Source | None]] = []
    for row in waiting:
        if not context.accounts[row.account].kind.is_plan:
            continue
        arrived = row.kind is RowKind.INFO
        source = row.source or context.source_named(
            row.account, row.record.source_text, row.record.source
        )
        if (not row.units and (arrived or not row.amount)) or (arrived and source is None):
            continue
        if not _is_told(row.account, row.day, source, row.units, told):
            left.append((row, source))
    # once all of a day are found: an exchange may have left one fund days before it is in the other
    for row, source in left:
        if _is_told_near(draft, row, source, row.units, told):
            continue
        event = make(row, EventKind.EXCHANGE, row.amount, source)
        if source is None:
            event = replace(event, fund=row.record.investment, units=row.units)
        arrived = row.kind is RowKind.INFO
        reason = ARRIVED if arrived else BY_VALUE if source is None else ""
        draft.book(replace(event, reason=reason), row)


def _exchanges_of_others(draft: FileDraft, context: ImportContext) -> Counter[_Exchange]:
    """Count the exchanges that files of other formats have brought: no amount tells them apart.

    Those with a source stand for all of their day that name none.
    """
    found = Counter(
        (account, fact.event.day, fact.event.source, fact.event.units)
        for account in draft.accounts
        for fact in context.all_facts_of(account)
        if fact.event.kind is EventKind.EXCHANGE and fact.importer != draft.reading.importer
    )
    found.update({(account, day, None, None): 1 for account, day, source, _ in found if source})
    return found


def _is_told(
    account: str, day: date, source: Source | None, units: Decimal | None, told: Counter[_Exchange]
) -> bool:
    """Tell whether another format has an exchange, which then stands for this one alone."""
    if source is None and told[account, day, None, None]:
        return True
    if not told[account, day, source, units]:
        return False
    told[account, day, source, units] -= 1
    return True


def _is_told_near(
    draft: FileDraft,
    row: Row,
    source: Source | None,
    units: Decimal | None,
    told: Counter[_Exchange],
) -> bool:
    """Tell whether another format has as many units on a day near, and note which."""
    near = (row.day + timedelta(n * way) for n in range(1, NEAR + 1) for way in (-1, 1))
    day = next((one for one in near if units and told[row.account, one, source, units]), None)
    if day is None:
        return False
    told[row.account, day, source, units] -= 1
    draft.notes.append(
        f"{row.record.where}: the exchange of {units} units is that of {day.isoformat()} in a file "
        "of another format"
    )
    return True


def mark_unsaid(draft: FileDraft, context: ImportContext) -> None:
    """Say of what left a source of a plan that its row tells no units, so no value either.

    A statement is no whole story, whoever wrote it down: what is typed event by event is, and
    a file that was written of such events says so.
    """
    for place, made in enumerate(draft.drafts):
        event = made.event
        plan = context.accounts[event.account].kind.is_plan
        if event.reason == BOOKED:
            draft.drafts[place] = made._replace(event=replace(event, reason=""))
        elif event.is_silent and plan and event.kind.spec.takes_plan_basis:
            draft.drafts[place] = made._replace(event=replace(event, reason=UNSAID))


def positive(amount: Money) -> Money:
    """Return an amount without its sign."""
    return -amount if amount.cents < 0 else amount


def alone(row: Row, amount: Money, source: Source | None) -> Event:
    """Return the event of a row that stands alone; a positive fee is money given back."""
    kind = EventKind(row.kind.value)
    if kind is EventKind.CONTRIBUTION and source in ROLLED and amount > ZERO:
        kind = EventKind.ROLLOVER_IN  # nobody contributes to these sources
    if kind is EventKind.FEE:
        refund = amount.cents > 0
        return make(row, EventKind.EARNINGS if refund else kind, positive(amount), source)
    return make(row, kind, amount if kind in SIGNED_KINDS else positive(amount), source)


def book_alone(draft: FileDraft, context: ImportContext) -> None:
    """Book the rows that are an event by themselves and whose source is known."""
    waiting = list(draft.open)
    exchanges = any(row.event and row.event.kind is EventKind.EXCHANGE for row in waiting)
    told = _exchanges_of_others(draft, context) if exchanges else Counter()
    for row in waiting:
        event = row.event
        if event is not None:
            exchanged = event.kind is EventKind.EXCHANGE
            mine = event.source, event.units, told
            if exchanged and (
                _is_told(row.account, row.day, *mine) or _is_told_near(draft, row, *mine)
            ):
                draft.close(row, Status.KNOWN, "the same exchange as in another format")
            else:
                draft.book(_own(row, event, context), row)
        elif row.kind.spec.is_alone:
            _book_row(draft, context, row)


def _book_row(draft: FileDraft, context: ImportContext, row: Row) -> None:
    if not row.amount:
        draft.close(row, Status.INFO, "the amount is zero")
        return
    plan = context.accounts[row.account].kind.is_plan
    if plan and row.source is None and row.kind in WAIT_FOR_SOURCE:
        return  # allocation says which source
    event = alone(row, row.amount, row.source)
    if event.kind is EventKind.CONTRIBUTION and not plan:
        year = tax_year(draft, context, row)
        if year is None:
            return
        event = replace(event, year=year)
    draft.book(event, row)


def _own(row: Row, event: Event, context: ImportContext) -> Event:
    """Return a typed event with ids of the chart where the file has numbers or nothing."""
    if event.account != row.account:
        event = event.of_account(row.account)
    changes: dict[str, Any] = {}
    if event.to and event.to not in {CASH, IN_TRANSIT, *context.accounts}:
        changes["to"] = _receiver(event.to, row, context)
    if event.parts:
        changes["parts"] = tuple(replace(p, to=_receiver(p.to, row, context)) for p in event.parts)
    return replace(event, **changes) if changes else event


def _receiver(text: str, row: Row, context: ImportContext) -> str:
    if text in {CASH, IN_TRANSIT} or text in context.accounts:
        return text
    return partner_of(text, context.accounts, context.accounts[row.account].owner) or text
