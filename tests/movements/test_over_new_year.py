"""Money that leaves in December and arrives in January is in neither account on December 31.

It counts for the year that it left in (Form 1099-R), its receiver holds it from the day it came,
and line 6 of Form 8606 adds what was on its way from IRA to IRA, but not what a plan paid.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.main import main

HEAD = """
[scenario]
title = "over New Year"
tax_years = [2023, 2024]
[[taxpayer]]
id = "rose"
name = "Rose Green"
born = 1970-05-01
[[account]]
id = "old"
owner = "rose"
kind = "401k"
first_roth_year = 2015
[[account]]
id = "new"
owner = "rose"
kind = "401k"
[[account]]
id = "first"
owner = "rose"
kind = "traditional_ira"
[[account]]
id = "second"
owner = "rose"
kind = "traditional_ira"
[[account]]
id = "roth"
owner = "rose"
kind = "roth_ira"
[[opening_basis]]
taxpayer = "rose"
as_of = 2023-01-01
traditional_ira = 2000
[[opening]]
date = 2023-01-01
account = "first"
value = 20000
"""


def event(kind: str, day: str, account: str, **more: Any) -> str:
    fields = {"kind": kind, "account": account, **more}
    listed = [f"{name} = {json.dumps(value)}" for name, value in fields.items()]
    return "\n".join(["[[event]]", f"date = {day}", *listed, ""])


def opening(source: str, value: int, basis: int) -> str:
    told = f'account = "old"\nsource = "{source}"\nvalue = {value}\nbasis = {basis}\n'
    return f"[[opening]]\ndate = 2023-01-01\n{told}"


def run(tmp_path: Path, *events: str) -> dict[int, Any]:
    path = tmp_path / "story.toml"
    path.write_text(HEAD + "".join(events))
    done = CliRunner().invoke(main, ["scenario", "run", str(path), "--json"])
    assert done.exit_code == 0, done.output
    return {one["tax_year"]: one for one in json.loads(done.output)["records"]}


def held(record: Any) -> dict[str, tuple[str, str | None]]:
    return {
        f"{one['account']}:{one['source'] or ''}": (one["closing_value"], one.get("closing_basis"))
        for one in record["accounts"]
    }


CONVERTED = event("conversion", "2023-06-01", "first", to="roth", amount=5000)
LEFT = event("transfer", "2023-12-28", "first", to="in_transit", amount=8000)
CAME = event("transfer_in", "2024-01-04", "second", amount=8000)
# 20,000 less 5,000 converted: 7,000 stay and 8,000 are on their way
TRUE = event("balance", "2023-12-31", "first", value=7000)
NONE = event("balance", "2023-12-31", "second", value=0)


@pytest.mark.parametrize("stated", [(), (TRUE, NONE)])
def test_line_6_adds_what_is_on_its_way_from_ira_to_ira(
    tmp_path: Path, stated: tuple[str, ...]
) -> None:
    years = run(tmp_path, CONVERTED, LEFT, CAME, *stated)
    lines = years[2023]["forms"]["8606"]["lines"]
    assert (lines["6"], lines["8"], lines["11"]) == ("15000.00", "5000.00", "500.00")
    assert years[2023]["traditional_ira"]["year_end_value"] == "7000.00"
    assert held(years[2023])["first:"][0] == "7000.00"
    assert "second:" not in held(years[2023]) or held(years[2023])["second:"][0] == "0.00"
    assert held(years[2024])["second:"][0] == "8000.00"
    assert years[2024]["traditional_ira"]["year_end_value"] == "15000.00"
    earned = [one["earnings"] for year in years.values() for one in year["accounts"]]
    assert set(earned) == {"0.00"}


def test_so_does_a_conversion_that_arrives_in_january(tmp_path: Path) -> None:
    left = event("conversion", "2023-12-28", "first", to="in_transit", amount=5000)
    came = event("transfer_in", "2024-01-04", "roth", amount=5000, reason="conversion")
    years = run(tmp_path, left, came)
    lines = years[2023]["forms"]["8606"]["lines"]
    assert (lines["6"], lines["8"], lines["11"]) == ("15000.00", "5000.00", "500.00")
    assert held(years[2024])["roth:"][0] == "5000.00"
    assert held(years[2023]).get("roth:", ("0.00", None))[0] == "0.00"


def test_what_a_plan_paid_is_no_outstanding_rollover(tmp_path: Path) -> None:
    left = event("distribution", "2023-12-28", "old", source="after_tax", amount=6000,
                 to="in_transit")  # fmt: skip
    came = event("rollover_in", "2024-01-04", "second", amount=6000)
    later = event("conversion", "2024-06-01", "first", to="roth", amount=1000)
    years = run(tmp_path, opening("after_tax", 6000, 4000), CONVERTED, left, came, later)
    first, second = (years[year]["forms"]["8606"]["lines"] for year in (2023, 2024))
    assert (first["2"], first["6"], first["14"]) == ("2000.00", "15000.00", "1500.00")
    (paid,) = [one for one in years[2023]["forms"]["1099-R"] if one["payer"] == "old"]
    assert (paid["boxes"]["1"], paid["boxes"]["5"]) == ("6000.00", "4000.00")
    # its basis comes into the IRAs with it: 1,500 carried forward and 4,000
    assert (second["2"], second["6"]) == ("5500.00", "20000.00")
    assert not [one for one in years[2024]["forms"]["1099-R"] if one["payer"] == "old"]


def test_a_next_plan_holds_it_by_source_from_the_day_it_came(tmp_path: Path) -> None:
    left = [
        event("distribution", "2023-12-28", "old", source=source, amount=6000, to="in_transit")
        for source in ("after_tax", "roth")
    ]
    came = [
        event("rollover_in", "2024-01-04", "new", amount=6000, source="rollover"),
        event("rollover_in", "2024-01-04", "new", amount=6000, source="rollover"),
    ]
    true = event("balance", "2023-12-31", "new", source="rollover", value=0)
    opened = opening("after_tax", 6000, 4000), opening("roth", 6000, 5000)
    years = run(tmp_path, *opened, *left, *came, true)
    assert not [name for name in held(years[2023]) if name.startswith("new")]
    assert held(years[2024]) | {} == {
        "first:": ("20000.00", None),
        "new:after_tax": ("4000.00", "4000.00"),
        "new:rollover": ("2000.00", "0.00"),
        "new:roth_rollover": ("6000.00", "5000.00"),
    }


def test_a_roth_ira_has_the_layer_of_the_year_in_which_it_came(tmp_path: Path) -> None:
    left = event("distribution", "2023-12-28", "old", source="pre_tax", amount=6000,
                 to="in_transit")  # fmt: skip
    came = event("rollover_in", "2024-01-04", "roth", amount=6000)
    years = run(tmp_path, opening("pre_tax", 6000, 0), left, came)
    assert years[2023]["forms"]["1040"]["lines"]["5b"] == "6000.00"
    assert [one["year"] for one in years[2024]["roth_ira"]["conversions"]] == [2024]
    assert years[2023]["roth_ira"]["conversions"] == []
    assert "5b" not in years[2024]["forms"]["1040"]["lines"]
