"""The chain: every row of every table is sealed by a hash that follows the seal before it.

A seal is the SHA-256, in hexadecimal, of one compact ASCII JSON list: the previous seal, the name
of the table, the row's columns in the order of ``schema.COLUMNS`` and, for an entry, the columns
of its postings without their entry's id. The first seal follows 64 zeros.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import chain, islice
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
_BATCH = 2_000  # rows put into JSON by one call: calls, not bytes, are what it costs
# Cells are scalars and ASCII JSON holds no bare line feed: with line feeds between the items, the
# text of many rows falls apart into the text of each where one list ends and the next begins.
_json_of = json.JSONEncoder(separators=("\n", ":"), check_circular=False).encode


def cell_texts(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the cells of each row (text, integers or None) as the seal reads them.

    >>> list(cell_texts([(1, "a", None), (2, "],[")]))
    ['1,"a",null', '2,"],["']
    """
    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        for text in _json_of(batch)[2:-2].split("]\n["):
            yield text.replace("\n", ",")


def seal(previous: str, table: str, cells: str) -> str:
    """Return the seal of a row, given by the text of its cells, after the previous seal."""
    return sha256(f'["{previous}","{table}",{cells}]'.encode("ascii")).hexdigest()


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
        self._seal(table, rows)

    def extend_entries(self, entries: Sequence[tuple[Row, Sequence[Row]]]) -> None:
        """Append entries with their postings (place, pool, value, basis); seal them together."""
        legs = ((row[0], *leg) for row, postings in entries for leg in postings)
        # postings before entries: the arrival of an entry is when they must balance
        self._insert(POSTING, POSTING_COLUMNS, legs)
        self._insert(ENTRY, COLUMNS[ENTRY], (row for row, _ in entries))
        self._seal(ENTRY, (tuple(chain(row, *postings)) for row, postings in entries))

    def _insert(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        self._connection.executemany(insert_sql(table, columns), rows)

    def _seal(self, table: str, rows: Iterable[Row]) -> None:
        head, seq, seals = self.head, self._seq, []
        for cells in cell_texts(rows):
            head = seal(head, table, cells)
            seq += 1
            # the id is the first cell of every row
            seals.append((seq, table, int(cells.partition(",")[0]), head))
        self._insert(CHAIN, CHAIN_COLUMNS, seals)
        self.head, self._seq = head, seq
