"""Basis that a filed form states, held against all that the law ever let a person contribute."""

from __future__ import annotations

from datetime import date

from ledger.errors import LedgerError
from ledger.law.past_contributions import most_ever_contributed
from ledger.money import ZERO
from ledger.records import OpeningBasis


def refuse_basis_above_limits(stated: OpeningBasis, born: date | None) -> None:
    """Refuse (``basis_never_contributed``) more basis than all limits since 1987 allow."""
    most = most_ever_contributed(stated.as_of.year, born.year if born else None)
    # money from plans was never under the limits of IRAs
    elsewhere = stated.traditional_ira_from_plans or ZERO
    if stated.traditional_ira is not None and stated.traditional_ira - elsewhere > most:
        raise LedgerError(
            where=stated.where,
            code="basis_never_contributed",
            problem=f"a basis of {stated.traditional_ira} in traditional IRAs is stated for "
            f"{stated.as_of}; the limits of all years since nondeductible contributions began "
            f"come to {most}",
            remedy="correct it (line 14 of the last Form 8606); what of it came out of employer "
            "plans or from another person is said beside it: basis record 8606 --from-plans "
            "AMOUNT, in a scenario 'traditional_ira_from_plans' (IRC 408(o)(2))",
        )
