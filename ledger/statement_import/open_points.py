"""What an import leaves unknown: values are asked for, what else is open is told.

The engine of balances finds both, from all facts of the ledger and of the files together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from ledger.balances.days import Fold
from ledger.balances.gains import Outflow
from ledger.balances.open_points import (
    ABOVE_BALANCE,
    CONTRADICTIONS,
    EXCHANGE_INCOMPLETE,
    FUND_RENAMED,
    OPENING_NEEDED,
    ROWS_MISSING,
    SOURCE_NEEDED,
    VALUE_NEEDED,
)
from ledger.balances.valued import Valued
from ledger.chart import Source
from ledger.events import UNSAID, Event, EventKind
from ledger.money import ZERO, BadAmount, Money
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import Draft, FileDraft, Row
from ledger.statement_import.questions.balances import ValueNeeded
from ledger.statement_import.rows.settle import bad_answer
from ledger.statement_import.worked_out import WorkedOut, folded

_BACK = "contribution_unexplained"
# Open points that a row can cause which takes nothing out, or one that was stored before.
_TOLD = CONTRADICTIONS | {
    *(ABOVE_BALANCE, EXCHANGE_INCOMPLETE, FUND_RENAMED, OPENING_NEEDED, ROWS_MISSING),
    *(SOURCE_NEEDED, VALUE_NEEDED, _BACK),
}
_SETTLED_BY = "'basis check' names what settles it"
_SIDE = "in_transit"  # of a side that was stored before; those of this import are told apart


class _Point(NamedTuple):
    """Money that a row of this import shows leaving, and what the books cannot tell of it."""

    out: Outflow
    booked: Money
    asks_value: bool
    told: str  # what is open, and what settles it
    draft: FileDraft
    made: Draft

    @property
    def rows(self) -> list[Row]:
        """The rows that show it, as they are now."""
        return self.draft.rows_of(self.made)


def settle_open_points(worked: WorkedOut, context: ImportContext) -> None:
    """Ask for the values that settle open points of this import; note the other points.

    An answer is a fact of the event: what its source was worth just before. It may show the next
    point, so all is worked out again until no answer is left to take in.
    """
    answered: set[_Key] = set()
    while True:
        points = _points(worked)
        new = [p for p in points if p.asks_value and _key(p.out) not in answered]
        answered |= {_key(point.out) for point in new}
        told = [(point, _value(point, context)) for point in new]
        for point, value in told:
            event = point.made.event
            if value is not None:
                reason = "" if event.reason == UNSAID else event.reason
                worked.change(point.draft, point.made, replace(event, value=value, reason=reason))
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
    refused = (r for fold in worked.folds for listed in fold.refused.values() for r in listed)
    open_ones = [(one.about, one.error) for one in refused if one.about is not None]
    made_of = _made_of(worked, [about for about, _ in open_ones])
    found: list[_Point] = []
    for about, error in open_ones:
        told = f"{error.where}: {error.problem}; {error.remedy}"
        found += _here(about, told, made_of)
    return sorted(found, key=lambda point: (point.out.main.day, str(point.out.pool)))


_Place = tuple[str, int, str, str]


def _place(event: Event) -> _Place:
    """Return the place of an event: one line of a file may hold several rows."""
    return event.where, event.seq, event.account, event.source or ""


def _made_of(
    worked: WorkedOut, outflows: Sequence[Valued]
) -> dict[_Place, tuple[FileDraft, Draft]]:
    """Return what this import makes of the rows that show these outflows, by its place."""
    wanted = {entry.where for one in outflows for entry in one.out.entries}
    found: dict[_Place, tuple[FileDraft, Draft]] = {}
    for draft in worked.drafts:
        for made in draft.drafts:
            if made.event.where in wanted:
                place = _place(made.event)
                found[place] = draft, made
                # a movement that only its arrival tells stands at the place of the arrival
                found.setdefault((*place[:2], "", ""), (draft, made))
    return found


def _here(
    valued: Valued,
    told: str,
    made_of: Mapping[_Place, tuple[FileDraft, Draft]],
) -> list[_Point]:
    """Return the point of an outflow if a row of this import is among those that show it."""
    for entry in valued.out.entries:
        place = _place(entry.event)
        made_here = made_of.get(place) or made_of.get((*place[:2], "", ""))
        if made_here is not None:
            return [_Point(valued.out, valued.booked, valued.asks_value, told, *made_here)]
    return []


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
        raise bad_answer(point.rows[0], ValueNeeded.code, answer, remedy)
    return value.seen_at(point.made.event.where)


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
            point.draft.ask(question, point.rows)
        else:
            point.draft.notes.append(f"open: {point.told}")


def _note_others(worked: WorkedOut, context: ImportContext) -> None:
    """Note what takes a pool below zero, and what this import opens at rows stored before it."""
    if not any(fold.refused for fold in worked.folds):
        return
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
            # the numbers of entries that this import brings are not known before it is stored
            advice = _SETTLED_BY if error.code in {_SIDE, _BACK} else error.remedy
            draft.notes.append(f"open: {error.where}: {error.problem}; {advice}")


def _known_points(fold: Fold, context: ImportContext) -> frozenset[str]:
    """Return what was open of a household before this import."""
    owner = next(iter(fold.books.accounts.values())).owner
    known = folded(context.books_with(()).household_of(owner))
    return frozenset(str(r.error) for listed in known.refused.values() for r in listed)


def _question(point: _Point, *, sure: bool) -> ValueNeeded:
    out = point.out
    paid = any(entry.event.kind is EventKind.DISTRIBUTION for entry in out.entries)
    # one answer serves all sources of a payment, or all conversions out of a source
    words = f"{out.account.id} {out.main.day.isoformat()}" if paid else str(out.pool)
    return ValueNeeded(
        at=point.rows[0].at,
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
