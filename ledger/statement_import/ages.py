"""The files of one account in an import, those of the ledger among them, and which is newer."""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.statement_import.answers import said_today
from ledger.store import (
    NEWER,
    OLDER,
    ORDER,
    ROW,
    Answer,
    Apart,
    Download,
    Downloads,
    Held,
    Words,
)


@dataclass
class Ages:
    """What is known of an account's files; what was not answered yet is taken as proposed."""

    account: str
    held: Held
    files: list[Download] = field(init=False)
    words: Words = field(init=False)
    now: Downloads = field(init=False)  # by what is known now
    # by fingerprint what stands for the money of other formats that rows of this import are
    tells: dict[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    stays: set[str] = field(default_factory=set)  # rows taken back whose event another row tells

    def __post_init__(self) -> None:
        """Start with what the ledger has."""
        self.files, self.words = list(self.held.files), self.held.words.copy()
        self.count()

    def count(self) -> None:
        """Work out which rows were taken back by what is known now."""
        self.now = Downloads(self.files, self.words)

    @property
    def taken_back(self) -> dict[str, Download]:
        """The rows that were taken back, each with the file that lacks it."""
        return self.now.withdrawn

    @property
    def completed(self) -> set[int]:
        """The entries of the ledger that count no more by what this import says."""
        rows = self.taken_back.keys() - self.held.withdrawn.keys()
        moved = self.now.moved | self.stays
        return self.held.resting.out(rows, moved=moved, renewed=self.now.renewed)

    def say(self, two: Apart, word: str) -> Answer:
        """Take in what was said of a file of the import and another, and return it to be kept."""
        here, other = two.here, two.other
        self.words.say(here.sha256, other.sha256, word)
        opposite = {NEWER: "newer than", OLDER: "older than"}
        why = f"{here.name} is {opposite.get(word, 'as good as')} {other.name}"
        match = f"{ROW}{here.sha256} {other.sha256}"
        return said_today(ORDER, self.account, match, word, why)
