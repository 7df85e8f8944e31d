"""What an account held before its first row: its value by source, and what was taxed already."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from ledger.chart import Source, TaxCharacter
from ledger.events import Event, EventKind
from ledger.importers.sources import canonical
from ledger.money import ZERO, Money
from ledger.statement_import.draft import Row
from ledger.statement_import.rows.events import make

_NEXT_SHARE = re.compile(r"[\s,;]+(?=[A-Za-z_-]+=)")


class Opened(NamedTuple):
    """What a source held at an opening: its value, and the part of it that was taxed already."""

    source: Source | None
    value: Money
    basis: Money | None  # None: an IRA, whose basis belongs to the person


def opening(row: Row, opened: Opened) -> Event:
    """Return an opening as the event of a row; its units where the row is of this source alone."""
    event = make(row, EventKind.OPENING, opened.value, opened.source)
    if row.source is not opened.source:
        event = replace(event, fund="", units=None, price=None)
    return replace(event, amount=None, value=event.amount, basis=opened.basis)


def read_opened(answer: Any) -> list[Opened]:
    """Read sources with their values: {"match": "20000", "roth": {"value": …, "basis": …}}.

    The same in words: "match=20000 roth=15000/14000". Raises ValueError (BadAmount among them)
    for what is none, and where the basis of a taxed source is not said.
    """
    if isinstance(answer, str):
        pairs = [piece.partition("=") for piece in _NEXT_SHARE.split(answer.strip())]
        answer = {name: share for name, _, share in pairs}
    items = answer.items() if isinstance(answer, Mapping) else ()
    shares = [_share(str(name), share) for name, share in items]
    if not shares:
        raise ValueError("no source is named")
    if len({share.source for share in shares}) < len(shares):
        raise ValueError("a source comes twice")
    return [share for share in shares if share.value or share.basis]


def _share(name: str, told: Any) -> Opened:
    source = named_source(name)
    if isinstance(told, Mapping):
        if not {"value"} <= told.keys() <= {"value", "basis"}:
            raise ValueError(f"{name} needs 'value' and 'basis'")
        value, basis = str(told["value"]), str(told.get("basis", ""))
    else:
        value, _, basis = str(told).partition("/")
    return taxed_already(source, Money.parse(value), basis)


def named_source(name: str) -> Source:
    """Return the source of a name; ValueError for an unknown one."""
    source = canonical(name)
    if source is None:
        raise ValueError(f"'{name}' is no source: {', '.join(Source)}")
    return source


def taxed_already(source: Source, value: Money, basis: str) -> Opened:
    """Return an opening with its basis; ValueError where it is missing or not possible."""
    if not basis.strip():
        if source.character is not TaxCharacter.PRE_TAX:
            raise ValueError(f"how much of {source} was taxed already? write VALUE/BASIS")
        return Opened(source, value, ZERO)
    taxed = Money.parse(basis)
    if taxed < ZERO or (taxed and source.character is TaxCharacter.PRE_TAX):
        raise ValueError(f"{source} cannot have a basis of {taxed}")
    return Opened(source, value, taxed)
