"""Tax withheld as a row of its own: part of the payment where its units told it already."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import main

HEAD = "Date,Type,Source,Fund,Units,Amount\n"
PAID_IN = "2024-01-10,Contribution,After-tax,Index,10.000,1000.00\n"
OTHER = "2024-01-10,Contribution,After-tax,Bond,10.000,500.00\n"
MAP = """
[map]
dates = ["YYYY-MM-DD"]
plan = true
[columns]
date = "Date"
type = "Type"
amount = "Amount"
source = "Source"
investment = "Fund"
units = "Units"
[types]
"Contribution" = "contribution"
"Withdrawal" = "distribution"
"Federal tax" = "withholding"
[sources]
"After-tax" = "after_tax"
"Pre-tax" = "pre_tax"
"""


def form(folder: Path, rows: list[str]) -> dict[str, str]:
    """Return the boxes of the one Form 1099-R that the payer of these rows should send."""
    ledger = str(folder / "l.db")

    def run(*words: str) -> str:
        done = CliRunner().invoke(main, ["--ledger", ledger, *words])
        assert done.exit_code == 0, done.output
        return done.output

    run("init")
    run("taxpayer", "add", "rose", "--name", "Rose Green", "--born", "1980-05-01")
    run("account", "add", "acme", "--owner", "rose", "--kind", "401k")
    file = folder / "rows.csv"
    file.write_text(HEAD + "".join(rows), "utf-8")
    (folder / "map.toml").write_text(MAP, "utf-8")
    run("import", str(file), "--as", str(folder / "map.toml"), "--account", "acme")
    told = json.loads(run("year-end", "2024", "--json"))
    told = told["records"][0] if "records" in told else told
    (one,) = told["forms"]["1099-R"]
    return {box: str(value) for box, value in one["boxes"].items()}


PAID = "2024-06-20,Withdrawal,After-tax,Index,-1.000,-102.00\n"
TAX = "2024-06-20,Federal tax,After-tax,,,-20.40\n"


@pytest.mark.parametrize("rows", list(permutations([PAID_IN, PAID, TAX])))
def test_units_that_left_make_up_the_tax_too(tmp_path: Path, rows: tuple[str, ...]) -> None:
    boxes = form(tmp_path, [*rows])
    assert (boxes["1"], boxes["4"]) == ("102.00", "20.40")


def test_tax_of_a_payment_out_of_two_funds_is_shared_out_to_the_cent(tmp_path: Path) -> None:
    bond = "2024-06-20,Withdrawal,After-tax,Bond,-1.000,-50.01\n"
    boxes = form(tmp_path, [PAID_IN, OTHER, PAID, bond, TAX])
    assert (boxes["1"], boxes["4"]) == ("152.01", "20.40")


def test_tax_with_units_of_its_own_comes_beside(tmp_path: Path) -> None:
    paid = "2024-06-20,Withdrawal,After-tax,Index,-0.800,-81.60\n"
    tax = "2024-06-20,Federal tax,After-tax,Index,-0.200,-20.40\n"
    boxes = form(tmp_path, [PAID_IN, paid, tax])
    assert (boxes["1"], boxes["4"]) == ("102.00", "20.40")


def test_tax_of_a_payment_without_units_comes_beside(tmp_path: Path) -> None:
    rows = [PAID_IN, PAID, TAX]
    bare = [row.replace(",10.000,", ",,").replace(",-1.000,", ",,") for row in rows]
    # no price is told, so of pre-tax money: nothing would have to be asked
    boxes = form(tmp_path, [row.replace("After-tax", "Pre-tax") for row in bare])
    assert (boxes["1"], boxes["4"]) == ("122.40", "20.40")
