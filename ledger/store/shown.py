"""What files show and no figure holds: rows that another file told, once that is taken back."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from ledger.booking import Printed, Told
from ledger.books import UnbookedRows
from ledger.chart import Account
from ledger.events import Event
from ledger.store.in_force import InForce
from ledger.store.recorded import Mark
from ledger.store.shapes import (
    LEFT,
    LEFT_OUT,
    REVERSED,
    ROW,
    LeftOut,
    LeftOutRow,
    StoredRow,
    TakenBack,
)

_Reversed = tuple[tuple[int, str], ...]  # entries, each with its place


def unbooked(force: InForce, chart: Mapping[str, Account]) -> Iterator[UnbookedRows]:
    """Go through what is open of the files in force, by file and account.

    That are rows that no file in force brought, unless a later download took them back, entries in
    effect tell them in other words, or they were said to be as wrong as an entry that was reversed;
    and rows that one download lacks and another shows, where nobody said which is the newer.
    """
    left: defaultdict[tuple[str, str, _Reversed, str], list[Mark]] = defaultdict(list)
    for mark, gone in _untold(force).items():
        file = force.files[force.showing[mark]].name
        left[file, mark[0], gone, ""].append(mark)
    for account, pairs in force.apart.items():
        for two in pairs:
            for file, rows, other in (
                (two.other.name, two.gone, two.here.name),
                (two.here.name, two.beyond, two.other.name),
            ):
                left[file, account, (), other] += [(account, mark) for mark in rows]
    shown = {file.name: force.shown[file.id] for file in force.files.values()} if left else {}
    found = [
        UnbookedRows(
            *(file, account, chart[account].owner),
            min(shown[file][mark].day for mark in marks),
            tuple(sorted({shown[file][mark].line for mark in marks})),
            *(gone, other),
        )
        for (file, account, gone, other), marks in left.items()
        if account in chart and marks
    ]
    yield from sorted(found, key=attrgetter("day", "file", "account", "reversed", "other"))


def _untold(force: InForce) -> dict[Mark, _Reversed]:
    """Return the rows that nothing counts or tells, with the reversed entries that did."""
    sql = "SELECT 1 FROM record WHERE occurrence = 0 LIMIT 1"
    undone = any(file.undone for file in force.files.values())
    plain = not undone and not force.withdrawn
    if plain and force.connection.execute(sql).fetchone() is None:
        return {}
    left = {(a.account, a.match) for a in force.said if (a.code, a.answer) == (REVERSED, LEFT)}
    fates = _Fates(force)
    found: dict[Mark, _Reversed] = {}
    for mark in force.showing.keys() - force.brought - force.withdrawn.keys():
        told = force.told.get(mark)
        places = [] if told is None else told.anchors
        gone = tuple(sorted({one for place in places for one in fates.reversed.get(place, ())}))
        stands = fates.stands | (fates.withdrawn if told is not None and told.whole else set())
        settled = stands | (fates.reversed.keys() if (mark[0], ROW + mark[1]) in left else set())
        if not places or not settled >= {*places}:
            found[mark] = gone
    return found


class _Fates:
    """What became of what was booked, by what stands for it."""

    def __init__(self, force: InForce) -> None:
        self.stands: set[str] = set()
        self.reversed: defaultdict[str, set[tuple[int, str]]] = defaultdict(set)
        self.withdrawn: set[str] = set()  # by a newer download, booked or not
        for entry in force.entries:
            if entry.id not in force.gone:
                self.stands.update(force.anchors_of(entry))
            elif entry.id in force.taken_back:
                self.withdrawn.update(force.anchors_of(entry))
        for entry in force.reversed:
            for place in force.anchors_of(entry):
                self.reversed[place].add((entry.id, entry.where))
        # of a row divided by source one part may be reversed, which leaves the rest
        self.stands -= self.reversed.keys()
        self.withdrawn |= force.anchors_withdrawn


class TakenBackHere(NamedTuple):
    """Where rows stand that an entry tells in other words: account, fingerprint and place."""

    account: str
    fingerprint: str
    place: str


def taken_back(force: InForce, *, withdrawn: bool) -> list[TakenBack]:
    """Return every entry that was reversed by hand and stands in no other entry again.

    With ``withdrawn`` also those whose rows a newer download lacks.
    """
    # of a row that stands on another day the event itself was not taken back
    moved = {entry for mark in force.moved for entry in force.resting.of(mark)}
    lost = force.taken_back - moved if withdrawn else set()
    told = force.told_withdrawn
    taken = [*force.reversed, *(entry for entry in force.entries if entry.id in lost)]
    found = []
    for entry in taken:
        rows = [force.marks[record][0] for record in entry.records]
        by = next((force.withdrawn[row] for row in rows if row in force.withdrawn), "")
        by = by or next((told[one] for one in force.anchors_of(entry) if one in told), "")
        why = force.reversals[entry.id][1] if entry.id in force.reversals else ""
        sql = "SELECT fields FROM entry WHERE id = ?"
        fields = json.loads(force.connection.execute(sql, (entry.id,)).fetchone()[0])
        event = Event.from_fields(fields, where=entry.where, seq=entry.id)
        importer = force.files[entry.file].importer
        found.append(TakenBack(event, importer, why, rows[0][1] if rows else "", by))
    return found


def left_out(force: InForce, account: str) -> list[LeftOutRow]:
    """Return the rows of an account that were never booked, since a newer download lacks them."""
    found = []
    for answer in force.said:
        mark = answer.account, answer.match.removeprefix(ROW)
        known = answer.code == LEFT_OUT and mark in force.withdrawn and mark in force.showing
        known = known and mark not in force.moved
        if known and answer.account == account and mark not in force.brought:
            day = force.shown[force.showing[mark]][mark].day
            told, place = LeftOut(*json.loads(answer.answer)), force.place(mark)
            found.append(LeftOutRow(account, day, place, mark[1], told, force.withdrawn[mark]))
    return found


def rows_told_by(force: InForce, entry_id: int) -> list[TakenBackHere]:
    """Return the rows of files in force that an entry tells in other words."""
    entry = next((one for one in force.reversed if one.id == entry_id), None)
    places = set() if entry is None else {*force.anchors_of(entry)}
    return [
        TakenBackHere(*mark, force.place(mark))
        for mark, told in force.told.items()
        if mark in force.showing and mark not in force.brought
        if not places.isdisjoint(told.anchors)
    ]


def printed(force: InForce) -> dict[Told, Printed]:
    """Return what rows that are not booked print of the entries that tell them.

    Of several the one with a price goes first, then the one with a fund, in whatever order.
    """
    found: dict[Told, Printed] = {}
    at = force.anchored if force.told else {}
    for mark, row in force.told.items():
        for (anchor, source), one in row.entries.items():
            # a row that a newer download corrected prints nothing that counts
            if one is not None and anchor in at and mark not in force.withdrawn:
                key = at[anchor], source
                found[key] = max(found.get(key, one), one, key=_tells_most)
    return found


def first_days(force: InForce) -> dict[tuple[Told, str], date]:
    """Return the first day on which a row shows what an entry of another file tells.

    Two formats post one event on two days: which came first decides nothing.
    """
    found: dict[tuple[Told, str], date] = {}
    at = force.anchored if force.told else {}
    for mark, row in force.told.items():
        counts = mark in force.showing and mark not in force.withdrawn
        if counts and (row.whole or row.part) and not row.other:
            day = force.shown[force.showing[mark]][mark].day
            for anchor, source in row.entries:
                key = (at.get(anchor, ""), source), mark[0]
                found[key] = min(found.get(key, day), day)
    return found


def days_moved(force: InForce) -> dict[int, date]:
    """Return the entries that count on an earlier day than that of their row, as in the books."""
    days = first_days(force)
    places = Counter((force.now_at.get(e.where, e.where), e.source) for e in force.entries)
    found = {}
    for entry in force.entries if days else ():
        told = force.now_at.get(entry.where, entry.where), entry.source
        if not entry.records or entry.id in force.gone or places[told] > 1:
            continue
        (account, _), own = force.marks[entry.records[0]]
        day = days.get((told, account))
        if day is not None and own[:4] == f"{day:%Y}" and day.isoformat() < own:
            found[entry.id] = day
    return found


def _tells_most(one: Printed) -> tuple[str, str, Decimal]:
    return "" if one.price is None else f"{one.price:f}", one.fund, one.units


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
