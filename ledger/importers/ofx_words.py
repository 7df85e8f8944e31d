"""What an OFX transaction is: by the words of its memo where they are known, else by its tag."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from types import MappingProxyType

from ledger.chart import Source
from ledger.importers import (
    fidelity_history,
    fidelity_netbenefits,
    ira_words,
    schwab,
    vanguard,
)
from ledger.importers.base import Activity, Fields
from ledger.importers.dates import ISO
from ledger.importers.ira_words import DEPOSIT
from ledger.importers.ofx_tree import Element
from ledger.importers.signs import INWARD, OUTWARD
from ledger.importers.sources import source_of
from ledger.importers.tables import Header, Row, TableSpec
from ledger.importers.vocabulary import (
    CONTRIBUTION,
    DISTRIBUTION,
    EARNINGS,
    EXCHANGE,
    FEE,
    INFO,
    LOAN,
    LOAN_REPAYMENT,
    POSSIBLE_CONVERSION,
    TRANSFER,
    UNKNOWN,
    Meaning,
    Vocabulary,
    each,
    plain_words,
)
from ledger.money import Money
from ledger.records import STATE_WITHHELD, WITHHELD, RowKind

# OFX has no value for Roth money: it hides in OTHERVEST or elsewhere, so those stay open, as
# does ROLLOVER, which may be pre-tax, Roth or after-tax.
OFX_SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        "PRETAX": Source.PRE_TAX,
        "AFTERTAX": Source.AFTER_TAX,
        "MATCH": Source.MATCH,
        "PROFITSHARING": Source.NONELECTIVE,
    }
)
_SUBACCOUNT = each(EXCHANGE, ("JRNLFUND", "JRNLSEC", "SPLIT", "CLOSUREOPT"))
_OF_CASH = each(EARNINGS, ("INCOME", "REINVEST", "RETOFCAP")) | each(
    FEE, ("INVEXPENSE", "MARGININTEREST")
)
_COMES = ("BUY", "REINVEST")
_BUYS = ("BUYMF", "BUYOTHER", "BUYSTOCK", "BUYDEBT", "BUYOPT")
_SELLS = ("SELLMF", "SELLOTHER", "SELLSTOCK", "SELLDEBT", "SELLOPT")

_PLAN_TAGS = Vocabulary(
    {},
    starts=each(CONTRIBUTION, _BUYS)
    | each(POSSIBLE_CONVERSION, ("TRANSFER",))
    | _OF_CASH
    | _SUBACCOUNT,
)
_IRA_TAGS = Vocabulary(
    {},
    starts=each(EXCHANGE, (*_BUYS, *_SELLS))
    | each(TRANSFER, ("TRANSFER",))
    | _OF_CASH
    | _SUBACCOUNT,
)
_PLAN_MEMOS = Vocabulary(
    {},
    starts=each(DISTRIBUTION, ("Withdrawal", "Distribution"))
    | each(FEE, ("Investment Expense",))
    | each(LOAN, ("Loan Issue", "Loan Withdrawal", "New Loan"))
    | each(EXCHANGE, ("Exchange", "Fund Exchange", "Reallocation", "Rebalance")),
)
# A sale whose memo names a payment somewhere ("Hardship withdrawal"), unless it is one of its own.
_PAYMENT = re.compile(r"\b(?:WITHDRAWAL|DISTRIBUTION)S?\b")
_OTHER_PAYMENT = re.compile(r"\b(?:LOAN|EXCESS|CORRECTIVE)\b")
_PLAN_VOCABULARIES = (_PLAN_MEMOS, vanguard.PLAN_WORDS, fidelity_netbenefits.PLAN_WORDS)
_IRA_VOCABULARIES = (
    fidelity_history.ACTIONS,
    vanguard.BROKERAGE_WORDS,
    schwab.BROKERAGE_WORDS,
)
# What the bank's own word for a movement of cash says, where its memo says nothing known.
_BANK_WORDS: Mapping[str, Meaning] = MappingProxyType(
    {
        **each(EARNINGS, ("INT", "DIV")),
        **each(FEE, ("FEE", "SRVCHG")),
        **each(DEPOSIT, ("DEP", "DIRECTDEP")),
        **each(TRANSFER, ("XFER",)),
        **each(DISTRIBUTION, ("ATM", "CASH", "CHECK", "DIRECTDEBIT", "PAYMENT")),
    }
)
_IN_PLAN_BANK_WORDS = {**_BANK_WORDS, **each(CONTRIBUTION, ("DEP", "DIRECTDEP"))}

_ROLES = (
    *("day", "type", "source", "amount", "investment", "units", "price", "id", "loan"),
    *("action", "account", "tag", "words", "name", "bank", "withheld", "state withheld"),
)
_WITHHELD = ("WITHHOLDING", "STATEWITHHOLDING")
_TABLE = TableSpec(
    name="investment transactions",
    columns={role: (role,) for role in _ROLES},
    needs=("day", "type"),
)
HEADER = Header(
    spec=_TABLE,
    line=1,
    titles=(
        *("DTTRADE", "Type", "INV401KSOURCE", "TOTAL", "SECNAME", "UNITS", "UNITPRICE", "FITID"),
        *("LOANID", "TFERACTION", "ACCTID", "Tag", "MEMO", "NAME", "TRNTYPE", *_WITHHELD),
    ),
    index={role: place for place, role in enumerate(_ROLES)},
)
Cells = tuple[str, ...]
_TRAILING_ZEROS = re.compile(r"(\.[0-9]{2}[0-9]*?)0+$")
_MORE_THAN_CENTS = re.compile(r"[-+]?[0-9]{1,12}\.[0-9]{3,12}")
_CASH_STAYS = frozenset({"INCOME", "INVBANKTRAN", "INVEXPENSE", "MARGININTEREST", "RETOFCAP"})
_PARTNER = re.compile(r"(?:\b(?:VS|TO|FRM|FROM) |\.{3}|X{3,}-?)([A-Z]?[0-9]{3,12})\b")


def day_of(stamp: str) -> str:
    """Return the day of a moment (20250103120000) with dashes, and as it is what is none."""
    dated = len(stamp) >= len("YYYYMMDD") and stamp[:8].isdigit()
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}" if dated else stamp


def cells_of(found: Element, securities: Mapping[str, str], account: str, *, plan: bool) -> Cells:
    """Return a transaction as cells: of a plan with the effect on the source, else on cash."""
    leaves = found.leaves()
    stamp = leaves.get("DTTRADE") or leaves.get("DTPOSTED") or leaves.get("DTSETTLE", "")
    words = " ".join(filter(None, (leaves.get("NAME"), leaves.get("MEMO"))))
    security = leaves.get("UNIQUEID", "")
    withheld = _withheld(leaves) if found.tag.startswith("SELL") else ()
    return (
        day_of(stamp),
        f"{found.tag} {words}".strip(),
        leaves.get("INV401KSOURCE", ""),
        _amount(found.tag, leaves, plan=plan),
        securities.get(security) or security,
        _units(leaves),
        leaves.get("UNITPRICE", ""),
        leaves.get("FITID", ""),
        leaves.get("LOANID", ""),
        leaves.get("TFERACTION", ""),
        account,
        found.tag,
        words,
        leaves.get("NAME", ""),
        leaves.get("TRNTYPE", "").upper(),
        *(f"{tax:.2f}" if tax else "" for tax in withheld or (0, 0)),
    )


def _amount(tag: str, leaves: Mapping[str, str], *, plan: bool) -> str:
    """Return the amount of a row; TOTAL states the effect on cash, after tax withheld.

    What a plan buys is what its source got, and a reinvested dividend is one anywhere. What a
    sale pays out is its total and the tax withheld.
    """
    total = leaves.get("TOTAL") or leaves.get("TRNAMT", "")
    withheld = sum(_withheld(leaves))
    if withheld and tag.startswith("SELL"):
        try:
            total = str(Decimal(total) + withheld)
        except InvalidOperation:
            return total
    total = _in_cents(_TRAILING_ZEROS.sub(r"\1", total))
    turned = (plan and tag not in _CASH_STAYS) or tag == "REINVEST"
    if not total or not turned:
        return total
    return total[1:] if total.startswith("-") else "-" + total.lstrip("+")


def _in_cents(total: str) -> str:
    """Return a total to the cent: Vanguard prints units times price with all its decimals."""
    if not _MORE_THAN_CENTS.fullmatch(total):
        return total
    return f"{Decimal(total).quantize(Decimal('0.01'), ROUND_HALF_UP):f}"


def _withheld(leaves: Mapping[str, str]) -> tuple[Decimal, ...]:
    """Return the federal and the state tax that a transaction states."""
    try:
        return tuple(abs(Decimal(leaves.get(tag) or 0)) for tag in _WITHHELD)
    except InvalidOperation:
        return (Decimal(0), Decimal(0))


def _units(leaves: Mapping[str, str]) -> str:
    units = leaves.get("UNITS", "")
    out = leaves.get("TFERACTION", "").upper() == "OUT"
    return f"-{units.lstrip('+')}" if out and units and not units.startswith("-") else units


def _way(row: Row) -> int:
    """Return which way a transaction goes by OFX's own definition of its tag."""
    if row.text("action").upper() in {"IN", "OUT"}:
        return OUTWARD if row.text("action").upper() == "OUT" else INWARD
    tag = row.text("tag")
    return INWARD if tag.startswith(_COMES) else OUTWARD if tag.startswith("SELL") else 0


def _known(row: Row, vocabularies: tuple[Vocabulary, ...]) -> Meaning:
    words, name = row.text("words"), row.text("name")
    texts = [text for text in (words, words.removeprefix(name).strip(), name) if text]
    found = (vocabulary.meaning(text) for text in texts for vocabulary in vocabularies)
    return next((meaning for meaning in found if meaning is not UNKNOWN), UNKNOWN)


def _plan_meaning(row: Row, meaning: Meaning, amount: Money) -> Meaning:
    """Take the memo's word first; a purchase that names a loan repays it, a sale pays it out."""
    tag = row.text("tag")
    if row.text("loan") and tag.startswith(("BUY", "SELL")):
        return LOAN_REPAYMENT if tag.startswith("BUY") else LOAN
    said = _known(row, _PLAN_VOCABULARIES)
    if tag == "TRANSFER" and said in {EARNINGS, DISTRIBUTION, CONTRIBUTION}:
        said = UNKNOWN
    if said is not UNKNOWN:
        return vanguard.without_shares(row, said, amount)
    if tag == "INVBANKTRAN":
        return _IN_PLAN_BANK_WORDS.get(row.text("bank"), UNKNOWN)
    if tag.startswith("SELL") and _pays_out(row):
        return DISTRIBUTION
    return meaning


def _pays_out(row: Row) -> bool:
    """Tell whether a sale is paid to the participant: its memo says so, or tax was withheld."""
    words = plain_words(row.text("words"))
    if _OTHER_PAYMENT.search(words):
        return False
    return bool(row.text("withheld")) or bool(_PAYMENT.search(words))


def _ira_meaning(row: Row, meaning: Meaning, _amount: Money) -> Meaning:
    """Take trades by their tag, cash by its memo and then by the bank's word for it."""
    tag = row.text("tag")
    if tag not in {"INVBANKTRAN", "TRANSFER"}:
        return meaning
    said = _known(row, _IRA_VOCABULARIES)
    if tag == "TRANSFER":
        return said if _moves(said) else meaning
    if said is UNKNOWN or said is INFO:
        plain = ira_words.said(row.text("words"))
        said = plain or _BANK_WORDS.get(row.text("bank"), UNKNOWN)
    return said


def _moves(meaning: Meaning) -> bool:
    return meaning.kind.spec.is_leg or meaning.kind is RowKind.EXCHANGE


def _details(row: Row, day: date) -> Fields:
    words = plain_words(row.text("words"))
    partner = _PARTNER.search(words)
    return {
        **_plan_details(row, day),
        "partner": partner[1] if partner else "",
        "tax_year": ira_words.contribution_year(day, words),
    }


def _plan_details(row: Row, _day: date) -> Fields:
    extra = {
        "fitid": row.text("id"),
        WITHHELD: row.text("withheld"),
        STATE_WITHHELD: row.text("state withheld"),
    }
    return {"extra": {name: text for name, text in extra.items() if text}}


def _source(text: str, employer: str) -> Source | None:
    return OFX_SOURCES.get(text.upper()) or source_of(text, employer)


# by whether the statement is of a plan
ACTIVITIES: Mapping[bool, Activity] = MappingProxyType(
    {
        True: Activity(
            table=_TABLE,
            dates=(ISO,),
            vocabulary=_PLAN_TAGS,
            plan=True,
            refine=_plan_meaning,
            details=_plan_details,
            source=_source,
            way=_way,
        ),
        False: Activity(
            table=_TABLE,
            dates=(ISO,),
            vocabulary=_IRA_TAGS,
            plan=False,
            refine=_ira_meaning,
            details=_details,
            source=_source,
            way=_way,
        ),
    }
)
