"""From which year on a required minimum distribution is due, by the day of birth."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.law.required_distributions import is_required_distribution_due


@pytest.mark.parametrize(
    ("born", "first"),
    [
        (date(1949, 6, 30), 2019),  # 70 1/2 on December 30
        (date(1949, 7, 1), 2021),  # 72
        (date(1950, 12, 31), 2022),
        (date(1951, 1, 1), 2024),  # 73
        (date(1959, 12, 31), 2032),
        (date(1960, 1, 1), 2035),  # 75
    ],
)
def test_the_age_of_the_first_required_distribution(born: date, first: int) -> None:
    assert is_required_distribution_due(born, first)
    assert not is_required_distribution_due(born, first - 1)
