"""A file that only confirms is kept as evidence; answers that fit nothing and tax ids are told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import imports
from cli.main import main
from tests.conftest import FIXTURES
from tests.statement_import.test_import_command import ready as ready  # noqa: PLC0414 - a fixture

Basis = Callable[..., Result]
STATEMENTS = FIXTURES / "statements"
SOURCES = STATEMENTS / "fidelity_sources_tab" / "sources.txt"
HISTORY = STATEMENTS / "fidelity_netbenefits" / "history.csv"
NOT_ON_THE_TAB = {10, 11, 12, 13, 18}  # exchanges, market value, a loan repayment
PLAIN = "Date,Type,Source,Amount,Memo\n"


@pytest.fixture
def basis(ready: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Basis:
    monkeypatch.chdir(tmp_path)
    ledger = tmp_path / "ledger.db"
    ledger.write_bytes(ready)
    ledger.chmod(0o600)

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["--ledger", str(ledger), *words])

    return run


def _told(done: Result, code: int = 0) -> Any:
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def _covered() -> str:
    """Write the part of the history that the Sources tab explains, row by row."""
    lines = HISTORY.read_text("utf-8-sig").splitlines(keepends=True)
    kept = [line for number, line in enumerate(lines, 1) if number not in NOT_ON_THE_TAB]
    Path("history.csv").write_text("".join(kept), "utf-8")
    return "history.csv"


def test_a_file_whose_rows_another_has_booked_is_kept_as_evidence_once(basis: Basis) -> None:
    assert basis("import", str(SOURCES), "--account", "acme", "--yes").exit_code == 0
    figures = basis("year-end", "2025", "--json").stdout
    done = basis("import", _covered(), "--account", "acme")
    assert done.exit_code == 0, done.output
    assert "the file is kept as evidence" in done.output
    listed = _told(basis("imports", "--json"))
    assert [(one["file"], one["entries"]) for one in listed] == [
        ("sources.txt", 31),
        ("history.csv", 0),
    ]
    assert basis("year-end", "2025", "--json").stdout == figures
    again = basis("import", "history.csv", "--account", "acme")
    assert "nothing new, every row is in the ledger already" in again.output
    assert len(_told(basis("imports", "--json"))) == 2


def test_an_import_taken_back_and_brought_again_gives_the_same_figures(basis: Basis) -> None:
    words = ("import", str(SOURCES), "--account", "acme", "--yes")
    assert basis(*words).exit_code == 0
    figures = basis("year-end", "2025", "--json").stdout
    assert basis("undo", "1", "--why", "wrong account").exit_code == 0
    assert basis(*words).exit_code == 0
    assert basis("year-end", "2025", "--json").stdout == figures


def test_undoing_one_of_two_overlapping_files_leaves_what_the_other_shows(basis: Basis) -> None:
    rows = [f"0{m}/15/2025,contribution,after_tax,{m}00.00,pay\n" for m in (1, 2, 3)]
    Path("a.csv").write_text(PLAIN + rows[0] + rows[1])
    Path("b.csv").write_text(PLAIN + rows[1] + rows[2])

    def held() -> str:
        record = _told(basis("year-end", "2025", "--json"))
        records = record if isinstance(record, list) else record.get("records", [record])
        return str(records[0]["accounts"][0]["closing_value"])

    for name in ("a.csv", "b.csv"):
        assert basis("import", name, "--account", "acme").exit_code == 0
    assert held() == "600.00"
    assert basis("undo", "1", "--why", "test").exit_code == 0
    assert held() == "500.00"  # February's 200.00 is a row of both
    assert basis("import", "b.csv", "--account", "acme").exit_code == 0
    assert held() == "500.00"
    assert basis("import", "a.csv", "--account", "acme").exit_code == 0
    assert held() == "600.00"


def test_an_answer_that_fits_no_question_is_told_and_not_used(basis: Basis) -> None:
    Path("a.csv").write_text(f"{PLAIN}01/15/2025,contribution,after_tax,5.00,pay\n")
    answers = [
        {"code": "tax_year_unknown", "line": 9, "answer": "2024"},
        {"code": "type_unknown", "match": "MYSTERY\u001b[2J", "answer": "fee"},
    ]
    Path("answers.json").write_text(json.dumps(answers))
    done = basis("import", "a.csv", "--account", "acme", "--answers", "answers.json")
    assert done.exit_code == 0
    assert (
        "warning: answers.json:[1]: the answer to 'tax_year_unknown' for line 9 fits no question"
        in done.stderr
    )
    assert "answers.json:[2]" in done.stderr
    assert "\x1b" not in done.stderr


def test_a_list_for_several_imports_tells_of_other_files_in_one_line(basis: Basis) -> None:
    Path("a.csv").write_text(f"{PLAIN}01/15/2025,contribution,after_tax,5.00,pay\n")
    of_others = [
        {"code": "tax_year_unknown", "file": name, "line": line, "answer": "2024"}
        for name, line in (("b.csv", 2), ("b.csv", 3), ("c.csv", 2))
    ]
    Path("answers.json").write_text(json.dumps(of_others))
    done = basis("import", "a.csv", "--account", "acme", "--answers", "answers.json")
    assert done.exit_code == 0
    assert "not in this import were left aside: b.csv (2), c.csv (1)" in done.stderr
    assert "warning" not in done.stderr


def test_an_answer_that_is_used_is_not_warned_about(basis: Basis) -> None:
    answers = [{"code": "allocation_needed", "line": 18, "answer": "pre_tax"}]
    Path("answers.json").write_text(json.dumps(answers))
    files = (str(SOURCES), str(HISTORY))
    done = basis("import", *files, "--account", "acme", "--yes", "--answers", "answers.json")
    assert done.exit_code == 0, done.output
    assert "warning" not in done.stderr


def test_a_tax_id_in_a_memo_is_warned_about_and_masked_everywhere(basis: Basis) -> None:
    tax_id = "123-45-6789"
    Path("a.csv").write_text(f"{PLAIN}01/15/2025,contribution,after_tax,5.00,for {tax_id}\n")
    done = basis("import", "a.csv", "--account", "acme")
    assert "line 2 shows what looks like a full tax id" in done.output
    for words in (
        ("import", "a.csv", "--account", "acme", "--dry-run", "--json"),
        ("register", "acme", "--json"),
        ("register", "acme"),
        ("year-end", "2025", "--json"),
        ("scenario", "export"),
        ("export", "csv", "--to", "out.csv"),
    ):
        shown = basis(*words)
        assert shown.exit_code == 0, shown.output
        assert tax_id not in shown.output, words
    assert tax_id not in Path("out.csv").read_text()
    assert "***-**-6789" in Path("out.csv").read_text()


@pytest.mark.parametrize("content", ["[" * 100_000, '["\udcff"]', '[{"code": "x", "line": 1'])
def test_an_answers_file_that_cannot_be_read_is_refused(basis: Basis, content: str) -> None:
    shutil.copy(SOURCES, "sources.txt")
    Path("answers.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    done = basis("import", "sources.txt", "--account", "acme", "--answers", "answers.json")
    assert done.exit_code == 2
    assert "answers.json" in done.stderr


def test_a_pipe_as_answers_file_does_not_hang(basis: Basis) -> None:
    shutil.copy(SOURCES, "sources.txt")
    import os  # noqa: PLC0415 - pipes exist on POSIX only

    os.mkfifo("answers.json")
    done = basis("import", "sources.txt", "--account", "acme", "--answers", "answers.json")
    assert done.exit_code == 2
    assert "pipe or device" in done.stderr


def test_two_files_of_one_name_in_one_command_stay_apart(basis: Basis) -> None:
    for folder, month in (("2024", "01"), ("2025", "02")):
        Path(folder).mkdir()
        row = f"{month}/15/{folder},contribution,after_tax,5.00,pay\n"
        Path(folder, "history.csv").write_text(PLAIN + row)
    files = ("2024/history.csv", "2025/history.csv")
    done = _told(basis("import", *files, "--account", "acme", "--json"))
    assert [file["file"] for file in done["files"]] == ["history.csv", "history (2).csv"]
    entries = _told(basis("register", "acme", "--json"))["entries"]
    assert [(e["date"], e["where"]) for e in entries] == [
        ("2024-01-15", "history.csv:2"),
        ("2025-02-15", "history (2).csv:2"),
    ]
    Path("2025", "history.csv").write_text(f"{PLAIN}02/31/2025,contribution,after_tax,5.00,x\n")
    assert "history (2).csv:2" in basis("import", *files, "--account", "acme").stderr


def test_a_file_that_bears_a_number_keeps_its_own_name(basis: Basis) -> None:
    for name, day in (("a/pay.csv", 1), ("b/pay.csv", 2), ("b/pay (2).csv", 3)):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(f"{PLAIN}01/0{day}/2025,contribution,after_tax,5.00,pay\n")
    names = ("a/pay.csv", "b/pay.csv", "b/pay (2).csv")
    assert basis("import", *names, "--account", "acme").exit_code == 0
    entries = _told(basis("register", "acme", "--json"))["entries"]
    assert [e["where"] for e in entries] == ["pay.csv:2", "pay (3).csv:2", "pay (2).csv:2"]


def test_files_of_one_name_in_two_folders_are_of_their_own_accounts(basis: Basis) -> None:
    """Each is booked, told and answered for itself, though they end on the same line."""
    assert basis("account", "add", "ira", "--owner", "rose", "--kind", "roth_ira").exit_code == 0
    for folder, account, cents in (("a", "acme", "5.00"), ("b", "ira", "7.00")):
        Path(folder).mkdir()
        source = "after_tax" if account == "acme" else ""
        Path(folder, "2020.csv").write_text(
            "Date,Type,Account,Source,Amount,Memo\n"
            f"01/15/2020,contribution,{account},{source},{cents},pay\n"
        )
    files = _told(basis("import", "a/2020.csv", "b/2020.csv", "--json"))
    assert [(one["file"], one["account"]) for one in files["files"]] == [
        ("2020.csv", "acme"),
        ("2020 (2).csv", "ira"),
    ]
    assert [(one["account"], one["value"]) for one in files["balances"]] == [
        ("acme", "5.00"),
        ("ira", "7.00"),
    ]
    assert [(one["account"], one["paid_in"]) for one in files["booked"]] == [
        ("acme", "5.00"),
        ("ira", "7.00"),
    ]


def test_rows_that_another_process_brings_in_meanwhile_are_known(
    basis: Basis, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("a.csv").write_text(f"{PLAIN}01/15/2025,contribution,after_tax,5.00,pay\n")
    commit = imports._commit
    calls: list[int] = []

    def late(*words: Any) -> Any:
        if not calls:
            calls.append(1)
            assert basis("import", "a.csv", "--account", "acme").exit_code == 0
        return commit(*words)

    monkeypatch.setattr(imports, "_commit", late)
    done = basis("import", "a.csv", "--account", "acme")
    assert done.exit_code == 0, done.output
    assert "nothing new" in done.output
    assert len(_told(basis("imports", "--json"))) == 1
