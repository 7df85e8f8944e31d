"""Amounts that another format has brought: which rows they tell, in total or one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from ledger.chart import Source
from ledger.events import WHOLE, Event, EventKind, Way, fund_key
from ledger.statement_import.deduplicate.compared_as import row_as, signed_cents
from ledger.statement_import.draft import NEAR, Row, grouped

# what decides tax beside the amount, the source and the year, and may be in one file alone
_STATED = ("withheld", "state_withheld", "exception", "disaster")


class Key(NamedTuple):
    """What rows and events are compared by: their day, and what they are compared as."""

    day: date
    kind: EventKind


class Told(NamedTuple):
    """One amount that another format has brought, with the sign of its rows."""

    cents: int
    source: Source | None
    fund: str = ""  # its key, where it is told
    units: Decimal | None = None  # without sign
    year: int | None = None  # the tax year it counts for, where that is said
    event: Event | None = None  # where the ledger has it
    row: Row | None = None  # of this import, where it has not
    other_legs: tuple[Row, ...] = ()  # of a conversion, those that the row is not


ByKey = dict[Key, list[Told]]


def legs_of(key: Key, rows: list[Row]) -> list[Row]:
    """Return the rows that count: of a conversion the incoming legs where there are any."""
    if key.kind is not EventKind.IN_PLAN_CONVERSION:
        return rows
    return [row for row in rows if row.amount.cents > 0] or rows


def of_rows(key: Key, rows: list[Row]) -> list[Told]:
    """Return what rows of a day and kind tell."""
    legs = legs_of(key, rows)
    rest = [row for row in rows if row not in legs]
    told = []
    for row in legs:
        like = [one for one in rest if _cents(one) == _cents(row)]
        mine = rest if len(legs) == 1 else like[:1]
        rest = [one for one in rest if one not in mine]
        told.append(of_row(row)._replace(other_legs=tuple(mine)))
    if rest and told and 2 * sum(map(_cents, legs)) == sum(map(_cents, rows)):
        told[-1] = told[-1]._replace(other_legs=(*told[-1].other_legs, *rest))
    return told


def of_event(event: Event) -> Told:
    """Return what an event tells."""
    units = None if event.units is None else abs(event.units)
    fund = fund_key(event.fund)
    return Told(signed_cents(event), event.source, fund, units, event.tax_year, event)


def of_row(row: Row) -> Told:
    """Return what a row tells."""
    units = None if row.units is None else abs(row.units)
    fund = fund_key(row.record.investment)
    return Told(row.amount.cents, _source_of(row), fund, units, year_of(row), row=row)


def _source_of(row: Row) -> Source | None:
    """Return the source that compares: one leg of a conversion has that which it went to."""
    return None if row.kind.spec.is_leg and row.kind.spec.way is Way.IN else row.source


def year_of(row: Row) -> int | None:
    """Return the tax year that a row says it counts for; None where the user has to say it."""
    if row.event is not None:
        return row.event.tax_year
    return row.record.tax_year or (None if row.record.question else row.day.year)


def by_day_and_kind(rows: Iterable[Row], *, plan: bool) -> dict[Key, list[Row]]:
    """Return the rows that move money, those of a day and kind together."""
    kinds = ((row, row_as(row, plan=plan)) for row in rows)
    keys = ((row, Key(row.day, kind)) for row, kind in kinds if kind is not None)
    return {key: [row for row, _ in found] for key, found in grouped(keys, itemgetter(1)).items()}


def days_near(key: Key, told: Iterable[Key]) -> list[Key]:
    """Return the days near one that something of the kind is told of, the nearest first."""
    near = [k for k in told if k.kind is key.kind and abs((k.day - key.day).days) <= NEAR]
    return sorted(near, key=lambda k: (abs((k.day - key.day).days), k.day))


def paired(
    groups: dict[Key, list[Row]], told: Mapping[Key, list[Told]]
) -> list[tuple[Row, list[Event]]]:
    """Return rows with the events that tell them and no more: one each, or those of a day."""
    found: list[tuple[Row, list[Event]]] = []
    for key, rows in groups.items():
        near = days_near(key, told)
        legs = legs_of(key, rows)
        left = [one for k in near for one in told[k]]
        pairs = list(_each_with_one(legs, left))
        rest = [row for row in legs if not any(row is one for one, _ in pairs)]
        for k in near if rest else ():  # one file has a day by fund, the other in total
            of_day = [one for one in told[k] if any(one is other for other in left)]
            if sum(map(_cents, rest)) == sum(abs(one.cents) for one in of_day):
                pairs += [(row, of_day) for row in rest]
                break
        by_cents = {abs(row.amount.cents): telling for row, telling in pairs}
        for row in rows:
            telling = by_cents.get(abs(row.amount.cents))
            if telling is not None:
                found.append((row, [one.event for one in telling if one.event is not None]))
    return found


def _each_with_one(rows: Sequence[Row], told: list[Told]) -> Iterator[tuple[Row, list[Told]]]:
    for row in rows:
        fits = (one for one in told if abs(one.cents) == _cents(row) and is_named(row, one))
        one = next(fits, None)
        if one is not None:
            told.remove(one)
            yield row, [one]


def _cents(row: Row) -> int:
    return abs(row.amount.cents)


def matched(key: Key, rows: list[Row], told: list[Told]) -> tuple[list[Row], list[Row], list[Told]]:
    """Return the rows that are told, those that are not, and what is told beyond them."""
    if not told:  # rows that add up to nothing are not what nobody told
        return [], rows, []
    if key.kind is EventKind.IN_PLAN_CONVERSION:
        legs = legs_of(key, rows)
        found, left, spare = _one_by_one(legs, told)
        amounts = [abs(row.amount.cents) for row in found]
        others = [row for row in rows if row not in legs]
        if not left and sum(map(_cents, others)) == sum(amounts):  # cut otherwise on its two sides
            return [*found, *others], [], spare
        for row in others:
            if -row.amount.cents in amounts:
                amounts.remove(-row.amount.cents)
                found.append(row)
            else:
                left.append(row)
        return found, left, spare
    if sum(row.amount.cents for row in rows) == sum(one.cents for one in told):
        return rows, [], []
    return _one_by_one(rows, told)


def whole(key: Key, rows: list[Row], told: list[Told]) -> bool:
    """Tell whether rows are all of what is told, and no more."""
    found, left, spare = matched(key, rows, told)
    return bool(found) and not left and not spare


def is_whole_source(row: Row, told: Told) -> bool:
    """Tell whether a row and what is told may be one conversion, of which one is "all of it"."""
    mine = row.event is not None and row.event.reason == WHOLE
    of_row = told.row.event if told.row is not None else None
    theirs = any(e is not None and e.reason == WHOLE for e in (told.event, of_row))
    return (mine or theirs) and is_named(row, told)


def cuts(rows: Sequence[Row], told: Sequence[Told]) -> Iterator[tuple[list[Row], list[Told]]]:
    """Go through what compares of a day: what each source got, or all where one names none.

    Both legs of a conversion are compared together: they name two sources.
    """
    mine, theirs = {_source_of(row) for row in rows}, {one.source for one in told}
    legs = any(row.kind.spec.is_leg for row in rows)
    for source in sorted(one for one in mine & theirs if one is not None and not legs):
        yield (
            [row for row in rows if row.source is source],
            [one for one in told if one.source is source],
        )
    if mine - {None} == theirs - {None} or not mine - {None} or not theirs - {None}:
        yield list(rows), list(told)


def of_another_year(row: Row, told: Iterable[Told]) -> Told | None:
    """Return what tells a row for another tax year, where nothing tells it for the row's own."""
    year, like = year_of(row), [one for one in told if abs(one.cents) == _cents(row)]
    if year is None or not like or any(one.year in {None, year} for one in like):
        return None
    return like[0]


def states_more(row: Row, told: Iterable[Told]) -> str:
    """Return what a typed row states that nothing which tells it does, in words, "" for nothing."""
    if row.event is None:
        return ""
    others = [e for one in told for e in (one.event, one.row.event if one.row else None) if e]
    mine = {name: getattr(row.event, name) for name in _STATED}
    new = {n: v for n, v in mine.items() if v and all(getattr(e, n) != v for e in others)}
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in new.items())


def _one_by_one(rows: list[Row], told: list[Told]) -> tuple[list[Row], list[Row], list[Told]]:
    """Return rows that are told, those that are not, and what is left: in total or one by one."""
    if abs(sum(row.amount.cents for row in rows)) == abs(sum(one.cents for one in told)):
        return list(rows), [], []
    return each_told(rows, told)


def each_told(rows: list[Row], told: list[Told]) -> tuple[list[Row], list[Row], list[Told]]:
    """Return the rows that are told one by one, those that are not, and what is left."""
    spare, found, left = list(told), [], []
    for row in rows:
        fits = [one for one in spare if abs(one.cents) == abs(row.amount.cents)]
        named = [one for one in fits if is_named(row, one)]
        if named:
            spare.remove(named[0])
            found.append(row)
        else:
            left.append(row)
    return found, left, spare


def is_named(row: Row, told: Told) -> bool:
    """Tell whether both are of one source, as far as they name it."""
    source = _source_of(row)
    return source is None or told.source in {None, source}
