"""Merrill's Benefits OnLine: a workplace plan's transactions as CSV, without money sources."""

from __future__ import annotations

from ledger.importers.base import Activity, Head, Importer
from ledger.importers.dates import ISO, MDY
from ledger.importers.legs import withdrawn_and_converted
from ledger.importers.statuses import Status, status_of
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vocabulary import (
    CONTRIBUTION,
    CONVERSION,
    DISTRIBUTION,
    EARNINGS,
    EXCHANGE,
    FEE,
    INFO,
    LOAN_REPAYMENT,
    UNKNOWN,
    Meaning,
    Vocabulary,
    each,
    plain_words,
)
from ledger.money import Money

_FEES = ("Plan Sponsor Fee", "Recordkeeping Fee", "Fee", "Fees", "Administrative Fee")
WORDS = Vocabulary(
    each(CONTRIBUTION, ("Contribution", "Contributions"))
    | each(CONVERSION, ("In Plan Roth",))
    | each(DISTRIBUTION, ("Withdrawal", "Withdrawals"))
    | each(EXCHANGE, ("Fund Transfer", "Fund Transfers"))
    | each(FEE, _FEES)
    # words of other rows were not seen: plain English is taken at its word, the rest is asked
    | each(EARNINGS, ("Dividend", "Dividends", "Interest"))
    | each(LOAN_REPAYMENT, ("Loan Repayment", "Loan Repayments"))
)
_CHARGED = frozenset(map(plain_words, _FEES))
_TABLE = TableSpec(
    name="transactions",
    columns={
        "day": ("date",),
        "type": ("transaction",),
        "status": ("status",),
        "amount": ("amount",),
        # only the four above were seen; what else a file has is read where its title is plain
        "source": ("source", "money source", "contribution source"),
        "investment": ("investment", "investment name", "fund", "fund name"),
        "units": ("units", "shares", "quantity"),
        "price": ("price", "unit price", "share price"),
    },
    needs=("day", "type", "status", "amount"),
)


def _is_benefits_online(head: Head) -> bool:
    """Tell whether the header stands below a line with the plan's name."""
    lines = (*head.lines, *head.pasted)
    first = Head.of(next(filter(str.strip, head.text.splitlines()), ""))
    named = not any(map(_TABLE.matches, (*first.lines, *first.pasted)))
    return named and any(map(_TABLE.matches, lines))


def _pending(row: Row) -> bool:
    return status_of(row.text("status")) is Status.PENDING


def _by_status(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    """Ask about a row of a status that nobody has seen: it may not have happened."""
    told = status_of(row.text("status"))
    if told is Status.CALLED_OFF:
        return INFO
    return meaning if told is Status.DONE or not row.text("status") else UNKNOWN


def _charged(row: Row) -> bool:
    """Tell a fee, which is printed without a minus."""
    return plain_words(row.text("type")) in _CHARGED


HISTORY = Importer(
    name="merrill_401k",
    institution="Merrill (Benefits OnLine)",
    words="workplace plan transactions (Date, Transaction, Status, Amount); no money source",
    evidence="B",
    recognize=_is_benefits_online,
    activities=(
        Activity(
            table=_TABLE,
            dates=(MDY, ISO),
            vocabulary=WORDS,
            plan=True,
            refine=_by_status,
            leaves=_charged,
            pending=_pending,
        ),
    ),
    finish=withdrawn_and_converted,
)
