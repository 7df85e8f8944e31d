"""A plan pays 30,000: 24,000 to the traditional IRA and 6,000 to the Roth IRA.

Notice 2014-54 lets one payment be divided: the pre-tax dollars go to the traditional IRA, the
after-tax dollars to the Roth IRA. The plan's file shows one row, each IRA's file its own deposit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger.errors import LedgerErrors
from ledger.events import Event, EventKind
from ledger.money import Money
from ledger.statement_import.draft import FileDraft
from tests.statement_import.desk import (
    HELD,
    asked,
    books,
    day,
    draft_all_held,
    draft_held,
    joined,
    opened,
    reading,
    row,
    say,
    told,
)

PAID = row(5, "acme", "distribution", "-30000.00", source="after_tax")
BOTH = ["distribution acme after_tax trad 24000.00 roth 6000.00"]
DIVIDED = ["distribution acme after_tax roth 6000.00 trad 24000.00"]
LATER = say("value_needed", 2, "later")  # what all of it was worth
PARTS = {"parts": [{"to": "trad", "amount": "24000.00"}, {"to": "roth", "amount": "6000.00"}]}


def _three(when: int, roth: str = "6000.00", *, said: str = "") -> list[FileDraft]:
    files = [
        reading([PAID], file="plan.csv", plan=True),
        reading([row(when, "trad", "rollover_in", "24000.00")], file="trad.csv"),
        reading([row(when, "roth", "rollover_in", roth)], file="roth.csv"),
    ]
    answers = [replace(say("partner_unknown", 2, said), file="plan.csv")] if said else []
    return draft_all_held(files, [*answers, replace(LATER, file="plan.csv")])


@pytest.mark.parametrize("when", [5, 9])
def test_two_deposits_that_add_up_to_the_payment_are_its_parts(when: int) -> None:
    plan, trad, roth = _three(when)
    assert [asked(draft) for draft in (plan, trad, roth)] == [[], [], []]
    assert joined(plan, trad, roth) == DIVIDED


def test_deposits_that_are_other_money_are_apart_by_the_answer() -> None:
    plan, trad, _ = _three(9, said="cash")
    assert told(plan) == ["distribution acme after_tax 30000.00"]
    assert told(trad) == ["rollover_in trad 24000.00"]


def test_deposits_that_do_not_add_up_are_no_parts() -> None:
    plan = _three(5, "6000.01")[0]
    assert asked(plan) == [("partner_unknown", 2)]


@pytest.mark.parametrize("answer", [PARTS, "trad=24000 roth=6000", "trad=24,000.00, roth=6000"])
def test_the_parts_may_be_told(answer: Any) -> None:
    draft = draft_held([PAID], say("partner_unknown", 2, answer))
    assert told(draft) == BOTH
    cash = draft_held([PAID], say("partner_unknown", 2, "roth=29000 cash=1000"))
    assert told(cash) == ["distribution acme after_tax roth 29000.00 cash 1000.00"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("trad=24000 roth=5000", "the parts add up to 29,000.00, not to 30,000.00"),
        ("trad=24000 paulroth=6000", "'paulroth' is none of"),
        ("trad=31000 roth=-1000", "the part of roth is -1,000.00, not above zero"),
        ({"parts": [{"to": "trad"}]}, "each part has 'to' and 'amount'"),
        ({"parts": "trad"}, "each part has"),
        ("somewhere", "that is none of cash, trad, roth"),
    ],
)
def test_parts_that_cannot_be_are_refused(answer: Any, why: str) -> None:
    with pytest.raises(LedgerErrors, match="does not answer 'partner_unknown'") as caught:
        draft_held([PAID], say("partner_unknown", 2, answer))
    assert why in str(caught.value)


def test_an_election_of_pretax_dollars_may_be_told() -> None:
    parts = [{"to": "trad", "amount": "24000", "pretax": "23000"}, PARTS["parts"][1]]
    draft = draft_held([PAID], say("partner_unknown", 2, {"parts": parts}))
    assert [part.pretax for part in draft.drafts[0].event.parts] == [Money.dollars(23000), None]


def test_deposits_that_came_first_are_the_parts() -> None:
    lone = [
        Event(f"{account}.csv:2", day(5), account, EventKind.ROLLOVER_IN, Money.dollars(much),
              seq=number)
        for number, account, much in ((70, "trad", 24000), (71, "roth", 6000))
    ]  # fmt: skip
    held = [entry.event for entry in opened(*HELD).entries]
    before = books([*held, *lone])
    draft = draft_held([PAID], LATER, before=before)
    assert (asked(draft), joined(draft, before=before)) == ([], DIVIDED)


def test_a_payment_in_rows_by_fund_is_asked_about_once_and_divided_as_a_whole() -> None:
    # 3,600.00 and 234.58 of the 3,834.58 that two funds paid
    rows = [row(5, "acme", "distribution", f"-{much}", source="after_tax", investment=fund)
            for much, fund in (("2000.00", "Stock"), ("1834.58", "Bond"))]  # fmt: skip
    (question,) = draft_held(rows).questions
    assert question.lines == (2, 3)
    assert question.problem.startswith("3,834.58 in 2 rows, lines 2, 3, left acme")
    said = draft_held(rows, say("partner_unknown", 3, "trad=3600 roth=234.58"))
    assert told(said) == [
        "distribution acme after_tax trad 2000.00",
        "distribution acme after_tax trad 1600.00 roth 234.58",
    ]
    assert joined(said) == ["distribution acme after_tax trad 3600.00 roth 234.58"]
