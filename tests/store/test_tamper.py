"""A file that was changed behind the ledger's back is found out, and the row is named."""

# ruff: noqa: S608 - names of our own tables stand in the SQL
from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger.errors import LedgerUnusable
from ledger.store import Ledger
from ledger.store.connection import connect
from ledger.store.schema import CHAIN, COLUMNS, POSTING
from ledger.store.verify import chain_problems, problems


@contextmanager
def unguarded(path: Path) -> Iterator[sqlite3.Connection]:
    """Take the triggers away, and put the very same ones back afterwards."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN")
    guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    triggers = guards.fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    try:
        yield connection
    finally:
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("COMMIT")
        connection.close()


def in_memory(path: Path) -> sqlite3.Connection:
    """Return a copy that can be tampered with and verified without touching the disk."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    source = connect(path)
    source.backup(copy)
    source.close()
    return copy


def test_every_cell_of_every_row_is_sealed(filled_file: Path) -> None:
    connection = in_memory(filled_file)
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type='trigger'")
    guards = triggers.fetchall()
    tried = 0
    for table, where, change in _changes(connection):
        connection.execute("BEGIN")
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        try:
            connection.execute(f"UPDATE {table} SET {change} WHERE {where}")
        except sqlite3.IntegrityError:
            connection.execute("ROLLBACK")
            continue  # SQLite's own keys and checks refuse it
        for _, sql in guards:
            connection.execute(sql)
        found = chain_problems(connection)  # the chain alone must find it
        assert found, (table, where, change)
        tried += 1
        connection.execute("ROLLBACK")
    assert tried > 300
    assert problems(connection) == []


def _changes(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    made = []
    for table in (*COLUMNS, POSTING, CHAIN):
        info = connection.execute(f"PRAGMA table_info({table})").fetchall()
        keys = [name for _, name, _, _, _, key in info if key]
        for row in connection.execute(f"SELECT {', '.join(keys)} FROM {table}").fetchall():
            where = " AND ".join(f"{k} = {v}" for k, v in zip(keys, row, strict=True))
            for _, name, kind, _, _, _ in info:
                other = f"coalesce({name}, 0) + 1" if kind == "INTEGER" else _other_text(name)
                made.append((table, where, f"{name} = {other}"))
    return made


def _other_text(column: str) -> str:
    if column in {"day", "as_of", "born"}:
        return f"date({column}, '+1 day')"
    if column == "hash":
        # its first digit becomes another one, whichever it is
        return "CASE substr(hash, 1, 1) WHEN '0' THEN '1' ELSE '0' END || substr(hash, 2)"
    return f"coalesce({column}, '') || 'x'"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE record SET cells = '{}' WHERE id = 2", "record 2: differs from its seal"),
        ("DELETE FROM record WHERE id = 4", "record 4: the row is missing"),
        (
            "UPDATE posting SET value_cents = -value_cents WHERE entry_id = 1",
            "entry 1: differs from its seal",
        ),
        (
            "UPDATE posting SET basis_cents = basis_cents + 1 WHERE entry_id = 2 AND place = 0",
            "entry 2: out of balance (2 postings, 0 cents of value and 1 cents of basis left over)",
        ),
        ("DELETE FROM posting WHERE entry_id = 2", "entry 2: differs from its seal"),
        ("DELETE FROM chain WHERE seq = 3", "chain: seal 3 is missing"),
        ("UPDATE chain SET table_name = 'x' WHERE seq = 2", "chain: seal 2 names an unknown table"),
        (
            "UPDATE posting SET pool_source = 'match' WHERE entry_id = 4 AND place = 0",
            "entry 4: is",
        ),
    ],
)
def test_the_row_is_named(copied_file: Path, change: str, named: str) -> None:
    with unguarded(copied_file) as connection:
        connection.execute(change)
    with Ledger.open(copied_file) as ledger:
        assert any(problem.startswith(named) for problem in ledger.verify())


def test_one_changed_row_is_one_problem(copied_file: Path) -> None:
    with unguarded(copied_file) as connection:
        connection.execute("UPDATE taxpayer SET name = 'Rosa' WHERE id = 1")
    with Ledger.open(copied_file) as ledger:
        assert ledger.verify() == ["taxpayer 1: differs from its seal"]


def test_a_cut_tail_is_caught_by_a_head_printed_before(copied_file: Path) -> None:
    with Ledger.open(copied_file) as ledger:
        printed = ledger.head
    with unguarded(copied_file) as connection:
        connection.execute("DELETE FROM undone_import")
        connection.execute("DELETE FROM chain WHERE table_name = 'undone_import'")
    with Ledger.open(copied_file) as ledger:
        assert ledger.verify() == []  # nothing inside the file can tell
        (problem,) = ledger.verify(printed)
    assert problem.startswith("the head that was given does not occur")


def test_an_older_head_still_holds_after_new_rows(copied_file: Path) -> None:
    with Ledger.open(copied_file) as ledger:
        printed = ledger.head
        ledger.reverse(2, "later")
        assert ledger.head != printed
        assert ledger.verify(f" {printed.upper()}\n") == []
        assert ledger.verify(printed[:12]) == []  # as a page footer shows it


def test_a_rewritten_chain_is_caught_by_a_head_printed_before(copied_file: Path) -> None:
    with Ledger.open(copied_file) as ledger:
        printed = ledger.head
        account = ledger.accounts()["acme"]
    other = copied_file.with_name("rewritten.basis")
    with Ledger.create(other) as forged:
        forged.add_taxpayer(Ledger.open(copied_file).taxpayers()["rose"])
        forged.add_account(account)
        assert forged.verify() == []
        assert len(forged.verify(printed)) == 1


def test_damaged_pages_are_named_and_never_a_traceback(copied_file: Path) -> None:
    content = bytearray(copied_file.read_bytes())
    for page in range(1, len(content) // 4096):
        broken = bytearray(content)
        broken[page * 4096 : (page + 1) * 4096] = bytes(4096)
        copied_file.write_bytes(broken)
        try:
            with Ledger.open(copied_file) as ledger:
                found = ledger.verify()
        except LedgerUnusable as error:
            found = [error.code]
        assert found, f"page {page + 1} zeroed"


def test_a_flipped_bit_in_the_data_is_found(copied_file: Path) -> None:
    content = copied_file.read_bytes()
    place = content.index(b"S&P 500 INDEX TR")
    flipped = bytearray(content)
    flipped[place] ^= 1
    copied_file.write_bytes(flipped)
    with Ledger.open(copied_file) as ledger:
        (problem,) = ledger.verify()
    assert problem.endswith(": differs from its seal")
