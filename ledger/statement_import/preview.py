"""The import preview of the scenario contract: every row of a file and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.money import Money
from ledger.records import RowKind
from ledger.statement_import.draft import Draft, FileDraft, Row
from ledger.statement_import.questions.question import Question

SCHEMA = "basis/import-preview/1"


def preview(drafts: Iterable[FileDraft]) -> dict[str, Any]:
    """Return the preview as JSON-ready values; amounts are strings in dollars."""
    return {"schema": SCHEMA, "files": [file_preview(draft) for draft in drafts]}


def file_preview(draft: FileDraft) -> dict[str, Any]:
    """Return the preview of one file, its rows in the order of the file."""
    reading = draft.reading
    years = {row.place: made.event.year for made in draft.drafts for row in made.rows}
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
    event, main = made.event, made.rows[0].record
    whole = Money.total(part.amount for part in event.parts)
    found: dict[str, Any] = {
        "line": main.line,
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
