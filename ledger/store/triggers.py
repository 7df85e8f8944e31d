"""Triggers that keep the ledger insert-only and every entry balanced, whoever writes to the file.

BEFORE UPDATE and BEFORE DELETE refuse; a BEFORE INSERT guard refuses a key that exists, since
SQLite's REPLACE deletes without firing a delete trigger unless recursive_triggers is on.

Postings come first and their entry last: its arrival is the moment at which they must balance, and
from then on none can be added. So an unbalanced entry cannot exist at any moment, and a deferred
foreign key keeps postings without an entry from being committed.
"""

from __future__ import annotations

from types import MappingProxyType

from ledger.store.schema import CHAIN, COLUMNS, ENTRY, POSTING

# Table -> every key that REPLACE could use to remove an older row. Postings and seals have a
# trigger of their own that says more.
_KEYS = MappingProxyType(
    {
        **dict.fromkeys(COLUMNS, ("id = NEW.id",)),
        "taxpayer": ("id = NEW.id",),
        "undone_import": ("id = NEW.id", "statement_file_id = NEW.statement_file_id"),
        ENTRY: ("id = NEW.id", "reverses = NEW.reverses"),
    }
)

# AFTER, not BEFORE: only then is the number of an entry known that was inserted without one
_BALANCED = """\
CREATE TRIGGER entry_balanced AFTER INSERT ON entry BEGIN
  SELECT CASE
    WHEN NEW.kind = 'balance' AND legs > 0 THEN RAISE(ABORT, 'a statement balance has no postings')
    WHEN NEW.kind <> 'balance' AND legs < 2 THEN RAISE(ABORT, 'an entry needs two postings')
    WHEN value_sum <> 0 THEN RAISE(ABORT, 'the entry is out of balance in value')
    WHEN basis_sum <> 0 THEN RAISE(ABORT, 'the entry is out of balance in basis')
  END
  FROM (SELECT count(*) AS legs, coalesce(sum(value_cents), 0) AS value_sum,
               coalesce(sum(basis_cents), 0) AS basis_sum
        FROM posting WHERE entry_id = NEW.id);
END"""

_NOT_LATE = """\
CREATE TRIGGER posting_not_late BEFORE INSERT ON posting
WHEN EXISTS (SELECT 1 FROM entry WHERE id = NEW.entry_id)
BEGIN SELECT RAISE(ABORT, 'the entry is sealed: no posting can be added or replaced'); END"""

_CONTIGUOUS = """\
CREATE TRIGGER chain_contiguous BEFORE INSERT ON chain
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM chain)
BEGIN SELECT RAISE(ABORT, 'seals follow one another without a gap'); END"""


def trigger_ddl() -> list[str]:
    """Return the CREATE TRIGGER statements of every table."""
    made = [_BALANCED, _NOT_LATE, _CONTIGUOUS]
    for table in sorted({*COLUMNS, POSTING, CHAIN}):
        made += [_refuse(table, "update"), _refuse(table, "delete")]
    return made + [_no_replace(table) for table in sorted(_KEYS)]


def _refuse(table: str, action: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{action} BEFORE {action.upper()} ON {table}\n"
        f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
    )


def _no_replace(table: str) -> str:
    exists = "\n  OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {key})" for key in _KEYS[table])  # noqa: S608
    return (
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}\nWHEN {exists}\n"
        f"BEGIN SELECT RAISE(ABORT, '{table}: the row exists'); END"
    )
