"""The 10 percent additional tax on early distributions."""

from __future__ import annotations

from datetime import date

from ledger.chart import AccountKind
from ledger.law import rule
from ledger.law.figures import statute
from ledger.law.five_year_clocks import attained
from ledger.money import ZERO, Money


@rule("IRC 72(t)(1); Form 5329, line 4")
def additional_tax_percent() -> int:
    """Return the rate of the additional tax, in percent."""
    return int(statute().percent("early_distribution_percent"))


@rule("IRC 72(t)(6); Form 5329, line 4")
def simple_tax_percent() -> int:
    """Return the rate for SIMPLE IRA money in the first two years of taking part, in percent."""
    return int(statute().percent("early_distribution_simple_percent"))


@rule("IRC 72(t)(6), 408(d)(3)(G): two years from the first day of taking part")
def is_in_simple_period(since: date, day: date) -> bool:
    """Tell whether a day is within two years of the first contribution to a SIMPLE plan.

    >>> is_in_simple_period(date(2022, 3, 15), date(2024, 3, 14))
    True
    >>> is_in_simple_period(date(2022, 3, 15), date(2024, 3, 15))
    False
    """
    return not attained(since, day, (statute().number("simple_first_years"), 0))


# the numbers that the instructions give the exceptions of Form 5329, line 2
SEPARATION = "01"
ALTERNATE_PAYEE = "06"  # under a qualified domestic relations order
PLANS_ONLY = frozenset({SEPARATION, ALTERNATE_PAYEE})
FIRST_HOME = "09"
IRAS_ONLY = frozenset({"07", "08", FIRST_HOME})


@rule("Instructions for Form 5329, line 2: exceptions for plans or for IRAs only", evidence="S")
def exception_applies(code: str, *, plan: bool) -> bool:
    """Tell whether an exception number can apply to money of a plan, or else of an IRA.

    >>> exception_applies("01", plan=False), exception_applies("08", plan=False)
    (False, True)
    """
    return bool(code) and code not in (IRAS_ONLY if plan else PLANS_ONLY)


@rule("IRC 72(t)(8)(B): the first-home exception covers so much in a lifetime")
def covered_for_first_home(amount: Money, used: Money) -> Money:
    """Return the part of an amount that exception 09 still covers, after what was used before.

    >>> covered_for_first_home(Money.dollars(7000), Money.dollars(4000))
    Money('6,000.00')
    """
    return min(amount, (statute().money("first_home_lifetime") - used).floor_zero())


@rule("IRC 72(t)(1), (9), 4974(c); Instructions for Form 5329 (2017), line 1: 457 plans")
def bearing_additional_tax(
    kind: AccountKind, amount: Money, rolled_in: Money, paid: Money
) -> Money:
    """Return the part of an amount that can bear the additional tax at all.

    A 457(b) plan is no qualified retirement plan; ``rolled_in``, of all that was ``paid``, is
    money that came into it from one, or from an IRA, and bears the tax still.

    >>> m = Money.dollars
    >>> bearing_additional_tax(AccountKind.B457, m(900), m(250), m(1000))
    Money('225.00')
    >>> bearing_additional_tax(AccountKind.B403, m(900), m(0), m(1000))
    Money('900.00')
    """
    if kind is not AccountKind.B457:
        return amount
    return amount.share(rolled_in, paid) if rolled_in else ZERO


@rule("IRC 72(t)(2)(A)(ix); Instructions for Form 8606 (2022), return of contributions")
def early_corrective_earnings(earnings: Money, day: date) -> Money:
    """Return the earnings of a returned contribution that bear the additional tax: none any more.

    ``day`` is the day they were paid out.
    """
    # the day of payment decides, not the year that the earnings are taxed in
    if day >= statute().day("corrective_earnings_relief"):
        return ZERO
    return earnings.floor_zero()
