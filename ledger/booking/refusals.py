"""Refusals of events: one shape for all that booking cannot book."""

from __future__ import annotations

from ledger.errors import LedgerError
from ledger.events import Event


def refusal(event: Event, code: str, problem: str, remedy: str) -> LedgerError:
    """Return the error for an event, at its place."""
    return LedgerError(where=event.where, code=code, problem=problem, remedy=remedy)
