"""Required minimum distributions: from which year on one comes before any rollover."""

from __future__ import annotations

from datetime import date

from ledger.law import rule
from ledger.law.figures import figures, statute, years_on_file
from ledger.law.five_year_clocks import attained

_PUT_BACK_BY = "waived_distribution_put_back_by"
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


@rule("IRC 401(a)(9)(I): CARES Act, section 2203")
def are_distributions_waived(tax_year: int) -> bool:
    """Tell whether no distribution is required of a year, whatever the age.

    >>> are_distributions_waived(2020), are_distributions_waived(2021)
    (True, False)
    """
    # books reach back before the years on file: no such year is one of IRC 401(a)(9)(I)
    return tax_year in years_on_file() and figures(tax_year).exists(_PUT_BACK_BY)


@rule("Notice 2020-51: put back in time, a waived distribution is no rollover that a limit counts")
def is_waived_and_put_back(born: date, paid: date, back: date) -> bool:
    """Tell whether a payment of a year without required ones was put back in time.

    It holds up to what would have been required, which is not worked out.

    >>> is_waived_and_put_back(date(1945, 5, 1), date(2020, 1, 15), date(2020, 8, 31))
    True
    >>> is_waived_and_put_back(date(1975, 5, 1), date(2020, 1, 15), date(2020, 3, 1))
    False
    """
    if not are_distributions_waived(paid.year) or not is_required_distribution_due(born, paid.year):
        return False
    return back <= figures(paid.year).day(_PUT_BACK_BY)
