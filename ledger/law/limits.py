"""Yearly limits on what may be contributed, per person and per employer."""

from __future__ import annotations

from datetime import date

from ledger.chart import ELECTIVE_DEFERRALS, EMPLOYER_ROTH, AccountKind, Source
from ledger.law import rule
from ledger.law.figures import figures, statute
from ledger.law.five_year_clocks import age_at_year_end
from ledger.money import ZERO, Money


@rule("IRC 414(v)(2)(B) and (E)")
def catch_up_allowed(born: date, tax_year: int) -> Money:
    """Return the catch-up a person of that age may defer beyond IRC 402(g).

    >>> catch_up_allowed(date(1965, 12, 31), 2025)
    Money('11,250.00')
    """
    fig, age = figures(tax_year), age_at_year_end(born, tax_year)
    law = statute()
    if age < law.number("catch_up_age"):
        return ZERO
    higher = law.number("catch_up_60_63_first_age") <= age <= law.number("catch_up_60_63_last_age")
    # the ages stand in the statute for good, the higher amount exists from its first year on
    if higher and fig.exists("catch_up_60_63"):
        return fig.money("catch_up_60_63")
    return fig.money("catch_up_50")


@rule("IRC 402(g)(1)")
def elective_deferral_limit(tax_year: int) -> Money:
    """Return the limit on one person's elective deferrals over all plans, without catch-up."""
    return figures(tax_year).money("elective_deferral")


@rule("IRC 401(a)(30), 414(v)(3)(A); Treas. Reg. 1.401(a)-30(a)")
def employer_deferral_limit(limit: Money, catch_up: Money) -> Money:
    """Return what the plans of one employer may take of a person's deferrals.

    ``catch_up`` is what those plans provide for, unlike the person's own limit of IRC 402(g)(1)(C),
    which has the catch-up of the age whatever a plan provides.

    >>> employer_deferral_limit(Money.dollars(23500), Money.dollars(0))
    Money('23,500.00')
    """
    return limit + catch_up


@rule("IRC 402(g)(3)")
def is_elective_deferral(kind: AccountKind, source: Source | None) -> bool:
    """Tell whether a contribution counts to the one limit on a person's elective deferrals.

    What goes into a SIMPLE IRA counts unless it is said to be the employer's. A 457(b) plan has
    a limit of its own.

    >>> is_elective_deferral(AccountKind.SIMPLE_IRA, None)
    True
    >>> is_elective_deferral(AccountKind.SEP_IRA, None)
    False
    """
    if kind in {AccountKind.SIMPLE_IRA, AccountKind.ROTH_SIMPLE_IRA}:
        return source is None or source in ELECTIVE_DEFERRALS
    # in a SEP only one of before 1997 takes deferrals
    deferring = kind in {AccountKind.K401, AccountKind.B403} or kind.is_employer_ira
    return deferring and source in ELECTIVE_DEFERRALS


@rule("IRC 408(k)(7), 408(p)(12); Notice 2024-2, Q&A K-7", evidence="S")
def is_income_when_made(kind: AccountKind, source: Source | None) -> bool:
    """Tell whether money that an employer puts into a Roth SEP or SIMPLE IRA is income at once.

    >>> is_income_when_made(AccountKind.ROTH_SEP_IRA, None)
    True
    """
    if kind is AccountKind.ROTH_SEP_IRA:
        return source not in ELECTIVE_DEFERRALS
    # what a SIMPLE IRA takes in unnamed is deferred, out of wages that were taxed
    return kind is AccountKind.ROTH_SIMPLE_IRA and source in EMPLOYER_ROTH


@rule("IRC 415(c)(1)")
def annual_additions_limit(tax_year: int, compensation: Money | None = None) -> Money:
    """Return the limit on annual additions at one employer: dollars, but not above compensation.

    ``compensation`` is that of IRC 415(c)(3), elective deferrals included.

    >>> annual_additions_limit(2025, Money.dollars(40000))
    Money('40,000.00')
    """
    limit = figures(tax_year).money("annual_additions")
    if compensation is None:
        return limit
    percent = statute().percent("annual_additions_compensation_percent")
    return min(limit, compensation.percent(percent))


@rule("IRC 415(c)(2), 414(v)(3)(A)")
def annual_additions(contributions: Money, catch_up: Money) -> Money:
    """Return annual additions: employee and employer contributions, catch-up left out."""
    return contributions - catch_up


@rule("IRC 414(v)(2)(A), (3)(A): deferrals above the limit are the catch-up")
def catch_up_used(deferrals: Money, *, marked: Money, limit: Money, allowed: Money) -> Money:
    """Return the deferrals at one employer that are catch-up: those marked, or above 402(g)."""
    # a payroll that marks no catch-up has it all the same: what is above 402(g) counts
    above = min((deferrals - limit).floor_zero(), allowed)
    return max(min(marked, allowed), above)


@rule("IRC 414(v)(3)(A); Treas. Reg. 1.414(v)-1(b)(1)(i)", evidence="S")
def catch_up_above_additions(
    over: Money, *, deferrals: Money, used: Money, allowed: Money
) -> Money:
    """Return the deferrals that are catch-up because additions would be above IRC 415(c).

    ``over`` is what is above it, ``used`` the catch-up there is already.

    >>> m = Money.dollars
    >>> catch_up_above_additions(m(3000), deferrals=m(23000), used=m(0), allowed=m(7500))
    Money('3,000.00')
    """
    # only deferrals can be catch-up: employer money above the limit stays above it
    return min(over, deferrals - used, allowed - used).floor_zero()


@rule("IRC 402(g)(7)(A)", evidence="S")
def service_catch_up(years_of_service: int, deferred_before: Money, used_before: Money) -> Money:
    """Return what 15 years with a school, hospital or church add to the limit of 402(g).

    >>> m = Money.dollars
    >>> service_catch_up(20, m(60000), m(13500)), service_catch_up(14, m(0), m(0))
    (Money('1,500.00'), Money('0.00'))
    """
    law = statute()
    if years_of_service < law.number("service_catch_up_years"):
        return ZERO
    yearly = law.money("service_catch_up_yearly")
    lifetime = law.money("service_catch_up_lifetime") - used_before
    average = Money(law.money("service_catch_up_average").cents * years_of_service)
    # the least of three: the yearly amount, what is left of a lifetime, and the average by years
    return min(yearly, lifetime, average - deferred_before).floor_zero()


@rule("Treas. Reg. 1.402(g)-1(e)(2): paid back by April 15 of the next year", evidence="S")
def is_returned_in_time(tax_year: int, day: date) -> bool:
    """Tell whether an excess deferral of a year was paid back in time."""
    return day <= figures(tax_year).day("excess_deferral_due_date")


@rule("IRC 457(b)(2), (e)(15)", evidence="S")
def deferral_limit_457b(tax_year: int, compensation: Money | None = None) -> Money:
    """Return the limit on what goes into one person's 457(b) plans, without catch-up.

    Unlike IRC 402(g) it takes in what the employer puts in; it is not above compensation.
    """
    limit = figures(tax_year).money("deferral_457b")
    return limit if compensation is None else min(limit, compensation)


@rule("IRC 408A(c)(3)")
def roth_phase_out(tax_year: int, filing_status: str) -> tuple[Money, Money]:
    """Return the range of modified AGI over which Roth contributions are phased out."""
    kinds = {"married_joint": "joint", "surviving_spouse": "joint", "married_separate": "separate"}
    # every other status, head of household too, has the range of a single person
    return figures(tax_year).range(f"roth_phase_out_{kinds.get(filing_status, 'single')}")


@rule("IRC 408A(c)(2); Pub. 590-A, Worksheet 2-2", evidence="S")
def roth_contribution_limit(limit: Money, phased_out: Money, traditional: Money) -> Money:
    """Return what may go to Roth IRAs, from the limit for all IRAs and what the range leaves.

    >>> m = Money.dollars
    >>> roth_contribution_limit(m(7000), m(4670), m(1000))
    Money('4,670.00')
    """
    # one dollar limit for both kinds of IRA: what went to traditional ones has used it
    return min(phased_out, (limit - traditional).floor_zero())


@rule("IRC 219(b)(5), 408A(c)(2)")
def ira_contribution_limit(
    tax_year: int, *, of_catch_up_age: bool, compensation: Money | None
) -> Money:
    """Return the limit for all of a person's IRAs: the dollar amount, but not above compensation.

    >>> ira_contribution_limit(2020, of_catch_up_age=False, compensation=Money.dollars(3500))
    Money('3,500.00')
    """
    fig = figures(tax_year)
    limit = fig.money("ira_contribution")
    if of_catch_up_age:
        limit += fig.money("ira_catch_up_50")
    return limit if compensation is None else min(limit, compensation)


@rule("IRC 219(c)")
def spousal_compensation(own: Money, spouse: Money, spouse_contributed: Money) -> Money:
    """Return the compensation that counts on a joint return for the spouse who earns less."""
    # the one who earns more has nothing to borrow from the other
    if own >= spouse:
        return own
    # pay that carried the spouse's own contributions cannot carry these too
    return own + (spouse - spouse_contributed).floor_zero()


@rule("IRC 402A(a) (SECURE 2.0 Act, section 604)", evidence="S")
def takes_employer_roth_money(day: date) -> bool:
    """Tell whether a plan may treat employer money as Roth on a day.

    >>> takes_employer_roth_money(date(2022, 12, 29)), takes_employer_roth_money(date(2023, 1, 1))
    (False, True)
    """
    return day >= statute().day("employer_roth_from")


@rule("IRC 408(k)(7), 408(p)(12) (SECURE 2.0 Act, section 601)", evidence="S")
def takes_roth_employer_money(day: date) -> bool:
    """Tell whether SEP and SIMPLE contributions may be made as Roth on a day.

    >>> takes_roth_employer_money(date(2022, 12, 31)), takes_roth_employer_money(date(2023, 1, 1))
    (False, True)
    """
    return day >= statute().day("roth_sep_and_simple_from")
