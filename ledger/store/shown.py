"""What files show and no figure holds: rows that another file told, once that is taken back."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from ledger.booking import Printed, Told
from ledger.books import UnbookedRows
from ledger.chart import Account
from ledger.events import Event
from ledger.store.schema import ACTIVE, COUNTS
from ledger.store.shapes import (
    BY_CORRECTION,
    CORRECTED,
    LEFT,
    REVERSED,
    ROW,
    TOLD,
    Answer,
    StoredRow,
    TakenBack,
    ToldBy,
)

_Reversed = tuple[tuple[int, str], ...]  # entries, each with its place


class _Fate(NamedTuple):
    """What became of the entries that were made at a place: the numbers of those reversed."""

    stands: bool  # one in effect, or one that the recordkeeper corrected
    reversed: tuple[int, ...]  # by hand


def unbooked(
    connection: sqlite3.Connection, chart: Mapping[str, Account], answers: Iterable[Answer]
) -> Iterator[UnbookedRows]:
    """Go through rows of files in force that no file in force brought, by file and account.

    Those that a later download corrected, those that entries in effect tell in other words, and
    those that were said to be as wrong as an entry that was reversed, are none.
    """
    open_ones = _open_ones(connection, chart, answers)
    left: dict[tuple[str, str, _Reversed], dict[int, str]] = {}
    for one in shown(connection, open_ones):
        key = one.name, one.account, open_ones[one.record]
        left.setdefault(key, {})[one.line] = one.day
    found = (
        UnbookedRows(
            name,
            account,
            chart[account].owner,
            date.fromisoformat(min(days.values())),
            tuple(sorted(days)),
            gone,
        )
        for (name, account, gone), days in left.items()
    )
    yield from sorted(found, key=attrgetter("day", "file", "account", "reversed"))


def _open_ones(
    connection: sqlite3.Connection, chart: Mapping[str, Account], answers: Iterable[Answer]
) -> dict[int, _Reversed]:
    """Return the records that nothing counts or tells, with the reversed entries that did."""
    uncounted = [row for row in _uncounted(connection) if row[1] in chart]
    if not uncounted:
        return {}
    said = {(a.code, a.account, a.match): a.answer for a in answers}
    fates = _fates(connection)
    found: dict[int, _Reversed] = {}
    for record, account, mark in uncounted:
        match = ROW + mark
        told = said.get((TOLD, account, match))
        if (CORRECTED, account, match) in said:
            continue
        if said.get((REVERSED, account, match)) == LEFT:
            continue
        places = [] if told is None else ToldBy.read(told).places
        if told is None or not all(place in fates and fates[place].stands for place in places):
            gone = [(n, p) for p in places if p in fates for n in fates[p].reversed]
            found[record] = tuple(sorted(gone))
    return found


class Shown(NamedTuple):
    """A row as a file shows it that did not bring it; ``record`` is where it is recorded."""

    file: int
    name: str
    line: int
    record: int
    day: str
    account: str
    fingerprint: str


def shown(connection: sqlite3.Connection, records: Iterable[int]) -> list[Shown]:
    """Return where files in force show these records besides the file that brought them."""
    wanted = json.dumps(sorted(records))
    sql = (
        "WITH wanted AS (SELECT r.* FROM json_each(?) AS one"  # noqa: S608
        " JOIN record AS r ON r.id = one.value),"
        " place AS (SELECT statement_file_id, line, id AS record_id FROM wanted"
        " WHERE occurrence = 0 UNION ALL SELECT s.statement_file_id,"
        " s.line + s.step * (r.id - s.record_id), r.id FROM shown_rows AS s JOIN wanted AS r"
        " ON r.id BETWEEN s.record_id AND s.record_id + s.row_count - 1)"
        " SELECT f.id, f.name, p.line, r.id, r.day, r.account, r.fingerprint FROM place AS p"
        " JOIN record AS r ON r.id = p.record_id JOIN statement_file AS f"
        f" ON f.id = p.statement_file_id WHERE {ACTIVE} ORDER BY f.id, p.line, r.id"
    )
    return [] if wanted == "[]" else [Shown(*row) for row in connection.execute(sql, (wanted,))]


def older_without_newer(connection: sqlite3.Connection) -> set[int]:
    """Return the answers that a file is older than what shows other rows, and nothing does now.

    Such an answer is kept with the import that shows the row itself. It holds while another file
    of its reader is in force which goes over the day of the row and does not show it.
    """
    sql = (
        "SELECT a.id, a.statement_file_id, x.importer, r.id, a.account, a.answer, r.day"
        " FROM answer AS a JOIN statement_file AS x ON x.id = a.statement_file_id JOIN record AS r"
        " ON r.account = a.account AND r.fingerprint = a.answer WHERE a.code = ?"
        " AND NOT EXISTS (SELECT 1 FROM undone_import AS u WHERE u.statement_file_id = x.id)"
    )
    corrected = connection.execute(sql, (CORRECTED,)).fetchall()
    showing: defaultdict[str, set[int]] = defaultdict(set)
    for one in shown(connection, {row[3] for row in corrected}):
        showing[one.fingerprint].add(one.file)
    spans = {
        account: _spans(connection, account) for account in sorted({row[4] for row in corrected})
    }
    return {
        answer
        for answer, file, importer, _, account, mark, day in corrected
        if file in showing[mark]
        and not any(
            reader == importer and first <= day <= last and other not in showing[mark]
            for other, reader, first, last in spans[account]
        )
    }


def _spans(connection: sqlite3.Connection, account: str) -> list[tuple[int, str, str, str]]:
    """Return the files in force that show rows of an account: reader, first and last day."""
    sql = (
        "WITH rows AS (SELECT statement_file_id AS file, day FROM record WHERE account = :account"  # noqa: S608
        " UNION ALL SELECT s.statement_file_id, r.day FROM shown_rows AS s JOIN record AS r"
        " ON r.id BETWEEN s.record_id AND s.record_id + s.row_count - 1"
        " WHERE r.account = :account) SELECT f.id, f.importer, min(rows.day), max(rows.day)"
        f" FROM rows JOIN statement_file AS f ON f.id = rows.file WHERE {ACTIVE} GROUP BY f.id"
    )
    return connection.execute(sql, {"account": account}).fetchall()


def _uncounted(connection: sqlite3.Connection) -> list[tuple[int, str, str]]:
    """Return the records, with account and fingerprint, of rows that no file in force brought."""
    sql = (
        "SELECT s.id, s.account, s.fingerprint FROM record AS s"  # noqa: S608
        " WHERE (s.occurrence = 0 OR s.statement_file_id IN"
        " (SELECT statement_file_id FROM undone_import)) AND NOT EXISTS (SELECT 1 FROM record AS r"
        " JOIN statement_file AS f ON f.id = r.statement_file_id WHERE r.account = s.account"
        f" AND r.day = s.day AND r.fingerprint = s.fingerprint AND {COUNTS} AND {ACTIVE})"
    )
    return connection.execute(sql).fetchall()


def recorded(
    connection: sqlite3.Connection, rows: Sequence[StoredRow]
) -> dict[tuple[str, str], int]:
    """Return the first record of each of these rows that has one, by account and fingerprint."""
    days = [row.day.isoformat() for row in rows]
    sql = (
        "SELECT account, fingerprint, min(id) FROM record WHERE account = ?"
        " AND day BETWEEN ? AND ? GROUP BY account, fingerprint"
    )
    return {
        (account, mark): number
        for one in sorted({row.account for row in rows})
        for account, mark, number in connection.execute(sql, (one, min(days), max(days)))
    }


def stretches(ids: Iterable[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """Return lines with their records as stretches: first line, step, first record, how many.

    >>> stretches([(2, 7), (3, 8), (4, 9), (9, 2)])
    [(2, 1, 7, 3), (9, 0, 2, 1)]
    """
    found: list[tuple[int, int, int, int]] = []
    for line, record in ids:
        if found:
            first, step, start, count = found[-1]
            away = line - first - step * (count - 1)
            if record == start + count and away >= 0 and (count == 1 or away == step):
                found[-1] = first, away, start, count + 1
                continue
        found.append((line, 0, record, 1))
    return found


def taken_back(connection: sqlite3.Connection) -> list[TakenBack]:
    """Return every entry that was reversed by hand and stands in no other entry again."""
    gone = {number for fate in _fates(connection).values() for number in fate.reversed}
    sql = (
        "SELECT e.id, e.where_text, e.fields, f.importer, r.memo FROM entry AS e"
        " JOIN entry AS r ON r.reverses = e.id"
        " JOIN statement_file AS f ON f.id = e.statement_file_id ORDER BY e.id"
    )
    return [
        TakenBack(Event.from_fields(json.loads(fields), where=where, seq=n), importer, why)
        for n, where, fields, importer, why in (connection.execute(sql) if gone else ())
        if n in gone
    ]


def rows_told_by(
    connection: sqlite3.Connection, entry_id: int, answers: Iterable[Answer]
) -> Iterator[tuple[str, str, str]]:
    """Go through the rows that an entry tells in other words: account, fingerprint and place."""
    found = connection.execute("SELECT where_text FROM entry WHERE id = ?", (entry_id,)).fetchone()
    told = {(a.account, a.match): a.answer for a in answers if a.code == TOLD}
    records = (record for record, _, _ in _uncounted(connection))
    places = {
        (one.account, ROW + one.fingerprint): (
            *(one.account, one.fingerprint),
            f"{one.name}:{one.line}",
        )
        for one in shown(connection, records)
    }
    for row, answer in told.items():
        if found and row in places and found[0] in ToldBy.read(answer).places:
            yield places[row]


def printed(answers: Iterable[Answer]) -> dict[Told, Printed]:
    """Return what rows that are not booked print of the entries that tell them.

    Of several the one with a price goes first, then the one with a fund, in whatever order.
    """
    newest = {(a.account, a.match): a.answer for a in answers if a.code == TOLD}
    found: dict[Told, Printed] = {}
    for row in map(ToldBy.read, newest.values()):
        for told, one in row.entries.items():
            if one is not None:
                found[told] = max(found.get(told, one), one, key=_tells_most)
    return found


def _tells_most(one: Printed) -> tuple[str, str, Decimal]:
    return "" if one.price is None else f"{one.price:f}", one.fund, one.units


def _fates(connection: sqlite3.Connection) -> dict[str, _Fate]:
    """Return what became of all that was booked, by its place.

    An import that was undone says nothing of its entries, unless one was reversed before it. An
    entry that was booked again later stands, whatever reversed it.
    """
    sql = (
        "SELECT e.where_text, e.id, r.id, r.memo, u.why FROM entry AS e"
        " LEFT JOIN entry AS r ON r.reverses = e.id"
        " LEFT JOIN undone_import AS u ON u.statement_file_id = e.statement_file_id"
        " WHERE e.reverses IS NULL ORDER BY e.id"
    )
    stands: dict[str, int] = {}  # the newest entry in effect
    gone: dict[str, list[tuple[int, int]]] = {}
    for where, entry, reversal, memo, undone in connection.execute(sql):
        if reversal is None or memo.startswith(BY_CORRECTION):
            stands[where] = entry
        elif memo != undone:
            gone.setdefault(where, []).append((entry, reversal))
    found = dict.fromkeys(stands, _Fate(stands=True, reversed=()))
    for where, pairs in gone.items():
        newest = stands.get(where, 0)
        left = tuple(entry for entry, reversal in pairs if newest < reversal)
        if left:  # of a row divided by source one part may be reversed, which leaves the rest
            found[where] = _Fate(stands=False, reversed=left)
    return found
