"""E*TRADE IRA and brokerage transactions, in the three layouts that were seen."""

from __future__ import annotations

import re
from datetime import date

from ledger.importers.base import About, Activity, Fields, Importer
from ledger.importers.dates import MDY, MDY_SHORT
from ledger.importers.files import TextFile
from ledger.importers.ira_words import CONTRIBUTED, DEPOSIT, contribution_year, said, words_of
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vocabulary import (
    EARNINGS,
    EXCHANGE,
    FEE,
    POSSIBLE_CONVERSION,
    TRANSFER,
    UNKNOWN,
    Meaning,
    Vocabulary,
    each,
)
from ledger.money import Money

# The negative row of a dividend is the purchase that reinvests it.
_DIVIDEND = Meaning(EARNINGS.kind, negative=EXCHANGE)
_WITHIN = POSSIBLE_CONVERSION

WORDS = Vocabulary(
    each(EXCHANGE, ("Bought", "Sold", "Sold Short", "Bought To Cover", "Bought To Open"))
    | each(EXCHANGE, ("Sold To Close", "Sold To Open", "Bought To Close", "Option Expired"))
    | each(EXCHANGE, ("Option Assigned", "Option Exercised", "Stock Split", "Redemption"))
    | each(EXCHANGE, ("Exchange", "Exchange Received In", "Exchange Delivered Out"))
    | each(EXCHANGE, ("Reinvestment", "Dividend Reinvestment", "Cancel Bought", "Cancel Sold"))
    | each(_DIVIDEND, ("Dividend", "Qualified Dividend", "Non-Qualified Dividend", "Capital Gain"))
    | each(EARNINGS, ("Interest", "Interest Income", "Margin Interest", "Cash in Lieu"))
    | each(FEE, ("Fee", "Service Fee", "Foreign Tax"))
    | each(EXCHANGE, ("Reorganization",))
    | each(CONTRIBUTED, ("Contribution",))
    | each(DEPOSIT, ("Direct Deposit", "Direct Debit", "Wire", "Wire Transfer", "Check", "ACH"))
    | each(_WITHIN, ("Transfer", "Online Transfer"))
)
_BANK = re.compile(r"\b(?:ACH|WIRE|CHECK|MOBILE DEPOSIT|DIRECT DEPOSIT)\b")
_MASKED = re.compile(r"(?:[X#*]{2,}-?)([0-9]{3,})\b")
_END = re.compile(r" -([0-9]{4})$")  # "Traditional IRA -2641": a name and a masked number
_ACCOUNT = re.compile(
    r'^"?(?:For Account:"?[,\t]?|Account )\s*"?(?P<number>[^|,"\t\r\n]+?)\s*(?:[|,"\t]|$)',
    re.MULTILINE,
)


def _move(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    """Tell bank money from moves between accounts by the description."""
    text = words_of(row.text("memo"))
    if meaning is UNKNOWN:
        return said(row.text("type"), text) or UNKNOWN
    if meaning is not _WITHIN:
        return meaning
    words = said(text)
    if words is not None:
        return words
    if _BANK.search(text):
        return DEPOSIT
    return TRANSFER if _is_security(row) else _WITHIN


def _is_security(row: Row) -> bool:
    return bool(row.text("units").strip("-0."))


def _details(row: Row, day: date) -> Fields:
    text = words_of(row.text("memo"))
    partner = _MASKED.search(text)
    return {
        "partner": partner[1] if partner else "",
        "tax_year": contribution_year(day, row.text("type"), text),
    }


def _about(file: TextFile, _now: date) -> About:
    found = _ACCOUNT.search(file.text[:1_000])
    text = found["number"].strip() if found else ""
    end = _END.search(text)
    return About(account=f"XXXX-{end[1]}" if end else text)


def _importer(name: str, words: str, day: str, kind: str, **columns: str) -> Importer:
    titles = {"day": (day,), "type": (kind,), "memo": ("description",)}
    titles |= {role: (title,) for role, title in columns.items()}
    return Importer(
        name=name,
        institution="E*TRADE",
        words=f"IRA and brokerage transactions, {words}",
        activities=(
            Activity(
                table=TableSpec(name="transactions", columns=titles, needs=tuple(titles)),
                dates=(MDY_SHORT, MDY),
                vocabulary=WORDS,
                plan=False,
                refine=_move,
                details=_details,
            ),
        ),
        prose=True,
        about=_about,
    )


# Each names the same rows in its own way, so each is a format of its own: a file that overlaps
# one of another layout is then compared with it by its events.
TRANSACTIONS = _importer(
    "etrade",
    "the usual download",
    "transactiondate",
    "transactiontype",
    category="securitytype",
    investment="symbol",
    units="quantity",
    price="price",
    amount="amount",
    fees="commission",
)
SHORT = _importer(
    "etrade_short",
    "without symbols",
    "date",
    "transaction type",
    units="quantity",
    price="price",
    commission="commission",
    fees="fees",
    amount="amount",
)
ALL_TRANSACTIONS = _importer(
    "etrade_all",
    "the download All Transactions",
    "activity/trade date",
    "activity type",
    investment="symbol",
    units="quantity #",
    price="price $",
    amount="amount $",
    fees="commission",
)
