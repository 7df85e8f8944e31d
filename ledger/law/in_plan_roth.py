"""In-plan Roth conversions: taxable amount and what becomes investment in the Roth account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.law import rule
from ledger.law.figures import statute
from ledger.money import Money
from ledger.records import RothLayer


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


@rule("IRC 402A(c)(4)(D)")
def recapture_free_from(year: int) -> date:
    """Return the first day on which an in-plan conversion's taxable part is free of recapture."""
    return date(year + statute().number("in_plan_recapture_years"), 1, 1)


@rule("Notice 2010-84, Q&A-13; Instructions for Forms 1099-R and 5498, box 10", evidence="S")
def allocable_within_five_years(taken: Sequence[RothLayer], day: date) -> Money:
    """Return box 10: what a payment takes out of in-plan conversions of the last five years."""
    recent = [layer for layer in taken if day < recapture_free_from(layer.year)]
    return Money.total(layer.taxable + layer.nontaxable for layer in recent)


@rule("IRC 402A(c)(4)(D), 408A(d)(3)(F)", evidence="S")
def recaptured(taken: Sequence[RothLayer], day: date) -> Money:
    """Return the conversion dollars taxed within five years: they bear the additional tax.

    >>> m = Money.dollars
    >>> recaptured([RothLayer(2022, m(1000), m(19000))], date(2024, 5, 1))
    Money('1,000.00')
    """
    return Money.total(x.taxable for x in taken if day < recapture_free_from(x.year))
