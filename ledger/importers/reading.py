"""What a reader returns: every dated row of one file as Records, and what the file says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from ledger.chart import Source
from ledger.events import Event
from ledger.money import Money
from ledger.records import Record


@dataclass(frozen=True)
class ClosingBalance:
    """A balance that the file itself states, at close of a day; amounts in cents.

    ``day`` is None where the file does not say it; ``source_text`` is the printed source.
    """

    where: str
    day: date | None
    account: str
    value: Money
    source: Source | None = None  # None: the whole account, or a source that is not known
    source_text: str = ""
    made_of: str = ""  # its parts, where the reader added them up


@dataclass(frozen=True)
class StatedTotal:
    """What went into one source over a period, as the file states it; amounts in cents."""

    where: str
    first: date
    last: date
    account: str
    source: Source
    amount: Money


@dataclass(frozen=True)
class Reading:
    """One file as read. ``records`` has one Record per dated row in file order, none left out.

    ``account`` is the number, nickname or plan name by which the file names its single account
    ("" when rows carry it themselves or nothing does). ``plan`` tells employer-plan files.
    ``events`` is set only by the plain reader, whose rows are events already (parallel to
    ``records``; None for a row that is information). ``unconfirmed`` has the grade of evidence of
    each line whose layout is known weakly: B from one program that reads real files, C from a
    description. The user confirms such a reading once.
    """

    file: str
    sha256: str
    importer: str
    records: tuple[Record, ...]
    plan: bool
    account: str = ""
    period: tuple[date, date] | None = None
    closing: tuple[ClosingBalance, ...] = ()
    totals: tuple[StatedTotal, ...] = ()  # contributions of a period by source, as checks
    mixed: bool = False  # plans and IRAs in one file
    events: tuple[Event | None, ...] = ()
    notes: tuple[str, ...] = ()
    unconfirmed: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    institution: str = ""  # whose product the file is, "" for a format that many share
