"""What a year puts elsewhere on the return: each amount on the line of its own year's form."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import main
from exports.figures_to_enter import entry_table
from exports.form_tables import form_section
from exports.table import LineLink
from ledger import scenario
from ledger.closing import work_out
from ledger.money import Money
from ledger.views.joint_return import joint_lines
from ledger.year_end import YearEnd

FOLDER = Path(__file__).parents[2] / "fixtures" / "scenarios"
STORY = """
[scenario]
tax_years = [{year}, {after}]

[[taxpayer]]
id = "jo"
born = 1980-08-08

[[account]]
id = "ira"
owner = "jo"
kind = "traditional_ira"

[[account]]
id = "acme"
owner = "jo"
kind = "401k"

[[opening_basis]]
taxpayer = "jo"
as_of = {year}-01-01
traditional_ira = 0

[[year]]
taxpayer = "jo"
year = {year}
filing_status = "single"
covered_by_plan = false
compensation = 90000

[[event]]
date = {year}-02-03
account = "ira"
kind = "contribution"
amount = 4000

[[event]]
date = {year}-06-05
account = "ira"
kind = "distribution"
amount = 1000
withheld = 200

[[event]]
date = {year}-07-01
account = "acme"
kind = "contribution"
source = "pre_tax"
amount = 9000

[[event]]
date = {after}-03-01
account = "acme"
kind = "excess_deferral_return"
source = "pre_tax"
amount = 500
earnings = 40
year = {year}
"""
# Form 1040 and its schedules of each year: wages, tax withheld, IRA deduction, additional tax
LINES = {
    2018: ("Form 1040, line 1", "Form 1040, line 16", "Schedule 1, line 32", "Schedule 4, line 59"),
    2019: ("Form 1040, line 1", "Form 1040, line 17", "Schedule 1, line 19", "Schedule 2, line 6"),
    2020: ("Form 1040, line 1", "Form 1040, line 25b", "Schedule 1, line 19", "Schedule 2, line 6"),
    2021: ("Form 1040, line 1", "Form 1040, line 25b", "Schedule 1, line 20", "Schedule 2, line 8"),
    2024: (
        "Form 1040, line 1h",
        "Form 1040, line 25b",
        "Schedule 1, line 20",
        "Schedule 2, line 8",
    ),
}


def worked(year: int) -> tuple[YearEnd, YearEnd]:
    text = STORY.format(year=year, after=year + 1)
    story = scenario.parse(text.encode(), "story.toml")
    done = work_out(story.books, story.tax_years)
    assert not done.refused
    first, second = done.records
    return first, second


@pytest.mark.parametrize("year", LINES)
def test_each_amount_stands_on_the_line_of_its_year(year: int) -> None:
    first, second = worked(year)
    wages, withheld, deduction, additional = LINES[year]
    assert {line.number: line.plain for line in first.other_lines} == {
        wages: "500.00",
        withheld: "200.00",
        deduction: "4000.00",
        additional: "100.00",
    }
    # the earnings of what was paid back are income of the year they were paid in
    (earnings,) = second.other_lines
    assert earnings.plain == "40.00"


def test_lines_stand_under_their_form_and_in_the_order_of_the_paper() -> None:
    first, _ = worked(2024)
    (table,) = form_section(first.worksheets["other_lines"]).tables
    told = [("Form 1040", "1h"), ("Form 1040", "25b"), ("Schedule 1", "20"), ("Schedule 2", "8")]
    assert [(row[0], row[2]) for row in table.rows] == told
    entered = [row[1] for row in entry_table(first).rows if row[0] == "Form 1040"]
    assert entered == ["1h", "4a", "4b", "25b"]


def test_a_joint_return_has_both_spouses_amounts_on_one_line() -> None:
    first, second = worked(2024)
    told = {line.number: line for line in joint_lines([first, second])}
    assert told["Form 1040, line 1h"].joint == Money(54_000)
    assert [part.plain for part in told["Schedule 1, line 20"].parts] == ["4000.00", "0.00"]


def test_why_finds_a_line_by_the_form_that_it_stands_on(tmp_path: Path) -> None:
    story, ledger = tmp_path / "story.toml", str(tmp_path / "ledger.db")
    story.write_text(STORY.format(year=2024, after=2025), "utf-8")

    def run(*words: str) -> str:
        done = CliRunner().invoke(main, ["--ledger", ledger, *words])
        assert done.exit_code == 0, done.output
        return done.output

    run("init"), run("scenario", "load", str(story))
    assert "200.00" in run("why", "2024", "1040:25b")
    assert "4,000.00" in run("why", "2024", "schedule_1:20")


def stories() -> list[YearEnd]:
    found = []
    for path in sorted(FOLDER.glob("*.toml"))[::4]:
        if not path.stem.startswith("refuse"):
            story = scenario.read(path)
            found += work_out(story.books, story.tax_years).records
    return found


def test_what_stands_elsewhere_arrives_among_the_figures_to_enter() -> None:
    records = stories()
    assert any(record.other_lines for record in records)
    for record in records:
        shown = {row[4].line for row in entry_table(record).rows if isinstance(row[4], LineLink)}
        assert {*record.other_lines} <= shown
        boxes = sum(form.boxes["4"].cents for form in record.forms_1099r if "4" in form.boxes)
        told = Money.total(x.value for x in record.other_lines if "withheld" in x.label)
        assert abs(told.cents - boxes) < 100  # whole dollars, where the story has them
