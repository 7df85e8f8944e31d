"""Contributions that are what another account sent: some files call a rollover so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.events import ELSEWHERE, EventKind
from ledger.journal import JournalEntry
from ledger.money import ZERO
from ledger.movements import parts_of, rollover_source, sent_as_contributions
from ledger.records import RowKind
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import BY_HAND, FileDraft, Row
from ledger.statement_import.movements.arrivals import ask_put_back
from ledger.statement_import.movements.payment import Payment, open_rows
from ledger.statement_import.questions.movements import SameMoney
from ledger.statement_import.rows.events import make


def rolled_among_contributions(
    drafts: Sequence[FileDraft], context: ImportContext, entries: Sequence[JournalEntry]
) -> list[Payment]:
    """Ask of contributions whether they are what an account sent; return those that are.

    ``entries`` are the facts of the ledger and the movements of these files.
    """
    rows = [(d, r) for d, r in open_rows(drafts, {RowKind.CONTRIBUTION}) if r.amount > ZERO]
    receivers = {row.account for _, row in rows}
    if not any(part.to in receivers for entry in entries for part in parts_of(entry.event)):
        return []
    events = [make(row, EventKind.CONTRIBUTION, row.amount) for _, row in rows]
    found: list[Payment] = []
    for meeting in sent_as_contributions(entries, events, context.accounts):
        sent = meeting.outs[0]
        for draft in drafts:
            here = [rows[into.place] for into in meeting.ins]
            mine = [row.key for of, row in here if of is draft]
            if mine:
                found += _asked(Payment(draft, context, mine), sent.here.id, sent.event.day)
    return found


def put_back_among_contributions(drafts: Sequence[FileDraft], context: ImportContext) -> None:
    """Ask of contributions to IRAs whether they are payments in cash that were put back."""
    for draft, row in open_rows(drafts, {RowKind.CONTRIBUTION}):
        here = context.accounts[row.account]
        told = draft.reading.importer in BY_HAND or row.origin == ELSEWHERE
        if row.amount > ZERO and not told and not here.kind.is_plan:
            ask_put_back(draft, context, row, "contribution")


def _asked(payment: Payment, sender: str, day: date) -> list[Payment]:
    """Ask whether contributions are what an account sent on a day; return them where they are."""
    question = SameMoney(
        at=payment.at,
        amount=payment.total,
        day=payment.main.day,
        other=day,
        sender=sender,
        came_as="contribution",
    )
    answer = payment.context.book.propose(question)
    if answer is None:
        payment.ask(question)
    elif answer == SameMoney.SAME:
        return [_rolled(payment, row, sender) for row in payment.rows]
    else:
        for row in payment.rows:
            payment.draft.change(row, origin=ELSEWHERE)
    return []


def _rolled(payment: Payment, row: Row, sender: str) -> Payment:
    source = rollover_source(row.source) if row.source is not None else None
    payment.draft.change(row, kind=RowKind.ROLLOVER_IN, source=source)
    return Payment(payment.draft, payment.context, [row.key], said=sender)
