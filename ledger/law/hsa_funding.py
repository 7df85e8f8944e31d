"""The one-time distribution that moves IRA money into a health savings account."""

from __future__ import annotations

from datetime import date

from ledger.law import rule
from ledger.law.figures import figures, statute
from ledger.law.five_year_clocks import age_at_year_end
from ledger.money import ZERO, Money


@rule("IRC 408(d)(9)(C)(i), 223(b)", evidence="S")
def hsa_limit(tax_year: int, coverage: str, born: date | None) -> Money:
    """Return what may be paid into a person's HSA for a year; ``coverage`` as in the return facts.

    >>> hsa_limit(2024, "family", date(1960, 1, 1))
    Money('9,300.00')
    """
    limit = figures(tax_year).money(f"hsa_{coverage}")
    # without a birth date the catch-up is not assumed
    old = born is not None and age_at_year_end(born, tax_year) >= _catch_up_age()
    return limit + (statute().money("hsa_catch_up") if old else ZERO)


def _catch_up_age() -> int:
    return statute().number("hsa_catch_up_age")


@rule("IRC 408(d)(9)(C)(ii)(I): once in a lifetime")
def may_fund_hsa(earlier: int | None) -> bool:
    """Tell whether a person may fund an HSA who did it in an earlier year, or never."""
    return earlier is None


@rule("IRC 408(d)(9)(C)(ii)(II): once more in a later month of the year, after a change to family")
def may_fund_hsa_again(first: date, day: date, *, became_family: bool) -> bool:
    """Tell whether a second funding of an HSA on a day is allowed beside the first.

    ``became_family``: the first was made under self-only coverage, the second under family.

    >>> first, later = date(2024, 3, 1), date(2024, 7, 1)
    >>> [may_fund_hsa_again(first, later, became_family=known) for known in (True, False)]
    [True, False]
    >>> may_fund_hsa_again(first, date(2025, 7, 1), became_family=True)
    False
    """
    return became_family and first.year == day.year and first.month < day.month
