"""Statements about IRA contributions that were recharacterized, returned or withdrawn late."""

from __future__ import annotations

from collections.abc import Iterator

from exports.statement_page import (
    BLANK,
    Statement,
    dollars,
    ira_of,
    line_labelled,
    on_days,
    return_of,
)
from exports.table import amounts, on_form
from exports.words import joined
from ledger.books import Household
from ledger.events import EventKind
from ledger.money import ZERO, Money
from ledger.year_end import EXCESS_TAKEN_BACK, Movement, Returned, YearEnd

GROSS, TAXABLE = "IRA distributions", "IRA distributions, taxable amount"
DEDUCTION = "IRA deduction"
_RECHARACTERIZED = (
    "Treas. Reg. 1.408A-5; Instructions for Form 8606, Reporting recharacterizations: attach a "
    "statement to the return for the year the contribution was made for"
)
_RETURNED = (
    "IRC 408(d)(4); Instructions for Form 8606, Return of IRA Contributions: attach a statement "
    "explaining the distribution"
)
_LATE = (
    "IRC 408(d)(5)(A); Instructions for Form 8606, Return of Excess Traditional IRA "
    "Contributions: attach a statement explaining the distribution"
)


def corrections_stated(year: YearEnd, books: Household) -> Iterator[Statement]:
    """Go through the corrections that the return of the year has to explain.

    A recharacterization is told on the return for the year the contribution was made for, a
    return of a contribution on that of the year in which the contribution was made.
    """
    for found in year.returned:
        if found.moved.kind is EventKind.RECHARACTERIZATION:
            yield _recharacterized(found, year)
        elif made_in(found) == year.tax_year:
            yield _returned(found, year)
    for found in year.returned_of_last:
        if found.moved.kind is EventKind.RETURN_OF_CONTRIBUTION:
            yield _returned(found, year)
    for moved in year.movements:
        if moved.kind == EXCESS_TAKEN_BACK:
            yield _withdrawn_late(moved, year, books)


def made_in(found: Returned) -> int:
    """Return the calendar year of the last contribution: what it earned is income of that year."""
    return max((made.day.year for made, _ in found.covers), default=found.moved.tax_year)


def _recharacterized(found: Returned, year: YearEnd) -> Statement:
    moved = found.moved
    second = year.accounts.get(moved.to)
    transfer = (
        f"On {on_form(moved.day)} I recharacterized {_part(found)}: {dollars(found.amount)} was "
        f"transferred to my {ira_of(second)} (the second IRA) in a trustee-to-trustee transfer, "
        f"{_with_income(found)}."
    )
    elected = (
        "I elected to treat the amount recharacterized, for federal tax purposes, as having been "
        "contributed to the second IRA and not to the first IRA."
    )
    to_roth = second is not None and second.kind.is_roth_ira
    says = (
        f"{_contributed(found, year)[:-1]} (the first IRA).",
        transfer,
        elected,
        _after(year, to_roth=to_roth),
        _where(found, year),
    )
    title = f"Statement: IRA contribution for {moved.tax_year}, recharacterized"
    return Statement(title, year.taxpayer, return_of(year), _RECHARACTERIZED, says)


def _contributed(found: Returned, year: YearEnd) -> str:
    """Say what went into the first IRA for the year, and when; all of it, not only what left."""
    account = ira_of(year.accounts.get(found.moved.account))
    whole = [(made, made.amount or part) for made, part in found.covers]
    total, days = dollars(Money.total(amount for _, amount in whole)), on_days(whole)
    for_year = found.moved.tax_year
    if any(made.kind is not EventKind.CONTRIBUTION for made, _ in whole):
        return (
            f"For {for_year}, {total} of plan money went {days} to my {account}. It was not "
            "eligible for rollover, so that it counts as a contribution."
        )
    return f"For {for_year} I contributed {total} {days} to my {account}."


def _part(found: Returned) -> str:
    whole = Money.total(made.amount or part for made, part in found.covers)
    if whole == found.contribution:
        return "all of that amount"
    return f"{dollars(found.contribution)} of that amount"


def _with_income(found: Returned) -> str:
    """Say what the amount is made of: the contribution, and what it earned or lost."""
    if not found.net_income:
        return "to which no earnings and no loss belong"
    if found.net_income > ZERO:
        return (
            f"which is {dollars(found.contribution)} of contributions and "
            f"{dollars(found.net_income)} of related earnings"
        )
    return (
        f"which is {dollars(found.contribution)} of contributions less a related loss of "
        f"{dollars(found.net_income.size)}"
    )


def _after(year: YearEnd, *, to_roth: bool) -> str:
    """Say what the return makes of the contribution after it moved."""
    if to_roth:
        return (
            "It counts as a contribution to a Roth IRA: I do not deduct it, and it is not reported "
            "on Form 8606."
        )
    deducted = next((line for line in year.other_lines if line.label == DEDUCTION), None)
    told = []
    if deducted is not None:
        told.append(
            f"an IRA deduction of {dollars(*amounts([deducted.value]))} ({deducted.number})"
        )
    if year.f8606.amount("1"):
        told.append(
            f"nondeductible contributions of {dollars(year.f8606.amount('1'))} (Form 8606, line 1)"
        )
    shown = joined(told) or "no IRA deduction and no nondeductible contribution"
    return (
        "It counts as a contribution to a traditional IRA. For all my contributions to traditional "
        f"IRAs for {year.tax_year} together, my return shows {shown}."
    )


def _where(found: Returned, year: YearEnd) -> str:
    """Say where the amount transferred stands: gross on the return of its own year, or nowhere."""
    moved = found.moved
    if moved.day.year == moved.tax_year:
        return (
            f"The {dollars(found.amount)} transferred is included on {line_labelled(year, GROSS)}; "
            "none of it is taxable."
        )
    return (
        f"The transfer was made after the end of {moved.tax_year}: the {dollars(found.amount)} is "
        f"reported in this statement only, and on no line of my return for {moved.tax_year} or "
        f"{moved.day.year}. Form 1099-R for {moved.day.year} shows it with code R."
    )


def _returned(found: Returned, year: YearEnd) -> Statement:
    moved = found.moved
    withheld = moved.tax_withheld
    tax = f" Income tax of {dollars(withheld)} was withheld from it." if withheld else ""
    back = (
        f"On {on_form(moved.day)}, by the due date of my return for {moved.tax_year} (including "
        f"extensions), I had {_part(found)} returned to me: {dollars(found.amount)} was "
        f"distributed, {_with_income(found)}.{tax}"
    )
    says = (_contributed(found, year), back, *_treated(found, year))
    title = f"Statement: IRA contribution for {moved.tax_year}, returned by the due date"
    return Statement(title, year.taxpayer, return_of(year), _RETURNED, says)


def _treated(found: Returned, year: YearEnd) -> Iterator[str]:
    """Say how the return treats it, and with which code the payer reports it."""
    yield (
        "The amount returned is treated as if it had never been contributed: I do not deduct it, "
        "and neither the contribution nor the distribution is reported on Form 8606."
    )
    earned = found.net_income
    taxed = (
        f"The related earnings of {dollars(earned)} are included on "
        f"{line_labelled(year, TAXABLE)}, as income of {year.tax_year}, the year in which the "
        "contribution was made."
        if earned > ZERO
        else "None of it is taxable"
        + (", and I do not deduct the loss." if earned else ": it earned nothing.")
    )
    yield f"{dollars(found.amount)} is included on {line_labelled(year, GROSS)}. {taxed}"
    paid_in = found.moved.day.year
    code = "8" if paid_in == year.tax_year else "P"
    told = "taxable in the year of the form" if code == "8" else f"taxable in {year.tax_year}"
    yield f"Form 1099-R for {paid_in} reports the distribution with code {code} ({told}) in box 7."


def _withdrawn_late(moved: Movement, year: YearEnd, books: Household) -> Statement:
    """Explain an excess withdrawn after the due date, of which nothing is income."""
    entry = next((one for one in books.entries if one.where == moved.where), None)
    for_year = str(entry.event.tax_year) if entry else BLANK
    account = ira_of(year.accounts.get(moved.account))
    says = (
        (
            f"On {on_form(moved.day)}, after the due date of my return for {for_year}, I withdrew "
            f"{dollars(moved.amount)} of contributions for {for_year} from my {account}. The "
            "amount was an excess contribution."
        ),
        (
            f"My contributions to traditional IRAs for {for_year} were not more than the dollar "
            "limit of that year, and no deduction was allowed (without regard to modified AGI) or "
            "taken for the amount withdrawn. The distribution is therefore not included in income "
            "(IRC 408(d)(5)(A))."
        ),
        (
            f"{dollars(moved.amount)} is included on {line_labelled(year, GROSS)}, and nothing of "
            f"it on {line_labelled(year, TAXABLE)}. It is not reported on Form 8606, line 7, and "
            "the contribution is not counted on line 2."
        ),
    )
    title = f"Statement: excess IRA contribution for {for_year}, withdrawn after the due date"
    return Statement(title, year.taxpayer, return_of(year), _LATE, says)
