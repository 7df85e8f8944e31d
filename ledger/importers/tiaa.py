"""TIAA: activity of retirement annuities; the header is known, most of its words are not."""

from __future__ import annotations

from ledger.importers.base import Activity, Importer
from ledger.importers.dates import MDY
from ledger.importers.tables import TableSpec
from ledger.importers.vocabulary import (
    CONTRIBUTION,
    DISTRIBUTION,
    EARNINGS,
    FEE,
    Vocabulary,
    each,
)

WORDS = Vocabulary(
    each(CONTRIBUTION, ("Contribution", "Contributions"))
    | each(EARNINGS, ("Dividend", "Dividends", "Interest"))
    | each(FEE, ("Fee", "Fees"))
    | each(DISTRIBUTION, ("Withdrawal", "Distribution"))
)

ACTIVITY = Importer(
    name="tiaa",
    institution="TIAA",
    words="retirement annuity activity, several contracts in one file",
    activities=(
        Activity(
            table=TableSpec(
                name="activity",
                columns={
                    "day": ("date",),
                    "account": ("accountid",),
                    "type": ("action",),
                    "investment": ("security",),
                    "price": ("price",),
                    "units": ("quantity",),
                    "amount": ("amount",),
                    "source": ("text",),
                    "memo": ("memo",),
                    "fees": ("commission",),
                },
                needs=("day", "account", "type", "investment", "amount", "source", "memo"),
            ),
            dates=(MDY,),
            vocabulary=WORDS,
            plan=True,
        ),
    ),
    evidence="C",
)
