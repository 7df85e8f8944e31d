"""Form lines in the HTML packet: each with its formula, the lines it reads, and its places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from exports.form_tables import form_short, formula_words
from exports.html_places import Link, Places, Seen
from exports.redact import Hide
from exports.table import line_amount, show, tell
from ledger.books import Household
from ledger.forms.form import FormLine, LineRef, in_order
from ledger.money import Money
from ledger.views.provenance import Provenance, entry_words, provenance
from ledger.year_end import YearEnd, place_on_return

NOTHING = "Nothing on record counts here."
NO_ROW = "The law fixes this amount, or it is worked out from all rows of the register."


class Entry(NamedTuple):
    """An amount within a formula that was entered: how much, what it is, and where it was read."""

    amount: str
    what: str
    seen: tuple[Seen, ...]


class Read(NamedTuple):
    """A line that another one reads; "" where the paper leaves it blank."""

    link: Link
    label: str
    amount: str


@dataclass(frozen=True)
class LineShown:
    """One form line: its amount, its formula, and where that leads."""

    id: str
    title: str
    label: str
    amount: str
    formula: str
    reads: tuple[Read, ...]
    entered: tuple[Entry, ...]
    seen: tuple[Seen, ...]
    remark: str  # where no row is named
    register: str  # the id of the register, where the remark leads there
    readers: tuple[Link, ...]


class Lines:
    """The lines of some records, each with an id of its own."""

    def __init__(self, people: Sequence[YearEnd], books: Household, hide: Hide) -> None:
        self._people = [(record, provenance(record, books)) for record in people]
        self._hide = hide
        self._ids: dict[FormLine, str] = {}
        taken: set[str] = set()
        for number, record in enumerate(people, start=1):
            for line in _lines(record):
                name = f"p{number}-{_slug(hide(line.form))}-{_slug(line.number)}"
                # without their names the forms of two decedents are called the same
                self._ids[line] = _untaken(name, taken)

    def id_of(self, line: FormLine) -> str:
        """Return the id of a line, "" for one of no form of the records."""
        return self._ids.get(line, "")

    def shown(self, places: Places, registers: Sequence[str]) -> Iterator[LineShown]:
        """Go through the lines in the order of the forms; each person has a register, by its id."""
        for (record, sources), register in zip(self._people, registers, strict=True):
            readers: dict[LineRef, list[FormLine]] = {}
            for line in _lines(record):
                for ref in line.reads:
                    readers.setdefault(ref, []).append(line)
            for line in _lines(record):
                there = readers.get(LineRef(line.form, line.number), ())
                shown = self._line(line, there, sources, places)
                yield replace(shown, register=register) if shown.remark == NO_ROW else shown

    def booked(self, place: str) -> Iterable[str]:
        """Return what was booked at a place, in words."""
        found = (e for _, sources in self._people for e in sources.entries_at(place))
        return dict.fromkeys(self._hide(tell(entry_words(entry))) for entry in found)

    def _line(
        self, line: FormLine, readers: Sequence[FormLine], sources: Provenance, places: Places
    ) -> LineShown:
        reads = tuple(self._read(ref, sources) for ref in line.reads)
        inputs = line.inputs if line.reads else ()
        entered = tuple(
            Entry(
                str(one.value),
                self._hide(tell(one.what)),
                places.seen(in_order(one.value.evidence), self.booked),
            )
            for one in inputs
        )
        seen = () if line.reads else places.seen(line.evidence, self.booked)
        remark = "" if reads or seen else NO_ROW if _counts(line) else NOTHING
        return LineShown(
            id=self._ids[line],
            title=self._name(line),
            label=self._hide(tell(line.label)),
            amount=line_amount(line),
            formula=self._hide(tell(formula_words(line.words))),
            reads=reads,
            entered=entered,
            seen=seen,
            remark=remark,
            register="",
            readers=tuple(Link(self._name(one), self._ids[one]) for one in readers),
        )

    def _read(self, ref: LineRef, sources: Provenance) -> Read:
        line = sources.line(ref)
        if line is None:
            named = self._hide(f"{form_short(ref.form)} line {ref.number}")
            return Read(Link(show(named)), "left blank, counts as zero", "")
        link = Link(self._name(line), self._ids[line])
        return Read(link, self._hide(tell(line.label)), line_amount(line))

    def _name(self, line: FormLine) -> str:
        form, number = place_on_return(line.number)
        named = f"{form} line {number}" if number else f"{form_short(line.form)} line {line.number}"
        return show(self._hide(named))


def _lines(record: YearEnd) -> Iterator[FormLine]:
    for form in record.forms.values():
        yield from form


def _counts(line: FormLine) -> bool:
    return not isinstance(line.value, Money) or bool(line.value)


def _slug(text: str) -> str:
    """Return a text as part of an id.

    >>> _slug("Schedule 2, line 8"), _slug("8606 from Ann Green")
    ('schedule-2-line-8', '8606-from-ann-green')
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _untaken(name: str, taken: set[str]) -> str:
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    taken.add(found)
    return found
