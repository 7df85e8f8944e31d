"""What the market did stands in no row: units and the price of the day a source empties tell it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from ledger.books import Books
from ledger.importers.read import read_file
from ledger.intake.allocation import parse_spec
from ledger.intake.answers import GivenAnswer
from ledger.intake.draft import FileDraft
from ledger.intake.intake import Wishes
from ledger.records import Record
from tests.conftest import FIXTURES
from tests.intake.desk import CHART, asked, draft_all, draft_one, in_words, row, say, told

PAYCHECK = "pattern:pre_tax=1500,roth=500,after_tax=2000,match=750"


def _gains(draft: FileDraft) -> list[str]:
    return [
        f"{made.event.day} {in_words(made.event)}"
        for made in draft.drafts
        if made.event.reason == "gain in price"
    ]


def _file(name: str, *answers: GivenAnswer, allocate: Sequence[str] = ()) -> FileDraft:
    wishes = Wishes(account="acme", allocations=[parse_spec(text) for text in allocate])
    return draft_all([read_file(Path(FIXTURES / "statements" / name))], answers, wishes=wishes)[0]


def test_the_sources_tab_tells_a_gain_a_loss_and_a_gain() -> None:
    # 2,008.00 and 1,990.41 and 4,153.77 were converted of 2,000, 2,000 and 4,000 contributed
    assert _gains(_file("fidelity_sources_tab/sources.txt")) == [
        "2025-12-03 earnings acme after_tax 153.77",
        "2025-04-03 earnings acme after_tax -9.59",
        "2025-02-05 earnings acme after_tax 8.00",
    ]


def test_empower_tells_the_same_story() -> None:
    assert _gains(_file("empower/transaction_history.csv")) == [
        "2025-12-03 earnings acme after_tax 15.25",
        "2025-04-03 earnings acme after_tax -9.62",
    ]


def test_a_withdrawal_with_its_units_on_the_trade_leg() -> None:
    draft = _file("schwab_rps/transactions.csv", say("partner_unknown", 2, "roth"))
    # 4,000.00 contributed, 12.00 dividend, 4,533.39 paid out
    assert _gains(draft) == ["2025-12-15 earnings acme after_tax 521.39"]


def test_rows_that_a_pattern_gave_to_the_sources() -> None:
    draft = _file(
        "vanguard_plan/OfxDownload.csv",
        say("possible_conversion", 11, "after_tax"),
        say("possible_conversion", 17, "after_tax"),
        allocate=[PAYCHECK, "rule:earnings=pre_tax", "rule:fee=pre_tax"],
    )
    assert asked(draft) == []
    assert _gains(draft) == [
        "2025-02-05 earnings acme after_tax 8.00",
        "2025-04-03 earnings acme after_tax -9.59",
    ]


def test_two_legs_of_one_source_are_not_counted_twice() -> None:
    draft = _file(
        "vanguard_qfx/OfxDownload.qfx",
        GivenAnswer("source_unknown", "roth", match="OTHERVEST"),
        GivenAnswer("source_unknown", "rollover", match="ROLLOVER"),
        say("possible_conversion", 16, "conversion"),
        say("partner_unknown", 20, "cash"),
    )
    assert _gains(draft) == ["2025-02-05 earnings acme after_tax 8.00"]


def _converted(amount: str, units: str, fund: str = "Fund") -> list[Record]:
    return [
        row(1, "acme", "contribution", "1000", source="after_tax", units="10.000", investment=fund),
        row(9, "acme", "conversion_out", f"-{amount}", source="after_tax", units=units,
            investment=fund),
        row(9, "acme", "conversion_in", amount, source="in_plan_roth", units=units[1:],
            investment=fund),
    ]  # fmt: skip


def test_a_part_of_a_source_is_valued_at_the_price_of_the_day() -> None:
    # 4 of 10 units for 480.00: a unit is worth 120.00, the source 1,200.00 and not 1,000.00
    draft = draft_one(_converted("480.00", "-4.000"))
    assert told(draft)[:2] == [
        "earnings acme after_tax 200.00",
        "in_plan_conversion acme after_tax 480.00",
    ]


def test_a_fund_that_is_not_named_tells_only_a_source_that_empties() -> None:
    draft = draft_one(_converted("480.00", "-4.000", fund=""))
    assert _gains(draft) == []
    assert "taken at its book value of 1,000.00" in draft.notes[0]
    assert len(_gains(draft_one(_converted("1100.00", "-10.000", fund="")))) == 1


def test_units_that_come_from_nowhere_are_asked_about() -> None:
    rows = _converted("1300.00", "-12.000")
    assert asked(draft_one(rows)) == [("value_needed", 3)]
    whole = draft_one(rows, say("value_needed", 3, "all"))
    assert _gains(whole)[0].endswith("after_tax 300.00")
    part = draft_one(rows, say("value_needed", 3, "1,500.00"))
    assert _gains(part)[0].endswith("after_tax 500.00")


@pytest.mark.parametrize("answer", ["1299.99", "much"])
def test_a_value_below_what_left_is_refused(answer: str) -> None:
    with pytest.raises(Exception, match="does not answer 'value_needed'"):
        draft_one(_converted("1300.00", "-12.000"), say("value_needed", 3, answer))


def test_a_source_that_never_held_money_needs_an_opening_and_no_gain() -> None:
    draft = draft_one(_converted("1300.00", "-12.000")[1:])
    assert (_gains(draft), asked(draft)) == ([], [])
    assert "no earlier money of acme:after_tax" in draft.notes[0]


def test_units_of_an_earlier_file_count() -> None:
    rows = _converted("480.00", "-4.000")
    first = draft_one([rows[0], row(2, "acme", "fee", "-100", source="after_tax")])
    entries = tuple(stored.entry for stored in first.entries)
    cells = {"a.csv:2": "Investment: Fund | Shares/Unit: 10.000",
             "a.csv:3": "Investment: Fund | Shares/Unit: -1.000"}  # fmt: skip
    before = Books({}, CHART, entries, raw_rows=cells)
    # 9 units are left and one is worth 120.00: 1,080.00, and the books have 900.00
    assert _gains(draft_one(rows[1:], before=before))[0].endswith("after_tax 180.00")


def test_a_hidden_conversion_asks_what_the_source_was_worth() -> None:
    rows = [
        row(1, "acme", "contribution", "2000", source="after_tax"),
        row(9, "acme", "info", "0.00", raw_type="Transfer", question="possible_conversion"),
    ]
    said = say("possible_conversion", 3, "1990.41 after_tax")
    assert asked(draft_one(rows, said)) == [("value_needed", 3)]
    both = draft_one(rows, said, say("value_needed", 3, "all"))
    assert _gains(both)[0].endswith("after_tax -9.59")
