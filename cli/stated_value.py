"""A balance typed by hand: its difference from the books is shown, and asked about where odd."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from cli import show
from ledger.balances.stated import ACCEPTED, stated_value
from ledger.balances.valuation import journal_of
from ledger.booking import book
from ledger.events import Event, EventKind
from ledger.movements import with_facts

if TYPE_CHECKING:
    from ledger.books import Books
    from ledger.journal import JournalEntry
    from ledger.store import Ledger

_DIFFERS = 1  # exit code: a check found a difference


def meet_books(ledger: Ledger, event: Event, *, accepted: bool) -> Event:
    """Show how far a balance is from the books; return it with the user's word where that is odd.

    A difference that the market can hardly have made is asked about on a terminal; a script ends
    with exit 1 unless it was ``accepted``.
    """
    if event.kind is not EventKind.BALANCE or event.value is None:
        return event
    found = stated_value(journal_with(ledger.books(), event), event)
    show.remark(found.words)
    if found.is_plausible and not accepted:
        return event
    if not accepted:
        show.remark(found.doubt)
        if not _agrees(f"book {found.difference} as a gain or loss of the market?"):
            show.remark("nothing was booked; add --accept-difference when it is a gain or loss")
            click.get_current_context().exit(_DIFFERS)
    return event if event.memo else replace(event, memo=ACCEPTED)


def journal_with(books: Books, balance: Event) -> list[JournalEntry]:
    """Return the entries of an account as they are once a balance is booked.

    A balance changes what its own day makes of the money: 'basis check' will see it so.
    """
    facts = [*books.facts, book(balance, books.accounts)]
    return journal_of(with_facts(books, facts), balance.account)


def _agrees(question: str) -> bool:
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    return terminal and click.confirm(question, default=False)
