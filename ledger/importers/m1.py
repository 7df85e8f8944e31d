"""M1 (M1 Finance) activity of brokerage accounts and IRAs."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from ledger.importers.base import Activity, Fields, Importer
from ledger.importers.dates import MONTH_DAY
from ledger.importers.files import TextFile
from ledger.importers.ira_words import DEPOSIT, contribution_year, said, words_of
from ledger.importers.statuses import Status, statuses_in
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vocabulary import (
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
)
from ledger.money import Money

# A purchase is printed as positive and a sale as negative: the figures are the holding's.
WORDS = Vocabulary(
    each(EXCHANGE, ("PURCHASED", "SOLD"))
    | each(EARNINGS, ("DIVIDEND", "INTEREST"))
    | each(FEE, ("FEE",))
    | each(POSSIBLE_CONVERSION, ("TRANSFER",))
)
_BANK = re.compile(r"\b(?:ACH|WIRE|CHECK)\b")
_INTEREST = re.compile(r"\bINTEREST\b")
_OTHER_HOUSE = re.compile(r"^TRANSFER FROM\b")
_PAID_OUT = re.compile(
    r"\bWITHDRAWAL\b"
    r"|\b(?:TRANSFER(?:RED)?|CONVER(?:SION|TED)|ROLLOVER) (?:OUT\b|TO\b(?! (?:YOUR )?M1\b))"
)
_GIVEN_BACK = re.compile(r"\b(?:REFUND|REBATE|CREDIT|REVERS)")
_SHORT = re.compile(r"(,CURRENCY,--),?(?=\r?$)", re.MULTILINE)


def _pending(row: Row) -> bool:
    """Tell whether the words say that a movement is on its way, and not how it ended."""
    return statuses_in(row.text("memo")) == {Status.PENDING}


def _by_status(row: Row, meaning: Meaning, amount: Money) -> Meaning:
    """Tell what was called off, which moved nothing; of what was undone the user says what."""
    told = statuses_in(row.text("memo"))
    if Status.UNDONE in told or told >= {Status.CALLED_OFF, Status.DONE}:
        return UNKNOWN
    return INFO if Status.CALLED_OFF in told else _move(row, meaning, amount)


def _move(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    """Read what moved in the description: bank money, money or shares of another house."""
    text = words_of(row.text("memo"))
    if meaning is POSSIBLE_CONVERSION:
        if row.text("unit type").upper() == "SHARES":
            return said(text) or TRANSFER
        return said(text) or (DEPOSIT if _BANK.search(text) else meaning)
    if meaning is UNKNOWN:
        if _INTEREST.search(text):
            return EARNINGS
        return said(text) or (TRANSFER if _OTHER_HOUSE.match(text) else UNKNOWN)
    return meaning


def _details(row: Row, day: date) -> Fields:
    return {"tax_year": contribution_year(day, row.text("memo"))}


def _leaves(row: Row) -> bool:
    """Tell money paid out, moved "to" another account or charged, where no minus does."""
    text = words_of(row.text("memo"))
    if WORDS.meaning(row.text("type")) is FEE:
        return not _GIVEN_BACK.search(text)
    return bool(_PAID_OUT.search(text))


def _tidy(file: TextFile) -> TextFile:
    """Give a row the empty cell at its end that it lacks: M1 leaves it out in the last one."""
    return replace(file, text=_SHORT.sub(r"\1,,", file.text))


ACTIVITY = Importer(
    name="m1",
    institution="M1",
    words="activity of brokerage accounts and IRAs; the file does not name its account",
    tidy=_tidy,
    activities=(
        Activity(
            table=TableSpec(
                name="activity",
                columns={
                    "day": ("date",),
                    "posted": ("posted date",),
                    "investment": ("symbol",),
                    "memo": ("description",),
                    "type": ("transaction type",),
                    "amount": ("amount",),
                    "units": ("units",),
                    "unit type": ("unit type",),
                    "price": ("unit price",),
                },
                needs=("day", "posted", "memo", "type", "amount", "units", "unit type"),
            ),
            dates=(MONTH_DAY,),
            vocabulary=WORDS,
            plan=False,
            refine=_by_status,
            details=_details,
            leaves=_leaves,
            pending=_pending,
        ),
    ),
)
