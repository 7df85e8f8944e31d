"""Basis that a state counts otherwise: what is recorded, and what is known of the state's rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ledger.books import Household
from ledger.law import EVIDENCE
from ledger.law.states import state_rules
from ledger.records import StateBasis
from ledger.year_end import Finding

if TYPE_CHECKING:
    from ledger.person_years.law_checks import YearOfLaw


def state_basis_of(books: Household, taxpayer: str, year: int) -> tuple[StateBasis, ...]:
    """Return the newest record of each state and account up to the end of a year."""
    newest: dict[tuple[str, str], StateBasis] = {}
    for row in sorted(books.state_basis, key=lambda r: r.as_of):
        if row.taxpayer == taxpayer and row.as_of.year <= year:
            newest[row.state, row.account] = row
    return tuple(newest[key] for key in sorted(newest))


def state_basis_recorded(asked: YearOfLaw) -> Iterator[Finding]:
    """Say what a state's basis was, that it is not worked out, and what the state does with it."""
    for row in asked.record.state_basis:
        known = state_rules().get(row.state)
        if known is None:
            told, cite = "its rule is not described here", ""
        else:
            told = f"{known.name} {known.rule} (evidence {known.evidence}: "
            told += f"{EVIDENCE[known.evidence]})"
            cite = known.cite
        yield Finding(
            "info",
            "state_basis",
            f"{row.state}: basis of {row.basis} as of {row.as_of} is recorded"
            f"{' for ' + row.account if row.account else ''} and not carried on or worked out for "
            f"the state's return; {told}",
            cite,
            row.where,
        )
