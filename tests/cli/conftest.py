"""What the tests of the command line share: a runner with a ledger of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main

Basis = Callable[..., Result]
HOUSEHOLD = (
    ("init",),
    ("taxpayer", "add", "rose", "--name", "Rose Green", "--born", "1970-05-01"),
    ("account", "add", "acme", "--owner", "rose", "--kind", "401k", "--employer", "Acme"),
    ("account", "add", "ira", "--owner", "rose", "--kind", "traditional_ira"),
    ("account", "add", "roth1", "--owner", "rose", "--kind", "roth_ira"),
)


@pytest.fixture
def basis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Basis:
    """Run `basis WORDS...` in an empty folder with a ledger file there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words: str, ledger: str = "ledger.db") -> Result:
        return CliRunner().invoke(main, ["--ledger", ledger, *words])

    return run


@pytest.fixture(scope="session")
def household_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the ledger of Rose, her plan and her two IRAs once for all tests."""
    path = tmp_path_factory.mktemp("made") / "ledger.db"
    for words in HOUSEHOLD:
        done = CliRunner().invoke(main, ["--ledger", str(path), *words])
        assert done.exit_code == 0, done.output
    return path


@pytest.fixture
def household(basis: Basis, household_file: Path) -> Basis:
    """Return a runner whose ledger has Rose, her plan and her two IRAs."""
    shutil.copy(household_file, "ledger.db")
    return basis
