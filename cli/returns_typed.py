"""A filed Form 8606 and the facts of a return as they are filled in on the terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from cli.fact_types import LayerType
from cli.form_prompt import Box, Value, Values, fill
from cli.forms_typed import WHO, YEAR, person_and_year, unfit
from cli.options import TAX_YEAR
from ledger.errors import LedgerError
from ledger.money import ZERO, BadAmount, Money
from ledger.records import FILING_STATUSES

if TYPE_CHECKING:
    from ledger.store import Ledger

Read = Callable[[dict[str, Any]], object]  # refuses what cannot be recorded
_LAYERS, _COVERED = "conversions", "covered"
_YES = {"yes": "yes", "y": "yes", "x": "yes", "no": "no", "n": "no"}


def fill_8606(ledger: Ledger, given: dict[str, Any], read: Read) -> dict[str, Any]:
    """Return what the last filed Form 8606 carries on, as `basis record 8606` takes it."""
    boxes = [
        *person_and_year(list(ledger.taxpayers()), given["taxpayer"], given["year"]),
        Box("14", "Line 14, total basis in traditional IRAs", _amount, "0 when there is none"),
        Box("roth", "Roth IRAs: contributions not yet taken out", _amount),
        Box("since", "Roth IRAs: first year money was put in for", _tax_year, "four digits"),
        Box(
            _LAYERS,
            "Roth IRAs: conversions left, as 2020=15000/5000",
            _layers,
            "each year's conversions that are not yet taken out, TAXABLE/NONTAXABLE as they were "
            "converted; several years divided by blanks",
        ),
    ]
    said = fill("Form 8606, the last one filed", boxes, _checked_by(read, given, _of_8606))
    return _of_8606(said)


def _of_8606(said: Values) -> dict[str, Any]:
    return _about(said) | {
        "line14": said.get("14"),
        "roth_regular": said.get("roth"),
        "roth_since": int(str(said["since"])) if "since" in said else None,
        "layers": tuple(_read_layers(str(said.get(_LAYERS, "")))),
    }


def fill_return(ledger: Ledger, given: dict[str, Any], read: Read) -> dict[str, Any]:
    """Return the usual facts of a return, as `basis record return` takes them."""
    boxes = [
        *person_and_year(list(ledger.taxpayers()), given["taxpayer"], given["year"]),
        Box("status", "Filing status", _status, f"one of {', '.join(FILING_STATUSES)}"),
        Box("magi", "Modified AGI for IRA purposes", _signed, "Pub. 590-A, Worksheet 1-1 or 2-1"),
        Box("pay", "Taxable compensation", _amount, "wages and net earnings from self-employment"),
        Box(_COVERED, "Covered by a plan at work (yes or no)", _yes, "Form W-2, box 13"),
        Box("deduction", "IRA deduction taken", _amount, "Enter to have it worked out"),
    ]
    said = fill("Return", boxes, _checked_by(read, given, _of_return))
    return _of_return(said)


def _of_return(said: Values) -> dict[str, Any]:
    return _about(said) | {
        "filing_status": said.get("status"),
        "magi": said.get("magi"),
        "compensation": said.get("pay"),
        "covered_by_plan": said[_COVERED] == "yes" if _COVERED in said else None,
        "ira_deduction": said.get("deduction"),
    }


def _checked_by(
    read: Read, given: dict[str, Any], told: Callable[[Values], dict[str, Any]]
) -> Callable[[Values], Iterable[LedgerError]]:
    """Return what finds the faults of a form: those with which it would be refused."""

    def faults(values: Values) -> Iterable[LedgerError]:
        try:
            read(given | told(values))
        except LedgerError as fault:
            return fault.faults
        return ()

    return faults


def _about(said: Values) -> dict[str, Any]:
    return {"taxpayer": str(said[WHO]), "year": int(str(said[YEAR]))}


def _signed(text: str, _: Mapping[str, Value]) -> Value:
    try:
        return Money.parse(text)
    except BadAmount as bad:
        raise unfit(str(bad), "dollars with at most two decimals") from bad


def _amount(text: str, before: Mapping[str, Value]) -> Value:
    amount = _signed(text, before)
    if isinstance(amount, Money) and amount < ZERO:
        raise unfit(f"this amount cannot be negative ({amount})")
    return amount


def _tax_year(text: str, _: Mapping[str, Value]) -> Value:
    try:
        return str(TAX_YEAR.convert(text, None, None))
    except click.BadParameter as bad:
        raise unfit(bad.message, "four digits") from bad


def _status(text: str, _: Mapping[str, Value]) -> Value:
    wanted = re.sub(r"[\s-]+", "_", text.lower())
    meant = [status for status in FILING_STATUSES if status.startswith(wanted)]
    if len(meant) != 1:
        raise unfit(f"'{text}' is no filing status", f"one of {', '.join(FILING_STATUSES)}")
    return meant[0]


def _yes(text: str, _: Mapping[str, Value]) -> Value:
    if text.lower() not in _YES:
        raise unfit(f"'{text}' is neither yes nor no")
    return _YES[text.lower()]


def _layers(text: str, _: Mapping[str, Value]) -> Value:
    try:
        _read_layers(text)
    except click.BadParameter as bad:
        raise unfit(bad.message, "as 2020=15000/5000") from bad
    return text


def _read_layers(text: str) -> list[Any]:
    return [LayerType().convert(one, None, None) for one in text.split()]
