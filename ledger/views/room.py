"""The room left under the limits of a year, and what the books do not know of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from ledger.books import Books
from ledger.chart import Account, AccountKind
from ledger.events import Event, EventKind
from ledger.law.information_returns import contribution_box
from ledger.money import ZERO, Money
from ledger.views.papers import Papers, Shown
from ledger.year_end import DeferralLimit, YearEnd

_MONTH = timedelta(days=31)  # paydays are no further apart, and a download is about as old
_IRAS = "IRA contributions"
_CITES = {
    "402g": "IRC 402(g), 414(v)",
    "401a30": "IRC 401(a)(30)",
    "415c": "IRC 415(c)",
    "ira": "IRC 219(b)(5), 408A(c)(2)",
    "roth_ira": "IRC 408A(c)(3)",
    "457b": "IRC 457(b)(2), 414(v)",
}
_PLANS = frozenset({AccountKind.K401, AccountKind.B403})
_DEFERRING = _PLANS | {AccountKind.SIMPLE_IRA, AccountKind.ROTH_SIMPLE_IRA}


@dataclass(frozen=True)
class RoomRow:
    """One limit of a year (cents): what it is, what was used of it and what room is left.

    ``used``, ``room`` and ``excess`` are None where the books cannot tell them. Where rows are
    missing (``missing`` says which, in words), used and excess are the least and room is the most
    that it can be. ``known_until`` is the last day of the year up to which the books have rows.
    """

    kind: str  # "402g" "401a30" "415c" "ira" "roth_ira" "457b"
    name: str
    limit: Money | None
    catch_up: Money | None
    used: Money | None
    room: Money | None
    excess: Money | None
    known_until: date | None
    missing: tuple[str, ...]
    employer: str = ""
    cite: str = ""
    lacks: str = ""  # the fact that decides the room and is not recorded: "age" or "income"
    note: str = ""  # how to say it

    @property
    def has_catch_up(self) -> bool:
        """Whether age adds to the limit, of which ``catch_up`` is None where it is not known."""
        return self.kind in {"402g", "457b"}

    @property
    def is_partly_known(self) -> bool:
        """Whether what is used is the least, and the room the most, that it can be."""
        return bool(self.missing) and self.used is not None

    @property
    def told(self) -> tuple[str, ...]:
        """What is not known, in sentences."""
        return (*self.missing, self.note) if self.note else self.missing

    def told_in(self, worked_out: Mapping[str, object]) -> dict[str, object]:
        """Return what the year-end record has of the limit as it is known; null is not known."""
        # the record has a name of its own for the room under IRC 415(c)
        room = "after_tax_room" if self.kind == "415c" else "room"
        amounts = {"used": self.used, room: self.room, "excess": self.excess}
        return {
            **worked_out,
            **{key: None if one is None else one.plain for key, one in amounts.items()},
            "known_until": self.known_until.isoformat() if self.known_until else None,
            "missing": list(self.told),
        }


def room_of(record: YearEnd, books: Books, day: date) -> tuple[RoomRow, ...]:
    """Return the limits of a finished year as the books know them on a day.

    What came in after ``day``, or after the year, is nothing that a row could show.
    """
    last = min(day, date(record.tax_year, 12, 31), record.died or day)
    return tuple(_Room(record, books, last).rows())


def room_of_whole_year(record: YearEnd, books: Books) -> tuple[RoomRow, ...]:
    """Return the limits as the books know them for all of the year, whatever day it is today."""
    return room_of(record, books, date.max)


def room_json(record: YearEnd, rows: Sequence[RoomRow]) -> dict[str, object]:
    """Return the limits of a record as the books know them, under the names of the record."""
    limits = record.as_json()["limits"]
    told = {row.kind: row.told_in(limits[row.kind]) for row in rows if not row.employer}
    of_employers = {
        kind: [
            row.told_in(one)
            for row, one in zip((r for r in rows if r.kind == kind), limits[kind], strict=True)
        ]
        for kind in ("401a30", "415c")
    }
    return {**limits, **told, **of_employers}


class _Known(NamedTuple):
    """What the rows of an account show of a year."""

    first: date | None  # row of all years
    until: date | None
    starts: date | None  # the books have money of it from this day of the year on
    paid: date | None  # the last contribution
    holds: bool


class _Used(NamedTuple):
    """What counts to a limit as worked out from the rows there are (cents)."""

    limit: Money | None
    catch_up: Money | None
    used: Money
    room: Money | None
    excess: Money | None
    lacks: str = "age"
    note: str = ""

    def with_at_least(self, beyond: Money) -> _Used:
        """Return what was used with what papers show beyond it; an excess may be paid back."""
        room = None if self.room is None else (self.room - beyond).floor_zero()
        return self._replace(used=self.used + beyond, room=room)


class _Room:
    """Sets the figures of a record beside what its books cover of the year."""

    def __init__(self, record: YearEnd, books: Books, day: date) -> None:
        self._record, self._books, self._day = record, books, day
        self._accounts = list(record.accounts.values())
        self._papers = Papers(record, books)
        self._first = date(record.tax_year, 1, 1)
        self._held = {p.account for p in record.pools if p.closing_value}
        self._events: dict[str, list[Event]] = {account.id: [] for account in self._accounts}
        for event in (entry.event for entry in books.entries):
            for name in event.accounts & self._events.keys():
                self._events[name].append(event)

    def rows(self) -> Iterator[RoomRow]:
        """Go through the limits, each with what is not known of it."""
        limits, plans = self._record.limits, [a for a in self._accounts if a.kind.is_plan]
        deferring = [a for a in self._accounts if a.kind in _DEFERRING]
        person = self._row(
            "402g", "Elective deferrals, 402(g)", _deferred(limits.deferrals), deferring
        )
        yield person
        for one in limits.employer_deferrals:
            left = min(one.room, limits.deferrals.room or ZERO)
            used = _Used(one.limit, None, one.used, left, one.excess)
            name = f"  into {one.employer}, no catch-up, 401(a)(30)"
            mine = self._of_employer(one.employer)
            yield _at_most(self._row("401a30", name, used, mine, one.employer), person)
        for row in limits.additions:
            mine = self._of_employer(row.employer)
            used = _Used(row.limit, None, row.used, row.after_tax_room, row.excess)
            name = f"Annual additions, {row.employer}, 415(c)"
            yield self._row("415c", name, used, mine, row.employer)
        if (ira := limits.ira) is not None:
            mine = [a for a in self._accounts if not (a.kind.is_plan or a.kind.is_inherited)]
            used = _Used(ira.limit, None, ira.used, ira.room, ira.excess)
            own = [a for a in mine if not a.kind.is_employer_ira]
            both = self._row("ira", _IRAS, used, own)
            yield both
            if (roth := limits.roth_ira) is not None:
                note = "" if roth.limit is not None else self._income_not_recorded()
                used = _Used(roth.limit, None, roth.used, roth.room, roth.excess, "income", note)
                name = "  of it Roth, by income, 408A(c)(3)"
                yield _at_most(self._row("roth_ira", name, used, own), both)
        if (deferred := limits.deferrals_457b) is not None:
            mine = [a for a in plans if a.kind is AccountKind.B457]
            yield self._row("457b", "457(b) plans", _deferred(deferred), mine)

    def _of_employer(self, employer: str) -> list[Account]:
        plans = [a for a in self._accounts if a.kind in _PLANS]
        return [a for a in plans if a.employer_name == employer]

    def _income_not_recorded(self) -> str:
        return (
            "what may go to Roth IRAs depends on filing status and modified AGI (IRC 408A(c)(3)), "
            f"not both recorded: basis record return --taxpayer {self._record.taxpayer.id} --year "
            f"{self._first.year} --filing-status … --magi …"
        )

    def _row(
        self, kind: str, name: str, used: _Used, accounts: list[Account], employer: str = ""
    ) -> RoomRow:
        died = self._record.died
        if died and died.year < self._first.year:
            accounts = []  # nothing is missing: nobody can have put anything in
        known = {a.id: self._known(a) for a in accounts}
        # a plan that was emptied before the year takes nothing; an empty IRA may be used again
        ended = {a.id for a in accounts if a.kind.is_plan and self._has_ended(known[a.id])}
        asked = {name: one for name, one in known.items() if name not in ended}
        lacking = {name: list(self._missing(name, one)) for name, one in asked.items()}
        for one in accounts if kind in {"ira", "roth_ira"} else ():
            if self._papers.tells_all(one):
                lacking[one.id] = []
        missing = [words for of_one in lacking.values() for words in of_one]
        if not asked and not died:
            why = f"holds money since before {self._first.year}" if accounts else "is in the books"
            of = _IRAS if kind == "roth_ira" else name
            missing.append(f"{of}: no account that counts {why}: what went in is not known")
        if employer and any(one.until for one in asked.values()):
            missing += self._left(employer, asked)
        shown = self._shown(kind, accounts, {n for n in lacking if not lacking[n]}, employer)
        if shown.words:
            used, missing = used.with_at_least(shown.beyond), [*missing, *shown.words]
        days = [one.until for one in asked.values()]
        gone = bool(employer) and not any(one.holds for one in asked.values())
        told = not missing or bool(used.used)
        room = used.room if told and not (missing and gone) else None
        return RoomRow(
            kind=kind,
            name=name,
            limit=used.limit,
            catch_up=used.catch_up,
            used=used.used if told else None,
            # money that left with its owner leaves no room that anybody could use
            room=ZERO if died else room,
            # rows that are missing may make an excess, and never less of one
            excess=used.excess if told and (used.excess or not missing) else None,
            known_until=min((d for d in days if d), default=None) if all(days) else None,
            missing=tuple(missing),
            employer=employer,
            cite=_CITES[kind],
            lacks=used.lacks if used.room is None else "",
            note=f"died on {died}: nothing more can be put in" if died else used.note,
        )

    def _shown(self, kind: str, accounts: list[Account], covered: set[str], employer: str) -> Shown:
        """Return what printed forms show of a limit's money, of accounts not covered by rows."""
        if kind == "ira":
            return self._papers.contributed(accounts, covered)
        if kind == "roth_ira":
            return self._papers.contributed((a for a in accounts if a.kind.is_roth_ira), covered)
        if kind == "457b":
            return self._papers.deferred({AccountKind.B457}, covered)
        shown = self._papers.deferred(_PLANS if employer else _DEFERRING, covered, employer)
        if kind != "415c":
            return shown
        # catch-up is no addition, and how much of it there was is not on the form
        catch_up = self._record.limits.deferrals.catch_up
        beyond = ZERO if catch_up is None else (shown.beyond - catch_up).floor_zero()
        return Shown(beyond, shown.words if beyond else ())

    def _known(self, account: Account) -> _Known:
        """Return what the rows of an account show; what is stated for a day shows only that day."""
        events, last = self._events[account.id], self._day
        moved = [e for e in events if not e.kind.spec.is_stated]
        files: dict[str, list[date]] = {}
        for event in moved:
            files.setdefault(event.where.rpartition(":")[0], []).append(event.day)
        until = [
            # a file with later rows shows the rest of the year too
            min(max(days), last)
            for days in files.values()
            if max(days) >= self._first and min(days) <= last
        ]
        paid = [e.day for e in moved if e.kind is EventKind.CONTRIBUTION]
        return _Known(
            first=min((e.day for e in events), default=None),
            until=max(until, default=None),
            starts=self._starts(events),
            paid=max((d for d in paid if self._first <= d <= last), default=None),
            holds=account.id in self._held,
        )

    def _starts(self, events: list[Event]) -> date | None:
        """Return the day of the year on which the books start with an account, None before it.

        Nothing is missing where it is stated to have held nothing, or the first row is of January.
        """
        first = min(events, key=lambda e: e.day, default=None)
        if first is None or (first.kind.spec.is_stated and not first.value):
            return None
        held = first.kind is EventKind.OPENING
        early = self._first if held else self._first + _MONTH
        return first.day if early < first.day <= self._day else None

    def _has_ended(self, known: _Known) -> bool:
        before = known.first is not None and known.first < self._first
        return before and known.until is None and not known.holds

    def _missing(self, name: str, known: _Known) -> Iterator[str]:
        """Say which days of the year the rows of an account do not show."""
        year = self._first.year
        if known.until is None:
            told = self._told_by_form(name)
            yield f"{name}: the books have no row of {year}: what went in is not known{told}"
            return
        if known.starts is not None:
            yield (
                f"{name}: the books start on {known.starts}: what went in before is not known; if "
                f"it held nothing then, say so: basis add balance --account {name} --date "
                f"{known.starts - timedelta(days=1)} --value 0"
            )
        if self._day - known.until > _MONTH:
            told = f"the last row is of {known.until}: what went in after it is not known"
            yield f"{name}: {told}{self._told_by_form(name)}"

    def _told_by_form(self, name: str) -> str:
        """Say which form tells all that went into an IRA, once its year is over."""
        kind, year = self._record.accounts[name].kind, self._first.year
        if kind.is_plan or self._day < date(year, 12, 31):
            return ""
        return (
            f"; its Form 5498 tells: basis record 5498 --taxpayer {self._record.taxpayer.id} "
            f"--year {year} --payer {name} --box {contribution_box(kind)}=AMOUNT"
        )

    def _left(self, employer: str, known: Mapping[str, _Known]) -> Iterator[str]:
        """Say of an employer whose plans take nothing any more that its room may be gone."""
        last = max((one.paid for one in known.values() if one.paid), default=None)
        if last is not None and self._day - last <= _MONTH:
            return
        since = f"after {last}" if last else f"in {self._first.year}"
        if not any(one.holds for one in known.values()):
            since += ", and the plan holds nothing"
        yield (
            f"{employer}: no contribution {since}: who no longer works there has no pay that could "
            "go in, and no room (IRC 415(c)(3))"
        )


def _at_most(row: RoomRow, whole: RoomRow) -> RoomRow:
    """Return a limit within another, whose room it cannot go beyond."""
    if row.room is None or whole.room is None:
        return row
    return replace(row, room=min(row.room, whole.room))


def _deferred(row: DeferralLimit) -> _Used:
    # both kinds of catch-up stand above the limit
    catch_up = None if row.catch_up is None else row.catch_up + row.service_catch_up
    return _Used(row.limit, catch_up, row.used, row.room, row.excess)
