"""Plain words of IRA movements, for brokers whose row types say less than their descriptions."""

from __future__ import annotations

import re
from datetime import date

from ledger.importers.vocabulary import (
    CONVERSION,
    DEPOSIT_UNKNOWN,
    DISTRIBUTION,
    INFO,
    PAYMENT_UNKNOWN,
    POSSIBLE_CONVERSION,
    RECHARACTERIZED,
    ROLLOVER,
    TRANSFER,
    UNKNOWN,
    WITHHOLDING,
    Meaning,
    plain_words,
)
from ledger.records import RowKind

# Money from a bank is mostly a contribution, money to it mostly a distribution: the user says.
DEPOSIT = Meaning(
    RowKind.CONTRIBUTION,
    DEPOSIT_UNKNOWN,
    negative=Meaning(RowKind.DISTRIBUTION, PAYMENT_UNKNOWN),
)
# A contribution by its own words; with a minus it is one taken back: the user must say.
CONTRIBUTED = Meaning(RowKind.CONTRIBUTION, "tax_year_unknown", negative=UNKNOWN)
_GIVEN = Meaning(UNKNOWN.kind, UNKNOWN.question, negative=Meaning(RowKind.QCD), zero=INFO)

# "Share conversion" and "conversion as" change the share class of a fund: without the word Roth
# nothing is a Roth conversion.
_CONVERTED = (
    r"\bROTH(?: IRA)?(?: -)? CONV(?!ERTIBLE)"
    r"|\bCONV\w* (?:[\w.$,]+ ){0,4}(?:TO|INTO)(?: A| YOUR)? ROTH\b(?! CH\b| CAPITAL\b)"
)
_SAID: tuple[tuple[re.Pattern[str], Meaning], ...] = (
    (re.compile(r"\bRECHAR"), RECHARACTERIZED),
    (re.compile(_CONVERTED), CONVERSION),
    # a conversion of an IRA that does not say to what is asked about; so is one that has both
    # words apart, for there are companies called Roth that convert their shares
    (
        re.compile(
            r"\bIRA CONV|\bCONVERSION (?:OF |FROM )?(?:IRA|CONTRIB|DIST)"
            r"|\bROTH\b.*\bCONV|\bCONV\w*\b.*\bROTH\b"
        ),
        POSSIBLE_CONVERSION,
    ),
    (re.compile(r"\bROLLOVER\b"), ROLLOVER),
    (re.compile(r"\bTRUSTEE[- ]TO[- ]TRUSTEE\b|\bACATS?\b"), TRANSFER),
    (re.compile(r"\bQCD\b|\bQUALIFIED CHARITABLE\b"), _GIVEN),
    (re.compile(r"\bCONTRIB(?:UTION)?S?\b"), CONTRIBUTED),
    (re.compile(r"\b(?:FED(?:ERAL)?|STATE)\b.*(?:\bW/H\b|\bWITHH)"), WITHHOLDING),
    (
        re.compile(
            r"\b(?:NORMAL|EARLY|PREMATURE|PARTIAL|TOTAL|IRA|REQUIRED MINIMUM) DIST(?:R|RIBUTION)?\b"
            r"|\bRMD\b"
        ),
        DISTRIBUTION,
    ),
)
_LONGEST = 300  # characters of a cell
_CONTRIBUTION = re.compile(r"\bCONTRIB")
_PRIOR = re.compile(r"\b(?:PRIOR|PREVIOUS|PREV|PR)[- ](?:TAX )?(?:YEAR|YR)\b|\bPY\b")
_CURRENT = re.compile(r"\b(?:CURRENT|CURR|CUR)[- ](?:TAX )?(?:YEAR|YR)\b|\bCY\b")
_NAMED = re.compile(r"\b(?:TAX YEAR |TY |FOR )?(20[0-9]{2})\b")


def words_of(*texts: str) -> str:
    """Return texts in plain words, cut where no statement goes on: patterns stay fast."""
    return plain_words(" ".join(text[:_LONGEST] for text in texts))


def said(*texts: str) -> Meaning | None:
    """Return what the words of a row say of an IRA movement, None when they say nothing.

    >>> meaning = said("Transfer", "Conversion to Roth IRA")
    >>> meaning.kind.value if meaning else None, said("SHARE CONVERSION (INCOMING)")
    ('conversion_in', None)
    """
    words = words_of(*texts)
    return next((meaning for pattern, meaning in _SAID if pattern.search(words)), None)


def contribution_year(day: date, *texts: str) -> int | None:
    """Return the tax year that the words of a contribution name, None when they name none.

    >>> contribution_year(date(2025, 3, 3), "Prior Year Contribution")
    2024
    """
    words = words_of(*texts)
    if not _CONTRIBUTION.search(words):
        return None
    if _PRIOR.search(words):
        return day.year - 1
    if _CURRENT.search(words):
        return day.year
    named = {int(year) for year in _NAMED.findall(words)} & {day.year, day.year - 1}
    return named.pop() if len(named) == 1 else None
