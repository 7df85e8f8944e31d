"""Roth IRA ordering: the example of the Form 5329 instructions, and layers in order."""

from __future__ import annotations

from datetime import date

from ledger.law.roth_ordering import (
    first_home_amount,
    recaptured,
    take_from_contributions,
    take_from_conversions,
)
from ledger.money import ZERO, Money
from ledger.records import RothLayer

D = Money.dollars
# Instructions for Form 5329 (2016), line 1, Example: 4,000 contributed; 20,000 converted in
# 2013 (15,000 of it taxed), 10,000 in 2014 (7,000 taxed); 33,000 paid out in 2016 at age 53
LAYERS = (RothLayer(2014, D(7000), D(3000)), RothLayer(2013, D(15000), D(5000)))


def test_the_example_of_the_form_5329_instructions() -> None:
    contributed, beyond = take_from_contributions(D(33000), D(4000))
    assert (contributed, beyond) == (D(4000), D(29000))
    taken, left, earnings = take_from_conversions(beyond, LAYERS)
    assert taken == (RothLayer(2013, D(15000), D(5000)), RothLayer(2014, D(7000), D(2000)))
    assert left == (RothLayer(2013, ZERO, ZERO), RothLayer(2014, ZERO, D(1000)))
    assert earnings == ZERO
    assert recaptured(taken, date(2016, 7, 9)) == D(22000)


def test_a_conversion_is_free_on_the_first_day_of_the_sixth_year() -> None:
    taken, _, _ = take_from_conversions(D(29000), LAYERS)
    assert recaptured(taken, date(2017, 12, 31)) == D(22000)
    assert recaptured(taken, date(2018, 1, 1)) == D(7000)
    assert recaptured(taken, date(2019, 1, 1)) == ZERO


def test_what_no_conversion_covers_are_earnings() -> None:
    _, _, earnings = take_from_conversions(D(31000), LAYERS)
    assert earnings == D(1000)


def test_the_first_home_amount_is_for_a_lifetime() -> None:
    lifetime = D(10000)
    for used, clock_met, wanted in (
        (ZERO, True, 10000),
        (D(4000), True, 6000),
        (D(10000), True, 0),
        (ZERO, False, 0),
    ):
        found = first_home_amount(
            D(12000), lifetime=lifetime, used_before=used, clock_met=clock_met
        )
        assert found == D(wanted)
