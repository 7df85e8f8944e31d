"""Distributions that may be repaid: disaster, birth, emergency, domestic abuse, illness."""

from __future__ import annotations

from datetime import date

from ledger.events import Event
from ledger.law import rule
from ledger.law.figures import figures, statute
from ledger.money import ZERO, Money, apportion

# reason of a distribution -> number of the exception on Form 5329, line 2
EXCEPTIONS = {
    "birth_or_adoption": "19",
    "terminal_illness": "20",
    "domestic_abuse": "22",
    "emergency_expense": "23",
}
# numbers that stand for a reason: the reason's own rules hold, whichever way it is stated
_REASONS = {"03": "disability", "04": "death", **{n: reason for reason, n in EXCEPTIONS.items()}}


@rule("Instructions for Form 5329, line 2: exceptions 03, 04, 19, 20, 22 and 23", evidence="S")
def reason_of(event: Event) -> str:
    """Return why money was paid out: what the exception's number stands for, or the reason."""
    return _REASONS.get(event.exception, event.reason)


@rule("Instructions for Form 5329, line 2: one number for one exception", evidence="S")
def further_exception(event: Event) -> str:
    """Return the exception's number where it is no other way of stating a reason, else ""."""
    return "" if event.exception in _REASONS else event.exception


@rule("IRC 72(t)(11)(B); Instructions for Form 8915-F, dollar limit")
def within_disaster_limit(amount: Money, used: Money, tax_year: int) -> Money:
    """Return the part of an amount that is a qualified disaster distribution.

    ``used`` is what the person was paid for the same disaster before.

    >>> m = Money.dollars
    >>> within_disaster_limit(m(10000), m(15000), 2023)
    Money('7,000.00')
    """
    limit = figures(tax_year).money("qualified_disaster_limit")
    return min(amount, (limit - used).floor_zero())


@rule("IRC 72(t)(2)(H)(ii), (I)(iii), (K)(ii) and (L)", evidence="S")
def within_special_limit(amount: Money, used: Money, reason: str, tax_year: int) -> Money:
    """Return the part of an amount that the exception of its reason covers.

    ``used`` is what was paid out for the same reason earlier in the year; before the first year
    of an exception nothing is covered.

    >>> m = Money.dollars
    >>> within_special_limit(m(6000), m(0), "birth_or_adoption", 2024)
    Money('5,000.00')
    >>> within_special_limit(m(6000), m(0), "emergency_expense", 2023)
    Money('0.00')
    """
    fig = figures(tax_year)
    if reason == "terminal_illness":
        # no dollar limit, but before its first year terminal illness is no exception either
        return amount if fig.exists("terminal_illness_excepted") else ZERO
    if not fig.exists(f"{reason}_limit"):
        return ZERO
    return min(amount, (fig.money(f"{reason}_limit") - used).floor_zero())


@rule("IRC 72(t)(2)(H)(v)(I), 72(t)(11)(C)(i): repaid within three years from the next day")
def last_day_to_repay(paid_out: date) -> date:
    """Return the last day on which a distribution may be repaid.

    >>> last_day_to_repay(date(2024, 2, 29))
    datetime.date(2027, 2, 28)
    """
    year = paid_out.year + statute().number("repayment_years")
    try:
        return paid_out.replace(year=year)
    except ValueError:
        # 29 February, and no leap year three years later
        return date(year, paid_out.month, paid_out.day - 1)


@rule("Form 8606, lines 15c and 25c (2024 and later)")
def repayments_reduce_taxable_line(tax_year: int) -> bool:
    """Tell whether repayments, disasters apart, come off on lines 15c and 25c.

    Before that a repaid distribution is a rollover and stays off lines 7 and 19.
    """
    return figures(tax_year).flag("form_8606_repayments_on_15c")


@rule("IRC 72(t)(11)(D); Form 8915-F, line 22", evidence="S")
def income_by_year(taxable: Money, *, in_full: bool) -> tuple[Money, ...]:
    """Return what of a qualified disaster distribution is income in each year, the first first.

    ``in_full``: the person elected not to spread it.

    >>> income_by_year(Money.dollars(100), in_full=False)
    (Money('33.34'), Money('33.33'), Money('33.33'))
    """
    years = 1 if in_full else statute().number("disaster_income_years")
    # cents that do not divide fall on the first year, so that the parts add up to the whole
    return tuple(apportion(taxable, [Money(1)] * years))
