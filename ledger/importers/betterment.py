"""Betterment transactions: of IRAs and other goals, and of a workplace 401(k)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from ledger.chart import Source
from ledger.importers.base import Activity, Fields, Importer
from ledger.importers.dates import ISO, ISO_TIME, MDY
from ledger.importers.ira_words import DEPOSIT, contribution_year, said, words_of
from ledger.importers.sources import source_of
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vocabulary import (
    CONTRIBUTION,
    CONVERSION,
    DISTRIBUTION,
    EARNINGS,
    EXCHANGE,
    FEE,
    INFO,
    ROLLOVER,
    TRANSFER,
    UNKNOWN,
    Meaning,
    Vocabulary,
    each,
)
from ledger.money import Money

# "Market Change" is what the holdings became worth that day and no money.
_OF_BOTH = (
    each(EARNINGS, ("Dividend", "Dividends", "Dividend Reinvestment", "Interest"))
    | each(FEE, ("Advisory Fee", "Fee", "Fees"))
    | each(INFO, ("Market Change", "Market Changes"))
    | each(EXCHANGE, ("Initial Allocation", "Allocation Change", "Portfolio Update", "Rebalance"))
)
# What left an IRA may be a conversion or a transfer: the user says.
_WITHDRAWN = replace(DISTRIBUTION, negative=DEPOSIT.negative)
WORDS = Vocabulary(
    {},
    starts=_OF_BOTH
    | each(DEPOSIT, ("Deposit", "Automatic Deposit", "Initial Deposit"))
    | each(_WITHDRAWN, ("Withdrawal",)),
)
PLAN_WORDS = Vocabulary({}, starts=_OF_BOTH | each(DISTRIBUTION, ("Withdrawal",)))
_OF_A_PLAN = re.compile(r"(?:401\(k\)|403\(b\))$", re.IGNORECASE)  # "Roth 401(k)"
_IN_PLAN = re.compile(r"\bIN[- ]PLAN\b")
_GOES = re.compile(r"\bROLL(?:ED )?OVER (?:OUT|TO)\b|\b(?:REVERS|REFUND|RETURN)")
_COMES = re.compile(r"\bROLL(?:ED )?OVER (?:IN|FROM)\b")
_SOURCE = re.compile(r"\b(?:Traditional|Roth|After-Tax)\b", re.IGNORECASE)


def _denied(text: str, amount: Money) -> bool:
    """Tell whether the sign of an amount goes against the words: the user must say which holds."""
    return bool((_COMES if amount.cents < 0 else _GOES).search(text))


def _move(row: Row, meaning: Meaning, amount: Money) -> Meaning:
    if meaning not in {DEPOSIT, _WITHDRAWN, UNKNOWN}:
        return meaning
    text = words_of(row.text("type"))
    return UNKNOWN if _denied(text, amount) else said(text) or meaning


def _in_plan(row: Row, amount: Money) -> Meaning:
    """Read a leg of an in-plan conversion: only Roth money gets, and only other money gives."""
    roth = source_of(row.text("source"), row.employer) is Source.ROTH
    return CONVERSION if roth is (amount.cents > 0) else UNKNOWN


def _plan_move(row: Row, meaning: Meaning, amount: Money) -> Meaning:
    """Read the words of a plan: a "plan conversion" moves it here from another recordkeeper."""
    text = words_of(row.text("type"))
    if _IN_PLAN.search(text):
        return _in_plan(row, amount)
    if meaning is UNKNOWN and _denied(text, amount):
        return UNKNOWN
    if "PAYROLL CONTRIBUTION" in text:
        return CONTRIBUTION
    if "PLAN CONVERSION" in text:
        return TRANSFER
    return ROLLOVER if meaning is UNKNOWN and "ROLLOVER" in text else meaning


def _details(row: Row, day: date) -> Fields:
    return {"tax_year": contribution_year(day, row.text("type"))}


def _source(text: str, employer: str) -> Source | None:
    """Return the source that an account of a plan is; a traditional one may hold a match, too."""
    source = source_of(text, employer)
    return None if source is Source.PRE_TAX else source


def _pending(row: Row) -> bool:
    """Tell whether a row is still on its way: then it has no balance yet."""
    return not row.text("balance")


def _plan_details(row: Row, _day: date) -> Fields:
    """Name the plan as a whole: "Acme, LLC Roth 401(k)" is its Roth source."""
    return {"account": " ".join(_SOURCE.sub(" ", row.text("goal")).split())}


def _with_source(row: Row) -> Iterator[Row]:
    """Return the row with the name of its account as its source."""
    index = {**row.header.index, "source": row.header.index["account"]}
    yield row.bound(replace(row.header, index=index), row.cells)


def _activity(row: Row) -> Activity:
    return _WORKPLACE if _OF_A_PLAN.search(row.text("account")) else _PERSONAL


_COLUMNS = {
    "day": ("date completed",),
    "type": ("transaction description",),
    "amount": ("amount",),
    "balance": ("ending balance",),
    "goal": ("goal name",),
    "account": ("account name",),
}
_PERSONAL = Activity(
    table=TableSpec(
        name="transactions",
        columns=_COLUMNS,
        needs=("day", "type", "amount", "balance"),
    ),
    dates=(ISO_TIME, ISO, MDY),
    vocabulary=WORDS,
    plan=False,
    refine=_move,
    details=_details,
    pending=_pending,
)
_WORKPLACE = replace(
    _PERSONAL,
    vocabulary=PLAN_WORDS,
    plan=True,
    refine=_plan_move,
    details=_plan_details,
    source=_source,
    spread=_with_source,
)
# What moves an IRA was not seen in any file, nor what a plan calls the employer's money.
TRANSACTIONS = Importer(
    name="betterment",
    institution="Betterment",
    words="transactions of IRAs, other goals and a workplace 401(k) as CSV",
    evidence="B",
    choose=_activity,
    activities=(_PERSONAL,),
)
