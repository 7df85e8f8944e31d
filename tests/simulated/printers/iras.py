"""Statements of IRAs: Fidelity's activity, Schwab, Vanguard's CSV, the plain CSV."""

from __future__ import annotations

from collections.abc import Sequence

from tests.simulated.printers.page import Page, money
from tests.simulated.truth import Kind, Movement, Truth, dollars

NUMBERS = {
    "trad": "234567890",
    "roth1": "234567891",
    "trad_b": "345678900",
    "roth1_b": "345678901",  # of the household beside
}
_NAMES = {"trad": "Traditional IRA", "roth1": "ROTH IRA"}


def action(one: Movement) -> str:
    """Return the words of a movement on a broker's activity page."""
    if one.kind is Kind.CONTRIBUTION:
        which = "PRIOR" if one.tax_year != one.day.year else "CURRENT"
        return f"CASH CONTRIBUTION {which} YEAR"
    partner = NUMBERS.get(one.partner, "")
    return {
        Kind.DIVIDEND: "INTEREST EARNED CASH",
        Kind.CONVERSION_OUT: f"CONV TO ROTH IRA VS {partner}-1",
        Kind.CONVERSION_IN: f"ROTH CONVERSION VS {partner}-1",
        Kind.ROLLOVER_IN: "ROLLOVER CASH DIRECT ROLLOVER",
        Kind.BUY: f"YOU BOUGHT {one.fund.upper()}",
    }[one.kind]


def fidelity(truth: Truth, movements: Sequence[Movement]) -> Page:
    """Print Fidelity's Accounts_History.csv, which says the tax year of a contribution."""
    page = (
        Page()
        .head("", "")
        .head(
            "Run Date,Account,Account Number,Action,Symbol,Description,Type,Price ($),Quantity,"
            "Commission ($),Fees ($),Accrued Interest ($),Amount ($),Settlement Date"
        )
    )
    for one in reversed(movements):
        units = truth.units_of(one) or "0.000"
        price = truth.price_of(one) if one.fund else ""
        symbol = "FXAIX" if one.fund else " "
        page.row(
            f'{one.day:%m/%d/%Y},"{_NAMES[one.account.removesuffix("_b")]}","{NUMBERS[one.account]}",'
            f'"{action(one)} (Cash)",{symbol},"{one.fund.upper() or "No Description"}",Cash,'
            f"{price},{units},,,,{money(one.cents)},",
            one,
        )
    return page.head("", "", '"The data and information in this spreadsheet is synthetic text."')


_SCHWAB = {
    Kind.CONTRIBUTION: ("MoneyLink Transfer", "Tfr SOME BANK"),
    Kind.DIVIDEND: ("Credit Interest", "SCHWAB1 INT"),
    Kind.ROLLOVER_IN: ("Funds Received", "DIRECT ROLLOVER"),
    Kind.BUY: ("Buy", "FUND"),
}


def schwab(truth: Truth, movements: Sequence[Movement]) -> Page:
    """Print Schwab's transactions of one IRA: neither tax years nor the word conversion."""
    page = Page().head(
        '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"'
    )
    for one in reversed(movements):
        if one.kind in {Kind.CONVERSION_IN, Kind.CONVERSION_OUT}:
            way = "TO" if one.cents < 0 else "FRM"
            words = ("Journal", f"JOURNAL {way} ...{NUMBERS[one.partner][-3:]}")
        else:
            words = _SCHWAB[one.kind]
        units, price = truth.units_of(one), f"${truth.price_of(one)}" if one.fund else ""
        page.row(
            f'"{one.day:%m/%d/%Y}","{words[0]}","{"SWTSX" if one.fund else ""}","{words[1]}",'
            f'"{units}","{price}","","{money(one.cents, mark="$", commas=True)}"',
            one,
        )
    return page


_VANGUARD = {
    Kind.CONTRIBUTION: ("Contribution", "Contribution"),
    Kind.DIVIDEND: ("Interest", "Interest"),
    Kind.CONVERSION_OUT: ("Conversion (outgoing)", "Rollover Conversion"),
    Kind.CONVERSION_IN: ("Conversion (incoming)", "Rollover Conversion"),
    Kind.ROLLOVER_IN: ("Rollover (incoming)", "Rollover"),
    Kind.BUY: ("Buy", "Buy"),
}


def vanguard(truth: Truth, movements: Sequence[Movement]) -> Page:
    """Print the brokerage section of Vanguard's OfxDownload.csv: no tax year of a contribution."""
    page = Page().head(
        "Account Number,Investment Name,Symbol,Shares,Share Price,Total Value,",
        f"{NUMBERS['trad']},VANGUARD FEDERAL MONEY MARKET INV,VMFXX,4.31,1,4.31,",
        *("", "", ""),
        "Account Number,Trade Date,Settlement Date,Transaction Type,Transaction Description,"
        "Investment Name,Symbol,Shares,Share Price,Principal Amount,Commissions and Fees,"
        "Net Amount,Accrued Interest,Account Type,",
    )
    for one in movements:
        kind, words = _VANGUARD[one.kind]
        units, price = truth.units_of(one) or "0.0", truth.price_of(one) if one.fund else "0.0"
        name = one.fund or "VANGUARD FEDERAL MONEY MARKET INV"
        amount = money(one.cents)
        page.row(
            f"{NUMBERS[one.account]},{one.day},{one.day},{kind},{words},{name},VMFXX,{units},"
            f"{price},{amount},0.0,{amount},0.0,CASH,",
            one,
        )
    return page


def plain(truth: Truth, movements: Sequence[Movement]) -> Page:
    """Print IRAs as their owner types them."""
    del truth
    page = Page().head("Date,Account,Type,Amount,Tax Year,To")
    for one in movements:
        day, cents = f"{one.day:%m/%d/%Y}", dollars(abs(one.cents))
        if one.kind is Kind.CONTRIBUTION:
            page.row(f"{day},{one.account},contribution,{cents},{one.tax_year},", one)
        elif one.kind is Kind.DIVIDEND:
            page.row(f"{day},{one.account},earnings,{cents},,", one)
        elif one.kind is Kind.CONVERSION_OUT:
            page.row(f"{day},{one.account},conversion,{cents},,{one.partner}", one)
        elif one.kind is Kind.ROLLOVER_IN:
            page.row(f"{day},{one.account},rollover_in,{cents},,", one)
    return page
