"""Legs that are days apart, shares without a value, and transfers that are none: asked once."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from ledger.events import Event, EventKind
from ledger.importers.reading import Reading
from ledger.money import Money
from ledger.records import Record
from ledger.statement_import.draft import FileDraft
from tests.statement_import.desk import (
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
from tests.statement_import.test_other_formats import bring
from tests.statement_import.test_overlap import Shelf

OUT = row(5, "old", "transfer_out", "-900")
IN = row(8, "trad", "transfer_in", "900")
BOOKED = Event("before.csv:2", day(5), "old", EventKind.TRANSFER, Money(90000), to="trad")


def test_two_sides_some_days_apart_meet() -> None:
    draft = draft_one([OUT, IN])
    assert (asked(draft), statuses(draft)) == ([], "new new")
    assert joined(draft) == ["transfer old>trad 900.00"]


def test_two_sides_that_are_not_the_same_money_are_said_to_be_apart() -> None:
    said = say("partner_unknown", 2, "outside"), say("partner_unknown", 3, "outside")
    apart = draft_one([OUT, IN], *said)
    assert joined(apart) == ["transfer_out old 900.00", "transfer_in trad 900.00 from outside"]


def test_sides_that_name_each_other_need_no_question() -> None:
    rows = [row(5, "old", "transfer_out", "-900", partner="234567890"), IN]
    assert joined(draft_one(rows)) == ["transfer old>trad 900.00"]


def test_a_side_that_comes_later_than_the_booked_movement_is_its_arrival() -> None:
    before = books([BOOKED])
    draft = draft_one([IN], before=before)
    assert (asked(draft), joined(draft, before=before)) == ([], ["transfer old>trad 900.00"])
    another = draft_one([IN, row(5, "trad", "transfer_in", "900")], before=before)
    assert asked(another) == [("partner_unknown", 2)]  # the nearer one is the arrival


def test_a_typed_movement_of_some_days_before_is_asked_about() -> None:
    before = books([BOOKED], importer="typed")
    out = row(7, "old", "transfer_out", "-900")
    assert asked(draft_one([out], before=before)) == [("same_money", 2)]
    same = draft_one([out], say("same_money", 2, "same"), before=before)
    assert (told(same), statuses(same)) == ([], "known")


def test_legs_more_than_ten_days_apart_are_two_movements() -> None:
    rows = [OUT, row(16, "trad", "transfer_in", "900")]
    assert asked(draft_one(rows)) == [("partner_unknown", 2), ("partner_unknown", 3)]


def shares(account: str, kind: str, units: str, amount: str = "0") -> Record:
    return row(
        5,
        account,
        kind,
        amount,
        units=units,
        investment="SWTSX",
        question="" if amount != "0" else "amount_unknown",
    )


def moved(*answers: object, out: str = "0", into: str = "0") -> list[FileDraft]:
    return draft_all(
        [
            reading([shares("roth", "transfer_in", "40.0", into)], file="roth.csv"),
            reading([shares("trad", "transfer_out", "-40", out)], file="trad.csv"),
        ],
        answers,  # type: ignore[arg-type]
    )


def test_shares_without_a_value_in_two_files_are_one_question() -> None:
    into, out = moved()
    assert (asked(into), asked(out)) == ([], [("amount_unknown", 2)])
    assert statuses(into) == statuses(out) == "question"
    answers = (
        say("amount_unknown", 2, "598.00"),
        say("possible_conversion", 2, "conversion"),
    )
    into, out = moved(*answers)
    assert joined(into, out) == ["conversion trad>roth 598.00"]
    assert (statuses(into), statuses(out)) == ("new", "new")


def test_the_value_on_one_side_serves_the_other() -> None:
    yes = say("possible_conversion", 2, "conversion")
    for drafts in (moved(yes, out="-598.00"), moved(yes, into="598.00")):
        assert joined(*drafts) == ["conversion trad>roth 598.00"]


def test_other_shares_are_no_twin() -> None:
    rows = [shares("roth", "transfer_in", "41"), shares("trad", "transfer_out", "-40")]
    assert asked(draft_one(rows)) == [("amount_unknown", 2), ("amount_unknown", 3)]


def test_a_transfer_can_turn_out_to_be_a_contribution_or_a_payment() -> None:
    put_in = [row(200, "trad", "transfer_in", "500"), row(201, "trad", "transfer_out", "-40")]
    choices = [question.choices for question in draft_one(put_in).questions]
    assert choices[0][-3:] == ("contribution", "rollover", "recharacterization")
    assert choices[1][-5:] == (
        *("distribution", "return_of_contribution", "qcd", "hsa_funding", "recharacterization"),
    )
    said = draft_one(
        put_in,
        say("partner_unknown", 2, "contribution"),
        say("partner_unknown", 3, "distribution"),
    )
    assert told(said) == [
        "distribution trad 40.00",
        f"contribution trad 500.00 for {day(200).year}",
    ]
    to_hsa = draft_one(put_in, say("partner_unknown", 3, "hsa_funding"))
    assert "hsa_funding trad 40.00" in told(to_hsa)
    spring = [row(60, "trad", "transfer_in", "500")]
    assert asked(draft_one(spring, say("partner_unknown", 2, "contribution"))) == [
        ("tax_year_unknown", 2)
    ]


def test_a_conversion_pair_without_amounts_is_one_question() -> None:
    pair = [row(5, "roth", "conversion_in", "0"), row(5, "trad", "conversion_in", "0")]
    draft = draft_one(pair)
    assert asked(draft) == [("amount_unknown", 3)]  # the traditional IRA is where it leaves
    assert statuses(draft) == "question question"
    said = draft_one(pair, say("amount_unknown", 3, "7003.11"))
    assert joined(said) == ["conversion trad>roth 7003.11"]
    assert statuses(said) == "new new"


def test_an_empty_journal_of_an_ira_may_hide_a_conversion() -> None:
    journal = [row(5, "trad", "info", "0", question="possible_conversion", raw_type="Journal")]
    assert asked(draft_one(journal)) == [("amount_unknown", 2)]
    ignored = draft_one(journal, say("amount_unknown", 2, "ignore"))
    assert (told(ignored), statuses(ignored)) == ([], "info")
    said = draft_one(
        journal,
        say("amount_unknown", 2, "50"),
        say("partner_unknown", 2, "roth"),
        say("possible_conversion", 2, "conversion"),
    )
    assert told(said) == ["conversion trad>roth 50.00"]


def test_a_conversion_in_kind_keeps_the_way_of_its_shares() -> None:
    rows = [
        row(5, "roth", "conversion_in", "0", units="10", question="amount_unknown"),
        row(5, "trad", "conversion_out", "0", units="-10", question="amount_unknown"),
    ]
    assert asked(draft_one(rows)) == [("amount_unknown", 3)]
    said = draft_one(rows, say("amount_unknown", 3, "4166.70"))
    assert joined(said) == ["conversion trad>roth 4166.70"]


@pytest.mark.parametrize("known", ["trad", "roth"])
def test_the_value_of_shares_that_one_file_states_is_asked_of_no_other_in_any_order(
    known: str,
) -> None:
    """Ten shares worth 4,166.70 by one custodian; the other shows their number alone."""

    def leg(account: str, way: str, sign: str) -> Reading:
        value = f"{sign}4166.70" if account == known else "0"
        question = "" if account == known else "amount_unknown"
        shares = {"units": f"{sign}10", "investment": "VTI", "question": question}
        moved = row(5 if sign else 7, account, f"conversion_{way}", value, **shares)
        return reading([moved], file=f"{account}.csv", importer=f"{account}_reader")

    legs = [leg("trad", "out", "-"), leg("roth", "in", "")]
    both = (("trad", "roth"), ("roth", "trad"))
    said = [replace(say("partner_unknown", 2, to), file=f"{at}.csv") for at, to in both]
    together = draft_all(legs, said)
    for order in permutations(legs):
        shelf = Shelf()
        for one in order:
            unknown = one.records[0].question and one is order[0]
            answers = [say("amount_unknown", 2, "4166.70")] if unknown else []
            bring(shelf, [one], *said, *answers)
        assert joined(before=shelf.books()) == joined(*together)
        assert joined(*together) == ["conversion trad>roth 4166.70"]
