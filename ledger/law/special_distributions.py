"""Distributions that may be repaid: disaster, birth, emergency, domestic abuse, illness."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

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
    "long_term_care": "12",  # "other": no number of its own was found
}
REPAYABLE = frozenset(EXCEPTIONS) - {"long_term_care"}
# numbers that stand for a reason: the reason's own rules hold, whichever way it is stated
_REASONS = {
    "03": "disability",
    "04": "death",
    **{EXCEPTIONS[reason]: reason for reason in EXCEPTIONS if reason in REPAYABLE},
}


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


class AccountBefore(NamedTuple):
    """What an account was worth just before a payment, and what the exception took out of it.

    Both in cents; all of it is taken as vested.
    """

    value: Money
    used: Money = ZERO
    is_plan: bool = True


@rule(
    "IRC 72(t)(2)(H)(ii), (I)(ii) and (iii), (K)(ii), (L) and (N), 401(a)(39); Notice 2026-33",
    evidence="S",
)
def within_special_limit(
    amount: Money, used: Money, reason: str, tax_year: int, account: AccountBefore
) -> Money:
    """Return the part of an amount that the exception of its reason covers.

    ``used`` is what it covered earlier in the year out of all accounts; before the first year of
    an exception nothing is covered.

    >>> m = Money.dollars
    >>> within_special_limit(m(6000), m(0), "birth_or_adoption", 2024, AccountBefore(m(9000)))
    Money('5,000.00')
    >>> within_special_limit(m(8000), m(0), "domestic_abuse", 2025, AccountBefore(m(12000)))
    Money('6,000.00')
    >>> within_special_limit(m(1000), m(0), "emergency_expense", 2025, AccountBefore(m(1600)))
    Money('600.00')
    >>> within_special_limit(m(2600), m(0), "long_term_care", 2026, AccountBefore(m(9000)))
    Money('900.00')
    """
    fig, law = figures(tax_year), statute()
    if reason == "terminal_illness":
        # no dollar limit, but before its first year terminal illness is no exception either
        return amount if fig.exists("terminal_illness_excepted") else ZERO
    if not fig.exists(f"{reason}_limit"):
        return ZERO
    left = fig.money(f"{reason}_limit") - used
    if reason == "long_term_care":
        if not account.is_plan:
            return ZERO
        part = account.value.percent(law.percent("long_term_care_account_percent"))
        left = min(left, part - account.used)
    if reason == "domestic_abuse":
        half = account.value.percent(law.percent("domestic_abuse_account_percent"))
        left = min(left, half - account.used)
    if reason == "emergency_expense":
        if used:  # one distribution a year, whatever it came to
            return ZERO
        left = min(left, account.value - law.money("emergency_expense_left"))
    return min(amount, left).floor_zero()


@rule("IRC 72(t)(2)(I)(vii)", evidence="S")
def bars_another_emergency(before: date, day: date, unpaid: Money, contributed: Money) -> bool:
    """Tell whether an emergency distribution keeps a later one of its plan or IRA from being one.

    It does for three calendar years, unless it was repaid, or as much as is ``unpaid`` of it was
    deferred or contributed by the owner since.

    >>> m = Money.dollars
    >>> bars_another_emergency(date(2024, 5, 1), date(2027, 12, 31), m(1000), m(999))
    True
    >>> bars_another_emergency(date(2024, 5, 1), date(2028, 1, 1), m(1000), m(0))
    False
    """
    within = before.year < day.year <= before.year + statute().number("emergency_expense_years")
    return within and contributed < unpaid


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


@rule("Form 8915-F and its instructions, repayments: by the day the return is due", evidence="S")
def counts_for_return(paid_out: date, repaid: date, tax_year: int) -> bool:
    """Tell whether a repayment of disaster money counts for the return of a year.

    It does by the day that return is due, unless it was in time for the return before.

    >>> counts_for_return(date(2025, 2, 1), date(2026, 1, 15), 2025)
    True
    >>> counts_for_return(date(2025, 2, 1), date(2026, 1, 15), 2026)
    False
    """
    due = "ira_contribution_due_date"
    in_time_before = paid_out.year < tax_year and repaid <= figures(tax_year - 1).day(due)
    return repaid <= figures(tax_year).day(due) and not in_time_before


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
