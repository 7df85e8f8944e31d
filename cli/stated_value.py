"""A balance typed by hand: its difference from the books is shown, and asked about where odd."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from cli import show
from ledger.balances.stated import ACCEPTED, stated_value
from ledger.balances.valuation import journal_of
from ledger.events import Event, EventKind

if TYPE_CHECKING:
    from ledger.store import Ledger

_DIFFERS = 1  # exit code: a check found a difference


def meet_books(ledger: Ledger, event: Event, *, accepted: bool) -> Event:
    """Show how far a balance is from the books; return it with the user's word where that is odd.

    A difference that the market can hardly have made is asked about on a terminal; a script ends
    with exit 1 unless it was ``accepted``.
    """
    if event.kind is not EventKind.BALANCE or event.value is None:
        return event
    found = stated_value(journal_of(ledger.books(), event.account), event)
    show.remark(found.words)
    if found.is_plausible and not accepted:
        return event
    if not accepted:
        show.remark(found.doubt)
        if not _agrees(f"book {found.difference} as a gain or loss of the market?"):
            show.remark("nothing was booked; add --accept-difference when it is a gain or loss")
            click.get_current_context().exit(_DIFFERS)
    return event if event.memo else replace(event, memo=ACCEPTED)


def _agrees(question: str) -> bool:
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    return terminal and click.confirm(question, default=False)
