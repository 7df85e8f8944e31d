"""A small household: one plan, one Roth IRA, four rows of one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ledger.chart import Account, AccountKind, Outside, Pool, Source, Taxpayer, outside
from ledger.events import Event, EventKind
from ledger.journal import JournalEntry, Posting
from ledger.money import ZERO, Money
from ledger.records import OpeningBasis, ReturnFacts, RothLayer
from ledger.store import Answer, ImportBatch, Ledger, StoredEntry, StoredRow

ROSE = Taxpayer("rose", "Rose Green", date(1970, 5, 1), "paul")
ACME = Account("acme", "rose", AccountKind.K401, employer="Acme", number="0990011")
ROTH = Account("roth1", "rose", AccountKind.ROTH_IRA)
FILE = "history.csv"
SHA = "a1" * 32
ANSWER = Answer("source_unknown", "acme", "line 3", "after_tax", date(2026, 1, 5), "paycheck")


def dollars(text: str, where: str) -> Money:
    return Money.parse(text, evidence=where)


def mark(*lines: int, file: str = FILE) -> tuple[tuple[str, str], ...]:
    return tuple(("acme", f"{file}-{line}") for line in lines)


def contribution(line: int, day: date, amount: str, file: str = FILE) -> StoredEntry:
    where = f"{file}:{line}"
    money = dollars(amount, where)
    event = Event(
        where=where,
        day=day,
        account="acme",
        kind=EventKind.CONTRIBUTION,
        amount=money,
        sources=(Source.AFTER_TAX,),
        memo="S&P 500 INDEX TR",
    )
    postings = (
        Posting(Pool("acme", "after_tax"), money, money),
        Posting(outside(Outside.PAY), -money, -money),
    )
    return StoredEntry(
        JournalEntry(event, postings, "after-tax contribution"), mark(line, file=file)
    )


def conversion(line: int, day: date) -> StoredEntry:
    where = f"{FILE}:{line}"
    value = dollars("1010.00", where)
    event = Event(
        where=where,
        day=day,
        account="acme",
        kind=EventKind.IN_PLAN_CONVERSION,
        amount=value,
        sources=(Source.AFTER_TAX,),
    )
    postings = (
        Posting(Pool("acme", "in_plan_roth"), value, Money(100000, value.evidence)),
        Posting(Pool("acme", "after_tax"), -value, -Money(100000, value.evidence)),
    )
    return StoredEntry(JournalEntry(event, postings, "in-plan conversion"), mark(line, line + 1))


def statement_balance(line: int, day: date) -> StoredEntry:
    where = f"{FILE}:{line}"
    event = Event(
        where=where, day=day, account="acme", kind=EventKind.BALANCE, value=dollars("5.00", where)
    )
    return StoredEntry(JournalEntry(event, (), "statement balance"), mark(line))


def row(line: int, day: date, file: str = FILE) -> StoredRow:
    cells = f'{{"Date":"{day:%m/%d/%Y}","Type":"Contributions","Source":"","Amount":"{line}.00"}}'
    return StoredRow(line, day, "acme", f"{file}-{line}", 1, cells)


def batch(
    entries: Sequence[StoredEntry] | None = None, *, file: str = FILE, sha256: str = SHA
) -> ImportBatch:
    days = [date(2025, 1, 15), date(2025, 2, 15), date(2025, 3, 1), date(2025, 3, 1)]
    booked = [
        contribution(2, days[0], "1000.00", file),
        conversion(3, days[1]),
        statement_balance(5, days[3]),
    ]
    return ImportBatch(
        file_name=file,
        sha256=sha256,
        importer="fidelity_netbenefits",
        account="acme",
        rows=[row(line, day, file) for line, day in enumerate(days, start=2)],
        entries=booked if entries is None else entries,
        answers=[ANSWER],
    )


OPENING = OpeningBasis(
    where="typed:1",
    taxpayer="rose",
    as_of=date(2025, 1, 1),
    traditional_ira=Money(30000),
    roth_ira_since=2012,
    roth_ira_conversions=(RothLayer(2020, Money.dollars(15000), ZERO),),
)
FACTS = ReturnFacts("typed:2", "rose", 2025, "single", Money.dollars(80000))


def filled(path: Path) -> Ledger:
    """Return an open ledger that has a row in every table that the commands fill."""
    ledger = Ledger.create(path)
    ledger.add_taxpayer(ROSE)
    ledger.add_account(ACME)
    ledger.add_account(ROTH)
    ledger.add_opening_basis(OPENING)
    ledger.add_return_facts(FACTS)
    ledger.append(batch())
    ledger.reverse(1, "typed twice")
    second = batch([contribution(2, date(2025, 4, 1), "9.00", "b.csv")], file="b.csv", sha256="")
    ledger.append(second)
    ledger.undo(2, "wrong file")
    return ledger
