"""Checks of the law: what a careful adviser would ask before signing the year's forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from ledger.books import Household
from ledger.chart import Account, AccountKind
from ledger.events import Event, EventKind
from ledger.forms.f8606 import TraditionalYear
from ledger.law import limits
from ledger.law.early_distribution import exception_applies
from ledger.law.figures import figures, statute
from ledger.law.five_year_clocks import attained
from ledger.law.ira_deduction import reduced_by_phase_out
from ledger.money import ZERO, Money
from ledger.person_years.inherited import decedent_of, form_of
from ledger.person_years.ira_events import IraEvents
from ledger.person_years.payments import PaymentsOfYear
from ledger.person_years.person import Person
from ledger.person_years.plan_checks import PLAN_CHECKS
from ledger.person_years.state_basis import state_basis_recorded
from ledger.year_end import Finding, YearEnd

K = EventKind


@dataclass(frozen=True)
class YearOfLaw:
    """One person's year as the checks of the law look at it (amounts in cents)."""

    record: YearEnd
    books: Household
    person: Person
    traditional: TraditionalYear
    roth_contributed: Money
    roth_deferrals: Money
    payments: PaymentsOfYear
    events: IraEvents
    charity_reduced: Money = ZERO  # by IRA deductions from age 70 1/2 on

    @property
    def year(self) -> int:
        """The tax year."""
        return self.record.tax_year

    def account(self, event: Event) -> Account:
        """Return the account of an event."""
        return self.books.accounts[event.account]

    def of_year(self, *kinds: EventKind) -> Iterator[Event]:
        """Go through the person's booked events of some kinds in the year."""
        for entry in self.record.entries:
            if not entry.derived and entry.event.kind in kinds:
                yield entry.event


def roth_contribution_above_range(asked: YearOfLaw) -> Iterator[Finding]:
    """Find Roth contributions that modified AGI does not allow."""
    facts, limit = asked.person.facts, asked.record.limits.ira
    if not asked.roth_contributed or facts.magi is None or not facts.filing_status or not limit:
        return
    start, end = limits.roth_phase_out(asked.year, facts.filing_status)
    left = reduced_by_phase_out(limit.limit, facts.magi, start, end)
    allowed = limits.roth_contribution_limit(limit.limit, left, asked.traditional.contributed)
    excess = asked.roth_contributed - allowed
    if excess > ZERO:
        due = figures(asked.year).day("corrective_due_date")
        yield Finding(
            "warning",
            "excess_roth_contribution",
            f"Roth IRA contributions of {asked.roth_contributed} exceed the {allowed} that "
            f"modified AGI of {facts.magi} allows by {excess}: recharacterize it or take it back "
            f"by {due}, or 6 percent is due each year (Form 5329, Part IV)",
            "IRC 408A(c)(3), 4973(f)",
        )


def one_rollover_in_twelve_months(asked: YearOfLaw) -> Iterator[Finding]:
    """Find a second IRA-to-IRA rollover within twelve months of the first distribution."""
    me, months = asked.person.taxpayer.id, statute().number("rollover_limit_months")
    paid = asked.events.of(me, {K.DISTRIBUTION}, lambda a: not a.kind.is_plan)
    rolled = sorted((e for e in paid if _counts(asked, e)), key=lambda e: e.day)
    for first, second in pairwise(rolled):
        again = attained(first.day, second.day, (0, months))
        if not again and second.day.year == asked.year:
            yield Finding(
                "error",
                "second_ira_rollover",
                f"the distribution of {second.day} was rolled over less than {months} months "
                f"after that of {first.day}: it does not qualify, is taxable, and the deposit is "
                "an excess contribution unless taken back; the figures here treat it as rolled "
                "over",
                "IRC 408(d)(3)(B)",
                second.where,
            )


def _counts(asked: YearOfLaw, paid: Event) -> bool:
    """Whether a distribution was rolled over in a way that the yearly limit counts."""
    here = asked.account(paid)
    for rollover in asked.events.rollovers_of(paid):
        to = asked.books.accounts[rollover.to]
        converted = here.kind.is_pooled_traditional and to.kind.is_roth_ira
        if not to.kind.is_plan and not converted:
            return True
    return False


def exception_not_for_account(asked: YearOfLaw) -> Iterator[Finding]:
    """Find an exception number that the law does not have for that kind of account."""
    for event in asked.of_year(K.DISTRIBUTION):
        plan = asked.account(event).kind.is_plan
        if event.exception and not exception_applies(event.exception, plan=plan):
            yield Finding(
                "warning",
                "exception_not_for_account",
                f"exception {event.exception} does not apply to {'a plan' if plan else 'an IRA'}"
                f" ({event.account}): the additional tax is worked out without it",
                "IRC 72(t)(2)(A)(v), (3); Instructions for Form 5329, line 2",
                event.where,
            )


def simple_ira_in_first_two_years(asked: YearOfLaw) -> Iterator[Finding]:
    """Find early SIMPLE IRA money: the rate is higher in the first years of taking part."""
    for payment in asked.payments.traditional:
        simple = payment.account.kind is AccountKind.SIMPLE_IRA
        if simple and payment.kept and asked.person.is_early(payment.event):
            yield Finding(
                "warning",
                "simple_ira_rate",
                f"the payment of {payment.event.day} from {payment.account.id} bears "
                f"{statute().percent('early_distribution_simple_percent')} percent instead of "
                f"{statute().percent('early_distribution_percent')} if it is within "
                f"{statute().number('simple_first_years')} years of the first participation, "
                "which is not recorded",
                "IRC 72(t)(6)",
                payment.event.where,
            )


def charity_that_does_not_qualify(asked: YearOfLaw) -> Iterator[Finding]:
    """Find payments to charity, or parts, that are no qualified charitable distribution."""
    for one in asked.payments.charity:
        if one.rest:
            yield Finding(
                "warning",
                "charity_not_qualified",
                f"{one.rest} of the payment of {one.event.day} to charity does not qualify (age "
                "70 1/2, the yearly limit, or money not yet taxed): it is a distribution like any "
                "other, with a deduction where the return itemizes",
                "IRC 408(d)(8)(A), (B) and (D)",
                one.event.where,
            )


def inherited_basis(asked: YearOfLaw) -> Iterator[Finding]:
    """Find inherited IRA money, taken as fully taxable without the decedent's basis."""
    for payment in asked.payments.traditional:
        inherited = payment.account.kind is AccountKind.INHERITED_TRADITIONAL_IRA
        known = form_of(asked.payments.inherited, payment.account)
        if inherited and payment.kept and known is None:
            yield Finding(
                "warning",
                "inherited_basis_not_known",
                f"{payment.account.id}: the payment of {payment.event.day} is fully taxable here; "
                "basis of the decedent, if there was any, needs a Form 8606 of its own: add an "
                f'opening_basis with decedent = "{decedent_of(payment.account)}"',
                "Instructions for Form 8606, Who Must File",
                payment.event.where,
            )


def employer_ira_limits(asked: YearOfLaw) -> Iterator[Finding]:
    """Find SEP and SIMPLE contributions, whose own limits are not worked out."""
    kinds = {AccountKind.SEP_IRA, AccountKind.SIMPLE_IRA}
    paid = [e for e in asked.of_year(K.CONTRIBUTION) if asked.account(e).kind in kinds]
    if paid:
        total = Money.total(e.money("amount") for e in paid)
        yield Finding(
            "info",
            "employer_ira_limits",
            f"{total} went into SEP or SIMPLE IRAs: their limits (IRC 408(j), 408(p)(2)), and "
            "their share of the limits on deferrals and additions, are not worked out here",
            "IRC 402(h)(2), 402(g)(3)(D)",
            paid[0].where,
        )


def required_distribution_first(asked: YearOfLaw) -> Iterator[Finding]:
    """Find conversions and rollovers in years in which a required distribution may come first."""
    born = asked.person.taxpayer.born
    if born is None or not attained(born, date(asked.year, 12, 31), statute().age("qcd_age")):
        return
    moved = [
        p.event
        for p in asked.payments.traditional
        if (p.converted or p.rolled_over) and p.account.kind.is_pooled_traditional
    ]
    if moved:
        yield Finding(
            "info",
            "required_distribution_first",
            f"at the age reached in {asked.year} a required minimum distribution may be due: it "
            "is not worked out here, comes first, and can be neither converted nor rolled over",
            "IRC 408(d)(3)(E); Treas. Reg. 1.408A-4, Q&A-6",
            moved[0].where,
        )


def ira_money_into_plan(asked: YearOfLaw) -> Iterator[Finding]:
    """Say where IRA money went into a plan as pre-tax money and left the basis behind."""
    moved = [p for p in asked.payments.traditional if p.to_plan]
    if moved:
        yield Finding(
            "info",
            "ira_money_into_plan",
            f"{Money.total(p.to_plan for p in moved)} went from IRAs into plans and is taken as "
            "money not yet taxed: the basis stays with the IRAs, and the amount is on none of "
            "lines 6 to 8",
            "IRC 408(d)(3)(A)(ii), (H)",
            moved[0].event.where,
        )


def covered_after_all(asked: YearOfLaw) -> Iterator[Finding]:
    """Find a full deduction of a person who was covered by a plan of the books."""
    deducted = asked.traditional.contributed - asked.traditional.nondeductible
    plans = [row.employer for row in asked.record.limits.additions if row.used]
    if asked.person.facts.covered_by_plan is False and plans and deducted > ZERO:
        yield Finding(
            "warning",
            "covered_by_plan_differs",
            f"the return says 'not covered by a plan', and {', '.join(plans)} had contributions in "
            f"{asked.year}: the deduction of {deducted} may be limited",
            "IRC 219(g)(5)",
        )


LAW_CHECKS = (
    *PLAN_CHECKS,
    state_basis_recorded,
    covered_after_all,
    ira_money_into_plan,
    one_rollover_in_twelve_months,
    roth_contribution_above_range,
    exception_not_for_account,
    simple_ira_in_first_two_years,
    charity_that_does_not_qualify,
    inherited_basis,
    employer_ira_limits,
    required_distribution_first,
)


def with_law_findings(
    asked: YearOfLaw, *further: Callable[[YearOfLaw], Iterator[Finding]]
) -> YearEnd:
    """Return the record with what the checks of the law, and further ones, found."""
    found = [finding for check in (*LAW_CHECKS, *further) for finding in check(asked)]
    return replace(asked.record, findings=(*asked.record.findings, *found))
