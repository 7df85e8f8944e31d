"""Statements of employer plans: Empower, NetBenefits (Sources tab), Voya, the plain CSV."""

from __future__ import annotations

from collections.abc import Sequence

from tests.simulated.printers.page import Page, money, quoted
from tests.simulated.truth import (
    AFTER_TAX,
    IN_PLAN_ROTH,
    MATCH,
    PRE_TAX,
    ROLLOVER,
    ROTH,
    Kind,
    Movement,
    Pool,
    Truth,
    dollars,
)

PLAN_NUMBERS = {"acme": "0990011", "nova": "0990022"}
_EMPOWER_SOURCES = {
    PRE_TAX: "Base-pay Traditional 401(k) Contribution",
    ROTH: "Base-pay Roth 401(k) Contribution",
    AFTER_TAX: "After-tax Contribution",
    IN_PLAN_ROTH: "In-plan Roth After-tax Conversion",
    MATCH: "Apple Match",
    ROLLOVER: "Rollover",
}
_EMPOWER_WORDS = {
    Kind.CONTRIBUTION: "Payroll Contribution",
    Kind.DIVIDEND: "Dividend",
    Kind.FEE: "Fee",
    Kind.CONVERSION_OUT: "Account Withdrawal",
    Kind.CONVERSION_IN: "Additional Deposit",
    Kind.PAYOUT: "Account Withdrawal",
    Kind.ROLLOVER_IN: "Additional Deposit",
}


def empower(truth: Truth, movements: Sequence[Movement]) -> Page:
    """Print Empower's transaction history: source, fund and units of every row, newest first."""
    page = Page().head("EFFECTIVE DATE,TRANSACTION DESCRIPTION,SOURCE,OPTION,UNITS/ SHARES,AMOUNT")
    for one in reversed(movements):
        page.row(
            f"{one.day:%m/%d/%y},{_EMPOWER_WORDS[one.kind]},{_EMPOWER_SOURCES[one.source]},"
            f"{one.fund},{truth.units_of(one)},{money(one.cents)}",
            one,
        )
    return page


_TAB_SOURCES = {
    PRE_TAX: "1 - EMPLOYEE DEFERRAL",
    MATCH: "2 - EMPLOYER MATCH",
    AFTER_TAX: "5 - AFTER-TAX",
    ROLLOVER: "7 - ROLLOVER",
    ROTH: "11 - ROTH DEFERRAL",
    IN_PLAN_ROTH: "12 - ROTH IN-PLAN CONVERSION",
}
_TAB_WORDS = {
    Kind.CONTRIBUTION: "Contributions",
    Kind.DIVIDEND: "Dividend",
    Kind.FEE: "RECORDKEEPING FEE",
    Kind.CONVERSION_OUT: "Transfer",
    Kind.CONVERSION_IN: "Transfer",
    Kind.PAYOUT: "Withdrawals",
    Kind.ROLLOVER_IN: "Contributions",
}


def sources_tab(truth: Truth, movements: Sequence[Movement]) -> Page:
    """Print the Sources tab of NetBenefits as it is pasted: source and units, but no fund."""
    page = Page()
    for one in reversed(movements):
        page.row(
            f"{one.day:%m/%d/%Y}\t{_TAB_SOURCES[one.source]}\t{_TAB_WORDS[one.kind]}\t"
            f"{money(one.cents, mark='$', commas=True)}\t{truth.units_of(one)}",
            one,
        )
    return page


def netbenefits_history(truth: Truth, movements: Sequence[Movement]) -> Page:
    """Print NetBenefits' history.csv: a row for each fund of a day, all sources in one.

    What moves from source to source nets to nothing in such a file: a transfer of 0.00.
    """
    page = Page()
    if not movements:
        return page
    first, last = movements[0].day, movements[-1].day
    page.head("Plan name:,ACME 401(K)", f"Date Range,{first:%m/%d/%Y} - {last:%m/%d/%Y}", "")
    page.head("Date,Investment,Transaction Type,Amount,Shares/Unit")
    groups: dict[tuple[object, str, str], list[Movement]] = {}
    for one in reversed(movements):
        groups.setdefault((one.day, one.fund, _TAB_WORDS[one.kind]), []).append(one)
    for (_, fund, words), shown in groups.items():
        quanta = sum(one.quanta for one in shown)
        total = Movement(0, shown[0].day, "", shown[0].kind, 0, "", fund, quanta)
        amount = money(sum(one.cents for one in shown), commas=True)
        units = truth.units_of(total)
        page.row(f"{total.day:%m/%d/%Y},{fund},{words},{quoted(amount)},{units}", *shown)
    return page


_VOYA_SOURCES = {
    PRE_TAX: "Employee PreTax",
    MATCH: "Safe Harbor Match",
    AFTER_TAX: "Employee After-Tax",
    ROTH: "ROTH",
    IN_PLAN_ROTH: "Roth In-Plan Conversion",
    ROLLOVER: "Rollover",
}
_VOYA_WORDS = {
    Kind.CONTRIBUTION: "Contribution",
    Kind.DIVIDEND: "Dividend",
    Kind.FEE: "Fee",
    Kind.CONVERSION_OUT: "Transfer Out",
    Kind.CONVERSION_IN: "Transfer",
    Kind.PAYOUT: "Withdrawal",
    Kind.ROLLOVER_IN: "Contribution",
}


def voya(truth: Truth, movements: Sequence[Movement]) -> Page:
    """Print Voya's CSV: fund, source, units and price, negative numbers in parentheses."""
    page = Page().head("Activity Date,Activity,Fund,Money Source,# of Units,Unit Price,Amount")
    for one in reversed(movements):
        units = truth.units_of(one)
        units = f"({units[1:]})" if units.startswith("-") else units
        amount = quoted(money(one.cents, sign="()", mark="$", commas=True))
        page.row(
            f"{one.day:%m/%d/%Y},{_VOYA_WORDS[one.kind]},{one.fund},{_VOYA_SOURCES[one.source]},"
            f"{units},${truth.price_of(one)},{amount}",
            one,
        )
    return page


_VANGUARD_WORDS = {
    Kind.CONTRIBUTION: ("Contribution", "Plan Contribution"),
    Kind.DIVIDEND: ("Dividend", "Dividends on Equity Investments"),
    Kind.FEE: ("Fee", "Fee"),
    Kind.CONVERSION_OUT: ("Transfer", "Source to Source/Fund to Fund Transfer Out"),
    Kind.CONVERSION_IN: ("Transfer", "Source to Source/Fund to Fund Transfer In"),
    Kind.PAYOUT: ("Withdrawal", "Withdrawal"),
    Kind.ROLLOVER_IN: ("Contribution", "Rollover Contribution"),
}


def vanguard(truth: Truth, movements: Sequence[Movement]) -> Page:
    """Print the plan section of Vanguard's OfxDownload.csv: a row for each source, not named."""
    page = Page().head(
        "Plan Number,Plan Name,Fund Name,Shares,Price,Total Value,",
        "099001,APPLE 401(K) PLAN,500 Index,93.581,119.50,11182.93,",
        *("", "", ""),
        "Account Number,Trade Date,Run Date,Transaction Activity,Transaction Description,"
        "Investment Name,Share Price,Transaction Shares,Dollar Amount,",
    )
    for one in movements:
        activity, words = _VANGUARD_WORDS[one.kind]
        day = f"{one.day:%m/%d/%Y}"
        page.row(
            f"{PLAN_NUMBERS[one.account]},{day},{day},{activity},{words},{one.fund},"
            f"${truth.price_of(one)},{truth.units_of(one)},{money(one.cents, mark='$')},",
            one,
        )
    return page


_PLAIN_TYPES = {
    Kind.CONTRIBUTION: "contribution",
    Kind.DIVIDEND: "earnings",
    Kind.FEE: "fee",
    Kind.ROLLOVER_IN: "rollover_in",
}


def empower_no_units(truth: Truth, movements: Sequence[Movement]) -> Page:
    """Print Empower's history where a check that comes in is told in dollars alone."""
    page = empower(truth, movements)
    for line, (one,) in page.lines.items():
        if one.kind is Kind.ROLLOVER_IN:
            cells = page.texts[line - 1].split(",")
            page.texts[line - 1] = ",".join([*cells[:4], "0.000000", cells[5]])
    return page


def plain_with_value(truth: Truth, movements: Sequence[Movement]) -> Page:
    """Print what an owner types who fills the column Value instead of working out gains."""
    page = Page().head("Date,Type,Source,Amount,To,Value,Memo")
    for one in movements:
        if one.kind in _PLAIN_TYPES:
            page.row(
                f"{one.day:%m/%d/%Y},{_PLAIN_TYPES[one.kind]},{one.source},"
                f"{dollars(abs(one.cents))},,,",
                one,
            )
            continue
        legs = _legs(movements, one)
        if one.kind is not Kind.CONVERSION_OUT or one is not legs[0]:
            continue
        pool = Pool(one.account, one.source)
        total = dollars(-sum(leg.cents for leg in legs))
        value = dollars(truth.value_on(pool, one.day, before=one))
        page.row(f"{one.day:%m/%d/%Y},in_plan_conversion,{one.source},{total},,{value},", *legs)
    return page


def _legs(movements: Sequence[Movement], one: Movement) -> list[Movement]:
    """Return the rows of one source that one conversion or payment has."""
    return [m for m in movements if (m.move, m.kind, m.source) == (one.move, one.kind, one.source)]


def plain(truth: Truth, movements: Sequence[Movement]) -> Page:
    """Print what a careful owner types: no units, but the gain of a source before money leaves.

    Rows that one event makes (the funds of a conversion, both its sides) are one line.
    """
    page = Page().head("Date,Type,Source,Amount,To,Memo")
    for one in movements:
        if one.kind in _PLAIN_TYPES:
            page.row(
                f"{one.day:%m/%d/%Y},{_PLAIN_TYPES[one.kind]},{one.source},"
                f"{dollars(abs(one.cents))},,",
                one,
            )
            continue
        _plain_move(truth, page, movements, one)
    return page


def _plain_move(truth: Truth, page: Page, movements: Sequence[Movement], one: Movement) -> None:
    """Type a conversion or a payment once, at the first of its rows, after the gain till then."""
    legs = _legs(movements, one)
    if one.kind is Kind.CONVERSION_IN or one is not legs[0]:
        return
    total = sum(leg.cents for leg in legs)
    gain = truth.gain_before(one)
    day = f"{one.day:%m/%d/%Y}"
    if gain:
        page.row(f"{day},earnings,{one.source},{dollars(gain)},,gain in price", *legs)
    if one.kind is Kind.CONVERSION_OUT:
        page.row(f"{day},in_plan_conversion,{one.source},{dollars(-total)},,", *legs)
        return
    for to, (cents, _) in truth.payments[one.move].parts[one.source].items():
        page.row(f"{day},distribution,{one.source},{dollars(cents)},{to},", *legs)
