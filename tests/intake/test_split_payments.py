"""A plan pays 30,000: 24,000 to the traditional IRA and 6,000 to the Roth IRA.

Notice 2014-54 lets one payment be divided: the pre-tax dollars go to the traditional IRA, the
after-tax dollars to the Roth IRA. The plan's file shows one row, each IRA's file its own deposit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger.errors import LedgerErrors
from ledger.intake.draft import FileDraft
from ledger.money import Money
from ledger.records import Event, EventKind
from tests.intake.desk import (
    HELD,
    asked,
    books,
    day,
    draft_all_held,
    draft_held,
    opened,
    reading,
    row,
    say,
    statuses,
    told,
)

PAID = row(5, "acme", "distribution", "-30000.00", source="after_tax")
BOTH = ["distribution acme after_tax trad 24000.00 roth 6000.00"]
PARTS = {"parts": [{"to": "trad", "amount": "24000.00"}, {"to": "roth", "amount": "6000.00"}]}


def _three(when: int, roth: str = "6000.00", *, said: str = "") -> list[FileDraft]:
    files = [
        reading([PAID], file="plan.csv", plan=True),
        reading([row(when, "trad", "rollover_in", "24000.00")], file="trad.csv"),
        reading([row(when, "roth", "rollover_in", roth)], file="roth.csv"),
    ]
    answers = [replace(say("partner_unknown", 2, said), file="plan.csv")] if said else []
    return draft_all_held(files, answers)


def test_two_deposits_of_one_day_that_add_up_to_the_payment_are_its_parts() -> None:
    plan, trad, roth = _three(5)
    assert (asked(plan), told(plan)) == ([], BOTH)
    assert (told(trad), statuses(trad), told(roth), statuses(roth)) == ([], "info", [], "info")


def test_deposits_some_days_later_are_asked_about() -> None:
    plan = _three(9)[0]
    assert asked(plan) == [("partner_unknown", 2)]
    question = plan.questions[0]
    assert (
        "24,000.00 into trad on 1999-03-09 and 6,000.00 into roth on 1999-03-09 add up to it"
    ) in question.problem
    assert "split" in question.choices
    plan, trad, roth = _three(9, said="split")
    assert (told(plan), told(trad), told(roth)) == (BOTH, [], [])
    # not the same money: both came from elsewhere
    apart, trad, _ = _three(9, said="cash")
    assert told(apart) == ["distribution acme after_tax 30000.00"]


def test_deposits_that_do_not_add_up_are_not_proposed() -> None:
    assert "split" not in _three(5, "6000.01")[0].questions[0].choices


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
        ("trad=31000 roth=-1000", "the parts add up to"),
        ({"parts": [{"to": "trad"}]}, "each part has 'to' and 'amount'"),
        ({"parts": "trad"}, "each part has"),
        ("somewhere", "amount"),
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


def test_deposits_that_were_booked_alone_become_the_parts() -> None:
    lone = [
        Event(f"{account}.csv:2", day(5), account, EventKind.ROLLOVER_IN, Money.dollars(much),
              seq=number)
        for number, account, much in ((70, "trad", 24000), (71, "roth", 6000))
    ]  # fmt: skip
    held = [entry.event for entry in opened(*HELD).entries]
    draft = draft_held([PAID], before=books([*held, *lone]))
    assert (told(draft), sorted(draft.completes)) == (BOTH, [70, 71])
