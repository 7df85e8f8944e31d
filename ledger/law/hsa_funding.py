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


@rule("IRC 408(d)(9)(C)(ii): once in a lifetime, a change of coverage in the year apart")
def may_fund_hsa(earlier: int | None, tax_year: int) -> bool:
    """Tell whether a person who funded an HSA in an earlier year may do it again.

    >>> may_fund_hsa(2019, 2024), may_fund_hsa(None, 2024), may_fund_hsa(2024, 2024)
    (False, True, True)
    """
    # a second one in the same year is the change of coverage that the paragraph allows
    return earlier is None or earlier == tax_year
