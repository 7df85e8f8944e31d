"""Distributions of plans for a disaster, a birth, an emergency: what qualifies, what is income."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ledger.balances.payouts import Payout
from ledger.events import Event, EventKind
from ledger.law.rollover_split import Route
from ledger.law.special_distributions import (
    EXCEPTIONS,
    income_by_year,
    reason_of,
)
from ledger.money import ZERO, Money, apportion


def _kept(payout: Payout) -> Money:
    return Money.total(row.amount for row in payout.rows if row.route is Route.PAID)


def _repaid(payout: Payout) -> Money:
    rows = (row for row in payout.rows if row.event.kind is EventKind.REPAYMENT)
    return Money.total(row.amount for row in rows)


def _paid(payout: Payout) -> Money:
    return _kept(payout) + _repaid(payout)


@dataclass(frozen=True)
class PlanSpecial:
    """The payments of a person's plans that may qualify; ``covered_of`` is what of each does.

    Payments of IRAs use the same limits: ``covered_of`` knows of both.
    """

    payouts: Sequence[Payout]
    covered_of: Callable[[Event], Money]

    def qualifying(self, payout: Payout) -> Money:
        """Return what of the cash kept is a disaster or other special distribution (cents)."""
        event = payout.event
        if not (event.disaster or reason_of(event) in EXCEPTIONS):
            return ZERO
        # one event of two kinds of money makes two payouts; what was repaid has used the limit too
        same = (p for p in self.payouts if p.event == event and p.character < payout.character)
        left = (self.covered_of(event) - Money.total(map(_paid, same))).floor_zero()
        # what was repaid is of the part that qualified
        return (min(_paid(payout), left) - _repaid(payout)).floor_zero()

    def not_qualifying(self, payout: Payout) -> Money:
        """Return what of the cash kept is beyond what its reason covers (cents)."""
        return _kept(payout) - self.qualifying(payout)

    def covered(self, payout: Payout, amount: Money) -> Money:
        """Return the part of a payout's amount that its reason or disaster covers (cents)."""
        part = self.qualifying(payout)
        return amount.share(part, _kept(payout)) if part else ZERO


@dataclass(frozen=True)
class PlanDisaster:
    """Disaster money of plans in one year (cents): what of it is income of which year.

    ``payouts`` are all payments of plans in the year, each with what of it is taxed in the year;
    ``taxable`` is the taxable part of those that qualify, ``now`` what of it is income of the
    year, ``earlier`` the year's income from payments of earlier years, ``later`` what is income
    of later years, by year.
    """

    payouts: Sequence[Payout] = ()
    taxable: Money = ZERO
    now: Money = ZERO
    earlier: Money = ZERO
    later: Mapping[int, Money] = field(default_factory=dict)


def plan_disaster(
    special: PlanSpecial, before: Mapping[int, Money], year: int, *, in_full: bool
) -> PlanDisaster:
    """Spread the taxable part of a year's disaster distributions over three years.

    ``before`` is what earlier years left for this and later ones.
    """
    payouts = [p for p in special.payouts if p.event.day.year == year]
    covered = [special.covered(p, _taxed(p)) if p.event.disaster else ZERO for p in payouts]
    new = Money.total(covered)
    now, *later = income_by_year(new, in_full=in_full)
    left = {y: amount for y, amount in before.items() if y > year}
    for after, amount in enumerate(later, start=1):
        left[year + after] = left.get(year + after, ZERO) + amount
    if new:
        parts = zip(payouts, covered, apportion(now, covered), strict=True)
        payouts = [_taxed_less(payout, whole - part) for payout, whole, part in parts]
    left = {y: amount for y, amount in left.items() if amount}
    return PlanDisaster(payouts, new, now, before.get(year, ZERO), left)


def _taxed(payout: Payout) -> Money:
    return Money.total(row.taxable for row in payout.rows if row.route is Route.PAID)


def _taxed_less(payout: Payout, later: Money) -> Payout:
    """Return a payment without what of the cash kept is income of later years."""
    if not later:
        return payout
    shares = iter(apportion(later, [r.taxable for r in payout.rows if r.route is Route.PAID]))
    rows = tuple(
        replace(row, taxable=row.taxable - next(shares)) if row.route is Route.PAID else row
        for row in payout.rows
    )
    return replace(payout, rows=rows)
