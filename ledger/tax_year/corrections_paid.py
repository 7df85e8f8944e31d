"""Corrective distributions of plans: what was paid, and what of it is income."""

from __future__ import annotations

from ledger.chart import TaxCharacter
from ledger.events import Event
from ledger.law import corrective
from ledger.money import ZERO, Money


def paid_back(event: Event) -> Money:
    """Return what was paid: the excess with its gain, or less its loss (cents)."""
    return event.money("amount") + (event.earnings or ZERO)


def taxed_of(event: Event) -> Money:
    """Return what of a corrective distribution is income of the year it is paid in (cents)."""
    taxed_before = event.sources[0].character is not TaxCharacter.PRE_TAX
    earnings = event.earnings or ZERO
    return corrective.taxable_part(event.money("amount"), earnings, taxed_before=taxed_before)
