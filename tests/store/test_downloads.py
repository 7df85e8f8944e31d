"""Two downloads held against each other look at each row a few times, however many there are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger.store import TYPED, Download, Shown
from ledger.store.downloads import Downloads, Words

START = date(2020, 1, 1)
looked: list[date] = []


class Day(date):
    """A day that keeps each time that it is compared."""

    def __lt__(self, other: date) -> bool:
        looked.append(self)
        return self.toordinal() < other.toordinal()

    def __gt__(self, other: date) -> bool:
        looked.append(self)
        return self.toordinal() > other.toordinal()


def download(name: str, reader: str, rows: int) -> Download:
    """Return a file of which half the rows are those of every other."""
    days = [Day.fromordinal(START.toordinal() + n // 4) for n in range(rows)]
    shown = {
        f"{reader}:{n:016}{name if n % 2 else ''}": Shown(day, n) for n, day in enumerate(days, 2)
    }
    return Download(name, f"{name}.csv", reader, START, START + timedelta(rows), days[-1], shown)


@pytest.mark.parametrize("reader", [TYPED, "empower"])
def test_twice_the_rows_take_twice_the_looks(reader: str) -> None:
    counts = []
    for rows in (400, 800):
        files = [download(name, reader, rows) for name in ("a", "b")]
        looked.clear()
        two = Downloads(files, Words()).apart(*files)
        assert two is not None
        assert len(two.gone) == rows // 2
        counts.append(len(looked))
    assert counts[0] > 0
    assert counts[1] < 3 * counts[0]
