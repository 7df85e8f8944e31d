"""What is open in a year, by who can settle it: the client, a payer, or the preparer's decision."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from ledger.money import Money
from ledger.year_end import Finding, YearEnd

_COMMANDS = (
    "account|add|allocate|answer|balances|check|import|packet|record|reverse|settle|taxpayer"
)
_TYPED = rf"(?:basis (?:{_COMMANDS})\b|--[a-z])"
_COMMAND = re.compile(_TYPED)
_FILE = Path(__file__).with_suffix(".toml")
_BESIDE = re.compile(rf" ?\([^()]*{_TYPED}[^()]*\)")
# words of a clause that only leads up to a command
_LEADS_UP = re.compile(r"\b(say|says|tells|record|correct|state|enter|with|give|add)\b")


class Ask(StrEnum):
    """Who settles an open point."""

    CLIENT = "ask the client"
    PAYER = "ask the payer"
    DECIDE = "decide"
    NOTE = "note"  # nothing to settle: it explains a figure


@dataclass(frozen=True)
class OpenPoint:
    """A finding as the preparer meets it: whom to ask, in words without commands of ours.

    ``question`` is a sentence to send, with ``{account}`` and ``{year}`` to fill in; "" where the
    words of the finding say it. ``account`` is the account id that it is about, "" for none.
    """

    ask: Ask
    severity: str
    code: str
    words: str
    question: str
    account: str
    at_stake: Money | None
    cite: str


def _asks() -> Iterator[tuple[str, tuple[Ask, str]]]:
    told = tomllib.loads(_FILE.read_text("utf-8"))
    yield from ((code, (Ask.CLIENT, question)) for code, question in told["client"].items())
    for ask in (Ask.PAYER, Ask.DECIDE, Ask.NOTE):
        yield from ((code, (ask, "")) for code in told[ask.name.lower()])


# of each code of a finding: who settles it, and the question to a client
ASKS = MappingProxyType(dict(_asks()))


def open_points(year: YearEnd) -> tuple[OpenPoint, ...]:
    """Return every finding of a year with who settles it, errors first, then as found."""
    rank = {"error": 0, "warning": 1}
    ordered = sorted(year.findings, key=lambda one: rank.get(one.severity, 2))
    return tuple(_point(one, year) for one in ordered)


def _point(found: Finding, year: YearEnd) -> OpenPoint:
    ask, question = ASKS.get(found.code, (Ask.DECIDE, ""))
    if found.severity != "info":
        ask = Ask.DECIDE if ask is Ask.NOTE else ask  # a warning is never a mere note
    elif ask is not Ask.CLIENT and not found.at_stake:
        ask = Ask.NOTE
    begins = found.message.partition(": ")[0]
    about = next((name for name in (begins, found.where) if name in year.accounts), "")
    words = without_commands(found.message)
    return OpenPoint(
        ask, found.severity, found.code, words, question, about, found.at_stake, found.cite
    )


def without_commands(message: str) -> str:
    """Return what a finding says without the commands of ours that would settle it.

    >>> without_commands("acme: no value is stated; if it held money, say so: basis add balance")
    'acme: no value is stated'
    >>> without_commands("pat: no value; the books' 5.00 is used: basis add balance --value …")
    "pat: no value; the books' 5.00 is used"
    >>> without_commands("a form was due: file it (basis packet 2024 --late); it is late")
    'a form was due: file it; it is late'
    """
    told = _BESIDE.sub("", message)
    while found := _COMMAND.search(told):
        head, tail = told[: found.start()].rstrip(" :;,("), told[found.end() :]
        cut = max(head.rfind("; "), head.rfind(": "), head.rfind(". "))
        if cut > 0 and _LEADS_UP.search(head[cut:]):
            head = head[:cut]
        _, semicolon, rest = tail.partition("; ")
        told = head + semicolon + rest
    return told
