"""What a question prints settles it and nothing else, also where a file is one single line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import LedgerErrors
from ledger.records import Record
from ledger.statement_import.answers import AnswerBook, GivenAnswer, read_answers, skeleton
from ledger.statement_import.draft import FileDraft
from ledger.statement_import.questions.question import Question
from ledger.statement_import.questions.registry import ALL
from tests.statement_import.desk import asked, draft_all, reading, row, told

IN_KIND = {"units": "12.5", "question": "amount_unknown"}
HIDDEN = {"raw_type": "Transfer", "question": "possible_conversion"}
STORY = [
    row(1, "acme", "balance", "80,000"),
    row(2, "acme", "info", "0.00", **HIDDEN),
    row(3, "acme", "info", "0.00", **HIDDEN),
    row(4, "acme", "contribution", "2,600.00"),
    row(5, "acme", "contribution", "2,700.00"),
    row(6, "acme", "fee", "-3.00"),
    row(7, "acme", "contribution", "5", source_text="OTHERVEST"),
    row(8, "trad", "contribution", "5"),
    row(9, "trad", "contribution", "6"),
    row(10, "trad", "unknown", "7", raw_type="MYSTERY", question="type_unknown"),
    row(11, "trad", "unknown", "8", raw_type="RIDDLE", question="type_unknown"),
    row(12, "trad", "transfer_in", "0", investment="FUND", **IN_KIND),
    row(13, "trad", "transfer_in", "0", investment="OTHER", **IN_KIND),
    row(14, "trad", "distribution", "-9", question="payment_unknown"),
    row(15, "trad", "transfer_out", "-10"),
    row(16, "acme", "distribution", "-11", source="pre_tax"),
    row(16, "acme", "distribution", "-12", source="pre_tax"),
    row(17, "trad", "recharacterization", "13"),
]


def one_line(rows: Iterable[Record], *answers: GivenAnswer) -> FileDraft:
    """Take rows through the intake that all stand on the first line of their file."""
    found = reading(rows)
    records = tuple(replace(record, line=1) for record in found.records)
    return draft_all([replace(found, records=records)], answers)[0]


def printed(question: Question) -> list[dict[str, Any]]:
    """Return the answers that a question shows, as a program reads them."""
    text = question.remedy
    starts = (place for place in range(len(text)) if text.startswith('{"code"', place))
    return [json.JSONDecoder().raw_decode(text[place:])[0] for place in starts]


@pytest.mark.parametrize("lines", ["apart", "one"])
def test_what_a_question_prints_settles_it_and_no_other(tmp_path: Path, lines: str) -> None:
    draft = draft_all([reading(STORY)])[0] if lines == "apart" else one_line(STORY)
    shown = [(question, told) for question in draft.questions for told in printed(question)]
    assert len({question.code for question, _ in shown}) > 7
    path = tmp_path / "answers.json"
    for question, item in shown:
        path.write_text(json.dumps([item]))
        (given,) = read_answers(path)
        settled = [one for one in draft.questions if given.settles(one)]
        assert settled == [question], item


@pytest.mark.parametrize("lines", ["apart", "one"])
def test_what_a_list_of_questions_holds_settles_each(tmp_path: Path, lines: str) -> None:
    draft = draft_all([reading(STORY)])[0] if lines == "apart" else one_line(STORY)
    path = tmp_path / "answers.json"
    for question in draft.questions:
        (item,) = skeleton([question])
        path.write_text(json.dumps([item | {"answer": "ignore"}]))
        (given,) = read_answers(path)
        assert [one for one in draft.questions if given.settles(one)] == [question], item


def test_a_list_asks_of_each_account_what_words_of_one_file_mean_in_it(tmp_path: Path) -> None:
    same = [
        row(number, account, "unknown", "7", raw_type="MYSTERY", question="type_unknown")
        for number, account in ((1, "acme"), (2, "trad"), (3, "trad"), (4, "acme"))
    ]
    draft = draft_all([reading(same)])[0]
    listed = skeleton(draft.questions)
    assert [(one["match"], one["account"]) for one in listed] == [
        ("MYSTERY", "acme"),
        ("MYSTERY", "trad"),
    ]
    path = tmp_path / "answers.json"
    path.write_text(json.dumps([listed[0] | {"answer": "info"}]))
    (left,) = draft_all([reading(same)], read_answers(path))[0].questions
    assert (left.code, left.account) == ("type_unknown", "trad")


def test_a_list_names_the_first_rows_that_one_word_answers_for_all() -> None:
    rows = [row(n, "trad", "unknown", "7", raw_type="X", question="type_unknown") for n in range(9)]
    ((listed,),) = [skeleton(draft.questions) for draft in draft_all([reading(rows)])]
    assert listed["rows"][-2:] == ["a.csv:9", "and 1 more"]


TWO = STORY[11:13]


def test_an_answer_for_a_line_of_several_rows_settles_none_of_two() -> None:
    with pytest.raises(LedgerErrors) as refused:
        one_line(TWO, GivenAnswer("amount_unknown", "10000.00", line=1, where="answers.json:[1]"))
    (fault,) = refused.value.faults
    assert (fault.code, fault.where) == ("bad_answers", "answers.json:[1]")
    assert fault.problem == "'amount_unknown' is asked of several rows of line 1"


def test_the_number_of_a_row_on_its_line_tells_which_is_meant() -> None:
    first, second = (
        GivenAnswer("amount_unknown", amount, line=1, nth=nth)
        for nth, amount in ((1, "10000.00"), (2, "5000.00"))
    )
    left = [(one.code, one.at.nth) for one in one_line(TWO, first).questions]
    assert left == [("amount_unknown", 2), ("partner_unknown", 1)]
    where = GivenAnswer("partner_unknown", "outside", line=1)
    apart = replace(where, nth=1), replace(where, nth=2)
    assert told(one_line(TWO, first, second, *apart)) == [
        "transfer_in trad 10000.00 from outside",
        "transfer_in trad 5000.00 from outside",
    ]


def test_a_line_alone_serves_the_legs_of_one_payment_on_it() -> None:
    legs = STORY[15:17]
    assert [one.lines for one in one_line(legs).questions] == [(1, 1)]
    assert one_line(legs).questions[0].problem.startswith("23.00 in 2 rows of line 1 left acme")
    cash = GivenAnswer("partner_unknown", "cash", line=1)
    assert asked(one_line(legs, cash)) == []
    with pytest.raises(LedgerErrors):  # two payments of two days are two
        one_line([*legs, replace(legs[0], day=STORY[0].day)], cash)


def test_a_rule_for_a_line_serves_one_kind_of_its_rows() -> None:
    rows = [
        row(1, "acme", "fee", "-3.00"),
        row(1, "acme", "fee", "-4.00"),
        row(1, "acme", "earnings", "5.00"),
    ]
    by_value = GivenAnswer("allocation_needed", "by_value", line=1, where="answers.json:[1]")
    with pytest.raises(LedgerErrors, match="several rows of line 1"):
        one_line(rows, by_value)
    assert asked(one_line(rows, replace(by_value, nth=1))) == [("allocation_needed", 1)]


def test_a_proposal_that_is_not_needed_any_more_is_no_answer_to_warn_of(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    item = {"code": "reading_unconfirmed", "match": "x", "proposal": "confirm"}
    changed = {"code": "year_end_value", "match": "x", "proposal": "book", "answer": "no"}
    path.write_text(json.dumps([item | {"answer": "confirm"}, changed]))
    (left,) = AnswerBook(given=read_answers(path)).unused()
    assert left.code == "year_end_value"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({}, "needs 'line', 'match' or 'row'"),
        ({"line": 1, "match": "a"}, "needs either 'line' or 'match'"),
        ({"match": "a", "nth": 1}, "'nth' counts the rows of a 'line' from 1"),
        ({"line": 1, "nth": 0}, "'nth' counts the rows of a 'line' from 1"),
        ({"line": 1, "nth": "2"}, "'nth' is not a number"),
        ({"line": True}, "'line' is not a number"),
    ],
)
def test_a_place_that_tells_no_row_is_refused(
    tmp_path: Path, place: dict[str, Any], said: str
) -> None:
    path = tmp_path / "answers.json"
    path.write_text(json.dumps([{"code": "amount_unknown", "answer": "1", **place}]))
    with pytest.raises(LedgerErrors, match=said):
        read_answers(path)


def test_a_row_alone_is_place_enough(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    (question, other) = one_line(TWO).questions
    path.write_text(json.dumps([{"code": question.code, "row": question.row, "answer": "1"}]))
    (given,) = read_answers(path)
    assert (given.settles(question), given.settles(other)) == (True, False)


def test_a_question_has_few_facts_of_its_own() -> None:
    assert all(len(fields(one)) <= 10 for one in ALL)
