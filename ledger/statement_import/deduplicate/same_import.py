"""Files of one import that show the same days, held against each other as stored files are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import NamedTuple

from ledger.events import Event, EventKind
from ledger.statement_import.context import ImportContext
from ledger.statement_import.deduplicate.fingerprints import prefix
from ledger.statement_import.draft import FileDraft, Key, Row

# What somebody typed does not claim to show every row of its days, but a file that was changed
# and is imported again still shows all that it showed before.
TYPED = "plain"
_NUMBERED = re.compile(r" \([0-9]+\)(?=\.[^.]*$|$)")


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


def brought(
    draft: FileDraft, rows: Sequence[Row], span: tuple[date, date], there: AbstractSet[str]
) -> Brought:
    """Return what a file shows of the account of these rows; ``there`` are those of the ledger."""
    keys = {row.fingerprint: row.key for row in rows}
    return Brought(draft, rows[0].account, span, keys, keys.keys() - there)


def lacking(newer: Brought, older: Brought) -> list[Row]:
    """Return the new rows of one file that another would show too, were it the newer download.

    A download is made in the middle of its last day: what that day lacks beside a file that goes
    on after it came later, unless a row stands in its place.
    """
    reader = newer.draft.reading.importer
    apart = older.fresh - newer.keys.keys()
    gone = [
        older.draft.now(key)
        for mark, key in older.keys.items()
        if mark in apart and mark.startswith(prefix(reader))
    ]
    if not gone:
        return []
    if reader == TYPED:
        return _lacking_of_version(newer, older, gone)
    first, last = newer.span
    end = max(row.day for row in newer.draft.rows)
    renewed = any(row.day == end and row.fingerprint not in older.keys for row in newer.rows)
    came_later = end if not renewed and max(row.day for row in older.rows) > end else None
    return [row for row in gone if first <= row.day <= last and row.day != came_later]


def _lacking_of_version(newer: Brought, older: Brought, gone: Sequence[Row]) -> list[Row]:
    """Return the rows that are gone where both files may be versions of one that was typed."""
    named = bare(newer.draft.name) == bare(older.draft.name)
    alike = newer.keys.keys() & older.keys.keys() and (
        named or states_alone(newer.rows) is states_alone(older.rows)
    )
    if named and alike:
        return list(gone)
    days = [row.day for row in newer.rows]
    same_days = [row for row in gone if min(days) <= row.day <= max(days)]
    return same_days if named or alike else []


def states_alone(rows: Sequence[Row]) -> bool:
    """Tell whether rows state balances and move nothing: two files may state the same one."""
    return all(row.event is None or row.event.kind is EventKind.BALANCE for row in rows)


def bare(name: str) -> str:
    """Return a file name without the number that tells files of one name apart."""
    return _NUMBERED.sub("", name)


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
