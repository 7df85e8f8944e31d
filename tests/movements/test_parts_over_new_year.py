"""A payment that arrives in parts is in each account from the day on which each part came.

What the law derives of it (sources, basis, layers) comes with each part, to the cent. Money that
a receiver shows before the payer's row is in the receiver from the day that its statement shows,
and line 6 of Form 8606 has it once.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.main import main
from tests.movements.test_over_new_year import CONVERTED, HEAD, event, held, opening, run

OPENED = opening("after_tax", 6000, 4000)
PAID = event("distribution", "2023-12-28", "old", source="after_tax", amount=6000, to="in_transit")
TO_SECOND = event("transfer", "2023-12-28", "first", to="in_transit", amount=8000)


def came(kind: str, account: str, *parts: tuple[str, int], **more: Any) -> list[str]:
    return [event(kind, day, account, amount=amount, **more) for day, amount in parts]


def lines(record: Any, form: str = "8606") -> Any:
    return record["forms"][form]["lines"]


def refused(tmp_path: Path, *events: str) -> Any:
    path = tmp_path / "refused.toml"
    path.write_text(HEAD + "".join(events))
    done = CliRunner().invoke(main, ["scenario", "run", str(path), "--json"])
    return json.loads(done.output)["refused"]


@pytest.mark.parametrize("stated", [(), (("first", 7000), ("second", 5000))])
def test_what_moves_between_iras_in_parts_is_where_each_part_is(
    tmp_path: Path, stated: tuple[tuple[str, int], ...]
) -> None:
    parts = came("transfer_in", "second", ("2023-12-30", 5000), ("2024-01-04", 3000))
    true = [event("balance", "2023-12-31", name, value=value) for name, value in stated]
    years = run(tmp_path, CONVERTED, TO_SECOND, *parts, *true)
    assert (lines(years[2023])["6"], lines(years[2023])["11"]) == ("15000.00", "500.00")
    assert years[2023]["traditional_ira"]["year_end_value"] == "12000.00"
    assert held(years[2023])["second:"][0] == "5000.00"
    assert held(years[2024])["second:"][0] == "8000.00"
    assert {one["earnings"] for year in years.values() for one in year["accounts"]} == {"0.00"}


def test_parts_of_weeks_later_that_say_where_they_are_from_are_of_that_payment(
    tmp_path: Path,
) -> None:
    parts = came(
        "transfer_in", "second", ("2024-01-04", 5000), ("2024-02-10", 3000), origin="first"
    )
    years = run(tmp_path, CONVERTED, TO_SECOND, *parts)
    assert lines(years[2023])["6"] == "15000.00"
    assert years[2023]["traditional_ira"]["year_end_value"] == "7000.00"
    assert held(years[2024])["first:"][0] == "7000.00"
    assert held(years[2024])["second:"][0] == "8000.00"


def test_sources_and_basis_come_into_the_next_plan_with_each_part(tmp_path: Path) -> None:
    parts = came("rollover_in", "new", ("2023-12-30", 4500), ("2024-01-04", 1500))
    years = run(tmp_path, OPENED, PAID, *parts)
    assert {k: v for k, v in held(years[2023]).items() if k.startswith("new")} == {
        "new:after_tax": ("3000.00", "3000.00"),
        "new:rollover": ("1500.00", "0.00"),
    }
    assert {k: v for k, v in held(years[2024]).items() if k.startswith("new")} == {
        "new:after_tax": ("4000.00", "4000.00"),
        "new:rollover": ("2000.00", "0.00"),
    }
    # one payment to one receiver: one disbursement and one Form 1099-R
    assert [one["amount"] for one in years[2023]["disbursements"]] == ["6000.00"]
    assert [one["boxes"]["1"] for one in years[2023]["forms"]["1099-R"]] == ["6000.00"]


def test_a_part_that_names_its_source_is_of_that_source(tmp_path: Path) -> None:
    parts = [
        *came("rollover_in", "new", ("2023-12-30", 2000), source="rollover"),
        *came("rollover_in", "new", ("2024-01-04", 4000), source="after_tax", basis=4000),
    ]
    years = run(tmp_path, OPENED, PAID, *parts)
    assert {k: v for k, v in held(years[2023]).items() if k.startswith("new")} == {
        "new:rollover": ("2000.00", "0.00")
    }
    assert held(years[2024])["new:after_tax"] == ("4000.00", "4000.00")
    assert held(years[2024])["new:rollover"] == ("2000.00", "0.00")


def test_basis_comes_into_the_iras_in_the_year_of_each_part(tmp_path: Path) -> None:
    parts = came("rollover_in", "second", ("2023-12-30", 4500), ("2024-01-04", 1500))
    later = event("conversion", "2024-06-01", "first", to="roth", amount=1000)
    years = run(tmp_path, OPENED, CONVERTED, PAID, *parts, later)
    first, second = lines(years[2023]), lines(years[2024])
    # 2,000 brought forward and 3,000; 15,000 left in the first IRA and 4,500 in the second
    assert (first["2"], first["6"]) == ("5000.00", "19500.00")
    carried = first["14"]
    assert second["2"] == f"{float(carried) + 1000:.2f}"
    assert second["6"] == "20000.00"


def test_a_roth_ira_has_a_layer_of_each_year_in_which_a_part_came(tmp_path: Path) -> None:
    left = event("distribution", "2023-12-28", "old", source="pre_tax", amount=6000,
                 to="in_transit")  # fmt: skip
    parts = came("rollover_in", "roth", ("2023-12-30", 4500), ("2024-01-04", 1500))
    years = run(tmp_path, opening("pre_tax", 6000, 0), left, *parts)
    assert lines(years[2023], "1040")["5b"] == "6000.00"
    layers = years[2024]["roth_ira"]["conversions"]
    assert [(one["year"], one["taxable"]) for one in layers] == [
        (2023, "4500.00"),
        (2024, "1500.00"),
    ]
    assert [one["year"] for one in years[2023]["roth_ira"]["conversions"]] == [2023]


def test_a_conversion_may_arrive_in_two_parts_in_january(tmp_path: Path) -> None:
    left = event("conversion", "2023-12-28", "first", to="in_transit", amount=5000)
    parts = came("transfer_in", "roth", ("2024-01-03", 3000), ("2024-01-05", 2000),
                 reason="conversion")  # fmt: skip
    years = run(tmp_path, left, *parts)
    told = lines(years[2023])
    assert (told["6"], told["8"], told["11"]) == ("15000.00", "5000.00", "500.00")
    assert held(years[2023]).get("roth:", ("0.00", None))[0] == "0.00"
    assert held(years[2024])["roth:"][0] == "5000.00"


def test_one_payment_to_two_accounts_arrives_in_parts_in_each(tmp_path: Path) -> None:
    to = [{"to": "second", "amount": 2000}, {"to": "roth", "amount": 4000}]
    listed = ", ".join(f'{{ to = "{one["to"]}", amount = {one["amount"]} }}' for one in to)
    left = (
        '[[event]]\ndate = 2023-12-28\nkind = "distribution"\naccount = "old"\n'
        f'source = "after_tax"\nparts = [{listed}]\n'
    )
    parts = [
        *came("rollover_in", "second", ("2023-12-30", 500), ("2024-01-03", 1500)),
        *came("rollover_in", "roth", ("2023-12-29", 1000), ("2024-01-04", 3000)),
    ]
    years = run(tmp_path, OPENED, CONVERTED, left, *parts)
    # the 2,000 never taxed go to the traditional IRA (Notice 2014-54)
    assert (lines(years[2023])["2"], lines(years[2023])["6"]) == ("2000.00", "15500.00")
    assert held(years[2023])["second:"][0] == "500.00"
    assert held(years[2023])["roth:"][0] == "6000.00"  # with 5,000 converted in June
    assert held(years[2024])["roth:"][0] == "9000.00"
    assert held(years[2024])["second:"][0] == "2000.00"
    assert "5b" not in lines(years[2023], "1040") or lines(years[2023], "1040")["5b"] == "0.00"


EARLY = event("transfer", "2024-01-03", "first", to="in_transit", amount=8000)
HAD = event("transfer_in", "2023-12-29", "second", amount=8000)
BOTH = (
    event("balance", "2023-12-31", "first", value=15000),
    event("balance", "2023-12-31", "second", value=8000),
)


def codes(record: Any, severity: str) -> list[str]:
    return [one["code"] for one in record["findings"] if one["severity"] == severity]


@pytest.mark.parametrize("stated", [(), BOTH])
def test_what_an_ira_has_before_the_other_shows_it_gone_is_on_line_6_once(
    tmp_path: Path, stated: tuple[str, ...]
) -> None:
    years = run(tmp_path, CONVERTED, EARLY, HAD, *stated)
    told = lines(years[2023])
    assert (told["6"], told["11"]) == ("15000.00", "500.00")
    assert years[2023]["traditional_ira"]["year_end_value"] == "15000.00"
    assert (held(years[2023])["first:"][0], held(years[2023])["second:"][0]) == (
        "15000.00",
        "8000.00",
    )
    assert (held(years[2024])["first:"][0], held(years[2024])["second:"][0]) == (
        "7000.00",
        "8000.00",
    )
    # neither statement is a difference from the books
    assert {one["earnings"] for year in years.values() for one in year["accounts"]} == {"0.00"}
    assert "balance_differs" not in [one["code"] for one in years[2023]["findings"]]
    assert all("arrived_before_it_left" in codes(year, "info") for year in years.values())


def test_a_conversion_that_the_payer_shows_in_january_is_of_that_year(tmp_path: Path) -> None:
    left = event("conversion", "2024-01-03", "first", to="in_transit", amount=5000)
    had = event("transfer_in", "2023-12-29", "roth", amount=5000, reason="conversion")
    true = event("balance", "2023-12-31", "roth", value=5000)
    years = run(tmp_path, left, had, true)
    assert "8" not in lines(years[2023])
    told = lines(years[2024])
    assert (told["6"], told["8"], told["11"]) == ("15000.00", "5000.00", "500.00")
    assert held(years[2024])["roth:"][0] == "5000.00"
    assert "arrived_before_it_left" in codes(years[2023], "warning")


def test_plan_money_that_an_ira_has_before_it_left_is_told_with_its_basis(tmp_path: Path) -> None:
    left = event("distribution", "2024-01-03", "old", source="after_tax", amount=6000,
                 to="in_transit")  # fmt: skip
    had = event("rollover_in", "2023-12-29", "second", amount=6000)
    true = event("balance", "2023-12-31", "second", value=6000)
    years = run(tmp_path, OPENED, CONVERTED, left, had, true)
    # the payer's year decides for Form 1099-R and the basis, the receiver's statement for line 6
    assert (lines(years[2023])["2"], lines(years[2023])["6"]) == ("2000.00", "21000.00")
    assert years[2023]["forms"]["1099-R"][0]["payer"] == "first"
    assert [one["payer"] for one in years[2024]["forms"]["1099-R"]] == ["old"]
    assert held(years[2024])["second:"][0] == "6000.00"
    (told,) = [f for f in years[2023]["findings"] if f["code"] == "arrived_before_it_left"]
    assert told["severity"] == "warning"
    assert (
        "line 2 of Form 8606 from then on, though line 6 has the money from 2023" in told["message"]
    )


def test_the_next_plan_has_early_money_in_the_source_that_its_row_names(tmp_path: Path) -> None:
    left = event("distribution", "2024-01-03", "old", source="after_tax", amount=6000,
                 to="in_transit")  # fmt: skip
    had = event("rollover_in", "2023-12-29", "new", amount=6000, source="rollover")
    true = event("balance", "2023-12-31", "new", source="rollover", value=6000)
    years = run(tmp_path, OPENED, left, had, true)
    assert held(years[2023])["new:rollover"] == ("6000.00", "0.00")
    assert held(years[2023])["old:after_tax"] == ("6000.00", "4000.00")
    assert held(years[2024])["new:rollover"] == ("2000.00", "0.00")
    assert held(years[2024])["new:after_tax"] == ("4000.00", "4000.00")
    assert {one["earnings"] for year in years.values() for one in year["accounts"]} == {"0.00"}


def test_one_part_may_be_early_and_another_late(tmp_path: Path) -> None:
    parts = came("transfer_in", "second", ("2023-12-30", 5000), ("2024-01-08", 3000))
    left = event("transfer", "2024-01-03", "first", to="in_transit", amount=8000)
    years = run(tmp_path, CONVERTED, left, *parts)
    assert lines(years[2023])["6"] == "15000.00"
    assert held(years[2023])["second:"][0] == "5000.00"
    assert held(years[2024])["second:"][0] == "8000.00"


def test_money_of_days_before_within_one_year_is_no_finding(tmp_path: Path) -> None:
    left = event("transfer", "2023-12-20", "first", to="in_transit", amount=8000)
    had = event("transfer_in", "2023-12-15", "second", amount=8000)
    years = run(tmp_path, CONVERTED, left, had)
    assert lines(years[2023])["6"] == "15000.00"
    assert "arrived_before_it_left" not in [f["code"] for f in years[2023]["findings"]]


def test_parts_of_weeks_later_are_those_of_a_payment_said_to_go_there_or_asked_about(
    tmp_path: Path,
) -> None:
    left = event("transfer", "2023-12-28", "first", to="second", amount=8000)
    days = ("2024-01-04", 5000), ("2024-02-10", 3000)
    years = run(tmp_path, left, *came("transfer_in", "second", *days, origin="first"))
    assert held(years[2024])["second:"][0] == "8000.00"
    # nothing says where these are from: counted beside the payment they would be twice there
    said = refused(tmp_path, left, *came("transfer_in", "second", *days))
    assert [one["code"] for one in said] == ["in_transit", "in_transit"]


@pytest.mark.parametrize(
    ("left", "had"),
    [("2023-12-20", "2023-12-20"), ("2023-12-28", "2024-01-04"), ("2024-01-03", "2023-12-29")],
)
def test_line_6_of_inherited_iras_has_what_moves_between_them_once(
    tmp_path: Path, left: str, had: str
) -> None:
    accounts = "".join(
        f'[[account]]\nid = "{name}"\nowner = "rose"\nkind = "inherited_traditional_ira"\n'
        f'decedent = "Ann"\n[[opening]]\ndate = 2023-01-01\naccount = "{name}"\nvalue = {value}\n'
        for name, value in (("from_ann", 10000), ("also_ann", 100))
    )
    basis = (
        '[[opening_basis]]\ntaxpayer = "rose"\ndecedent = "Ann"\nas_of = 2023-01-01\n'
        "traditional_ira = 3000\n"
    )
    paid = event("distribution", "2023-06-01", "from_ann", amount=1000)
    moved = event("transfer", left, "from_ann", to="in_transit", amount=5000)
    years = run(
        tmp_path, accounts, basis, paid, moved, *came("transfer_in", "also_ann", (had, 5000))
    )
    (form,) = years[2023]["forms"]["8606_inherited"]
    assert (form["lines"]["6"], form["lines"]["14"]) == ("9100.00", "2702.97")
