"""Human Interest: a plan's History page, pasted as text, with a table for each money source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from ledger.errors import Collector
from ledger.importers.base import Activity, Head, Importer, RecordMaker, gathered
from ledger.importers.dates import MDY
from ledger.importers.files import TextFile, refuse
from ledger.importers.pasted import header_of
from ledger.importers.reading import Reading
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vocabulary import (
    CONTRIBUTION,
    EARNINGS,
    EXCHANGE,
    FEE,
    Meaning,
    Vocabulary,
    each,
)
from ledger.money import BadAmount, Money
from ledger.text import safe

# Of what happened only "Contribution" and "Plan Conversion" (a change of recordkeeper) were seen.
WORDS = Vocabulary(
    each(CONTRIBUTION, ("Contribution", "Contributions"))
    | each(EARNINGS, ("Dividend", "Dividends"))
    | each(FEE, ("Fee", "Fees"))
)
_TITLES = ("Date", "Activity", "Source", "Fund", "Shares", "Price", "Amount", "Moved")
_WITHIN = "within the source"  # a table whose rows come to nothing: money became shares of a fund
_DAY = re.compile(r"[0-9]{2}/[0-9]{2}/[0-9]{4}")
_HEADER = re.compile(r"Fund\s+Shares\s+Price\s+Amount", re.IGNORECASE)
_LABEL = re.compile(r"(?P<source>.*\S)\s+Contributions?", re.IGNORECASE)
_ROW = re.compile(
    r"(?P<fund>\S.*?)\s+(?P<units>-?[0-9,]*\.[0-9]+)\s+(?P<price>\$[0-9,]*\.[0-9]+)\s+"
    r"(?P<amount>-?\$[0-9,]+\.[0-9]{2})"
)
_PAID = re.compile(
    r"You contributed (?P<own>\$[0-9,]+\.[0-9]{2})"
    r"(?: and your employer contributed (?P<employer>\$[0-9,]+\.[0-9]{2}))?"
)
_DOLLARS = re.compile(r"-?\$[0-9,]+\.[0-9]{2}")
_END = "need help"


def _within(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    return EXCHANGE if row.text("moved") else meaning


_ACTIVITY = Activity(
    table=TableSpec(
        name="history page",
        columns={
            role: (title.lower(),)
            for role, title in zip(
                ("day", "type", "source", "investment", "units", "price", "amount", "moved"),
                _TITLES,
                strict=True,
            )
        },
        needs=("day", "type", "amount"),
    ),
    dates=(MDY,),
    vocabulary=WORDS,
    plan=True,
    refine=_within,
)
_COLUMNS = header_of(_ACTIVITY, _TITLES)


@dataclass
class _Block:
    """What the page shows of one day's event: its words, and a table for each source."""

    day: str
    line: int
    text: list[tuple[int, str]] = field(default_factory=list)
    tables: list[tuple[str, list[tuple[int, re.Match[str]]]]] = field(default_factory=list)
    in_table: bool = False

    def take(self, line: int, text: str) -> None:
        """Take one line of the page; the one above the heading of a table is its source."""
        row = _ROW.fullmatch(text) if self.in_table else None
        self.in_table = bool(row or _HEADER.fullmatch(text))
        if row:
            self.tables[-1][1].append((line, row))
        elif self.in_table:
            label = _LABEL.fullmatch(self.text[-1][1]) if self.text else None
            self.tables.append((label["source"] if label else "", []))
            self.text = self.text[:-1] if label else self.text
        else:
            self.text.append((line, text))

    def rows(self, file: TextFile) -> Iterator[Row]:
        """Go through the rows of funds, or through what the words say where none is opened."""
        line, event = self.text[0] if self.text else (self.line, "Contribution")
        for source, listed in self.tables:
            moved = "" if sum(_cents(found["amount"]) for _, found in listed) else _WITHIN
            for at, found in listed:
                told = (found["fund"], found["units"], found["price"], found["amount"], moved)
                yield Row(file, _COLUMNS, at, [self.day, event, source, *told])
        if not any(listed for _, listed in self.tables):
            yield from self._told(file, line, event)
        elif self._differs():
            raise refuse(
                f"{file.name}:{line}",
                "total_differs",
                "the funds do not add up to what was contributed",
                "open every source of the event (the arrow beside it) and copy the page again",
            )

    def _told(self, file: TextFile, line: int, event: str) -> Iterator[Row]:
        words = " ".join(text for _, text in self.text[1:])
        paid = _PAID.search(words)
        if paid:
            parts = [("", paid["own"]), ("employer", paid["employer"] or "")]
        else:
            named = _DOLLARS.findall(words)
            parts = [("", named[0] if len(named) == 1 else "")]
        for source, amount in parts:
            if amount.strip("$0.,") or not paid:
                yield Row(file, _COLUMNS, line, [self.day, event, source, "", "", "", amount, ""])

    def _differs(self) -> bool:
        paid = _PAID.search(" ".join(text for _, text in self.text))
        told = sum(map(_cents, filter(None, paid.groups()))) if paid else 0
        found = sum(_cents(row["amount"]) for _, listed in self.tables for _, row in listed)
        return bool(paid) and told != found


def _cents(text: str) -> int:
    """Return cents, 0 of what is no amount: the row itself is refused for it."""
    try:
        return Money.parse(text).cents
    except BadAmount:
        return 0


def _blocks(file: TextFile) -> Iterator[_Block]:
    """Go through the events of the page; what stands above the first date is no event."""
    block: _Block | None = None
    for line, printed in enumerate(file.text.splitlines(), 1):
        text = printed.strip()
        if text.lower().startswith(_END):
            break
        if _DAY.fullmatch(text):
            if block is not None and (block.text or block.tables):
                yield block
            block = _Block(text, line)
        elif text and block is not None:
            block.take(line, text)
    if block is not None and (block.text or block.tables):
        yield block


def _read(importer: Importer, file: TextFile, now: date) -> Reading:
    faults = Collector()
    maker = RecordMaker(faults, now)
    made = [
        maker.record(row, _ACTIVITY)
        for block in _blocks(file)
        for row in gathered(block.rows(file), faults)
    ]
    faults.raise_any()
    records = tuple(record for record in made if record is not None)
    if not records:
        problem = f"no event stands below a date: {safe(file.text.strip(), limit=40)}"
        raise refuse(file.name, "no_rows", problem, "copy the whole History page again")
    return Reading(
        file=file.name, sha256=file.sha256, importer=importer.name, records=records, plan=True
    )


def _is_history(head: Head) -> bool:
    """Tell whether a line that is a date stands above a table of funds, or above what was paid."""
    lines = [line.strip() for line in head.text.splitlines()]
    dated = next((n for n, line in enumerate(lines) if _DAY.fullmatch(line)), len(lines))
    return any(_HEADER.fullmatch(line) or _PAID.match(line) for line in lines[dated:])


HISTORY = Importer(
    name="human_interest",
    institution="Human Interest",
    words="History page of a plan, pasted as text, with a table for each money source",
    evidence="B",
    recognize=_is_history,
    reader=_read,
)
