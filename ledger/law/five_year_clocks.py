"""Five-taxable-year periods and age tests that decide whether Roth money is free of tax."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from ledger.law import rule
from ledger.law.figures import statute


@rule("IRC 408A: Roth IRAs began with this year")
def first_roth_ira_year() -> int:
    """Return the first tax year for which a Roth IRA could take money."""
    return statute().day("roth_ira_from").year


@rule("IRC 402A: designated Roth accounts began with this year")
def first_designated_roth_year() -> int:
    """Return the first tax year in which a plan could take designated Roth money."""
    return statute().day("designated_roth_from").year


@rule("IRC 408A(d)(2)(B); Treas. Reg. 1.408A-6, Q&A-2")
def roth_ira_qualified_from(first_year: int | None) -> date | None:
    """Return the first day on which the Roth IRA five-year test is met; None without a start.

    ``first_year`` is the first tax year for which any Roth IRA contribution or conversion was
    made.
    """
    # the period starts on 1 January of that year, whatever day the money came in
    years = statute().number("roth_ira_qualified_years")
    return None if first_year is None else date(first_year + years, 1, 1)


@rule("IRC 402A(d)(2)(B); Treas. Reg. 1.402A-1, A-4")
def designated_roth_qualified_from(first_year: int | None) -> date | None:
    """Return the first day on which the plan's own five-year test is met."""
    years = statute().number("designated_roth_qualified_years")
    return None if first_year is None else date(first_year + years, 1, 1)


@rule("IRC 408A(d)(3)(F)(i)")
def conversion_free_from(year: int) -> date:
    """Return the first day on which a conversion's taxable part is free of recapture."""
    return date(year + statute().number("conversion_recapture_years"), 1, 1)


@rule("IRC 402A(d)(2)(C); Treas. Reg. 1.402A-1, A-4(b)", evidence="S")
def earlier_start(starts: Iterable[int | None]) -> int | None:
    """Return the earlier first year where Roth money of two plans comes together."""
    # a plan whose start nobody recorded does not take away a start that is known
    known = [year for year in starts if year is not None]
    return min(known, default=None)


@rule("IRC 72(t)(2)(A)(i)")
def is_59_and_a_half(born: date, day: date) -> bool:
    """Tell whether a person has attained age 59 1/2 on a day.

    >>> is_59_and_a_half(date(1963, 8, 31), date(2023, 2, 27))
    False
    >>> is_59_and_a_half(date(1963, 8, 31), date(2023, 2, 28))
    True
    """
    return attained(born, day, statute().age("age_59_half"))


@rule("IRC 72(t)(2)(A)(i): an age in years and months is attained on that day of the month")
def attained(born: date, day: date, age: tuple[int, int]) -> bool:
    """Tell whether a person has an age of so many years and months on a day."""
    years, months = age
    # months are counted from 0 so that the division carries into the year
    month0 = born.month - 1 + months
    year, month = born.year + years + month0 // 12, month0 % 12 + 1
    # a month without that day: its last day
    last = min(born.day, monthrange(year, month)[1])
    return (day.year, day.month, day.day) >= (year, month, last)


@rule("IRC 414(v)(5)(A), 219(b)(5)(B)")
def age_at_year_end(born: date, tax_year: int) -> int:
    """Return the age attained by 31 December of a tax year."""
    return tax_year - born.year


@rule("IRC 408A(d)(2)(A); IRC 408A(d)(2)(B)")
def is_qualified_roth_ira(day: date, *, free_from: date | None, of_age: bool) -> bool:
    """Tell whether a Roth IRA distribution is qualified: five years over and of age.

    ``of_age`` is true from 59 1/2, or on death or disability.
    """
    return of_age and free_from is not None and day >= free_from
