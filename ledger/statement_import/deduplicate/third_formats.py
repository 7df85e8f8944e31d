"""What a third format tells of money between two others: days near both join what is far apart.

One file has a payday on the 10th, another on the 13th and a third on the 16th. The outer two are
too far apart to be compared, so whether they are one is known by the one in the middle alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from ledger.money import Money
from ledger.statement_import.ages import Ages
from ledger.statement_import.context import ImportContext, anchor_of
from ledger.statement_import.deduplicate.amounts_told import (
    ByKey,
    Key,
    Told,
    by_day_and_kind,
    cuts,
    days_near,
    each_told,
    legs_of,
    of_event,
    whole,
)
from ledger.statement_import.deduplicate.coverage import (
    forget_replaced,
    own_readers,
    replace_booked,
)
from ledger.statement_import.deduplicate.fingerprints import reader_of
from ledger.statement_import.deduplicate.near_days import as_booked, named
from ledger.statement_import.draft import NEAR, Fact, FileDraft, Row, Status, at_once, grouped
from ledger.statement_import.questions.files import SameInThreeFormats
from ledger.store import ToldBy

_Pair = tuple[str, str]  # what stands for an entry, and its source


class _Tells(NamedTuple):
    """A row that is booked by others: the day that it has, its reader, and what books it."""

    mark: str
    day: date
    reader: str
    pairs: frozenset[_Pair]


@dataclass
class Thirds:
    """What formats of an account tell of what others booked; ``found`` is that, by reader.

    ``others`` are the files before this one in the same import.
    """

    draft: FileDraft
    context: ImportContext
    account: str
    found: Mapping[str, ByKey]
    others: Sequence[FileDraft]

    @property
    def readers(self) -> list[str]:
        """The readers that have something to compare with."""
        return sorted(self.found.keys() | self._elsewhere.keys())

    def told_by(self, reader: str) -> ByKey:
        """Return what a reader tells, on the days that it has, and no row of this file yet."""
        told: ByKey = {}
        for there in (self.found.get(reader, {}), self._elsewhere.get(reader, {})):
            for key, listed in there.items():
                left = [one for one in listed if self._pair(one) not in self._used]
                told.setdefault(key, []).extend(one for one in left if one not in told[key])
        return told

    @property
    def replaced(self) -> list[Row]:
        """The known rows of the file that are booked no more: others stand in their place.

        A newer version of a download may bring the rest of their day.
        """
        held, replaced = self._ages.held, self.context.replaced
        known = (row for row in self._rows if row.status is Status.KNOWN and row.stored)
        return [
            row
            for row in known
            if not self.context.is_superseded(row)
            if row.fingerprint in held.withdrawn
            or replaced & held.resting.cited.get(row.fingerprint, frozenset())
        ]

    def ask(self) -> None:
        """Ask of what a row tells, and a third format has on a day too far to be compared."""
        plan = self.context.accounts[self.account].kind.is_plan
        same = [row for row in self._rows if self._tells(row) and not row.stored]
        for key, rows in sorted(by_day_and_kind(same, plan=plan).items()):
            for reader in sorted(self.found):
                for there in days_near(key, self.found[reader]):
                    self._ask_day(key, rows, reader, there)

    def _ask_day(self, key: Key, rows: list[Row], reader: str, there: Key) -> None:
        told = [one for one in self.found[reader][there] if self._pair(one) not in self._used]
        rows = [row for row in rows if self._is_far(row, there)]
        for rows_of, told_of in list(cuts(rows, told)) if rows and told else ():
            if whole(key, rows_of, told_of):
                self._ask(rows_of, reader, there, told_of)
                return
        for row in legs_of(key, rows):
            spare = each_told([row], told)[2]
            if gone := [one for one in told if one not in spare]:
                self._ask([row], reader, there, gone)
                told = spare

    def _is_far(self, row: Row, there: Key) -> bool:
        """Tell whether all that tells a row is too far from a day to have been compared."""
        days = [key.day for pair in self._tells(row) for key, _ in self._of(pair)]
        return bool(days) and all(abs((day - there.day).days) > NEAR for day in days)

    def _ask(self, rows: list[Row], reader: str, there: Key, told: list[Told]) -> None:
        first = rows[0]
        tellers = [one for pair in self._tells(first) for one in self._of(pair)]
        question = SameInThreeFormats(
            at=at_once(rows),
            what=first.kind,
            amount=Money(sum(row.amount.cents for row in legs_of(there, rows))),
            day=first.day,
            booked=min(key.day for key, _ in tellers),
            reader=named(reader),
            near=there.day,
        )
        answer = self.context.ask(self.draft, question)
        forget_replaced(self.draft, self.context, rows)
        if answer == SameInThreeFormats.SAME:
            booked = as_booked(told, self.others)
            replace_booked(self.draft, self.context, rows, booked)
            by = ToldBy(dict.fromkeys(sorted(self._tells(first))))
            for row in booked.rows:
                self.context.told_by[row.account, row.fingerprint] = by
            pairs = frozenset(map(self._pair, told))
            for row in rows:
                self._ages.tells[row.fingerprint] |= pairs

    @cached_property
    def _rows(self) -> list[Row]:
        return self.draft.accounts[self.account]

    @property
    def _used(self) -> set[_Pair]:
        """What rows of this file tell, and no other can."""
        return {pair for row in self._rows for pair in self._tells(row)}

    def _tells(self, row: Row) -> frozenset[_Pair]:
        return self._ages.tells.get(row.fingerprint, frozenset())

    @cached_property
    def _index(self) -> dict[_Pair, list[tuple[Key, Told]]]:
        every = (
            (key, one)
            for there in self.found.values()
            for key, listed in there.items()
            for one in listed
        )
        return grouped(every, lambda one: self._pair(one[1]))

    def _of(self, pair: _Pair) -> list[tuple[Key, Told]]:
        return self._index.get(pair, [])

    def _pair(self, told: Told) -> _Pair:
        if told.event is not None:
            return self.context.anchor_of(told.event), told.event.source or ""
        return (anchor_of(told.row), told.row.source or "") if told.row is not None else ("", "")

    @property
    def _ages(self) -> Ages:
        return self.context.ages_of(self.account)

    def _facts(self, entries: Iterable[int]) -> list[Fact]:
        return [one for one in self.context.facts_numbered(entries) if self._counts(one)]

    def _counts(self, fact: Fact) -> bool:
        return fact.event.seq not in self.context.completed

    @cached_property
    def _stored(self) -> list[_Tells]:
        """The rows near the file's that files of the ledger have, with what books them.

        What is booked has the earliest day that any row of it has, not always that of its own.
        """
        held, own, gone = self._ages.held, own_readers(self.draft), self._ages.taken_back
        books = held.resting
        made = {**books.cited, **books.parts, **books.together, **books.alone}
        days, near = [row.day for row in self._rows], timedelta(NEAR)
        first, last = min(days) - near, max(days) + near
        return [
            _Tells(mark, row.day, reader_of(mark), self._pairs(made[mark]))
            for file in held.files
            if file.reader not in own
            for mark, row in file.rows.items()
            if first <= row.day <= last and mark in made and mark not in gone
        ]

    def _pairs(self, entries: Iterable[int]) -> frozenset[_Pair]:
        return frozenset(self._pair(of_event(fact.event)) for fact in self._facts(entries))

    @cached_property
    def _elsewhere(self) -> dict[str, ByKey]:
        """What rows of other formats tell on other days than those that book it, by reader."""
        found: dict[str, ByKey] = {}
        for one in (*self._stored, *self._coming()):
            there = found.setdefault(one.reader, {})
            for key, told in (two for pair in sorted(one.pairs) for two in self._of(pair)):
                if timedelta(0) < abs(key.day - one.day) <= timedelta(3 * NEAR):
                    there.setdefault(Key(one.day, key.kind), []).append(told)
        return found

    def _coming(self) -> Iterator[_Tells]:
        """Go through the rows of the files before in this import that others book."""
        for other in self.others:
            reader = other.reading.importer
            mine = reader in own_readers(self.draft)
            for row in () if mine else other.accounts.get(self.account, ()):
                if pairs := self._tells(row):
                    yield _Tells(row.fingerprint, row.day, reader, pairs)
