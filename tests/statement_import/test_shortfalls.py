"""More out of a pool than ever came in is an open point: told by the import, refused by the year.

The stories are statements that start in the middle of an account's life. What each pool holds is
worked out by hand beside the story.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from ledger.books import Books
from ledger.chart import Source
from ledger.events import Event, EventKind, Part
from ledger.money import Money
from ledger.records import Record
from tests.statement_import.desk import (
    asked,
    books,
    day,
    draft_all,
    draft_one,
    gains,
    held,
    open_points,
    opened,
    reading,
    row,
    say,
    statuses,
    told,
)

PAID = row(5, "acme", "distribution", "-1190.00", source="pre_tax")
CASH = say("partner_unknown", 2, "cash")
NEEDED = ("opening_needed", "a.csv:2")


def _opened(when: int, **sources: str) -> Books:
    """Return books in which somebody said what sources of acme held on a day of the story."""
    return books(
        [
            Event(
                where=f"typed-1:{number}", day=day(when), account="acme", kind=EventKind.OPENING,
                sources=(Source(name),), value=Money.parse(value), basis=Money(0),
            )
            for number, (name, value) in enumerate(sources.items(), 1)
        ],
        importer="",
    )  # fmt: skip


def test_a_plan_file_that_starts_with_a_payment_needs_what_was_there_before() -> None:
    draft = draft_one([PAID], CASH)
    assert (asked(draft), open_points(draft)) == ([], [NEEDED])
    assert (told(draft), statuses(draft)) == (["distribution acme pre_tax 1190.00"], "new")
    (note,) = draft.notes
    assert note == (
        "open: a.csv:2: 1,190.00 left acme:pre_tax by 1999-03-05, and the books hold 0.00 of it: "
        "it held money before its statements start; import the earlier statements of acme; or say "
        "what it held: basis add opening --account acme --source pre_tax --date 1999-03-04 --value "
        "VALUE; or take a mistyped amount back: basis reverse"
    )
    before = _opened(4, pre_tax="4000.00")
    said = draft_one([PAID], CASH, before=before)
    assert (open_points(said, before=before), said.notes) == ([], [])
    assert held(said, before=before)["acme:pre_tax"] == "2810.00"


@pytest.mark.parametrize(
    ("left", "code"),
    [
        (row(5, "acme", "fee", "-1190.00", source="pre_tax"), "value_below_zero"),
        (row(5, "acme", "loan", "-1190.00", source="pre_tax"), "opening_needed"),
        (row(5, "acme", "earnings", "-1190.00", source="pre_tax"), "value_below_zero"),
        (row(5, "acme", "contribution", "-1190.00", source="pre_tax"), "above_balance"),
    ],
    ids=lambda value: value.kind.value if isinstance(value, Record) else value,
)
def test_whatever_takes_a_source_below_zero_is_told(left: Record, code: str) -> None:
    draft = draft_one([left])
    assert (asked(draft), open_points(draft)) == ([], [(code, "a.csv:2")])
    # a dividend is no money put in: 10.00 of it shows that more was there before
    gained = row(1, "acme", "earnings", "10.00", source="pre_tax")
    assert open_points(draft_one([gained, left])) == [(code, "a.csv:3")]
    before = _opened(0, pre_tax="1180.00")  # 1,180.00 + 10.00 − 1,190.00 is nothing
    both = draft_one([gained, left], before=before)
    assert open_points(both, before=before) == []
    assert held(both, before=before)["acme:pre_tax"] == "0.00"


def test_a_row_typed_in_a_plain_file_is_open_alike() -> None:
    event = Event(
        "a.csv:2", day(5), "acme", EventKind.IN_PLAN_CONVERSION, Money.dollars(900),
        sources=(PAID.source,) if PAID.source else (),
    )  # fmt: skip
    typed = reading([PAID], importer="plain", events=(event,))
    draft = draft_all([typed])[0]
    assert (asked(draft), open_points(draft)) == ([], [NEEDED])


def test_a_typed_row_may_take_back_what_another_file_brings_later() -> None:
    # "(1,234.56)" in a plain CSV: a contribution taken back, and the one it takes back to come
    event = Event(
        "a.csv:2", day(5), "acme", EventKind.CONTRIBUTION, -Money.dollars(900),
        sources=(PAID.source,) if PAID.source else (),
    )  # fmt: skip
    typed = reading([PAID], importer="plain", events=(event,))
    draft = draft_all([typed])[0]
    assert (asked(draft), told(draft)) == ([], ["contribution acme pre_tax -900.00"])
    assert open_points(draft) == [("above_balance", "a.csv:2")]
    paid_in = row(2, "acme", "contribution", "900.00", source="pre_tax", file="b.csv")
    both = draft_all([typed, reading([paid_in], file="b.csv")])
    assert open_points(*both) == []


def test_money_of_the_day_comes_in_before_it_goes_out() -> None:
    paid_in = row(5, "acme", "contribution", "1190.00", source="pre_tax")
    assert open_points(draft_one([PAID, paid_in], CASH)) == []
    assert open_points(draft_one([PAID, replace(paid_in, day=day(6))], CASH)) == [NEEDED]


def test_an_earlier_file_brings_the_money_in_whatever_place_it_is_named() -> None:
    earlier = [row(4, "acme", "contribution", "1200.00", source="pre_tax")]
    # the first file starts earlier, with a row of another source, and only then pays out
    first = [row(1, "acme", "contribution", "5.00", source="match"), PAID]
    files = [reading(first, file="b.csv"), reading(earlier, file="a.csv")]
    said = [replace(say("partner_unknown", 3, "cash"), file="b.csv")]
    for order in (files, files[::-1]):
        assert open_points(*draft_all(order, said)) == []
    # alone, the later file leaves it open; after the earlier one was imported it does not
    later = reading([PAID], file="b.csv")
    paid = [replace(CASH, file="b.csv")]
    alone = draft_all([later], paid)[0]
    assert open_points(alone) == [("opening_needed", "b.csv:2")]
    before = books([one.entry.event for one in draft_all([files[1]])[0].entries])
    assert open_points(draft_all([later], paid, before=before)[0], before=before) == []
    # the earlier file after the later one settles the point
    before = books([one.entry.event for one in alone.entries])
    assert open_points(draft_all([files[1]], before=before)[0], before=before) == []


def test_a_source_is_told_of_once_however_many_rows_take_from_it() -> None:
    fees = [row(n, "acme", "fee", "-2.00", source="match") for n in (1, 2, 3)]
    assert open_points(draft_one(fees)) == [("value_below_zero", "a.csv:2")]
    # 2.00 are there on the first day; on the second nothing is left, and no fee came in
    low, enough = _opened(0, match="2.00"), _opened(0, match="6.00")
    assert open_points(draft_one(fees, before=low), before=low) == [("value_below_zero", "a.csv:3")]
    assert open_points(draft_one(fees, before=enough), before=enough) == []


def test_an_opening_that_does_not_cover_what_was_taken_back_is_told() -> None:
    back, before = (
        row(5, "acme", "contribution", "-1190.00", source="pre_tax"),
        _opened(4, pre_tax="1000.00"),
    )
    draft = draft_one([back], before=before)
    assert open_points(draft, before=before) == [("above_balance", "a.csv:2")]


def test_where_money_was_put_in_the_question_is_what_it_was_worth() -> None:
    rows = [
        row(1, "acme", "contribution", "1000.00", source="after_tax"),
        row(5, "acme", "distribution", "-1190.00", source="after_tax"),
    ]
    cash = say("partner_unknown", 3, "cash")
    draft = draft_one(rows, cash)
    assert asked(draft) == [("value_needed", 3)]
    assert "If all of it moved, a gain of 190.00 follows" in draft.questions[0].problem
    # worth 3,000.00 before the payment: 2,000.00 had been gained
    worth = draft_one(rows, cash, say("value_needed", 3, "3000.00"))
    assert gains(worth) == ["1999-03-05 earnings acme after_tax 2000.00"]
    assert held(worth) == {"acme:after_tax": "1810.00"}


def test_what_left_all_sources_together_is_divided_by_what_they_hold() -> None:
    whole = row(5, "acme", "distribution", "-1000.00")
    said = say("allocation_needed", 2, "all"), CASH
    assert open_points(draft_one([whole], *said)) == [("above_balance", "a.csv:2")]
    # four fifths of 10,000.00 are pre-tax: 800.00 of the 1,000.00
    before = _opened(1, pre_tax="8000.00", match="2000.00")
    draft = draft_one([whole], *said, before=before)
    assert open_points(draft, before=before) == []
    assert held(draft, before=before) == {"acme:match": "1800.00", "acme:pre_tax": "7200.00"}


def test_a_statement_balance_covers_what_left_by_its_day() -> None:
    # 500.00 were left at the close of the day: 1,690.00 before the payment
    stated = Event("typed-1:1", day(5), "acme", EventKind.BALANCE, value=Money.dollars(500),
                   sources=(PAID.source,) if PAID.source else ())  # fmt: skip
    before = books([stated])
    draft = draft_one([PAID], CASH, before=before)
    assert (asked(draft), open_points(draft, before=before)) == ([], [])
    assert held(draft, before=before) == {"acme:pre_tax": "500.00"}


def test_money_from_an_ira_is_in_the_rollover_source_and_covers_what_leaves_that() -> None:
    came = Event(
        "typed-1:1", day(1), "trad", EventKind.DISTRIBUTION,
        parts=(Part("acme", Money.dollars(1190)),),
    )  # fmt: skip
    held_there = Event("typed-1:2", day(1), "trad", EventKind.OPENING, value=Money.dollars(1190))
    before = books([held_there, came])
    of_rollover = replace(PAID, source=Source.ROLLOVER)
    assert open_points(draft_one([of_rollover], CASH, before=before), before=before) == []
    assert open_points(draft_one([PAID], CASH, before=before), before=before) == [NEEDED]


def test_a_ledger_that_is_short_already_is_not_the_fault_of_this_import() -> None:
    short = Event("typed-1:1", day(2), "acme", EventKind.FEE, Money.dollars(50),
                  sources=(PAID.source,) if PAID.source else ())  # fmt: skip
    rows = [row(5, "acme", "contribution", "1240.00", source="pre_tax"), PAID]
    said = say("partner_unknown", 3, "cash")
    draft = draft_one(rows, said, before=books([short]))
    assert (asked(draft), [note for note in draft.notes if "open:" in note]) == ([], [])


def test_a_row_that_comes_before_what_the_ledger_has_may_be_the_cause() -> None:
    # 100.00 in on day 1 and out on day 9 are in the ledger; the fee of day 5 is new
    held = PAID.source
    stored = [
        Event("x.csv:2", day(1), "acme", EventKind.CONTRIBUTION, Money.dollars(100), (held,)),
        Event("x.csv:3", day(9), "acme", EventKind.DISTRIBUTION, Money.dollars(100), (held,)),
    ]  # fmt: skip
    draft = draft_one([row(5, "acme", "fee", "-3", source="pre_tax")], before=books(stored))
    (note,) = draft.notes
    assert note.startswith(
        "open: x.csv:3: the distribution takes 100.00 out of acme:pre_tax, which holds 97.00 in "
        "the books on 1999-03-09; say what was left at the close of that day, and the gain "
        "follows: basis add balance"
    )


def test_nothing_is_asked_while_a_row_that_may_bring_the_money_waits() -> None:
    rows = [row(1, "acme", "contribution", "2000.00"), PAID]
    assert asked(draft_one(rows, say("partner_unknown", 3, "cash"))) == [("allocation_needed", 2)]


# --- IRAs: a file shows cash, and a distribution may well be its first row


RMD = row(100, "trad", "distribution", "-3000.00")


def test_an_ira_that_starts_with_a_distribution_needs_its_value_before() -> None:
    draft = draft_one([RMD])
    assert (asked(draft), open_points(draft)) == ([], [NEEDED])
    assert "basis add balance --account trad --date 1998-12-31 --value VALUE" in draft.notes[-1]
    assert told(draft) == ["distribution trad 3000.00"]


def test_the_value_of_an_ira_may_come_later_as_a_balance() -> None:
    draft = draft_one([RMD])
    stated = Event("typed-1:1", day(1) - timedelta(60), "trad", EventKind.BALANCE,
                   value=Money.dollars(80_000))  # fmt: skip
    after = books([stated, *(one.entry.event for one in draft.entries)])
    assert open_points(before=after) == []
    assert held(before=after) == {"trad": "77000.00"}


def test_an_ira_that_another_account_tells_of_is_open_until_its_own_file_comes() -> None:
    # the Roth IRA's file alone: what the traditional IRA holds is in that IRA's file
    came = row(5, "roth", "conversion_in", "7000.00", partner="234567890")
    draft = draft_one([came])
    assert (asked(draft), open_points(draft)) == ([], [NEEDED])
    put_in = row(2, "trad", "contribution", "7000.00", tax_year=1999, file="b.csv")
    both = draft_all([reading([came]), reading([put_in], file="b.csv")])
    assert open_points(*both) == []


def test_an_ira_in_which_money_was_put_in_is_asked_what_it_was_worth() -> None:
    rows = [row(1, "trad", "contribution", "2000.00", tax_year=1999), RMD]
    assert asked(draft_one(rows)) == [("value_needed", 3)]
    said = draft_one(rows, say("value_needed", 3, "3500.00"))
    assert gains(said) == ["1999-06-08 earnings trad 1500.00"]


def test_an_ira_whose_opening_is_in_the_books_is_not_open() -> None:
    before = opened("trad")
    assert open_points(draft_one([RMD], before=before), before=before) == []


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
    assert gains(told_so) == ["1999-04-09 earnings trad 1500.00"]
    assert held(told_so) == {"roth": "5000.00", "trad": "500.00"}


BOUGHT = row(1, "acme", "contribution", "1000.00", source="after_tax", units="10.000",
             investment="500 Index")  # fmt: skip


@pytest.mark.parametrize("name", ["500 INDEX", " 500  Index", "500 Index (VFIAX)"])
def test_a_fund_written_otherwise_is_the_same_fund(name: str) -> None:
    sold = row(5, "acme", "distribution", "-1100.00", source="after_tax", units="-10.000",
               investment=name)  # fmt: skip
    draft = draft_one([BOUGHT, sold], say("partner_unknown", 3, "cash"))
    assert (open_points(draft), gains(draft)) == ([], ["1999-03-05 earnings acme after_tax 100.00"])
    part = replace(sold, amount=Money.parse("-550.00"), units="-5.000")
    half = draft_one([BOUGHT, part], say("partner_unknown", 3, "cash"))
    assert (open_points(half), held(half)["acme:after_tax"]) == ([], "550.00")


def test_units_of_a_renamed_fund_are_no_money_from_before() -> None:
    sold = row(5, "acme", "distribution", "-1100.00", source="after_tax", units="-10.000",
               investment="Equity Trust")  # fmt: skip
    draft = draft_one([BOUGHT, sold], say("partner_unknown", 3, "cash"))
    assert open_points(draft) == [("fund_renamed", "a.csv:3")]
    assert "as many of 500 Index are there" in draft.notes[0]
    assert "--fund '500 Index' --units -10.000" in draft.notes[0]
    renamed = books(
        [
            Event(
                where=f"typed-1:{number}", day=day(5), account="acme", kind=EventKind.EXCHANGE,
                sources=(Source.AFTER_TAX,), fund=fund, units=Decimal(units),
            )
            for number, (fund, units) in enumerate(
                (("500 Index", "-10.000"), ("Equity Trust", "10.000"))
            )
        ],
        importer="",
    )  # fmt: skip
    said = draft_one([BOUGHT, sold], say("partner_unknown", 3, "cash"), before=renamed)
    assert open_points(said, before=renamed) == []
    other = replace(sold, units="-9.000")
    assert open_points(draft_one([BOUGHT, other], say("partner_unknown", 3, "cash"))) == [
        ("opening_needed", "a.csv:3")
    ]


def test_units_of_no_fund_are_those_of_the_named_ones_beside_them() -> None:
    # history.csv names the fund of 10 units, the Sources tab none of the 2 bought and 12 paid out
    more = row(3, "acme", "contribution", "210.00", source="after_tax", units="2.000")
    sold = row(5, "acme", "distribution", "-1320.00", source="after_tax", units="-12.000")
    draft = draft_one([BOUGHT, more, sold], say("partner_unknown", 4, "cash"))
    assert (open_points(draft), gains(draft)) == ([], ["1999-03-05 earnings acme after_tax 110.00"])
    too_many = replace(sold, units="-15.000")
    short = draft_one([BOUGHT, more, too_many], say("partner_unknown", 4, "cash"))
    assert open_points(short) == [("opening_needed", "a.csv:4")]
    # of a part nobody knows which fund it was: what stayed is asked
    part = replace(sold, amount=Money.parse("-550.00"), units="-5.000")
    half = draft_one([BOUGHT, more, part], say("partner_unknown", 4, "cash"))
    assert [one.code for one in half.questions] == ["value_needed"]
