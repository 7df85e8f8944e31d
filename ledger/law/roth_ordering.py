"""In which order money leaves the Roth IRAs, all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.law import rule
from ledger.law.five_year_clocks import conversion_free_from
from ledger.money import ZERO, Money
from ledger.records import RothLayer


@rule("IRC 408A(d)(4)(B)(ii); Treas. Reg. 1.408A-6, Q&A-8", evidence="S")
def take_from_conversions(
    amount: Money, layers: Sequence[RothLayer]
) -> tuple[tuple[RothLayer, ...], tuple[RothLayer, ...], Money]:
    """Take an amount out of conversions: oldest year first, its taxable part first.

    Returns what was taken of each year, what is left of each year, and the amount that no
    conversion covers (earnings).

    >>> m = Money.dollars
    >>> taken, left, rest = take_from_conversions(m(600), [RothLayer(2023, m(100), m(1000))])
    >>> taken[0].taxable, taken[0].nontaxable, left[0].nontaxable, rest
    (Money('100.00'), Money('500.00'), Money('500.00'), Money('0.00'))
    """
    taken, left = [], []
    for layer in sorted(layers, key=lambda one: one.year):
        taxable = min(amount, layer.taxable)
        nontaxable = min(amount - taxable, layer.nontaxable)
        amount = amount - taxable - nontaxable
        # used-up years stay as empty layers, so that the two results match year by year
        taken.append(RothLayer(layer.year, taxable, nontaxable))
        rest = (layer.taxable - taxable, layer.nontaxable - nontaxable)
        left.append(RothLayer(layer.year, *rest))
    return tuple(taken), tuple(left), amount


@rule("IRC 408A(d)(3)(F); Instructions for Form 5329, line 1", evidence="S")
def recaptured(taken: Sequence[RothLayer], day: date) -> Money:
    """Return the taxable conversion dollars taken within five tax years of their conversion."""
    # on 1 January after the five years a conversion is free, so that day is no longer early
    early = [layer.taxable for layer in taken if day < conversion_free_from(layer.year)]
    return Money.total(early)


@rule("IRC 408A(d)(4)(B)(i)", evidence="S")
def take_from_contributions(amount: Money, regular: Money) -> tuple[Money, Money]:
    """Take an amount out of regular contributions first: (taken, amount that is left to take)."""
    taken = min(amount, regular).floor_zero()
    return taken, amount - taken


@rule("IRC 408A(d)(2)(A)(iv), 72(t)(8); Form 8606, line 20")
def first_home_amount(
    expenses: Money, *, lifetime: Money, used_before: Money, clock_met: bool
) -> Money:
    """Return line 20: first-home expenses within the lifetime amount, once the clock is met."""
    if not clock_met:
        return ZERO
    return min(expenses, (lifetime - used_before).floor_zero())
