"""What ``basis export csv`` writes, the plain reader reads back, event by event."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from exports.csv import csv_text
from ledger.books import Books
from ledger.importers.read import read_file
from ledger.journal import JournalEntry
from ledger.money import Money
from ledger.records import Event, EventKind

STATEMENTS = Path(__file__).parents[2] / "fixtures" / "statements"
NOW = date(2026, 11, 1)


def again(events: list[Event], folder: Path) -> list[Event | None]:
    entries = tuple(JournalEntry(event, (), "as read") for event in events)
    path = folder / "export.csv"
    path.write_text(csv_text(Books(taxpayers={}, accounts={}, entries=entries)), "utf-8")
    return [event and replace(event, where="", seq=0) for event in read_file(path, now=NOW).events]


@pytest.mark.parametrize("name", ["plain_plan/acme.csv", "plain_ira/iras.csv"])
def test_an_exported_file_gives_the_same_events(name: str, tmp_path: Path) -> None:
    read = read_file(STATEMENTS / name, now=NOW).events
    events = [replace(event, where="", seq=0) for event in read if event]
    assert again(events, tmp_path) == events


def test_every_field_of_an_event_survives(tmp_path: Path) -> None:
    whole = Event(
        where="",
        day=date(2025, 3, 1),
        account="-trad",
        kind=EventKind.RECHARACTERIZATION,
        amount=Money.dollars(5000),
        id="r1",
        memo="=1+1",
        to="roth",
        year=2024,
        value=Money.parse("6000.50"),
        reason="too much income",
        catch_up=True,
    )
    back = Event(
        where="",
        day=date(2025, 3, 2),
        account="trad",
        kind=EventKind.ROLLOVER_60DAY,
        amount=Money.parse("0.01"),
        of="d1",
        to="roth",
        earnings=Money.parse("-1.50"),
        withheld=Money.dollars(1),
        state_withheld=Money.parse("0.50"),
        exception="01",
        basis=Money.dollars(2),
    )
    opening = Event(
        where="",
        day=date(2025, 1, 1),
        account="trad",
        kind=EventKind.OPENING,
        value=Money.dollars(100),
        basis=Money.dollars(20),
    )
    assert again([opening, whole, back], tmp_path) == [opening, whole, back]


def test_an_opening_never_gets_a_basis_that_was_not_stated(tmp_path: Path) -> None:
    path = tmp_path / "opening.csv"
    path.write_text("Date,Type,Source,Amount\n01/01/2025,opening,after-tax,100\n", "utf-8")
    (event,) = read_file(path, now=NOW).events
    assert event is not None
    assert (str(event.value), event.basis) == ("100.00", None)
