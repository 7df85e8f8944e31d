"""A corrected download: told day by day, reversed and booked anew in one step, and taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main

Basis = Callable[..., Result]
HEAD = "SOURCE,EFFECTIVE DATE,TRANSACTION DESCRIPTION,OPTION,UNITS/ SHARES,AMOUNT\n"
PAID = "Base-pay Traditional 401(k) Contribution,{},Payroll Contribution,Index Fund,1.5,{}\n"
JANUARY, JUNE = PAID.format("01/31/25", "100.00"), PAID.format("06/30/25", "300.00")
# 31 March as first shown, in two rows, and as the recordkeeper has it now, in one
TWO = PAID.format("03/31/25", "4750.00") + PAID.format("03/31/25", "12.00")
ONE = PAID.format("03/31/25", "4760.00")
ACCEPT = '[{"code": "rows_missing", "line": 2, "answer": "accept"}]'


@pytest.fixture
def basis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Basis:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")
    for name, rows in (("old", JANUARY + TWO + JUNE), ("new", JANUARY + ONE + JUNE)):
        Path(f"{name}.csv").write_text(HEAD + rows)
    Path("accept.json").write_text(ACCEPT)
    Path("keep.json").write_text(ACCEPT.replace("accept", "keep"))

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["--ledger", "ledger.db", *words])

    run("init")
    run("taxpayer", "add", "rose", "--name", "Rose Green", "--born", "1970-05-01")
    run("account", "add", "acme", "--owner", "rose", "--kind", "401k")
    assert run("import", "old.csv", "--account", "acme", "--yes").exit_code == 0
    return run


def held(basis: Basis) -> str:
    (row,) = json.loads(basis("balances", "--on", "2025-12-31", "--json").stdout)["balances"]
    return str(row["value"])


def test_a_corrected_day_is_told_as_it_was_and_as_it_is(basis: Basis) -> None:
    done = basis("import", "new.csv", "--account", "acme")
    assert done.exit_code == 2
    told = (
        "2 rows of acme that an earlier file (to 2025-06-30) showed are not in this one (to "
        "2025-06-30), the recordkeeper may have corrected them: 2025-03-31: before 2 rows "
        "4,750.00 (old.csv:3, entry 2) + 12.00 (old.csv:4, entry 3), now 1 row 4,760.00 (line 3)"
    )
    assert told in done.stderr
    assert "it books its rows and leaves entries 2, 3 out in one step" in done.stderr
    assert held(basis) == "5162.00"


def test_a_row_that_differs_in_its_words_alone_is_told_with_them(basis: Basis) -> None:
    Path("words.csv").write_text(
        HEAD + JANUARY + TWO.replace("Payroll", "Bonus", 1) + JUNE  # of two rows the first
    )
    told = basis("import", "words.csv", "--account", "acme").stderr
    assert "4,750.00 (old.csv:3, entry 2), now 1 row 4,750.00 (line 3) (TRANSACTION DESC" in told
    assert "'Payroll Contribution', now 'Bonus Contribution')" in told


def test_a_corrected_conversion_is_told_with_signs_and_counts_no_money_twice(basis: Basis) -> None:
    # 2,000.00 paid in; all of it converted, first shown as 2,101.11 and later as 2,101.21
    basis("account", "add", "plan", "--owner", "rose", "--kind", "401k")
    for name, moved in (("first", "2,101.11"), ("second", "2,101.21")):
        Path(f"{name}.txt").write_text(
            f"12/03/2025\t5 - AFTER-TAX\tTransfer\t-${moved}\t-20.000\n"
            f"12/03/2025\t12 - ROTH IN-PLAN CONVERSION\tTransfer\t${moved}\t20.000\n"
            "11/28/2025\t5 - AFTER-TAX\tContributions\t$2,000.00\t20.000\n"
        )
    assert basis("import", "first.txt", "--account", "plan", "--yes").exit_code == 0
    done = basis("import", "second.txt", "--account", "plan", "--dry-run", "--json")
    (draft,) = json.loads(done.stdout)["files"]
    assert draft["questions"][0]["problem"].partition("them: ")[2] == (
        "2025-12-03: before 2 rows -2,101.11 (first.txt:1, entry 5) + 2,101.11 (first.txt:2, "
        "no entry of its own), now 2 rows -2,101.21 (line 1) + 2,101.21 (line 2)"
    )
    assert [(e["kind"], e["amount"]) for e in draft["entries"]] == [
        ("in_plan_conversion", "2101.21"),
    ]
    accept = [{"code": "rows_missing", "line": 1, "answer": "accept"}]
    Path("accept.json").write_text(json.dumps(accept))
    done = basis("import", "second.txt", "--account", "plan", "--answers", "accept.json")
    assert done.exit_code == 0, done.output
    # 2,101.21 − 2,000.00: one gain, and nothing is left
    record = json.loads(basis("year-end", "2025", "--json").stdout)
    (after_tax,) = [one for one in record["accounts"] if one["source"] == "after_tax"]
    assert (after_tax["earnings"], after_tax["closing_value"]) == ("101.21", "0.00")


def test_one_command_reverses_the_old_rows_and_books_the_new_one(basis: Basis) -> None:
    done = basis("import", "new.csv", "--account", "acme", "--answers", "accept.json")
    assert done.exit_code == 0, done.output
    assert "entries 2, 3 left out: new.csv corrects their rows" in done.stdout
    assert held(basis) == "5160.00"
    entries = json.loads(basis("register", "acme", "--json").stdout)["entries"]
    left_out = {row["entry"]: row["left_out"] for row in entries if row["left_out"]}
    assert left_out == dict.fromkeys((2, 3), "not in new.csv")
    assert basis("verify").exit_code == 0
    # the same file, and a longer one, bring no question; the old one changes nothing
    assert basis("import", "new.csv", "--account", "acme").exit_code == 0
    Path("later.csv").write_text(Path("new.csv").read_text() + PAID.format("07/31/25", "1.00"))
    assert basis("import", "later.csv", "--account", "acme").exit_code == 0
    old = basis("import", "old.csv", "--account", "acme")
    assert (old.exit_code, "nothing new" in old.stdout) == (0, True)
    assert held(basis) == "5161.00"


def test_a_correction_that_is_undone_puts_the_old_rows_back(basis: Basis) -> None:
    basis("import", "new.csv", "--account", "acme", "--answers", "accept.json")
    assert basis("undo", "2", "--why", "wrong file").exit_code == 0
    assert held(basis) == "5162.00"
    again = basis("import", "new.csv", "--account", "acme", "--answers", "accept.json")
    assert (again.exit_code, held(basis)) == (0, "5160.00")


def test_rows_that_are_gone_without_new_ones_are_reversed_and_old_ones_may_be_kept(
    basis: Basis,
) -> None:
    Path("less.csv").write_text(HEAD + JANUARY + JUNE)
    assert basis("import", "less.csv", "--account", "acme", "--answers", "keep.json").exit_code == 0
    assert held(basis) == "5162.00"
    Path("none.csv").write_text(HEAD + JANUARY + "\n" + JUNE)
    gone = basis("import", "none.csv", "--account", "acme")
    assert "now no row" in gone.stderr
    done = basis("import", "none.csv", "--account", "acme", "--answers", "accept.json")
    assert (done.exit_code, held(basis)) == (0, "400.00")


# 31 March and 30 June as a download of noon shows them, and as that of the evening does
NOON = JANUARY + PAID.format("03/31/25", "4750.00")
EVENING = NOON + PAID.format("03/31/25", "12.00") + JUNE


@pytest.mark.parametrize("order", [("noon", "evening", "noon"), ("evening", "noon")])
def test_an_older_download_never_takes_back_what_a_later_one_brought(
    basis: Basis, order: tuple[str, ...]
) -> None:
    basis("undo", "1", "--why", "other files here")
    Path("noon.csv").write_text(HEAD + NOON)
    Path("evening.csv").write_text(HEAD + EVENING)
    for name in order:
        done = basis("import", f"{name}.csv", "--account", "acme", "--answers", "accept.json")
        assert done.exit_code == 0, done.stderr
    assert held(basis) == "5162.00"  # 100 + 4,750 + 12 + 300
    # made before a day was whole, it corrects nothing: the answer was not asked for
    assert "'rows_missing' for line 2 fits no question" in done.stderr


def test_a_row_that_came_late_in_the_middle_of_a_download_is_not_taken_back_by_the_older_one(
    basis: Basis,
) -> None:
    Path("late.csv").write_text(HEAD + JANUARY + TWO + PAID.format("04/01/25", "5.00") + JUNE)
    for name in ("late.csv", "old.csv"):
        done = basis("import", name, "--account", "acme", "--answers", "accept.json")
        assert (done.exit_code, held(basis)) == (0, "5167.00")


def test_a_last_day_with_another_row_in_place_of_the_old_is_a_correction(basis: Basis) -> None:
    Path("new.csv").write_text(HEAD + JANUARY + TWO + PAID.format("06/30/25", "301.00"))
    done = basis("import", "new.csv", "--account", "acme")
    assert (done.exit_code, "before 1 row 300.00" in done.stderr) == (2, True)


def test_a_correction_in_a_closed_year_is_refused_before_anything_is_booked(basis: Basis) -> None:
    basis("record", "return", "--taxpayer", "rose", "--year", "2025", "--filing-status", "single")
    assert basis("close", "2025", "--taxpayer", "rose").exit_code == 0
    Path("less.csv").write_text(HEAD + JANUARY + JUNE)
    done = basis("import", "less.csv", "--account", "acme", "--answers", "accept.json")
    assert (done.exit_code, held(basis)) == (2, "5162.00")


def test_imports_taken_back_one_after_the_other_leave_nothing_in_the_books(basis: Basis) -> None:
    basis("import", "new.csv", "--account", "acme", "--answers", "accept.json")
    assert basis("undo", "1", "--why", "wrong file").exit_code == 0
    assert held(basis) == "5160.00"  # 100.00 and 300.00 are shown by the new file as well
    # the old download knows which of its rows the new one took back
    old = basis("import", "old.csv", "--account", "acme")
    assert (old.exit_code, held(basis)) == (0, "5160.00")
    assert basis("undo", "2", "--why", "wrong file").exit_code == 0
    assert held(basis) == "5162.00"  # the correction is gone with its import
    assert basis("undo", "3", "--why", "wrong file").exit_code == 0
    assert json.loads(basis("balances", "--json").stdout)["balances"] == []
    assert json.loads(basis("verify", "--json").stdout)["problems"] == []


TYPED_HEAD = "Date,Type,Source,Amount,Account\n"
TYPED_ROW = "{},{},after_tax,{},acme\n"
DECEMBER_31 = TYPED_ROW.format("2024-12-31", "balance", "100")
TYPED_PLAN = (
    TYPED_HEAD
    + TYPED_ROW.format("2024-01-31", "contribution", "100")
    + DECEMBER_31
    + TYPED_ROW.format("2025-03-31", "contribution", "200")
)


@pytest.mark.parametrize("order", [("plan.csv", "balances.csv"), ("balances.csv", "plan.csv")])
def test_balances_that_share_a_row_with_a_typed_plan_file_are_no_new_version_of_it(
    order: tuple[str, str], basis: Basis
) -> None:
    basis("undo", "1", "--why", "only typed files here")
    Path("plan.csv").write_text(TYPED_PLAN)
    later = TYPED_ROW.format("2025-12-31", "balance", "310")
    earlier = TYPED_ROW.format("2023-12-31", "balance", "0")
    Path("balances.csv").write_text(TYPED_HEAD + earlier + DECEMBER_31 + later)
    for name in order:
        done = basis("import", name)
        assert "rows_missing" not in done.stderr
        assert done.exit_code == 0, done.stderr
    assert held(basis) == "310.00"


def test_a_renamed_file_of_balances_is_still_held_against_the_one_before(basis: Basis) -> None:
    basis("undo", "1", "--why", "only typed files here")
    for name, value in (("one.csv", "210"), ("two.csv", "310")):
        middle = TYPED_ROW.format("2025-06-30", "balance", value)
        ends = DECEMBER_31, TYPED_ROW.format("2025-12-31", "balance", "400")
        Path(name).write_text(TYPED_HEAD + middle.join(ends))
    assert basis("import", "one.csv").exit_code == 0
    assert "2025-06-30: before 1 row 210.00" in basis("import", "two.csv").stderr
