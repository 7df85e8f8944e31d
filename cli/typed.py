"""Events that come from no statement - typed by hand or from a scenario - on their way to store."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from ledger.balances.days import Fold
from ledger.booking import book
from ledger.chart import Account
from ledger.errors import Collector, LedgerError
from ledger.events import Event, EventKind, plain_units
from ledger.importers.signs import normal_units
from ledger.money import ZERO, Money
from ledger.records import Record, RowKind
from ledger.statement_import.context import facts_in
from ledger.statement_import.deduplicate.fingerprints import fingerprints_of
from ledger.statement_import.deduplicate.other_formats import brought_already
from ledger.statement_import.draft import Fact, Row
from ledger.store import ImportBatch, Receipt, StoredEntry, StoredRow

if TYPE_CHECKING:
    from ledger.store import Ledger

TYPED, PLAIN, SCENARIO = "typed", "plain", "scenario"


def append_event(ledger: Ledger, event: Event, *, again: bool) -> Receipt:
    """Book one typed event; raise LedgerError ``exists`` when an equal one is there already."""
    number = 1 + sum(info.importer == TYPED for info in ledger.imports())
    name = f"typed-{number}"
    event = _cited(event, f"{name}:1")
    row = _rows([event], TYPED)[0]
    known = set(ledger.fingerprints(event.account, event.day, event.day))
    if not again:
        _refuse_known(ledger, event, typed=row.fingerprint in known)
        _refuse_taken_back(ledger, event)
    rows = [row]
    while rows[-1].fingerprint in known:
        rows = _rows([event] * (len(rows) + 1), TYPED)
    return ledger.append(_batch(name, TYPED, [(event, rows[-1])], ledger.accounts()))


def _refuse_known(ledger: Ledger, event: Event, *, typed: bool) -> None:
    """Refuse an event that was typed before, or that another file has brought.

    One that was reversed since may be typed anew, as it should have been.
    """
    facts = facts_in(ledger.books())
    typed = typed and any(_is_as(fact.event, event) for fact in facts)
    there = None if typed else brought_already(event, facts)
    remedy = "add --again if it happened twice"
    if there is not None and there.kind is EventKind.OPENING:
        problem = (
            f"an opening of this day with {there.value} is in the ledger already ({there.where})"
        )
        remedy = "take it back first (basis reverse) where this one corrects it; add --again if "
        remedy += "both were there, one beside the other"
    elif there is not None and there.kind is not event.kind and not there.to:
        problem = f"{there.where} has brought {there.kind.with_article} of as much on {there.day}"
        remedy = f"where this says what it was, take that back first: basis reverse {there.seq} "
        remedy += "--why …; add --again if both happened"
    elif there is not None:
        problem = f"{there.where} has brought an equal {event.kind.words} of {there.day}"
        if there.tax_year != event.tax_year:
            problem += f", for {there.tax_year}"
            remedy = (
                f"where {event.tax_year} is right, take that back first: basis reverse {there.seq}"
            )
            remedy += " --why …; add --again if it happened twice"
    elif typed:
        problem = f"an equal {event.kind.words} is in the ledger already"
    else:
        return
    where = f"{event.day.isoformat()} {event.account}"
    raise LedgerError(where=where, code="exists", problem=problem, remedy=remedy)


def _is_as(one: Event, other: Event) -> bool:
    """Tell whether two events are one row of a list that somebody types."""
    mine, theirs = ((e.day, e.account, e.kind, e.amount, e.value, e.sources) for e in (one, other))
    return mine == theirs and (one.year, one.to) == (other.year, other.to)


def _refuse_taken_back(ledger: Ledger, event: Event) -> None:
    """Refuse an event that a file told which a newer download does not show any more."""
    gone = [one for one in ledger.taken_back() if one.by]
    there = brought_already(event, [Fact(one.event, one.importer) for one in gone])
    if there is not None:
        by = next(one.by for one in gone if one.event is there)
        raise LedgerError(
            where=f"{event.day.isoformat()} {event.account}",
            code="exists",
            problem=f"{there.where} told an equal {event.kind.words} of {there.day}, which {by} "
            "does not show any more",
            remedy="add --again if it happened all the same",
        )


def append_events(
    ledger: Ledger, name: str, digest: str, events: Sequence[Event]
) -> Receipt | None:
    """Book the events of a scenario that the ledger does not have yet; None when it has all.

    An event's fingerprint is the one its row in a plain CSV would have, so neither a second
    load nor a later import of the same rows books anything twice.
    """
    ordered = sorted(events, key=lambda event: (event.day, event.seq))
    pairs = list(zip(ordered, _rows(ordered, PLAIN), strict=True))
    known: Counter[str] = Counter()
    spans: dict[str, list[Event]] = {}
    for event in ordered:
        spans.setdefault(event.account, []).append(event)
    for account, span in spans.items():
        known.update(set(ledger.fingerprints(account, span[0].day, span[-1].day)))
    new = [(event, row) for event, row in pairs if row.fingerprint not in known]
    if not new:
        return None
    return ledger.append(_batch(name, SCENARIO, new, ledger.accounts(), digest))


def open_point(event: Event, ledger: Ledger) -> str:
    """Return a warning of what the books cannot tell from an event's day on, "" when nothing.

    What the market did is in no event, nor what was there before the books start; the warning
    names the command that brings it in. Without it the year is refused.
    """
    books = ledger.books()
    owner = books.accounts[event.account].owner
    fold = Fold(books.household_of(owner))
    fold.through(date.max)
    found = (
        one.error
        for one in fold.refused.get(owner, ())
        if one.day >= event.day and (one.about is None or one.about.out.account.id == event.account)
    )
    error = next(found, None)
    return f"warning: {error.problem}; {error.remedy}" if error else ""


def _cited(event: Event, where: str) -> Event:
    return Event.from_fields(event.as_fields(), where=where, seq=event.seq)


def _rows(events: Iterable[Event], reader: str) -> list[Row]:
    """Return rows with the fingerprints that this reader gives them."""
    rows = (
        Row(_record(event), RowKind.INFO, event.source, event, event.account) for event in events
    )
    return [
        row._replace(fingerprint=mark, occurrence=occurrence)
        for row, mark, occurrence in fingerprints_of(rows, reader)
    ]


def _record(event: Event) -> Record:
    file, _, line = event.where.rpartition(":")
    return Record(
        file=file,
        line=int(line) if line.isdigit() else 1,
        day=event.day,
        kind=RowKind.INFO,
        amount=_amount(event),
        raw_type=event.kind.value,
        source_text=",".join(source.value for source in event.sources),
        investment=event.fund,
        units="" if event.units is None else normal_units(plain_units(event.units)),
        tax_year=event.year,
    )


def _amount(event: Event) -> Money:
    """Return the effect on the account, signed as the plain CSV does: a fingerprint needs it."""
    stated = event.amount if event.amount is not None else event.value
    if event.parts:
        stated = Money.total(part.amount for part in event.parts)
    amount = ZERO if stated is None else stated
    return amount if event.kind.spec.is_shown_positive else -amount


def _batch(
    name: str,
    importer: str,
    pairs: Sequence[tuple[Event, Row]],
    accounts: Mapping[str, Account],
    digest: str = "",
) -> ImportBatch:
    rows, entries, faults = [], [], Collector()
    for event, row in pairs:
        cells = json.dumps(event.as_fields(), ensure_ascii=False)
        line = row.record.line
        rows.append(
            StoredRow(line, event.day, event.account, row.fingerprint, row.occurrence, cells)
        )
        with faults:
            entries.append(StoredEntry(book(event, accounts), ((row.account, row.fingerprint),)))
    faults.raise_any()
    content = digest or sha256(f"{name}\n{rows[0].cells}".encode()).hexdigest()
    account = pairs[0][0].account if len({e.account for e, _ in pairs}) == 1 else ""
    return ImportBatch(name, content, importer, account, rows, entries)
