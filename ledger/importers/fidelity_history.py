"""Fidelity brokerage and IRA activity: Accounts_History.csv and History_for_Account_*.csv."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from ledger.importers.base import SURE, About, Activity, Fields, Importer, units_in
from ledger.importers.dates import ISO, MDY, MDY_DASHES, MDY_SHORT, BadDate, DayReader
from ledger.importers.files import TextFile
from ledger.importers.ira_words import DEPOSIT, contribution_year, said
from ledger.importers.tables import Row, TableSpec
from ledger.importers.vocabulary import (
    CONTRIBUTION,
    CONVERSION,
    CORPORATE,
    DISTRIBUTION,
    EARNINGS,
    EXCHANGE,
    FEE,
    INFO,
    LEAVES,
    POSSIBLE_CONVERSION,
    RECHARACTERIZED,
    ROLLOVER,
    TRANSFER,
    UNKNOWN,
    WITHHOLDING,
    Meaning,
    Vocabulary,
    each,
    plain_words,
)
from ledger.money import Money
from ledger.records import RowKind

_DEPOSIT = Meaning(RowKind.CONTRIBUTION, "tax_year_unknown", negative=LEAVES)
_STATED_YEAR = Meaning(RowKind.CONTRIBUTION, negative=LEAVES)

# The security's name, its ticker and "(Cash)" follow the verb: actions are known by their start.
# "DISTRIBUTION" without cash is a stock split, "CONVERSION AS" a change of the fund's share class.
ACTIONS = Vocabulary(
    each(CONTRIBUTION, ("Contributions",))
    | each(POSSIBLE_CONVERSION, ("Transfer", "Transfers"))
    | each(INFO, ("Investment Gain/Loss", "Realized Gain/Loss")),
    starts=(
        each(_STATED_YEAR, ("CASH CONTRIBUTION CURRENT YEAR", "CASH CONTRIBUTION PRIOR YEAR"))
        | each(_STATED_YEAR, ("PARTIC CONTR CURRENT", "CO CONTR CURRENT YR"))
        | each(_DEPOSIT, ("PART CONTRIB", "CONTRIBUTION", "CASH CONTRIBUTION", "DIRECT DEPOSIT"))
        | each(DEPOSIT, ("ELECTRONIC FUNDS TRANSFER", "WIRE TRANSFER", "CHECK RECEIVED"))
        | each(DEPOSIT, ("CHECK PAID", "DIRECT DEBIT", "BILL PAYMENT"))
        | each(CONTRIBUTION, ("CONTRIBUTIONS",))
        | each(CONVERSION, ("CONV TO ROTH IRA", "ROTH CONVERSION"))
        | each(RECHARACTERIZED, ("PARTIAL CY RECHAR", "PARTIAL PY RECHAR"))
        | each(ROLLOVER, ("ROLLOVER CASH", "ROLLOVER SHARES"))
        | each(TRANSFER, ("TRANSFER OF", "TRANSFERRED FROM", "TRANSFERRED TO"))
        | each(DISTRIBUTION, ("NORMAL DISTR", "EARLY DIST", "PARTIAL DISTRIBUTION", "WITHDRAWALS"))
        | each(WITHHOLDING, ("FED TAX W/H", "STATE TAX W/H"))
        | each(EARNINGS, ("DIVIDEND", "DIVIDENDS", "INTEREST EARNED", "RETURN OF CAPITAL"))
        | each(EARNINGS, ("SHORT-TERM CAP GAIN", "LONG-TERM CAP GAIN", "MUNI EXEMPT INT"))
        | each(EARNINGS, ("IN LIEU OF", "REVENUE CREDIT"))
        | each(EXCHANGE, ("REINVESTMENT", "YOU BOUGHT", "YOU SOLD", "REDEMPTION FROM CORE"))
        | each(EXCHANGE, ("PURCHASE INTO CORE ACCOUNT", "EXCHANGED TO", "REDEMPTION PAYOUT"))
        | each(EXCHANGE, ("MERGER MER", "CONVERSION AS", "EXCHANGE OUT", "EXCHANGE IN"))
        | each(EXCHANGE, ("JOURNALED JNL VS A/C TYPES", "REVERSE SPLIT", "NAME CHANGED"))
        | each(EXCHANGE, ("BUY CANCEL", "SELL CANCEL", "EXPIRED", "ASSIGNED", "EXERCISED"))
        | each(POSSIBLE_CONVERSION, ("JOURNALED",))
        | each(CORPORATE, ("DISTRIBUTION",))
        | each(INFO, ("CHANGE ON", "CHANGE IN MARKET VALUE"))
        | each(FEE, ("FEE CHARGED", "ADVISOR FEE", "ADJUST FEE", "FOREIGN TAX PAID"))
        | each(FEE, ("RECORDKEEPING FEE", "ADJ FOREIGN TAX", "NON-RESIDENT TAX"))
        | each(EARNINGS, ("INTEREST",))
    ),
)

_NO_MEMO = "NO DESCRIPTION"  # stands where Fidelity has nothing to say
_PARTNER = re.compile(r"\bVS ([A-Z]?[0-9]{6,12})\b")
_AS_OF = re.compile(
    r"\bAS OF (?:(?P<name>[A-Z]{3})[- ](?P<d>[0-9]{1,2})[-, ]+(?P<y>[0-9]{4})"
    r"|(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"|(?P<m>[0-9]{1,2})[/-](?P<d2>[0-9]{1,2})[/-](?P<y2>[0-9]{4}|[0-9]{2}))\b",
    re.IGNORECASE,
)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
# "INDIVIDUAL - TOD X12345678": files without a column for the number put it behind the name
_NUMBER_AFTER_NAME = re.compile(r".*\S\s+([A-Z]?[0-9]{6,12})")
_NUMBER_BEHIND_QUOTES = re.compile(r'(?<=,)"([^",\r\n]*)" +([A-Z]?[0-9]{6,12})(?=,)')
_FILE_NAME = re.compile(r"History_for_Account_(?P<number>[A-Za-z0-9]+)")


def _effective(action: str, day: date) -> date:
    """Return the day that an "as of" inside the action states, else the run date."""
    found = _AS_OF.search(action)
    if not found:
        return day
    if found["name"]:
        if found["name"] not in _MONTHS:
            return day
        text = f"{_MONTHS.index(found['name']) + 1}/{found['d']}/{found['y']}"
    elif found["iso"]:
        text = found["iso"]
    else:
        text = f"{found['m']}/{found['d2']}/{found['y2']}"
    try:
        return DayReader((MDY, MDY_SHORT, ISO), day).read(text)
    except BadDate:
        return day


def _without_day(action: str) -> str:
    """Return an action without an "as of" and its day in front of the verb."""
    found = _AS_OF.match(action)
    return action[found.end() :].lstrip() if found else action


def _details(row: Row, day: date) -> Fields:
    """Read the tax year, the other account and the effective day from the action's words."""
    effective = _effective(plain_words(row.text("type")), day)
    action = _without_day(plain_words(row.text("type")))
    partner = _PARTNER.search(action)
    fields: dict[str, Any] = {"day": effective, "partner": partner[1] if partner else ""}
    if plain_words(row.text("memo")) == _NO_MEMO:
        fields["memo"] = ""
    elif not row.text("investment") and units_in(row):
        fields["investment"] = row.text("memo")  # funds of a plan have no symbol
    if not row.text("account") and row.text("nickname"):
        numbered = _NUMBER_AFTER_NAME.fullmatch(row.text("nickname"))
        fields["account"] = numbered[1] if numbered else row.text("nickname")
    if action.startswith("CASH CONTRIBUTION PRIOR YEAR"):
        return fields | {"tax_year": effective.year - 1}
    if action.startswith(("CASH CONTRIBUTION CURRENT", "PARTIC CONTR CUR", "CO CONTR CUR")):
        return fields | {"tax_year": effective.year}
    return fields | {"tax_year": contribution_year(effective, action)}


def _partner_said(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    """Leave less open when the text of a transfer says more; the sign says which way it goes."""
    action = _without_day(plain_words(row.text("type")))
    if meaning is UNKNOWN:
        meaning = ACTIONS.meaning(action)
    if meaning is CORPORATE and row.text("security type").upper() == "SHARES":
        return EXCHANGE  # shares of a split carry their market value
    if meaning is UNKNOWN:
        return said(action) or UNKNOWN
    if meaning is not TRANSFER or not _PARTNER.search(action):
        return meaning
    leaves = Meaning(RowKind.TRANSFER_OUT)
    if "CONTRIBUTION" in action:
        return Meaning(RowKind.CONTRIBUTION, "tax_year_unknown", negative=leaves)
    return Meaning(RowKind.TRANSFER_IN, negative=leaves)


def _evidence(row: Row) -> str:
    """Grade a row's layout: dates with dashes are known from one secondary source."""
    return "C" if "-" in row.text("day") else SURE


def _about(file: TextFile, _now: date) -> About:
    """Take the account number from the file name: one-account files have it nowhere else."""
    found = _FILE_NAME.search(file.name)
    return About(account=found["number"] if found else "")


def _tidy(file: TextFile) -> TextFile:
    """Put an account's number into the quotes of its name, behind which older files print it."""
    return replace(file, text=_NUMBER_BEHIND_QUOTES.sub(r'"\1 \2"', file.text))


HISTORY = Importer(
    name="fidelity_history",
    institution="Fidelity",
    words="IRA and brokerage activity (Accounts_History.csv, History_for_Account_*.csv)",
    activities=(
        Activity(
            table=TableSpec(
                name="activity",
                columns={
                    "day": ("run date",),
                    "type": ("action",),
                    "investment": ("symbol",),
                    "memo": ("description", "security description"),
                    "units": ("quantity",),
                    "price": ("price",),
                    "amount": ("amount",),
                    "account": ("account number",),
                    "nickname": ("account",),
                    "security type": ("type", "security type"),
                },
                needs=("day", "type", "investment", "units", "amount"),
            ),
            dates=(MDY, MDY_DASHES),
            vocabulary=ACTIONS,
            plan=False,
            refine=_partner_said,
            details=_details,
            evidence=_evidence,
        ),
    ),
    plan_words=frozenset({"CONTRIBUTIONS", "TRANSFER", "TRANSFERS"}),
    tidy=_tidy,
    footers=(
        "The data and information in this spreadsheet",
        "Brokerage services are provided",
        "Date downloaded",
    ),
    about=_about,
)
