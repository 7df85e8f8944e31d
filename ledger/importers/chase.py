"""Chase and J.P. Morgan Self-Directed investment activity, IRAs included."""

from __future__ import annotations

import re
from datetime import date

from ledger.importers.base import Activity, Fields, Importer
from ledger.importers.dates import MDY
from ledger.importers.ira_words import CONTRIBUTED, DEPOSIT, contribution_year, said, words_of
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vocabulary import (
    DISTRIBUTION,
    EARNINGS,
    EXCHANGE,
    TRANSFER,
    UNKNOWN,
    Meaning,
    Vocabulary,
    each,
)
from ledger.money import Money

WORDS = Vocabulary(
    each(EXCHANGE, ("Buy", "Sell", "Reinvest", "Exchange"))
    | each(EARNINGS, ("Dividend", "Interest"))
    | each(DEPOSIT, ("BNK",))
    | each(TRANSFER, ("REC",))
)
_SWEPT = frozenset({"DBS", "WDL"})  # cash into and out of the deposit sweep of the account itself
# "IRA:C2025RTHB": a contribution for 2025 to a Roth IRA; "IRA:D2025LEG7": a distribution of 2025
_CODE = re.compile(r"\bIRA:(?P<what>[A-Z])(?P<year>20[0-9]{2})")
_CODES = {"C": CONTRIBUTED, "D": DISTRIBUTION}


def _move(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    """Read the code of an IRA in a bank transfer, else the words of the description."""
    text = words_of(row.text("memo"))
    if meaning is DEPOSIT:
        code = _CODE.search(text)
        return (_CODES.get(code["what"]) if code else said(text)) or DEPOSIT
    if meaning is UNKNOWN:
        swept = row.text("type").upper() in _SWEPT and "DEPOSIT SWEEP" in text
        return EXCHANGE if swept else said(text) or UNKNOWN
    return meaning


def _details(row: Row, day: date) -> Fields:
    text = words_of(row.text("memo"))
    code = _CODE.search(text)
    words = f"CONTRIBUTION FOR {code['year']}" if code and code["what"] == "C" else text
    return {"tax_year": contribution_year(day, words)}


ACTIVITY = Importer(
    name="chase",
    institution="Chase",
    words="investment activity of Chase and J.P. Morgan Self-Directed, IRAs included",
    activities=(
        Activity(
            table=TableSpec(
                name="activity",
                columns={
                    "day": ("trade date",),
                    "account": ("account number",),
                    "type": ("type",),
                    "memo": ("description",),
                    "investment": ("ticker",),
                    "price": ("price usd",),
                    "units": ("quantity",),
                    "amount": ("amount usd",),
                },
                needs=("day", "type", "memo", "investment", "units", "amount"),
            ),
            dates=(MDY,),
            vocabulary=WORDS,
            plan=False,
            refine=_move,
            details=_details,
        ),
    ),
)
