"""Paychex: a workplace plan's transactions as CSV, by ticker, without money sources."""

from __future__ import annotations

import re
from dataclasses import replace

from ledger.importers.base import Activity, Importer
from ledger.importers.dates import MDY
from ledger.importers.files import TextFile
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vocabulary import (
    CONTRIBUTION,
    DISTRIBUTION,
    EARNINGS,
    EXCHANGE,
    FEE,
    INFO,
    LOAN_REPAYMENT,
    UNKNOWN,
    Meaning,
    Vocabulary,
    each,
)
from ledger.money import Money

# "Gain/Loss" has no shares: a valuation and no money. It is the one word that was seen; else
# plain English is taken at its word, and the rest is asked.
WORDS = Vocabulary(
    each(INFO, ("Gain/Loss",))
    | each(CONTRIBUTION, ("Contribution", "Contributions"))
    | each(EARNINGS, ("Dividend", "Dividends", "Interest"))
    | each(FEE, ("Fee", "Fees", "Administrative Fee"))
    | each(EXCHANGE, ("Exchange In", "Exchange Out"))
    | each(DISTRIBUTION, ("Withdrawal", "Withdrawals"))
    | each(LOAN_REPAYMENT, ("Loan Repayment", "Loan Repayments"))
)
_NO_FUND = "null"  # the site's own word: such rows were found to be wrong
_BLANK_AFTER_COMMA = re.compile(r',[ \t]+(?=")')


def _without_blanks(file: TextFile) -> TextFile:
    """Return a file whose cells begin at the comma: the site writes a blank before each."""
    return replace(file, text=_BLANK_AFTER_COMMA.sub(",", file.text))


def _of_a_fund(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    return UNKNOWN if row.text("investment").lower() == _NO_FUND else meaning


def _charged(row: Row) -> bool:
    """Tell a fee, which leaves whether a minus is printed or not."""
    return WORDS.meaning(row.text("type")) is FEE


HISTORY = Importer(
    name="paychex",
    institution="Paychex",
    words="workplace plan transactions by ticker (Flex); no money source",
    evidence="B",
    tidy=_without_blanks,
    activities=(
        Activity(
            table=TableSpec(
                name="transactions",
                columns={
                    "day": ("date",),
                    "type": ("transaction",),
                    "investment": ("ticker",),
                    "units": ("shares",),
                    "price": ("price",),
                    "amount": ("amount",),
                    "source": ("source", "money source", "contribution source"),  # not seen
                },
                needs=("day", "type", "investment", "units", "price", "amount"),
                lacks=("status",),
            ),
            dates=(MDY,),
            vocabulary=WORDS,
            plan=True,
            refine=_of_a_fund,
            leaves=_charged,
        ),
    ),
)
