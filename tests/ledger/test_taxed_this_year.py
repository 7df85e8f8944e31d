"""What movements call taxable is on the lines of this year's return, never of another's."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger import scenario
from ledger.closing import work_out
from ledger.year_end import YearEnd

STORIES = Path(__file__).parents[2] / "fixtures" / "scenarios"


def records(story: str) -> list[YearEnd]:
    told = scenario.read(STORIES / f"{story}.toml")
    return list(work_out(told.books, told.tax_years).records)


def on_the_return(record: YearEnd) -> int:
    """Add up what the lines of the return take as income of IRAs, plans and wages (cents)."""
    lines = [line for line in record.f1040 if line.label.endswith("taxable amount")]
    lines += [line for line in record.other_lines if line.number.startswith("Form 1040, line 1")]
    return sum(max(line.value.cents, 0) for line in lines)  # type: ignore[union-attr]  # amounts


@pytest.mark.parametrize(
    "story", sorted(p.stem for p in STORIES.glob("*.toml") if not p.stem.startswith("refuse"))
)
def test_no_movement_is_taxed_beyond_the_lines_of_its_year(story: str) -> None:
    for record in records(story):
        taxable = sum(movement.taxable.cents for movement in record.movements)
        assert taxable <= on_the_return(record) + 99, record.tax_year  # whole dollars in some


def test_an_excess_deferral_paid_back_in_spring_is_income_of_the_year_before() -> None:
    (record,) = (r for r in records("excess-deferral-returned") if r.tax_year == 2025)
    back, earned = record.movements
    assert (back.taxable.plain, back.note) == ("0.00", "income of 2024")
    assert earned.taxable.plain == "50.00"


def test_income_of_the_year_before_is_an_open_point_of_the_other_return() -> None:
    (record,) = (r for r in records("return-next-year") if r.tax_year == 2024)
    found = {finding.code: finding for finding in record.findings}
    told = found["income_of_another_year"]
    assert "on the return of 2023 (code P)" in told.message
    assert str(told.at_stake) == "975.00"


@pytest.mark.parametrize(
    ("back", "over"), [("1000", None), ("1000.01", "0.01"), ("1500", "500.00")]
)
def test_more_paid_back_than_was_above_the_limit_is_told(back: str, over: str | None) -> None:
    """24,000 was deferred, 1,000 of it above the limit of 2024."""
    text = (STORIES / "excess-deferral-returned.toml").read_text("utf-8")
    told = scenario.parse(text.replace("amount = 1000\n", f"amount = {back}\n").encode(), "s.toml")
    (record,) = work_out(told.books, [2024]).records
    found = [one for one in record.findings if one.code == "more_paid_back_than_excess"]
    assert [str(one.at_stake) for one in found] == ([over] if over else [])


@pytest.mark.parametrize(("person", "side"), [("gia", "given"), ("hugo", "received")])
def test_both_sides_of_a_divorce_are_told(person: str, side: str) -> None:
    """A share of an IRA is in the movements and the findings of who gave it and who got it."""
    found = [r for r in records("divorce-transfer") if r.taxpayer.id == person]
    moved = [m for r in found for m in r.movements if "divorce" in m.note]
    told = [f for r in found for f in r.findings if f.code == "ira_share"]
    assert len(moved) == len(told) == 1
    assert moved[0].note.startswith(side)
    assert moved[0].taxable.plain == "0.00"
