"""Early distributions of a year: every amount that may bear the additional tax of 10 percent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ledger.chart import Account
from ledger.fold.payouts import CorrectedContribution, Payout
from ledger.forms import f5329
from ledger.forms.form import Form
from ledger.law.early_distribution import (
    FIRST_HOME,
    bears_additional_tax,
    covered_for_first_home,
    early_corrective_earnings,
    exception_applies,
)
from ledger.law.rollover_split import Route
from ledger.money import ZERO, Money, apportion
from ledger.person_years.in_plan import InPlanTaken
from ledger.person_years.ira_events import IraPayment
from ledger.person_years.person import Person
from ledger.records import Event, EventKind, Options


@dataclass(frozen=True)
class Early:
    """An amount paid out early (cents), and the exception number that covers it, or ""."""

    amount: Money
    exception: str = ""


@dataclass(frozen=True)
class EarlyFacts:
    """What was paid out in the year, as far as the additional tax asks about it.

    ``taxable`` is the taxable amount of all distributions of ``pooled`` together; ``roth`` the
    amount of each nonqualified Roth IRA distribution that the tax can reach.
    """

    taxable: Money
    pooled: Sequence[IraPayment]
    roth: Sequence[tuple[IraPayment, Money]]
    payouts: Sequence[tuple[Payout, Account]]
    in_plan: Sequence[InPlanTaken]
    returned: Sequence[CorrectedContribution]
    first_home_used: Money = ZERO  # with line 20 of this year's Form 8606


def early_amounts(facts: EarlyFacts, person: Person) -> list[Early]:
    """List every amount of the year that was paid out before 59 1/2 and is not zero."""
    found = [*_of_iras(facts, person), *_of_plans(facts, person), *_of_returned(facts, person)]
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
        yield Early(covered, FIRST_HOME)
        yield Early(one.amount - covered)


def _of_iras(facts: EarlyFacts, person: Person) -> Iterator[Early]:
    kept = [payment for payment in facts.pooled if payment.kept]
    taxed = apportion(facts.taxable, [p.kept for p in kept]) if kept else []
    for payment, amount in (*zip(kept, taxed, strict=True), *facts.roth):
        if amount and person.is_early(payment.event):
            yield Early(amount, _exception(payment.event, plan=False))


def _of_plans(facts: EarlyFacts, person: Person) -> Iterator[Early]:
    recapture = {id(taken.payout): taken.taxed_before for taken in facts.in_plan}
    for payout, account in facts.payouts:
        paid = Money.total(r.taxable for r in payout.rows if r.route is Route.PAID)
        paid += recapture.get(id(payout), ZERO)
        if paid and bears_additional_tax(account.kind) and person.is_early(payout.event):
            yield Early(paid, _exception(payout.event, plan=True))


def _of_returned(facts: EarlyFacts, person: Person) -> Iterator[Early]:
    for found in facts.returned:
        returned = found.event.kind is EventKind.RETURN_OF_CONTRIBUTION
        if not returned or found.net_income <= ZERO:
            continue
        bears = early_corrective_earnings(found.net_income, found.event.day)
        if bears and person.is_early(found.event):
            yield Early(bears)


def _exception(event: Event, *, plan: bool) -> str:
    return event.exception if exception_applies(event.exception, plan=plan) else ""


def form_5329(early: Sequence[Early], options: Options) -> Form:
    """Prepare Form 5329 Part I from the amounts of the year."""
    excepted = [one for one in early if one.exception]
    return f5329.form_5329(
        Money.total(one.amount for one in early),
        Money.total(one.amount for one in excepted),
        options,
        exception=", ".join(dict.fromkeys(one.exception for one in excepted)),
    )
