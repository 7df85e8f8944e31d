"""What counts now: rows that files in force show and no newer one lacks, and entries made of them.

Nothing of it is stored. An import that is taken back leaves its entries to another file that
shows their rows; a row that a newer download lacks takes its entries with it; both end when the
file that caused them is taken back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from ledger.books import WRITTEN
from ledger.store.downloads import (
    ORDER,
    TYPED,
    Apart,
    Download,
    Downloads,
    Words,
    is_compared,
    words_of,
)
from ledger.store.recorded import Cited, Mark, Recorded, StoredFile
from ledger.store.shapes import REPLACES, ROW, TOLD, Answer, ToldBy


@dataclass(frozen=True)
class InForce(Recorded):
    """The rows and entries of a ledger as far as they count; ``said`` is what the user decided."""

    said: tuple[Answer, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether every entry that nobody reversed counts where it stands: nothing is compared."""
        standing = [file.importer for file in self.files.values()]
        standing = [reader for reader in standing if reader not in WRITTEN]
        several = len(standing) > len(set(standing))
        return not (several or any(f.undone for f in self.files.values()) or self._ordered)

    @property
    def is_alone(self) -> bool:
        """Whether no further file can change what counts of those that are here."""
        return not (self._ordered or any(file.undone for file in self.files.values()))

    @cached_property
    def _ordered(self) -> set[str]:
        """The accounts of which it was said which of two files, or rows, is the newer."""
        return {answer.account for answer in self.said if answer.code in {ORDER, REPLACES}}

    @cached_property
    def reversed(self) -> list[Cited]:
        """The entries that were reversed by hand and stand in no other entry again."""
        if not self.reversals:
            return []
        newest: dict[Mark | str, int] = {}
        for entry in self.entries:
            if entry.id not in self.gone:
                newest[self._row_of(entry)] = entry.id
        return [
            entry
            for entry in self._all
            if entry.id in self.reversals
            and newest.get(self._row_of(entry), 0) < self.reversals[entry.id][0]
        ]

    @cached_property
    def brought(self) -> set[Mark]:
        """The rows that a file in force shows and an import has brought, booked or not."""
        standing = {file.id for file in self.files.values() if not file.undone}
        sql = "SELECT id, statement_file_id FROM record WHERE occurrence > 0"
        return {
            self.marks[record][0]
            for record, file in self.connection.execute(sql)
            if file in standing or record in self.stands
        }

    def downloads(self, account: str) -> list[Download]:
        """Return what the files in force show of an account, the first imported first."""
        found = []
        moving = self._moving if any(f.importer == TYPED for f in self.files.values()) else set()
        for file in self.files.values():
            shown = {} if file.undone else self.shown[file.id]
            rows = {m: row for (a, m), row in shown.items() if a == account and is_compared(m)}
            if not rows:
                continue
            reader = next(iter(rows)).partition(":")[0]
            if file.importer in WRITTEN - {TYPED}:  # one typed event, or a scenario
                continue
            days = [row.day for row in rows.values()]
            stated = [date.fromisoformat(day) for day in (file.first, file.last) if day]
            found.append(
                Download(
                    *(file.sha256, file.name, reader),
                    *(min(days + stated), max(days + stated)),
                    max(row.day for row in shown.values()),
                    rows,
                    states=moving.isdisjoint((account, mark) for mark in rows),
                )
            )
        return found

    @cached_property
    def _moving(self) -> set[Mark]:
        """The rows that more was made of than balances."""
        return {
            self.marks[record][0]
            for entry in self.entries
            for record in entry.records
            if not entry.is_balance
        }

    @cached_property
    def _compared(self) -> dict[str, Downloads]:
        """The files of each account of which it was said which is the newer."""
        return {
            account: Downloads(self.downloads(account), words_of(self.said, account))
            for account in sorted(self._ordered)
        }

    @cached_property
    def withdrawn(self) -> dict[Mark, str]:
        """The rows that a newer download lacks, each with the name of that."""
        found = {
            (account, mark): file.name
            for account, files in self._compared.items()
            for mark, file in files.withdrawn.items()
        }
        return found | self._replaced(found)

    def _replaced(self, gone: Mapping[Mark, str]) -> dict[Mark, str]:
        """Return the rows in whose place others stand, each with the file of the other."""
        by = {
            place: self.files[self.showing[mark]].name
            for mark, told in self._by_mark(REPLACES).items()
            if mark in self.showing and mark not in gone
            for place in told.places
        }
        rows = {
            mark: by[place]
            for entry in (self.entries if by else ())
            for place in self.places_of(entry)
            if place in by
            for mark in (self.marks[record][0] for record in entry.records)
        }
        for file in self.files.values() if by else ():
            for mark, row in self.shown[file.id].items():
                place = f"{file.name}:{row.line}"
                if place in by and not file.undone:
                    rows.setdefault(mark, by[place])
        return rows

    @cached_property
    def moved(self) -> set[Mark]:
        """Those of them that the newer download shows on another day."""
        return {
            (account, mark) for account, files in self._compared.items() for mark in files.moved
        }

    @cached_property
    def apart(self) -> dict[str, list[Apart]]:
        """By account every two downloads that differ, and nobody said which is the newer."""
        if self.is_plain:
            return {}
        found: dict[str, list[Apart]] = {}
        for account in sorted(self._lacking):
            words = words_of(self.said, account)
            two = Downloads(self.downloads(account), words).all_apart()
            found |= {account: two} if two else {}
        return found

    @property
    def _lacking(self) -> set[str]:
        """The accounts of which a file lacks a row of its days that another of its reader shows."""
        days = {mark: day for mark, day, _ in self.marks.values()}
        of_reader: defaultdict[tuple[str, str], list[tuple[StoredFile, set[Mark]]]]
        of_reader = defaultdict(list)
        for file in self.files.values():
            rows: defaultdict[tuple[str, str], set[Mark]] = defaultdict(set)
            if not file.undone and file.importer not in WRITTEN:
                for mark in self.marks_of[file.id]:
                    rows[mark[0], mark[1].partition(":")[0]].add(mark)
            for key, marks in rows.items():
                if is_compared(f"{key[1]}:"):
                    of_reader[key].append((file, marks))
        found = set()
        for (account, _), files in of_reader.items():
            every = set().union(*(marks for _, marks in files)) if len(files) > 1 else set[Mark]()
            for file, marks in files:
                mine = [days[mark] for mark in marks] + [d for d in (file.first, file.last) if d]
                first, last = min(mine), max(mine)
                if any(first <= days[mark] <= last for mark in every - marks):
                    found.add(account)
        return found

    @cached_property
    def stands(self) -> dict[int, str]:
        """The records of imports taken back whose rows another shows, and where it does.

        Of an entry all rows have to be shown; what was imported again since stands there, and
        what an entry tells that counts already is in the books.
        """
        undone = {file.id for file in self.files.values() if file.undone}
        if not undone:
            return {}
        sql = "SELECT id, statement_file_id FROM record WHERE occurrence > 0 ORDER BY id"
        newest = {self.marks[n][0]: (n, file) for n, file in self.connection.execute(sql)}
        found = {
            record: self.place(mark)
            for mark, (record, file) in newest.items()
            if file in undone and mark in self.showing
        }
        standing = (entry for entry in self.entries if entry.file not in undone)
        told = {place for entry in standing for place in self.places_of(entry)}
        told |= self.places_withdrawn
        # what no other row tells comes first
        made = [entry for entry in self.entries if entry.file in undone]
        made.sort(key=lambda entry: any(self.marks[n][0] in self.told for n in entry.records))
        lost = [entry for entry in made if not self._comes_back(entry, found, told)]
        while lost:
            gone = {record for entry in lost for record in entry.records}
            found = {record: place for record, place in found.items() if record not in gone}
            lost = [
                e for e in made if not found.keys() >= {*e.records} and found.keys() & e.records
            ]
        return found

    def _comes_back(self, entry: Cited, shown: Mapping[int, str], told: set[str]) -> bool:
        """Tell whether an entry of an import taken back counts, and take its places in if so."""
        marks = [self.marks[record][0] for record in entry.records]
        tellers = (self.told[mark].places for mark in marks if mark in self.told)
        back = shown.keys() >= {*entry.records} and all(map(told.isdisjoint, tellers))
        if back:
            told.update(self.places_of(entry))
        return back

    @cached_property
    def told(self) -> dict[Mark, ToldBy]:
        """The rows of files in force that entries tell in other words, by the newest word."""
        told = self._by_mark(TOLD)
        here = (self.marks_of[n] for n, file in self.files.items() if not file.undone)
        shown = set[Mark]().union(*here) if told else set()
        return {mark: by for mark, by in told.items() if mark in shown}

    @cached_property
    def places_withdrawn(self) -> set[str]:
        """Where files show the rows that were taken back, booked or not."""
        rows = self.withdrawn.keys() - self.moved
        return {
            f"{file.name}:{self.shown[file.id][mark].line}"
            for file in (self.files.values() if rows else ())
            for mark in rows
            if mark in self.shown[file.id]
        }

    def _by_mark(self, code: str) -> dict[Mark, ToldBy]:
        return {
            (a.account, a.match.removeprefix(ROW)): ToldBy.read(a.answer)
            for a in self.said
            if a.code == code and a.answer  # "": forgotten
        }

    @cached_property
    def gone(self) -> frozenset[int]:
        """The entries that nobody reversed and that do not count."""
        if self.is_plain:
            return frozenset()
        undone = {file.id for file in self.files.values() if file.undone}
        lost = {
            entry.id
            for entry in self.entries
            if entry.file in undone
            and not (entry.records and self.stands.keys() >= {*entry.records})
        }
        return frozenset(lost | self.made_of(self.withdrawn))

    @cached_property
    def effect(self) -> frozenset[int]:
        """The entries that count."""
        return frozenset(entry.id for entry in self.entries) - self.gone

    @property
    def takers(self) -> dict[int, tuple[int, str]]:
        """The entries of imports taken back that others tell: the import and place they rest on."""
        return {
            entry.id: (self.showing[self.marks[entry.records[0]][0]], self.stands[entry.records[0]])
            for entry in (self.entries if self.stands else ())
            if entry.records and entry.records[0] in self.stands and entry.id not in self.gone
        }

    @property
    def left_out(self) -> dict[int, str]:
        """The entries that nobody reversed and that do not count, each with the reason in words."""
        found = {}
        for entry in self.entries if self.gone else ():
            marks = [self.marks[record][0] for record in entry.records]
            by = next((self.withdrawn[mark] for mark in marks if mark in self.withdrawn), "")
            if entry.id in self.gone and self.files[entry.file].undone and not by:
                found[entry.id] = f"import {entry.file} was taken back"
            elif entry.id in self.gone:
                found[entry.id] = f"not in {by}" if by else "a newer download does not tell it"
        return found

    def made_of(self, rows: Iterable[Mark]) -> set[int]:
        """Return the entries that rest on one of these rows, or tell it and no more."""
        wanted = set(rows)
        if not wanted:
            return set()
        told_wanted = wanted - self.moved - self.brought
        told = {
            key
            for mark, by in self.told.items()
            if by.whole and mark in told_wanted
            for key in by.entries
        }
        return {
            entry.id
            for entry in self.entries
            if any(self.marks[record][0] in wanted for record in entry.records)
            or not told.isdisjoint((place, entry.source) for place in self.places_of(entry))
        }

    def places_of(self, entry: Cited) -> list[str]:
        """Return where an entry stands, and at which places its main row has ever stood."""
        if not entry.records or not any(file.undone for file in self.files.values()):
            return [entry.where]
        return [entry.where, *self._ever.get(self.marks[entry.records[0]][0], ())]

    @cached_property
    def now_at(self) -> dict[str, str]:
        """The place that entries have now, by every place at which they have stood."""
        found: dict[str, str] = {}
        for entry in self.entries if self.stands else ():
            now = self.stands.get(entry.records[0]) if entry.records else None
            if now is not None and entry.id not in self.gone:
                found |= dict.fromkeys(self.places_of(entry), now)
        return found


class Held(NamedTuple):
    """What an import has to know of an account: its downloads, and the entries of their rows.

    ``made`` are the entries that count and rest on a row, or tell it and no more; ``loosely``
    those that tell it together with others; ``cites`` the rows of each entry.
    """

    files: Sequence[Download] = ()
    words: Words = Words()
    withdrawn: Mapping[str, str] = {}
    made: Mapping[str, AbstractSet[int]] = {}
    loosely: Mapping[str, AbstractSet[int]] = {}
    cites: Mapping[int, AbstractSet[str]] = {}


def held(force: InForce, account: str) -> Held:
    """Return what the files in force show of an account, and what was made of it."""
    made: defaultdict[str, set[int]] = defaultdict(set)
    cites: dict[int, set[str]] = {}
    at: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for entry in force.entries:
        if entry.id not in force.gone:
            rows = (force.marks[record][0] for record in entry.records)
            cites[entry.id] = {mark for whose, mark in rows if whose == account}
            for mark in cites[entry.id]:
                made[mark].add(entry.id)
            for place in force.places_of(entry):
                at[place, entry.source].add(entry.id)
    loosely: defaultdict[str, set[int]] = defaultdict(set)
    for (whose, mark), told in force.told.items():
        if whose == account and (whose, mark) not in force.brought:
            into = made if told.whole else loosely
            if told.other:
                continue
            into[mark].update(*(at.get(key, ()) for key in told.entries))
    withdrawn = {mark: by for (whose, mark), by in force.withdrawn.items() if whose == account}
    words = words_of(force.said, account)
    return Held(force.downloads(account), words, withdrawn, made, loosely, cites)
