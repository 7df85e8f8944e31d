"""What a file of an import shows of an account, to be held against every other that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import NamedTuple

from ledger.events import Event
from ledger.statement_import.context import ImportContext
from ledger.statement_import.deduplicate.fingerprints import prefix
from ledger.statement_import.draft import FileDraft, Key, Row
from ledger.store import TYPED, Download, Shown, is_balance, is_compared


class Brought(NamedTuple):
    """The rows of an account in one file of an import, by fingerprint, and the days it covers."""

    draft: FileDraft
    account: str
    span: tuple[date, date]
    keys: dict[str, Key]
    fresh: AbstractSet[str]  # those of its rows that are not in the ledger

    @property
    def rows(self) -> list[Row]:
        """Its rows as they are now."""
        return [self.draft.now(key) for key in self.keys.values()]

    @property
    def download(self) -> Download:
        """What it shows, as the ledger keeps it of a file."""
        rows = self.rows
        return Download(
            *(self.draft.reading.sha256, self.draft.kept_as),
            prefix(self.draft.reading.importer).rstrip(":"),
            *self.span,
            max(row.day for row in self.draft.rows if row.account),
            {
                row.fingerprint: Shown(row.day, row.record.line)
                for row in rows
                if is_compared(row.fingerprint)
            },
            states=all(is_balance(row.record.cells) for row in rows),
        )


def brought(
    draft: FileDraft, rows: Sequence[Row], span: tuple[date, date], there: AbstractSet[str]
) -> Brought:
    """Return what a file shows of the account of these rows; ``there`` are those of the ledger."""
    keys = {row.fingerprint: row.key for row in rows}
    return Brought(draft, rows[0].account, span, keys, keys.keys() - there)


def typed_elsewhere(context: ImportContext, account: str, rows: Iterable[Row]) -> Iterator[Event]:
    """Go through the events of an account that typed files brought without any of these rows."""
    mine = places_of(context, account, rows)
    for event, reader in context.facts:
        counts = reader == TYPED and account in event.accounts
        counts = counts and event.seq not in context.completed
        if counts and mine.isdisjoint(context.rows_of(event.seq)):
            yield event


def places_of(context: ImportContext, account: str, rows: Iterable[Row]) -> set[str]:
    """Return where the ledger has these rows of an account."""
    there = context.places(account, date.min, date.max)
    return {there[row.fingerprint].where for row in rows if row.fingerprint in there}
