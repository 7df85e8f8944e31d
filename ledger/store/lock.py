"""The lock on closed years: a fact that would change one is refused until the year is reopened."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from ledger.chart import spouses
from ledger.errors import LedgerError, LedgerErrors
from ledger.events import Event
from ledger.movements import all_back, is_back
from ledger.store.queries import accounts, facts, in_force, locked_years, taxpayers
from ledger.text import safe

_SHOWN = 5  # places named in one refusal


@dataclass(frozen=True)
class Touched:
    """A fact on its way into the ledger: whose years it changes, from which year on."""

    taxpayer: str
    year: int
    what: str  # the fact in words, with its place


def refuse_closed(connection: sqlite3.Connection, touched: Iterable[Touched]) -> None:
    """Raise LedgerErrors (``year_closed``) where a fact would change a closed year.

    What happened in a year goes on into later ones, so the first year on or after it that was
    ever closed decides: while that one is closed the fact is refused, once it is reopened the
    changes of it and of later years are shown as amended.
    """
    ever = locked_years(connection)
    if not ever:
        return
    hit: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for one in touched:
        later = [year for who, year in ever if who == one.taxpayer and year >= one.year]
        if later and ever[one.taxpayer, min(later)]:
            hit[one.taxpayer, min(later)].append(one.what)
    if hit:
        raise LedgerErrors([_closed(who, year, places) for (who, year), places in hit.items()])


def _closed(taxpayer: str, year: int, places: list[str]) -> LedgerError:
    named = list(dict.fromkeys(safe(place) for place in places))
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    return LedgerError(
        where=f"{safe(taxpayer)} {year}",
        code="year_closed",
        problem=f"the year is closed as filed, and this would change it: "
        f"{', '.join(named[:_SHOWN])}{more}",
        remedy=f"basis reopen {year} --taxpayer {safe(taxpayer)} --why …; then every line that "
        "changes is shown as filed and now",
    )


def by_events(connection: sqlite3.Connection, events: Iterable[Event]) -> Iterator[Touched]:
    """Go through the years that events change: by their days and by the years they are for."""
    listed = list(events)
    owners = {account.id: account.owner for account in accounts(connection).values()}
    # events of one import may name each other before any of them is stored
    earlier = {(owners.get(e.account), e.name): e.day.year for e in listed}
    back = _years_back(connection, listed)
    for event in listed:
        years = {event.day.year, event.tax_year, *back.get(event.seq or event, ())}
        if event.of:
            owner = owners.get(event.account)
            mine = [name for name, whose in owners.items() if whose == owner]
            of_year = earlier.get((owner, event.of)) or _year_of(connection, event.of, mine)
            years.add(of_year or event.day.year)
        named = {event.account, event.to, *(part.to for part in event.parts)}
        for owner in sorted({owners[name] for name in named if name in owners}):
            what = f"{event.kind.words} of {event.day} ({event.where})"
            yield Touched(owner, min(years), what)


def _years_back(
    connection: sqlite3.Connection, events: Sequence[Event]
) -> Mapping[int | Event, set[int]]:
    """Return the years for which what payrolls took back counted and will count, or may.

    That of what is stored stands at its number.
    """
    years: defaultdict[int | Event, set[int]] = defaultdict(set)
    if not any(map(is_back, events)):
        return years
    mine, chart = {event.seq for event in events}, accounts(connection)
    stored = [fact.event for fact in facts(connection)]
    for listed in (stored, [*(one for one in stored if one.seq not in mine), *events]):
        for one in all_back(sorted(listed, key=attrgetter("place")), chart):
            years[one.event.seq or one.event].update(one.years)
    return years


def _year_of(connection: sqlite3.Connection, name: str, mine: Sequence[str]) -> int | None:
    """Return the first year of a stored event of one's own accounts by its id or its place."""
    sql = (
        "SELECT id, day, where_text, json_extract(fields, '$.id') FROM entry"
        " WHERE account IN (SELECT value FROM json_each(?)) ORDER BY day"
    )
    force = in_force(connection)
    for entry, day, where, named in connection.execute(sql, (json.dumps(mine),)).fetchall():
        if name in {where, named, force.now_at.get(where)} and entry in force.effect:
            return date.fromisoformat(day).year
    return None


def by_entries(connection: sqlite3.Connection, ids: Iterable[int]) -> Iterator[Touched]:
    """Go through the years that the reversal of stored entries changes."""
    sql = "SELECT where_text, fields, id FROM entry WHERE id = ?"
    rows = (connection.execute(sql, (entry_id,)).fetchone() for entry_id in ids)
    events = (Event.from_fields(json.loads(said), where=where, seq=n) for where, said, n in rows)
    yield from by_events(connection, events)


def by_return(
    connection: sqlite3.Connection, taxpayer: str, year: int, what: str
) -> Iterator[Touched]:
    """Go through the years that a fact of a return changes: the spouse's return reads it too."""
    married = spouses(taxpayers(connection)).items()
    couples = (couple for couple in married if taxpayer in couple)
    for who in dict.fromkeys((taxpayer, *(who for couple in couples for who in couple))):
        yield Touched(who, year, what)


def whole_life(taxpayer: str, what: str) -> Touched:
    """Return what changes every year of a person: a birth date, the terms of an account."""
    return Touched(taxpayer, date.min.year, what)


def changes(old: Mapping[str, object], new: Mapping[str, object], *, but: AbstractSet[str]) -> bool:
    """Tell whether particulars differ that a figure may depend on."""
    return any(old[name] != new[name] for name in new if name not in but)
