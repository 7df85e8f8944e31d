"""Fidelity NetBenefits: a plan's history.csv, and the pasted Sources tab of its web page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from ledger.chart import Source
from ledger.errors import Collector
from ledger.importers.base import (
    About,
    Activity,
    Head,
    Importer,
    RecordMaker,
)
from ledger.importers.dates import MDY, MDY_DASHES, MDY_SHORT, BadDate, DayReader
from ledger.importers.files import TextFile, refuse
from ledger.importers.reading import Reading
from ledger.importers.tables import Header, Row, TableSpec
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
)
from ledger.money import Money
from ledger.records import RowKind
from ledger.safetext import safe

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


_RECORD = re.compile(r"^[ \t]*[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}[ \t]*\t", re.MULTILINE)
_TITLES = ("Date", "Source", "Transaction Type", "Amount", "Shares/Unit")
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
_TAB_HEADER = Header(
    spec=_TAB,
    line=1,
    titles=_TITLES,
    index={"day": 0, "source": 1, "type": 2, "amount": 3, "units": 4},
)


def _conversion_legs(row: Row, meaning: Meaning, amount: Money) -> Meaning:
    """Read a Transfer between sources: out of after-tax and into in-plan Roth is a conversion."""
    if meaning is not POSSIBLE_CONVERSION:
        return meaning
    source = _SOURCES_ACTIVITY.source(row.text("source"))
    if amount.cents < 0 and source is Source.AFTER_TAX:
        return Meaning(RowKind.CONVERSION_OUT)
    if amount.cents > 0 and source is Source.IN_PLAN_ROTH:
        return Meaning(RowKind.CONVERSION_IN)
    return meaning


_SOURCES_ACTIVITY = Activity(
    table=_TAB,
    dates=(MDY, MDY_SHORT),
    vocabulary=PLAN_WORDS,
    plan=True,
    refine=_conversion_legs,
)


def _records_text(file: TextFile) -> Iterator[tuple[int, str]]:
    """Cut pasted text where a line starts with a date; yield the line and the piece."""
    starts = [found.start() for found in _RECORD.finditer(file.text)]
    line, counted = 1, 0
    for start, end in pairwise([*starts, len(file.text)]):
        line += file.text.count("\n", counted, start)
        counted = start
        yield line, file.text[start:end]


def _rows_above(file: TextFile) -> Iterator[tuple[int, str]]:
    """Find lines above the first record that look like one: with cells and with figures."""
    first = _RECORD.search(file.text)
    lines = file.text[: first.start()].splitlines() if first else []
    return (
        (number, line)
        for number, line in enumerate(lines, start=1)
        if "\t" in line and any(c.isdigit() for c in line)
    )


def _cells(piece: str) -> list[str]:
    """Return the cells of one record; text of links on lines of their own is left out."""
    cells = [cell.strip() for cell in piece.strip("\r\n ").split("\t")]
    return [cell.splitlines()[0].strip() if cell else "" for cell in cells]


def _read_tab(importer: Importer, file: TextFile, now: date) -> Reading:
    faults = Collector()
    maker = RecordMaker(faults, now)
    records = []
    for line, text in _rows_above(file):
        problem = f"the record does not begin with a date: {safe(text, limit=80)}"
        faults.add(refuse(f"{file.name}:{line}", "bad_date", problem, "copy whole rows again"))
    for line, piece in _records_text(file):
        cells = _cells(piece)
        if len(cells) != len(_TITLES):
            faults.add(
                refuse(
                    f"{file.name}:{line}",
                    "too_few_cells" if len(cells) < len(_TITLES) else "too_many_cells",
                    f"the record has {len(cells)} cells instead of date, source, type, amount and "
                    f"shares: {safe(' | '.join(cells), limit=80)}",
                    "copy the table of the Sources tab again, whole rows only",
                )
            )
            continue
        record = maker.record(Row(file.name, _TAB_HEADER, line, cells), _SOURCES_ACTIVITY)
        if record is not None:
            records.append(record)
    faults.raise_any()
    if not records:
        raise refuse(file.name, "no_rows", "there are no records in the text", "copy it again")
    return Reading(
        file=file.name,
        sha256=file.sha256,
        importer=importer.name,
        records=tuple(records),
        plan=True,
    )


_NUMBERED_SOURCE = re.compile(
    r"^[ \t]*[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}[ \t]*\t[ ]*[0-9]+ - ", re.MULTILINE
)


def _is_tab(head: Head) -> bool:
    return bool(_NUMBERED_SOURCE.search(head.text))


SOURCES_TAB = Importer(
    name="fidelity_sources_tab",
    institution="Fidelity NetBenefits",
    words="Sources tab of the plan's transaction history, copied and pasted into a text file",
    recognise=_is_tab,
    reader=_read_tab,
)
