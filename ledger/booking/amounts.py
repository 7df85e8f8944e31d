"""What a distribution comes to, and where it went: asked by booking and by the fold alike."""

from __future__ import annotations

from ledger.events import CASH, Event
from ledger.money import Money


def destinations(event: Event) -> tuple[tuple[str, Money], ...]:
    """Return where a distribution went: (account id or "cash", gross amount in cents)."""
    if event.parts:
        return tuple((part.to, part.amount) for part in event.parts)
    return ((event.to or CASH, event.money("amount")),)


def gross_amount(event: Event) -> Money:
    """Return the gross amount of a distribution: all disbursements, tax withheld included."""
    return Money.total(amount for _, amount in destinations(event))
