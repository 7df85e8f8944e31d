"""Robinhood account activity report, IRAs included."""

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
    LEAVES,
    POSSIBLE_CONVERSION,
    TRANSFER,
    UNKNOWN,
    Meaning,
    Vocabulary,
    each,
)
from ledger.money import Money

# Robinhood treats its match of an IRA contribution (MTCH) as interest, not as a contribution.
# CONV converts a security and has nothing to do with a Roth IRA.
WORDS = Vocabulary(
    each(EXCHANGE, ("Buy", "Sell", "BCXL", "SPL", "SPR", "BTO", "STC", "STO", "BTC", "OEXP"))
    | each(EXCHANGE, ("OASGN", "OEXCS", "OCA", "OCC"))
    | each(CORPORATE, ("SOFF", "SXCH", "MRGS", "MRGC", "MRGR", "CONV"))
    | each(EARNINGS, ("CDIV", "MDIV", "SCAP", "LCAP", "ROC", "CIL", "INT", "SLIP", "MTCH", "GDBP"))
    | each(EARNINGS, ("MINT",))
    | each(FEE, ("GOLD", "GMPC", "AFEE", "DFEE", "DTAX"))
    | each(DEPOSIT, ("ACH", "RTP", "DCF", "WIRE"))
    | each(POSSIBLE_CONVERSION, ("ITRF",))
    | each(TRANSFER, ("ACATI",))
    | each(LEAVES, ("ACATO",))
)


def _move(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    """Read the description where the code leaves open what moved."""
    if meaning in {DEPOSIT, POSSIBLE_CONVERSION, UNKNOWN}:
        return said(row.text("memo")) or meaning
    return meaning


def _leaves(row: Row) -> bool:
    """Tell shares sent to another house: their value is printed without a sign."""
    return row.text("type").upper() == "ACATO"


def _details(row: Row, day: date) -> Fields:
    text = " ".join(row.text("memo").split())
    return {"memo": text, "tax_year": contribution_year(day, text)}


REPORT = Importer(
    name="robinhood",
    institution="Robinhood",
    words="account activity report, also of IRAs; the file does not name its account",
    activities=(
        Activity(
            table=TableSpec(
                name="activity",
                columns={
                    "day": ("activity date",),
                    "process day": ("process date",),
                    "investment": ("instrument",),
                    "memo": ("description",),
                    "type": ("trans code",),
                    "units": ("quantity",),
                    "price": ("price",),
                    "amount": ("amount",),
                },
                needs=("day", "process day", "investment", "memo", "type", "units", "amount"),
            ),
            dates=(MDY,),
            vocabulary=WORDS,
            plan=False,
            refine=_move,
            details=_details,
            leaves=_leaves,
        ),
    ),
    footers=("The data provided is for informational purposes only",),
)
