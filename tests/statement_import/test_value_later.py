"""A value that is to be said later is an open point of the books, never book value in silence."""

from __future__ import annotations

from tests.statement_import.desk import asked, draft_one, open_points, row, say


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
