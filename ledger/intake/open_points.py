"""What an import leaves unknown: values are asked for, what else is open is told.

The engine of balances finds both, from all facts of the ledger and of the files together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from ledger.fold.days import Refused
from ledger.fold.gains import Outflow
from ledger.fold.open_points import VALUE_NEEDED
from ledger.intake.draft import Draft, FileDraft, Question
from ledger.intake.rows.settle import bad_answer, row_question
from ledger.intake.worked_out import WorkedOut
from ledger.intake.world import World
from ledger.money import ZERO, BadAmount, Money

ALL, LATER = "all", "later"


class _Point(NamedTuple):
    """An open point about money that a row of this import shows leaving."""

    refused: Refused
    out: Outflow
    draft: FileDraft
    made: Draft


def settle_open_points(worked: WorkedOut, world: World) -> None:
    """Ask for the values that settle open points of this import; note the other points.

    An answer is a fact of the event: what its source was worth just before. It may show the next
    point, so all is worked out again until no answer is left to take in.
    """
    answered: set[tuple[str, date]] = set()
    while True:
        points = list(_points(worked))
        told = [p for p in points if p.refused.asks_value and _key(p.out) not in answered]
        changed = False
        for point in told:
            answered.add(_key(point.out))
            value = _value(point, world)
            if value is not None:
                event = replace(point.made.event, value=value)
                worked.change(point.draft, point.made, event)
                changed = True
        if not changed:
            break
    _ask_and_note(points, world)


def _key(out: Outflow) -> tuple[str, date]:
    return str(out.pool), out.main.day


def _points(worked: WorkedOut) -> Iterator[_Point]:
    """Go through the open points of rows that this import brings, in the order of days."""
    made_of: dict[tuple[str, str, str], tuple[FileDraft, Draft]] = {}
    for draft in worked.drafts:
        for made in draft.drafts:
            event = made.event
            made_of[event.where, event.account, event.source or ""] = draft, made
    found = [one for listed in worked.fold.refused.values() for one in listed if one.out]
    for refused in sorted(found, key=lambda one: (one.day, str(one.out and one.out.pool))):
        out = refused.out
        if out is None:
            continue
        for entry in out.entries:
            event = entry.event
            made_here = made_of.get((event.where, event.account, event.source or ""))
            if made_here is not None and event.day == refused.day:
                yield _Point(refused, out, *made_here)
                break


def _value(point: _Point, world: World) -> Money | None:
    """Return the value that an answer states, None while there is none."""
    answer = world.book.propose(_question(point, sure=True))
    if answer is None or answer == LATER:
        return None
    amount = point.out.amount
    if answer == ALL:
        return amount
    try:
        value = Money.parse(str(answer))
    except BadAmount:
        value = ZERO
    if value < amount:
        remedy = f"answer '{ALL}' or at least {amount}"
        raise bad_answer(point.made.rows[0], VALUE_NEEDED, answer, remedy)
    return value.seen_at(point.made.event.where)


def _ask_and_note(points: list[_Point], world: World) -> None:
    """Ask what nobody answered; note what no value settles, and what is to be said later.

    Of each source only the first question tells what the books hold: the later figures rest on it.
    """
    asked: set[str] = set()
    for point in points:
        pool = str(point.out.pool)
        question = _question(point, sure=pool not in asked)
        if point.refused.asks_value and world.book.find(question) is None:
            asked.add(pool)
            point.draft.ask(question, point.made.rows)
        elif point.refused.error.where not in " ".join(point.draft.notes):
            error = point.refused.error
            point.draft.notes.append(f"open: {error.where}: {error.problem}; {error.remedy}")


def _question(point: _Point, *, sure: bool) -> Question:
    row, out = point.made.rows[0], point.out
    told = (
        point.refused.error.problem
        if sure
        else f"{out.amount} left {out.pool} on {out.main.day}: what was it worth just before? What "
        "the books hold of it by then depends on the answers before this one"
    )
    return row_question(
        point.draft,
        row,
        told if "worth just before" in told else f"{told}: what was it worth just before?",
        code=VALUE_NEEDED,
        remedy=f'answer {{"code": "{VALUE_NEEDED}", "line": {row.record.line}, "answer": "{ALL}"}} '
        "when all of it moved, else its value in dollars from the statement; the difference is "
        f'a gain or loss of price; or "{LATER}" where earlier statements will tell',
        choices=(ALL, LATER, "<VALUE>"),
        pool=str(out.pool),
        day=out.main.day,
        match=f"{out.pool} {out.main.day.isoformat()}",
    )
