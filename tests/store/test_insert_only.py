"""Whoever writes to the file, rows stay as they are and entries balance."""

# ruff: noqa: S608 - names of our own tables stand in the SQL
from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ledger.store import Ledger
from ledger.store.connection import connect
from ledger.store.schema import CHAIN, COLUMNS, POSTING

# a filled ledger has none of these; a row of each is put in by hand
EXTRA = {
    "tax_document": "(1, 'rose', 2025, '1099-R', 'typed:1', '{}', 'now')",
    "closing": "(1, 'rose', 2025, '{}', 'head', 'now')",
    "shown_rows": "(1, 1, 2, 1, 1, 1)",
}
LAST_ENTRY = 5
TABLES = [*COLUMNS, POSTING, CHAIN]


def entry_row(number: object, kind: str = "earnings") -> str:
    return (
        f"INSERT INTO entry VALUES ({number}, 1, NULL, '[]', 'x:1', '2025-05-01', 'acme',"
        f" '{kind}', 2025, '{{}}', 'r', '', '', NULL)"
    )


def posting_row(entry: int, place: int, value: str, basis: str = "0") -> str:
    return (
        f"INSERT INTO posting VALUES ({entry}, {place}, 'acme', 'roth', {value}, {basis}, '', NULL)"
    )


@pytest.fixture
def shell(copied_file: Path) -> sqlite3.Connection:
    """The file as any SQLite shell opens it: no foreign keys, no recursive triggers."""
    connection = sqlite3.connect(copied_file, isolation_level=None)
    for table, values in EXTRA.items():
        connection.execute(f"INSERT INTO {table} VALUES {values}")
    return connection


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_never_changed(shell: sqlite3.Connection, table: str) -> None:
    before = shell.execute(f"SELECT * FROM {table}").fetchall()
    assert before
    columns = [row[1] for row in shell.execute(f"PRAGMA table_info({table})")]
    same = f"{columns[-1]} = {columns[-1]}"
    attacks = [
        *(f"UPDATE {table} SET {column} = {column}" for column in columns),
        *(f"UPDATE OR REPLACE {table} SET {column} = {column}" for column in columns),
        f"DELETE FROM {table}",
        f"REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
        f"INSERT INTO {table} SELECT * FROM {table} WHERE 1 ON CONFLICT DO UPDATE SET {same}",
    ]
    for attack in attacks:
        with pytest.raises(sqlite3.IntegrityError):
            shell.execute(attack)
    shell.execute(f"INSERT OR IGNORE INTO {table} SELECT * FROM {table} WHERE false")
    assert shell.execute(f"SELECT * FROM {table}").fetchall() == before


@pytest.mark.parametrize(
    "attack",
    [
        "REPLACE INTO undone_import SELECT 77, statement_file_id, 'x', 'x' FROM undone_import",
        entry_row(77).replace("INSERT", "REPLACE").replace("NULL)", "1)"),
    ],
)
def test_replace_by_another_key_is_refused(shell: sqlite3.Connection, attack: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="the row exists"):
        shell.execute(attack)


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        ([entry_row(90)], "needs two postings"),
        ([posting_row(90, 0, "0"), entry_row(90)], "needs two postings"),
        ([posting_row(90, 0, "5"), posting_row(90, 1, "-4"), entry_row(90)], "balance in value"),
        (
            [posting_row(90, 0, "5", "5"), posting_row(90, 1, "-5"), entry_row(90)],
            "balance in basis",
        ),
        (
            [posting_row(90, 0, "5"), posting_row(90, 1, "-5"), entry_row(90, "balance")],
            "has no postings",
        ),
        ([posting_row(1, 7, "5")], "no posting can be added"),
        ([posting_row(-1, 0, "5"), posting_row(-1, 1, "-5"), entry_row("NULL")], "two postings"),
        ([posting_row(LAST_ENTRY + 1, 0, "5"), entry_row("NULL", "balance")], "has no postings"),
        ([posting_row(90, 0, "5.5")], "cannot store REAL"),
        ([posting_row(90, 0, "'abc'")], "cannot store TEXT"),
        ([posting_row(90, 0, "100000000000001")], "CHECK"),
        ([entry_row(90, "balance").replace("05-01", "02-30")], "CHECK"),
    ],
)
def test_an_unbalanced_entry_cannot_exist(
    shell: sqlite3.Connection, statements: list[str], message: str
) -> None:
    *before, last = statements
    for statement in before:
        shell.execute(statement)
    with pytest.raises(sqlite3.IntegrityError, match=message):
        shell.execute(last)
    assert shell.execute("SELECT max(id) FROM entry").fetchone() == (LAST_ENTRY,)


@pytest.mark.parametrize("way", ["OR IGNORE", "OR FAIL", "OR REPLACE", "OR ROLLBACK", "OR ABORT"])
def test_no_way_of_inserting_passes_the_balance(shell: sqlite3.Connection, way: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="needs two postings"):
        shell.execute(entry_row(90).replace("INSERT", f"INSERT {way}"))
    assert shell.execute("SELECT max(id) FROM entry").fetchone() == (LAST_ENTRY,)


def test_the_attacks_differ_from_what_is_allowed_only_in_balance(
    shell: sqlite3.Connection,
) -> None:
    for statement in (posting_row(90, 0, "5"), posting_row(90, 1, "-5"), entry_row(90)):
        shell.execute(statement)
    shell.execute(entry_row(91, "balance"))


def test_postings_without_an_entry_cannot_be_committed(copied_file: Path) -> None:
    connection = connect(copied_file)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(posting_row(90, 0, "5"))
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        connection.execute("COMMIT")


def test_postings_smuggled_in_by_a_shell_are_found(
    copied_file: Path, shell: sqlite3.Connection
) -> None:
    shell.execute(posting_row(90, 0, "5"))
    with Ledger.open(copied_file) as ledger:
        assert "posting row None: the entry it belongs to is missing" in ledger.verify()


@pytest.mark.usefixtures("shell")
def test_a_row_smuggled_in_by_a_shell_has_no_seal(copied_file: Path) -> None:
    with Ledger.open(copied_file) as ledger:
        assert ledger.verify() == [f"{table} 1: has no seal" for table in COLUMNS if table in EXTRA]
