"""A reading that rests on weak evidence is confirmed once for each account and remembered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import imports
from cli.main import main
from ledger.statement_import.answers import AnswerBook, GivenAnswer
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft
from ledger.statement_import.drafting import StatementImport
from ledger.statement_import.stages import ImportOptions
from ledger.store import Answer
from tests.conftest import FIXTURES
from tests.statement_import.desk import CHART, asked, draft_all, reading, row

ROWS = [
    row(200, "trad", "contribution", "7000"),
    row(201, "trad", "earnings", "3.11"),
    row(202, "roth", "earnings", "4.00"),
    row(203, "old", "earnings", "5.00"),
]
WEAK = {2: "B", 3: "C", 4: "B"}  # the row of line 5 is of a layout that is known well


def draft(*answers: GivenAnswer, remembered: tuple[Answer, ...] = ()) -> FileDraft:
    return draft_all([reading(ROWS, unconfirmed=WEAK)], answers, remembered=remembered)[0]


def test_each_account_is_asked_once_with_what_was_read() -> None:
    trad, roth = draft().questions
    assert asked(draft()) == [("reading_unconfirmed", 2), ("reading_unconfirmed", 4)]
    assert (trad.lines, roth.lines) == ((2, 3), (4,))
    assert "a description only (evidence C)" in trad.problem  # the weaker of the two
    assert "2 rows, " in trad.problem
    assert "1 row contribution 7,000.00, 1 row earnings 3.11" in trad.problem


def test_an_answer_settles_all_accounts_of_the_file() -> None:
    yes = GivenAnswer("reading_unconfirmed", "confirm", match="fidelity_history")
    assert draft(yes).questions == []


@pytest.mark.parametrize(("account", "left"), [("trad", 4), ("roth", 2)])
def test_a_confirmation_is_remembered_for_its_account(account: str, left: int) -> None:
    before = Answer(
        code="reading_unconfirmed",
        account=account,
        match="fidelity_history",
        answer="confirm",
        day=date(2025, 1, 1),
        reason="said before",
    )
    assert asked(draft(remembered=(before,))) == [("reading_unconfirmed", left)]


def test_yes_confirms_and_keeps_the_answer() -> None:
    book = AnswerBook(take_proposals=True)
    done = StatementImport(ImportContext(CHART, book), ImportOptions()).draft(
        [reading(ROWS, unconfirmed=WEAK)]
    )[0]
    assert done.questions == []
    kept = {(a.code, a.account, a.answer) for a in book.used("a.csv")}
    assert kept == {
        ("reading_unconfirmed", "trad", "confirm"),
        ("reading_unconfirmed", "roth", "confirm"),
    }


def test_a_file_whose_account_is_not_known_asks_both_at_once() -> None:
    rows = [row(200, "nobody", "earnings", "3.11")]
    one = draft_all([reading(rows, unconfirmed={2: "B"})])[0]
    assert {q.code for q in one.questions} == {"account_unknown", "reading_unconfirmed"}


def test_an_ignored_account_asks_nothing() -> None:
    rows = [row(200, "nobody", "earnings", "3.11")]
    ignore = GivenAnswer("account_unknown", "ignore", match="nobody")
    assert draft_all([reading(rows, unconfirmed={2: "B"})], [ignore])[0].questions == []


def test_on_a_terminal_every_row_is_shown_before_the_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, runner = str(tmp_path / "ledger.db"), CliRunner()
    for words in (
        ["init"],
        ["taxpayer", "add", "rose", "--name", "Rose", "--born", "1970-05-01"],
        ["account", "add", "roth", "--owner", "rose", "--kind", "roth_ira"],
    ):
        assert runner.invoke(main, ["--ledger", ledger, *words]).exit_code == 0
    monkeypatch.setattr(imports._Request, "may_ask", True)
    file = str(FIXTURES / "statements" / "betterment" / "transactions_plain.csv")
    words = ["--ledger", ledger, "import", file, "--account", "roth"]
    done = runner.invoke(main, words, input="2016\n2016\n\n")  # two tax years, then Enter
    assert done.exit_code == 0, done.output
    shown, asked_last, _ = " ".join(done.stdout.split()).partition(
        "This layout of betterment is known"
    )
    assert asked_last
    assert shown.count("Dividend Reinvestment") == 1
    assert "Initial Deposit" in shown.partition("transactions_plain.csv · betterment · roth")[2]
