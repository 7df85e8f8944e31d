"""Rows that a download shows again are named by their record, a stretch of lines at a time."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ledger.store import Ledger, StoredRow
from ledger.store.shown import stretches
from tests.store.household import ACME, ROSE, batch, contribution, row

DAYS = [date(2025, 1, 15), date(2025, 2, 15), date(2025, 3, 1), date(2025, 3, 1)]
ROWS = [row(line, day) for line, day in enumerate(DAYS, start=2)]


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        ([], []),
        ([(2, 7), (3, 8), (4, 9)], [(2, 1, 7, 3)]),
        # other rows between, a row of another import between, a line of several rows
        ([(2, 7), (3, 8), (9, 9)], [(2, 1, 7, 2), (9, 0, 9, 1)]),
        ([(2, 7), (3, 8), (4, 20), (5, 9)], [(2, 1, 7, 2), (4, 0, 20, 1), (5, 0, 9, 1)]),
        ([(1, 7), (1, 8), (1, 9)], [(1, 0, 7, 3)]),
        # in the other order, as of a site that shows the newest first and last
        ([(2, 9), (3, 8)], [(2, 0, 9, 1), (3, 0, 8, 1)]),
        ([(9, 7), (4, 8)], [(9, 0, 7, 1), (4, 0, 8, 1)]),
    ],
)
def test_rows_in_the_order_of_their_records_are_one_stretch(
    ids: list[tuple[int, int]], told: list[tuple[int, int, int, int]]
) -> None:
    assert stretches(ids) == told
    again = [
        (line + step * n, first + n) for line, step, first, count in told for n in range(count)
    ]
    assert again == ids


@pytest.fixture
def weekly(tmp_path: Path) -> Ledger:
    """A ledger of one download, and of two that show all its rows below two lines of their own."""
    ledger = Ledger.create(tmp_path / "l.basis")
    ledger.add_taxpayer(ROSE)
    ledger.add_account(ACME)
    ledger.append(batch())
    for number in (2, 3):
        name = f"{number}.csv"
        own = row(2, date(2025, 3, number), name)
        shown = [moved._replace(line=moved.line + 2) for moved in ROWS]
        told = [contribution(2, date(2025, 3, number), "9.00", name)]
        more = batch(told, file=name, sha256=str(number))
        ledger.append(replace(more, rows=[own], shown=shown))
    return ledger


def counted(ledger: Ledger) -> tuple[int, int]:
    connection = sqlite3.connect(ledger.path)
    sql = "SELECT (SELECT count(*) FROM record), (SELECT count(*) FROM shown_rows)"
    found: tuple[int, int] = connection.execute(sql).fetchone()
    connection.close()
    return found


def test_a_row_is_recorded_once_however_many_downloads_show_it(weekly: Ledger) -> None:
    assert counted(weekly) == (len(ROWS) + 2, 2)
    assert weekly.verify() == []


def test_what_a_later_download_shows_is_its_own_when_the_first_is_undone(weekly: Ledger) -> None:
    before = [(e.day, e.event.kind, e.event.amount) for e in weekly.books().facts]
    weekly.undo(1, "wrong file")
    facts = weekly.books().facts
    assert sorted((e.day, e.event.kind, e.event.amount) for e in facts) == sorted(before)
    assert {e.where for e in facts} == {"2.csv:4", "2.csv:5", "2.csv:7", "2.csv:2", "3.csv:2"}
    assert (
        weekly.books().raw_rows["2.csv:4"]
        == "Date: 01/15/2025 | Type: Contributions | Amount: 2.00"
    )
    # the third knows them by the records of an import that is gone
    weekly.undo(2, "wrong file")
    kept = {e.where for e in weekly.books().facts}
    assert kept == {"3.csv:4", "3.csv:5", "3.csv:7", "3.csv:2"}
    weekly.undo(3, "wrong file")
    assert weekly.books().facts == ()
    assert weekly.verify() == []


def test_a_row_that_another_format_told_is_recorded_once_as_well(tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "l.basis")
    ledger.add_taxpayer(ROSE)
    ledger.add_account(ACME)
    ledger.append(batch())
    others = [StoredRow(r.line, r.day, r.account, f"other-{r.line}", 1, r.cells) for r in ROWS]
    for number in (2, 3):
        again = batch([], file=f"{number}.csv", sha256=str(number))
        ledger.append(replace(again, rows=[], shown=others))
    assert counted(ledger) == (2 * len(ROWS), 1)
    # nothing tells them: they are open, in each file that shows them
    assert [(one.file, one.lines) for one in ledger.books().unbooked] == [
        ("2.csv", (2, 3, 4, 5)),  # the next file shows the same: one of them is enough
    ]
    ledger.undo(2, "wrong file")
    assert [one.file for one in ledger.books().unbooked] == ["3.csv"]
