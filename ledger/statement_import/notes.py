"""What an import says besides: equal rows, and stretches of time that no file covers."""

from __future__ import annotations

from datetime import date, timedelta

from ledger.balances.valued import is_from_form
from ledger.events import WHOLE, EventKind
from ledger.importers.base import counted
from ledger.money import Money
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft
from ledger.statement_import.worked_out import WorkedOut
from ledger.text import holds_tax_id

# Dividends come each quarter: a longer silence between two files is worth a word.
_LONG_SILENCE = timedelta(days=100)
_LINES_NAMED = 12


def note_at_book(draft: FileDraft, worked: WorkedOut) -> None:
    """Say what was converted to Roth without a row that shows its gain in price.

    It is at book value, or the printed form tells it. A row that was answered to have moved all,
    where the books have nothing, is named.
    """
    mine = {made.event.where for made in draft.drafts if made.event.reason == WHOLE}
    if not mine:
        return
    years: dict[tuple[int, bool], list[Money]] = {}
    on_form = {e.where for fold in worked.folds for e in fold.journal if is_from_form(e)}
    for moved in (one for fold in worked.folds for one in fold.story.conversions):
        where, day = moved.event.where, moved.event.day
        if where in mine and moved.amount:
            years.setdefault((day.year, where in on_form), []).append(moved.amount)
        elif where in mine:
            draft.notes.append(f"{where}: the books have no after-tax money to convert on {day}")
    for (year, printed), amounts in sorted(years.items()):
        gain = "at book value without a gain in price: compare with boxes 1 and 5 of Form 1099-R"
        gain = "with the gain that its Form 1099-R shows" if printed else gain
        draft.notes.append(
            f"{year}: {counted(len(amounts), 'conversion')} of all after-tax money, "
            f"{Money.total(amounts)}, {gain}"
        )


def note_equal_rows(draft: FileDraft) -> None:
    """Say how many rows are equal to one before them: all are real until the user says not."""
    again = [row for row in draft.rows if row.occurrence > 1 and not row.stored]
    if again:
        lines = ", ".join(str(row.record.line) for row in again[:12])
        draft.notes.append(
            f"{_equal_rows(draft)} equal rows (lines {lines} repeat one above): all kept"
        )


def _equal_rows(draft: FileDraft) -> int:
    """Count the rows that are not alone, the first of each kind included."""
    firsts = sum(row.occurrence == 2 for row in draft.rows)
    return firsts + sum(row.occurrence > 1 for row in draft.rows)


def note_tax_ids(draft: FileDraft) -> None:
    """Warn of rows that show a full tax id: the ledger keeps the row as it is, outputs mask it."""
    lines = [
        str(row.record.line)
        for row in draft.rows
        if not row.stored and any(map(holds_tax_id, (row.record.memo, row.record.raw_type)))
    ]
    if lines:
        more = ", …" if len(lines) > _LINES_NAMED else ""
        draft.notes.append(
            f"warning: line {', '.join(lines[:_LINES_NAMED])}{more} shows what looks like a full "
            "tax id; every output masks it"
        )


def note_taken_back(draft: FileDraft) -> None:
    """Name contributions that are negative: taken back, unless the plan paid money out."""
    lines = [
        made.event.where
        for made in draft.drafts
        if made.event.kind is EventKind.CONTRIBUTION
        and made.event.amount is not None
        and made.event.amount.cents < 0
    ]
    if lines:
        more = ", …" if len(lines) > _LINES_NAMED else ""
        draft.notes.append(
            f"negative contributions are booked as taken back: {', '.join(lines[:_LINES_NAMED])}"
            f"{more}: with its gain, where its units are those of one contribution; one that was "
            "paid to you is an excess_deferral_return or a corrective_distribution (basis add), "
            "with a Form 1099-R"
        )


def note_gaps(draft: FileDraft, context: ImportContext) -> None:
    """Warn when the ledger knows rows of an account, but no file near the period of this one.

    A download shows all its accounts: rows of any of them tell that its days were covered, for an
    empty IRA has none.
    """
    accounts = list(draft.accounts)
    if not accounts or any(row.stored for row in draft.rows):
        return  # the periods overlap
    days = [row.day for row in draft.rows if row.account]
    first, last = min(days), max(days)
    if draft.reading.period:
        first, last = min(first, draft.reading.period[0]), max(last, draft.reading.period[1])
    sides = (
        ("before", first, (date.min, first), (first - _LONG_SILENCE, last)),
        ("after", last, (last, date.max), (first, last + _LONG_SILENCE)),
    )
    for side, edge, beyond, near in sides:
        if any(context.fingerprints(account, *near) for account in accounts):
            continue
        for account in accounts:
            if context.fingerprints(account, *beyond):
                draft.notes.append(
                    f"gap: {account} has no rows in the {_LONG_SILENCE.days} days {side} "
                    f"{edge.isoformat()}"
                )
