"""What a statement states besides rows: balances without a day or source, totals of a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from ledger.chart import Source
from ledger.errors import LedgerError
from ledger.events import EventKind
from ledger.importers.reading import ClosingBalance, StatedTotal
from ledger.importers.sources import doubt
from ledger.money import Money
from ledger.paydays import in_words, payroll_gaps
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import Difference, FileDraft
from ledger.statement_import.questions.balances import BalanceDateUnknown
from ledger.statement_import.questions.question import AskedAt
from ledger.statement_import.questions.rows import SourceUnknown
from ledger.text import safe


def settle_stated(draft: FileDraft, context: ImportContext) -> None:
    """Ask for the day of undated balances, and for sources that are not known."""
    closing = draft.reading.closing
    if not draft.account or not closing:
        return
    named = [_sourced(draft, context, one) for one in closing]
    if any(one.day is None for one in named):
        day = _ask_day(draft, context, named[0])
        named = [replace(one, day=one.day or day) for one in named]
    kept = (one for one in named if one.day is not None and (one.source or not one.source_text))
    draft.reading = replace(draft.reading, closing=tuple(kept))


def _sourced(draft: FileDraft, context: ImportContext, one: ClosingBalance) -> ClosingBalance:
    known = context.source_named(draft.account, one.source_text, one.source)
    if known is not None or not one.source_text:
        return replace(one, source=known)
    at = AskedAt(draft.name, _line(one), match=one.source_text, account=draft.account)
    answer = context.ask(draft, SourceUnknown(at=at, doubt=doubt(one.source_text)))
    return one if answer is None else replace(one, source=Source(answer))


def _ask_day(draft: FileDraft, context: ImportContext, first: ClosingBalance) -> date | None:
    sha256 = draft.reading.sha256
    at = AskedAt.of_file(draft.name, _line(first), sha256, account=draft.account)
    answer = context.ask(draft, BalanceDateUnknown(at=at))
    if answer is None:
        return None
    try:
        return date.fromisoformat(answer)
    except ValueError:
        raise LedgerError(
            where=first.where,
            code="bad_answer",
            problem=f"'{safe(answer, limit=40)}' is not a day",
            remedy="write it as YYYY-MM-DD",
        ) from None


def _line(one: ClosingBalance) -> int:
    return int(one.where.rpartition(":")[2])


def check_totals(draft: FileDraft, context: ImportContext) -> None:
    """Compare contributions that a statement states for a period with the books, by source.

    A file that brings rows itself may start after its period does: there it is a note.
    """
    empty: dict[tuple[date, date], str] = {}
    for total in draft.reading.totals:
        account = draft.account
        if not account:
            continue
        made = [
            event
            for event, _ in context.facts_of(account)
            if event.kind is EventKind.CONTRIBUTION and total.first <= event.day <= total.last
        ]
        if not made:
            empty[total.first, total.last] = account
            continue
        booked = Money.total(e.amount or Money(0) for e in made if e.source is total.source)
        if booked == total.amount:
            continue
        difference = Difference(
            where=total.where,
            pool=f"{account}:{total.source}",
            stated=total.amount,
            booked=booked,
            day=total.last,
            first=total.first,
            silent=_silent(total, sorted({event.day for event in made})),
        )
        if draft.rows:
            draft.notes.append(difference.words)
        else:
            draft.differences.append(difference)
    draft.notes += [
        f"no contribution to {account} from {first.isoformat()} to {last.isoformat()} is in the "
        "ledger: the totals are kept, and divide the rows of a history that names no source"
        for (first, last), account in empty.items()
        if not draft.rows
    ]


def _silent(total: StatedTotal, days: Sequence[date]) -> str:
    """Name the stretches without a payday that are longer than usual: there rows are missing."""
    return in_words(payroll_gaps([total.first - timedelta(days=1), *days], days, total.last))
