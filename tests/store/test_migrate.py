"""Migrations: an older ledger is brought up on a verified copy, or left exactly as it is."""

from __future__ import annotations

import shutil
import stat
from functools import partial
from pathlib import Path

import pytest

import ledger.migrations
from ledger.errors import LedgerUnusable
from ledger.store import Ledger, backup, guard, ledger_file, migrate, verify
from ledger.store.connection import connect
from ledger.store.schema import FINGERPRINTS
from tests.store.test_tamper import unguarded

NEXT = '''
"""A made-up second format."""
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")
    op.execute("PRAGMA user_version = 2")
    {fault}
'''


def revisions(folder: Path, *, fault: str = "") -> Path:
    """Return a copy of the package's migrations with one more revision."""
    shutil.copytree(Path(ledger.migrations.__file__).parent, folder)
    (folder / "versions" / "r0002_note.py").write_text(NEXT.format(fault=fault))
    return folder


@pytest.fixture
def next_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make this program one that knows a second format; return its migrations."""
    folder = revisions(tmp_path / "migrations")
    sample = tmp_path / "sample"
    backup.new_file(sample)
    migrate.upgrade(sample, "0002", folder=folder)
    known = {**FINGERPRINTS, 2: guard.schema_fingerprint(connect(sample))}
    for module in (verify, guard):
        monkeypatch.setattr(module, "FINGERPRINTS", known)
        monkeypatch.setattr(module, "REVISIONS", {1: "0001", 2: "0002"})
    for module in (ledger_file, guard):
        monkeypatch.setattr(module, "SCHEMA_VERSION", 2)
    monkeypatch.setattr(ledger_file, "REVISIONS", {2: "0002"})
    at_hand = partial(migrate.migrate, apply=partial(migrate.upgrade, folder=folder))
    monkeypatch.setattr(migrate, "migrate", at_hand)
    return folder


def version_of(path: Path) -> tuple[int, str]:
    connection = connect(path)
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    connection.close()
    return number, revision


@pytest.mark.usefixtures("next_format")
def test_an_older_ledger_is_brought_up_and_the_old_file_kept(
    copied_file: Path, filled_file: Path
) -> None:
    with Ledger.open(copied_file) as migrated:
        (note,) = migrated.notes
        assert migrated.verify() == []
        migrated.reverse(2, "after the migration")
    assert version_of(copied_file) == (2, "0002")
    assert stat.S_IMODE(copied_file.stat().st_mode) == 0o600
    old = copied_file.with_name(f"{copied_file.name}.format-1-backup-1")
    assert note.endswith(f"the old file is {old.name}")
    assert old.read_bytes()[:4096] != copied_file.read_bytes()[:4096]
    assert version_of(old) == (1, "0001")
    assert _rows(old) == _rows(filled_file)


def _rows(path: Path) -> list[object]:
    return connect(path).execute("SELECT * FROM chain ORDER BY seq").fetchall()


def test_a_fault_in_a_migration_leaves_the_file_as_it_was(
    copied_file: Path, tmp_path: Path
) -> None:
    before = copied_file.read_bytes()
    faulty = revisions(tmp_path / "migrations", fault="raise RuntimeError('half-way')")
    with pytest.raises(RuntimeError, match="half-way"):
        migrate.migrate(copied_file, 1, "0002", apply=partial(migrate.upgrade, folder=faulty))
    assert copied_file.read_bytes() == before
    assert not list(tmp_path.glob(".*"))


def test_a_fault_rolls_back_every_statement_of_a_migration(
    copied_file: Path, tmp_path: Path
) -> None:
    faulty = revisions(tmp_path / "migrations", fault="raise RuntimeError('half-way')")
    with pytest.raises(RuntimeError, match="half-way"):
        migrate.upgrade(copied_file, "0002", folder=faulty)
    with Ledger.open(copied_file) as same:
        assert same.verify() == []


@pytest.mark.usefixtures("next_format")
def test_a_tampered_ledger_is_not_migrated(copied_file: Path) -> None:
    with unguarded(copied_file) as connection:
        connection.execute("UPDATE taxpayer SET name = 'Rosa'")
    before = copied_file.read_bytes()
    with pytest.raises(LedgerUnusable, match="taxpayer 1: differs from its seal"):
        Ledger.open(copied_file)
    assert copied_file.read_bytes() == before


def test_a_migration_that_makes_another_schema_than_promised_is_not_taken(
    copied_file: Path, next_format: Path
) -> None:
    with (next_format / "versions" / "r0002_note.py").open("a") as revision:
        revision.write('    op.execute("CREATE TABLE extra (x)")\n')
    before = copied_file.read_bytes()
    with pytest.raises(LedgerUnusable, match="a table, index, view or trigger was added"):
        Ledger.open(copied_file)
    assert copied_file.read_bytes() == before
    assert [x.name for x in copied_file.parent.glob("*basis*")] == [copied_file.name]
