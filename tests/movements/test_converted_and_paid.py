"""What is converted inside the plan and paid out on the same day goes in before it goes out.

500.00 of after-tax money became in-plan Roth money in January (5 units at 100.00), and 500.00 stay
after-tax. In June a unit is worth 110.00: these 5 units are converted, 550.00, of which 50.00 are
taxed, and all 10 units of the in-plan Roth source, 1,100.00, go to the Roth IRA. All its basis goes
along, 500.00 + 550.00 = 1,050.00 (IRC 402A(d)(4); Form 1099-R, box 5), whatever row comes first.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from tests.movements.test_plan_payments import (
    EMPOWER,
    Run,
    brought,
    of_year,
    run,  # noqa: F401 - a fixture
)

BEFORE = (
    "01/10/20,Payroll Contribution,After-tax Contribution,500 Index,10.000000,1000.00",
    "01/13/20,Account Withdrawal,After-tax Contribution,500 Index,-5.000000,-500.00",
    "01/13/20,Additional Deposit,In-plan Roth After-tax Conversion,500 Index,5.000000,500.00",
)
JUNE = (
    "06/01/20,Account Withdrawal,In-plan Roth After-tax Conversion,500 Index,-10.000000,-1100.00",
    "06/01/20,Account Withdrawal,After-tax Contribution,500 Index,-5.000000,-550.00",
    "06/01/20,Additional Deposit,In-plan Roth After-tax Conversion,500 Index,5.000000,550.00",
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_all_of_the_roth_source_leaves_with_what_came_in_that_day(
    run: Run,  # noqa: F811
    tmp_path: Path,
    order: tuple[int, ...],
) -> None:
    rows = [*BEFORE, *(JUNE[place] for place in order)]
    payout = 5 + order.index(0)
    brought(run, tmp_path, rows, ("partner_unknown", payout, "roth"))
    lines, held = of_year(run)
    assert lines == {"5a": "2150.00", "5b": "50.00"}
    assert [one for one in held if one[0] == "acme"] == []


BESIDE = (
    BEFORE[0],
    "02/10/20,Account Withdrawal,After-tax Contribution,500 Index,-2.500000,-300.00",
    "02/10/20,Additional Deposit,In-plan Roth After-tax Conversion,500 Index,2.500000,300.00",
    "02/10/20,Account Withdrawal,After-tax Contribution,500 Index,-7.500000,-900.00",
)


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1)])
@pytest.mark.parametrize(
    ("to", "lines"),
    [
        ("cash", {"5a": "1200.00", "5b": "200.00"}),
        ("roth", {"5a": "1200.00", "5b": "200.00"}),
        ("ira", {"5a": "1200.00", "5b": "50.00"}),
    ],
)
def test_the_rest_of_the_source_is_paid_out_on_the_day_of_a_conversion(
    run: Run,  # noqa: F811
    tmp_path: Path,
    order: tuple[int, ...],
    to: str,
    lines: dict[str, str],
) -> None:
    """1,200.00 with 1,000.00 of basis: 300.00 are converted, 900.00 go wherever it is said."""
    rows = [BESIDE[0], *(BESIDE[place] for place in order)]
    brought(run, tmp_path, rows, ("partner_unknown", 3 + order.index(3), to))
    told, held = of_year(run)
    assert told == lines
    assert ("acme", "in_plan_roth", "300.00", "300.00") in held


def test_it_is_offered_where_one_deposit_stands_for_several_withdrawals(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    rows = [*BESIDE[:3], BESIDE[3].replace("-7.500000,-900.00", "-2.500000,-300.00"), BESIDE[3]]
    rows[2] = rows[2].replace("2.500000,300.00", "5.000000,600.00")
    path = tmp_path / "p.csv"
    path.write_text("\n".join([EMPOWER, *rows, ""]))
    told = json.loads(run("import", str(path), "--account", "acme", "--dry-run", "--json"))
    asked = [q for q in told["files"][0]["questions"] if q["code"] == "partner_unknown"]
    assert asked
    for question in asked:
        assert {"cash", "ira", "roth", "in_plan_conversion"} <= set(question["choices"])
