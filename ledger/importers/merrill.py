"""Merrill (Edge and Lynch) IRA and brokerage activity, in the four layouts that were seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from ledger.importers.base import About, Activity, Fields, Importer
from ledger.importers.dates import MDY
from ledger.importers.files import TextFile
from ledger.importers.ira_words import DEPOSIT, contribution_year, said, words_of
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vocabulary import (
    DISTRIBUTION,
    EARNINGS,
    EXCHANGE,
    FEE,
    TRANSFER,
    UNKNOWN,
    Meaning,
    Vocabulary,
    each,
    plain_words,
)
from ledger.money import Money

# The first words of a description say what a row is, the security's name follows.
WORDS = Vocabulary(
    {},
    starts=each(EXCHANGE, ("Purchase", "Sale", "Redemption", "Exchange", "Option Purchase"))
    | each(EXCHANGE, ("Option Sale", "Option Assigned", "Option Expired", "Option Exercised"))
    | each(EXCHANGE, ("Sale-Option Exercised", "Stock Dividend", "Stock Split"))
    | each(EXCHANGE, ("Reinvestment", "Divd Reinv"))
    | each(EARNINGS, ("Dividend", "Foreign Dividend", "Liquidating Dividend", "Rpt Fgn Div"))
    | each(EARNINGS, ("Cdiv", "Interest", "Bank Interest", "Bond Interest", "Stock Lending"))
    | each(EARNINGS, ("Other Income", "Cash in Lieu", "Principal Payment"))
    | each(FEE, ("Depository Bank (ADR) Fee", "Depository Bank", "Foreign Tax Withholding"))
    | each(FEE, ("Advisory Program Fee", "Fee"))
    | each(DEPOSIT, ("Funds Received", "Direct Deposit", "Funds Transfer", "Wire Transfer In"))
    | each(DEPOSIT, ("Deposit",))
    | each(DISTRIBUTION, ("Withdrawal", "Wire Transfer Out", "Pre-Authorized Withdrawal"))
    | each(DISTRIBUTION, ("Pre-Authorized Withdrawa", "Pre Authdebit", "Check"))
    | each(TRANSFER, ("Security Transfer In", "Security Transfer Out", "Transfer / Adjustment"))
    | each(TRANSFER, ("Transfer Received", "Transfer Paid")),
)
_CATEGORIES = Vocabulary(
    each(EARNINGS, ("Dividends/ Interest", "DividendAndInterest"))
    | each(EXCHANGE, ("Trades/Securities", "SecurityTransactions"))
)
# Cash kept in a bank deposit program or money fund goes in and out of it every day.
_SWEEP = re.compile(r"\b(?:DEPOSIT PROGRA?M|PREFERRED DEPOSIT|MONEY (?:ACCOUNT|FUND|MARKET))\b")
_OTHER_ACCOUNT = re.compile(r"\bTR (?:TO|FROM|FRM) ML +([0-9A-Z]{5,9})\b")
_NUMBER = re.compile(r"\b[0-9][0-9A-Z]{2}-?[0-9A-Z]{5}\b")
_SELECTED = re.compile(r'^"?Selected account\(s\):(?P<text>[^"\r\n]*)', re.MULTILINE)
_BLANK_BEFORE_COMMA = re.compile(r'(?<=")[ \t]+(?=,|\r?$)', re.MULTILINE)


def _move(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    """Read the description as a whole: sweeps, moves between accounts, words of an IRA."""
    text = words_of(row.text("type"), row.text("memo"))
    if meaning in {DEPOSIT, DISTRIBUTION}:
        swept = row.text("investment").strip("-") and plain_words(row.text("category")) == "OTHER"
        if swept or _SWEEP.search(text):
            return EXCHANGE
        if _OTHER_ACCOUNT.search(text):
            return TRANSFER
        return said(text) or meaning
    if meaning is UNKNOWN:
        return said(text) or _CATEGORIES.meaning(row.text("category"))
    return meaning


def _details(row: Row, day: date) -> Fields:
    text = words_of(row.text("type"), row.text("memo"))
    partner = _OTHER_ACCOUNT.search(text)
    fields: dict[str, object] = {
        "partner": partner[1] if partner else "",
        "tax_year": contribution_year(day, text),
    }
    if row.text("account"):
        fields["account"] = _number_in(row.text("account"))
    return fields


def _number_in(text: str) -> str:
    """Return the account number in "IRA-Edge 12A-34567", or the text when it has none."""
    found = _NUMBER.search(text)
    return found[0] if found else text.strip()


def _about(file: TextFile, _now: date) -> About:
    found = _SELECTED.search(file.text[:2_000])
    numbers = _NUMBER.findall(found["text"]) if found else []
    return About(account=numbers[0] if len(numbers) == 1 else "")


def _tidy(file: TextFile) -> TextFile:
    """Take out the blanks that one layout puts between a closing quote and the comma."""
    return replace(file, text=_BLANK_BEFORE_COMMA.sub("", file.text))


_COMMON: Mapping[str, tuple[str, ...]] = {
    "type": ("description",),
    "category": ("type",),
    "investment": ("symbol/ cusip",),
    "units": ("quantity",),
    "price": ("price",),
    "amount": ("amount",),
}
_NEEDS = ("day", "type", "category", "investment", "amount")


def _importer(
    name: str, words: str, columns: Mapping[str, tuple[str, ...]], lacks: tuple[str, ...] = ()
) -> Importer:
    return Importer(
        name=name,
        institution="Merrill",
        words=words,
        activities=(
            Activity(
                table=TableSpec(name="activity", columns=columns, needs=_NEEDS, lacks=lacks),
                dates=(MDY,),
                vocabulary=WORDS,
                plan=False,
                refine=_move,
                details=_details,
            ),
        ),
        footers=("Total ",),
        tidy=_tidy,
        about=_about,
    )


# Each words or dates the same rows in its own way, so each is a format of its own: a file that
# overlaps one of another layout is then compared with it by its events.
ACTIVITY = _importer(
    "merrill",
    "IRA and brokerage activity of Merrill Edge and Lynch, by trade date",
    {"day": ("trade date",), "account": ("account",), **_COMMON},
)
BY_SETTLEMENT = _importer(
    "merrill_settlement",
    "IRA and brokerage activity of Merrill Edge and Lynch, by settlement date only",
    {"day": ("settlement date",), **_COMMON},
    lacks=("trade date",),
)
DETAILED = _importer(
    "merrill_detailed",
    "IRA and brokerage activity of Merrill Edge and Lynch, with two descriptions",
    {
        "day": ("trade date",),
        "account": ("account #",),
        "type": ("description 1",),
        "memo": ("description 2",),
        "category": ("type",),
        "investment": ("symbol/cusip #",),
        "units": ("quantity",),
        "price": ("price",),
        "amount": ("amount",),
    },
)
