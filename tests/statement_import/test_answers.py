"""Answers: read from a file with all faults at once, found by line or words, remembered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import LedgerError
from ledger.statement_import.answers import GivenAnswer, read_answers
from ledger.statement_import.questions import registry
from ledger.store import Answer
from tests.statement_import.desk import asked, day, draft_one, row, say, told


def _written(tmp_path: Path, content: Any) -> Path:
    path = tmp_path / "answers.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_answers_are_read(tmp_path: Path) -> None:
    listed = [
        {"code": "type_unknown", "line": 3, "answer": 2024},
        {
            "code": "allocation_needed",
            "match": "X",
            "answer": {"pre_tax": "5"},
            "reason": "statement",
        },
    ]
    assert read_answers(_written(tmp_path, listed)) == [
        GivenAnswer(
            "type_unknown",
            "2024",
            line=3,
            reason="answers file answers.json",
            where="answers.json:[1]",
        ),
        GivenAnswer(
            "allocation_needed",
            {"pre_tax": "5"},
            match="X",
            reason="statement",
            where="answers.json:[2]",
        ),
    ]


@pytest.mark.parametrize("content", ["{", '{"code": 1}', "not json", ""])
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(LedgerError, match=r"answers\.json") as caught:
        read_answers(_written(tmp_path, content))
    assert caught.value.code == "bad_answers"


def test_all_bad_answers_come_at_once(tmp_path: Path) -> None:
    listed = [
        {"code": "type_unknown", "answer": "x"},
        {"code": "type_unknown", "line": "3", "answer": "x"},
        {"code": "type_unknown", "line": 3, "match": "m", "answer": "x"},
        {"code": "type_unknown", "line": 3, "answer": [1]},
        {"line": 3, "answer": "x"},
        {"code": "type_unknown", "line": 3, "answr": "x", "answer": "y"},
        {"code": "type_unknown", "line": 3, "answer": "good"},
    ]
    with pytest.raises(LedgerError) as caught:
        read_answers(_written(tmp_path, listed))
    places = [fault.where for fault in caught.value.faults]
    assert places == [f"answers.json:[{n}]" for n in range(1, 7)]


def test_a_misspelled_code_is_named_with_the_nearest(tmp_path: Path) -> None:
    listed = [{"code": "tax_yaer_unknown", "line": 3, "answer": "2024"}]
    with pytest.raises(LedgerError, match="of no question; did you mean 'tax_year_unknown'"):
        read_answers(_written(tmp_path, listed))


def test_a_second_answer_to_one_question_is_refused_unless_it_says_the_same(
    tmp_path: Path,
) -> None:
    one = {"code": "tax_year_unknown", "line": 3, "file": "a.csv", "answer": "2024"}
    other_line, other_file = one | {"line": 4, "answer": "2025"}, one | {"file": "b.csv"}
    assert len(read_answers(_written(tmp_path, [one, one, other_line, other_file]))) == 3
    listed = [one, {"code": "type_unknown", "match": "X", "answer": "fee"}, one | {"answer": 2025}]
    with pytest.raises(LedgerError, match=r"\[3\]: answers otherwise what answers\.json:\[1\]"):
        read_answers(_written(tmp_path, listed))
    words = {"code": "type_unknown", "match": "X  y", "answer": "fee"}
    with pytest.raises(LedgerError, match="answers otherwise"):
        read_answers(_written(tmp_path, [words, words | {"match": "x Y", "answer": "info"}]))


def test_several_lists_are_one_and_what_two_of_them_say_otherwise_is_refused(
    tmp_path: Path,
) -> None:
    one = {"code": "tax_year_unknown", "line": 3, "file": "a.csv", "answer": "2024"}
    first = _written(tmp_path, [one])
    second, third = tmp_path / "b.json", tmp_path / "c.json"
    second.write_text(json.dumps([one, one | {"line": 4, "answer": "2025"}]))
    assert [given.where for given in read_answers(first, second)] == [
        "answers.json:[1]",
        "b.json:[2]",
    ]
    third.write_text(json.dumps([one | {"answer": "2025"}]))
    with pytest.raises(LedgerError, match=r"c\.json:\[1\]: answers otherwise what answers\.json"):
        read_answers(first, second, third)


def test_what_is_not_answered_yet_is_asked(tmp_path: Path) -> None:
    listed = [{"code": "type_unknown", "line": 3, "answer": None, "question": "?", "choices": []}]
    assert read_answers(_written(tmp_path, listed)) == []


def test_every_question_says_why_it_is_asked_and_each_code_is_documented() -> None:
    assert all(one.code and one.why for one in registry.ALL)
    assert {one.code for one in registry.documented()} == registry.QUESTIONS


_UNKNOWN = [
    row(1, "trad", "unknown", "5", raw_type="MYSTERY", question="type_unknown"),
    row(2, "trad", "unknown", "6", raw_type="MYSTERY", question="type_unknown"),
]


def test_an_answer_by_line_settles_one_row_and_by_words_all() -> None:
    one = draft_one(_UNKNOWN, say("type_unknown", 2, "earnings"))
    assert (told(one), asked(one)) == (["earnings trad 5.00"], [("type_unknown", 3)])
    both = draft_one(_UNKNOWN, GivenAnswer("type_unknown", "earnings", match="mystery "))
    assert told(both) == ["earnings trad 5.00", "earnings trad 6.00"]


def test_a_type_is_remembered_for_its_account_only() -> None:
    known = [Answer("type_unknown", "trad", "mystery", "earnings", day(1))]
    other = row(3, "old", "unknown", "7", raw_type="MYSTERY", question="type_unknown")
    draft = draft_one([*_UNKNOWN, other], remembered=known)
    assert (len(told(draft)), asked(draft)) == (2, [("type_unknown", 4)])


def test_an_unknown_source_is_remembered_for_the_plan() -> None:
    rows = [row(n, "acme", "contribution", "5", source_text="OTHERVEST") for n in (1, 2)]
    (question,) = draft_one(rows).questions  # once, for both rows
    assert (question.code, question.lines) == ("source_unknown", (2, 3))
    assert question.problem == "the money source 'OTHERVEST' is not known (and 1 more row)"
    known = [Answer("source_unknown", "acme", "othervest", "roth", day(1))]
    assert told(draft_one(rows, remembered=known)) == ["contribution acme roth 5.00"] * 2


def test_a_tax_year_is_remembered_for_its_row_only() -> None:
    year = day(1).year
    rows = [row(1, "trad", "contribution", "5"), row(2, "trad", "contribution", "6")]
    draft = draft_one(rows)
    fingerprint = draft.questions[0].row
    known = [Answer("tax_year_unknown", "trad", f"row:{fingerprint}", str(year), day(1))]
    later = draft_one(rows, remembered=known)
    assert (told(later), asked(later)) == (
        [f"contribution trad 5.00 for {year}"],
        [("tax_year_unknown", 3)],
    )


def test_an_answer_of_an_earlier_import_is_told_where_it_decides_a_row() -> None:
    known = [Answer("type_unknown", "trad", "mystery", "earnings", day(1))]
    note = (
        "a.csv:2 (and 1 more row): 'type_unknown' as answered before: earnings; to change it give "
        "the answer anew (--answers)"
    )
    assert draft_one(_UNKNOWN, remembered=known).notes == [note]
    now = GivenAnswer("type_unknown", "earnings", match="mystery")
    assert draft_one(_UNKNOWN, now, remembered=known).notes == []


@pytest.mark.parametrize("source", ["after_tax", None])
def test_the_answers_that_a_question_shows_are_json_as_it_can_be_given(
    tmp_path: Path, source: str | None
) -> None:
    hidden = {"raw_type": "Transfer", "question": "possible_conversion"}
    rows = [
        row(1, "acme", "balance", "80,000", source=source),
        row(5, "acme", "info", "0.00", **hidden),
        row(6, "acme", "info", "0.00", **hidden),
    ]
    moved = [
        row(7, "acme", "contribution", "5", source="after_tax"),
        row(8, "acme", "conversion_out", "-9", source="after_tax"),
        row(8, "acme", "conversion_in", "9", source="in_plan_roth"),
    ]
    shown = [
        json.JSONDecoder().raw_decode(question.remedy[place:])[0]
        for question in (*draft_one(rows).questions, *draft_one(moved).questions)
        for place in range(len(question.remedy))
        if question.remedy.startswith('{"code"', place)
    ]
    assert [given["code"] for given in shown] == [
        "opening_balance",
        "possible_conversion",
        "possible_conversion",
        "value_needed",
    ]
    assert len(read_answers(_written(tmp_path, shown))) == len(shown)
