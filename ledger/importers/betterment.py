"""Betterment transactions: of IRAs and other goals, and of a workplace 401(k)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date

from ledger.chart import Source
from ledger.importers.base import About, Activity, Fields, Head, Importer
from ledger.importers.dates import ISO, ISO_TIME, MDY
from ledger.importers.files import TextFile, refuse
from ledger.importers.ira_words import DEPOSIT, contribution_year, said, words_of
from ledger.importers.sources import source_of
from ledger.importers.tables import Row, TableSpec, column_name
from ledger.importers.vocabulary import (
    CONTRIBUTION,
    DISTRIBUTION,
    EARNINGS,
    EXCHANGE,
    FEE,
    INFO,
    ROLLOVER,
    TRANSFER,
    UNKNOWN,
    Meaning,
    Vocabulary,
    each,
)
from ledger.money import Money

# "Market Change" is what the holdings became worth that day and no money.
_OF_BOTH = (
    each(EARNINGS, ("Dividend", "Dividends", "Dividend Reinvestment", "Interest"))
    | each(FEE, ("Advisory Fee", "Fee", "Fees"))
    | each(INFO, ("Market Change", "Market Changes"))
    | each(EXCHANGE, ("Initial Allocation", "Allocation Change", "Portfolio Update", "Rebalance"))
    | each(DISTRIBUTION, ("Withdrawal",))
)
WORDS = Vocabulary(
    {},
    starts=_OF_BOTH | each(DEPOSIT, ("Deposit", "Automatic Deposit", "Initial Deposit")),
)
PLAN_WORDS = Vocabulary({}, starts=_OF_BOTH)
_OF_A_PLAN = re.compile(r"\b(?:401\(k\)|403\(b\))", re.IGNORECASE)
_NAME = "account name"


def _move(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    return (said(row.text("type")) or meaning) if meaning in {DEPOSIT, UNKNOWN} else meaning


def _plan_move(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    """Read the words of a plan: a "plan conversion" moves it here from another recordkeeper."""
    text = words_of(row.text("type"))
    if "PAYROLL CONTRIBUTION" in text:
        return CONTRIBUTION
    if "PLAN CONVERSION" in text:
        return TRANSFER
    return ROLLOVER if meaning is UNKNOWN and "ROLLOVER" in text else meaning


def _details(row: Row, day: date) -> Fields:
    return {"tax_year": contribution_year(day, row.text("type"))}


def _source(text: str, employer: str) -> Source | None:
    """Return the source that an account of a plan is; a traditional one may hold a match, too."""
    source = source_of(text, employer)
    return None if source is Source.PRE_TAX else source


def _pending(row: Row) -> bool:
    """Tell whether a row is still on its way: then it has no balance yet."""
    return not row.text("balance")


def _accounts(text: str) -> Iterator[str]:
    """Go through the names of the accounts below the header, as far as a file names them."""
    place: int | None = None
    lines = text.splitlines()
    for cells in csv.reader(lines, delimiter="\t" if any(map(_is_pasted, lines)) else ","):
        names = [column_name(cell) for cell in cells]
        if _NAME in names:
            place = names.index(_NAME)
        elif place is not None and len(cells) > place:
            yield cells[place]


def _is_pasted(line: str) -> bool:
    return _NAME in map(column_name, line.split("\t"))


def _of_one_kind(file: TextFile, _now: date) -> About:
    """Refuse a file that has rows of a plan and of other accounts."""
    if len({bool(_OF_A_PLAN.search(name)) for name in _accounts(file.text)}) > 1:
        raise refuse(
            file.name,
            "mixed_file",
            "the file has rows of a plan and of other accounts",
            "keep the rows of the plan and those of the other accounts in a file each",
        )
    return About()


def _known(head: Head, *, plan: bool) -> bool:
    """Tell whether a file has the columns, and a plan among its accounts or none."""
    named = any(_TABLE.matches(line) for line in (*head.lines, *head.pasted))
    return named and any(map(_OF_A_PLAN.search, _accounts(head.text))) == plan


def _is_personal(head: Head) -> bool:
    return _known(head, plan=False)


def _is_workplace(head: Head) -> bool:
    return _known(head, plan=True)


_TABLE = TableSpec(
    name="transactions",
    columns={
        "day": ("date completed",),
        "type": ("transaction description",),
        "amount": ("amount",),
        "balance": ("ending balance",),
        "account": (_NAME,),
    },
    needs=("day", "type", "amount", "balance"),
)
_DATES = (ISO_TIME, ISO, MDY)

# What moves an IRA was not seen in any file, nor what a plan calls the employer's money.
TRANSACTIONS = Importer(
    name="betterment",
    institution="Betterment",
    words="transactions of IRAs and other goals as CSV",
    evidence="B",
    recognize=_is_personal,
    about=_of_one_kind,
    activities=(
        Activity(
            table=_TABLE,
            dates=_DATES,
            vocabulary=WORDS,
            plan=False,
            refine=_move,
            details=_details,
            pending=_pending,
        ),
    ),
)
WORKPLACE = Importer(
    name="betterment_401k",
    institution="Betterment at Work",
    words="transactions of a workplace 401(k) as CSV, its Roth and its traditional account",
    evidence="B",
    recognize=_is_workplace,
    about=_of_one_kind,
    activities=(
        Activity(
            table=TableSpec(
                name="plan transactions",
                columns={
                    **{role: _TABLE.columns[role] for role in ("day", "type", "amount", "balance")},
                    "source": (_NAME,),
                },
                needs=("day", "type", "amount", "balance", "source"),
            ),
            dates=_DATES,
            vocabulary=PLAN_WORDS,
            plan=True,
            refine=_plan_move,
            source=_source,
            pending=_pending,
        ),
    ),
)
