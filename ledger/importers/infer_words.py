"""What the words of a row type usually mean, where no reader knows the file."""

from __future__ import annotations

import json
import re

from ledger.chart import Source
from ledger.importers.custom_rows import BY_TYPE
from ledger.importers.sources import source_of
from ledger.importers.vocabulary import DEPOSIT_UNKNOWN

_PART = re.compile(r" [-–/] |: ?| ?\(")  # between what happened and the source, in one cell
# what words in a type of row usually mean; the first that fits. "Conversion" alone is a change
# of recordkeeper as often as a Roth conversion, and is asked.
_KINDS: tuple[tuple[tuple[str, ...], str], ...] = (
    # what was taken back may go either way
    (("revers", "return of", "returned", "refund", "forfeit", "correct", "cancel", "void"), ""),
    (("split", "share class", "recordkeeper", "plan initiated", "dividend reinv"), ""),
    (("withholding", "withheld", "tax w/h"), "withholding"),
    (("loan repay", "loan payment"), "loan_repayment"),
    (("loan",), "loan"),
    (("in-plan roth", "in plan roth", "roth in-plan", "roth in plan"), "conversion"),
    (("roth conversion", "conversion to roth", "converted to roth"), "conversion"),
    (("conversion", "in-plan", "in plan", "mapping", "merger", "journal", "annuit"), ""),
    (("rollover",), "rollover"),
    (("dividend", "interest", "gain", "loss", "earning", "market value"), "earnings"),
    (("revenue credit",), "earnings"),
    (("fee", "charge", "expense"), "fee"),
    (("interfund", "inter-fund", "fund to fund"), "exchange"),
    (("exchange", "buy", "bought", "sell", "sold", "reinvest", "rebalance", "sweep"), "exchange"),
    (("contribution", "payroll", "deferral", "deposit", "match"), "contribution"),
    (("withdrawal", "distribution", "payment"), "distribution"),
    (("balance",), "balance"),
    (("transfer",), "transfer"),
)
# kinds that go two ways: the words of each way, the question where the sources must say it
_TWO_WAYS = {
    "conversion": ("conversion_in", "conversion_out", ""),
    "rollover": ("rollover_in", "rollover_out", ""),
    "transfer": ("transfer_in", "transfer_out", "possible_conversion"),
}
LEAVES = frozenset({"fee", "distribution", "withholding", "loan"})
_OF_A_SOURCE = frozenset({"contribution", "earnings", "fee", "distribution", "loan_repayment"})


def kind_of(words: str) -> str:
    """Return the kind of row that words usually mean, "" where that must be asked."""
    lower = words.lower()
    return (
        ""
        if says_both_ways(words)
        else next((kind for signs, kind in _KINDS if any(sign in lower for sign in signs)), "")
    )


def says_both_ways(words: str) -> bool:
    """Tell whether a type names money that comes and money that leaves: "Deposits/Withdrawals"."""
    lower = words.lower()
    return "deposit" in lower and any(sign in lower for sign in ("withdrawal", "disbursement"))


def bank_money(words: str, kind: str, signs: str) -> str:
    """Return the TOML of bank money of an IRA, "" where a type is none: no word says what it is."""
    comes = kind == "contribution" and "contrib" not in words.lower()
    if signs == BY_TYPE or not (comes or says_both_ways(words)):
        return ""
    return _table({"kind": "contribution", "negative": "distribution", "question": DEPOSIT_UNKNOWN})


def meaning_of(words: str, kind: str, signs: str, source: Source | None) -> str:
    """Return the TOML of what a type of row means, "" where that must be asked."""
    fields: dict[str, str] = {"kind": kind}
    lower = words.lower()
    if kind == "earnings" and "loss" in lower and ("gain" not in lower or signs == BY_TYPE):
        return ""  # printed without a minus a loss would come in
    if kind in _TWO_WAYS:
        into, out, question = _TWO_WAYS[kind]
        way = {"in": into, "out": out}.get(_way(words), "")
        fields = {"kind": into, "negative": out}
        if signs == BY_TYPE:  # without signs the words must say which way the money goes
            fields = {"kind": way}
        fields |= {"question": question} if question else {}
    if not fields["kind"]:
        return ""
    fields |= {"source": source.value} if source else {}
    if len(fields) == 1:
        return quoted(fields["kind"])
    return _table(fields)


def _table(fields: dict[str, str]) -> str:
    return "{ " + ", ".join(f"{key} = {quoted(said)}" for key, said in fields.items()) + " }"


def _way(words: str) -> str:
    """Return "in" or "out" where one of these words stands in a type of row."""
    found = {"in", "out"} & set(re.findall(r"[a-z]+", words.lower().replace("in-plan", "")))
    return found.pop() if len(found) == 1 else ""


def source_said(words: str, kind: str) -> Source | None:
    """Return the source that a type of row names beside what happened: "Contribution - Roth".

    What a rollover or a conversion is called is no source: only what stands apart is.
    """
    parts = [part.rstrip(") ") for part in _PART.split(words)[1:]]
    named = {source for part in parts if (source := source_of(part)) is not None}
    if len(named) == 1 and kind in {*_OF_A_SOURCE, *_TWO_WAYS} - {"rollover"}:
        return named.pop()
    return source_of(words) if kind in {"contribution", "rollover"} else None


def quoted(value: str | list[str]) -> str:
    """Return a text or a list of texts as TOML: unlike JSON it knows no halves of a letter."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
