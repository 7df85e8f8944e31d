"""Stories that cannot be: each is told with its code, and the spouse is still worked out."""

from __future__ import annotations

import pytest

from ledger import scenario
from ledger.closing import work_out
from ledger.errors import LedgerError

HEAD = """
scenario = { tax_years = [2024, 2025] }
taxpayer = [{ id = "rose", born = 1970-05-01 }, { id = "paul", born = 1971-05-01 }]
account = [
  { id = "acme", owner = "rose", kind = "401k" }, { id = "ira", owner = "rose", kind = "traditional_ira" },
  { id = "ira2", owner = "rose", kind = "traditional_ira" }, { id = "roth1", owner = "rose", kind = "roth_ira" },
  { id = "pira", owner = "paul", kind = "traditional_ira" },
  { id = "simple", owner = "rose", kind = "simple_ira", simple_since = 2023-02-15 },
]
"""
PAUL = '{ date = 2024-02-01, account = "pira", kind = "contribution", amount = 100 },'
ROTH_401K = (
    PAUL + '{ date=2024-01-05, account="acme", kind="contribution", source="roth", amount=1000 },'
)
PAID = '{ date=2024-01-05, account="ira", kind="contribution", amount=1000 },'
OUT = PAUL + PAID + '{ date=2024-03-01, account="ira", kind="distribution", amount=100, id="d" },'

# ruff: noqa: E501 - a story a line
IMPOSSIBLE = [
    # more than was there, by every way out
    (PAUL + PAID + '{ date=2024-04-01, account="ira", kind="conversion", to="roth1", amount=5000 }', "above_balance"),
    (ROTH_401K + '{ date=2024-03-01, account="acme", kind="loan", source="roth", amount=5000 }', "above_balance"),
    (PAUL + '{ date=2024-03-01, account="acme", kind="distribution", source="after_tax", amount=100 }', "opening_needed"),
    (PAUL + '{ date=2024-03-01, account="ira", kind="conversion", to="roth1", amount=100 },'
     + PAID.replace("01-05", "04-05"), "opening_needed"),
    (ROTH_401K + '{ date=2024-03-01, account="acme", kind="fee", source="roth", amount=5000 }', "value_below_zero"),
    (PAUL + PAID + '{ date=2024-03-01, account="ira", kind="earnings", amount=-5000 }', "value_below_zero"),
    # a correction of what was never contributed
    (PAUL + PAID.replace("contribution", "earnings").replace("ira", "roth1")
     + '{ date=2024-03-01, account="roth1", kind="contribution", amount=-5 }', "contributions_below_zero"),
    (PAUL + '{ date=2024-01-05, account="acme", kind="earnings", source="after_tax", amount=1000 },'
     '{ date=2024-03-01, account="acme", kind="contribution", source="after_tax", amount=-5 }', "contributions_below_zero"),
    (PAUL + PAID + '{ date=2024-02-05, account="ira", kind="contribution", amount=-400 },'
     '{ date=2024-01-06, account="ira", kind="contribution", amount=500, year=2023 },'
     '{ date=2024-06-01, account="ira", kind="return_of_contribution", amount=1000, earnings=0 }', "contributions_below_zero"),
    # deadlines
    (PAUL + '{ date=2025-06-01, account="ira", kind="contribution", amount=500, year=2024 }', "contribution_out_of_time"),
    (PAUL + '{ date=2025-06-01, account="ira", kind="contribution", amount=500, year=2019 }', "contribution_out_of_time"),
    (PAUL + '{ date=2024-01-05, account="acme", kind="contribution", source="roth", amount=5, year=2021 }', "contribution_out_of_time"),
    (OUT + '{ date=2024-08-01, account="ira2", kind="rollover_60day", of="d", to="ira2", amount=100 }', "rollover_too_late"),
    (OUT + '{ date=2024-02-01, account="ira2", kind="rollover_60day", of="d", to="ira2", amount=100, '
     'reason="waiver" }', "rollover_too_early"),
    (PAUL + '{ date=2024-01-05, account="roth1", kind="contribution", amount=1000 },'
     '{ date=2025-12-01, account="roth1", kind="recharacterization", to="ira", amount=500, year=2024, '
     'earnings=0 }', "corrected_too_late"),
    (PAUL + '{ date=1968-01-05, account="ira", kind="contribution", amount=1000 }', "date_out_of_range"),
    # rollovers that fit nothing
    (OUT + '{ date=2024-03-11, account="ira2", kind="rollover_60day", of="d", to="ira2", amount=500 }', "rollover_too_large"),
    (PAUL + '{ date=2024-03-11, account="ira2", kind="rollover_60day", of="x", to="ira2", amount=5 }', "unknown_distribution"),
    (ROTH_401K + '{ date=2024-03-01, account="acme", kind="distribution", source="roth", '
     'parts=[{ to="ira", amount=100 }] }', "cannot_receive"),
    # a SIMPLE IRA in its first two years neither sends to other kinds of accounts nor takes from them
    (PAUL + PAID.replace("ira", "simple") + '{ date=2024-03-01, account="simple", kind="transfer", to="ira", amount=100 }', "cannot_receive"),
    (PAUL + PAID + '{ date=2025-02-14, account="ira", kind="transfer", to="simple", amount=100 }', "cannot_receive"),
    (OUT + '{ date=2024-03-11, account="simple", kind="rollover_60day", of="d", to="simple", amount=100 }', "cannot_receive"),
    (ROTH_401K.replace("roth", "pre_tax") + '{ date=2024-03-01, account="acme", kind="distribution", source="pre_tax", '
     'parts=[{ to="simple", amount=100 }] }', "cannot_receive"),
    # tax withheld beyond what was paid back
    (PAUL + PAID + '{ date=2024-03-11, account="ira", kind="return_of_contribution", amount=100, earnings=5, '
     'withheld=106 }', "bad_amount"),
    # basis and money where none can be
    (PAUL + '{ date=2024-03-01, account="acme", kind="contribution", source="in_plan_roth", amount=5 }', "source_not_possible"),
    (PAUL + '{ date=2024-03-01, account="acme", kind="rollover_in", source="rollover", amount=5, basis=5 }', "basis_of_pre_tax"),
]  # fmt: skip
STATED = [
    ('[[opening]]\ndate=2024-01-01\naccount="ira"\nvalue=9\nbasis=5', "basis_of_ira"),
    ('[[opening]]\ndate=2024-01-01\naccount="acme"\nsource="match"\nvalue=9\nbasis=5', "basis_of_pre_tax"),
    (2 * '[[opening]]\ndate=2024-01-01\naccount="acme"\nsource="roth"\nvalue=9\nbasis=5\n', "exists"),
    ('[[opening_basis]]\ntaxpayer="rose"\nas_of=2024-06-30\n', "bad_tax_year"),
    (2 * '[[opening_basis]]\ntaxpayer="rose"\nas_of=2024-01-01\n', "exists"),
    (2 * '[[year]]\ntaxpayer="rose"\nyear=2024\n', "exists"),
    ('[[year]]\ntaxpayer="rose"\nyear=2024\nira_deduction=5', "deduction_above_contributions"),
]  # fmt: skip


def told(text: str) -> tuple[list[str], list[str]]:
    """Return the codes of refusals and findings, and whose records were worked out."""
    try:
        story = scenario.parse(text.encode(), "s.toml")
    except LedgerError as refused:
        return [fault.code for fault in refused.faults], ["paul"]
    worked = work_out(story.books, story.tax_years)
    assert all(fault.remedy and fault.where for fault in worked.refused)
    found = [f for record in worked.records for f in record.findings]
    return (
        [*(fault.code for fault in worked.refused), *(finding.code for finding in found)],
        [record.taxpayer.id for record in worked.records],
    )


@pytest.mark.parametrize(("events", "code"), IMPOSSIBLE)
def test_an_impossible_story_is_told_and_stops_nobody_else(events: str, code: str) -> None:
    codes, people = told(f"{HEAD}event = [{events}]")
    assert code in codes
    assert "paul" in people


@pytest.mark.parametrize(("tables", "code"), STATED)
def test_a_fact_that_would_be_lost_or_doubled_is_told(tables: str, code: str) -> None:
    assert code in told(f"{HEAD}{tables}\n")[0]


def test_money_older_than_its_owner_is_told() -> None:
    codes, _ = told(HEAD.replace("1970-05-01", "2024-06-01") + f"event = [{PAUL}{PAID}]")
    assert "before_birth" in codes


def test_a_payment_above_what_its_source_holds_names_the_source() -> None:
    paid = '{ date=2024-03-01, account="acme", kind="distribution", source="roth", amount=1500 }'
    story = scenario.parse(f"{HEAD}event = [{ROTH_401K + paid}]".encode(), "s.toml")
    (fault,) = work_out(story.books, story.tax_years).refused
    assert "1,500.00 out of acme:roth, which holds 1,000.00 in the books" in fault.problem
