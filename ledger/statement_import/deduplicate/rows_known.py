"""Rows that the ledger has already, and files that another account has."""

from __future__ import annotations

from datetime import date

from ledger.statement_import.context import ImportContext
from ledger.statement_import.deduplicate.corrections import CORRECTED, TYPED, settle_corrections
from ledger.statement_import.draft import FileDraft, Row, Status
from ledger.statement_import.questions.files import FileKnown
from ledger.statement_import.questions.question import AskedAt


def mark_known(draft: FileDraft, context: ImportContext, taken: set[str]) -> None:
    """Mark the rows that are in the ledger; ask about rows of the ledger that are missing here.

    ``taken`` are the fingerprints of the files before this one in the same import; the new ones
    of this file are added to it.
    """
    for account, rows in draft.accounts.items():
        span = _span(draft, rows)
        there = set(context.fingerprints(account, *span))
        corrected = set(context.book.remembered(CORRECTED, account))
        places = (
            (there, "already in the ledger"),
            (taken, "in another file of this import"),
            (corrected, "corrected by a later download"),  # its own import was undone, this not
        )
        for row in rows:
            note = next((told for marks, told in places if row.fingerprint in marks), "")
            if note:
                draft.change(row, status=Status.KNOWN, stored=True, note=note)
        taken.update(row.fingerprint for row in rows)
        gone = there - {row.fingerprint for row in rows}
        if gone or draft.reading.importer == TYPED:  # what was typed may have changed its days
            settle_corrections(draft, context, draft.accounts[account], gone, span)


def ask_known_file(draft: FileDraft, context: ImportContext) -> None:
    """Ask about a file that another account has already: its money would be booked twice."""
    if not draft.account or not draft.rows:
        return
    sha256 = draft.reading.sha256
    other = next(
        (
            done
            for done in context.imports()
            if done.sha256 == sha256 and not done.undone and done.account not in {"", draft.account}
        ),
        None,
    )
    if other is None:
        return
    line, here = draft.rows[0].record.line, draft.account
    question = FileKnown(
        at=AskedAt.of_file(draft.name, line, sha256, account=here, match=here),
        name=other.name,
        other=other.account,
        number=other.id,
    )
    context.ask(draft, question, *draft.open)


def _span(draft: FileDraft, rows: list[Row]) -> tuple[date, date]:
    days = [row.day for row in rows]
    period = draft.reading.period
    if period is None:
        return min(days), max(days)
    return min(period[0], *days), max(period[1], *days)
