"""Prices: what a fund of a plan was worth on a day, by all rows of that day, whatever their order.

A row tells a price twice at most: printed, and as its amount divided by its units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ledger.events import EventKind, fund_key
from ledger.journal import JournalEntry
from ledger.money import Evidence, Money, round_half_up

NOTHING = Decimal(0)
HALF_A_CENT = Decimal("0.5")
_HALF_OF_LAST_PLACE = Decimal(5)
# Units are printed with two decimals or more, and where fewer stand in a row zeros were left out;
# a fund of which no row ever shows two is printed rounded to what its rows do show.
_ROUNDED_AT_MOST, _TRIMMED = -2, -3
_CENTS = 100  # of a dollar

Key = tuple[str, str]  # plan, key of fund


@dataclass(frozen=True, slots=True)
class Price:
    """What units of a fund cost on a day: cents, and the units that they bought or paid for.

    ``off`` is by how many cents one unit may be worth more or less, for figures are rounded.
    """

    cents: Decimal
    units: Decimal
    off: Decimal
    where: Evidence
    is_printed: bool = False

    def of(self, units: Decimal) -> Money:
        """Return what other units were worth, half up to the cent."""
        return Money(round_half_up(units * self.cents / self.units), self.where)

    def is_worth_a_cent(self, units: Decimal) -> bool:
        """Tell whether other units, of either sign, come to a cent."""
        return abs(units) * self.cents >= self.units

    def doubt(self, units: Decimal) -> Decimal:
        """Return by how many cents the worth of other units may be off, for rows are rounded."""
        return abs(units) * self.off


class Trade(NamedTuple):
    """Units of a fund of a plan that a row bought or sold, and what they cost; both positive."""

    day: date
    where: str
    money: Money
    units: Decimal
    fund: str  # as the row writes it
    printed: Decimal | None  # the price that the row prints, in dollars
    pays_basis: bool  # whether a share of basis left the plan with it

    def price(self, slack: Decimal) -> Price:
        """Return amount divided by units, where the units are right to ``slack``.

        >>> row = Trade(date(2025, 1, 2), "a:2", Money(3), Decimal("0.001"), "", None, False)
        >>> row.price(Decimal("0.0005")).doubt(Decimal(20)).quantize(Decimal(1))
        Decimal('40000')
        """
        cents = Decimal(self.money.cents)
        off = (HALF_A_CENT + cents * slack / self.units) / self.units
        return Price(cents, self.units, off, self.money.evidence)

    @property
    def told(self) -> str:
        """The price that it tells, in dollars to four places, as words of a message."""
        price = f"{self.money.cents / self.units / _CENTS:.4f}"
        return f"{price}, printed {self.printed:f}" if self.printed is not None else price

    def fits(self, price: Decimal, slack: Decimal, place: Decimal = NOTHING) -> bool:
        """Tell whether a price of a unit in cents, right to ``place``, explains its amount."""
        off = abs(self.units * price - self.money.cents)
        return off <= HALF_A_CENT + price * slack + self.units * place

    def agrees(self, other: Trade, slack: Decimal, others: Decimal) -> bool:
        """Tell whether one price explains both rows, as far as their figures are rounded."""
        (low, high), (least, most) = self._span(slack), other._span(others)
        return low <= most and least <= high

    def _span(self, slack: Decimal) -> tuple[Decimal, Decimal]:
        cents = Decimal(self.money.cents)
        low = (cents - HALF_A_CENT) / (self.units + slack)
        few = self.units - slack
        return low, (cents + HALF_A_CENT) / few if few > NOTHING else Decimal("Infinity")


def trades_of(entries: Iterable[JournalEntry]) -> Iterator[tuple[Key, Trade]]:
    """Go through the units of funds, "" where a row names none, and what they cost."""
    for entry in entries:
        event = entry.event
        for posting in entry.postings:
            if not posting.units or not posting.pool.source:
                continue
            money = posting.value or event.amount
            if money and event.kind is not EventKind.OPENING:
                key = posting.pool.account, fund_key(posting.fund)
                cents = Money(abs(money.cents), money.evidence)
                yield (
                    key,
                    Trade(
                        entry.day,
                        entry.where,
                        cents,
                        abs(posting.units),
                        posting.fund,
                        event.price,
                        event.kind.spec.takes_plan_basis,
                    ),
                )


class Disagreement(NamedTuple):
    """Two rows of one day that tell two prices of one fund of a plan."""

    account: str
    one: Trade  # the finest: its price is taken
    other: Trade
    pays_basis: bool  # whether a payment of the day takes a share of basis along


class Prices:
    """The prices of the funds of all plans on all days, chosen from all rows of each day."""

    def __init__(self, entries: Iterable[JournalEntry] = ()) -> None:
        """Take in all rows there are; their order is no matter."""
        self._rows: defaultdict[Key, defaultdict[date, list[Trade]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for key, trade in trades_of(entries):
            self._rows[key][trade.day].append(trade)
        self._by_day: defaultdict[date, list[Key]] = defaultdict(list)
        for key, days in self._rows.items():
            for day, rows in days.items():
                rows.sort(key=_finest_first)
                self._by_day[day].append(key)
        self._places = dict(self._found_places())
        self._whole = {key for key in self._rows if self._is_rounded(key)}
        self._known: dict[date, Mapping[Key, Price]] = {}

    def _found_places(self) -> Iterator[tuple[Key, int]]:
        """Return the place to which units of a fund are printed, where it is no finer than tenths.

        Whole units alone cannot tell whether they are exact: no payroll buys whole units for
        years. A fund at a dollar apiece has as many units as dollars.
        """
        for key, days in self._rows.items():
            rows = [trade for listed in days.values() for trade in listed]
            place = min(0, *(_place(row.units) for row in rows))
            dollars = all(row.units * _CENTS == row.money.cents for row in rows)
            if place > _ROUNDED_AT_MOST and not dollars:
                yield key, place

    def _is_rounded(self, key: Key) -> bool:
        """Tell whether figures with hardly a decimal, among finer ones, are rounded ones.

        They are where a day has a price that they fit only so; else zeros were left out.
        """
        if key in self._places:
            return False
        for rows in self._rows[key].values():
            fine = [row for row in rows if _place(row.units) <= _ROUNDED_AT_MOST]
            few = [row for row in rows if _place(row.units) > _ROUNDED_AT_MOST]
            for row, other in ((row, other) for row in few for other in fine[:1]):
                slack = _half(_place(other.units))
                if not row.agrees(other, _half(_TRIMMED), slack):
                    return row.agrees(other, _half(_place(row.units)), slack)
        return False

    def slack(self, account: str, fund: str, units: Decimal) -> Decimal:
        """Return by how much a printed figure of units may be off: half of its last place."""
        printed = _place(units)
        if printed <= _ROUNDED_AT_MOST:
            return _half(printed)
        if (account, fund) in self._whole:
            return _half(printed)
        return _half(self._places.get((account, fund), _TRIMMED))

    def are_rounded(self, account: str, funds: Iterable[str]) -> bool:
        """Tell whether units of one of these funds of a plan are printed with hardly a decimal."""
        return any((account, fund) in self._places for fund in funds)

    def on(self, day: date) -> Mapping[Key, Price]:
        """Return the price of each fund of each plan on a day, by plan and key."""
        found = self._known.get(day)
        if found is None:
            keys = (key for key in self._by_day.get(day, ()) if key[1])
            found = {key: self._chosen(key, self._rows[key][day]) for key in keys}
            self._known[day] = found
        return found

    def _chosen(self, key: Key, rows: Sequence[Trade]) -> Price:
        """Return a printed price that explains all rows of a day, else that of the finest row."""
        row = self._finest(key, rows)
        best = row.price(self.slack(*key, row.units))
        for text in _printed(rows):
            cents = text * _CENTS
            if all(row.fits(cents, self.slack(*key, row.units)) for row in rows):
                row = next(row for row in rows if row.printed == text)
                off = min(best.off, _half(_place(text)) * _CENTS)
                return Price(cents, Decimal(1), off, row.money.evidence, is_printed=True)
        return best

    def _finest(self, key: Key, rows: Sequence[Trade]) -> Trade:
        """Return the row whose amount by units is least rounded: mostly that of the most units."""
        if len(rows) == 1:  # as on most days: nothing to weigh
            return rows[0]
        return min(rows, key=lambda row: row.price(self.slack(*key, row.units)).off)

    def disagreements(self) -> Iterator[Disagreement]:
        """Go through the days on which rows tell two prices of a fund, beyond what is rounded."""
        for key, days in sorted(self._rows.items()):
            for _, rows in sorted(days.items()) if key[1] else ():
                one = self._finest(key, rows)
                other = self._other(key, one, rows)
                if other is not None:
                    pays = any(row.pays_basis for row in rows)
                    yield Disagreement(key[0], one, other, pays)

    def _other(self, key: Key, one: Trade, rows: Sequence[Trade]) -> Trade | None:
        """Return a row that no price explains together with the finest one, or with its own."""
        slack = self.slack(*key, one.units)
        for row in rows:
            own = self.slack(*key, row.units)
            if not row.agrees(one, own, slack):
                return row
            if row.printed is not None:
                place = _half(_place(row.printed)) * _CENTS
                if not row.fits(row.printed * _CENTS, own, place):
                    return row
        return None


def _finest_first(row: Trade) -> tuple[Decimal, int, str]:
    return -row.units, -row.money.cents, row.where


def _printed(rows: Sequence[Trade]) -> list[Decimal]:
    """Return the prices that rows print, those with the most decimals first."""
    found = {row.printed for row in rows if row.printed is not None}
    return sorted(found, key=lambda price: (_place(price), price))


def _half(place: int) -> Decimal:
    return _HALF_OF_LAST_PLACE.scaleb(place - 1)


def _place(units: Decimal) -> int:
    return int(units.as_tuple().exponent)
