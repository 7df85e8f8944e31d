"""Qualified charitable distributions: what of a payment to charity is left out of income."""

from __future__ import annotations

from datetime import date

from ledger.law import rule
from ledger.law.figures import figures, statute
from ledger.law.five_year_clocks import attained
from ledger.money import Money


@rule("IRC 408(d)(8)(B)(ii)", evidence="S")
def is_of_charitable_age(born: date, day: date) -> bool:
    """Tell whether the owner has attained age 70 1/2 on the day of the distribution.

    >>> is_of_charitable_age(date(1954, 3, 15), date(2024, 9, 14))
    False
    >>> is_of_charitable_age(date(1954, 3, 15), date(2024, 9, 15))
    True
    """
    return attained(born, day, statute().age("qcd_age"))


@rule("IRC 408(d)(8)(A)", evidence="S")
def within_yearly_limit(amount: Money, used: Money, tax_year: int) -> Money:
    """Return how much of an amount still fits one person's limit for the year.

    >>> m = Money.dollars
    >>> within_yearly_limit(m(60000), m(60000), 2024)
    Money('45,000.00')
    """
    return min(amount, (figures(tax_year).money("qcd") - used).floor_zero())


@rule("IRC 408(d)(8)(D)")
def out_of_pretax_money(amount: Money, all_iras: Money, basis: Money) -> Money:
    """Return the part that is out of money not yet taxed: it leaves first, and basis stays.

    ``all_iras`` is what all traditional IRAs of the person would pay out in the year, this
    amount included; ``basis`` what of it had been taxed already.

    >>> m = Money.dollars
    >>> out_of_pretax_money(m(30000), m(100000), m(80000))
    Money('20,000.00')
    """
    return min(amount, (all_iras - basis).floor_zero())
