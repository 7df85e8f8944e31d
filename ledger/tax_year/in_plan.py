"""What payments out of a designated Roth account take out of its in-plan conversions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ledger.balances.payouts import InPlanConversion, Payout
from ledger.errors import LedgerError
from ledger.events import Event
from ledger.law.in_plan_roth import (
    allocable_within_five_years,
    recapture_free_from,
    recaptured,
)
from ledger.law.rollover_split import Route
from ledger.law.roth_ordering import take_from_conversions
from ledger.money import ZERO, Money
from ledger.records import RothLayer


@dataclass(frozen=True)
class InPlanTaken:
    """One payment's part of in-plan conversions of the last five years (cents).

    ``allocable`` is box 10 of Form 1099-R; ``taxed_before`` the conversion dollars in it that
    were taxed then, which bear the additional tax of an early distribution.
    """

    payout: Payout
    allocable: Money
    taxed_before: Money


def taken_in_plan(
    payouts: Sequence[Payout],
    conversions: Sequence[InPlanConversion],
    opened: Mapping[str, Event],
    year: int,
    is_early: Callable[[Event], bool],
) -> tuple[InPlanTaken, ...]:
    """Return what a year's early payments took; ``opened`` are balances from before the books.

    Raises LedgerError (``in_plan_history_unknown``) where the year of a conversion matters that
    the books do not show.
    """
    out = list[InPlanTaken]()
    for account in dict.fromkeys(p.account for p in payouts if p.from_in_plan):
        # each with its day: an earlier payment cannot take from a later conversion
        layers = [
            (c.event.day, RothLayer(c.event.day.year, c.taxable, c.basis))
            for c in conversions
            if c.account == account
        ]
        for payout in (p for p in payouts if p.account == account and p.from_in_plan):
            day = payout.event.day
            mine = [layer for made, layer in layers if made <= day]
            later = [(made, layer) for made, layer in layers if made > day]
            paid = _paid_basis(payout)
            taken, left, _ = take_from_conversions(paid, mine)
            # what was rolled over takes from what the cash has left
            _, left, _ = take_from_conversions(_all_basis(payout) - paid, left)
            layers = [*((day, layer) for layer in left), *later]
            if day.year == year and paid and not payout.qualified and is_early(payout.event):
                _check_history(payout, opened.get(account))
                out.append(
                    InPlanTaken(
                        payout, allocable_within_five_years(taken, day), recaptured(taken, day)
                    )
                )
    return tuple(out)


def _all_basis(payout: Payout) -> Money:
    """Return the basis that came out of in-plan conversions: their share of the payment."""
    # basis above the value stays behind, so it is in no payment
    basis = min(payout.basis, payout.gross)
    return basis.share(payout.from_in_plan, payout.gross)


def _paid_basis(payout: Payout) -> Money:
    paid = Money.total(row.aftertax for row in payout.rows if row.route is Route.PAID)
    return paid.share(payout.from_in_plan, payout.gross) if paid else ZERO


def _check_history(payout: Payout, opened: Event | None) -> None:
    # from that day on everything that was there before the books is free of recapture
    if opened is None or payout.event.day >= recapture_free_from(opened.day.year):
        return
    raise LedgerError(
        where=payout.event.where,
        code="in_plan_history_unknown",
        problem=f"{payout.account} held in-plan Roth money before the books start "
        f"({opened.where}); whether this payment takes conversions of the last five years is not "
        "known",
        remedy="start the books before the conversions and enter each as 'in_plan_conversion' "
        "(IRC 402A(c)(4)(D); Notice 2010-84, Q&A-13)",
    )
