"""Distributions of plans for a disaster, a birth, an emergency: what qualifies, what is income."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ledger.balances.payouts import Payout, PayoutRow
from ledger.events import Event, EventKind
from ledger.law.rollover_split import Route
from ledger.law.special_distributions import (
    EXCEPTIONS,
    counts_for_return,
    income_by_year,
    reason_of,
)
from ledger.money import ZERO, Money, apportion
from ledger.tax_year.person import CarriedPlanDisaster


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

    ``payouts`` are all payments of plans in the year, each with what of it is taxed in the year,
    in all ``of_this_year``; ``taxable`` is the taxable part of those that qualify, ``now`` what of
    it would be income of the year, ``earlier`` the same from payments of earlier years. ``repaid``
    counts for the year's return and comes off both; what is left of it is ``over``. ``later`` is
    what is income of later years, by year.
    """

    payouts: Sequence[Payout] = ()
    taxable: Money = ZERO
    now: Money = ZERO
    earlier: Money = ZERO
    repaid: Money = ZERO
    of_this_year: Money = ZERO
    over: Money = ZERO
    later: Mapping[int, Money] = field(default_factory=dict)


def plan_disaster(
    special: PlanSpecial, before: CarriedPlanDisaster, year: int, *, in_full: bool
) -> PlanDisaster:
    """Spread the taxable part of a year's disaster distributions over three years.

    ``before`` is what earlier years left for this and later ones. Repayments take income off,
    that of the year's own payments first; one by the day the return is due counts for that
    return (Form 8915-F, Part II).
    """
    payouts = [p for p in special.payouts if p.event.day.year == year]
    covered = [_covered(special, p) if p.event.disaster else ZERO for p in payouts]
    new, earlier = Money.total(covered), before.income.get(year, ZERO)
    now, *later = income_by_year(new, in_full=in_full)
    repaid = _repaid_for(special.payouts, year) + before.repaid_over
    left = {y: amount for y, amount in before.income.items() if y > year}
    for after, amount in enumerate(later, start=1):
        left[year + after] = left.get(year + after, ZERO) + amount
    of_this_year = (now - repaid).floor_zero()
    if new:
        parts = zip(payouts, covered, apportion(of_this_year, covered), strict=True)
        payouts = [
            _taxed_as(payout, part + _taxed(payout) - whole) if payout.event.disaster else payout
            for payout, whole, part in parts
        ]
    return PlanDisaster(
        payouts=payouts,
        taxable=new,
        now=now,
        earlier=earlier,
        repaid=repaid,
        of_this_year=of_this_year,
        over=(repaid - now - earlier).floor_zero(),
        later={y: amount for y, amount in left.items() if amount},
    )


def _covered(special: PlanSpecial, payout: Payout) -> Money:
    """Return the taxable part of what qualifies, as if nothing of it had been repaid."""
    kept = _taxed(payout) - _repaid_taxed(payout)
    return special.covered(payout, kept) + _repaid_taxed(payout)


def _taxed(payout: Payout) -> Money:
    """Return the taxable part of a payment, as if nothing of it had been repaid."""
    kept = Money.total(row.taxable for row in payout.rows if row.route is Route.PAID)
    return kept + _repaid_taxed(payout)


def _repaid_taxed(payout: Payout) -> Money:
    if payout.qualified:
        return ZERO
    return Money.total(row.pretax for row in _repayments(payout))


def _repayments(payout: Payout) -> Iterator[PayoutRow]:
    return (row for row in payout.rows if row.event.kind is EventKind.REPAYMENT)


def _repaid_for(payouts: Sequence[Payout], year: int) -> Money:
    """Return the pretax dollars of disaster money repaid that count for one year's return."""
    mine = [p for p in payouts if p.event.disaster and p.event.day.year <= year]
    return Money.total(
        row.pretax
        for payout in mine
        for row in _repayments(payout)
        if counts_for_return(payout.event.day, row.event.day, year) and not payout.qualified
    )


def _taxed_as(payout: Payout, amount: Money) -> Payout:
    """Return a payment with so much taxed in its year: cash kept first, then what was repaid."""
    rows = list[PayoutRow]()
    for row in payout.rows:
        most = row.pretax if row.event.kind is EventKind.REPAYMENT else row.taxable
        part = ZERO if row.route is Route.DIRECT else min(most, amount)
        amount -= part
        rows.append(row if row.route is Route.DIRECT else replace(row, taxable=part))
    return replace(payout, rows=tuple(rows))
