"""In-plan Roth conversions: taxable amount and what becomes investment in the Roth account."""

from __future__ import annotations

from ledger.law import rule
from ledger.money import Money


@rule("IRC 402A(c)(4); Notice 2010-84, Q&A-7")
def taxable_amount(converted: Money, basis: Money) -> Money:
    """Return what an in-plan Roth conversion adds to income: value less basis moved.

    >>> taxable_amount(Money.dollars(20000), Money.dollars(19000))
    Money('1,000.00')
    """
    return converted - basis


@rule("IRC 402A(c)(4); Notice 2010-84, Q&A-10", evidence="S")
def investment_in_roth_account(converted: Money) -> Money:
    """Return the basis that arrives: all of it, for the taxable part has now been taxed."""
    return converted
