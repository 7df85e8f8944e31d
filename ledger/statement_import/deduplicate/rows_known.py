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
    by_account: dict[str, list[Row]] = {}
    for row in draft.rows:
        if row.account:
            by_account.setdefault(row.account, []).append(row)
    for account, rows in by_account.items():
        span = _span(draft, rows)
        there = set(context.fingerprints(account, *span))
        corrected = set(context.book.remembered(CORRECTED, account))
        for row in rows:
            if row.fingerprint in there:
                row.stored = True
                row.close(Status.KNOWN, "already in the ledger")
            elif row.fingerprint in taken:
                row.stored = True
                row.close(Status.KNOWN, "in another file of this import")
            elif row.fingerprint in corrected:  # its own import was undone, the correction not
                row.stored = True
                row.close(Status.KNOWN, "corrected by a later download")
        taken.update(row.fingerprint for row in rows)
        gone = there - {row.fingerprint for row in rows}
        if gone or draft.reading.importer == TYPED:  # what was typed may have changed its days
            settle_corrections(draft, context, rows, gone, span)


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
    context.ask(draft, question, *(row for row in draft.rows if not row.settled))


def _span(draft: FileDraft, rows: list[Row]) -> tuple[date, date]:
    days = [row.day for row in rows]
    period = draft.reading.period
    if period is None:
        return min(days), max(days)
    return min(period[0], *days), max(period[1], *days)
