"""Checks of what plans paid back: which of it is wages, and where the rest stands on the return."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.chart import TaxCharacter
from ledger.events import EventKind
from ledger.law import corrective
from ledger.law.figures import figures
from ledger.law.limits import is_returned_in_time
from ledger.money import ZERO, Money
from ledger.tax_year.checks.context import CheckContext
from ledger.tax_year.corrections_paid import paid_back, taxed_of
from ledger.year_end import Finding

K = EventKind


def corrective_distributions(context: CheckContext) -> Iterator[Finding]:
    """Say where the income of a corrective distribution stands on the return."""
    fig = figures(context.year)
    wages, pensions = fig.text("form_1040_wages_line"), fig.text("form_1040_plan_taxable_line")
    for event in context.payments.corrective:
        as_wages = corrective.is_wages(event.reason)
        where = f"{wages}, with wages" if as_wages else pensions
        yield Finding(
            "info",
            "corrective_distribution",
            f"{event.account} paid back {paid_back(event)} ({event.reason}) for {event.tax_year}: "
            f"{taxed_of(event)} is income of {event.day.year} on Form 1040 line {where}; it bears "
            "no additional tax and cannot be rolled over",
            "IRC 401(k)(8)(D), 401(m)(7)(A); Instructions for Form 1040, lines 5a and 5b",
            event.where,
        )


def adp_excess_made_after_tax(context: CheckContext) -> Iterator[Finding]:
    """Say where the income of a recharacterized excess stands, and what is not settled of it."""
    line = figures(context.year).text("form_1040_wages_line")
    for event in context.payments.adp_recharacterized:
        amount, earnings = event.money("amount"), event.earnings or ZERO
        income = corrective.recharacterized_income(amount)
        last = corrective.recharacterized_until(event.tax_year)
        late = (
            f"; after {last}, 2 1/2 months after a calendar plan year, it may not be done any more:"
            " ask the plan"
            if event.day > last
            else ""
        )
        yield Finding(
            "warning",
            "adp_excess_made_after_tax",
            f"{amount} deferred into {event.account} for {event.tax_year} became after-tax money "
            f"on {event.day}: {income} is income of {event.day.year} on Form 1040 line {line}, "
            "with wages, bears no additional tax, and is basis of the "
            "after-tax source from then on. It stays a deferral and an addition of "
            f"{event.tax_year}. Not settled: whether its gain or loss ({earnings}) changes the "
            "income (taken as not), and how Form 1099-R shows it (taken as code 8, boxes 1 and 2a "
            f"the excess): compare with the plan's form{late}",
            "Treas. Reg. 1.401(k)-2(b)(3), 1.401(m)-2(a)(4)(ii) (not read; told by practitioners)",
            event.where,
        )


def not_eligible_for_rollover(context: CheckContext) -> Iterator[Finding]:
    """Say what was taken out of a Roth IRA again as plan money that could not be rolled over."""
    me = context.person.taxpayer.id
    for found in context.library.index.story(me).corrected:
        if found.was_rolled_over and context.year in {found.event.day.year, found.made.day.year}:
            yield Finding(
                "warning",
                "not_eligible_for_rollover",
                f"{found.event.money('amount')} returned from {found.event.account} on "
                f"{found.event.day} is no contribution for {found.event.tax_year}: taken as "
                f"after-tax money above the limits of {found.made.account}, which could not be "
                f"rolled over; its net income of {found.net_income} is income of "
                f"{found.made.day.year}. Ask the plan whether its Form 1099-R of that year is "
                "corrected",
                "IRC 401(m)(6), 402(c)(4); Treas. Reg. 1.402(c)-2(c), 1.401(m)-2(b)(2)",
                found.event.where,
            )


def excess_deferrals_paid_back(context: CheckContext) -> Iterator[Finding]:
    """Find an excess deferral that was paid back: wages, on no line worked out here."""
    me, year = context.person.taxpayer.id, context.year
    line = figures(year).text("form_1040_wages_line")
    for event in context.ira_events.of(me, {K.EXCESS_DEFERRAL_RETURN}, lambda _: True):
        in_time = is_returned_in_time(event.tax_year, event.day)
        # late ones have a check of their own; the others are income of two years, told in both
        if not in_time or year not in {event.day.year, event.tax_year}:
            continue
        amount, earnings = event.money("amount"), event.earnings or ZERO
        roth = event.sources[0].character is TaxCharacter.ROTH
        income = "had been taxed as wages" if roth else "is wages"
        yield Finding(
            "warning",
            "excess_deferral_is_wages",
            f"{amount} paid back from {event.account} {income} of {event.tax_year}, its earnings "
            f"of {earnings} are income of {event.day.year}; what is income of {year} stands on "
            f"Form 1040 line {line}, with wages",
            "IRC 402(g)(2)(C)",
            event.where,
        )


def income_of_another_year(context: CheckContext) -> Iterator[Finding]:
    """Find net income of a contribution that came back: of the year in which that was made."""
    for found in context.payments.corrected:
        event, income = found.event, found.net_income.floor_zero()
        of = found.made.day.year
        if event.kind is K.RETURN_OF_CONTRIBUTION and income and of != event.day.year:
            yield Finding(
                "warning",
                "income_of_another_year",
                f"{income} of what came back from {event.account} on {event.day} is income of "
                f"{of}, the year of the contribution, and on no line here: it is on the return of "
                f"{of} (code P), which is amended where it was filed without it",
                "IRC 408(d)(4); Form 1099-R, box 7, code P",
                event.where,
                income,
            )


def more_paid_back_than_excess(context: CheckContext) -> Iterator[Finding]:
    """Find excess deferrals paid back of which the books have less above the limit."""
    me, own = context.person.taxpayer.id, context.record.limits.deferrals
    if own.catch_up is None:
        return  # at an unknown age the excess is not known either
    events = context.ira_events.of(me, {K.EXCESS_DEFERRAL_RETURN}, lambda _: True)
    back = Money.total(e.money("amount") for e in events if e.tax_year == context.year)
    excess = (own.used - own.limit - own.service_catch_up - own.catch_up).floor_zero()
    if back > excess:
        yield Finding(
            "warning",
            "more_paid_back_than_excess",
            f"{back} was paid back as excess deferrals of {context.year}, and {own.used} deferred "
            f"in the books is {excess} above the limit: rows are missing, 'amount' has the "
            "earnings in it, which stand beside it, or the plan corrected something else "
            "(corrective_distribution)",
            "IRC 402(g)(2)(A)",
            at_stake=back - excess,
        )
