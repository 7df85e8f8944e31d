"""The chain: every row of every table is sealed by a hash that follows the seal before it.

A seal is the SHA-256, in hexadecimal, of one compact ASCII JSON list: the previous seal, the name
of the table, the row's columns in the order of ``schema.COLUMNS`` and, for an entry, the columns
of its postings without their entry's id. The first seal follows 64 zeros.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from ledger.store.schema import (
    CHAIN,
    CHAIN_COLUMNS,
    COLUMNS,
    ENTRY,
    GENESIS,
    POSTING,
    POSTING_COLUMNS,
)

Row = Sequence[Any]
# made once, and without a search for circles: it runs for every row written or verified
_json_of = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def seal(previous: str, table: str, row: Row, postings: Sequence[Row] = ()) -> str:
    """Return the seal of a row (and an entry's postings) after the previous seal.

    Cells are text, integers or None.
    """
    cells = [previous, table, *row]
    for posting in postings:
        cells += posting
    return sha256(_json_of(cells).encode("ascii")).hexdigest()


def head_of(connection: sqlite3.Connection) -> str:
    """Return the newest seal, 64 zeros for a ledger without rows."""
    found = connection.execute("SELECT hash FROM chain ORDER BY seq DESC LIMIT 1").fetchone()
    return GENESIS if found is None else str(found[0])


def insert_sql(table: str, columns: Sequence[str]) -> str:
    """Return the INSERT statement of a table, one placeholder a column."""
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608


class Writer:
    """Appends rows and their seals inside the transaction that is open on the connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.head = head_of(connection)
        self._seq = self._last("seq", CHAIN)

    def _last(self, key: str, table: str) -> int:
        sql = f"SELECT coalesce(max({key}), 0) FROM {table}"  # noqa: S608
        return int(self._connection.execute(sql).fetchone()[0])

    def next_id(self, table: str) -> int:
        """Return the id of the next row of a table."""
        return self._last("id", table) + 1

    def add(self, table: str, *values: object) -> int:
        """Append one row without its id, and return the id."""
        row_id = self.next_id(table)
        self.extend(table, [(row_id, *values)])
        return row_id

    def extend(self, table: str, rows: Sequence[Row]) -> None:
        """Append rows (ids included, ascending) and seal each."""
        self._insert(table, COLUMNS[table], rows)
        self._seal(table, ((row, ()) for row in rows))

    def extend_entries(self, entries: Sequence[tuple[Row, Sequence[Row]]]) -> None:
        """Append entries with their postings (place, pool, value, basis); seal them together."""
        legs = ((row[0], *leg) for row, postings in entries for leg in postings)
        self._insert(POSTING, POSTING_COLUMNS, legs)
        self._insert(ENTRY, COLUMNS[ENTRY], (row for row, _ in entries))
        self._seal(ENTRY, entries)

    def _insert(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        self._connection.executemany(insert_sql(table, columns), rows)

    def _seal(self, table: str, rows: Iterable[tuple[Row, Sequence[Row]]]) -> None:
        head, seq, seals = self.head, self._seq, []
        for row, postings in rows:
            head = seal(head, table, row, postings)
            seq += 1
            seals.append((seq, table, row[0], head))
        self._insert(CHAIN, CHAIN_COLUMNS, seals)
        self.head, self._seq = head, seq
