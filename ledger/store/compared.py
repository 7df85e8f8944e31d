"""Which rows were taken back: files in force held against each other, and against what was said."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ledger.books import WRITTEN
from ledger.store.downloads import (
    ORDER,
    TYPED,
    Apart,
    Download,
    Downloads,
    is_balance,
    is_compared,
    words_of,
)
from ledger.store.recorded import Mark, Recorded, StoredFile
from ledger.store.shapes import REPLACES, ROW, TOLD, Answer, ToldBy


@dataclass(frozen=True)
class Compared(Recorded):
    """What files in force show, with what the user said of their age; ``said`` is all of that."""

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
        """The rows of typed lists that state no balance."""
        sql = (
            "SELECT r.id, r.cells FROM record AS r JOIN statement_file AS f"
            " ON f.id = r.statement_file_id WHERE f.importer = ?"
        )
        return {
            self.marks[record][0]
            for record, cells in self.connection.execute(sql, (TYPED,))
            if not is_balance(json.loads(cells))
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
        return found | {m: by for m, by in self._in_place_of().items() if m not in found}

    @property
    def replaced(self) -> set[Mark]:
        """Those of them in whose place a row of another file stands: that may tell them as well."""
        lacking = {(a, mark) for a, files in self._compared.items() for mark in files.withdrawn}
        return self.withdrawn.keys() - lacking

    def _in_place_of(self) -> dict[Mark, str]:
        """Return the rows in whose place others stand, each with the file of the other.

        A row whose entry somebody reversed takes the place of none. One that a newer download
        corrects, or lacks, still does: both tell one event.
        """
        booked = {self._row_of(entry) for entry in self.entries}
        reversed_ = {self._row_of(one) for one in self._all if one.id in self.reversals} - booked
        return {
            (mark[0], anchor.removeprefix(ROW)): self.files[self.showing[mark]].name
            for mark, told in self._by_mark(REPLACES).items()
            if mark in self.showing and mark not in reversed_
            for anchor in told.anchors
        }

    @cached_property
    def moved(self) -> set[Mark]:
        """Those of them that the newer download shows on another day."""
        return {(account, m) for account, files in self._compared.items() for m in files.moved}

    @cached_property
    def renewed(self) -> set[Mark]:
        """Those of them in whose place, on their day, the newer download shows others."""
        return {(account, m) for account, files in self._compared.items() for m in files.renewed}

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
        days = dict(self.marks.values())
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
    def told(self) -> dict[Mark, ToldBy]:
        """The rows of files in force that entries tell in other words, by the newest word."""
        told = self._by_mark(TOLD)
        here = (self.marks_of[n] for n, file in self.files.items() if not file.undone)
        shown = set[Mark]().union(*here) if told else set()
        return {mark: by for mark, by in told.items() if mark in shown}

    @property
    def told_withdrawn(self) -> dict[str, str]:
        """What stands for entries that tell rows which were taken back, and the newer files."""
        return {
            anchor: self.withdrawn[mark]
            for mark, told in (self.told.items() if self.withdrawn else ())
            if mark in self.withdrawn
            for anchor in told.anchors
        }

    @cached_property
    def anchors_withdrawn(self) -> set[str]:
        """What stands for the rows that were taken back, booked or not."""
        return {ROW + mark for _, mark in self.withdrawn.keys() - self.moved}

    def _by_mark(self, code: str) -> dict[Mark, ToldBy]:
        newest = {(a.account, a.match): a.answer for a in self.said if a.code == code}
        return {
            (account, match.removeprefix(ROW)): ToldBy.read(answer)
            for (account, match), answer in newest.items()
            if answer  # "": forgotten
        }
