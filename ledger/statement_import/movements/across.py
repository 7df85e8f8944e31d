"""Conversions inside a plan that are told in two halves, of which each file has one.

Each half is booked as its file tells it; where units do not say that they are one, it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain
from typing import NamedTuple

from ledger.chart import TaxCharacter
from ledger.events import IN_TRANSIT, Event, EventKind
from ledger.money import ZERO, Money
from ledger.movements import Halves, halves, may_be_halves
from ledger.records import RowKind
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row, Status
from ledger.statement_import.movements.payment import open_rows
from ledger.statement_import.questions.movements import SameMoney, WhichCameBack
from ledger.statement_import.rows.events import make, positive

_DAYS = 10  # of the ledger's rows about a row that are looked at


class _Half(NamedTuple):
    """An event that may be half of a conversion, with its row where this import brings it."""

    event: Event
    draft: FileDraft | None = None
    row: Row | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing has settled its row."""
        return self.draft is not None and self.row is not None and self.draft.is_open(self.row)


def pair_across(drafts: Sequence[FileDraft], context: ImportContext) -> None:
    """Book the halves of conversions that stand in several files, or ask whether they are such."""
    left, came = list(_left(drafts, context)), list(_came(drafts, context))
    for account in dict.fromkeys(half.event.account for half in (*left, *came)):
        mine = [half for half in left if half.event.account == account]
        theirs = [half for half in came if half.event.account == account]
        stored = _stored(context, account, {half.event.day for half in (*mine, *theirs)})
        outs = _groups([*mine, *stored])
        for into in _groups([*theirs, *stored]):
            fit = [out for out in outs if _fit(out, into)]
            fit = [out for out in fit if _told(out, into).units_agree] or fit
            names = dict.fromkeys(out[0].event.name for out in fit)
            if len(names) > 1:
                _ask_which(context, fit, into)
            elif fit and _is_one(context, fit[0], into):
                _book(fit[0], into)


def _stored(context: ImportContext, account: str, days: set[date]) -> list[_Half]:
    """Return events of the ledger near some days of which the other half is not there."""
    near = {day + timedelta(n) for day in days for n in range(-_DAYS, _DAYS + 1)}
    events = [f.event for f in context.all_facts_of(account) if f.event.day in near]
    paired = {place for one in halves(events) for place in one.places}
    return [_Half(event) for place, event in enumerate(events) if place not in paired]


def _left(drafts: Sequence[FileDraft], context: ImportContext) -> Iterator[_Half]:
    for draft, row in open_rows(drafts, {RowKind.DISTRIBUTION}):
        if context.accounts[row.account].kind.is_plan and row.source is not None:
            event = make(row, EventKind.DISTRIBUTION, positive(row.amount), row.source)
            yield _Half(replace(event, to=IN_TRANSIT), draft, row)


def _came(drafts: Sequence[FileDraft], context: ImportContext) -> Iterator[_Half]:
    for draft, row in open_rows(drafts, {RowKind.CONVERSION_IN}):
        roth = row.source is not None and row.source.character is TaxCharacter.ROTH
        if context.accounts[row.account].kind.is_plan and roth and row.amount > ZERO:
            event = make(row, EventKind.ROLLOVER_IN, row.amount, row.source)
            yield _Half(replace(event, origin=row.account), draft, row)


def _groups(some: Iterable[_Half]) -> list[list[_Half]]:
    """Return halves one by one, then those of a day, source and file together."""
    days: dict[tuple[object, ...], list[_Half]] = {}
    for half in some:
        event = half.event
        key = event.day, event.kind, event.sources, half.row is None
        days.setdefault(key, []).append(half)
    return [*([one] for one in some), *(group for group in days.values() if len(group) > 1)]


def _fit(out: list[_Half], into: list[_Half]) -> bool:
    """Tell whether two halves may be one, of which this import brings at least one."""
    new = [half for half in (*out, *into) if half.row is not None]
    if not new or not all(half.is_open for half in new):
        return False
    return may_be_halves([one.event for one in _linked(out, into)], [one.event for one in into])


def _linked(out: Iterable[_Half], into: Sequence[_Half]) -> list[_Half]:
    """Return what left with the id of a conversion whose source was answered: they are one."""
    event = into[0].event
    if event.kind is not EventKind.IN_PLAN_CONVERSION:
        return list(out)
    return [one._replace(event=replace(one.event, id=event.id)) for one in out]


def _told(out: Iterable[_Half], into: Iterable[_Half]) -> Halves:
    return Halves(tuple(one.event for one in out), tuple(one.event for one in into))


def _ask_which(context: ImportContext, fit: Sequence[list[_Half]], into: list[_Half]) -> None:
    """Ask which of several payments was converted; what the ledger has is asked by the ledger."""
    draft, rows = into[0].draft, [half.row for half in into if half.row is not None]
    if draft is None:
        return
    payments = {out[0].event.name: out for out in fit}
    amount = Money.total(half.event.money("amount") for half in into)
    question = WhichCameBack(
        at=rows[0].at, amount=amount, payments=tuple(payments), came_as="as a conversion"
    )
    mine = [half.row for half in chain(*fit) if half.draft is draft and half.row is not None]
    answer = context.ask(draft, question, *rows, *mine)
    if answer is not None:
        of = "" if answer == IN_TRANSIT else str(answer)
        said = [half._replace(event=replace(half.event, of=of)) for half in into]
        _book(payments.get(of, []), said)


def _is_one(context: ImportContext, out: list[_Half], into: list[_Half]) -> bool:
    """Tell whether two halves are one conversion; ask where that is not sure."""
    if _told(out, into).units_agree:
        return True
    here = into if into[0].row is not None else out
    draft, rows = here[0].draft, [half.row for half in here if half.row is not None]
    if draft is None:
        return False
    question = SameMoney(
        at=rows[0].at,
        amount=Money.total(half.event.money("amount") for half in into),
        day=into[0].event.day,
        other=out[0].event.day,
        sender=into[0].event.account,
        came_as="conversion",
    )
    answer = context.book.propose(question)
    if answer is None:
        for half in (*out, *into):
            if half.draft is not None and half.row is not None:
                half.draft.change(half.row, status=Status.QUESTION)
        draft.ask(question)
    return bool(answer == SameMoney.SAME)


def _book(out: list[_Half], into: list[_Half]) -> None:
    for half in (*_linked(out, into), *into):
        if half.draft is not None and half.row is not None:
            half.draft.book(half.event, half.row)
