"""Journal entries and postings: balanced at birth in value and in basis, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ledger.chart import Pool
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


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A dated, balanced entry with the event it books; ``derived`` when the law made it.

    Raises LedgerError (code ``unbalanced``) when value or basis does not add up to zero.
    An entry without postings records a bare fact (a statement balance). ``arrivals`` are the other
    sides that met a payment: what came on a later day is on its way until then.
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
