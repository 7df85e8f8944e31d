"""Two files of one plan that tell the same: the one with sources is booked, the other confirms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from ledger.events import WHOLE, Event, EventKind
from ledger.money import Money
from ledger.records import RowKind
from ledger.statement_import.answers import said_today
from ledger.statement_import.context import ImportContext, anchor_of
from ledger.statement_import.deduplicate.compared_as import event_as, row_as, signed_cents
from ledger.statement_import.deduplicate.fingerprints import alike
from ledger.statement_import.draft import Fact, FileDraft, Row, Status
from ledger.statement_import.questions.files import ALL, TotalsDiffer
from ledger.store import REPLACES, ROW, ToldBy

# Two views of one page: the same rows, added up or by source. They need no confirmation.
VIEWS = (frozenset({"fidelity_netbenefits", "fidelity_sources_tab"}),)
Key = tuple[str, date, EventKind]


def own_readers(draft: FileDraft) -> frozenset[str]:
    """Return the readers whose rows are those of a file, in as many rows or fewer."""
    mine = draft.reading.importer
    return next((views for views in VIEWS if mine in views), alike(mine))


def mark_covered(draft: FileDraft, context: ImportContext, before: list[FileDraft]) -> None:
    """Mark rows that another file of the same recordkeeper has brought into the ledger.

    Compared are the totals of a day and kind: the two files cut the same money differently.
    """
    family = next((f for f in VIEWS if draft.reading.importer in f), None)
    if family is None:
        return
    others = family - {draft.reading.importer}
    counted = (fact for fact in context.facts if fact.event.seq not in context.completed)
    booked = _totals([fact for fact in counted if fact.importer in others])
    for other in before:
        if other.reading.importer in others:
            counts = (row for row in other.rows if not context.is_superseded(row))
            sums = _groups(counts).items()
            booked |= {key: Booked(_sum(rows), rows=rows, files=before) for key, rows in sums}
    name = ", ".join(sorted(others))
    for key, rows in _groups(draft.open).items():
        if key in booked:
            _compare(draft, context, rows, booked[key], name)


class Booked(NamedTuple):
    """What another reader has brought of a day and kind: entries, or rows of this import."""

    total: Money
    events: Sequence[Event] = ()
    rows: Sequence[Row] = ()
    files: Sequence[FileDraft] = ()  # those that the rows are of, among others

    @property
    def places(self) -> tuple[str, ...]:
        """Where they stand."""
        places = [*(event.where for event in self.events), *(row.record.where for row in self.rows)]
        return tuple(dict.fromkeys(places))


def _totals(facts: list[Fact]) -> dict[Key, Booked]:
    amounts: dict[Key, list[Event]] = defaultdict(list)
    for event, _ in facts:
        opens = event.kind is EventKind.OPENING
        kind = EventKind.OPENING if opens else event_as(event)
        if kind is not None:
            amounts[_key(event.account, event.day, kind)].append(event)
    return {key: Booked(Money(sum(map(signed_cents, all_))), all_) for key, all_ in amounts.items()}


def _groups(rows: Iterable[Row]) -> dict[Key, list[Row]]:
    """Return the rows of a day and kind together."""
    groups: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        kind = _shown_as(row)
        if kind is not None and row.account:
            groups[_key(row.account, row.day, kind)].append(row)
    return groups


def _shown_as(row: Row) -> EventKind | None:
    if row.kind is RowKind.BALANCE:
        return EventKind.OPENING
    hidden = row.kind is RowKind.INFO and row.record.question == "possible_conversion"
    return EventKind.IN_PLAN_CONVERSION if hidden else row_as(row, plan=True)


def _sum(rows: list[Row]) -> Money:
    """Return what rows add up to; of a conversion only the incoming legs, where there are any."""
    legs = _shown_as(rows[0]) is EventKind.IN_PLAN_CONVERSION
    came = [row.amount for row in rows if legs and row.amount.cents > 0]
    return Money.total(came or (row.amount for row in rows))


def _key(account: str, day: date, kind: EventKind) -> Key:
    # a rollover comes in as "Contributions": only the source says what it is, and not every
    # view of the page has the sources
    paid_in = kind is EventKind.ROLLOVER_IN
    return account, day, EventKind.CONTRIBUTION if paid_in else kind


def _compare(
    draft: FileDraft, context: ImportContext, rows: list[Row], booked: Booked, importer: str
) -> None:
    """Close rows that equal what is booked; ask about a total that differs."""
    total = _sum(rows)
    if not total and any(row.kind is RowKind.INFO for row in rows):
        total = booked.total
    if total == booked.total:
        for row in rows:
            draft.close(row, Status.KNOWN, f"known by {importer}")
        return
    ask_total(draft, context, rows, booked, importer)


def ask_total(
    draft: FileDraft, context: ImportContext, rows: list[Row], booked: Booked, importer: str
) -> None:
    """Ask about rows of one day and kind whose total differs from what another reader brought.

    Rows that the ledger knows are part of the total, but wait for no answer.
    """
    total, known = _sum(rows), [row for row in rows if row.status is not Status.NEW]
    rows = [row for row in rows if row.status is Status.NEW]
    # what was said of an older version of the file was of another total: it stays with its row
    said = context.book.said
    new = (r for r in rows if not said(TotalsDiffer.code, r.account, ROW + r.fingerprint))
    first = next(new, rows[0])
    question = TotalsDiffer(
        at=first.at,
        day=first.day,
        what=first.kind,
        here=ALL if any(row.event and row.event.reason == WHOLE for row in rows) else total,
        booked=ALL if any(event.reason == WHOLE for event in booked.events) else booked.total,
        importer=importer,
        booked_at=booked.places,
    )
    answer = context.ask(draft, question, *rows)
    if answer is not None:
        forget_replaced(draft, context, rows)
    if answer == TotalsDiffer.SKIP:
        for row in rows:
            draft.close(row, Status.KNOWN, f"skipped by answer: {importer} differs")
            by = tellers_of(booked, context)._replace(other=True)
            context.told_by[row.account, row.fingerprint] = by
    elif answer == TotalsDiffer.INSTEAD:
        _restore(draft, context, known, booked)
        again = [draft.change(r, status=Status.NEW, stored=False, again=True) for r in known]
        replace_booked(draft, context, [*again, *rows], booked)


def _restore(draft: FileDraft, context: ImportContext, rows: Sequence[Row], booked: Booked) -> None:
    """Take back that what is booked stands in the place of rows: now they stand in its place."""
    mine = {anchor_of(row) for row in rows}
    for event in booked.events if rows else ():
        match = context.anchor_of(event)
        if text := context.book.said(REPLACES, event.account, match):
            by = ToldBy.read(text)
            left = {one: printed for one, printed in by.entries.items() if one[0] not in mine}
            text = by._replace(entries=left).written if left else ""
            why = f"{draft.name} has {', '.join(booked.places)} corrected again"
            context.book.keep(draft.name, said_today(REPLACES, event.account, match, text, why))


def tellers_of(booked: Booked, context: ImportContext) -> ToldBy:
    """Return what stands for what is booked, as that which tells a row."""
    told = [(context.anchor_of(event), event.source or "") for event in booked.events]
    told += [(anchor_of(row), row.source or "") for row in booked.rows]
    return ToldBy(dict.fromkeys(told))


def forget_replaced(draft: FileDraft, context: ImportContext, rows: Iterable[Row]) -> None:
    """Forget what rows took the place of when they came before: it is answered again."""
    for row in rows:
        context.book.forget(draft.name, REPLACES, row.account, ROW + row.fingerprint)


def replace_booked(
    draft: FileDraft, context: ImportContext, rows: Iterable[Row], booked: Booked
) -> None:
    """Have rows take the place of what is booked, as long as their file is in force."""
    for row in rows:
        why = f"{row.record.where} takes the place of {', '.join(booked.places)}"
        match, text = ROW + row.fingerprint, tellers_of(booked, context).written
        context.book.keep(draft.name, said_today(REPLACES, row.account, match, text, why))
    replaced = {event.seq for event in booked.events}
    context.completed |= replaced
    context.replaced |= replaced
    draft.corrects |= {event.seq: event for event in booked.events}
    for row in booked.rows:
        other = next(one for one in booked.files if one.name == row.record.file)
        other.close(other.now(row.key), Status.KNOWN, f"{draft.name} has it instead")
        context.told_by[row.account, row.fingerprint] = ToldBy({})
