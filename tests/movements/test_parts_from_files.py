"""What two downloaded files show of a payment over New Year, imported in any order.

10,000.00 was put into a traditional IRA in 2022, and 7,000.00 of it moves about New Year 2024. A
plan's after-tax source of ten units has 1,000.00 of basis and pays 1,100.00 to the next plan.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.main import main
from tests.movements.test_plan_payments import EMPOWER

FIDELITY = "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Amount ($),Settlement Date"
PUT_IN = "03/01/2022,CASH CONTRIBUTION CURRENT YEAR (Cash), ,No Description,Cash,0,,10000,"
CHART = (
    ("trad", "traditional_ira", "--number", "234567890"),
    ("other", "traditional_ira", "--number", "234567892"),
    ("roth", "roth_ira", "--number", "234567891"),
    ("acme", "401k"),
    ("gamma", "401k"),
)
ORDERS = ["0 1", "1 0", "01", "10"]
CONTRIBUTED = "01/10/23,Payroll Contribution,After-tax Contribution,500 Index,10.000000,1000.00"
PAID = "12/28/23,Account Withdrawal,After-tax Contribution,500 Index,-10.000000,-1100.00"
ROLLED = "{},Additional Deposit,Rollover,Bond Index,{},{}"
Desk = Callable[..., Any]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a way to run a command on a ledger with three IRAs and two plans."""

    def run(*words: str) -> Any:
        done = CliRunner().invoke(main, ["--ledger", str(tmp_path / "ledger.db"), *words])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout) if "--json" in words else done.output

    run("init")
    run("taxpayer", "add", "ann", "--name", "Ann", "--born", "1970-05-01")
    for name, kind, *more in CHART:
        run("account", "add", name, "--owner", "ann", "--kind", kind, *more)
    return run


def cash(day: str, action: str, amount: int) -> str:
    return f"{day},{action} (Cash), ,No Description,Cash,0,,{amount},"


def bring(desk: Desk, folder: Path, order: str, *files: tuple[str, ...], **said: Any) -> None:
    """Import two files: name, account (of a plan's file) and rows of each."""
    paths = []
    for name, account, *rows in files:
        (folder / name).write_text("\n".join([*rows, ""]))
        paths.append((str(folder / name), account))
    for group in order.split():
        for account in sorted({paths[int(n)][1] for n in group}):
            names = [paths[int(n)][0] for n in group if paths[int(n)][1] == account]
            words = ["import", *names, *(["--account", account] if account else []), "--yes"]
            given: list[dict[str, Any]] = []
            for _ in range(4):
                (folder / "a.json").write_text(json.dumps(given))
                answers = ["--answers", str(folder / "a.json")]
                preview = desk(*words, *answers, "--dry-run", "--json")
                given += [
                    {"code": q["code"], "file": f["file"], "line": q["line"],
                     "answer": said[q["code"]]}
                    for f in preview["files"] for q in f["questions"]
                ]  # fmt: skip
            desk(*words, *answers)


def held(record: Any) -> dict[str, tuple[str, str | None]]:
    return {
        f"{one['account']}:{one['source'] or ''}": (one["closing_value"], one["closing_basis"])
        for one in record["accounts"]
        if one["closing_value"] != "0.00"
    }


@pytest.mark.parametrize("order", ORDERS)
def test_a_conversion_in_two_parts_in_january(desk: Desk, tmp_path: Path, order: str) -> None:
    out = (FIDELITY, cash("12/28/2023", "CONV TO ROTH IRA", -7000), PUT_IN)
    into = (FIDELITY, cash("01/05/2024", "ROTH CONVERSION", 3000),
            cash("01/03/2024", "ROTH CONVERSION", 4000))  # fmt: skip
    bring(desk, tmp_path, order, ("History_for_Account_234567890.csv", "", *out),
          ("History_for_Account_234567891.csv", "", *into),
          partner_unknown="in_transit")  # fmt: skip
    first, second = (desk("year-end", year, "--json") for year in ("2023", "2024"))
    told = first["forms"]["8606"]["lines"]
    assert (told["6"], told["8"]) == ("3000.00", "7000.00")
    assert held(first) == {"trad:": ("3000.00", None)}
    assert held(second) == {"trad:": ("3000.00", None), "roth:": ("7000.00", None)}


@pytest.mark.parametrize("order", ORDERS)
def test_a_transfer_that_the_receiver_shows_first(desk: Desk, tmp_path: Path, order: str) -> None:
    out = (FIDELITY, cash("01/03/2024", "TRANSFER OF ASSETS ACAT DELIVER", -7000),
           cash("06/01/2023", "CONV TO ROTH IRA", -1000), PUT_IN)  # fmt: skip
    into = (FIDELITY, cash("12/29/2023", "TRANSFER OF ASSETS ACAT RECEIVE", 7000))
    converted = (FIDELITY, cash("06/01/2023", "ROTH CONVERSION", 1000))
    bring(desk, tmp_path, order, ("History_for_Account_234567890.csv", "", *out),
          ("History_for_Account_234567892.csv", "", *into),
          partner_unknown="in_transit")  # fmt: skip
    bring(desk, tmp_path, "0", ("History_for_Account_234567891.csv", "", *converted))
    for account, value in (("trad", "9000"), ("other", "7000")):
        desk("add", "balance", "--account", account, "--date", "2023-12-31", "--value", value)
    first, second = (desk("year-end", year, "--json") for year in ("2023", "2024"))
    told = first["forms"]["8606"]["lines"]
    assert (told["6"], told["8"]) == ("9000.00", "1000.00")
    assert {k: v for k, (v, _) in held(first).items()} == {
        "trad:": "9000.00", "other:": "7000.00", "roth:": "1000.00"
    }  # fmt: skip
    assert {k: v for k, (v, _) in held(second).items()} == {
        "trad:": "2000.00", "other:": "7000.00", "roth:": "1000.00"
    }  # fmt: skip
    assert {one["earnings"] for one in (*first["accounts"], *second["accounts"])} == {"0.00"}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    ("days", "then"),
    [
        (("12/29/23", "01/05/24"), ("600.00", "1000.00")),
        (("01/02/24", "01/05/24"), ("0.00", "1000.00")),
    ],
)
def test_a_plan_has_sources_basis_and_units_of_each_part(
    desk: Desk, tmp_path: Path, order: str, days: tuple[str, str], then: tuple[str, str]
) -> None:
    parts = [
        ROLLED.format(day, units, amount)
        for day, units, amount in zip(days, ("66.000", "44.000"), ("660.00", "440.00"), strict=True)
    ]
    bring(desk, tmp_path, order, ("acme.csv", "acme", EMPOWER, CONTRIBUTED, PAID),
          ("gamma.csv", "gamma", EMPOWER, *parts), type_unknown="rollover_in",
          partner_unknown="in_transit")  # fmt: skip
    for year, basis in zip(("2023", "2024"), then, strict=True):
        found = held(desk("year-end", year, "--json"))
        assert found.get("gamma:after_tax", ("0.00", "0.00"))[1] == basis
    assert found == {
        "gamma:after_tax": ("1000.00", "1000.00"),
        "gamma:rollover": ("100.00", "0.00"),
    }


def test_units_that_came_with_a_late_part_are_known_when_they_leave(
    desk: Desk, tmp_path: Path
) -> None:
    put_in, paid = (
        row.replace("After-tax", "Base-pay Pre-tax 401(k)") for row in (CONTRIBUTED, PAID)
    )
    parts = [ROLLED.format(day, "55.000", "550.00") for day in ("12/29/23", "01/05/24")]
    bring(desk, tmp_path, "0 1", ("acme.csv", "acme", EMPOWER, put_in, paid),
          ("gamma.csv", "gamma", EMPOWER, *parts), source_unknown="pre_tax",
          type_unknown="rollover_in", partner_unknown="in_transit")  # fmt: skip
    gone = "06/05/24,Account Withdrawal,Rollover,Bond Index,-110.000,-1210.00"
    bring(desk, tmp_path, "0", ("june.csv", "gamma", EMPOWER, gone), source_unknown="rollover",
          partner_unknown="cash", value_needed="all")  # fmt: skip
    record = desk("year-end", "2024", "--json")
    assert record["forms"]["1040"]["lines"]["5b"] == "1210.00"
    assert held(record) == {}
