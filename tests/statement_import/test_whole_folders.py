"""A folder of downloads in one command: each file has its line, and all are booked or none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from tests.conftest import FIXTURES

SCHWAB = FIXTURES / "statements" / "schwab_ira"
LONG = "Contributory_IRA_XXX111_Transactions_20260105-101500.csv"
HEADER = "Date,Type,Source,Amount,Memo\n"


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of a ledger with a plan and two IRAs; made once."""
    path = tmp_path_factory.mktemp("ready") / "ledger.db"
    lines = [["init"], ["taxpayer", "add", "rose", "--name", "Rose", "--born", "1970-05-01"]]
    chart = (("acme", "401k", ""), ("trad", "traditional_ira", "XXX111"),
             ("roth", "roth_ira", "XXX222"))  # fmt: skip
    for name, kind, number in chart:
        line = ["account", "add", name, "--owner", "rose", "--kind", kind]
        lines.append([*line, "--number", number] if number else line)
    for words in lines:
        assert CliRunner().invoke(main, ["--ledger", str(path), *words]).exit_code == 0
    return path.read_bytes()


@pytest.fixture
def folder(ready: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with two statements, the ledger itself, hidden files and a sub-folder."""
    monkeypatch.setenv("COLUMNS", "80")
    inside = tmp_path / "downloads"
    (inside / "deeper").mkdir(parents=True)
    (inside / "deeper" / "more.csv").write_text("not looked at")
    (inside / ".hidden.csv").write_text("not looked at")
    (inside / "~$book.xlsx").write_text("not looked at")
    (inside / "ledger.db").write_bytes(ready)
    (inside / "ledger.db").chmod(0o600)
    (inside / "pay.csv").write_text(f"{HEADER}01/15/2025,contribution,after_tax,5.00,pay\n")
    (inside / LONG).write_bytes((SCHWAB / LONG).read_bytes())
    return inside


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--ledger", str(folder / "ledger.db"), *words])


def bring(folder: Path, *words: str) -> Result:
    return run(folder, "import", str(folder), "--account", "acme", *words)


def filled(path: Path, **said: str) -> list[dict[str, Any]]:
    """Fill an answers file in as a person would, each question by its code."""
    listed: list[dict[str, Any]] = json.loads(path.read_text())
    for item in listed:
        item["answer"] = said[item["code"]]
    path.write_text(json.dumps(listed))
    return listed


def test_a_folder_is_its_files_and_every_file_has_its_line(folder: Path) -> None:
    before = (folder / "ledger.db").read_bytes()
    done = bring(folder)
    assert done.exit_code == 2
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    words = [line.split() for line in lines]
    short = "Contributory…101500.csv"  # without its middle, not folded
    assert [short, "trad", "2025-01-06", "3", "0", "4", "1", "4", "questions"] in words
    assert ["pay.csv", "acme", "2025-01-15", "1", "0", "0", "0", "1", "entry"] in words
    assert ["schwab_brokerage", "to", "2025-12-15"] in words
    assert "sub-folders are not entered: deeper" in done.stderr
    assert "nothing of these files is booked until all of them can be" in done.stderr
    assert (folder / "ledger.db").read_bytes() == before


def test_the_questions_of_a_folder_are_written_answered_and_given_back(
    folder: Path, ready: bytes
) -> None:
    answers = folder / "answers.json"
    asked = bring(folder, "--write-answers", str(answers), "--dry-run")
    assert asked.exit_code == 0, asked.output
    assert {item["answer"] for item in json.loads(answers.read_text())} == {None}
    open_still = bring(folder, "--answers", str(answers))  # in the folder, and no statement
    assert open_still.exit_code == 2
    assert "answers.json:" not in open_still.stderr
    said = {
        "partner_unknown": "roth",
        "tax_year_unknown": "2025",
        "possible_conversion": "conversion",
    }
    first = filled(answers, **said)
    assert {"code", "file", "line", "row", "question", "choices", "answer"} == first[0].keys()
    more = folder / "more.json"
    asked = bring(folder, "--answers", str(answers), "--write-answers", str(more))
    assert asked.exit_code == 2
    assert f"more.json: {len(first)} answered and 1 open" in " ".join(asked.stderr.split())
    # the second list holds the first, and what the answer about the partner led to
    assert json.loads(more.read_text())[:-1] == first
    (folder / "new.json").write_text(json.dumps(filled(more, **said)[-1:]))
    both = ("--answers", str(answers), "--answers", str(folder / "new.json"))
    for lists in (both, ("--answers", str(more))):
        (folder / "ledger.db").write_bytes(ready)
        done = bring(folder, *lists, "--skip-unreadable", "--json")
        assert done.exit_code == 0, done.output
        assert [file["entries"] for file in json.loads(done.stdout)["files"]] == [7, 1]
    refused = bring(folder, "--write-answers", str(answers), "--dry-run", "--skip-unreadable")
    assert "not written, no question is open" in refused.stderr


def test_a_file_of_answers_is_never_overwritten(folder: Path) -> None:
    (folder / "mine.json").write_text("kept")
    done = bring(folder, "--write-answers", str(folder / "mine.json"), "--dry-run")
    assert done.exit_code == 2
    assert (folder / "mine.json").read_text() == "kept"


def test_a_file_that_nobody_can_read_neither_hides_the_others_nor_lets_them_be_booked(
    folder: Path,
) -> None:
    (folder / LONG).unlink()
    (folder / "report.pdf").write_bytes(b"%PDF-1.7")
    done = bring(folder)
    assert done.exit_code == 2
    assert "report.pdf: this is a PDF" in done.stderr
    words = [line.split() for line in done.stdout.splitlines()]
    assert ["report.pdf", "not", "read"] in words
    assert ["pay.csv", "acme", "2025-01-15", "1", "0", "0", "0", "1", "entry"] in words
    assert json.loads(run(folder, "imports", "--json").stdout) == []
    preview = bring(folder, "--dry-run", "--json")
    assert preview.exit_code == 2
    told = json.loads(preview.stdout)
    assert [file["file"] for file in told["files"]] == ["pay.csv"]
    assert [(u["file"], u["errors"][0]["code"]) for u in told["unread"]] == [
        ("report.pdf", "pdf_file")
    ]
    without = bring(folder, "--skip-unreadable")
    assert without.exit_code == 0, without.output
    assert "warning: left out: report.pdf: this is a PDF" in without.stderr
    assert ["report.pdf", "left", "out"] in [line.split() for line in without.stdout.splitlines()]
    assert [one["file"] for one in json.loads(run(folder, "imports", "--json").stdout)] == [
        "pay.csv"
    ]


def test_a_file_named_twice_is_one_and_a_folder_without_files_is_refused(
    folder: Path, tmp_path: Path
) -> None:
    (folder / LONG).unlink()
    pay = str(folder / "pay.csv")
    done = run(folder, "import", str(folder), pay, "--account", "acme", "--json")
    assert [file["entries"] for file in json.loads(done.stdout)["files"]] == [1]
    (tmp_path / "empty").mkdir()
    empty = run(folder, "import", str(tmp_path / "empty"))
    assert (empty.exit_code, "has no file to import" in empty.stderr) == (2, True)


def test_a_file_booked_under_another_name_is_told(folder: Path) -> None:
    (folder / LONG).unlink()
    assert bring(folder).exit_code == 0
    (folder / "pay.csv").write_text(f"{HEADER}01/31/2025,contribution,after_tax,6.00,pay\n")
    done = bring(folder)
    assert done.exit_code == 0
    assert "pay.csv: booked as 'pay (2).csv', for another file has its name" in " ".join(
        done.stdout.split()
    )


def test_a_statement_without_rows_has_its_line_too(folder: Path) -> None:
    (folder / LONG).unlink()
    (folder / "balance.csv").write_bytes(
        (FIXTURES / "balances" / "transamerica" / "source-balance.csv").read_bytes()
    )
    done = bring(folder, "--dry-run")
    assert done.exit_code == 0, done.output
    lines = [line.split() for line in done.stdout.splitlines()]
    assert any(line[:2] == ["balance.csv", "acme"] for line in lines)
