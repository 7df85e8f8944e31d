"""Page A: ready or not in words, what the year comes to, and who is asked what."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from exports.decision import decision_section, notes_section, questions
from exports.table import LineLink, Section, show
from ledger import scenario
from ledger.closing import work_out
from ledger.forms.form import Form
from ledger.money import Money
from ledger.year_end import Finding, YearEnd
from tests.exports.sample import plain_year

STORIES = Path(__file__).parents[2] / "fixtures" / "scenarios"


def quiet_year(*findings: Finding) -> YearEnd:
    return replace(
        plain_year(),
        f8606=Form("8606", {}),
        f8606_required=False,
        f5329=Form("5329", {}),
        f1040=Form("1040", {}),
        findings=findings,
    )


def record_of(story: str, year: int, person: str = "") -> YearEnd:
    told = scenario.read(STORIES / f"{story}.toml")
    records = work_out(told.books, [year]).records
    return next(one for one in records if one.taxpayer.id == person or not person)


def lists(section: Section) -> dict[str, list[list[str]]]:
    """Return the open points by the titles of their lists, as paper shows them."""
    return {
        table.title: [[show(value) for value in row] for row in table.rows]
        for table in section.tables
        if table.title
    }


def test_a_quiet_year_is_ready_and_says_so() -> None:
    section = decision_section(quiet_year())
    assert section.paragraphs == ("Ready: nothing is open that keeps the return from being filed.",)
    assert lists(section) == {}
    assert "no Form 8606 is due for 2025" in section.tables[0].empty


@pytest.mark.parametrize(
    ("severities", "words"),
    [
        (["info"], "Ready: nothing is open"),
        (["warning"], "Not ready: 1 point has to be settled before the return is filed"),
        (["warning", "warning"], "Not ready: 2 points have to be settled"),
        (["error"], "Not ready: 1 error must be settled before these figures are used."),
        (["error", "warning"], "used, 1 point before the return is filed."),
    ],
)
def test_whether_it_is_ready_follows_from_what_is_open(severities: list[str], words: str) -> None:
    found = (Finding(one, "roth_limit_not_known", "a is so", "") for one in severities)
    assert words in decision_section(quiet_year(*found)).paragraphs[0]


def test_a_provisional_year_says_why_first() -> None:
    section = decision_section(replace(quiet_year(), provisional="the form is a draft"))
    assert section.paragraphs[0] == "PROVISIONAL: the form is a draft."


def test_each_point_stands_with_whoever_settles_it_and_what_is_at_stake() -> None:
    told = lists(
        decision_section(
            quiet_year(
                Finding("warning", "excess_deferral", "500.00 too much", "IRC", "", Money(50_000)),
                Finding("info", "year_end_value_not_stated", "ira1: no value: basis add x", ""),
                Finding("warning", "election_assumed", "none recorded; say it: basis add y", ""),
                Finding("info", "after_tax_gain", "ira1: a gain waits", ""),
            )
        )
    )
    ((_, _, _, words, stake, cite),) = told["Ask the payer, the plan or the employer"]
    assert (words, stake, cite) == ("500.00 too much", "500.00", "IRC")
    ((_, _, question, words, *_),) = told["Ask the client"]
    assert question.startswith("What was your traditional IRA")
    assert words == "traditional IRA at Schwab, number ···6677: no value"
    ((_, _, question, words, *_),) = told["Decide"]
    assert (question, words) == ("", "none recorded")
    notes = notes_section(quiet_year(Finding("info", "after_tax_gain", "ira1: a gain waits", "")))
    assert notes is not None
    assert notes.tables[0].rows[0][0].endswith("a gain waits")
    assert notes_section(quiet_year()) is None


def test_results_are_links_to_the_lines() -> None:
    rows = decision_section(plain_year()).tables[0].rows
    links = [row[1].line for row in rows if isinstance(row[1], LineLink)]
    assert [line.number for line in links] == ["4a", "4b", "5a", "5b", "14"]


def test_the_first_page_has_every_form_8606_of_the_year() -> None:
    """Rose has none of her own: what the packet prints is the decedent's."""
    rows = decision_section(record_of("death-two-heirs", 2024, "rose")).tables[0].rows
    assert [show(cell) for cell in rows[-1]][1:] == [
        "5,400.00",
        "Form 8606 for IRAs inherited from Ann Green line 14 (file it)",
    ]


def test_a_client_is_asked_each_question_once() -> None:
    record = record_of("death-two-heirs", 2024, "rose")
    asked = questions(record)
    assert len(set(asked)) == len(asked)
    assert not any("{" in text for text in asked)
