"""Appending: one import, its undoing and reversals, as rows ready to be sealed."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from ledger.errors import LedgerError
from ledger.events import EventKind, plain_units
from ledger.journal import JournalEntry, Posting
from ledger.pause import paused_collector
from ledger.store.chain import Row, Writer
from ledger.store.codec import dump, event_text
from ledger.store.downloads import ORDER
from ledger.store.in_force import InForce
from ledger.store.lock import Touched, by_entries, refuse_closed
from ledger.store.queries import accounts, in_force, places
from ledger.store.recorded import Mark
from ledger.store.schema import COLUMNS, ENTRY
from ledger.store.shapes import (
    REPLACES,
    Answer,
    ImportBatch,
    Receipt,
    StoredEntry,
    StoredRow,
    Undone,
    name_to_keep,
)
from ledger.store.shown import recorded, stretches, unbooked
from ledger.text import safe

_T = TypeVar("_T")
_CHUNK = 10_000  # rows handed to the driver at once: memory stays flat


def now() -> str:
    """Return the moment of recording, UTC to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def append_import(connection: sqlite3.Connection, writer: Writer, batch: ImportBatch) -> Receipt:
    """Append one import; raise LedgerError when a row of it is in the ledger already.

    Raises LedgerErrors (``year_closed``) where an entry of another import counts no more, or again.
    """
    _refuse_unknown_accounts(connection, batch)
    used = connection.execute("SELECT DISTINCT name, sha256 FROM statement_file").fetchall()
    name = name_to_keep(batch.file_name, batch.sha256, used)
    before = in_force(connection)
    alone = before.is_alone and all(a.code not in {ORDER, REPLACES} for a in batch.answers)
    effect = frozenset[int]() if alone else before.effect
    first_day, last_day = (
        (day.isoformat() for day in batch.period) if batch.period else (None, None)
    )
    import_id = writer.add(
        "statement_file",
        *(name, batch.sha256, batch.importer, batch.account, first_day, last_day),
        *(len(batch.rows), len(batch.entries), now()),
    )
    # all that is made here lives on: the collector would walk it again and again for nothing
    with paused_collector():
        records = _append_rows(connection, writer, import_id, batch)
        _append_shown(connection, writer, import_id, batch.shown)
        placed = _Placed(import_id, batch.file_name, name, records)
        # ids are given ahead: postings are written before their entry
        first = writer.next_id(ENTRY)
        for chunk in _chunks(batch.entries):
            writer.extend_entries([placed.entry(first + i, e) for i, e in enumerate(chunk)])
            first += len(chunk)
    append_answers(writer, batch.answers, import_id)
    if not alone:
        after = in_force(connection)
        own = {entry.id for entry in after.entries if entry.file == import_id}
        changed = (effect ^ after.effect) - own
        refuse_closed(connection, by_entries(connection, sorted(changed)))
    return Receipt(import_id, len(batch.rows), len(batch.entries), writer.head, name)


def append_answers(writer: Writer, answers: Iterable[Answer], import_id: int | None = None) -> None:
    """Append what the user decided, with the import it was asked for."""
    for a in answers:
        day = a.day.isoformat()
        writer.add("answer", import_id, a.code, a.account, a.match, a.answer, a.reason, day)


def append_undo(connection: sqlite3.Connection, writer: Writer, import_id: int, why: str) -> Undone:
    """Take an import back, and return how many of its entries count no more.

    Undoing one file changes nothing that another tells: an entry of rows that one in force shows
    as well rests on that one. Raises LedgerErrors (``year_closed``).
    """
    where = f"import {import_id}"
    known = connection.execute(
        "SELECT f.id, u.id FROM statement_file AS f"
        " LEFT JOIN undone_import AS u ON u.statement_file_id = f.id WHERE f.id = ?",
        (import_id,),
    ).fetchone()
    if known is None:
        raise LedgerError(
            where=where,
            code="no_such_import",
            problem="the ledger has no import of this number",
            remedy="'basis imports' lists them",
        )
    if known[1] is not None:
        raise LedgerError(
            where=where,
            code="already_undone",
            problem="this import was undone before",
            remedy="import the file again if its rows are wanted",
        )
    before = in_force(connection)
    own = {entry.id for entry in before.entries if entry.file == import_id} - before.gone
    effect = before.effect
    writer.add("undone_import", import_id, why, now())
    after = in_force(connection)
    refuse_closed(connection, by_entries(connection, sorted(effect ^ after.effect)))
    refuse_closed(connection, _opened(connection, before, after))
    kept = [taker for entry, (taker, _) in after.takers.items() if entry in own]
    return Undone(len(own - after.effect), Counter(kept))


def _opened(connection: sqlite3.Connection, before: InForce, after: InForce) -> Iterator[Touched]:
    """Go through the years in which rows are open that were not: those cannot be worked out."""
    chart = accounts(connection)
    there = {rows.where for rows in unbooked(before, chart)}
    for rows in unbooked(after, chart):
        if rows.where not in there:
            yield Touched(rows.owner, rows.day.year, rows.problem)


def append_reversal(connection: sqlite3.Connection, writer: Writer, entry_id: int, why: str) -> int:
    """Reverse one entry and return the id of the reversal."""
    found = connection.execute(
        "SELECT e.reverses, (SELECT r.id FROM entry AS r WHERE r.reverses = e.id)"
        " FROM entry AS e WHERE e.id = ?",
        (entry_id,),
    ).fetchone()
    if found is None:
        fault = ("no_such_entry", "the ledger has no entry of this number")
    elif found[0] is not None:
        fault = ("is_reversal", f"this entry is itself the reversal of entry {found[0]}")
    elif found[1] is not None:
        fault = ("already_reversed", f"entry {found[1]} reverses it already")
    elif entry_id in (out := in_force(connection).left_out):
        fault = ("left_out", f"this entry does not count: {out[entry_id]}")
    else:
        before = in_force(connection)
        effect = before.effect
        number = _append_reversals(connection, writer, [entry_id], why)
        after = in_force(connection)
        changed = (effect ^ after.effect) - {entry_id}
        refuse_closed(connection, by_entries(connection, sorted(changed)))
        refuse_closed(connection, _opened(connection, before, after))
        return number
    raise LedgerError(
        where=f"entry {entry_id}",
        code=fault[0],
        problem=fault[1],
        remedy="'basis register ACCOUNT' shows the entries with their numbers",
    )


def _append_reversals(
    connection: sqlite3.Connection, writer: Writer, ids: Sequence[int], why: str
) -> int:
    refuse_closed(connection, by_entries(connection, ids))
    new_id = writer.next_id(ENTRY)
    for chunk in _chunks(ids):
        made = []
        for entry_id in chunk:
            made.append(_reversal(connection, entry_id, new_id, why))
            new_id += 1
        writer.extend_entries(made)
    return new_id - 1


def _reversal(
    connection: sqlite3.Connection, entry_id: int, new_id: int, why: str
) -> tuple[Row, Sequence[Row]]:
    row, legs = _copied(
        connection,
        entry_id,
        id=new_id,
        reason=f"reversal of entry {entry_id}",
        memo=why,
        reverses=entry_id,
    )
    return row, [
        (place, account, source, -value, -basis, fund, _turned(units))
        for place, account, source, value, basis, fund, units in legs
    ]


def _turned(units: str | None) -> str | None:
    return None if units is None else plain_units(-Decimal(units))


def _copied(
    connection: sqlite3.Connection, entry_id: int, **changes: object
) -> tuple[Row, Sequence[Row]]:
    """Return an entry as rows with some columns changed, and its postings."""
    old = _columns(connection, entry_id)
    legs = connection.execute(
        "SELECT place, pool_account, pool_source, value_cents, basis_cents, fund, units"
        " FROM posting WHERE entry_id = ? ORDER BY place",
        (entry_id,),
    ).fetchall()
    return tuple((old | changes).values()), legs


def _columns(connection: sqlite3.Connection, entry_id: int) -> dict[str, object]:
    sql = f"SELECT {', '.join(COLUMNS[ENTRY])} FROM entry WHERE id = ?"  # noqa: S608
    return dict(zip(COLUMNS[ENTRY], connection.execute(sql, (entry_id,)).fetchone(), strict=True))


def _append_rows(
    connection: sqlite3.Connection, writer: Writer, import_id: int, batch: ImportBatch
) -> dict[Mark, int]:
    """Append the raw rows; return the record of each, by account and fingerprint."""
    first = writer.next_id("record")
    records: dict[Mark, int] = {}
    for chunk in _chunks(batch.rows):
        new = [row for row in chunk if (row.account, row.fingerprint) not in batch.again]
        _refuse_known_rows(connection, new, batch.file_name, import_id)
        made = []
        for row in chunk:
            # line and day, and the other columns in the order of the table
            line, day, *identity = row
            records[row.account, row.fingerprint] = first
            made.append((first, import_id, line, day.isoformat(), *identity))
            first += 1
        writer.extend("record", made)
    return records


def _append_shown(
    connection: sqlite3.Connection, writer: Writer, import_id: int, rows: Sequence[StoredRow]
) -> None:
    """Append rows that other files brought: numbered 0 among equal rows, they do not count.

    What is recorded already is named by its record, a stretch of rows at a time.
    """
    known = recorded(connection, rows)
    ids = [(row.line, known[row.account, row.fingerprint]) for row in rows if _is_in(known, row)]
    first = writer.next_id("shown_rows")
    made = [(n, import_id, *stretch) for n, stretch in enumerate(stretches(ids), first)]
    writer.extend("shown_rows", made)
    first = writer.next_id("record")
    for chunk in _chunks(row for row in rows if not _is_in(known, row)):
        records = [
            (n, import_id, row.line, row.day.isoformat(), *row[2:4], 0, *row[5:])
            for n, row in enumerate(chunk, first)
        ]
        writer.extend("record", records)
        first += len(records)


def _is_in(known: Mapping[tuple[str, str], int], row: StoredRow) -> bool:
    return (row.account, row.fingerprint) in known


@dataclass(frozen=True, slots=True)
class _Placed:
    """Where the entries of one import stand: their import, file name and records."""

    import_id: int
    old_name: str
    name: str
    records: dict[Mark, int]

    def entry(self, entry_id: int, stored: StoredEntry) -> tuple[Row, Sequence[Row]]:
        """Return the row of an entry and the rows of its postings."""
        entry = stored.entry
        event = entry.event
        _refuse_derived(entry)
        # named by its place in this file, it has to follow the file's new name
        if event.of:
            event = replace(event, of=self.renamed(event.of))
        known = list(dict.fromkeys(self.records[row] for row in stored.rows if row in self.records))
        row = (
            entry_id,
            self.import_id,
            known[0] if known else None,
            dump(known[1:]) if known[1:] else "[]",
            self.renamed(event.where),
            event.day.isoformat(),
            event.account,
            event.kind.value,
            event.tax_year,
            event_text(event),
            entry.reason,
            entry.cite,
            event.memo,
            None,
        )
        return row, [
            (place, p.pool.account, p.pool.source, p.value.cents, p.basis.cents, p.fund, _text(p))
            for place, p in enumerate(entry.postings)
        ]

    def renamed(self, where: str) -> str:
        """Return a place with the name under which the ledger keeps the file."""
        if self.old_name != self.name and where.startswith(f"{self.old_name}:"):
            return self.name + where[len(self.old_name) :]
        return where


def _text(posting: Posting) -> str | None:
    return None if posting.units is None else plain_units(posting.units)


def _refuse_derived(entry: JournalEntry) -> None:
    # a fault of ours: the fold's entries are never handed to the store
    if entry.derived:
        raise ValueError("derived entries are worked out on each run and never stored")
    if (entry.event.kind is EventKind.BALANCE) != (not entry.postings):
        raise LedgerError(
            where=entry.where,
            code="no_postings",
            problem=f"{entry.event.kind.with_article} of nothing cannot be booked"
            if not entry.postings
            else "a statement balance moves no money, yet postings were given",
            remedy="leave the row as information, or correct its amount",
        )


def _refuse_unknown_accounts(connection: sqlite3.Connection, batch: ImportBatch) -> None:
    known = {row[0] for row in connection.execute("SELECT DISTINCT code FROM account")}
    named = {e.entry.event.account for e in batch.entries}
    for unknown in sorted(named - known):
        raise LedgerError(
            where=safe(batch.file_name),
            code="unknown_account",
            problem=f"the ledger has no account '{safe(unknown)}'",
            remedy=f"basis account add {safe(unknown)} --owner … --kind …",
        )


def _refuse_known_rows(
    connection: sqlite3.Connection, rows: Sequence[StoredRow], file_name: str, import_id: int
) -> None:
    # asked again inside the transaction: another import may have ended since the preview
    if not rows:
        return
    days = [row.day for row in rows]
    known = {
        (account, mark)
        for account in sorted({row.account for row in rows})
        for mark in places(connection, account, min(days), max(days), but=import_id)
    }
    for row in rows if known else ():
        if (row.account, row.fingerprint) in known:
            raise LedgerError(
                where=f"{safe(file_name)}:{row.line}",
                code="already_imported",
                problem="this row is in the ledger already",
                remedy="nothing was stored; run the import again and only new rows are taken",
            )


def _chunks(items: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
