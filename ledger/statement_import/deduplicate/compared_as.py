"""What rows and events of two files are compared as: one kind for one thing, in whatever words."""

from __future__ import annotations

from ledger.chart import Source
from ledger.events import Event, EventKind, Way, kinds_where
from ledger.money import ZERO, Money
from ledger.movements import ROLLED
from ledger.records import RowKind
from ledger.statement_import.context import cents_of
from ledger.statement_import.draft import Row

# one file tells as a contribution or withdrawal what another knows to have come or gone elsewhere
_CAME = kinds_where(lambda spec: spec.way is Way.IN and "origin" in spec.fields)
# the row of a contribution or an excess paid back, or of a QCD, may only say that money left
_PAID = kinds_where(lambda spec: spec.way is Way.OUT and spec.is_reported and not spec.needs_to)
_LEFT = _PAID | {EventKind.TRANSFER_OUT}


def shown_as(kind: RowKind, *, plan: bool) -> EventKind | None:
    """Return what a kind of row is compared as, in a plan or an IRA; None where none moves money.

    >>> shown_as(RowKind.CONVERSION_OUT, plan=True)
    <EventKind.IN_PLAN_CONVERSION: 'in_plan_conversion'>
    """
    spec = kind.spec
    if kind is RowKind.WITHHOLDING or spec.is_side(Way.OUT, "rollover"):
        return EventKind.DISTRIBUTION
    if kind is RowKind.TAKEN_BACK or spec.is_side(Way.IN, "rollover"):
        return EventKind.ROLLOVER_IN
    if spec.is_leg:
        if plan:
            return EventKind.IN_PLAN_CONVERSION
        return EventKind.TRANSFER_IN if spec.way is Way.IN else EventKind.TRANSFER_OUT
    return booked_as(EventKind(kind.value)) if spec.event is not None else None


def booked_as(kind: EventKind) -> EventKind | None:
    """Return what a kind of event is compared as; None where it moves no money, as a balance."""
    spec = kind.spec
    if spec.is_stated or spec.booking is None or not spec.booking.amount:
        return None
    if spec.is_market:
        return EventKind.EARNINGS
    # one row shows what left; the other side is a row of the other account
    return EventKind.TRANSFER_OUT if spec.has_two_sides and spec.needs_to else kind


def row_as(row: Row, *, plan: bool) -> EventKind | None:
    """Return what a row is compared as, with its source: see shown_as."""
    return _named(shown_as(row.kind, plan=plan), row.source, row.amount)


def event_as(event: Event) -> EventKind | None:
    """Return what an event is compared as, with its source: see booked_as."""
    return _named(booked_as(event.kind), event.source, event.amount or ZERO)


def _named(kind: EventKind | None, source: Source | None, amount: Money) -> EventKind | None:
    # nobody contributes to these sources
    rolled = kind is EventKind.CONTRIBUTION and source in ROLLED and amount > ZERO
    return EventKind.ROLLOVER_IN if rolled else kind


def other_words(row: Row, *, plan: bool) -> frozenset[EventKind]:
    """Return what else another file may tell a row as; empty where all files have one word.

    A leg in a plan may be of a conversion or come from another plan: its own file told which, the
    other one may not have.
    """
    kind = row_as(row, plan=plan)
    if kind is EventKind.IN_PLAN_CONVERSION and row.kind.spec.side_of == "transfer":
        return _CAME if row.amount > ZERO else _LEFT
    return next((words - {kind} for words in (_CAME, _LEFT) if kind in words), frozenset())


def is_paid_as(event: Event, there: Event) -> bool:
    """Tell whether two events may be one payment, which one of them only knows to have left."""
    kinds = {event_as(event), event_as(there)}
    return len(kinds) > 1 and kinds <= _PAID and EventKind.DISTRIBUTION in kinds


def signed_cents(event: Event) -> int:
    """Return what an event moves in cents, with the sign that its rows have."""
    taken_back = event.amount is not None and event.amount.cents < 0
    out = event.kind.spec.way is Way.OUT or taken_back
    return -cents_of(event) if out else cents_of(event)
