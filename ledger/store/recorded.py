"""What the ledger file has of imports: what each file shows, and the entries made of its rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from ledger.store.downloads import Shown
from ledger.store.schema import COUNTS
from ledger.store.shapes import ROW

Mark = tuple[str, str]  # a row, wherever it is shown: its account and fingerprint


class StoredFile(NamedTuple):
    """One import as far as its age and its rows count."""

    id: int
    name: str
    sha256: str
    importer: str
    first: str | None
    last: str | None
    undone: bool


class Cited(NamedTuple):
    """An entry: its import, place, source and the records it is made of."""

    id: int
    file: int
    where: str
    source: str
    records: tuple[int, ...]


@dataclass(frozen=True)
class Recorded:
    """Imports with their rows and entries as they were recorded, read when they are asked for."""

    connection: sqlite3.Connection
    files: Mapping[int, StoredFile] = field(init=False)

    def __post_init__(self) -> None:
        """Read the imports."""
        sql = (
            "SELECT f.id, f.name, f.sha256, f.importer, f.first_day, f.last_day, u.id IS NOT NULL"
            " FROM statement_file AS f LEFT JOIN undone_import AS u ON u.statement_file_id = f.id"
            " ORDER BY f.id"
        )
        files = (StoredFile._make(row) for row in self.connection.execute(sql))
        object.__setattr__(self, "files", {file.id: file for file in files})

    @cached_property
    def marks(self) -> dict[int, tuple[Mark, str]]:
        """The row of each record, and its day."""
        sql = "SELECT id, account, fingerprint, day FROM record ORDER BY id"
        return {n: ((a, m), day) for n, a, m, day in self.connection.execute(sql)}

    @cached_property
    def bringing(self) -> dict[int, int]:
        """The records that an import has brought, each with the import, in their order."""
        sql = f"SELECT r.id, r.statement_file_id FROM record AS r WHERE {COUNTS} ORDER BY r.id"  # noqa: S608
        return dict(self.connection.execute(sql).fetchall())

    @cached_property
    def marks_of(self) -> dict[int, set[Mark]]:
        """The rows that each import shows, without their places: downloads repeat one another."""
        found: dict[int, set[Mark]] = {number: set() for number in self.files}
        for record, file in self.connection.execute("SELECT id, statement_file_id FROM record"):
            found[file].add(self.marks[record][0])
        listed = list(self.marks.items())
        place = {record: n for n, (record, _) in enumerate(listed)}
        sql = "SELECT statement_file_id, record_id, row_count FROM shown_rows"
        for file, first, count in self.connection.execute(sql):
            start = place[first]
            found[file].update(row[0] for _, row in listed[start : start + count])
        return found

    @cached_property
    def shown(self) -> dict[int, dict[Mark, Shown]]:
        """What each import shows, those that were taken back among them."""
        found: dict[int, dict[Mark, Shown]] = {number: {} for number in self.files}
        sql = "SELECT id, statement_file_id, line FROM record ORDER BY id"
        for record, file, line in self.connection.execute(sql):
            mark, day = self.marks[record]
            found[file].setdefault(mark, Shown(date.fromisoformat(day), line))
        sql = "SELECT statement_file_id, line, step, record_id, row_count FROM shown_rows"
        for file, line, step, first, count in self.connection.execute(sql):
            rows = found[file]
            for n in range(count):
                mark, day = self.marks[first + n]
                rows.setdefault(mark, Shown(date.fromisoformat(day), line + step * n))
        return found

    @cached_property
    def showing(self) -> dict[Mark, int]:
        """The first file in force that shows each row."""
        found: dict[Mark, int] = {}
        for file in self.files.values():
            for mark in self.shown[file.id] if not file.undone else ():
                found.setdefault(mark, file.id)
        return found

    def anchors_of(self, entry: Cited) -> list[str]:
        """Return what stands for an entry: its rows, or its place without one."""
        return [ROW + self.marks[record][0][1] for record in entry.records] or [entry.where]

    def place(self, mark: Mark) -> str:
        """Return where the first file in force shows a row."""
        file = self.showing[mark]
        return f"{self.files[file].name}:{self.shown[file][mark].line}"

    @cached_property
    def entries(self) -> list[Cited]:
        """Every entry that nobody reversed, in the order booked."""
        return [entry for entry in self._all if entry.id not in self.reversals]

    @cached_property
    def reversals(self) -> dict[int, tuple[int, str]]:
        """The entries that were reversed by hand, each with the reversal and why."""
        sql = "SELECT reverses, id, memo FROM entry WHERE reverses IS NOT NULL"
        return {entry: (number, why) for entry, number, why in self.connection.execute(sql)}

    @cached_property
    def _all(self) -> list[Cited]:
        sql = (
            "SELECT id, statement_file_id, where_text,"
            " coalesce(json_extract(fields, '$.source'), ''), record_id, other_records"
            " FROM entry WHERE reverses IS NULL ORDER BY id"
        )
        return [
            Cited(n, file, where, source, _records(first, others))
            for n, file, where, source, first, others in self.connection.execute(sql)
        ]

    def _row_of(self, entry: Cited) -> Mark | str:
        return self.marks[entry.records[0]][0] if entry.records else entry.where


def _records(first: int | None, others: str) -> tuple[int, ...]:
    return () if first is None else (first, *json.loads(others))
