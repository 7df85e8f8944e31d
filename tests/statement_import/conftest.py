"""What the tests of files that come in any order share: ledgers beside the same files."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Callable[..., Result]]:
    """Give a new ledger each time; all of them see the same files."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")
    numbers = count(1)

    def new() -> Callable[..., Result]:
        ledger = f"{next(numbers)}.db"

        def run(*words: str, typed: str | None = None) -> Result:
            return CliRunner().invoke(main, ["--ledger", ledger, *words], input=typed)

        run("init")
        run("taxpayer", "add", "ann", "--name", "Ann Green", "--born", "1970-05-01")
        run("account", "add", "acme", "--owner", "ann", "--kind", "401k")
        return run

    return new
