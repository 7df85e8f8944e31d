"""Plain words of IRA movements, for brokers whose row types say less than their descriptions."""

from __future__ import annotations

import re
from datetime import date

from ledger.importers.vocabulary import (
    CONVERSION,
    DISTRIBUTION,
    PAID_OUT,
    ROLLOVER,
    UNKNOWN,
    WITHHOLDING,
    Meaning,
    plain_words,
)
from ledger.records import RowKind

# Money from a bank: its tax year is not said. What goes back to the bank was paid out.
DEPOSIT = Meaning(RowKind.CONTRIBUTION, "tax_year_unknown", negative=PAID_OUT)
# A contribution by its own words; with a minus it is one taken back: the user must say.
CONTRIBUTED = Meaning(RowKind.CONTRIBUTION, "tax_year_unknown", negative=UNKNOWN)
RECHARACTERIZED = Meaning(RowKind.RECHARACTERIZATION, "tax_year_unknown")

# "Share conversion" and "conversion as" change the share class of a fund: without the word Roth
# nothing is a Roth conversion.
_SAID: tuple[tuple[re.Pattern[str], Meaning], ...] = (
    (re.compile(r"\bRECHAR"), RECHARACTERIZED),
    (re.compile(r"\bROTH\b.*\bCONV|\bCONV\w*\b.*\bROTH\b"), CONVERSION),
    (re.compile(r"\bROLLOVER\b"), ROLLOVER),
    (re.compile(r"\bCONTRIB(?:UTION)?S?\b"), CONTRIBUTED),
    (re.compile(r"\b(?:FED(?:ERAL)?|STATE)\b.*(?:\bW/H\b|\bWITHH)"), WITHHOLDING),
    (
        re.compile(r"\b(?:NORMAL|EARLY|PREMATURE|PARTIAL|TOTAL|IRA) DIST(?:R|RIBUTION)?\b"),
        DISTRIBUTION,
    ),
)
_CONTRIBUTION = re.compile(r"\bCONTRIB")
_PRIOR = re.compile(r"\b(?:PRIOR|PREVIOUS|PREV|PR)[- ](?:TAX )?(?:YEAR|YR)\b|\bPY\b")
_CURRENT = re.compile(r"\b(?:CURRENT|CURR|CUR)[- ](?:TAX )?(?:YEAR|YR)\b|\bCY\b")
_NAMED = re.compile(r"\b(?:TAX YEAR |TY |FOR )?(20[0-9]{2})\b")


def said(*texts: str) -> Meaning | None:
    """Return what the words of a row say of an IRA movement, None when they say nothing.

    >>> meaning = said("Transfer", "Conversion to Roth IRA")
    >>> meaning.kind.value if meaning else None, said("SHARE CONVERSION (INCOMING)")
    ('conversion_in', None)
    """
    words = plain_words(" ".join(texts))
    return next((meaning for pattern, meaning in _SAID if pattern.search(words)), None)


def contribution_year(day: date, *texts: str) -> int | None:
    """Return the tax year that the words of a contribution name, None when they name none.

    >>> contribution_year(date(2025, 3, 3), "Prior Year Contribution")
    2024
    """
    words = plain_words(" ".join(texts))
    if not _CONTRIBUTION.search(words):
        return None
    if _PRIOR.search(words):
        return day.year - 1
    if _CURRENT.search(words):
        return day.year
    named = {int(year) for year in _NAMED.findall(words)} & {day.year, day.year - 1}
    return named.pop() if len(named) == 1 else None
