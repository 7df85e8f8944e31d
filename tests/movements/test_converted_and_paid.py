"""What is converted inside the plan and paid out on the same day goes in before it goes out.

500.00 of after-tax money became in-plan Roth money in January (5 units at 100.00), and 500.00 stay
after-tax. In June a unit is worth 110.00: these 5 units are converted, 550.00, of which 50.00 are
taxed, and all 10 units of the in-plan Roth source, 1,100.00, go to the Roth IRA. All its basis goes
along, 500.00 + 550.00 = 1,050.00 (IRC 402A(d)(4); Form 1099-R, box 5), whatever row comes first.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.movements.test_plan_payments import Run, brought, of_year, run  # noqa: F401 - a fixture

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
