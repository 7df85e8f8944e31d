"""Checks of what is stated of an event: reasons, exceptions, loans, rows from before an opening."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ledger.balances.distributions import EXCEPTED_REASONS
from ledger.balances.openings import as_balance
from ledger.balances.prices import Prices
from ledger.balances.stated import stated_value
from ledger.chart import ELECTIVE_DEFERRALS, UNDIVIDED, Account, Pool
from ledger.events import (
    ARRIVED,
    BY_VALUE,
    CONVERTED,
    ROUNDED,
    UNSAID,
    WENT_BACK,
    WHOLE,
    Event,
    EventKind,
)
from ledger.journal import JournalEntry
from ledger.law.eligible_rollover import NOT_ELIGIBLE_REASONS
from ledger.law.special_distributions import EXCEPTIONS, reason_of
from ledger.money import ZERO, Money
from ledger.tax_year.checks.context import CheckContext
from ledger.tax_year.plan_special import PlanSpecial
from ledger.year_end import Finding

K = EventKind
_REASONS = tuple(dict.fromkeys((*sorted(EXCEPTED_REASONS), *EXCEPTIONS, *NOT_ELIGIBLE_REASONS)))
# words by which an import says how it made an event
_IMPORTED = {ARRIVED, BY_VALUE, CONVERTED, ROUNDED, UNSAID, WENT_BACK, WHOLE}


def reason_without_rule(context: CheckContext) -> Iterator[Finding]:
    """Find a reason that no rule knows: it may be a remark, or a word mistyped."""
    for event in context.of_year(K.DISTRIBUTION):
        if event.reason and event.reason not in {UNSAID, *_REASONS}:
            yield Finding(
                "warning",
                "reason_without_rule",
                f"no rule knows the reason '{event.reason}' of {event.day}: the taxes are worked "
                f"out without it; rules know {', '.join(_REASONS)}",
                "IRC 72(t)(2), 402(c)(4)",
                event.where,
            )


def fact_of_no_use(context: CheckContext) -> Iterator[Finding]:
    """Find what is said of an event and read by no rule for that kind of event or account."""
    for event in context.events:
        if told := _of_no_use(event, context.account(event)):
            severity = "info" if event.kind.spec.reason_is_of_import else "warning"
            yield Finding(severity, "fact_of_no_use", told, "", event.where)


def _of_no_use(event: Event, here: Account) -> str:
    if event.kind.spec.reason_is_of_import and event.reason not in {"", *_IMPORTED}:
        return (
            f"nothing is worked out from the reason '{event.reason}' of the {event.kind.words} of "
            f"{event.day}: where it is a remark, write it as 'memo'"
        )
    if event.postponed and here.kind.is_plan:
        return (
            f"'postponed' is of IRA contributions: that of {event.day} to {here.id} counts for the "
            "year that it states, or else for that of its day"
        )
    if event.disaster and here.kind.is_inherited:
        return (
            f"a disaster distribution out of {here.id}, {here.kind.with_article}, is not worked "
            f"out: that of {event.day} is income of its year, in full"
        )
    if event.kind is K.ROLLOVER_IN and event.of:
        return (
            f"'of' names {event.of}, and no payment of that name is what came into {here.id} on "
            f"{event.day}: it counts as money from outside the books"
        )
    return ""


def arrived_in_no_source(context: CheckContext) -> Iterator[Finding]:
    """Find money that came into a plan from outside and names none of the plan's sources."""
    for entry in context.record.entries:
        event = entry.event
        undivided = Pool(event.account, UNDIVIDED)
        came = Money.total(p.value for p in entry.postings if p.pool == undivided)
        if event.kind.spec.comes_from_elsewhere and came > ZERO:
            yield Finding(
                "warning",
                "source_not_stated",
                f"{came} came into {event.account} on {event.day} ({event.kind.words}) and names "
                "no source: it stands in none of the plan's figures; state the 'source' it is kept "
                "in",
                "",
                event.where,
            )


def exception_covers_a_part(context: CheckContext) -> Iterator[Finding]:
    """Find early payments that are more than their reason covers in the year."""
    for event, beyond in _beyond_their_reason(context):
        if beyond and context.person.is_early(event):
            reason = reason_of(event)
            yield Finding(
                "warning",
                "exception_covers_a_part",
                f"{beyond} of the payment of {event.day} is more than exception "
                f"{EXCEPTIONS[reason]} ({reason}) covers in {context.year}, and bears the "
                f"additional tax{_why_beyond(context, event, reason)}",
                "IRC 72(t)(2)(H)(ii), (I)(ii), (iii) and (vii), (K)(ii) and (L)",
                event.where,
            )


def _why_beyond(context: CheckContext, event: Event, reason: str) -> str:
    """Say what the limit of a reason was measured by, and what is not worked out."""
    held = context.library.fold.story.held.get(event, ZERO)
    return {
        "birth_or_adoption": "; a second child's amount of its own is not worked out here",
        "emergency_expense": ": it is one distribution a year, up to what the vested account (here "
        f"{held} just before) exceeds 1,000.00, and none for three years while an earlier one is "
        "neither repaid nor made up by contributions",
        "long_term_care": ": it is of a plan that provides for it, within the year's amount and a "
        f"tenth of the vested plan, which held {held} just before",
        "domestic_abuse": ": it is one amount over all accounts, and no more than half of the "
        f"vested account, which held {held} just before",
    }.get(reason, "")


def _beyond_their_reason(context: CheckContext) -> Iterator[tuple[Event, Money]]:
    for payment in (*context.payments.traditional, *context.payments.roth):
        if reason_of(payment.event) in EXCEPTIONS:
            yield payment.event, payment.kept - payment.special
    payouts = context.payments.payouts
    special = PlanSpecial(payouts, context.library.events.covered)
    for payout in payouts:
        if reason_of(payout.event) in EXCEPTIONS:
            yield payout.event, special.not_qualifying(payout)


def catch_up_of_no_deferral(context: CheckContext) -> Iterator[Finding]:
    """Find money marked as catch-up that nobody defers: it is an annual addition."""
    for event in context.of_year(K.CONTRIBUTION):
        if event.catch_up and event.source not in ELECTIVE_DEFERRALS:
            yield Finding(
                "warning",
                "catch_up_of_no_deferral",
                f"{event.money('amount')} of {event.source or 'IRA money'} is marked as catch-up, "
                "which is of elective deferrals alone: it counts as any other contribution",
                "IRC 414(v)(1), (5)(B)",
                event.where,
            )


def loan_not_in_books(context: CheckContext) -> Iterator[Finding]:
    """Find a loan repaid that the books never lent: older than they are, or not a repayment."""
    for event in context.of_year(K.LOAN_REPAYMENT):
        lent = (
            entry.event
            for entry in context.books.entries
            if entry.event.kind is K.LOAN and entry.event.account == event.account
        )
        if not any(loan.day <= event.day and loan.sources == event.sources for loan in lent):
            yield Finding(
                "warning",
                "loan_not_in_books",
                f"{event.money('amount')} is repaid to {event.account} ({event.source}) on "
                f"{event.day} and the books have no loan of it: enter the loan; of one from before "
                "the books the repayment raises the value and is no contribution",
                "Treas. Reg. 1.72(p)-1, Q&A-21",
                event.where,
            )


def rows_before_opening(context: CheckContext) -> Iterator[Finding]:
    """Find openings that older rows do not explain: they only say a value of their eve."""
    opened = defaultdict[tuple[str, object], list[JournalEntry]](list)
    for entry in context.books.entries:
        if entry.event.kind is K.OPENING and entry.event.value:
            opened[entry.event.account, entry.event.source].append(entry)
    told = set[tuple[str, object]]()
    for entry in context.record.entries:
        event = entry.event
        key = (event.account, event.source)
        late = [one for one in opened.get(key, ()) if event.day < one.day]
        # once for each source: every row before the opening would say the same
        if late and not entry.derived and key not in told:
            told.add(key)
            last = late[-1].event
            # openings of one day are one balance, though each has a part of it
            balance = as_balance([one for one in late if one.day == last.day])
            if balance.day.year > context.year:
                continue  # the rows of the years between may explain it
            if stated_value(context.journal_of[event.account], balance).is_plausible:
                continue
            yield Finding(
                "warning",
                "rows_before_opening",
                f"{event.account} opens on {last.day} with {balance.value}, and has rows from "
                f"{event.day} on: the opening is taken for a statement's value of the day before, "
                "and its basis is held against theirs; where rows between are missing, import them",
                "what an account holds comes from its rows, and from an opening before them",
                event.where,
            )


def arrived_before_it_left(context: CheckContext) -> Iterator[Finding]:
    """Find money that its receiver had in one year and its payer paid in the next, by the rows."""
    me = context.record.taxpayer.id
    for entry, arrival in context.ira_events.arrived_before(me, context.year):
        event, there = entry.event, context.books.accounts[arrival.account]
        words = f"it counts as paid in {event.day.year}"
        if event.kind is K.TRANSFER:  # on no Form 1099-R, and no income of any year
            words = "both accounts show it at year end, and line 6 of Form 8606 has it once"
        elif context.account(event).kind.is_plan and there.kind.is_pooled_traditional:
            words += ", and basis that came along is on line 2 of Form 8606 from then on, though "
            words += f"line 6 has the money from {arrival.day.year} on"
        if event.kind is not K.TRANSFER:
            words += "; see which year the payer's Form 1099-R is for: if for "
            words += f"{arrival.day.year}, take the payer's row back and enter it with that date"
        yield Finding(
            "info" if event.kind is K.TRANSFER else "warning",
            "arrived_before_it_left",
            f"{arrival.amount} came into {arrival.account} on {arrival.day}, and left "
            f"{event.account} on {event.day} by its rows: {words}",
            "Instructions for Form 1099-R, box 1; Instructions for Form 8606, lines 2 and 6",
            event.where,
        )


def prices_disagree(context: CheckContext) -> Iterator[Finding]:
    """Find a fund that rows of one day tell two prices of: a figure of one of them is wrong."""
    for found in Prices(context.books.facts or context.books.entries).disagreements():
        if found.one.day.year != context.year or found.account not in context.record.accounts:
            continue
        one, other = found.one, found.other
        places = one.where if one is other else f"{one.where} and {other.where}"
        prices = one.told if one is other else f"{one.told} and {other.told}"
        taken = "the printed one is left alone" if one is other else "the first counts"
        yield Finding(
            # only a price that divides basis can make a tax figure wrong
            "warning" if found.pays_basis else "info",
            "prices_disagree",
            f"{found.account}: {places} tell two prices of {one.fund} on {one.day}, {prices}: "
            f"{taken}; look whether units or amount are mistyped",
            "",
            other.where,
        )


def contribution_taken_back(context: CheckContext) -> Iterator[Finding]:
    """Find negative contributions that somebody typed: a correction has a kind of its own."""
    files = context.books.file_named
    for event in context.of_year(K.CONTRIBUTION):
        file = files.get(event.where.rpartition(":")[0])
        amount = event.money("amount")
        if amount >= ZERO or (file is not None and file.is_download):
            continue  # a payroll takes back what it paid too much, and its file shows it
        other = next((one for one in _paid_like(context, event) if one.amount == -amount), None)
        where = f" (it is as much as that of {other.day}, {other.where})" if other else ""
        returned = (
            "excess_deferral_return or corrective_distribution"
            if context.account(event).kind.is_plan
            else "return_of_contribution"
        )
        yield Finding(
            "warning",
            "contribution_taken_back",
            f"a contribution of {amount} to {event.account} is typed on {event.day}{where}: a slip "
            "is taken back with basis reverse and the number of its entry; money that was paid "
            f"back is another kind ({returned}), whose earnings are taxed",
            "IRC 402(g)(2), 408(d)(4)",
            event.where,
        )


def _paid_like(context: CheckContext, event: Event) -> Iterator[Event]:
    """Go through the contributions to the same account and source, for the same year."""
    for entry in context.by_account.get(event.account, ()):
        one = entry.event
        same = one.kind is K.CONTRIBUTION and one.sources == event.sources
        if same and one.tax_year == event.tax_year:
            yield one
