"""Rows of an unknown file that have no date: totals and closing text, and what is still pending."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ledger.importers.infer_words import kind_of
from ledger.importers.statuses import Status, status_of

_TOTALS = re.compile(r"(?:sub-?totals?|(?:grand )?totals?)\b", re.IGNORECASE)
_STATES_BALANCE = frozenset({"balance"})


@dataclass(frozen=True)
class Undated:
    """A row below a header that has no date.

    ``text`` is its first filled cell; ``is_first`` says that it stands above every dated row,
    ``is_last`` that it stands below.
    """

    cells: Mapping[str, str]  # by the title of the column
    text: str
    is_first: bool
    is_last: bool


def pending(rows: Iterable[Undated], roles: Mapping[str, str]) -> tuple[str, ...]:
    """Return the cells by which rows say that they are pending; "" is an empty date.

    Above the first dated row no row goes on with the date of another: there an empty date is
    enough, but for a balance.
    """
    return tuple(dict.fromkeys(_pending(rows, roles)))


def _pending(rows: Iterable[Undated], roles: Mapping[str, str]) -> Iterator[str]:
    for row in rows:
        said = [cell for cell in row.cells.values() if status_of(cell) is Status.PENDING]
        words = row.cells.get(roles.get("type", ""), "")
        if said:
            yield said[0]
        elif row.is_first and words and kind_of(words) not in _STATES_BALANCE:
            yield row.cells.get(roles.get("date", ""), "")


def footers(rows: Iterable[Undated], roles: Mapping[str, str], firsts: set[str]) -> tuple[str, ...]:
    """Return how lines that are no rows begin: a total anywhere, any text below the last row.

    A line that says what happened is a row that lacks its date, and no such text; neither is one
    that begins as a dated row does (``firsts``), all of which it would take with it.
    """
    return tuple(dict.fromkeys(_footers(rows, roles, {first.lower() for first in firsts})))


def _footers(rows: Iterable[Undated], roles: Mapping[str, str], firsts: set[str]) -> Iterator[str]:
    for row in rows:
        total = _TOTALS.match(row.text)
        begins = total[0] if total else row.text if row.is_last else ""
        is_row = not total and bool(row.cells.get(roles.get("type", ""), ""))
        taken = any(first.startswith(begins.lower()) for first in firsts)
        if begins and not is_row and not taken:
            yield begins
