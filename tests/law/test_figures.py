"""The figures of law: each year has its own, each has a source, none is ever carried over."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.errors import LedgerError
from ledger.law.figures import CONFIDENCE, figures, read_figures, statute, years_on_file
from ledger.money import Money

YEARS = (2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026)

# As the IRS tables print them: deferral, catch-up, annual additions, IRA, IRA catch-up.
LIMITS = """
2018   18500  6000  55000  5500  1000
2019   19000  6000  56000  6000  1000
2020   19500  6500  57000  6000  1000
2021   19500  6500  58000  6000  1000
2022   20500  6500  61000  6000  1000
2023   22500  7500  66000  6500  1000
2024   23000  7500  69000  7000  1000
2025   23500  7500  70000  7000  1000
2026   24500  8000  72000  7500  1100
"""
NAMES = ("elective_deferral", "catch_up_50", "annual_additions", "ira_contribution")
TABLE = [[int(cell) for cell in row.split()] for row in LIMITS.split("\n") if row]


def _refusal(name: str, tax_year: int, how: str = "money") -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        getattr(figures(tax_year), how)(name)
    return caught.value


def test_the_years_on_file() -> None:
    assert years_on_file() == YEARS


@pytest.mark.parametrize("row", TABLE, ids=lambda row: str(row[0]))
def test_limits_are_those_of_the_irs_tables(row: list[int]) -> None:
    tax_year, *dollars = row
    read = [figures(tax_year).money(name) for name in (*NAMES, "ira_catch_up_50")]
    assert read == [Money.dollars(amount) for amount in dollars]


def test_a_year_without_figures_is_refused_and_never_inherits() -> None:
    with pytest.raises(LedgerError) as caught:
        figures(2027)
    assert caught.value.code == "no_figures"
    assert "2018" in caught.value.remedy
    assert "2026" in caught.value.remedy


@pytest.mark.parametrize("tax_year", YEARS)
def test_the_higher_catch_up_does_not_exist_before_its_time(tax_year: int) -> None:
    assert figures(tax_year).exists("catch_up_60_63") is (tax_year >= 2025)


def test_a_provision_that_had_not_begun_is_refused_with_its_reason() -> None:
    refusal = _refusal("catch_up_60_63", 2024)
    assert refusal.code == "no_figure"
    assert "begins with taxable years after 2024" in refusal.remedy


def test_not_on_file_is_another_thing_than_not_existing() -> None:
    assert _refusal("no_such_limit", 2025).code == "no_figure"
    assert _refusal("no_such_limit", 2025, "exists").code == "no_figure"
    assert "no year has it" in _refusal("no_such_limit", 2025).remedy


def test_the_remedy_names_the_files_that_have_the_figure() -> None:
    assert "on file for statute" in _refusal("rollover_days", 2025).remedy


def test_the_60_to_63_catch_up_is_not_150_percent_of_this_years_catch_up() -> None:
    law = figures(2026)
    assert law.money("catch_up_60_63") == Money.dollars(11_250)
    assert law.money("catch_up_50").percent(Decimal(150)) == Money.dollars(12_000)


def test_every_year_names_the_same_figures() -> None:
    assert {tuple(figures(tax_year)) for tax_year in YEARS} == {tuple(figures(2018))}


@pytest.mark.parametrize("tax_year", YEARS)
def test_phase_out_ranges_have_the_width_of_the_statute(tax_year: int) -> None:
    law = figures(tax_year)
    wide = {"roth_phase_out_single": 15_000, "deduction_phase_out_joint": 20_000}
    for name in law:
        if "phase_out" in name:
            start, end = law.range(name)
            assert end - start == Money.dollars(wide.get(name, 10_000)), name


@pytest.mark.parametrize("tax_year", YEARS)
def test_spouse_covered_range_is_the_joint_roth_range(tax_year: int) -> None:
    law = figures(tax_year)
    spouse = law.range("deduction_phase_out_spouse_covered_joint")
    assert spouse == law.range("roth_phase_out_joint")


@pytest.mark.parametrize("tax_year", YEARS)
def test_due_dates_are_business_days_of_the_next_year(tax_year: int) -> None:
    law = figures(tax_year)
    due, corrective = law.day("ira_contribution_due_date"), law.day("corrective_due_date")
    assert (due.year, corrective.year) == (tax_year + 1, tax_year + 1)
    assert due.weekday() < 5
    assert corrective.weekday() < 5
    assert due < corrective


def test_the_two_postponed_due_dates() -> None:
    assert figures(2019).day("ira_contribution_due_date") == date(2020, 7, 15)
    assert figures(2020).day("ira_contribution_due_date") == date(2021, 5, 17)
    assert figures(2020).day("form_8606_printed_due_date") == date(2021, 4, 15)


@pytest.mark.parametrize(
    ("tax_year", "lines"),
    [(2018, "4a 4b 4a 4b"), (2019, "4a 4b 4c 4d"), (2020, "4a 4b 5a 5b"), (2025, "4a 4b 5a 5b")],
)
def test_the_lines_of_form_1040(tax_year: int, lines: str) -> None:
    names = ("ira_gross", "ira_taxable", "plan_gross", "plan_taxable")
    law = figures(tax_year)
    assert " ".join(law.text(f"form_1040_{name}_line") for name in names) == lines


def test_the_checkboxes_of_form_1040_begin_in_2025() -> None:
    assert not figures(2024).exists("form_1040_ira_checkbox_line")
    assert figures(2025).text("form_1040_plan_checkbox_line") == "5c"


def test_only_the_unpublished_form_is_provisional_and_says_why() -> None:
    assert [y for y in YEARS if figures(y).flag("form_8606_provisional")] == [2026]
    found = figures(2026).figure("form_8606_provisional")
    assert found.is_weak
    assert "no form or draft for 2026 was seen" in found.note


def test_the_statute() -> None:
    law = statute()
    assert law.age("age_59_half") == (59, 6)
    assert law.number("roth_ira_qualified_years") == 5
    assert law.percent("early_distribution_percent") == Decimal(10)
    assert law.percent("excess_contribution_percent") == Decimal(6)
    assert law.money("first_home_lifetime") == Money.dollars(10_000)
    assert law.day("corrective_earnings_relief") == date(2022, 12, 29)


def test_asking_for_the_wrong_kind_is_a_fault_of_ours() -> None:
    with pytest.raises(TypeError):
        figures(2025).day("elective_deferral")
    with pytest.raises(TypeError):
        figures(2025).number("form_8606_provisional")


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ('value = 1, confidence = "A"', "source is missing"),
        ('value = 1, source = "IRC 1", confidence = "Z"', "confidence"),
        ('value = 1, source = "IRC 1"', "confidence"),
        ('source = "IRC 1", confidence = "A"', "either a value"),
        ('value = 1, exists = false, source = "IRC 1", confidence = "A"', "either a value"),
        ('exists = true, source = "IRC 1", confidence = "A"', "either a value"),
        ('valeu = 1, source = "IRC 1", confidence = "A"', "unknown key 'valeu'"),
    ],
)
def test_a_figure_that_is_not_sourced_is_refused(tmp_path: Path, cells: str, problem: str) -> None:
    path = tmp_path / "2030.toml"
    path.write_text(f"[plans]\nlimit = {{ {cells} }}\n", "utf-8")
    with pytest.raises(LedgerError) as caught:
        read_figures(path)
    assert caught.value.code == "bad_figure"
    assert caught.value.where == "2030.toml: plans.limit"
    assert problem in caught.value.problem


def test_a_name_may_not_stand_under_two_topics(tmp_path: Path) -> None:
    path = tmp_path / "2030.toml"
    cells = f'{{ value = 1, source = "IRC 1", confidence = "{min(CONFIDENCE)}" }}'
    path.write_text(f"[plans]\nlimit = {cells}\n[iras]\nlimit = {cells}\n", "utf-8")
    with pytest.raises(LedgerError, match="twice"):
        read_figures(path)
