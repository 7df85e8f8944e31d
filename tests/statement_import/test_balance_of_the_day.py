"""A balance of a whole plan on the day on which one of its sources was emptied."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Basis = Callable[..., Result]
ROWS = (
    "12/31/2020\t5 - AFTER-TAX\tTransfer\t-$1,100.00\t-10.000\n"
    "12/31/2020\t12 - ROTH IN-PLAN CONVERSION\tTransfer\t$1,100.00\t10.000\n"
    "12/15/2020\t1 - EMPLOYEE DEFERRAL\tContributions\t$2,000.00\t20.000\n"
    "12/15/2020\t5 - AFTER-TAX\tContributions\t$1,000.00\t10.000\n"
)


@pytest.mark.parametrize("stated", ["3300.00", "3299.00"])
def test_what_left_that_day_is_worth_what_it_left_for(
    desk: Callable[[], Basis], stated: str
) -> None:
    """10 units left for 1,100.00: 5b 100.00. The rest of the balance is of the other sources."""
    Path("s.txt").write_text(ROWS)
    orders = []
    for balance_first in (False, True):
        basis = desk()
        said = ("add", "balance", "--account", "acme", "--date", "2020-12-31", "--value", stated)
        steps = [said, ("import", "s.txt", "--account", "acme", "--yes")]
        for words in sorted(steps, key=lambda step: (step[0] == "add") is not balance_first):
            done = basis(*words)
            assert done.exit_code == 0, done.output
        made = json.loads(basis("year-end", "2020", "--json").stdout)
        lines = made["forms"]["1040"]["lines"]
        assert (lines["5a"], lines["5b"]) == ("1100.00", "100.00")
        orders.append({row["source"]: row["closing_value"] for row in made["accounts"]})
    assert orders[0] == orders[1]
    assert orders[0]["after_tax"] == "0.00"
    total = sum(int(value.replace(".", "")) for value in orders[0].values())
    assert f"{total / 100:.2f}" == stated
