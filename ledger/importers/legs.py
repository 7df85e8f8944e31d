"""Rows that move money between the sources of a plan: conversions told from moves between funds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from ledger.chart import Source, TaxCharacter
from ledger.events import Way
from ledger.importers.base import with_kind
from ledger.importers.vocabulary import EXCHANGE, POSSIBLE_CONVERSION, Meaning
from ledger.money import Money
from ledger.records import Record, RowKind, rows_where

CONVERSION_OUT = Meaning(RowKind.CONVERSION_OUT)
CONVERSION_IN = Meaning(RowKind.CONVERSION_IN)
# legs by which money leaves, and comes: of a conversion, or of what may be one
OUT = rows_where(lambda spec: spec.is_side(Way.OUT, "conversion", "transfer"))
IN = rows_where(lambda spec: spec.is_side(Way.IN, "conversion", "transfer"))
CONVERSIONS = rows_where(lambda spec: spec.side_of == "conversion")
_OPEN = frozenset({"possible_conversion", "source_unknown"})


def leg(meaning: Meaning, amount: Money, source: Source | None) -> Meaning:
    """Read one leg between sources by its own source: after-tax out, in-plan Roth in."""
    if meaning is not POSSIBLE_CONVERSION:
        return meaning
    if amount.cents < 0 and source is Source.AFTER_TAX:
        return CONVERSION_OUT
    if amount.cents > 0 and source is Source.IN_PLAN_ROTH:
        return CONVERSION_IN
    return meaning


def joined(records: Iterable[Record], *, exchanges: bool) -> list[Record]:
    """Read the legs of a day together: into Roth money is a conversion, within a source a move.

    ``exchanges`` says that a product shows moves between funds in the same words; where it does
    not, two legs of one source stay a question (Vanguard tags both legs of a conversion alike),
    but for Roth money, which no conversion leaves.
    """
    listed = _across(list(records))
    days: dict[tuple[str, date], list[int]] = {}
    for place, record in enumerate(listed):
        if record.kind in OUT | IN and (not record.question or record.question in _OPEN):
            days.setdefault((record.account, record.day), []).append(place)
    for places in days.values():
        _join_day(listed, places, exchanges=exchanges)
    return listed


def withdrawn_and_converted(records: Iterable[Record]) -> list[Record]:
    """Read what is withdrawn on the day of a conversion into Roth, and equals it, as converted.

    Some plans tell one conversion in two rows, "In Plan Roth" and "Withdrawal" of the same money
    and units. A row may be told by fund on either side: then all rows of the day make it up.
    """
    listed = list(records)
    days: dict[tuple[str, date], list[int]] = {}
    for place, record in enumerate(listed):
        if record.kind is RowKind.DISTRIBUTION or _comes_to_roth(record):
            days.setdefault((record.account, record.day), []).append(place)
    for places in days.values():
        into = [p for p in places if _comes_to_roth(listed[p])]
        out = [p for p in places if listed[p].kind is RowKind.DISTRIBUTION]
        for place in _making_up(listed, into, out):
            listed[place] = _as(listed[place], RowKind.CONVERSION_OUT)
    return listed


def _comes_to_roth(record: Record) -> bool:
    return record.kind is RowKind.CONVERSION_IN and record.amount.cents > 0


def _making_up(listed: list[Record], into: list[int], out: list[int]) -> list[int]:
    """Return the withdrawals that are the other side of a day's conversions: row by row, or all."""
    left, found = list(into), []
    for place in out:
        twin = next((p for p in left if _opposite(listed[p], listed[place])), None)
        if twin is not None:
            left.remove(twin)
            found.append(place)
    rest = [p for p in out if p not in found]
    whole = sum(listed[p].amount.cents for p in (*left, *rest))
    units = sum(Decimal(listed[p].units or 0) for p in (*left, *rest))
    return found + rest if left and rest and not whole and not units else found


def _opposite(one: Record, other: Record) -> bool:
    """Tell whether two rows move the same money and units, each the other way."""
    units = Decimal(one.units or 0) + Decimal(other.units or 0)
    return one.amount == -other.amount and not units


def _across(listed: list[Record]) -> list[Record]:
    """Open exchanges that take money out of one source and bring it into Roth money.

    A change of funds leaves every source with what it had. Where one source only gives and another
    only gets the same, the word hides a conversion.
    """
    moved: dict[tuple[str, date], dict[str, list[int]]] = {}
    for place, record in enumerate(listed):
        if record.kind is RowKind.EXCHANGE and record.source_text and record.amount:
            of_day = moved.setdefault((record.account, record.day), {})
            of_day.setdefault(record.source_text, []).append(place)
    for sources in moved.values():
        sides = [(_side([listed[p] for p in places]), places) for places in sources.values()]
        into_roth = any(cents > 0 and _is_roth(listed[places[0]]) for cents, places in sides)
        if into_roth and not sum(cents for cents, _ in sides):
            for place in (p for cents, places in sides if cents for p in places):
                listed[place] = _opened(listed[place])
    return listed


def _side(records: list[Record]) -> int:
    """Return the cents a source gave or got, 0 where it did both."""
    cents = [record.amount.cents for record in records]
    return sum(cents) if len({amount > 0 for amount in cents}) == 1 else 0


def _opened(record: Record) -> Record:
    meaning = leg(POSSIBLE_CONVERSION, record.amount, record.source)
    return with_kind(record, meaning.for_amount(record.amount))


def _join_day(listed: list[Record], places: list[int], *, exchanges: bool) -> None:
    for key in dict.fromkeys(_within(listed[place]) for place in places):
        same = [place for place in places if _within(listed[place]) == key]
        cancel = len(same) > 1 and not sum(listed[place].amount.cents for place in same)
        if cancel and (exchanges or _is_roth(listed[same[0]])):
            for place in same:
                listed[place] = with_kind(listed[place], EXCHANGE)
    places = [place for place in places if listed[place].kind is not RowKind.EXCHANGE]
    incoming = [place for place in places if listed[place].kind in IN]
    outs = [place for place in places if listed[place].kind in OUT]
    for out in sorted(outs, key=lambda place: _is_roth(listed[place])):
        found = next((p for p in incoming if listed[p].amount == -listed[out].amount), None)
        if found is None:
            continue
        incoming.remove(found)
        if _taxed_later_or_now(listed[out]) and _is_roth(listed[found]):
            listed[out] = _as(listed[out], RowKind.CONVERSION_OUT)
            listed[found] = _as(listed[found], RowKind.CONVERSION_IN)
        elif _is_roth(listed[out]) and _is_roth(listed[found]):
            listed[out], listed[found] = (with_kind(listed[p], EXCHANGE) for p in (out, found))
    if incoming and not outs:
        for place in incoming:  # from elsewhere perhaps: a plan that changed its recordkeeper
            listed[place] = with_kind(
                listed[place], POSSIBLE_CONVERSION.for_amount(listed[place].amount)
            )


def _within(record: Record) -> str:
    """Return what money moves within when its legs cancel: a source; Roth money stays Roth."""
    return TaxCharacter.ROTH if _is_roth(record) else record.source_text


def _as(record: Record, kind: RowKind) -> Record:
    return replace(record, kind=kind, question="")


def _is_roth(record: Record) -> bool:
    return record.source is not None and record.source.character is TaxCharacter.ROTH


def _taxed_later_or_now(record: Record) -> bool:
    """Tell whether money that becomes Roth was none before."""
    return record.source is not None and not _is_roth(record)
