"""The year month by month begins and ends with the balances of the record, in both columns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest

from ledger.closing import work_out
from ledger.money import Money
from ledger.scenario import read
from ledger.views.month_ends import month_ends, moved_by_month
from ledger.views.years_compared import compared
from ledger.year_end import YearEnd

STORIES = Path(__file__).parents[2] / "fixtures" / "scenarios"
TOLD = (
    "mega-backdoor-year",
    "chain-three-years",
    "in-plan-loss-then-gain",
    "plan-loan-and-conversion",
    "safe-harbor-sixty-day",
    "spouses-separate",
)


def records(story: str) -> tuple[YearEnd, ...]:
    told = read(STORIES / f"{story}.toml")
    return work_out(told.books, told.tax_years).records


@pytest.mark.parametrize("story", TOLD)
def test_every_curve_runs_from_opening_to_closing(story: str) -> None:
    for year in records(story):
        curves = {
            key: list(rows)
            for key, rows in groupby(month_ends(year), lambda m: (m.account, m.source))
        }
        assert list(curves) == [(row.account, row.source) for row in year.pools]
        for row in year.pools:
            first, *_, last = curves[row.account, row.source]
            assert (first.value, first.basis) == (row.opening_value, row.opening_basis)
            assert (last.value, last.basis) == (row.closing_value, row.closing_basis)
            assert (first.day, last.day) == (
                date(year.tax_year, 1, 1),
                date(year.tax_year, 12, 31),
            )


def test_after_tax_money_waits_a_month_for_its_conversion() -> None:
    (year,) = records("in-plan-loss-then-gain")
    months = [m for m in month_ends(year) if m.source == "after_tax"]
    assert len(months) == 13
    assert {m.value == m.basis for m in months} == {True, False}, "gains and losses show"


@pytest.mark.parametrize("story", TOLD)
def test_months_add_up_to_the_movements_of_the_year(story: str) -> None:
    for year in records(story):
        months = list(moved_by_month(year))
        assert len(months) == 12
        assert Money.total(m.taxable for m in months) == Money.total(
            row.taxable for row in year.movements
        )
        assert Money.total(m.basis + m.taxable + m.rest for m in months) == Money.total(
            row.amount for row in year.movements
        )


def test_three_years_side_by_side() -> None:
    years = records("chain-three-years")
    rows = {row.what: row for row in compared(years)}
    basis = rows["Basis in traditional IRAs at year end (line 14)"]
    assert basis.amounts == tuple(y.traditional_ira.basis_carried_forward for y in years)
    assert basis.change == basis.amounts[-1] - basis.amounts[-2]
    assert all(any(row.amounts) for row in rows.values()), "no row of nothing"
    assert all(basis.known), "a form says it"
    brief = {row.what for row in compared(years, brief=True)}
    assert brief < set(rows)
    assert basis.what in brief


def test_a_year_before_the_books_is_no_zero() -> None:
    """The plan comes into the books in the second year: what it held before is not known."""
    first, second, _ = records("chain-three-years")
    rows = {row.what: row for row in compared((replace(first, pools=()), second))}
    basis = rows["Basis in Roth IRAs at year end"]
    assert (basis.known, basis.change) == ((False, True), None)
    line_14 = rows["Basis in traditional IRAs at year end (line 14)"]
    assert all(line_14.known)
    assert line_14.change is not None
