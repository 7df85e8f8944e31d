"""A balance typed by hand: its difference from the books is shown, and asked about where odd."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import click

from cli import show
from ledger.balances.contradicted import is_contradicted, refusal, stated_beside
from ledger.balances.days import Fold
from ledger.balances.stated import ACCEPTED, stated_value
from ledger.balances.valuation import entries_of
from ledger.booking import book
from ledger.events import Event, EventKind
from ledger.movements import with_facts

if TYPE_CHECKING:
    from ledger.books import Books
    from ledger.store import Ledger

_DIFFERS = 1  # exit code: a check found a difference


def meet_books(ledger: Ledger, event: Event, *, accepted: bool) -> Event:
    """Show how far a balance is from the books; return it with the user's word where that is odd.

    A difference that the market can hardly have made is asked about on a terminal; a script ends
    with exit 1 unless it was ``accepted``.
    """
    if event.kind is not EventKind.BALANCE or event.value is None:
        return event
    fold = _fold_with(books := ledger.books(), event)
    others = stated_beside(books.facts, event)
    if is_contradicted(fold, event, others):
        raise refusal(event, others)
    found = stated_value(entries_of(fold.journal, event.account), event)
    show.remark(found.words)
    if found.is_plausible and not accepted:
        return event
    if not accepted:
        show.remark(found.doubt)
        if not _agrees(f"book {found.difference} as a gain or loss of the market?"):
            show.remark("nothing was booked; add --accept-difference when it is a gain or loss")
            click.get_current_context().exit(_DIFFERS)
    return event if event.memo else replace(event, memo=ACCEPTED)


def _fold_with(books: Books, balance: Event) -> Fold:
    """Return the books as they are once a balance is booked, worked out to their end.

    A balance changes what its own day makes of the money: 'basis check' will see it so.
    """
    facts = [*books.facts, book(balance, books.accounts)]
    owner = books.accounts[balance.account].owner
    fold = Fold(with_facts(books, facts).household_of(owner))
    fold.through(date.max)
    return fold


def _agrees(question: str) -> bool:
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    return terminal and click.confirm(question, default=False)
