"""Movements of an import: every file books its own sides, and only what does not meet is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from ledger.events import CONVERTED, Event
from ledger.importers.legs import CONVERSIONS
from ledger.journal import JournalEntry
from ledger.money import Money
from ledger.movements import ON_THE_WAY, is_on_its_way, partners_of, parts_of
from ledger.records import RowKind
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Status, grouped
from ledger.statement_import.movements import arrivals, payments
from ledger.statement_import.movements.across import pair_across
from ledger.statement_import.movements.coded import (
    put_back_among_contributions,
    rolled_among_contributions,
)
from ledger.statement_import.movements.payment import Payment, entries_of, open_rows
from ledger.statement_import.movements.plan_legs import pair_in_plan
from ledger.statement_import.movements.typed import mark_typed

NEW = Status.NEW
_MARK = "\x00"  # starts the place of a possible side: no row of the ledger stands there


def book_movements(drafts: Sequence[FileDraft], context: ImportContext) -> None:
    """Book what moved between accounts and out of them in these files, and ask what is open."""
    context.drafts = list(drafts)
    _book_sides(drafts, context)
    put_back_among_contributions(drafts, context)


def _book_sides(drafts: Sequence[FileDraft], context: ImportContext) -> None:
    mark_typed(drafts, context)
    pair_in_plan(drafts, context)
    pair_across(drafts, context)
    went = payments.payments_of(drafts, context)
    came = arrivals.arrivals_of(drafts, context)
    if not (went or came or open_rows(drafts, {RowKind.CONTRIBUTION})):
        return
    sides = [
        *(_sides(movement, payments.possible(movement)) for movement in went),
        *(_sides(movement, arrivals.possible(movement)) for movement in came),
    ]
    entries = [*context.entries, *entries_of(_typed(drafts), context), *chain.from_iterable(sides)]
    rolled = rolled_among_contributions(drafts, context, entries)
    came += rolled
    if not went and not came:
        return
    sides += [_sides(movement, arrivals.possible(movement)) for movement in rolled]
    entries += chain.from_iterable(sides[len(sides) - len(rolled) :])
    found = partners_of(entries, context.accounts)
    partners = [_one([found.get(entry.where) for entry in entries] or [None]) for entries in sides]
    for movement, partner in zip(went, partners, strict=False):
        movement.converted = partner is not None and _arrived_converted(movement, partner, came)
        movement.unmet = partner is None
        payments.book_payment(movement, partner)
    for movement, partner in zip(came, partners[len(went) :], strict=True):
        movement.unmet = partner is None
        if partner is None or not _follows(movement, partner, went):
            arrivals.book_arrival(movement, partner)
    _tell_open([*went, *came])


def _arrived_converted(out: Payment, partner: str, came: Iterable[Payment]) -> bool:
    """Tell whether the side that came in says it: money that left was converted to Roth."""
    here = any(
        one.kind in CONVERSIONS and one.main.account == partner and one.total == out.total
        for one in came
    )
    return here or any(
        fact.event.reason == CONVERTED and fact.event.amount == out.total
        for fact in out.context.all_facts_of(partner)
        if abs(fact.event.day - out.main.day) <= ON_THE_WAY
    )


def _follows(came: Payment, partner: str, went: Iterable[Payment]) -> bool:
    """Tell whether what came in waits for the side that left, or is ignored with it."""
    for out in went:
        main = out.main
        near = abs(main.day - came.main.day) <= ON_THE_WAY
        if (main.account, out.total) == (partner, came.total) and near and main.status is not NEW:
            waits = main.status is Status.QUESTION
            note = f"{'waits for' if waits else 'second leg of'} {main.record.where}"
            came.close(main.status, note)
            return True
    return False


def _one(found: Sequence[str | None]) -> str | None:
    """Return the one account that all rows of a movement met, "" for several, None for none."""
    if any(one is None for one in found):
        return None
    accounts = set(found)
    return accounts.pop() if len(accounts) == 1 else ""


def _sides(movement: Payment, events: Iterable[Event]) -> list[JournalEntry]:
    """Return the sides of a movement as entries, each at a place that only one row has."""
    mark = f"{_MARK}{movement.draft.kept_as}"
    placed = (replace(e, where=f"{mark} {e.source or ''}:{e.seq}") for e in events)
    return entries_of(placed, movement.context)


def _typed(drafts: Iterable[FileDraft]) -> Iterator[Event]:
    """Go through the rows of files that are events already."""
    for row in (row for draft in drafts for row in draft.open):
        if row.event is not None:
            yield row.event.of_account(row.account)


def _tell_open(movements: Iterable[Payment]) -> None:
    """Say what left for, or came from, an account whose own statement does not show it yet.

    Out of several funds, or into them, it is one side, as ``basis check`` tells it.
    """
    for movement in movements:
        made = [m.event for m in movement.draft.drafts if m.keys[0] in movement.keys]
        unmet = [
            event
            for event in made
            if movement.unmet and (is_on_its_way(event) or arrivals.could_be_sent(movement, event))
        ]
        sides = grouped(unmet, lambda one: (one.account, one.day, one.source, is_on_its_way(one)))
        movement.draft.notes += [
            f"open: {events[0].where}: {_side(events)} is not known until the statement of the "
            "other account is imported, or 'basis settle' says it"
            for events in sides.values()
        ]


def _side(events: Sequence[Event]) -> str:
    first, day = events[0], events[0].day.isoformat()
    amount = Money.total(part.amount for event in events for part in parts_of(event))
    if is_on_its_way(first):
        return f"where the {amount} went that left {first.account} on {day}"
    return f"what the {amount} left that came into {first.account} on {day}"
