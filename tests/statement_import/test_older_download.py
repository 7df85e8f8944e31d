"""An older download that comes after the newer one gives what both give in any other way."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from cli import imports

Basis = Callable[..., Result]
TITLES = "EFFECTIVE DATE,TRANSACTION DESCRIPTION,SOURCE,OPTION,UNITS/ SHARES,AMOUNT\n"
PAID = "{},Payroll Contribution,After-tax Contribution,500 Index,{}.000000,{}.00\n"
CONVERTED = (
    "06/05/20,Account Withdrawal,After-tax Contribution,500 Index,-{0}.000000,-{1}.00\n"
    "06/05/20,Additional Deposit,In-plan Roth After-tax Conversion,500 Index,{0}.000000,{1}.00\n"
)
FIRST = PAID.format("01/10/20", 10, 1000)
LATER = PAID.format("11/10/20", 10, 1200)
# May was corrected from 98 units for 980.00 to 105 for 1,050.00, and the conversion with it
OLD = TITLES + FIRST + PAID.format("05/29/20", 98, 980) + CONVERTED.format(108, 2160)
NEW = TITLES + FIRST + PAID.format("05/29/20", 105, 1050) + CONVERTED.format(115, 2300) + LATER
# what the two ways of writing the year end say: 2,300.00 converted, 2,050.00 of it after tax
LINES = {"5a": "2300.00", "5b": "250.00"}


@pytest.fixture
def desk(desk: Callable[[], Basis]) -> Callable[[], Basis]:
    """Give a new ledger each time, beside the old and the new download."""
    Path("old.csv").write_text(OLD)
    Path("new.csv").write_text(NEW)
    return desk


def brought(basis: Basis, *files: str, **answers: str) -> Result:
    listed = [
        {"code": "rows_missing", "line": 2, "file": f"{file}.csv", "answer": answer}
        for file, answer in answers.items()
    ]
    Path("answers.json").write_text(json.dumps(listed))
    return basis(
        "import",
        *files,
        "--account",
        "acme",
        "--yes",
        *("--answers", "answers.json")[: 2 * len(answers)],
    )


def year(basis: Basis) -> Any:
    """Return what the year end says, without the places that it was read from."""
    record = json.loads(basis("year-end", "2020", "--json").stdout)
    return record.get("refused") or [record[part] for part in ("accounts", "forms", "limits")]


def in_order(basis: Basis) -> Basis:
    assert brought(basis, "old.csv").exit_code == 0
    assert brought(basis, "new.csv", new="accept").exit_code == 0
    return basis


def test_an_older_download_after_the_newer_one_gives_the_figures_of_any_other_way(
    desk: Callable[[], Basis],
) -> None:
    expected = year(in_order(desk()))
    basis = desk()
    assert brought(basis, "new.csv").exit_code == 0
    assert brought(basis, "old.csv").exit_code == 2
    done = brought(basis, "old.csv", old="older")
    assert (done.exit_code, "3 rows of an older download left out" in done.output) == (0, True)
    assert year(basis) == expected
    printed = basis("year-end", "2020").stdout
    for line, amount in LINES.items():
        assert any(
            row.split()[:1] == [line] and row.split()[-1].replace(",", "") == amount
            for row in printed.splitlines()
        ), printed
    assert "415(c)" in printed
    assert "3,250.00" in next(row for row in printed.splitlines() if "415(c)" in row)
    for files in (("old.csv", "new.csv"), ("new.csv", "old.csv")):
        basis = desk()
        assert brought(basis, *files).exit_code == 2
        where = "new" if "new.csv:2" in brought(basis, *files).stderr else "old"
        said = {"new": "accept", "old": "older"}[where]
        assert brought(basis, *files, **{where: said}).exit_code == 0
        assert year(basis) == expected
        assert basis("verify").exit_code == 0


def test_the_question_tells_how_far_both_files_go_and_which_is_probably_older(
    desk: Callable[[], Basis],
) -> None:
    basis = desk()
    brought(basis, "new.csv")
    asked = brought(basis, "old.csv").stderr
    assert (
        "old.csv:2: 3 rows of acme that are booked are not in this file; the booked file goes on "
        "to 2020-11-10 and this one to 2020-06-05 only: this one is probably the older download, "
        "and the recordkeeper corrected rows after it: 2020-05-29: booked 1 row 1,050.00 "
        "(new.csv:3, entry 3), here 1 row 980.00 (line 3); "
    ) in asked
    assert '{"code": "rows_missing", "line": 2, "answer": "older"} when this file is' in asked
    basis = desk()
    brought(basis, "old.csv")
    asked = brought(basis, "new.csv").stderr
    assert (
        "3 rows of acme that an earlier file (to 2020-06-05) showed are not in this one (to "
        "2020-11-10), the recordkeeper may have corrected them: 2020-05-29: before 1 row 980.00"
    ) in asked
    assert '"answer": "accept"} when this file is the newer one: it books its rows and' in asked
    assert '"older" when this file is the older one' in asked


def test_a_file_of_another_year_says_nothing_of_the_age_of_a_correction(
    desk: Callable[[], Basis],
) -> None:
    basis = desk()
    Path("y2021.csv").write_text(TITLES + PAID.format("03/10/21", 10, 1300))
    brought(basis, "old.csv")
    brought(basis, "y2021.csv")
    assert "an earlier file (to 2020-06-05) showed" in brought(basis, "new.csv").stderr


def test_a_row_whose_day_was_corrected_is_left_out_with_the_older_download(
    desk: Callable[[], Basis],
) -> None:
    Path("old.csv").write_text(
        TITLES + FIRST + PAID.format("05/29/20", 10, 1050) + CONVERTED.format(20, 2300)
    )
    Path("new.csv").write_text(
        TITLES + FIRST + PAID.format("06/01/20", 10, 1050) + CONVERTED.format(20, 2300) + LATER
    )
    expected = year(in_order(desk()))
    basis = desk()
    brought(basis, "new.csv")
    asked = brought(basis, "old.csv").stderr
    assert "2020-05-29: booked no row, here 1 row 1,050.00 (line 3)" in asked
    assert brought(basis, "old.csv", old="older").exit_code == 0
    assert year(basis) == expected


def test_a_row_that_was_withdrawn_is_left_out_with_the_older_download_and_not_booked_unasked(
    desk: Callable[[], Basis],
) -> None:
    twice = PAID.format("05/29/20", 10, 1050) + PAID.format("05/30/20", 10, 1050)
    Path("old.csv").write_text(TITLES + FIRST + twice)
    Path("new.csv").write_text(TITLES + FIRST + PAID.format("05/29/20", 10, 1050) + LATER)
    expected = year(in_order(desk()))
    basis = desk()
    brought(basis, "new.csv")
    asked = brought(basis, "old.csv").stderr
    assert (
        "this file shows rows of acme that new.csv does not, though it goes over their days"
        in asked
    )
    assert "2020-05-30: booked no row, here 1 row 1,050.00 (line 4)" in asked
    assert brought(basis, "old.csv", old="older").exit_code == 0
    assert year(basis) == expected


def test_an_older_download_that_only_lacks_a_row_is_told_as_the_older_one(
    desk: Callable[[], Basis],
) -> None:
    Path("old.csv").write_text(TITLES + FIRST + PAID.format("06/15/20", 10, 1000))
    Path("new.csv").write_text(
        TITLES
        + FIRST
        + PAID.format("05/29/20", 10, 1050)
        + PAID.format("06/15/20", 10, 1000)
        + LATER
    )
    basis = desk()
    brought(basis, "new.csv")
    before = year(basis)
    assert "this one is probably the older download" in brought(basis, "old.csv").stderr
    assert brought(basis, "old.csv", old="older").exit_code == 0
    assert year(basis) == before


def test_days_that_no_booked_file_goes_over_are_booked_unasked(desk: Callable[[], Basis]) -> None:
    basis = desk()
    brought(basis, "new.csv")
    Path("old.csv").write_text(TITLES + PAID.format("12/10/19", 10, 900) + FIRST)
    assert brought(basis, "old.csv").exit_code == 0


def test_the_older_download_taken_back_is_asked_about_again(desk: Callable[[], Basis]) -> None:
    expected = year(in_order(desk()))
    basis = desk()
    brought(basis, "new.csv")
    brought(basis, "old.csv", old="older")
    again = brought(basis, "old.csv")
    assert (again.exit_code, "rows_missing" in again.output) == (0, False)  # it was said
    assert basis("undo", "2", "--why", "wrong file").exit_code == 0
    assert year(basis) == expected
    assert "rows_missing" in brought(basis, "old.csv").stderr
    assert brought(basis, "old.csv", old="accept").exit_code == 0  # the answer was wrong
    printed = basis("year-end", "2020").stdout
    assert "3,180.00" in next(row for row in printed.splitlines() if "415(c)" in row)


def test_without_the_newer_download_the_rows_of_the_older_one_are_named_and_come_again(
    desk: Callable[[], Basis],
) -> None:
    alone = desk()
    brought(alone, "old.csv")
    basis = desk()
    brought(basis, "new.csv")
    brought(basis, "old.csv", old="older")
    done = basis("undo", "1", "--why", "wrong file")
    assert "3 rows of acme in old.csv are not booked" in done.stdout
    assert year(basis)[0]["code"] == "rows_unbooked"
    assert brought(basis, "old.csv").exit_code == 0
    assert year(basis) == year(alone)
    assert brought(basis, "new.csv", new="accept").exit_code == 0  # and the newer one again
    assert year(basis) == year(in_order(desk()))
    assert basis("verify").exit_code == 0


def test_a_typed_file_that_was_changed_is_the_newer_one(desk: Callable[[], Basis]) -> None:
    rows = (
        "Date,Type,Source,Amount\n2020-01-10,contribution,after_tax,{}\n"
        "2020-02-10,contribution,after_tax,700\n"
    )
    basis = desk()
    for name, amount in (("a.csv", 1000), ("b.csv", 1005)):
        Path(name).write_text(rows.format(amount))
    brought(basis, "a.csv")
    asked = brought(basis, "b.csv").stderr
    assert ("rows_missing" in asked, "older" in asked) == (True, False)


@pytest.mark.parametrize("together", [True, False])
def test_on_a_terminal_the_answers_say_which_file_is_the_newer(
    desk: Callable[[], Basis], monkeypatch: pytest.MonkeyPatch, *, together: bool
) -> None:
    monkeypatch.setattr(imports._Request, "may_ask", True)
    basis = desk()
    if together:
        done = basis("import", "old.csv", "new.csv", "--account", "acme", typed="q\n")
    else:
        brought(basis, "new.csv")
        done = basis("import", "old.csv", "--account", "acme", typed="q\n")
    shown = " ".join(done.stdout.split())
    assert "accept this file is the newer: its rows take the place of the others" in shown
    assert "older this file is the older: leave out what it alone shows of those days" in shown


def test_a_file_that_fills_the_last_day_of_one_made_at_noon_is_no_older_download(
    desk: Callable[[], Basis],
) -> None:
    basis = desk()
    morning, evening = PAID.format("05/29/20", 10, 1100), PAID.format("05/29/20", 1, 110)
    Path("noon.csv").write_text(TITLES + FIRST + morning)
    Path("later.csv").write_text(TITLES + PAID.format("06/12/20", 10, 1150) + LATER)
    Path("spring.csv").write_text(
        TITLES + FIRST + morning + evening + PAID.format("06/12/20", 10, 1150)
    )
    for file in ("noon.csv", "later.csv", "spring.csv"):
        assert brought(basis, file).exit_code == 0
    assert "4,560.00" in basis("balances", "--on", "2020-12-31").stdout
