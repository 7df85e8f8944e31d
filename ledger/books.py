"""Books: everything that is known, as one value — the only thing the fold reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ledger.chart import Account, Taxpayer
from ledger.journal import JournalEntry
from ledger.records import OpeningBasis, Options, ReturnFacts


@dataclass(frozen=True)
class EvidenceFile:
    """A file that was read: its name, the SHA-256 of its bytes, its reader and row count."""

    name: str
    sha256: str
    importer: str
    account: str
    imported_at: str
    rows: int


@dataclass(frozen=True)
class Books:
    """Taxpayers, accounts, the journal in booking order, and the facts beside it.

    The store and the scenario reader both make this value; the fold over years reads nothing
    else. ``chain_head`` is the SHA-256 that seals the ledger file ("" for a scenario).
    """

    taxpayers: Mapping[str, Taxpayer]
    accounts: Mapping[str, Account]
    entries: tuple[JournalEntry, ...]
    opening_basis: tuple[OpeningBasis, ...] = ()
    return_facts: tuple[ReturnFacts, ...] = ()
    options: Options = field(default_factory=Options)
    files: tuple[EvidenceFile, ...] = ()
    raw_rows: Mapping[str, str] = field(default_factory=dict)  # where -> row as in the file
    chain_head: str = ""

    def accounts_of(self, taxpayer: str) -> Iterator[Account]:
        """Go through the accounts of one taxpayer in the order they were added."""
        return (a for a in self.accounts.values() if a.owner == taxpayer)
