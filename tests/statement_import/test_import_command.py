"""The commands import, allocate, imports, undo and formats, on real files and a real ledger."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import imports
from cli.main import main
from ledger.money import Money
from ledger.statement_import.movements.parts import read_parts
from tests.conftest import FIXTURES

Basis = Callable[..., Result]
STATEMENTS = FIXTURES / "statements"
HISTORY = str(STATEMENTS / "fidelity_netbenefits" / "history.csv")
OVERLAP = str(STATEMENTS / "fidelity_netbenefits_overlap" / "history.csv")
SOURCES = str(STATEMENTS / "fidelity_sources_tab" / "sources.txt")
IRAS = str(STATEMENTS / "fidelity_accounts_history" / "Accounts_History.csv")
SCHWAB = str(STATEMENTS / "schwab_ira" / "Contributory_IRA_XXX111_Transactions_20260105-101500.csv")
PAYCHECK = "pattern:pre_tax=1500,roth=500,after_tax=2000,match=750"
CHART = (
    ("acme", "401k", ""),
    ("trad", "traditional_ira", "234567890"),
    ("roth", "roth_ira", "234567891"),
    ("schwabt", "traditional_ira", "XXX111"),
    ("schwabr", "roth_ira", "XXX222"),
)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of a ledger with Rose's accounts; made once, it takes a second."""
    path = tmp_path_factory.mktemp("ready") / "ledger.db"
    runner = CliRunner()
    lines = [["init"], ["taxpayer", "add", "rose", "--name", "Rose Green", "--born", "1970-05-01"]]
    for name, kind, number in CHART:
        line = ["account", "add", name, "--owner", "rose", "--kind", kind]
        lines.append([*line, "--number", number] if number else line)
    for words in lines:
        done = runner.invoke(main, ["--ledger", str(path), *words])
        assert done.exit_code == 0, done.output
    return path.read_bytes()


@pytest.fixture
def ledger(ready: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    path.write_bytes(ready)
    path.chmod(0o600)
    return path


@pytest.fixture
def basis(ledger: Path) -> Basis:
    def run(*words: str, text: str | None = None) -> Result:
        return CliRunner().invoke(main, ["--ledger", str(ledger), *words], input=text)

    return run


def _told(done: Result, code: int = 0) -> Any:
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def _file(path: Path, *rows: str, name: str = "plain.csv") -> str:
    file = path / name
    file.write_text("\n".join(("Date,Type,Source,Amount,Memo", *rows)) + "\n")
    return str(file)


def _answers(path: Path, *answers: dict[str, Any]) -> str:
    file = path / "answers.json"
    file.write_text(json.dumps(answers))
    return str(file)


def test_a_plain_file_is_booked_once(basis: Basis, tmp_path: Path) -> None:
    file = _file(tmp_path, '01/15/2024,Contribution,After-Tax,"1,234.56",pay')
    first = _told(basis("import", file, "--account", "acme", "--json"))
    assert first["files"][0]["rows"] == {"new": 1, "known": 0, "question": 0, "info": 0}
    assert len(first["chain_head"]) == 64
    again = basis("import", file, "--account", "acme")
    assert again.exit_code == 0
    assert "nothing new" in again.output
    (tmp_path / "plain.csv").rename(tmp_path / "renamed.csv")
    renamed = basis("import", str(tmp_path / "renamed.csv"), "--account", "acme")
    assert "nothing new" in renamed.output


def test_a_plain_file_that_was_changed_never_books_a_row_beside_the_old_one(
    basis: Basis, tmp_path: Path
) -> None:
    # 100.00 and 200.00 were typed; the second turns out to be 250.00, and of a month later
    first, wrong = (f"0{m}/15/2024,Contribution,Pre-Tax,{m}00.00,pay" for m in (1, 2))
    right, moved = (f"0{m}/15/2024,Contribution,Pre-Tax,250.00,pay" for m in (2, 3))
    words = ("--account", "acme", "--json")
    _told(basis("import", _file(tmp_path, first, wrong), *words))
    for name, rows in (
        ("plain.csv", (first, moved)),  # the same name and a row in common: on any day
        ("plain.csv", (right,)),  # the same name, or a row in common: on the days of the file
        ("plain (1).csv", (right,)),
        ("new name.csv", (first, right)),
    ):
        changed = _file(tmp_path, *rows, name=name)
        question = _told(basis("import", changed, *words, "--dry-run"))["files"][0]["questions"][0]
        assert (question["code"], "somebody may have changed" in question["problem"]) == (
            "rows_missing",
            True,
        )
        assert "200.00" in question["problem"]
    # another file of the same days is no change of that one
    other = _file(tmp_path, "02/15/2024,Contribution,Match,50.00,", name="match.csv")
    assert _told(basis("import", other, *words))["files"][0]["entries"] == 1
    # accepted, the old entry is reversed and the new one booked in one step
    accept = _answers(tmp_path, {"code": "rows_missing", "line": 2, "answer": "accept"})
    changed = _file(tmp_path, first, moved)
    assert _told(basis("import", changed, *words, "--answers", accept))["files"][0]["entries"] == 1
    register = _told(basis("register", "acme", "--json"))["entries"]
    count = (entry for entry in register if not entry["left_out"])
    assert sum(float(entry["postings"][0]["value"]) for entry in count) == 400.00  # 100 + 250 + 50


def test_a_dry_run_shows_every_row_and_leaves_the_bytes(basis: Basis, ledger: Path) -> None:
    before = ledger.read_bytes()
    told = _told(basis("import", HISTORY, "--account", "acme", "--dry-run", "--json"))
    assert told["schema"] == "basis/import-preview/1"
    rows = told["files"][0]["rows"]
    assert [row["line"] for row in rows] == list(range(7, 24))
    assert rows[2] == {
        "line": 9,
        "date": "2025-11-28",
        "account": "JUNIPER FALLS ROBOTICS, INC",
        "source": None,
        "event": "contribution",
        "amount": "4750.00",
        "tax_year": None,
        "status": "question",
        "raw": "Contributions",
        "memo": "S&P 500 INDEX TR",
    }
    codes = {question["code"] for question in told["files"][0]["questions"]}
    assert codes == {"allocation_needed", "possible_conversion", "opening_balance"}
    readable = basis("import", HISTORY, "--account", "acme", "--dry-run")
    assert "nothing was booked" in readable.output
    assert ledger.read_bytes() == before


def test_open_questions_end_the_command_and_name_file_line_and_answer(
    basis: Basis, ledger: Path
) -> None:
    before = ledger.read_bytes()
    done = basis("import", IRAS)
    assert done.exit_code == 2
    assert "Accounts_History.csv:19: no account has the number or name 'Z00000001'" in done.stderr
    assert '{"code": "account_unknown", "match": "Z00000001", "answer": "ignore"}' in done.stderr
    assert ledger.read_bytes() == before


def test_a_household_of_iras_is_booked_with_one_answer(basis: Basis, tmp_path: Path) -> None:
    answer = {"code": "account_unknown", "match": "Z00000001", "answer": "ignore"}
    done = _told(basis("import", IRAS, "--answers", _answers(tmp_path, answer), "--json"))
    assert done["files"][0]["rows"] == {"new": 12, "known": 0, "question": 0, "info": 4}
    assert done["files"][0]["entries"] == 11  # of two movements each account has its own side
    open_side, equal = done["files"][0]["notes"]
    assert open_side.startswith("open: Accounts_History.csv:8: what the 1,190.00 left that came")
    assert equal == "2 equal rows (lines 18 repeat one above): all kept"
    # the answer is remembered: the next download asks nothing
    again = _told(basis("import", IRAS, "--json"))
    assert (again["files"][0]["entries"], again["files"][0]["rows"]["known"]) == (0, 15)


def test_the_sources_tab_covers_the_history(basis: Basis, tmp_path: Path) -> None:
    assert basis("import", SOURCES, "--account", "acme", "--yes").exit_code == 0
    asked = _told(basis("import", HISTORY, "--account", "acme", "--dry-run", "--json"))
    open_points = [(q["code"], q["line"]) for q in asked["files"][0]["questions"]]
    assert open_points == [("allocation_needed", 18)]  # the loan repayment: not on the tab
    answers = _answers(tmp_path, {"code": "allocation_needed", "line": 18, "answer": "pre_tax"})
    done = _told(basis("import", HISTORY, "--account", "acme", "--answers", answers, "--json"))
    assert done["files"][0]["entries"] == 3  # the repayment, and an exchange of two rows


def test_both_files_in_one_command_in_any_order(basis: Basis) -> None:
    words = ("--account", "acme", "--allocate", "rule:loan_repayment=pre_tax", "--json", "--yes")
    done = _told(basis("import", HISTORY, SOURCES, *words))
    assert [file["entries"] for file in done["files"]] == [3, 31]


def _allocated(tmp_path: Path) -> tuple[str, ...]:
    point = "possible_conversion"
    converted = ((8, "4153.77"), (19, "1990.41"), (21, "2008.00"))
    answers = [
        {"code": point, "line": n, "answer": {"amount": a, "source": "after_tax"}}
        for n, a in converted
    ]
    answers.append({"code": "value_needed", "match": "Transfer", "answer": "all"})
    answers.append({"code": "opening_balance", "line": 23, "answer": {"source": "pre_tax"}})
    words = ["--answers", _answers(tmp_path, *answers), "--allocate", PAYCHECK]
    for rule in ("earnings=by_value", "fee=pre_tax", "loan_repayment=pre_tax"):
        words += ["--allocate", f"rule:{rule}"]
    return tuple(words)


def test_a_history_without_sources_is_divided_and_the_pattern_remembered(
    basis: Basis, tmp_path: Path
) -> None:
    done = _told(basis("import", HISTORY, "--account", "acme", *_allocated(tmp_path), "--json"))
    # 4 paychecks of 4 sources, 3 conversions, an opening, a fee, a loan repayment, 3 earnings rows
    assert done["files"][0]["rows"]["question"] == 0
    listed = _told(basis("allocate", "--json"))
    assert {"account": "acme", "spec": "pattern:pre_tax=1500.00,roth=500.00,after_tax=2000.00,"
            "match=750.00"} in listed  # fmt: skip
    overlap = _told(basis("import", OVERLAP, "--account", "acme", "--json"))
    assert overlap["files"][0]["entries"] == 4  # the one new paycheck
    assert overlap["files"][0]["rows"] == {"new": 1, "known": 7, "question": 0, "info": 2}


def test_the_file_of_a_plan_does_not_go_into_an_ira(basis: Basis) -> None:
    plan_into_ira = basis("import", HISTORY, "--account", "trad")
    assert plan_into_ira.exit_code == 2
    assert "the file is of an employer plan" in plan_into_ira.stderr
    ira_into_plan = basis("import", SCHWAB, "--account", "acme")
    assert ira_into_plan.exit_code == 2
    assert "not of acme" in ira_into_plan.stderr


def test_deposits_and_journals_of_an_ira_are_asked_about(basis: Basis, tmp_path: Path) -> None:
    asked = _told(basis("import", SCHWAB, "--dry-run", "--json"))
    assert [(q["code"], q["line"]) for q in asked["files"][0]["questions"]] == [
        ("partner_unknown", 5),
        ("tax_year_unknown", 6),
        ("possible_conversion", 8),
        ("tax_year_unknown", 9),
    ]
    answers = _answers(
        tmp_path,
        {"code": "partner_unknown", "line": 5, "answer": "schwabr"},
        {"code": "possible_conversion", "match": "Journaled Shares", "answer": "conversion"},
        {"code": "possible_conversion", "match": "Journal", "answer": "conversion"},
        {"code": "tax_year_unknown", "line": 6, "answer": 2024},
        {"code": "tax_year_unknown", "line": 9, "answer": "2025"},
    )
    done = _told(basis("import", SCHWAB, "--answers", answers, "--json"))
    assert done["files"][0]["entries"] == 7
    # 2024 was wrong: once the import is undone, every row is asked about anew
    assert basis("undo", "1", "--why", "wrong year").exit_code == 0
    again = _told(basis("import", SCHWAB, "--dry-run", "--json"))
    assert again["files"][0]["questions"] == asked["files"][0]["questions"]


def test_an_answer_that_is_no_choice_is_refused(basis: Basis, tmp_path: Path) -> None:
    answers = _answers(tmp_path, {"code": "tax_year_unknown", "line": 6, "answer": "2019"})
    done = basis("import", SCHWAB, "--answers", answers)
    assert done.exit_code == 2
    assert "'2019' does not answer 'tax_year_unknown'" in done.stderr


def test_on_a_terminal_the_questions_are_asked_one_after_another(
    basis: Basis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports._Request, "may_ask", True)
    done = basis("import", IRAS, text="ignore\n")
    assert done.exit_code == 0, done.output
    assert "No account has the number or name 'Z00000001'" in done.stdout


HIDDEN = "Transfer,0.00,0.000"


def _history(path: Path, *rows: str) -> str:
    """Write a NetBenefits history: day, type, amount and units of each row."""
    file = path / "history.csv"
    head = "Plan name:,ACME\nDate Range,01/01/2025 - 12/31/2025\n\n"
    head += "Date,Investment,Transaction Type,Amount,Shares/Unit\n"
    lines = [f"{row[:10]},FUND,{row[11:]}" for row in rows]
    file.write_text(head + "\n".join(lines) + "\n")
    return str(file)


def test_on_a_terminal_a_paycheck_is_asked_once_and_tax_is_never_proposed(
    basis: Basis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports._Request, "may_ask", True)
    file = _history(
        tmp_path,
        "12/15/2025 Dividend,5.00,0.050",
        f"12/03/2025 {HIDDEN}",
        '11/28/2025 Contributions,"2,600.00",26.000',
        '10/31/2025 Contributions,"2,600.00",26.000',
        "09/30/2025 Dividend,4.00,0.040",
    )
    typed = (
        "pre_tax=1500,match=1000\npre_tax=600,after_tax=2000\n"  # the first adds up to 2,500.00
        "row\npre_tax\n"  # line 5 alone
        "\nsome\n4100 after_tax\n"  # the empty line and a wrong answer are asked again
        "by-hand\npre_tax\n"  # a rule for what is left
        "all\n"  # of line 6: what was it worth
    )
    done = basis("import", file, "--account", "acme", text=typed)
    assert done.exit_code == 0, done.output
    assert "one paycheck of 2,600.00" in done.stdout
    assert "the sources add up to 2,500.00, not to 2,600.00" in done.stdout
    assert done.stdout.count("belong to: 2 rows of 2,600.00") == 1
    listed = {entry["spec"] for entry in _told(basis("allocate", "--json"))}
    assert listed == {"pattern:pre_tax=600.00,after_tax=2000.00", "rule:earnings=pre_tax"}


def test_on_a_terminal_a_rule_by_value_is_taken_at_once_and_waits_for_what_sources_hold(
    basis: Basis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports._Request, "may_ask", True)
    file = _history(
        tmp_path,
        "12/15/2025 Dividend,5.00,0.050",
        f"12/03/2025 {HIDDEN}",
        "11/28/2025 Dividend,4.00,0.040",
        "01/01/2025 Balance Forward,400.00,4.000",
    )
    typed = "pre_tax=300 roth=100/90\nby_value\nnone\n"
    done = basis("import", file, "--account", "acme", text=typed)
    assert done.exit_code == 0, done.output
    assert done.stdout.index("starts with 400.00") < done.stdout.index("earnings rows")
    assert done.stdout.count("earnings rows") == 1
    told = _told(basis("balances", "--json", "--on", "2025-12-31"))
    # 4.00 by 300 to 100 is 3.00 and 1.00; 5.00 by 303 to 101 is 3.75 and 1.25
    values = {row["source"]: row["value"] for row in told["balances"] if row["account"] == "acme"}
    assert values == {"pre_tax": "306.75", "roth": "102.25"}


def test_a_dry_run_shows_the_division_and_the_receipt_the_gains(
    basis: Basis, tmp_path: Path
) -> None:
    file = _history(
        tmp_path,
        f"12/03/2025 {HIDDEN}",
        '11/28/2025 Contributions,"2,600.00",26.000',
    )
    answers = _answers(
        tmp_path,
        {"code": "possible_conversion", "line": 5, "answer": "2100.00 after_tax"},
        {"code": "value_needed", "line": 5, "answer": "all"},
    )
    words = ("import", file, "--account", "acme", "--answers", answers, "--dry-run")
    paycheck = ("--allocate", "pattern:pre_tax=600,after_tax=2000")
    told = _told(basis(*words, *paycheck, "--json"))["files"][0]
    assert [(e["line"], e["kind"], e["source"], e["amount"]) for e in told["entries"]] == [
        (6, "contribution", "pre_tax", "600.00"),
        (6, "contribution", "after_tax", "2000.00"),
        (5, "in_plan_conversion", "after_tax", "2100.00"),
    ]
    assert [row["source"] for row in told["rows"]] == [
        None,
        None,
    ]  # the rows say what the file says
    shown = basis(*words, *paycheck).stdout
    assert "history.csv · would be booked" in shown
    done = _told(basis(*words[:-1], *paycheck, "--json"))
    (after_tax,) = (one for one in done["booked"] if one["source"] == "after_tax")
    assert (after_tax["gains"], after_tax["moved"]) == ("100.00", "-2100.00")


def test_an_allocation_that_fits_nothing_is_warned_of(basis: Basis, tmp_path: Path) -> None:
    file = _history(tmp_path, '11/28/2025 Contributions,"2,600.00",26.000')
    paycheck = ("--allocate", "pattern:pre_tax=2600", "--allocate", "pattern:pre_tax=2660")
    done = basis("import", file, "--account", "acme", *paycheck)
    assert done.exit_code == 0, done.output
    assert "warning: --allocate pattern:pre_tax=2660.00 fits no row of these files" in done.stderr
    assert "pre_tax=2600.00 fits" not in done.stderr


def test_a_closing_balance_that_differs_stops_the_import(
    basis: Basis, tmp_path: Path, ledger: Path
) -> None:
    file = _file(tmp_path, "01/15/2024,Contribution,After-Tax,100.00,pay")
    before = ledger.read_bytes()
    words = ("import", file, "--account", "acme", "--closing")
    wrong = basis(*words, "after_tax=101.00")
    assert wrong.exit_code == 1
    assert "acme:after_tax: 101.00 stated, 100.00 in the ledger, difference 1.00" in wrong.stderr
    assert "with --accept-difference: the balances are booked, and the differences" in wrong.stderr
    assert ledger.read_bytes() == before
    assert basis(*words, "after_tax=100.00").exit_code == 0


def test_an_accepted_difference_is_recorded(basis: Basis, tmp_path: Path, ledger: Path) -> None:
    file = _file(tmp_path, "01/15/2024,Contribution,After-Tax,100.00,pay")
    words = ("--closing", "after_tax=101.00", "--accept-difference")
    assert basis("import", file, "--account", "acme", *words).exit_code == 0
    assert b"101.00 stated, 100.00 in the ledger" in ledger.read_bytes()


def test_the_same_file_does_not_go_into_two_accounts_unasked(
    basis: Basis, tmp_path: Path, ledger: Path
) -> None:
    rows = [f"01/{day:02}/2024,Contribution,After-Tax,{day}.00,pay" for day in range(1, 20)]
    file = _file(tmp_path, *rows)
    more = ("--owner", "rose", "--kind", "401k")
    assert basis("account", "add", "b401", *more).exit_code == 0
    assert basis("import", file, "--account", "b401").exit_code == 0
    before = ledger.read_bytes()
    second = basis("import", file, "--account", "acme")
    assert second.exit_code == 2
    assert "plain.csv:2: plain.csv was imported into b401 as import 1" in second.stderr
    assert second.stderr.count("plain.csv:") == 1
    assert ledger.read_bytes() == before
    told = _told(basis("import", file, "--account", "acme", "--dry-run", "--json"))["files"][0]
    assert [(q["code"], q["line"], q["choices"]) for q in told["questions"]] == [
        ("file_known", 2, ["again"])
    ]
    assert {row["status"] for row in told["rows"]} == {"question"}
    answers = _answers(tmp_path, {"code": "file_known", "line": 2, "answer": "again"})
    words = ("import", file, "--account", "acme", "--answers", answers, "--json")
    assert _told(basis(*words))["files"][0]["entries"] == 19


def test_a_file_whose_import_was_undone_may_go_into_another_account(
    basis: Basis, tmp_path: Path
) -> None:
    file = _file(tmp_path, "01/15/2024,Contribution,After-Tax,100.00,pay")
    assert basis("account", "add", "b401", "--owner", "rose", "--kind", "401k").exit_code == 0
    assert basis("import", file, "--account", "b401").exit_code == 0
    assert basis("undo", "1", "--why", "wrong account").exit_code == 0
    assert basis("import", file, "--account", "acme").exit_code == 0


def test_an_import_is_taken_back_and_brought_again(basis: Basis, tmp_path: Path) -> None:
    file = _file(tmp_path, "01/15/2024,Contribution,After-Tax,100.00,pay")
    assert basis("import", file, "--account", "acme").exit_code == 0
    assert basis("undo", "1", "--why", "wrong account").exit_code == 0
    assert _told(basis("imports", "--json"))[0]["why"] == "wrong account"
    again = _told(basis("import", file, "--account", "acme", "--json"))
    assert again["files"][0]["entries"] == 1


def test_rows_that_another_file_explained_come_back_when_it_is_undone(basis: Basis) -> None:
    words = ("--account", "acme", "--allocate", "rule:loan_repayment=pre_tax", "--json", "--yes")
    assert basis("import", SOURCES, "--account", "acme", "--yes").exit_code == 0
    covered = _told(basis("import", HISTORY, *words))["files"][0]
    assert (covered["entries"], covered["rows"]["known"]) == (3, 12)
    assert basis("undo", "1", "--why", "test").exit_code == 0
    again = basis("import", HISTORY, *words)
    assert again.exit_code == 2  # the rows are open again: nobody says their sources now
    assert "its contribution rows belong to: 4 rows of 4,750.00" in again.output


def test_all_faults_of_all_files_come_at_once(basis: Basis, tmp_path: Path) -> None:
    first = _file(tmp_path, "01/15/2024,Contribution,After-Tax,1.005,x", name="a.csv")
    second = _file(tmp_path, "01/45/2024,Contribution,After-Tax,1.00,x", name="b.csv")
    done = basis("import", first, second, "--account", "acme")
    assert done.exit_code == 2
    assert "a.csv:2" in done.stderr
    assert "b.csv:2" in done.stderr


def test_a_source_that_a_plan_needs_is_asked_with_its_line(basis: Basis, tmp_path: Path) -> None:
    file = _file(tmp_path, "01/15/2024,Contribution,,100.00,pay")
    done = basis("import", file, "--account", "acme")
    assert done.exit_code == 2
    assert "plain.csv:2: a contribution in a plan needs a money source" in done.stderr


def test_formats_are_listed(basis: Basis) -> None:
    names = {entry["format"] for entry in _told(basis("formats", "--json"))}
    assert {"plain", "fidelity_netbenefits", "schwab_brokerage"} <= names


def test_older_statements_after_newer_ones_never_count_an_opening_twice(
    basis: Basis, tmp_path: Path
) -> None:
    later = _history(tmp_path, '01/01/2025 Balance Forward,"5,000.00",50.000')
    opening = {"code": "opening_balance", "line": 5, "answer": {"source": "pre_tax"}}
    answers = _answers(tmp_path, opening)
    assert basis("import", later, "--account", "acme", "--answers", answers).exit_code == 0
    older = _history(tmp_path, '11/29/2024 Contributions,"4,000.00",40.000')
    words = ("import", older, "--account", "acme", "--allocate")
    roth, own = "pattern:roth=4000", "pattern:pre_tax=4000"
    # 4,000.00 of the 5,000.00 were paid in: the opening is what the statement says of the eve
    for source in (own, roth):
        dry = _told(basis(*words, source, "--dry-run", "--json"))
        assert dry["files"][0]["questions"] == []
    assert basis(*words, own).exit_code == 0
    assert _held(basis) == {"pre_tax": "5000.00"}


def _held(basis: Basis) -> dict[str, str]:
    held = _told(basis("balances", "--on", "2025-01-01", "--json"))
    return {one["source"]: one["value"] for one in held["balances"]}


def test_every_import_ends_with_what_each_source_holds_in_the_books(basis: Basis) -> None:
    done = _told(basis("import", SOURCES, "--account", "acme", "--yes", "--json"))
    # pre-tax 10,000 + 4 x 1,500 + 60.29 + 17.65 + 1.75 - 10.00; all after-tax money converted:
    # 2,008.00 + 1,990.41 + 4,153.77, then dividends of 23.54 and 44.63
    booked = {one["source"]: one for one in done["booked"]}
    # what left the after-tax source came into the other, and what was put in stands apart
    assert booked["after_tax"]["moved"] == "-8152.18"
    assert booked["in_plan_roth"]["moved"] == "8152.18"
    assert booked["in_plan_roth"]["gains"] == "68.17"
    assert booked["pre_tax"]["opening"] == "10000.00"
    assert booked["pre_tax"]["paid_in"] == "6000.00"
    assert done["balances"] == [
        {"account": "acme", "source": source, "date": "2025-12-31", "value": value}
        for source, value in (
            ("after_tax", "0.00"),
            ("in_plan_roth", "8220.35"),
            ("match", "3023.05"),
            ("pre_tax", "16069.69"),
            ("roth", "2017.04"),
        )
    ]
    add = ("add", "balance", "--account", "acme", "--source", "match", "--date", "2025-12-15")
    assert basis(*add, "--value", "3100").exit_code == 0
    again = basis("import", SOURCES, "--account", "acme")
    assert again.exit_code == 0
    assert "What the books hold on 2025-12-31" in again.stdout
    shown = [line.split() for line in again.stdout.splitlines()]
    # the statement of December 15 and the dividend of 16.72 after it: all of it was there before
    assert ["acme", "employer", "match", "3,116.72", "3,116.72"] in shown


def test_a_preview_of_several_accounts_says_whose_a_row_is_and_where_money_goes(
    basis: Basis,
) -> None:
    shown = basis("import", IRAS, "--dry-run").stdout
    rows, _, entries = shown.partition("would be booked")
    assert "Source" not in rows  # IRAs have none
    words = [" ".join(line.split()) for line in rows.splitlines()]
    assert any(line.startswith("17 2025-01-03 234567890 new contribution") for line in words)
    assert "trad → roth" in entries
    assert "contribution for 2024" in " ".join(entries.split())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        # line 5, then the others, then what the source was worth before the 500.00
        ("500 after_tax\nnone\n2000\n", "500.00 left acme:after_tax, which holds 2,000.00"),
        ("all\n", "1 conversion of all after-tax money, 2,000.00"),
    ],
)
def test_on_a_terminal_one_answer_for_all_hidden_conversions_leaves_that_of_a_line(
    basis: Basis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, said: str
) -> None:
    monkeypatch.setattr(imports._Request, "may_ask", True)
    file = _history(
        tmp_path,
        *(f"12/0{day}/2025 {HIDDEN}" for day in (5, 4, 3)),
        '11/28/2025 Contributions,"2,000.00",20.000',
    )
    done = basis("import", file, "--account", "acme", text=f"after_tax=2000\n{typed}")
    assert done.exit_code == 0, done.output
    assert said in done.stdout


def test_conversions_of_all_at_book_value_are_said_in_the_record_also_of_a_scenario(
    basis: Basis, tmp_path: Path
) -> None:
    file = _history(tmp_path, f"12/05/2025 {HIDDEN}", '11/28/2025 Contributions,"2,000.00",20.000')
    said = _answers(tmp_path, {"code": "possible_conversion", "match": "Transfer", "answer": "all"})
    words = ("--account", "acme", "--allocate", "pattern:after_tax=2000", "--answers", said)
    assert basis("import", file, *words).exit_code == 0
    story = tmp_path / "story.toml"
    story.write_text(basis("scenario", "export").stdout)
    record = _told(basis("year-end", "2025", "--json"))
    (again,) = _told(basis("scenario", "run", str(story), "--json"))["records"]
    for one in (record, again):
        codes = [finding["code"] for finding in one["findings"]]
        assert codes.count("gain_at_conversion_not_stated") == 1


def _keys(found: object) -> set[str]:
    """Return every key of a JSON value."""
    if isinstance(found, dict):
        return set(found).union(*map(_keys, found.values()))
    return set().union(*map(_keys, found)) if isinstance(found, list) else set()


def test_every_key_that_an_import_prints_is_documented(basis: Basis, tmp_path: Path) -> None:
    (tmp_path / "mystery.csv").write_text("a,b\n1,2\n")
    asked = basis("import", IRAS, str(tmp_path), "--dry-run", "--json")
    done = basis("import", SOURCES, "--account", "acme", "--yes", "--json")
    page = (Path(__file__).parents[2] / "docs" / "scenario.md").read_text("utf-8")
    keys = _keys(json.loads(asked.stdout)) | _keys(json.loads(done.stdout))
    assert {"unread", "booked_as", "questions"} <= keys
    assert {key for key in keys if f"`{key}`" not in page and f'"{key}"' not in page} == set()


def test_the_register_tells_a_day_in_the_order_in_which_money_moved(basis: Basis) -> None:
    # the file lists the conversion first; 2,015.25 left what 2,000.00 of pay had become
    rows = str(STATEMENTS / "empower" / "transaction_history.csv")
    basis("import", rows, "--account", "acme", "--yes")
    entries = _told(basis("register", "acme", "--json"))["entries"]
    days = {"2025-01-31", "2025-12-03"}
    told = [(e["date"], e["kind"], len(e["derived"])) for e in entries if e["date"] in days]
    assert told[-2:] == [
        ("2025-01-31", "in_plan_conversion", 1),
        ("2025-12-03", "in_plan_conversion", 2),
    ]
    assert {kind for day, kind, _ in told[:-2] if day == "2025-01-31"} == {"contribution"}
    gain, basis_moved = entries[-1]["derived"] if entries[-1]["date"] == "2025-12-03" else ({}, {})
    assert (gain["postings"][0]["value"], basis_moved["cite"][:3]) == ("15.25", "IRC")


def test_the_year_to_check_is_that_of_the_last_row_and_not_of_the_files_period(
    basis: Basis, tmp_path: Path
) -> None:
    file = tmp_path / "history.csv"
    file.write_text(
        "Plan name:,Acme\nDate Range,01/01/2025 - 01/05/2026,,,,\n\n"
        "Date,Investment,Transaction Type,Amount,Shares/Unit\n"
        '12/15/2025,FUND,Contributions,"4,750.00","47.500"\n'
    )
    done = basis("import", str(file), "--account", "acme", "--allocate", PAYCHECK)
    assert "2026-01-05" in done.output
    assert "basis check 2025 tells" in done.output


def test_answers_come_through_standard_input_or_a_pipe(basis: Basis) -> None:
    """`--answers <(…)` of a shell is a pipe that it has opened, named /dev/fd/63 or so."""
    answer = json.dumps([{"code": "allocation_needed", "line": 18, "answer": "pre_tax"}])
    assert basis("import", SOURCES, "--account", "acme", "--yes").exit_code == 0
    words = ("import", HISTORY, "--account", "acme", "--dry-run", "--json", "--answers")
    said = basis(*words, "-", text=answer)
    assert _told(said)["files"][0]["questions"] == []
    opened, pipe = os.pipe()
    os.write(pipe, answer.encode())
    os.close(pipe)
    assert basis(*words, f"/dev/fd/{opened}").stdout == said.stdout
    os.close(opened)
    wrong = basis(*words, "-", text="{}")
    assert wrong.exit_code == 2
    assert "is not a JSON list" in wrong.output


def test_imports_are_listed_with_their_names_shortened_in_the_middle(
    basis: Basis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken off within a word ("….cs" and "v" below) a name could not be read."""
    monkeypatch.setenv("COLUMNS", "80")
    file = _file(tmp_path, "01/15/2024,Contribution,After-Tax,100.00,pay")
    long = tmp_path / f"Contributory_{'IRA_' * 12}20260105-101500.csv"
    Path(file).rename(long)
    assert basis("import", str(long), "--account", "acme").exit_code == 0
    shown = basis("imports").stdout.splitlines()
    assert len(shown) == 3
    assert all(len(line) <= 80 for line in shown)
    assert "Contributory_IRA" in shown[2]
    assert "101500.csv" in shown[2]


def test_a_row_of_the_receipt_adds_up_whatever_file_brought_the_money(
    basis: Basis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    head = "Date,Type,Amount,Account,Source,To\n"

    def bring(name: str, *rows: str) -> list[str]:
        (tmp_path / name).write_text(head + "".join(f"{row}\n" for row in rows))
        done = basis("import", str(tmp_path / name), "--as", "plain", "--yes")
        assert done.exit_code == 0, done.output
        line = next(one for one in done.stdout.splitlines() if one.startswith("trad "))
        return [word.replace(",", "") for word in line.split()[1:]]

    assert bring("a.csv", "2025-01-02,contribution,1000.00,trad,,") == ["1000.00", "1000.00"]
    # before 1,000.00, paid in 500.00, rolled over 2,000.00 from the plan
    moved = bring(
        "b.csv",
        "2025-03-03,contribution,2000.00,acme,pre_tax,",
        "2025-04-04,contribution,500.00,trad,,",
        "2025-05-05,distribution,2000.00,acme,pre_tax,trad",
    )
    assert moved == ["1000.00", "500.00", "2000.00", "3500.00"]


def test_a_plan_that_was_paid_out_is_not_held_against_a_statement(
    basis: Basis, tmp_path: Path
) -> None:
    rows = ("contribution,100.00,acme,after_tax", "distribution,100.00,acme,after_tax")
    text = "".join(f"2025-03-0{day},{row}\n" for day, row in enumerate(rows, 3))
    (tmp_path / "emptied.csv").write_text(f"Date,Type,Amount,Account,Source\n{text}")
    done = basis("import", str(tmp_path / "emptied.csv"), "--as", "plain", "--yes")
    assert "basis add balance" not in done.stdout
    assert "Next: basis check 2025" in done.stdout


def test_the_receipt_tells_a_source_that_was_emptied_with_its_0(
    basis: Basis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    rows = ("contribution,100.00,acme,after_tax", "distribution,100.00,acme,after_tax")
    text = "".join(f"2025-03-0{day},{row}\n" for day, row in enumerate(rows, 3))
    file = tmp_path / "emptied.csv"
    file.write_text(f"Date,Type,Amount,Account,Source\n{text}")
    done = basis("import", str(file), "--as", "plain", "--yes")
    assert done.exit_code == 0, done.output
    receipt = [line.split() for line in done.stdout.splitlines()]
    assert ["acme", "after-tax", "100.00", "-100.00", "0.00"] in receipt


def test_a_folder_given_for_answers_is_named(basis: Basis) -> None:
    done = basis("import", HISTORY, "--account", "acme", "--answers", ".")
    assert (done.exit_code, "error: .: this is a folder" in done.stderr) == (2, True)


def test_a_part_of_less_than_nothing_is_named_and_not_the_sum() -> None:
    # 7,361.10 − 1,000.00 is 6,361.10: the sum is right, a part is not
    with pytest.raises(ValueError, match=r"the part of trad is -1,000\.00, not above zero"):
        read_parts("roth=7361.10 trad=-1000", ["roth", "trad"], Money.parse("6361.10"))
