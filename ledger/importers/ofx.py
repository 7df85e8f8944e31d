"""Vanguard plan files in OFX/QFX (SGML of OFX 1.x, or XML): a small tolerant reader of our own."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.chart import Source
from ledger.errors import Collector, LedgerError
from ledger.importers.base import Activity, Fields, Head, Importer, RecordMaker, with_kind
from ledger.importers.dates import ISO, BadDate, DayReader
from ledger.importers.files import TextFile, refuse
from ledger.importers.reading import Reading
from ledger.importers.tables import Header, Row, TableSpec
from ledger.importers.vocabulary import (
    CONTRIBUTION,
    DISTRIBUTION,
    EARNINGS,
    EXCHANGE,
    FEE,
    LOAN_REPAYMENT,
    POSSIBLE_CONVERSION,
    Meaning,
    Vocabulary,
    each,
)
from ledger.money import Money
from ledger.records import Record, RowKind
from ledger.safetext import safe

_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z0-9.]+)\s*>(?P<text>[^<]*)")
_LEAF = re.compile(r"<(UNIQUEID|SECNAME)>([^<]*)")
_TRAILING_ZEROS = re.compile(r"(\.[0-9]{2}[0-9]*?)0+$")

# OFX has no value for Roth money: it hides in OTHERVEST or elsewhere, so those stay open, as
# does ROLLOVER, which may be pre-tax, Roth or after-tax.
_SOURCES: Mapping[str, Source] = {
    "PRETAX": Source.PRE_TAX,
    "AFTERTAX": Source.AFTER_TAX,
    "MATCH": Source.MATCH,
    "PROFITSHARING": Source.NONELECTIVE,
}

WORDS = Vocabulary(
    {},
    starts=each(CONTRIBUTION, ("BUYMF", "BUYOTHER", "BUYSTOCK"))
    | each(DISTRIBUTION, ("SELLMF Withdrawal", "SELLOTHER Withdrawal"))
    | each(FEE, ("TRANSFER Investment Expense", "INVEXPENSE"))
    | each(POSSIBLE_CONVERSION, ("TRANSFER",))
    | each(EARNINGS, ("REINVEST", "INCOME")),
)

_ROLES = ("day", "type", "source", "amount", "investment", "units", "price", "id", "loan", "action")
_TABLE = TableSpec(
    name="investment transactions",
    columns={role: (role,) for role in _ROLES},
    needs=("day", "type"),
)
_HEADER = Header(
    spec=_TABLE,
    line=1,
    titles=(
        "DTTRADE",
        "Type",
        "INV401KSOURCE",
        "TOTAL",
        "SECNAME",
        "UNITS",
        "UNITPRICE",
        "FITID",
        "LOANID",
        "TFERACTION",
    ),
    index={role: place for place, role in enumerate(_ROLES)},
)


@dataclass(frozen=True)
class Aggregate:
    """One transaction of the file: its tag, the line it starts on, and its leaf values."""

    tag: str
    line: int
    leaves: Mapping[str, str]


def _transactions(file: TextFile) -> Iterator[Aggregate]:
    """Go through the aggregates of the transaction list; a list cut off is refused."""
    start, end = file.text.find("<INVTRANLIST>"), file.text.find("</INVTRANLIST>")
    if start < 0:
        raise refuse(file.name, "no_rows", "the file holds no transactions", "choose more days")
    if end < 0:
        raise refuse(file.name, "truncated", "the file ends too early", "download it again")
    line, counted = file.text.count("\n", 0, start) + 1, start
    tag, begun = "", line
    leaves: dict[str, str] = {}
    for found in _TAG.finditer(file.text, start + len("<INVTRANLIST>"), end):
        line += file.text.count("\n", counted, found.start())
        counted = found.start()
        name, text = found["name"].upper(), found["text"].strip()
        if found["close"]:
            if name == tag:
                yield Aggregate(tag=tag, line=begun, leaves=leaves)
                tag = ""
        elif text:
            leaves.setdefault(name, html.unescape(text))
        elif not tag:
            tag, begun, leaves = name, line, {}
    if tag:
        problem = f"the transaction {safe(tag, limit=20)} never ends"
        raise refuse(f"{file.name}:{begun}", "truncated", problem, "download the file again")


def _securities(text: str) -> dict[str, str]:
    """Return the names of the investments by their number, from the list that ends the file."""
    names = {}
    for piece in text.partition("<SECLIST>")[2].split("<SECINFO>")[1:]:
        leaves = dict(_LEAF.findall(piece))
        names[leaves.get("UNIQUEID", "").strip()] = html.unescape(leaves.get("SECNAME", "").strip())
    return names


def _turned(total: str) -> str:
    """Return the effect on the money source of a TOTAL, which states the effect on cash."""
    if not total:
        return ""
    text = _TRAILING_ZEROS.sub(r"\1", total)
    return text[1:] if text.startswith("-") else "-" + text.lstrip("+")


def _cells(found: Aggregate, securities: Mapping[str, str]) -> list[str]:
    leaves = found.leaves
    stamp = leaves.get("DTTRADE") or leaves.get("DTPOSTED", "")
    amount = _turned(leaves.get("TOTAL", ""))
    if found.tag in {"INCOME", "INVBANKTRAN", "INVEXPENSE"}:  # cash that stays in the account
        amount = leaves.get("TOTAL") or leaves.get("TRNAMT", "")
    return [
        f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}",
        f"{found.tag} {leaves.get('MEMO', '')}".strip(),
        leaves.get("INV401KSOURCE", ""),
        amount,
        securities.get(leaves.get("UNIQUEID", ""), leaves.get("UNIQUEID", "")),
        leaves.get("UNITS", ""),
        leaves.get("UNITPRICE", ""),
        leaves.get("FITID", ""),
        leaves.get("LOANID", ""),
        leaves.get("TFERACTION", ""),
    ]


def _loan(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    """Take a purchase that names a loan for its repayment."""
    return LOAN_REPAYMENT if meaning is CONTRIBUTION and row.text("loan") else meaning


def _details(row: Row, _day: date) -> Fields:
    return {"extra": {"fitid": row.text("id")}}


_ACTIVITY = Activity(
    table=_TABLE,
    dates=(ISO,),
    vocabulary=WORDS,
    plan=True,
    refine=_loan,
    details=_details,
    source=_SOURCES.get,
)


def _exchanges(records: list[Record]) -> list[Record]:
    """Read a sale and a purchase of one day, source and amount as a move between funds."""
    sold = {_mirror(r) for r in records if r.raw_type.startswith("SELL")}
    bought = {_mirror(r) for r in records if r.raw_type.startswith("BUY")}
    both = sold & bought
    return [
        with_kind(r, EXCHANGE)
        if r.raw_type.startswith(("BUY", "SELL"))
        and r.kind is not RowKind.DISTRIBUTION
        and _mirror(r) in both
        else r
        for r in records
    ]


def _mirror(record: Record) -> tuple[date, str, int]:
    return (record.day, record.source_text, abs(record.amount.cents))


def _repeated(rows: list[Row]) -> Iterator[LedgerError]:
    """Find transaction numbers used twice with different content."""
    seen: dict[str, Row] = {}
    for row in rows:
        number = row.text("id")
        first = seen.setdefault(number, row) if number else row
        if first.cells != row.cells:
            yield refuse(
                row.where,
                "duplicate_fitid",
                f"transaction number {safe(number, limit=40)} stands at {first.where} already",
                "download the file again",
            )


def _read(importer: Importer, file: TextFile, now: date) -> Reading:
    if "<!DOCTYPE" in file.text or "<!ENTITY" in file.text:
        raise refuse(file.name, "doctype", "the file declares a document type", "download it again")
    faults = Collector()
    account = re.search(r"<ACCTID>([^<\r\n]*)", file.text)
    maker = RecordMaker(faults, now, account=account[1].strip() if account else "")
    securities = _securities(file.text)
    rows = [
        Row(file.name, _HEADER, found.line, _cells(found, securities))
        for found in _transactions(file)
    ]
    for fault in _repeated(rows):
        faults.add(fault)
    made = [maker.record(row, _ACTIVITY) for row in rows]
    faults.raise_any()
    records = _exchanges([record for record in made if record is not None])
    if not records:
        raise refuse(file.name, "no_rows", "the file holds no transactions", "choose more days")
    return Reading(
        file=file.name,
        sha256=file.sha256,
        importer=importer.name,
        records=tuple(records),
        plan=True,
        account=maker.account,
        period=_period(file.text, now),
    )


def _period(text: str, now: date) -> tuple[date, date] | None:
    found = re.search(r"<DTSTART>([0-9]{8})[^<]*<DTEND>([0-9]{8})", text)
    if not found:
        return None
    days = DayReader((ISO,), now)
    try:
        start, end = (days.read(f"{s[:4]}-{s[4:6]}-{s[6:]}") for s in found.groups())
    except BadDate:
        return None
    return start, end


def _is_plan_file(head: Head) -> bool:
    return "<INV401K" in head.text and ("<OFX>" in head.text or "OFXHEADER" in head.text)


PLAN_QFX = Importer(
    name="vanguard_qfx",
    institution="Vanguard",
    words="workplace plan in QFX/OFX, with a money source per row (no value for Roth)",
    recognise=_is_plan_file,
    reader=_read,
)
