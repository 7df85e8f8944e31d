"""Gains in price follow from all facts: the order in which these come in changes no figure.

Each story is typed as a user would, with the rows that a recordkeeper prints; what is right is
worked out by hand beside it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.main import main

Basis = Callable[..., Result]
HEAD = "EFFECTIVE DATE,TRANSACTION DESCRIPTION,SOURCE,OPTION,UNITS/ SHARES,AMOUNT\n"
AFTER_TAX, ROTH = "After-tax Contribution", "In-plan Roth After-tax Conversion"


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a ledger of Rose with her old plan; made once, it takes a second."""
    path = tmp_path_factory.mktemp("household") / "ledger.db"
    for line in (
        ("init",),
        ("taxpayer", "add", "rose", "--name", "Rose Green", "--born", "1970-05-01"),
        ("account", "add", "old", "--owner", "rose", "--kind", "401k"),
        ("account", "add", "ira", "--owner", "rose", "--kind", "traditional_ira"),
    ):
        done = CliRunner().invoke(main, ["--ledger", str(path), *line])
        assert done.exit_code == 0, done.output
    return path


class Ledger:
    """A ledger in which commands are run, and what its year ends say."""

    def __init__(self, folder: Path, household: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        shutil.copy(household, folder / "ledger.db")

    def run(self, *words: str, code: int = 0) -> str:
        done = CliRunner().invoke(main, ["--ledger", str(self.folder / "ledger.db"), *words])
        assert done.exit_code == code, done.output
        return done.output

    def file(self, name: str, *rows: str) -> str:
        path = self.folder / name
        path.write_text(HEAD + "".join(f"{row}\n" for row in rows))
        return str(path)

    def bring(self, name: str, *rows: str, answers: Sequence[dict[str, Any]] = ()) -> str:
        words = ["import", self.file(name, *rows), "--account", "old", "--yes"]
        if answers:
            path = self.folder / f"{name}.json"
            path.write_text(json.dumps(answers))
            words += ["--answers", str(path)]
        return self.run(*words)

    def line(self, year: int, line: str = "5b") -> str:
        """Return a line of Form 1040, "0.00" where it is left blank."""
        record = json.loads(self.run("year-end", str(year), "--json"))
        found: str = record["forms"]["1040"]["lines"].get(line, "0.00")
        return found

    def held(self, source: str = "after_tax") -> str:
        listed = json.loads(self.run("balances", "--json"))["balances"]
        return next((one["value"] for one in listed if one["source"] == source), "0.00")


@pytest.fixture
def ledger(tmp_path: Path, household: Path) -> Ledger:
    return Ledger(tmp_path / "one", household)


def _row(day: str, what: str, source: str, moved: str, fund: str = "500 Index") -> str:
    """Return a row; ``moved`` is its units and its amount."""
    return f"{day},{what},{source},{fund},{moved.replace(' ', ',')}"


def _converted(day: str, units: str, amount: str, fund: str = "500 Index") -> tuple[str, str]:
    return (
        _row(day, "Account Withdrawal", AFTER_TAX, f"-{units} -{amount}".replace("- ", " "), fund),
        _row(day, "Additional Deposit", ROTH, f"{units} {amount}", fund),
    )


PAID = _row("12/04/20", "Payroll Contribution", AFTER_TAX, "10.000000 1000.00")
ALL_OF_IT = _converted("01/06/21", "10.000000", "1050.00")


def test_rows_and_a_balance_of_the_year_end_give_one_gain_in_any_order(
    tmp_path: Path, household: Path
) -> None:
    # ten units for 1,000.00 came and left for 1,050.00, whatever they were worth in between
    steps: dict[str, Callable[[Ledger], object]] = {
        "2020": lambda one: one.bring("2020.csv", PAID),
        "2021": lambda one: one.bring("2021.csv", *ALL_OF_IT),
        "balance": lambda one: one.run(
            "add", "balance", "--account", "old", "--source", "after_tax",
            "--date", "2020-12-31", "--value", "1040", "--accept-difference",
        ),
    }  # fmt: skip
    for order in permutations(steps):
        one = Ledger(tmp_path / "-".join(order), household)
        for step in order:
            steps[step](one)
        assert (order, one.line(2021), one.held()) == (order, "50.00", "0.00")


def test_rows_and_a_balance_in_one_command_give_the_same(ledger: Ledger) -> None:
    rows = ledger.file("rows.csv", PAID, *ALL_OF_IT)
    balance = ledger.folder / "balance.csv"
    balance.write_text(
        "Date,Type,Account,Source,Amount,Value\n12/31/2020,balance,old,after_tax,,1040\n"
    )
    ledger.run("import", rows, str(balance), "--account", "old", "--yes")
    assert (ledger.line(2021), ledger.held()) == ("50.00", "0.00")


IN_TWO_FUNDS = (
    _row("01/10/20", "Payroll Contribution", AFTER_TAX, "6.000000 600.00"),
    _row("01/10/20", "Payroll Contribution", AFTER_TAX, "20.000000 400.00", "Bond Index"),
)


def test_a_part_of_two_funds_is_valued_fund_by_fund(ledger: Ledger) -> None:
    # 6 × 120 + 20 × 24 = 1,200 before; of 300.00 a quarter of the basis, 250.00, leaves
    part = (
        *_converted("02/10/20", "1.500000", "180.00"),
        *_converted("02/10/20", "5.000000", "120.00", "Bond Index"),
    )
    ledger.bring("funds.csv", *IN_TWO_FUNDS, *part)
    assert (ledger.line(2020), ledger.held()) == ("50.00", "900.00")


def test_a_fund_that_no_row_of_the_day_prices_is_asked_about(ledger: Ledger) -> None:
    part = _converted("02/10/20", "1.500000", "180.00")
    file = ledger.file("funds.csv", *IN_TWO_FUNDS, *part)
    told = ledger.run("import", file, "--account", "old", code=2)
    assert "value_needed" in told
    # worth 1,200.00: 180 ÷ 1,200 of 1,000.00 is 150.00 of basis
    worth = {"code": "value_needed", "line": 4, "answer": "1200"}
    ledger.bring("funds.csv", *IN_TWO_FUNDS, *part, answers=[worth])
    assert ledger.line(2020) == "30.00"


@pytest.mark.parametrize(
    ("worth", "taxed"),
    [("1200.00", "50.00"), ("900.00", "0.00")],  # 300 × 1,000 ÷ 1,200 = 250; at a loss all is basis
)
def test_the_sources_tab_names_no_fund_so_a_part_is_asked_for_its_value(
    ledger: Ledger, worth: str, taxed: str
) -> None:
    tab = ledger.folder / "sources.txt"
    tab.write_text(
        "02/10/2020\t5 - AFTER-TAX\tTransfer\t-$300.00\t-2.500\n"
        "02/10/2020\t12 - ROTH IN-PLAN CONVERSION\tTransfer\t$300.00\t2.500\n"
        "01/10/2020\t5 - AFTER-TAX\tContributions\t$1,000.00\t10.000\n"
    )
    words = ("import", str(tab), "--account", "old", "--yes")
    assert "value_needed" in ledger.run(*words, code=2)
    answers = ledger.folder / "answers.json"
    answers.write_text(json.dumps([{"code": "value_needed", "line": 1, "answer": worth}]))
    ledger.run(*words, "--answers", str(answers))
    assert ledger.line(2020) == taxed


def test_money_rolled_in_without_units_spoils_no_units_of_another_source(ledger: Ledger) -> None:
    ledger.run(
        "add", "rollover_in", "--account", "old", "--source", "rollover",
        "--date", "2020-01-09", "--amount", "550.00",
    )  # fmt: skip
    ledger.run("settle", "1", "--from", "outside")
    ledger.bring(
        "after_tax.csv",
        _row("01/10/20", "Payroll Contribution", AFTER_TAX, "10.000 1000.00"),
        _row("02/03/20", "Dividend", AFTER_TAX, "0.010 1.00"),
        *_converted("02/10/20", "10.010", "980.00"),
    )
    assert (ledger.line(2020), ledger.held()) == ("0.00", "0.00")
    assert ledger.held("rollover") == "550.00"


def test_newest_first_the_older_file_takes_the_place_of_the_gain_that_was_answered(
    ledger: Ledger,
) -> None:
    # 600.00 and 400.00 came in, all of it left for 1,065.00: 65.00 are taxed
    ledger.bring(
        "newer.csv",
        _row("01/10/21", "Payroll Contribution", AFTER_TAX, " 400.00"),
        *_converted("02/10/21", "", "1065.00"),
        answers=[{"code": "value_needed", "line": 3, "answer": "all"}],
    )
    ledger.bring("older.csv", _row("12/10/20", "Payroll Contribution", AFTER_TAX, " 600.00"))
    assert (ledger.line(2021), ledger.held()) == ("65.00", "0.00")


def test_the_same_of_an_ira(ledger: Ledger) -> None:
    # 6,500.00 went in over two years and 6,500.03 were converted: 0.03 is taxed
    ledger.run("account", "add", "roth", "--owner", "rose", "--kind", "roth_ira")
    path = ledger.folder / "newer.csv"
    path.write_text(
        "Date,Type,Account,Amount,To,Tax Year\n03/01/2021,contribution,ira,500.00,,2021\n"
        "04/01/2021,conversion,ira,6500.03,roth,\n"
    )
    answers = ledger.folder / "answers.json"
    answers.write_text(json.dumps([{"code": "value_needed", "line": 3, "answer": "all"}]))
    ledger.run("import", str(path), "--yes", "--answers", str(answers))
    older = ledger.folder / "older.csv"
    older.write_text(
        "Date,Type,Account,Amount,Tax Year\n05/01/2020,contribution,ira,6000.00,2020\n"
    )
    ledger.run("import", str(older), "--yes")
    assert ledger.line(2021, "4b") == "0.03"


def test_a_balance_of_nothing_on_the_day_on_which_all_left_differs_from_nothing(
    ledger: Ledger,
) -> None:
    ledger.bring("rows.csv", PAID, *ALL_OF_IT)
    ledger.run(
        "add", "balance", "--account", "old", "--source", "after_tax",
        "--date", "2021-01-06", "--value", "0",
    )  # fmt: skip
    assert "balance_differs" not in ledger.run("check", "2021")
    assert (ledger.line(2021), ledger.held()) == ("50.00", "0.00")


@pytest.mark.parametrize(
    ("kind", "before", "way"), [("distribution", "7000", "left"), ("earnings", "7000", "")]
)
def test_a_balance_of_before_what_left_on_its_day_is_no_gain(
    ledger: Ledger, kind: str, before: str, way: str
) -> None:
    add = ("add", "contribution", "--account", "ira", "--date", "2020-02-03", "--amount", "7000")
    ledger.run(*add, "--year", "2020")
    ledger.run("add", kind, "--account", "ira", "--date", "2020-12-31", "--amount", "3000")
    balance = ("add", "balance", "--account", "ira", "--date", "2020-12-31", "--value")
    told = ledger.run(*balance, before, code=1 if way else 0)
    assert ("on that very day" in told) is bool(way)


def test_a_balance_of_a_plan_in_one_fund_is_divided_by_units(ledger: Ledger) -> None:
    # 5 units of 500.00 paid in early, 5 of 650.00 late: each is worth as much at the year's end
    ledger.bring(
        "rows.csv",
        _row("01/10/20", "Payroll Contribution", AFTER_TAX, "5.000000 500.00"),
        _row("11/10/20", "Payroll Contribution", "Employee Before Tax", "5.000000 650.00"),
    )
    whole = ("add", "balance", "--account", "old", "--date", "2020-12-31", "--value", "1300")
    ledger.run(*whole)
    assert (ledger.held(), ledger.held("pre_tax")) == ("650.00", "650.00")


def test_a_month_missing_in_the_middle_is_named(ledger: Ledger) -> None:
    # 100.00 and one unit on the first and the fifteenth of each month, but none in June; 24 left
    paydays = [f"{month:02}/{day}/20" for month in range(1, 13) for day in ("01", "15")]
    rows = [
        _row(day, "Payroll Contribution", AFTER_TAX, "1.000 100.00")
        for day in paydays
        if not day.startswith("06")
    ]
    told = ledger.bring("year.csv", *rows, *_converted("12/30/20", "24.000", "2400.00"))
    assert "24.000 units of 500 Index left old:after_tax by 2020-12-30" in told
    assert "about 2 paychecks, 200.00" in told
    assert "2020-05-16 to 2020-06-30" in told
    refused = ledger.run("year-end", "2020", "--json", code=2)
    assert "rows_missing" in refused
    june = [
        _row(day, "Payroll Contribution", AFTER_TAX, "1.000 100.00")
        for day in paydays
        if day.startswith("06")
    ]
    ledger.bring("june.csv", *june)
    assert (ledger.line(2020), ledger.held()) == ("0.00", "0.00")


def test_the_year_that_was_taken_back_is_named_for_what_only_conversions_bring(
    ledger: Ledger,
) -> None:
    for year in ("20", "21", "22"):
        rows: list[str] = []
        for month in ("01", "04", "07"):
            paid = _row(f"{month}/10/{year}", "Payroll Contribution", AFTER_TAX, "10.000 1000.00")
            rows += [paid, *_converted(f"{month}/12/{year}", "10.000", "1000.00")]
        if year == "22":
            gone = "In-plan Roth After-tax Conversion"
            rows.append(_row("09/10/22", "Account Withdrawal", gone, "-90.000 -9900.00"))
        said = [{"code": "partner_unknown", "line": 11, "answer": "cash"}] if year == "22" else []
        ledger.bring(f"y{year}.csv", *rows, answers=said)
    ledger.run("undo", "2", "--why", "by mistake")
    told = " ".join(ledger.run("check", "2022", code=2).split())
    assert "no contribution from 2020-07-11 to 2022-01-09 (about 5 paychecks)" in told
    assert "before its statements start" not in told


def test_three_paydays_are_enough_to_name_the_missing_one(ledger: Ledger) -> None:
    rows = [
        _row(day, "Payroll Contribution", AFTER_TAX, "10.000 1000.00")
        for day in ("01/10/20", "02/10/20", "04/10/20")
    ]
    told = ledger.bring("year.csv", *rows, *_converted("05/10/20", "40.000", "4400.00"))
    assert "no contribution from 2020-02-11 to 2020-04-09 (about 1 paycheck, 1,000.00)" in told
    march = _row("03/10/20", "Payroll Contribution", AFTER_TAX, "10.000 1000.00")
    ledger.bring("march.csv", march)
    assert (ledger.line(2020), ledger.held()) == ("400.00", "0.00")


def _pay(day: str, moved: str, source: str = AFTER_TAX, fund: str = "500 Index") -> str:
    return _row(day, "Payroll Contribution", source, moved, fund)


PRE_TAX, DEFERRED_ROTH = (
    "Base-pay Traditional 401(k) Contribution",
    "Base-pay Roth 401(k) Contribution",
)


def test_a_fee_without_units_may_have_sold_the_units_that_seem_to_stay(ledger: Ledger) -> None:
    # the fee sold 0.05 units, which its row does not show: all of the source was converted
    rows = (
        _pay("01/10/20", "10.000000 1000.00"),
        _row("06/30/20", "Fee", AFTER_TAX, "0.000000 -5.00"),
        *_converted("12/15/20", "9.950000", "1094.50"),
    )
    asked = ledger.run("import", ledger.file("plan.csv", *rows), "--account", "old", code=2)
    assert '"value_needed", "line": 4' in asked
    ledger.bring("plan.csv", *rows, answers=[{"code": "value_needed", "line": 4, "answer": "all"}])
    assert (ledger.line(2020), ledger.held()) == ("94.50", "0.00")


@pytest.mark.parametrize(
    ("rows", "balance", "taxable", "left"),
    [
        (  # all of the source was converted; 10 units of pre-tax money at 125.00 stay
            (_pay("12/31/20", "8.000000 1000.00"), *_converted("12/31/20", "8.000000", "1000.00")),
            "2250.00",
            "0.00",
            "1250.00",
        ),
        (  # half of it: 5 of 10 units at 120.00, so that 500.00 of 600.00 are basis
            (_pay("01/10/20", "10.000000 1000.00"), *_converted("12/31/20", "5.000000", "600.00")),
            "2400.00",
            "100.00",
            "1200.00",
        ),
    ],
)
def test_a_balance_of_the_whole_plan_never_speaks_against_units(
    ledger: Ledger, rows: tuple[str, ...], balance: str, taxable: str, left: str
) -> None:
    ledger.bring("plan.csv", _pay("01/10/20", "10.000000 1000.00", PRE_TAX), *rows)
    ledger.run(
        "add", "balance", "--account", "old", "--date", "2020-12-31",
        "--value", balance, "--accept-difference",
    )  # fmt: skip
    assert (ledger.line(2020), ledger.held("pre_tax")) == (taxable, left)


def _roth(fund: str, paid: str, paid_fund: str) -> tuple[str, ...]:
    """Return 1,000.00 of Roth and 1,000.00 of in-plan Roth money, and 5 units paid out of one."""
    return (
        _pay("01/10/20", "10.000000 1000.00", DEFERRED_ROTH, fund),
        _pay("01/10/20", "10.000000 1000.00"),
        *_converted("01/10/20", "10.000000", "1000.00"),
        _row("06/01/20", "Account Withdrawal", paid, "-5.000000 -600.00", paid_fund),
    )


CASH = [{"code": "partner_unknown", "line": 6, "answer": "cash"}]


def test_the_sources_of_the_roth_account_are_one_contract_at_the_price_of_the_day(
    ledger: Ledger,
) -> None:
    # 20 units at 120.00 with basis of 2,000.00: 2,000 x 600 / 2,400 = 500.00 come out untaxed
    rows = _roth("500 Index", DEFERRED_ROTH, "500 Index")
    ledger.run("account", "set", "old", "--first-roth-year", "2019")
    ledger.bring("plan.csv", *rows, answers=CASH)
    assert ledger.line(2020) == "100.00"


def test_a_roth_source_that_no_row_of_the_day_prices_is_open_until_its_balance_is_known(
    ledger: Ledger,
) -> None:
    ledger.run("account", "set", "old", "--first-roth-year", "2019")
    told = ledger.bring("plan.csv", *_roth("Bond Index", ROTH, "500 Index"), answers=CASH)
    assert "takes a share of the basis of old:roth too" in told
    assert "value_needed" in ledger.run("year-end", "2020", "--json", code=2)
    ledger.run(
        "add", "balance", "--account", "old", "--source", "roth", "--date", "2020-06-01",
        "--value", "1300", "--accept-difference",
    )  # fmt: skip
    # 2,000.00 of basis to 1,200.00 and 1,300.00: 2,000 x 600 / 2,500 = 480.00
    assert ledger.line(2020) == "120.00"


def test_a_balance_of_a_day_before_the_books_begin_is_taken_and_settles_nothing_else(
    ledger: Ledger,
) -> None:
    ledger.bring("2021.csv", *ALL_OF_IT)
    said = ledger.run(
        "add", "balance", "--account", "old", "--source", "after_tax",
        "--date", "2020-12-31", "--value", "1040",
    )  # fmt: skip
    assert "1,040.00 stated, 0.00 in the books, which begin later" in said
    ledger.run("year-end", "2021", "--json", code=2)  # its basis is not known
    ledger.bring("2020.csv", PAID)
    assert (ledger.line(2021), ledger.held()) == ("50.00", "0.00")
