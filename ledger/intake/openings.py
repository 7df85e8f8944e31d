"""Openings that an answer tells: what was there before a file starts, and how much was taxed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from ledger.chart import Source, TaxCharacter
from ledger.importers.sources import canonical
from ledger.intake.draft import FileDraft, Row
from ledger.intake.events import make
from ledger.intake.settle import ask_row, bad_answer
from ledger.intake.units import Shortage
from ledger.intake.world import OLDER_MONEY, World
from ledger.money import ZERO, Money
from ledger.records import Event, EventKind

NEEDED = "opening_needed"
_NEXT_SHARE = re.compile(r"[\s,;]+(?=[A-Za-z_-]+=)")


class Opened(NamedTuple):
    """What a source held at an opening: its value, and the part of it that was taxed already."""

    source: Source | None
    value: Money
    basis: Money | None  # None: an IRA, whose basis belongs to the person


def opening(row: Row, opened: Opened) -> Event:
    """Return an opening as the event of a row."""
    event = make(row, EventKind.OPENING, opened.value, opened.source)
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


def older_money(
    draft: FileDraft, world: World, row: Row, source: Source, shortage: Shortage
) -> Event | None:
    """Ask what a source held before its file starts; None while the question is open.

    Without it the basis of the older money is unknown, and taking the excess for a gain would
    tax what was taxed already.
    """
    eve = _eve(draft, world, row.account, source)
    command = (
        f"basis add opening --account {row.account} --source {source} --date {eve.isoformat()} "
        "--value VALUE --basis BASIS"
    )
    answer = ask_row(
        draft,
        world,
        row,
        f"{shortage.leaving.normalize():f} units left {source}, the rows account for "
        f"{shortage.known.normalize():f}: the source held money before the file starts",
        code="opening_needed",
        remedy=f"import the earlier statements first, or say what it held: {command}; or answer "
        f'{{"code": "opening_needed", "line": {row.record.line}, '
        f'"answer": {{"value": "6500.00", "basis": "6400.00", "date": "{eve.isoformat()}"}}}}: '
        "basis is what was taxed already; without a date it is the day before the first row",
        command=command,
        choices=("<VALUE/BASIS DATE>",),
    )
    if answer is None:
        return None
    try:
        return _told(row, source, answer, eve)
    except ValueError as reason:
        remedy = (
            f'answer {{"value": "6500.00", "basis": "6400.00", "date": "{eve.isoformat()}"}} or '
            f'"6500.00/6400.00 {eve.isoformat()}"; the date is {eve.isoformat()} or earlier'
        )
        raise bad_answer(row, NEEDED, answer, remedy, str(reason)) from None


def _told(row: Row, source: Source, answer: Any, eve: date) -> Event:
    """Return the opening an answer tells; raise ValueError for what is none."""
    if isinstance(answer, Mapping):
        if not {"value"} <= answer.keys() <= {"value", "basis", "date"}:
            raise ValueError("'value', 'basis' and 'date' are wanted")
        value, basis = str(answer["value"]), str(answer.get("basis", ""))
        said = str(answer.get("date", ""))
    else:
        amounts, _, said = str(answer).strip().partition(" ")
        value, _, basis = amounts.partition("/")
    opened = taxed_already(source, Money.parse(value), basis)
    day = date.fromisoformat(said.strip()) if said.strip() else eve
    if opened.value <= ZERO:
        raise ValueError("what it held was more than nothing")
    if day > eve:
        raise ValueError(f"the day is {eve.isoformat()} or earlier")
    memo = f"{source} before {row.record.file} starts"
    return replace(opening(row, opened), day=day, memo=memo, reason=OLDER_MONEY)


def _eve(draft: FileDraft, world: World, account: str, source: Source) -> date:
    """Return the day before anything that is known of a source."""
    days = [row.day for row in draft.rows if row.account == account]
    days += [event.day for event, _ in world.facts_of(account) if event.source is source]
    return min(days) - timedelta(days=1)
