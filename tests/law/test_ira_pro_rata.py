"""Form 8606 Part I: the ratio, its places, line 4, and who needs the part."""

from __future__ import annotations

import pytest

from ledger.law.ira_pro_rata import (
    nondeductible_contributions,
    nondeductible_made_after_year,
    nontaxable_ratio,
    part_i_needed,
    places_that_lose_nothing,
    rollable_into_plan,
)
from ledger.money import ZERO, Money

D = Money.dollars


@pytest.mark.parametrize(
    ("basis", "value", "places", "printed"),
    [
        (7000, 7012, 3, "0.998"),  # 0.99828…
        (7000, 7012, 10, "0.9982886480"),
        (1, 3, 3, "0.333"),
        (2, 3, 3, "0.667"),  # half up
        (1, 2000, 3, "0.001"),  # 0.0005 goes up
        (8000, 7000, 3, "1.000"),  # never above one
        (0, 7000, 3, "0.000"),
        (7000, 0, 4, "0.0000"),  # nothing there: no division
        (-500, 7000, 3, "0.000"),
    ],
)
def test_line_10(basis: int, value: int, places: int, printed: str) -> None:
    assert nontaxable_ratio(D(basis), D(value), places=places).plain == printed


def test_three_places_are_enough_where_they_lose_nothing() -> None:
    assert places_that_lose_nothing(D(10000), D(40000), (D(10000), ZERO), 2024) == 3
    # 7,000 of 7,012: 11.97 cents a place are lost until the sixth
    assert places_that_lose_nothing(D(7000), D(7012), (D(7012),), 2024) == 6


@pytest.mark.parametrize(
    ("nondeductible", "in_year_first", "line_4"),
    [
        (1000, True, 0),
        (3000, True, 1000),
        (4000, True, 2000),
        (1000, False, 1000),
        (3000, False, 2000),
    ],
)
def test_the_taxpayer_chooses_which_contributions_are_nondeductible(
    nondeductible: int,
    in_year_first: bool,
    line_4: int,
) -> None:
    """Instructions for Form 8606, line 4: 2,000 made in the year, 2,000 after it."""
    found = nondeductible_made_after_year(
        D(nondeductible), in_year=D(2000), after_year=D(2000), in_year_first=in_year_first
    )
    assert found == D(line_4)


@pytest.mark.parametrize(
    ("amounts", "needed"),
    [  # nondeductible, basis, distributed, converted, value at year end
        ((500, 500, 0, 0, 0), True),  # a contribution alone: lines 1 to 3 and 14
        ((0, 900, 100, 0, 0), True),  # a distribution with basis
        ((0, 900, 0, 5000, 1), True),  # converted a part
        ((0, 900, 0, 5000, 0), False),  # converted all: line 17 takes the basis
        ((0, 0, 100, 5000, 1), False),  # no basis, nothing to work out
    ],
)
def test_who_fills_in_part_i(amounts: tuple[int, ...], needed: bool) -> None:
    nondeductible, basis, distributed, converted, year_end = map(D, amounts)
    found = part_i_needed(
        nondeductible=nondeductible,
        basis=basis,
        distributed=distributed,
        converted=converted,
        year_end=year_end,
    )
    assert found is needed


def test_line_1_is_never_negative() -> None:
    assert nondeductible_contributions(D(6500), D(4000)) == D(2500)
    assert nondeductible_contributions(D(4000), D(6500)) == ZERO


def test_basis_stays_behind_when_ira_money_goes_into_a_plan() -> None:
    assert rollable_into_plan(D(100000), D(20000)) == D(80000)
    assert rollable_into_plan(D(15000), D(20000)) == ZERO
