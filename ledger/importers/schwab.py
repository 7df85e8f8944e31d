"""Schwab: the Workplace plan's transaction download, and brokerage or IRA transactions."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from ledger.importers.base import SURE, About, Activity, Fields, Head, Importer, with_kind
from ledger.importers.dates import MDY, MDY_MIDNIGHT, YMD
from ledger.importers.files import TextFile, refuse
from ledger.importers.ira_words import DEPOSIT, contribution_year, said, words_of
from ledger.importers.legs import joined, leg
from ledger.importers.sources import source_in
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vocabulary import (
    CONTRIBUTION,
    DISTRIBUTION,
    EARNINGS,
    EXCHANGE,
    FEE,
    INFO,
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

_EVENTS = (("CASH RECEIPTS", "PURCHASE"), ("CASH DISBURSEMENT", "SALE"))
_CASH_LEGS = frozenset(cash for cash, _ in _EVENTS)
_TRADE_LEGS = frozenset(trade for _, trade in _EVENTS)
_MOVES = frozenset({"TRANSFER IN", "TRANSFER OUT"})

WORKPLACE_WORDS = Vocabulary(
    each(CONTRIBUTION, ("Contributions - Employee", "Contributions - Employer"))
    | each(EARNINGS, ("Dividends/Capital Gains", "Interest Earned"))
    | each(DISTRIBUTION, ("Withdrawals",))
    | each(FEE, ("Fees",))
)


def _leg(row: Row, meaning: Meaning, amount: Money) -> Meaning:
    """Only the cash leg of an event counts; an activity that is no leg we know is a question."""
    activity = plain_words(row.text("leg"))
    if activity in _MOVES:
        return leg(POSSIBLE_CONVERSION, amount, source_in(row))
    return meaning if activity in _CASH_LEGS | _TRADE_LEGS else UNKNOWN


def _money_leaves(row: Row) -> bool:
    return plain_words(row.text("leg")) in {"TRANSFER OUT", "CASH DISBURSEMENT", "SALE"}


def _evidence(row: Row) -> str:
    """Grade a row: words for deposits were seen, those for what leaves or moves were not."""
    assumed = {plain_words(words) for words in ("Withdrawals", "Fees")}
    moved = plain_words(row.text("leg")) in _MOVES
    return "C" if moved or plain_words(row.text("type")) in assumed else SURE


_Key = tuple[date, str, str]


def _event_key(record: Record) -> _Key:
    return (record.day, record.source_text, plain_words(record.raw_type))


def _told(records: list[Record]) -> list[Record]:
    return joined(_one_leg(records), exchanges=True)


def _one_leg(records: list[Record]) -> list[Record]:
    """Turn the trade leg of an event into information; a fee has no other leg and stays one.

    Legs are one event by their day, source and words whatever the words mean, as an answer gives
    a meaning to both. What is sold and bought again in one source, without cash, is a change of
    funds by any name.
    """
    with_cash = {_event_key(r) for r in records if _leg_of(r) in _CASH_LEGS}
    with_cash |= set(_named_otherwise(records, with_cash))
    cents = _cents_by_event(records, _TRADE_LEGS)
    out = []
    for record in records:
        key = _event_key(record)
        if _leg_of(record) not in _TRADE_LEGS:
            out.append(record)
        elif not cents[key] and key not in with_cash:
            out.append(with_kind(record, EXCHANGE))
        elif key in with_cash:
            out.append(with_kind(record, INFO))
        else:
            out.append(record if record.kind is RowKind.FEE else with_kind(record, UNKNOWN))
    return out


def _named_otherwise(records: list[Record], with_cash: set[_Key]) -> Iterator[_Key]:
    """Go through the trades whose cash leg has other words: of one day, source and amount."""
    records = [record for record in records if record.kind is not RowKind.FEE]
    for cash_leg, trade_leg in _EVENTS:
        cash = _cents_by_event(records, {cash_leg})
        trades = _cents_by_event(records, {trade_leg})
        spare = Counter((*k[:2], abs(cents)) for k, cents in cash.items() if k not in trades)
        for key, cents in trades.items():
            alike = (*key[:2], abs(cents))
            if key not in with_cash and spare[alike]:
                spare[alike] -= 1
                yield key


def _cents_by_event(records: list[Record], legs: Collection[str]) -> Counter[_Key]:
    """Return what the legs of one day, source and words add up to."""
    cents = Counter[_Key]()
    for record in records:
        if _leg_of(record) in legs:
            cents[_event_key(record)] += record.amount.cents
    return cents


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
            leaves=_money_leaves,
            evidence=_evidence,
        ),
    ),
    finish=_told,
)


# Schwab has no words of its own for contributions and conversions of an IRA: bank money comes in
# by MoneyLink or wire, and money moves between own accounts by journal.
BROKERAGE_WORDS = Vocabulary(
    each(DEPOSIT, ("MoneyLink Transfer", "MoneyLink Deposit", "MoneyLink Withdrawal"))
    | each(DEPOSIT, ("MoneyLink Adj", "Bank Transfer", "Funds Disbursed"))
    | each(DEPOSIT, ("Funds Received", "Funds Paid", "Wire Sent", "Wire Received", "Wire Funds"))
    | each(DEPOSIT, ("Wire Funds Received", "Wire Funds Adj"))
    | each(POSSIBLE_CONVERSION, ("Journal", "Journaled Shares", "Internal Transfer"))
    | each(TRANSFER, ("Security Transfer",))
    | each(EARNINGS, ("Cash Dividend", "Qualified Dividend", "Non-Qualified Div"))
    | each(EARNINGS, ("Special Dividend", "Special Qual Div", "Special Non Qual Div"))
    | each(EARNINGS, ("Pr Yr Cash Div", "Pr Yr Div", "Pr Yr Special Div", "Div Adjustment"))
    | each(EARNINGS, ("Pr Yr Non-Qual Div", "Pr Yr Non Qual Div", "CD Interest"))
    | each(EARNINGS, ("Reinvest Dividend", "Qual Div Reinvest", "Pr Yr Div Reinvest"))
    | each(EARNINGS, ("Qual Div Reinvest Adj", "Return Of Capital", "Interest Adj"))
    | each(EARNINGS, ("Long Term Cap Gain", "Short Term Cap Gain", "Long Term Cap Gain Reinvest"))
    | each(EARNINGS, ("Pr Yr Lt C/G Rein", "Pr Yr St C/G Rein", "Pr Yr Lt C/G", "Pr Yr St C/G"))
    | each(EARNINGS, ("Short Term Cap Gain Reinvest", "Bank Interest", "Credit Interest"))
    | each(EARNINGS, ("Bond Interest", "Margin Interest", "Cash In Lieu", "Promotional Award"))
    | each(FEE, ("Service Fee", "Advisor Fee", "ADR Mgmt Fee"))
    | each(FEE, ("Foreign Tax Paid", "Foreign Tax Reclaim", "NRA Tax Adj", "NRA Withholding"))
    | each(FEE, ("Foreign Tax Reclaim Adj", "NRA Withhold", "Pr Yr NRA Tax"))
    | each(EXCHANGE, ("Buy", "Sell", "Reinvest Shares", "Stock Split", "Reverse Split"))
    | each(EXCHANGE, ("Stock Merger", "Expired", "Stock Div Dist", "Spin-off", "Cancel Buy"))
    | each(EXCHANGE, ("Reinvestment Adj", "CD Deposit Funds", "CD Deposit Adj", "Cash Merger"))
    | each(EXCHANGE, ("Cash Merger Adj", "CXL Redemption Adj", "Cash Liquidation"))
    | each(EXCHANGE, ("Final Cash Liquid", "Final Cash Liquid Adj", "Mandatory Reorg Exc"))
    | each(EXCHANGE, ("Cancel Sell", "Full Redemption", "Full Redemption Adj", "Assigned"))
    | each(EXCHANGE, ("Buy to Open", "Buy to Close", "Sell to Open", "Sell to Close"))
)
_PARTNER = re.compile(r"(?:\.{3}|X{3,}|JOURNAL (?:TO|FRM|FROM) )-?([0-9]{3,})\b")
_FILE_NAME = re.compile(r"(?:^|_)(?P<number>X{2,}[-0-9]*[0-9])_Transactions", re.IGNORECASE)
_BANNER = re.compile(r'^"?Transactions\s+for account .*?(?P<number>\S+) as of', re.MULTILINE)


def _move(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    """Read the description where the action leaves open what moved."""
    if meaning in {DEPOSIT, POSSIBLE_CONVERSION, UNKNOWN}:
        return said(row.text("type"), row.text("memo")) or meaning
    return meaning


def _details(row: Row, day: date) -> Fields:
    found = _PARTNER.search(words_of(row.text("memo")))
    year = contribution_year(day, row.text("type"), row.text("memo"))
    return {"partner": found[1] if found else "", "tax_year": year}


def _about(file: TextFile, _now: date) -> About:
    """Take the account from the banner of older files, else from the file's name."""
    found = _BANNER.search(file.text[:1000]) or _FILE_NAME.search(file.name)
    return About(account=found["number"].strip() if found else "")


_TRANSACTIONS = Activity(
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
    refine=_move,
    details=_details,
)

BROKERAGE = Importer(
    name="schwab_brokerage",
    institution="Schwab",
    words="IRA and brokerage transactions (*_XXX123_Transactions_*.csv)",
    activities=(_TRANSACTIONS,),
    footers=("Transactions Total",),
    about=_about,
)

_LIST = '"BrokerageTransactions"'
_TOKEN = re.compile(r"[^\s,]")


def _is_json(head: Head) -> bool:
    return head.text.lstrip("\ufeff \t\r\n").startswith("{") and _LIST in head.text


def _json_as_csv(file: TextFile) -> TextFile:
    """Return the list of a JSON download as CSV, each row on the line on which it starts there."""
    rows = list(_json_rows(file))
    titles = list(dict.fromkeys(title for _, row in rows for title in row)) or ["Date", "Action"]
    text = io.StringIO()
    writer = csv.DictWriter(text, titles, restval="", lineterminator="\n")
    writer.writeheader()
    written = 1
    for line, row in rows:
        text.write("\n" * (line - written - 1))  # nothing where several rows share a line
        writer.writerow(row)
        written = max(line, written + 1)
    return replace(file, text=text.getvalue())


def _json_rows(file: TextFile) -> Iterator[tuple[int, dict[str, str]]]:
    """Go through the objects of the list with the lines on which they start."""
    text, decoder = file.text, json.JSONDecoder(parse_float=str, parse_int=str)
    line, counted_to = 1, 0
    at = text.find("[", text.find(_LIST)) + 1 or len(text)
    while True:
        found = _TOKEN.search(text, at)
        at = found.start() if found else len(text)
        if text[at : at + 1] == "]":
            return
        line, counted_to = line + text.count("\n", counted_to, at), at
        try:
            row, at = decoder.raw_decode(text, at)
            fields = [(title, _cell(value)) for title, value in row.items()]
        except (ValueError, AttributeError, RecursionError) as error:
            where = f"{file.name}:{line}"
            problem = "the list of transactions ends here or is damaged"
            raise refuse(where, "bad_json", problem, "download it again") from error
        yield line, dict(fields)


def _cell(value: Any) -> str:
    return "" if value is None else str(value).replace("\r", "").replace("\n", " ")


BROKERAGE_JSON = Importer(
    name="schwab_json",
    institution="Schwab",
    words="IRA and brokerage transactions as JSON (*_XXX123_Transactions_*.json)",
    activities=(_TRANSACTIONS,),
    evidence="B",
    recognize=_is_json,
    tidy=_json_as_csv,
    about=_about,
)
