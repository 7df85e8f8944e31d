"""Distributions of IRAs that may be repaid: what qualifies, what was repaid, what is income."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ledger.errors import LedgerError
from ledger.events import Event, EventKind
from ledger.forms.f8606 import TaxedPayments
from ledger.forms.form import Form, Formula
from ledger.forms.worksheets import disaster_worksheet
from ledger.law.special_distributions import (
    EXCEPTIONS,
    REPAYABLE,
    counts_for_return,
    income_by_year,
    last_day_to_repay,
    reason_of,
    repayments_reduce_taxable_line,
)
from ledger.money import ZERO, Money
from ledger.tax_year.ira_events import IraEvents, IraPayment, amounts
from ledger.tax_year.person import CarriedDisaster, Person

K = EventKind


def with_special(payments: Iterable[IraPayment], events: IraEvents) -> list[IraPayment]:
    """Return payments with what qualifies as disaster or other special distribution.

    Raises LedgerError (``repayment_too_late``, ``repayment_too_large``, ``cannot_receive``).
    """
    return [_special(payment, events) for payment in payments]


def _special(payment: IraPayment, events: IraEvents) -> IraPayment:
    event, year = payment.event, payment.event.day.year
    if event.kind is not K.DISTRIBUTION:
        return payment
    repaid = events.repayments_of(event)
    reason = reason_of(event)
    if repaid and not (event.disaster or reason in REPAYABLE):
        raise _not_repayable(repaid[0], event)
    if not (event.disaster or reason in EXCEPTIONS):
        return payment
    part = min(payment.kept, events.covered(event))
    total = _check_repaid(repaid, payment, part, events)
    in_year = amounts(r for r in repaid if r.day.year == year)
    if event.disaster:
        return replace(payment, disaster=part, repaid_in_year=in_year)
    if repayments_reduce_taxable_line(year):
        return replace(payment, special=part, repaid=total, repaid_in_year=in_year)
    # before the form had a line for it a repaid amount was a rollover and off line 7
    kept, rolled = payment.kept - total, payment.rolled + total
    return replace(payment, special=part - total, kept=kept, rolled=rolled)


def _check_repaid(
    repaid: Sequence[Event], payment: IraPayment, part: Money, events: IraEvents
) -> Money:
    """Add up the repayments of one distribution; refuse what the law has no room for."""
    total, last = ZERO, last_day_to_repay(payment.event.day)
    for one in repaid:
        total += one.money("amount")
        roth = payment.account.kind.is_roth_ira
        plan = events.account(one).kind.is_plan
        if plan or roth != events.account(one).kind.is_roth_ira:
            raise LedgerError(
                where=one.where,
                code="cannot_receive",
                problem=f"{one.account} is {events.account(one).kind.with_article}; the "
                f"distribution came out of {payment.account.kind.with_article}",
                remedy="a repayment goes to an IRA of the same kind here; another way needs an "
                "adviser",
            )
        if not payment.event.day <= one.day <= last:
            raise LedgerError(
                where=one.where,
                code="repayment_too_late",
                problem=f"{payment.event.name} of {payment.event.day} may be repaid from that day "
                f"until {last}, not on {one.day}",
                remedy="check the dates; later money is a contribution (IRC 72(t)(2)(H)(v), "
                "72(t)(11)(C))",
            )
        if total > part:
            raise LedgerError(
                where=one.where,
                code="repayment_too_large",
                problem=f"{total} is repaid of {payment.event.name}, of which {part} qualifies",
                remedy="correct the amount; what does not qualify cannot be repaid",
            )
    return total


def _not_repayable(repayment: Event, distribution: Event) -> LedgerError:
    return LedgerError(
        where=repayment.where,
        code="not_repayable",
        problem=f"{distribution.name} of {distribution.day} is not recorded as a distribution that "
        "may be repaid",
        remedy="put 'disaster' with the name of the disaster beside the distribution, or 'reason': "
        f"one of {', '.join(sorted(REPAYABLE))}; within 60 days it is a 'rollover_60day'",
    )


def check_repayments_found(events: IraEvents, owner: str, year: int) -> None:
    """Refuse a repayment of the year that names no distribution out of the person's IRAs."""
    paid = {e.id for e in events.of(owner, {K.DISTRIBUTION}, lambda _: True) if e.id}
    for one in events.of(owner, {K.REPAYMENT}, lambda _: True):
        if one.day.year == year and one.of not in paid:
            raise LedgerError(
                where=one.where,
                code="unknown_distribution",
                problem=f"no distribution of {owner} has the id '{one.of}'",
                remedy="name in 'of' the id of the distribution",
            )


def disaster_income(
    form: Form, own: Formula, person: Person, before: CarriedDisaster, events: IraEvents
) -> tuple[Form | None, CarriedDisaster]:
    """Work out what of disaster distributions is income in the year, and what is carried on.

    ``own`` is line 15b of Form 8606, or what it would be where Part I is blank. It and line 25b
    start three years of income unless the person elected otherwise;
    repayments take income off, the year's first. A repayment by the day the return is due
    counts for that return.
    """
    new, year = own.value + form.amount("25b"), person.facts.year
    now, *later = income_by_year(new, in_full=person.facts.disaster_income == "in_full")
    repaid = _repaid_for(events, person.taxpayer.id, year) + before.repaid_over
    earlier = dict(before.iras)
    from_before = earlier.pop(year, ZERO)
    for after, amount in enumerate(later, start=1):
        earlier[year + after] = earlier.get(year + after, ZERO) + amount
    if not (new or from_before or repaid):
        return None, before
    sheet = disaster_worksheet(form, own, now, from_before, repaid)
    over = (repaid - sheet.amount("6")).floor_zero()
    left = {y: amount for y, amount in earlier.items() if y > year and amount}
    return sheet, replace(before, iras=left, repaid_over=over)


def _repaid_for(events: IraEvents, owner: str, year: int) -> Money:
    """Return the disaster repayments that count for one year's return."""
    paid = {e.id: e for e in events.of(owner, {K.DISTRIBUTION}, lambda a: not a.kind.is_plan)}
    total = ZERO
    for one in events.of(owner, {K.REPAYMENT}, lambda _: True):
        of = paid.get(one.of)
        if of is None or not of.disaster or of.day.year > year:
            continue
        if counts_for_return(of.day, one.day, year):
            total += one.money("amount")
    return total


def restored_basis(own: TaxedPayments, repaid: Money) -> Money:
    """Return what was repaid above the taxable part: basis that the repayment puts back."""
    return (repaid - (own.above_basis.value - own.disaster.value)).floor_zero()
