"""John Hancock: a workplace plan's report by investment; an activity may name a money source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ledger.chart import Source
from ledger.importers.base import Activity, Importer
from ledger.importers.dates import ISO, MDY
from ledger.importers.sources import source_of
from ledger.importers.statuses import Status, statuses_in
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vocabulary import (
    CONTRIBUTION,
    DISTRIBUTION,
    EARNINGS,
    EXCHANGE,
    FEE,
    LOAN_REPAYMENT,
    UNKNOWN,
    Meaning,
    Vocabulary,
    each,
    plain_words,
)
from ledger.money import Money

# Only "fee" and "contribution" within an activity were seen: plain English is taken at its word.
WORDS = Vocabulary(
    each(EARNINGS, ("Dividend", "Dividends", "Interest"))
    | each(EXCHANGE, ("Exchange In", "Exchange Out"))
    | each(DISTRIBUTION, ("Withdrawal", "Withdrawals"))
    | each(LOAN_REPAYMENT, ("Loan Repayment", "Loan Repayments"))
)
_PAID = re.compile(r"\bCONTRIBUTIONS?\b")
_BARE = frozenset({"CONTRIBUTION", "CONTRIBUTIONS"})  # names no source
_HOLDS = ((_PAID, CONTRIBUTION), (re.compile(r"\bFEES?\b"), FEE))
# a word beside it that makes something else of a contribution or of a fee
_TURNS = re.compile(
    r"\b(?:ROLL(?:ED)?[ -]?OVERS?|CONVERSIONS?|TRANSFERS?|EXCESS|REFUND(?:S|ED)?|RETURN(?:S|ED)?"
    r"|CORRECT(?:ION|IONS|ED)|CREDITS?|FORFEIT(?:URE|URES|ED)|WAIVED|ADJUST(?:MENT|MENTS|ED)"
    r"|GAINS?|LOSS(?:ES)?|IN[ -]PLAN|WITHH(?:ELD|OLDING))\b"
)
# a movement whose money a contribution once was: "Withdrawal - After-Tax Contribution"
_MOVES = (
    (re.compile(r"\b(?:WITHDRAWALS?|DISTRIBUTIONS?)\b"), DISTRIBUTION),
    (re.compile(r"\b(?:DIVIDENDS?|INTEREST|EARNINGS)\b"), EARNINGS),
    (re.compile(r"\bEXCHANGES?\b"), EXCHANGE),
    (re.compile(r"\bLOANS?\b(?! REPAYMENT)"), UNKNOWN),
    (re.compile(r"\bLOAN REPAYMENTS?\b"), LOAN_REPAYMENT),
)
_BESIDE = re.compile(
    r"\b(?:(?:IN[ -]SERVICE )?(?:WITHDRAWALS?|DISTRIBUTIONS?)|DIVIDENDS?|INTEREST|EARNINGS"
    r"|EXCHANGES?(?: IN| OUT)?|LOAN REPAYMENTS?)(?: (?:OF|ON|FROM|TO)\b)?",
    re.IGNORECASE,
)


def _by_words(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    words = plain_words(row.text("type"))
    turned = _TURNS.search(words) or statuses_in(words) - {Status.DONE}
    if meaning is not UNKNOWN or turned:
        return meaning
    found = [told for form, told in _HOLDS if form.search(words)]
    if found == [CONTRIBUTION]:
        found = [told for form, told in _MOVES if form.search(words)] or found
    return found[0] if len(found) == 1 else UNKNOWN


def _source(text: str, employer: str) -> Source | None:
    """Return the source in an activity, whatever movement of its money is named beside it."""
    return source_of(_BESIDE.sub(" ", text).strip(" -"), employer)


def _with_source(row: Row) -> Iterator[Row]:
    """Read the source in what a contribution is called: "Employee Deferral Contribution"."""
    words = plain_words(row.text("type"))
    told = _by_words(row, WORDS.meaning(words), Money(0))
    if told is not UNKNOWN and _PAID.search(words) and words not in _BARE:
        index = {**row.header.index, "source": row.header.index["type"]}
        row = row.bound(replace(row.header, index=index), row.cells)
    yield row


def _charged(row: Row) -> bool:
    """Tell a fee: which sign it has was not seen, and its money leaves."""
    return _by_words(row, WORDS.meaning(row.text("type")), Money(0)) is FEE


HISTORY = Importer(
    name="john_hancock",
    institution="John Hancock",
    words="workplace plan report by investment (My Life Now); a source where the activity says it",
    evidence="C",
    activities=(
        Activity(
            table=TableSpec(
                name="activity",
                columns={
                    "investment": ("investment",),
                    "day": ("date",),
                    "type": ("investment activity",),
                    "units": ("shares",),
                    "price": ("price per share",),
                    "amount": ("market value",),
                },
                needs=("investment", "day", "type", "units", "price", "amount"),
            ),
            dates=(MDY, ISO),
            vocabulary=WORDS,
            plan=True,
            refine=_by_words,
            source=_source,
            spread=_with_source,
            leaves=_charged,
        ),
    ),
)
