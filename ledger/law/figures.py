"""Figures that the law fixes: by tax year in years/YYYY.toml, for good in years/statute.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from ledger.errors import LedgerError
from ledger.money import Money

YEARS = Path(__file__).parent / "years"
STATUTE = "statute"
CONFIDENCE = {
    "A": "official text seen, and matched by a second source or complete in itself",
    "B": "two secondary sources, or one careful one that repeats the official text",
    "C": "a single weak source, or carried over from an older form: to be confirmed",
    "derived": "worked out by a rule of law from the calendar, not seen in print",
}
_KEYS = {"value", "exists", "source", "confidence", "note"}


@dataclass(frozen=True)
class Figure:
    """One figure of law with the words of its source, primary source first.

    ``value`` is None where the law has no such figure for the year (a provision that had not
    begun): a known absence, which is not the same as a figure that is not on file.
    """

    value: Any
    source: str
    confidence: str
    note: str = ""

    @property
    def is_weak(self) -> bool:
        """Whether a reader must be told that the figure still waits for confirmation."""
        return self.confidence not in {"A", "B"}


@dataclass(frozen=True)
class Figures:
    """All figures of one tax year (or of the statute), by name; money in whole dollars.

    Every method raises LedgerError (code ``no_figure``) for a name that is not on file or that
    the law does not have for the year, and TypeError, a fault of ours, for the wrong kind.

    >>> figures(2025).money("annual_additions")
    Money('70,000.00')
    >>> figures(2024).exists("catch_up_60_63")
    False
    """

    name: str
    by_name: Mapping[str, Figure]

    def __iter__(self) -> Iterator[str]:
        """Go through the names of the figures in the order of the file."""
        return iter(self.by_name)

    def figure(self, name: str) -> Figure:
        """Return a figure with its source and confidence."""
        if name not in self.by_name:
            raise LedgerError(
                where=_words(self.name),
                code="no_figure",
                problem=f"no figure '{name}' is on file",
                remedy=f"{_files_with(name)}; a figure is never carried from one year to another",
            )
        return self.by_name[name]

    def exists(self, name: str) -> bool:
        """Tell whether the law has this figure for the year; raise when that is not on file."""
        return self.figure(name).value is not None

    def money(self, name: str) -> Money:
        """Return an amount of dollars, without evidence of its own."""
        return Money.dollars(self._value(name, int))

    def range(self, name: str) -> tuple[Money, Money]:
        """Return the start and the end of a range of dollars, such as a phase-out."""
        start, end = self._value(name, list)
        return Money.dollars(start), Money.dollars(end)

    def pairs(self, name: str) -> list[tuple[int, int]]:
        """Return a table of two columns of counts, in order."""
        return [(int(first), int(second)) for first, second in self._value(name, list)]

    def age(self, name: str) -> tuple[int, int]:
        """Return an age in years and months."""
        years, months = self._value(name, list)
        return int(years), int(months)

    def day(self, name: str) -> date:
        """Return a date."""
        # a time of day would pass for a date too, so only the day of it is kept
        found = self._value(name, date)
        return date(found.year, found.month, found.day)

    def text(self, name: str) -> str:
        """Return words, such as the number of a line on a form."""
        return str(self._value(name, str))

    def number(self, name: str) -> int:
        """Return a plain count: years, days, places, pages."""
        return int(self._value(name, int))

    def percent(self, name: str) -> Decimal:
        """Return a rate in percent (10 means 10%)."""
        return Decimal(self._value(name, (int, Decimal)))

    def flag(self, name: str) -> bool:
        """Return a yes or a no."""
        return bool(self._value(name, bool))

    def _value(self, name: str, kind: type | tuple[type, ...]) -> Any:
        found = self.figure(name)
        if found.value is None:
            raise LedgerError(
                where=_words(self.name),
                code="no_figure",
                problem=f"the law has no '{name}' for this year",
                remedy=found.note or found.source,
            )
        # True is an int in Python: a yes must not pass for a count
        if not isinstance(found.value, kind) or (isinstance(found.value, bool) and kind is int):
            raise TypeError(f"{self.name}: {name} is {found.value!r}, not {kind}")
        return found.value


# read once: almost every line of every form asks for a figure
@cache
def figures(tax_year: int) -> Figures:
    """Return the figures of a tax year; raise LedgerError (``no_figures``) without a file.

    >>> figures(1986)
    Traceback (most recent call last):
    ...
    ledger.errors.LedgerError: tax year 1986: no figures of law are on file for this year — ...
    """
    years = years_on_file()
    # the year before is never taken instead: an indexed limit would be wrong in silence
    if tax_year not in years:
        raise LedgerError(
            where=f"tax year {tax_year}",
            code="no_figures",
            problem="no figures of law are on file for this year",
            remedy=f"years on file: {', '.join(map(str, years))}; a missing year needs its own "
            "published figures",
        )
    return read_figures(YEARS / f"{tax_year}.toml")


@cache
def statute() -> Figures:
    """Return the figures that the statute fixes for all years: ages, periods, rates."""
    return read_figures(YEARS / f"{STATUTE}.toml")


@cache
def years_on_file() -> tuple[int, ...]:
    """Return the tax years that have figures, in order."""
    stems = (path.stem for path in YEARS.glob("*.toml"))
    return tuple(sorted(int(stem) for stem in stems if stem != STATUTE))


def read_figures(path: Path) -> Figures:
    """Read one file of figures; raise LedgerError (``bad_figure``) for a figure not sourced."""
    by_name: dict[str, Figure] = {}
    # a rate read as a binary float would carry its error into the cents
    tables = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    for topic, named in tables.items():
        for name, cells in named.items():
            # topics only group the file for a reader: a name is looked up without its topic
            if name in by_name:
                raise _bad(path, name, "the name stands twice in this file")
            by_name[name] = _figure(path, f"{topic}.{name}", cells)
    return Figures(path.stem, by_name)


def _figure(path: Path, name: str, cells: dict[str, Any]) -> Figure:
    unknown = cells.keys() - _KEYS
    if unknown:
        raise _bad(path, name, f"unknown key '{min(unknown)}'")
    # a figure that exists must say its value: only an absence may stand alone
    if ("value" in cells) == ("exists" in cells) or cells.get("exists", False):
        raise _bad(path, name, "a figure has either a value or 'exists = false'")
    if not cells.get("source", "").strip():
        raise _bad(path, name, "the source is missing")
    if cells.get("confidence") not in CONFIDENCE:
        raise _bad(path, name, "the confidence is missing or unknown")
    return Figure(cells.get("value"), cells["source"], cells["confidence"], cells.get("note", ""))


def _bad(path: Path, name: str, problem: str) -> LedgerError:
    return LedgerError(
        where=f"{path.name}: {name}",
        code="bad_figure",
        problem=problem,
        remedy="write { value, source, confidence } or { exists = false, source, confidence }; "
        f"confidence is one of {', '.join(CONFIDENCE)}",
    )


def _words(name: str) -> str:
    return "figures of the statute" if name == STATUTE else f"tax year {name}"


def _files_with(name: str) -> str:
    known = [
        path.stem for path in sorted(YEARS.glob("*.toml")) if name in read_figures(path).by_name
    ]
    return f"it is on file for {', '.join(known)}" if known else "no year has it"
