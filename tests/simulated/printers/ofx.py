"""OFX files: a plan's QFX as Vanguard writes it, an IRA's as a broker writes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tests.simulated.printers.iras import NUMBERS
from tests.simulated.printers.iras import action as ira_action
from tests.simulated.printers.page import Page, money
from tests.simulated.printers.plans import PLAN_NUMBERS
from tests.simulated.truth import (
    AFTER_TAX,
    IN_PLAN_ROTH,
    MATCH,
    PRE_TAX,
    ROLLOVER,
    ROTH,
    STABLE,
    Kind,
    Movement,
    Truth,
)

_HEAD = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\n"
_SIGNON = (
    "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>{last}091500"
    "<LANGUAGE>ENG<FI><ORG>{org}<FID>15103</FI></SONRS></SIGNONMSGSRSV1><INVSTMTMSGSRSV1>"
    "<INVSTMTTRNRS><TRNUID>0<STATUS><CODE>0<SEVERITY>INFO</STATUS><INVSTMTRS><DTASOF>{last}160000"
    "<CURDEF>USD<INVACCTFROM><BROKERID>{org}.com<ACCTID>{number}</INVACCTFROM><INVTRANLIST>"
    "<DTSTART>{first}160000<DTEND>{last}160000"
)
_SOURCES = {
    PRE_TAX: "PRETAX",
    AFTER_TAX: "AFTERTAX",
    MATCH: "MATCH",
    ROLLOVER: "ROLLOVER",
    IN_PLAN_ROTH: "OTHERVEST",  # OFX has no word for Roth money
    ROTH: "OTHERNONVEST",
}


def _begin(movements: Sequence[Movement], org: str, number: str) -> Page:
    first, last = (f"{one.day:%Y%m%d}" for one in (movements[0], movements[-1]))
    return Page().head(
        *_HEAD.split("\n"), _SIGNON.format(first=first, last=last, org=org, number=number)
    )


def _securities(movements: Sequence[Movement]) -> str:
    funds = sorted({one.fund for one in movements if one.fund})
    listed = "".join(
        f"<MFINFO><SECINFO><SECID><UNIQUEID>{_cusip(fund)}<UNIQUEIDTYPE>CUSIP</SECID>"
        f"<SECNAME>{fund}</SECINFO></MFINFO>"
        for fund in funds
    )
    return f"<SECLISTMSGSRSV1><SECLIST>{listed}</SECLIST></SECLISTMSGSRSV1>" if funds else ""


def _cusip(fund: str) -> str:
    return "STABLE001" if fund == STABLE else f"VGI{sum(map(ord, fund)):06d}"


def vanguard_plan(truth: Truth, movements: Sequence[Movement]) -> Page:
    """Print a plan's QFX: sources by tag, conversions as transfers without an amount."""
    page = _begin(movements, "Vanguard", PLAN_NUMBERS[movements[0].account])
    for one in movements:
        page.row(_plan_row(truth, one), one)
    page.head(
        "</INVTRANLIST><INVPOSLIST></INVPOSLIST><INV401K><EMPLOYERNAME>PLAN<CURRENTVESTPCT>100.0"
        "</INV401K><INV401KBAL><CASHBAL>0.0<PRETAX>0.0<TOTAL>0.0</INV401KBAL></INVSTMTRS>"
        f"</INVSTMTTRNRS></INVSTMTMSGSRSV1>{_securities(movements)}</OFX>"
    )
    return page


def _plan_row(truth: Truth, one: Movement) -> str:
    memo = {Kind.FEE: "Investment Expense", Kind.PAYOUT: "Withdrawal"}.get(
        one.kind, "Price as of date based on closing price"
    )
    day = _at(one.day)
    head = f"<INVTRAN><FITID>77{one.number:010d}<DTTRADE>{day}<DTSETTLE>{day}<MEMO>{memo}</INVTRAN>"
    fund = f"<SECID><UNIQUEID>{_cusip(one.fund)}<UNIQUEIDTYPE>CUSIP</SECID>"
    lot = f"<UNITS>{truth.units_of(one)}<UNITPRICE>{truth.price_of(one)}"
    # both sides of an in-plan conversion carry the tag of the after-tax source
    source = AFTER_TAX if one.kind is Kind.CONVERSION_IN else one.source
    tag = f"<INV401KSOURCE>{_SOURCES[source]}"
    if one.kind in {Kind.CONTRIBUTION, Kind.ROLLOVER_IN}:
        return (
            f"<BUYMF><INVBUY>{head}{fund}{lot}<TOTAL>{money(-one.cents)}<SUBACCTSEC>CASH"
            f"<SUBACCTFUND>OTHER{tag}</INVBUY><BUYTYPE>BUY</BUYMF>"
        )
    if one.kind is Kind.DIVIDEND:
        return (
            f"<REINVEST>{head}{fund}<INCOMETYPE>DIV<TOTAL>{money(-one.cents)}<SUBACCTSEC>CASH"
            f"{lot}{tag}</REINVEST>"
        )
    if one.kind is Kind.PAYOUT:
        return (
            f"<SELLMF><INVSELL>{head}{fund}{lot}<WITHHOLDING>0.0<TOTAL>{money(-one.cents)}"
            f"<SUBACCTSEC>CASH<SUBACCTFUND>OTHER{tag}</INVSELL><SELLTYPE>SELL</SELLMF>"
        )
    units, _, price = lot.partition("<UNITPRICE>")
    way = "IN" if one.quanta > 0 else "OUT"
    return (
        f"<TRANSFER>{head}{fund}<SUBACCTSEC>CASH{units}<TFERACTION>{way}<POSTYPE>LONG"
        f"<UNITPRICE>{price}{tag}</TRANSFER>"
    )


def _at(day: date) -> str:
    return f"{day:%Y%m%d}160000.000[-5:EST]"


def ira(truth: Truth, movements: Sequence[Movement]) -> Page:
    """Print the QFX of one IRA, whose words are those of the broker's activity page."""
    page = _begin(movements, "fidelity", NUMBERS[movements[0].account])
    for one in movements:
        page.row(_ira_row(truth, one), one)
    page.head(
        "</INVTRANLIST><INVBAL><AVAILCASH>0.00<MARGINBALANCE>0.00<SHORTBALANCE>0.00</INVBAL>"
        f"</INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1>{_securities(movements)}</OFX>"
    )
    return page


def _ira_row(truth: Truth, one: Movement) -> str:
    if one.kind is not Kind.BUY:
        return (
            f"<INVBANKTRAN><STMTTRN><TRNTYPE>OTHER<DTPOSTED>{one.day:%Y%m%d}120000<TRNAMT>"
            f"{money(one.cents)}<FITID>I{one.number}<NAME>{ira_action(one)}</STMTTRN>"
            "<SUBACCTFUND>CASH</INVBANKTRAN>"
        )
    day = f"{one.day:%Y%m%d}120000"
    return (
        f"<BUYMF><INVBUY><INVTRAN><FITID>I{one.number}<DTTRADE>{day}<DTSETTLE>{day}<MEMO>"
        f"YOU BOUGHT</INVTRAN><SECID><UNIQUEID>{_cusip(one.fund)}<UNIQUEIDTYPE>CUSIP</SECID>"
        f"<UNITS>{truth.units_of(one)}<UNITPRICE>{truth.price_of(one)}<TOTAL>{money(one.cents)}"
        "<SUBACCTSEC>CASH<SUBACCTFUND>CASH</INVBUY><BUYTYPE>BUY</BUYMF>"
    )
