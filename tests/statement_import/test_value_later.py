"""A value that is to be said later is an open point of the books, never book value in silence."""

from __future__ import annotations

import pytest

from ledger.chart import Source
from ledger.events import Event, EventKind
from ledger.money import Money
from ledger.records import Record
from tests.statement_import.desk import (
    asked,
    books,
    day,
    draft_all,
    draft_one,
    gains,
    open_points,
    reading,
    row,
    say,
    worked,
)


def test_a_hidden_conversion_whose_value_comes_later_is_open_until_then() -> None:
    rows = [
        row(1, "acme", "contribution", "2000", source="after_tax"),
        row(9, "acme", "info", "0.00", raw_type="Transfer", question="possible_conversion"),
    ]
    said = say("possible_conversion", 3, "500.00 after_tax")
    assert asked(draft_one(rows, said)) == [("value_needed", 3)]
    later = draft_one(rows, said, say("value_needed", 3, "later"))
    assert (asked(later), open_points(later)) == ([], [("value_needed", "a.csv:3")])
    told = draft_one(rows, said, say("value_needed", 3, "2100.00"))
    assert (asked(told), open_points(told)) == ([], [])


def _out(when: int, amount: str, kind: str = "conversion") -> list[Record]:
    return [
        row(when, "acme", f"{kind}_out", f"-{amount}", source="after_tax"),
        row(when, "acme", f"{kind}_in", amount, source="in_plan_roth"),
    ]


PAID = row(1, "acme", "contribution", "2000", source="after_tax")


def test_a_part_without_units_is_asked_about_and_never_taken_at_book() -> None:
    draft = draft_one([PAID, *_out(9, "500.00")])
    assert asked(draft) == [("value_needed", 3)]
    later = draft_one([PAID, *_out(9, "500.00")], say("value_needed", 3, "later"))
    assert open_points(later) == [("value_needed", "a.csv:3")]
    told = draft_one([PAID, *_out(9, "500.00")], say("value_needed", 3, "2100.00"))
    assert (open_points(told), gains(told)) == ([], ["1999-03-09 earnings acme after_tax 100.00"])


@pytest.mark.parametrize("importer", ["plain", "fidelity_history"])
def test_who_wrote_a_file_down_makes_no_difference(importer: str) -> None:
    other = row(5, "acme", "contribution", "1000", source="pre_tax")
    for rows in ([PAID, *_out(9, "500.00")], [PAID, other, *_out(9, "500.00")]):
        (draft,) = draft_all([reading(rows, importer=importer)])
        assert [code for code, _ in asked(draft)] == ["value_needed"]


def test_money_that_no_market_has_had_and_all_that_was_put_in_go_at_book() -> None:
    assert asked(draft_one([PAID, *_out(1, "500.00")])) == []
    assert asked(draft_one([PAID, *_out(9, "2000.00")])) == []


def test_a_balance_of_the_day_says_what_a_part_left() -> None:
    before = books(
        [Event("typed-1:1", day(9), "acme", EventKind.BALANCE, value=Money.dollars(1600),
               sources=(Source.AFTER_TAX,))], importer="",
    )  # fmt: skip
    draft = draft_one([PAID, *_out(9, "500.00")], before=before)
    assert (asked(draft), open_points(draft, before=before)) == ([], [])
    assert worked(draft, before=before).story.conversions[0].taxable.plain == "23.81"


def test_a_distribution_of_a_part_waits_like_a_conversion() -> None:
    rows = [PAID, row(9, "acme", "distribution", "-500.00", source="after_tax")]
    draft = draft_one(rows, say("partner_unknown", 3, "cash"))
    assert asked(draft) == [("value_needed", 3)]
    pre_tax = [
        row(1, "acme", "contribution", "2000", source="pre_tax"),
        row(9, "acme", "distribution", "-500.00", source="pre_tax"),
    ]
    assert asked(draft_one(pre_tax, say("partner_unknown", 3, "cash"))) == []
