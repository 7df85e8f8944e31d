"""Paydays: how often contributions come, and the stretches in which they stop for longer."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median_low
from typing import NamedTuple

from ledger.chart import Source
from ledger.events import Event, EventKind
from ledger.money import Money

FEW = 3  # of so few paydays nobody can tell which are usual
_MONTH = timedelta(days=31)  # taken where a single payday is known
_DAY = timedelta(days=1)
_NAMED = 3  # stretches written out in a message


class PayrollGap(NamedTuple):
    """A stretch of days, first and last included, in which paydays are missing.

    ``paydays`` is how many there would have been at the usual pace.
    """

    first: date
    last: date
    paydays: int

    @property
    def words(self) -> str:
        """The stretch as "2025-05-03 to 2025-08-14"."""
        return f"{self.first.isoformat()} to {self.last.isoformat()}"


def paid(events: Iterable[Event], last: date, source: Source | None = None) -> list[Event]:
    """Return the contributions until a day, to one source or to any."""
    return [
        e
        for e in events
        if e.kind is EventKind.CONTRIBUTION and e.day <= last and source in {None, e.source}
    ]


def usual_gap(days: Sequence[date]) -> timedelta:
    """Return how far apart paydays usually are; ``days`` in order, each once."""
    gaps = [later - earlier for earlier, later in pairwise(days)]
    return median_low(gaps) if gaps else _MONTH


def payroll_gaps(edges: Sequence[date], days: Sequence[date], last: date) -> list[PayrollGap]:
    """Return the stretches between edges, and up to a last day, that paydays leave out.

    A stretch counts when it is longer than one and a half of the usual distance of ``days``, of
    all and of those around it: who is paid every other week may be paid monthly from then on.
    """
    found = []
    for a, b in pairwise([*edges, last + _DAY]):
        usual = max(usual_gap(days), *_pace_around(days, a, b))
        if 2 * (b - a) > 3 * usual:
            paydays = max((2 * (b - a) + usual) // (2 * usual) - 1, 1)
            found.append(PayrollGap(a + _DAY, b - _DAY, paydays))
    return found


def _pace_around(days: Sequence[date], first: date, last: date) -> tuple[timedelta, timedelta]:
    """Return how far apart a few paydays just before and just after a stretch are."""
    before = days[: bisect_right(days, first)][-FEW:]
    after = days[bisect_left(days, last) :][:FEW]
    return _steady(before), _steady(after)


def _steady(days: Sequence[date]) -> timedelta:
    """Return how far apart a few paydays are, 0 where they are too few or keep no pace."""
    gaps = sorted(later - earlier for earlier, later in pairwise(days))
    is_steady = len(days) == FEW and 2 * gaps[-1] <= 3 * gaps[0]
    return usual_gap(days) if is_steady else timedelta()


def in_words(found: Sequence[PayrollGap]) -> str:
    """Name stretches, the first few: "no contribution from 2025-05-03 to 2025-08-14"."""
    shown = ", ".join(silence.words for silence in found[:_NAMED])
    return f"no contribution from {shown}" if found else ""


def usual_paycheck(contributions: Iterable[Event]) -> Money:
    """Return what a payday usually brings, 0.00 without any."""
    days: Counter[date] = Counter()
    for event in contributions:
        days[event.day] += event.amount.cents if event.amount else 0
    return Money(median_low(days.values()) if days else 0)
