"""Rows that another format shows some days away: which days belong together, and what is asked."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

from ledger.money import Money
from ledger.statement_import.context import ImportContext
from ledger.statement_import.deduplicate.amounts_told import (
    ByKey,
    Key,
    Told,
    cuts,
    days_near,
    each_told,
    is_named,
    is_whole_source,
    legs_of,
    states_more,
    whole,
    year_of,
)
from ledger.statement_import.deduplicate.compared_as import other_words
from ledger.statement_import.deduplicate.coverage import (
    Booked,
    ask_total,
    forget_replaced,
    replace_booked,
    tellers_of,
)
from ledger.statement_import.draft import NEAR, FileDraft, Row, Status, at_once
from ledger.statement_import.questions.files import SameEventNearby, SameEventsOtherFormat
from ledger.text import safe


class Other(NamedTuple):
    """Another format's events of an account; ``files`` are those of this import."""

    reader: str
    told: ByKey
    files: Sequence[FileDraft] = ()


class _Best(NamedTuple):
    """Days paired so far: how many rows fit, how far the days lie apart (negative), the pairs."""

    rows: int
    apart: int
    pairs: tuple[tuple[Key, Key], ...]


@dataclass
class NearDays:
    """Rows without a like on their day beside what another format has near it.

    Nothing is proposed: two equal payments in one week may be two, each in one of the files, and
    so may a contribution and a rollover. Of the same kind is asked first.
    """

    draft: FileDraft
    context: ImportContext
    other: Other
    plan: bool

    def ask(self, alone: dict[Key, list[Row]]) -> None:
        """Ask of rows, by their days: of days that belong together, of others, in other words."""
        told = {key: list(listed) for key, listed in self.other.told.items()}
        self.other = self.other._replace(told=told)
        for key in alone.keys() & told.keys():
            _, alone[key], told[key] = each_told(alone[key], told[key])
        pairs = self._together(alone)
        for key in sorted(pairs):
            alone[key] = self._of_one_day(key, alone[key], pairs[key])
        for key in sorted(alone):
            for there in days_near(key, told):
                alone[key], _ = self._ask_day(key, alone[key], there)
        for key in sorted(alone):
            if alone[key] and not self._asked_otherwise(alone[key]):
                for row in alone[key]:
                    self._asked_otherwise([row])

    def _together(self, alone: dict[Key, list[Row]]) -> dict[Key, Key]:
        """Pair days of one kind, in their order, so that the most rows have a like."""
        found: dict[Key, Key] = {}

        def fit(day: Key, other: Key) -> int:
            return self._fit(alone[day], day, other)

        by_kind = attrgetter("kind")
        there = {k: sorted(keys) for k, keys in groupby(sorted(self._told, key=by_kind), by_kind)}
        for kind, keys in groupby(sorted(alone, key=lambda key: (key.kind, key.day)), by_kind):
            found |= aligned(
                list(keys), there.get(kind, []), lambda a, b: self._fit(alone[a], a, b)
            )
        return found

    @property
    def _told(self) -> ByKey:
        return self.other.told

    def _fit(self, rows: list[Row], key: Key, there: Key) -> int:
        """Count the rows of a day that another day has."""
        left, spare, count = list(rows), list(self._told[there]), 0
        for rows_of, told_of in cuts(rows, self._told[there]):
            mine = [row for row in rows_of if row in left]
            told = [one for one in told_of if one in spare]
            if mine and whole(key, mine, told):
                left = [row for row in left if row not in mine]
                spare = [one for one in spare if one not in told]
                count += len(mine)
        found, left, spare = each_told(left, spare)
        alls = sum(is_whole_source(row, one) for row in left for one in spare)
        return count + len(found) + alls

    def _of_one_day(self, key: Key, rows: list[Row], there: Key) -> list[Row]:
        """Ask of a day that belongs to another; what differs of it then does in its total.

        A day of which the user says that a part of it is the same is the same day.
        """
        left, same = self._ask_day(key, rows, there)
        mine = {row.source for row in left}
        spare = [one for one in self._told[there] if one.source in mine or None in mine]
        if same and left and spare:
            self._ask_total(left, there, spare)
            return []
        return left

    def _ask_day(self, key: Key, rows: list[Row], there: Key) -> tuple[list[Row], bool]:
        """Ask of the rows of a day about another that has as much.

        Returns those that are left, and whether some of them are the same. One file has a payday by
        fund and the other by source, or one the tax that was withheld in a row of its own: what a
        source got that day, or all of them, compares, and then row by row.
        """
        left, same = list(rows), False
        for rows_of, told_of in list(cuts(left, self._told[there])):
            mine = [row for row in rows_of if row in left]
            told = [one for one in told_of if one in self._told[there]]
            if mine and len(mine) + len(told) > 2 and whole(key, mine, told):
                left = [row for row in left if row not in mine]
                same |= self._take(mine, there, told)
        for row in list(left):
            spare = each_told([row], self._told[there])[2]
            found = [one for one in self._told[there] if one not in spare]
            alls = [one for one in self._told[there] if is_whole_source(row, one)]
            if found:
                left.remove(row)
                same |= self._take([row], there, found)
            elif alls:
                left.remove(row)
                self._ask_total([row], there, alls[:1])
        return left, same

    def _take(self, rows: list[Row], there: Key, told: list[Told]) -> bool:
        self._told[there] = [one for one in self._told[there] if one not in told]
        return self.ask_same(rows, there, told)

    def _ask_total(self, rows: list[Row], there: Key, told: list[Told]) -> None:
        self._told[there] = [one for one in self._told[there] if one not in told]
        booked = as_booked(told, self.other.files)
        ask_total(self.draft, self.context, rows, booked, self.other.reader)

    def _asked_otherwise(self, rows: list[Row]) -> bool:
        """Ask of rows about as much that the other format tells in other words, if it does.

        On their very day the source may be another too: rolled money has one of its own in some
        files.
        """
        words = [other_words(row, plan=self.plan) for row in rows]
        cents = sum(row.amount.cents for row in rows)
        found = [
            (abs((key.day - rows[0].day).days), key, one)
            for key, told in self._told.items()
            for one in told
            if cents and one.cents == cents and all(key.kind in each for each in words)
            if key.day == rows[0].day or all(is_named(row, one) for row in rows)
        ]
        found = [one for one in found if one[0] <= NEAR]
        if found:
            _, key, one = min(found, key=itemgetter(0, 1))
            self._take(rows, key, [one])
        return bool(found)

    def ask_same(self, rows: list[Row], there: Key, told: list[Told]) -> bool:
        """Ask whether rows are what another file tells, of another day or for another tax year.

        Returns whether they were said to be.
        """
        first = legs_of(there, rows)[0]
        year, counted_for = year_of(first), told[0].year
        question = SameEventNearby(
            at=at_once(rows),
            what=first.kind,
            amount=Money(sum(row.amount.cents for row in legs_of(there, rows))),
            day=first.day,
            reader=named(self.other.reader),
            near=there.day,
            shown=there.kind,
            years=(year, counted_for) if year and counted_for and year != counted_for else None,
            states=states_more(first, told),
        )
        answer = self.context.ask(self.draft, question, *rows)
        if answer is None:
            return False
        forget_replaced(self.draft, self.context, rows)
        if answer == SameEventNearby.INSTEAD:
            booked = as_booked(told, self.other.files)
            replace_booked(self.draft, self.context, rows, booked)
        elif answer == SameEventsOtherFormat.SAME:
            close_as_same(self.draft, self.context, rows, told, self.other.reader)
        return bool(answer != SameEventsOtherFormat.FURTHER)


def close_as_same(
    draft: FileDraft, context: ImportContext, rows: Sequence[Row], told: Sequence[Told], reader: str
) -> None:
    """Close rows that another format has brought, and keep what they tell of it.

    Of what a third format has on a day further away nothing else would find what tells the row.
    """
    by = tellers_of(as_booked(told, ()), context)
    days = [one.event.day for one in told if one.event] + [one.row.day for one in told if one.row]
    for row in rows:
        draft.close(row, Status.KNOWN, f"the same event as in {reader}")
        context.ages_of(row.account).tells[row.fingerprint] = frozenset(by.entries)
        if all(abs((day - row.day).days) > NEAR for day in days):
            alone = len(rows) == 1
            by_row = by._replace(whole=alone, part=not alone)
            context.told_by[row.account, row.fingerprint] = by_row


def as_booked(told: Sequence[Told], files: Sequence[FileDraft]) -> Booked:
    """Return what another format tells as what a question of totals compares with."""
    return Booked(
        Money(sum(one.cents for one in told)),
        [one.event for one in told if one.event is not None],
        [row for one in told if one.row is not None for row in (one.row, *one.other_legs)],
        files,
    )


def named(reader: str) -> str:
    """Name the files of a reader in a question."""
    return f"a file of {safe(reader, limit=40)}" if reader else "another file"


def aligned(
    days: Sequence[Key], others: Sequence[Key], fit: Callable[[Key, Key], int]
) -> dict[Key, Key]:
    """Pair days with others near them, each once and all in order, so that the most rows fit.

    Of as many the days that lie closer. Paired each with its nearest, weekly paydays that another
    format posts four days later would all be one week off. Both are in the order of their days.
    """
    best = [_Best(0, 0, ())]  # with none of the others, with the first, …; all of them from the end
    for day in days:
        first = bisect_left(others, day.day - timedelta(NEAR), key=attrgetter("day"))
        end = bisect_right(others, day.day + timedelta(NEAR), key=attrgetter("day"))
        while len(best) <= end:
            best.append(best[-1])
        before = {n: best[n] for n in range(first, end)}
        for n in range(first, end):
            rows = fit(day, others[n])
            apart = abs((others[n].day - day.day).days)
            last = before[n]
            joined = _Best(last.rows + rows, last.apart - apart, (*last.pairs, (day, others[n])))
            ways = [best[n + 1], best[n], *([joined] if rows else [])]
            best[n + 1] = max(ways, key=lambda way: way[:2])
    return dict(best[-1].pairs)
