"""Checks of the IRA rules: what decided a figure, what must be filed, what is not settled."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.chart import AccountKind
from ledger.events import EventKind
from ledger.forms.worksheets import DISASTER_INCOME, IRA_METHODS, ROTH_CONTRIBUTIONS
from ledger.law.excess_contributions import absorbed
from ledger.law.figures import figures
from ledger.money import ZERO, Money
from ledger.records import BECAME_FAMILY
from ledger.tax_year.charity import Charity
from ledger.tax_year.checks.context import CheckContext
from ledger.tax_year.divorce import roth_shares
from ledger.tax_year.inheritance import basis_words, inherited_in, passed_on
from ledger.year_end import Finding

K = EventKind


def disaster_form_due(context: CheckContext) -> Iterator[Finding]:
    """Say which form spreads disaster distributions, and what is worked out here of it."""
    sheet = context.record.worksheets.get(DISASTER_INCOME)
    if sheet is None:
        return
    form = figures(context.year).text("form_8606_disaster_form")
    yield Finding(
        "warning",
        "disaster_form_due",
        f"qualified disaster distributions: Form {form} must be filed; its income of IRAs is "
        f"{sheet.amount('8')} here (worksheet), with repayments counted for the year whose return "
        "was not yet due",
        "IRC 72(t)(11)(C) and (D)",
    )
    left = (sheet.amount("7") - sheet.amount("6")).floor_zero()
    if left:
        # with no income left to come, what is carried on would never take anything off
        way = (
            "it is carried to the next year here; it may also be carried back by amending"
            if any(row.iras for row in context.record.disaster_later)
            else "no later year has income of it, so only amended returns of the earlier years "
            "take it off; these figures do not"
        )
        yield Finding(
            "warning",
            "disaster_repaid_over",
            f"{left} repaid is more than the year's income: {way} (Form {form})",
            "IRC 72(t)(11)(C)",
        )


def repaid_after_due_date(context: CheckContext) -> Iterator[Finding]:
    """Find repayments that change a return that was due before."""
    paid = (*context.payments.traditional, *context.payments.roth)
    for payment in paid:
        if not (payment.special or payment.repaid):
            continue
        # contributions are due with the return, extensions left out (IRC 219(f)(3))
        due = figures(context.year).day("ira_contribution_due_date")
        for repayment in context.ira_events.repayments_of(payment.event):
            if repayment.day > due:
                yield Finding(
                    "warning",
                    "repayment_amends_year",
                    f"{repayment.money('amount')} was repaid on {repayment.day}, after the return "
                    f"for {context.year} was due: these figures have it, an amended return claims "
                    "it",
                    "IRC 72(t)(2)(H)(v); Instructions for Form 8606, line 15c",
                    repayment.where,
                )


def basis_restored(context: CheckContext) -> Iterator[Finding]:
    """Say where a repayment put basis back, which no instruction spells out for line 2."""
    if context.traditional.restored:
        yield Finding(
            "warning",
            "basis_restored",
            f"line 2 has {context.traditional.restored} of basis in distributions that were "
            "repaid, because the law treats them as rolled over; the instructions do not show "
            "the line",
            "IRC 72(t)(2)(H)(v)(III)",
        )


def excess_absorbed(context: CheckContext) -> Iterator[Finding]:
    """Say where an earlier excess counts as a contribution of this year."""
    form = context.record.f5329
    # what was taken back (line 12) is not there to be absorbed any more
    left = (form.amount("9") - form.amount("12")).floor_zero()
    counted = absorbed(left, form.amount("10"))
    if counted:
        yield Finding(
            "warning",
            "excess_absorbed",
            f"{counted} of earlier excess contributions counts as contributed for {context.year}: "
            "it may be deducted, and is on line 1 of Form 8606 as far as it is not",
            "IRC 219(f)(6)",
        )


def excess_converted(context: CheckContext) -> Iterator[Finding]:
    """Say that an excess left with a conversion: what becomes of it then is not settled."""
    excess, left = context.record.f5329.amount("15"), context.record.traditional_ira.year_end_value
    converted = [p for p in context.payments.traditional if p.converted]
    if not converted or excess <= left:
        return
    yield Finding(
        "warning",
        "excess_converted",
        f"{excess} contributed to traditional IRAs is above the limit, and they hold {left} at the "
        f"end of {context.year}: the rest of it went along with a conversion. It bears no basis "
        "here, so its conversion is taxed; whether it is a contribution above the limit of the "
        "Roth IRA instead, and is taken back from there, is not settled: show it to your adviser "
        "before the return is due",
        "IRC 408(d)(4) and (5), 408A(e), 4973",
        converted[0].event.where,
        at_stake=excess,
    )


def roth_ira_share(context: CheckContext) -> Iterator[Finding]:
    """Say what of a Roth IRA's history went along in a divorce, and how it was divided."""
    for event in roth_shares(context.library, context.record.taxpayer.id, context.year):
        held = context.library.fold.story.held[event]
        yield Finding(
            "warning",
            "roth_ira_share",
            f"{event.money('amount')} of {held} in Roth IRAs went from {event.account} to "
            f"{event.to} in a divorce: the giver's contributions and conversions at the start of "
            f"{context.year} went along in this proportion, those made in {context.year} did not; "
            "whose five-year period counts for a receiver without a Roth IRA is not settled: the "
            "giver's is taken",
            "IRC 408(d)(6); Instructions for Form 8606, lines 22 and 24",
            event.where,
        )


def ira_share(context: CheckContext) -> Iterator[Finding]:
    """Say what of a traditional IRA and its basis went along in a divorce, on both sides."""
    accounts = context.library.books.accounts
    for share in context.record.divorce_shares:
        event = share.moved
        if accounts[event.account].kind.is_any_roth_ira:
            continue  # a Roth IRA has a finding of its own
        yield Finding(
            "info",
            "ira_share",
            f"{event.money('amount')} went from {event.account} to {event.to} on {event.day} in a "
            f"divorce, with {share.basis or ZERO} of basis: no payment and no Form 1099-R; where "
            "basis went along, line 2 of Form 8606 of both changes, and each attaches a statement",
            "IRC 408(d)(6); Instructions for Form 8606, line 2",
            event.where,
        )


def passed_at_death(context: CheckContext) -> Iterator[Finding]:
    """Say what of an owner's IRAs passed to whom, and what is not settled of the last year."""
    me, accounts = context.record.taxpayer.id, context.library.books.accounts
    for event in passed_on(context.library, me, context.year):
        to, share = accounts[event.to], context.library.inherited[event]
        yield Finding(
            "warning",
            "passed_at_death",
            f"{event.money('amount')} of {event.account} passed to {to.id} of {to.owner} on "
            f"{event.day}, {basis_words(share, to)}: it stands on the heir's Form 8606 for this "
            f"decedent, and on no later form of {me}. Not settled: line 6 of the last year has the "
            "value of the day of death here, the statute names that of December 31, when the IRA "
            "is the heir's. A required distribution that the owner had not taken is the heir's to "
            "take",
            "IRC 408(d)(2)(C); Instructions for Form 8606, Who Must File",
            event.where,
        )


def filed_at_death(context: CheckContext) -> Iterator[Finding]:
    """Find a filed form of an owner's last year that carries another basis than the books."""
    form, passed = context.record.f8606, context.record.traditional_ira.passed_to_heirs
    if passed and "14" in form and form.amount("14") != passed:
        yield Finding(
            "warning",
            "filed_basis_differs",
            f"the Form 8606 filed for {context.year} states a basis of {passed}, the books come to "
            f"{form.amount('14')}; the filed figure is what passed to the heirs",
            "Form 8606, line 14",
        )


def inherited_at_death(context: CheckContext) -> Iterator[Finding]:
    """Say what basis an heir got in the year, and on which form it stands."""
    me, accounts = context.record.taxpayer.id, context.library.books.accounts
    for event in inherited_in(context.library, me, context.year):
        share, to = context.library.inherited[event], accounts[event.to]
        yield Finding(
            "info",
            "inherited_at_death",
            f"{event.money('amount')} came into {event.to} on {event.day} from "
            f"{accounts[event.account].owner}, {basis_words(share, to)}, as the owner's last year "
            "leaves it: it is never mixed with one's own, and has a Form 8606 of its own in a year "
            "with a payment",
            "Instructions for Form 8606, Who Must File",
            event.where,
        )


def excess_from_before_the_books(context: CheckContext) -> Iterator[Finding]:
    """Say what is taken of an excess whose year the books do not cover."""
    for payment in context.payments.traditional:
        year = payment.event.tax_year
        if payment.excess_returned and year < context.books_since:
            yield Finding(
                "warning",
                "excess_from_before_the_books",
                f"{payment.excess_returned} contributed for {year} is taken back free of tax: that "
                f"holds where all contributions for {year} were within the dollar limit of the "
                "age, and the excess was not deducted, which the books do not show",
                "IRC 408(d)(5)(A)",
                payment.event.where,
            )


def excess_not_absorbed(context: CheckContext) -> Iterator[Finding]:
    """Find an excess carried on while the facts are missing that would absorb it."""
    form, facts = context.record.f5329, context.person.facts
    traditional, roth = form.amount("14"), form.amount("22")
    # unused room without these facts is not zero, it is unknown
    lacking = facts.compensation is None
    lacking_roth = lacking or facts.magi is None or not facts.filing_status
    if (traditional and lacking) or (roth and lacking_roth):
        yield Finding(
            "warning",
            "excess_absorption_unknown",
            f"an excess of {traditional + roth} is carried on: whether unused room of "
            f"{context.year} absorbs it depends on compensation, and for Roth IRAs on filing "
            "status and modified AGI; record them: basis record return",
            "IRC 4973(b)(2)(B), (f)(2)(B)",
        )


def methods_differ(context: CheckContext) -> Iterator[Finding]:
    """Say what each method gives where they differ, so that the CPA's software can be matched."""
    sheet = context.record.worksheets.get(IRA_METHODS)
    if sheet is None or not (sheet.amount("3") or sheet.amount("6")):
        return
    me, chosen = context.record.taxpayer.id, context.books.options.ira_method
    # the options of a scenario say it as a fact of the year does; their default says nothing
    said = context.person.facts.ira_method or (chosen if chosen != "form" else "")
    method = said or chosen
    used = "Worksheet 1-1" if method != "form" else "the form"
    record = (
        ""
        if said
        else "; record which one the return follows: basis record return "
        f"--taxpayer {me} --year {context.year} --ira-method …"
    )
    yield Finding(
        "info",
        "ira_methods_differ",
        f"the taxable amount is {sheet.amount('1')} by the lines of Form 8606 and "
        f"{sheet.amount('2')} by Worksheet 1-1 of Pub. 590-B, a difference of "
        f"{sheet.amount('3')}; line 14 is {sheet.amount('4')} or {sheet.amount('5')}; the "
        f"figures here follow {used}{record}",
        "Pub. 590-B, Worksheet 1-1; Instructions for Form 8606, line 7",
        # once it is recorded nothing is left to decide
        at_stake=None if said else (sheet.amount("3") or sheet.amount("6")).size,
    )


def hsa_funding(context: CheckContext) -> Iterator[Finding]:
    """Say what an HSA funding distribution needs, and what of it does not qualify."""
    for one in context.payments.hsa_funding:
        if one.before:
            yield _second_funding(one)
        elif one.rest:
            yield Finding(
                "warning",
                "hsa_funding_not_qualified",
                f"{one.rest} of the HSA funding distribution of {one.event.day} does not qualify "
                "(the year's HSA limit, or money not yet taxed): it is a "
                "distribution like any other, and an excess HSA contribution unless taken back",
                "IRC 408(d)(9)(C) and (E)",
                one.event.where,
            )
        if one.qualified:
            yield Finding(
                "info",
                "hsa_testing_period",
                f"{one.qualified} went into an HSA without tax: it becomes income, with 10 "
                "percent, if high-deductible coverage ends within the next twelve months",
                "IRC 408(d)(9)(D)",
                one.event.where,
            )


def _second_funding(one: Charity) -> Finding:
    return Finding(
        "warning",
        "hsa_funding_second",
        f"the HSA funding distribution of {one.event.day} comes after {one.before}, and there is "
        f"one in a lifetime: all {one.rest} is a distribution like any other, and an excess HSA "
        "contribution unless taken back; only after a change from self-only to family coverage a "
        f"second one may be made, in a later month of the same year: state it with hsa_coverage = "
        f'"{BECAME_FAMILY}" among the facts of the year, or basis record return --hsa-coverage '
        f"{BECAME_FAMILY}",
        "IRC 408(d)(9)(C)(ii)",
        one.event.where,
    )


def charity_reduced_by_deductions(context: CheckContext) -> Iterator[Finding]:
    """Say where IRA deductions from 70 1/2 on made a charitable payment taxable."""
    if context.charity_reduced:
        yield Finding(
            "warning",
            "charity_after_deduction",
            f"{context.charity_reduced} of the year's charitable payments is income because IRA "
            "deductions of that amount were taken from age 70 1/2 on",
            "IRC 408(d)(8)(A)",
        )


def rolled_from_529(context: CheckContext) -> Iterator[Finding]:
    """Say what is not settled of a 529 rollover."""
    sheet = context.record.worksheets.get(ROTH_CONTRIBUTIONS)
    if sheet is not None and sheet.amount("5"):
        yield Finding(
            "warning",
            "rollover_529_basis",
            f"{sheet.amount('5')} out of a 529 account is taken as regular contributions: how its "
            "earnings count in Part III is not settled; that the account is 15 years old, and the "
            "money 5, is not checked",
            "IRC 529(c)(3)(E)(i)",
        )


def employer_roth_income(context: CheckContext) -> Iterator[Finding]:
    """Find money in Roth SEP or SIMPLE IRAs of which nobody said whether the employer paid it."""
    events = context.of_year(K.CONTRIBUTION)
    paid = [e for e in events if context.account(e).kind.is_employer_roth_ira and not e.source]
    for account in dict.fromkeys(e.account for e in paid):
        mine = [e for e in paid if e.account == account]
        deferred = context.account(mine[0]).kind is AccountKind.ROTH_SIMPLE_IRA
        yield Finding(
            "info",
            "employer_roth_ira",
            f"{Money.total(e.money('amount') for e in mine)} went into {account} without a source: "
            + (
                "taken as deferred out of taxed wages; what the employer added is income on a Form "
                "1099-R: give those contributions the source match_roth or nonelective_roth"
                if deferred
                else "taken as the employer's, and income of the year on a Form 1099-R; what was "
                "deferred out of taxed wages has the source roth"
            ),
            "Notice 2024-2, K",
            mine[0].where,
        )


def rollover_basis_not_stated(context: CheckContext) -> Iterator[Finding]:
    """Say what is taken of a rollover from outside the books whose basis nobody stated."""
    for event in context.of_year(K.ROLLOVER_IN):
        account = context.account(event)
        if event.basis is not None or account.kind.is_plan:
            continue
        came = f"{event.money('amount')} came into {account.id} on {event.day} as a rollover from "
        came += "outside the books"
        if account.kind.is_roth_ira:
            yield Finding(
                "warning",
                "rollover_basis_not_stated",
                f"{came}: neither income nor basis is counted for it. Out of a plan: add the plan "
                f"and book what it paid (basis add distribution --to {account.id}); out of "
                "designated Roth money or another Roth IRA: reverse the entry and book it with its "
                "basis (basis add rollover_in --basis …)",
                "IRC 408A(d)(3); Treas. Reg. 1.408A-10",
                event.where,
            )
        else:
            yield Finding(
                "info",
                "rollover_basis_not_stated",
                f"{came} and is taken as all pre-tax money; if some was after-tax (Form 1099-R, "
                "box 5), reverse the entry and book it with its basis (basis add rollover_in "
                "--basis …)",
                "IRC 408(d)(3); Form 8606, line 2",
                event.where,
            )
