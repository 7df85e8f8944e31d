"""PDF statements: never read, but refused with what their recordkeeper offers instead."""

from __future__ import annotations

import io
import logging
from typing import NamedTuple

_SIZE_MAX = 20_000_000  # bytes; a larger one is refused without being looked into
_PAGES = 2  # the recordkeeper's name stands on the first pages


class Site(NamedTuple):
    """A recordkeeper: how its papers name it, and what to download there."""

    words: str
    name: str
    take: str


_CSV = "the transaction history as CSV"
SITES = (
    Site(
        "netbenefits",
        "Fidelity NetBenefits",
        "the Sources tab of the transaction history, copied and pasted into a text file, and "
        "history.csv",
    ),
    Site("fidelity", "Fidelity", "Activity & Orders, Download as CSV"),
    Site("vanguard", "Vanguard", "the Download Center's spreadsheet-compatible CSV (plans: QFX)"),
    Site("schwab", "Schwab", "History, Export, CSV; keep the file's name"),
    Site("merrill", "Merrill", "Activity, Download, CSV or Excel"),
    Site("e*trade", "E*TRADE", "Transactions, Download, CSV"),
    Site("etrade", "E*TRADE", "Transactions, Download, CSV"),
    Site("robinhood", "Robinhood", "Reports and statements, Account activity report"),
    Site("betterment", "Betterment", "the account's transactions as CSV"),
    Site("empower", "Empower", _CSV),
    Site("voya", "Voya", "the transaction history, copied and pasted into a text file"),
    Site("tiaa", "TIAA", _CSV),
    Site("t. rowe price", "T. Rowe Price", "the account activity as CSV"),
    Site("transamerica", "Transamerica", _CSV),
)


def refusal_words(content: bytes) -> tuple[str, str]:
    """Return what a PDF is and what to do instead, by the recordkeeper named first in it."""
    text = _text(content).lower()
    named = [(text.find(site.words), site) for site in SITES if site.words in text]
    if not named:
        return "this is a PDF, not a CSV file", "download the same period as CSV or spreadsheet"
    site = SITES[0] if SITES[0].words in text else min(named)[1]  # a plan's names Fidelity too
    return (
        f"this is a PDF, as it seems of {site.name}; the amounts in it cannot be read safely",
        f"at {site.name} take instead: {site.take}",
    )


def _text(content: bytes) -> str:
    """Return the text of the first pages and the title, "" of a PDF that cannot be opened."""
    if len(content) > _SIZE_MAX:
        return ""
    from pypdf import PdfReader  # noqa: PLC0415 - slow to load, and only a PDF needs it

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it mends is not for the user
    try:
        reader = PdfReader(io.BytesIO(content))
        told = [str(value) for value in (reader.metadata or {}).values()]
        return " ".join([*told, *(page.extract_text() for page in reader.pages[:_PAGES])])
    except Exception:  # noqa: BLE001 - whatever is wrong inside, it stays a PDF to refuse
        return ""
