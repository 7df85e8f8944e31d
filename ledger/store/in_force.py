"""What counts now: rows that files in force show and no newer one lacks, and entries made of them.

Nothing of it is stored. An import that is taken back leaves its entries to another file that
shows their rows; a row that a newer download lacks takes its entries with it; both end when the
file that caused them is taken back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ledger.store.compared import Compared
from ledger.store.downloads import (
    Download,
    Words,
    words_of,
)
from ledger.store.recorded import Cited, Mark
from ledger.store.resting import Resting


@dataclass(frozen=True)
class InForce(Compared):
    """The rows and entries of a ledger as far as they count."""

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
        return self._recorded - self._orphans

    @cached_property
    def _recorded(self) -> set[Mark]:
        standing = {file.id for file in self.files.values() if not file.undone}
        return {
            self.marks[record][0]
            for record, file in self.bringing.items()
            if file in standing or record in self.stands
        }

    @property
    def _orphans(self) -> set[Mark]:
        """The rows of entries that are out since another of their rows was taken back."""
        rows: dict[bool, set[Mark]] = {True: set(), False: set()}
        for entry in self.entries if self.withdrawn else ():
            marks = {self.marks[record][0] for record in entry.records}
            if entry.id not in self.gone or marks & self.withdrawn.keys():
                rows[entry.id in self.gone] |= marks
        return rows[True] - rows[False] - self.withdrawn.keys()

    @cached_property
    def stands(self) -> dict[int, str]:
        """The records of imports taken back whose rows another shows, and where it does.

        Of an entry all rows have to be shown; what was imported again since stands there, and
        what an entry tells that counts already is in the books.
        """
        undone = {file.id for file in self.files.values() if file.undone}
        if not undone:
            return {}
        newest = {self.marks[n][0]: (n, file) for n, file in self.bringing.items()}
        found = {
            record: self.place(mark)
            for mark, (record, file) in newest.items()
            if file in undone and mark in self.showing
        }
        standing = (entry for entry in self._all if entry.file not in undone)
        told = {anchor for entry in standing for anchor in self.anchors_of(entry)}
        told |= self.anchors_withdrawn
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
        tellers = (self.told[mark].anchors for mark in marks if mark in self.told)
        back = shown.keys() >= {*entry.records} and all(map(told.isdisjoint, tellers))
        if back:
            told.update(self.anchors_of(entry))
        return back

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
        return frozenset(self._once(lost | self.taken_back))

    def _once(self, out: set[int]) -> set[int]:
        """Return entries that are out, with those of rows that an older entry has booked as well.

        A row that is booked again, since what was made of it went with another row, is out as soon
        as that one counts again.
        """
        booked: dict[Mark, int] = {}  # rows, each with the record that counts
        found = set(out)
        for entry in self.entries:
            if entry.id in found:
                continue
            rows = {self.marks[record][0]: record for record in entry.records}
            if any(booked.get(mark, record) != record for mark, record in rows.items()):
                found.add(entry.id)
            else:
                booked |= rows
        return found

    @cached_property
    def effect(self) -> frozenset[int]:
        """The entries that count."""
        return frozenset(entry.id for entry in self.entries) - self.gone

    @cached_property
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
        found, told = {}, self.told_withdrawn
        for entry in self.entries if self.gone else ():
            marks = [self.marks[record][0] for record in entry.records]
            by = next((self.withdrawn[mark] for mark in marks if mark in self.withdrawn), "")
            by = by or next((told[one] for one in self.anchors_of(entry) if one in told), "")
            if entry.id in self.gone and self.files[entry.file].undone and not by:
                found[entry.id] = f"import {entry.file} was taken back"
            elif entry.id in self.gone:
                found[entry.id] = f"not in {by}" if by else "an older entry has its rows"
        return found

    @cached_property
    def resting(self) -> Resting[Mark]:
        """Every entry that nobody reversed, by the rows that it rests on or tells."""
        cited: defaultdict[Mark, set[int]] = defaultdict(set)
        at: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        for entry in self.entries:
            for record in entry.records:
                cited[self.marks[record][0]].add(entry.id)
            for anchor in self.anchors_of(entry):
                at[anchor, entry.source].add(entry.id)
        alone: dict[Mark, set[int]] = {}
        together: dict[Mark, set[int]] = {}
        parts: dict[Mark, set[int]] = {}
        for mark, told in self.told.items():
            if (told.whole or told.part) and mark not in self._recorded:
                tellers = (entries for key in told.entries if (entries := at.get(key)))
                of = parts if told.part else alone if len(told.entries) == 1 else together
                of[mark] = set().union(*tellers)
        return Resting(cited, alone, together, parts)

    @cached_property
    def taken_back(self) -> set[int]:
        """The entries whose rows a newer download lacks, or that tell such a row."""
        rows = self.withdrawn.keys() if self.withdrawn else set[Mark]()
        stays = self.moved | self.replaced if rows else set[Mark]()
        return self.resting.out(rows, moved=stays, renewed=self.renewed) if rows else set()

    @cached_property
    def now_at(self) -> dict[str, str]:
        """The place that entries have now, by that at which they were booked."""
        return {
            entry.where: self.takers[entry.id][1]
            for entry in self.entries
            if entry.id in self.takers
        }

    @property
    def anchored(self) -> dict[str, str]:
        """Where the entries that count stand, by what stands for them."""
        return {
            anchor: self.now_at.get(entry.where, entry.where)
            for entry in self.entries
            if entry.id not in self.gone
            for anchor in self.anchors_of(entry)
        }


class Held(NamedTuple):
    """What an import has to know of an account: its downloads, and the entries that count of them.

    Rows stand by their fingerprints.
    """

    files: Sequence[Download] = ()
    words: Words = Words()
    withdrawn: Mapping[str, str] = {}
    resting: Resting[str] = Resting()


def held(force: InForce, account: str) -> Held:
    """Return what the files in force show of an account, and what was made of it."""

    def counting(entries: Mapping[Mark, AbstractSet[int]]) -> dict[str, AbstractSet[int]]:
        mine = ((mark[1], found) for mark, found in entries.items() if mark[0] == account)
        return {mark: left for mark, found in mine if (left := found & force.effect)}

    every = force.resting
    resting = Resting(*map(counting, (every.cited, every.alone, every.together, every.parts)))
    withdrawn = {mark: by for (whose, mark), by in force.withdrawn.items() if whose == account}
    words = words_of(force.said, account)
    return Held(force.downloads(account), words, withdrawn, resting)
