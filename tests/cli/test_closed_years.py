"""Closed years: what would change one is refused, and after reopening every change is shown.

Rose pays 6,000 into her IRA for 2022 and for 2023 and converts 6,000 of the 12,000; for 2024 she
pays 7,000 and converts all. Nothing is deducted, so as filed: 2023 line 10 = 12,000 / 12,000,
line 18 = 0, line 14 = 6,000; 2024 line 18 = 0. Then it turns out that she deducted 3,000 for 2023:
line 1 = 3,000, line 5 = 9,000, line 10 = 9,000 / 12,000 = 0.750, line 11 = 4,500, line 18 = 1,500,
line 14 = 4,500; 2024 line 2 = 4,500, line 3 = 11,500, line 18 = 13,000 - 11,500 = 1,500.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from exports.document import document
from ledger import scenario
from ledger.closing import work_out
from ledger.money import Money
from ledger.store import Ledger
from ledger.year_end import Amended, YearEnd

Basis = Callable[..., Result]
STORY = """
[scenario]
tax_years = [2022, 2023, 2024]
[[taxpayer]]
id = "rose"
born = 1980-05-01
[[account]]
id = "ira"
owner = "rose"
kind = "traditional_ira"
[[account]]
id = "roth"
owner = "rose"
kind = "roth_ira"
[[account]]
id = "acme"
owner = "rose"
kind = "401k"
[[opening_basis]]
taxpayer = "rose"
as_of = 2022-01-01
traditional_ira = 0
[[event]]
date = 2022-03-01
account = "ira"
kind = "contribution"
amount = 6000
[[event]]
date = 2023-03-01
account = "ira"
kind = "contribution"
amount = 6000
[[event]]
date = 2023-06-01
account = "ira"
kind = "conversion"
to = "roth"
amount = 6000
[[event]]
date = 2023-12-31
account = "ira"
kind = "balance"
value = 6000
[[event]]
date = 2024-03-01
account = "ira"
kind = "contribution"
amount = 7000
[[event]]
date = 2024-06-01
account = "ira"
kind = "conversion"
id = "all"
to = "roth"
amount = 13000
"""
DEDUCTED = ("record", "return", "--taxpayer", "rose", "--year", "2023", "--ira-deduction", "3000")


@pytest.fixture
def filed(basis: Basis) -> Basis:
    Path("story.toml").write_text(STORY, "utf-8")
    for words in (("init",), ("scenario", "load", "story.toml")):
        assert basis(*words).exit_code == 0
    for year in ("2022", "2023", "2024"):
        done = basis("close", year)
        assert done.exit_code == 0, done.output
    return basis


def changes(basis: Basis, year: str) -> dict[int, dict[str, Any]]:
    shown = json.loads(basis("changes", year, "--json").stdout)
    return {
        record["tax_year"]: {
            f"{a['form']}:{a['line']}": (a["filed"], a["now"]) for a in record["amended"]
        }
        for record in shown["years"]
    }


ADD = ("add", "contribution", "--account", "ira", "--amount", "100", "--date")


@pytest.mark.parametrize(
    "words",
    [
        (*ADD, "2023-04-10"),
        (*ADD, "2025-04-10", "--year", "2024"),  # entered and paid later, made for a closed year
        (*ADD, "2021-04-10"),  # before any closed year, but its basis goes on into them
        DEDUCTED,
        ("record", "8606", "--taxpayer", "rose", "--year", "2023", "--line14", "1"),
        ("record", "8606", "--taxpayer", "rose", "--year", "2022", "--line14", "1"),
        ("reverse", "2", "--why", "typed twice"),
        ("undo", "1", "--why", "wrong file"),
        ("taxpayer", "set", "rose", "--born", "1970-05-01"),
        ("account", "set", "acme", "--no-in-plan-conversion"),
    ],
)
def test_a_fact_that_changes_a_closed_year_is_refused(filed: Basis, words: tuple[str, ...]) -> None:
    with Ledger.open(Path("ledger.db")) as ledger:
        head = ledger.head
    refused = filed(*words)
    assert refused.exit_code == 2
    assert "closed as filed" in refused.stderr
    assert "basis reopen" in refused.stderr
    with Ledger.open(Path("ledger.db")) as ledger:
        assert ledger.head == head  # nothing was stored


@pytest.mark.parametrize(
    "words",
    [
        (*ADD, "2025-05-10"),
        ("record", "return", "--taxpayer", "rose", "--year", "2025", "--magi", "1000"),
        ("account", "set", "ira", "--institution", "Fidelity"),
        ("taxpayer", "set", "rose", "--name", "Rose G. Green"),
        ("taxpayer", "add", "paul", "--name", "Paul Green", "--spouse", "rose"),
    ],
)
def test_a_fact_of_an_open_year_is_booked(filed: Basis, words: tuple[str, ...]) -> None:
    done = filed(*words)
    assert done.exit_code == 0, done.output


def test_a_sixty_day_rollover_changes_the_year_of_its_distribution(basis: Basis) -> None:
    story = STORY.replace(
        'kind = "conversion"\nid = "all"\nto = "roth"', 'kind = "distribution"\nid = "all"'
    )
    story = story.replace("2024-06-01", "2024-12-20")
    Path("story.toml").write_text(story, "utf-8")
    for words in (("init",), ("scenario", "load", "story.toml"), ("close", "2024")):
        assert basis(*words).exit_code == 0
    rolled = ("add", "rollover_60day", "--account", "ira", "--of", "all", "--to", "ira")
    refused = basis(*rolled, "--date", "2025-01-15", "--amount", "13000")
    assert refused.exit_code == 2
    assert "rose 2024: the year is closed" in refused.stderr


def test_reopened_every_changed_line_of_this_and_later_years_is_shown(filed: Basis) -> None:
    assert filed("changes", "2023").exit_code == 0  # every line is as filed
    assert filed("reopen", "2023", "--why", "the return deducted 3,000").exit_code == 0
    assert filed(*DEDUCTED).exit_code == 0
    shown = filed("changes", "2023")
    assert shown.exit_code == 1
    found = changes(filed, "2023")
    assert found[2023]["8606:1"] == ("6000.00", "3000.00")
    assert found[2023]["8606:10"] == ("1.000", "0.750")
    assert found[2023]["8606:14"] == ("6000.00", "4500.00")
    assert found[2023]["8606:18"] == ("0.00", "1500.00")
    assert found[2023]["carried:traditional IRA basis"] == ("6000.00", "4500.00")
    assert found[2023]["1040:4b"] == ("0.00", "1500.00")
    assert found[2024]["8606:2"] == ("6000.00", "4500.00")
    assert found[2024]["8606:18"] == ("0.00", "1500.00")
    assert "8606:14" not in found[2024]  # zero then and now
    with Ledger.open(Path("ledger.db")) as ledger:
        books = ledger.books()
    for now in work_out(books, [2023, 2024]).records:
        told = document(now, books, ())
        [section] = [one for one in told.sections if one.title == "As filed and now"]
        rows = [tuple(map(str, row)) for table in section.tables for row in table.rows]
        assert ("Form 8606", "18", "0.00", "1,500.00", "1,500.00") in rows, now.tax_year
    record = json.loads(filed("year-end", "2023", "--json").stdout)
    assert record["status"] == "reopened"
    assert record["filed"]["why"] == "the return deducted 3,000"
    later = json.loads(filed("year-end", "2024", "--json").stdout)
    assert later["status"] == "closed"
    assert [f["code"] for f in later["findings"]].count("filed_record_differs") == 1
    assert filed("verify").exit_code == 0


PAPER = ("record", "5498", "--taxpayer", "rose", "--year", "2023", "--payer", "ira", "--box")


def test_a_form_that_comes_in_may_is_compared_with_the_closed_year(filed: Basis) -> None:
    """A balance of the statement is line 6: the trustee's other value is a difference, no more."""
    before = filed("close", "2023", "--show", "--json").stdout
    done = filed(*PAPER, "5=1")
    assert done.exit_code == 0, done.output
    assert filed("close", "2023", "--show", "--json").stdout == before
    assert "5498" in filed("tie-out", "2023").stdout
    assert filed("verify").exit_code == 0


def test_a_form_that_changes_a_line_of_a_closed_year_is_refused(basis: Basis) -> None:
    """No statement gives the value of December 31: what Form 5498 prints becomes line 6."""
    story = STORY.replace('kind = "balance"\nvalue = 6000', 'kind = "earnings"\namount = 0.01', 1)
    Path("other.toml").write_text(story, "utf-8")
    basis("init"), basis("scenario", "load", "other.toml")
    assert basis("close", "2023").exit_code == 0
    done = basis(*PAPER, "5=9000")
    assert done.exit_code == 2
    assert "the year is closed" in done.stderr


def test_only_the_years_from_the_reopened_one_on_are_compared(filed: Basis) -> None:
    assert set(changes(filed, "2024")) == {2024}
    assert set(changes(filed, "2022")) == {2022, 2023, 2024}


def test_an_amended_year_is_closed_again_and_compared_with_its_new_record(filed: Basis) -> None:
    for words in (("reopen", "2023", "--why", "amended"), DEDUCTED, ("close", "2023")):
        assert filed(*words).exit_code == 0
    assert changes(filed, "2023")[2023] == {}
    assert changes(filed, "2023")[2024]["8606:2"] == ("6000.00", "4500.00")


def test_what_can_neither_be_closed_nor_reopened(filed: Basis) -> None:
    assert "the year was closed on" in filed("close", "2024").stderr
    assert "the year is not over" in filed("close", "2199").stderr
    assert "not closed" in filed("reopen", "2021", "--why", "x").stderr
    assert "neither this year nor a later one" in filed("changes", "2025").stderr


def test_the_record_as_filed_goes_along_in_a_scenario(filed: Basis) -> None:
    for words in (("reopen", "2023", "--why", "late facts"), DEDUCTED):
        assert filed(*words).exit_code == 0
    text = filed("scenario", "export").stdout
    story = scenario.parse(text.encode(), "again.toml")
    record = work_out(story.books, [2023]).of("rose", 2023)
    kept = json.loads(filed("year-end", "2023", "--json").stdout)
    assert record is not None
    assert record.as_json()["filed"] == kept["filed"]
    assert record.as_json()["amended"] == kept["amended"]


def test_a_closed_year_counts_as_filed_and_an_open_one_is_due(filed: Basis) -> None:
    record = json.loads(filed("year-end", "2024", "--json").stdout)
    assert record["forms_due"] == []


def test_years_whose_form_was_due_are_listed_until_one_is_recorded(basis: Basis) -> None:
    Path("story.toml").write_text(STORY, "utf-8")
    for words in (("init",), ("scenario", "load", "story.toml")):
        assert basis(*words).exit_code == 0
    record = json.loads(basis("year-end", "2024", "--json").stdout)
    assert record["forms_due"] == [
        {"form": "8606", "year": 2022, "line_14": "6000.00"},
        {"form": "8606", "year": 2023, "line_14": "6000.00"},
    ]
    said = basis("record", "8606", "--taxpayer", "rose", "--year", "2022", "--line14", "6000")
    assert said.exit_code == 0
    record = json.loads(basis("year-end", "2024", "--json").stdout)
    assert [due["year"] for due in record["forms_due"]] == [2023]


def test_the_last_form_filed_settles_the_years_before_it(basis: Basis) -> None:
    Path("story.toml").write_text(STORY, "utf-8")
    said = ("record", "8606", "--taxpayer", "rose", "--year", "2023", "--line14", "6000")
    for words in (("init",), ("scenario", "load", "story.toml"), said):
        assert basis(*words).exit_code == 0
    assert json.loads(basis("year-end", "2024", "--json").stdout)["forms_due"] == []


def test_a_line_that_was_not_there_when_filed_is_a_change(filed: Basis) -> None:
    """A payment of 100 from the IRA fills lines 7, 12, 13 and 15 of 2022, blank as filed."""
    paid = ("add", "distribution", "--account", "ira", "--date", "2022-07-01", "--amount", "100")
    for words in (("reopen", "2022", "--why", "a payment was left out"), paid):
        assert filed(*words).exit_code == 0
    found = changes(filed, "2022")[2022]
    assert found["8606:7"] == (None, "100.00")
    assert found["8606:14"] == ("6000.00", "5900.00")


def test_boxes_and_the_basis_of_a_plan_are_compared_with_what_was_filed(basis: Basis) -> None:
    # 500 of 1,000 after-tax money is paid out; of 400 of basis 200 leaves, of 600 it is 300
    opening = ("add", "opening", "--account", "acme", "--source", "after_tax", "--value", "1000")
    for words in (
        ("init",),
        ("taxpayer", "add", "rose", "--name", "Rose Green", "--born", "1980-05-01"),
        ("account", "add", "acme", "--owner", "rose", "--kind", "401k"),
        (*opening, "--date", "2023-01-01", "--basis", "400"),
        (
            *("add", "distribution", "--account", "acme", "--source", "after_tax"),
            *("--date", "2023-06-01", "--amount", "500"),
        ),
        ("close", "2023"),
        ("reopen", "2023", "--why", "the plan's letter"),
        ("reverse", "1", "--why", "the basis was wrong"),
        (*opening, "--date", "2023-01-01", "--basis", "600", "--again"),
    ):
        done = basis(*words)
        assert done.exit_code == 0, done.output
    assert changes(basis, "2023")[2023] == {
        "1040:5b": ("300.00", "200.00"),
        "5329:1": ("300.00", "200.00"),
        "5329:3": ("300.00", "200.00"),
        "5329:4": ("30.00", "20.00"),
        "other_lines:Schedule 2, line 8": ("30.00", "20.00"),
        "1099-R acme to cash:2a": ("300.00", "200.00"),
        "1099-R acme to cash:5": ("200.00", "300.00"),
        "carried:acme after-tax basis": ("200.00", "300.00"),
    }


def test_disaster_income_of_later_years_is_compared_with_what_was_filed(basis: Basis) -> None:
    for words in (
        ("init",),
        ("taxpayer", "add", "rose", "--name", "Rose Green", "--born", "1980-05-01"),
        ("account", "add", "acme", "--owner", "rose", "--kind", "401k"),
        (
            *("add", "opening", "--account", "acme", "--source", "pre_tax"),
            *("--date", "2023-01-01", "--value", "9000"),
        ),
        (
            *("add", "distribution", "--account", "acme", "--source", "pre_tax"),
            *("--date", "2023-06-01", "--amount", "900", "--disaster", "Storm Ida"),
        ),
        ("close", "2023"),
        ("reopen", "2023", "--why", "the bank's letter"),
        ("reverse", "2", "--why", "it was less"),
        (
            *("add", "distribution", "--account", "acme", "--source", "pre_tax"),
            *("--date", "2023-06-01", "--amount", "600", "--disaster", "Storm Ida"),
        ),
    ):
        done = basis(*words)
        assert done.exit_code == 0, done.output
    told = changes(basis, "2023")[2023]
    carried = {line: both for line, both in told.items() if line.startswith("carried")}
    assert carried == {
        "carried:disaster income of 2024, plans": ("300.00", "200.00"),
        "carried:disaster income of 2025, plans": ("300.00", "200.00"),
    }


def test_late_forms_get_one_packet_for_each_year(basis: Basis) -> None:
    """2022 and 2023 were due and are not recorded; 2024 is the year asked for."""
    Path("story.toml").write_text(STORY, "utf-8")
    for words in (("init",), ("scenario", "load", "story.toml")):
        assert basis(*words).exit_code == 0
    listed = basis("check").stdout.splitlines()
    assert "rose 2022: Form 8606 due, not recorded (line 14 = 6,000.00)" in listed
    done = basis("packet", "2023", "--to", "out", "--late")
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in Path("out").glob("*.pdf")) == [
        "rose-2022.pdf",
        "rose-2023.pdf",
    ]
    filed = ("record", "8606", "--taxpayer", "rose", "--line14", "6000", "--year")
    for year in ("2022", "2023"):
        assert basis(*filed, year).exit_code == 0
    nothing = basis("packet", "2023", "--to", "out", "--late")
    assert nothing.exit_code == 2
    assert "no Form 8606 up to 2023 is due" in nothing.stderr
    assert "Form 8606 due" not in basis("check", "2024").stdout


def test_an_import_may_repeat_a_closed_year_but_not_add_to_it(filed: Basis) -> None:
    """The second file repeats what is known of 2024 and goes on in 2025; the third adds to 2024."""
    head = "Date,Type,Amount,Account\n"
    known = "2025-03-03,contribution,100.00,ira\n"
    Path("a.csv").write_text(f"{head}{known}", "utf-8")
    assert filed("import", "a.csv", "--as", "plain", "--yes").exit_code == 0
    assert filed("close", "2025").exit_code == 0
    Path("b.csv").write_text(f"{head}{known}2026-03-03,contribution,200.00,ira\n", "utf-8")
    done = filed("import", "b.csv", "--as", "plain", "--yes")
    assert done.exit_code == 0, done.output
    Path("c.csv").write_text(f"{head}2025-04-04,contribution,300.00,ira\n", "utf-8")
    Path("d.csv").write_text(f"{head}2026-04-04,contribution,400.00,ira\n", "utf-8")
    for words in (("d.csv", "c.csv", "--yes"), ("c.csv", "--dry-run")):
        refused = filed("import", *words, "--as", "plain")
        assert refused.exit_code == 2
        assert "rose 2025: the year is closed" in refused.stderr
    assert "400.00" not in filed("register", "ira").stdout  # the other file waits too
    assert "contribution of 2025-04-04 (c.csv:2)" in refused.stderr


def test_a_value_printed_on_form_5498_is_evidence_of_line_6(basis: Basis) -> None:
    story = STORY.replace('kind = "balance"\nvalue = 6000', 'kind = "earnings"\namount = 1')
    Path("story.toml").write_text(story, "utf-8")
    form = ("record", "5498", "--year", "2023", "--payer", "ira", "--box", "5=6000")
    for words in (("init",), ("scenario", "load", "story.toml"), form):
        assert basis(*words).exit_code == 0
    shown = basis("why", "2023", "8606:6")
    assert shown.exit_code == 0
    assert "Form 5498 of ira for 2023" in shown.stdout


def test_an_empty_year_of_a_spouse_stays_open(basis: Basis) -> None:
    story = STORY.replace("born = 1980-05-01\n", 'born = 1980-05-01\nspouse = "paul"\n', 1)
    story += """
[[taxpayer]]
id = "paul"
born = 1980-05-01
spouse = "rose"
[[account]]
id = "pauls"
owner = "paul"
kind = "roth_ira"
[[event]]
date = 2024-03-01
account = "pauls"
kind = "contribution"
amount = 7000
"""
    Path("couple.toml").write_text(story, "utf-8")
    basis("init"), basis("scenario", "load", "couple.toml")
    done = basis("close", "2023")
    assert "closed 2023 of rose" in done.stdout
    assert "paul has nothing in 2023: left open" in done.stderr
    assert basis("close", "2023", "--taxpayer", "paul").exit_code == 0
    assert "closed 2024 of paul" in basis("close", "2024").stdout


def test_a_year_says_how_it_stands(filed: Basis) -> None:
    year = replace(record_of_2023(filed), amended=())
    assert re.fullmatch(r"AS FILED \d\d/\d\d/20\d\d", year.stands_as)
    assert replace(year, filed=None, status="open").stands_as == "DRAFT"
    assert replace(year, status="reopened").stands_as == "DRAFT"
    changed = Amended("8606", "14", Money(1), Money(2))
    assert replace(year, amended=(changed,)).stands_as == "AMENDED"


def record_of_2023(filed: Basis) -> YearEnd:
    assert filed("close", "2023", "--show").exit_code == 0
    with Ledger.open(Path("ledger.db")) as ledger:
        found = work_out(ledger.books(), [2023]).of("rose", 2023)
    assert found is not None
    return found
