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
    opened: Event | None  # in-plan money from before the books that some of it may be


class _Layers:
    """The layers of in-plan conversions in each plan, each with the day it is there from."""

    def __init__(
        self,
        conversions: Sequence[InPlanConversion],
        roth_iras: Container[str],
        opened: Mapping[str, Event],
    ) -> None:
        self._roth_iras, self._opened = roth_iras, dict(opened)
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
        opened = self._opened.get(payout.account)
        for row in payout.rows:
            if opened is not None and row.route is not Route.PAID:
                self._opened.setdefault(row.to, opened)
                self._came.add(row.to)
        return LayersMoved(payout, taken, tuple(self._arriving(payout, rolled)), opened)

    def transfer(self, moved: PlanTransfer) -> None:
        """Take layers along where money moves from plan to plan without being paid out.

        Each goes along in proportion, as the investment does: nothing is paid that one of them
        would be first in.
        """
        day, left = moved.event.day, list[tuple[date, RothLayer]]()
        for made, layer in self._in[moved.account]:
            if made > day or not moved.in_plan_before:
                left.append((made, layer))
                continue
            part = RothLayer(
                layer.year,
                layer.taxable.share(moved.in_plan, moved.in_plan_before),
                layer.nontaxable.share(moved.in_plan, moved.in_plan_before),
            )
            rest = layer.taxable - part.taxable, layer.nontaxable - part.nontaxable
            left.append((made, RothLayer(layer.year, *rest)))
            self._in[moved.to].append((day, part))
        self._in[moved.account] = left
        opened = self._opened.get(moved.account)
        if opened is not None and moved.in_plan:
            self._opened.setdefault(moved.to, opened)

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


def layers_moved(
    story: Story, roth_iras: Container[str], opened: Mapping[str, Event]
) -> tuple[LayersMoved, ...]:
    """Return what each payment of a household's plans took out of in-plan conversions, by day.

    Of all people at once: a share in a divorce takes layers to another one. ``opened`` are
    balances from before the books, by plan.
    """
    layers, moved = _Layers(story.conversions, roth_iras, opened), list[LayersMoved]()
    went: list[Payout | PlanTransfer] = [*story.transfers, *story.payouts]
    for one in sorted(went, key=lambda one: one.event.day):
        if isinstance(one, PlanTransfer):
            layers.transfer(one)
        elif (found := layers.move(one)) is not None:
            moved.append(found)
    return tuple(moved)


def taken_in_plan(
    moved: Sequence[LayersMoved],
    year: int,
    is_early: Callable[[Event], bool],
) -> tuple[InPlanTaken, ...]:
    """Return what a year's early payments took.

    Raises LedgerError (``in_plan_history_unknown``) where the year of a conversion matters that
    the books do not show.
    """
    out = list[InPlanTaken]()
    for one in moved:
        payout, day = one.payout, one.payout.event.day
        paid = Money.total(row.aftertax for row in payout.rows if row.route is Route.PAID)
        if day.year == year and paid and not payout.qualified and is_early(payout.event):
            _check_history(payout.event, one.opened)
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


def check_history_in_roth_iras(
    moved: Sequence[LayersMoved],
    roth_iras: Container[str],
    early: Sequence[Event],
    reaches: Callable[[Money], bool],
) -> None:
    """Refuse early money out of Roth IRAs that may be in-plan conversions of years nobody knows.

    ``reaches`` tells whether a year's money takes more than all contributions but so many dollars.
    Raises LedgerError (``in_plan_history_unknown``).
    """
    unknown = [one for one in moved if one.opened is not None]
    for event in early:
        came = [
            (one, row.aftertax)
            for one in unknown
            for row in one.payout.rows
            if row.to in roth_iras and row.aftertax and row.event.day <= event.day
        ]
        if came and reaches(Money.total(basis for _, basis in came)):
            for one, _ in came:
                _check_history(event, one.opened)


def _check_history(paid: Event, opened: Event | None) -> None:
    # from that day on everything that was there before the books is free of recapture
    if opened is None or paid.day >= recapture_free_from(opened.day.year):
        return
    raise LedgerError(
        where=paid.where,
        code="in_plan_history_unknown",
        problem=f"{opened.account} held in-plan Roth money before the books start "
        f"({opened.where}); whether this payment takes conversions of the last five years is not "
        "known",
        remedy="start the books before the conversions and enter each as 'in_plan_conversion' "
        "(IRC 402A(c)(4)(D); Notice 2010-84, Q&A-13)",
    )
