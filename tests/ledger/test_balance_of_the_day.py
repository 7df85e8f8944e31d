"""A balance of the day on which a part of a source was converted says what it was worth before.

Nothing else that happens in the plan on that day changes it: each companion is tried.
"""

from __future__ import annotations

import pytest

from ledger import scenario
from ledger.closing import work_out
from ledger.errors import LedgerError
from ledger.money import Money

BOOKS = """
[scenario]
tax_years = [2019]

[[taxpayer]]
id = "ann"
born = 1980-01-01

[[account]]
id = "acme"
owner = "ann"
kind = "401k"
employer = "Acme"
first_roth_year = 2019

[[account]]
id = "old"
owner = "ann"
kind = "401k"
employer = "{employer}"

[[account]]
id = "ira"
owner = "ann"
kind = "traditional_ira"

[[event]]
date = 2019-01-10
account = "acme"
kind = "contribution"
source = "after_tax"
amount = 1000

[[event]]
date = 2019-01-10
account = "acme"
kind = "contribution"
source = "pre_tax"
amount = 2000

[[event]]
date = 2019-01-10
account = "old"
kind = "contribution"
source = "pre_tax"
amount = 500

[[event]]
date = 2019-12-13
account = "acme"
kind = "in_plan_conversion"
source = "after_tax"
amount = 300

[[event]]
date = 2019-12-13
account = "acme"
kind = "balance"
source = "after_tax"
value = 900

[[event]]
date = 2019-12-13
{companion}
"""
SENT = 'account = "old"\nkind = "distribution"\nsource = "pre_tax"\namount = 500\nto = "acme"'
COMPANIONS = {
    "a rollover from another plan": SENT,
    "all of another plan": 'account = "old"\nkind = "distribution"\namount = 500\nto = "acme"',
    "a rollover from outside": 'account = "acme"\nkind = "rollover_in"\nsource = "rollover"\n'
    'amount = 500\norigin = "outside"',
    "a payday": 'account = "acme"\nkind = "contribution"\nsource = "pre_tax"\namount = 100',
    "a dividend": 'account = "acme"\nkind = "earnings"\nsource = "pre_tax"\namount = 10',
    "pre-tax money paid out": 'account = "acme"\nkind = "distribution"\nsource = "pre_tax"\n'
    'amount = 400\nto = "ira"',
    "deferrals given back": 'account = "acme"\nkind = "excess_deferral_return"\n'
    'source = "pre_tax"\namount = 100\nyear = 2019',
    "another source's balance": 'account = "acme"\nkind = "balance"\nsource = "pre_tax"\n'
    "value = 2100",
}


def taxed(companion: str, employer: str = "Old") -> Money:
    text = BOOKS.format(companion=companion, employer=employer)
    story = scenario.parse(text.encode(), "day.toml")
    worked = work_out(story.books, story.tax_years)
    if worked.refused:
        raise worked.refused[0]
    (record,) = worked.records
    (conversion,) = (one for one in record.movements if one.kind == "in-plan conversion")
    return conversion.taxable


@pytest.mark.parametrize("companion", COMPANIONS.values(), ids=COMPANIONS)
def test_what_else_happens_on_the_day_changes_nothing(companion: str) -> None:
    # worth 900 + 300 before: 1,000 x 300 / 1,200 = 250 of basis (IRC 72(e)(8))
    assert taxed(companion) == Money.dollars(50)


def test_a_balance_that_tells_what_two_payments_left_is_asked_about() -> None:
    every = 'account = "acme"\nkind = "distribution"\namount = 400\nto = "cash"'
    with pytest.raises(LedgerError, match="tells what both of them left"):
        taxed(every)


def test_a_transfer_within_an_employer_changes_nothing_of_a_source_that_it_does_not_reach() -> None:
    assert taxed(SENT, employer="Acme") == Money.dollars(50)
