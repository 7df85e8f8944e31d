"""The plain CSV: every booked event as a row that the importer ``plain`` reads back."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

from exports.atomic import write_whole
from ledger.books import Books
from ledger.errors import Collector, LedgerError
from ledger.money import Money
from ledger.records import EVENT_FIELDS, Event, EventKind, plain_units
from ledger.safetext import safe

COLUMNS = (
    "Date",
    "Account",
    "Type",
    "Source",
    "Amount",
    "Tax Year",
    "To",
    "Id",
    "Of",
    "Value",
    "Earnings",
    "Basis",
    "Withheld",
    "State Withheld",
    "Exception",
    "Reason",
    "Disaster",
    "Postponed",
    "Catch Up",
    "Fund",
    "Units",
    "Origin",
    "Memo",
)
_STATED_VALUE = {EventKind.BALANCE, EventKind.OPENING}
# What spreadsheets take for a formula, in narrow and in full width.
_ACTIVE = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_csv(path: Path, books: Books) -> None:
    """Write the booked events, oldest first, as plain CSV; whole or not at all, mode 0600.

    Entries that the law derives are left out: they follow again from the rows. Raises
    LedgerErrors (``csv_cannot_carry``) naming every event that one row cannot hold.
    """
    write_whole(path, csv_text(books).encode())


def csv_text(books: Books) -> str:
    """Return the plain CSV as text, lines ending as RFC 4180 says."""
    out, faults = StringIO(), Collector()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for entry in books.entries:
        if not entry.derived:
            with faults:
                writer.writerow(_row(entry.event))
    faults.raise_any()
    return out.getvalue()


def _row(event: Event) -> dict[str, str]:
    _require_one_row(event)
    amount, to = event.amount, event.to
    if event.parts:
        amount, to = event.parts[0].amount, event.parts[0].to
    if event.kind in _STATED_VALUE:
        amount = event.value
    value = None if event.kind in _STATED_VALUE else event.value
    has_reason = "reason" in EVENT_FIELDS[event.kind]
    return {
        "Date": event.day.isoformat(),
        "Account": literal(event.account),
        "Type": event.kind.value,
        "Source": "+".join(source.value for source in event.sources),
        "Amount": _plain(amount),
        "Tax Year": "" if event.year is None else str(event.year),
        "To": literal(to),
        "Id": literal(event.id),
        "Of": literal(event.of),
        "Value": _plain(value),
        "Earnings": _plain(event.earnings),
        "Basis": _plain(event.basis),
        "Withheld": _plain(event.withheld),
        "State Withheld": _plain(event.state_withheld),
        "Exception": literal(event.exception),
        "Reason": literal(event.reason) if has_reason else "",
        "Disaster": literal(event.disaster),
        "Postponed": literal(event.postponed),
        "Catch Up": "yes" if event.catch_up else "",
        "Fund": literal(event.fund),
        "Units": "" if event.units is None else plain_units(event.units),
        "Origin": literal(event.origin),
        # why an import made the event, where its kind has no reason of its own
        "Memo": literal(event.memo or ("" if has_reason else event.reason)),
    }


def _require_one_row(event: Event) -> None:
    problem = ""
    if len(event.parts) > 1:
        problem = f"has {len(event.parts)} parts"
    elif event.pretax is not None or any(part.pretax is not None for part in event.parts):
        problem = "states which dollars are pretax"
    elif event.months:
        problem = "is for several months"
    elif event.pre_1987:
        problem = "holds pre-1987 money"
    if problem:
        raise LedgerError(
            where=event.where,
            code="csv_cannot_carry",
            problem=f"the {event.kind.words} of {event.day} {problem}, which one row cannot hold",
            remedy="use basis scenario export, which carries everything",
        )


def _plain(amount: Money | None) -> str:
    return "" if amount is None else amount.plain


def literal(text: str) -> str:
    """Return text that a spreadsheet shows and does not calculate; our own numbers stay as is.

    >>> literal("=1+1"), literal("Acme")
    ("'=1+1", 'Acme')
    """
    shown = safe(text)
    return f"'{shown}" if shown.startswith(_ACTIVE) else shown
