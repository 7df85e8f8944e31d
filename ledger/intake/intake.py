"""The intake: readings in, drafts with open questions out, and one transaction a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from json.encoder import encode_basestring_ascii as _quoted
from typing import overload

from ledger.booking import book as book_event
from ledger.chart import Account
from ledger.errors import Collector, LedgerErrors
from ledger.fold.stated import ACCEPTED
from ledger.importers.reading import Reading
from ledger.importers.tables import Cells
from ledger.intake.answers import AnswerBook
from ledger.intake.balances.compared import (
    Closing,
    book_stated,
    check_closing,
    compare_openings,
    settle_balances,
)
from ledger.intake.balances.stated import check_totals, settle_stated
from ledger.intake.balances.year_end_values import offer_year_end
from ledger.intake.confirm import ask_unconfirmed
from ledger.intake.draft import FileDraft, Row, Status
from ledger.intake.known.coverage import mark_covered
from ledger.intake.known.fingerprints import seal
from ledger.intake.known.other_formats import mark_other_formats
from ledger.intake.known.rows_known import ask_known_file, mark_known
from ledger.intake.movements.movements import book_movements
from ledger.intake.notes import (
    note_at_book,
    note_equal_rows,
    note_gaps,
    note_taken_back,
    note_tax_ids,
)
from ledger.intake.open_points import settle_open_points
from ledger.intake.owners import Owners
from ledger.intake.rows.events import book_alone, book_exchanges
from ledger.intake.rows.in_kind import complete_arrivals, lead_empty_moves
from ledger.intake.rows.incomplete import complete_rows, refuse_unsettled
from ledger.intake.rows.open_moves import settle_open_moves
from ledger.intake.rows.settle import settle_rows, settle_types
from ledger.intake.sources.allocate import Allocator
from ledger.intake.sources.allocation import Spec
from ledger.intake.sources.statement_totals import keep_stated
from ledger.intake.worked_out import WorkedOut
from ledger.intake.world import World
from ledger.store import Answer, ImportBatch, Ledger, Receipt, StoredEntry, StoredRow


@dataclass(frozen=True)
class Wishes:
    """What the user said besides the files: account, allocations, balances, what to accept."""

    account: str = ""
    allocations: Sequence[Spec] = ()
    closing: Closing = field(default_factory=dict)


@dataclass
class Intake:
    """One import of one or several files into one ledger."""

    world: World
    wishes: Wishes
    _fitting: set[int] = field(default_factory=set)  # places of the allocations that fit a row

    def unused_allocations(self) -> list[Spec]:
        """Return the allocations given that fit no row which waited for one."""
        given = enumerate(self.wishes.allocations)
        return [spec for place, spec in given if place not in self._fitting]

    def draft(self, readings: Sequence[Reading]) -> list[FileDraft]:
        """Work out what each file brings; the result is in the order of the readings.

        Raises LedgerError or LedgerErrors with every fault of the files.
        """
        self.world.book.forget_used()
        self._fitting.clear()
        self.world.forget_pending()
        drafts = [_start(reading) for reading in readings]
        alone = len(readings) == 1
        owners = Owners(
            self.world.accounts,
            self.world.book,
            self.wishes.account,
            alone=alone,
            strangers=self.world.has_strangers,
        )
        faults = Collector()
        for draft in drafts:
            with faults:
                owners.assign(draft)
                seal(draft.rows, draft.reading.importer)
                ask_known_file(draft, self.world)
                settle_stated(draft, self.world)
                self.world.hear(draft)
                keep_stated(draft, self.world)
        self._raise_all(faults)
        self._work(self._recognized(drafts, faults), faults)
        return drafts

    def _recognized(self, drafts: Sequence[FileDraft], faults: Collector) -> list[FileDraft]:
        """Close the rows that are known, settle the others one by one; return the order to book in.

        A file that names sources says more than one that does not, so the other only confirms
        it. Booked is the older first, by the rows that are left: the later rest on what it brings.
        The place of a file in the command never matters.
        """
        drafts = sorted(drafts, key=lambda d: (not any(map(_names_source, d.rows)), *_place(d)))
        taken: set[str] = set()
        for place, draft in enumerate(drafts):
            with faults:
                mark_known(draft, self.world, taken)
                mark_covered(draft, self.world, list(drafts[:place]))
                settle_types(draft, self.world)
                mark_other_formats(draft, self.world, drafts[:place])
                lead_empty_moves(draft, self.world)
                settle_rows(draft, self.world)
                settle_open_moves(draft, self.world)
                complete_rows(draft, self.world, drafts)
        return sorted(drafts, key=lambda d: (_first_open(d), not any(map(_names_source, d.rows))))

    def _work(self, drafts: Sequence[FileDraft], faults: Collector) -> None:
        for place, draft in enumerate(drafts):
            with faults:
                settle_balances(draft, self.world, drafts[:place])
        with faults:
            complete_arrivals(drafts, self.world)
            book_movements(drafts, self.world)
        for draft in drafts:
            with faults:
                book_alone(draft, self.world)
                book_exchanges(draft, self.world)
                allocator = Allocator(draft, self.world, self.wishes.allocations)
                allocator.run()
                self._fitting |= allocator.used
            self.world.take_in(draft)
        worked = WorkedOut(drafts, self.world, faults)
        self._raise_all(faults)
        with faults:
            self._compare(drafts, worked)
        self._raise_all(faults)
        for draft in drafts:
            refuse_unsettled(draft)
            draft.questions.sort(key=lambda question: (question.turn, question.line))
            ask_unconfirmed(draft, self.world)  # the last: by then the rows are as they will be
            if not any(row.status is Status.QUESTION for row in draft.rows) and not draft.questions:
                check_closing(draft, worked, self.wishes.closing)
                check_totals(draft, self.world)
            draft.notes += self.world.book.recalled(draft.name)
            note_at_book(draft, worked)
            note_equal_rows(draft)
            note_tax_ids(draft)
            note_taken_back(draft)
            note_gaps(draft, self.world)

    def _raise_all(self, faults: Collector) -> None:
        """Raise all faults, each once, those of answers that are no choice among them."""
        every = (*faults, *self.world.book.faults)
        told = {str(fault): fault for fault in every}
        if told:
            raise LedgerErrors(told.values())

    def _compare(self, drafts: Sequence[FileDraft], worked: WorkedOut) -> None:
        """Hold what the books would be against what is stated, and ask what only a value tells."""
        for draft in drafts:
            compare_openings(draft, worked)
            offer_year_end(draft, worked)
        waits = any(row.status is Status.QUESTION for draft in drafts for row in draft.rows)
        if not waits:  # what an open row brings is not known before its answer
            for draft in drafts:
                book_stated(draft, worked)
            settle_open_points(worked, self.world)


def _names_source(row: Row) -> bool:
    return row.source is not None or bool(row.record.source_text)


def _place(draft: FileDraft) -> tuple[date, str, str]:
    """Return the place of a file among files: by its first day, then by its name and bytes."""
    first = min((row.day for row in draft.rows), default=date.max)
    return first, draft.name, draft.reading.sha256


def _first_open(draft: FileDraft) -> date:
    """Return the first day that something is still to be booked of, or asked about."""
    left = {Status.NEW, Status.QUESTION}
    return min((row.day for row in draft.rows if row.status in left), default=date.max)


def _start(reading: Reading) -> FileDraft:
    events = reading.events or (None,) * len(reading.records)
    rows = [
        Row(record=record, kind=record.kind, source=record.source, event=event)
        for record, event in zip(reading.records, events, strict=True)
    ]
    by_line: dict[int, list[Row]] = {}
    for row in rows:
        by_line.setdefault(row.record.line, []).append(row)
    for shared in by_line.values():
        for nth, row in enumerate(shared, 1):
            row.nth = nth if len(shared) > 1 else 0
    return FileDraft(reading, rows, notes=list(reading.notes))


def commit(ledger: Ledger, draft: FileDraft, book: AnswerBook) -> Receipt | None:
    """Append one file in one transaction; None when nothing of it is new.

    Raises LedgerErrors with the open questions of the file, if there are any.
    """
    if draft.questions:
        raise LedgerErrors(question.as_fault() for question in draft.questions)
    # A row that another file's entry explains is not stored: were that import undone, the row
    # must count as new again.
    rows = _NewRows([r for r in draft.rows if r.account and r.status is not Status.KNOWN])
    answers = book.used(draft.name)
    reading = draft.reading
    if (
        not rows
        and not draft.entries
        and not draft.corrects
        and not _is_new_evidence(ledger, draft)
    ):
        if answers:
            ledger.add_answers(answers)
        return None
    return ledger.append(
        ImportBatch(
            file_name=reading.file,
            sha256=reading.sha256,
            importer=reading.importer,
            account=draft.account,
            rows=rows,
            entries=draft.entries,
            answers=answers,
            corrects=draft.corrects,
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


def _is_new_evidence(ledger: Ledger, draft: FileDraft) -> bool:
    """Tell whether a file without a new row confirms, row by row, what another file says.

    A second download of one file confirms nothing: its rows are those of the first.
    """
    confirms = any(row.status is Status.KNOWN and not row.stored for row in draft.rows)
    return confirms and not ledger.file_known(draft.reading.sha256)


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


def world_of(ledger: Ledger, book: AnswerBook) -> World:
    """Return the ledger as an import sees it; its books are read only when they are needed."""
    return World(
        accounts=ledger.accounts(),
        book=book,
        fingerprints=ledger.fingerprints,
        load_books=ledger.books,
        imports=ledger.imports,
        places=ledger.places,
    )


def accept_differences(draft: FileDraft, book: AnswerBook, accounts: Mapping[str, Account]) -> None:
    """Record that the user imports a file although balances differ, with the figures.

    What was stated is then a fact, and the difference a gain or loss that the user accepted.
    """
    for difference in draft.differences:
        if difference.first is None:
            event = replace(difference.as_balance, memo=ACCEPTED)
            draft.entries.append(StoredEntry(book_event(event, accounts)))
        book.keep(
            draft.name,
            Answer(
                code="difference_accepted",
                account=draft.account,
                match=f"{difference.where} {difference.pool}",
                answer=difference.words,
                day=date.today(),  # noqa: DTZ011 - the user's own calendar day
                reason="--accept-difference",
            ),
        )
