"""Distributions of plans for a disaster, a birth, an emergency: what qualifies, what is income."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ledger.balances.payouts import Payout
from ledger.chart import Account
from ledger.events import EventKind
from ledger.law.rollover_split import Route
from ledger.law.special_distributions import (
    EXCEPTIONS,
    income_by_year,
    reason_of,
    within_disaster_limit,
    within_special_limit,
)
from ledger.money import ZERO, Money


def _kept(payout: Payout) -> Money:
    return Money.total(row.amount for row in payout.rows if row.route is Route.PAID)


def _repaid(payout: Payout) -> Money:
    rows = (row for row in payout.rows if row.event.kind is EventKind.REPAYMENT)
    return Money.total(row.amount for row in rows)


def _paid(payout: Payout) -> Money:
    return _kept(payout) + _repaid(payout)


def _place(payout: Payout) -> tuple[object, ...]:
    """Return the place of a payout; one event of two kinds of money makes two."""
    return *payout.event.place, payout.character


def qualifying(payout: Payout, all_payouts: Sequence[Payout]) -> Money:
    """Return what of the cash kept is a disaster or other special distribution (cents)."""
    event, year = payout.event, payout.event.day.year
    before = [p for p in all_payouts if _place(p) < _place(payout)]
    if event.disaster:
        same = (p for p in before if p.event.disaster == event.disaster)
        # what was repaid has used the limit too
        return within_disaster_limit(_kept(payout), Money.total(map(_paid, same)), year)
    reason = reason_of(event)
    if reason not in EXCEPTIONS:
        return ZERO
    alike = (p for p in before if reason_of(p.event) == reason and p.event.day.year == year)
    used = Money.total(map(_paid, alike))
    part = within_special_limit(_paid(payout), used, reason, year)
    return (part - _repaid(payout)).floor_zero()  # what was repaid is of the part that qualified


def not_qualifying(payout: Payout, all_payouts: Sequence[Payout]) -> Money:
    """Return what of the cash kept is beyond what its reason covers (cents)."""
    return _kept(payout) - qualifying(payout, all_payouts)


def covered_by_reason(
    payout: Payout, all_payouts: Sequence[tuple[Payout, Account]], amount: Money
) -> Money:
    """Return the part of a payout's amount that its reason or disaster covers (cents)."""
    part = qualifying(payout, [p for p, _ in all_payouts])
    return amount.share(part, _kept(payout)) if part else ZERO


@dataclass(frozen=True)
class PlanDisaster:
    """Disaster money of plans in one year (cents): off the year's income, and on it.

    ``later`` is what is income of later years, by year.
    """

    off: Money = ZERO
    on: Money = ZERO
    later: Mapping[int, Money] = field(default_factory=dict)


def plan_disaster(
    payouts: Sequence[Payout], before: Mapping[int, Money], year: int, *, in_full: bool
) -> PlanDisaster:
    """Spread the taxable part of a year's disaster distributions over three years.

    ``payouts`` are all of the person, ``before`` what earlier years left for this and later ones.
    """
    new = ZERO
    for payout in payouts:
        if payout.event.day.year == year and payout.event.disaster:
            taxed = Money.total(r.taxable for r in payout.rows if r.route is Route.PAID)
            part = qualifying(payout, payouts)
            new += taxed.share(part, _kept(payout)) if part else ZERO
    now, *later = income_by_year(new, in_full=in_full)
    left = {y: amount for y, amount in before.items() if y > year}
    for after, amount in enumerate(later, start=1):
        left[year + after] = left.get(year + after, ZERO) + amount
    return PlanDisaster(new, now + before.get(year, ZERO), left)
