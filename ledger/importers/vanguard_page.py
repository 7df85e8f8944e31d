"""Vanguard: the plan's transaction history as its web page shows it, pasted or printed to text."""

from __future__ import annotations

import re
from datetime import date

from ledger.importers.base import Activity, Head, Importer, read_tables
from ledger.importers.dates import MDY
from ledger.importers.files import TextFile
from ledger.importers.legs import joined, leg
from ledger.importers.pasted import Layout, header_of, read_pasted, tab_cells
from ledger.importers.reading import Reading
from ledger.importers.sources import source_in
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vanguard import PLAN_WORDS, replaced, without_shares
from ledger.importers.vocabulary import Meaning, plain_words
from ledger.money import Money
from ledger.records import Record

_TITLES = (
    "Date",
    "Transaction Description",
    "Source",
    "Fund Name",
    "Quantity",
    "Price",
    "Amount",
)
# Money leaves in these rows, and the page prints no sign.
_LEAVES = re.compile(r"OUT|FEE|LIQUIDATE|WITHDRAWAL|.* OUT|.* TRANSFEROUT")
_DATED = re.compile(r"^[ \t]*\"?[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}(?=[\s\",])", re.MULTILINE)
_MINUS = re.compile(r"[–−-][ \u00a0]+(?=\$?[0-9])")
_FIGURES = re.compile(
    r"(?<= )(?P<units>-?[0-9,]*\.[0-9]+|[–—-]) (?:(?P<price>\$?[0-9,]*\.[0-9]+|[–—-]) )?"
    r"(?P<amount>-?\$?-?[0-9,]*\.[0-9]{2}|\(\$?[0-9,]*\.[0-9]{2}\)|[–—-])(?= |$)"
)
# Sources stand in capitals, funds do not: "2021 ROTH IN PLAN CONVERSION Target Retire 2050 Tr".
_SOURCE = re.compile(
    r"(?:[0-9]{4} )?(?:(?:BONUS|EMPLOYER|EMPLOYEE|ROTH|PRE-TAX|AFTER-TAX|SAFE|HARBOR|IN|PLAN|"
    r"IN-PLAN|CONVERSION|MATCHING|MATCH|ROLLOVER|401\(K\)|403\(B\)|CONTRIBUTIONS?|PROFIT|SHARING|"
    r"NONELECTIVE|CATCH-UP|DEFERRALS?|BASIC|SUPPLEMENTAL)(?= |$) ?)+"
)
_DESCRIPTIONS = (
    "Source to Source/Fund to Fund Transfer In",
    "Source to Source/Fund to Fund Transfer Out",
    "Source to Source Pending Dividends",
    "Plan Initiated Transfer Pending Dividends (Closeout)",
    "Plan Initiated TransferIn",
    "Plan Initiated TransferOut",
    "Plan Contribution",
    "Fund to Fund In",
    "Fund to Fund Out",
    "Conversion In",
    "Dividends on Equity Investments",
    "Dividends on Equity",
    "Daily Accrual Dividends",
    "Miscellaneous Credits/Adjustment",
    "Miscellaneous Credit to Forfeiture Account",
    "Miscellaneous Pending Dividends",
    "Miscellaneous",
    "Liquidate",
    "Fee",
)
_COMMON = frozenset({"Fee", "Miscellaneous", "Liquidate", "Conversion In"})  # not Vanguard's alone
_TELLING = re.compile(
    _DATED.pattern.removesuffix(r"(?=[\s\",])")
    + r"[\s\",]+(?:"
    + "|".join(re.escape(words) for words in _DESCRIPTIONS if words not in _COMMON)
    + ")",
    re.IGNORECASE | re.MULTILINE,
)
_COLUMNS = len(_TITLES)


def _money_leaves(row: Row) -> bool:
    return bool(_LEAVES.fullmatch(plain_words(row.text("type"))))


def _meaning(row: Row, meaning: Meaning, amount: Money) -> Meaning:
    meaning = without_shares(row, meaning, amount)
    return leg(meaning, amount, source_in(row))


_ACTIVITY = Activity(
    table=TableSpec(
        name="plan history page",
        columns={
            "day": ("date",),
            "type": ("transaction description",),
            "source": ("source",),
            "investment": ("fund name",),
            "units": ("quantity",),
            "price": ("price",),
            "amount": ("amount",),
        },
        needs=("day", "type", "source", "investment", "units", "amount"),
    ),
    dates=(MDY,),
    vocabulary=PLAN_WORDS,
    plan=True,
    refine=_meaning,
    leaves=_money_leaves,
    evidence="B",
)


def _cut(piece: str) -> list[str]:
    """Return the cells of one record: divided by tabs, by wide gaps, by lines, or by words."""
    text = piece.strip()
    if "\t" in text:
        return tab_cells(text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) == _COLUMNS and " " not in lines[0]:
        return lines
    row = _MINUS.sub("-", " ".join(lines))
    wide = re.split(r"\s{2,}", row)
    return wide if len(wide) == _COLUMNS else _by_words(" ".join(row.split()))


def _by_words(row: str) -> list[str]:
    """Cut a row whose cells are one blank apart: known words in front, then figures.

    What follows the figures is the foot of a page. Where words or figures do not tell, the row
    comes back uncut, which is a fault.
    """
    day, _, rest = row.partition(" ")
    known = (w for w in _DESCRIPTIONS if plain_words(rest).startswith(plain_words(w) + " "))
    words = max(known, key=len, default="")
    rest = rest[len(words) :].strip()
    source = _SOURCE.match(rest)
    figures = _FIGURES.search(rest, source.end()) if source else None
    if not words or not source or not figures or "." in rest[figures.end() :]:
        return row.split()
    fund = rest[source.end() : figures.start()].strip()
    return [
        day,
        words,
        source[0].strip(),
        fund,
        *(figures[part] or "" for part in ("units", "price", "amount")),
    ]


_LAYOUT = Layout(
    activity=_ACTIVITY,
    header=header_of(_ACTIVITY, _TITLES),
    what="date, description, source, fund, quantity, price and amount",
    remedy="copy the table of the page itself, so that tabs divide its cells",
    cut=_cut,
    record=_DATED,
)


def _has_header(head: Head) -> bool:
    return any(_ACTIVITY.table.matches(line) for line in head.lines)


def _is_page(head: Head) -> bool:
    pasted = any(_ACTIVITY.table.matches(line) for line in head.pasted)
    return pasted or _has_header(head) or bool(_TELLING.search(head.text))


def _read(importer: Importer, file: TextFile, now: date) -> Reading:
    if _has_header(Head.of(file.text)):
        return read_tables(importer, file, now)
    return read_pasted(_LAYOUT, importer, file, now)


def _joined(records: list[Record]) -> list[Record]:
    return joined(replaced(records), exchanges=False)


PAGE = Importer(
    name="vanguard_plan_page",
    institution="Vanguard",
    words="workplace plan history of the web page (ten years), pasted as text, with sources",
    activities=(_ACTIVITY,),
    recognize=_is_page,
    reader=_read,
    finish=_joined,
)
