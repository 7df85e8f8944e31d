"""Scenario files: a whole story in one TOML text, read into books and written from books."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ledger.booking import book
from ledger.books import Books
from ledger.chart import Account, AccountKind, SimplifiedMethod, Source, Taxpayer
from ledger.errors import Collector, LedgerError
from ledger.journal import JournalEntry
from ledger.money import BadAmount, Money
from ledger.records import (
    EVENT_FIELDS,
    RECORDED_KINDS,
    Event,
    EventKind,
    OpeningBasis,
    Options,
    Part,
    ReturnFacts,
    RothLayer,
)
from ledger.safetext import safe

_HEADER = re.compile(r"^\s*\[\[?\s*([A-Za-z_]+)\s*\]?\]")
_KEY = re.compile(r"^\s*([A-Za-z0-9_]+)\s*=")
_SIZE_MAX = 20_000_000


@dataclass(frozen=True)
class Expectation:
    """One ``[[expect]]`` row: a path in a year-end record and the value it must have."""

    where: str
    taxpayer: str
    year: int
    at: str
    value: object


@dataclass(frozen=True)
class Scenario:
    """A scenario file as read: its books, the years to report and what is expected of them."""

    title: str
    source: str
    books: Books
    tax_years: tuple[int, ...]
    expectations: tuple[Expectation, ...] = ()
    expect_refusal: str = ""


class _Places:
    """Line numbers of tables and keys, for messages (tomllib keeps none)."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._tables: dict[str, list[tuple[int, dict[str, int]]]] = {}
        keys: dict[str, int] = {}
        for number, line in enumerate(text.splitlines(), 1):
            if header := _HEADER.match(line):
                keys = {}
                self._tables.setdefault(header[1], []).append((number, keys))
            elif key := _KEY.match(line):
                keys.setdefault(key[1], number)

    def of(self, table: str, index: int, key: str = "") -> str:
        """Return file:line of a key, or of the table where the key has no line of its own."""
        found = self._tables.get(table, [])
        if index >= len(found):
            return self._name
        line, keys = found[index]
        return f"{self._name}:{keys.get(key, line)}"


@dataclass(frozen=True)
class _Row:
    """One table of the file with its place; reads values by kind and reports faults."""

    table: str
    index: int
    values: Mapping[str, Any]
    places: _Places

    def where(self, key: str = "") -> str:
        return self.places.of(self.table, self.index, key)

    def fault(self, key: str, code: str, problem: str, remedy: str) -> LedgerError:
        return LedgerError(where=self.where(key), code=code, problem=problem, remedy=remedy)

    def check_keys(self, known: Mapping[str, object], faults: Collector) -> None:
        for key in self.values:
            if key not in known:
                faults.add(unknown_key(self.where(key), key, known))

    def read(self, key: str, reader: Callable[[_Row, str], Any], faults: Collector) -> Any:
        if key not in self.values:
            return None
        with faults:
            return reader(self, key)
        return None

    def need(self, key: str, faults: Collector) -> bool:
        if key in self.values:
            return True
        faults.add(
            self.fault("", "missing_field", f"[[{self.table}]] needs '{key}'", f"add '{key}'")
        )
        return False


def unknown_key(where: str, key: str, known: Mapping[str, object]) -> LedgerError:
    """Return the refusal of an unknown key, with the nearest known one."""
    near = get_close_matches(key, known, n=1)
    remedy = f"did you mean '{near[0]}'?" if near else f"known keys are: {', '.join(known)}"
    return LedgerError(
        where=where, code="unknown_key", problem=f"unknown key '{safe(key)}'", remedy=remedy
    )


# ---- readers of single values ------------------------------------------------------------


def _text(row: _Row, key: str) -> str:
    value = row.values[key]
    if isinstance(value, str):
        return value
    raise row.fault(key, "bad_value", f"'{key}' is not a text", "put it in quotation marks")


def _money(row: _Row, key: str) -> Money:
    return _money_of(row, key, row.values[key])


def _money_of(row: _Row, key: str, value: object) -> Money:
    problem = f"'{key}' is not an amount"
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        try:
            return Money.of_decimal(value, evidence=row.where())
        except BadAmount as bad:
            problem = f"'{key}': {bad}"
    raise row.fault(key, "bad_amount", problem, "write dollars with at most two decimals")


def _day(row: _Row, key: str) -> date:
    value = row.values[key]
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise row.fault(key, "bad_date", f"'{key}' is not a date", "write it as YYYY-MM-DD")


def _year(row: _Row, key: str) -> int:
    value = row.values[key]
    if isinstance(value, int) and not isinstance(value, bool) and 1000 < value < 10000:
        return value
    raise row.fault(key, "bad_value", f"'{key}' is not a year", "write it as YYYY")


def _count(row: _Row, key: str) -> int:
    value = row.values[key]
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise row.fault(key, "bad_value", f"'{key}' is not a count", "write a positive whole number")


def _flag(row: _Row, key: str) -> bool:
    value = row.values[key]
    if isinstance(value, bool):
        return value
    raise row.fault(key, "bad_value", f"'{key}' is neither true nor false", "write true or false")


def _one_of(*allowed: str) -> Callable[[_Row, str], str]:
    def read(row: _Row, key: str) -> str:
        value = _text(row, key)
        if value in allowed:
            return value
        near = get_close_matches(value, allowed, n=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise row.fault(
            key, "bad_value", f"'{safe(value)}' is no {key}", f"{hint}known: {', '.join(allowed)}"
        )

    return read


def _sources(row: _Row, key: str) -> tuple[Source, ...]:
    value = row.values[key]
    names = [value] if isinstance(value, str) else value
    known = [source.value for source in Source]
    if isinstance(names, list) and names and all(name in known for name in names):
        return tuple(Source(name) for name in names)
    remedy = f"sources are: {', '.join(known)}"
    raise row.fault(key, "bad_source", f"unknown source {names}", remedy)


def _parts(row: _Row, key: str) -> tuple[Part, ...]:
    value, out, faults = row.values[key], list[Part](), Collector()
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise row.fault(key, "bad_value", "'parts' is not a list of tables",
                        'write parts = [{ to = "ira1", amount = 80000 }]')
    for item in value:
        known = {"to": "", "amount": "", "pretax": ""}
        for name in item:
            if name not in known:
                faults.add(unknown_key(row.where(key), name, known))
        if not isinstance(item.get("to"), str) or "amount" not in item:
            faults.add(row.fault(key, "missing_field", "a part needs 'to' and 'amount'",
                                 'name the account id, or "cash", and the dollars'))
            continue
        with faults:
            amount = _money_of(row, "amount", item["amount"])
            pretax = _money_of(row, "pretax", item["pretax"]) if "pretax" in item else None
            out.append(Part(item["to"], amount, pretax))
    faults.raise_any()
    return tuple(out)


def _layers(row: _Row, key: str) -> tuple[RothLayer, ...]:
    value = row.values[key]
    known = {"year": "", "taxable": "", "nontaxable": ""}
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise row.fault(key, "bad_value", f"'{key}' is not a list of tables",
                        "write { year = 2020, taxable = 100, nontaxable = 0 }")
    out = []
    for item in value:
        for name in item:
            if name not in known:
                raise unknown_key(row.where(key), name, known)
        if not isinstance(item.get("year"), int):
            raise row.fault(key, "missing_field", "a conversion needs its 'year'", "add 'year'")
        taxable = _money_of(row, "taxable", item.get("taxable", 0))
        out.append(RothLayer(item["year"], taxable,
                             _money_of(row, "nontaxable", item.get("nontaxable", 0))))
    return tuple(out)


def _simplified(row: _Row, key: str) -> SimplifiedMethod:
    value = row.values[key]
    if not isinstance(value, dict) or set(value) != {"cost", "payments"} or not isinstance(
        value["payments"], int
    ) or value["payments"] <= 0:
        raise row.fault(key, "bad_value", "'simplified_method' needs cost and payments",
                        "write { cost = 31000, payments = 310 }")
    return SimplifiedMethod(_money_of(row, "cost", value["cost"]), value["payments"])


def _places(row: _Row, key: str) -> int | None:
    value = row.values[key]
    if value == "exact":
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 3 <= value <= 10:
        return value
    raise row.fault(key, "bad_value", "'line_10_places' is not 3 to 10", 'or write "exact"')


def _anything(row: _Row, key: str) -> object:
    return row.values[key]


_STATUSES = ("single", "head_of_household", "married_joint", "married_separate",
             "surviving_spouse")
_SPEC: dict[str, dict[str, Callable[[_Row, str], Any]]] = {
    "scenario": {"title": _text, "source": _text, "tax_years": _anything},
    "options": {"line_10_places": _places, "whole_dollars": _flag,
                "ira_method": _one_of("form", "worksheet_1_1")},
    "taxpayer": {"id": _text, "name": _text, "born": _day, "spouse": _text},
    "account": {"id": _text, "owner": _text, "kind": _one_of(*AccountKind), "employer": _text,
                "institution": _text, "number": _text, "separate_after_tax": _flag,
                "in_plan_conversion": _flag, "in_service_distribution": _flag, "after_tax": _flag,
                "catch_up": _flag, "first_roth_year": _year, "decedent": _text,
                "simplified_method": _simplified},
    "opening": {"date": _day, "account": _text, "source": _sources, "value": _money,
                "basis": _money, "pre_1987": _money, "memo": _text},
    "opening_basis": {"taxpayer": _text, "as_of": _day, "traditional_ira": _money,
                      "roth_ira_regular": _money, "roth_ira_since": _year,
                      "roth_ira_conversions": _layers},
    "year": {"taxpayer": _text, "year": _year, "filing_status": _one_of(*_STATUSES),
             "magi": _money, "compensation": _money, "covered_by_plan": _flag,
             "spouse_covered_by_plan": _flag, "ira_deduction": _money,
             "nondeductible_first": _one_of("made_in_year", "made_after_year"),
             "outstanding_rollovers": _money, "first_home_expenses": _money},
    "event": {"date": _day, "account": _text,
              "kind": _one_of(*(k for k in RECORDED_KINDS if k is not EventKind.OPENING)),
              "id": _text, "memo": _text, "source": _sources, "amount": _money, "to": _text,
              "of": _text, "year": _year, "value": _money, "earnings": _money, "basis": _money,
              "parts": _parts, "withheld": _money, "exception": _text, "reason": _text,
              "catch_up": _flag},
    "expect": {"taxpayer": _text, "year": _year, "at": _text, "is": _anything},
    "expect_refusal": {"code": _text},
}
_NEEDED = {
    "scenario": ("tax_years",),
    "taxpayer": ("id",),
    "account": ("id", "owner", "kind"),
    "opening": ("date", "account", "value"),
    "opening_basis": ("taxpayer", "as_of"),
    "year": ("taxpayer", "year"),
    "event": ("date", "account", "kind"),
    "expect": ("taxpayer", "year", "at", "is"),
}


def read(path: Path) -> Scenario:
    """Read a scenario file; raise LedgerErrors with every fault of the file at once."""
    try:
        if not path.is_file() or path.stat().st_size > _SIZE_MAX:
            raise LedgerError(
                where=safe(str(path)), code="not_a_file",
                problem="this is not a scenario file", remedy="name a TOML file",
            )
        raw = path.read_bytes()
    except OSError as fault:
        raise LedgerError(
            where=safe(str(path)), code="not_readable", problem=f"cannot be read: {fault.strerror}",
            remedy="check the name and the permissions",
        ) from fault
    return parse(raw, path.name)


def parse(raw: bytes, name: str) -> Scenario:
    """Read the bytes of a scenario file under a name for messages; raise as ``read`` does."""
    try:
        text = raw.decode("utf-8-sig")
        tree = tomllib.loads(text, parse_float=Decimal)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as fault:
        line = re.search(r"line (\d+)", str(fault))
        where = f"{safe(name)}:{line[1]}" if line else safe(name)
        raise LedgerError(
            where=where, code="bad_toml", problem=f"not a TOML file: {safe(str(fault))}",
            remedy="correct the line; scenario files are UTF-8 text",
        ) from fault
    return _Reader(tree, _Places(safe(name), text), safe(name)).scenario()


class _Reader:
    """Turns the tables of one file into a Scenario, gathering all faults."""

    def __init__(self, tree: Mapping[str, Any], places: _Places, name: str) -> None:
        self._tree, self._places, self._name = tree, places, name
        self._faults = Collector()
        self._faulty: set[str] = set()  # rows with a fault of their own: not looked at further

    def scenario(self) -> Scenario:
        for key in self._tree:
            if key not in _SPEC:
                self._faults.add(unknown_key(self._name, key, _SPEC))
        head = self._one("scenario")
        years = self._years(head)
        books = self._books()
        expected = tuple(
            Expectation(row["where"], row["taxpayer"], row["year"], row["at"], row["is"])
            for row in self._many("expect")
            if {"taxpayer", "year", "at", "is"} <= row.keys()
        )
        refusal = self._one("expect_refusal")
        self._faults.raise_any()
        return Scenario(
            title=head.get("title") or "",
            source=head.get("source") or "",
            books=books,
            tax_years=years,
            expectations=expected,
            expect_refusal=refusal.get("code") or "",
        )

    def _years(self, head: Mapping[str, Any]) -> tuple[int, ...]:
        years = head.get("tax_years")
        good = isinstance(years, list) and years and all(
            isinstance(y, int) and not isinstance(y, bool) and 1000 < y < 10000 for y in years
        )
        if isinstance(years, list) and good:
            return tuple(sorted(set(years)))
        if years is not None:
            self._faults.add(LedgerError(
                where=self._places.of("scenario", 0, "tax_years"), code="bad_value",
                problem="'tax_years' is not a list of years", remedy="write tax_years = [2024]",
            ))
        return ()

    def _one(self, table: str) -> dict[str, Any]:
        value = self._tree.get(table)
        if value is None and table != "scenario":
            return {}
        return self._row(table, 0, value if isinstance(value, dict) else {})

    def _many(self, table: str) -> list[dict[str, Any]]:
        value = self._tree.get(table, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._faults.add(LedgerError(
                where=self._places.of(table, 0), code="bad_value",
                problem=f"'{table}' is not a list of tables", remedy=f"write [[{table}]]",
            ))
            return []
        return [self._row(table, index, item) for index, item in enumerate(value)]

    def _row(self, table: str, index: int, values: Mapping[str, Any]) -> dict[str, Any]:
        row, spec, before = _Row(table, index, values, self._places), _SPEC[table], len(self._faults)
        row.check_keys(spec, self._faults)
        for key in _NEEDED.get(table, ()):
            row.need(key, self._faults)
        out = {key: row.read(key, reader, self._faults) for key, reader in spec.items()}
        found = {key: value for key, value in out.items() if value is not None}
        if "line_10_places" in values:
            found["line_10_places"] = out["line_10_places"]
        if len(self._faults) > before:
            self._faulty.add(row.where())
        return {**found, "where": row.where()}

    # ---- the books -------------------------------------------------------------------------

    def _books(self) -> Books:
        people = self._by_id("taxpayer", lambda row: Taxpayer(
            row["id"], row.get("name", row["id"]), row.get("born"), row.get("spouse")))
        accounts = self._by_id("account", self._account)
        self._check_names(people, accounts)
        options = self._one("options")
        options.pop("where", None)
        entries = self._entries(accounts)
        return Books(
            taxpayers=people,
            accounts=accounts,
            entries=entries,
            opening_basis=tuple(
                OpeningBasis(**row) for row in self._of_people("opening_basis", people, "as_of")
            ),
            return_facts=tuple(
                ReturnFacts(**row) for row in self._of_people("year", people, "year")
            ),
            options=Options(**options),
        )

    def _by_id(self, table: str, make: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for row in self._many(table):
            if any(key not in row for key in _NEEDED[table]):
                continue
            if row["id"] in out:
                self._faults.add(LedgerError(
                    where=row["where"], code="exists",
                    problem=f"the {table} '{safe(row['id'])}' stands twice",
                    remedy="give each its own id",
                ))
            out[row["id"]] = make(row)
        return out

    @staticmethod
    def _account(row: dict[str, Any]) -> Account:
        values = {key: value for key, value in row.items() if key != "where"}
        return Account(**{**values, "kind": AccountKind(row["kind"])})

    def _check_names(self, people: Mapping[str, Taxpayer], accounts: Mapping[str, Account]) -> None:
        for index, account in enumerate(accounts.values()):
            if account.owner not in people:
                where = self._places.of("account", index, "owner")
                self._faults.add(_unknown_taxpayer(where, account.owner, people))

    def _of_people(
        self, table: str, people: Mapping[str, Taxpayer], also: str
    ) -> list[dict[str, Any]]:
        rows = [r for r in self._many(table) if "taxpayer" in r and also in r]
        for row in rows:
            if row["taxpayer"] not in people:
                self._faults.add(_unknown_taxpayer(row["where"], row["taxpayer"], people))
        return rows

    def _entries(self, accounts: Mapping[str, Account]) -> tuple[JournalEntry, ...]:
        opened = [{**row, "kind": EventKind.OPENING} for row in self._many("opening")]
        rows = [*opened, *self._many("event")]
        booked: list[JournalEntry] = []
        for seq, row in enumerate(rows):
            if row["where"] in self._faulty:
                continue
            event = _event(row, seq)
            self._check_fields(event, row)
            with self._faults:
                booked.append(book(event, accounts))
        return tuple(sorted(booked, key=lambda e: (e.day, e.event.seq)))

    def _check_fields(self, event: Event, row: Mapping[str, Any]) -> None:
        """Refuse a field that has no meaning for this kind of event."""
        allowed = {*EVENT_FIELDS[event.kind], "source", *_ALWAYS_GIVEN}
        for name in row:
            if name not in allowed:
                known = dict.fromkeys(sorted(EVENT_FIELDS[event.kind]))
                fault = unknown_key(event.where, name, known)
                self._faults.add(
                    LedgerError(
                        where=event.where,
                        code="unknown_key",
                        problem=f"a {event.kind.words} has no '{name}'",
                        remedy=fault.remedy,
                    )
                )


_ALWAYS_GIVEN = frozenset({"date", "account", "kind", "id", "memo", "where"})


def _event(row: Mapping[str, Any], seq: int) -> Event:
    values = {k: v for k, v in row.items() if k not in {"date", "source", "kind"}}
    return Event(
        day=row["date"],
        kind=EventKind(row["kind"]),
        sources=row.get("source", ()),
        seq=seq,
        **values,
    )


def _unknown_taxpayer(where: str, name: str, people: Mapping[str, Taxpayer]) -> LedgerError:
    return LedgerError(
        where=where, code="unknown_taxpayer", problem=f"no taxpayer '{safe(name)}'",
        remedy=f"taxpayers are: {', '.join(people) or 'none'}",
    )


# ---- writing ------------------------------------------------------------------------------


def write(books: Books, taxpayer: str | None = None, years: tuple[int, ...] = ()) -> str:
    """Return books as a scenario file; running it gives the same year-end records.

    ``taxpayer`` keeps one person (and the spouse's id out); ``years`` are the years to report,
    by default every year with an entry.
    """
    people = {k: v for k, v in books.taxpayers.items() if taxpayer in (None, k)}
    accounts = {k: v for k, v in books.accounts.items() if v.owner in people}
    entries = [e for e in books.entries if e.event.account in accounts]
    listed = years or tuple(sorted({e.day.year for e in entries} | {
        f.year for f in books.return_facts if f.taxpayer in people}))
    out = [_table("[scenario]", {"title": "Exported ledger", "source": "basis scenario export",
                                 "tax_years": list(listed)})]
    defaults = Options()
    chosen = {f.name: getattr(books.options, f.name) for f in fields(Options)
              if getattr(books.options, f.name) != getattr(defaults, f.name)}
    if chosen:
        out.append(_table("[options]", chosen))
    out += [_table("[[taxpayer]]", _dataclass(person)) for person in people.values()]
    out += [_table("[[account]]", _account_fields(account)) for account in accounts.values()]
    out += [
        _table("[[opening]]" if e.event.kind is EventKind.OPENING else "[[event]]",
               _event_fields(e.event))
        for e in entries
    ]
    out += [_table("[[opening_basis]]", _dataclass(row)) for row in books.opening_basis
            if row.taxpayer in people]
    out += [_table("[[year]]", _dataclass(row)) for row in books.return_facts
            if row.taxpayer in people]
    return "\n".join(out)


_NAMED = frozenset(
    {
        EventKind.IN_PLAN_CONVERSION,
        EventKind.DISTRIBUTION,
        EventKind.CONVERSION,
        EventKind.RECHARACTERIZATION,
        EventKind.RETURN_OF_CONTRIBUTION,
        EventKind.QCD,
        EventKind.ANNUITY_PAYMENT,
    }
)


def _event_fields(event: Event) -> dict[str, Any]:
    found = event.as_fields()
    if event.kind in _NAMED or event.id:
        found.pop("id", None)
        found["id"] = event.name  # records refer to these events by name
    for name in ("amount", "value", "earnings", "basis", "pre_1987", "withheld"):
        if name in found:
            found[name] = Decimal(found[name])
    found["date"] = event.day
    if "parts" in found:
        found["parts"] = [
            {k: v if k == "to" else Decimal(v) for k, v in part.items()} for part in found["parts"]
        ]
    if event.kind is EventKind.OPENING:
        found = {k: v for k, v in found.items() if k in _SPEC["opening"]}
    return found


def _account_fields(account: Account) -> dict[str, Any]:
    plain = Account(account.id, account.owner, account.kind)
    found = {k: v for k, v in vars(account).items() if v != getattr(plain, k)}
    if account.simplified_method:
        method = account.simplified_method
        found["simplified_method"] = {"cost": method.cost, "payments": method.payments}
    return {"id": account.id, "owner": account.owner, "kind": account.kind.value, **found}


def _dataclass(row: object) -> dict[str, Any]:
    return {k: v for k, v in vars(row).items() if k != "where" and v not in (None, "", ())}


def _table(header: str, values: Mapping[str, Any]) -> str:
    lines = [f"{key} = {_toml(value)}" for key, value in values.items()]
    return "\n".join([header, *lines, ""])


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, RothLayer):
        value = {"year": value.year, "taxable": value.taxable, "nontaxable": value.nontaxable}
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, str):
        return _quoted(value)
    return value.plain if isinstance(value, Money) else str(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    shown = "".join(
        f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) == 127 else c for c in escaped
    )
    return f'"{shown}"'
