"""The import preview of the scenario contract: every row of a file and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ledger.balances.gains import is_gain
from ledger.money import Money
from ledger.records import RowKind
from ledger.statement_import.draft import Draft, FileDraft, Row
from ledger.statement_import.questions.question import Question
from ledger.statement_import.worked_out import WorkedOut

SCHEMA = "basis/import-preview/1"


def preview(drafts: Sequence[FileDraft], books: WorkedOut | None = None) -> dict[str, Any]:
    """Return the preview as JSON-ready values; amounts are strings in dollars.

    With the ``books`` as they would be it says of each conversion to Roth what follows, unless a
    question is open that may change it.
    """
    found = {"schema": SCHEMA, "files": [file_preview(draft) for draft in drafts]}
    if books is None or any(draft.questions for draft in drafts):
        return found
    return found | {"conversions": list(_conversions(drafts, books))}


def _conversions(drafts: Sequence[FileDraft], books: WorkedOut) -> Iterator[dict[str, Any]]:
    """Go through the in-plan conversions of these files: gain, basis and what is taxed of each."""
    mine = {made.event.where for draft in drafts for made in draft.drafts}
    for fold in books.folds:
        gains: dict[tuple[str, str], list[Money]] = {}
        for entry in filter(is_gain, fold.journal):
            place = (entry.where, entry.event.account)
            gains.setdefault(place, []).append(entry.event.money("amount"))
        for moved in fold.story.conversions:
            where = moved.event.where
            if where in mine:
                file, _, line = where.rpartition(":")
                yield {
                    "file": file,
                    "line": int(line),
                    "date": moved.event.day.isoformat(),
                    "account": moved.account,
                    "source": moved.event.sources[0].value,
                    "amount": moved.amount.plain,
                    "gain": Money.total(gains.pop((where, moved.account), ())).plain,
                    "basis": moved.basis.plain,
                    "taxable": moved.taxable.plain,
                }


def file_preview(draft: FileDraft) -> dict[str, Any]:
    """Return the preview of one file, its rows in the order of the file."""
    reading = draft.reading
    years = {place: made.event.year for made in draft.drafts for place, _ in made.keys}
    return {
        "file": reading.file,
        "sha256": reading.sha256,
        "importer": reading.importer,
        "account": draft.account or None,
        "questions": [question_preview(question) for question in draft.questions],
        "rows": [
            _row(row, reading.account, row.record.tax_year or years.get(row.place))
            for row in draft.rows
        ],
        "entries": [
            entry_preview(made) for made in sorted(draft.drafts, key=lambda made: made.event.day)
        ],
        "differences": [difference.words for difference in draft.differences],
        "notes": list(draft.notes),
    }


def question_preview(question: Question) -> dict[str, Any]:
    """Return a question with what answers it."""
    return {
        "code": question.code,
        "line": question.line,
        "nth": question.at.nth or None,
        "problem": question.problem,
        "remedy": question.remedy,
        "choices": list(question.choices),
        "match": question.match,
        "lines": list(question.lines or (question.line,)),
    }


def entry_preview(made: Draft) -> dict[str, Any]:
    """Return what would be booked of a row: its share of each source, and gains no row shows."""
    event = made.event
    whole = Money.total(part.amount for part in event.parts)
    found: dict[str, Any] = {
        "line": int(event.where.rpartition(":")[2]),
        "date": event.day.isoformat(),
        "kind": event.kind.value,
        "account": event.account,
        "source": event.source.value if event.source else None,
        "amount": (event.amount or event.value or whole).plain,
    }
    if event.basis is not None:
        found["basis"] = event.basis.plain
    to = [event.to] if event.to else [part.to for part in event.parts]
    if to:
        found["to"] = to
    if event.year is not None:
        found["tax_year"] = event.year
    if event.memo:
        found["memo"] = event.memo
    return found


def _row(row: Row, account: str, tax_year: int | None) -> dict[str, Any]:
    record = row.record
    kind = RowKind.INFO if row.kind is RowKind.UNKNOWN else row.kind
    return {
        "line": record.line,
        "date": record.day.isoformat(),
        "account": record.account or account or None,
        "source": row.source.value if row.source else None,
        "event": kind.value,
        "amount": record.amount.plain,
        "tax_year": tax_year,
        "status": row.status.value,
        "raw": record.raw_type,
        "memo": record.memo or record.investment,
    }
