"""Where the layers of in-plan Roth rollovers go: paid out early, into another plan, a Roth IRA.

What was taxed in one bears the additional tax when it is paid out within five years, out of
whatever account it is in by then (Notice 2010-84, Q&A-12 and Q&A-13).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.balances.payouts import InPlanConversion, Payout, PayoutRow, PlanTransfer, Story
from ledger.errors import LedgerError
from ledger.events import Event
from ledger.law.in_plan_roth import (
    allocable_within_five_years,
    recapture_free_from,
    recaptured,
)
from ledger.law.rollover_split import Route
from ledger.law.roth_ordering import take_from_conversions
from ledger.money import ZERO, Money, apportion
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


@dataclass(frozen=True)
class LayersMoved:
    """What one payment took out of in-plan conversions: paid in cash, and by Roth IRA rollover."""

    payout: Payout
    paid: tuple[RothLayer, ...]
    to_roth_iras: tuple[tuple[date, RothLayer], ...]


class _Layers:
    """The layers of in-plan conversions in each plan, each with the day it is there from."""

    def __init__(self, conversions: Sequence[InPlanConversion], roth_iras: Container[str]) -> None:
        self._roth_iras = roth_iras
        self._in: dict[str, list[tuple[date, RothLayer]]] = defaultdict(list)
        self._came: set[str] = set()  # plans that layers were rolled over into
        for made in conversions:
            layer = RothLayer(made.event.day.year, made.taxable, made.basis)
            self._in[made.account].append((made.event.day, layer))

    def move(self, payout: Payout) -> LayersMoved | None:
        """Take a payment out of the layers of its plan; None where it has none of them."""
        share = payout.from_in_plan
        if payout.account in self._came:
            share += payout.from_roth_rollover
        if not share:
            return None
        day, here = payout.event.day, self._in[payout.account]
        # an earlier payment cannot take from a later conversion
        mine = [layer for made, layer in here if made <= day]
        later = [(made, layer) for made, layer in here if made > day]
        paid = _paid_basis(payout, share)
        taken, left, _ = take_from_conversions(paid, mine)
        # what was rolled over takes from what the cash has left
        rolled, left, _ = take_from_conversions(_all_basis(payout, share) - paid, left)
        self._in[payout.account] = [*((day, layer) for layer in left), *later]
        return LayersMoved(payout, taken, tuple(self._arriving(payout, rolled)))

    def transfer(self, moved: PlanTransfer) -> None:
        """Take layers along where money moves from plan to plan without being paid out."""
        day, here = moved.event.day, self._in[moved.account]
        mine = [layer for made, layer in here if made <= day]
        later = [(made, layer) for made, layer in here if made > day]
        taken, left, _ = take_from_conversions(moved.in_plan, mine)
        self._in[moved.account] = [*((day, layer) for layer in left), *later]
        self._in[moved.to] += [(day, layer) for layer in taken]

    def _arriving(
        self, payout: Payout, rolled: Sequence[RothLayer]
    ) -> list[tuple[date, RothLayer]]:
        """Divide what was rolled over among the receivers; return what Roth IRAs got."""
        rows = [row for row in payout.rows if row.route is not Route.PAID and row.aftertax]
        to_roth: list[tuple[date, RothLayer]] = []
        for layer in rolled:
            for row, part in zip(rows, _shares(layer, rows), strict=True):
                if not (part.taxable or part.nontaxable):
                    continue
                if row.to in self._roth_iras:
                    to_roth.append((row.event.day, part))
                else:
                    self._in[row.to].append((row.event.day, part))
                    self._came.add(row.to)
        return to_roth


def _shares(layer: RothLayer, rows: Sequence[PayoutRow]) -> list[RothLayer]:
    weights = [row.aftertax for row in rows]
    if not rows:
        return []
    taxable, nontaxable = apportion(layer.taxable, weights), apportion(layer.nontaxable, weights)
    return [RothLayer(layer.year, *both) for both in zip(taxable, nontaxable, strict=True)]


def layers_moved(story: Story, roth_iras: Container[str]) -> tuple[LayersMoved, ...]:
    """Return what each payment of a person's plans took out of in-plan conversions, by day."""
    layers, moved = _Layers(story.conversions, roth_iras), list[LayersMoved]()
    went: list[Payout | PlanTransfer] = [*story.transfers, *story.payouts]
    for one in sorted(went, key=lambda one: one.event.day):
        if isinstance(one, PlanTransfer):
            layers.transfer(one)
        elif (found := layers.move(one)) is not None:
            moved.append(found)
    return tuple(moved)


def taken_in_plan(
    moved: Sequence[LayersMoved],
    opened: Mapping[str, Event],
    year: int,
    is_early: Callable[[Event], bool],
) -> tuple[InPlanTaken, ...]:
    """Return what a year's early payments took; ``opened`` are balances from before the books.

    Raises LedgerError (``in_plan_history_unknown``) where the year of a conversion matters that
    the books do not show.
    """
    out = list[InPlanTaken]()
    for one in moved:
        payout, day = one.payout, one.payout.event.day
        paid = Money.total(row.aftertax for row in payout.rows if row.route is Route.PAID)
        if day.year == year and paid and not payout.qualified and is_early(payout.event):
            _check_history(payout, opened.get(payout.account))
            out.append(
                InPlanTaken(
                    payout, allocable_within_five_years(one.paid, day), recaptured(one.paid, day)
                )
            )
    return tuple(out)


def into_roth_iras(moved: Sequence[LayersMoved], year: int) -> tuple[RothLayer, ...]:
    """Return the layers that rollovers brought into Roth IRAs in a year."""
    return tuple(layer for one in moved for day, layer in one.to_roth_iras if day.year == year)


def _all_basis(payout: Payout, share: Money) -> Money:
    """Return the basis that came out of in-plan conversions: their share of the payment."""
    # basis above the value stays behind, so it is in no payment
    basis = min(payout.basis, payout.gross)
    return basis.share(share, payout.gross)


def _paid_basis(payout: Payout, share: Money) -> Money:
    paid = Money.total(row.aftertax for row in payout.rows if row.route is Route.PAID)
    return paid.share(share, payout.gross) if paid else ZERO


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
