"""Ages on the day, five-year clocks, additional tax, charity, and the codes of Form 1099-R."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.chart import AccountKind
from ledger.forms.pension_worksheet import PensionFacts, simplified_method_worksheet
from ledger.law import codes_1099r, five_year_clocks
from ledger.law.charity import is_of_charitable_age, out_of_pretax_money, within_yearly_limit
from ledger.law.early_distribution import (
    additional_tax_percent,
    bearing_additional_tax,
    early_corrective_earnings,
    exception_applies,
)
from ledger.law.net_income import net_income
from ledger.law.simplified_method import expected_payments
from ledger.money import ZERO, Money

D = Money.dollars


@pytest.mark.parametrize(
    ("born", "first_day"),
    [
        (date(1964, 2, 10), date(2023, 8, 10)),
        (date(1963, 8, 31), date(2023, 2, 28)),  # no February 31
        (date(1964, 8, 31), date(2024, 2, 29)),  # a leap year
        (date(1964, 12, 31), date(2024, 6, 30)),
    ],
)
def test_59_and_a_half_is_attained_on_a_day(born: date, first_day: date) -> None:
    assert five_year_clocks.is_59_and_a_half(born, first_day)
    assert not five_year_clocks.is_59_and_a_half(born, date.fromordinal(first_day.toordinal() - 1))


def test_five_year_clocks_start_on_january_1_of_the_first_year() -> None:
    assert five_year_clocks.roth_ira_qualified_from(2019) == date(2024, 1, 1)
    assert five_year_clocks.designated_roth_qualified_from(2019) == date(2024, 1, 1)
    assert five_year_clocks.roth_ira_qualified_from(None) is None
    assert five_year_clocks.earlier_start([None, 2021, 2019]) == 2019
    assert five_year_clocks.earlier_start([None]) is None


def test_qualified_needs_both_the_age_and_the_years() -> None:
    free = date(2024, 1, 1)
    for day, of_age, qualified in (
        (date(2024, 1, 1), True, True),
        (date(2023, 12, 31), True, False),
        (date(2024, 1, 1), False, False),
    ):
        found = five_year_clocks.is_qualified_roth_ira(day, free_from=free, of_age=of_age)
        assert found is qualified


@pytest.mark.parametrize(
    ("code", "plan", "ira"),
    [
        ("01", True, False),
        ("06", True, False),
        ("07", False, True),
        ("08", False, True),
        ("09", False, True),
        ("05", True, True),
        ("19", True, True),
        ("", False, False),
    ],
)
def test_some_exceptions_are_for_plans_or_for_iras_only(
    code: str,
    plan: bool,
    ira: bool,
) -> None:
    assert exception_applies(code, plan=True) is plan
    assert exception_applies(code, plan=False) is ira


def test_the_additional_tax() -> None:
    assert additional_tax_percent() == 10
    assert bearing_additional_tax(AccountKind.B457, D(80), ZERO, D(100)) == ZERO
    assert bearing_additional_tax(AccountKind.B457, D(80), D(25), D(100)) == D(20)
    assert bearing_additional_tax(AccountKind.K401, D(80), ZERO, D(100)) == D(80)


def test_earnings_of_a_returned_contribution_are_free_since_the_relief() -> None:
    assert early_corrective_earnings(D(73), date(2022, 12, 28)) == D(73)
    assert early_corrective_earnings(D(73), date(2022, 12, 29)) == ZERO


def test_charity_from_70_and_a_half_within_the_limit_out_of_pretax_money() -> None:
    assert not is_of_charitable_age(date(1955, 1, 15), date(2025, 7, 14))
    assert is_of_charitable_age(date(1955, 1, 15), date(2025, 7, 15))
    assert within_yearly_limit(D(120000), ZERO, 2024) == D(105000)
    assert within_yearly_limit(D(10000), D(105000), 2024) == ZERO
    assert out_of_pretax_money(D(30000), D(50000), D(40000)) == D(10000)
    assert out_of_pretax_money(D(30000), D(50000), D(60000)) == ZERO


def test_net_income_of_pub_590_a() -> None:
    """Treas. Reg. 1.408-11(d), Example 1: 1,600 contributed, 400 of it returned."""
    found = net_income(D(400), adjusted_opening=D(6400), adjusted_closing=D(7600))
    assert found == D(75)
    assert net_income(D(400), adjusted_opening=D(6400), adjusted_closing=D(5600)) == D(-50)
    assert net_income(D(400), adjusted_opening=ZERO, adjusted_closing=D(1)) == ZERO


def test_a_pension_recovers_its_cost_and_no_more() -> None:
    def free(recovered: int) -> Money:
        facts = PensionFacts("mill", D(1200), 1, D(31000), 310, D(recovered))
        return simplified_method_worksheet(facts).amount("8")

    assert [free(r) for r in (0, 30900, 30950, 31000)] == [D(100), D(100), D(50), ZERO]


@pytest.mark.parametrize(
    ("started", "born", "survivor", "payments"),
    [
        (date(2023, 6, 1), date(1967, 6, 2), None, 360),  # 55, the day before the birthday
        (date(2023, 6, 1), date(1967, 6, 1), None, 310),  # 56
        (date(2023, 6, 1), date(1957, 6, 2), None, 260),  # 65
        (date(2023, 6, 1), date(1953, 6, 2), None, 210),  # 69
        (date(2023, 6, 1), date(1940, 1, 1), None, 160),
        (date(1996, 11, 18), date(1936, 1, 1), None, 260),  # the day before the newer table
        (date(2023, 6, 1), date(1960, 1, 1), date(1962, 1, 1), 310),  # 63 and 61
        (date(1997, 12, 31), date(1937, 1, 1), date(1940, 1, 1), 310),  # before joint ages counted
        (date(1998, 1, 1), date(1937, 1, 1), date(1940, 1, 1), 360),  # 61 and 58
    ],
)
def test_the_payments_expected_go_by_age(
    started: date, born: date, survivor: date | None, payments: int
) -> None:
    """Pub. 575, Simplified Method Worksheet, Tables 1 and 2."""
    assert expected_payments(started, born, survivor) == payments


@pytest.mark.parametrize(
    ("of_age", "reason", "exception", "code"),
    [
        (True, "", "", "7"),
        (False, "", "", "1"),
        (False, "", "01", "2"),
        (False, "", "08", "1"),
        (False, "", "06", "2"),  # an alternate payee: "any other exception"
        (False, "", "18", "2"),
        (False, "", "19", "1"),
        (False, "death", "", "4"),
        (False, "disability", "", "3"),
        (True, "death", "01", "4"),
    ],
)
def test_codes_of_cash(of_age: bool, reason: str, exception: str, code: str) -> None:
    assert codes_1099r.cash_code(of_age=of_age, reason=reason, exception=exception) == code


def test_codes_of_everything_else() -> None:
    rollover, correction = codes_1099r.direct_rollover_code, codes_1099r.correction_code
    assert rollover(roth_money=False, to_roth_ira=True) == "G"
    assert rollover(roth_money=True, to_roth_ira=True) == "H"
    assert rollover(roth_money=True, to_roth_ira=False) == "BG"
    assert rollover(roth_money=True, to_roth_ira=True, reason="death") == "4H"
    assert correction(recharacterized=True, same_year=False, roth=True, of_age=False) == "R"
    assert correction(recharacterized=True, same_year=True, roth=False, of_age=True) == "N"
    assert correction(recharacterized=False, same_year=True, roth=True, of_age=False) == "8J"
    assert correction(recharacterized=False, same_year=False, roth=True, of_age=True) == "JP"
    assert correction(recharacterized=False, same_year=False, roth=False, of_age=False) == "1P"
    assert correction(recharacterized=False, same_year=True, roth=False, of_age=False) == "81"
    assert codes_1099r.roth_ira_code(of_age=True, clock_met=True) == "Q"
    assert codes_1099r.roth_ira_code(of_age=True, clock_met=False) == "T"
    assert codes_1099r.roth_ira_code(of_age=False, clock_met=True) == "J"
    assert codes_1099r.conversion_code(of_age=False) == "2"
    assert codes_1099r.excess_deferral_code(same_year=True, roth_money=False) == "8"
    assert codes_1099r.excess_deferral_code(same_year=False, roth_money=True) == "BP"
    assert codes_1099r.cash_code(of_age=False, exempt=True) == "2"
