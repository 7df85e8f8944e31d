"""Rows that the ledger has already, and files that another account has."""

from __future__ import annotations

from datetime import date

from ledger.statement_import.context import ImportContext
from ledger.statement_import.deduplicate.corrections import settle_corrections
from ledger.statement_import.deduplicate.same_import import Brought, brought
from ledger.statement_import.draft import FileDraft, Row, Status
from ledger.statement_import.questions.files import FileKnown
from ledger.statement_import.questions.question import AskedAt


def mark_known(draft: FileDraft, context: ImportContext, before: list[Brought]) -> None:
    """Mark the rows that are in the ledger; ask about rows that an earlier file showed.

    ``before`` is what the files before this one in the same import show; what this one shows is
    added to it.
    """
    for account, rows in draft.accounts.items():
        span = _span(draft, rows)
        there = set(context.fingerprints(account, *span))
        others = [one for one in before if one.account == account]
        places = (
            (there, "already in the ledger"),
            ({mark for one in others for mark in one.keys}, "in another file of this import"),
        )
        for row in rows:
            note = next((told for marks, told in places if row.fingerprint in marks), "")
            if note:
                draft.change(row, status=Status.KNOWN, stored=True, note=note)
        here = brought(draft, rows, span, there)
        settle_corrections(context, here, others)
        before.append(here)


def ask_known_file(draft: FileDraft, context: ImportContext, before: list[FileDraft]) -> None:
    """Ask about a file that another account has already: its money would be booked twice.

    The other may be one of those ``before`` it in the same import, which has no number yet.
    """
    if not draft.account or not draft.rows:
        return
    sha256, elsewhere = draft.reading.sha256, {"", draft.account}
    stored = ((d.name, d.account, d.id, d.sha256) for d in context.imports() if not d.undone)
    coming = ((d.name, d.account, 0, d.reading.sha256) for d in before)
    found = (one for one in (*stored, *coming) if one[3] == sha256 and one[1] not in elsewhere)
    name, other, number, _ = next(found, ("", "", 0, ""))
    if not other:
        return
    line, here = draft.rows[0].record.line, draft.account
    question = FileKnown(
        at=AskedAt.of_file(draft.name, line, sha256, account=here, match=here),
        name=name,
        other=other,
        number=number,
    )
    context.ask(draft, question, *draft.open)


def _span(draft: FileDraft, rows: list[Row]) -> tuple[date, date]:
    days = [row.day for row in rows]
    period = draft.reading.period
    if period is None:
        return min(days), max(days)
    return min(period[0], *days), max(period[1], *days)
