"""Two rows of a plan that are one thing come out alike whichever file each stands in.

1,000.00 of after-tax money is put in on January 10, 2020 and worth 1,100.00 when it leaves on
June 29. What comes in again on July 1 in the same words was never paid; what comes into Roth money
on July 1 was converted: Form 1040, lines 5a 1,100.00 and 5b 100.00.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.movements.test_plan_payments import EMPOWER, Run, of_year, run  # noqa: F401 - a fixture

IN = "01/10/20,Payroll Contribution,After-tax Contribution,500 Index,10.000000,1000.00"
LEFT = "06/29/20,Account Withdrawal,After-tax Contribution,500 Index,-10.000000,-1100.00"
BACK = "07/01/20,Account Withdrawal,After-tax Contribution,{},{},1100.00"
AGAIN = "09/01/20,Account Withdrawal,After-tax Contribution,{},-{},-1200.00"
TO_ROTH = "07/01/20,Additional Deposit,In-plan Roth After-tax Conversion,{},{},1100.00"
TWO_FUNDS = (
    "01/10/20,Payroll Contribution,After-tax Contribution,500 Index,6.000000,600.00",
    "01/10/20,Payroll Contribution,After-tax Contribution,Bond Index,20.000000,400.00",
    "06/29/20,Account Withdrawal,After-tax Contribution,500 Index,-6.000000,-660.00",
    "06/29/20,Account Withdrawal,After-tax Contribution,Bond Index,-20.000000,-440.00",
)
ORDERS = ["0 1", "1 0", "01", "10"]
LOST = "left acme on 2020-06-29, and no statement shows where it arrived"


class Desk:
    """Two files of a plan, and a person who answers what is asked by its code."""

    def __init__(self, run: Run, folder: Path, *files: tuple[str, ...]) -> None:  # noqa: F811
        self.run, self.folder, self.asked = run, folder, list[str]()
        self.files = [folder / "june.csv", folder / "july.csv"]
        for path, rows in zip(self.files, files, strict=True):
            path.write_text("\n".join([EMPOWER, *rows, ""]))

    def bring(self, order: str, **said: Any) -> str:
        answers = self.folder / "answers.json"
        told = ""
        for group in order.split():
            names = [str(self.files[int(number)]) for number in group]
            words = ["import", *names, "--account", "acme", "--yes", "--answers", str(answers)]
            given: list[dict[str, Any]] = []
            for _ in range(4):
                answers.write_text(json.dumps(given))
                preview = json.loads(self.run(*words, "--dry-run", "--json"))
                asked = [(f["file"], q) for f in preview["files"] for q in f["questions"]]
                self.asked += [q["code"] for _, q in asked]
                given += [
                    {"code": q["code"], "file": file, "line": q["line"], "answer": said[q["code"]]}
                    for file, q in asked
                ]
            told += self.run(*words)
        return told

    def undo(self, file: int) -> None:
        """Take back the import of a file."""
        listed = json.loads(self.run("imports", "--json"))
        name = self.files[file].name
        (number,) = [one["import"] for one in listed if one["file"] == name and not one["undone"]]
        self.run("undo", str(number), "--why", "too early")


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("paid", ["cash", "in_transit", "ira"])
@pytest.mark.parametrize("units", ["10.000000", "9.500000"])
def test_a_withdrawal_taken_back_in_the_next_statement_paid_nothing(
    run: Run,  # noqa: F811
    tmp_path: Path,
    order: str,
    paid: str,
    units: str,
) -> None:
    later = BACK.format("500 Index", units), AGAIN.format("500 Index", units)
    desk = Desk(run, tmp_path, (IN, LEFT), later[:1])
    desk.bring(order, partner_unknown=paid, type_unknown="taken_back")
    assert desk.asked == {"0 1": ["partner_unknown"], "1 0": ["type_unknown"]}.get(order, [])
    assert of_year(run) == ({}, [("acme", "after_tax", "1000.00", "1000.00")])
    (tmp_path / "later.csv").write_text("\n".join([EMPOWER, later[1], ""]))
    said = tmp_path / "said.json"
    said.write_text(json.dumps([{"code": "partner_unknown", "line": 2, "answer": "roth"}]))
    run("import", str(tmp_path / "later.csv"), "--account", "acme", "--answers", str(said), "--yes")
    assert of_year(run) == ({"5a": "1200.00", "5b": "200.00"}, [])


@pytest.mark.parametrize("order", ORDERS)
def test_so_is_one_of_two_funds_that_came_back_in_one(
    run: Run,  # noqa: F811
    tmp_path: Path,
    order: str,
) -> None:
    """11 units at 100.00 come back for 660.00 and 440.00; later they are 1,200.00."""
    back, again = BACK.format("500 Index", "11.000000"), AGAIN.format("500 Index", "11.000000")
    desk = Desk(run, tmp_path, TWO_FUNDS, (back, again))
    desk.bring(order, partner_unknown="roth", type_unknown="taken_back")
    if order == "0 1":
        desk.run("check", "2020")
    assert of_year(run) == ({"5a": "1200.00", "5b": "200.00"}, [])


def test_undone_each_file_leaves_an_open_point(run: Run, tmp_path: Path) -> None:  # noqa: F811
    desk = Desk(run, tmp_path, (IN, LEFT), (BACK.format("500 Index", "10.000000"),))
    desk.bring("01")
    desk.undo(1)
    assert LOST in run("check", "2020", code=2)
    desk.bring("1")
    assert of_year(run) == ({}, [("acme", "after_tax", "1000.00", "1000.00")])
    desk.undo(0)
    told = run("check", "2020", code=2)
    assert "came into acme on 2020-07-01, and no statement shows what it left" in told
    desk.bring("0")
    assert desk.asked == []
    assert of_year(run) == ({}, [("acme", "after_tax", "1000.00", "1000.00")])


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("paid", ["cash", "in_transit", "in_plan_conversion"])
@pytest.mark.parametrize("units", ["10.000000", "9.900000"])
def test_a_deposit_into_roth_money_in_the_next_statement_is_the_other_half_of_a_conversion(
    run: Run,  # noqa: F811
    tmp_path: Path,
    order: str,
    paid: str,
    units: str,
) -> None:
    desk = Desk(run, tmp_path, (IN, LEFT), (TO_ROTH.format("500 Index", units),))
    desk.bring(order, partner_unknown=paid, source_unknown="after_tax", same_money="same")
    assert ("same_money" in desk.asked) == (units != "10.000000")
    assert of_year(run) == (
        {"5a": "1100.00", "5b": "100.00"}, [("acme", "in_plan_roth", "1100.00", "1100.00")],
    )  # fmt: skip
    assert "left acme" not in run("check", "2020")


@pytest.mark.parametrize("order", ORDERS)
def test_so_is_one_that_reaches_another_fund(
    run: Run,  # noqa: F811
    tmp_path: Path,
    order: str,
) -> None:
    desk = Desk(run, tmp_path, TWO_FUNDS, (TO_ROTH.format("Stock Index", "44.000000"),))
    desk.bring(order, partner_unknown="in_transit", source_unknown="after_tax", same_money="same")
    assert of_year(run) == (
        {"5a": "1100.00", "5b": "100.00"}, [("acme", "in_plan_roth", "1100.00", "1100.00")],
    )  # fmt: skip


def test_undone_a_half_is_open_and_a_word_settles_it(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    desk = Desk(run, tmp_path, (IN, LEFT), (TO_ROTH.format("500 Index", "10.000000"),))
    desk.bring("01")
    desk.undo(1)
    assert LOST in run("check", "2020", code=2)
    desk.bring("1")
    assert desk.asked == []
    desk.undo(0)
    (tmp_path / "june.csv").write_text(f"{EMPOWER}\n{IN}\n")
    desk.bring("0")
    told = run("check", "2020", code=2)
    assert "came into acme on 2020-07-01, and no statement shows what it left" in told
    run("settle", told.split("basis settle ")[1].split()[0], "--from", "acme:after_tax")
    assert of_year(run) == (
        {"5a": "1100.00", "5b": "100.00"}, [("acme", "in_plan_roth", "1100.00", "1100.00")],
    )  # fmt: skip


@pytest.mark.parametrize("said", ["acme:nonsense", "nobody"])
def test_a_word_that_names_nothing_is_refused(
    run: Run,  # noqa: F811
    tmp_path: Path,
    said: str,
) -> None:
    desk = Desk(run, tmp_path, (IN, LEFT), (TO_ROTH.format("500 Index", "10.000000"),))
    desk.bring("01")
    desk.undo(0)
    told = run("check", "2020", code=2)
    run("settle", told.split("basis settle ")[1].split()[0], "--from", said, code=2)


def test_the_roth_half_alone_takes_its_units_out_of_the_source(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    desk = Desk(run, tmp_path, (IN,), (TO_ROTH.format("500 Index", "10.000000"),))
    desk.bring("01", source_unknown="after_tax")
    assert of_year(run) == (
        {"5a": "1100.00", "5b": "100.00"}, [("acme", "in_plan_roth", "1100.00", "1100.00")],
    )  # fmt: skip
