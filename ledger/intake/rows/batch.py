"""Booking many rows alike: what the table makes of the first, every other one makes as well."""

from __future__ import annotations

from typing import NamedTuple

from ledger.booking import Accounts, book
from ledger.chart import Pool, Source
from ledger.journal import JournalEntry, Posting
from ledger.money import ZERO
from ledger.records import Event, EventKind

# Events of these kinds that say nothing unusual differ in day, amount and memo alone, and the
# booking table asks of those no more than the sign of the amount.
_ALIKE = frozenset({EventKind.CONTRIBUTION, EventKind.EARNINGS, EventKind.FEE})


class _Shape(NamedTuple):
    """What is debited and credited, and whether the basis is that of the value or none."""

    debit: Pool
    credit: Pool
    taxed: bool
    reason: str


class Booker:
    """Books events as ``booking.book`` does; equal events after the first take a short way."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._shapes: dict[tuple[str, EventKind, tuple[Source, ...], bool], _Shape] = {}

    def book(self, event: Event) -> JournalEntry:
        """Return the entry an event makes; raise LedgerError as ``booking.book`` does."""
        amount = event.amount
        if event.kind not in _ALIKE or not amount or not event.is_plain:
            return book(event, self._accounts)
        like = (event.account, event.kind, event.sources, amount.cents > 0)
        shape = self._shapes.get(like)
        if shape is None:
            entry = book(event, self._accounts)
            self._shapes[like] = _shape_of(entry)
            return entry
        basis, opposite = (amount, -amount) if shape.taxed else (ZERO, ZERO)
        negative = opposite if shape.taxed else -amount
        postings = (
            Posting(shape.debit, amount, basis),
            Posting(shape.credit, negative, opposite),
        )
        return JournalEntry(event, postings, shape.reason)


def _shape_of(entry: JournalEntry) -> _Shape:
    debit, credit = entry.postings
    return _Shape(debit.pool, credit.pool, bool(debit.basis), entry.reason)
