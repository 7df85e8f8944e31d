"""Writing books as a scenario file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from ledger.books import Books
from ledger.chart import Account, SimplifiedMethod, Taxpayer
from ledger.documents import TaxDocument
from ledger.events import FIELD_SPECS, MONEY_FIELDS, Event, EventKind
from ledger.journal import JournalEntry
from ledger.money import Money
from ledger.records import (
    EmployerAmount,
    OpeningBasis,
    Options,
    ReturnFacts,
    RothLayer,
    ServiceCatchUp,
    StateBasis,
)
from ledger.scenario.spec import SPEC
from ledger.text import is_unsafe, masked

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write(books: Books, taxpayer: str | None = None, years: tuple[int, ...] = ()) -> str:
    """Return books as a scenario file; running it gives the same year-end records.

    ``taxpayer`` keeps the household of one person: a spouse's figures, and money that moved
    between two of its accounts, are facts of both. ``years`` are the years to report, by default
    every year with an entry. Raises KeyError for a taxpayer who is not in the books, and
    LedgerErrors while rows are apart or not booked.
    """
    if taxpayer is not None:
        books = books.household_of(taxpayer)
    books.refuse_unbooked()
    # facts alone: what is derived is worked out again by whoever reads the file
    people, accounts, entries = books.taxpayers, books.accounts, list(books.facts)
    return "\n".join(
        [
            *_head(books, years or _years_of(books, entries, people)),
            *(_table("[[taxpayer]]", _dataclass(person)) for person in people.values()),
            *(_table("[[account]]", _account_fields(account)) for account in accounts.values()),
            *(_event_table(entry.event) for entry in entries),
            *_facts("[[opening_basis]]", books.opening_basis, people),
            *_facts("[[year]]", books.return_facts, people),
            *_facts("[[state_basis]]", books.state_basis, people),
            *(
                _table("[[tax_document]]", _boxes(document))
                for document in books.documents
                if document.taxpayer in people
            ),
            *(
                _table("[[filed_year]]", _dataclass(filed))
                for filed in books.filed_years.values()
                if filed.taxpayer in people
            ),
        ]
    )


def _years_of(
    books: Books, entries: list[JournalEntry], people: Mapping[str, Taxpayer]
) -> tuple[int, ...]:
    stated = {f.year for f in books.return_facts if f.taxpayer in people}
    stated |= {d.year for d in books.documents if d.taxpayer in people}
    return tuple(sorted({e.day.year for e in entries} | stated))


def _head(books: Books, years: tuple[int, ...]) -> list[str]:
    named = {"title": "Exported ledger", "source": "basis scenario export"}
    out = [_table("[scenario]", {**named, "tax_years": list(years)})]
    chosen = {
        field.name: getattr(books.options, field.name)
        for field in fields(Options)
        if getattr(books.options, field.name) != field.default
    }
    return [*out, _table("[options]", chosen)] if chosen else out


def _facts(
    header: str,
    rows: Sequence[OpeningBasis | ReturnFacts | StateBasis],
    people: Mapping[str, Taxpayer],
) -> Iterator[str]:
    return (_table(header, _dataclass(row)) for row in rows if row.taxpayer in people)


def _event_table(event: Event) -> str:
    header = "[[opening]]" if event.kind is EventKind.OPENING else "[[event]]"
    return _table(header, _event_fields(event))


def _event_fields(event: Event) -> dict[str, Any]:
    found = event.as_fields()
    if event.kind.spec.is_reported or event.id:
        found.pop("id", None)
        found["id"] = event.name  # records refer to these events by name
    for name in sorted(MONEY_FIELDS & found.keys()):
        found[name] = Decimal(found[name])
    found["date"] = event.day
    if event.units is not None:
        found["units"] = event.units
    if event.price is not None:
        found["price"] = event.price
    if "parts" in found:
        found["parts"] = [
            {k: v if k == "to" else Decimal(v) for k, v in part.items()} for part in found["parts"]
        ]
    if event.kind is EventKind.OPENING:
        return {k: v for k, v in found.items() if k in SPEC["opening"]}
    if "reason" in found and "reason" not in event.kind.spec.fields:
        found.setdefault("memo", found["reason"])  # why an import made the event
    # what a row says beyond its kind, such as the source of a pension payment, is read nowhere
    said = {FIELD_SPECS[name].key for name in event.kind.spec.fields}
    return {k: v for k, v in found.items() if k in said | {"date", "account", "kind", "id", "memo"}}


def _account_fields(account: Account) -> dict[str, Any]:
    # the defaults, so that only what was said of the account is written
    plain = Account(account.id, account.owner, account.kind)
    found = {k: v for k, v in vars(account).items() if v != getattr(plain, k)}
    if account.simplified_method:
        method = account.simplified_method
        plain_method = SimplifiedMethod(method.cost)
        found["simplified_method"] = {
            k: v for k, v in vars(method).items() if k == "cost" or v != getattr(plain_method, k)
        }
    return {"id": account.id, "owner": account.owner, "kind": account.kind.value, **found}


def _dataclass(row: object) -> dict[str, Any]:
    return {k: v for k, v in vars(row).items() if k != "where" and v not in (None, "", ())}


def _boxes(document: TaxDocument) -> dict[str, Any]:
    # the number is that of a row in one ledger and means nothing elsewhere
    found = {k: v for k, v in _dataclass(document).items() if k != "number"}
    return {**found, "boxes": dict(document.boxes)}


def _table(header: str, values: Mapping[str, Any]) -> str:
    lines = [f"{key} = {_toml(value)}" for key, value in values.items()]
    return "\n".join([header, *lines, ""])


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple) and value and isinstance(value[0], EmployerAmount):
        value = {one.employer: one.amount for one in value}
    if isinstance(value, ServiceCatchUp):
        value = dict(vars(value))
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, RothLayer):
        value = {"year": value.year, "taxable": value.taxable, "nontaxable": value.nontaxable}
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.plain if isinstance(value, Money) else str(value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    escaped = masked(text).replace("\\", "\\\\").replace('"', '\\"')
    shown = "".join(f"\\U{ord(c):08x}" if is_unsafe(c) else c for c in escaped)
    return f'"{shown}"'
