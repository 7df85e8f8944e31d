"""Money source names as recordkeepers print them."""

from __future__ import annotations

import pytest

from ledger.chart import Source
from ledger.importers.sources import canonical, source_of

NAMES = {
    "1 - EMPLOYEE DEFERRAL": Source.PRE_TAX,
    "1 - Employee Deferrals": Source.PRE_TAX,
    "Employee 401(k)": Source.PRE_TAX,
    "Employee PreTax": Source.PRE_TAX,
    "Employee Pre-Tax": Source.PRE_TAX,
    "PRE-TAX 401(K)": Source.PRE_TAX,
    "BONUS PRE-TAX 401(K)": Source.PRE_TAX,
    "Base-pay Traditional 401(k) Contribution": Source.PRE_TAX,
    "Catch-up Traditional 401(k) Contribution": Source.PRE_TAX,
    "11 - Roth Deferral": Source.ROTH,
    "9 - Roth Basic": Source.ROTH,
    "Roth 401(k)": Source.ROTH,
    "Employee Roth 401(k)": Source.ROTH,
    "5 - AFTER-TAX": Source.AFTER_TAX,
    "AFTER-TAX 401(K)": Source.AFTER_TAX,
    "After-tax Contribution": Source.AFTER_TAX,
    "2 - EMPLOYER MATCH": Source.MATCH,
    "2 - Safe Harbor Matching": Source.MATCH,
    "Employer Safe Harbor Match": Source.MATCH,
    "Apple Match": Source.MATCH,
    "EMPLOYER MATCHING": Source.MATCH,
    "Roth Match": Source.MATCH_ROTH,
    "4 - Employer Discretionary": Source.NONELECTIVE,
    "Profit Sharing": Source.NONELECTIVE,
    "Pre-tax Rollover": Source.ROLLOVER,
    "Roth Rollover": Source.ROTH_ROLLOVER,
    "12 - ROTH IN-PLAN CONVERSION": Source.IN_PLAN_ROTH,
    "In-plan Roth After-tax Conversion": Source.IN_PLAN_ROTH,
    "2021 ROTH IN PLAN CONVERSION": Source.IN_PLAN_ROTH,
}


@pytest.mark.parametrize(("name", "source"), NAMES.items())
def test_printed_name(name: str, source: Source) -> None:
    assert source_of(name) is source


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Rollover",  # pre-tax, Roth or after-tax: the plan must say
        "After-tax Rollover",
        "In-plan conversion",
        "Safe Harbor",
        "OTHERVEST",
        "Аfter-Tax",  # noqa: RUF001 - the first letter is Cyrillic, which is the point
        "Employer After-Tax Match",
        "None",
    ],
)
def test_doubtful_name_is_left_to_the_user(name: str) -> None:
    assert source_of(name) is None


def test_names_of_the_contract_are_free_in_case_blanks_and_hyphens() -> None:
    for source in Source:
        for written in (source.value, source.value.upper(), source.value.replace("_", "-")):
            assert canonical(written) is source
    assert canonical("After Tax") is Source.AFTER_TAX
    assert canonical("Apple Match") is None
