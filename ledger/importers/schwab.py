"""Schwab: the Workplace plan's transaction download, and brokerage or IRA transactions."""

from __future__ import annotations

import re
from datetime import date

from ledger.importers.base import About, Activity, Fields, Importer, with_kind
from ledger.importers.dates import MDY, MDY_MIDNIGHT, YMD
from ledger.importers.files import TextFile
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vocabulary import (
    CONTRIBUTION,
    DISTRIBUTION,
    EARNINGS,
    EXCHANGE,
    FEE,
    INFO,
    PAID_OUT,
    POSSIBLE_CONVERSION,
    TRANSFER,
    UNKNOWN,
    Meaning,
    Vocabulary,
    each,
    plain_words,
)
from ledger.money import Money
from ledger.records import Record, RowKind

_CASH_LEGS = frozenset({"CASH RECEIPTS", "CASH DISBURSEMENT"})
_TRADE_LEGS = frozenset({"PURCHASE", "SALE"})

WORKPLACE_WORDS = Vocabulary(
    each(CONTRIBUTION, ("Contributions - Employee", "Contributions - Employer"))
    | each(EARNINGS, ("Dividends/Capital Gains", "Interest Earned"))
    | each(DISTRIBUTION, ("Withdrawals",))
    | each(FEE, ("Fees",))
)


def _leg(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    """Only the cash leg of an event counts; an activity that is no leg we know is a question."""
    leg = plain_words(row.text("leg"))
    if leg == "TRANSFER IN":
        return TRANSFER
    return meaning if leg in _CASH_LEGS | _TRADE_LEGS else UNKNOWN


def _event_key(record: Record) -> tuple[date, str, str]:
    return (record.day, record.source_text, plain_words(record.raw_type))


def _one_leg(records: list[Record]) -> list[Record]:
    """Turn the trade leg of an event into information; a fee has no other leg and stays one."""
    with_cash = {_event_key(r) for r in records if _leg_of(r) in _CASH_LEGS}
    out = []
    for record in records:
        if _leg_of(record) not in _TRADE_LEGS or record.kind is RowKind.UNKNOWN:
            out.append(record)
        elif _event_key(record) in with_cash:
            out.append(with_kind(record, INFO))
        else:
            out.append(record if record.kind is RowKind.FEE else with_kind(record, UNKNOWN))
    return out


def _leg_of(record: Record) -> str:
    return plain_words(record.memo)


def _leg_memo(row: Row, _day: date) -> Fields:
    return {"memo": row.text("leg")}


WORKPLACE = Importer(
    name="schwab_rps",
    institution="Schwab Workplace (Retirement Plan Services)",
    words="workplace plan transactions, with a money source per row (column Contribution)",
    activities=(
        Activity(
            table=TableSpec(
                name="transactions",
                columns={
                    "day": ("transaction date",),
                    "investment": ("investment",),
                    "source": ("contribution",),
                    "type": ("description",),
                    "leg": ("activity",),
                    "price": ("price",),
                    "units": ("units",),
                    "amount": ("amount",),
                },
                needs=("day", "investment", "source", "type", "leg", "units", "amount"),
            ),
            dates=(MDY_MIDNIGHT, MDY),
            vocabulary=WORKPLACE_WORDS,
            plan=True,
            refine=_leg,
            details=_leg_memo,
        ),
    ),
    finish=_one_leg,
)


_DEPOSIT = Meaning(RowKind.CONTRIBUTION, "tax_year_unknown", negative=PAID_OUT)

# Schwab has no words of its own for contributions and conversions of an IRA: bank money comes in
# by MoneyLink or wire, and money moves between own accounts by journal.
BROKERAGE_WORDS = Vocabulary(
    each(_DEPOSIT, ("MoneyLink Transfer", "MoneyLink Deposit", "Funds Received", "Funds Paid"))
    | each(_DEPOSIT, ("Wire Sent", "Wire Received", "Wire Funds", "Wire Funds Received"))
    | each(_DEPOSIT, ("Bank Transfer",))
    | each(POSSIBLE_CONVERSION, ("Journal", "Journaled Shares", "Internal Transfer"))
    | each(TRANSFER, ("Security Transfer",))
    | each(EARNINGS, ("Cash Dividend", "Qualified Dividend", "Non-Qualified Div"))
    | each(EARNINGS, ("Special Dividend", "Pr Yr Cash Div", "Pr Yr Special Div", "Div Adjustment"))
    | each(EARNINGS, ("Reinvest Dividend", "Qual Div Reinvest", "Pr Yr Div Reinvest"))
    | each(EARNINGS, ("Long Term Cap Gain", "Short Term Cap Gain", "Long Term Cap Gain Reinvest"))
    | each(EARNINGS, ("Short Term Cap Gain Reinvest", "Bank Interest", "Credit Interest"))
    | each(EARNINGS, ("Bond Interest", "Cash In Lieu", "Promotional Award"))
    | each(FEE, ("Service Fee", "Advisor Fee", "ADR Mgmt Fee", "Margin Interest"))
    | each(FEE, ("Foreign Tax Paid", "NRA Tax Adj"))
    | each(EXCHANGE, ("Buy", "Sell", "Reinvest Shares", "Stock Split", "Reverse Split"))
    | each(EXCHANGE, ("Stock Merger", "Expired"))
)
_PARTNER = re.compile(r"(?:\.{3}|X{3,}|JOURNAL (?:TO|FRM|FROM) )-?([0-9]{3,})\b")
_FILE_NAME = re.compile(r"(?:^|_)(?P<number>X{2,}[-0-9]*[0-9])_Transactions", re.IGNORECASE)
_BANNER = re.compile(r'^"?Transactions\s+for account .*?(?P<number>\S+) as of', re.MULTILINE)


def _partner(row: Row, _day: date) -> Fields:
    found = _PARTNER.search(row.text("memo").upper())
    return {"partner": found[1] if found else ""}


def _about(file: TextFile, _now: date) -> About:
    """Take the account from the banner of older files, else from the file's name."""
    found = _BANNER.search(file.text[:1000]) or _FILE_NAME.search(file.name)
    return About(account=found["number"].strip() if found else "")


BROKERAGE = Importer(
    name="schwab_brokerage",
    institution="Schwab",
    words="IRA and brokerage transactions (*_XXX123_Transactions_*.csv)",
    activities=(
        Activity(
            table=TableSpec(
                name="transactions",
                columns={
                    "day": ("date",),
                    "type": ("action",),
                    "investment": ("symbol",),
                    "memo": ("description",),
                    "units": ("quantity",),
                    "price": ("price",),
                    "fees": ("fees & comm",),
                    "amount": ("amount",),
                },
                needs=("day", "type", "investment", "memo", "fees", "amount"),
            ),
            dates=(MDY, YMD),
            vocabulary=BROKERAGE_WORDS,
            plan=False,
            details=_partner,
        ),
    ),
    footers=("Transactions Total",),
    about=_about,
)
