"""Single values of a scenario file: read by kind, refused with their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from ledger.chart import SimplifiedMethod, Source
from ledger.errors import Collector, LedgerError
from ledger.events import Part
from ledger.filed_years import is_record
from ledger.money import ZERO, BadAmount, Money
from ledger.records import EmployerAmount, RothLayer, ServiceCatchUp, check_method, is_state
from ledger.sanity_limits import (
    EARLIEST,
    LAST_YEAR,
    refuse_birth_date,
    refuse_name,
    refuse_payer_tin,
    refuse_ssn_last4,
    refuse_text,
)
from ledger.text import safe

_HEADER = re.compile(r"^\s*\[\[?\s*([A-Za-z_]+)\s*\]?\]")
_KEY = re.compile(r"^\s*([A-Za-z0-9_]+)\s*=")
_COUNT_MAX = 1_000


class Places:
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
            # a table written inline has no header of its own
            return self._name
        line, keys = found[index]
        return f"{self._name}:{keys.get(key, line)}"


@dataclass(frozen=True)
class Row:
    """One table of the file with its place; reads values by kind and reports faults."""

    table: str
    index: int
    values: Mapping[str, Any]
    places: Places

    def where(self, key: str = "") -> str:
        """Return the place of a key, or of the whole table."""
        return self.places.of(self.table, self.index, key)

    def fault(self, key: str, code: str, problem: str, remedy: str) -> LedgerError:
        """Return a refusal at the place of a key."""
        return LedgerError(where=self.where(key), code=code, problem=problem, remedy=remedy)

    def check_keys(self, known: Mapping[str, object], faults: Collector) -> None:
        """Refuse every key that is not known."""
        for key in self.values:
            if key not in known:
                faults.add(unknown_key(self.where(key), key, known))

    def read(self, key: str, reader: Callable[[Row, str], Any], faults: Collector) -> Any:
        """Read a key if it is there; a fault is kept and gives None."""
        if key not in self.values:
            return None
        with faults:
            return reader(self, key)
        return None

    def need(self, key: str, faults: Collector) -> bool:
        """Tell whether a key is there; keep a fault where it is not."""
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


def as_text(row: Row, key: str) -> str:
    """Return a text."""
    value = row.values[key]
    if isinstance(value, str):
        return value
    raise row.fault(key, "bad_value", f"'{key}' is not a text", "put it in quotation marks")


def as_name(row: Row, key: str) -> str:
    """Return a short name that other rows may refer to."""
    text = as_text(row, key)
    refuse_name(text, row.where(key))
    return text


def as_line(row: Row, key: str) -> str:
    """Return a text that is printed as it stands: on one line, without a whole tax id."""
    text = as_text(row, key)
    refuse_text(text, row.where(key))
    return text


def as_money(row: Row, key: str) -> Money:
    """Return an amount of dollars, exact to the cent."""
    return money_of(row, key, row.values[key])


def as_positive(row: Row, key: str) -> Money:
    """Return an amount of dollars that is never below zero."""
    return positive_of(row, key, row.values[key])


def positive_of(row: Row, key: str, value: object) -> Money:
    """Return an amount of dollars; refuse one below zero."""
    amount = money_of(row, key, value)
    if amount < ZERO:
        problem = f"'{key}' cannot be negative ({amount})"
        raise row.fault(key, "bad_amount", problem, "write it as it stands on the form")
    return amount


def money_of(row: Row, key: str, value: object) -> Money:
    """Return an amount of dollars; ``key`` names it in a refusal."""
    problem = f"'{key}' is not an amount"
    # True is an int in Python
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        try:
            return Money.of_decimal(value, evidence=row.where())
        except BadAmount as bad:
            problem = f"'{key}': {bad}"
    raise row.fault(key, "bad_amount", problem, "write dollars with at most two decimals")


def as_day(row: Row, key: str) -> date:
    """Return a date."""
    value = row.values[key]
    # a datetime is a date in Python
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise row.fault(key, "bad_date", f"'{key}' is not a date", "write it as YYYY-MM-DD")


def as_event_day(row: Row, key: str) -> date:
    """Return a date on which something can have happened in a retirement account."""
    day = as_day(row, key)
    if day >= EARLIEST and day.year <= LAST_YEAR:
        return day
    side = "before there were such accounts" if day < EARLIEST else "too far in the future"
    raise row.fault(key, "date_out_of_range", f"{day.isoformat()} is {side}", "check the year")


def as_birth_date(row: Row, key: str) -> date:
    """Return a birth date that a living person can have."""
    born = as_day(row, key)
    refuse_birth_date(born, row.where(key))
    return born


def as_ssn_last4(row: Row, key: str) -> str:
    """Return the last four digits of a social security number."""
    text = as_text(row, key)
    refuse_ssn_last4(text, row.where(key))
    return text


def as_payer_tin(row: Row, key: str) -> str:
    """Return the number of a payer as Forms 1099-R print it."""
    text = as_text(row, key)
    refuse_payer_tin(text, row.where(key))
    return text


def is_year(value: object) -> bool:
    """Tell whether a value is a calendar year since IRAs exist."""
    number = value if isinstance(value, int) and not isinstance(value, bool) else 0
    return EARLIEST.year <= number <= LAST_YEAR


def as_year(row: Row, key: str) -> int:
    """Return a year."""
    value = row.values[key]
    if is_year(value):
        return int(value)
    raise row.fault(key, "bad_value", f"'{key}' is not a year", "write it as YYYY")


def as_count(row: Row, key: str) -> int:
    """Return a whole number above zero."""
    value = row.values[key]
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _COUNT_MAX:
        return value
    raise row.fault(key, "bad_value", f"'{key}' is not a count", "write a whole number above zero")


def as_units(row: Row, key: str) -> Decimal:
    """Return units of a fund, an exact decimal number."""
    value = row.values[key]
    if (
        isinstance(value, int | Decimal)
        and not isinstance(value, bool)
        # TOML has inf and nan
        and Decimal(value).is_finite()
    ):
        return Decimal(value)
    problem = f"'{key}' is no number of units"
    raise row.fault(key, "bad_value", problem, "write a number such as -12.345")


def as_flag(row: Row, key: str) -> bool:
    """Return a yes or a no."""
    value = row.values[key]
    if isinstance(value, bool):
        return value
    raise row.fault(key, "bad_value", f"'{key}' is neither true nor false", "write true or false")


def one_of(*allowed: str) -> Callable[[Row, str], str]:
    """Return a reader that takes only certain words."""

    def read(row: Row, key: str) -> str:
        value = as_text(row, key)
        if value in allowed:
            return value
        near = get_close_matches(value, allowed, n=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise row.fault(
            key, "bad_value", f"'{safe(value)}' is no {key}", f"{hint}known: {', '.join(allowed)}"
        )

    return read


def as_sources(row: Row, key: str) -> tuple[Source, ...]:
    """Return one source or a list of sources."""
    value = row.values[key]
    names = [value] if isinstance(value, str) else value
    known = [source.value for source in Source]
    if isinstance(names, list) and names and all(name in known for name in names):
        return tuple(Source(name) for name in names)
    remedy = f"sources are: {', '.join(known)}"
    raise row.fault(key, "bad_source", f"unknown source {names}", remedy)


def as_parts(row: Row, key: str) -> tuple[Part, ...]:
    """Return the parts of a distribution."""
    value, out, faults = row.values[key], list[Part](), Collector()
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise row.fault(
            key,
            "bad_value",
            "'parts' is not a list of tables",
            'write parts = [{ to = "ira1", amount = 80000 }]',
        )
    for item in value:
        known = {"to": "", "amount": "", "pretax": ""}
        for name in item:
            if name not in known:
                faults.add(unknown_key(row.where(key), name, known))
        if not isinstance(item.get("to"), str) or "amount" not in item:
            faults.add(
                row.fault(
                    key,
                    "missing_field",
                    "a part needs 'to' and 'amount'",
                    'name the account id, or "cash", and the dollars',
                )
            )
            continue
        with faults:
            amount = money_of(row, "amount", item["amount"])
            pretax = money_of(row, "pretax", item["pretax"]) if "pretax" in item else None
            out.append(Part(item["to"], amount, pretax))
    faults.raise_any()
    return tuple(out)


def as_layers(row: Row, key: str) -> tuple[RothLayer, ...]:
    """Return the conversions left in Roth IRAs, by year."""
    value = row.values[key]
    known = {"year": "", "taxable": "", "nontaxable": ""}
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise row.fault(
            key,
            "bad_value",
            f"'{key}' is not a list of tables",
            "write { year = 2020, taxable = 100, nontaxable = 0 }",
        )
    out = []
    for item in value:
        for name in item:
            if name not in known:
                raise unknown_key(row.where(key), name, known)
        if not is_year(item.get("year")):
            raise row.fault(key, "missing_field", "a conversion needs its 'year'", "add 'year'")
        taxable = positive_of(row, "taxable", item.get("taxable", 0))
        nontaxable = positive_of(row, "nontaxable", item.get("nontaxable", 0))
        out.append(RothLayer(item["year"], taxable, nontaxable))
    return tuple(out)


def as_state(row: Row, key: str) -> str:
    """Return a state as two letters."""
    value = as_text(row, key)
    if is_state(value):
        return value
    raise row.fault(key, "bad_value", f"'{safe(value)}' is no state", 'write two letters: "NJ"')


def as_employer_amounts(row: Row, key: str) -> tuple[EmployerAmount, ...]:
    """Return an amount for each employer."""
    value = row.values[key]
    if not isinstance(value, dict) or not value:
        raise row.fault(
            key,
            "bad_value",
            f"'{key}' does not name the employer of each amount",
            'write { Acme = 50000, "Nova Inc" = 20000 }, employers as in the accounts',
        )
    return tuple(EmployerAmount(name, positive_of(row, name, value[name])) for name in value)


def as_service_catch_up(row: Row, key: str) -> ServiceCatchUp:
    """Return what the 15-year rule of a 403(b) plan asks."""
    value = row.values[key]
    known = dict.fromkeys(item.name for item in fields(ServiceCatchUp))
    if not isinstance(value, dict) or value.keys() != known.keys():
        raise row.fault(
            key,
            "bad_value",
            f"'{key}' needs {', '.join(known)}",
            'write { account = "uni", years_of_service = 20, deferred_before = 60000, used_before '
            "= 0 }",
        )
    inner = Row(row.table, row.index, value, row.places)
    return ServiceCatchUp(
        account=as_text(inner, "account"),
        years_of_service=as_count(inner, "years_of_service"),
        deferred_before=as_positive(inner, "deferred_before"),
        used_before=as_positive(inner, "used_before"),
    )


def as_simplified_method(row: Row, key: str) -> SimplifiedMethod:
    """Return cost and number of payments of a pension."""
    value = row.values[key]
    known = dict.fromkeys(item.name for item in fields(SimplifiedMethod))
    if not isinstance(value, dict) or not value:
        raise row.fault(
            key,
            "bad_value",
            "'simplified_method' is not a table of its facts",
            "write { cost = 31000, payments = 310 } or { cost = 31000, started = 2023-01-01 }",
        )
    for name in value:
        if name not in known:
            raise unknown_key(row.where(key), name, known)
    check_method(row.where(key), value)
    inner = Row(row.table, row.index, value, row.places)
    days: dict[str, Callable[[Row, str], Any]] = {"started": as_day, "survivor_born": as_day}
    readers = {"payments": as_count, **days}
    found: dict[str, Any] = {name: readers.get(name, as_positive)(inner, name) for name in value}
    return SimplifiedMethod(**found)


def as_places(row: Row, key: str) -> int | None:
    """Return the places of Form 8606 line 10; None for "exact"."""
    value = row.values[key]
    if value == "exact":
        return None
    # line 10 of the form asks for three places at least
    if isinstance(value, int) and not isinstance(value, bool) and 3 <= value <= 10:
        return value
    raise row.fault(key, "bad_value", "'line_10_places' is not 3 to 10", 'or write "exact"')


def as_given(row: Row, key: str) -> object:
    """Return a value of any kind as it stands."""
    return row.values[key]


def as_boxes(row: Row, key: str) -> Mapping[str, str]:
    """Return the boxes of a printed form as texts; what may stand in each is read later."""
    value = row.values[key]
    if not isinstance(value, dict) or not value:
        raise row.fault(
            key,
            "bad_value",
            f"'{key}' is not a table of boxes",
            'write boxes = { 1 = 10200, 2a = 200, 7 = "G" }',
        )
    return {name: _box_text(row, key, name, found) for name, found in value.items()}


def as_record(row: Row, key: str) -> str:
    """Return a year-end record as filed: JSON text, kept as it is."""
    text = as_text(row, key)
    if not is_record(text):
        raise row.fault(
            key, "bad_value", "this is no year-end record", "write what a ledger exported"
        )
    return text


def _box_text(row: Row, key: str, name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal | int):
        # without an exponent: the box is read again as printed text
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    if isinstance(value, str):
        return value
    raise row.fault(key, "bad_value", f"box {safe(name)} holds a table", "write what is printed")
