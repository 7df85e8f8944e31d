"""The one catalogue of fields: what may be said of an event, and how each place writes it.

The stored event, scenario files, the plain CSV and the options of ``basis add`` follow from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class Value(Enum):
    """What a field holds, and so how it is read and written."""

    MONEY = "dollars"  # that move: the kind of the event says the sign
    HELD = "dollars on a day"  # zero or more
    NET = "dollars of gain or loss"
    UNITS = "units"
    YEAR = "a year"
    COUNT = "a whole number"
    FLAG = "yes or no"
    NAME = "a short name"
    LINE = "a text on one line"
    TEXT = "a text"
    SOURCES = "one source or a list of sources"
    PARTS = "a list of parts"


@dataclass(frozen=True)
class FieldSpec:
    """One field of an event.

    ``key`` is its name in files, ``title`` its column in the plain CSV: "" where one row cannot
    hold it, and then ``too_much`` says what an event with it is. ``option`` is its name on the
    command line.
    """

    name: str  # of the attribute of Event
    value: Value
    meaning: str  # shown in help
    key: str = ""
    title: str = ""
    option: str = ""
    too_much: str = ""


def _spec(name: str, value: Value, meaning: str, **other: str) -> FieldSpec:
    """Return a field whose key, column and option are its name unless said otherwise."""
    key = other.pop("key", name)
    title = "" if "too_much" in other else other.pop("title", key.replace("_", " ").title())
    option = f"--{other.pop('option', key).replace('_', '-')}"
    return FieldSpec(name, value, meaning, key, title, option, **other)


_LISTED = (
    _spec("amount", Value.MONEY, "Amount in dollars; positive, losses negative."),
    _spec("sources", Value.SOURCES, "Plan: money source; repeat.", key="source"),
    _spec("to", Value.TEXT, "Account that receives the money."),
    _spec("year", Value.YEAR, "IRA: tax year a contribution is made for.", title="Tax Year"),
    _spec("value", Value.HELD, "Balance, or account value just before."),
    _spec(
        "earnings",
        Value.NET,
        "Net income that goes along, on top of the amount; of a negative contribution, in it.",
    ),
    _spec("basis", Value.HELD, "Already taxed part, where a document states it."),
    _spec(
        "pre_1987",
        Value.HELD,
        "Part of the basis that is pre-1987 money.",
        too_much="holds pre-1987 money",
    ),
    _spec(
        "parts",
        Value.PARTS,
        "Part of a distribution: TO=DOLLARS, or TO=DOLLARS/PRETAX for an election; repeat.",
        option="part",
        too_much="has several parts",
    ),
    _spec(
        "pretax",
        Value.MONEY,
        "60-day rollover: elected pretax dollars.",
        too_much="states which dollars are pretax",
    ),
    _spec(
        "months",
        Value.COUNT,
        "Pension payment: months it is for.",
        too_much="is for several months",
    ),
    _spec("withheld", Value.MONEY, "Federal tax withheld, part of the amount."),
    _spec("state_withheld", Value.MONEY, "State tax withheld, part of the amount."),
    _spec("exception", Value.TEXT, "Form 5329 exception code."),
    _spec("reason", Value.TEXT, "Reason of a distribution, as on Form 1099-R."),
    _spec("disaster", Value.TEXT, "Name of the qualified disaster of a distribution."),
    _spec("postponed", Value.TEXT, "Why a contribution was possible after the due date."),
    _spec("catch_up", Value.FLAG, "Contribution: age-50 catch-up money."),
    _spec("fund", Value.LINE, "Plan: investment that the units are of."),
    _spec("units", Value.UNITS, "Plan: units that came (negative: that left)."),
    _spec("price", Value.UNITS, "Plan: price of one unit in dollars, where the row prints it."),
    _spec("origin", Value.TEXT, "Account that sent what came in, outside, or in_transit."),
    _spec("of", Value.TEXT, "Rollover or repayment: id of the distribution it came from."),
    _spec("id", Value.NAME, "Name by which other events refer to it."),
    _spec("memo", Value.TEXT, "Free text."),
)
FIELD_SPECS: Mapping[str, FieldSpec] = MappingProxyType({one.name: one for one in _LISTED})


def _holding(*values: Value) -> tuple[str, ...]:
    return tuple(one.name for one in _LISTED if one.value in values)


MOVED_FIELDS = _holding(Value.MONEY)
HELD_FIELDS = _holding(Value.HELD)
MONEY_FIELDS = frozenset(_holding(Value.MONEY, Value.HELD, Value.NET))
