"""Units printed as rounded whole numbers tell a price only within half a unit."""

from __future__ import annotations

import pytest

from ledger.chart import Source
from ledger.events import Event, EventKind
from ledger.money import ZERO
from ledger.records import Record
from tests.statement_import.desk import (
    asked,
    books,
    day,
    draft_one,
    gains,
    held,
    open_points,
    row,
    say,
)


def _paid(when: int, units: str, amount: str = "1000.00") -> Record:
    more = {"source": "after_tax", "units": units, "investment": "500 Index"}
    return row(when, "acme", "contribution", amount, **more)


def _converted(when: int, units: str, amount: str) -> list[Record]:
    return [
        row(
            when,
            "acme",
            kind,
            sign + amount,
            source=source,
            units=sign + units,
            investment="500 Index",
        )
        for kind, sign, source in (
            ("conversion_out", "-", "after_tax"),
            ("conversion_in", "", "in_plan_roth"),
        )
    ]


# 9.6 units three times are 28.8 (printed 29): all of it moved. 10.4 three times: 31.2 (31).
ALL = [_paid(1, "10"), _paid(32, "10"), _paid(60, "10")]


@pytest.mark.parametrize(
    ("units", "amount", "gain"), [("29", "3168.00", "168.00"), ("31", "3432.00", "432.00")]
)
def test_whether_all_left_is_asked_where_whole_units_cannot_tell(
    units: str, amount: str, gain: str
) -> None:
    rows = [*ALL, *_converted(90, units, amount)]
    assert asked(draft_one(rows)) == [("value_needed", 5)]
    draft = draft_one(rows, say("value_needed", 5, "all"))
    assert gains(draft) == [f"1999-05-29 earnings acme after_tax {gain}"]


def test_what_stayed_is_asked_where_whole_units_cannot_tell_its_price() -> None:
    rows = [_paid(1, "10"), _paid(32, "10"), *_converted(90, "3", "300.00")]
    assert asked(draft_one(rows)) == [("value_needed", 4)]
    draft = draft_one(rows, say("value_needed", 4, "2198.00"))
    assert gains(draft) == ["1999-05-29 earnings acme after_tax 198.00"]


def test_tenths_are_rounded_too() -> None:
    rows = [_paid(1, "10.4"), _paid(32, "9.6"), *_converted(90, "2.7", "300.00")]
    assert asked(draft_one(rows)) == [("value_needed", 4)]


@pytest.mark.parametrize("order", [1, -1])
def test_one_row_with_decimals_shows_that_zeros_were_left_out(order: int) -> None:
    paid = [_paid(1, "10"), _paid(32, "9.615", "1000.00")][::order]
    rows = [*paid, *_converted(90, "5", "550.00")]
    # 19.615 units at 110.00 are 2,157.65
    assert gains(draft_one(rows)) == ["1999-05-29 earnings acme after_tax 157.65"]


def test_a_fund_at_a_dollar_apiece_has_as_many_units_as_dollars() -> None:
    rows = [_paid(1, "1000"), _paid(32, "1000"), *_converted(90, "300", "300.00")]
    draft = draft_one(rows)
    assert (asked(draft), gains(draft)) == ([], [])


def test_units_short_by_less_than_a_cent_are_rounding() -> None:
    for units in ("40.000003", "39.999997"):
        draft = draft_one([_paid(5, "40.000000"), *_converted(9, units, "1003.09")])
        assert (asked(draft), open_points(draft)) == ([], [])
        assert gains(draft) == ["1999-03-09 earnings acme after_tax 3.09"]


OFF = [_paid(5, "10.005"), _paid(20, "10.005"), *_converted(35, "20.030", "2021.10")]


def test_units_a_little_off_ask_what_the_source_was_worth() -> None:
    assert asked(draft_one(OFF)) == [("value_needed", 4)]
    draft = draft_one(OFF, say("value_needed", 4, "all"))
    assert (gains(draft), open_points(draft)) == (["1999-04-04 earnings acme after_tax 21.10"], [])


@pytest.mark.parametrize("units", ["20.030", "19.990"])
def test_a_balance_of_nothing_of_that_day_settles_units_a_little_off(units: str) -> None:
    rows = [_paid(5, "10.005"), _paid(20, "10.005"), *_converted(35, units, "2021.10")]
    emptied = Event(
        "typed-1:1", day(35), "acme", EventKind.BALANCE, value=ZERO, sources=(Source.AFTER_TAX,)
    )
    draft = draft_one(rows, before=books([emptied]))
    assert (asked(draft), open_points(draft, before=books([emptied]))) == ([], [])
    assert held(draft, before=books([emptied]))["acme:after_tax"] == "0.00"


def test_more_than_a_few_units_too_many_are_still_money_from_before() -> None:
    draft = draft_one([_paid(5, "10.005"), *_converted(35, "10.100", "1100.00")])
    assert [code for code, _ in open_points(draft)] == ["opening_needed"]
