"""Readings that rest on weak evidence: shown, and confirmed once for each account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.importers.base import counted
from ledger.money import Money
from ledger.records import RowKind
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row, Status, asked_together, grouped
from ledger.statement_import.questions.files import ReadingUnconfirmed


def ask_unconfirmed(draft: FileDraft, context: ImportContext) -> None:
    """Ask the user to compare rows whose layout is known weakly, once for file and account.

    The answer, or --yes, is remembered for the account: its next file of this reader asks nothing.
    """
    grades = draft.reading.unconfirmed
    weak = (r for r in draft.rows if grades and r.record.line in grades and _counts(r))
    for rows in grouped(weak, lambda row: row.account).values():
        grade = max(grades[row.record.line] for row in rows)
        at = asked_together(rows, match=draft.reading.importer)
        context.ask(draft, ReadingUnconfirmed(at=at, grade=grade, read_as=_shown(rows)))


def _counts(row: Row) -> bool:
    """Tell whether a row would be new to the ledger; one of an ignored account is not."""
    return row.status is not Status.KNOWN and bool(row.account or row.status is Status.QUESTION)


def _shown(rows: Sequence[Row]) -> str:
    days = [row.day for row in rows]
    period = f"{min(days).isoformat()} to {max(days).isoformat()}"
    return f"{counted(len(rows), 'row')}, {period}: {', '.join(_kinds(rows))}"


def _kinds(rows: Sequence[Row]) -> Iterator[str]:
    """Go through the kinds of the rows with their number and total."""
    for kind in dict.fromkeys(row.kind for row in rows):
        alike = [row.amount for row in rows if row.kind is kind]
        words = "of unknown type" if kind is RowKind.UNKNOWN else kind.value.replace("_", " ")
        yield f"{counted(len(alike), 'row')} {words} {Money.total(alike)}"
