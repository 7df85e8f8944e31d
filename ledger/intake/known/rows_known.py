"""Rows that the ledger has already, and files that another account has."""

from __future__ import annotations

from datetime import date

from ledger.intake.draft import FileDraft, Question, Row, Status
from ledger.intake.known.corrections import CORRECTED, TYPED, settle_corrections
from ledger.intake.world import World
from ledger.safetext import safe


def mark_known(draft: FileDraft, world: World, taken: set[str]) -> None:
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
        there = set(world.fingerprints(account, *span))
        corrected = set(world.book.remembered(CORRECTED, account))
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
            settle_corrections(draft, world, rows, gone, span)


def ask_known_file(draft: FileDraft, world: World) -> None:
    """Ask about a file that another account has already: its money would be booked twice."""
    if not draft.account or not draft.rows:
        return
    sha256 = draft.reading.sha256
    other = next(
        (
            done
            for done in world.imports()
            if done.sha256 == sha256 and not done.undone and done.account not in {"", draft.account}
        ),
        None,
    )
    if other is None:
        return
    line = draft.rows[0].record.line
    question = Question(
        code="file_known",
        file=draft.name,
        line=line,
        problem=f"{safe(other.name, limit=80)} was imported into {other.account} as import "
        f"{other.id}: the same file, byte for byte",
        remedy=f"name the account it is of with --account {other.account}, take the other import "
        f'back with: basis undo {other.id} --why "…"; or answer {{"code": "file_known", "line": '
        f'{line}, "answer": "again"}} to book all of it in {draft.account} as well',
        choices=("again",),
        command=f'basis undo {other.id} --why "…"',
        match=draft.account,
        account=draft.account,
        row=f"file {sha256}",
    )
    if world.book.propose(question) is None:
        draft.ask(question, [row for row in draft.rows if not row.settled])


def _span(draft: FileDraft, rows: list[Row]) -> tuple[date, date]:
    days = [row.day for row in rows]
    period = draft.reading.period
    if period is None:
        return min(days), max(days)
    return min(period[0], *days), max(period[1], *days)
