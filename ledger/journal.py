"""Journal entries and postings: balanced at birth in value and in basis, never changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

from ledger.chart import Pool, Source
from ledger.errors import LedgerError
from ledger.events import Event
from ledger.money import ZERO, Money


@dataclass(frozen=True, slots=True)
class Posting:
    """One leg of an entry. Basis is a second column that travels beside the value.

    ``units`` of ``fund`` are what a plan's row says was bought (negative: sold) with the money.
    """

    pool: Pool
    value: Money
    basis: Money = ZERO
    fund: str = ""
    units: Decimal | None = None


class Arrival(NamedTuple):
    """Money of a payment as the account that received it shows it: the side that came in."""

    account: str
    day: date
    amount: Money
    where: str
    source: Source | None = None  # of a plan, where its row names one
    rolled: bool = False  # its row calls it a rollover


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A dated, balanced entry with the event it books; ``derived`` when the law made it.

    Raises LedgerError (code ``unbalanced``) when value or basis does not add up to zero.
    An entry without postings records a bare fact (a statement balance). ``arrivals`` are the other
    sides that met a payment: what came on a later day is on its way until then, and what a
    receiver had on an earlier one is owed by the payment.
    """

    event: Event
    postings: tuple[Posting, ...]
    reason: str
    derived: bool = False
    cite: str = ""
    arrivals: tuple[Arrival, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an entry that is out of balance in either column."""
        value = basis = 0
        for posting in self.postings:
            value += posting.value.cents
            basis += posting.basis.cents
        if not (value or basis):
            return
        for column, residue in (("value", value), ("basis", basis)):
            if residue:
                raise LedgerError(
                    where=self.event.where,
                    code="unbalanced",
                    problem=f"the entry '{self.reason}' is out of balance in {column} "
                    f"by {Money(residue)}",
                    remedy="check the amounts of this row against the statement",
                )

    @property
    def day(self) -> date:
        """The day the entry takes effect."""
        return self.event.day

    @property
    def late(self) -> tuple[Arrival, ...]:
        """What came into its account on a later day than it left."""
        return tuple(one for one in self.arrivals if one.day > self.day)

    @property
    def early(self) -> tuple[Arrival, ...]:
        """What came into its account on an earlier day than it left, by the rows."""
        return tuple(one for one in self.arrivals if one.day < self.day)

    @property
    def where(self) -> str:
        """The place the entry was read from: file:line."""
        return self.event.where


@dataclass(frozen=True)
class Balance:
    """What a pool holds at the close of a day; None for a column that is not told."""

    day: date
    pool: Pool
    value: Money | None
    basis: Money | None


@dataclass(frozen=True)
class Journal:
    """Entries of some years by day, booked and derived, and what each year ends with."""

    entries: tuple[JournalEntry, ...]
    balances: tuple[Balance, ...]


@lru_cache(maxsize=4096)
def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """Return a name by which "typed-2" stands before "typed-10"."""
    pieces = re.split(r"(\d+)", name)
    return tuple((int(one), "") if one.isdecimal() else (0, one) for one in pieces)


def in_order(entries: Iterable[JournalEntry]) -> list[JournalEntry]:
    """Return entries in their lasting order: by day and by where they stand.

    The number of an entry is none of it, for that tells in which order files were imported.
    """
    placed = sorted([(_place(entry.event), entry) for entry in entries], key=itemgetter(0))
    if all(one[0] != next_one[0] for one, next_one in pairwise(placed)):
        return [entry for _, entry in placed]
    listed: list[JournalEntry] = []
    for _, together in groupby(placed, key=itemgetter(0)):
        listed += sorted((entry for _, entry in together), key=_told)
    return listed


def _place(event: Event) -> tuple[object, ...]:
    file, _, line = event.where.rpartition(":")
    return event.day, _natural(file), int(line) if line.isdecimal() else 0


def _told(entry: JournalEntry) -> tuple[object, ...]:
    """Return what tells entries apart that one line of a file makes."""
    event = entry.event
    cents = sum(p.value.cents for p in entry.postings if p.value.cents > 0)
    told = event.account, event.kind.value, cents, event.to, event.sources, event.fund, event.id
    return *told, event.memo
