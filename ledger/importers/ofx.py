"""OFX and QFX investment statements of plans and IRAs, with 401(k) sources where they have them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ledger.chart import Source
from ledger.errors import Collector, LedgerError
from ledger.events import Way
from ledger.importers.base import Head, Importer, RecordMaker, with_kind
from ledger.importers.dates import ISO, BadDate, DayReader
from ledger.importers.files import TextFile, refuse
from ledger.importers.ofx_tree import Element, read_tree
from ledger.importers.ofx_words import ACTIVITIES, HEADER, OFX_SOURCES, Cells, cells_of, day_of
from ledger.importers.reading import ClosingBalance, Reading, StatedTotal
from ledger.importers.tables import Row
from ledger.importers.vocabulary import EXCHANGE, INFO
from ledger.money import BadAmount, Money
from ledger.records import Record, RowKind, rows_where
from ledger.text import safe

_CONTRIBUTED = re.compile(r"\b(?:EMPLOYER|EMPLOYEE|PARTICIPANT|PAYROLL) CONTRIBUTION")
_DOLLARS = "USD"
_CASH_IN = ("INCOME", "INVBANKTRAN")
_TRADES = ("BUY", "SELL")
_SKIPPED = frozenset({"DTSTART", "DTEND"})
_MAY_CONVERT = frozenset({None, Source.AFTER_TAX})
# what a trade was made for, where its words say so: paid out, charged, borrowed or paid back
_KEEPS = rows_where(
    lambda spec: spec.event is not None and (spec.way is Way.OUT or spec.event.of_loan)
)


@dataclass
class _Statement:
    """One account of the file and what is read of it."""

    file: TextFile
    found: Element
    securities: Mapping[str, str]
    maker: RecordMaker
    faults: Collector

    def __post_init__(self) -> None:
        self.account = self.maker.account = self.found.value("ACCTID")
        self.plan = any(True for tag in ("INV401K", "INV401KBAL") if self.found.first(tag)) or (
            self.found.first("INV401KSOURCE") is not None
            or any(_pays_in(element) for element in self.found.all("INVBUY"))
        )

    def records(self) -> list[Record]:
        """Return the transactions in file order."""
        listed = self.found.first("INVTRANLIST")
        rows = [
            Row(self.file, HEADER, element.line, list(self._cells(element)))
            for element in (listed.inner if listed else ())
            if element.tag not in _SKIPPED
        ]
        faults = {fault.where: fault for fault in (*_repeated(rows), *_commas(rows))}
        for fault in faults.values():
            self.faults.add(fault)
        sound = (row for row in rows if row.where not in faults)
        made = [self.maker.record(row, ACTIVITIES[self.plan]) for row in sound]
        records = _second_legs([record for record in made if record is not None])
        return _between_funds(_cash_of_trades(records) if self.plan else records)

    def _cells(self, element: Element) -> Cells:
        return cells_of(element, self.securities, self.account, plan=self.plan)

    def stated_on(self) -> date | None:
        """Return the day of the positions and balances, None where it is not said."""
        return _day(self.found.value("DTASOF"), self.maker.now)

    def closing(self) -> Iterator[ClosingBalance]:
        """Go through the balances of a plan by source; all zeros is no balance."""
        balances, day = self.found.first("INV401KBAL"), self.stated_on()
        if balances is None or day is None:
            return
        where = f"{self.file.name}:{balances.line}"
        read = {leaf.tag: _money(leaf, self.file.name) for leaf in balances.inner if leaf.text}
        if not any(read.values()):
            return
        for tag, source in OFX_SOURCES.items():
            if read.get(tag):
                yield ClosingBalance(where, day, self.account, read[tag], source)
        if read.get("TOTAL"):
            yield ClosingBalance(where, day, self.account, read["TOTAL"])

    def totals(self) -> Iterator[StatedTotal]:
        """Go through the contributions of the year by source, where the statement has them."""
        summary = self.found.first("YEARTODATE")
        contributed = summary.first("CONTRIBUTIONS") if summary else None
        if summary is None or contributed is None:
            return
        first = _day(summary.value("DTSTART"), self.maker.now)
        last = _day(summary.value("DTEND"), self.maker.now)
        for leaf in contributed.inner:
            source = OFX_SOURCES.get(leaf.tag)
            if first and last and source and leaf.text:
                amount = _money(leaf, self.file.name)
                where = f"{self.file.name}:{leaf.line}"
                yield StatedTotal(where, first, last, self.account, source, amount)

    def value(self) -> Iterator[ClosingBalance]:
        """Go through what an IRA's positions and cash are worth together, where all are stated."""
        day, listed = self.stated_on(), self.found.first("INVPOSLIST")
        positions = [e.value("MKTVAL") for e in self.found.all("INVPOS")]
        if self.plan or day is None or not all(positions):
            return
        try:
            cash = Money.parse(_cents(self.found.value("AVAILCASH") or "0"))
            held = [Money.parse(_cents(text)) for text in positions]
        except BadAmount:
            return
        total = Money.total([*held, cash])
        if total:
            made_of = f"positions {Money.total(held)}, cash {cash}"
            line = (listed or self.found).line
            where = f"{self.file.name}:{line}"
            yield ClosingBalance(where, day, self.account, total, made_of=made_of)


def _pays_in(bought: Element) -> bool:
    """Tell whether a purchase is a contribution itself: an IRA buys with cash that came before."""
    return bool(_CONTRIBUTED.search(bought.value("MEMO").upper()))


def _money(leaf: Element, file: str) -> Money:
    try:
        return Money.parse(_cents(leaf.text), evidence=f"{file}:{leaf.line}")
    except BadAmount:
        shown = safe(leaf.text, limit=40)
        problem = f"{leaf.tag}: '{shown}' is not an amount"
        raise refuse(f"{file}:{leaf.line}", "bad_amount", problem, "download it again") from None


def _cents(text: str) -> str:
    """Return an amount without zeros beyond its cents; OFX knows no thousands separator."""
    if "," in text:
        raise BadAmount(text)
    return re.sub(r"(\.[0-9]{2}[0-9]*?)0+$", r"\1", text)


def _day(stamp: str, now: date) -> date | None:
    try:
        return DayReader((ISO,), now).read(day_of(stamp))
    except BadDate:
        return None


def _second_legs(records: list[Record]) -> list[Record]:
    """Read purchases made of cash that another row brought in, and moves between funds.

    A dividend or deposit and the purchase of the same amount are two legs of one event; so are a
    sale and a purchase of one day, source and amount.
    """
    out = list(records)
    spare = [r for r in records if r.raw_type.startswith(_CASH_IN) and r.amount.cents > 0]
    for place, record in enumerate(records):
        if record.raw_type.startswith(("BUY", "REINVEST")) and record.kind is not RowKind.EXCHANGE:
            paid = next((r for r in spare if _mirror(r) == _mirror(record)), None)
            if paid is not None:
                spare.remove(paid)
                out[place] = _bought(record)
    exchanged = set(_exchanged(out))
    return [with_kind(r, EXCHANGE) if n in exchanged else r for n, r in enumerate(out)]


def _exchanged(records: list[Record]) -> Iterator[int]:
    """Go through the places of sales and purchases that are the two legs of one exchange.

    A leg whose words say what it was for is none, and units are not exchanged for themselves: what
    a payday buys and a payout of that day sells of one fund was paid in and paid out.
    """
    legs = [n for n, r in enumerate(records) if r.kind not in _KEEPS]
    bought: dict[tuple[date, str, int], list[int]] = {}
    for place in legs:
        if records[place].raw_type.startswith("BUY"):
            bought.setdefault(_mirror(records[place]), []).append(place)
    for place in legs:
        alike = bought.get(_mirror(records[place]), [])
        if records[place].raw_type.startswith("SELL"):
            others = (n for n in alike if _units_of(records[n]) != _units_of(records[place]))
            pair = next(others, None)
            if pair is not None:
                alike.remove(pair)
                yield from (place, pair)


def _units_of(record: Record) -> tuple[str, Decimal]:
    return record.investment, abs(Decimal(record.units or "0"))


def _cash_of_trades(records: list[Record]) -> list[Record]:
    """Read cash of no source that a day's trades divide by source as their other leg.

    A plan that prints what was paid in or out as money of the bank and again as what each source
    bought or sold moved it once; the trades know the sources and the units.
    """
    cash: dict[tuple[date, bool], list[int]] = {}
    traded: Counter[tuple[date, bool]] = Counter()
    for place, record in enumerate(records):
        way = (record.day, record.amount.cents > 0)
        if record.raw_type.startswith("INVBANKTRAN") and not record.source_text:
            cash.setdefault(way, []).append(place)
        elif record.raw_type.startswith(_TRADES) and record.kind is not RowKind.EXCHANGE:
            traded[way] += record.amount.cents
    out = list(records)
    for way, places in cash.items():
        if traded[way] and sum(records[place].amount.cents for place in places) == traded[way]:
            for place in places:
                out[place] = with_kind(records[place], INFO)
    return out


def _between_funds(records: list[Record]) -> list[Record]:
    """Read transfers that only change the funds of a source as exchanges.

    After-tax money stays a question: its conversions are told with one source on both sides. So
    does what moves inside one fund, and a day whose values differ by more than rounding.
    """
    out = list(records)
    days: dict[tuple[date, str], list[int]] = {}
    for place, record in enumerate(records):
        if record.question == "possible_conversion" and record.source not in _MAY_CONVERT:
            days.setdefault((record.day, record.source_text), []).append(place)
    for places in days.values():
        moves = [records[place] for place in places]
        sold = {r.investment for r in moves if r.amount.cents < 0}
        bought = {r.investment for r in moves if r.amount.cents > 0}
        rest = sum(r.amount.cents for r in moves)
        if sold and bought and not sold & bought and abs(rest) < len(moves):
            for place in places:
                out[place] = with_kind(records[place], EXCHANGE)
    return out


def _bought(record: Record) -> Record:
    """Return the purchase leg of cash that another row brought; of an IRA, what it takes of it."""
    cash = record.raw_type.startswith("REINVEST") and not record.source_text
    bought = with_kind(record, EXCHANGE)
    return replace(bought, amount=-record.amount) if cash else bought


def _mirror(record: Record) -> tuple[date, str, int]:
    return (record.day, record.source_text, abs(record.amount.cents))


def _repeated(rows: list[Row]) -> Iterator[LedgerError]:
    """Find transaction numbers used again for another amount.

    Fidelity's clearing house repeats a number where amounts are equal, whatever was bought.
    """
    seen: dict[str, Row] = {}
    for row in rows:
        number = row.text("id")
        first = seen.setdefault(number, row) if number else row
        if _size(first) != _size(row):
            yield refuse(
                row.where,
                "duplicate_fitid",
                f"transaction number {safe(number, limit=40)} stands at {first.where} already, "
                "with another amount",
                "download the file again; if the number is repeated there too, import the "
                "account's CSV instead",
            )


def _size(row: Row) -> str:
    """Return what a row moves without its sign: its amount, or units where it has none."""
    return (row.text("amount") or row.text("units")).lstrip("+-")


def _commas(rows: list[Row]) -> Iterator[LedgerError]:
    """Find figures with a comma: OFX has no thousands separator, so it would be a decimal one."""
    for row in rows:
        for role in ("amount", "units", "price"):
            if "," in row.text(role):
                shown = safe(row.text(role), limit=40)
                yield refuse(
                    row.where,
                    "bad_amount",
                    f"column {row.title(role)}: '{shown}' has a comma, which OFX does not allow: "
                    "it may be a decimal comma",
                    "download the file again from a page in US English",
                )


def _read(importer: Importer, file: TextFile, now: date) -> Reading:
    faults = Collector()
    root = read_tree(file)
    securities = {
        info.value("UNIQUEID"): info.value("SECNAME") or info.value("TICKER")
        for info in root.all("SECINFO")
    }
    statements = [
        _Statement(file, found, securities, RecordMaker(faults, now), faults)
        for found in root.all("INVSTMTRS")
    ]
    if not statements:
        raise unread_ofx(file.name)
    for statement in statements:
        _refuse_currency(statement, faults)
    records = [record for statement in statements for record in statement.records()]
    closing: list[ClosingBalance] = []
    totals: list[StatedTotal] = []
    for statement in statements:
        with faults:
            closing.extend(statement.closing())
            closing.extend(statement.value())
            totals.extend(statement.totals())
    faults.raise_any()
    if not records and (len(statements) > 1 or not (closing or totals)):
        several = len(statements) > 1
        what = " and balances of several accounts" if several else ", and no balance to check"
        raise refuse(
            file.name,
            "no_rows",
            f"the file holds no transactions{what}",
            "choose more days; a statement of balances is read when it is of one account",
        )
    return _reading(importer, statements, records, closing, totals)


def _reading(
    importer: Importer,
    statements: list[_Statement],
    records: list[Record],
    closing: list[ClosingBalance],
    totals: list[StatedTotal],
) -> Reading:
    first = statements[0]
    return Reading(
        file=first.file.name,
        sha256=first.file.sha256,
        importer=importer.name,
        records=tuple(records),
        plan=first.plan,
        mixed=len({statement.plan for statement in statements}) > 1,
        account=first.account if len(statements) == 1 else "",
        period=_period(first) if len(statements) == 1 else None,
        closing=tuple(closing),
        totals=tuple(totals),
    )


def _refuse_currency(statement: _Statement, faults: Collector) -> None:
    currency = statement.found.value("CURDEF")
    if currency not in {"", _DOLLARS}:
        faults.add(
            refuse(
                f"{statement.file.name}:{statement.found.line}",
                "other_currency",
                f"the statement is in {safe(currency, limit=10)}, not in dollars",
                "amounts of the ledger are US dollars: type its rows as plain CSV in dollars",
            )
        )


def _period(statement: _Statement) -> tuple[date, date] | None:
    listed = statement.found.first("INVTRANLIST")
    if listed is None:
        return None
    now = statement.maker.now
    start, end = _day(listed.value("DTSTART"), now), _day(listed.value("DTEND"), now)
    return (start, end) if start and end else None


def is_ofx(head: Head) -> bool:
    """Tell whether a file is OFX or QFX of any kind."""
    return head.text.lstrip("\ufeff \t\r\n").startswith("OFXHEADER") or "<OFX" in head.text


def _is_investment(head: Head) -> bool:
    return is_ofx(head) and any(tag in head.text for tag in ("<INVSTMT", "<INVTRAN", "<INV401K"))


def unread_ofx(file: str) -> LedgerError:
    """Return the refusal of a file that holds bank or card accounts only."""
    return refuse(
        file,
        "unread_ofx",
        "this is OFX/QFX without an investment statement in it (a bank or card account)",
        "download the activity of the plan or IRA itself",
    )


STATEMENT = Importer(
    name="ofx",
    institution="any (OFX/QFX)",
    words="investment statements of plans and IRAs in OFX/QFX; plans with a source per row",
    recognize=_is_investment,
    reader=_read,
)
