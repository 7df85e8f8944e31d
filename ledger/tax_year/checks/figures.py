"""Checks of the year's figures: elections, limits, and basis that waits or is not recovered."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.chart import Source
from ledger.events import CASH, Event, EventKind, Part
from ledger.law.early_distribution import SEPARATION
from ledger.law.figures import figures
from ledger.law.rollover_split import Disbursed, Route, is_election_open
from ledger.law.special_distributions import reason_of
from ledger.money import Money
from ledger.tax_year.checks.context import CheckContext
from ledger.year_end import Finding

K = EventKind
_ROTH_IRAS = "roth_ira"  # all of a person count as one (IRC 408A(d)(4))


def _has_left(event: Event) -> bool:
    """Whether a reason or an exception says that the job is over, or lifts the plan's terms."""
    return bool(reason_of(event)) or event.exception == SEPARATION


def plan_does_not_allow(context: CheckContext) -> Iterator[Finding]:
    """Find an event that the plan document, as recorded, does not provide for."""
    for event in context.events:
        account = context.account(event)
        if not account.kind.is_plan:
            continue
        after_tax = event.kind is K.CONTRIBUTION and event.source is Source.AFTER_TAX
        after_tax = after_tax or event.kind is K.ADP_RECHARACTERIZATION
        in_service = event.kind is K.DISTRIBUTION and not _has_left(event)
        terms = [
            (in_service, account.in_service_distribution, "distributions in service"),
            (event.kind is K.IN_PLAN_CONVERSION, account.in_plan_conversion, "in-plan conversions"),
            (after_tax, account.after_tax, "after-tax contributions"),
            (event.catch_up, account.catch_up, "catch-up contributions"),
        ]
        for applies, allowed, words in terms:
            if applies and not allowed:
                yield Finding(
                    "warning",
                    "plan_does_not_allow",
                    f"{account.id}: the plan's terms, as recorded, do not provide for {words}; "
                    f"the event of {event.day} is booked as it happened",
                    "plan document",
                    event.where,
                )


def election_assumed(context: CheckContext) -> Iterator[Finding]:
    """Find several direct rollovers without a recorded choice of where the pretax dollars went."""
    pretax: dict[str, Money] = {}
    for row in context.record.disbursements:
        pretax[row.event] = pretax.get(row.event, Money(0)) + row.pretax
    for event in context.events:
        if event.kind is not K.DISTRIBUTION or event.name not in pretax:
            continue
        if is_election_open(pretax[event.name], _received(context, event)):
            yield Finding(
                "warning",
                "election_assumed",
                "no election is recorded: pretax dollars were assigned to the traditional IRA or "
                "plan first, then to the Roth IRA; state 'pretax' of each part as it was elected",
                "Notice 2014-54, section III",
                event.where,
                at_stake=pretax[event.name],
            )


def _received(context: CheckContext, event: Event) -> list[Disbursed]:
    """Return what each receiver got of a distribution.

    Two checks for one account, or for two Roth IRAs, are one: there is nothing to choose.
    """
    parts: dict[str, list[Part]] = {}
    for part in event.parts:
        there = context.books.accounts.get(part.to)
        roth = there is not None and there.kind.is_roth_ira
        parts.setdefault(_ROTH_IRAS if roth else part.to, []).append(part)
    return [
        Disbursed(
            to,
            Money.total(part.amount for part in listed),
            Route.PAID if to == CASH else Route.DIRECT,
            # only whether somebody elected matters here, not how much
            elected=next((p.pretax for p in listed if p.pretax is not None), None),
        )
        for to, listed in parts.items()
    ]


def excess_contributions(context: CheckContext) -> Iterator[Finding]:
    """Find contributions above a limit: how much, and where to take it back."""
    limits, year = context.record.limits, context.year
    fig = figures(year)
    if limits.deferrals.excess:
        yield Finding(
            "warning",
            "excess_deferral",
            f"elective deferrals exceed the limit by {limits.deferrals.excess}: ask the plan to "
            f"pay the excess back with its earnings by {fig.day('excess_deferral_due_date')}",
            "IRC 402(g)(2)",
            at_stake=limits.deferrals.excess,
        )
    for row in limits.additions:
        if row.excess:
            yield Finding(
                "warning",
                "excess_annual_additions",
                f"{row.employer}: annual additions of {row.used} exceed the limit of {row.limit} "
                f"by {row.excess}; an in-plan conversion is no cure, the plan must correct it",
                "IRC 415(c)(1)",
                at_stake=row.excess,
            )
    if limits.ira and limits.ira.excess:
        yield Finding(
            "warning",
            "excess_ira_contribution",
            f"IRA contributions exceed the limit by {limits.ira.excess}: take it back with its "
            f"net income by {fig.day('corrective_due_date')}, or 6 percent is due each year",
            "IRC 4973, 408(d)(4)",
            at_stake=limits.ira.excess,
        )


def after_tax_left(context: CheckContext) -> Iterator[Finding]:
    """Find after-tax money with gains that waits for its conversion at year end."""
    for row in context.record.pools:
        if row.source != Source.AFTER_TAX or row.closing_basis is None:
            continue
        gain = row.closing_value - row.closing_basis
        if row.closing_basis > row.closing_value:
            yield Finding(
                "info",
                "basis_not_recovered",
                f"{row.account}: {row.closing_basis - row.closing_value} of after-tax basis is "
                "above the value; it stays for the next conversion or distribution",
                "IRC 72(e)(8)",
                row.account,
            )
        elif gain:
            yield Finding(
                "info",
                "after_tax_gain",
                f"{row.account}: the after-tax source holds {gain} of gains on December 31, "
                "taxable when converted",
                "IRC 402A(c)(4)",
                row.account,
            )


def roth_basis_not_recovered(context: CheckContext) -> Iterator[Finding]:
    """Find designated Roth accounts that are worth less than what was put in."""
    for row in context.record.designated_roth:
        if row.basis > row.value:
            left = (
                "it stays for later payments" if row.value else "no payment is left to recover it"
            )
            yield Finding(
                "info",
                "basis_not_recovered",
                f"{row.account}: {row.basis - row.value} of the investment in the designated Roth "
                f"account is above its value; {left}, unless all of it goes by direct rollover",
                "Treas. Reg. 1.402A-1, A-3 and A-6",
                row.account,
            )


def weak_figures(context: CheckContext) -> Iterator[Finding]:
    """Find figures of law, or a form, that were not seen in their final text."""
    if context.record.provisional:
        yield Finding(
            "warning",
            "provisional_form",
            f"Form 8606 for {context.year} is provisional: {context.record.provisional}",
            "Form 8606",
        )
