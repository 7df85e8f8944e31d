"""Fingerprints: the same row of a statement is recognized in every download that carries it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from hashlib import blake2b

from ledger.records import RowKind
from ledger.statement_import.answers import normal
from ledger.statement_import.draft import FileDraft, Row
from ledger.store import PERIOD_ROWS

# Two downloads of one site that show the same rows: both are known when one was imported.
_SAME_ROWS = {"schwab_json": "schwab_brokerage"}
_SEPARATOR = "\x1f"


def prefix(importer: str) -> str:
    """Return what stands before the fingerprints of one reader's rows.

    Rows of one reader can be compared with each other, so that a row that has vanished from a
    later download is noticed; rows of two readers cannot.
    """
    return f"{_SAME_ROWS.get(importer, importer)}:"


def alike(importer: str) -> frozenset[str]:
    """Return the readers whose rows are the same rows as those of this one, itself included."""
    return frozenset({importer, prefix(importer).rstrip(":")})


def reader_of(fingerprint: str) -> str:
    """Return the reader whose row a fingerprint is of."""
    return fingerprint.partition(":")[0]


def fingerprints_of(rows: Iterable[Row], importer: str) -> Iterator[tuple[Row, str, int]]:
    """Go through rows with an account, each with its fingerprint and number among equal rows."""
    seen: dict[str, int] = {}
    usual, of_period = prefix(importer), prefix(PERIOD_ROWS)
    for row in rows:
        if not row.account:
            continue
        content, day = _content(row), _day(row.record.day)
        base = f"{day}{_SEPARATOR}{content}"
        seen[base] = occurrence = seen.get(base, 0) + 1
        text = f"{base}{_SEPARATOR}{occurrence}"
        period = row.kind is RowKind.BALANCE and row.event is None
        start = of_period if period else usual
        yield row, f"{start}{_digest(content, 8)}{_digest(text, 12)}", occurrence


def seal(draft: FileDraft) -> None:
    """Give every row of a file that has an account its fingerprint and occurrence."""
    for row, mark, occurrence in fingerprints_of(draft.rows, draft.reading.importer):
        draft.change(row, fingerprint=mark, occurrence=occurrence)


def _digest(text: str, size: int) -> str:
    return blake2b(text.encode(), digest_size=size).hexdigest()


def _content(row: Row) -> str:
    """Return what a row is but for its day: normalized raw cells, never our classification."""
    record, event = row.record, row.event
    cells = [
        row.account,
        _words(record.raw_type),
        _words(record.investment),
        _words(record.source_text),
        _number(record.units),
        str(record.amount.cents),
        str(record.tax_year or ""),
    ]
    if event is not None:
        cells += [event.to, event.id]
    return _SEPARATOR.join(cells)


_day = lru_cache(maxsize=4096)(date.isoformat)


_words = lru_cache(maxsize=4096)(normal)


@lru_cache(maxsize=4096)
def _number(text: str) -> str:
    """Return a number by value, so that 1,000.50 and 1000.5 are the same."""
    plain = text.replace(",", "").replace("$", "").strip()
    try:
        return f"{Decimal(plain).normalize():f}" if plain else ""
    except InvalidOperation:
        return _words(text)
