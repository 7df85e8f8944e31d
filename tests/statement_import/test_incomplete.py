"""A row without an amount or without the figures that the law wants is asked about, not booked."""

from __future__ import annotations

import pytest

from ledger.errors import LedgerErrors
from ledger.events import Place, Way
from ledger.records import RowKind
from ledger.statement_import.draft import FileDraft
from ledger.statement_import.rows.incomplete import complete_rows, refuse_unsettled
from tests.statement_import.desk import (
    asked,
    day,
    draft_one,
    gains,
    held,
    opened,
    reading,
    row,
    say,
    statuses,
    told,
)

SHARES = row(3, "trad", "transfer_out", "0", units="-5.0", question="amount_unknown")


def test_shares_that_moved_without_a_value_are_asked_for_it() -> None:
    draft = draft_one([SHARES])
    assert asked(draft)[0] == ("amount_unknown", 2)
    assert "of -5.0 units" in draft.questions[0].problem
    assert draft.drafts == []


def test_the_value_answered_is_booked_the_way_the_row_goes() -> None:
    draft = draft_one(
        [SHARES],
        say("amount_unknown", 2, "1,250.00"),
        say("partner_unknown", 2, "outside"),
        before=opened("trad"),
    )
    assert told(draft) == ["transfer_out trad 1250.00"]
    assert draft.rows[0].amount.plain == "-1250.00"


def test_a_row_without_value_may_be_ignored() -> None:
    assert statuses(draft_one([SHARES], say("amount_unknown", 2, "ignore"))) == "info"


@pytest.mark.parametrize("answer", ["0.00", "-5", "much"])
def test_an_answer_that_is_no_value_is_refused(answer: str) -> None:
    with pytest.raises(LedgerErrors) as caught:
        draft_one([SHARES], say("amount_unknown", 2, answer))
    assert [fault.code for fault in caught.value.faults] == ["bad_answer"]


def test_a_type_the_user_names_still_needs_its_amount() -> None:
    mystery = row(3, "trad", "unknown", "0", question="type_unknown", raw_type="MYSTERY")
    draft = draft_one([mystery], say("type_unknown", 2, "contribution"))
    assert asked(draft) == [("amount_unknown", 2)]


def test_a_recharacterization_names_the_command_with_the_figures_of_the_row() -> None:
    moved = row(9, "roth", "recharacterization", "-1072.73", partner="234567890", tax_year=1998)
    question = draft_one([moved]).questions[0]
    assert question.code == "needs_more"
    assert (
        f"basis add recharacterization --account roth --date {day(9)} --to trad --year 1998 "
        "--amount CONTRIBUTION --earnings NET_INCOME (together they make 1072.73)"
    ) in question.remedy
    assert '"answer": "typed"' in question.remedy


def test_a_recharacterization_typed_by_hand_lets_the_other_rows_in() -> None:
    draft = draft_one(
        [
            row(9, "roth", "recharacterization", "-1072.73", partner="234567890"),
            row(10, "roth", "earnings", "3.00"),
        ],
        say("needs_more", 2, "typed"),
    )
    assert told(draft) == ["earnings roth 3.00"]
    assert statuses(draft) == "info new"


@pytest.mark.parametrize(
    ("kind", "figures"),
    [
        ("return_of_contribution", "--year YEAR --amount CONTRIBUTION --earnings NET_INCOME"),
        ("rollover_60day", "--to ACCOUNT --amount 50.00 --of DISTRIBUTION"),
        ("divorce_transfer", "--to ACCOUNT --amount 50.00 --basis BASIS"),
        ("conversion", "--to ACCOUNT --amount 50.00"),
    ],
)
def test_every_kind_that_takes_more_names_what_it_takes(kind: str, figures: str) -> None:
    question = draft_one([row(2, "trad", kind, "-50.00")]).questions[0]
    assert f"basis add {kind} --account trad --date {day(2)} {figures}" in question.remedy


OF_EVENTS = [kind for kind in RowKind if kind.spec.event is not None]
MORE = [kind for kind in OF_EVENTS if kind.spec.event and kind.spec.event.takes_more_than_a_row]


def test_what_one_row_cannot_hold_is_what_the_law_asks_more_of() -> None:
    assert set(MORE) == {
        *("recharacterization", "return_of_contribution", "rollover_60day", "repayment"),
        *("excess_deferral_return", "corrective_distribution", "adp_recharacterization"),
        *("divorce_transfer", "inheritance", "spouse_election", "conversion", "transfer"),
    }


@pytest.mark.parametrize("kind", MORE)
def test_what_one_row_cannot_hold_is_asked_with_a_command_of_its_own_fields(kind: RowKind) -> None:
    spec = kind.spec.event
    assert spec is not None
    account, source = ("acme", "after_tax") if spec.place is Place.PLAN else ("trad", "")
    (question,) = draft_one([row(2, account, kind, "-50.00", source=source)]).questions
    assert question.code == "needs_more"
    assert f"basis add {kind} --account {account} " in question.remedy
    figures = {"to": "--to", "of": "--of", "basis": "--basis", "earnings": "--earnings"}
    for name, option in figures.items():
        wanted = name in spec.fields and (name != "to" or spec.needs_to)
        assert (f"{option} " in question.remedy) is wanted, option


@pytest.mark.parametrize("kind", [kind for kind in OF_EVENTS if kind.spec.is_alone])
def test_what_one_row_tells_whole_is_booked_wherever_its_kind_may_stand(kind: RowKind) -> None:
    spec = kind.spec.event
    assert spec is not None
    account, source = ("acme", "after_tax") if spec.place is Place.PLAN else ("trad", "")
    account = "roth" if kind is RowKind.ROLLOVER_529 else account
    amount = "50.00" if spec.way is Way.IN else "-50.00"
    shown = row(9, account, kind, amount, source=source, tax_year=1999)
    draft = draft_one([shown], before=opened(f"{account}:{source}" if source else account))
    assert [text.split()[0] for text in told(draft)] == [kind.value]


def test_every_kind_of_row_is_a_leg_a_balance_whole_or_more_than_a_row() -> None:
    """No row of a kind that a file or a map may name is one that nothing settles."""
    for kind in RowKind:
        event = kind.spec.event
        more = event is not None and event.takes_more_than_a_row
        stated = event is not None and event.is_stated
        assert [event is None, stated, kind.spec.is_alone, more].count(True) == 1, kind


def test_rows_that_are_settled_are_left_alone() -> None:
    draft = draft_one([SHARES], say("amount_unknown", 2, "ignore"))
    complete_rows(draft, None, [draft])  # type: ignore[arg-type] - nobody is asked anything
    assert draft.questions == []


def test_a_fault_of_an_event_is_told_once() -> None:
    story = [
        row(1, "acme", "qcd", "-50", source="pre_tax"),  # a plan pays none
        row(5, "acme", "distribution", "-10", source="after_tax"),
    ]
    with pytest.raises(LedgerErrors) as caught:
        draft_one(story, say("partner_unknown", 3, "cash"))
    assert [fault.where for fault in caught.value.faults] == ["a.csv:2"]


def test_a_conversion_above_the_book_value_of_an_ira_asks_what_it_was_worth() -> None:
    story = [
        row(1, "trad", "contribution", "7000", tax_year=1999),
        row(5, "trad", "conversion_out", "-7100.55", partner="234567891"),
    ]
    draft = draft_one(story)
    assert asked(draft) == [("value_needed", 3)]
    assert "7,100.55 left trad, which holds 7,000.00 in the books" in draft.questions[0].problem
    whole = draft_one(story, say("value_needed", 3, "all"))
    assert told(whole) == ["conversion trad>roth 7100.55", "contribution trad 7000.00 for 1999"]
    assert gains(whole) == ["1999-03-05 earnings trad 100.55"]
    part = draft_one(story, say("value_needed", 3, "7,200.00"))
    assert gains(part) == ["1999-03-05 earnings trad 200.00"]
    assert held(part) == {"roth": "7100.55", "trad": "99.45"}


def test_a_conversion_within_the_book_value_asks_nothing() -> None:
    story = [
        row(1, "trad", "contribution", "7000", tax_year=1999),
        row(5, "trad", "conversion_out", "-6999.99", partner="234567891"),
    ]
    draft = draft_one(story)
    assert asked(draft) == []
    assert "earnings" not in " ".join(told(draft))


def test_a_row_that_nothing_books_stops_the_file() -> None:
    draft = FileDraft(reading([row(1, "trad", "earnings", "5")]))
    draft.change(draft.rows[0], account="trad")
    with pytest.raises(LedgerErrors, match=r"a\.csv:2: nothing books this row of trad"):
        refuse_unsettled(draft)
