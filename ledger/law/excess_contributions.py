"""Contributions above what the law allows: what is excess, what takes it away, and the tax."""

from __future__ import annotations

from datetime import date

from ledger.law import rule
from ledger.law.figures import figures, statute
from ledger.money import ZERO, Money


@rule("IRC 4973(a); Form 5329, lines 17 and 25")
def excess_percent() -> int:
    """Return the rate of the tax on excess contributions, in percent."""
    return int(statute().percent("excess_contribution_percent"))


@rule("IRC 4973(b)(1), 219(b)(1)", evidence="S")
def traditional_excess(contributed: Money, limit: Money) -> Money:
    """Return what was put into traditional IRAs above the limit for the year.

    >>> traditional_excess(Money.dollars(7000), Money.dollars(6500))
    Money('500.00')
    """
    return (contributed - limit).floor_zero()


@rule("IRC 219(f)(6), 4973(b)(2)(B); Form 5329, line 10", evidence="S")
def absorbed(excess: Money, unused: Money) -> Money:
    """Return how much of an earlier excess counts as a contribution of a later year.

    >>> absorbed(Money.dollars(500), Money.dollars(300))
    Money('300.00')
    """
    return min(excess, unused).floor_zero()


@rule("IRC 408(d)(4)(A), 408A(d)(6)(A); Treas. Reg. 301.9100-2(b)")
def is_corrected_in_time(tax_year: int, day: date) -> bool:
    """Tell whether a contribution for a year was taken back by the due date with extensions."""
    # the due date itself is still in time
    return day <= figures(tax_year).day("corrective_due_date")


@rule("IRC 408(d)(5)(A); Instructions for Form 8606, return of excess traditional contributions")
def returns_free_of_tax(contributed: Money, dollar_limit: Money) -> bool:
    """Tell whether an excess taken back after the due date stays out of income.

    It does where all contributions of that year are within the dollar limit, whatever the
    compensation was, and the excess was not deducted.

    >>> returns_free_of_tax(Money.dollars(6000), Money.dollars(6000))
    True
    """
    return contributed <= dollar_limit


@rule("IRC 219(d)(1), in effect for tax years before 2020", evidence="S")
def no_traditional_contribution_at_age(tax_year: int, born: date | None) -> bool:
    """Tell whether the person may not contribute to a traditional IRA because of age.

    >>> no_traditional_contribution_at_age(2019, date(1949, 6, 30))
    True
    >>> no_traditional_contribution_at_age(2020, date(1949, 6, 30))
    False
    """
    if born is None or not figures(tax_year).exists("traditional_contribution_last_age"):
        return False
    years, months = figures(tax_year).age("traditional_contribution_last_age")
    # whole months are compared: the age counts where it is attained by December 31
    return (born.year + years) * 12 + born.month + months <= tax_year * 12 + 12


@rule("Form 5329, lines 17 and 25: the smaller of the excess and the value at year end")
def taxed_excess(excess: Money, value: Money) -> Money:
    """Return the amount that bears the 6 percent.

    >>> taxed_excess(Money.dollars(500), Money(-1))
    Money('0.00')
    """
    return min(excess, value).floor_zero() if value > ZERO else ZERO
