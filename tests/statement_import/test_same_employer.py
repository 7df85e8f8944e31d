"""Money from one plan of an employer to another: a rollover where that one says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import Result

from tests.simulated.downloads import TITLES
from tests.statement_import.test_formats_apart import bring

Basis = Callable[..., Result]
ROW = "{},{},{},500 Index,{},{}\n"
PAID = ROW.format("01/10/20", "Payroll Contribution", "{0}", "10.000000", "1000.00")
LEFT = ROW.format("03/10/20", "Account Withdrawal", "{0}", "-10.000000", "-1000.00")
OWN = ROW.format("02/10/20", "Payroll Contribution", "Match", "5.000000", "500.00")
ORDERS = list(permutations(("old", "new")))
KINDS = {"Transfer": "transfer_in", "Contribution": "contribution", "Rollover": "rollover_in"}


class Case(NamedTuple):
    """The source it leaves, the one it comes into, what that row calls it, and its code."""

    was: str
    comes: str
    word: str
    code: str = ""


@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
@pytest.mark.parametrize("day", ["03/10/20", "03/12/20", "03/09/20"])
@pytest.mark.parametrize(
    "case",
    [
        Case("Pre-tax Contribution", "Pre-tax Contribution", "Transfer"),
        Case("Pre-tax Contribution", "Pre-tax Rollover", "Contribution", "G"),
        Case("Pre-tax Contribution", "Pre-tax Contribution", "Rollover", "G"),
        Case("Roth Contribution", "Roth Rollover", "Contribution", "BG"),
        # a new recordkeeper goes on with the sources of the old one
        Case("Pre-tax Rollover", "Pre-tax Rollover", "Contribution"),
    ],
)
def test_the_statement_of_the_plan_that_receives_tells_a_rollover(
    desk: Callable[[], Basis], case: Case, day: str, order: tuple[str, ...]
) -> None:
    was, comes, word, code = case
    came = ROW.format(day, word, comes, "10.000000", "1000.00")
    paid = PAID.format(was) if "Contribution" in was else ""
    Path("old.csv").write_text(TITLES + paid + LEFT.format(was))
    Path("new.csv").write_text(TITLES + OWN + came)
    basis = desk()
    for account in ("old", "new"):
        named = ("--owner", "ann", "--kind", "401k", "--employer", "Acme")
        assert basis("account", "add", account, *named).exit_code == 0

    opening = ("--source", "rollover", "--date", "2020-01-01", "--value", "1000")
    if not paid:  # rolled in before the books begin
        made = basis("add", "opening", "--account", "old", *opening)
        assert made.exit_code == 0, made.output

    def truth(question: dict[str, str]) -> str:
        if question["code"] == "type_unknown":
            return KINDS[word]
        if question["code"] == "source_unknown":
            return "rollover"
        return "new" if question["file"] == "old.csv" else "old"

    for account in order:
        bring(basis, [f"{account}.csv"], truth, account=account)
    shown = basis("year-end", "2020", "--json")
    assert shown.exit_code == 0, shown.output
    record = json.loads(shown.stdout)
    boxes = [form["boxes"] for form in record["forms"]["1099-R"]]
    assert [(box["1"], box["2a"], box["7"]) for box in boxes] == [("1000.00", "0.00", code)][
        : len(code)
    ]
