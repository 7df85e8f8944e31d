"""Storing what an import has drafted: one transaction a file, and nothing that is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from json.encoder import encode_basestring_ascii as _quoted
from typing import overload

from ledger.balances.stated import ACCEPTED
from ledger.errors import LedgerErrors
from ledger.importers.tables import Cells
from ledger.statement_import.answers import AnswerBook, said_today
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row, Status
from ledger.statement_import.worked_out import WorkedOut
from ledger.store import ImportBatch, Ledger, Receipt, StoredRow


def commit(ledger: Ledger, draft: FileDraft, book: AnswerBook) -> Receipt | None:
    """Append one file in one transaction; None when nothing of it is new.

    Raises LedgerErrors with the open questions of the file, if there are any.
    """
    if draft.questions:
        raise LedgerErrors(question.as_fault() for question in draft.questions)
    # A row that another file brought is kept as shown here too: were that undone, it counts.
    rows = _NewRows([r for r in draft.rows if r.account and r.status is not Status.KNOWN])
    shown = _NewRows([r for r in draft.rows if r.account and r.status is Status.KNOWN])
    answers = book.used(draft.name)
    reading = draft.reading
    # without a new row it still shows what others showed: were they taken back, it counts
    if not rows and not draft.entries and (not shown or ledger.file_known(reading.sha256)):
        if answers:
            ledger.add_answers(answers)
        return None
    return ledger.append(
        ImportBatch(
            file_name=draft.kept_as,
            sha256=reading.sha256,
            importer=reading.importer,
            account=draft.account,
            rows=rows,
            shown=shown,
            entries=draft.entries,
            answers=answers,
            period=reading.period,
            again={(row.account, row.fingerprint) for row in draft.rows if row.again},
        )
    )


class _NewRows(Sequence[StoredRow]):
    """The rows as they are stored, each made when its turn comes: they are not kept twice."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> StoredRow: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[StoredRow]: ...
    def __getitem__(self, place: int | slice) -> StoredRow | Sequence[StoredRow]:
        if isinstance(place, slice):
            return _NewRows(self._rows[place])
        return _stored(self._rows[place])

    def __iter__(self) -> Iterator[StoredRow]:
        return map(_stored, self._rows)


def _stored(row: Row) -> StoredRow:
    record = row.record
    return StoredRow(
        line=record.line,
        day=record.day,
        account=row.account,
        fingerprint=row.fingerprint,
        occurrence=row.occurrence,
        cells=_as_json(record.cells),
        fund=record.investment,
        units=record.units or None,
    )


def _as_json(cells: Mapping[str, str]) -> str:
    """Return cells as a JSON object; the general encoder takes five times as long for a row."""
    if isinstance(cells, Cells):
        return cells.as_json()
    return "{" + ",".join([f"{_quoted(k)}:{_quoted(v)}" for k, v in cells.items()]) + "}"


def context_of(ledger: Ledger, book: AnswerBook) -> ImportContext:
    """Return the ledger as an import sees it; its books are read only when they are needed."""
    return ImportContext(
        accounts=ledger.accounts(),
        book=book,
        fingerprints=ledger.fingerprints,
        load_books=ledger.books,
        imports=ledger.imports,
        places=ledger.places,
        load_taken_back=ledger.taken_back,
        load_anchors=ledger.anchors,
        load_left_out=ledger.left_out,
        load_held=ledger.in_force,
    )


def accept_differences(draft: FileDraft, worked: WorkedOut, book: AnswerBook) -> None:
    """Record that the user imports a file although balances differ, with the figures.

    What was stated is then a fact, and the difference a gain or loss that the user accepted.
    """
    for difference in draft.differences:
        if difference.first is None:
            event = replace(difference.as_balance, memo=ACCEPTED)
            worked.add(draft, draft.book(event))
        code, match = "difference_accepted", f"{difference.where} {difference.pool}"
        why = "--accept-difference"
        book.keep(draft.name, said_today(code, draft.account, match, difference.words, why))
