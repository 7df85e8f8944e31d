"""No import books more out of a pool than ever came in: it is asked for what is missing.

The stories are statements that start in the middle of an account's life. What each pool holds is
worked out by hand beside the story.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.errors import LedgerErrors
from ledger.money import Money
from ledger.records import Event, EventKind, Part, Record
from tests.intake.desk import (
    asked,
    books,
    day,
    draft_all,
    draft_one,
    opened,
    reading,
    row,
    say,
    statuses,
    told,
)

PAID = row(5, "acme", "distribution", "-1190.00", source="pre_tax")
CASH = say("partner_unknown", 2, "cash")
NEEDED = ("opening_needed", 2)


def test_a_plan_file_that_starts_with_a_payment_needs_what_was_there_before() -> None:
    draft = draft_one([PAID], CASH)
    assert asked(draft) == [NEEDED]
    question = draft.questions[0]
    assert question.problem == (
        "1,190.00 left acme:pre_tax by 1999-03-05, and the books hold 0.00 of it: it held money "
        "before its statements start"
    )
    assert question.remedy.startswith(
        "import the earlier statements of acme first; or say what it held: basis add opening "
        "--account acme --source pre_tax --date 1999-03-04 --value VALUE"
    )
    assert (told(draft), statuses(draft)) == ([], "question")
    said = draft_one([PAID], CASH, say("opening_needed", 2, "4000.00"))
    assert told(said) == [
        "opening acme pre_tax 4000.00 basis 0.00",
        "distribution acme pre_tax 1190.00",
    ]
    assert said.drafts[0].event.day == day(4)
    assert [stored.entry.event.kind.value for stored in said.entries] == ["opening", "distribution"]


@pytest.mark.parametrize(
    "left",
    [
        row(5, "acme", "fee", "-1190.00", source="pre_tax"),
        row(5, "acme", "loan", "-1190.00", source="pre_tax"),
        row(5, "acme", "earnings", "-1190.00", source="pre_tax"),
        row(5, "acme", "contribution", "-1190.00", source="pre_tax"),
    ],
    ids=lambda record: record.kind.value,
)
def test_whatever_takes_a_source_below_zero_is_asked_about(left: Record) -> None:
    assert asked(draft_one([left])) == [NEEDED]
    # a dividend is no money put in: 10.00 of it shows that more was there before
    gained = row(1, "acme", "earnings", "10.00", source="pre_tax")
    assert asked(draft_one([gained, left])) == [("opening_needed", 3)]
    both = draft_one([gained, left], say("opening_needed", 3, "1180.00"))
    assert (asked(both), len(told(both))) == ([], 3)  # 1,180.00 + 10.00 − 1,190.00 is nothing


def test_a_row_typed_in_a_plain_file_is_asked_about_alike() -> None:
    event = Event(
        "a.csv:2", day(5), "acme", EventKind.IN_PLAN_CONVERSION, Money.dollars(900),
        sources=(PAID.source,) if PAID.source else (),
    )  # fmt: skip
    typed = reading([PAID], importer="plain", events=(event,))
    draft = draft_all([typed])[0]
    assert (asked(draft), told(draft)) == ([NEEDED], [])


def test_a_typed_row_may_take_back_what_another_file_brings_later() -> None:
    # "(1,234.56)" in a plain CSV: a contribution taken back, and the one it takes back to come
    event = Event(
        "a.csv:2", day(5), "acme", EventKind.CONTRIBUTION, -Money.dollars(900),
        sources=(PAID.source,) if PAID.source else (),
    )  # fmt: skip
    typed = reading([PAID], importer="plain", events=(event,))
    (question,) = draft_all([typed])[0].questions
    assert (question.proposal, question.safe) == ("later", True)
    draft = draft_all([typed], [say("opening_needed", 2, "later")])[0]
    assert told(draft) == ["contribution acme pre_tax -900.00"]
    assert any("basis add opening --account acme --source pre_tax" in n for n in draft.notes)


def test_money_of_the_day_comes_in_before_it_goes_out() -> None:
    paid_in = row(5, "acme", "contribution", "1190.00", source="pre_tax")
    assert asked(draft_one([PAID, paid_in], CASH)) == []
    assert asked(draft_one([PAID, replace(paid_in, day=day(6))], CASH)) == [NEEDED]


def test_an_earlier_file_brings_the_money_in_whatever_place_it_is_named() -> None:
    earlier = [row(4, "acme", "contribution", "1200.00", source="pre_tax")]
    # the first file starts earlier, with a row of another source, and only then pays out
    first = [row(1, "acme", "contribution", "5.00", source="match"), PAID]
    files = [reading(first, file="b.csv"), reading(earlier, file="a.csv")]
    said = [replace(say("partner_unknown", 3, "cash"), file="b.csv")]
    for order in (files, files[::-1]):
        assert [asked(draft) for draft in draft_all(order, said)] == [[], []]
    # alone, the later file asks; after the earlier one was imported it does not
    later = reading([PAID], file="b.csv")
    paid = [replace(CASH, file="b.csv")]
    assert asked(draft_all([later], paid)[0]) == [NEEDED]
    stored = tuple(one.entry.event for one in draft_all([files[1]])[0].entries)
    assert asked(draft_all([later], paid, before=books(stored))[0]) == []


def test_a_source_is_asked_about_once_however_many_rows_take_from_it() -> None:
    fees = [row(n, "acme", "fee", "-2.00", source="match") for n in (1, 2, 3)]
    assert asked(draft_one(fees)) == [NEEDED]
    # 2.00 are there on the first day; on the second nothing is left, and no fee came in
    low = draft_one(fees, say("opening_needed", 2, "2.00"))
    assert asked(low) == [("value_needed", 3)]
    assert asked(draft_one(fees, say("opening_needed", 2, "6.00"))) == []


def test_an_opening_that_does_not_cover_what_was_taken_back_is_refused() -> None:
    back = row(5, "acme", "contribution", "-1190.00", source="pre_tax")
    with pytest.raises(LedgerErrors, match=r"190\.00 more of acme:pre_tax left by 1999-03-05"):
        draft_one([back], say("opening_needed", 2, "1000.00"))


def test_where_money_was_put_in_the_question_is_what_it_was_worth() -> None:
    rows = [
        row(1, "acme", "contribution", "1000.00", source="pre_tax"),
        row(5, "acme", "loan", "-1190.00", source="pre_tax"),
    ]
    draft = draft_one(rows)
    assert asked(draft) == [("value_needed", 3)]
    assert "If all of it moved, a gain of 190.00 is booked" in draft.questions[0].problem
    # worth 3,000.00 before the loan: 2,000.00 had been gained
    assert told(draft_one(rows, say("value_needed", 3, "3000.00")))[1:] == [
        "earnings acme pre_tax 2000.00",
        "loan acme pre_tax 1190.00",
    ]


def test_what_left_all_sources_together_is_divided_by_what_they_hold() -> None:
    whole = row(5, "acme", "distribution", "-1000.00")
    said = say("allocation_needed", 2, "all"), CASH
    assert asked(draft_one([whole], *said)) == [NEEDED]
    answer = {"pre_tax": "800.00", "roth": {"value": "200.00", "basis": "150.00"},
              "date": "1998-12-31"}  # fmt: skip
    draft = draft_one([whole], *said, say("opening_needed", 2, answer))
    assert told(draft) == [
        "opening acme pre_tax 800.00 basis 0.00",
        "opening acme roth 200.00 basis 150.00",
        "distribution acme 1000.00",
    ]
    words = "pre_tax=800 roth=200/150 1998-12-31"
    assert told(draft_one([whole], *said, say("opening_needed", 2, words))) == told(draft)


def test_a_statement_balance_covers_what_left_by_its_day() -> None:
    # 500.00 were left at the close of the day: 1,690.00 before the payment
    stated = Event("typed-1:1", day(5), "acme", EventKind.BALANCE, value=Money.dollars(500),
                   sources=(PAID.source,) if PAID.source else ())  # fmt: skip
    assert asked(draft_one([PAID], CASH, before=books([stated]))) == []


def test_money_from_another_plan_covers_what_leaves_whatever_its_source() -> None:
    came = Event(
        "typed-1:1", day(1), "trad", EventKind.DISTRIBUTION,
        parts=(Part("acme", Money.dollars(1190)),),
    )  # fmt: skip
    assert asked(draft_one([PAID], CASH, before=books([came]))) == []


def test_a_ledger_that_is_short_already_is_not_the_fault_of_this_import() -> None:
    short = Event("typed-1:1", day(2), "acme", EventKind.FEE, Money.dollars(50),
                  sources=(PAID.source,) if PAID.source else ())  # fmt: skip
    rows = [row(5, "acme", "contribution", "1240.00", source="pre_tax"), PAID]
    said = say("partner_unknown", 3, "cash")
    assert asked(draft_one(rows, said, before=books([short]))) == []


def test_a_row_that_comes_before_what_the_ledger_has_may_be_the_cause() -> None:
    # 100.00 in on day 1 and out on day 9 are in the ledger; the fee of day 5 is new
    held = PAID.source
    stored = [
        Event("x.csv:2", day(1), "acme", EventKind.CONTRIBUTION, Money.dollars(100), (held,)),
        Event("x.csv:3", day(9), "acme", EventKind.DISTRIBUTION, Money.dollars(100), (held,)),
    ]  # fmt: skip
    draft = draft_one([row(5, "acme", "fee", "-3", source="pre_tax")], before=books(stored))
    assert asked(draft) == [("value_needed", 2)]


def test_nothing_is_asked_while_a_row_that_may_bring_the_money_waits() -> None:
    rows = [row(1, "acme", "contribution", "2000.00"), PAID]
    assert asked(draft_one(rows, say("partner_unknown", 3, "cash"))) == [("allocation_needed", 2)]


# --- IRAs: a file shows cash, and a distribution may well be its first row


RMD = row(100, "trad", "distribution", "-3000.00")


def test_an_ira_that_starts_with_a_distribution_is_asked_for_its_value_before() -> None:
    draft = draft_one([RMD])
    assert asked(draft) == [NEEDED]
    question = draft.questions[0]
    assert "its value at the close of 1998-12-31 (Form 5498, box 5)" in question.remedy
    assert question.choices == ("later", "<VALUE DATE>")
    assert told(draft_one([RMD], say("opening_needed", 2, "80000.00"))) == [
        "opening trad 80000.00",
        "distribution trad 3000.00",
    ]
    with pytest.raises(LedgerErrors, match="does not answer 'opening_needed'"):
        draft_one([RMD], say("opening_needed", 2, "80000.00/500.00"))  # its basis: Form 8606


def test_the_value_of_an_ira_may_come_later_as_a_balance() -> None:
    draft = draft_one([RMD], say("opening_needed", 2, "later"))
    assert (asked(draft), told(draft)) == ([], ["distribution trad 3000.00"])
    assert draft.notes[-1] == (
        "a.csv:2: what trad held before its statements start is still to be said: basis add "
        "balance --account trad --date 1998-12-31 --value VALUE"
    )


def test_an_ira_that_another_account_tells_of_has_a_file_of_its_own() -> None:
    # the Roth IRA's file alone: what the traditional IRA holds is in that IRA's file
    came = row(5, "roth", "conversion_in", "7000.00", partner="234567890")
    assert asked(draft_one([came])) == []


def test_an_ira_in_which_money_was_put_in_is_asked_what_it_was_worth() -> None:
    rows = [row(1, "trad", "contribution", "2000.00", tax_year=1999), RMD]
    assert asked(draft_one(rows)) == [("value_needed", 3)]
    assert "earnings trad 1500.00" in told(draft_one(rows, say("value_needed", 3, "3500.00")))


def test_an_ira_whose_opening_is_in_the_books_is_not_asked_about() -> None:
    assert asked(draft_one([RMD], before=opened("trad"))) == []


def test_what_an_ira_was_worth_is_before_all_that_left_it_on_the_day() -> None:
    # 6,000 put in; 5,000 converted and 2,000 paid out on one day: worth 7,500 before, 500 is left
    rows = [
        row(5, "trad", "contribution", "6000", tax_year=1999),
        row(40, "trad", "conversion_out", "-5000", partner="234567891"),
        row(40, "trad", "distribution", "-2000"),
    ]
    (question,) = draft_one(rows).questions
    assert question.problem.startswith("7,000.00 left trad, which holds 6,000.00 in the books")
    told_so = draft_one(rows, say("value_needed", 3, "7500"))
    assert [line for line in told(told_so) if "earnings" in line] == ["earnings trad 1500.00"]
