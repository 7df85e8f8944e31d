"""Where a form line comes from: the lines it reads, the entries and the rows of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.books import Household
from ledger.chart import source_words
from ledger.forms.form import Form, FormLine, LineRef
from ledger.journal import JournalEntry
from ledger.year_end import YearEnd


@dataclass(frozen=True)
class Provenance:
    """Where to look up a line, an entry or a row of one taxpayer's year."""

    forms: Mapping[str, Form]
    entries: Mapping[str, Sequence[JournalEntry]]  # by their place (file:line)
    raw_rows: Mapping[str, str]

    def line(self, ref: LineRef) -> FormLine | None:
        """Return a line, None where the paper leaves it blank."""
        form = self.forms.get(ref.form)
        return form.line(ref.number) if form is not None and ref.number in form else None

    def entries_at(self, place: str) -> Sequence[JournalEntry]:
        """Return what was booked from a row, and what the law derives from it this year."""
        return self.entries.get(place, ())


def provenance(record: YearEnd, books: Household) -> Provenance:
    """Return where the figures of a record come from."""
    found: dict[str, list[JournalEntry]] = {}
    derived = (entry for entry in record.entries if entry.derived)
    for entry in (*books.entries, *derived):
        found.setdefault(entry.where, []).append(entry)
    return Provenance(record.forms, found, books.raw_rows)


def entry_words(entry: JournalEntry) -> str:
    """Say in one line what an entry books."""
    event = entry.event
    if entry.derived:
        return f"by law: {entry.day.isoformat()} {entry.reason}{_moved(entry)}"
    amount = event.amount if event.amount is not None else event.value
    to = f" → {event.to}" if event.to else ""
    sources = ", ".join(source_words(source) for source in event.sources)
    account = f"{event.account} {sources}".rstrip()
    shown = f" {amount}" if amount is not None else ""
    return f"entry: {entry.day.isoformat()} {event.kind.words}{shown}, {account}{to}"


def _moved(entry: JournalEntry) -> str:
    """Say what a derived entry took out of each pool, in value and in basis."""
    taken = [
        f"{f'{posting.pool.account} {source_words(posting.pool.source)}'.rstrip()} {name} {amount}"
        for posting in entry.postings
        for name, amount in (("value", posting.value), ("basis", posting.basis))
        if amount
    ]
    return ": " + ", ".join(taken) if taken else ""
