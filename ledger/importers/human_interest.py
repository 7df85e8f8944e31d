"""Human Interest: a plan's History page, pasted as text, with a table for each money source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from ledger.errors import Collector, LedgerError
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
_DAY = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}")
# a date of any other form, or with more beside it, would leave its event to the one above
_DATED = re.compile(
    r"(?:[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}|[A-Z][a-z]{2,8}\.? [0-9]{1,2}, ?[0-9]{4})(?!\S)"
)
_HEADER = re.compile(r"Fund\s+Shares\s+Price\s+Amount", re.IGNORECASE)
_LABEL = re.compile(r"(?P<source>[^$]*\S)\s+Contributions?", re.IGNORECASE)
_ROW = re.compile(
    r"(?P<fund>\S.*?)\s+(?P<units>\(?-?[0-9,]*\.?[0-9]+\)?)\s+(?P<price>\$[0-9,]*\.?[0-9]+)\s+"
    r"(?P<amount>\(?-?\$[0-9,]*\.?[0-9]+\)?)"
)
_FIGURES = re.compile(r"[$0-9\t]")  # what a line that is no more than words has none of
_PAID = re.compile(r"\b(?P<who>You|Your employer) contributed (?P<amount>\$\S+)", re.IGNORECASE)
_DOLLARS = re.compile(r"\S*\$\S*")
_AMOUNT = re.compile(r"-?\$[0-9,]+(?:\.[0-9]{2})?")
_AFTER = ".,;:!"  # what may follow an amount in a sentence
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
    unread: list[tuple[int, str]] = field(default_factory=list)  # below a table, and no row of it

    def take(self, line: int, text: str) -> None:
        """Take one line of the page; the one above the heading of a table is its source."""
        row = _ROW.fullmatch(text) if self.tables else None
        if row:
            self.tables[-1][1].append((line, row))
        elif _HEADER.fullmatch(text):
            self._open()
        else:
            told = bool(_LABEL.fullmatch(text)) or not _FIGURES.search(text)
            if self.in_table and not told:
                self.unread.append((line, text))
            self.text.append((line, text))
        self.in_table = bool(row or _HEADER.fullmatch(text))

    def _open(self) -> None:
        label = _LABEL.fullmatch(self.text[-1][1]) if self.text else None
        self.tables.append((label["source"] if label else "", []))
        self.text = self.text[:-1] if label else self.text

    def rows(self, file: TextFile) -> Iterator[Row]:
        """Go through the rows of funds, or through what the words say where none is opened."""
        line, event = self.text[0] if self.text else (self.line, "Contribution")
        for at, text in self.unread:
            raise _not_read(file, at, "the line below the table is no row of it", text)
        amounts = list(self._amounts(file))
        for source, listed in self.tables:
            moved = "" if sum(_cents(found["amount"]) for _, found in listed) else _WITHIN
            for at, found in listed:
                told = (found["fund"], found["units"], found["price"], found["amount"], moved)
                yield Row(file, _COLUMNS, at, [self.day, event, source, *told])
        if not any(listed for _, listed in self.tables):
            yield from self._told(file, (line, event), amounts)
        elif self._differs(amounts):
            raise refuse(
                f"{file.name}:{line}",
                "total_differs",
                "the funds do not add up to what the words of the event say",
                "open every source of the event (the arrow beside it) and copy the page again",
            )

    def _amounts(self, file: TextFile) -> Iterator[str]:
        """Go through the amounts in the words of the event, every one of them."""
        for line, text in self.text:
            for found in _DOLLARS.findall(text):
                amount = found.rstrip(_AFTER)
                if not _AMOUNT.fullmatch(amount):
                    raise _not_read(file, line, "an amount in the words is not understood", text)
                yield amount

    def _told(self, file: TextFile, at: tuple[int, str], amounts: list[str]) -> Iterator[Row]:
        line, event = at
        words = " ".join(text for _, text in self.text)
        paid = {found["who"].lower(): found["amount"] for found in _PAID.finditer(words)}
        if paid and len(paid) == len(amounts):
            whose = (("", "you"), ("employer", "your employer"))
            parts = [(to, paid[who].rstrip(_AFTER)) for to, who in whose if who in paid]
        elif len(amounts) <= 1:
            parts = [("", "".join(amounts))]
        else:
            raise _not_read(
                file, line, "the words name several amounts and do not say whose", words
            )
        for source, amount in parts:
            if amount.strip("$0.,") or not paid:
                yield Row(file, _COLUMNS, line, [self.day, event, source, "", "", "", amount, ""])

    def _differs(self, amounts: list[str]) -> bool:
        """Tell whether a source is not opened, or the words name another amount than the funds.

        What moved within a source comes to nothing: it counts by what its funds got.
        """
        moved = within = 0
        for _, listed in self.tables:
            cents = [_cents(found["amount"]) for _, found in listed]
            moved += sum(cents)
            within += 0 if sum(cents) else sum(one for one in cents if one > 0)
        told = sum(map(_cents, amounts))
        opened = all(listed for _, listed in self.tables)
        return not opened or (bool(amounts) and abs(told) != abs(moved) + within)


def _not_read(file: TextFile, line: int, problem: str, text: str) -> LedgerError:
    """Return the fault of a line with money in it that is not understood."""
    return refuse(
        f"{file.name}:{line}",
        "bad_row",
        f"{problem}: {safe(text, limit=80)}",
        "open every source of the event and copy the page again; or take the event out of the file "
        "and write its rows in the plain form",
    )


def _cents(text: str) -> int:
    """Return cents, 0 of what is no amount: the row itself is refused for it."""
    try:
        return Money.parse(text).cents
    except BadAmount:
        return 0


def _blocks(file: TextFile, faults: Collector) -> Iterator[_Block]:
    """Go through the events of the page; what stands above a date, and at the end, is none."""
    block: _Block | None = None
    for line, printed in enumerate(file.text.splitlines(), 1):
        text = printed.strip()
        if _DAY.fullmatch(text) or text.lower().startswith(_END):
            if block is not None and (block.text or block.tables):
                yield block
            block = _Block(text, line) if _DAY.fullmatch(text) else None
        elif (_DATED.match if block else _DATED.fullmatch)(text):
            problem = f"the line begins with a date and goes on: {safe(text, limit=80)}"
            remedy = "write the date on a line of its own, as MM/DD/YYYY"
            faults.add(refuse(f"{file.name}:{line}", "bad_date", problem, remedy))
        elif text and block is not None:
            block.take(line, text)
        elif _PAID.search(text) or _HEADER.fullmatch(text):
            faults.add(_not_read(file, line, "the event has no date above it", text))
    if block is not None and (block.text or block.tables):
        yield block


def _read(importer: Importer, file: TextFile, now: date) -> Reading:
    faults = Collector()
    maker = RecordMaker(faults, now)
    made = [
        maker.record(row, _ACTIVITY)
        for block in _blocks(file, faults)
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
    return any(_HEADER.fullmatch(line) or _PAID.search(line) for line in lines[dated:])


HISTORY = Importer(
    name="human_interest",
    institution="Human Interest",
    words="History page of a plan, pasted as text, with a table for each money source",
    evidence="B",
    recognize=_is_history,
    reader=_read,
)
