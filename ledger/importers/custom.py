"""Column maps: a user's own description of a CSV that no reader knows, in TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Any

from ledger.chart import Source
from ledger.errors import Collector, LedgerError
from ledger.importers import ira_words
from ledger.importers.base import Activity, Fields, Importer
from ledger.importers.custom_rows import (
    BALANCE,
    IN,
    OF_SOURCE,
    OUT,
    PRINTED,
    SIGNS,
    TOTAL,
    TURNED,
    Checks,
    RowRules,
)
from ledger.importers.dates import FORMS
from ledger.importers.files import TextFile, load, refuse
from ledger.importers.reading import Reading
from ledger.importers.sections import SECTIONS, TITLE, as_one_table
from ledger.importers.sources import source_of
from ledger.importers.statuses import Status, status_of
from ledger.importers.tables import OF_A_MAP, Row, TableSpec, column_name
from ledger.importers.vocabulary import (
    DEPOSIT_UNKNOWN,
    PAYMENT_UNKNOWN,
    Meaning,
    Vocabulary,
    plain_words,
)
from ledger.money import Money
from ledger.records import RowKind
from ledger.text import safe

_SECTIONS = ("map", "columns", "source_columns", "types", "sources")
_MAP_KEYS = (
    *("name", "institution", "plan", "file", "delimiter", "encoding", "dates", "footer"),
    *("signs", "decimal", "type", "pending", "section"),
)
_ROLES = {
    "date": "day",
    "type": "type",
    "amount": "amount",
    "money_in": IN,
    "money_out": OUT,
    "total": TOTAL,
    "balance": BALANCE,
    "source": "source",
    "investment": "investment",
    "units": "units",
    "price": "price",
    "account": "account",
    "memo": "memo",
    "tax_year": "tax year",
    "partner": "partner",
}
_TYPE_KEYS = ("kind", "negative", "zero", "question", "source")
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
_ENCODINGS = ("utf-8", "cp1252")
_DECIMALS = ("point", "comma")
_SOURCES = tuple(source.value for source in Source)
_IN_TOML = re.compile(r"at line (?P<line>[0-9]+)")
_SECTION_LINE = re.compile(r"\s*\[\s*(?P<name>[A-Za-z0-9_-]+)\s*\]")
_KEY_LINE = re.compile(r"\s*(?P<key>\"(?:[^\"\\]|\\.)*\"|'[^']*'|[A-Za-z0-9_-]+)\s*=")


@dataclass(frozen=True)
class ColumnMap:
    """A column map as read: the reader it describes and the file names it is for."""

    importer: Importer
    file_pattern: str

    def read(self, file: TextFile, now: date) -> Reading:
        """Read a file by this map; raise LedgerError when the map is for other file names."""
        if self.file_pattern and not fnmatch(file.name, self.file_pattern):
            raise refuse(
                file.name,
                "map_does_not_fit",
                f"the column map is for files named '{safe(self.file_pattern, limit=80)}'",
                "use another map, or change 'file' in it",
            )
        return self.importer.read(file, now)


class _MapReader:
    """Checks a map key by key, gathering every fault with the line it stands on."""

    def __init__(self, name: str, text: str, faults: Collector) -> None:
        self._name = name
        self._lines = _lines_of(text)
        self.faults = faults

    def where(self, section: str = "", key: str = "") -> str:
        """Return the place of a key, or of its section, as file:line."""
        line = self._lines.get((section, key)) or self._lines.get((section, ""))
        return f"{self._name}:{line}" if line else self._name

    def fault(self, where: str, code: str, problem: str, remedy: str) -> None:
        """Keep a fault of the map."""
        self.faults.add(refuse(where, code, problem, remedy))

    def known(
        self, table: Mapping[str, Any], keys: tuple[str, ...], section: str, place: str = ""
    ) -> None:
        """Refuse unknown keys, naming the nearest known one; ``place`` is the key they are of."""
        for key in table:
            if key not in keys:
                near = get_close_matches(key, keys, n=1)
                remedy = f"did you mean '{near[0]}'?" if near else f"known keys: {', '.join(keys)}"
                inside = f"the type '{safe(place, limit=40)}'" if place else f"[{section}]"
                of = f" in {inside}" if section else " in the map"
                where = self.where(section or key, place or (key if section else ""))
                self.fault(where, "unknown_key", f"unknown key '{safe(key, limit=40)}'{of}", remedy)

    def section(self, table: Mapping[str, Any], name: str) -> dict[str, Any]:
        """Return a section; an absent one is empty."""
        found = table.get(name, {})
        if isinstance(found, dict):
            return found
        where, remedy = self.where("", name), f"write [{name}] above its keys"
        self.fault(where, "wrong_type", f"'{name}' must be a section", remedy)
        return {}

    def text(self, table: Mapping[str, Any], key: str, section: str, default: str = "") -> str:
        """Return a text value."""
        found = table.get(key, default)
        if isinstance(found, str):
            return found
        where = self.where(section, key)
        self.fault(where, "wrong_type", f"'{safe(key, limit=40)}' must be a text", "quote it")
        return default

    def texts(
        self, table: Mapping[str, Any], key: str, section: str, *, empty: bool = False
    ) -> tuple[str, ...]:
        """Return a text or a list of texts, of which one may be ``empty``."""
        found = table.get(key, [])
        listed = [found] if isinstance(found, str) else found
        if isinstance(listed, list) and all(
            isinstance(item, str) and (item or empty) for item in listed
        ):
            return tuple(listed)
        where = self.where(section, key)
        self.fault(where, "wrong_type", f"'{key}' must be a list of texts", 'write ["…", "…"]')
        return ()

    def choice(self, text: str, choices: tuple[str, ...], what: str, where: str) -> bool:
        """Tell whether a value is one of the choices; keep a fault when it is not."""
        if text in choices:
            return True
        near = get_close_matches(text, choices, n=1)
        remedy = f"did you mean '{near[0]}'?" if near else f"use one of: {', '.join(choices)}"
        self.fault(where, "unknown_value", f"'{safe(text, limit=40)}' is no {what}", remedy)
        return False

    def setting(self, settings: Mapping[str, Any], key: str, choices: tuple[str, ...]) -> str:
        """Return a setting of [map] that is one of a few words, "" when it is not there."""
        text = self.text(settings, key, "map")
        if key in settings:
            self.choice(text, choices, key, self.where("map", key))
        return text


def _lines_of(text: str) -> dict[tuple[str, str], int]:
    """Return the line of each section and of each key in it."""
    section = ""
    lines: dict[tuple[str, str], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        found = _SECTION_LINE.match(line)
        if found:
            section = found["name"]
            lines.setdefault((section, ""), number)
        key = _KEY_LINE.match(line)
        if key:
            plain = key["key"][1:-1] if key["key"][0] in "\"'" else key["key"]
            lines.setdefault((section, plain.replace('\\"', '"')), number)
    return lines


def load_map(path: Path) -> ColumnMap:
    """Read a column map.

    Raises LedgerErrors with every fault of the map (docs/custom-maps.md describes the keys).
    """
    file = load(path)
    return parse_map(file.text, file.name, path.stem)


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        problem = f"this is not TOML: {safe(str(error), limit=120)}"
        found = _IN_TOML.search(str(error))
        where = f"{name}:{found['line']}" if found else name
        raise refuse(where, "bad_toml", problem, "see docs/custom-maps.md") from error


def parse_map(text: str, name: str, stem: str) -> ColumnMap:
    """Read the text of a column map that is cited as ``name``; raises as load_map does."""
    table, faults = _toml(text, name), Collector()
    reader = _MapReader(name, text, faults)
    reader.known(table, _SECTIONS, "")
    settings = reader.section(table, "map")
    reader.known(settings, _MAP_KEYS, "map")
    plan = settings.get("plan", True)
    if not isinstance(plan, bool):
        where = reader.where("map", "plan")
        reader.fault(where, "wrong_type", "'plan' must be true or false", "write plan = true")
    columns, by_source = _columns(reader, table, settings)
    section = _ROLES.get(reader.setting(settings, "section", SECTIONS), "")
    parts = columns
    if section in columns.columns:
        where, problem = reader.where("map", "section"), f"[columns] names the {section}, too"
        reader.fault(where, "missing_key", problem, "leave one of the two out")
    if section:
        named = {**columns.columns, section: (TITLE,)}
        columns = replace(columns, columns=named, needs=tuple(named))
    rules = _rules(reader, table, settings, by_source)
    activity = Activity(
        table=columns,
        dates=_dates(reader, settings),
        vocabulary=rules.vocabulary,
        plan=bool(plan),
        refine=None if plan else _of_an_ira,
        details=_details,
        source=_sources(reader, table),
        spread=rules.spread,
        leaves=rules.leaves,
        turned=rules.signs == TURNED,
        pending=_pending(reader.texts(settings, "pending", "map", empty=True)),
        refuses=_unknown_status,
    )
    told = "signs" in settings or IN in columns.columns
    checks = Checks(rules, told, columns.columns.get(BALANCE, ()), bool(plan))
    importer = _importer(reader, settings, activity, checks, stem)
    if section:
        tidy = partial(as_one_table, spec=parts, delimiter=importer.delimiter)
        importer = replace(importer, tidy=tidy)
    pattern = reader.text(settings, "file", "map")
    faults.raise_any()
    return ColumnMap(importer=importer, file_pattern=pattern)


def _pending(words: tuple[str, ...]) -> Callable[[Row], bool] | None:
    """Return what tells a row that has not happened yet by one of its cells, "" for no date."""
    if not words:
        return None
    said = frozenset(map(plain_words, words)) - {""}

    def tells(row: Row) -> bool:
        return ("" in words and not row.text("day")) or any(
            plain_words(cell) in said for cell in row.cells
        )

    return tells


def _unknown_status(row: Row) -> LedgerError | None:
    """Return the fault of a row whose status the map does not know: did its money move or not.

    A map is made from one file, and a later one may have other statuses in a column of which
    the map says nothing.
    """
    named = set(row.header.index.values())
    said = {cell: status_of(cell) for i, cell in enumerate(row.cells) if i not in named}
    open_ones = [cell for cell, status in said.items() if status not in {None, Status.DONE}]
    if not open_ones or Status.DONE in said.values():
        return None
    word = safe(open_ones[0].strip(), limit=40)
    return refuse(
        row.where,
        "status_unknown",
        f"the row says '{word}', and the map does not say whether its money moved",
        f'where it did not, or was taken back, add pending = ["{word}"] to [map]; the row that it '
        "takes back, if the file has one, is then to be left out, too",
    )


def _importer(
    reader: _MapReader, settings: Mapping[str, Any], activity: Activity, checks: Checks, stem: str
) -> Importer:
    delimiter = reader.setting(settings, "delimiter", tuple(DELIMITERS))
    encoding = reader.setting(settings, "encoding", _ENCODINGS)
    name = reader.text(settings, "name", "map") or stem
    return Importer(
        name=f"custom:{safe(name, limit=80)}",
        institution=reader.text(settings, "institution", "map"),
        words="a column map",
        activities=(activity,),
        footers=reader.texts(settings, "footer", "map"),
        delimiter=DELIMITERS.get(delimiter, ","),
        windows_text=encoding == "cp1252",
        finish=checks.finish,
    )


def _columns(
    reader: _MapReader, table: Mapping[str, Any], settings: Mapping[str, Any]
) -> tuple[TableSpec, dict[str, Source]]:
    """Return the table and, of the columns that hold the money of one source, the sources."""
    section = reader.section(table, "columns")
    reader.known(section, tuple(_ROLES), "columns")
    columns = {
        role: tuple(column_name(title) for title in reader.texts(section, key, "columns"))
        for key, role in _ROLES.items()
        if key in section
    }
    by_source: dict[str, Source] = {}
    titled = reader.section(table, "source_columns")
    for title in titled:
        said, where = reader.text(titled, title, "source_columns"), title
        if reader.choice(said, _SOURCES, "money source", reader.where("source_columns", where)):
            by_source[f"{OF_SOURCE}{title}"] = Source(said)
            columns[f"{OF_SOURCE}{title}"] = (column_name(title),)
    _refuse_gaps(reader, columns, by_source, settings)
    return TableSpec(name=OF_A_MAP, columns=columns, needs=tuple(columns)), by_source


def _refuse_gaps(
    reader: _MapReader,
    columns: Mapping[str, tuple[str, ...]],
    by_source: Mapping[str, Source],
    settings: Mapping[str, Any],
) -> None:
    """Refuse a map that does not say, or says twice, where date, type and amount stand."""
    where = reader.where("columns")
    for key in ("date", "type"):
        if not columns.get(_ROLES[key]) and not (key == "type" and "type" in settings):
            also = ', or type = "contribution" to [map] for all rows' if key == "type" else ""
            problem = f"[columns] does not say which column is the {key}"
            remedy = f'add {key} = "<title of the column>"{also}'
            reader.fault(where, "missing_key", problem, remedy)
    if (IN in columns) != (OUT in columns):
        problem = "money_in and money_out belong together"
        reader.fault(where, "missing_key", problem, "name both columns, or amount alone")
    ways = [bool(columns.get("amount")), IN in columns or OUT in columns, bool(by_source)]
    if sum(ways) != 1:
        said = "says more than once" if sum(ways) else "does not say"
        problem = f"[columns] {said} which column is the amount"
        remedy = (
            'add amount = "<title of the column>"; or money_in and money_out; or a section '
            "[source_columns] with a column for each source"
        )
        reader.fault(where, "missing_key", problem, remedy)


def _dates(reader: _MapReader, settings: Mapping[str, Any]) -> tuple[str, ...]:
    forms = reader.texts(settings, "dates", "map")
    if not forms:
        remedy = f"add dates to [map], one or more of: {', '.join(FORMS)}"
        where = reader.where("map")
        reader.fault(where, "missing_key", "the map does not say how dates are written", remedy)
    where = reader.where("map", "dates")
    return tuple(f for f in forms if reader.choice(f, tuple(FORMS), "form of date", where))


def _rules(
    reader: _MapReader,
    table: Mapping[str, Any],
    settings: Mapping[str, Any],
    by_source: dict[str, Source],
) -> RowRules:
    every = reader.text(settings, "type", "map")
    signs = reader.setting(settings, "signs", SIGNS)
    comma = reader.setting(settings, "decimal", _DECIMALS) == "comma"
    named: dict[str, Source] = {}
    vocabulary = _types(reader, table, named, every)
    return RowRules(signs or PRINTED, vocabulary, by_source, named, every, comma)


def _types(
    reader: _MapReader, table: Mapping[str, Any], named: dict[str, Source], every: str
) -> Vocabulary:
    """Return what types of rows mean; a source that one says goes into ``named``."""
    exact: dict[str, Meaning] = {}
    starts: dict[str, Meaning] = {}
    for words, said in reader.section(table, "types").items():
        meaning = _meaning(reader, words, said)
        if isinstance(said, dict) and "source" in said:
            source, where = reader.text(said, "source", "types"), reader.where("types", words)
            if reader.choice(source, _SOURCES, "money source", where):
                named[plain_words(words)] = Source(source)
        if words.endswith("*"):
            starts[words[:-1].strip()] = meaning
        else:
            exact[words] = meaning
    if every:
        exact[every] = Meaning(_kind(reader, every, reader.where("map", "type")))
    elif "types" not in table:  # one without lines has every type asked at import
        problem = "the map does not say what any type of row means"
        remedy = 'add [types] with lines like "Dividend" = "earnings"'
        reader.fault(reader.where(), "missing_key", problem, remedy)
    return Vocabulary(exact, starts)


def _meaning(reader: _MapReader, words: str, said: object) -> Meaning:
    table = {"kind": said} if isinstance(said, str) else said
    where = reader.where("types", words)
    if not isinstance(table, dict):
        problem = f"the type '{safe(words, limit=40)}' must be a kind"
        reader.fault(where, "wrong_type", problem, 'write "…" = "contribution"')
        return Meaning(RowKind.UNKNOWN, "type_unknown")
    reader.known(table, _TYPE_KEYS, "types", words)
    question = reader.text(table, "question", "types")
    kinds = {
        key: _kind(reader, reader.text(table, key, "types"), where)
        for key in ("kind", "negative", "zero")
        if key in table or key == "kind"
    }
    out = PAYMENT_UNKNOWN if question == DEPOSIT_UNKNOWN else question
    return Meaning(
        kinds["kind"],
        question,
        negative=Meaning(kinds["negative"], out) if "negative" in kinds else None,
        zero=Meaning(kinds["zero"]) if "zero" in kinds else None,
    )


def _kind(reader: _MapReader, text: str, where: str) -> RowKind:
    choices = tuple(kind.value for kind in RowKind if kind is not RowKind.UNKNOWN)
    found = text.strip().lower().replace(" ", "_").replace("-", "_")
    known = reader.choice(found, choices, "kind of row", where)
    return RowKind(found) if known else RowKind.UNKNOWN


class _Sources:
    """The source names of a map, before the names that everybody uses."""

    def __init__(self, named: Mapping[str, Source]) -> None:
        self._named = named

    def __call__(self, text: str, employer: str = "") -> Source | None:
        """Return the source a name stands for, None when the map and we do not know it."""
        return self._named.get(" ".join(text.lower().split())) or source_of(text, employer)


def _sources(reader: _MapReader, table: Mapping[str, Any]) -> _Sources:
    section = reader.section(table, "sources")
    ours = {source.value: source for source in Source}
    return _Sources(
        ours
        | {
            " ".join(name.lower().split()): Source(said)
            for name in section
            if reader.choice(
                said := reader.text(section, name, "sources"),
                _SOURCES,
                "money source",
                reader.where("sources", name),
            )
        }
    )


def _of_an_ira(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    """Take the words of a row, where they say that bank money is more than that."""
    if meaning.question != DEPOSIT_UNKNOWN:
        return meaning
    return ira_words.said(row.text("type"), row.text("memo")) or meaning


def _details(row: Row, _day: date) -> Fields:
    """Read the optional columns that only maps have."""
    fields: dict[str, Any] = {"partner": row.text("partner")}
    year = row.text("tax year")
    if year.isascii() and year.isdigit() and len(year) == len("YYYY"):
        fields["tax_year"] = int(year)
    elif year:
        fields["question"] = "tax_year_unknown"
    return fields
