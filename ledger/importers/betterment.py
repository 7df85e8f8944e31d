"""Betterment transactions as they were downloaded in the years of its old site."""

from __future__ import annotations

from datetime import date

from ledger.importers.base import Activity, Fields, Importer
from ledger.importers.dates import ISO, ISO_TIME, MDY
from ledger.importers.ira_words import DEPOSIT, contribution_year, said
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vocabulary import (
    DISTRIBUTION,
    EARNINGS,
    FEE,
    UNKNOWN,
    Meaning,
    Vocabulary,
    each,
)
from ledger.money import Money

WORDS = Vocabulary(
    {},
    starts=each(EARNINGS, ("Dividend", "Dividends", "Interest"))
    | each(FEE, ("Advisory Fee", "Fee", "Fees"))
    | each(DEPOSIT, ("Deposit", "Automatic Deposit", "Initial Deposit"))
    | each(DISTRIBUTION, ("Withdrawal",)),
)


def _move(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    return (said(row.text("type")) or meaning) if meaning in {DEPOSIT, UNKNOWN} else meaning


def _details(row: Row, day: date) -> Fields:
    return {"tax_year": contribution_year(day, row.text("type"))}


def _pending(row: Row) -> bool:
    """Tell whether a row is still on its way: then it has no balance yet."""
    return not row.text("balance")


TRANSACTIONS = Importer(
    name="betterment",
    institution="Betterment",
    words="transactions of the old site; only these columns are known",
    evidence="C",
    activities=(
        Activity(
            table=TableSpec(
                name="transactions",
                columns={
                    "day": ("date completed",),
                    "type": ("transaction description",),
                    "amount": ("amount",),
                    "balance": ("ending balance",),
                },
                needs=("day", "type", "amount", "balance"),
            ),
            dates=(ISO_TIME, ISO, MDY),
            vocabulary=WORDS,
            plan=False,
            refine=_move,
            details=_details,
            pending=_pending,
        ),
    ),
)
