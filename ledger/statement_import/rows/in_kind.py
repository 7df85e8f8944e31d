"""Shares that move in kind: the two legs have one value, and it is asked for once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from ledger.events import Event, Way, fund_key
from ledger.importers.legs import CONVERSIONS
from ledger.money import Money
from ledger.movements import ON_THE_WAY
from ledger.records import RowKind, row_kind, rows_where
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row, Status

OUT = rows_where(lambda spec: spec.is_leg and spec.way is Way.OUT)
IN = rows_where(lambda spec: spec.is_leg and spec.way is Way.IN)


def lead_empty_moves(draft: FileDraft, context: ImportContext) -> None:
    """Say which way a move without an amount goes, and that its amount is not known.

    Where not even shares tell, money leaves a traditional IRA and comes into a Roth IRA: that is
    what a conversion does. Nothing is booked before the user has said the amount, or ``ignore``.
    """
    for row in draft.open:
        if row.event is not None or row.amount:
            continue
        account = context.accounts[row.account]
        if account.kind.is_plan:
            continue
        hidden = row.kind is RowKind.INFO and row.record.question == "possible_conversion"
        told, kind = bool(_units(row)) or row.record.question == "amount_unknown", row.kind
        if hidden or row.kind in CONVERSIONS:
            if hidden or not _units(row):
                way = Way.OUT if account.kind.is_pooled_traditional else Way.IN
                kind = row_kind("transfer" if hidden else "conversion", way)
        elif told or row.kind not in OUT | IN:
            continue
        draft.change(row, kind=kind, record=replace(row.record, question="amount_unknown"))


def lacks_amount(row: Row) -> bool:
    """Tell whether the file gives a row no amount that counts."""
    return row.record.question == "amount_unknown" and not row.amount


def twin_of(row: Row, drafts: Iterable[FileDraft], context: ImportContext) -> Row | None:
    """Return the other leg of shares that moved: as many of the same, in another own account."""
    if row.kind not in OUT | IN or not row.account:
        return None
    others = OUT if row.kind in IN else IN
    fitting = [
        other
        for draft in drafts
        for other in draft.rows
        if other.kind in others and _same_shares(row, other, context)
    ]
    return min(fitting, key=lambda other: abs(other.day - row.day), default=None)


def take_value_of_twin(
    draft: FileDraft, row: Row, drafts: Sequence[FileDraft], context: ImportContext
) -> bool:
    """Give a row its other leg's value; tell whether the other leg settles it now or later."""
    twin = twin_of(row, drafts, context)
    if twin is None:
        value = _booked_value(row, context)
        if value is not None:
            _take(draft, row, value)
        return value is not None
    if twin.amount:
        _take(draft, row, -twin.amount)
        return True
    return row.kind in IN  # the leg that leaves is asked about


def complete_arrivals(drafts: Sequence[FileDraft], context: ImportContext) -> None:
    """Give shares that came in the value with which they left; they wait where it is asked."""
    for draft in drafts:
        for row in draft.open:
            if row.event is not None or row.kind not in IN or not lacks_amount(row):
                continue
            twin = twin_of(row, drafts, context)
            if twin is None:
                continue
            if twin.amount:
                _take(draft, row, -twin.amount)
            else:
                waits = twin.status is Status.QUESTION
                note = f"second leg of {twin.record.where}"
                draft.close(row, Status.QUESTION if waits else Status.INFO, note)


def _take(draft: FileDraft, row: Row, amount: Money) -> None:
    amount = amount.seen_at(row.record.where)
    draft.change(row, record=replace(row.record, amount=amount, question=""))


def _same_shares(row: Row, other: Row, context: ImportContext) -> bool:
    if not other.account or other.account == row.account:
        return False
    units = _units(row)
    same_day = row.day == other.day and lacks_amount(row)
    return (
        units == _units(other)
        and (units is not None or same_day)
        and fund_key(row.record.investment) == fund_key(other.record.investment)
        and abs(row.day - other.day) <= ON_THE_WAY
        and context.accounts[row.account].owner == context.accounts[other.account].owner
    )


def _booked_value(row: Row, context: ImportContext) -> Money | None:
    """Return the value that the ledger has of the other leg of shares, with the sign of the row."""
    units, fund = _units(row), fund_key(row.record.investment)
    if row.kind not in OUT | IN or units is None:
        return None
    owner, span = context.accounts[row.account].owner, (row.day - ON_THE_WAY, row.day + ON_THE_WAY)
    found: list[Event] = []
    for account in context.accounts.values():
        if account.owner == owner and account.id != row.account:
            places = context.places(account.id, *span).values()
            like = {
                p.where for p in places if (_shares(p.units), fund_key(p.fund)) == (units, fund)
            }
            facts = (fact.event for fact in context.all_facts_of(account.id) if like)
            found += [e for e in facts if e.account == account.id and e.where in like]
    came = row.kind in OUT  # then the other leg is what came in
    legs = (e for e in found if e.kind.spec.comes_from_elsewhere is came)
    legs = (e for e in legs if e.amount and (came or e.kind.spec.way is not Way.IN))
    nearest = min(legs, key=lambda event: abs(event.day - row.day), default=None)
    if nearest is None:
        return None
    return -nearest.money("amount") if came else nearest.money("amount")


def _units(row: Row) -> Decimal | None:
    """Return how many shares a row moves, without the sign or letter of their way."""
    return _shares(row.record.units)


def _shares(text: str) -> Decimal | None:
    try:
        units = Decimal(text.replace(",", "").lstrip("+-").removesuffix("S"))
    except InvalidOperation:
        return None
    return units or None
