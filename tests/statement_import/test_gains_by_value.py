"""A fee that all sources share by value: whose units it sold no row says, so a value is asked."""

from __future__ import annotations

from ledger.statement_import.sources.allocation import parse_spec
from ledger.statement_import.stages import ImportOptions
from tests.statement_import.desk import asked, draft_one, row


def test_units_of_a_shared_fee_leave_the_worth_of_a_part_to_be_asked() -> None:
    """Twenty units in two sources, one sold for a fee: of nine or ten left four are converted."""
    fund = {"investment": "Fund"}
    rows = [
        row(1, "acme", "contribution", "1000", source="after_tax", units="10.000", **fund),
        row(1, "acme", "contribution", "1000", source="match", units="10.000", **fund),
        row(5, "acme", "fee", "-110", units="-1.000", **fund),
        row(9, "acme", "conversion_out", "-480.00", source="after_tax", units="-4.000", **fund),
        row(9, "acme", "conversion_in", "480.00", source="in_plan_roth", units="4.000", **fund),
    ]
    options = ImportOptions(allocations=[parse_spec("rule:fee=by_value")])
    assert asked(draft_one(rows, options=options)) == [("value_needed", 5)]
    # without the fee its units tell: six stay at 120.00 each
    assert asked(draft_one([rows[0], rows[1], *rows[3:]])) == []
