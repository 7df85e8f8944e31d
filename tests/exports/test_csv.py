"""The plain CSV: what is written is what the plain importer reads back, event by event."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from exports.csv import csv_text, write_csv
from ledger.books import Books
from ledger.chart import Source
from ledger.errors import LedgerError, LedgerErrors
from ledger.events import Event, EventKind, Part
from ledger.importers.read import read_file
from ledger.journal import JournalEntry
from ledger.money import Money
from tests.exports.sample import plain_books, plain_year

DAY = date(2025, 3, 14)


def event(kind: EventKind, **fields: object) -> Event:
    return Event(where="history.csv:4", day=DAY, account="acme", kind=kind, **fields)  # type: ignore[arg-type]


def books(*events: Event) -> Books:
    entries = tuple(JournalEntry(e, (), e.kind.words) for e in events)
    return replace(plain_books(plain_year()), facts=entries)


EVENTS = (
    event(EventKind.OPENING, sources=(Source.AFTER_TAX,), value=Money(10_000), basis=Money(9_000)),
    event(EventKind.CONTRIBUTION, sources=(Source.AFTER_TAX,), amount=Money(153_846), memo="a, b"),
    event(EventKind.CONTRIBUTION, sources=(Source.PRE_TAX,), amount=Money(100), catch_up=True),
    event(EventKind.CONTRIBUTION, amount=Money(700_000), year=2024, id="c1"),
    event(EventKind.EARNINGS, sources=(Source.AFTER_TAX,), amount=Money(-4_207)),
    event(EventKind.BALANCE, sources=(Source.AFTER_TAX,), value=Money(501_000)),
    event(EventKind.CONVERSION, to="roth1", amount=Money(701_234)),
    event(
        EventKind.DISTRIBUTION,
        sources=(Source.AFTER_TAX, Source.ROTH),
        parts=(Part("roth1", Money(800_000)),),
        id="d1",
        withheld=Money(1_200),
        state_withheld=Money(300),
        exception="08",
        reason="age 59 1/2",
    ),
    event(EventKind.ROLLOVER_60DAY, of="d1", to="roth1", amount=Money(50_000)),
    event(
        EventKind.CONTRIBUTION,
        sources=(Source.MATCH,),
        amount=Money(5_000),
        fund="500 Index",
        units=Decimal("1.2500"),
    ),
    event(EventKind.EXCHANGE, sources=(Source.MATCH,), fund="Bonds", units=Decimal("-3.5")),
    event(EventKind.ROLLOVER_IN, amount=Money(900), basis=Money(100), origin="old plan"),
    event(EventKind.RECHARACTERIZATION, to="roth1", amount=Money(100), year=2025, value=Money(900)),
)


def test_every_event_comes_back_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "entries.csv"
    write_csv(target, books(*EVENTS))
    back = read_file(target, "plain", now=date(2026, 1, 31)).events
    assert len(back) == len(EVENTS)
    for was, now in zip(EVENTS, back, strict=True):
        assert now is not None
        assert now.as_fields() == was.as_fields()


def test_memos_cannot_become_formulas_and_hide_tax_ids() -> None:
    text = csv_text(books(event(EventKind.FEE, amount=Money(-100), memo="=1+1 123-45-6789")))
    row = text.splitlines()[1]
    assert row.endswith(",'=1+1 ***-**-6789")
    assert ",-1.00," in row, "our own numbers keep their sign"


def test_what_one_row_cannot_hold_is_refused_all_at_once(tmp_path: Path) -> None:
    two = (Part("roth1", Money(100)), Part("cash", Money(200)))
    chosen = (Part("roth1", Money(100), pretax=Money(0)),)
    odd = books(
        event(EventKind.DISTRIBUTION, parts=two),
        event(EventKind.DISTRIBUTION, parts=chosen),
        event(EventKind.OPENING, value=Money(100), basis=Money(0), pre_1987=Money(50)),
    )
    with pytest.raises(LedgerErrors) as caught:
        write_csv(tmp_path / "x.csv", odd)
    faults: tuple[LedgerError, ...] = caught.value.faults
    assert [fault.code for fault in faults] == ["csv_cannot_carry"] * 3
    assert not (tmp_path / "x.csv").exists()


def test_entries_of_the_law_are_left_out() -> None:
    one = JournalEntry(EVENTS[0], (), "worked out", derived=True)
    assert len(csv_text(replace(books(), facts=(), entries=(one,))).splitlines()) == 1
