"""Basis that a state counts otherwise: what is recorded of it, newest for each account."""

from __future__ import annotations

from ledger.books import Household
from ledger.records import StateBasis


def state_basis_of(books: Household, taxpayer: str, year: int) -> tuple[StateBasis, ...]:
    """Return the newest record of each state and account up to the end of a year."""
    newest: dict[tuple[str, str], StateBasis] = {}
    # oldest first, so that the newest is what stays
    for row in sorted(books.state_basis, key=lambda r: r.as_of):
        if row.taxpayer == taxpayer and row.as_of.year <= year:
            newest[row.state, row.account] = row
    return tuple(newest[key] for key in sorted(newest))
