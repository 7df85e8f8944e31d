"""The 10 percent additional tax on early distributions."""

from __future__ import annotations

from datetime import date

from ledger.law import rule
from ledger.law.figures import statute
from ledger.money import ZERO, Money


@rule("IRC 72(t)(1); Form 5329, line 4")
def additional_tax_percent() -> int:
    """Return the rate of the additional tax, in percent."""
    return int(statute().percent("early_distribution_percent"))


@rule("IRC 72(t)(2)(A)(ix); Instructions for Form 8606 (2022), return of contributions")
def early_corrective_earnings(earnings: Money, day: date) -> Money:
    """Return the earnings of a returned contribution that bear the additional tax: none any more.

    ``day`` is the day they were paid out.
    """
    if day >= statute().day("corrective_earnings_relief"):
        return ZERO
    return earnings.floor_zero()
