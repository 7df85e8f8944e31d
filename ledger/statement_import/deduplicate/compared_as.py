"""What rows and events of two files are compared as: one kind for one thing, in whatever words."""

from __future__ import annotations

from ledger.events import Event, EventKind, Way
from ledger.records import RowKind
from ledger.statement_import.context import cents_of


def shown_as(kind: RowKind, *, plan: bool) -> EventKind | None:
    """Return what a row is compared as, in a plan or an IRA; None where it moves no money.

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
    """Return what an event is compared as; None where it moves no money, as a balance."""
    spec = kind.spec
    if spec.is_stated or spec.booking is None or not spec.booking.amount:
        return None
    if spec.is_market:
        return EventKind.EARNINGS
    # one row shows what left; the other side is a row of the other account
    return EventKind.TRANSFER_OUT if spec.has_two_sides and spec.needs_to else kind


def signed_cents(event: Event) -> int:
    """Return what an event moves in cents, with the sign that its rows have."""
    taken_back = event.amount is not None and event.amount.cents < 0
    out = event.kind.spec.way is Way.OUT or taken_back
    return -cents_of(event) if out else cents_of(event)
