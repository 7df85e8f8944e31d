"""Checks of the law of IRAs and of the return: ages, ranges, rollovers, a state's own basis."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.chart import Account, AccountKind
from ledger.events import Event, EventKind
from ledger.law import EVIDENCE
from ledger.law.early_distribution import exception_applies
from ledger.law.figures import figures, statute
from ledger.law.five_year_clocks import attained
from ledger.law.information_returns import makes_active_participant
from ledger.law.limits import is_elective_deferral
from ledger.law.required_distributions import (
    are_distributions_waived,
    is_required_distribution_due,
    is_waived_and_put_back,
)
from ledger.law.states import state_rules
from ledger.money import ZERO, Money
from ledger.tax_year.checks.context import CheckContext
from ledger.tax_year.inherited import form_of
from ledger.year_end import Finding, decedent_option

K = EventKind


def roth_contribution_above_range(context: CheckContext) -> Iterator[Finding]:
    """Find Roth contributions that modified AGI does not allow."""
    roth, facts = context.record.limits.roth_ira, context.person.facts
    if roth is not None and roth.excess:
        due = figures(context.year).day("corrective_due_date")
        yield Finding(
            "warning",
            "excess_roth_contribution",
            f"Roth IRA contributions of {roth.used} exceed the {roth.used - roth.excess} that "
            f"modified AGI of {facts.magi} allows by {roth.excess}: recharacterize it or take it "
            f"back by {due}, or 6 percent is due each year (Form 5329, Part IV)",
            "IRC 408A(c)(3), 4973(f)",
            at_stake=roth.excess,
        )


def roth_limit_not_known(context: CheckContext) -> Iterator[Finding]:
    """Find Roth contributions of which nobody recorded the income that decides their limit."""
    roth, me = context.record.limits.roth_ira, context.record.taxpayer.id
    if roth is not None and roth.used and roth.limit is None:
        yield Finding(
            "info",
            "roth_limit_not_known",
            f"{roth.used} went into Roth IRAs: how much may depends on filing status and modified "
            f"AGI, which are not both recorded: basis record return --taxpayer {me} --year "
            f"{context.year} --filing-status … --magi …",
            "IRC 408A(c)(3)",
            at_stake=roth.used,
        )


def one_rollover_in_twelve_months(context: CheckContext) -> Iterator[Finding]:
    """Find a second IRA-to-IRA rollover within twelve months of the first distribution."""
    me, months = context.person.taxpayer.id, statute().number("rollover_limit_months")
    # of all years: the twelve months reach back into the year before
    paid = context.ira_events.of(me, {K.DISTRIBUTION}, lambda a: not a.kind.is_plan)
    rolled = sorted((e for e in paid if _counts(context, e)), key=lambda e: e.day)
    first: Event | None = None  # the last one that qualified
    for second in rolled:
        if first is None or attained(first.day, second.day, (0, months)):
            first = second
        elif second.day.year == context.year:
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


def _counts(context: CheckContext, paid: Event) -> bool:
    """Whether a distribution was rolled over in a way that the yearly limit counts."""
    here, born = context.account(paid), context.person.taxpayer.born
    for rollover in context.ira_events.rollovers_of(paid):
        if born is not None and is_waived_and_put_back(born, paid.day, rollover.day):
            continue
        to = context.books.accounts[rollover.to]
        # conversions do not count, and neither does what goes into a plan
        converted = here.kind.is_pooled_traditional and to.kind.is_roth_ira
        if not to.kind.is_plan and not converted:
            return True
    return False


def exception_not_for_account(context: CheckContext) -> Iterator[Finding]:
    """Find an exception number that the law does not have for that kind of account."""
    for event in context.of_year(K.DISTRIBUTION):
        plan = context.account(event).kind.is_plan
        if event.exception and not exception_applies(event.exception, plan=plan):
            yield Finding(
                "warning",
                "exception_not_for_account",
                f"exception {event.exception} does not apply to {'a plan' if plan else 'an IRA'}"
                f" ({event.account}): the additional tax is worked out without it",
                "IRC 72(t)(2)(A)(v), (3); Instructions for Form 5329, line 2",
                event.where,
            )


def simple_ira_in_first_two_years(context: CheckContext) -> Iterator[Finding]:
    """Find early SIMPLE IRA money: the rate is higher in the first years of taking part."""
    for payment in context.payments.traditional:
        simple = payment.account.kind is AccountKind.SIMPLE_IRA
        simple = simple and payment.account.simple_since is None
        if simple and payment.kept and context.person.is_early(payment.event):
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


def charity_that_does_not_qualify(context: CheckContext) -> Iterator[Finding]:
    """Find payments to charity, or parts, that are no qualified charitable distribution."""
    for one in context.payments.charity:
        if one.rest:
            yield Finding(
                "warning",
                "charity_not_qualified",
                f"{one.rest} of the payment of {one.event.day} to charity does not qualify (age "
                "70 1/2, the yearly limit, or money not yet taxed): it is a distribution like any "
                "other, with a deduction where the return itemizes",
                "IRC 408(d)(8)(A), (B) and (D)",
                one.event.where,
                at_stake=one.rest,
            )


def inherited_basis(context: CheckContext) -> Iterator[Finding]:
    """Find inherited IRA money, taken as fully taxable without the decedent's basis."""
    for payment in context.payments.traditional:
        inherited = payment.account.kind is AccountKind.INHERITED_TRADITIONAL_IRA
        known = form_of(context.payments.inherited, payment.account)
        if inherited and payment.kept and known is None:
            yield Finding(
                "warning",
                "inherited_basis_not_known",
                f"{payment.account.id}: the payment of {payment.event.day} is fully taxable here; "
                "basis of the decedent, if there was any, needs a Form 8606 of its own: "
                f"{_who_died(payment.account)}record what of line 14 of the decedent's last form "
                f"is the heir's: basis record 8606 --taxpayer {context.record.taxpayer.id}"
                f"{decedent_option(payment.account.decedent or '…')} --year {context.year - 1} "
                f"--opens {context.year} --line14 …",
                "Instructions for Form 8606, Who Must File",
                payment.event.where,
            )


def _who_died(account: Account) -> str:
    """Say how to name the decedent of an account where none is recorded."""
    return (
        ""
        if account.decedent
        else f"say who died (basis account set {account.id} --decedent …), and "
    )


def employer_ira_limits(context: CheckContext) -> Iterator[Finding]:
    """Find SEP and SIMPLE contributions, whose own limits are not worked out."""
    paid = [e for e in context.of_year(K.CONTRIBUTION) if context.account(e).kind.is_employer_ira]
    if paid:
        total = Money.total(e.money("amount") for e in paid)
        unsaid = Money.total(
            e.money("amount")
            for e in paid
            if e.source is None and is_elective_deferral(context.account(e).kind, None)
        )
        counted = (
            f"; {unsaid} of it without a source counts as deferred to the limit of IRC 402(g): "
            "what the employer added has the source match or nonelective (Roth: match_roth, "
            "nonelective_roth)"
            if unsaid
            else ""
        )
        yield Finding(
            "info",
            "employer_ira_limits",
            f"{total} went into SEP or SIMPLE IRAs: their limits (IRC 408(j), 408(p)(2)), and "
            f"their share of the limit on additions, are not worked out here{counted}",
            "IRC 402(h)(2), 402(g)(3)(D)",
            paid[0].where,
        )


def required_distribution_first(context: CheckContext) -> Iterator[Finding]:
    """Find conversions and rollovers in years in which a required distribution may come first."""
    born = context.person.taxpayer.born
    if born is None or not is_required_distribution_due(born, context.year):
        return
    if are_distributions_waived(context.year):
        return
    pooled = [p for p in context.payments.traditional if p.account.kind.is_pooled_traditional]
    moved = [p for p in pooled if p.converted or p.rolled_over]
    if not moved:
        return
    first = min((p.event for p in moved), key=lambda e: e.day)
    cash = [p.event.day for p in pooled if p.kept] + [c.event.day for c in context.payments.charity]
    # where nothing at all was paid before, what moved surely holds a part that could not
    before = any(day <= first.day for day in cash)
    nothing = (
        f"; the books have nothing paid out before {first.day}: what moved then is first of all "
        "the required payment, and that part of it is a distribution and a contribution"
    )
    yield Finding(
        "info" if before else "warning",
        "required_distribution_first",
        f"at the age reached in {context.year} a required minimum distribution is due: it "
        "is not worked out here, comes first, and can be neither converted nor rolled over"
        + ("" if before else nothing),
        "IRC 408(d)(3)(E); Treas. Reg. 1.408A-4, Q&A-6",
        first.where,
    )


def ira_money_into_plan(context: CheckContext) -> Iterator[Finding]:
    """Say where IRA money went into a plan as pre-tax money and left the basis behind."""
    moved = [p for p in context.payments.traditional if p.to_plan]
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


def covered_after_all(context: CheckContext) -> Iterator[Finding]:
    """Find a full deduction of a person who was covered by a plan of the books."""
    deducted = context.traditional.contributed - context.traditional.nondeductible
    paid_into = (context.account(event) for event in context.of_year(K.CONTRIBUTION))
    plans = dict.fromkeys(a.employer_name for a in paid_into if makes_active_participant(a.kind))
    # not stated is another thing than "no"
    if context.person.facts.covered_by_plan is False and plans and deducted > ZERO:
        yield Finding(
            "warning",
            "covered_by_plan_differs",
            f"the return says 'not covered by a plan', and {', '.join(plans)} had contributions in "
            f"{context.year}: the deduction of {deducted} may be limited",
            "IRC 219(g)(5)",
            at_stake=deducted,
        )


def state_basis_recorded(context: CheckContext) -> Iterator[Finding]:
    """Say what a state's basis was, that it is not worked out, and what the state does with it."""
    for row in context.record.state_basis:
        known = state_rules().get(row.state)
        if known is None:
            told, cite = "its rule is not described here", ""
        else:
            told = f"{known.name} {known.rule} (evidence {known.evidence}: "
            told += f"{EVIDENCE[known.evidence]})"
            cite = known.cite
        yield Finding(
            "info",
            "state_basis",
            f"{row.state}: basis of {row.basis} as of {row.as_of} is recorded"
            f"{' for ' + row.account if row.account else ''} and not carried on or worked out for "
            f"the state's return; {told}",
            cite,
            row.where,
        )
