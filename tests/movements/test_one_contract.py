"""A plan that does not keep after-tax money apart pays one distribution, by whatever sources.

1,000.00 of after-tax and 1,000.00 of pre-tax money are worth 2,400.00 when 600.00 of each leave:
basis goes along with 1,000 × 1,200 ÷ 2,400 = 500.00 (IRC 72(e)(8); Notice 2014-54), so that line
5b is 700.00 in cash. Where the rows go to a traditional and a Roth IRA, the 600.00 of the first
are pretax, and of the 600.00 of the second 100.00 are taxed.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.movements.test_plan_payments import Run, brought, of_year, run  # noqa: F401 - a fixture

ROWS = (
    "01/10/20,Payroll Contribution,After-tax Contribution,500 Index,10.000000,1000.00",
    "01/10/20,Payroll Contribution,Employee Before Tax,500 Index,10.000000,1000.00",
    "06/01/20,Account Withdrawal,After-tax Contribution,500 Index,-5.000000,-600.00",
    "06/01/20,Account Withdrawal,Employee Before Tax,500 Index,-5.000000,-600.00",
)
HELD = [("acme", "after_tax", "600.00"), ("acme", "pre_tax", "600.00")]


@pytest.mark.parametrize("order", list(itertools.permutations([2, 3])))
@pytest.mark.parametrize(
    ("to", "taxed"), [(("cash", "cash"), "700.00"), (("roth", "ira"), "100.00")]
)
def test_rows_by_source_are_one_payment_pro_rata(
    run: Run,  # noqa: F811
    tmp_path: Path,
    order: tuple[int, int],
    to: tuple[str, str],
    taxed: str,
) -> None:
    run("account", "set", "acme", "--no-separate-after-tax")
    rows = [*ROWS[:2], *(ROWS[place] for place in order)]
    said = [
        ("partner_unknown", line, to[place - 2]) for line, place in zip((4, 5), order, strict=True)
    ]
    brought(run, tmp_path, rows, *said)
    lines, held = of_year(run)
    assert lines == {"5a": "1200.00", "5b": taxed}
    assert [one[:3] for one in held] == HELD
    assert sum(float(one[3]) for one in held) == 500


def test_after_tax_money_alone_is_refused_as_before(run: Run, tmp_path: Path) -> None:  # noqa: F811
    run("account", "set", "acme", "--no-separate-after-tax")
    brought(run, tmp_path, ROWS[:3], ("partner_unknown", 4, "cash"))
    assert "does not keep after-tax money as a separate contract" in run("year-end", "2020", code=2)
