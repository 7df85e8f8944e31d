"""Which rows count follows from the files in force and their ages, in any order and format."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.simulated.downloads import BOUGHT, END, HEAD, PAID, TITLES

Basis = Callable[..., Result]
CONVERTED = (
    "06/05/20,Account Withdrawal,After-tax Contribution,500 Index,-10.000000,-1200.00\n"
    "06/05/20,Additional Deposit,In-plan Roth After-tax Conversion,500 Index,10.000000,1200.00\n"
)
MOVED = (
    "<TRANSFER><INVTRAN><FITID>{0}<DTTRADE>20200605<DTSETTLE>20200605</INVTRAN><SECID><UNIQUEID>"
    "FUND<UNIQUEIDTYPE>CUSIP</SECID><SUBACCTSEC>CASH<UNITS>{1}10<TFERACTION>{2}<POSTYPE>LONG"
    "<UNITPRICE>120<INV401KSOURCE>{3}</TRANSFER>\n"
)


def paid(month: int, day: int, dollars: int, units: int = 10) -> str:
    return PAID.format(date(2020, month, day), units, dollars)


def bought(month: int, day: int, dollars: int, units: int = 10) -> str:
    on = date(2020, month, day)
    return BOUGHT.format(f"{on}", on, units, dollars, dollars / units)


def qfx(*rows: str, first: date = date(2020, 1, 1), last: date = date(2020, 7, 31)) -> str:
    return HEAD.format(first, last) + "".join(rows) + END


def brought(basis: Basis, name: str, said: Mapping[str, str], account: str = "acme") -> None:
    """Import a file, and answer what is asked by the code of the question and the file."""
    answers: list[dict[str, Any]] = []
    for _ in range(4):
        Path("said.json").write_text(json.dumps(answers))
        words = ("import", name, "--account", account, "--yes", "--answers", "said.json")
        if not basis(*words).exit_code:
            return
        for file in json.loads(basis(*words, "--dry-run", "--json").stdout)["files"]:
            answers += [
                {
                    "code": asked["code"],
                    "file": name,
                    **{key: asked[key] for key in ("line", "nth") if asked.get(key)},
                    "answer": said.get(f"{asked['code']} {name}") or said[asked["code"]],
                }
                for asked in file["questions"]
            ]
    raise AssertionError(answers)


def figures(basis: Basis) -> tuple[str, str]:
    """Return what was paid in, and line 5a."""
    record = json.loads(basis("year-end", "2020", "--json").stdout)
    assert not record.get("refused"), record["refused"]
    lines = json.dumps(record["forms"])
    return record["limits"]["415c"][0]["used"], "5a" if "1200.00" in lines else ""


@pytest.mark.parametrize(
    "order", list(permutations(("old.csv", "new.csv", "old.qfx"))), ids=" ".join
)
def test_a_conversion_that_was_taken_back_is_in_no_figure_though_another_format_tells_it(
    desk: Callable[[], Basis], order: tuple[str, ...]
) -> None:
    first, last = paid(1, 10, 1000), paid(7, 10, 1020)
    Path("old.csv").write_text(TITLES + first + CONVERTED + last)
    Path("new.csv").write_text(TITLES + first + last + paid(11, 10, 1200))
    moved = (MOVED.format("2", "-", "OUT", "AFTERTAX"), MOVED.format("3", "", "IN", "OTHERVEST"))
    Path("old.qfx").write_text(qfx(bought(1, 10, 1000), *moved, bought(7, 10, 1020)))
    said = {
        "rows_missing new.csv": "accept",
        "rows_missing old.csv": "older",
        "same_as_reversed": "leave",
        "possible_conversion": "conversion",
        "value_needed": "all",
    }
    basis = desk()
    for name in order:
        brought(basis, name, said)
    assert figures(basis) == ("3220.00", "")
    assert basis("verify").exit_code == 0


@pytest.mark.parametrize("order", list(permutations(("old.csv", "new.qfx"))), ids=" ".join)
def test_a_corrected_amount_of_another_format_takes_the_place_of_the_old_one(
    desk: Callable[[], Basis], order: tuple[str, ...]
) -> None:
    Path("old.csv").write_text(TITLES + paid(1, 10, 1000) + paid(5, 29, 980, 98))
    Path("new.qfx").write_text(qfx(bought(1, 10, 1000), bought(5, 29, 1050, 105)))
    basis = desk()
    said = {"totals_differ old.csv": "skip", "totals_differ new.qfx": "instead"}
    for name in order:
        brought(basis, name, said)
    assert figures(basis) == ("2050.00", "")
    # without the correction the old file counts again, at once or once it is imported again
    assert basis("undo", str(order.index("new.qfx") + 1), "--why", "again").exit_code == 0
    brought(basis, "old.csv", said)
    assert figures(basis) == ("1980.00", "")


@pytest.mark.parametrize("order", list(permutations(("a.csv", "b.csv", "c.csv"))), ids=" ".join)
def test_a_file_between_two_is_asked_about_beside_each(
    desk: Callable[[], Basis], order: tuple[str, ...]
) -> None:
    middle = paid(4, 10, 1020) + paid(5, 11, 1030) + paid(6, 10, 1040)
    Path("a.csv").write_text(TITLES + paid(1, 10, 1000) + paid(2, 10, 1000) + paid(3, 10, 1010))
    Path("b.csv").write_text(
        TITLES + paid(1, 10, 1000) + paid(2, 10, 1100) + paid(3, 10, 1010) + middle
    )
    Path("c.csv").write_text(TITLES + middle.replace("1030", "1200") + paid(7, 10, 1050))
    basis = desk()
    place = {name: n for n, name in enumerate("abc")}
    for number, name in enumerate(order):
        before = {one[0] for one in order[:number]}
        older = [one for one in before if place[one] > place[name[0]]]
        listed = json.loads("[]")
        Path("said.json").write_text(json.dumps(listed))
        words = ("import", name, "--account", "acme", "--yes", "--answers", "said.json")
        told = json.loads(basis(*words, "--dry-run", "--json").stdout)
        for asked in told["files"][0]["questions"]:
            word = "older" if any(f"{one}.csv" in asked["problem"] for one in older) else "accept"
            at = {key: asked[key] for key in ("line", "nth") if asked.get(key)}
            listed.append({"code": "rows_missing", "file": name, **at, "answer": word})
        Path("said.json").write_text(json.dumps(listed))
        assert basis(*words).exit_code == 0
    assert figures(basis) == ("7420.00", "")


@pytest.mark.parametrize("order", list(permutations(("old.csv", "new.csv", "q.qfx"))), ids=" ".join)
def test_an_entry_is_named_by_its_row_where_a_whole_file_is_one_line(
    desk: Callable[[], Basis], order: tuple[str, ...]
) -> None:
    ends = paid(1, 10, 1000), paid(7, 10, 1020)
    Path("old.csv").write_text(TITLES + ends[0] + paid(5, 29, 980, 98) + ends[1])
    Path("new.csv").write_text(TITLES + ends[0] + paid(5, 29, 1050, 105) + ends[1])
    head, _, rows = qfx(bought(1, 10, 1000), bought(5, 29, 980, 98), bought(7, 10, 1020)).partition(
        "\n\n"
    )
    Path("q.qfx").write_text(f"{head}\n\n" + rows.replace("\n", ""))
    said = {
        "rows_missing old.csv": "older",
        "rows_missing new.csv": "accept",
        "totals_differ q.qfx": "skip",
        "totals_differ new.csv": "instead",
        "same_as_reversed": "leave",
    }
    basis = desk()
    for name in order:
        brought(basis, name, said)
    assert figures(basis) == ("3070.00", "")


@pytest.mark.parametrize("order", list(permutations(("o.qfx", "n.qfx"))), ids=" ".join)
def test_a_file_goes_over_the_days_that_it_states(
    desk: Callable[[], Basis], order: tuple[str, ...]
) -> None:
    rows = bought(3, 10, 1000) + bought(7, 10, 1050)
    Path("o.qfx").write_text(qfx(bought(1, 10, 1010), rows))
    Path("n.qfx").write_text(qfx(rows, bought(8, 10, 1000), last=date(2020, 12, 31)))
    basis = desk()
    for name in order:
        brought(basis, name, {"rows_missing n.qfx": "accept", "rows_missing o.qfx": "older"})
    assert figures(basis) == ("3050.00", "")


@pytest.mark.parametrize("order", list(permutations(("a.csv", "b.csv"))), ids=" ".join)
def test_the_first_row_of_a_download_whose_day_moved_is_one_row(
    desk: Callable[[], Basis], order: tuple[str, ...]
) -> None:
    rest = paid(3, 10, 1010) + paid(5, 10, 1050)
    Path("a.csv").write_text(TITLES + paid(1, 10, 1000) + rest)
    Path("b.csv").write_text(TITLES + paid(1, 13, 1000) + rest + paid(6, 10, 1100))
    basis = desk()
    for name in order:
        brought(basis, name, {"rows_missing b.csv": "accept", "rows_missing a.csv": "older"})
    assert figures(basis) == ("4160.00", "")


@pytest.mark.parametrize("order", list(permutations(("month.csv", "year.csv"))), ids=" ".join)
def test_a_file_without_a_row_of_its_own_keeps_what_it_shows(
    desk: Callable[[], Basis], order: tuple[str, ...]
) -> None:
    Path("month.csv").write_text(TITLES + paid(1, 10, 1000))
    Path("year.csv").write_text(TITLES + paid(1, 10, 1000) + paid(7, 10, 1100))
    basis = desk()
    for name in order:
        brought(basis, name, {})
    assert basis("undo", str(order.index("year.csv") + 1), "--why", "again").exit_code == 0
    assert figures(basis) == ("1000.00", "")


def test_what_was_reversed_by_hand_is_asked_about_when_its_file_comes_again(
    desk: Callable[[], Basis],
) -> None:
    Path("plan.csv").write_text(TITLES + paid(1, 10, 1000) + paid(5, 29, 980, 98))
    basis = desk()
    brought(basis, "plan.csv", {})
    assert basis("reverse", "2", "--why", "again").exit_code == 0
    # the words of an undo are no matter: what it takes out it does not reverse
    assert basis("undo", "1", "--why", "again").exit_code == 0
    brought(basis, "plan.csv", {"same_as_reversed": "leave"})
    assert figures(basis) == ("1000.00", "")


def test_one_file_newer_than_one_and_older_than_another_is_asked_about_by_each(
    desk: Callable[[], Basis],
) -> None:
    """A row came with the second download, and the third lacks it again; both go on as far."""
    first, last = paid(1, 10, 1000), paid(9, 10, 1000)
    Path("one.csv").write_text(TITLES + first + last)
    Path("two.csv").write_text(TITLES + first + paid(5, 10, 1010) + last)
    Path("three.csv").write_text(TITLES + first + paid(6, 10, 1020) + last)
    basis = desk()
    brought(basis, "one.csv", {})
    brought(basis, "three.csv", {"rows_missing": "accept"})
    said: list[dict[str, Any]] = [{"code": "rows_missing", "line": 2, "nth": 1, "answer": "each"}]
    Path("said.json").write_text(json.dumps(said))
    words = ("import", "two.csv", "--account", "acme", "--yes", "--answers", "said.json")
    told = json.loads(basis(*words, "--dry-run", "--json").stdout)
    told = told["files"][0]["questions"]
    others = ["one.csv" if "one.csv" in asked["problem"] else "three.csv" for asked in told]
    assert sorted(others) == ["one.csv", "three.csv"]
    for asked, other in zip(told, others, strict=True):
        word = "accept" if other == "one.csv" else "older"
        said.append({"code": "rows_missing", "line": 2, "nth": asked["nth"], "answer": word})
    Path("said.json").write_text(json.dumps(said))
    assert basis(*words).exit_code == 0
    assert figures(basis) == ("3020.00", "")


HISTORY = (
    "Run Date,Account,Account Number,Action,Symbol,Description,Type,Price ($),Quantity,"
    "Commission ($),Fees ($),Accrued Interest ($),Amount ($),Settlement Date\n"
)
IRA = '{},"Traditional IRA","234567890","{} (Cash)", ,"No Description",Cash,,0.000,,,,{},\n'


@pytest.mark.parametrize(
    "way",
    [
        ("one.csv", "two.csv"),
        ("two.csv", "one.csv"),
        ("two.csv", "one.csv", "undo 1", "one.csv", "two.csv"),
        ("one.csv", "undo 1", "two.csv", "one.csv"),
    ],
    ids=" ".join,
)
def test_a_row_that_was_booked_with_a_corrected_one_is_booked_with_its_correction(
    desk: Callable[[], Basis], way: tuple[str, ...]
) -> None:
    """A payment of 180.00 and the tax withheld of it are one entry; the 180.00 becomes 190.00."""
    for name, dollars in (("one.csv", -180), ("two.csv", -190)):
        rows = IRA.format("12/10/2020", "FED TAX W/H FEDERAL TAX WITHHELD", -20)
        rows += IRA.format("12/10/2020", "NORMAL DISTR PARTIAL", dollars)
        rows += IRA.format("01/10/2020", "CASH CONTRIBUTION CURRENT YEAR", 6000)
        Path(name).write_text(HISTORY + rows)
    basis = desk()
    basis("account", "add", "ira", "--owner", "ann", "--kind", "traditional_ira")
    said = {"rows_missing one.csv": "older", "rows_missing two.csv": "accept"}
    for step in way:
        if step.startswith("undo"):
            assert basis(*step.split(), "--why", "again").exit_code == 0
        else:
            brought(basis, step, said, account="ira")
    entries = json.loads(basis("register", "ira", "--json").stdout)["entries"]
    counts = [e for e in entries if not e["left_out"] and e["kind"] == "distribution"]
    assert [e["postings"][0]["value"] for e in counts] == ["-210.00"]


def test_what_a_newer_download_lacks_is_not_typed_again_unasked(desk: Callable[[], Basis]) -> None:
    Path("old.csv").write_text(TITLES + paid(1, 10, 1000) + paid(5, 29, 980, 98))
    Path("new.csv").write_text(TITLES + paid(1, 10, 1000) + paid(6, 10, 1010))
    basis = desk()
    brought(basis, "old.csv", {})
    brought(basis, "new.csv", {"rows_missing": "accept"})
    typed = ("add", "contribution", "--account", "acme", "--source", "after_tax")
    typed += ("--amount", "980", "--date", "2020-05-29")
    refused = basis(*typed)
    assert (refused.exit_code, "new.csv does not show any more" in refused.stderr) == (2, True)
    assert basis("reverse", "2", "--why", "it is out already").exit_code == 2
    assert basis(*typed, "--again").exit_code == 0
    assert figures(basis) == ("2990.00", "")


def test_an_undo_that_opens_rows_of_a_closed_year_is_refused(desk: Callable[[], Basis]) -> None:
    """The newer file alone keeps the old row out: without it nobody knows whether it counts."""
    Path("old.csv").write_text(TITLES + paid(1, 10, 1000) + paid(5, 29, 980) + paid(7, 10, 1020))
    Path("new.csv").write_text(TITLES + paid(1, 10, 1000) + paid(7, 10, 1020))
    basis = desk()
    brought(basis, "new.csv", {})
    brought(basis, "old.csv", {"rows_missing": "older"})
    basis("record", "return", "--taxpayer", "ann", "--year", "2020", "--filing-status", "single")
    assert basis("close", "2020", "--taxpayer", "ann").exit_code == 0
    undone = basis("undo", "1", "--why", "again")
    assert (undone.exit_code, "the year is closed as filed" in undone.stderr) == (2, True)
    assert figures(basis) == ("2020.00", "")


@pytest.mark.parametrize("order", list(permutations(("old.csv", "new.qfx"))), ids=" ".join)
def test_a_row_whose_entry_was_reversed_takes_the_place_of_none(
    desk: Callable[[], Basis], order: tuple[str, ...]
) -> None:
    Path("old.csv").write_text(TITLES + paid(1, 10, 1000) + paid(5, 29, 980, 98))
    Path("new.qfx").write_text(qfx(bought(1, 10, 1000), bought(5, 29, 1050, 105)))
    basis = desk()
    said = {"totals_differ old.csv": "skip", "totals_differ new.qfx": "instead"}
    for name in order:
        brought(basis, name, said)
    entries = json.loads(basis("register", "acme", "--json").stdout)["entries"]
    (wrong,) = [e["entry"] for e in entries if e["postings"][0]["value"] == "1050.00"]
    assert basis("reverse", str(wrong), "--why", "never paid").exit_code == 0
    brought(basis, "old.csv", said)  # open in one order until its file comes again
    assert figures(basis) == ("1980.00", "")


@pytest.mark.parametrize(("reversed_first", "said"), [("1", "keep"), ("2", "accept")])
def test_a_double_that_was_reversed_counts_once_when_the_newer_download_shows_one(
    desk: Callable[[], Basis], reversed_first: str, said: str
) -> None:
    """Of two equal rows the user reversed either; which of them is gone nobody can tell."""
    Path("old.csv").write_text(TITLES + paid(1, 10, 1000) * 2 + paid(2, 10, 900))
    Path("new.csv").write_text(TITLES + paid(1, 10, 1000) + paid(2, 10, 900))
    basis = desk()
    brought(basis, "old.csv", {})
    assert basis("reverse", reversed_first, "--why", "double").exit_code == 0
    asked = basis("import", "new.csv", "--account", "acme", "--dry-run").output
    told = "entry 1, of an equal row that this file shows, was reversed by hand"
    assert (told in " ".join(asked.split())) is (reversed_first == "1")
    brought(basis, "new.csv", {"rows_missing": said})
    assert figures(basis) == ("1900.00", "")


def test_the_list_of_imports_counts_an_entry_where_it_rests_now(desk: Callable[[], Basis]) -> None:
    Path("old.csv").write_text(TITLES + paid(1, 10, 1000))
    Path("new.csv").write_text(TITLES + paid(1, 10, 1000) + paid(2, 10, 900))
    basis = desk()
    for name in ("old.csv", "new.csv"):
        brought(basis, name, {})
    assert basis("undo", "1", "--why", "twice").exit_code == 0
    listed = json.loads(basis("imports", "--json").stdout)
    assert [(one["file"], one["entries"]) for one in listed] == [("old.csv", 1), ("new.csv", 2)]
