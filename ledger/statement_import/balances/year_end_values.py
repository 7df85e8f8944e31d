"""What a file says an IRA was worth on December 31: offered as the balance of line 6, Form 8606."""

from __future__ import annotations

from dataclasses import replace

from ledger.balances.stated import ACCEPTED, Stated, stated_value
from ledger.events import Event, EventKind
from ledger.importers.reading import ClosingBalance
from ledger.statement_import.draft import Difference, FileDraft, balance
from ledger.statement_import.questions.balances import YearEndValue
from ledger.statement_import.questions.question import AskedAt
from ledger.statement_import.worked_out import WorkedOut
from ledger.text import safe

_YEAR_END = (12, 31)


def offer_year_end(draft: FileDraft, worked: WorkedOut) -> None:
    """Ask whether the value of an IRA on December 31 is to be booked; note that of another day."""
    context = worked.context
    for closing in draft.reading.closing:
        account = account_of(draft, closing.account)
        day = closing.day
        if not account or day is None or context.accounts[account].kind.is_plan:
            continue
        value = closing.value.seen_at(closing.where)
        event = balance(closing.where, day, account, None, value)
        journal = worked.journal_of(account)
        found = stated_value(journal, event)
        facts = [entry.event for entry in journal if not entry.derived]
        same = [e for e in facts if e.kind is EventKind.BALANCE and _is_of(e, event)]
        if (event.day.month, event.day.day) != _YEAR_END:
            draft.notes.append(f"{closing.where}: {found.words}")
        elif not same:
            question = _question(draft, closing, event, found)
            if context.ask(draft, question) == question.BOOK:
                event = event if found.is_plausible else replace(event, memo=ACCEPTED)
                worked.add(draft, draft.book(event))
        elif same[-1].value != closing.value:
            stated = same[-1].money("value")
            draft.differences.append(
                Difference(closing.where, account, closing.value, stated, event.day)
            )


def account_of(draft: FileDraft, text: str) -> str:
    """Return the account that a file means by a number, "" when there are several."""
    ids = {row.account for row in draft.rows if row.account and text in {"", row.record.account}}
    return ids.pop() if len(ids) == 1 else draft.account


def _is_of(one: Event, other: Event) -> bool:
    return (one.account, one.day) == (other.account, other.day)


def _line(closing: ClosingBalance) -> int:
    return int(closing.where.rpartition(":")[2])


def _question(
    draft: FileDraft, closing: ClosingBalance, event: Event, found: Stated
) -> YearEndValue:
    made_of = f" ({safe(closing.made_of, limit=80)})" if closing.made_of else ""
    match = f"{event.account} {event.day.isoformat()}"
    return YearEndValue(
        at=AskedAt(draft.name, _line(closing), match=match, account=event.account),
        stated=f"{found.words}{made_of}",
        likely=found.is_plausible,
    )
