"""Rules of employer plans: pro rata, pre-1987 money, in-plan conversions, who gets pretax money."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.errors import LedgerError
from ledger.law.in_plan_roth import (
    allocable_within_five_years,
    investment_in_roth_account,
    recaptured,
    taxable_amount,
)
from ledger.law.plan_pro_rata import (
    nontaxable_part,
    pre_1987_first,
    whole_account_rolled_over,
)
from ledger.law.rollover_split import (
    Disbursed,
    Route,
    assign_pretax,
    check_paid_election,
    is_election_open,
)
from ledger.money import ZERO, Money
from ledger.records import RothLayer

D = Money.dollars
IRA, ROTH, CASH = "ira", "roth", "cash"


@pytest.mark.parametrize(
    ("amount", "value", "basis", "free"),
    [
        (11000, 33000, 30000, 10000),  # the sub-account as its own contract
        (11000, 300000, 30000, 1100),  # the same payment where the plan keeps nothing apart
        (9000, 9000, 10000, 9000),  # after a loss: ratio never above one
        (4500, 9000, 10000, 4500),
        (1000, 0, 1000, 0),
        (1000, 5000, 0, 0),
    ],
)
def test_every_payment_carries_its_share_of_basis(
    amount: int, value: int, basis: int, free: int
) -> None:
    assert nontaxable_part(D(amount), D(value), D(basis)) == D(free)


def test_pre_1987_money_comes_first_until_it_is_gone() -> None:
    assert pre_1987_first(D(3000), D(5000)) == D(3000)
    assert pre_1987_first(D(8000), D(5000)) == D(5000)
    assert pre_1987_first(D(8000), ZERO) == ZERO


def test_a_whole_roth_account_takes_all_its_investment_along() -> None:
    assert whole_account_rolled_over(D(8000), D(8000), D(10000)) == D(10000)
    assert whole_account_rolled_over(D(4000), D(8000), D(10000)) == D(4000)
    assert whole_account_rolled_over(D(4000), D(8000), D(6000)) == D(3000)


def test_an_in_plan_conversion_taxes_the_gain_and_makes_all_of_it_basis() -> None:
    assert taxable_amount(D(20000), D(19000)) == D(1000)
    assert investment_in_roth_account(D(20000)) == D(20000)


def test_in_plan_recapture_ends_with_the_fifth_year() -> None:
    taken = [RothLayer(2020, D(300), D(700)), RothLayer(2022, D(1000), D(7000))]
    assert allocable_within_five_years(taken, date(2024, 12, 31)) == D(9000)
    assert recaptured(taken, date(2024, 12, 31)) == D(1300)
    assert allocable_within_five_years(taken, date(2025, 1, 1)) == D(8000)
    assert recaptured(taken, date(2027, 1, 1)) == ZERO


def split(pretax: int, *items: Disbursed) -> list[int]:
    assigned = assign_pretax(D(pretax), items, where="plan.csv:3")
    return [item.pretax.cents // 100 for item in assigned]


def direct(to: str, amount: int, elected: int | None = None) -> Disbursed:
    choice = None if elected is None else D(elected)
    return Disbursed(to, D(amount), Route.DIRECT, to == ROTH, choice)


def sixty(to: str, amount: int) -> Disbursed:
    return Disbursed(to, D(amount), Route.SIXTY_DAY, to == ROTH)


def paid(amount: int) -> Disbursed:
    return Disbursed(CASH, D(amount), Route.PAID)


def test_notice_2014_54_section_iv() -> None:
    """Employee A: 250,000 of which 50,000 after-tax; 100,000 paid out carries 80,000 pretax."""
    assert split(80000, direct(IRA, 70000), paid(30000)) == [70000, 10000]
    assert split(80000, direct(IRA, 50000), sixty(IRA, 40000), paid(10000)) == [50000, 30000, 0]
    assert split(80000, direct(IRA, 82000), paid(18000)) == [80000, 0]
    assert split(80000, direct(IRA, 80000), direct(ROTH, 20000)) == [80000, 0]


def test_a_roth_ira_comes_last_among_the_same_kind_of_rollover() -> None:
    assert split(80000, direct(ROTH, 60000), direct(IRA, 40000)) == [40000, 40000]
    assert split(50000, sixty(ROTH, 60000), sixty(IRA, 40000)) == [10000, 40000]


def test_an_election_is_followed_and_a_wrong_one_refused() -> None:
    assert split(80000, direct(IRA, 60000, 50000), direct(ROTH, 40000, 30000)) == [50000, 30000]
    assert split(80000, direct(IRA, 60000, 50000), direct(ROTH, 40000)) == [50000, 30000]
    for wrong in (
        (direct(IRA, 60000, 61000), direct(ROTH, 40000)),
        (direct(IRA, 60000, 10000), direct(ROTH, 40000)),  # 40,000 cannot take 70,000
        (direct(IRA, 60000, 60000), direct(ROTH, 40000, 30000)),
    ):
        with pytest.raises(LedgerError) as refused:
            split(80000, *wrong)
        assert refused.value.code == "bad_election"


def test_cash_gets_what_is_left_whatever_is_written_beside_it() -> None:
    assigned = assign_pretax(D(80000), (direct(IRA, 70000), paid(30000)), where="plan.csv:3")
    check_paid_election(D(10000), assigned, where="plan.csv:3")
    with pytest.raises(LedgerError, match="10,000"):
        check_paid_election(ZERO, assigned, where="plan.csv:3")


def test_an_election_is_open_only_where_there_was_a_choice() -> None:
    both = (direct(IRA, 60000), direct(ROTH, 40000))
    assert is_election_open(D(80000), both)
    assert not is_election_open(D(100000), both)  # all of it is pretax
    assert not is_election_open(D(80000), (direct(IRA, 60000, 60000), direct(ROTH, 40000)))
    assert not is_election_open(D(80000), (direct(IRA, 100000),))
