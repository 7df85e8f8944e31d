"""Year-end values that a printed Form 5498 states where no statement does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from ledger.booking import book
from ledger.books import Household
from ledger.documents import F5498
from ledger.events import Event, EventKind
from ledger.journal import JournalEntry
from ledger.money import Money


def values_on_5498(books: Household) -> Iterator[JournalEntry]:
    """Go through the values of December 31 in box 5 (Form 8606, line 6 asks for them).

    A statement balance of the same account and day goes before: the form is tied out to it. Of
    two forms of one account and year, each says its value: what differs is told.
    """
    printed = [one for one in books.documents if one.form == F5498]
    if not printed:
        return
    stated = {
        (entry.event.account, entry.day)
        for entry in books.entries
        if entry.event.kind is EventKind.BALANCE
    }
    titles = Counter(one.where for one in printed)
    for one in printed:
        value, day = one.boxes.get("5"), date(one.year, 12, 31)
        if isinstance(value, Money) and (one.payer, day) not in stated:
            number = f", no. {one.number}" if titles[one.where] > 1 else ""
            event = Event(f"{one.where}{number}", day, one.payer, EventKind.BALANCE, value=value)
            yield book(event, books.accounts)
