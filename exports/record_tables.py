"""What the figures rest on: findings, the register of the year, and the evidence files."""

from __future__ import annotations

from collections.abc import Iterator

from exports.evidence_numbers import EvidenceNumbers
from exports.table import Column, Kind, Medium, Row, Section, Table, Value
from exports.words import (
    FLOW_WORDS,
    TYPED,
    WHOLE_ACCOUNT,
    account_words,
    counted,
    is_outside,
    joined,
    pool_words,
    source_words,
)
from ledger.books import EvidenceFile, Household
from ledger.chart import UNDIVIDED
from ledger.documents import BOXES, TaxDocument
from ledger.events import EventKind, plain_units
from ledger.journal import JournalEntry, Posting
from ledger.year_end import Finding, YearEnd, flow_of

_DIGITS = 12  # of a SHA-256, on paper
SEVERITIES = ("error", "warning", "info")
FINDING_COLUMNS = (
    Column("severity", "Severity", weight=0.6, marked=True),
    Column("message", "Finding", weight=3.7),
    Column("cite", "Law", weight=1.4, optional=True),
    Column("where", "Place", Kind.PLACE, weight=1.2, optional=True),
    Column("code", "Code", weight=1.8),
)
REGISTER_COLUMNS = (
    Column("date", "Date", Kind.DATE),
    Column("reason", "Entry", weight=2.0),
    Column("pool", "Account and source", weight=1.9),
    Column("value", "Value", Kind.AMOUNT),
    Column("basis", "Basis", Kind.AMOUNT),
    Column("against", "Against", weight=1.1),
    Column("evidence", "Evidence", Kind.PLACE, weight=1.7),
    Column("account", "Account", medium=Medium.SHEET, aside=True),
    Column("source", "Source", medium=Medium.SHEET, aside=True),
    Column("flow", "Counts as", medium=Medium.SHEET, aside=True),
    Column("fund", "Fund", medium=Medium.SHEET, optional=True, aside=True),
    Column("units", "Units", medium=Medium.SHEET, optional=True, aside=True),
    Column("price", "Price of a unit", medium=Medium.SHEET, optional=True, aside=True),
    Column("memo", "Memo", medium=Medium.SHEET, optional=True, aside=True),
    Column("raw", "Row as in the file", medium=Medium.SHEET, optional=True, aside=True),
)
FILE_COLUMNS = (
    Column("number", "No.", anchors=True, weight=0.9),
    Column("file", "File", weight=3.4),
    Column("digest", "SHA-256 begins", weight=1.2, medium=Medium.PAPER),
    Column("sha256", "SHA-256 of the file", weight=2.4, medium=Medium.SHEET),
    Column("importer", "Read as", weight=1.2),
    Column("account", "Account", weight=0.9),
    Column("rows", "Rows", Kind.COUNT),
    Column("imported_at", "Read on", weight=1.1),
)
PAPER_COLUMNS = (
    Column("form", "Form", weight=0.8),
    Column("payer", "Of", weight=1.4),
    Column("compared", "Boxes compared", weight=2.2, optional=True),
    Column("kept", "Boxes compared with nothing", weight=2.2, optional=True),
    Column("paper", "Where the paper is", weight=1.2, optional=True),
    Column("where", "Place", Kind.PLACE, weight=1.0),
)


def by_severity(findings: tuple[Finding, ...]) -> list[Finding]:
    """Put errors before warnings before information, each in the order found."""
    order = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    return sorted(findings, key=lambda finding: order.get(finding.severity, len(order)))


def findings_section(year: YearEnd) -> Section:
    """List everything a careful reader must know, the most serious first."""
    rows = tuple(
        (f.severity, f.message, f.cite, f.where, f.code) for f in by_severity(year.findings)
    )
    table = Table(FINDING_COLUMNS, rows, empty="The checks found nothing to report.")
    return Section("Findings", "Findings", (table,), medium=Medium.SHEET, filtered=True)


def register_section(year: YearEnd, books: Household) -> Section:
    """List the year's entries; every leg that touches the taxpayer's own accounts is a row."""
    rows = tuple(row for entry in year.entries for row in _legs(entry, books))
    table = Table(
        REGISTER_COLUMNS,
        rows,
        note="Entries marked “worked out” follow from the law and stand in no statement. Every "
        "entry balances in value and in basis with the party named under “Against”.",
        empty="No entry is dated in this year.",
        told_once="reason",
    )
    words = f"{counted(len(year.entries), 'entry', 'entries')} in booking order."
    return Section("Register of the year", "Register", (table,), (words,), filtered=True)


def _legs(entry: JournalEntry, books: Household) -> Iterator[Row]:
    own = [posting for posting in entry.postings if not is_outside(posting.pool)]
    shown = own or entry.postings  # money that no account here holds: both sides are told
    legs = [_leg(posting, entry.event.kind) for posting in shown]
    parties = (pool_words(p.pool) for p in entry.postings if own and is_outside(p.pool))
    against = joined(list(dict.fromkeys(parties)))
    raw = books.raw_rows.get(entry.where, "")
    event = entry.event
    units, price = (plain_units(n) if n is not None else "" for n in (event.units, event.price))
    told = (_reason(entry), against, entry.where, event.fund, units, price, event.memo, raw)
    # the first leg tells the entry; the others leave these cells blank and go on with it
    for reason, other, where, *row in (told, *[("",) * len(told)] * (len(legs) - 1)):
        leg, flow = legs.pop(0) if legs else ((event.account, None, None), ("", "", ""))
        yield (entry.day, reason, *leg, other, where, *flow, *row)


def _leg(posting: Posting, kind: EventKind) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """Tell one leg: what is printed, and the words by which the workbook adds rows up."""
    pool = posting.pool
    counts = bool(posting.value) and not is_outside(pool) and pool.source != UNDIVIDED
    words = FLOW_WORDS[flow_of(kind, posting.value.cents)] if counts else ""
    source = source_words(pool.source) if pool.source else WHOLE_ACCOUNT
    return (pool_words(pool), posting.value, posting.basis), (pool.account, source, words)


def _reason(entry: JournalEntry) -> str:
    if not entry.postings and entry.event.value is not None:
        return f"{entry.reason} stated: {entry.event.value}"
    if not entry.derived:
        return entry.reason
    return f"{entry.reason} (worked out{': ' if entry.cite else ''}{entry.cite})"


def evidence_section(year: YearEnd, books: Household) -> Section:
    """List the files that hold rows of this taxpayer, and the seal of the ledger."""
    mine = _files_of(year.taxpayer.id, books)
    numbers = EvidenceNumbers.of(books).by_name
    read = [f for f in books.files if _concerns(f, mine, year, books)]
    rows = (
        *(_file(file, numbers[file.name]) for file in read),
        # what entries name and no file was read for is a story
        *(_story(name, number) for name, number in numbers.items() if name not in books.file_named),
    )
    files = Table(
        FILE_COLUMNS,
        rows,
        note="F3:114 is line 114 of file F3. A file is the one that was read when its SHA-256 is "
        "the same; the workbook has all 64 digits.",
        empty="No statement file was read: the figures come from a scenario or from entries "
        "made by hand.",
    )
    papers = tuple(_paper(one, year) for one in books.documents if _is_of(one, year))
    printed = Table(
        PAPER_COLUMNS,
        papers,
        title="Printed forms on record",
        note="Boxes that the books tell nothing about are kept as printed and compared with "
        "nothing.",
    )
    seal = (
        f"Chain head of the ledger: {books.chain_head}"
        if books.chain_head
        else "These figures were not read from a sealed ledger, so no chain head can be given."
    )
    tables = (files, printed) if papers else (files,)
    return Section("Evidence", "Evidence", tables, (seal,), filtered=True)


def _is_of(document: TaxDocument, year: YearEnd) -> bool:
    return (document.taxpayer, document.year) == (year.taxpayer.id, year.tax_year)


def _paper(document: TaxDocument, year: YearEnd) -> Row:
    account = year.accounts.get(document.payer)
    compared = {(one.form, one.payer, one.box) for one in year.tie_out}
    told = {True: list[str](), False: list[str]()}
    for box in BOXES[document.form]:
        if box in document.boxes:
            is_compared = (document.form, document.payer, box) in compared
            told[is_compared].append(f"{box}: {document.boxes[box]}")
    payer = account_words(account) if account else document.payer
    boxes = "; ".join(told[True]), "; ".join(told[False])
    return (f"Form {document.form}", payer, *boxes, document.evidence, document.where)


def _file(file: EvidenceFile, number: str) -> Row:
    day, _, moment = file.imported_at.replace("T", " ").removesuffix("Z").partition(" ")
    read_as = "by hand" if file.importer == TYPED else file.importer.replace("_", " ")
    when = f"{day} {moment[:5]}".strip()
    name = "" if file.importer == TYPED else file.name
    return (
        number,
        name,
        file.sha256[:_DIGITS],
        file.sha256,
        read_as,
        file.account,
        file.rows,
        when,
    )


def _story(name: str, number: str) -> Row:
    return (number, name, "", "", "written by hand", "", None, "")


def _files_of(taxpayer: str, books: Household) -> frozenset[str]:
    """Return the names of the files with a row of this person's accounts."""
    mine = {account.id for account in books.accounts_of(taxpayer)}
    booked = (entry for entry in books.entries if entry.event.account in mine)
    return frozenset(name for entry in booked if (name := entry.where.rpartition(":")[0]))


def _concerns(file: EvidenceFile, mine: frozenset[str], year: YearEnd, books: Household) -> bool:
    account = books.accounts.get(file.account)
    return file.name in mine if account is None else account.owner == year.taxpayer.id
