"""From which year on a required minimum distribution is due, by the day of birth."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.law.required_distributions import (
    are_distributions_waived,
    is_required_distribution_due,
    is_waived_and_put_back,
)


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


def test_only_2020_waived_its_distributions_and_let_them_be_put_back_until_august() -> None:
    assert [year for year in range(2010, 2040) if are_distributions_waived(year)] == [2020]
    born, paid = date(1945, 5, 1), date(2020, 1, 15)
    assert is_waived_and_put_back(born, paid, date(2020, 8, 31))
    assert not is_waived_and_put_back(born, paid, date(2020, 9, 1))
    assert not is_waived_and_put_back(born, date(2017, 1, 15), date(2017, 2, 1))
    assert not is_waived_and_put_back(date(1949, 7, 1), paid, date(2020, 3, 1))  # not of age then
