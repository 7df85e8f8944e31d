"""Early distributions of a year: every amount that may bear the additional tax of 10 percent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ledger.balances.payouts import CorrectedContribution, Payout
from ledger.chart import Account
from ledger.events import Event, EventKind
from ledger.forms import f5329
from ledger.forms.f8606 import TaxedPayments
from ledger.law.codes_1099r import shows_exception
from ledger.law.early_distribution import (
    FIRST_HOME,
    bearing_additional_tax,
    covered_for_first_home,
    early_corrective_earnings,
    exception_applies,
    is_in_simple_period,
)
from ledger.law.rollover_split import Route
from ledger.law.special_distributions import EXCEPTIONS, further_exception, reason_of
from ledger.money import ZERO, Money
from ledger.tax_year.corrections_paid import paid_back
from ledger.tax_year.in_plan import InPlanTaken
from ledger.tax_year.ira_events import IraPayment, taxed_by_payment
from ledger.tax_year.person import Person
from ledger.tax_year.plan_special import PlanSpecial


@dataclass(frozen=True)
class Early:
    """An amount paid out early (cents), and the exception number that covers it, or "".

    ``simple``: money of a SIMPLE IRA in the first two years of taking part. ``roth_ira``: whose
    payer shows no exception.
    """

    amount: Money
    exception: str = ""
    simple: bool = False
    roth_ira: bool = False


@dataclass(frozen=True)
class EarlyFacts:
    """What was paid out in the year, as far as the additional tax asks about it.

    ``own`` is what is taxable of all distributions of ``pooled`` together; ``roth`` the amount of
    each nonqualified Roth IRA distribution that the tax can reach.
    """

    own: TaxedPayments
    pooled: Sequence[IraPayment]
    roth: Sequence[tuple[IraPayment, Money]]
    payouts: Sequence[tuple[Payout, Account]]
    plan_special: PlanSpecial
    in_plan: Sequence[InPlanTaken]
    returned: Sequence[CorrectedContribution]
    late_deferrals: Sequence[Event] = ()
    first_home_used: Money = ZERO  # with line 20 of this year's Form 8606


def early_amounts(facts: EarlyFacts, person: Person) -> list[Early]:
    """List every amount of the year that was paid out before 59 1/2 and is not zero."""
    found = [*_of_iras(facts, person), *_of_plans(facts, person), *_of_returned(facts, person)]
    found += [Early(paid_back(e)) for e in facts.late_deferrals if person.is_early(e)]
    within = _within_first_home(found, facts.first_home_used)
    return [one for one in within if one.amount]


def _within_first_home(found: Sequence[Early], used: Money) -> Iterator[Early]:
    """Leave exception 09 only what the lifetime amount still covers."""
    for one in found:
        if one.exception != FIRST_HOME:
            yield one
            continue
        covered = covered_for_first_home(one.amount, used)
        used += covered
        yield replace(one, amount=covered)
        yield replace(one, amount=one.amount - covered, exception="")


def _of_iras(facts: EarlyFacts, person: Person) -> Iterator[Early]:
    taxed = taxed_by_payment(facts.own, facts.pooled)
    for payment, amount in (*zip(facts.pooled, taxed, strict=True), *facts.roth):
        if amount and person.is_early(payment.event):
            yield from _of_payment(payment, amount)


def _of_payment(payment: IraPayment, amount: Money) -> Iterator[Early]:
    """Divide a taxable amount where only a part of the payment is covered by its reason."""
    event, kept = payment.event, payment.left
    since = payment.account.simple_since
    simple = since is not None and is_in_simple_period(since, event.day)
    # what was repaid is of the part that qualified
    special = (payment.special - payment.repaid).floor_zero()
    covered = amount.share(special, kept) if special else ZERO
    roth = payment.account.kind.is_roth_ira
    yield Early(covered, EXCEPTIONS.get(reason_of(event), ""))
    yield Early(amount - covered, _exception(event, plan=False), simple, roth)


def _of_plans(facts: EarlyFacts, person: Person) -> Iterator[Early]:
    recapture = {taken.payout: taken.taxed_before for taken in facts.in_plan}
    for payout, account in facts.payouts:
        event = payout.event
        paid = Money.total(r.taxable for r in payout.rows if r.route is Route.PAID)
        # conversions taxed before are recaptured, although they are not income again
        paid += recapture.get(payout, ZERO)
        paid = bearing_additional_tax(account.kind, paid, payout.rolled_in, payout.gross)
        if not (paid and person.is_early(event)):
            continue
        covered = facts.plan_special.covered(payout, paid)
        rest = "" if event.disaster else _exception(event, plan=True)
        if not event.disaster:
            yield Early(covered, EXCEPTIONS.get(reason_of(event), rest))
        yield Early(paid - covered, rest)


def _of_returned(facts: EarlyFacts, person: Person) -> Iterator[Early]:
    for found in facts.returned:
        returned = found.event.kind is EventKind.RETURN_OF_CONTRIBUTION
        if not returned or found.net_income <= ZERO:
            continue
        bears = early_corrective_earnings(found.net_income, found.event.day)
        if bears and person.is_early(found.event):
            yield Early(bears)


def _exception(event: Event, *, plan: bool) -> str:
    stated = further_exception(event)
    return stated if exception_applies(stated, plan=plan) else ""


def _is_shown(early: Early) -> bool:
    return shows_exception(early.exception) and not early.roth_ira


def part_i(early: Sequence[Early]) -> f5329.EarlyPart:
    """Return what Form 5329 Part I asks."""
    excepted = [one for one in early if one.exception]
    return f5329.EarlyPart(
        early=Money.total(one.amount for one in early),
        excepted=Money.total(one.amount for one in excepted),
        shown=Money.total(one.amount for one in excepted if _is_shown(one)),
        exception=", ".join(dict.fromkeys(one.exception for one in excepted)),
        simple=Money.total(one.amount for one in early if one.simple and not one.exception),
    )
