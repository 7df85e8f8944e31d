"""What a plan takes back was never paid, converted or put in, whenever its file shows that.

1,000.00 of after-tax money, 10 units, is put in on January 10, 2020 and worth 1,100.00 on June 1.
Taken back, the plan holds 10 units with a basis of 1,000.00, and the return shows nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.events import Event
from ledger.movements import Halves, halves
from ledger.statement_import.rows import taken_back
from tests.movements.test_plan_payments import (  # noqa: F401 - run is a fixture
    CONTRIBUTED,
    EMPOWER,
    INTO_ROTH,
    LEFT,
    Run,
    brought,
    of_year,
    run,
)

UNTOUCHED = ({}, [("acme", "after_tax", "1000.00", "1000.00")])
BACK = "{},Account Withdrawal,After-tax Contribution,500 Index,{},1100.00"
SOLD = "06/01/20,Account Withdrawal,After-tax Contribution,500 Index,-5.000000,-600.00"
TWICE = (
    "01/10/20,Payroll Contribution,After-tax Contribution,500 Index,20.000000,2000.00",
    SOLD,
    SOLD.replace("06/01", "06/05").replace("500 Index,-5.0", "500 Index,{}"),
)
SOLD_BACK = "06/08/20,Account Withdrawal,After-tax Contribution,500 Index,{},600.00"


# ---- which of several payments -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("came", "lines"),
    [
        (
            "06-01",
            {"5a": "600.00", "5b": "100.00"},
        ),  # the later one was cash: a sixth of 2,400.00 is gain
        ("06-05", {"5a": "600.00", "5b": "0.00"}),
    ],
)
@pytest.mark.parametrize("later", [False, True])
def test_which_of_two_equal_payments_came_back_is_asked_and_never_guessed(
    run: Run,  # noqa: F811
    tmp_path: Path,
    came: str,
    lines: dict[str, str],
    later: bool,
) -> None:
    rows = [*TWICE[:2], TWICE[2].format("-5.0"), SOLD_BACK.format("5.000000")]
    assert "which_came_back" in brought(run, tmp_path, rows, code=2)
    where = [("partner_unknown", 3, "ira"), ("partner_unknown", 4, "cash")]
    name = "in_transit" if later else f"acme-2020-{came}-after_tax"
    brought(run, tmp_path, rows, ("which_came_back", 5, name), *where)
    if later:
        told = run("check", "2020", code=2)
        assert "the payment or conversion that it is of: basis settle 1 --of 2 or 3" in told
        number = {"06-01": "2", "06-05": "3"}[came]
        assert f"of entry {number} was taken back" in run("settle", "1", "--of", number)
    assert of_year(run)[0] == lines


def test_as_many_units_tell_which_of_two_payments_came_back(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    rows = [*TWICE[:2], TWICE[2].format("-4.8"), SOLD_BACK.format("5.000000")]
    brought(run, tmp_path, rows, ("partner_unknown", 4, "cash"))
    assert of_year(run)[0] == {
        "5a": "600.00",
        "5b": "120.00",
    }  # 4.8 of 20 units: 480.00 of 2,000.00 is basis


def test_where_both_came_back_nothing_has_to_tell_them_apart(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    back = SOLD_BACK.format("5.000000")
    rows = [*TWICE[:2], TWICE[2].format("-5.0"), back, back.replace("06/08", "06/09")]
    brought(run, tmp_path, rows)
    assert of_year(run) == ({}, [("acme", "after_tax", "2000.00", "2000.00")])


# ---- a check that nobody cashed ------------------------------------------------------------------


@pytest.mark.parametrize("day", ["06/15/20", "11/30/20"])
@pytest.mark.parametrize("units", ["10.000000", "9.500000"])
def test_a_check_that_the_plan_voided_in_the_same_year_paid_nothing(
    run: Run,  # noqa: F811
    tmp_path: Path,
    day: str,
    units: str,
) -> None:
    brought(run, tmp_path, [CONTRIBUTED, LEFT, BACK.format(day, units)])
    assert of_year(run) == UNTOUCHED


@pytest.mark.parametrize("first", [0, 1])
def test_so_it_is_in_the_next_file_by_an_answer(
    run: Run,  # noqa: F811
    tmp_path: Path,
    first: int,
) -> None:
    files = [[CONTRIBUTED, LEFT], [BACK.format("11/30/20", "10.000000")]]
    said = [("partner_unknown", 3, "cash")], [("type_unknown", "Account Withdrawal", "taken_back")]
    for place in (first, 1 - first):
        brought(run, tmp_path, files[place], *said[place], file=f"{place}.csv")
    assert of_year(run) == UNTOUCHED


def test_after_the_year_of_the_payment_only_the_user_can_say_that_it_was_never_made(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    said = ("type_unknown", "Account Withdrawal", "taken_back"), ("partner_unknown", 3, "cash")
    brought(run, tmp_path, [CONTRIBUTED, LEFT, BACK.format("02/15/21", "10.000000")], *said)
    told = run("check", "2021", code=2)
    assert "the payment or conversion that it is of: basis settle 1 --of 2" in told
    assert "2020 has none of it now" in run("settle", "1", "--of", "2")
    assert of_year(run) == UNTOUCHED


def test_a_conversion_told_in_two_files_is_no_check_of_in_plan_roth_money_that_came_back(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    roth = "{},{},In-plan Roth After-tax Conversion,500 Index,{},{}"
    first = [
        CONTRIBUTED.replace("10.000000,1000", "20.000000,2000"),
        LEFT.replace("06/01", "02/01"),
        roth.format("02/01/20", "Additional Deposit", "10.000000", "1100.00"),
        roth.format("03/02/20", "Account Withdrawal", "-10.000000", "-1100.00"),
        LEFT,
    ]
    second = [roth.format("06/03/20", "Additional Deposit", "10.000000", "1100.00")]
    said = ("partner_unknown", 5, "roth"), ("partner_unknown", 6, "in_transit")
    brought(run, tmp_path, first, *said)
    brought(run, tmp_path, second, file="second.csv")
    assert of_year(run) == (
        {"5a": "3300.00", "5b": "200.00"}, [("acme", "in_plan_roth", "1100.00", "1100.00")],
    )  # fmt: skip


# ---- a conversion --------------------------------------------------------------------------------

MOVED = (
    "06/01/20,Account Withdrawal,After-tax Contribution,500 Index,-10.000000,-1100.00",
    "06/01/20,Additional Deposit,In-plan Roth After-tax Conversion,500 Index,10.000000,1100.00",
)
UNDONE = (
    "06/05/20,Additional Deposit,In-plan Roth After-tax Conversion,500 Index,-10.000000,{}",
    "06/05/20,Account Withdrawal,After-tax Contribution,500 Index,10.000000,{}",
)
SOURCES_TAB = (
    "01/10/2020\t5 - AFTER-TAX\tContributions\t$1,000.00\t10.000",
    "06/01/2020\t5 - AFTER-TAX\tTransfer\t-$1,100.00\t-10.000",
    "06/01/2020\t12 - ROTH IN-PLAN CONVERSION\tTransfer\t$1,100.00\t10.000",
    "06/05/2020\t5 - AFTER-TAX\tTransfer\t$1,100.00\t10.000",
    "06/05/2020\t12 - ROTH IN-PLAN CONVERSION\tTransfer\t-$1,100.00\t-10.000",
)


def undone(dollars: str) -> list[str]:
    """Return the rows that take the conversion back, at a price of their day."""
    return [UNDONE[0].format(f"-{dollars}"), UNDONE[1].format(dollars)]


@pytest.mark.parametrize("dollars", ["1100.00", "1150.00"])
def test_a_conversion_that_was_taken_back_converted_nothing(
    run: Run,  # noqa: F811
    tmp_path: Path,
    dollars: str,
) -> None:
    brought(run, tmp_path, [CONTRIBUTED, *MOVED, *undone(dollars)])
    assert of_year(run) == UNTOUCHED


@pytest.mark.parametrize("first", [0, 1])
def test_the_conversion_may_stand_in_another_file(
    run: Run,  # noqa: F811
    tmp_path: Path,
    first: int,
) -> None:
    files = [[CONTRIBUTED, *MOVED], undone("1100.00")]
    said = [("type_unknown", words, "taken_back")
            for words in ("Additional Deposit", "Account Withdrawal")] if first else []  # fmt: skip
    for place in (first, 1 - first):
        brought(run, tmp_path, files[place], *(said if place else ()), file=f"{place}.csv")
    assert of_year(run) == UNTOUCHED


CAME_BACK = [("type_unknown", words, "taken_back")
             for words in ("Additional Deposit", "Account Withdrawal")]  # fmt: skip


@pytest.mark.parametrize(("number", "taxed"), [("3", "70.00"), ("4", "50.00")])
def test_which_of_two_equal_conversions_was_taken_back_at_another_price_is_said(
    run: Run,  # noqa: F811
    tmp_path: Path,
    number: str,
    taxed: str,
) -> None:
    """5 units for 550.00 of 20 that cost 2,000.00; two weeks later of 5 more that cost 400.00."""
    first = [row.replace("10.000000", "5.000000").replace("1100", "550") for row in MOVED]
    more = PAYROLL.format("06/10/20", "500 Index", "5.000000", "400.00")
    second = [row.replace("06/01", "06/15") for row in first]
    back = [row.replace("10.000000", "5.000000").replace("06/05", "06/20")
            for row in undone("560.00")]  # fmt: skip
    paid = CONTRIBUTED.replace("10.000000,1000", "20.000000,2000")
    brought(run, tmp_path, [paid, *first, more, *second, *back], *CAME_BACK)
    assert "that it is of: basis settle 2 --of 3 or 4" in run("check", "2020", code=2)
    told = run("settle", "2", "--of", number)
    assert f"of entry {number} was taken back" in told
    assert "open:" not in told
    assert of_year(run)[0] == {"5a": "550.00", "5b": taxed}


@pytest.mark.parametrize("order", ["012", "021"])
def test_a_conversion_that_a_later_file_brings_makes_it_open_which_was_taken_back(
    run: Run,  # noqa: F811
    tmp_path: Path,
    order: str,
) -> None:
    first = [row.replace("10.000000", "5.000000").replace("1100", "550") for row in MOVED]
    back = [row.replace("10.000000", "5.000000").replace("06/05", "06/20")
            for row in undone("560.00")]  # fmt: skip
    files = [[CONTRIBUTED, *first], back, [row.replace("06/01", "06/15") for row in first]]
    for place in map(int, order):
        said = CAME_BACK if order == "021" and place == 1 else ()
        brought(run, tmp_path, files[place], *said, file=f"{place}.csv")
    assert "the payment or conversion that it is of" in run("check", "2020", code=2)


def test_where_both_conversions_were_taken_back_nothing_has_to_tell_them_apart(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    first = [row.replace("10.000000", "5.000000").replace("1100", "550") for row in MOVED]
    second = [row.replace("06/01", "06/03") for row in first]
    backs = [row.replace("10.000000", "5.000000").replace("06/05", day)
             for day in ("06/15", "06/20") for row in undone("560.00")]  # fmt: skip
    brought(run, tmp_path, [CONTRIBUTED, *first, *second, *backs], *CAME_BACK)
    assert of_year(run) == UNTOUCHED


@pytest.mark.parametrize(("day", "taxed"), [("06-01", "100.00"), ("06-03", "50.00")])
@pytest.mark.parametrize("files", ["apart", "together", "settled"])
def test_which_of_two_withdrawals_is_the_other_half_of_a_conversion_is_asked(
    run: Run,  # noqa: F811
    tmp_path: Path,
    day: str,
    taxed: str,
    files: str,
) -> None:
    """10 of 20 units cost 1,000.00; two days later, after 10 for 1,100.00, a half of 2,100.00."""
    rows = [
        CONTRIBUTED.replace("10.000000,1000", "20.000000,2000"),
        LEFT,
        PAYROLL.format("06/02/20", "500 Index", "10.000000", "1100.00"),
        LEFT.replace("06/01", "06/03"),
    ]
    into = INTO_ROTH.format("10.000000").replace("06/02", "06/04")
    outs = [("partner_unknown", line, "in_transit") for line in (3, 5)]
    name = "in_transit" if files == "settled" else f"acme-2020-{day}-after_tax"
    if files == "together":
        brought(run, tmp_path, [*rows, into], ("which_came_back", 6, name), *outs)
    else:
        brought(run, tmp_path, rows, *outs)
        brought(run, tmp_path, [into], ("which_came_back", 2, name), file="second.csv")
    told = run("check", "2020", code=2)
    if files == "settled":
        assert "that it is of: basis settle 5 --of 1 or 2" in told
        number = {"06-01": "1", "06-03": "2"}[day]
        assert f"of entry {number} was converted" in run("settle", "5", "--of", number)
        told = run("check", "2020", code=2)
    assert f"left acme on 2020-{day}" not in told
    run("settle", told.split("basis settle ")[1].split()[0], "--to", "ira")
    assert of_year(run)[0] == {"5a": "2200.00", "5b": taxed}


def test_a_half_of_a_conversion_that_came_weeks_later_is_said_to_be_it(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    brought(run, tmp_path, [CONTRIBUTED, LEFT], ("partner_unknown", 3, "in_transit"))
    late = INTO_ROTH.format("9.900000").replace("06/02", "06/22").replace("Additional", "Odd")
    said = ("type_unknown", "Odd Deposit", "taken_back")
    brought(run, tmp_path, [late], said, file="second.csv")
    assert "that it is of: basis settle 3 --of 1" in run("check", "2020", code=2)
    assert "was converted" in run("settle", "3", "--of", "1")
    assert of_year(run)[0] == {"5a": "1100.00", "5b": "100.00"}


@pytest.mark.parametrize("order", ["01", "10"])
def test_files_of_one_source_each_may_tell_the_halves_of_one_day(
    run: Run,  # noqa: F811
    tmp_path: Path,
    order: str,
) -> None:
    files = [[CONTRIBUTED, LEFT], [INTO_ROTH.format("10.000000").replace("06/02", "06/01")]]
    said = {
        "01": [[("partner_unknown", 3, "in_transit")], [("rows_missing", 2, "keep")]],
        "10": [[("rows_missing", 2, "keep")], [("source_unknown", 2, "after_tax")]],
    }[order]
    for place in map(int, order):
        brought(run, tmp_path, files[place], *said[place], file=f"{place}.csv")
    assert of_year(run)[0] == {"5a": "1100.00", "5b": "100.00"}


@pytest.mark.parametrize("order", ["012", "021", "210"])
def test_a_conversion_told_in_two_files_is_taken_back_as_one_told_whole(
    run: Run,  # noqa: F811
    tmp_path: Path,
    order: str,
) -> None:
    files = [[CONTRIBUTED, LEFT], [INTO_ROTH.format("10.000000")], undone("1150.00")]
    said = [
        [("partner_unknown", 3, "in_transit")],
        [("source_unknown", 2, "after_tax")] if order == "210" else [],
        CAME_BACK,
    ]
    for place in map(int, order):
        brought(run, tmp_path, files[place], *said[place], file=f"{place}.csv")
    assert of_year(run) == UNTOUCHED


def test_another_amount_of_roth_money_takes_no_conversion_back(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    rows = [row.replace("10.000000", "9.000000") for row in undone("990.00")]
    said = [("type_unknown", words, "taken_back")
            for words in ("Additional Deposit", "Account Withdrawal")]  # fmt: skip
    brought(run, tmp_path, [CONTRIBUTED, *MOVED, *rows], *said)
    assert "990.00 left acme on 2020-06-05" in run("check", "2020", code=2)


def test_money_that_left_another_source_is_not_offered_as_taken_back(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    row = "06/05/20,Odd Words,After-tax Contribution,500 Index,-1.000000,-110.00"
    told = brought(run, tmp_path, [CONTRIBUTED, row], code=2)
    assert "'Odd Words'" in told
    assert "taken_back" not in told


@pytest.mark.parametrize("groups", ["01234", "012 34", "34 012"])
def test_so_it_is_where_a_page_shows_transfers_by_source(
    run: Run,  # noqa: F811
    tmp_path: Path,
    groups: str,
) -> None:
    said = [("possible_conversion", 2, "taken_back")] if groups[0] == "3" else []
    for number, group in enumerate(groups.split()):
        path, answers = tmp_path / f"{number}.txt", tmp_path / "a.json"
        path.write_text("\n".join([*(SOURCES_TAB[int(place)] for place in group), ""]))
        told = [{"code": c, "line": n, "answer": a} for c, n, a in said] if not number else []
        answers.write_text(json.dumps(told))
        run("import", str(path), "--account", "acme", "--yes", "--answers", str(answers))
    assert of_year(run) == UNTOUCHED


def test_an_import_or_entry_that_was_taken_back_is_named_where_its_money_is_missing(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    brought(run, tmp_path, [CONTRIBUTED], file="paid-in.csv")
    brought(run, tmp_path, MOVED, file="moved.csv")
    run("reverse", "1", "--why", "by mistake")
    assert "taken back of this account: entry 1;" in " ".join(run("check", "2020", code=2).split())
    run("undo", "1", "--why", "by mistake")
    assert "import 1 (paid-in.csv)" in " ".join(run("check", "2020", code=2).split())


# ---- a contribution with its gain ----------------------------------------------------------------

PAYROLL = "{},Payroll Contribution,After-tax Contribution,{},{},{}"
SECOND = PAYROLL.format("01/17/20", "500 Index", "9.900990", "1000.00")


@pytest.mark.parametrize("dollars", ["1010.00", "990.00", "1000.00"])
@pytest.mark.parametrize("order", ["0 1", "1 0", "01"])
def test_a_contribution_that_went_out_with_its_gain_takes_out_what_was_paid_in(
    run: Run,  # noqa: F811
    tmp_path: Path,
    dollars: str,
    order: str,
) -> None:
    back = PAYROLL.format("01/20/20", "500 Index", "-9.900990", f"-{dollars}")
    files = [CONTRIBUTED, SECOND], [back, *MOVED]
    for group in order.split():
        rows = [row for place in group for row in files[int(place)]]
        brought(run, tmp_path, rows, file=f"{group}.csv")
    assert of_year(run) == (
        {"5a": "1100.00", "5b": "100.00"}, [("acme", "in_plan_roth", "1100.00", "1100.00")],
    )  # fmt: skip


def test_the_register_adds_up_where_a_contribution_went_out_with_its_gain(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    back = PAYROLL.format("01/20/20", "500 Index", "-9.900990", "-1010.00")
    brought(run, tmp_path, [CONTRIBUTED, SECOND, back])
    told = json.loads(run("register", "acme", "--json"))["entries"]
    legs = [*told, *(made for one in told for made in one["derived"])]
    basis = [Decimal(p["basis"]) for leg in legs for p in leg["postings"] if "acme" in p["pool"]]
    assert sum(basis) == Decimal("1000.00")


@pytest.mark.parametrize("source", ["After-tax Contribution", "Base-pay Traditional 401(k)"])
def test_so_it_may_where_nothing_else_is_in_its_source(
    run: Run,  # noqa: F811
    tmp_path: Path,
    source: str,
) -> None:
    rows = [
        CONTRIBUTED,
        PAYROLL.format("01/20/20", "500 Index", "-10.000000", "-1020.00"),
        PAYROLL.format("01/25/20", "500 Index", "9.803922", "1000.00"),
    ]
    brought(run, tmp_path, [row.replace("After-tax Contribution", source) for row in rows])
    ((_, _, value, basis),) = of_year(run)[1]
    assert (value, basis) == ("1000.00", "1000.00" if "After" in source else "0.00")


def test_the_price_of_the_day_is_that_of_the_units_that_left(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    back = PAYROLL.format("01/20/20", "500 Index", "-9.900990", "-1010.00")
    paid = "01/20/20,Account Withdrawal,After-tax Contribution,500 Index,-5.000000,-510.05"
    brought(run, tmp_path, [CONTRIBUTED, SECOND, back, paid], ("partner_unknown", 5, "cash"))
    assert of_year(run)[0] == {"5a": "510.05", "5b": "10.05"}
    assert "price" not in run("check", "2020").replace("losses of price that", "")


UNTOLD = PAYROLL.format("01/24/20", "500 Index", "-1.000000", "-120.00")
LOTS = (CONTRIBUTED, PAYROLL.format("01/17/20", "500 Index", "10.000000", "1010.00"))
ALL_MOVED = tuple(row.replace("10.000000", "19.000000").replace("1100", "2090") for row in MOVED)


def entry_of(told: str, what: str) -> str:
    """Return the number of the first entry that a remedy names so."""
    return told.split(what)[1].split(maxsplit=1)[0]


@pytest.mark.parametrize(
    ("said", "taxed"),
    [
        (("--of", "first"), "180.00"),  # 100.00 of 1,000.00 was paid in for the unit
        (("--of", "second"), "181.00"),
        (("--earnings", "0", "--year", "2020"), "200.00"),  # the books begin in January
        (("--earnings", "-3.20", "--year", "2020"), "203.20"),
    ],
)
@pytest.mark.parametrize("order", ["0 1", "1 0", "01"])
def test_what_was_paid_in_of_a_part_that_went_out_is_asked_and_can_be_said(
    run: Run,  # noqa: F811
    tmp_path: Path,
    said: tuple[str, ...],
    taxed: str,
    order: str,
) -> None:
    files = list(LOTS), [UNTOLD, *ALL_MOVED]
    for group in order.split():
        rows = [row for place in group for row in files[int(place)]]
        told = brought(run, tmp_path, rows, file=f"{group}.csv")
    assert "no contribution of as many units or dollars tells" in told
    told = run("check", "2020", code=2)
    assert "no contribution of as many units or dollars tells" in run("year-end", "2020", code=2)
    lots = told.split("--of ")[1].split(";")[0].split(" or ")
    numbers = {"first": lots[0], "second": lots[1]}
    run("settle", entry_of(told, "basis settle "), *(numbers.get(word, word) for word in said))
    assert of_year(run) == (
        {"5a": "2090.00", "5b": taxed}, [("acme", "in_plan_roth", "2090.00", "2090.00")],
    )  # fmt: skip
    story = tmp_path / "story.toml"
    story.write_text(run("scenario", "export"))
    again = json.loads(run("scenario", "run", str(story), "--json"))["records"]
    assert [one["forms"]["1040"]["lines"]["5b"] for one in again] == [taxed]


def test_what_came_back_without_units_is_as_much_as_was_paid_in_or_asked(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    head = "Date,Type,Source,Amount,Earnings"
    paid = ["2020-01-10,contribution,after_tax,500,", "2020-01-24,contribution,after_tax,300,"]
    known = "2020-02-01,contribution,after_tax,-300,"
    told = brought(run, tmp_path, [*paid, known], head=head)
    assert "tells what of it" not in told
    part = "2020-03-01,contribution,after_tax,-120,"
    told = brought(run, tmp_path, [part], head=head, file="part.csv")
    assert "tells what of it was paid in" in told
    assert "--of" not in run("check", "2020", code=2)  # no units tell a part of a contribution
    assert "by the contribution of 2020-01-10" in run("settle", "4", "--of", "1", code=2)
    run("undo", "2", "--why", "with its gain")
    brought(run, tmp_path, [f"{part}20"], head=head, file="whole.csv")
    assert of_year(run)[1] == [("acme", "after_tax", "380.00", "400.00")]


def test_in_a_fund_of_one_price_nothing_was_gained_whichever_it_was(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    rows = [PAYROLL.format(f"06/{day}/20", "Stable Value", amount, amount)
            for day, amount in ((10, "500.00"), (17, "450.00"), (24, "-120.00"))]  # fmt: skip
    assert "tells what of it" not in brought(run, tmp_path, rows)
    assert of_year(run)[1] == [("acme", "after_tax", "830.00", "830.00")]


def test_of_money_not_taxed_yet_no_basis_leaves_and_nothing_is_asked(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    rows = [row.replace("After-tax Contribution", "Employee Before Tax").replace("01/", "06/")
            for row in (*LOTS, UNTOLD)]  # fmt: skip
    assert "tells what of it" not in brought(run, tmp_path, rows)
    assert "contribution_unexplained" not in run("check", "2020")


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        ("2020-01-10,contribution,after_tax,500,20", "20.00 stand beside a contribution of 500.00"),
        ("2020-01-10,contribution,after_tax,-20,30", "30.00 stand beside a contribution of -20.00"),
    ],
)
def test_only_a_part_of_what_was_taken_back_is_earnings(
    run: Run,  # noqa: F811
    tmp_path: Path,
    row: str,
    refused: str,
) -> None:
    head = "Date,Type,Source,Amount,Earnings"
    assert refused in brought(run, tmp_path, [row], head=head, code=2)


def test_two_rows_of_one_day_that_told_a_conversion_are_taken_back_together(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    brought(run, tmp_path, [CONTRIBUTED], file="a.csv")
    typed = [f"2020-06-01,in_plan_conversion,after_tax,{amount}" for amount in (600, 500)]
    worth = [("value_needed", line, "1100") for line in (2, 3)]
    brought(run, tmp_path, typed, *worth, head="Date,Type,Source,Amount", file="t.csv")
    told = brought(run, tmp_path, undone("1100.00"), file="b.csv")
    assert of_year(run) == UNTOUCHED
    assert "-1,100.00     -1,100.00" not in told  # what is left of it in the books is nothing


@pytest.mark.parametrize("paydays", [2, 9])
def test_what_left_a_plan_is_gone_through_once_for_all_rows_of_unknown_words(
    run: Run,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    paydays: int,
) -> None:
    gone_through = []

    def counted(events: Iterable[Event]) -> list[Halves]:
        gone_through.append(1)
        return halves(events)

    monkeypatch.setattr(taken_back, "halves", counted)
    rows = [CONTRIBUTED.replace("01/10", f"{month:02}/10").replace("Payroll", "Odd")
            for month in range(1, paydays + 1)]  # fmt: skip
    assert "type_unknown" in brought(run, tmp_path, rows, code=2)
    assert len(gone_through) == 2
