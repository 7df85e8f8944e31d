"""What a file says an IRA was worth on December 31: offered as the balance of line 6, Form 8606."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ledger.balances.contradicted import in_words, taking_back
from ledger.balances.stated import ACCEPTED, Stated, stated_value
from ledger.events import Event, EventKind
from ledger.importers.reading import ClosingBalance
from ledger.statement_import.draft import FileDraft, balance
from ledger.statement_import.questions.balances import StatedOtherwise, YearEndValue
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
        said = (entry.event for entry in journal if not entry.derived)
        known = any(e.kind is EventKind.BALANCE and _is_of(e, event) for e in said)
        others = worked.stated_beside(event)
        if (event.day.month, event.day.day) != _YEAR_END:
            draft.notes.append(f"{closing.where}: {found.words}")
        elif known:
            continue
        elif others:
            ask_which(draft, worked, event, others)
        else:  # a statement goes before a printed form with another value, which is told beside it
            question = _question(draft, closing, event, found)
            if context.ask(draft, question) == question.BOOK:
                event = event if found.is_plausible else replace(event, memo=ACCEPTED)
                worked.add(draft, draft.book(event))


def ask_which(draft: FileDraft, worked: WorkedOut, event: Event, others: Sequence[Event]) -> None:
    """Ask which of several values of one day is right; that of the file is not booked meanwhile."""
    pool, value = ":".join((event.account, *event.sources)), event.money("value")
    match = f"{pool} {event.day.isoformat()} {value.plain}"
    new = frozenset(worked.unstored)
    question = StatedOtherwise(
        at=AskedAt(draft.name, _line(event.where), match=match, account=event.account),
        pool=pool,
        day=event.day,
        stated=value,
        others=in_words(others, unstored=new),
        back=taking_back(one for one in others if one not in new),
    )
    worked.context.ask(draft, question)


def account_of(draft: FileDraft, text: str) -> str:
    """Return the account that a file means by a number, "" when there are several."""
    ids = {row.account for row in draft.rows if row.account and text in {"", row.record.account}}
    return ids.pop() if len(ids) == 1 else draft.account


def _is_of(one: Event, other: Event) -> bool:
    return (one.account, one.day, one.value) == (other.account, other.day, other.value)


def _line(where: str) -> int:
    return int(where.rpartition(":")[2])


def _question(
    draft: FileDraft, closing: ClosingBalance, event: Event, found: Stated
) -> YearEndValue:
    made_of = f" ({safe(closing.made_of, limit=80)})" if closing.made_of else ""
    match = f"{event.account} {event.day.isoformat()}"
    return YearEndValue(
        at=AskedAt(draft.name, _line(closing.where), match=match, account=event.account),
        stated=f"{found.words}{made_of}",
        likely=found.is_plausible,
    )
