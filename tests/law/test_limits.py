"""Yearly limits: ages, joint returns, phase-outs and the order in which they cut."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.law import limits
from ledger.law.ira_deduction import deduction_range, reduced_by_phase_out
from ledger.money import ZERO, Money

D = Money.dollars


@pytest.mark.parametrize(
    ("born", "year", "allowed"),
    [
        (date(1975, 1, 1), 2024, 0),  # 49 on December 31
        (date(1974, 12, 31), 2024, 7500),  # 50 on the last day
        (date(1964, 6, 1), 2024, 7500),  # 60, before the higher amount began
        (date(1965, 6, 1), 2025, 11250),  # 60
        (date(1962, 6, 1), 2025, 11250),  # 63
        (date(1961, 6, 1), 2025, 7500),  # 64
    ],
)
def test_catch_up_goes_by_the_age_at_year_end(born: date, year: int, allowed: int) -> None:
    assert limits.catch_up_allowed(born, year) == D(allowed)


def test_the_ira_limit_is_not_above_compensation() -> None:
    def limit(*, old: bool, pay: Money | None) -> Money:
        return limits.ira_contribution_limit(2024, of_catch_up_age=old, compensation=pay)

    assert limit(old=False, pay=None) == D(7000)
    assert limit(old=True, pay=None) == D(8000)
    assert limit(old=True, pay=D(7500)) == D(7500)
    assert limit(old=False, pay=ZERO) == ZERO


def test_the_spouse_who_earns_less_may_use_the_other_ones_pay() -> None:
    assert limits.spousal_compensation(ZERO, D(9000), D(7000)) == D(2000)
    assert limits.spousal_compensation(D(500), D(90000), D(7000)) == D(83500)
    assert limits.spousal_compensation(D(9000), D(500), ZERO) == D(9000)


def test_catch_up_is_what_is_marked_or_above_the_limit() -> None:
    def used(deferrals: int, marked: int, allowed: int) -> Money:
        return limits.catch_up_used(
            D(deferrals), marked=D(marked), limit=D(23000), allowed=D(allowed)
        )

    assert used(25000, 0, 7500) == D(2000)
    assert used(20000, 3000, 7500) == D(3000)
    assert used(33000, 0, 7500) == D(7500)
    assert used(25000, 2000, 0) == ZERO


def test_the_last_day_for_an_excess_deferral() -> None:
    assert limits.is_returned_in_time(2024, date(2025, 4, 15))
    assert not limits.is_returned_in_time(2024, date(2025, 4, 16))


@pytest.mark.parametrize(
    ("status", "start", "end"),
    [
        ("single", 146000, 161000),
        ("head_of_household", 146000, 161000),
        ("married_joint", 230000, 240000),
        ("surviving_spouse", 230000, 240000),
        ("married_separate", 0, 10000),
    ],
)
def test_roth_phase_out_of_2024(status: str, start: int, end: int) -> None:
    assert limits.roth_phase_out(2024, status) == (D(start), D(end))


@pytest.mark.parametrize(
    ("magi", "left"),
    [
        (146000, 7000),  # at the start: full
        (146001, 7000),  # 6,999.53 goes up to the next ten
        (151000, 4670),  # 4,666.67
        (160900, 200),  # 46.67 is at least 200
        (160999, 200),
        (161000, 0),  # at the end: nothing
    ],
)
def test_the_reduced_limit_is_rounded_up_and_at_least_200(magi: int, left: int) -> None:
    found = reduced_by_phase_out(D(7000), D(magi), D(146000), D(161000))
    assert found == D(left)


def test_rounding_up_looks_at_the_exact_amount() -> None:
    """One cent of MAGI above a round figure still leaves a part of the next ten dollars."""
    below = Money.dollars(151000) - Money(1)
    assert reduced_by_phase_out(D(6000), below, D(146000), D(161000)) == D(4010)
    assert reduced_by_phase_out(D(6000), D(151000), D(146000), D(161000)) == D(4000)


def test_roth_and_traditional_share_one_limit() -> None:
    assert limits.roth_contribution_limit(D(7000), D(7000), D(3000)) == D(4000)
    assert limits.roth_contribution_limit(D(7000), D(2000), D(3000)) == D(2000)
    assert limits.roth_contribution_limit(D(7000), D(2000), D(8000)) == ZERO


@pytest.mark.parametrize(
    ("status", "covered", "spouse_covered", "found"),
    [
        ("single", True, False, (77000, 87000)),
        ("head_of_household", True, False, (77000, 87000)),
        ("married_joint", True, False, (123000, 143000)),
        ("surviving_spouse", True, False, (123000, 143000)),
        ("married_separate", True, False, (0, 10000)),
        ("married_joint", False, True, (230000, 240000)),
        ("married_separate", False, True, (0, 10000)),
        ("single", False, True, None),
        ("married_joint", False, False, None),
    ],
)
def test_deduction_phase_out_of_2024(
    status: str,
    covered: bool,
    spouse_covered: bool,
    found: tuple[int, int] | None,
) -> None:
    ends = deduction_range(2024, status, covered=covered, spouse_covered=spouse_covered)
    assert ends == (None if found is None else (D(found[0]), D(found[1])))
