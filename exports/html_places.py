"""Places (file:line) in the HTML packet: what links to a row, and the rows with their neighbors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cached_property
from typing import Any, NamedTuple

from exports.evidence_numbers import EvidenceNumbers
from exports.redact import Hide
from exports.table import show, tell
from exports.words import TYPED, counted
from ledger.books import EvidenceFile, Household

HAND = "typed by hand"
_FACTS = "hand"
LEFT_OUT = "row left out"
TOLD_AT_MOST = 12  # places of an amount with what was booked there
_NEIGHBORS = 2  # rows shown above and below one that counts
_ROWS = re.compile(r"\d+(?:, \d+)*")
_ROW_OF_FILE = re.compile(r"(.+):(\d+)", re.DOTALL)
_TOLD_ALREADY = {"where", "taxpayer", "year", "form", "number"}  # of a fact, by its place
Words = Callable[[str], Iterable[str]]  # what was booked at a place


class Link(NamedTuple):
    """A text, and the id of what it leads to; "" where it leads nowhere."""

    text: str
    to: str = ""


class Seen(NamedTuple):
    """A place that an amount was read from, and what was booked there."""

    link: Link
    booked: tuple[str, ...]


class RowShown(NamedTuple):
    """A row as it was read, and what was booked from it; a neighbor does not count itself."""

    id: str
    number: str
    text: str
    booked: tuple[str, ...]
    counts: bool
    after_gap: bool


class FileShown(NamedTuple):
    """A file with the rows of it that count, and their neighbors."""

    id: str
    name: str
    about: str
    rows: tuple[RowShown, ...]


class Places:
    """Ids for the places of one household; what is linked to is told by ``files`` afterwards.

    ``owners`` are the taxpayers of the packet: rows of anybody else are no neighbors. ``hide``
    replaces names; without ``verbatim`` no text of a row is told.
    """

    def __init__(
        self, books: Household, owners: frozenset[str], hide: Hide, *, verbatim: bool = True
    ) -> None:
        self._books, self._owners = books, owners
        self._hide, self._verbatim = hide, verbatim
        self._numbers = EvidenceNumbers.of(books)
        self._ids: dict[str, str] = {}
        self._cited: dict[str, set[int]] = {}
        self._facts = {
            fact.where: fact
            for facts in (books.return_facts, books.opening_basis, books.documents)
            for fact in facts
            if not _ROW_OF_FILE.fullmatch(fact.where)
        }
        self._facts_cited: dict[str, str] = {}
        for file in books.files:
            self.file_id(file.name)

    def file_id(self, name: str) -> str:
        """Return the id of a file: they are numbered as read, a story when it is first named."""
        return self._ids.setdefault(name, f"f{len(self._ids) + 1}")

    def shown(self, name: str) -> str:
        """Return what a file is called on paper: its number."""
        return self._numbers.by_name.get(name) or show(self._hide(name))

    def _in_full(self, name: str) -> str:
        number, told = self.shown(name), show(self._hide(name))
        return number if self._is_typed(name) or number == told else f"{number} · {told}"

    def _is_typed(self, name: str) -> bool:
        file = self._books.file_named.get(name)
        return file is not None and file.importer == TYPED

    def at(self, place: str) -> Link:
        """Return the link to a place, which is told from here on."""
        found = _ROW_OF_FILE.fullmatch(place)
        if found is None:
            return self._fact(place)
        name, row = found.groups()
        self._cited.setdefault(name, set()).add(int(row))
        text = self.shown(name) if self._is_typed(name) else f"{self.shown(name)}:{row}"
        return Link(text, f"{self.file_id(name)}-{row}")

    def seen(self, places: Iterable[str], booked: Words) -> tuple[Seen, ...]:
        """Return the places of an amount; of many, what was booked stands with the rows alone."""
        return tuple(
            Seen(self.at(place), tuple(booked(place)) if number < TOLD_AT_MOST else ())
            for number, place in enumerate(places)
        )

    def _fact(self, place: str) -> Link:
        """Return the link to a fact that somebody recorded, such as those of a return."""
        text = show(self._hide(place))
        if place not in self._facts:
            return Link(text)
        number = len(self._facts_cited) + 1
        return Link(text, self._facts_cited.setdefault(place, f"{_FACTS}-{number}"))

    def within(self, text: str) -> Iterator[Link]:
        """Go through a text that names places ("a.csv:3, 4; b.csv:9"), cut into links."""
        for number, part in enumerate(text.split("; ")):
            if number:
                yield Link("; ")
            yield from self._of_one_file(part)

    def _of_one_file(self, part: str) -> Iterator[Link]:
        name, colon, rest = part.rpartition(":")
        rows = _ROWS.match(rest)
        if part in self._named:
            yield self._whole(part, self._named[part])
        elif colon and rows and name in self._named:
            for number, row in enumerate(rows[0].split(", ")):
                to = self.at(f"{self._named[name]}:{row}").to
                if number:
                    yield Link(", ")
                yield Link(row if number else f"{name}:{row}", to)
            yield Link(rest[rows.end() :])
        else:
            yield Link(part)

    def _whole(self, text: str, name: str) -> Link:
        if name in self._facts:
            return self.at(name)
        if self._is_typed(name):
            return self.at(f"{name}:1")
        self._cited.setdefault(name, set())
        return Link(text, self.file_id(name))

    @cached_property
    def _named(self) -> Mapping[str, str]:
        """The files by what they are called on paper; a story when an entry names it."""
        stories = (entry.where.rpartition(":")[0] for entry in self._books.entries)
        names = dict.fromkeys([*self._ids, *filter(None, stories)])
        for name in names:
            self.file_id(name)
        facts = {show(self._hide(place)): place for place in self._facts}
        return facts | {self.shown(name): name for name in names}

    def files(self, booked: Words) -> Iterator[FileShown]:
        """Go through the files with the rows that were linked to."""
        for name, number in self._ids.items():
            if name in self._cited:
                rows = tuple(self._rows(name, self._cited[name], booked))
                yield FileShown(number, self._in_full(name), self._about(name), rows)

        if self._facts_cited:
            facts = tuple(self._facts_told(booked))
            yield FileShown(_FACTS, "Recorded by hand", "Facts that no statement shows.", facts)

    def _facts_told(self, booked: Words) -> Iterator[RowShown]:
        for place, number in self._facts_cited.items():
            said = f"{show(self._hide(place))}: {HAND}"
            told = _fields_of(self._facts[place]) if self._verbatim else ""
            text = f"{said}; {tell(told)}" if told else said
            yield RowShown(number, "", text, tuple(booked(place)), counts=True, after_gap=False)

    def _rows(self, name: str, cited: set[int], booked: Words) -> Iterator[RowShown]:
        known = self._rows_of.get(name, ())
        near = set(cited)
        for at, row in enumerate(known):
            if row in cited:
                near.update(known[max(at - _NEIGHBORS, 0) : at + _NEIGHBORS + 1])
        above, after = dict(zip(known[1:], known, strict=False)), 0
        for row in sorted(near):
            place = f"{name}:{row}"
            if row not in cited and not self._may_be_told(place):
                continue
            gap = bool(after) and above.get(row, after) != after
            told = tuple(booked(place)) if row in cited else ()
            text = self._text(place)
            yield RowShown(f"{self._ids[name]}-{row}", str(row), text, told, row in cited, gap)
            after = row

    @cached_property
    def _rows_of(self) -> Mapping[str, Sequence[int]]:
        """The rows of each file that are known, in order."""
        found: dict[str, list[int]] = {}
        for place in self._books.raw_rows:
            name, _, row = place.rpartition(":")
            if row.isdigit():
                found.setdefault(name, []).append(int(row))
        return {name: sorted(rows) for name, rows in found.items()}

    @cached_property
    def _owners_at(self) -> Mapping[str, set[str]]:
        """Whose accounts the entries of a row are of."""
        found: dict[str, set[str]] = {}
        for entry in self._books.entries:
            account = self._books.accounts.get(entry.event.account)
            if account is not None:
                found.setdefault(entry.where, set()).add(account.owner)
        return found

    def _may_be_told(self, place: str) -> bool:
        """Tell whether a neighbor is of the same people: a file may hold a spouse's rows too."""
        of = self._owners_at.get(place)
        return of is None or bool(of & self._owners)

    def _text(self, place: str) -> str:
        name = place.rpartition(":")[0]
        raw = self._books.raw_rows.get(place, "")
        file = self._books.file_named.get(name)
        if self._is_typed(name) or not (raw or file):
            return f"{HAND}: {tell(raw)}" if raw and self._verbatim else HAND
        return tell(raw) if raw and self._verbatim else LEFT_OUT

    def _about(self, name: str) -> str:
        file = self._books.file_named.get(name)
        if file is None:
            return f"Written by hand: every entry in it was {HAND}."
        return _about_file(file)


def _fields_of(fact: Any) -> str:
    """Say what a fact holds, field by field, without what is blank."""
    told = {
        item.name: value
        for item in fields(fact)
        if item.name not in _TOLD_ALREADY
        and (value := getattr(fact, item.name))
        and value != item.default
    }
    return ", ".join(f"{name.replace('_', ' ')}: {_said(value)}" for name, value in told.items())


def _said(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {_said(item)}" for key, item in value.items())
    return str(value)


def _about_file(file: EvidenceFile) -> str:
    day = file.imported_at[:10]
    if file.importer == TYPED:
        return f"Typed on {day}."
    read_as = file.importer.replace("_", " ")
    rows = counted(file.rows, "row")
    return f"Read as {read_as} on {day}, {rows}. SHA-256 {file.sha256}"
