"""Balances that a file or the user states: an opening once, a check ever after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from ledger.balances.contradicted import refusal
from ledger.balances.stated import STATED, stated_value
from ledger.chart import Source, TaxCharacter
from ledger.events import Event, EventKind
from ledger.importers.sources import canonical
from ledger.journal import JournalEntry
from ledger.money import ZERO, Money
from ledger.records import RowKind
from ledger.statement_import.balances.openings import (
    Opened,
    named_source,
    opening,
    read_opened,
    taxed_already,
)
from ledger.statement_import.balances.year_end_values import account_of, ask_which
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import Difference, FileDraft, Row, Status, balance, grouped
from ledger.statement_import.questions.balances import OpeningBalance, OpeningOfSource
from ledger.statement_import.rows.settle import bad_answer
from ledger.statement_import.sources.statement_totals import in_words as stated_in_words
from ledger.statement_import.sources.statement_totals import stated_balances
from ledger.statement_import.worked_out import WorkedOut

Closing = Mapping[Source, Money]  # what the user says each source was worth
_AMOUNT = frozenset("0123456789$.-")  # what an amount can start with
_TYPED = "--closing"  # the place of a balance that the user gives
_CHECKED = "a check, never booked"  # what such a row says of itself


def settle_balances(
    draft: FileDraft, context: ImportContext, before: Sequence[FileDraft] = ()
) -> None:
    """Book the opening rows of an account without history; the others are only compared.

    ``before`` are the files of the same import that are read first: their rows are history.
    """
    opens = (row for row in draft.open if row.kind is RowKind.BALANCE and row.event is None)
    for (account, day), rows in grouped(opens, lambda row: (row.account, row.day)).items():
        if _has_history((*before, draft), context, account, day):
            for row in rows:
                draft.close(row, Status.INFO, _CHECKED)
            continue
        for row in rows:
            if row.source is not None or not context.accounts[account].kind.is_plan:
                _open(draft, context, [row])
        unsaid = list(filter(draft.is_open, rows))
        if unsaid:
            _open(draft, context, unsaid)


def _has_history(
    files: Sequence[FileDraft], context: ImportContext, account: str, day: date
) -> bool:
    earlier = any(r.account == account and r.day < day for file in files for r in file.rows)
    return earlier or any(fact.event.day <= day for fact in context.facts_of(account))


def _open(draft: FileDraft, context: ImportContext, rows: Sequence[Row]) -> None:
    """Book what an account starts with: one row of a source, or all rows that name none."""
    row, total = rows[0], Money.total(row.amount for row in rows)
    source = row.source
    if not context.accounts[row.account].kind.is_plan:
        draft.book(opening(row, Opened(None, total, None)), row)
        return
    if source and source.character is TaxCharacter.PRE_TAX:
        draft.book(opening(row, Opened(source, total, ZERO)), row)
        return
    question = _opening_question(context, row, total)
    answer = context.ask(draft, question, row)
    if answer is None:
        for waiting in rows[1:]:
            draft.close(waiting, Status.QUESTION, "waits for the answer to the first row")
    elif answer == OpeningBalance.CHECK:
        for one in rows:
            draft.close(one, Status.INFO, _CHECKED)
    else:
        for opened in _told(row, question, answer):
            event = opening(row, opened)
            if len(rows) > 1:  # whose units are whose, no row tells
                event = replace(event, fund="", units=None, price=None)
            draft.book(event, *rows)


def _opening_question(context: ImportContext, row: Row, total: Money) -> OpeningBalance:
    if row.source:
        return OpeningOfSource(
            at=row.at, total=total, day=row.day, shares={}, told="", source=row.source
        )
    shares = stated_balances(context, row.account, total, row.day)
    told = stated_in_words(shares)
    return OpeningBalance(at=row.at, total=total, day=row.day, shares=shares, told=told)


def _told(row: Row, question: OpeningBalance, answer: Any) -> list[Opened]:
    """Return the openings that an answer describes."""
    reason, shares, total = "", list[Opened](), question.total
    try:
        shares = _opening_shares(row, total, answer)
    except ValueError as bad:
        reason = str(bad)
    told = Money.total(share.value for share in shares)
    if reason or told != total:
        reason = reason or f"the values add up to {told}, not to {total}"
        raise bad_answer(row, question.code, answer, question.unfit, reason)
    return shares


def _opening_shares(row: Row, total: Money, answer: Any) -> list[Opened]:
    """Return what each source starts with; raise ValueError where an answer does not tell."""
    if row.source is not None and isinstance(answer, str) and answer.strip()[:1] in _AMOUNT:
        return [taxed_already(row.source, total, answer)]
    if isinstance(answer, str) and "=" not in answer:
        name, _, basis = answer.strip().partition(" ")
        answer = {"source": name, "basis": basis}
    if isinstance(answer, str) or "source" not in answer:
        return read_opened(answer)
    source = named_source(str(answer["source"]))
    if row.source is not None and source is not row.source:
        raise ValueError(f"the row is of {row.source}")
    return [taxed_already(source, total, str(answer.get("basis", "")))]


def compare_openings(draft: FileDraft, worked: WorkedOut) -> None:
    """Note how the opening rows of a later file compare with the books; it is no fault.

    Files that name no source never show gains in price; where they do, only what the market can
    hardly have made is worth a word.
    """
    checks = (row for row in draft.rows if row.kind is RowKind.BALANCE and row.note == _CHECKED)
    for rows in grouped(checks, lambda row: (row.account, row.day, row.source)).values():
        _compare_opening(draft, worked, rows)


def _compare_opening(draft: FileDraft, worked: WorkedOut, rows: Sequence[Row]) -> None:
    row, stated = rows[0], Money.total(row.amount for row in rows)
    first, source = row.day, row.source
    known = [
        entry
        for entry in worked.journal_of(row.account)
        if entry.day < first or (entry.day == first and entry.event.kind in STATED)
    ]
    found = stated_value(known, balance("", first, row.account, source, stated))
    odd = not found.is_plausible
    if not found.difference or (source and not odd):
        return
    of = f" of {source}" if source else ""
    why = (
        "gains in price are in no row; a statement's closing balance brings them in"
        if not odd
        else found.doubt
    )
    silent = f"; {found.silence}" if found.silence else ""
    draft.notes.append(
        f"{'warning: ' if odd else ''}{first.isoformat()}: the file starts with {stated}{of}, the "
        f"ledger has {found.booked}{silent} ({why})"
    )


def book_stated(draft: FileDraft, worked: WorkedOut) -> None:
    """Book what a statement says that the sources of a plan were worth, where a market made it.

    The difference from the rows is a gain or loss, worked out on each run. One that no market can
    have made is shown instead: paychecks are missing, or a row is in the books twice.
    """
    # what one source was worth says nothing of another: the books are worked out once a day
    before: dict[tuple[str, date], list[JournalEntry]] = {}
    for one in _closings(draft, worked.context, {}):
        if one.source is None:  # what the whole plan was worth hangs on all of them
            before.clear()
        same = [e for e in worked.stated_beside(one) if e.source is one.source]
        if any(e.value == one.value for e in same):
            continue
        others = worked.contradicting(one)
        if others:
            ask_which(draft, worked, one, others)
            continue
        if (one.account, one.day) not in before:
            before[one.account, one.day] = worked.journal_of(one.account)
        if not same and stated_value(before[one.account, one.day], one).is_plausible:
            worked.add(draft, draft.book(one))
            if one.source is None:
                before.clear()


def check_closing(draft: FileDraft, worked: WorkedOut, told: Closing) -> None:
    """Compare the balances that the file or the user states with the books, pool by pool."""
    unheard: dict[str, date] = {}
    for one in _closings(draft, worked.context, told):
        booked = _booked(worked, one)
        stated = one.money("value")
        others = worked.contradicting(one) if booked != stated else []
        if others and one.where == _TYPED:
            raise refusal(one, others)
        if others:  # which of them is right was asked, and answered
            continue
        if booked is None:
            if stated:
                unheard[one.account] = one.day
        elif booked != stated:
            silent = stated_value(worked.journal_of(one.account), one).silence
            pool = ":".join((one.account, *one.sources))
            draft.differences.append(
                Difference(one.where, pool, stated, booked, one.day, silent=silent)
            )
    draft.notes += [
        f"the ledger has nothing of {account} until {day.isoformat()}: what the file states is "
        "kept, and helps to divide what other files add together; import it again after them"
        for account, day in unheard.items()
    ]


def _closings(draft: FileDraft, context: ImportContext, told: Closing) -> Iterator[Event]:
    """Go through what a file and the user say that sources, or whole plans, were worth."""
    for closing in draft.reading.closing:
        account = account_of(draft, closing.account)
        plan = account and context.accounts[account].kind.is_plan
        if plan and closing.day is not None:  # an IRA's value is offered as its balance
            yield balance(closing.where, closing.day, account, closing.source, closing.value)
    last = max((row.day for row in draft.rows), default=date.min)
    if draft.reading.period:
        last = max(last, draft.reading.period[1])
    for source, value in told.items():
        yield balance(_TYPED, last, draft.account, source, value)


def _booked(worked: WorkedOut, one: Event) -> Money | None:
    """Return what the books have at the close of a day, None where they have not begun by then.

    An opening of the next morning is what they had on the eve.
    """
    events = [entry.event for entry in worked.journal_of(one.account) if not entry.derived]
    day = one.day
    if not any(event.day <= day for event in events):
        day += timedelta(days=1)
        if not any(e.kind is EventKind.OPENING and e.day == day for e in events):
            return None
    held = worked.valuation_of(one.account).of(one.account, day)
    if one.source is None:
        return Money.total(held.values())
    return held.get(one.source.value, ZERO)


def read_closing(texts: Iterable[str]) -> dict[Source, Money]:
    """Read "after_tax=1234.56" as the options of a command give it; raise ValueError."""
    out: dict[Source, Money] = {}
    for text in texts:
        name, mark, amount = text.partition("=")
        source = canonical(name)
        if not mark or source is None or source in out:
            raise ValueError(text)
        out[source] = Money.parse(amount)
    return out
