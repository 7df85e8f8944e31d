"""Required minimum distributions: from which year on one comes before any rollover."""

from __future__ import annotations

from datetime import date

from ledger.law import rule
from ledger.law.figures import statute
from ledger.law.five_year_clocks import attained

_AGE, _BORN = "required_distribution_age_", "required_distribution_born_"


@rule("IRC 401(a)(9)(C)(i) and (v), 408(a)(6); Pub. 590-B, Required Minimum Distributions")
def is_required_distribution_due(born: date, tax_year: int) -> bool:
    """Tell whether a traditional IRA has to pay out in a year, by the age of its owner.

    The first year is that in which the age is attained, though its payment has time until April.

    >>> is_required_distribution_due(date(1949, 6, 30), 2019)
    True
    >>> is_required_distribution_due(date(1951, 1, 1), 2023)
    False
    >>> is_required_distribution_due(date(1951, 1, 1), 2024)
    True
    """
    law = statute()
    which = 1 + sum(born >= law.day(name) for name in law if name.startswith(_BORN))
    return attained(born, date(tax_year, 12, 31), law.age(f"{_AGE}{which}"))
