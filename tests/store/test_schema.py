"""The file's shape: models, columns, frozen migration and connection settings say the same."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from ledger.store import Ledger
from ledger.store.connection import SETTINGS, connect
from ledger.store.engine import make_engine
from ledger.store.guard import schema_fingerprint
from ledger.store.schema import (
    APPLICATION_ID,
    CHAIN,
    CHAIN_COLUMNS,
    COLUMNS,
    FINGERPRINTS,
    POSTING,
    POSTING_COLUMNS,
    REVISIONS,
    SCHEMA_VERSION,
)
from ledger.store.tables import METADATA, AccountRow, TaxpayerRow, ddl
from tests.store import household


def test_every_connection_shows_the_settings(filled_file: Path) -> None:
    connection = connect(filled_file)
    shown = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in SETTINGS}
    assert shown == SETTINGS
    assert connection.execute("PRAGMA busy_timeout").fetchone()[0] == 5000
    with make_engine(filled_file).connect() as through_engine:
        shown = {n: through_engine.exec_driver_sql(f"PRAGMA {n}").scalar() for n in SETTINGS}
    assert shown == SETTINGS


def test_what_the_settings_must_be() -> None:
    wanted = {
        "journal_mode": "delete",
        "synchronous": 3,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "secure_delete": 1,
    }
    assert wanted.items() <= SETTINGS.items()


def test_the_models_and_the_writers_name_the_same_columns() -> None:
    written = {**COLUMNS, POSTING: POSTING_COLUMNS, CHAIN: CHAIN_COLUMNS}
    declared = {t.name: tuple(c.name for c in t.columns) for t in METADATA.tables.values()}
    assert declared == written


def test_the_frozen_migration_makes_what_the_models_declare() -> None:
    frozen = importlib.import_module("ledger.migrations.versions.r0001_initial")
    assert frozen.statements() == ddl()


def test_versions_revisions_and_fingerprints_go_together(filled_file: Path) -> None:
    assert max(REVISIONS) == max(FINGERPRINTS) == SCHEMA_VERSION
    connection = connect(filled_file)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert schema_fingerprint(connection) == FINGERPRINTS[SCHEMA_VERSION]


def test_every_table_is_strict(filled_file: Path) -> None:
    tables = connect(filled_file).execute("PRAGMA table_list").fetchall()
    ours = {row[1]: row[5] for row in tables if not row[1].startswith("sqlite_")}
    assert set(ours.values()) == {1}
    assert len(ours) == len(METADATA.tables) + 1  # and Alembic's own


def test_opening_and_importing_leave_sqlmodel_alone(filled_file: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from ledger.store import Ledger\n"
        "Ledger.open(Path(sys.argv[1])).books()\n"
        "print([m for m in ('sqlmodel', 'sqlalchemy', 'alembic', 'pandas') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(filled_file)], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_sqlmodel_reads_the_ledger(filled_file: Path) -> None:
    with Session(make_engine(filled_file)) as session:
        assert [t.name for t in session.exec(select(TaxpayerRow))] == ["Rose Green"]


@pytest.mark.parametrize("change", ["edit", "delete", "merge"])
def test_sqlmodel_can_neither_edit_nor_delete_nor_merge(copied_file: Path, change: str) -> None:
    with Session(make_engine(copied_file)) as session:
        row = session.exec(select(AccountRow)).first()
        assert row is not None
        if change == "edit":
            row.body = "secret"
        elif change == "delete":
            session.delete(row)
        else:
            session.merge(AccountRow(id=row.id, code="x", body="secret", recorded="x"))
        with pytest.raises(DBAPIError, match="insert-only") as error:
            session.commit()
    assert "secret" not in str(error.value)  # parameters are hidden
    with Ledger.open(copied_file) as ledger:
        assert ledger.verify() == []


def test_an_engine_connection_is_usable_after_a_refused_commit(copied_file: Path) -> None:
    engine = make_engine(copied_file)
    orphan = "INSERT INTO posting VALUES (999, 0, 'acme', '', 1, 0, '', NULL)"
    with pytest.raises(DBAPIError, match="FOREIGN KEY"), engine.begin() as connection:
        connection.exec_driver_sql(orphan)
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM taxpayer").scalar() == 1


def test_no_table_is_left_unguarded(filled_file: Path) -> None:
    found = connect(filled_file).execute(
        "SELECT tbl_name, group_concat(sql, ' ') FROM sqlite_master WHERE type = 'trigger'"
        " GROUP BY tbl_name"
    )
    triggers = dict(found.fetchall())
    assert triggers.keys() == METADATA.tables.keys()
    for table, sql in triggers.items():
        for moment in ("BEFORE INSERT", "BEFORE UPDATE", "BEFORE DELETE"):
            assert f"{moment} ON {table}" in sql


def test_the_filled_ledger_verifies(filled_file: Path) -> None:
    with Ledger.open(filled_file) as ledger:
        assert ledger.verify(ledger.head) == []
        assert ledger.books().opening_basis == (household.OPENING,)
