"""Rollovers from a 529 account to a Roth IRA of its beneficiary."""

from __future__ import annotations

from ledger.law import rule
from ledger.law.figures import figures, statute
from ledger.money import Money


@rule("IRC 529(c)(3)(E), 408A(c)(5)", evidence="S")
def may_roll_over_529(tax_year: int) -> bool:
    """Tell whether the law of the year knows the rollover.

    >>> may_roll_over_529(2023), may_roll_over_529(2024)
    (False, True)
    """
    return figures(tax_year).exists("rollover_529_allowed")


@rule("IRC 529(c)(3)(E)(ii)(I) and (II): the year's limit for all IRAs, and the lifetime amount")
def within_529_limits(amount: Money, room: Money, used: Money) -> Money:
    """Return the part of a rollover that fits: ``room`` is what other contributions leave.

    >>> m = Money.dollars
    >>> within_529_limits(m(7000), m(7000), m(30000))
    Money('5,000.00')
    """
    left = (statute().money("rollover_529_lifetime") - used).floor_zero()
    return min(amount, room.floor_zero(), left)
