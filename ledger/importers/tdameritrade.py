"""TD Ameritrade transactions as downloaded until its accounts moved to Schwab."""

from __future__ import annotations

from datetime import date

from ledger.importers.base import Activity, Fields, Importer
from ledger.importers.dates import MDY
from ledger.importers.ira_words import DEPOSIT, contribution_year, said
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vocabulary import (
    CORPORATE,
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

# The description says what a row is; the symbol or the words of the trade follow.
WORDS = Vocabulary(
    {},
    starts=each(EXCHANGE, ("Bought", "Sold", "MONEY MARKET PURCHASE", "MONEY MARKET REDEMPTION"))
    | each(EXCHANGE, ("CASH ALTERNATIVES PURCHASE", "CASH ALTERNATIVES REDEMPTION"))
    | each(EXCHANGE, ("REMOVAL OF OPTION DUE TO", "INTRA-ACCOUNT TRANSFER", "STOCK SPLIT"))
    | each(CORPORATE, ("MANDATORY", "NON-TAXABLE SPIN OFF/LIQUIDATION DISTRIBUTION"))
    | each(EARNINGS, ("ORDINARY DIVIDEND", "QUALIFIED DIVIDEND", "NON-TAXABLE DIVIDENDS"))
    | each(EARNINGS, ("LONG TERM GAIN DISTRIBUTION", "SHORT TERM CAPITAL GAINS"))
    | each(EARNINGS, ("CASH ALTERNATIVES DIVIDENDS", "CASH ALTERNATIVES INTEREST"))
    | each(EARNINGS, ("MONEY MARKET INTEREST", "FREE BALANCE INTEREST ADJUSTMENT"))
    | each(EARNINGS, ("OFF-CYCLE INTEREST", "INTEREST INCOME - SECURITIES"))
    | each(EARNINGS, ("MARGIN INTEREST ADJUSTMENT", "CASH IN LIEU"))
    | each(FEE, ("MANDATORY REORGANIZATION FEE", "PAPER STATEMENT FEE", "ADR FEE"))
    | each(FEE, ("FOREIGN TAX WITHHELD", "HARD TO BORROW FEE"))
    | each(DEPOSIT, ("CLIENT REQUESTED ELECTRONIC FUNDING RECEIPT",))
    | each(DEPOSIT, ("CLIENT REQUESTED ELECTRONIC FUNDING DISBURSEMENT",))
    | each(DEPOSIT, ("ELECTRONIC NEW ACCOUNT FUNDING", "PERSONAL CHECK RECEIPT"))
    | each(DEPOSIT, ("ACH CREDIT RECEIVED", "ACH DEBIT RECEIVED", "WIRE INCOMING"))
    # between two accounts, or between cash and margin of one
    | each(POSSIBLE_CONVERSION, ("INTERNAL TRANSFER BETWEEN ACCOUNTS OR ACCOUNT TYPES",))
    | each(POSSIBLE_CONVERSION, ("INTERNAL TRANSFER OF CASH",))
    | each(TRANSFER, ("CASH MOVEMENT OF INCOMING ACCOUNT TRANSFER",))
    | each(TRANSFER, ("CASH MOVEMENT OF OUTGOING ACCOUNT TRANSFER",))
    | each(TRANSFER, ("TRANSFER OF SECURITY OR OPTION IN", "TRANSFER OF SECURITY OR OPTION OUT")),
)


def _move(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    """Take an IRA's own words where the first ones leave open what moved."""
    return (said(row.text("type")) or meaning) if meaning in {DEPOSIT, UNKNOWN} else meaning


def _details(row: Row, day: date) -> Fields:
    return {"tax_year": contribution_year(day, row.text("type"))}


def _leaves(row: Row) -> bool:
    """Tell securities sent to another house, whose quantity has no sign."""
    return row.text("type").upper().startswith("TRANSFER OF SECURITY OR OPTION OUT")


TRANSACTIONS = Importer(
    name="tdameritrade",
    institution="TD Ameritrade",
    words="IRA and brokerage transactions until 2023; the file does not name its account",
    activities=(
        Activity(
            table=TableSpec(
                name="transactions",
                columns={
                    "day": ("date",),
                    "id": ("transaction id",),
                    "type": ("description",),
                    "units": ("quantity",),
                    "investment": ("symbol",),
                    "price": ("price",),
                    "amount": ("amount",),
                },
                needs=("day", "id", "type", "units", "investment", "price", "amount"),
            ),
            dates=(MDY,),
            vocabulary=WORDS,
            plan=False,
            refine=_move,
            details=_details,
            leaves=_leaves,
        ),
    ),
    footers=("***END OF FILE***",),
)
