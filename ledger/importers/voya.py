"""Voya: a plan's transaction history, copied from the page or as CSV."""

from __future__ import annotations

from ledger.importers.base import Activity, Importer, with_kind
from ledger.importers.dates import ISO, MDY
from ledger.importers.legs import joined, leg
from ledger.importers.sources import source_in
from ledger.importers.tables import Row, TableSpec, column_name
from ledger.importers.vocabulary import (
    BALANCE,
    CONTRIBUTION,
    DISTRIBUTION,
    EARNINGS,
    EXCHANGE,
    FEE,
    LOAN,
    LOAN_REPAYMENT,
    POSSIBLE_CONVERSION,
    Meaning,
    Vocabulary,
    each,
    plain_words,
)
from ledger.money import Money
from ledger.records import Record, RowKind

WORDS = Vocabulary(
    each(CONTRIBUTION, ("Contribution", "Contributions"))
    | each(EARNINGS, ("Dividend", "Dividends"))
    | each(FEE, ("Fee", "Fees"))
    | each(EXCHANGE, ("Exchange In", "Exchange Out"))
    | each(POSSIBLE_CONVERSION, ("Transfer", "Transfer In", "Transfer Out"))
    | each(POSSIBLE_CONVERSION, ("Fund Transfer In", "Fund Transfer Out"))
    | each(DISTRIBUTION, ("Withdrawal", "Withdrawals"))
    | each(LOAN, ("Loan Issue",))
    | each(LOAN_REPAYMENT, ("Loan Repayment", "Loan Repayments"))
)
_LEAVES = frozenset({"WITHDRAWAL", "WITHDRAWALS", "LOAN ISSUE"})
_OPENS = "FUND TRANSFER IN"


def _money_leaves(row: Row) -> bool:
    words = plain_words(row.text("type"))
    return words in _LEAVES or words.endswith(" OUT")


def _leg(row: Row, meaning: Meaning, amount: Money) -> Meaning:
    return leg(meaning, amount, source_in(row))


def _told(records: list[Record]) -> list[Record]:
    """Join legs; fund transfers in that no row explains open the account on its first day."""
    first = min(record.day for record in records)
    return [
        with_kind(record, BALANCE)
        if record.day == first
        and record.kind is RowKind.TRANSFER_IN
        and plain_words(record.raw_type) == _OPENS
        else record
        for record in joined(records, exchanges=True)
    ]


def _evidence(row: Row) -> str:
    """Grade the two layouts: the page is read by a program, the CSV is known from tests only."""
    return "C" if column_name(row.title("day")) == "activity date" else "B"


HISTORY = Importer(
    name="voya",
    institution="Voya",
    words="workplace plan transaction history (page or CSV), with a money source per row",
    activities=(
        Activity(
            table=TableSpec(
                name="history",
                columns={
                    "day": ("date", "activity date"),
                    "type": ("activity",),
                    "investment": ("fund",),
                    "source": ("money source",),
                    "units": ("# of units/shares", "# of units"),
                    "price": ("unit/share price", "unit price"),
                    "amount": ("amount",),
                },
                needs=("day", "type", "investment", "source", "units", "amount"),
            ),
            dates=(MDY, ISO),
            vocabulary=WORDS,
            plan=True,
            refine=_leg,
            leaves=_money_leaves,
            evidence=_evidence,
        ),
    ),
    finish=_told,
)
