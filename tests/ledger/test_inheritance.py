"""The year of a death: the owner's last form, the heirs' first, and what passes between them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger import scenario
from ledger.chart import inherited_ira_pool, traditional_ira_pool
from ledger.closing import Worked, work_out
from ledger.money import ZERO, Money
from ledger.tax_year.divorce import givers_first
from ledger.views.room import room_of
from ledger.year_end import VALUE_UNSTATED

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


FILED = """
[[opening_basis]]
taxpayer = "ann"
as_of = 2025-01-01
traditional_ira = {line_14}
"""


@pytest.mark.parametrize(("line_14", "roses"), [(9000, 6000), (8400, 5600)])
def test_a_filed_form_of_the_year_of_death_is_the_basis_that_the_heirs_get(
    tmp_path: Path, line_14: int, roses: int
) -> None:
    """Two thirds of line 14 are Rose's and a third Bob's; nothing is left to Ann for 2025."""
    done = of(tmp_path, TWO_HEIRS + FILED.format(line_14=line_14))
    ann, later, rose = done.of("ann", 2024), done.of("ann", 2025), done.of("rose", 2024)
    assert ann is not None
    assert later is not None
    assert rose is not None
    assert rose.f8606_inherited[0].form.amount("2") == D(roses)
    assert ann.traditional_ira.passed_to_heirs == D(line_14)
    assert ann.traditional_ira.basis_carried_forward == ZERO
    assert later.traditional_ira.basis_brought_forward == ZERO
    told = {finding.code for one in (ann, later) for finding in one.findings}
    assert ("filed_basis_differs" in told) is (line_14 != 9000)
    assert "form_8606_not_recorded" not in told
    held = [p for e in ann.entries for p in e.postings if p.pool == traditional_ira_pool("ann")]
    assert Money.total(posting.basis for posting in held) == ZERO


def test_somebody_who_died_has_no_room_left(tmp_path: Path) -> None:
    done = of(tmp_path, TWO_HEIRS)
    for year in (2024, 2025):
        ann, rose = done.of("ann", year), done.of("rose", year)
        assert ann is not None
        assert rose is not None
        assert (ann.limits.deferrals.room, rose.limits.deferrals.room) != (None, ZERO)
        assert ann.limits.deferrals.room == ZERO
        assert ann.limits.ira is not None
        assert ann.limits.ira.room == ZERO
        rows = room_of(ann, told(tmp_path, TWO_HEIRS).books, date(2025, 12, 31))
        assert {row.room for row in rows} == {ZERO}
        assert "died on 2024-06-15: nothing more can be put in" in rows[0].told


def test_an_inherited_ira_without_a_balance_of_december_31_is_asked_for_it(tmp_path: Path) -> None:
    """As for an own IRA: 24,300 on line 6 of 2025 is what the books hold, and no statement says."""
    known = "[[event]]\ndate = 2025-12-31\n"
    assert known in TWO_HEIRS
    stated = of(tmp_path, TWO_HEIRS).of("rose", 2025)
    silent = of(tmp_path, TWO_HEIRS.partition(known)[0]).of("rose", 2025)
    assert stated is not None
    assert silent is not None
    assert VALUE_UNSTATED not in {one.code for one in stated.findings}
    (found,) = [one for one in silent.findings if one.code == VALUE_UNSTATED]
    assert (found.severity, found.where) == ("warning", "roses")
    assert "basis add balance --account roses --date 2025-12-31 --value …" in found.message


def test_a_year_of_the_heir_without_a_payment_tells_the_basis_too(tmp_path: Path) -> None:
    """Bob is paid nothing: no form of his has a line, and 3,000 is his all the same."""
    done = of(tmp_path, TWO_HEIRS)
    for year in (2024, 2025):
        bob = done.of("bob", year)
        assert bob is not None
        assert bob.f8606_inherited == ()
        assert bob.as_json()["inherited_iras"] == [
            {
                "decedent": "Ann Green",
                "basis_carried_forward": "3000.00",
                "roth_basis_carried_forward": "0.00",
            }
        ]


def test_an_heirs_form_that_was_due_is_asked_for_in_later_years(tmp_path: Path) -> None:
    rose = of(tmp_path, TWO_HEIRS).of("rose", 2025)
    assert rose is not None
    assert [(one.decedent, one.year, one.line_14) for one in rose.forms_due] == [
        ("Ann Green", 2024, D(5400))
    ]
    (found,) = [one for one in rose.findings if one.code == "form_8606_not_recorded"]
    command = 'basis record 8606 --taxpayer rose --decedent "Ann Green" --year 2024 --opens 2025'
    assert f"{command} --line14 5400.00" in found.message
    filed = OPENING.replace("2024-01-01", "2025-01-01").replace("6000", "5400")
    recorded = of(tmp_path, TWO_HEIRS + filed).of("rose", 2025)
    assert recorded is not None
    assert recorded.forms_due == ()
    # it is not one's own form that was filed
    assert recorded.f8606_inherited[0].form.amount("2") == D(5400)


def test_a_dividend_after_the_death_is_told_with_where_it_belongs(tmp_path: Path) -> None:
    later = '[[event]]\ndate = 2024-07-01\naccount = "anns"\nkind = "earnings"\namount = 31.20\n'
    refused = of(tmp_path, TWO_HEIRS + later).refused
    (fault,) = (one for one in refused if one.code == "after_death")
    assert "basis add earnings --account HEIRS --date 2024-07-01 --amount 31.20" in fault.remedy
