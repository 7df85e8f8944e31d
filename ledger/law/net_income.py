"""Net income that goes along with a returned or recharacterized IRA contribution."""

from __future__ import annotations

from ledger.law import rule
from ledger.money import ZERO, Money


@rule("Treas. Reg. 1.408-11(a)(1)")
def net_income(contribution: Money, *, adjusted_opening: Money, adjusted_closing: Money) -> Money:
    """Return contribution × (adjusted closing − adjusted opening) ÷ adjusted opening; may be < 0.

    The balances are those of the whole account over the computation period.

    >>> m = Money.dollars
    >>> net_income(m(400), adjusted_opening=m(6400), adjusted_closing=m(7600))
    Money('75.00')
    """
    # an account worth nothing at the start has no rate of return to apply
    if adjusted_opening <= ZERO:
        return ZERO
    return contribution.share(adjusted_closing - adjusted_opening, adjusted_opening)
