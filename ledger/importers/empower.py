"""Empower: a plan's transaction history, in which each in-plan conversion stands in three rows."""

from __future__ import annotations

from ledger.chart import Source
from ledger.importers.base import Activity, Importer, with_kind
from ledger.importers.dates import MDY, MDY_SHORT
from ledger.importers.legs import CONVERSION_OUT
from ledger.importers.sources import source_in
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vocabulary import (
    CONTRIBUTION,
    DISTRIBUTION,
    EARNINGS,
    FEE,
    LOAN_REPAYMENT,
    UNKNOWN,
    Meaning,
    Vocabulary,
    each,
)
from ledger.money import ZERO, Money
from ledger.records import Record, RowKind

_LONE_WITHDRAWAL = Meaning(RowKind.DISTRIBUTION, "possible_conversion")
_DEPOSIT = Meaning(RowKind.CONVERSION_IN, negative=UNKNOWN)
# what a plan allocates of others' forfeitures comes in, and is the employer's contribution
_FORFEITURE = Meaning(UNKNOWN.kind, UNKNOWN.question, negative=FEE)

WORDS = Vocabulary(
    each(CONTRIBUTION, ("Payroll Contribution",))
    | each(_DEPOSIT, ("Additional Deposit",))
    | each(DISTRIBUTION, ("Account Withdrawal",))
    # words of other rows were not seen: plain English is taken at its word, the rest is asked
    | each(EARNINGS, ("Dividend", "Dividends", "Interest"))
    | each(FEE, ("Fee", "Fees", "Administrative Fee", "Recordkeeping Fee"))
    | each(_FORFEITURE, ("Forfeiture", "Forfeitures"))
    | each(LOAN_REPAYMENT, ("Loan Repayment", "Loan Repayments"))
)


def _by_source(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    """Take an additional deposit for a conversion only in the in-plan Roth source."""
    if meaning is _DEPOSIT and source_in(row) is not Source.IN_PLAN_ROTH:
        return UNKNOWN
    return meaning


def _paired(records: list[Record]) -> list[Record]:
    """Read what is withdrawn on the day of a conversion deposit as converted.

    After-tax money always, but for what is left where other withdrawals equal all deposits; of
    other sources a withdrawal that makes up the rest of the deposit.
    """
    out = list(records)
    for day in dict.fromkeys(r.day for r in records if r.kind is RowKind.DISTRIBUTION):
        places = [n for n, r in enumerate(records) if r.day == day]
        deposits = [records[n].amount for n in places if records[n].kind is RowKind.CONVERSION_IN]
        rest = Money.total(deposits)
        paid = [n for n in places if records[n].kind is RowKind.DISTRIBUTION]
        beside = _beside(records, paid, deposits)
        for place in sorted(paid, key=lambda n: records[n].source is not Source.AFTER_TAX):
            record = records[place]
            if record.source is Source.AFTER_TAX:
                converted = deposits and place not in beside
                rest += record.amount if converted else ZERO
                out[place] = with_kind(record, CONVERSION_OUT if converted else _LONE_WITHDRAWAL)
            elif rest and rest == -record.amount and record.source is not None:
                rest += record.amount
                out[place] = with_kind(record, CONVERSION_OUT)
    return out


def _beside(records: list[Record], paid: list[int], deposits: list[Money]) -> set[int]:
    """Return the after-tax withdrawals of a day that no deposit equals, where each equals one."""
    left, beside = list(deposits), set[int]()
    for place in (n for n in paid if records[n].source is Source.AFTER_TAX):
        if -records[place].amount in left:
            left.remove(-records[place].amount)
        else:
            beside.add(place)
    return set() if left else beside


HISTORY = Importer(
    name="empower",
    institution="Empower",
    words="workplace plan transaction history, with a money source per row",
    activities=(
        Activity(
            table=TableSpec(
                name="history",
                columns={
                    "day": ("effective date",),
                    "type": ("transaction description",),
                    "source": ("source",),
                    "investment": ("option",),
                    "units": ("units/ shares", "units/shares"),
                    "amount": ("amount",),
                },
                needs=("day", "type", "source", "investment", "units", "amount"),
            ),
            dates=(MDY_SHORT, MDY),
            vocabulary=WORDS,
            plan=True,
            refine=_by_source,
            evidence="B",
        ),
    ),
    finish=_paired,
)
