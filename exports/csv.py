"""The plain CSV: every recorded event as a row that the importer ``plain`` reads back."""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import replace
from io import StringIO
from pathlib import Path

from exports.atomic import write_whole
from ledger.books import Books
from ledger.errors import Collector, LedgerError
from ledger.events import BOOKED, FIELD_SPECS, Event, FieldSpec, Sign, Value, plain_units
from ledger.money import ZERO, Money
from ledger.text import safe

_FIELDS = tuple(spec for spec in FIELD_SPECS.values() if spec.title)
COLUMNS = ("Date", "Account", "Type", *(spec.title for spec in _FIELDS))
# What spreadsheets take for a formula, in narrow and in full width.
_ACTIVE = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_csv(path: Path, books: Books) -> None:
    """Write the recorded events, oldest first, as plain CSV; whole or not at all, mode 0600.

    Each side of a movement is a row of its own, and what is derived is left out: both follow again
    from the rows. Raises LedgerErrors: ``csv_cannot_carry`` names every event that one row cannot
    hold, ``rows_apart`` and ``rows_unbooked`` what must be settled first.
    """
    write_whole(path, csv_text(books).encode())


def csv_text(books: Books) -> str:
    """Return the plain CSV as text, lines ending as RFC 4180 says."""
    books.refuse_unbooked()
    out, faults = StringIO(), Collector()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    named = {fact.event.of for fact in books.facts}
    plans = {account.id for account in books.accounts.values() if account.kind.is_plan}
    for event in (fact.event for fact in books.facts):
        with faults:
            writer.writerow(_row(_as_told(event, named, plans)))
    faults.raise_any()
    return out.getvalue()


def _as_told(event: Event, named: Collection[str], plans: Collection[str]) -> Event:
    """Return an event with what it says where it stands, which another file has to spell out."""
    if event.name in named:  # its place is another one there
        event = replace(event, id=event.name)
    if event.is_silent and event.account in plans and event.kind.spec.takes_plan_basis:
        event = replace(event, reason=BOOKED)
    return event


def _row(event: Event) -> dict[str, str]:
    _require_one_row(event)
    return {
        "Date": event.day.isoformat(),
        "Account": literal(event.account),
        "Type": event.kind.value,
        **{spec.title: _cell(spec, _in_one_row(event)) for spec in _FIELDS},
    }


def _in_one_row(event: Event) -> Event:
    """Return an event with its one part, or the value that it states, as amount.

    Why an import made it stands in the memo where its kind has no reason of its own.
    """
    if event.reason and "reason" not in event.kind.spec.fields:
        event = replace(event, reason="", memo=event.memo or event.reason)
    if event.parts:
        return replace(event, amount=event.parts[0].amount, to=event.parts[0].to)
    if event.kind.spec.sign is Sign.NONE:
        return replace(event, amount=event.amount or ZERO)
    return replace(event, amount=event.value, value=None) if event.kind.spec.is_stated else event


def _cell(spec: FieldSpec, event: Event) -> str:
    found = getattr(event, spec.name)
    if spec.value is Value.SOURCES:
        return "+".join(source.value for source in found)
    if found is None or found is False:
        return ""
    if spec.value is Value.UNITS:
        return plain_units(found)
    if isinstance(found, Money):
        return found.plain
    return "yes" if found is True else literal(str(found))


def _require_one_row(event: Event) -> None:
    problem = _beyond_one_row(event)
    if problem:
        raise LedgerError(
            where=event.where,
            code="csv_cannot_carry",
            problem=f"the {event.kind.words} of {event.day} {problem}, which one row cannot hold",
            remedy="use basis scenario export, which carries everything",
        )


def _beyond_one_row(event: Event) -> str:
    """Return what an event states that has no column, "" where one row tells all of it."""
    if len(event.parts) > 1:
        return FIELD_SPECS["parts"].too_much
    if any(one is not None for one in (event.pretax, *(part.pretax for part in event.parts))):
        return FIELD_SPECS["pretax"].too_much
    single = (spec for spec in FIELD_SPECS.values() if spec.value is not Value.PARTS)
    said = (spec for spec in single if not spec.title and getattr(event, spec.name))
    return next((spec.too_much for spec in said), "")


def literal(text: str) -> str:
    """Return text that a spreadsheet shows and does not calculate; our own numbers stay as is.

    >>> literal("=1+1"), literal("Acme")
    ("'=1+1", 'Acme')
    """
    shown = safe(text)
    return f"'{shown}" if shown.startswith(_ACTIVE) else shown
