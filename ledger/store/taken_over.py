"""What an import that is taken back leaves to another in force that shows the same rows."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger.movements import CODE, OF, payment_named
from ledger.movements import ENTRY as NUMBER
from ledger.store.chain import Writer
from ledger.store.codec import dump
from ledger.store.schema import ACTIVE, COUNTS, EFFECTIVE
from ledger.store.shapes import CORRECTED, TOLD, ToldBy
from ledger.store.shown import Shown, shown

# records of an import that count, unless corrected, and all records of the same rows
_SAME = (
    "SELECT t.id, r.id FROM record AS r JOIN record AS t ON t.account = r.account"  # noqa: S608
    " AND t.day = r.day AND t.fingerprint = r.fingerprint"
    f" WHERE r.statement_file_id = ? AND {COUNTS} AND NOT EXISTS (SELECT 1 FROM answer AS a"
    " JOIN statement_file AS f ON f.id = a.statement_file_id WHERE a.code = ?"
    f" AND a.account = r.account AND a.answer = r.fingerprint AND {ACTIVE})"
)
_MADE = (
    "SELECT e.id, e.record_id, e.other_records FROM entry AS e"  # noqa: S608
    f" WHERE e.statement_file_id = ? AND {EFFECTIVE} ORDER BY e.id"
)
# rows that an undone import took back, of days that another goes over without showing them
_STILL_GONE = (
    "WITH theirs AS (SELECT account, day, fingerprint FROM record WHERE statement_file_id = :taker"
    " UNION ALL SELECT r.account, r.day, r.fingerprint FROM shown_rows AS s JOIN record AS r"
    " ON r.id BETWEEN s.record_id AND s.record_id + s.row_count - 1"
    " WHERE s.statement_file_id = :taker)"
    " SELECT a.answer FROM answer AS a JOIN record AS r ON r.account = a.account"
    " AND r.fingerprint = a.answer WHERE a.code = :code AND a.statement_file_id = :undone"
    " AND r.day BETWEEN (SELECT min(t.day) FROM theirs AS t WHERE t.account = r.account)"
    " AND (SELECT max(t.day) FROM theirs AS t WHERE t.account = r.account)"
    " AND NOT EXISTS (SELECT 1 FROM theirs AS t"
    " WHERE t.account = r.account AND t.fingerprint = r.fingerprint) ORDER BY a.id"
)


@dataclass
class TakenOver:
    """The rows and entries of an import that other imports in force show as well."""

    records: dict[int, int] = field(default_factory=dict)  # record -> the new one of the other file
    entries: dict[int, int] = field(default_factory=dict)  # entry -> the import it goes to
    taken_by: dict[int, int] = field(default_factory=dict)  # record -> that import
    places: dict[str, str] = field(default_factory=dict)  # file:line -> that of the other file

    def changes(self, entry: Mapping[str, Any]) -> dict[str, object]:
        """Return the columns of an entry that differ once it rests on the other file's rows."""
        fields = json.loads(entry["fields"])
        found: dict[str, object] = {"fields": self._renamed(fields, entry["fields"])}
        if entry["id"] in self.entries:
            others = json.loads(entry["other_records"])
            found |= {
                "statement_file_id": self.entries[entry["id"]],
                "record_id": self.records[entry["record_id"]],
                "other_records": dump([self.records[one] for one in others]) if others else "[]",
                "where_text": self.places.get(entry["where_text"], entry["where_text"]),
            }
        return found

    def _renamed(self, fields: dict[str, Any], text: str) -> str:
        of = fields.get("of", "")
        return dump(fields | {"of": self.places[of]}) if of in self.places else text


def take_over(connection: sqlite3.Connection, writer: Writer, import_id: int) -> TakenOver:
    """Append the rows of an import that another in force shows, as rows of that one.

    Returned is what goes along: an entry when one file shows every row that it was made of.
    """
    same = dict(connection.execute(_SAME, (import_id, CORRECTED)).fetchall())
    seen: defaultdict[int, dict[int, Shown]] = defaultdict(dict)  # record -> import -> its row
    for one in shown(connection, same):
        if one.file != import_id:
            seen[same[one.record]].setdefault(one.file, one)
    found, rows = TakenOver(), dict[int, Shown]()
    entries = [(row[0], _records(row)) for row in connection.execute(_MADE, (import_id,))]
    for records in _together(connection, import_id, [made for _, made in entries if made]):
        able = set.intersection(*(set(seen.get(record, ())) for record in records))
        if able:
            taker = min(able)
            rows |= {record: seen[record][taker] for record in records}
            found.taken_by |= dict.fromkeys(records, taker)
            made = (entry for entry, cited in entries if cited and cited <= records)
            found.entries |= dict.fromkeys(made, taker)
    _append_rows(connection, writer, found, rows)
    return found


def append_answers_again(
    connection: sqlite3.Connection, writer: Writer, numbers: Mapping[int, int]
) -> None:
    """Append what was said later of entries, or names them, with the numbers they have now.

    All that was said of sides comes again, in its order: of one movement the newest word counts.
    """
    sql = (
        "SELECT statement_file_id, account, row_match, answer, reason, day FROM answer"
        " WHERE code = ? AND row_match LIKE ? ORDER BY id"
    )
    said_later = connection.execute(sql, (CODE, f"{NUMBER}%")).fetchall()
    again = []
    for file, account, match, answer, reason, day in said_later:
        entry, paid = int(match.removeprefix(NUMBER)), payment_named(answer)
        now = numbers.get(paid, paid)
        said = answer.replace(f"{OF}{paid}", f"{OF}{now}", 1) if paid else answer
        place = f"{NUMBER}{numbers.get(entry, entry)}"
        again.append((file, CODE, account, place, said, reason, day))
    if [(row[2], row[3]) for row in said_later] != [(row[3], row[4]) for row in again]:
        for row in again:
            writer.add("answer", *row)


def append_told_again(
    connection: sqlite3.Connection, writer: Writer, places: Mapping[str, str]
) -> None:
    """Keep that rows of other formats are told by entries that stand at other places now."""
    sql = (
        "SELECT statement_file_id, account, row_match, answer, reason, day FROM answer"
        " WHERE code = ? ORDER BY id"
    )
    for file, account, match, answer, reason, day in connection.execute(sql, (TOLD,)).fetchall():
        told = ToldBy.read(answer)
        if not places.keys().isdisjoint(told.places):
            moved = ToldBy({(places.get(at, at), s): one for (at, s), one in told.entries.items()})
            again = moved.written
            writer.add("answer", file, TOLD, account, match, again, reason, day)


def takers_of_corrections(
    connection: sqlite3.Connection, import_id: int, taken: Iterable[int]
) -> dict[str, int]:
    """Return the rows that an import took back and another of ``taken`` still does, with that one.

    That is one whose rows go over the day of such a row, and which does not show it.
    """
    found: dict[str, int] = {}
    for taker in sorted(set(taken)):
        wanted = {"taker": taker, "undone": import_id, "code": CORRECTED}
        for (mark,) in connection.execute(_STILL_GONE, wanted):
            found.setdefault(mark, taker)
    return found


def append_corrected_again(
    connection: sqlite3.Connection, writer: Writer, import_id: int, takers: Mapping[str, int]
) -> None:
    """Keep with the imports that still do it that rows were corrected."""
    sql = (
        "SELECT account, row_match, answer, reason, day FROM answer"
        " WHERE statement_file_id = ? AND code = ? ORDER BY id"
    )
    kept = connection.execute(sql, (import_id, CORRECTED)).fetchall()
    for account, match, answer, reason, day in kept:
        if answer in takers:
            writer.add("answer", takers[answer], CORRECTED, account, match, answer, reason, day)


def _records(row: Sequence[Any]) -> set[int]:
    """Return the records that an entry cites, none for one that no row made."""
    return {row[1], *json.loads(row[2])} if row[1] is not None else set()


def _together(
    connection: sqlite3.Connection, import_id: int, made: Iterable[set[int]]
) -> Iterator[set[int]]:
    """Go through the rows of an import, those of one line and those of one entry together."""
    sql = "SELECT id, line FROM record WHERE statement_file_id = ? AND occurrence > 0"
    lines: defaultdict[int, set[int]] = defaultdict(set)
    for record, line in connection.execute(sql, (import_id,)):
        lines[line].add(record)
    group = {record: records for records in lines.values() for record in records}
    for cited in made:
        joined = set().union(*(group.get(record, {record}) for record in cited))
        group |= dict.fromkeys(joined, joined)
    told: set[int] = set()
    for record in sorted(group):
        if record not in told:
            told |= group[record]
            yield group[record]


def _append_rows(
    connection: sqlite3.Connection, writer: Writer, found: TakenOver, rows: Mapping[int, Shown]
) -> None:
    """Append each row as one of the file that shows it too, where it stands there."""
    sql = (
        "SELECT r.occurrence, f.name || ':' || r.line, t.day, t.account, t.fingerprint, t.cells,"
        " t.fund, t.units FROM record AS r JOIN statement_file AS f ON f.id = r.statement_file_id,"
        " record AS t WHERE r.id = ? AND t.id = ?"
    )
    made, next_id = [], writer.next_id("record")
    for record, row in sorted(rows.items()):
        occurrence, old, day, account, mark, *rest = connection.execute(
            sql, (record, row.record)
        ).fetchone()
        found.places.setdefault(old, f"{row.name}:{row.line}")
        made.append((next_id, row.file, row.line, day, account, mark, occurrence, *rest))
        found.records[record] = next_id
        next_id += 1
    if made:
        writer.extend("record", made)
