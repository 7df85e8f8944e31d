"""Verification: every balance, every seal and the file itself, worked out again from the rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from ledger.store.chain import Row, cell_texts, seal
from ledger.store.guard import schema_fingerprint
from ledger.store.schema import (
    COLUMNS,
    ENTRY,
    FINGERPRINTS,
    GENESIS,
    POSTING_COLUMNS,
    REVISIONS,
)
from ledger.text import safe

_MANY = 20  # more problems of one kind are counted, not listed
_UNBALANCED = """
SELECT e.id, count(p.place), coalesce(sum(p.value_cents), 0), coalesce(sum(p.basis_cents), 0)
FROM entry AS e LEFT JOIN posting AS p ON p.entry_id = e.id GROUP BY e.id
HAVING sum(p.value_cents) <> 0 OR sum(p.basis_cents) <> 0
    OR (e.kind = 'balance') <> (count(p.place) = 0) OR count(p.place) = 1
"""
_NOT_MIRRORED = """
SELECT r.id FROM entry AS r JOIN entry AS e ON e.id = r.reverses
WHERE (SELECT count(*) FROM posting WHERE entry_id = e.id)
   <> (SELECT count(*) FROM posting AS p JOIN posting AS q ON q.entry_id = r.id
       AND q.place = p.place AND q.pool_account = p.pool_account
       AND q.pool_source = p.pool_source AND q.value_cents = -p.value_cents
       AND q.basis_cents = -p.basis_cents AND q.fund = p.fund
       AND (q.units IS NULL) = (p.units IS NULL) WHERE p.entry_id = e.id)
"""


def problems(connection: sqlite3.Connection, head: str = "") -> list[str]:
    """Return every problem of the ledger in one sentence each; [] when it is as it was written.

    ``head`` is a seal printed earlier, whole or its first digits as a page footer shows them:
    it must still occur in the chain.
    """
    found: list[str] = []
    try:
        found += _schema_problems(connection)
        found += _file_problems(connection)
        found += _balance_problems(connection)
        found += chain_problems(connection, head)
    except sqlite3.DatabaseError as error:
        found.append(f"the file cannot be read to its end: {safe(str(error))}")
    return found


def _schema_problems(connection: sqlite3.Connection) -> list[str]:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if schema_fingerprint(connection) != FINGERPRINTS.get(version):
        return ["a table, index, view or trigger was added, changed or taken away"]
    found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    constant = connection.execute("SELECT count(*) FROM alembic_version").fetchone()
    if found != [(REVISIONS[version],)] or constant != (1,):
        return ["the migration number is not that of the file's format"]
    return []


def _file_problems(connection: sqlite3.Connection) -> list[str]:
    checked = connection.execute("PRAGMA integrity_check").fetchall()
    found = [f"the file is damaged: {safe(text)}" for (text,) in checked if text != "ok"]
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    found += [
        f"{safe(table)} row {row}: the {safe(parent)} it belongs to is missing"
        for table, row, parent, _ in broken
    ]
    return _shortened(found)


def _balance_problems(connection: sqlite3.Connection) -> list[str]:
    found = [
        f"entry {entry}: out of balance ({legs} postings, {value} cents of value"
        f" and {basis} cents of basis left over)"
        for entry, legs, value, basis in connection.execute(_UNBALANCED)
    ]
    found += [
        f"entry {entry}: is not the mirror of the entry it reverses"
        for (entry,) in connection.execute(_NOT_MIRRORED)
    ]
    return _shortened(found)


def chain_problems(connection: sqlite3.Connection, head: str = "") -> list[str]:
    """Recompute the seal of every row; name the rows that differ, are missing or unsealed.

    After a row that differs the walk goes on from the seal as stored, so that each fault is
    named once.
    """
    found: list[str] = []
    streams = {table: _Stream(table, _rows(connection, table)) for table in COLUMNS}
    # without a head to look for there is nothing to miss
    previous, last, seen = GENESIS, 0, head in {"", GENESIS}
    for seq, table, row_id, stored in connection.execute(
        "SELECT seq, table_name, row_id, hash FROM chain ORDER BY seq"
    ):
        if seq != last + 1:
            found.append(f"chain: seal {last + 1} is missing")
        last = seq
        if table not in streams:
            found.append(f"chain: seal {seq} names an unknown table '{safe(str(table))}'")
        else:
            found += streams[table].check(row_id, previous, stored)
        previous = stored
        seen = seen or stored.startswith(head)
    # rows behind the last seal have none
    for stream in streams.values():
        found += stream.rest()
    if not seen:
        found.append(
            "the head that was given does not occur in the chain: rows were cut off or rewritten"
        )
    return _shortened(found)


class _Stream:
    """The rows of one table in the order of their ids, which is that of their seals."""

    def __init__(self, table: str, rows: Iterator[Row]) -> None:
        self._table = table
        self._texts = cell_texts(rows)
        self._id: int | None = None
        self._text = ""
        self._forward()

    def _forward(self) -> None:
        self._text = text = next(self._texts, "")
        self._id = int(text[: text.index(",")]) if text else None

    def check(self, row_id: int, previous: str, stored: str) -> Sequence[str]:
        found: list[str] = []
        while self._id is not None and self._id < row_id:
            found.append(self._unsealed())
        if self._id != row_id:
            return [*found, f"{self._table} {row_id}: the row is missing"]
        if seal(previous, self._table, self._text) != stored:
            found.append(f"{self._table} {row_id}: differs from its seal")
        self._forward()
        return found

    def rest(self) -> list[str]:
        found = []
        while self._id is not None:
            found.append(self._unsealed())
        return found

    def _unsealed(self) -> str:
        row_id = self._id
        self._forward()
        return f"{self._table} {row_id}: has no seal"


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[Row]:
    sql = f"SELECT {', '.join(COLUMNS[table])} FROM {table} ORDER BY id"  # noqa: S608
    return _entries(connection, sql) if table == ENTRY else connection.execute(sql)


def _entries(connection: sqlite3.Connection, sql: str) -> Iterator[Row]:
    """Go through the entries, each with the cells of its postings behind its own."""
    columns = ", ".join(POSTING_COLUMNS)
    ordered = f"SELECT {columns} FROM posting ORDER BY entry_id, place"  # noqa: S608
    postings = connection.execute(ordered)
    leg = next(postings, None)
    for row in connection.execute(sql):
        cells, entry_id = list(row), row[0]
        # postings of an entry that is gone are passed over: foreign_key_check names them
        while leg is not None and leg[0] <= entry_id:
            if leg[0] == entry_id:
                cells += leg[1:]
            leg = next(postings, None)
        yield cells


def _shortened(found: list[str]) -> list[str]:
    if len(found) <= _MANY:
        return found
    return [*found[:_MANY], f"and {len(found) - _MANY:,} more problems of this kind"]
