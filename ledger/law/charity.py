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
    # against the pro-rata rule: charity gets taxable money first, as if all IRAs were paid out
    return min(amount, (all_iras - basis).floor_zero())


@rule("IRC 408(d)(8)(A), last sentence: deductions from age 70 1/2 on reduce the exclusion")
def reduced_by_deductions(qualified: Money, deducted: Money) -> Money:
    """Return what stays out of income after IRA deductions that reduced nothing before.

    >>> m = Money.dollars
    >>> reduced_by_deductions(m(6000), m(4500))
    Money('1,500.00')
    """
    return (qualified - deducted).floor_zero()


@rule("IRC 408(d)(8)(A): for taxable years ending on or after the day of age 70 1/2", evidence="S")
def counts_against_charity(born: date, tax_year: int) -> bool:
    """Tell whether an IRA deduction of a year reduces charitable distributions.

    >>> counts_against_charity(date(1953, 6, 30), 2023)
    True
    >>> counts_against_charity(date(1953, 7, 1), 2023)
    False
    """
    # a year counts as a whole once the age is reached in it, whatever day the money was paid in
    return is_of_charitable_age(born, date(tax_year, 12, 31))
