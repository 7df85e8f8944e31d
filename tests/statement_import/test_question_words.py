"""What a choice is said to mean is what it does where it is offered."""

from __future__ import annotations

from datetime import date

from cli.question_words import listed
from ledger.money import Money
from ledger.statement_import.questions.question import AskedAt
from ledger.statement_import.questions.rows import SourceNotSaid, TaxYearUnknown

AT = AskedAt("ira.csv", 3)


def test_a_rollover_into_a_roth_ira_is_a_kind_of_row_and_among_sources_it_is_a_source() -> None:
    deposit = TaxYearUnknown(
        at=AT,
        amount=Money(6_000_00),
        day=date(2025, 2, 10),
        years=("2025", "2024"),
        kinds=("rollover", "transfer"),
    )
    assert dict(listed(deposit, {}))["rollover"].startswith("put back or rolled over")
    among_sources = SourceNotSaid(at=AT, amount=Money(6_000_00))
    assert dict(listed(among_sources, {}))["rollover"].startswith("pre-tax money rolled in")
