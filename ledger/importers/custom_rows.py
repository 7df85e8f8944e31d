"""What a column map says of rows: money in two columns or by source, signs, running balances."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import accumulate

from ledger.chart import Source
from ledger.errors import Collector, LedgerError
from ledger.importers.base import EMPTY, money_in, units_in
from ledger.importers.files import refuse
from ledger.importers.legs import joined, withdrawn_and_converted
from ledger.importers.signs import LEAVING, normal_units
from ledger.importers.tables import Header, Row, column_name
from ledger.importers.vocabulary import Vocabulary, plain_words
from ledger.money import ZERO, BadAmount, Money
from ledger.records import NEVER_BOOKED, Record, RowKind
from ledger.text import safe

IN, OUT, TOTAL, BALANCE = "money in", "money out", "total", "balance"
OF_SOURCE = "of source "  # role of a column that holds the money of one source
_NUMBERS = ("amount", IN, OUT, TOTAL, BALANCE, "units", "price")
_FAULTS_SHOWN = 5

PRINTED, TURNED, BY_TYPE = "printed", "turned", "by_type"
SIGNS = (PRINTED, TURNED, BY_TYPE)


_CREDIT_OR_DEBIT = re.compile(r"(?P<number>\$?[\d,]*\.?\d+) ?(?P<way>CR|DR)\.?", re.IGNORECASE)


@dataclass(frozen=True)
class RowRules:
    """How the rows of one map's files are to be taken apart.

    ``sources`` are the columns that hold one source each, by role; ``named`` are types of rows
    that say a source (a type ending in a star means what begins so). ``every`` is the type of all
    rows of a file without such a column.
    """

    signs: str
    vocabulary: Vocabulary
    sources: Mapping[str, Source] = field(default_factory=dict)
    named: Mapping[str, Source] = field(default_factory=dict)
    every: str = ""
    comma: bool = False
    _headers: dict[tuple[object, ...], Header] = field(default_factory=dict)

    def spread(self, row: Row) -> Iterator[Row]:
        """Go through what one row of the file holds: of each source, or in or out, a row.

        Raises LedgerError for money in and out at once, and for a total its sources do not reach.
        """
        roles = (role for role in (*_NUMBERS, *self.sources) if role in row.header.index)
        told = {role: row.text(role) for role in roles}
        read = {role: plain_sign(decimal_point(x) if self.comma else x) for role, x in told.items()}
        added = {role: text for role, text in read.items() if text != told[role]}
        if self.every:
            added["type"] = self.every
        source = self._source_said(row)
        if source is not None:
            added["source"] = source.value
        whole = self._with(row, added)
        if self.sources:
            yield from self._by_source(whole)
        elif IN in row.header.index:
            yield self._amount_from(whole, _one_side(whole))
        else:
            yield whole

    def leaves(self, row: Row) -> bool:
        """Tell whether a row's money leaves although its amount stands there without a sign."""
        index = row.header.index
        if OUT in index and index.get("amount") == index[OUT]:
            return True
        return self.signs == BY_TYPE and self.vocabulary.meaning(row.text("type")).kind in LEAVING

    def _source_said(self, row: Row) -> Source | None:
        words = plain_words(row.text("type"))
        if words in self.named:
            return self.named[words]
        starts = (w for w in self.named if w.endswith("*") and words.startswith(w[:-1].strip()))
        best = max(starts, key=len, default="")
        return self.named[best] if best else None

    def _by_source(self, row: Row) -> Iterator[Row]:
        filled = [role for role in self.sources if row.text(role) not in EMPTY]
        moved = [role for role in filled if money_in(row, role)]
        total = money_in(row, TOTAL) if row.text(TOTAL) not in EMPTY else None
        added = Money.total(money_in(row, role) for role in filled)
        if total is not None and total != added:
            raise refuse(
                row.where,
                "total_differs",
                f"column {row.title(TOTAL)}: the sources add up to {added}, the row says {total}",
                "name every column that holds money of a source in [source_columns]",
            )
        units = _parted(units_in(row), [money_in(row, role).cents for role in moved])
        for number, role in enumerate(moved or list(self.sources)[:1]):
            added_cells = {"source": self.sources[role].value}
            if len(moved) > 1 and "units" in row.header.index:
                added_cells["units"] = units[number]
            yield self._amount_from(self._with(row, added_cells), role)

    def _amount_from(self, row: Row, role: str) -> Row:
        return self._bound(row, row.cells, {"amount": row.header.index[role]}, role)

    def _with(self, row: Row, texts: Mapping[str, str]) -> Row:
        """Return a row with further cells behind those of the file, one for each role."""
        if not texts:
            return row
        start = len(row.cells)
        places = {role: start + number for number, role in enumerate(texts)}
        return self._bound(row, [*row.cells, *texts.values()], places, ",".join(texts))

    def _bound(self, row: Row, cells: list[str], places: Mapping[str, int], key: str) -> Row:
        known = (row.header.line, *row.header.index, key)
        if known not in self._headers:
            self._headers[known] = replace(row.header, index={**row.header.index, **places})
        return row.bound(self._headers[known], cells)


def _one_side(row: Row) -> str:
    """Return the role of the column that a row's money stands in: in or out, never both."""
    filled = [role for role in (IN, OUT) if row.text(role) not in EMPTY]
    moved = [role for role in filled if money_in(row, role)]
    if len(moved) > 1:
        raise refuse(
            row.where,
            "two_amounts",
            f"money stands in {row.title(IN)} and in {row.title(OUT)}",
            "check the row, or name other columns for money_in and money_out",
        )
    return (moved or filled or [IN])[0]


def _parted(units: str, cents: Sequence[int]) -> list[str]:
    """Return the units of each part of a row, in proportion to its money, to the printed decimals.

    They add up to the row's. Parts that go both ways say nothing of whose units they are.
    """
    whole = sum(cents)
    if not units or not whole or len({amount > 0 for amount in cents}) > 1:
        return [""] * len(cents)
    every, out, done = Decimal(units), [], Decimal(0)
    for reached in accumulate(cents):  # each up to a running total, so that nothing is left over
        upto = (every * reached / whole).quantize(every)
        out.append(normal_units(f"{upto - done:f}"))
        done = upto
    return out


def plain_sign(text: str) -> str:
    """Return an amount marked as a credit or a debit of the account with its sign in front.

    >>> plain_sign("1,000.00 CR"), plain_sign("200.00DR"), plain_sign("5.00")
    ('1,000.00', '-200.00', '5.00')
    """
    marked = _CREDIT_OR_DEBIT.fullmatch(text)
    if marked is None:
        return text
    return f"{'-' if marked['way'].upper() == 'DR' else ''}{marked['number']}"


def decimal_point(text: str) -> str:
    """Return a number written with a decimal comma as one with a point.

    >>> decimal_point("1 000,50 $"), decimal_point("-1.234,5")
    ('1000.50', '-1234.5')
    """
    plain = "".join(text.replace("$", "").split())
    if "," not in plain:
        return plain if plain.count(".") != 1 else f"{plain}?"  # 1.234 may be a thousand
    return plain.replace(".", "").replace(",", ".")


@dataclass(frozen=True)
class Checks:
    """What is looked at when all rows of a file are read: its signs and its running balance."""

    rules: RowRules
    signs_said: bool
    balance: tuple[str, ...] = ()  # titles of the balance's column, as column_name has them
    plan: bool = True

    def finish(self, records: list[Record]) -> list[Record]:
        """Return the rows, legs between sources joined; raise its faults at once."""
        faults = Collector()
        if not self.signs_said:
            with faults:
                refuse_missing_signs(records)
        if self.rules.signs == BY_TYPE:
            for fault in unsigned_types(records):
                faults.add(fault)
        if self.balance:
            for fault in balance_faults(records, self._stated):
                faults.add(fault)
        faults.raise_any()
        if not self.plan:
            return [_contributed(record) for record in records]
        return withdrawn_and_converted(_legs(records))

    def _stated(self, record: Record) -> Money | None:
        title = next((t for t in record.cells if column_name(t) in self.balance), "")
        text = record.cells.get(title, "").strip()
        if text in EMPTY:
            return None
        try:
            return Money.parse(plain_sign(decimal_point(text) if self.rules.comma else text))
        except BadAmount:
            raise refuse(
                record.where,
                "bad_amount",
                f"column {safe(title, limit=40)}: '{safe(text, limit=40)}' is not an amount",
                "leave balance out of [columns] when the column holds something else",
            ) from None


def _contributed(record: Record) -> Record:
    """Return a row of an IRA; of a contribution with a minus it is asked what it is."""
    if record.kind is not RowKind.CONTRIBUTION or record.amount >= ZERO:
        return record
    return replace(record, kind=RowKind.UNKNOWN, question="type_unknown")


def refuse_missing_signs(records: Sequence[Record]) -> None:
    """Refuse a file whose amounts cannot be effects on the money: no sign, or all turned."""
    negative = any(record.amount < ZERO for record in records)
    out = next((r for r in records if r.kind in LEAVING and r.amount > ZERO), None)
    paid = [r for r in records if r.kind is RowKind.CONTRIBUTION and r.amount]
    if out is not None and not negative:
        raise refuse(
            out.where,
            "signs_unknown",
            f"'{safe(out.raw_type, limit=60)}' of {out.amount}: no amount of the file is negative",
            'write signs = "by_type" in [map] where the file prints none, or signs = "printed" '
            "where this is money that came in",
        )
    if paid and all(record.amount < ZERO for record in paid):
        raise refuse(
            paid[0].where,
            "signs_unknown",
            f"every contribution is negative ('{safe(paid[0].raw_type, limit=60)}' of "
            f"{paid[0].amount})",
            'write signs = "turned" in [map] where money in is negative, or signs = "printed" '
            "where they were taken back",
        )


def unsigned_types(records: Sequence[Record]) -> list[LedgerError]:
    """Return the types of rows that a map leaves open although they decide the signs."""
    first = {r.raw_type: r for r in reversed(records) if r.kind is RowKind.UNKNOWN}
    return [
        refuse(
            record.where,
            "signs_unknown",
            f"the type '{safe(record.raw_type, limit=60)}' decides which way {record.amount} goes, "
            "and the map does not say what it is",
            f'add "{safe(record.raw_type, limit=60)}" = "KIND" to [types]',
        )
        for record in reversed(first.values())
    ]


def _legs(records: list[Record]) -> list[Record]:
    """Let the sources say what a transfer was: into Roth a conversion, within one an exchange."""
    places = [
        n
        for n, record in enumerate(records)
        if record.kind.spec.side_of == "transfer" and record.question == "possible_conversion"
    ]
    out = list(records)
    for place, record in zip(places, joined([out[n] for n in places], exchanges=True), strict=True):
        out[place] = record
    return out


Stated = Callable[[Record], Money | None]


def balance_faults(records: Sequence[Record], stated: Stated) -> list[LedgerError]:
    """Return the rows at which a running balance does not follow the amounts, at most a few.

    The balance may run down or up the file, over the account, over each source, or over each fund
    of a source: it is right when one of these holds throughout.
    """
    scopes: tuple[Callable[[Record], tuple[str, ...]], ...] = (
        lambda r: (r.account,),
        lambda r: (r.account, r.source_text),
        lambda r: (r.account, r.source_text, r.investment),
    )
    found = [
        [fault for rows in _groups(records, scope) for fault in _breaks(rows, stated, turn)]
        for scope in scopes
        for turn in (1, -1)
    ]
    best = min(found, key=len)
    return best and min(found[:2], key=len)[:_FAULTS_SHOWN]


def _groups(
    records: Sequence[Record], scope: Callable[[Record], tuple[str, ...]]
) -> list[list[Record]]:
    out: dict[tuple[str, ...], list[Record]] = {}
    for record in records:
        out.setdefault(scope(record), []).append(record)
    return list(out.values())


def _breaks(records: Sequence[Record], stated: Stated, turn: int) -> Iterator[LedgerError]:
    """Go through the rows whose balance is not the one before and the amounts since."""
    before: Money | None = None
    since: list[Record] = []
    for line in _lines(records[::turn]):
        balance = stated(line[0])
        since += line
        if balance is None:
            continue
        if before is not None and not _reaches(balance - before, since):
            moved = Money.total(record.amount for record in since)
            yield refuse(
                line[0].where,
                "balance_differs",
                f"the balance goes from {before} to {balance}, the rows read so far say {moved}",
                "check signs, money_in and money_out in the map, or leave balance out of it",
            )
        before, since = balance, []


def _lines(records: Sequence[Record]) -> Iterator[list[Record]]:
    line: list[Record] = []
    for record in records:
        if line and line[0].line != record.line:
            yield line
            line = []
        line.append(record)
    if line:
        yield line


def _reaches(step: Money, records: Sequence[Record]) -> bool:
    """Tell whether amounts make a step; moves between investments may count, either way."""
    sums = {0}
    for record in records:
        cents = record.amount.cents
        told = record.kind in NEVER_BOOKED  # a balance may count them or not
        free = {0, cents, -cents} if told else {cents}
        sums = {one + more for one in sums for more in free} if len(sums) < 1000 else sums
    return step.cents in sums
