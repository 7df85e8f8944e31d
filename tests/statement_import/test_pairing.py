"""Two legs become one event; what is not certain is asked; what is booked is recognized."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.chart import AccountKind, Source
from ledger.events import Event, EventKind, Part
from ledger.money import Money
from tests.statement_import.desk import (
    CHART,
    asked,
    books,
    day,
    joined,
    reading,
    row,
    say,
    statuses,
    told,
)
from tests.statement_import.desk import (
    draft_all_held as draft_all,
)
from tests.statement_import.desk import (
    draft_held as draft_one,
)


def test_a_conversion_in_one_file_is_one_event() -> None:
    draft = draft_one(
        [
            row(5, "roth", "conversion_in", "7000", partner="234567890"),
            row(5, "trad", "conversion_out", "-7000", partner="234567891"),
        ]
    )
    assert told(draft) == [
        "conversion trad>roth 7000.00",
        "transfer_in roth 7000.00 from trad",
    ]  # each side books itself
    assert joined(draft) == ["conversion trad>roth 7000.00"]
    assert statuses(draft) == "new new"


def test_two_equal_conversions_of_one_day_are_two_events() -> None:
    legs = [row(5, "roth", "conversion_in", "50"), row(5, "trad", "conversion_out", "-50")]
    assert joined(draft_one(legs * 2)) == ["conversion trad>roth 50.00"] * 2


def test_the_legs_may_stand_in_two_files() -> None:
    drafts = draft_all(
        [
            reading([row(5, "roth", "conversion_in", "7000")], file="roth.csv"),
            reading([row(5, "trad", "conversion_out", "-7000")], file="trad.csv"),
        ]
    )
    assert [told(d) for d in drafts] == [
        ["transfer_in roth 7000.00"],
        ["conversion trad>in_transit 7000.00"],
    ]
    assert joined(*drafts) == ["conversion trad>roth 7000.00"]


def test_a_lone_leg_that_names_its_partner_needs_no_question() -> None:
    out = draft_one([row(5, "trad", "conversion_out", "-7000", partner="234567891")])
    into = draft_one([row(5, "roth", "conversion_in", "7000", partner="234567890")])
    assert joined(out) == joined(into) == ["conversion trad>roth 7000.00"]


def test_a_lone_leg_without_partner_is_asked_about() -> None:
    rows = [row(5, "trad", "conversion_out", "-7000")]
    assert asked(draft_one(rows)) == [("partner_unknown", 2)]
    answered = draft_one(rows, say("partner_unknown", 2, "roth"))
    assert told(answered) == ["conversion trad>roth 7000.00"]


def test_a_roth_ira_that_an_employer_pays_into_takes_a_conversion(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Roth SEP and Roth SIMPLE IRAs are Roth IRAs (IRC 408(k)(7), 408(p)(12))
    for kind in (AccountKind.ROTH_SEP_IRA, AccountKind.ROTH_SIMPLE_IRA):
        monkeypatch.setitem(CHART, "roth", replace(CHART["roth"], kind=kind))
        rows = [row(5, "roth", "transfer_in", "70"), row(5, "trad", "transfer_out", "-70")]
        assert asked(draft_one(rows)) == [("possible_conversion", 3)]
        out = [row(5, "trad", "conversion_out", "-70")]
        told_where = draft_one(out, say("partner_unknown", 2, "roth"))
        assert told(told_where) == ["conversion trad>roth 70.00"]


def test_the_second_side_of_a_booked_conversion_needs_no_question() -> None:
    booked = Event("before.csv:2", day(5), "trad", EventKind.CONVERSION, Money(700000), to="roth")
    before = books([booked])
    draft = draft_one([row(5, "roth", "conversion_in", "7000")], before=before)
    assert (told(draft), asked(draft)) == (["transfer_in roth 7000.00"], [])
    assert joined(draft, before=before) == ["conversion trad>roth 7000.00"]


@pytest.mark.parametrize("other", [row(16, "roth", "conversion_in", "7000"),
                                   row(5, "roth", "conversion_in", "7000.01"),
                                   row(5, "paulroth", "conversion_in", "7000")])  # fmt: skip
def test_another_day_amount_or_person_is_no_second_leg(other: object) -> None:
    booked = Event("before.csv:2", day(5), "trad", EventKind.CONVERSION, Money(700000), to="roth")
    draft = draft_one([other], before=books([booked]))  # type: ignore[list-item]
    assert asked(draft) == [("partner_unknown", 2)]


def test_a_transfer_between_own_traditional_iras_is_a_transfer() -> None:
    rows = [row(5, "old", "transfer_out", "-900"), row(5, "trad", "transfer_in", "900")]
    assert joined(draft_one(rows)) == ["transfer old>trad 900.00"]


def test_a_transfer_to_a_roth_ira_may_be_a_conversion() -> None:
    rows = [row(5, "trad", "transfer_out", "-900", partner="...891")]
    assert asked(draft_one(rows)) == [("possible_conversion", 2)]
    yes = draft_one(rows, say("possible_conversion", 2, "conversion"))
    assert told(yes) == ["conversion trad>roth 900.00"]
    no = draft_one(rows, say("possible_conversion", 2, "ignore"))
    assert (told(no), statuses(no)) == ([], "info")


def test_money_to_an_account_that_is_not_kept_is_a_transfer_out() -> None:
    rows = [row(5, "trad", "transfer_out", "-900")]
    answered = draft_one(rows, say("partner_unknown", 2, "outside"))
    assert told(answered) == ["transfer_out trad 900.00"]


def test_an_in_plan_conversion_takes_the_source_of_the_leg_that_leaves() -> None:
    draft = draft_one(
        [
            row(5, "acme", "conversion_in", "2015.25", source="in_plan_roth"),
            row(5, "acme", "conversion_out", "-2015.25", source="after_tax"),
        ]
    )
    assert told(draft) == ["in_plan_conversion acme after_tax 2015.25"]


@pytest.mark.parametrize(("came", "cent"), [("2015.24", "-0.01"), ("2015.26", "0.01")])
def test_a_cent_between_in_plan_legs_is_a_gain_or_loss_of_the_roth_money(
    came: str, cent: str
) -> None:
    draft = draft_one(
        [
            row(5, "acme", "conversion_out", "-2015.25", source="after_tax"),
            row(5, "acme", "conversion_in", came, source="in_plan_roth"),
        ],
        say("value_needed", 2, "later"),
    )
    assert told(draft) == [
        "in_plan_conversion acme after_tax 2015.25",
        f"earnings acme in_plan_roth {cent}",
    ]
    assert not asked(draft)


def test_in_plan_legs_two_cents_apart_are_no_pair() -> None:
    draft = draft_one(
        [
            row(5, "acme", "conversion_out", "-2015.25", source="after_tax"),
            row(5, "acme", "conversion_in", "2015.27", source="in_plan_roth"),
        ]
    )
    assert "earnings" not in " ".join(told(draft))


def test_in_plan_legs_by_fund_are_paired_by_their_sum() -> None:
    draft = draft_one(
        [
            row(5, "acme", "conversion_out", "-100", source="after_tax", investment="A"),
            row(5, "acme", "conversion_out", "-50", source="after_tax", investment="B"),
            row(5, "acme", "conversion_in", "150", source="in_plan_roth"),
        ]
    )
    assert told(draft) == [
        "in_plan_conversion acme after_tax 100.00",
        "in_plan_conversion acme after_tax 50.00",
    ]


def test_source_to_source_rows_without_sources_are_asked_about() -> None:
    rows = [
        row(5, "acme", "transfer_out", "-2008", question="possible_conversion"),
        row(5, "acme", "transfer_in", "2008", question="possible_conversion"),
    ]
    draft = draft_one(rows)
    assert (asked(draft), statuses(draft)) == ([("possible_conversion", 2)], "question question")
    answered = draft_one(rows, say("possible_conversion", 2, "after_tax"))
    assert told(answered) == ["in_plan_conversion acme after_tax 2008.00"]


def test_a_move_to_another_fund_names_both_funds() -> None:
    rows = [
        row(5, "acme", "transfer_out", "-50", question="possible_conversion", investment="Growth"),
        row(5, "acme", "transfer_in", "50", question="possible_conversion", investment="Bonds"),
    ]
    (question,) = draft_one(rows).questions
    assert "50.00 moved from Growth to Bonds: was it an in-plan" in question.problem


def test_tax_withheld_belongs_to_the_gross_distribution() -> None:
    draft = draft_one(
        [row(5, "trad", "withholding", "-20"), row(5, "trad", "distribution", "-180")]
    )
    assert told(draft) == ["distribution trad 200.00 withheld 20.00"]
    assert [len(made.keys) for made in draft.drafts] == [2]


def test_tax_of_a_state_is_not_federal_tax() -> None:
    federal = row(5, "trad", "withholding", "-20", raw_type="FED TAX W/H")
    of_state = row(5, "trad", "withholding", "-8", raw_type="STATE TAX W/H")
    draft = draft_one([federal, row(5, "trad", "distribution", "-172"), of_state])
    assert told(draft) == ["distribution trad 200.00 withheld 20.00 state 8.00"]
    alone = draft_one([of_state], say("partner_unknown", 2, "distribution"))
    assert told(alone) == ["distribution trad 8.00 state 8.00"]


def test_what_a_plan_paid_out_is_asked_for_its_destination() -> None:
    rows = [row(5, "acme", "distribution", "-4533.39", source="after_tax")]
    assert asked(draft_one(rows)) == [("partner_unknown", 2)]
    rolled = draft_one(rows, say("partner_unknown", 2, "roth"))
    assert told(rolled) == ["distribution acme after_tax roth 4533.39"]


def test_two_rows_of_one_payment_that_were_answered_otherwise_are_its_parts() -> None:
    rows = [
        row(5, "acme", "rollover_out", "-4000", source="after_tax"),
        row(5, "acme", "rollover_out", "-533.39", source="after_tax"),
    ]
    answers = [say("partner_unknown", 2, "roth"), say("partner_unknown", 3, "trad")]
    assert joined(draft_one(rows, *answers)) == [
        "distribution acme after_tax roth 4000.00 trad 533.39"
    ]


def _paid_out() -> Event:
    cents = Money(119000)
    return Event(
        "before.csv:9", day(1), "acme", EventKind.DISTRIBUTION, cents, (Source.PRE_TAX,), id="d1"
    )


def test_a_rollover_that_came_in_may_be_the_money_that_was_paid_out() -> None:
    rows = [row(50, "trad", "rollover_in", "1190")]
    before = books([_paid_out()])
    assert asked(draft_one(rows, before=before)) == [("rollover_origin", 2)]
    joined = draft_one(rows, say("rollover_origin", 2, "d1"), before=before)
    assert told(joined) == ["rollover_60day acme>trad 1190.00"]
    outside = draft_one(rows, say("rollover_origin", 2, "outside"), before=before)
    assert told(outside) == ["rollover_in trad 1190.00 from outside"]


def test_a_rollover_long_after_is_from_outside() -> None:
    draft = draft_one([row(62, "trad", "rollover_in", "1190")], before=books([_paid_out()]))
    assert told(draft) == ["rollover_in trad 1190.00"]


def test_the_receiving_leg_of_a_direct_rollover_is_not_booked_again() -> None:
    direct = Event(
        "before.csv:9",
        day(1),
        "acme",
        EventKind.DISTRIBUTION,
        sources=(Source.PRE_TAX,),
        parts=(Part("trad", Money(119000)),),
    )
    before = books([direct])
    draft = draft_one([row(4, "trad", "rollover_in", "1190")], before=before)
    assert (told(draft), asked(draft)) == (["rollover_in trad 1190.00"], [])
    assert joined(draft, before=before) == ["distribution acme pre_tax trad 1190.00"]


def test_a_fee_is_positive_and_a_rebate_is_earnings() -> None:
    rows = [
        row(5, "acme", "fee", "-12.50", source="pre_tax"),
        row(6, "acme", "fee", "1.75", source="pre_tax"),
    ]
    assert told(draft_one(rows)) == ["fee acme pre_tax 12.50", "earnings acme pre_tax 1.75"]


def test_an_early_deposit_asks_for_its_tax_year_and_a_late_one_does_not() -> None:
    rows = [row(5, "trad", "contribution", "7000"), row(200, "trad", "contribution", "500")]
    draft = draft_one(rows)
    assert (asked(draft), told(draft)) == (
        [("tax_year_unknown", 2)],
        [f"contribution trad 500.00 for {day(200).year}"],
    )
    last_year = str(day(5).year - 1)
    answered = draft_one(rows, say("tax_year_unknown", 2, last_year))
    assert told(answered)[0] == f"contribution trad 7000.00 for {last_year}"


def test_legs_of_two_days_or_two_persons_are_not_joined() -> None:
    out = row(5, "trad", "conversion_out", "-7000")
    for into in (
        row(16, "roth", "conversion_in", "7000"),
        row(5, "paulroth", "conversion_in", "7000"),
    ):
        draft = draft_one([out, into])
        assert (told(draft), asked(draft)[0]) == ([], ("partner_unknown", 2))


def test_one_booked_conversion_explains_one_leg_only() -> None:
    booked = Event("before.csv:2", day(5), "trad", EventKind.CONVERSION, Money(5000), to="roth")
    rows = [row(5, "roth", "conversion_in", "50")] * 2
    draft = draft_one(rows, before=books([booked]))
    assert (statuses(draft), asked(draft)) == ("question question", [("partner_unknown", 2)])
    assert draft.questions[0].lines == (2, 3)  # 100.00 came in two rows of one day
