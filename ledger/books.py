"""Books: everything that is known, as one value, and the part of it that is one household's."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from hashlib import sha256
from shlex import quote
from typing import Any, TypeVar

from ledger.chart import Account, Taxpayer, spouses
from ledger.documents import TaxDocument
from ledger.errors import LedgerError, LedgerErrors
from ledger.events import Event
from ledger.journal import JournalEntry
from ledger.money import Money
from ledger.records import OpeningBasis, Options, ReturnFacts, StateBasis

WRITTEN = frozenset({"typed", "plain", "scenario"})  # readers of what people wrote themselves


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
        return self.importer not in WRITTEN


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
class OpenSide:
    """One side of a movement whose other side no statement of the ledger shows.

    ``amount`` is in cents; ``left`` tells that it went out of the account (else it came in), and
    ``entry`` is the number of the entry by which ``basis settle`` finds it.
    """

    account: str
    owner: str
    day: date
    amount: Money
    where: str
    left: bool
    entry: int
    others: tuple[str, ...] = ()  # what can be said: accounts of the owner, cash, outside
    within: bool = False  # its row says that it left the same plan before
    sent_by: str = ""  # of a contribution: the account that says it sent as much
    paid_by: str = ""  # of a contribution: the account that paid as much in cash shortly before
    payments: tuple[int, ...] = ()  # entries of payments in cash that it may be, put back
    lacks_basis: bool = False  # it was taxed, and only the account that sent it knows how much
    sent_otherwise: str = ""  # how the payment that it is of was divided in another way, in words
    not_shown_by: str = ""  # the account it is said to come from, whose rows show no such payment
    paid_out: bool = False  # that account paid out as much in cash shortly before
    taken_back: bool = False  # contributions that a payroll took back, of which nothing tells …
    gain_unknown: bool = False  # … what of it was paid in
    years: tuple[int, ...] = ()  # … for which of these tax years it counts, the earliest first
    spanned: tuple[date, date] | None = None  # first and last row of its statement over that day

    @property
    def is_of_limits(self) -> bool:
        """Whether no more is open than a tax year, on which no balance rests."""
        return self.taken_back and not self.gain_unknown

    @property
    def problem(self) -> str:
        """What is open, in one sentence."""
        if self.taken_back:
            return (
                f"{self.amount} of contributions to {self.account} were taken back on "
                f"{self.day.isoformat()}, and {self._not_told}"
            )
        if self.sent_by:
            return (
                f"{self.amount} came into {self.account} on {self.day.isoformat()} as a "
                f"contribution, and {self.sent_by} says that it sent that money, which no other "
                "row shows to have arrived"
            )
        if self.paid_by:
            return (
                f"{self.amount} came into {self.account} on {self.day.isoformat()} as a "
                f"contribution, and {self.paid_by} paid out as much in cash up to 60 days before: "
                "money put back is a rollover (IRC 402(c)(3), 408(d)(3)), not taxed and no "
                "contribution"
            )
        if self.sent_otherwise:
            return (
                f"{self.amount} came into {self.account} on {self.day.isoformat()}, but "
                f"{self.sent_otherwise}"
            )
        if self.not_shown_by:
            return (
                f"{self.amount} came into {self.account} on {self.day.isoformat()} and is said to "
                f"come from {self.not_shown_by}, {self._not_shown}"
            )
        way = "left" if self.left else "came into"
        return (
            f"{self.amount} {way} {self.account} on {self.day.isoformat()}, and no statement shows "
            f"{'where it arrived' if self.left else 'what it left'}"
        )

    @property
    def _not_told(self) -> str:
        """What nothing tells of contributions that were taken back, and what rests on it."""
        told = []
        if self.gain_unknown:
            told.append(
                "no contribution of as many units or dollars tells what of it was paid in: that "
                "takes basis along, and what was gained on it does not"
            )
        if self.years:
            told.append(
                f"nothing tells whether it was put in for {_years(self.years)}: the limits of that "
                "year count it (IRC 402(g), 415(c))"
            )
        return "; and ".join(told)

    @property
    def _said_of_back(self) -> str:
        """How it is said what contributions that were taken back were."""
        settle = f"basis settle {self.entry}"
        year = f"--year YEAR, {_years(self.years)}" if self.years else ""
        paid = " or ".join(map(str, self.payments))
        which = f": {settle} --of {paid}" if paid else ""
        if not self.gain_unknown:
            which = f"say which contribution it was{which}; or its year: " if which else "say it: "
            return f"{which}{settle} {year}; or import the statement that shows the contribution"
        which = f"; or which contribution, by its units{which}" if which else ""
        return (
            "say how much of it is earnings, 0 for none and negative for a loss: "
            f"{settle} --earnings DOLLARS{' ' * bool(year)}{year} (the payroll or the plan tells)"
            f"{which}; or import the statement that shows the contribution"
        )

    @property
    def _not_shown(self) -> str:
        """What the rows of the account that is said to have sent it show, and no more."""
        if self.spanned is not None:
            first, last = (day.isoformat() for day in self.spanned)
            return f"whose own rows from {first} to {last} show no such payment to an account"
        if not self.paid_out:
            return f"and no statement of it here shows {self.day.isoformat()}"
        return (
            "which paid out as much in cash up to 60 days before; no statement of it here shows "
            f"{self.day.isoformat()}: it may be that cash, put back, or a payment of its own"
        )

    @property
    def remedy(self) -> str:
        """What settles it: the other side's statement, or the user's word."""
        if self.taken_back:
            return self._said_of_back
        if self.sent_by:
            return (
                f"where it is that money: basis settle {self.entry} --from {self.sent_by}; where "
                f"it was put in beside it: basis settle {self.entry} --from outside"
            )
        if self.paid_by:
            paid = " or ".join(map(str, self.payments))
            return (
                f"where it is that money: basis settle {self.entry} --of {paid}; where it is other "
                f"money of your own: basis settle {self.entry} --from outside"
            )
        if self.sent_otherwise:
            return (
                "the payment was answered to the wrong account: where all of it went to another "
                "one, 'basis settle' of its entry with --to corrects that; else take its import "
                "back (basis imports names it; basis undo IMPORT), import it again, and answer "
                "where it went with what each account got (ACCOUNT=DOLLARS ACCOUNT=DOLLARS); where "
                f"this money came from elsewhere: basis settle {self.entry} --from outside"
            )
        return self._other_side

    @property
    def _other_side(self) -> str:
        """What settles a side of which no more is known than that its other side is missing."""
        way = "--to" if self.left else "--from"
        paid = " or ".join(map(str, self.payments))
        which = "a payment to you that was put back"
        which = "the payment or conversion that it is of" if self.within else which
        more = f"; {which}: basis settle {self.entry} --of {paid}" if paid else ""
        if self.lacks_basis:
            more += (
                "; from outside it needs its basis, which the other plan's letter or Form 1099-R, "
                f"box 5, tells: basis settle {self.entry} --from outside --basis DOLLARS"
            )
        other = "that shows it" if self.within else "of the other account"
        typed = ""
        if self.not_shown_by:
            what = "it" if self.spanned else f"the days up to {self.day.isoformat()}"
            other = f"of {self.not_shown_by} that shows {what}"
            typed = (
                f"; where no statement shows it, type it (basis add, with --account "
                f"{self.not_shown_by} --to {self.account})"
            )
        return (
            f"import the statement {other}, or say which it was: basis settle "
            f"{self.entry} {way} ACCOUNT, one of {', '.join(self.others)}{more}{typed}"
        )

    def as_fault(self) -> LedgerError:
        """Return the open point as the refusal of the year that rests on it."""
        if self.taken_back:
            return LedgerError(
                where=self.where,
                code="contribution_unexplained",
                problem=self.problem,
                remedy=self.remedy,
            )
        return LedgerError(
            where=self.where, code="in_transit", problem=self.problem, remedy=self.remedy
        )


def _years(years: Iterable[int]) -> str:
    """Name years one of which it is: "2020 or 2021"."""
    return " or ".join(map(str, years))


@dataclass(frozen=True)
class UnbookedRows:
    """Rows of a file in force of which nobody knows whether they count.

    Nothing in force books them, since what told the same was taken back; or another file of the
    same days lacks them (``other``), and nobody said which of the two is the newer.
    """

    file: str
    account: str
    owner: str
    day: date  # of the first
    lines: tuple[int, ...]
    reversed: tuple[tuple[int, str], ...] = ()  # by hand, of what told them: number and place
    other: str = ""

    @property
    def where(self) -> str:
        """The place of the first row."""
        return f"{self.file}:{self.lines[0]}"

    @property
    def problem(self) -> str:
        """What is open, in one sentence."""
        several = len(self.lines) > 1
        rows = f"{len(self.lines)} row{'s' if several else ''} of {self.account} in {self.file}"
        if self.other:
            return (
                f"{rows} {'are' if several else 'is'} not in {self.other}, which goes over the "
                "same days, and nobody said which of the two is the newer"
            )
        return f"{rows} {'are' if several else 'is'} not booked: {self._cause}"

    @property
    def _cause(self) -> str:
        if not self.reversed:
            return "another import told the same and was taken back"
        told = ", ".join(f"entry {number} ({place})" for number, place in self.reversed)
        many = len(self.reversed) > 1
        return f"{told}, which told the same, {'were' if many else 'was'} reversed"

    @property
    def remedy(self) -> str:
        """How its rows are booked, or left out."""
        if self.other:
            return (
                "'basis imports' has the numbers: take one of the two back with basis undo IMPORT "
                '--why "…" and import it again, which asks'
            )
        again = f"import the file again: basis import {quote(self.file)} --account {self.account}"
        if not self.reversed:
            return again
        wrong = "; ".join(
            f'basis reverse {number} --everywhere --why "…"' for number, _ in self.reversed
        )
        return f"where the file is right, {again}; where it is as wrong, say so: {wrong}"

    def as_fault(self) -> LedgerError:
        """Return the open point as the refusal of the year that rests on it."""
        if self.other:
            return LedgerError(
                where=self.where, code="rows_apart", problem=self.problem, remedy=self.remedy
            )
        return LedgerError(
            where=self.where, code="rows_unbooked", problem=self.problem, remedy=self.remedy
        )


@dataclass(frozen=True)
class Books:
    """Taxpayers, accounts, the journal in booking order, and the facts beside it.

    The store and the scenario reader both make this value. Several households may be in it, so
    whatever works something out takes a ``Household``, one of its parts. ``facts`` are the entries
    as they were recorded, each side of a movement for itself, and ``entries`` the same with the
    sides that met joined. ``chain_head`` is the SHA-256 that seals the ledger file ("" for a
    scenario).
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
    facts: tuple[JournalEntry, ...] = ()
    open_sides: tuple[OpenSide, ...] = ()
    unbooked: tuple[UnbookedRows, ...] = ()  # by day
    taken_back: Mapping[str, str] = field(default_factory=dict)  # by account, in words

    @cached_property
    def file_named(self) -> Mapping[str, EvidenceFile]:
        """The files that were read, by their names."""
        return {file.name: file for file in self.files}

    @cached_property
    def households(self) -> tuple[Household, ...]:
        """The books of each household, in the order of the first taxpayer of each."""
        return tuple(_parted(self, _homes(self)))

    def refuse_unbooked(self) -> None:
        """Refuse to hand on facts while nobody knows of some rows whether they count.

        Raises LedgerErrors (``rows_apart``, ``rows_unbooked``), as the year end does.
        """
        if self.unbooked:
            raise LedgerErrors(rows.as_fault() for rows in self.unbooked)

    def household_of(self, taxpayer: str) -> Household:
        """Return the books of the household of a taxpayer, or of whoever owns an account.

        Raises KeyError for anybody else.
        """
        return self._household_of[taxpayer]

    @cached_property
    def _household_of(self) -> Mapping[str, Household]:
        return {person: one for one in self.households for person in one.people}

    def spouse_of(self, taxpayer: str) -> str | None:
        """Return the spouse whom a person names, None where these books do not bear it out."""
        return self._spouses.get(taxpayer)

    @cached_property
    def _spouses(self) -> Mapping[str, str]:
        return spouses(self.taxpayers)

    @property
    def people(self) -> Collection[str]:
        """The ids of the taxpayers, and of owners of whom no more than their accounts is known."""
        owners = (account.owner for account in self.accounts.values())
        return dict.fromkeys([*self.taxpayers, *owners])

    def accounts_of(self, taxpayer: str) -> Iterator[Account]:
        """Go through the accounts of one taxpayer in the order they were added."""
        return (a for a in self.accounts.values() if a.owner == taxpayer)

    def facts_of(self, taxpayer: str, year: int) -> ReturnFacts:
        """Return what is recorded of a person's return; blank facts where nothing is."""
        found = [f for f in self.return_facts if (f.taxpayer, f.year) == (taxpayer, year)]
        return found[-1] if found else ReturnFacts(f"return {year}", taxpayer, year)

    def facts_on_return(self, taxpayer: str, year: int) -> ReturnFacts:
        """Return the facts of a person's return with what the spouse's facts say of it."""
        mine, spouse = self.facts_of(taxpayer, year), self.spouse_of(taxpayer)
        return mine.with_spouse(self.facts_of(spouse, year)) if spouse else mine


@dataclass(frozen=True)
class Household(Books):
    """The books of one household: nothing of anybody else's can be found in them.

    Persons belong together where a fact says so: one names the other as spouse, or money moved
    from an account of one to an account of the other (a divorce, a death). The basis that is
    stated of a decedent is a fact of the person who inherited it. An equal id, name or employer
    joins nobody.
    """

    @property
    def households(self) -> tuple[Household, ...]:
        """The household alone: it stays whole with fewer entries, or without those that join."""
        return (self,)


def named_accounts(event: Event) -> Iterator[str]:
    """Go through the accounts that an event names, and "cash" where money was paid out."""
    yield event.account
    if event.to:
        yield event.to
    for part in event.parts:
        yield part.to


def _homes(books: Books) -> Mapping[str, str]:
    """Return for each person the one who stands for the household."""
    leads = dict[str, str]()

    def lead(person: str) -> str:
        while (above := leads.setdefault(person, person)) != person:
            leads[person] = leads[above]  # halves the way for whoever asks next
            person = above
        return person

    for person in books.taxpayers:
        leads[lead(books.spouse_of(person) or person)] = lead(person)
    owner = {account.id: account.owner for account in books.accounts.values()}
    for event in (entry.event for entry in books.entries):
        if event.to or event.parts:
            here = owner[event.account]
            for name in named_accounts(event):
                leads[lead(owner.get(name, here))] = lead(here)
    return {person: lead(person) for person in books.people}


def _parted(books: Books, homes: Mapping[str, str]) -> Iterator[Household]:
    """Go through the households; everything in the books is looked at once."""
    whole = {item.name: getattr(books, item.name) for item in fields(Books)}
    people = _by_home((homes[person], person) for person in books.people)
    if len(people) == 1:
        yield Household(**whole)
        return
    home_of = {account.id: homes[account.owner] for account in books.accounts.values()}
    accounts = _by_home((home_of[account.id], account) for account in books.accounts.values())
    entries = _by_home((home_of[entry.event.account], entry) for entry in books.entries)
    facts = _by_home((home_of[entry.event.account], entry) for entry in books.facts)
    sides = _by_home((homes[side.owner], side) for side in books.open_sides)
    unbooked = _by_home((homes[rows.owner], rows) for rows in books.unbooked)
    files = _by_home(_files_by_home(books, home_of))
    filed = _by_home((homes.get(key[0], ""), key) for key in books.filed_years)
    apart = {
        name: _by_home((homes.get(fact.taxpayer, ""), fact) for fact in whole[name])
        for name in ("opening_basis", "return_facts", "documents", "state_basis")
    }
    for home, persons in people.items():
        own = {
            "taxpayers": {who: books.taxpayers[who] for who in persons if who in books.taxpayers},
            "accounts": {account.id: account for account in accounts.get(home, ())},
            "entries": tuple(entries.get(home, ())),
            "facts": tuple(facts.get(home, ())),
            "open_sides": tuple(sides.get(home, ())),
            "unbooked": tuple(unbooked.get(home, ())),
            "taken_back": {a: books.taken_back[a] for a in books.taken_back if home_of[a] == home},
            "files": tuple(files.get(home, ())),
            "filed_years": {key: books.filed_years[key] for key in filed.get(home, ())},
            "raw_rows": _RowsOf(books.raw_rows, entries.get(home, ())),
            **{name: tuple(facts.get(home, ())) for name, facts in apart.items()},
        }
        yield Household(**{**whole, **own})


_T = TypeVar("_T")


def _by_home(pairs: Iterable[tuple[str, _T]]) -> dict[str, list[_T]]:
    found: dict[str, list[_T]] = {}
    for home, one in pairs:
        found.setdefault(home, []).append(one)
    return found


def _files_by_home(books: Books, home_of: Mapping[str, str]) -> Iterator[tuple[str, EvidenceFile]]:
    """Go through the files with each household that has the file's account or a row of it."""
    readers: dict[str, dict[str, None]] = {}
    for entry in books.entries:
        name = entry.where.rpartition(":")[0]
        readers.setdefault(name, {})[home_of[entry.event.account]] = None
    for file in books.files:
        homes = dict(readers.get(file.name, {}))
        if file.account in home_of:
            homes[home_of[file.account]] = None
        for home in homes:
            yield home, file


class _RowsOf(Mapping[str, str]):
    """The rows that entries were made of, by their place, and no others of the ledger."""

    def __init__(self, rows: Mapping[str, str], entries: Sequence[JournalEntry]) -> None:
        self._rows, self._entries = rows, entries

    @cached_property
    def _places(self) -> dict[str, None]:
        """The places in the order of the entries; most commands never ask."""
        cited = dict[str, None]()
        for entry in self._entries:
            cited[entry.where] = None
            for posting in entry.postings:
                cited |= dict.fromkeys(sorted(posting.value.evidence))
        return {place: None for place in cited if place in self._rows}

    def __getitem__(self, where: str) -> str:
        """Return the row at a place, as in the file."""
        if where not in self._places:
            raise KeyError(where)
        return self._rows[where]

    def __iter__(self) -> Iterator[str]:
        """Go through the places in the order of the entries."""
        return iter(self._places)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._places)
