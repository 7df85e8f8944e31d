"""What the ledger knows already, as far as an import needs it; asked for only when needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property

from ledger.books import Books
from ledger.chart import Account, Source
from ledger.importers.base import plain_number
from ledger.importers.reading import ClosingBalance, StatedTotal
from ledger.importers.sources import source_of
from ledger.intake.answers import AnswerBook
from ledger.intake.draft import Draft, Fact, FileDraft
from ledger.records import Event, EventKind
from ledger.store import ImportInfo, Place
from ledger.worth import touched

# The reason of an entry that units and a price tell and no row shows.
GAIN_IN_PRICE = "gain in price"
# The reason of an opening that an answer tells and whose units no row shows.
OLDER_MONEY = "money older than the file"
# Entries that cite a row whose money is another entry's.
NOT_OF_THE_ROW = frozenset({GAIN_IN_PRICE, OLDER_MONEY})
_UNIT_TITLES = frozenset(
    {
        *("shares/unit", "units/ shares", "units/shares", "units", "transaction shares"),
        *("quantity", "# of units/shares", "# of units", "shares"),
    }
)
_FUND_TITLES = frozenset(
    {"investment", "option", "investment name", "secname", "fund", "fund name", "security"}
)
Places = Callable[[str, date, date], Mapping[str, Place]]
Fingerprints = Callable[[str, date, date], Iterable[str]]


def _no_fingerprints(_account: str, _first: date, _last: date) -> Iterable[str]:
    return ()


def _no_places(_account: str, _first: date, _last: date) -> Mapping[str, Place]:
    return {}


@dataclass
class World:
    """The chart, the answers, and the rows and events that are in the ledger."""

    accounts: Mapping[str, Account]
    book: AnswerBook
    fingerprints: Fingerprints = _no_fingerprints
    load_books: Callable[[], Books] | None = None
    imports: Callable[[], Sequence[ImportInfo]] = tuple
    places: Places = _no_places  # where the known rows of an account stand, by fingerprint
    load_openings: Callable[[], Sequence[Event]] = tuple
    stated: dict[str, list[StatedTotal]] = field(default_factory=dict)  # by account, this import's
    balances: dict[str, list[ClosingBalance]] = field(default_factory=dict)  # likewise
    # By account, what left and is asked about, as if all had moved: so later amounts are judged.
    supposed: dict[str, list[Event]] = field(default_factory=dict)
    completed: set[int] = field(default_factory=set)  # entries that this import reverses
    _pending: dict[str, list[Fact]] = field(default_factory=dict)  # by account, not yet stored
    _made: dict[int, Draft] = field(default_factory=dict)  # the same, by id of the event

    def take_in(self, draft: FileDraft) -> None:
        """Let the later files of an import see what this one brings, as if it were stored."""
        for made in draft.drafts:
            self.take_in_one(draft, made)

    def take_in_one(self, draft: FileDraft, made: Draft) -> None:
        """Take in one more event of a file."""
        self._made[id(made.event)] = made
        for account in touched(made.event):
            fact = Fact(made.event, draft.reading.importer)
            self._pending.setdefault(account, []).append(fact)

    def take_in_for(self, draft: FileDraft, made: Draft, before: Draft) -> None:
        """Take in an event in the place of one that was taken in before."""
        for account in touched(before.event):
            pending = self._pending.get(account, [])
            self._pending[account] = [fact for fact in pending if fact.event is not before.event]
        self._made.pop(id(before.event), None)
        self.take_in_one(draft, made)

    def suppose(self, account: str, events: Iterable[Event]) -> None:
        """Let later rows of an account be judged as if these events were booked."""
        self.supposed.setdefault(account, []).extend(events)

    def is_pending(self, event: Event) -> bool:
        """Tell whether an event comes from this import and is not stored yet."""
        return id(event) in self._made

    def hear(self, draft: FileDraft) -> None:
        """Let the other files of an import know what a statement without rows states."""
        if draft.account and not draft.rows:
            self.stated.setdefault(draft.account, []).extend(draft.reading.totals)
            self.balances.setdefault(draft.account, []).extend(draft.reading.closing)

    def source_named(self, account: str, text: str, read: Source | None) -> Source | None:
        """Return the source that a name means in a plan, None when that must be asked.

        What the user said of the name goes first; then the name without the employer's, unless
        the reader of the file had the source (``read``) from elsewhere than the name's words.
        """
        alias = self.book.source_alias(account, text)
        if alias:
            return Source(alias)
        if not text or read is not source_of(text):
            return read
        return source_of(text, self.accounts[account].employer_name)

    @property
    def openings(self) -> list[Event]:
        """Return every opening in effect, and those of the files before in the same import."""
        made = (made.event for made in self._made.values())
        return [*self._stored_openings, *(e for e in made if e.kind is EventKind.OPENING)]

    @cached_property
    def _stored_openings(self) -> Sequence[Event]:
        return self.load_openings()

    def forget_pending(self) -> None:
        """Start afresh: the same files are about to be gone through again."""
        self.completed.clear()
        self.supposed.clear()
        self.stated.clear()
        self.balances.clear()
        self._pending.clear()
        self._made.clear()

    @cached_property
    def _books(self) -> Books | None:
        return self.load_books() if self.load_books else None

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Every event in effect, with the reader of the file it came from."""
        books = self._books
        if books is None:
            return ()
        readers = {file.name: file.importer for file in books.files}
        return tuple(
            Fact(e.event, readers.get(e.where.rpartition(":")[0], ""))
            for e in books.entries
            if not e.derived
        )

    def facts_of(self, account: str) -> list[Fact]:
        """Return the events that name an account as theirs or as receiver.

        Those of the files before in the same import are among them.
        """
        stored, pending = self._facts_by_account.get(account, []), self._pending.get(account)
        if self.completed:
            stored = [fact for fact in stored if fact.event.seq not in self.completed]
        return [*stored, *pending] if pending else stored

    @cached_property
    def _facts_by_account(self) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        for fact in self.facts:
            for account in touched(fact.event):
                found.setdefault(account, []).append(fact)
        return found

    def citing(self, where: str) -> list[Event]:
        """Return the events in effect that were made of the row at a place, or of it and others."""
        return self._cited[0].get(where, [])

    def rows_of(self, seq: int) -> set[str]:
        """Return the places of the rows that the entry of a number was made of."""
        return self._cited[1].get(seq, set())

    @cached_property
    def _cited(self) -> tuple[dict[str, list[Event]], dict[int, set[str]]]:
        """The events by the places of their rows, and the places by the numbers of entries."""
        books = self._books
        events: dict[str, list[Event]] = {}
        places: dict[int, set[str]] = {}
        for entry in books.entries if books else ():
            cited = {entry.where}.union(*(p.value.evidence for p in entry.postings))
            places[entry.event.seq] = cited
            for place in cited:
                events.setdefault(place, []).append(entry.event)
        return events, places

    def raw_row(self, where: str) -> str:
        """Return a known row as the file showed it, "Date: 01/02/2025 | Amount: 5.00"."""
        books = self._books
        return books.raw_rows.get(where, "") if books else ""

    def units_at(self, event: Event) -> tuple[str, Decimal] | None:
        """Return investment and units of the row that an event was made of, with its sign.

        A row that was divided among sources gives each its share of the units.
        """
        cells = self._cells_of(event)
        named = {" ".join(title.lower().split()): cell for title, cell in cells.items()}
        fund = next((named[title] for title in _FUND_TITLES if title in named), "")
        printed = next((named[title] for title in _UNIT_TITLES if title in named), "")
        try:
            units = abs(Decimal(plain_number(printed)))
        except InvalidOperation:
            return None
        if event.reason in NOT_OF_THE_ROW or not units:
            return None
        out = event.kind in _OUTWARD or (event.amount is not None and event.amount.cents < 0)
        return fund, (-units if out else units) * self._share(event)

    def _cells_of(self, event: Event) -> Mapping[str, str]:
        """Return the cells of the row an event was made of, none where nothing shows them."""
        if id(event) in self._made:
            return self._made[id(event)].rows[0].record.cells
        text = self.raw_row(event.where)
        return dict(cell.split(": ", 1) for cell in text.split(" | ") if ": " in cell)

    def _share(self, event: Event) -> Decimal:
        made = self._made.get(id(event))
        whole = abs(made.rows[0].amount.cents) if made else self._cents_at[event.where]
        return Decimal(cents_of(event)) / whole if whole else Decimal(1)

    @cached_property
    def _cents_at(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for event, _ in self.facts:
            if event.reason not in NOT_OF_THE_ROW:
                found[event.where] += cents_of(event)
        return found


_OUTWARD = frozenset(
    {EventKind.IN_PLAN_CONVERSION, EventKind.DISTRIBUTION, EventKind.FEE, EventKind.LOAN}
)


def cents_of(event: Event) -> int:
    """Return how much an event moves, in cents and without sign."""
    if event.parts:
        return sum(part.amount.cents for part in event.parts)
    money = event.amount or event.value
    return abs(money.cents) if money else 0
