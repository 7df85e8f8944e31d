"""What an import leaves unknown: values are asked for, what else is open is told.

The engine of balances finds both, from all facts of the ledger and of the files together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from ledger.balances.days import Fold
from ledger.balances.gains import Outflow
from ledger.balances.open_points import ABOVE_BALANCE, OPENING_NEEDED, ROWS_MISSING, VALUE_NEEDED
from ledger.balances.valued import Valued
from ledger.chart import Source
from ledger.events import UNSAID, WHOLE, Event, EventKind
from ledger.money import ZERO, BadAmount, Money
from ledger.records import RowKind
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import Draft, FileDraft
from ledger.statement_import.questions.balances import ValueNeeded
from ledger.statement_import.rows.settle import bad_answer
from ledger.statement_import.worked_out import WorkedOut

# Open points that a row can cause which takes nothing out, or one that was stored before.
_TOLD = frozenset(
    {
        *(ABOVE_BALANCE, OPENING_NEEDED, ROWS_MISSING, VALUE_NEEDED),
        *("balances_contradict", "value_below_zero"),
    }
)
_SIDE = "in_transit"  # of a side that was stored before; those of this import are told apart


class _Point(NamedTuple):
    """Money that a row of this import shows leaving, and what the books cannot tell of it."""

    out: Outflow
    booked: Money
    asks_value: bool
    told: str  # what is open, and what settles it
    draft: FileDraft
    made: Draft


def settle_open_points(worked: WorkedOut, context: ImportContext) -> None:
    """Ask for the values that settle open points of this import; note the other points.

    An answer is a fact of the event: what its source was worth just before. It may show the next
    point, so all is worked out again until no answer is left to take in.
    """
    answered: set[_Key] = set()
    while True:
        points = list(_points(worked))
        new = [p for p in points if p.asks_value and _key(p.out) not in answered]
        answered |= {_key(point.out) for point in new}
        told = [(point, _value(point, context)) for point in new]
        for point, value in told:
            event = point.made.event
            if value is not None:
                worked.change(point.draft, point.made, replace(event, value=value))
            elif _is_hidden(point.made) and _said_later(point, context):
                worked.change(point.draft, point.made, replace(event, reason=UNSAID))
        if all(value is None for _, value in told):
            points = _points(worked)
            break
    _ask_and_note(points, context)
    _note_others(worked, context)


_Key = tuple[str, date]


def _key(out: Outflow) -> _Key:
    return str(out.pool), out.main.day


def _points(worked: WorkedOut) -> list[_Point]:
    """Return the open points of rows that this import brings, in the order of days."""
    made_of: dict[tuple[str, str, str], tuple[FileDraft, Draft]] = {}
    for draft in worked.drafts:
        for made in draft.drafts:
            made_of[_place(made.event)] = draft, made
            # a movement that only its arrival tells stands at the place of the arrival
            made_of.setdefault((made.event.where, "", ""), (draft, made))
    found: list[_Point] = []
    refused = (listed for fold in worked.folds for listed in fold.refused.values())
    for one in (r for listed in refused for r in listed):
        if one.about is not None:
            told = f"{one.error.where}: {one.error.problem}; {one.error.remedy}"
            found += _here(one.about, told, made_of, asks_value=one.about.asks_value)
    for at_book in (one for fold in worked.folds for one in fold.at_book):
        found += [
            point
            for point in _here(at_book, "", made_of, asks_value=True)
            if _is_hidden(point.made) and at_book.out.amount != at_book.booked
        ]
    return sorted(found, key=lambda point: (point.out.main.day, str(point.out.pool)))


def _place(event: Event) -> tuple[str, str, str]:
    return event.where, event.account, event.source or ""


def _here(
    valued: Valued,
    told: str,
    made_of: Mapping[tuple[str, str, str], tuple[FileDraft, Draft]],
    *,
    asks_value: bool,
) -> list[_Point]:
    """Return the point of an outflow if a row of this import is among those that show it."""
    for entry in valued.out.entries:
        place = _place(entry.event)
        made_here = made_of.get(place) or made_of.get((place[0], "", ""))
        if made_here is not None:
            return [_Point(valued.out, valued.booked, asks_value, told, *made_here)]
    return []


def _is_hidden(made: Draft) -> bool:
    """Tell whether a row without an amount was answered to be a conversion of some amount."""
    event = made.event
    hidden = made.rows[0].kind is RowKind.INFO and event.kind is EventKind.IN_PLAN_CONVERSION
    return hidden and event.value is None and event.reason not in {WHOLE, UNSAID}


def _value(point: _Point, context: ImportContext) -> Money | None:
    """Return the value that an answer states, None while there is none."""
    answer = context.book.propose(_question(point, sure=True))
    if answer is None or answer == ValueNeeded.LATER:
        return None
    amount = point.out.amount
    if answer == ValueNeeded.ALL:
        return amount
    try:
        value = Money.parse(str(answer))
    except BadAmount:
        value = ZERO
    if value < amount:
        remedy = f"answer '{ValueNeeded.ALL}' or at least {amount}"
        raise bad_answer(point.made.rows[0], ValueNeeded.code, answer, remedy)
    return value.seen_at(point.made.event.where)


def _said_later(point: _Point, context: ImportContext) -> bool:
    """Tell whether the value is to be said later: until then it is an open point of the books."""
    return bool(context.book.find(_question(point, sure=True)) == ValueNeeded.LATER)


def _ask_and_note(points: list[_Point], context: ImportContext) -> None:
    """Ask what nobody answered; note what no value settles, and what is to be said later.

    Of each source only the first question tells what the books hold: the later figures rest on it.
    """
    asked: set[str] = set()
    for point in points:
        pool = str(point.out.pool)
        question = _question(point, sure=pool not in asked)
        if point.asks_value and context.book.find(question) is None:
            asked.add(pool)
            point.draft.ask(question, point.made.rows)
        elif point.told:
            point.draft.notes.append(f"open: {point.told}")


def _note_others(worked: WorkedOut, context: ImportContext) -> None:
    """Note what takes a pool below zero, and what this import opens at rows stored before it."""
    here = {made.event.where: draft for draft in worked.drafts for made in draft.drafts}
    for fold in worked.folds:
        listed = [r for refused in fold.refused.values() for r in refused]
        found = [
            r
            for r in listed
            if r.error.code in _TOLD or (r.error.code == _SIDE and r.error.where not in here)
        ]
        found = [
            r for r in found if not (r.about and any(e.where in here for e in r.about.out.entries))
        ]
        before = _known_points(fold, context) if found else frozenset()
        for error in (r.error for r in found if str(r.error) not in before):
            draft = here.get(error.where, worked.drafts[0])
            draft.notes.append(f"open: {error.where}: {error.problem}; {error.remedy}")


def _known_points(fold: Fold, context: ImportContext) -> frozenset[str]:
    """Return what was open of a household before this import."""
    owner = next(iter(fold.books.accounts.values())).owner
    known = Fold(context.books_with(()).household_of(owner))
    known.through(date.max)
    return frozenset(str(r.error) for listed in known.refused.values() for r in listed)


def _question(point: _Point, *, sure: bool) -> ValueNeeded:
    out = point.out
    paid = any(entry.event.kind is EventKind.DISTRIBUTION for entry in out.entries)
    # one answer serves all sources of a payment, or all conversions out of a source
    words = f"{out.account.id} {out.main.day.isoformat()}" if paid else str(out.pool)
    return ValueNeeded(
        at=point.made.rows[0].at,
        amount=out.amount,
        pool=str(out.pool),
        owner=out.account.id,
        source=Source(out.pool.source) if out.pool.source else None,
        booked=point.booked,
        day=out.main.day,
        sure=sure,
        on_form=out.shares_basis,
        together=words,
    )
