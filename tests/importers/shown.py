"""Records as a table that a CPA can read: the golden text beside each statement fixture."""

from __future__ import annotations

from ledger.importers.reading import ClosingBalance, Reading
from ledger.records import Record

_TITLES = ("line", "date", "account", "source", "event", "amount", "units", "question", "said")
_RIGHT = {"line", "amount", "units"}


def table(reading: Reading) -> str:
    """Return what a reader found: what the file says of itself, then a line for each row."""
    rows = [_TITLES, *(_cells(record) for record in reading.records)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_TITLES))]
    period = " to ".join(day.isoformat() for day in reading.period) if reading.period else "-"
    top = [
        f"importer {reading.importer}",
        f"account  {reading.account or '-'}",
        f"period   {period}",
        f"plan     {'yes' if reading.plan else 'no'}",
        *(_balance(one) for one in reading.closing),
        *(f"note     {note}" for note in reading.notes),
        "",
    ]
    return "\n".join([*top, *(_line(row, widths) for row in rows), ""])


def _balance(one: ClosingBalance) -> str:
    of = one.source or one.source_text or one.account
    made_of = f" ({one.made_of})" if one.made_of else ""
    return f"balance  {one.day or 'day not said'}  {of}  {one.value}{made_of}"


def _cells(record: Record) -> tuple[str, ...]:
    said = [record.raw_type, record.source_text, record.investment, record.memo]
    if record.partner:
        said.append(f"partner {record.partner}")
    if record.tax_year:
        said.append(f"tax year {record.tax_year}")
    if record.catch_up:
        said.append("catch-up")
    return (
        str(record.line),
        record.day.isoformat(),
        record.account or "-",
        record.source.value if record.source else "-",
        record.kind.value,
        str(record.amount),
        record.units or "-",
        record.question or "-",
        "; ".join(text for text in said if text),
    )


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [
        cell.rjust(width) if title in _RIGHT else cell.ljust(width)
        for title, cell, width in zip(_TITLES, row, widths, strict=True)
    ]
    return "  ".join(cells).rstrip()
