"""The year of a death: the owner's last form, the heirs' first, and what passes between them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger import scenario
from ledger.chart import inherited_ira_pool, traditional_ira_pool
from ledger.closing import Worked, work_out
from ledger.money import ZERO, Money
from ledger.tax_year.divorce import givers_first

D = Money.dollars
FIXTURES = Path(__file__).parents[2] / "fixtures" / "scenarios"
TWO_HEIRS = (FIXTURES / "death-two-heirs.toml").read_text("utf-8").partition("[[expect]]")[0]
OPENING = """
[[opening_basis]]
taxpayer = "rose"
as_of = 2024-01-01
decedent = "Ann Green"
traditional_ira = 6000
"""


@pytest.fixture
def worked(tmp_path: Path) -> scenario.Scenario:
    return told(tmp_path, TWO_HEIRS)


def told(folder: Path, text: str) -> scenario.Scenario:
    path = folder / "story.toml"
    path.write_text(text, "utf-8")
    return scenario.read(path)


def of(folder: Path, text: str) -> Worked:
    return work_out(told(folder, text).books, [2024, 2025])


def test_the_basis_in_the_journal_goes_where_the_forms_say(tmp_path: Path) -> None:
    """Of Ann's 10,000: 1,000 paid to her, 6,000 to Rose of which 600 was paid, 3,000 to Bob."""
    done = of(tmp_path, TWO_HEIRS)
    held: dict[object, Money] = {}
    for entry in {id(e): e for r in done.records if r.tax_year == 2024 for e in r.entries}.values():
        for posting in entry.postings:
            held[posting.pool] = held.get(posting.pool, ZERO) + posting.basis
    assert held[traditional_ira_pool("ann")] == ZERO
    assert held[inherited_ira_pool("rose", "Ann Green")] == D(5400)
    assert held[inherited_ira_pool("bob", "Ann Green")] == D(3000)


def test_the_owner_is_worked_out_before_the_heirs(worked: scenario.Scenario) -> None:
    assert givers_first(worked.books.households[0]) == ["ann", "bob", "rose"]
    # all three are one household: the owner's basis is the heirs'
    assert len(worked.books.households) == 1


def test_what_the_books_do_not_hold_needs_the_value_of_the_day_before(tmp_path: Path) -> None:
    """The books have 45,000 on 15 June, and 31,000 and 15,000 passed: 1,000 was gained."""
    more = TWO_HEIRS.replace("amount = 30000", "amount = 31000")
    assert {fault.code for fault in of(tmp_path, more).refused} >= {"above_balance"}
    stated = more + '[[event]]\ndate = 2024-06-14\naccount = "anns"\nkind = "balance"\n'
    done = of(tmp_path, f"{stated}value = 46000\n")
    ann = done.of("ann", 2024)
    assert ann is not None
    assert ann.f8606.amount("6") == D(46000)


def test_a_basis_that_the_owners_books_do_not_know_is_the_one_that_the_heir_states(
    tmp_path: Path,
) -> None:
    """Nothing tells Ann's basis; Rose states 6,000 of line 14: 600 of her 3,000 is basis.

    Ann's own payment of March needs it as well, and so there is none in this story.
    """
    known, _, rest = TWO_HEIRS.partition("[[opening_basis]]")
    rest = rest.partition("[[event]]")[2].partition("[[event]]")[2]  # her basis and her payment out
    text = f"{known}{OPENING}[[event]]{rest}".replace("value = 50000", "value = 45000")
    rose = of(tmp_path, text).of("rose", 2024)
    assert rose is not None
    assert rose.f8606_inherited[0].form.amount("12") == D(600)
    # where her books know it, it cannot be stated too
    assert "basis_stated_twice" in {one.code for one in of(tmp_path, TWO_HEIRS + OPENING).refused}


def test_what_leaves_in_another_way_or_comes_later_is_refused(tmp_path: Path) -> None:
    """Half of it to an heir outside the books: all the basis would go to Rose."""
    elsewhere = TWO_HEIRS.replace('kind = "inheritance"\nto = "bobs"', 'kind = "transfer_out"')
    assert "after_death" in {fault.code for fault in of(tmp_path, elsewhere).refused}
    row = '[[event]]\ndate = 2024-07-01\naccount = "anns"\nkind = "earnings"\namount = 10\n'
    assert "after_death" in {fault.code for fault in of(tmp_path, TWO_HEIRS + row).refused}
    two_days = TWO_HEIRS.replace(
        'date = 2024-06-15\naccount = "anns"\nkind = "inheritance"\nto = "bobs"',
        'date = 2024-06-16\naccount = "anns"\nkind = "inheritance"\nto = "bobs"',
    )
    assert "after_death" in {fault.code for fault in of(tmp_path, two_days).refused}


def test_the_owners_year_that_is_refused_refuses_the_heirs(tmp_path: Path) -> None:
    left = TWO_HEIRS.replace("amount = 15000", "amount = 14000")
    refused = {fault.code for fault in of(tmp_path, left).refused}
    assert refused == {"estate_not_complete", "not_supported"}
