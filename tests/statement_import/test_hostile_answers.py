"""Whatever is answered to whatever question: a refusal in words, and never a row passed over."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ledger.chart import Account, AccountKind
from ledger.errors import LedgerError, LedgerErrors
from ledger.importers.base import Reading
from ledger.importers.read import read_file
from ledger.statement_import.answers import AnswerBook, GivenAnswer
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft
from ledger.statement_import.drafting import StatementImport
from ledger.statement_import.stages import ImportOptions
from tests.conftest import FIXTURES
from tests.statement_import.desk import draft_one, row, say

STATEMENTS = FIXTURES / "statements"
FILES = sorted(
    path
    for path in STATEMENTS.glob("*/*")
    if path.suffix in {".csv", ".txt", ".qfx"}
    and path.parent.name not in {"bad", "custom", "plain_ira", "plain_plan"}
    and not path.name.endswith(".records.txt")
)
NUMBERS = {
    "acme": (AccountKind.K401, "0990011"),
    "trad": (AccountKind.TRADITIONAL_IRA, "234567890"),
    "roth": (AccountKind.ROTH_IRA, "234567891"),
    "schwabt": (AccountKind.TRADITIONAL_IRA, "XXX111"),
    "schwabr": (AccountKind.ROTH_IRA, "XXX222"),
    "vanguardt": (AccountKind.TRADITIONAL_IRA, "10203040"),
    "vanguardr": (AccountKind.ROTH_IRA, "10203041"),
    "older": (AccountKind.TRADITIONAL_IRA, "XXXX-1234"),
}
CHART = {
    name: Account(name, "rose", kind, number=number) for name, (kind, number) in NUMBERS.items()
}
ANSWERS: tuple[Any, ...] = (
    "",
    "-5",
    "1e5",
    "all",
    "after_tax",
    "pre_tax=",
    "=5",
    "acme",
    "9" * 40,
    {},
    {"source": ["a"]},
    {"source": None, "amount": None},
    {"source": "after_tax", "basis": "x"},
    {"amount": "5", "source": "after_tax"},
)


@cache
def _reading(path: Path) -> Reading:
    return read_file(path)


def _drafted(path: Path, account: str, *answers: GivenAnswer) -> FileDraft:
    context = ImportContext(CHART, AnswerBook((), answers))
    return StatementImport(context, ImportOptions(account=account)).draft([_reading(path)])[0]


def _account(path: Path) -> str:
    return "acme" if _reading(path).plan else ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_no_answer_breaks_the_import_or_drops_a_row(path: Path) -> None:
    account = _account(path)
    by_code = {question.code: question for question in _drafted(path, account).questions}
    for question in by_code.values():
        for answer in ANSWERS:
            given = GivenAnswer(question.code, answer, line=question.line)
            try:
                draft = _drafted(path, account, given)
            except LedgerError as fault:
                told = [str(one) for one in fault.faults]
                assert len(told) == len(set(told)), told
            else:
                assert not list(draft.open)


def test_an_object_is_no_answer_to_a_question_with_a_list_of_answers() -> None:
    mystery = row(3, "trad", "unknown", "5", question="type_unknown", raw_type="MYSTERY")
    with pytest.raises(LedgerErrors) as caught:
        draft_one([mystery], say("type_unknown", 2, {"source": "after_tax"}))
    assert [fault.code for fault in caught.value.faults] == ["bad_answer"]


def test_a_kind_that_a_plan_cannot_have_is_refused_and_not_dropped() -> None:
    mystery = row(3, "acme", "unknown", "5", question="type_unknown", raw_type="MYSTERY")
    with pytest.raises(LedgerError) as caught:
        draft_one([mystery], say("type_unknown", 2, "qcd"))
    assert "QCD" in str(caught.value)
