"""What a payroll takes back in January counts in the year of the contribution that came back.

50,000.00 and 8,000.00 of after-tax money go in in 2020, 55,000.00 and 8,000.00 in 2021. On January
8, 2021 the 8,000.00 of December go out again: 50,000.00 count for 2020, and 63,000.00 for 2021.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ledger import scenario
from ledger.chart import Account, AccountKind, Source
from ledger.closing import work_out
from ledger.events import Event, EventKind
from ledger.money import Money
from ledger.movements import all_back
from ledger.year_end import YearEnd
from tests.movements.test_plan_payments import Run, brought, run  # noqa: F401 - run is a fixture

PAYROLL = "{},Payroll Contribution,{},{},{}.000000,{}.00"
AFTER_TAX, PRE_TAX = "After-tax Contribution", "Base-pay Traditional 401(k)"
DECEMBER = tuple(
    PAYROLL.format(day, AFTER_TAX, "500 Index", units, amount)
    for day, units, amount in (("11/10/20", 500, 50_000), ("12/29/20", 80, 8_000))
)
JANUARY = tuple(
    PAYROLL.format(day, AFTER_TAX, "500 Index", units, amount)
    for day, units, amount in (("01/05/21", 540, 55_000), ("01/15/21", 79, 8_000))
)
BACK = PAYROLL.format("01/08/21", AFTER_TAX, "500 Index", -80, -8_100)
AT_ANOTHER_PRICE = PAYROLL.format("01/08/21", AFTER_TAX, "500 Index", -78, -8_000)
STABLE = tuple(
    PAYROLL.format(day, PRE_TAX, "Stable Value", amount, amount)
    for day, amount in (("12/29/20", 450), ("01/05/21", 450), ("01/08/21", -450))
)


def additions(run: Run) -> dict[str, str]:  # noqa: F811
    """Return by year what counts under IRC 415(c), "" for nothing."""
    used = {}
    for year in ("2020", "2021"):
        told = json.loads(run("year-end", year, "--json"))
        used[year] = " ".join(
            one["used"] for one in told["limits"]["415c"] if one["used"] != "0.00"
        )
    return used


@pytest.mark.parametrize("back", [BACK, AT_ANOTHER_PRICE])
@pytest.mark.parametrize("order", ["0 1", "1 0", "01"])
def test_what_is_taken_back_in_january_counts_for_the_year_of_its_contribution(
    run: Run,  # noqa: F811
    tmp_path: Path,
    order: str,
    back: str,
) -> None:
    files = DECEMBER, (*JANUARY, back)
    for group in order.split():
        rows = [row for place in group for row in files[int(place)]]
        brought(run, tmp_path, rows, file=f"{group}.csv")
    assert additions(run) == {"2020": "50000.00", "2021": "63000.00"}


def test_without_the_file_of_the_contribution_its_year_is_asked_and_with_it_known_again(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    brought(run, tmp_path, DECEMBER, file="old.csv")
    brought(run, tmp_path, [*JANUARY, BACK], file="new.csv")
    told = run("undo", "1", "--why", "to try")
    assert "nothing tells whether it was put in for 2020 or 2021" in told
    run("year-end", "2021", code=2)
    brought(run, tmp_path, DECEMBER, file="old.csv")
    assert additions(run) == {"2020": "50000.00", "2021": "63000.00"}


@pytest.mark.parametrize(
    ("said", "used"),
    [
        (("--of", "1"), {"2020": "", "2021": "450.00"}),
        (("--of", "2"), {"2020": "450.00", "2021": ""}),
        (("--year", "2020"), {"2020": "", "2021": "450.00"}),
    ],
)
def test_which_of_two_equal_contributions_of_two_years_came_back_is_asked_of_any_money(
    run: Run,  # noqa: F811
    tmp_path: Path,
    said: tuple[str, str],
    used: dict[str, str],
) -> None:
    brought(run, tmp_path, STABLE)
    told = run("check", "2021", code=2)
    assert "whether it was put in for 2020 or 2021: the limits of that year count it" in told
    assert "basis settle 3 --of 1 or 2; or its year: basis settle 3 --year YEAR" in told
    (held,) = json.loads(run("balances", "--json"))["balances"]
    assert held["value"] == "450.00"  # whichever it was
    # the limits of neither year are known
    assert json.loads(run("year-end", "2020", "--json", code=2))["records"] == []
    assert f"and counts for {2020 if used['2021'] else 2021}" in run("settle", "3", *said)
    assert additions(run) == used


def test_gain_and_year_of_what_was_taken_back_may_be_said_one_after_the_other(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    part = PAYROLL.format("01/08/21", AFTER_TAX, "500 Index", -70, -7_100)
    brought(run, tmp_path, [*DECEMBER, JANUARY[0], part])
    assert "--earnings DOLLARS --year YEAR, 2020 or 2021" in run("check", "2021", code=2)
    (held,) = json.loads(run("balances", "--json", code=2))["balances"]
    assert held["basis"] == "113000.00"  # as on the day before
    assert "open: 7,100.00" in run("settle", "4", "--earnings", "100")
    assert "open:" not in run("settle", "4", "--year", "2020")
    assert additions(run) == {"2020": "51000.00", "2021": "55000.00"}


def test_a_closed_year_whose_contribution_comes_back_must_be_reopened(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    brought(run, tmp_path, DECEMBER, file="old.csv")
    run("close", "2020")
    told = brought(run, tmp_path, [*JANUARY, BACK], file="new.csv", code=2)
    assert "basis reopen 2020" in told
    own = PAYROLL.format("01/08/21", AFTER_TAX, "500 Index", -540, -55_100)
    brought(run, tmp_path, [JANUARY[0], own], file="own.csv")


def test_nor_is_another_year_said_of_it_while_that_year_is_closed(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    brought(run, tmp_path, STABLE)
    run("settle", "3", "--year", "2020")
    run("close", "2020")
    assert "basis reopen 2020" in run("settle", "3", "--year", "2021", code=2)


# ---- worked out of scenarios ---------------------------------------------------------------------

HEAD = """
[scenario]
tax_years = [2024, 2025]
[[taxpayer]]
id = "ann"
name = "Ann Green"
born = 1970-05-01
[[account]]
id = "acme"
owner = "ann"
kind = "401k"
"""


def put_in(day: str, amount: int, source: str = "pre_tax", more: str = "") -> str:
    """Return a contribution as a scenario tells it."""
    return (
        f'[[event]]\ndate = {day}\naccount = "acme"\nkind = "contribution"\n'
        f'source = "{source}"\namount = {amount}\n{more}\n'
    )


def years_of(*events: str) -> list[YearEnd]:
    """Return the records of 2024 and 2025."""
    worked = work_out(
        scenario.parse((HEAD + "".join(events)).encode(), "s.toml").books, [2024, 2025]
    )
    assert worked.refused == ()
    return list(worked.records)


def test_deferrals_and_their_catch_up_come_back_in_their_year_and_form_w2_agrees() -> None:
    printed = (
        '[[tax_document]]\ntaxpayer = "ann"\nyear = 2024\nform = "W-2"\npayer = "acme"\n'
        "boxes = { 12D = 10000 }\n"
    )
    before, after = years_of(
        put_in("2024-06-20", 10_000),
        put_in("2024-12-20", 500, more="catch_up = true"),
        put_in("2025-01-08", -500),
        put_in("2025-01-15", 500),
        printed,
    )
    assert [one.limits.deferrals.used for one in (before, after)] == [
        Money(1_000_000),
        Money(500_00),
    ]
    # what was marked as catch-up went out as catch-up: it takes nothing off annual additions
    assert before.limits.additions[0].used == Money(1_000_000)
    assert [one.pattern for one in before.tie_out] == [""]


def test_employer_money_made_as_roth_that_comes_back_is_no_income_of_december() -> None:
    records = years_of(
        put_in("2024-12-20", 500, "match_roth"), put_in("2025-01-08", -500, "match_roth")
    )
    assert [dict(one.as_json()["forms"]["1040"]["lines"]) for one in records] == [{}, {}]


def test_the_year_that_is_stated_beside_what_was_taken_back_is_used() -> None:
    before, after = years_of(
        put_in("2024-12-20", 500), put_in("2025-01-08", -500, more="year = 2025")
    )
    assert [one.limits.deferrals.used for one in (before, after)] == [Money(500_00), Money(-500_00)]


@pytest.mark.parametrize(
    ("paid", "back", "years"),
    [
        # as many units tell, however long ago
        (["2021-03-01 5 500", "2024-12-20 6 600"], "2025-01-08 -5 -550", (2021,)),
        # of those that came back before none can come back again
        (
            ["2024-12-20 5 500", "2025-01-08 -5 -500", "2025-01-10 5 500"],
            "2025-01-12 -5 -500",
            (2025,),
        ),
        (["2021-03-01 5 500", "2022-03-01 5 500"], "2025-01-08 -5 -550", (2021, 2022)),
        # a part, within the weeks before or of its own year
        (["2023-03-01 9 900", "2025-01-03 6 600"], "2025-01-08 -2 -220", (2025,)),
        (["2024-12-20 9 900", "2025-01-03 6 600"], "2025-01-08 -2 -220", (2024, 2025)),
        (["2024-12-20 9 900", "2025-01-03 6 600"], "2025-06-08 -2 -220", (2025,)),
        (["2024-12-20 9 900"], "2025-01-08 -2 -220", (2024,)),
        # of several contributions together
        (["2025-06-06 2 200", "2025-06-20 2 200"], "2025-07-08 -4 -420", (2025,)),
        # the books begin in the new year
        (["2025-01-03 6 600"], "2025-01-08 -2 -220", (2024, 2025)),
        (["2025-01-03 6 600"], "2025-01-08 -6 -620", (2025,)),
        ([], "2025-01-08 -2 -220", (2024, 2025)),
        ([], "2025-06-08 -2 -220", (2025,)),
    ],
)
def test_the_contribution_that_came_back_tells_the_year(
    paid: list[str], back: str, years: tuple[int, ...]
) -> None:
    acme = Account("acme", "ann", AccountKind.K401)
    events = [
        Event(
            where=f"a.csv:{line}",
            day=date.fromisoformat(day),
            account="acme",
            kind=EventKind.CONTRIBUTION,
            amount=Money(int(amount) * 100),
            sources=(Source.PRE_TAX,),
            units=Decimal(units),
        )
        for line, (day, units, amount) in enumerate(map(str.split, [*paid, back]))
    ]
    *_, found = all_back(events, {"acme": acme})
    assert found.years == years
