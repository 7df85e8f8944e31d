"""A file that no reader knows: what it looks like, which format comes nearest, what to do."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.errors import LedgerError
from ledger.importers.base import Head, Importer
from ledger.importers.files import refuse
from ledger.importers.tables import column_name, with_nearest
from ledger.text import safe

# The Thrift Savings Plan offers its mix of funds for download, and no transactions.
_MIX_OF_FUNDS = ("Thrift Savings Plan", frozenset({"asset class", "current mix", "date range"}))
# Files of the same houses that are of no retirement account.
_OF_NO_ACCOUNT: tuple[tuple[str, frozenset[str]], ...] = (
    (
        "Schwab Equity Awards, shares of an employer",
        frozenset({"action", "fees & commissions", "disbursement election"}),
    ),
    (
        "Empower Personal Dashboard, a list of payments without sources and units",
        frozenset({"date", "account", "category", "tags", "amount"}),
    ),
)
_QIF = re.compile(r"\ufeff?\s*!(?:Account|Clear:|Option:|Type:)", re.IGNORECASE)
_DIVIDERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_LINES = 200  # lines looked at
_AT_LEAST = 2  # columns of a format that a line must have to come near it
_SHOWN = 60  # characters of the line


@dataclass(frozen=True)
class _Near:
    """A line that comes near to the header of a format."""

    line: int
    titles: tuple[str, ...]
    divider: str
    format_name: str
    found: int
    missing: tuple[str, ...]


def is_qif(text: str) -> bool:
    """Tell whether a text is a QIF file, the format that Quicken gave up for OFX."""
    return bool(_QIF.match(text))


def qif(file: str) -> LedgerError:
    """Return the fault of a QIF file."""
    return refuse(
        file,
        "unknown_format",
        "this is a QIF file of Quicken, which names no account and no money source",
        "choose CSV at the site, or OFX (QFX, Web Connect); where it has neither, copy the table "
        "of transactions from its page into a text file",
    )


def unknown(head: Head, file: str, importers: Sequence[Importer]) -> LedgerError:
    """Return the fault of a file that none of these readers knows, in a line or two."""
    if is_qif(head.text):
        return qif(file)
    plan = _named_by((_MIX_OF_FUNDS,), head)
    if plan:
        return refuse(
            file,
            "no_rows",
            f"this is the mix of funds of a {plan} account, in percent: it has no transactions and "
            "no amounts",
            "type the contributions of its statements as plain CSV (--as plain), and what each "
            "source held with: basis add balance",
        )
    other = _named_by(_OF_NO_ACCOUNT, head)
    if other:
        return refuse(
            file,
            "no_retirement_file",
            f"this is a file of {other}: it shows no plan and no IRA",
            "download the transactions of the IRA or of the plan itself",
        )
    where, problem = file, f"no reader knows this file; it begins: {_first_line(head)}"
    near = _nearest(head.text, importers)
    if near:
        where, problem = f"{file}:{near.line}", _compared(near)
    remedy = f"basis formats infer {shlex.quote(file)} proposes a column map"
    return refuse(
        where, "unknown_format", problem, f"{remedy}; or type plain CSV: see basis formats"
    )


def _compared(near: _Near) -> str:
    titles = ", ".join(title for title in near.titles if title)
    words = f"no reader knows the columns {safe(titles, limit=_SHOWN)}; nearest: {near.format_name}"
    if near.missing:
        named = ", ".join(with_nearest(one, near.titles) for one in near.missing)
        return f"{words}, which has {named}"
    return f"{words}, whose columns are not divided by {_DIVIDERS[near.divider]}"


def _nearest(text: str, importers: Sequence[Importer]) -> _Near | None:
    """Return the line that lacks the fewest columns of a format, and has at least half of them."""
    best: _Near | None = None
    for number, line in enumerate(text.splitlines()[:_LINES], 1):
        divider = max(_DIVIDERS, key=line.count)
        titles = tuple(cell.strip().strip('"').strip() for cell in line.split(divider))
        names = frozenset(map(column_name, titles))
        for importer in importers:
            for spec in importer.specs:
                missing = tuple(spec.missing(names))
                found = len(spec.needs) - len(missing)
                near = _Near(number, titles, divider, importer.name, found, missing)
                if found >= max(_AT_LEAST, len(missing)) and _rank(near) > _rank(best):
                    best = near
    return best


def _rank(near: _Near | None) -> tuple[int, int]:
    return (-len(near.missing), near.found) if near else (-_LINES, 0)


def _first_line(head: Head) -> str:
    lines = (line.strip() for line in head.text.splitlines())
    return safe(next((line for line in lines if line), "").replace("\t", " | "), limit=_SHOWN)


def _named_by(table: tuple[tuple[str, frozenset[str]], ...], head: Head) -> str:
    lines = (*head.lines, *head.pasted)
    return next((name for name, columns in table if any(columns <= line for line in lines)), "")
