"""Form 8606 Part I: every dollar out of a traditional IRA carries its share of basis."""

from __future__ import annotations

from ledger.law import rule
from ledger.law.figures import figures
from ledger.money import ZERO, Money, Ratio

_PLACES_ENOUGH = 30  # more places than any two amounts below a trillion dollars can need


@rule("IRC 408(d)(1)-(2), 72(e)(8); Form 8606, line 10")
def nontaxable_ratio(basis: Money, value: Money, *, places: int) -> Ratio:
    """Return basis ÷ value at so many places: never above one, zero when there is no value.

    >>> nontaxable_ratio(Money.dollars(7000), Money.dollars(7012), places=3).plain
    '0.998'
    """
    if value <= ZERO:
        return Ratio.of(ZERO, Money(1), places=places)
    # IRAs worth less than their basis: the ratio stops at one and the rest of the basis stays
    return Ratio.of(min(basis, value).floor_zero(), value, places=places)


@rule("Form 8606, line 10 (at least three places); Instructions for Form 8606, line 10")
def places_that_lose_nothing(
    basis: Money, value: Money, parts: tuple[Money, ...], tax_year: int
) -> int:
    """Return the fewest places at which every part comes out as at full precision, to the cent.

    ``parts`` are lines 7 and 8; three places at least, as the form asks.

    >>> seven, all_of_it = Money.dollars(7000), Money.dollars(7012)
    >>> places_that_lose_nothing(seven, all_of_it, (all_of_it,), 2024)
    6
    """
    fewest = figures(tax_year).number("form_8606_line_10_places")
    if value <= ZERO:
        return fewest
    capped = min(basis, value).floor_zero()
    exact = [part.share(capped, value) for part in parts]
    # three places can leave basis that belongs to no money: 7,000 of 7,012 loses 2 dollars
    for places in range(fewest, _PLACES_ENOUGH):
        ratio = nontaxable_ratio(basis, value, places=places)
        if [part.times(ratio) for part in parts] == exact:
            return places
    return _PLACES_ENOUGH


@rule("Form 8606, heading of Part I; Instructions for Form 8606, lines 16 and 17")
def part_i_needed(
    *, nondeductible: Money, basis: Money, distributed: Money, converted: Money, year_end: Money
) -> bool:
    """Tell whether Part I is filled in.

    Yes for a nondeductible contribution of the year; with basis also for a distribution, or a
    conversion of part but not all of the IRAs. ``basis`` is what lines 1 and 2 add up to.
    """
    if nondeductible > ZERO:
        return True
    # with everything converted line 17 takes the basis without a ratio (instructions, line 17)
    return basis > ZERO and (distributed > ZERO or (converted > ZERO and year_end > ZERO))


@rule(
    "IRC 408(d)(3)(A)(ii), (H): only money not yet taxed goes from an IRA into a plan", evidence="M"
)
def rollable_into_plan(all_iras: Money, basis: Money) -> Money:
    """Return the most that a year's rollovers from IRAs into plans may come to.

    ``all_iras`` is what all traditional IRAs of the person would pay out in the year; ``basis``
    is the part of it that had been taxed already and has to stay.

    >>> rollable_into_plan(Money.dollars(100000), Money.dollars(20000))
    Money('80,000.00')
    """
    return (all_iras - basis).floor_zero()


@rule("Instructions for Form 8606, line 1")
def nondeductible_contributions(contributed: Money, deduction: Money) -> Money:
    """Return line 1: contributions for the year less the deduction taken."""
    return (contributed - deduction).floor_zero()


@rule("Instructions for Form 8606, line 4 (the taxpayer's choice)")
def nondeductible_made_after_year(
    nondeductible: Money, *, in_year: Money, after_year: Money, in_year_first: bool
) -> Money:
    """Return line 4: the part of line 1 contributed from 1 January to the due date.

    ``in_year_first``: the contributions of the year itself are the nondeductible ones first.

    >>> m = Money.dollars
    >>> nondeductible_made_after_year(m(1000), in_year=m(2000), after_year=m(2000),
    ...                               in_year_first=True)
    Money('0.00')
    """
    if in_year_first:
        return (nondeductible - in_year).floor_zero()
    # the other choice: the later contributions are the nondeductible ones first
    return min(nondeductible, after_year)
