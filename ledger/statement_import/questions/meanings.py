"""What the choices mean that several questions share: sources, kinds of rows, ways of money."""

from __future__ import annotations

from collections.abc import Collection

from ledger.chart import Source
from ledger.records import RowKind

_SOURCES = {
    Source.PRE_TAX: "your own pre-tax deferrals",
    Source.ROTH: "your own Roth deferrals",
    Source.AFTER_TAX: "your own after-tax contributions, which are not Roth",
    Source.MATCH: "the employer's match",
    Source.NONELECTIVE: "other money of the employer, e.g. profit sharing",
    Source.ROLLOVER: "pre-tax money rolled in from another plan or IRA",
    Source.ROTH_ROLLOVER: "Roth money rolled in from another plan",
    Source.IN_PLAN_ROTH: "money converted to Roth inside the plan",
    Source.MATCH_ROTH: "a match that was paid in as Roth",
    Source.NONELECTIVE_ROTH: "other money of the employer paid in as Roth",
}
_COMMON = {
    "ignore": "book nothing of it",
    "outside": "another account, which is not in this ledger",
    "cash": "paid out to you",
    "in_plan_conversion": "converted to Roth inside the plan",
    "conversion": "yes: it became Roth, and Form 8606 or 1099-R reports it",
    "rollover": "put back or rolled over: from a plan, or a payment of the last 60 days",
    "transfer": "moved straight from another account",
    "all": "it came from all sources in proportion",
}


def names_sources(choices: Collection[str]) -> bool:
    """Tell whether choices are sources, so that "rollover" is the source and not the kind."""
    return Source.PRE_TAX in choices


def meaning(choice: str, choices: Collection[str]) -> str:
    """Return what one of the choices means wherever it is offered, "" where it says it itself.

    A word may be a source and a kind of row: it is the source among sources.
    """
    kind = "" if choice not in list(RowKind) else RowKind(choice).spec.meaning
    source = "" if choice not in list(Source) else _SOURCES[Source(choice)]
    told = _COMMON.get(choice, "") or kind
    return source or told if names_sources(choices) else told or source
