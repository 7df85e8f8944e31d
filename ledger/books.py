"""Books: everything that is known, as one value — the only thing the fold reads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

from ledger.chart import Account, Taxpayer
from ledger.documents import TaxDocument
from ledger.journal import JournalEntry
from ledger.records import OpeningBasis, Options, ReturnFacts, StateBasis

_WRITTEN = frozenset({"typed", "plain", "scenario"})  # readers of what people wrote themselves


@dataclass(frozen=True)
class EvidenceFile:
    """A file that was read: its name, the SHA-256 of its bytes, its reader and row count."""

    name: str
    sha256: str
    importer: str
    account: str
    imported_at: str
    rows: int

    @property
    def is_download(self) -> bool:
        """Whether a recordkeeper made it, so that it shows every row of its days."""
        return self.importer not in _WRITTEN


@dataclass(frozen=True)
class FiledYear:
    """A year as it was closed: its record as filed, and why it was reopened if it was.

    ``text`` is the year-end record as JSON text, never changed; moments are UTC to the second.
    """

    taxpayer: str
    year: int
    text: str
    closed_at: str
    chain_head: str = ""
    reopened_at: str = ""
    why: str = ""

    @property
    def record(self) -> Mapping[str, Any]:
        """The year-end record as filed."""
        return dict(json.loads(self.text))

    @property
    def sha256(self) -> str:
        """SHA-256 of the record as kept."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def status(self) -> str:
        """The status of the year-end record: "closed" or "reopened"."""
        return "reopened" if self.reopened_at else "closed"


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
    documents: tuple[TaxDocument, ...] = ()  # corrected and withdrawn ones left out
    state_basis: tuple[StateBasis, ...] = ()
    filed_years: Mapping[tuple[str, int], FiledYear] = field(default_factory=dict)
    files: tuple[EvidenceFile, ...] = ()
    raw_rows: Mapping[str, str] = field(default_factory=dict)  # where -> row as in the file
    chain_head: str = ""

    @cached_property
    def file_named(self) -> Mapping[str, EvidenceFile]:
        """The files that were read, by their names."""
        return {file.name: file for file in self.files}

    def accounts_of(self, taxpayer: str) -> Iterator[Account]:
        """Go through the accounts of one taxpayer in the order they were added."""
        return (a for a in self.accounts.values() if a.owner == taxpayer)
