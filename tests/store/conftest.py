"""A filled ledger for the tests of the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.store import Ledger
from tests.store import household


@pytest.fixture(autouse=True)
def no_power_cut() -> None:
    """Leave the settings as they are outside of tests: a COMMIT is on the disk when it returns."""


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger file with rows; copy it before changing it."""
    path = tmp_path_factory.mktemp("filled") / "rose.basis"
    household.filled(path).close()
    return path


@pytest.fixture
def copied_file(filled_file: Path, tmp_path: Path) -> Path:
    path = tmp_path / "copy.basis"
    path.write_bytes(filled_file.read_bytes())
    return path


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An open ledger with one taxpayer and two accounts."""
    with Ledger.create(tmp_path / "new.basis") as made:
        made.add_taxpayer(household.ROSE)
        made.add_account(household.ACME)
        made.add_account(household.ROTH)
        yield made


@pytest.fixture(autouse=True)
def _connections_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close what a test opened by hand; newer Pythons warn of a connection left open."""
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def remembered(*args: Any, **named: Any) -> sqlite3.Connection:
        opened.append(connect(*args, **named))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", remembered)
    yield
    for connection in opened:
        connection.close()
