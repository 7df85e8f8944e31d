"""The legend of page B: where six tax programs take its lines, each place with its source."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from exports.table import Column, Kind, Medium, Row, Table, on_form
from ledger.year_end import YearEnd

_FILE = Path(__file__).with_suffix(".toml")
NOT_LOOKED_UP = "not looked up"
_NO_YEAR = "not stated"
LEGEND_COLUMNS = (
    Column("program", "Program", group=True),
    Column("line", "Line", weight=1.8),
    Column("where", "Screen and field, as the source words it", weight=3.0),
    Column("year", "Tax year", weight=0.6),
    Column("site", "Source", weight=1.15, medium=Medium.PAPER),
    Column("source", "Source", Kind.TEXT, weight=2.0, medium=Medium.SHEET),
)


@dataclass(frozen=True)
class Place:
    """Where one program takes one line, as its source says for a tax year."""

    program: str
    line: str
    where: str
    source: str
    year: int | None = None

    @property
    def site(self) -> str:
        """Whose page the source is, for paper.

        >>> Place("P", "basis", "a screen", "https://help.example.com/a/1").site
        'example.com'
        """
        return ".".join((urlsplit(self.source).hostname or "").split(".")[-2:])


@dataclass(frozen=True)
class SoftwareLines:
    """Everything that was looked up: programs and lines in order, and the places found."""

    read: str
    programs: tuple[str, ...]
    lines: Mapping[str, str]
    places: tuple[Place, ...]

    def rows(self, of: Collection[str]) -> Iterator[Row]:
        """Go through the programs: the places found of some lines, then what was not looked up."""
        lines = {line: words for line, words in self.lines.items() if line in of}
        for program in self.programs if lines else ():
            found = {place.line: place for place in self.places if place.program == program}
            for line, words in lines.items():
                if line in found:
                    place = found[line]
                    year = str(place.year or _NO_YEAR)
                    yield (program, words, place.where, year, place.site, place.source)
            missing = "; ".join(words for line, words in lines.items() if line not in found)
            if missing:
                yield (program, NOT_LOOKED_UP, missing, "", "", "")


@lru_cache(maxsize=1)
def software_lines() -> SoftwareLines:
    """Read what was looked up."""
    told = tomllib.loads(_FILE.read_text("utf-8"))
    places = tuple(Place(**place) for place in told["place"])
    return SoftwareLines(on_form(told["read"]), tuple(told["programs"]), told["lines"], places)


def legend_table(year: YearEnd) -> Table:
    """Say where each program takes the year's lines, and for which tax year that was said."""
    looked_up = software_lines()
    return Table(
        LEGEND_COLUMNS,
        tuple(looked_up.rows(_used(year))),
        title="The same lines in tax programs",
        note="Screens change from year to year: the tax year is that of the source, read on "
        f"{looked_up.read}; the workbook has each source's address.",
    )


def _used(year: YearEnd) -> frozenset[str]:
    """Return the lines of the legend that have an amount in a year."""
    forms = [one.form for one in year.forms_8606]
    of_8606 = {"nondeductible": "1", "basis": "2", "value": "6", "converted": "8"}
    of_5329 = {"exceptions": ("2",), "excess": ("9", "15", "18", "23")}
    used = {name for name, line in of_8606.items() if any(f.amount(line) for f in forms)}
    used |= {
        name for name, lines in of_5329.items() if any(year.f5329.amount(line) for line in lines)
    }
    used |= {"form_1099r"} if year.forms_1099r else set()
    used |= {"part_i"} if used & of_8606.keys() else set()
    deducted = any(line.number == "Schedule 1, line 20" for line in year.other_lines)
    return frozenset(used | ({"deduction"} if deducted else set()))
