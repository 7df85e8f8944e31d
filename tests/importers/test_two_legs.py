"""A plan that tells a contribution twice: as cash that comes in, and as the purchase of a fund."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger.importers.files import load
from ledger.importers.infer import propose
from ledger.importers.read import read_file

NOW = date(2026, 11, 1)
HEADER = "Trade Date,Activity,Money Type,Investment,Shares,Price,Amount\n"
PAID = "01/15/2026,Contribution,Pre-Tax,Cash,0,1.00,500.00\n"
MATCHED = "01/15/2026,Contribution,Employer Match,Cash,0,1.00,250.00\n"


def kinds(text: str, folder: Path) -> list[str]:
    path, told = folder / "activity.csv", folder / "map.toml"
    path.write_text(HEADER + text, "utf-8")
    told.write_text(propose(load(path)).toml(), "utf-8")
    return [record.kind.value for record in read_file(path, str(told), now=NOW).records]


@pytest.mark.parametrize("sign", ["", "-"])
def test_the_purchase_with_the_same_money_is_the_other_leg(sign: str, tmp_path: Path) -> None:
    bought = f"01/15/2026,Purchase,Pre-Tax,Bond Index,25.000,20.00,{sign}500.00\n"
    assert kinds(PAID + bought + MATCHED, tmp_path) == ["contribution", "info", "contribution"]


@pytest.mark.parametrize(
    "bought",
    [
        "01/15/2026,Purchase,Pre-Tax,Bond Index,25.000,20.00,400.00\n",
        "01/15/2026,Purchase,Employer Match,Bond Index,25.000,20.00,500.00\n",
        "01/16/2026,Purchase,Pre-Tax,Bond Index,25.000,20.00,500.00\n",
        "01/15/2026,Mystery,Pre-Tax,Bond Index,25.000,20.00,500.00\n",
        2 * "01/15/2026,Purchase,Pre-Tax,Bond Index,25.000,20.00,500.00\n",
    ],
)
def test_a_purchase_that_no_other_row_explains_is_asked(bought: str, tmp_path: Path) -> None:
    assert "unknown" in kinds(PAID + bought + MATCHED, tmp_path)
