"""Years of one taxpayer beside one another: what changed, and what lies before the books."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ledger.closing import work_out
from ledger.scenario import read
from ledger.views.years_compared import compared
from ledger.year_end import YearEnd

STORIES = Path(__file__).parents[2] / "fixtures" / "scenarios"


def records(story: str) -> tuple[YearEnd, ...]:
    told = read(STORIES / f"{story}.toml")
    return work_out(told.books, told.tax_years).records


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
