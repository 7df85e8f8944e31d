"""In-plan Roth conversions: taxable amount and what becomes investment in the Roth account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.law import rule
from ledger.law.figures import statute
from ledger.money import ZERO, Money
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


@rule("IRC 72(e)(8)(B); Instructions for Forms 1099-R and 5498, boxes 1, 2a and 5")
def value_as_reported(
    amount: Money, basis: Money, gross: Money, nontaxable: Money, later: Money
) -> Money | None:
    """Return what a source was worth just before an amount left it, as Form 1099-R tells it.

    ``gross`` and ``nontaxable`` are boxes 1 and 5 for this amount and those after it in the year,
    ``basis`` is that of the source, ``later`` what is paid in between them. Where all of the basis
    is in box 5, all of the source moved each time. Else basis left with each amount in proportion,
    and an amount takes the share of basis that it is of the value. None where no value gives such
    a box 5.

    >>> m = Money.dollars
    >>> value_as_reported(m(1050), m(1000), m(1050), m(1000), m(0))
    Money('1,050.00')
    >>> value_as_reported(m(600), m(1000), m(600), m(500), m(0))
    Money('1,200.00')
    """
    if nontaxable >= basis + later:
        return amount
    if amount <= ZERO or gross <= ZERO or nontaxable <= ZERO or basis <= ZERO:
        return None
    left = min(basis, nontaxable.share(amount, gross))
    return max(amount, basis.share(amount, left)) if left else None


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
