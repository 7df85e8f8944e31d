"""Rows alike, booked the short way, make the entries that the booking table makes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product

import pytest

from ledger.booking import book
from ledger.chart import Account, AccountKind, Source
from ledger.errors import LedgerError
from ledger.intake.rows.batch import Booker
from ledger.journal import JournalEntry
from ledger.money import Money
from ledger.records import Event, EventKind

CHART = {
    a.id: a
    for a in (
        Account("acme", "rose", AccountKind.K401),
        Account("trad", "rose", AccountKind.TRADITIONAL_IRA),
        Account("roth", "rose", AccountKind.ROTH_IRA),
        Account("inherited", "rose", AccountKind.INHERITED_ROTH_IRA),
    )
}
START = date(1999, 3, 1)
KINDS = (EventKind.CONTRIBUTION, EventKind.EARNINGS, EventKind.FEE)
SOURCES = ((), (Source.ROTH,), (Source.PRE_TAX,), (Source.ROTH, Source.MATCH))
AMOUNTS = (None, Money(-500), Money(0), Money(700))


def test_every_event_makes_the_entry_of_the_booking_table() -> None:
    booker = Booker(CHART)
    kinds = list(product([*CHART, "nobody"], KINDS, SOURCES, AMOUNTS, (False, True)))
    for number, (account, kind, sources, amount, catch_up) in enumerate(kinds + kinds):
        day = START + timedelta(number)
        event = Event(f"a:{number}", day, account, kind, amount, sources, catch_up=catch_up)
        assert outcome(booker.book, event) == outcome(lambda e: book(e, CHART), event)


def test_a_contribution_after_the_first_is_a_new_entry() -> None:
    booker = Booker(CHART)
    first, second = (
        Event(f"a.csv:{n}", START, "acme", EventKind.CONTRIBUTION, Money(n), (Source.AFTER_TAX,))
        for n in (100, 250)
    )
    booker.book(first)
    made = booker.book(second)
    assert made.event is second
    assert [(str(p.pool), p.value.cents, p.basis.cents) for p in made.postings] == [
        ("acme:after_tax", 250, 250),
        ("outside:pay", -250, -250),
    ]


def test_a_negative_fee_is_refused_after_a_good_one() -> None:
    booker = Booker(CHART)
    booker.book(Event("a.csv:2", START, "trad", EventKind.FEE, Money(100)))
    with pytest.raises(LedgerError, match="negative"):
        booker.book(Event("a.csv:3", START, "trad", EventKind.FEE, Money(-100)))


def outcome(booking: Callable[[Event], JournalEntry], event: Event) -> JournalEntry | str:
    """Return the entry, or the refusal in words."""
    try:
        return booking(event)
    except LedgerError as fault:
        return f"{fault.code}: {fault}"
