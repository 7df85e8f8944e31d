"""The Simplified Method for pension payments that recover a cost."""

from __future__ import annotations

from ledger.law import rule
from ledger.money import ZERO, Money


@rule("IRC 72(d)(1)(B); Pub. 575, Simplified Method Worksheet")
def excluded_from_payment(payment: Money, *, cost: Money, payments: int, recovered: Money) -> Money:
    """Return the part of one payment that recovers cost, until the cost is recovered.

    >>> excluded_from_payment(Money.dollars(1200), cost=Money.dollars(31000), payments=310,
    ...                       recovered=Money.dollars(0))
    Money('100.00')
    """
    monthly = cost.share(Money(1), Money(payments))
    return max(ZERO, min(payment, monthly, cost - recovered))
