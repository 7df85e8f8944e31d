"""What a filed Form 8606 says is left of the basis: lines 14 and, for Roth IRAs, 19 to 24."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.documents import TaxDocument
from ledger.errors import LedgerError
from ledger.law.roth_ordering import take_from_contributions
from ledger.money import ZERO, Money
from ledger.records import RothLayer


@dataclass(frozen=True)
class FiledBasis:
    """Basis that a filed form carries on (cents); None where its lines were not recorded."""

    traditional: Money | None
    roth_regular: Money | None
    roth_conversions: Money | None


def filed_basis(filed: TaxDocument) -> FiledBasis:
    """Return what the lines of a filed form leave for the next year.

    Lines 22 and 24 are basis before the year's distributions, so line 21 (or 19 and 20) is needed
    beside them. Raises LedgerError ``missing_field``.
    """
    line_14, line_22, line_24 = (_line(filed, n) for n in ("14", "22", "24"))
    if line_22 is None and line_24 is None:
        return FiledBasis(line_14, None, None)
    out = _distributed(filed)
    if out is None or (line_22 is None and out):
        raise LedgerError(
            where=filed.where,
            code="missing_field",
            problem="lines 22 and 24 are basis before the distributions of the year, and line 21 "
            "is not given",
            remedy="add --line 21=… and --line 22=… (0 where the form has nothing)",
        )
    # distributions use up line 22 before line 24 (IRC 408A(d)(4)(B))
    taken, rest = take_from_contributions(out, line_22 or ZERO)
    left = None if line_22 is None else line_22 - taken
    layers = None if line_24 is None else (line_24 - rest).floor_zero()
    return FiledBasis(line_14, left, layers)


def check_layers(filed: TaxDocument, left: Money, layers: Sequence[RothLayer]) -> None:
    """Refuse conversions by year that do not add up to what line 24 leaves."""
    stated = Money.total(amount for x in layers for amount in (x.taxable, x.nontaxable))
    if stated != left:
        raise LedgerError(
            where=filed.where,
            code="layers_differ",
            problem=f"line 24 leaves {left} of conversions, those given by year come to {stated}",
            remedy="give what is left of each year: --roth-conversion YEAR=TAXABLE/NONTAXABLE",
        )


def _distributed(filed: TaxDocument) -> Money | None:
    line_21, line_19 = _line(filed, "21"), _line(filed, "19")
    if line_21 is not None or line_19 is None:
        return line_21
    return (line_19 - filed.amount("20")).floor_zero()


def _line(filed: TaxDocument, number: str) -> Money | None:
    found = filed.boxes.get(number)
    return found if isinstance(found, Money) else None
