"""The basis of an IRA whose owner died: whose it is, and how much of it."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.law import rule
from ledger.money import Money, apportion


@rule("Instructions for Form 8606, Who Must File: in proportion to what each heir got")
def shares_by_value(basis: Money, values: Sequence[Money]) -> list[Money]:
    """Return each heir's part of the owner's basis, by the value of what each got.

    >>> shares_by_value(Money.dollars(9000), [Money.dollars(30000), Money.dollars(15000)])
    [Money('6,000.00'), Money('3,000.00')]
    """
    return apportion(basis, values)


@rule("IRC 408(d)(2)(C): not settled for a year in which the owner died", evidence="S")
def value_of_last_year(at_year_end: Money, passed: Sequence[Money]) -> Money:
    """Return what line 6 of Form 8606 has in the last year of an owner.

    The statute takes the value at the end of the calendar year, when the IRA is the heirs':
    what passed to them counts with its value on the day of death.

    >>> value_of_last_year(Money(0), [Money.dollars(45000)])
    Money('45,000.00')
    """
    return at_year_end + Money.total(passed)
