"""The demonstration runs the command lines of its household and says what was found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import demo
from cli.main import main

Basis = Callable[..., Result]
PLAY = """\
title = "Rose makes a backdoor contribution"
year = 2025
steps = [
    'taxpayer add rose --name "Rose Green" --born 1970-05-01',
    'account add ira --owner rose --kind traditional_ira',
    'account add roth1 --owner rose --kind roth_ira',
    'import iras.csv',
    'record 8606 --taxpayer rose --year 2024 --line14 0',
]
"""
ROWS = """\
Date,Type,Amount,Account,To
01/03/2025,contribution,"7,000.00",ira,
02/03/2025,conversion,"7,000.00",ira,roth1
"""


@pytest.fixture
def household_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "household"
    folder.mkdir()
    (folder / "demo.toml").write_text(PLAY, "utf-8")
    (folder / "iras.csv").write_text(ROWS, "utf-8")
    monkeypatch.setattr(demo, "HOUSEHOLD", folder)
    return folder


def _demo(tmp_path: Path) -> Result:
    return CliRunner().invoke(main, ["demo", "--to", str(tmp_path / "out")])


def test_the_demonstration_ends_with_packets(tmp_path: Path, household_folder: Path) -> None:
    del household_folder
    for _ in range(2):
        done = _demo(tmp_path)
        assert done.exit_code == 0, done.output
        assert done.stdout.startswith("Rose makes a backdoor contribution\n")
        assert "statements read: 1, rows: 2, entries booked: 2;" in done.stdout
        assert "7,000.00 converted, rolled over or paid out, 0.00 of it taxable" in done.stdout
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {"household.db", "rose-2025.html", "rose-2025.pdf", "rose-2025.xlsx"}


def test_the_bundled_household_says_in_ten_lines_what_was_found(tmp_path: Path) -> None:
    done = _demo(tmp_path)
    assert done.exit_code == 0, done.output
    assert len(done.stdout.splitlines()) == 10
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert {f"{who}-2025.{ending}" for who in ("dana", "ellis") for ending in ("pdf", "xlsx")} <= (
        written
    )


def test_a_step_that_fails_is_named(tmp_path: Path, household_folder: Path) -> None:
    (household_folder / "demo.toml").write_text(PLAY.replace("iras.csv", "iros.csv"), "utf-8")
    done = _demo(tmp_path)
    assert done.exit_code == 2
    assert "basis import iros.csv" in done.stderr


def test_without_its_statements_it_says_where_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "HOUSEHOLD", tmp_path / "nowhere")
    done = _demo(tmp_path)
    assert done.exit_code == 2
    assert "make demo" in done.stderr
