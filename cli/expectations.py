"""Compare a year-end record with what a scenario file expects of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

ABSENT = object()
_STEP = re.compile(r"([^.\[\]]+)((?:\[[^\[\]=]+=[^\[\]]*\])*)(?:\.|$)")
_SELECTOR = re.compile(r"\[([^\[\]=]+)=([^\[\]]*)\]")


class BadPath(ValueError):
    """A path that is not keys joined by dots with [key=value] tests."""


def look_up(record: object, path: str) -> object:
    """Return the value at a path of a record, or ABSENT.

    >>> record = {"accounts": [{"account": "a", "source": "roth", "in": "5.00"}]}
    >>> look_up(record, "accounts[account=a][source=roth].in"), look_up(record, "accounts.0.in")
    ('5.00', '5.00')
    """
    node, at = record, 0
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            raise BadPath(f"cannot read the path '{path}' at character {at + 1}")
        node = _select(_child(node, step[1]), _SELECTOR.findall(step[2]))
        at = step.end()
    return node


def _child(node: object, name: str) -> object:
    if isinstance(node, Mapping):
        return node.get(name, ABSENT)
    if isinstance(node, list) and name.isdigit() and int(name) < len(node):
        return node[int(name)]
    return ABSENT


def _select(node: object, tests: list[tuple[str, str]]) -> object:
    if not tests:
        return node
    if not isinstance(node, list):
        return ABSENT
    for item in node:
        if isinstance(item, Mapping) and all(
            key in item and _as_text(item[key]) == wanted for key, wanted in tests
        ):
            return item
    return ABSENT


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def agrees(wanted: object, found: object) -> bool:
    """Tell whether a value is as expected: text as text, a number by value, true/false, absent.

    >>> agrees(Decimal("7.5"), "7.50"), agrees("7.5", "7.50"), agrees("absent", ABSENT)
    (True, False, True)
    """
    if wanted == "absent" or found is ABSENT:
        return wanted == "absent" and found is ABSENT
    # before the numbers: True equals 1 in Python
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    if isinstance(wanted, int | Decimal):
        return _number(found) == Decimal(wanted)
    return isinstance(found, str) and str(wanted) == found


def _number(found: object) -> Decimal | None:
    if not isinstance(found, int | str):
        return None
    try:
        return Decimal(found)
    except InvalidOperation:
        return None


def shown(value: object) -> str:
    """Return a value as a difference prints it."""
    return "absent" if value is ABSENT else json.dumps(value, default=str)
