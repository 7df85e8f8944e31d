"""Vanguard OfxDownload.csv: employer-plan sections and brokerage or IRA sections of one file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from types import MappingProxyType

from ledger.importers.base import Activity, Fields, Importer, with_kind
from ledger.importers.dates import ISO, MDY
from ledger.importers.ira_words import DEPOSIT, contribution_year, said
from ledger.importers.legs import CONVERSION_IN, CONVERSION_OUT
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vocabulary import (
    CONTRIBUTION,
    DISTRIBUTION,
    EARNINGS,
    EXCHANGE,
    FEE,
    INFO,
    POSSIBLE_CONVERSION,
    TRANSFER,
    UNKNOWN,
    WITHHOLDING,
    Meaning,
    Vocabulary,
    each,
    plain_words,
)
from ledger.money import Money
from ledger.records import Record, RowKind

# told from EARNINGS by being another object: only an adjustment may turn out to move nothing
_ADJUSTMENT = Meaning(RowKind.EARNINGS)

# "Conversion In" and "Plan Initiated Transfer" mean that the plan changed its recordkeeper.
PLAN_WORDS = Vocabulary(
    each(CONTRIBUTION, ("Plan Contribution",))
    | each(FEE, ("Fee",))
    | each(EXCHANGE, ("Fund to Fund In", "Fund to Fund Out"))
    | each(TRANSFER, ("Conversion In", "Plan Initiated TransferIn", "Plan Initiated TransferOut"))
    | each(EARNINGS, ("Daily Accrual Dividends", "Miscellaneous Pending Dividends"))
    | each(_ADJUSTMENT, ("Miscellaneous Credits/Adjustment",))
    | each(_ADJUSTMENT, ("Miscellaneous Credit to Forfeiture Account",))
    | each(DISTRIBUTION, ("Liquidate",)),
    # dividends pending when a fund or source is left are paid as any other
    starts=each(EARNINGS, ("Dividends on Equity", "Source to Source Pending Dividends"))
    | each(EARNINGS, ("Plan Initiated Transfer Pending Dividends",))
    | each(POSSIBLE_CONVERSION, ("Source to Source",)),
)

# A share conversion changes the share class of a fund and is no conversion to Roth.
BROKERAGE_WORDS = Vocabulary(
    each(
        Meaning(RowKind.CONTRIBUTION, "tax_year_unknown", negative=UNKNOWN),
        ("Contribution", "Contribution AIP"),
    )
    | each(DEPOSIT, ("Funds Received", "Wire in", "Wire out"))
    | each(DISTRIBUTION, ("Withdrawal", "Distribution"))
    | each(Meaning(RowKind.ROLLOVER_IN), ("Rollover (incoming)",))
    | each(Meaning(RowKind.ROLLOVER_OUT), ("Rollover (outgoing)",))
    | each(CONVERSION_IN, ("Conversion (incoming)",))
    | each(CONVERSION_OUT, ("Conversion (outgoing)",))
    | each(Meaning(RowKind.TRANSFER_IN, "partner_unknown"), ("Transfer (incoming)",))
    | each(Meaning(RowKind.TRANSFER_OUT, "partner_unknown"), ("Transfer (outgoing)",))
    | each(EARNINGS, ("Dividend", "Capital gain (LT)", "Capital gain (ST)", "Interest"))
    | each(EARNINGS, ("Interest charge",))
    | each(FEE, ("Fee", "Advisor fee"))
    | each(WITHHOLDING, ("Withholding",))
    | each(EXCHANGE, ("Buy", "Buy (Initial)", "Sell", "Sweep in", "Sweep out", "Stock split"))
    | each(EXCHANGE, ("Reinvestment", "Reinvestment (LT gain)", "Reinvestment (ST gain)"))
    | each(EXCHANGE, ("Exchange In", "Exchange Out", "Merger (incoming)", "Merger (outgoing)"))
    | each(EXCHANGE, ("Share Conversion (incoming)", "Share Conversion (outgoing)"))
    | each(EXCHANGE, ("Corp Action (Redemption)", "Corp Action (Spinoff)"))
    | each(EXCHANGE, ("Corp Action (Merger)", "Corp Action (Exchange)"))
    | each(EXCHANGE, ("Corp Action (Sec Exchange)",))
    | each(EARNINGS, ("Corp Action (Cash in Lieu)",))
    | each(TRANSFER, ("Transfer",))
)
_SHARE_CLASS = re.compile(r"\bSHARES?\b|\bCLASS\b|\bADMIRAL\b")


def _not_to_roth(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    """Take a conversion whose description speaks of shares for a change of the share class."""
    if meaning in {CONVERSION_IN, CONVERSION_OUT}:
        return EXCHANGE if _SHARE_CLASS.search(row.text("memo").upper()) else meaning
    return (said(row.text("type"), row.text("memo")) or UNKNOWN) if meaning is UNKNOWN else meaning


_FROM_BEFORE = "CONVERSION IN"
_OF_THE_PLAN = (
    *("PLAN INITIATED TRANSFERIN", "PLAN INITIATED TRANSFEROUT"),
    *("FUND TO FUND IN", "FUND TO FUND OUT"),
    *(_FROM_BEFORE, "LIQUIDATE"),
)


def without_shares(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    """Take an adjustment in dollars that moves no shares for information."""
    if meaning is _ADJUSTMENT and not row.text("units").strip("0."):
        return INFO
    return meaning


def replaced(records: Iterable[Record]) -> list[Record]:
    """Read moves in and out that cancel in one source on one day as a change of funds.

    A plan that exchanges its funds or its recordkeeper prints both halves ("Plan Initiated
    TransferOut", "… In"), and so does a fund that is closed ("Liquidate") and an IRA whose fund
    becomes an ETF ("Conversion (outgoing)"); they are no conversion to Roth whatever their words.
    """
    listed = list(records)
    days: dict[tuple[str, date, str], list[int]] = {}
    for place, record in enumerate(listed):
        converted = record.kind.spec.side_of == "conversion"
        if converted or plain_words(record.raw_type).startswith(_OF_THE_PLAN):
            days.setdefault((record.account, record.day, record.source_text), []).append(place)
    for places in days.values():
        # money of the recordkeeper before may come on the day on which the funds are replaced
        apart = [p for p in places if plain_words(listed[p].raw_type) != _FROM_BEFORE]
        for group in (apart, places):
            if len(group) > 1 and not sum(listed[place].amount.cents for place in group):
                for place in group:
                    listed[place] = with_kind(listed[place], EXCHANGE)
                break
    return listed


def _section(name: str) -> Fields:
    return {"extra": MappingProxyType({"section": name})}


def _plan_details(_row: Row, _day: date) -> Fields:
    return _PLAN_SECTION


def _brokerage_details(row: Row, day: date) -> Fields:
    year = contribution_year(day, row.text("type"), row.text("memo"))
    return {**_BROKERAGE_SECTION, "tax_year": year}


_PLAN_SECTION = _section("plan")
_BROKERAGE_SECTION = _section("brokerage")

_PLAN = Activity(
    table=TableSpec(
        name="plan activity",
        columns={
            "account": ("account number",),
            "day": ("trade date",),
            "run day": ("run date",),
            "activity": ("transaction activity",),
            "type": ("transaction description",),
            "investment": ("investment name",),
            "price": ("share price",),
            "units": ("transaction shares",),
            "amount": ("dollar amount",),
        },
        needs=("account", "day", "activity", "type", "units", "amount"),
        parallel=True,
    ),
    dates=(MDY, ISO),
    vocabulary=PLAN_WORDS,
    plan=True,
    refine=without_shares,
    details=_plan_details,
    evidence="B",
)
_BROKERAGE = Activity(
    table=TableSpec(
        name="brokerage activity",
        columns={
            "account": ("account number",),
            "day": ("trade date",),
            "type": ("transaction type",),
            "memo": ("transaction description",),
            "investment": ("investment name",),
            "units": ("shares",),
            "price": ("share price",),
            "fees": ("commissions and fees", "commission fees"),
            "amount": ("net amount",),
        },
        needs=("account", "day", "type", "memo", "units", "amount"),
        parallel=True,
    ),
    dates=(ISO, MDY),
    vocabulary=BROKERAGE_WORDS,
    plan=False,
    refine=_not_to_roth,
    details=_brokerage_details,
)

OFXDOWNLOAD = Importer(
    name="vanguard_ofxdownload",
    institution="Vanguard",
    words="plan, IRA and brokerage activity (OfxDownload.csv); no money source in the file",
    activities=(_PLAN, _BROKERAGE),
    snapshots=(
        TableSpec(
            name="plan holdings",
            columns={
                "plan": ("plan number",),
                "name": ("plan name",),
                "fund": ("fund name",),
                "value": ("total value",),
            },
            needs=("plan", "name", "fund", "value"),
            parallel=True,
            noted=True,
        ),
        TableSpec(
            name="brokerage holdings",
            columns={
                "account": ("account number",),
                "investment": ("investment name",),
                "symbol": ("symbol",),
                "value": ("total value",),
            },
            needs=("account", "investment", "symbol", "value"),
            parallel=True,
            noted=True,
        ),
    ),
    finish=replaced,
)
