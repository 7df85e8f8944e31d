"""Two formats that tell one row: what either of them prints of it counts, whichever came first."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import pytest
from click.testing import Result

from ledger.store import Ledger

Basis = Callable[..., Result]
UNITS = (
    "EFFECTIVE DATE,TRANSACTION DESCRIPTION,SOURCE,OPTION,UNITS/ SHARES,AMOUNT\n"
    "01/10/20,Payroll Contribution,After-tax Contribution,500 Index,10.000000,1000.00\n"
    "02/10/20,Payroll Contribution,After-tax Contribution,500 Index,8.000000,900.00\n"
)
CONVERTED = UNITS + (
    "06/01/20,Account Withdrawal,After-tax Contribution,500 Index,-9.000000,-1035.00\n"
    "06/01/20,Additional Deposit,In-plan Roth After-tax Conversion,500 Index,9.000000,1035.00\n"
)
TYPED = "Date,Type,Source,Amount\n2020-01-10,contribution,after_tax,1000\n"


def record(basis: Basis, *commands: Sequence[str]) -> object:
    """Import files, several of one command together, and return the year they make."""
    for files in commands:
        done = basis("import", *files, "--account", "acme", "--yes")
        assert done.exit_code == 0, done.output
    made = json.loads(basis("year-end", "2020", "--json").stdout)
    return made["records"][0]["forms"] if made.get("records") else made


def every_way(desk: Callable[[], Basis], *files: str) -> list[object]:
    """Return the year by every order of the files, and by all of them in one command."""
    found = [record(desk(), *((name,) for name in order)) for order in permutations(files)]
    return [*found, record(desk(), files)]


def test_units_that_only_the_other_format_prints_value_what_is_left(
    desk: Callable[[], Basis],
) -> None:
    Path("a.csv").write_text(CONVERTED)
    Path("t.csv").write_text(TYPED)
    first, *others = every_way(desk, "a.csv", "t.csv")
    assert "1099-R" in str(first)
    assert others == [first] * len(others)


def test_a_price_that_only_the_other_format_prints_counts_to_the_cent(
    desk: Callable[[], Basis],
) -> None:
    """12.332 units stay: 1,521.77 at the printed 123.40, and 1,521.71 to .76 by what rows cost."""
    bought = "06/01/20,Payroll Contribution,After-tax Contribution,500 Index,3.333,411.29\n"
    moved = (
        "06/01/20,Account Withdrawal,After-tax Contribution,500 Index,-1.001,-123.52\n"
        "06/01/20,Additional Deposit,In-plan Roth After-tax Conversion,500 Index,1.001,123.52\n"
    )
    Path("a.csv").write_text("".join(UNITS.splitlines(keepends=True)[:2]) + bought + moved)
    Path("p.csv").write_text(
        "Date,Type,Source,Amount,Units,Fund,Price\n"
        "2020-06-01,contribution,after_tax,411.29,3.333,500 Index,123.40\n"
    )
    first, *others = every_way(desk, "a.csv", "p.csv")
    assert others == [first] * len(others)
    alone = desk()
    assert record(alone, ("a.csv",)) != first


def test_a_fund_that_only_the_other_format_names_is_that_of_the_row(
    desk: Callable[[], Basis],
) -> None:
    Path("a.csv").write_text(CONVERTED)
    Path("u.csv").write_text(
        "Date,Type,Source,Amount,Units\n2020-01-10,contribution,after_tax,1000,10.000\n"
    )
    first, *others = every_way(desk, "a.csv", "u.csv")
    assert "1099-R" in str(first)
    assert others == [first] * len(others)


def test_equal_rows_of_a_day_have_the_units_of_their_own_fund(desk: Callable[[], Basis]) -> None:
    second = UNITS.splitlines(keepends=True)[1].replace("500 Index,10.0", "Bond Index,40.0")
    moved = (
        "06/01/20,Account Withdrawal,After-tax Contribution,500 Index,-4.000,-460.00\n"
        "06/01/20,Account Withdrawal,After-tax Contribution,Bond Index,-5.000,-130.00\n"
        "06/01/20,Additional Deposit,In-plan Roth After-tax Conversion,500 Index,4.000,460.00\n"
        "06/01/20,Additional Deposit,In-plan Roth After-tax Conversion,Bond Index,5.000,130.00\n"
    )
    Path("a.csv").write_text("".join(UNITS.splitlines(keepends=True)[:2]) + second + moved)
    Path("t.csv").write_text(TYPED + TYPED.splitlines(keepends=True)[1])
    first, *others = every_way(desk, "a.csv", "t.csv")
    assert "1099-R" in str(first)
    assert others == [first] * len(others)


def bought() -> list[Decimal | None]:
    with Ledger.open(Path("1.db")) as ledger:
        return [entry.event.units for entry in ledger.books().facts]


def test_what_a_file_printed_goes_when_its_import_is_undone(desk: Callable[[], Basis]) -> None:
    basis = desk()
    Path("t.csv").write_text(TYPED)
    Path("u.csv").write_text("".join(UNITS.splitlines(keepends=True)[:2]))
    for name in ("t.csv", "u.csv"):
        assert basis("import", name, "--account", "acme", "--yes").exit_code == 0
    assert bought() == [Decimal("10.000000")]
    assert basis("undo", "2", "--why", "wrong file").exit_code == 0
    assert bought() == [None]


BY_SOURCE = (
    "Date,Type,Source,Amount\n"
    "2020-01-10,contribution,after_tax,600\n2020-01-10,contribution,pre_tax,400\n"
)
HISTORY = (
    "Plan name:,ACME 401(K)\nDate Range,01/01/2020 - 12/31/2020\n\n"
    "Date,Investment,Transaction Type,Amount,Shares/Unit\n"
)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        # one fund: each source has its share of the units, as when the row is divided by source
        (
            ["500 INDEX,Contributions,1000.00,10.000"],
            ["6.000000000 500 INDEX", "4.000000000 500 INDEX"],
        ),
        # two funds: both sources hold both, and equal amounts do not tell how much of which
        (["500 INDEX,Contributions,600.00,6.000", "BOND,Contributions,400.00,40.000"], ["", ""]),
    ],
)
def test_a_file_by_fund_completes_rows_by_source_only_where_there_is_one_fund(
    desk: Callable[[], Basis], rows: Sequence[str], told: Sequence[str]
) -> None:
    Path("t.csv").write_text(BY_SOURCE)
    Path("h.csv").write_text(HISTORY + "".join(f"01/10/2020,{row}\n" for row in rows))
    fee = "06/10/2020,500 INDEX,RECORDKEEPING FEE,-1.00,-0.010\n"
    Path("longer.csv").write_text(Path("h.csv").read_text() + fee)
    source = {"code": "allocation_needed", "line": 5 + len(rows), "answer": "rule:fee=after_tax"}
    # both state that they go over the whole year
    newer = {"code": "rows_missing", "match": "acme", "answer": "accept"}
    Path("said.json").write_text(json.dumps([source, newer]))
    basis = desk()
    for name in ("t.csv", "h.csv", "longer.csv"):
        done = basis("import", name, "--account", "acme", "--yes", "--answers", "said.json")
        assert done.exit_code == 0, done.output
    with Ledger.open(Path("1.db")) as ledger:
        events = [entry.event for entry in ledger.books().facts][:2]
    assert [f"{e.units} {e.fund}" if e.units is not None else "" for e in events] == told


def test_a_row_of_another_day_tells_no_price_of_this_one(desk: Callable[[], Basis]) -> None:
    """Two paydays of equal money in one week: each has the units of its own row."""
    Path("t.csv").write_text(
        "Date,Type,Source,Amount\n"
        "2020-01-10,contribution,after_tax,1000\n2020-01-13,contribution,after_tax,1000\n"
    )
    first, second = UNITS.splitlines(keepends=True)[:2]
    later = second.replace("01/10", "01/13").replace("10.000000", "8.000000")
    Path("a.csv").write_text(first + later + second)
    basis = desk()
    for name in ("t.csv", "a.csv"):
        assert basis("import", name, "--account", "acme", "--yes").exit_code == 0
    assert bought() == [Decimal("10.000000"), Decimal("8.000000")]


ROLLED = (
    "EFFECTIVE DATE,TRANSACTION DESCRIPTION,SOURCE,OPTION,UNITS/ SHARES,AMOUNT\n"
    "03/03/20,Additional Deposit,{source},500 Index,50.000000,1000.00\n"
)


def rolled_twice(basis: Basis, *files: str, said: str) -> list[str]:
    """Import files of the plan that a rollover came into; return what its sources hold."""
    basis("account", "add", "next", "--owner", "ann", "--kind", "401k", "--employer", "Next")
    basis("import", "paid.csv", "--account", "acme", "--yes", "--answers", "said.json")
    asked = []
    for name in files:
        done = basis("import", name, "--account", "next", "--yes", "--answers", "said.json")
        if done.exit_code:
            asked.append(name)
            assert "shows as much on 2020-03-03" in done.output
            same = json.loads(Path("said.json").read_text())
            same.append({"code": "same_events_other_format", "line": 2, "answer": said})
            Path("again.json").write_text(json.dumps(same))
            done = basis("import", name, "--account", "next", "--yes", "--answers", "again.json")
        assert done.exit_code == 0, done.output
    made = json.loads(basis("year-end", "2020", "--json").stdout)
    held = [a for a in made["accounts"] if a["account"] == "next"]
    return asked + [f"{a['source']} {a['closing_value']}" for a in held]


@pytest.fixture
def paid(desk: Callable[[], Basis]) -> Callable[[], Basis]:
    """Give ledgers of one who has files of the plan that paid a rollover, and answers for all."""
    Path("paid.csv").write_text(
        "Date,Type,Source,Amount,To\n2020-01-01,contribution,pre_tax,1000,\n"
        "2020-03-01,distribution,pre_tax,1000,next\n"
    )
    said = [
        {"code": "type_unknown", "match": "Additional Deposit", "answer": "rollover_in"},
        {"code": "source_unknown", "match": "Rollover", "answer": "rollover"},
    ]
    Path("said.json").write_text(json.dumps(said))
    return desk


@pytest.mark.parametrize("word", ["contribution", "rollover-in"])
def test_a_rollover_that_one_format_calls_a_contribution_is_booked_once(
    paid: Callable[[], Basis], word: str
) -> None:
    Path("e.csv").write_text(ROLLED.format(source="Rollover"))
    Path("p.csv").write_text(f"Date,Type,Source,Amount\n2020-03-03,{word},rollover,1000\n")
    for order in permutations(("e.csv", "p.csv")):
        assert rolled_twice(paid(), *order, said="same") == ["rollover 1000.00"]


def test_a_contribution_of_as_much_as_a_rollover_of_another_format_is_asked_about(
    paid: Callable[[], Basis],
) -> None:
    """Which it is no file tells: a paycheck of that very day, or the rollover in another word."""
    Path("e.csv").write_text(ROLLED.format(source="Rollover"))
    Path("p.csv").write_text("Date,Type,Source,Amount\n2020-03-03,contribution,pre_tax,1000\n")
    once = rolled_twice(paid(), "e.csv", "p.csv", said="same")
    assert once == ["p.csv", "rollover 1000.00"]
    twice = rolled_twice(paid(), "e.csv", "p.csv", said="further")
    assert twice == ["p.csv", "pre_tax 1000.00", "rollover 1000.00"]


def test_a_list_typed_again_with_more_columns_is_booked_once(desk: Callable[[], Basis]) -> None:
    """Its rows are others, cell by cell."""
    Path("t.csv").write_text(TYPED)
    Path("more.csv").write_text(
        "Date,Type,Source,Amount,Units,Fund\n2020-01-10,contribution,after_tax,1000,10,500 Index\n"
    )
    Path("a.csv").write_text(CONVERTED)
    first, *others = every_way(desk, "t.csv", "more.csv", "a.csv")
    assert "1099-R" in str(first)
    assert others == [first] * len(others)


def test_what_one_typed_list_told_for_another_is_open_once_it_is_undone(
    desk: Callable[[], Basis],
) -> None:
    Path("t.csv").write_text(TYPED)
    Path("more.csv").write_text(TYPED.replace("\n2", ",Units\n2", 1).rstrip() + ",10\n")
    basis = desk()
    for name in ("t.csv", "more.csv"):
        assert basis("import", name, "--account", "acme", "--yes").exit_code == 0
    held = json.loads(basis("year-end", "2020", "--json").stdout)["accounts"]
    assert [row["closing_value"] for row in held] == ["1000.00"]
    assert basis("undo", "1", "--why", "the first list").exit_code == 0
    assert "rows_unbooked" in basis("year-end", "2020", "--json").stdout


def test_equal_payments_of_two_typed_lists_may_be_two(desk: Callable[[], Basis]) -> None:
    Path("t.csv").write_text(TYPED)
    Path("more.csv").write_text(TYPED.replace("\n2", ",Units\n2", 1).rstrip() + ",10\n")
    said = [{"code": "same_events_other_format", "match": "plain plain", "answer": "further"}]
    Path("said.json").write_text(json.dumps(said))
    basis = desk()
    for name in ("t.csv", "more.csv"):
        done = basis("import", name, "--account", "acme", "--yes", "--answers", "said.json")
        assert done.exit_code == 0, done.output
    held = json.loads(basis("year-end", "2020", "--json").stdout)["accounts"]
    assert [row["closing_value"] for row in held] == ["2000.00"]


def test_typed_lists_of_a_fund_each_are_all_booked(desk: Callable[[], Basis]) -> None:
    for fund in ("Stock", "Bond"):
        Path(f"{fund}.csv").write_text(TYPED.replace("\n2", ",Fund\n2", 1).rstrip() + f",{fund}\n")
    basis = desk()
    for name in ("Stock.csv", "Bond.csv"):
        assert basis("import", name, "--account", "acme", "--yes").exit_code == 0
    held = json.loads(basis("year-end", "2020", "--json").stdout)["accounts"]
    assert [row["closing_value"] for row in held] == ["2000.00"]
