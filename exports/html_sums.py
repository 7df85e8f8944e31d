"""Amounts of the HTML packet that are no line of a form: each leads to the rows behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from exports.html_places import Places, Seen
from ledger.forms.form import in_order
from ledger.money import Money

_MOST = 60  # places listed for one amount: of more, the register is the better list


class Otherwise(NamedTuple):
    """Where an amount leads that has too many places to list, or none."""

    many: str = ""
    none: str = ""


class SumShown(NamedTuple):
    """The places behind an amount, or behind several of the same places."""

    id: str
    seen: tuple[Seen, ...]


class Sums:
    """Ids for the amounts that have several places; those with the same places share one."""

    def __init__(self, places: Places, booked: Callable[[str], Iterable[str]]) -> None:
        self._places, self._booked = places, booked
        self._ids: dict[frozenset[str], str] = {}

    def behind(self, amount: Money, otherwise: Otherwise) -> str:
        """Return the id of what is behind an amount: a row, several, or the whole register."""
        places = amount.evidence
        if len(places) > _MOST:
            return otherwise.many
        if not places:
            return otherwise.none if amount else ""
        if len(places) > 1:
            return self._ids.setdefault(places, f"e{len(self._ids) + 1}")
        (place,) = places
        return self._places.at(place).to

    def shown(self) -> list[SumShown]:
        """Return the amounts that were asked for, with their places."""
        return [
            SumShown(number, self._places.seen(in_order(places), self._booked))
            for places, number in self._ids.items()
        ]
