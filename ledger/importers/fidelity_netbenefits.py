"""Fidelity NetBenefits: a plan's history.csv, and the pasted Sources tab of its web page."""

from __future__ import annotations

import re
from datetime import date

from ledger.importers.base import About, Activity, Head, Importer
from ledger.importers.dates import MDY, MDY_DASHES, MDY_SHORT, BadDate, DayReader
from ledger.importers.files import TextFile
from ledger.importers.legs import joined, leg
from ledger.importers.pasted import Layout, header_of, read_pasted, tab_cells
from ledger.importers.reading import Reading
from ledger.importers.sources import source_in
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vocabulary import (
    BALANCE,
    CONTRIBUTION,
    DISTRIBUTION,
    EARNINGS,
    EXCHANGE,
    FEE,
    INFO,
    LOAN_REPAYMENT,
    POSSIBLE_CONVERSION,
    Meaning,
    Vocabulary,
    each,
    plain_words,
)
from ledger.money import Money
from ledger.records import Record

# Gains in price are never rows of cash: "Realized Gain/Loss" and "Change in Market Value" inform.
PLAN_WORDS = Vocabulary(
    each(CONTRIBUTION, ("Contributions", "Contribution"))
    | each(EARNINGS, ("Dividend", "Dividends", "Revenue Credit"))
    | each(EXCHANGE, ("Exchange In", "Exchange Out", "Exchange", "Exchanges"))
    | each(POSSIBLE_CONVERSION, ("Transfer", "Transfers"))
    | each(LOAN_REPAYMENT, ("Loan Repayment", "Loan Repayments"))
    | each(INFO, ("Change in Market Value", "Realized Gain/Loss", "Investment Gain/Loss"))
    | each(BALANCE, ("Balance Forward",))
    | each(FEE, ("Recordkeeping Fee", "Administrative Fee", "Administrative Fees"))
    | each(DISTRIBUTION, ("Withdrawal", "Withdrawals"))
)

_HISTORY = TableSpec(
    name="history",
    columns={
        "day": ("date",),
        "investment": ("investment",),
        "type": ("transaction type",),
        "amount": ("amount",),
        "units": ("shares/unit",),
    },
    needs=("day", "investment", "type", "amount", "units"),
)
_PLAN_NAME = re.compile(r"^\W*plan name:\s*,?(?P<name>[^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_RANGE = re.compile(
    r"^\W*date range\W+(?P<a>[0-9/-]{8,10}) - (?P<b>[0-9/-]{8,10})", re.IGNORECASE | re.MULTILINE
)
_PREAMBLE = 2_000  # characters: a handful of lines before the header


def _about(file: TextFile, now: date) -> About:
    """Read plan name (its comma is not quoted) and date range from the lines above the header."""
    start = file.text[:_PREAMBLE]
    name, span = _PLAN_NAME.search(start), _RANGE.search(start)
    days = DayReader((MDY, MDY_SHORT, MDY_DASHES), now)
    period = None
    if span:
        try:
            period = (days.read(span["a"]), days.read(span["b"]))
        except BadDate:  # the range may end in the future; it only informs
            period = None
    return About(account=" ".join(name["name"].rstrip(", ").split()) if name else "", period=period)


HISTORY = Importer(
    name="fidelity_netbenefits",
    institution="Fidelity NetBenefits",
    words="workplace plan history (history.csv); no money source in the file",
    activities=(
        Activity(
            table=_HISTORY,
            dates=(MDY, MDY_SHORT, MDY_DASHES),
            vocabulary=PLAN_WORDS,
            plan=True,
        ),
    ),
    about=_about,
)


_TAB = TableSpec(
    name="sources tab",
    columns={
        "day": ("date",),
        "source": ("source",),
        "type": ("transaction type",),
        "amount": ("amount",),
        "units": ("shares/unit",),
    },
    needs=("day", "source", "type", "amount", "units"),
)


def _conversion_legs(row: Row, meaning: Meaning, amount: Money) -> Meaning:
    """Read a Transfer between sources: out of after-tax and into in-plan Roth is a conversion."""
    return leg(meaning, amount, source_in(row))


def _evidence(row: Row) -> str:
    """Grade a row: how a Transfer between sources shows was described, not seen."""
    return "C" if plain_words(row.text("type")).startswith("TRANSFER") else "B"


_SOURCES_ACTIVITY = Activity(
    table=_TAB,
    dates=(MDY, MDY_SHORT),
    vocabulary=PLAN_WORDS,
    plan=True,
    refine=_conversion_legs,
    evidence=_evidence,
)


_LAYOUT = Layout(
    activity=_SOURCES_ACTIVITY,
    header=header_of(
        _SOURCES_ACTIVITY, ("Date", "Source", "Transaction Type", "Amount", "Shares/Unit")
    ),
    what="date, source, type, amount and shares",
    remedy="copy the table of the Sources tab again, whole rows only",
    cut=tab_cells,
    record=re.compile(r"^[ \t]*[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}[ \t]*\t", re.MULTILINE),
)


def _read_tab(importer: Importer, file: TextFile, now: date) -> Reading:
    return read_pasted(_LAYOUT, importer, file, now)


_NUMBERED_SOURCE = re.compile(
    r"^[ \t]*[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}[ \t]*\t[ ]*[0-9]+ - ", re.MULTILINE
)


def _joined(records: list[Record]) -> list[Record]:
    return joined(records, exchanges=False)


def _is_tab(head: Head) -> bool:
    return bool(_NUMBERED_SOURCE.search(head.text))


SOURCES_TAB = Importer(
    name="fidelity_sources_tab",
    institution="Fidelity NetBenefits",
    words="Sources tab of the plan's transaction history, copied and pasted into a text file",
    recognize=_is_tab,
    reader=_read_tab,
    finish=_joined,
)
