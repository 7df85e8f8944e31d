"""Bank money of an IRA may be a contribution or a payment, and may be something else.

A Schwab "MoneyLink Transfer" or an E*TRADE "Transfer; ACH DEPOSIT" says that money moved, no more.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.events import Event, EventKind
from ledger.money import Money
from ledger.records import Record
from ledger.statement_import.draft import FileDraft
from tests.statement_import.desk import (
    asked,
    books,
    day,
    draft_all,
    draft_held,
    draft_one,
    joined,
    reading,
    row,
    say,
    statuses,
    told,
)

LINK = "MoneyLink Transfer"
CAME = row(40, "roth", "contribution", "7000.00", raw_type=LINK, question="deposit_unknown")
LEFT = row(40, "trad", "distribution", "-500.00", raw_type=LINK, question="payment_unknown")


def _came(answer: str, *more: object, **desk: object) -> FileDraft:
    return draft_one([CAME], say("tax_year_unknown", 2, answer), *more, **desk)  # type: ignore[arg-type]


def test_a_deposit_may_be_of_one_of_two_years_or_no_contribution() -> None:
    draft = draft_one([CAME])
    assert asked(draft) == [("tax_year_unknown", 2)]
    assert draft.questions[0].choices == (
        *("1999", "1998", "rollover", "transfer", "conversion", "recharacterization", "ignore"),
    )
    assert told(_came("1998")) == ["contribution roth 7000.00 for 1998"]
    assert statuses(_came("ignore")) == "info"
    traditional = replace(CAME, account="234567890")
    assert "conversion" not in draft_one([traditional]).questions[0].choices


def test_a_deposit_answered_as_a_rollover_is_asked_for_its_origin() -> None:
    assert told(_came("rollover")) == ["rollover_in roth 7000.00"]
    # 7,000.00 were paid out of the old Roth money 30 days before: the user says whether it is that
    paid = Event("before.csv:2", day(10), "roth", EventKind.DISTRIBUTION, Money.dollars(7000))
    draft = _came("rollover", before=books([paid]))
    assert asked(draft) == [("rollover_origin", 2)]
    said = _came("rollover", say("rollover_origin", 2, paid.name), before=books([paid]))
    assert told(said) == ["rollover_60day roth>roth 7000.00"]


def test_a_deposit_answered_as_a_transfer_or_conversion_is_asked_for_its_other_side() -> None:
    assert asked(_came("transfer")) == [("partner_unknown", 2)]
    from_outside = _came("transfer", say("partner_unknown", 2, "outside"))
    assert told(from_outside) == ["transfer_in roth 7000.00 from outside"]
    converted = _came("conversion", say("partner_unknown", 2, "trad"))
    assert told(converted) == ["transfer_in roth 7000.00 from trad"]
    assert joined(converted) == ["conversion trad>roth 7000.00"]


def test_a_conversion_by_way_of_a_bank_is_joined_with_the_other_file() -> None:
    out = row(38, "trad", "distribution", "-7000.00", raw_type=LINK, question="payment_unknown")
    files = [reading([out], file="trad.csv"), reading([CAME], file="roth.csv")]
    answers = [
        replace(say("partner_unknown", 2, "roth"), file="trad.csv"),
        replace(say("tax_year_unknown", 2, "conversion"), file="roth.csv"),
        replace(say("opening_needed", 2, "later"), file="trad.csv"),
    ]
    trad, roth = draft_all(files, answers)
    assert joined(trad, roth) == ["conversion trad>roth 7000.00"]
    assert trad.drafts[0].event.day == day(38)


def test_a_recharacterization_is_typed_with_its_figures() -> None:
    assert asked(_came("recharacterization")) == [("needs_more", 2)]


def test_a_deposit_late_in_the_year_is_said_and_may_be_answered_otherwise() -> None:
    late = replace(CAME, day=day(200))  # September 16
    draft = draft_one([late])
    assert (asked(draft), told(draft)) == ([], ["contribution roth 7000.00 for 1999"])
    assert "1 deposit from a bank after July 15 (line 2) taken for a contribution" in draft.notes[0]
    said = draft_one([late], say("tax_year_unknown", 2, "rollover"))
    assert told(said) == ["rollover_in roth 7000.00"]
    assert "what the 7,000.00 left that came into roth on 1999-09-16 is not known" in said.notes[0]


def test_payments_to_a_bank_are_asked_about_once_for_each_wording() -> None:
    monthly = [replace(LEFT, day=day(n)) for n in (40, 70, 100)]
    draft = draft_held(monthly)
    assert asked(draft) == [("partner_unknown", 2)]
    question = draft.questions[0]
    assert "3 payments, 1,500.00 in all, left trad for a bank" in question.problem
    assert (question.lines, question.proposal) == ((2, 3, 4), "distribution")
    for_all = replace(say("partner_unknown", 0, "distribution"), line=None, match=LINK)
    one_gift = draft_held(monthly, say("partner_unknown", 3, "qcd"), for_all)
    assert told(one_gift) == [
        "distribution trad 500.00",
        "distribution trad 500.00",
        "qcd trad 500.00",
    ]


@pytest.mark.parametrize(
    ("answer", "becomes", "questions"),
    [
        ("distribution", ["distribution trad 500.00"], []),
        ("qcd", ["qcd trad 500.00"], []),
        ("hsa_funding", ["hsa_funding trad 500.00"], []),
        ("old", ["transfer trad>old 500.00"], []),
        ("outside", ["transfer_out trad 500.00"], []),
        ("roth", [], [("possible_conversion", 2)]),
        ("return_of_contribution", [], [("needs_more", 2)]),
        ("ignore", [], []),
    ],
)
def test_a_payment_is_what_the_user_says(
    answer: str, becomes: list[str], questions: list[tuple[str, int]]
) -> None:
    draft = draft_held([LEFT], say("partner_unknown", 2, answer))
    assert (told(draft), asked(draft)) == (becomes, questions)


def test_a_leg_may_be_a_gift_a_rollover_or_a_contribution_taken_back() -> None:
    # an E*TRADE "Transfer" or a Schwab "Journal" says as little
    out, into = row(200, "trad", "transfer_out", "-40"), row(200, "trad", "transfer_in", "90")
    assert told(draft_held([out], say("partner_unknown", 2, "qcd"))) == ["qcd trad 40.00"]
    assert told(draft_one([into], say("partner_unknown", 2, "rollover"))) == [
        "rollover_in trad 90.00"
    ]
    back = draft_held([out], say("partner_unknown", 2, "return_of_contribution"))
    assert asked(back) == [("needs_more", 2)]


def test_tax_withheld_on_the_day_tells_that_it_was_a_distribution() -> None:
    tax: Record = row(40, "trad", "withholding", "-50.00")
    assert told(draft_held([LEFT, tax])) == ["distribution trad 550.00 withheld 50.00"]
