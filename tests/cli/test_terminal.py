"""What somebody at a terminal can do with the questions of an import, and with their answers."""

from __future__ import annotations

import json
import os
import pty
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import imports
from cli.main import main
from tests.conftest import FIXTURES

Basis = Callable[..., Result]
HEAD = (
    "Plan name:,ACME\nDate Range,01/01/2025 - 12/31/2025\n\n"
    "Date,Investment,Transaction Type,Amount,Shares/Unit\n"
)
ROWS = (  # lines 5 to 8
    "12/15/2025,FUND,Dividend,5.00,0.050",
    '11/28/2025,FUND,Contributions,"2,600.00",26.000',
    '10/31/2025,FUND,Contributions,"2,600.00",26.000',
    "01/01/2025,FUND,Balance Forward,400.00,4.000",
)
YEAR = "tax_year_unknown"
GOOD = ("pre_tax=300 roth=100/90", "pre_tax=600 after_tax=2000", "by_value")


def history(*rows: str, name: str = "history.csv", plan: str = "ACME") -> None:
    Path(name).write_text("\n".join((HEAD.replace("ACME", plan) + rows[0], *rows[1:], "")))


@pytest.fixture
def basis(household_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Basis:
    """Return a runner in a folder with a ledger and a history whose sources are not said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(imports._Request, "may_ask", True)
    Path("ledger.db").write_bytes(household_file.read_bytes())
    history(*ROWS)

    def run(*words: str, typed: tuple[str, ...] = ()) -> Result:
        text = "".join(f"{line}\n" for line in typed)
        return CliRunner().invoke(main, ["--ledger", "ledger.db", *words], input=text)

    return run


def bring(basis: Basis, *typed: str) -> Result:
    return basis("import", "history.csv", "--account", "acme", typed=typed)


def booked(basis: Basis) -> list[Any]:
    found: list[Any] = json.loads(basis("imports", "--json").stdout)
    return found


def test_a_question_shows_its_rows_what_can_be_typed_and_how_many_are_left(basis: Basis) -> None:
    done = bring(basis, *GOOD)
    assert done.exit_code == 0, done.output
    shown = done.stdout
    first, second, third = (shown.index(f"Question {number}") for number in (1, 2, 3))
    assert "Question 1 (3 open) · history.csv:8" in shown
    assert "8 2025-01-01 Balance Forward · FUND 400.00" in " ".join(shown[first:second].split())
    assert "6 2025-11-28 Contributions · FUND 2,600.00" in " ".join(shown[second:third].split())
    assert "by_value  divide each by what the sources hold" in shown[third:]
    # 5.00 by what was there on December 14: pre-tax 1,500, after-tax 4,000, Roth 100
    receipt = [line.split() for line in shown[third:].splitlines()]
    assert ["acme", "after-tax", "4,000.00", "3.57", "4,003.57"] in receipt
    assert ["acme", "pre-tax", "300.00", "1,200.00", "1.34", "1,501.34"] in receipt


@pytest.mark.parametrize("typed", [("q",), ("pre_tax=400", "q"), ("pre_tax=400",), ()])
def test_who_stops_or_ends_the_input_has_booked_nothing(
    basis: Basis, typed: tuple[str, ...]
) -> None:
    """Ctrl-D ends the input where the answers run out."""
    before = Path("ledger.db").read_bytes()
    done = bring(basis, *typed)
    assert done.exit_code == 130
    assert "stopped: nothing was booked" in done.stderr
    assert Path("ledger.db").read_bytes() == before


def test_ctrl_c_on_a_real_terminal_stops_between_questions(
    basis: Basis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command itself finds that somebody sits at a terminal; the interrupt is a key there."""
    assert basis("verify").exit_code == 0
    monkeypatch.setenv("PYTHONPATH", str(FIXTURES.parent))
    child, terminal = pty.fork()
    if child == 0:
        # a test run in the background ignores interrupts, and what it starts would as well
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        start = [sys.executable, "-m", "cli.start", "--ledger", "ledger.db"]
        os.execv(start[0], [*start, "import", "history.csv", "--account", "acme"])  # noqa: S606
    shown = _until(terminal, b"answer: ")
    os.write(terminal, f"{GOOD[0]}\n".encode())
    shown += _until(terminal, b"sources: ")
    os.write(terminal, b"\x03")
    shown += _until(terminal, None)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130
    os.close(terminal)
    assert b"Question 2 (2 open)" in shown
    assert b"stopped: nothing was booked; 1 answer not kept" in shown
    assert b"Traceback" not in shown
    assert booked(basis) == []


def _until(terminal: int, mark: bytes | None) -> bytes:
    """Return what a terminal shows up to a mark, or up to the end of the program."""
    shown = b""
    while mark is None or mark not in shown:
        try:
            read = os.read(terminal, 4096)
        except OSError:  # the program has ended
            break
        if not read:
            break
        shown += read
    return shown


def test_a_question_is_explained_and_asked_again(basis: Basis) -> None:
    done = bring(basis, "?", *GOOD)
    assert done.exit_code == 0, done.output
    assert "How much of it was taxed already" in " ".join(done.stdout.split())
    assert done.stdout.count("Question 1 ") == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("pre_tax=300", "the values add up to 300.00, not to 400.00"),
        ("pre_tax=300 roth=100", "how much of roth was taxed already?"),
        ("pretx=400", "'pretx' is no source"),
        ("roth=400/x", "'x' is not an amount"),
        ("pre_tax=400/5", "pre_tax cannot have a basis of 5.00"),
    ],
)
def test_an_answer_that_does_not_do_is_asked_again_with_the_reason(
    basis: Basis, typed: str, said: str
) -> None:
    done = bring(basis, typed, *GOOD)
    assert done.exit_code == 0, done.output
    assert said in done.stdout
    assert done.stdout.count("Question 1 ") == 1
    assert len(booked(basis)) == 1


def test_an_answer_is_taken_back(basis: Basis) -> None:
    done = bring(basis, "back", "check", "back", *GOOD)
    assert done.exit_code == 0, done.output
    assert "this is the first question" in done.stdout
    assert "taken back: check (history.csv:8)" in done.stdout
    entries = json.loads(basis("register", "acme", "--json").stdout)["entries"]
    assert [e["kind"] for e in entries].count("opening") == 2  # pre-tax and Roth


def test_answers_are_saved_and_given_back_as_a_file(basis: Basis) -> None:
    stopped = bring(basis, *GOOD[:2], "save")
    assert stopped.exit_code == 130
    assert "basis-answers.json: 2 answered and 1 open" in stopped.stderr
    listed = json.loads(Path("basis-answers.json").read_text())
    assert [item["answer"] for item in listed] == [
        GOOD[0],
        "pattern:pre_tax=600.00,after_tax=2000.00",
        None,
    ]
    words = ("import", "history.csv", "--account", "acme", "--answers", "basis-answers.json")
    done = basis(*words, typed=GOOD[2:])
    assert done.exit_code == 0, done.output
    assert "Question 1 · history.csv:5" in done.stdout
    again = bring(basis, "pre_tax=400", "save")  # the same rows: nothing is asked any more
    assert "nothing new" in again.stdout


def test_part_of_a_choice_is_enough_where_it_can_mean_one(basis: Basis) -> None:
    Path("a.csv").write_text("Date,Type,Source,Amount,Memo\n01/15/2025,contribution,,5.00,pay\n")
    done = basis("import", "a.csv", "--account", "acme", typed=("nosuch", "ro", "After-t"))
    assert done.exit_code == 0, done.output
    assert "'nosuch' is none of the answers: pre_tax, roth" in done.stdout
    assert "'ro' can be roth, rollover, roth_rollover: type more of it" in done.stdout
    entry = json.loads(basis("register", "acme", "--json").stdout)["entries"][0]
    assert entry["postings"][0]["pool"] == "acme:after_tax"


def test_an_answer_for_a_plan_does_not_divide_the_rows_of_another(basis: Basis) -> None:
    """Two plans in one folder: each has its own paycheck of the same amount."""
    added = ("account", "add", "other", "--owner", "rose", "--kind", "401k", "--employer", "Other")
    assert basis(*added).exit_code == 0
    history(*ROWS[1:3])
    history(*ROWS[1:3], name="second.csv", plan="OTHER")
    typed = ("acme", "other", "pre_tax", "roth")
    done = basis("import", "history.csv", "second.csv", typed=typed)
    assert done.exit_code == 0, done.output
    told = {one["account"]: one["spec"] for one in json.loads(basis("allocate", "--json").stdout)}
    assert set(told) == {"acme", "other"}
    assert set(told.values()) == {"rule:contribution=pre_tax", "rule:contribution=roth"}


def answers(*items: dict[str, Any]) -> tuple[str, str]:
    Path("answers.json").write_text(json.dumps(items))
    return "--answers", "answers.json"


def test_the_answer_of_a_row_finds_it_in_a_later_download_and_no_other_row(
    basis: Basis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newer row stands above: line 2 is another deposit now, made for another year."""
    monkeypatch.setattr(imports._Request, "may_ask", False)
    name = "Contributory_IRA_XXX111_Transactions_20260105-101500.csv"
    text = (FIXTURES / "statements" / "schwab_ira" / name).read_text()
    head, _, rows = text.partition("\n")
    newer = '"02/03/2025","MoneyLink Deposit","Tfr BANK","","","","","$7.00"\n'
    Path(name).write_text(text)
    words = ("import", name, "--account", "ira", "--dry-run")
    assert basis(*words, "--write-answers", "open.json").exit_code == 0
    there = basis(*words, "--write-answers", "open.json")  # import has no --force to be advised
    assert "name another file, or delete this one first" in " ".join(there.stderr.split())
    asked = [i for i in json.loads(Path("open.json").read_text()) if i["code"] == YEAR]
    Path(name).write_text(f"{head}\n{newer}{rows}")
    given = answers(*(item | {"answer": "2024"} for item in asked))
    left = json.loads(basis(*words, "--json", *given).stdout)["files"][0]
    assert [q["line"] for q in left["questions"] if q["code"] == YEAR] == [2]


def test_a_wrong_answer_is_refused_with_its_number_its_code_and_the_choices(
    basis: Basis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of a file at once: the second and the third answer, not the first."""
    monkeypatch.setattr(imports._Request, "may_ask", False)
    Path("a.csv").write_text(
        "Date,Type,Source,Amount,Memo\n"
        "01/15/2025,contribution,,5.00,pay\n"
        "01/16/2025,contribution,,6.00,pay\n"
        "01/17/2025,contribution,,7.00,pay\n"
    )
    given = answers(
        {"code": "source_unknown", "line": 2, "answer": "roth"},
        {"code": "source_unknown", "line": 3, "answer": "rothh"},
        {"code": "source_unknown", "line": 4, "answer": {"source": "roth"}},
    )
    done = basis("import", "a.csv", "--account", "acme", *given)
    assert done.exit_code == 2
    assert [line[:26] for line in done.stderr.splitlines()] == [
        "error: answers.json:[2]: '",
        "error: answers.json:[3]: '",
    ]
    assert "'rothh' does not answer 'source_unknown' (a.csv:3) — answer one of: pre_tax, roth," in (
        done.stderr
    )


def test_patterns_and_rules_are_given_in_an_answers_file(
    basis: Basis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports._Request, "may_ask", False)
    rows = [*ROWS, '09/30/2025,FUND,Contributions,"2,000.00",20.000']
    history(*rows)
    words = ("import", "history.csv", "--account", "acme")
    assert basis(*words, "--dry-run", "--write-answers", "open.json").exit_code == 0
    listed = json.loads(Path("open.json").read_text())
    said = {
        "Balance Forward": {"pre_tax": "400.00"},
        "Contributions": ["pattern:pre_tax=600,after_tax=2000", "pattern:after_tax=2000"],
        "Dividend": "by_value",
    }
    lines = {8: "Balance Forward", 5: "Dividend"}
    for item in listed:
        item["answer"] = said[item.get("match") or lines[item["line"]]]
    done = basis(*words, *answers(*listed))
    assert done.exit_code == 0, done.output
    assert "warning" not in done.stderr
    specs = {one["spec"] for one in json.loads(basis("allocate", "--json").stdout)}
    assert specs == {
        "pattern:pre_tax=600.00,after_tax=2000.00",
        "pattern:after_tax=2000.00",
        "rule:earnings=by_value",
    }


def test_on_a_terminal_what_cannot_be_read_is_shown_and_left_out_by_wish(
    basis: Basis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports._Request, "at_terminal", True)
    Path("in").mkdir()
    Path("in", "report.pdf").write_bytes(b"%PDF-1.7")
    Path("history.csv").rename("in/history.csv")
    words = ("import", "in", "--account", "acme")
    stopped = basis(*words, typed=("n",))
    assert stopped.exit_code == 130
    assert "report.pdf: this is a PDF" in stopped.stdout
    assert "stopped: nothing was booked" in stopped.stderr
    done = basis(*words, typed=("y", *GOOD))
    assert done.exit_code == 0, done.output
    table = [line.split() for line in done.stdout.splitlines()]
    # the summary before the first question, and the receipt
    assert table.count(["report.pdf", "left", "out"]) == 2


def test_the_preview_of_a_row_in_a_closed_year_holds_the_fault(basis: Basis) -> None:
    for words in (
        ("record", "8606", "--taxpayer", "rose", "--year", "2023", "--line14", "0"),
        ("close", "2024"),
    ):
        assert basis(*words).exit_code == 0
    Path("a.csv").write_text("Date,Type,Source,Amount,Memo\n01/15/2024,contribution,roth,5.00,x\n")
    done = basis("import", "a.csv", "--account", "acme", "--dry-run", "--json")
    assert done.exit_code == 2
    assert [fault["code"] for fault in json.loads(done.stdout)["errors"]] == ["year_closed"]


@pytest.mark.parametrize("way", ["y", "n"])
def test_a_balance_that_differs_is_asked_about_and_the_answers_are_not_lost(
    basis: Basis, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Pre-tax: 300.00 at the start, 1,200.00 paid in, 1.34 of the dividend (5.00 x 1,500/5,600)."""
    monkeypatch.setattr(imports._Request, "at_terminal", True)
    words = ("import", "history.csv", "--account", "acme", "--closing", "pre_tax=1600")
    done = basis(*words, typed=(*GOOD, way))
    shown = " ".join(done.stdout.split())
    assert "acme:pre_tax 2025-12-31 1,600.00 1,501.34 98.66" in shown
    if way == "n":
        assert done.exit_code == 130
        assert booked(basis) == []
    else:
        assert done.exit_code == 0, done.output
        assert len(booked(basis)) == 1
        held = json.loads(basis("balances", "--json").stdout)["balances"]
        assert [b["value"] for b in held if b["source"] == "pre_tax"] == ["1600.00"]
