"""What a choice is said to mean is what it does where it is offered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cli.question_words import listed
from ledger.money import Money
from ledger.statement_import.movements.parts import read_parts
from ledger.statement_import.questions.movements import PaidOut
from ledger.statement_import.questions.question import AskedAt
from ledger.statement_import.questions.rows import (
    SAYABLE,
    SourceNotSaid,
    TaxYearUnknown,
    TypeUnknown,
)

PAGE = Path(__file__).parents[2] / "docs" / "questions.md"
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


def test_the_page_of_questions_lists_the_kinds_of_rows_with_what_they_mean() -> None:
    told = PAGE.read_text().split("\n## `type_unknown`\n")[1].split("\n## ")[0]
    for kind in SAYABLE:
        assert f"- `{kind}`: {kind.spec.meaning}" in told.splitlines()


def test_who_answers_by_a_list_is_told_what_taken_back_is() -> None:
    asked = TypeUnknown(at=AT, amount=Money(5_00))
    meant = "taken_back: a payment or conversion that the plan took back: it was never made"
    assert asked.as_fault().remedy.endswith(f"info ({meant})")
    assert "taken_back" not in TypeUnknown(at=AT, amount=Money(5_00), comes_back=False).remedy


@pytest.mark.parametrize(
    ("offered", "sample"),
    [
        (("cash", "trad", "roth2", "in_transit"), "trad=21000.28 roth2=5250.08"),
        (("cash", "trad", "in_transit", "in_plan_conversion"), "trad=21000.28 cash=5250.08"),
        (("cash", "in_transit"), "cash=21000.28 in_transit=5250.08"),
    ],
)
def test_a_divided_payment_is_shown_with_the_accounts_that_are_offered_and_its_own_total(
    offered: tuple[str, ...], sample: str
) -> None:
    total = Money(26_250_36)
    paid = PaidOut(at=AT, offered=offered, total=total, here="acme")
    assert [form for form, _ in paid.forms] == [sample]
    assert len(read_parts(sample, offered, total)) == 2


def test_a_word_that_is_no_answer_to_a_payment_is_not_told_as_an_amount() -> None:
    with pytest.raises(ValueError, match="none of cash, trad, nor ACCOUNT=DOLLARS for each part"):
        read_parts("Enter", ["cash", "trad"], Money(5_00))
