"""One event as it is recorded, and its fields to JSON-ready values and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from sys import intern
from typing import Any

from ledger.chart import Source
from ledger.errors import LedgerError
from ledger.events.fields import MONEY_FIELDS
from ledger.events.kinds import EventKind, Sources
from ledger.money import ZERO, Money


@dataclass(frozen=True)
class Part:
    """One disbursement of a distribution: where to, how much, and the participant's election."""

    to: str  # account id or "cash"
    amount: Money
    pretax: Money | None = None  # elected pretax dollars of this part (Notice 2014-54)


CASH = "cash"  # receiver: paid out to the owner
IN_TRANSIT = "in_transit"  # receiver or origin: not known yet, the other side's statement tells
ARRIVED = "arrived"  # reason of an exchange that tells the units of money another side brought
WENT_BACK = "went back"  # the same of units of a contribution that a payroll took back
BY_VALUE = "by value"  # reason of gains, fees, loans and exchanges that all sources of a plan share
UNSAID = "value unsaid"  # reason of what left a source by a row that tells no units
BOOKED = "value as booked"  # a file's word that it was worth what the books had there
ROUNDED = "rounding"  # reason of cents by which two printed legs of one movement differ
CONVERTED = "conversion"  # reason of money that came in: its row says that it was converted
WHOLE = "whole source"  # reason of a conversion of all that its source holds, its amount unsaid
ELSEWHERE = "outside"  # origin: an account that is not kept in this ledger


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, as the scenario contract writes it.

    Amounts are Money (cents). ``sources`` is empty when the plan was not told which source;
    ``value`` of money that leaves is what its source (or IRA) was worth just before. ``units``
    are the row's own, signed as its effect on the source (negative: they left), ``fund`` what they
    are units of, ``price`` what the row prints of one in dollars. ``origin`` is the account that
    money which came in was sent from, ``ELSEWHERE`` when none of this ledger sent it,
    ``IN_TRANSIT`` where a statement does not tell. Without one it is what its kind says: from
    elsewhere, unless an account shows that it left there. Events of one account, day, kind and
    ``id`` are the legs of one movement. ``seq`` keeps the order of rows
    within a day.
    """

    where: str
    day: date
    account: str
    kind: EventKind
    amount: Money | None = None
    sources: tuple[Source, ...] = ()
    id: str = ""
    memo: str = ""
    to: str = ""
    of: str = ""
    year: int | None = None  # tax year a contribution is made for
    value: Money | None = None
    earnings: Money | None = None
    basis: Money | None = None
    pre_1987: Money | None = None
    pretax: Money | None = None  # elected pretax dollars of a 60-day rollover (Notice 2014-54)
    months: int | None = None  # months that one pension payment is for
    parts: tuple[Part, ...] = ()
    withheld: Money | None = None  # federal income tax, part of the gross amount
    state_withheld: Money | None = None  # state income tax, part of the gross amount too
    exception: str = ""  # Form 5329 exception code
    reason: str = ""
    disaster: str = ""  # name of the qualified disaster a distribution is for
    postponed: str = ""  # why a contribution could still be made after the due date
    catch_up: bool = False
    fund: str = ""
    units: Decimal | None = None
    price: Decimal | None = None
    origin: str = ""
    seq: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether it says no more than a usual row: one amount, at most one source, its units."""
        return _rare_fields(self) == _NOTHING_RARE and len(self.sources) <= 1

    @property
    def is_silent(self) -> bool:
        """Whether it says nothing of what its source was worth: no units, value or reason."""
        return self.units is None and self.value is None and not self.reason

    @property
    def is_shared(self) -> bool:
        """Whether all sources of its plan share it by their value, so that it names none."""
        of_all = self.kind.spec.sources is Sources.ONE_OR_ALL
        return of_all and self.reason == BY_VALUE and not self.sources

    def of_account(self, account: str) -> Event:
        """Return the same event in another account."""
        if not self.is_plain:
            return replace(self, account=account)
        return Event(
            self.where,
            self.day,
            account,
            self.kind,
            self.amount,
            self.sources,
            memo=self.memo,
            fund=self.fund,
            units=self.units,
            price=self.price,
            seq=self.seq,
        )

    @property
    def accounts(self) -> set[str]:
        """The ids of the accounts that it moves money in."""
        if not self.to and not self.parts:
            return {self.account}
        named = {self.account, self.to, *(part.to for part in self.parts)}
        return named - {"", CASH, IN_TRANSIT}

    @property
    def source(self) -> Source | None:
        """The single source, or None when there is none or there are several."""
        return self.sources[0] if len(self.sources) == 1 else None

    @property
    def tax_withheld(self) -> Money:
        """All tax that was withheld from it, federal and state."""
        if self.withheld is None and self.state_withheld is None:
            return ZERO
        return (self.withheld or ZERO) + (self.state_withheld or ZERO)

    @property
    def place(self) -> tuple[date, str, str, int]:
        """Where it stands among others: facts alone, not when it was brought in."""
        file, _, line = self.where.rpartition(":")
        return self.day, self.account, file, int(line) if line.isdecimal() else 0

    @property
    def name(self) -> str:
        """What the record calls the event: its id, or else its place."""
        return self.id or self.where

    @property
    def tax_year(self) -> int:
        """The tax year the event counts for: its stated year, or else the date's."""
        return self.year if self.year is not None else self.day.year

    def money(self, name: str) -> Money:
        """Return a money field that this kind must have; raise LedgerError when it is absent."""
        found = getattr(self, name)
        if not isinstance(found, Money):
            raise LedgerError(
                where=self.where,
                code="missing_field",
                problem=f"{self.kind.with_article} needs '{name}'",
                remedy=f"add '{name}' in dollars",
            )
        return found

    def as_fields(self) -> dict[str, Any]:
        """Return the fields that are set, as JSON-ready values keyed as in a scenario file."""
        out: dict[str, Any] = {"date": self.day.isoformat(), "account": self.account}
        out["kind"] = self.kind.value
        if self.sources:
            names = [s.value for s in self.sources]
            out["source"] = names[0] if len(names) == 1 else names
        for name in _PLAIN_FIELDS:
            found = getattr(self, name)
            if found is None or found is False or found == "":
                continue
            out[name] = found.plain if isinstance(found, Money) else found
        if self.units is not None:
            out["units"] = plain_units(self.units)
        if self.price is not None:
            out["price"] = plain_units(self.price)
        if self.parts:
            out["parts"] = [_part_fields(part) for part in self.parts]
        return out

    @classmethod
    def from_fields(cls, stored: Mapping[str, Any], *, where: str, seq: int = 0) -> Event:
        """Rebuild an event from ``as_fields``; money carries ``where`` as evidence."""
        if stored.keys() <= _FEW:  # nearly every event: the same in fewer steps
            amount, source = stored.get("amount"), stored.get("source", ())
            units, price = stored.get("units"), stored.get("price")
            return cls(
                where,
                _day(stored["date"]),
                intern(stored["account"]),
                _kind(stored["kind"]),
                None if amount is None else Money.parse(amount, evidence=where),
                _sources((source,) if isinstance(source, str) else tuple(source)),
                memo=stored.get("memo", ""),
                fund=intern(stored.get("fund", "")),
                units=None if units is None else Decimal(units),
                price=None if price is None else Decimal(price),
                seq=seq,
            )
        values = {k: v for k, v in stored.items() if k not in {"date", "source", "parts", "kind"}}
        for name in sorted(MONEY_FIELDS & values.keys()):
            values[name] = Money.parse(values[name], evidence=where)
        for name in sorted(_NUMBERS & values.keys()):
            values[name] = Decimal(values[name])
        source = stored.get("source", ())
        names = (source,) if isinstance(source, str) else tuple(source)
        parts = tuple(
            Part(
                to=part["to"],
                amount=Money.parse(part["amount"], evidence=where),
                pretax=Money.parse(part["pretax"], evidence=where) if "pretax" in part else None,
            )
            for part in stored.get("parts", ())
        )
        return cls(
            where=where,
            day=date.fromisoformat(stored["date"]),
            kind=EventKind(stored["kind"]),
            sources=tuple(Source(name) for name in names),
            parts=parts,
            seq=seq,
            **values,
        )


_UNITS = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,20})?")


def units_of(text: str) -> Decimal | None:
    """Return a number of units, None where the text is none or beyond all measure.

    >>> units_of("-1,000.250"), units_of("1e9")
    (Decimal('-1000.250'), None)
    """
    plain = text.replace(",", "")
    return Decimal(plain) if _UNITS.fullmatch(plain) else None


def plain_units(units: Decimal) -> str:
    """Return units as text without an exponent.

    >>> plain_units(Decimal("1E+2")), plain_units(Decimal("-0.500"))
    ('100', '-0.500')
    """
    return f"{units:f}"


_TICKER = re.compile(r"\s*\([A-Z]{3,5}\)$")


@lru_cache(maxsize=1024)
def fund_key(name: str) -> str:
    """Return what a fund is known by: files write its name in other cases and with other spaces.

    >>> fund_key("500 Index"), fund_key("  500  INDEX (VFIAX)")
    ('500 index', '500 index')
    """
    return " ".join(_TICKER.sub("", name.strip()).split()).casefold()


_NUMBERS = frozenset({"units", "price"})
_HANDLED = {"where", "day", "account", "kind", "sources", "parts", *_NUMBERS, "seq"}
# worked out once: this runs for every entry of an import
_PLAIN_FIELDS = tuple(item.name for item in fields(Event) if item.name not in _HANDLED)
_FEW = frozenset({"date", "account", "kind", "source", "amount", "memo", "fund", *_NUMBERS})
_USUAL = _HANDLED - {"parts"} | {"amount", "memo", "fund"}
_RARE = tuple(item for item in fields(Event) if item.name not in _USUAL)
_rare_fields = attrgetter(*(item.name for item in _RARE))
_NOTHING_RARE = tuple(item.default for item in _RARE)


# equal days, kinds and sources of many events are one object
_day = lru_cache(maxsize=4096)(date.fromisoformat)
_kind = lru_cache(maxsize=64)(EventKind)


@lru_cache(maxsize=64)
def _sources(names: tuple[str, ...]) -> tuple[Source, ...]:
    return tuple(Source(name) for name in names)


def _part_fields(part: Part) -> dict[str, str]:
    out = {"to": part.to, "amount": part.amount.plain}
    if part.pretax is not None:
        out["pretax"] = part.pretax.plain
    return out
