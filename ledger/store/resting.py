"""Which entries go with rows that were taken back: one rule, in the ledger and in an import."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Generic, TypeVar

_Row = TypeVar("_Row", bound=str | tuple[str, str])


@dataclass(frozen=True)
class Resting(Generic[_Row]):
    """The entries, by their numbers, of each row.

    ``cited`` are made of it. ``alone`` tell it in other words and no more, one of them all of it;
    ``together`` do so several at a time. ``parts`` tell it and other rows of its day in total.
    """

    cited: Mapping[_Row, AbstractSet[int]] = field(default_factory=dict)
    alone: Mapping[_Row, AbstractSet[int]] = field(default_factory=dict)
    together: Mapping[_Row, AbstractSet[int]] = field(default_factory=dict)
    parts: Mapping[_Row, AbstractSet[int]] = field(default_factory=dict)

    def of(self, row: _Row) -> AbstractSet[int]:
        """Return the entries that are made of a row, or tell it alone."""
        return self.cited.get(row, frozenset()) | self.alone.get(row, frozenset())

    def out(
        self, rows: AbstractSet[_Row], *, moved: AbstractSet[_Row], renewed: AbstractSet[_Row]
    ) -> set[int]:
        """Return the entries that count no more once these rows were taken back.

        Of a row that stands on another day (``moved``) the event stays, which other words tell; of
        a total in whose place another stands (``renewed``) nobody knows which part changed. A total
        of several rows is wrong without one of them, and the rest of them are booked by themselves.
        What a row of the same reader tells that was not taken back, as one with other units in the
        place of an equal one, stays.
        """
        found = {entry for row in rows for entry in self.cited.get(row, ())}
        gone = {(_reader(row), e) for row in rows - moved for e in self.alone.get(row, ())}
        if gone:
            still = ((row, told) for row, told in self.alone.items() if row not in rows)
            gone -= {(_reader(row), entry) for row, told in still for entry in told}
        found |= {entry for _, entry in gone}
        rest = rows - moved - renewed
        told = (self.together, self.parts)
        return found | {entry for row in rest for by in told for entry in by.get(row, ())}


def _reader(row: str | tuple[str, str]) -> str:
    mark = row if isinstance(row, str) else row[1]
    return mark.partition(":")[0]
