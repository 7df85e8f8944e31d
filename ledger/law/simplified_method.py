"""The Simplified Method for pension payments that recover a cost."""

from __future__ import annotations

from datetime import date

from ledger.law import rule
from ledger.law.figures import statute
from ledger.law.five_year_clocks import attained
from ledger.money import Money


@rule("IRC 72(d)(1)(B)(iii) and (iv); Pub. 575, Simplified Method Worksheet, Tables 1 and 2")
def expected_payments(started: date, born: date, survivor_born: date | None = None) -> int:
    """Return the number of monthly payments by the ages on the annuity starting date.

    With a survivor both ages count together; of a pension that started before that rule only the
    first person's age does.

    >>> expected_payments(date(2023, 1, 1), date(1958, 1, 5))
    260
    >>> expected_payments(date(2023, 1, 1), date(1958, 1, 5), date(1960, 6, 1))
    310
    """
    law, age = statute(), _age_on(born, started)
    if survivor_born is not None and started >= law.day("simplified_method_joint_from"):
        return _in_table("simplified_method_joint", age + _age_on(survivor_born, started))
    new = started >= law.day("simplified_method_single_from")
    return _in_table(f"simplified_method_single{'' if new else '_before'}", age)


def _age_on(born: date, day: date) -> int:
    whole = day.year - born.year
    return whole if attained(born, day, (whole, 0)) else whole - 1


def _in_table(name: str, age: int) -> int:
    """Return the payments of the first row whose age is not exceeded; the last has no end."""
    rows = statute().pairs(name)
    return next((payments for oldest, payments in rows if age <= oldest), rows[-1][1])


@rule("IRC 72(d)(1)(B)(i); Pub. 575, Simplified Method Worksheet, line 4")
def monthly_exclusion(cost: Money, payments: int) -> Money:
    """Return the part of each monthly payment that recovers cost.

    >>> monthly_exclusion(Money.dollars(31000), 310)
    Money('100.00')
    """
    # a share and not a division: rounded half up to the cent like all else
    return cost.share(Money(1), Money(payments))
