"""Corrective distributions of a plan: what was too much, and what of it is income."""

from __future__ import annotations

from datetime import date

from ledger.law import rule
from ledger.law.codes_1099r import in_order
from ledger.law.figures import statute
from ledger.money import ZERO, Money

ADDITIONS = "415"


@rule(
    "IRC 401(k)(8), 401(m)(7); Treas. Reg. 1.401(k)-2(b)(2)(vi) and 1.401(m)-2(b)(2)(vi): income "
    "of the year it is paid in",
    evidence="S",
)
def taxable_part(excess: Money, earnings: Money, *, taxed_before: bool) -> Money:
    """Return what of a corrective distribution is income; a loss is paid back less.

    ``taxed_before``: the excess is Roth or after-tax money, so that only its earnings are new.

    >>> m = Money.dollars
    >>> taxable_part(m(1000), m(80), taxed_before=True), taxable_part(m(1000), m(-80),
    ...                                                               taxed_before=False)
    (Money('80.00'), Money('920.00'))
    """
    # a loss of taxed money gives no negative income: it lessens the basis paid back instead
    return earnings.floor_zero() if taxed_before else (excess + earnings).floor_zero()


@rule(
    "Treas. Reg. 1.401(k)-2(b)(3)(ii), (b)(2)(vi): as if distributed; after-tax money from then on",
    evidence="S",
)
def recharacterized_income(excess: Money) -> Money:
    """Return what of an excess that becomes after-tax money is income of the year it does.

    Gain of it stays in the plan untaxed, as gain of any after-tax money. A loss changes nothing:
    what was deferred is what the employee put in.

    >>> recharacterized_income(Money.dollars(2000))
    Money('2,000.00')
    """
    return excess


@rule("Treas. Reg. 1.401(k)-2(b)(3)(iii): 2 1/2 months after the plan year", evidence="S")
def recharacterized_until(plan_year: int) -> date:
    """Return the last day to recharacterize an excess of a plan year that is the calendar year.

    >>> recharacterized_until(2024)
    datetime.date(2025, 3, 15)
    """
    law = statute()
    months, days = law.number("recharacterized_months"), law.number("recharacterized_days")
    return date(plan_year + 1, 1 + months, days)


@rule("Instructions for Forms 1099-R and 5498, Corrective Distributions; EPCRS: code E")
def code(reason: str, *, roth_money: bool) -> str:
    """Return the code in box 7; Roth money has B beside code 8, code E stands alone.

    >>> code("adp", roth_money=True), code("acp", roth_money=False), code("415", roth_money=True)
    ('8B', '8', 'E')
    """
    return "E" if reason == ADDITIONS else in_order("8", "B" if roth_money else "")


@rule(
    "Instructions for Form 1040, lines 5a and 5b: excess contributions paid back are wages",
    evidence="S",
)
def is_wages(reason: str) -> bool:
    """Tell whether the income stands with wages and not among pensions."""
    return reason != ADDITIONS


@rule("Instructions for Forms 1099-R and 5498, Corrective Distributions: box 5", evidence="S")
def basis_paid_back(excess: Money, earnings: Money, *, taxed_before: bool) -> Money:
    """Return box 5: the excess that had been taxed before, less a loss."""
    return (excess + min(earnings, ZERO)) if taxed_before else ZERO
