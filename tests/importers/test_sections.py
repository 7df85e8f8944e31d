"""Pages that have a table for each fund or source, or a heading on each page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger.chart import Source
from ledger.errors import LedgerErrors
from ledger.importers.files import load
from ledger.importers.infer import propose
from ledger.importers.read import read_file
from ledger.importers.reading import Reading

NOW = date(2026, 11, 1)
BY_SOURCE = "Date\tActivity\tContribution Type\tActivity Amount\tShare Price\tShares\n"
BY_FUND = "Date\tActivity\tFund\tAmount\tShares\n"


def inferred(text: str, folder: Path) -> Reading:
    path, told = folder / "page.txt", folder / "map.toml"
    path.write_text(text, "utf-8")
    told.write_text(propose(load(path)).toml(), "utf-8")
    return read_file(path, str(told), now=NOW)


def test_the_line_above_each_table_is_the_fund_of_its_rows(tmp_path: Path) -> None:
    reading = inferred(
        "Account History\n01/01/2026 - 03/31/2026\n\nLifeTime 2050\n"
        f"{BY_SOURCE}01/15/2026\tContribution\tEmployee Pretax\t$500.00\t$25.0000\t20.000\n"
        "\t\tTotal\t$500.00\t\t20.000\nS&P 500, Index\n"
        f"{BY_SOURCE}01/15/2026\tContribution\tRoth Deferral\t$300.00\t$60.0000\t5.000\n"
        "\t\tTotal\t$300.00\t\t5.000\nPast performance is no guarantee.\n",
        tmp_path,
    )
    assert [(r.line, r.investment, r.source, r.price) for r in reading.records] == [
        (6, "LifeTime 2050", Source.PRE_TAX, "25.0000"),
        (10, "S&P 500, Index", Source.ROTH, "60.0000"),
    ]


def test_the_line_above_each_table_may_be_the_source(tmp_path: Path) -> None:
    paid = "01/15/2026\tContribution\tIndex Fund\t$500.00\t20.000\n"
    reading = inferred(f"After-Tax\n{BY_FUND}{paid}Employer Match\n{BY_FUND}{paid}", tmp_path)
    assert [(r.investment, r.source) for r in reading.records] == [
        ("Index Fund", Source.AFTER_TAX),
        ("Index Fund", Source.MATCH),
    ]


def test_a_heading_that_each_page_repeats_is_no_row(tmp_path: Path) -> None:
    header = "Date,Activity,Money Source,Fund,Shares,Amount\n"
    paid = "01/20/2026,Contribution,Pre-Tax,Index Fund,5.000,500.00\n"
    reading = inferred(header + paid + header + paid, tmp_path)
    assert [record.line for record in reading.records] == [2, 4]


def test_a_row_of_one_cell_is_a_name_only_where_the_map_says_so(tmp_path: Path) -> None:
    header = "Date,Activity,Money Source,Fund,Shares,Amount\n"
    paid = "01/20/2026,Contribution,Pre-Tax,Index Fund,5.000,500.00\n"
    with pytest.raises(LedgerErrors):
        inferred(header + paid + "Other\n" + paid, tmp_path)


def test_a_section_that_is_a_column_too_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page.csv").write_text("Date,Activity,Fund,Amount\n", "utf-8")
    (tmp_path / "map.toml").write_text(
        '[map]\ndates = "MM/DD/YYYY"\nsection = "investment"\n[columns]\ndate = "Date"\n'
        'type = "Activity"\ninvestment = "Fund"\namount = "Amount"\n[types]\n',
        "utf-8",
    )
    with pytest.raises(LedgerErrors) as raised:
        read_file(tmp_path / "page.csv", str(tmp_path / "map.toml"), now=NOW)
    (fault,) = raised.value.faults
    assert (fault.where, fault.problem) == ("map.toml:3", "[columns] names the investment, too")
