"""The import: readings in, drafts with open questions out, by the table of stages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.errors import Collector, LedgerErrors
from ledger.importers.reading import Reading
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row, Status
from ledger.statement_import.owners import Owners
from ledger.statement_import.sources.allocation import Spec
from ledger.statement_import.stages import (
    BOOK,
    COMPARE,
    KNOW,
    MOVE,
    OPEN_BALANCES,
    READ,
    RECOGNIZE,
    TAKE_BACK,
    TELL,
    TOLD,
    ImportOptions,
    Run,
    go_through,
)
from ledger.statement_import.worked_out import WorkedOut
from ledger.store import name_to_keep


@dataclass
class StatementImport:
    """One import of one or several files into one ledger; it is worked out once."""

    context: ImportContext
    options: ImportOptions
    _run: Run | None = None

    def unused_allocations(self) -> list[Spec]:
        """Return the allocations given that fit no row which waited for one."""
        given = enumerate(self.options.allocations)
        fitting = self._run.fitting if self._run else ()
        return [spec for place, spec in given if place not in fitting]

    @property
    def books(self) -> WorkedOut:
        """The books as the files that were drafted would leave them."""
        if self._run is None:
            raise RuntimeError("no file was drafted")
        return self._run.books

    def draft(self, readings: Sequence[Reading]) -> list[FileDraft]:
        """Work out what each file brings; the result is in the order of the readings.

        Raises LedgerError or LedgerErrors with every fault of the files.
        """
        drafts = list(self._started(readings))
        owners = Owners(self.context, self.options.account, alone=len(drafts) == 1)
        run = self._run = Run(list(drafts), self.context, self.options, owners)
        if not drafts:
            return []
        go_through(run, READ)
        self._raise_all(run.faults)
        # A file that names sources says more than one that does not, so the other only confirms it.
        run.drafts.sort(key=lambda d: (not any(map(_names_source, d.rows)), *_place(d)))
        for phase in (KNOW, TAKE_BACK, RECOGNIZE):
            go_through(run, phase)
        # Booked is the older first, by the rows that are left: the later rest on what it brings.
        # The place of a file in the command never matters.
        run.drafts.sort(key=lambda d: (_first_open(d), not any(map(_names_source, d.rows))))
        for phase in (OPEN_BALANCES, MOVE, BOOK, TOLD):
            go_through(run, phase)
        run.book()
        self._raise_all(run.faults)
        for phase in (COMPARE, TELL):
            go_through(run, phase)
            self._raise_all(run.faults)
        return drafts

    def _started(self, readings: Iterable[Reading]) -> Iterator[FileDraft]:
        """Go through the files, each with a name that no other has, as the ledger will keep it."""
        used = [(done.name, done.sha256) for done in self.context.imports()]
        for reading in readings:
            kept_as = name_to_keep(reading.file, reading.sha256, used)
            used.append((kept_as, ""))
            yield FileDraft(reading, kept_as)

    def _raise_all(self, faults: Collector) -> None:
        """Raise all faults, each once, those of answers that are no choice among them."""
        every = (*faults, *self.context.book.faults)
        told = {str(fault): fault for fault in every}
        if told:
            raise LedgerErrors(told.values())


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
