"""Column maps: the documented example works, and a wrong map is refused key by key."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from ledger.chart import Source
from ledger.errors import LedgerError
from ledger.importers.custom import load_map
from ledger.importers.dates import FORMS
from ledger.importers.read import read_file
from ledger.records import RowKind

ROOT = Path(__file__).parents[2]
CUSTOM = ROOT / "fixtures" / "statements" / "custom"
NOW = date(2026, 11, 1)
SMALL = """[map]
dates = ["MM/DD/YYYY"]
[columns]
date = "Day"
type = "What"
amount = "Dollars"
[types]
"Pay" = "contribution"
"""


def faults(folder: Path, text: str) -> list[tuple[str, str]]:
    path = folder / "map.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(LedgerError) as caught:
        load_map(path)
    return [(fault.code, fault.remedy) for fault in caught.value.faults]


def test_the_documented_example_is_the_map_of_the_fixture() -> None:
    page = (ROOT / "docs" / "custom-maps.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert example == (CUSTOM / "acme.toml").read_text("utf-8")
    for form in FORMS:
        assert f"`{form}`" in page
    for source in Source:
        assert f"`{source.value}`" in page


def test_a_map_names_columns_types_and_sources() -> None:
    reading = read_file(CUSTOM / "activity.csv", str(CUSTOM / "acme.toml"), now=NOW)
    first, second, out, into = reading.records[:4]
    assert (first.source, second.source) == (Source.AFTER_TAX, Source.MATCH)
    assert (out.kind, into.kind) == (RowKind.CONVERSION_OUT, RowKind.CONVERSION_IN)
    assert into.source is Source.IN_PLAN_ROTH  # a usual name needs no line in the map
    assert reading.importer == "custom:acme-recordkeeping"
    assert len(reading.records) == 8  # the footer's total is no row


def test_a_small_map_is_enough(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL, "utf-8")
    (tmp_path / "a.csv").write_text("Day,What,Dollars\n01/31/2025,Pay,1.00\n", "utf-8")
    (record,) = read_file(tmp_path / "a.csv", str(tmp_path / "small.toml"), now=NOW).records
    assert (record.kind, record.question) == (RowKind.CONTRIBUTION, "source_unknown")


def test_a_file_of_another_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a\n", "utf-8")
    with pytest.raises(LedgerError) as caught:
        read_file(tmp_path / "other.csv", str(CUSTOM / "acme.toml"), now=NOW)
    assert caught.value.code == "map_does_not_fit"


def test_a_header_without_a_named_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL, "utf-8")
    (tmp_path / "a.csv").write_text("Day,What,Euros\n01/31/2025,Pay,1.00\n", "utf-8")
    with pytest.raises(LedgerError) as caught:
        read_file(tmp_path / "a.csv", str(tmp_path / "small.toml"), now=NOW)
    assert caught.value.code == "missing_column"
    assert "Euros" in caught.value.problem


def test_a_header_that_nearly_fits_is_found_below_other_lines(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL, "utf-8")
    text = "Plan,Acme\nAs of,01/31/2025,x\n\nDay,What,Dollars USD\n01/31/2025,Pay,1.00\n"
    (tmp_path / "a.csv").write_text(text, "utf-8")
    with pytest.raises(LedgerError) as caught:
        read_file(tmp_path / "a.csv", str(tmp_path / "small.toml"), now=NOW)
    assert str(caught.value) == (
        "a.csv:4: no column 'dollars' (the nearest is 'Dollars USD'); the line reads: Day, What, "
        "Dollars USD — write the titles as the file has them in [columns] of the map"
    )


def test_every_fault_of_a_map_comes_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        """[map]
date = ["MM/DD/YYYY"]
delimiter = "colon"
plan = "yes"
[columns]
type = "What"
amunt = "Dollars"
[types]
"Pay" = "contributions"
[sources]
"Bucket" = "aftertax"
[colums]
""",
    )
    codes = [code for code, _ in found]
    assert sorted(set(codes)) == ["missing_key", "unknown_key", "unknown_value", "wrong_type"]
    assert "did you mean 'dates'?" in [remedy for _, remedy in found]
    assert "did you mean 'amount'?" in [remedy for _, remedy in found]
    assert "did you mean 'contribution'?" in [remedy for _, remedy in found]
    assert "did you mean 'after_tax'?" in [remedy for _, remedy in found]
    assert "did you mean 'columns'?" in [remedy for _, remedy in found]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('date = "Day"', "date = 5", "wrong_type"),
        ('"Pay" = "contribution"', '"Pay" = 5', "wrong_type"),
        ('"Pay" = "contribution"', '"Pay" = "unknown"', "unknown_value"),
        ('[types]\n"Pay" = "contribution"', "", "missing_key"),
        ("MM/DD/YYYY", "%m/%d/%Y", "unknown_value"),
        ("[types]", "types = 5\n[t]", "unknown_key"),
        ("[map]", "[map", "bad_toml"),
    ],
)
def test_a_wrong_map_is_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert old in SMALL
    assert code in [found for found, _ in faults(tmp_path, SMALL.replace(old, new))]


def test_a_missing_map_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError) as caught:
        load_map(tmp_path / "none.toml")
    assert caught.value.code == "no_such_file"
