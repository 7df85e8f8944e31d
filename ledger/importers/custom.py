"""Column maps: a user's own description of a CSV that no reader knows, in TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ledger.chart import Source
from ledger.errors import Collector
from ledger.importers.base import Activity, Fields, Importer
from ledger.importers.dates import FORMS
from ledger.importers.files import TextFile, load, refuse
from ledger.importers.reading import Reading
from ledger.importers.sources import source_of
from ledger.importers.tables import OF_A_MAP, Row, TableSpec, column_name
from ledger.importers.vocabulary import Meaning, Vocabulary
from ledger.records import RowKind
from ledger.safetext import safe

_SECTIONS = ("map", "columns", "types", "sources")
_MAP_KEYS = ("name", "institution", "plan", "file", "delimiter", "encoding", "dates", "footer")
_ROLES = {
    "date": "day",
    "type": "type",
    "amount": "amount",
    "source": "source",
    "investment": "investment",
    "units": "units",
    "price": "price",
    "account": "account",
    "memo": "memo",
    "tax_year": "tax year",
    "partner": "partner",
}
_NEEDED = ("date", "type", "amount")
_TYPE_KEYS = ("kind", "negative", "zero", "question")
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
_ENCODINGS = ("utf-8", "cp1252")


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
    """Checks a map key by key, gathering every fault."""

    def __init__(self, where: str, faults: Collector) -> None:
        self.where = where
        self.faults = faults

    def fault(self, code: str, problem: str, remedy: str) -> None:
        """Keep a fault of the map."""
        self.faults.add(refuse(self.where, code, problem, remedy))

    def known(self, table: Mapping[str, Any], keys: tuple[str, ...], place: str) -> None:
        """Refuse unknown keys, naming the nearest known one."""
        for key in table:
            if key not in keys:
                near = get_close_matches(key, keys, n=1)
                remedy = f"did you mean '{near[0]}'?" if near else f"known keys: {', '.join(keys)}"
                self.fault("unknown_key", f"unknown key '{safe(key, limit=40)}' in {place}", remedy)

    def section(self, table: Mapping[str, Any], name: str) -> dict[str, Any]:
        """Return a section; an absent one is empty."""
        found = table.get(name, {})
        if isinstance(found, dict):
            return found
        self.fault("wrong_type", f"'{name}' must be a section", f"write [{name}] above its keys")
        return {}

    def text(self, table: Mapping[str, Any], key: str, default: str = "") -> str:
        """Return a text value."""
        found = table.get(key, default)
        if isinstance(found, str):
            return found
        self.fault("wrong_type", f"'{key}' must be a text", "put it in quotes")
        return default

    def texts(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """Return a text or a list of texts."""
        found = table.get(key, [])
        listed = [found] if isinstance(found, str) else found
        if isinstance(listed, list) and all(isinstance(item, str) and item for item in listed):
            return tuple(listed)
        self.fault("wrong_type", f"'{key}' must be a list of texts", 'write ["…", "…"]')
        return ()

    def choice(self, text: str, choices: tuple[str, ...], what: str) -> bool:
        """Tell whether a value is one of the choices; keep a fault when it is not."""
        if text in choices:
            return True
        near = get_close_matches(text, choices, n=1)
        remedy = f"did you mean '{near[0]}'?" if near else f"use one of: {', '.join(choices)}"
        self.fault("unknown_value", f"'{safe(text, limit=40)}' is no {what}", remedy)
        return False


def load_map(path: Path) -> ColumnMap:
    """Read a column map.

    Raises LedgerErrors with every fault of the map (docs/custom-maps.md describes the keys).
    """
    file = load(path)
    try:
        table = tomllib.loads(file.text)
    except (ValueError, RecursionError) as error:
        problem = f"this is not TOML: {safe(str(error), limit=120)}"
        raise refuse(file.name, "bad_toml", problem, "see docs/custom-maps.md") from error
    faults = Collector()
    reader = _MapReader(file.name, faults)
    reader.known(table, _SECTIONS, "the map")
    settings = reader.section(table, "map")
    reader.known(settings, _MAP_KEYS, "[map]")
    plan = settings.get("plan", True)
    if not isinstance(plan, bool):
        reader.fault("wrong_type", "'plan' must be true or false", "write plan = true")
    activity = Activity(
        table=_columns(reader, table),
        dates=_dates(reader, settings),
        vocabulary=_types(reader, table),
        plan=bool(plan),
        details=_details,
        source=_sources(reader, table),
    )
    importer = _importer(reader, settings, activity, path)
    faults.raise_any()
    return ColumnMap(importer=importer, file_pattern=reader.text(settings, "file"))


def _importer(
    reader: _MapReader, settings: Mapping[str, Any], activity: Activity, path: Path
) -> Importer:
    delimiter = reader.text(settings, "delimiter", "comma")
    encoding = reader.text(settings, "encoding", "utf-8")
    reader.choice(delimiter, tuple(_DELIMITERS), "delimiter")
    reader.choice(encoding, _ENCODINGS, "encoding")
    name = reader.text(settings, "name") or path.stem
    return Importer(
        name=f"custom:{safe(name, limit=80)}",
        institution=reader.text(settings, "institution"),
        words="a column map",
        activities=(activity,),
        footers=reader.texts(settings, "footer"),
        delimiter=_DELIMITERS.get(delimiter, ","),
        windows_text=encoding == "cp1252",
    )


def _columns(reader: _MapReader, table: Mapping[str, Any]) -> TableSpec:
    section = reader.section(table, "columns")
    reader.known(section, tuple(_ROLES), "[columns]")
    columns = {
        role: tuple(column_name(title) for title in reader.texts(section, key))
        for key, role in _ROLES.items()
        if key in section
    }
    for key in _NEEDED:
        if not columns.get(_ROLES[key]):
            problem = f"[columns] does not say which column is the {key}"
            reader.fault("missing_key", problem, f'add {key} = "<title of the column>"')
    return TableSpec(name=OF_A_MAP, columns=columns, needs=tuple(columns))


def _dates(reader: _MapReader, settings: Mapping[str, Any]) -> tuple[str, ...]:
    forms = reader.texts(settings, "dates")
    if not forms:
        remedy = f"add dates to [map], one or more of: {', '.join(FORMS)}"
        reader.fault("missing_key", "the map does not say how dates are written", remedy)
    return tuple(form for form in forms if reader.choice(form, tuple(FORMS), "form of date"))


def _types(reader: _MapReader, table: Mapping[str, Any]) -> Vocabulary:
    exact: dict[str, Meaning] = {}
    starts: dict[str, Meaning] = {}
    for words, said in reader.section(table, "types").items():
        meaning = _meaning(reader, words, said)
        if words.endswith("*"):
            starts[words[:-1].strip()] = meaning
        else:
            exact[words] = meaning
    if "types" not in table:  # one without lines has every type asked at import
        problem = "the map does not say what any type of row means"
        reader.fault("missing_key", problem, 'add [types] with lines like "Dividend" = "earnings"')
    return Vocabulary(exact, starts)


def _meaning(reader: _MapReader, words: str, said: object) -> Meaning:
    table = {"kind": said} if isinstance(said, str) else said
    place = f"the type '{safe(words, limit=40)}'"
    if not isinstance(table, dict):
        reader.fault("wrong_type", f"{place} must be a kind", 'write "…" = "contribution"')
        return Meaning(RowKind.UNKNOWN, "type_unknown")
    reader.known(table, _TYPE_KEYS, place)
    question = reader.text(table, "question")
    kinds = {
        key: _kind(reader, reader.text(table, key))
        for key in ("kind", "negative", "zero")
        if key in table or key == "kind"
    }
    return Meaning(
        kinds["kind"],
        question,
        negative=Meaning(kinds["negative"], question) if "negative" in kinds else None,
        zero=Meaning(kinds["zero"]) if "zero" in kinds else None,
    )


def _kind(reader: _MapReader, text: str) -> RowKind:
    choices = tuple(kind.value for kind in RowKind if kind is not RowKind.UNKNOWN)
    found = text.strip().lower().replace(" ", "_").replace("-", "_")
    return RowKind(found) if reader.choice(found, choices, "kind of row") else RowKind.UNKNOWN


class _Sources:
    """The source names of a map, before the names that everybody uses."""

    def __init__(self, named: Mapping[str, Source]) -> None:
        self._named = named

    def __call__(self, text: str) -> Source | None:
        """Return the source a name stands for, None when the map and we do not know it."""
        return self._named.get(" ".join(text.lower().split())) or source_of(text)


def _sources(reader: _MapReader, table: Mapping[str, Any]) -> _Sources:
    choices = tuple(source.value for source in Source)
    section = reader.section(table, "sources")
    return _Sources(
        {
            " ".join(name.lower().split()): Source(said)
            for name in section
            if reader.choice(said := reader.text(section, name), choices, "money source")
        }
    )


def _details(row: Row, _day: date) -> Fields:
    """Read the optional columns that only maps have."""
    fields: dict[str, Any] = {"partner": row.text("partner")}
    year = row.text("tax year")
    if year.isascii() and year.isdigit() and len(year) == len("YYYY"):
        fields["tax_year"] = int(year)
    elif year:
        fields["question"] = "tax_year_unknown"
    return fields
