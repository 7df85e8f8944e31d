"""Checks of the law of plans: limits, pensions and exceptions that need a second look."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.chart import AccountKind
from ledger.documents import W2
from ledger.events import EventKind
from ledger.law import limits
from ledger.law.early_distribution import ALTERNATE_PAYEE, SEPARATION
from ledger.law.figures import figures, statute
from ledger.law.five_year_clocks import age_at_year_end
from ledger.law.rollover_split import Route
from ledger.money import ZERO
from ledger.records import EmployerAmount
from ledger.tax_year.checks.context import CheckContext
from ledger.year_end import Finding

K = EventKind


def deferrals_457b_above_limit(context: CheckContext) -> Iterator[Finding]:
    """Find deferrals to 457(b) plans above their own limit."""
    own = context.record.limits.deferrals_457b
    if own is not None and own.excess:
        yield Finding(
            "warning",
            "excess_457b_deferral",
            f"{own.used} went into 457(b) plans, {own.excess} above the limit of {own.limit} with "
            f"the age catch-up of a governmental plan ({own.catch_up or ZERO}); the larger "
            "catch-up of the last three years before the plan's retirement age is not worked out: "
            "ask the plan for it, or have the excess paid out as soon as it can be",
            "IRC 457(b)(2), 457(b)(3); Treas. Reg. 1.457-4(e)",
            at_stake=own.excess,
        )


def deferrals_above_limit_of_employer(context: CheckContext) -> Iterator[Finding]:
    """Find deferrals that the plans of one employer could not take, though the person could."""
    own = context.record.limits.deferrals
    allowed = own.limit + own.service_catch_up + (own.catch_up or ZERO)
    for row in context.record.limits.employer_deferrals:
        if row.excess:
            yield Finding(
                "warning",
                "deferrals_above_limit_of_employer",
                f"{row.employer}: {row.used} was deferred into plans without catch-up, which may "
                f"take {row.limit}: {row.excess} is for the plan to correct. The person may defer "
                f"{allowed} with the catch-up of the age, into whatever plans: the person's own "
                f"excess is {own.excess}. Where the plans do have catch-up, say so: basis account "
                "set ACCOUNT --catch-up",
                "IRC 401(a)(30), 402(g)(1)(C), 414(v)(3)(A); Treas. Reg. 1.401(a)-30(a)",
                at_stake=row.excess,
            )


def late_excess_deferrals(context: CheckContext) -> Iterator[Finding]:
    """Find excess deferrals paid back after the due date: they are taxed twice."""
    for event in context.payments.excess_deferrals:
        if not limits.is_returned_in_time(event.tax_year, event.day):
            yield Finding(
                "warning",
                "excess_deferral_late",
                f"the excess deferral for {event.tax_year} was paid back on {event.day}, after "
                "the due date: it stays income of that year, is income again when paid out, and "
                "never becomes basis",
                "Treas. Reg. 1.402(g)-1(e)(8)(iii)",
                event.where,
            )


def in_plan_conversion_recaptured(context: CheckContext) -> Iterator[Finding]:
    """Say where an in-plan conversion's five years decided the additional tax."""
    for taken in context.payments.in_plan:
        if taken.taxed_before:
            yield Finding(
                "warning",
                "in_plan_recapture",
                f"{taken.taxed_before} of in-plan conversions of the last five years was paid "
                "out early and bears the additional tax; it is allocated to the oldest conversion "
                "first and to its taxed part first, as for Roth IRAs: compare with box 10",
                "Notice 2010-84, Q&A-13",
                taken.payout.event.where,
            )


def in_plan_recaptured_from_roth_ira(context: CheckContext) -> Iterator[Finding]:
    """Say where in-plan rollovers decided the additional tax of money out of Roth IRAs."""
    early = [p for p in context.roth.nonqualified if context.person.is_early(p.event)]
    taken, shielded = context.roth.recaptured_in_plan, context.roth.shielded_in_plan
    if early and (taken or shielded):
        order = (
            f"; {shielded} more would, did they leave before the owner's own contributions: the "
            "order is not settled, and here contributions leave first"
            if shielded
            else ""
        )
        yield Finding(
            "warning",
            "in_plan_recapture_roth_ira",
            f"{taken} that in-plan Roth rollovers of the last five years had taxed, and that came "
            f"into Roth IRAs with them, was paid out early and bears the additional tax{order}",
            "IRC 402A(c)(4)(D); Notice 2010-84, Q&A-12 and Q&A-13",
            early[0].event.where,
        )


def transfer_between_employers(context: CheckContext) -> Iterator[Finding]:
    """Find transfers to a plan of another employer or kind: most are rollovers, which are paid."""
    accounts = context.library.books.accounts
    for moved in context.payments.transfers:
        here, to = accounts[moved.account], accounts[moved.to]
        if here.owner != to.owner or here.owner != context.record.taxpayer.id:
            continue
        if here.employer_name != to.employer_name or here.kind is not to.kind:
            yield Finding(
                "warning",
                "transfer_between_employers",
                f"{moved.amount} went from {here.id} to {to.id} as a transfer, which is no payment "
                "and on no Form 1099-R; between plans of two employers, or of two kinds, that "
                "needs a merger: what one plan pays into another is a rollover, written as a "
                f"distribution with 'to' {to.id}",
                "IRC 402(c), 414(l); Treas. Reg. 1.414(l)-1",
                moved.event.where,
            )


def paid_out_of_a_share(context: CheckContext) -> Iterator[Finding]:
    """Find early payments of a plan to a former spouse that no exception is recorded for."""
    shares = {
        moved.to
        for moved in context.library.fold.story.transfers
        if moved.event.kind is K.DIVORCE_TRANSFER
    }
    for payout in context.payments.payouts:
        event = payout.event
        kept = any(row.route is Route.PAID for row in payout.rows)
        told = event.exception or event.reason
        if payout.account in shares and kept and not told and context.person.is_early(event):
            yield Finding(
                "warning",
                "paid_out_of_a_share",
                f"the payment of {event.day} is out of {payout.account}, which got a share in a "
                "divorce, and bears the additional tax here as any early one: what is paid to an "
                "alternate payee under a qualified domestic relations order does not; where it "
                f"was, record exception {ALTERNATE_PAYEE}",
                "IRC 72(t)(2)(C)",
                event.where,
            )


def pension_before_59_and_a_half(context: CheckContext) -> Iterator[Finding]:
    """Find pension payments taken as periodic payments for life, which bear no additional tax."""
    early = [p for p in context.payments.pensions if context.person.is_early(p.event)]
    if early:
        yield Finding(
            "warning",
            "pension_before_59_and_a_half",
            f"pension payments from {early[0].event.account} before 59 1/2 are taken as equal "
            "periodic payments for life after separation, without additional tax: confirm it",
            "IRC 72(t)(2)(A)(iv), (3)(B)",
            early[0].event.where,
        )


def additions_limited_by_compensation(context: CheckContext) -> Iterator[Finding]:
    """Say where pay, and not the dollar amount, is the limit on annual additions."""
    stated = {c.employer for c in context.person.facts.plan_compensation}
    dollars = limits.annual_additions_limit(context.year)
    for row in context.record.limits.additions:
        if row.limit < dollars and row.employer not in stated:
            yield Finding(
                "warning" if row.excess else "info",
                "additions_limited_by_compensation",
                f"{row.employer}: annual additions may not exceed "
                f"{statute().percent('annual_additions_compensation_percent')} percent of pay; "
                f"{row.limit} is the compensation on the return with pre-tax deferrals: record "
                "what the plan goes by as plan_compensation",
                "IRC 415(c)(1)(B), 415(c)(3)",
            )


def _wages(context: CheckContext, year: int) -> list[EmployerAmount]:
    """Return the social security wages of a year: as recorded, or box 3 of a Form W-2."""
    me = context.person.taxpayer.id
    printed = [
        EmployerAmount(paper.payer, paper.amount("3"))
        for paper in context.books.documents
        if (paper.taxpayer, paper.year, paper.form) == (me, year, W2)
    ]
    return [*context.books.facts_of(me, year).social_security_wages, *printed]


def catch_up_that_must_be_roth(context: CheckContext) -> Iterator[Finding]:
    """Find catch-up that is not Roth in a year in which high earners have no choice."""
    fig, used = figures(context.year), context.record.limits.deferrals
    if not fig.exists("roth_catch_up_enforced") or not fig.flag("roth_catch_up_enforced"):
        return
    # catch-up is only what is above the limit: deferrals below it may stay pre-tax
    above = min((used.used - used.limit).floor_zero(), used.catch_up or ZERO)
    pretax = (above - context.roth_deferrals).floor_zero()
    if not pretax:
        return
    threshold = fig.money("roth_catch_up_wage_threshold")
    employers = {row.employer for row in context.record.limits.additions if row.used}
    # the year before decides, and only wages of an employer whose plan took the money
    known = [w for w in _wages(context, context.year - 1) if w.employer in employers]
    high = [w for w in known if w.amount > threshold]
    if high:
        yield Finding(
            "warning",
            "roth_catch_up_required",
            f"{pretax} of catch-up is not Roth and has to be: {high[0].employer} paid "
            f"{high[0].amount} of social security wages in {context.year - 1}, more than "
            f"{threshold}; ask the plan to correct it, on the Form W-2 of {context.year} before it "
            f"is filed or by an in-plan Roth rollover by the end of {context.year + 1}",
            "IRC 414(v)(7); Treas. Reg. 1.414(v)-2(c) (not read)",
            at_stake=pretax,
        )
    # where the wages of all of them are known and low, nothing is to be said
    elif employers - {w.employer for w in known}:
        yield Finding(
            "info",
            "roth_catch_up",
            f"{pretax} of catch-up is not Roth: it has to be, where wages from the plan's employer "
            f"in {context.year - 1} were above {threshold}; record social_security_wages of that "
            "year",
            "IRC 414(v)(7)",
            at_stake=pretax,
        )


def rollover_money_in_457b(context: CheckContext) -> Iterator[Finding]:
    """Say what of an early payment of a 457(b) plan bears the additional tax all the same."""
    for payout in context.payments.payouts:
        if payout.rolled_in and context.person.is_early(payout.event):
            yield Finding(
                "info",
                "rollover_money_in_457b",
                f"{payout.account}: {payout.rolled_in} of the payment of {payout.event.day} came "
                "out of money that was rolled into the 457(b) plan: it bears the additional tax "
                "where it came from another kind of plan or an IRA, as taken here. Of a payment "
                "of both kinds the plan may send one Form 1099-R each",
                "IRC 72(t)(9)",
                payout.event.where,
            )


def service_catch_up_not_stated(context: CheckContext) -> Iterator[Finding]:
    """Find an excess in a 403(b) plan that long service might allow."""
    deferred = context.record.limits.deferrals
    # a service catch-up on record has raised the limit already
    if not deferred.excess or deferred.service_catch_up:
        return
    for account in context.record.accounts.values():
        if account.kind is AccountKind.B403:
            yield Finding(
                "info",
                "service_catch_up_not_stated",
                f"{account.id}: {statute().number('service_catch_up_years')} years with a school, "
                "hospital or church may allow more than the limit; record service_catch_up, the "
                "years, what was deferred and what the rule allowed before",
                "IRC 402(g)(7)",
                account.id,
            )


def facts_of_no_plan(context: CheckContext) -> Iterator[Finding]:
    """Find facts of the return that name an employer or account no plan of the person has."""
    facts, accounts = context.person.facts, context.record.accounts
    employers = {a.employer_name for a in accounts.values() if a.kind.is_plan}
    for one in facts.plan_compensation:
        if one.employer not in employers:
            yield Finding(
                "warning",
                "facts_of_no_plan",
                f"plan_compensation of {context.year} names '{one.employer}', and no plan has that "
                f"employer: it is used nowhere; employers are: {', '.join(sorted(employers))}",
                "",
                facts.where,
            )
    service = facts.service_catch_up
    named = accounts.get(service.account) if service else None
    if service and (named is None or named.kind is not AccountKind.B403):
        yield Finding(
            "warning",
            "facts_of_no_plan",
            f"service_catch_up of {context.year} names '{service.account}', which is no 403(b) "
            "plan of the person: it is used nowhere",
            "IRC 402(g)(7)",
            facts.where,
        )


def separation_before_55(context: CheckContext) -> Iterator[Finding]:
    """Find the exception for leaving a job in a year in which the person was too young for it."""
    born = context.person.taxpayer.born
    if born is None:
        return
    years = statute().age("separation_age")[0]
    safety = statute().age("separation_age_public_safety")[0]
    for event in context.of_year(K.DISTRIBUTION, K.LOAN_OFFSET):
        # the year of the birthday decides, not its day
        age = age_at_year_end(born, context.year)
        if event.exception == SEPARATION and age < years:
            yield Finding(
                "warning",
                "separation_before_55",
                f"exception {SEPARATION} is recorded for {event.day}, and the person is {age} in "
                f"{context.year}: it needs a separation in or after the year of {years}, or of "
                f"{safety} (or after 25 years) for public safety employees",
                "IRC 72(t)(2)(A)(v), 72(t)(10)",
                event.where,
            )


def special_distributions_of_plans(context: CheckContext) -> Iterator[Finding]:
    """Say what became of a plan's disaster or other special distribution."""
    for payout in context.payments.payouts:
        event = payout.event
        if event.disaster:
            yield Finding(
                "warning",
                "plan_disaster_distribution",
                f"{event.name} of {event.day} is a disaster distribution ({event.disaster}): its "
                "taxable part is income of three years in equal parts unless the return elects "
                "otherwise (disaster_income), and bears no additional tax within the limit; Form "
                "8915-F must be filed, and is not filled in here",
                "IRC 72(t)(11)(D); Form 8915-F, Part II",
                event.where,
            )
        for row in payout.rows:
            late = figures(context.year).day("ira_contribution_due_date")
            if row.event.kind is K.REPAYMENT and row.event.day > late:
                yield Finding(
                    "warning",
                    "repaid_after_filing",
                    f"{row.amount} of {event.name} was repaid on {row.event.day}, after the return "
                    f"of {context.year} was due: it comes off "
                    + (
                        "the income of the year whose return was not yet due then; what it does "
                        "not use is carried to the next, and may be carried back by amending (Form "
                        "8915-F)"
                        if event.disaster
                        else "that year's income on an amended return"
                    ),
                    "IRC 72(t)(2)(H)(v) and (11)(C); Notice 2020-68, D-19 (not read)",
                    row.event.where,
                )


def pension_cost_not_stated(context: CheckContext) -> Iterator[Finding]:
    """Find pension payments taken as fully taxable because no cost is recorded."""
    told = {pension.account for pension in context.record.pensions}
    taxed = {p.account for p in context.record.pools if p.closing_basis}
    for name in dict.fromkeys(p.event.account for p in context.payments.pensions):
        if name not in told:
            yield Finding(
                # basis left in the plan shows that there was a cost: fully taxable is then wrong
                "error" if name in taxed else "info",
                "pension_cost_not_stated",
                f"{name}: no cost in the contract is recorded, so every payment is fully taxable; "
                "after-tax contributions, if there were any, come back through simplified_method",
                "IRC 72(d)(1)(B); Pub. 575, Simplified Method Worksheet",
                name,
            )
