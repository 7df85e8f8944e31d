"""What a distribution comes to, and where it went: asked by booking and by the fold alike."""

from __future__ import annotations

from ledger.chart import Account, TaxCharacter
from ledger.events import CASH, Event
from ledger.money import Money


def destinations(event: Event) -> tuple[tuple[str, Money], ...]:
    """Return where a distribution went: (account id or "cash", gross amount in cents)."""
    if event.parts:
        return tuple((part.to, part.amount) for part in event.parts)
    # a payment that was not divided says it by 'to' and 'amount' alone
    return ((event.to or CASH, event.money("amount")),)


def gross_amount(event: Event) -> Money:
    """Return the gross amount of a distribution: all disbursements, tax withheld included."""
    return Money.total(amount for _, amount in destinations(event))


def lacks_basis(event: Event, here: Account) -> bool:
    """Tell whether money that was taxed came into a plan without what of it is basis."""
    taxed = event.source is not None and event.source.character is not TaxCharacter.PRE_TAX
    return here.kind.is_plan and taxed and event.basis is None
