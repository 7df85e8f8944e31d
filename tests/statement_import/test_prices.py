"""What the market did stands in no row: units and the price of the day a source empties tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cli.questions import first_to_ask
from ledger.books import Books
from ledger.chart import Source
from ledger.errors import LedgerErrors
from ledger.events import Event, EventKind
from ledger.importers.read import read_file
from ledger.money import Money
from ledger.movements import books_of
from ledger.records import Record
from ledger.statement_import.answers import GivenAnswer
from ledger.statement_import.draft import FileDraft
from ledger.statement_import.sources.allocation import parse_spec
from ledger.statement_import.stages import ImportOptions
from tests.conftest import FIXTURES
from tests.statement_import.desk import (
    CHART,
    asked,
    books,
    day,
    draft_all,
    draft_one,
    gains,
    held,
    joined,
    open_points,
    reading,
    row,
    say,
    told,
)

PAYCHECK = "pattern:pre_tax=1500,roth=500,after_tax=2000,match=750"


def _file(name: str, *answers: GivenAnswer, allocate: Sequence[str] = ()) -> FileDraft:
    options = ImportOptions(account="acme", allocations=[parse_spec(text) for text in allocate])
    return draft_all([read_file(Path(FIXTURES / "statements" / name))], answers, options=options)[0]


def test_the_sources_tab_tells_a_gain_a_loss_and_a_gain() -> None:
    # 2,008.00 and 1,990.41 and 4,153.77 were converted of 2,000, 2,000 and 4,000 contributed
    assert gains(_file("fidelity_sources_tab/sources.txt")) == [
        "2025-02-05 earnings acme after_tax 8.00",
        "2025-04-03 earnings acme after_tax -9.59",
        "2025-12-03 earnings acme after_tax 153.77",
    ]


def test_empower_tells_the_same_story() -> None:
    assert gains(_file("empower/transaction_history.csv")) == [
        "2025-04-03 earnings acme after_tax -9.62",
        "2025-12-03 earnings acme after_tax 15.25",
    ]


def test_a_withdrawal_with_its_units_on_the_trade_leg() -> None:
    draft = _file("schwab_rps/transactions.csv", say("partner_unknown", 2, "roth"))
    # 4,000.00 contributed, 12.00 dividend, 4,533.39 paid out
    assert gains(draft) == ["2025-12-15 earnings acme after_tax 521.39"]


def test_rows_that_a_pattern_gave_to_the_sources() -> None:
    draft = _file(
        "vanguard_plan/OfxDownload.csv",
        say("possible_conversion", 11, "after_tax"),
        say("possible_conversion", 17, "after_tax"),
        say("reading_unconfirmed", 7, "confirm"),
        allocate=[PAYCHECK, "rule:earnings=pre_tax", "rule:fee=pre_tax"],
    )
    assert asked(draft) == []
    assert gains(draft) == [
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
    assert gains(draft) == ["2025-02-05 earnings acme after_tax 8.00"]
    # the rollover source has no earlier row: its 1,190.00 are not taken as if they came from 0
    assert (asked(draft), open_points(draft)) == ([], [("opening_needed", "OfxDownload.qfx:20")])


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
    assert gains(draft) == ["1999-03-09 earnings acme after_tax 200.00"]
    assert held(draft) == {"acme:after_tax": "720.00", "acme:in_plan_roth": "480.00"}


def _month(first: int, converted: str) -> list[Record]:
    """1,000.00 paid in and two days later all of it converted; no units tell the gain."""
    return [
        row(first, "acme", "contribution", "1000", source="after_tax"),
        row(first + 2, "acme", "conversion_out", f"-{converted}", source="after_tax"),
        row(first + 2, "acme", "conversion_in", converted, source="in_plan_roth"),
    ]


# gains of 20.00, 6.45 and 0.61, each above the 1,000.00 of its month
_MONTHS = _month(1, "1020.00"), _month(31, "1006.45"), _month(61, "1000.61")


def test_values_are_asked_oldest_first_and_without_figures_that_rest_on_open_answers() -> None:
    newest_first = [*_MONTHS[2], *_MONTHS[1], *_MONTHS[0]]
    draft = draft_one(newest_first)
    assert asked(draft) == [("value_needed", line) for line in (9, 6, 3)]
    assert [("a gain of" in q.problem) for q in draft.questions] == [True, False, False]
    assert "holds 1,000.00 in the books" in draft.questions[0].problem
    assert draft.questions[1].problem == (
        "1,006.45 left acme:after_tax on 1999-04-02: what was it worth just before? What the books "
        "hold of it by then depends on the answers before this one"
    )
    draft = draft_one(newest_first, say("value_needed", 9, "all"))
    assert "a gain of 6.45 follows" in draft.questions[0].problem
    both = say("value_needed", 9, "all"), say("value_needed", 6, "all")
    assert "a gain of 0.61 follows" in draft_one(newest_first, *both).questions[0].problem


def test_of_several_files_the_oldest_value_is_asked_first() -> None:
    files = [
        reading(rows, file=f"{name}.csv") for rows, name in zip(_MONTHS[::-1], "cba", strict=True)
    ]
    questions = [question for draft in draft_all(files) for question in draft.questions]
    assert [(q.file, "a gain of" in q.problem) for q in questions] == [
        ("c.csv", False), ("b.csv", False), ("a.csv", True),
    ]  # fmt: skip
    assert first_to_ask(questions).file == "a.csv"


def test_what_a_source_held_before_is_told_once_at_its_oldest_row() -> None:
    rows = [
        replace(one, day=day(when))
        for when, units in ((61, "5"), (31, "4"), (1, "3"))
        for one in _converted("480.00", f"-{units}")[1:]
    ]
    draft = draft_one(rows)
    assert asked(draft) == []
    assert open_points(draft)[0] == ("opening_needed", "a.csv:6")


def test_money_that_an_open_answer_brings_into_a_source_is_not_asked_about() -> None:
    # 1,020.00 come into in_plan_roth however much of them is gain: the fee of 1.00 is covered
    fee = row(9, "acme", "fee", "-1.00", source="in_plan_roth")
    assert asked(draft_one([*_MONTHS[0], fee])) == [("value_needed", 3)]
    alone = draft_one([*_MONTHS[0][1:], fee])
    assert (asked(alone), open_points(alone)) == ([], [("opening_needed", "a.csv:2")])


def test_a_fund_that_is_not_named_tells_only_a_source_that_empties() -> None:
    draft = draft_one(_converted("480.00", "-4.000", fund=""))
    assert (gains(draft), asked(draft)) == ([], [("value_needed", 3)])
    assert len(gains(draft_one(_converted("1100.00", "-10.000", fund="")))) == 1


def _opened(when: str, value: str = "250.00", basis: str = "240.00") -> Books:
    """Return books in which somebody said what the after-tax source held on a day."""
    typed = Event(
        where="typed-1:1", day=date.fromisoformat(when), account="acme", kind=EventKind.OPENING,
        sources=(Source.AFTER_TAX,), value=Money.parse(value), basis=Money.parse(basis),
    )  # fmt: skip
    return books([typed], importer="")


def test_units_that_come_from_nowhere_are_an_open_point_and_no_gain() -> None:
    rows = _converted("1300.00", "-12.000")
    draft = draft_one(rows)
    assert (asked(draft), gains(draft)) == ([], [])
    assert open_points(draft) == [("opening_needed", "a.csv:3")]
    assert draft.notes[-1].startswith(
        "open: a.csv:3: 12.000 units of Fund left acme:after_tax by 1999-03-09, the rows account "
        "for 10.000: it held money before its statements start; import the earlier statements of "
        "acme; or say what it held: basis add opening --account acme --source after_tax"
    )
    # that all of it moved does not help: where the other two units came from is not said
    said = draft_one(rows, say("value_needed", 3, "all"))
    assert open_points(said) == [("opening_needed", "a.csv:3")]


@pytest.mark.parametrize("when", ["1999-01-31", "1999-02-28"])
def test_of_money_from_before_only_the_rest_is_gain(when: str) -> None:
    # 250.00 were there and 1,000.00 came in: 50.00 of the 1,300.00 are gain
    rows, before = _converted("1300.00", "-12.000"), _opened(when)
    draft = draft_one(rows, before=before)
    assert asked(draft) == [("value_needed", 3)]
    assert "a gain of 50.00 follows" in draft.questions[0].problem
    draft = draft_one(rows, say("value_needed", 3, "all"), before=before)
    assert (asked(draft), open_points(draft, before=before)) == ([], [])
    assert gains(draft, before=before) == ["1999-03-09 earnings acme after_tax 50.00"]
    assert held(draft, before=before)["acme:after_tax"] == "0.00"


def test_an_opening_that_was_typed_is_counted_and_its_units_are_not_guessed() -> None:
    # 10 of the 12 units leave: the rows alone would call the source empty, and take a loss
    before = _opened("1999-03-01")
    part = draft_one(_converted("1100.00", "-10.000"), before=before)
    assert gains(part, before=before) == []
    assert asked(part) == [("value_needed", 3)]
    assert "which holds 1,250.00 in the books" in part.questions[0].problem


def test_once_a_source_was_emptied_units_tell_again() -> None:
    said, opening = say("value_needed", 3, "all"), _opened("1999-01-31")
    next_year = [
        row(20, "acme", "contribution", "500", source="after_tax", units="5.000",
            investment="Fund"),
        row(29, "acme", "conversion_out", "-490", source="after_tax", units="-5.000",
            investment="Fund"),
        row(29, "acme", "conversion_in", "490", source="in_plan_roth", units="5.000",
            investment="Fund"),
    ]  # fmt: skip
    rows = [*_converted("1300.00", "-12.000"), *next_year]
    draft = draft_one(rows, said, before=opening)
    # a loss of 10.00 that no row shows: the five units are all that was left
    assert asked(draft) == []
    assert [gain.split()[-1] for gain in gains(draft, before=opening)] == ["50.00", "-10.00"]
    first = draft_one(rows[:3], said, before=opening)
    entries = (*opening.entries, *(stored.entry for stored in first.entries))
    before = books_of(entries, taxpayers={}, accounts=CHART)
    later = draft_one(next_year, before=before)
    assert [gain.split()[-1] for gain in gains(later, before=before)] == ["50.00", "-10.00"]


def test_units_of_pre_tax_money_from_nowhere_are_open_as_well() -> None:
    rows = [replace(r, source=Source.PRE_TAX) if r.source is Source.AFTER_TAX else r
            for r in _converted("1600.00", "-12.000")]  # fmt: skip
    draft = draft_one(rows)
    assert (asked(draft), open_points(draft)) == ([], [("opening_needed", "a.csv:3")])


def test_a_second_investment_that_stays_proves_nothing() -> None:
    rows = _converted("1300.00", "-12.000")
    renamed = [
        rows[0], row(2, "acme", "contribution", "90", source="after_tax", units="1.000",
                     investment="Old name"), *rows[1:],
    ]  # fmt: skip
    draft = draft_one(renamed)
    assert (asked(draft), open_points(draft)) == ([], [("opening_needed", "a.csv:4")])


def _unprinted(amount: str) -> list[Record]:
    return [replace(record, units="") for record in _converted(amount, "-1.000")]


def test_without_units_the_size_of_the_gain_is_said_and_a_large_one_doubted() -> None:
    small = draft_one(_unprinted("1300.00")).questions[0]
    assert (small.code, small.proposal) == ("value_needed", "")
    assert "If all of it moved, a gain of 300.00 follows" in small.problem
    assert "basis add opening" not in small.problem
    large = draft_one(_unprinted("1600.00")).questions[0]
    assert "a gain of 600.00 follows" in large.problem
    assert "basis add opening --account acme --source after_tax" in large.problem
    part = draft_one(_unprinted("1300.00"), say("value_needed", 3, "1,500.00"))
    assert gains(part) == ["1999-03-09 earnings acme after_tax 500.00"]


@pytest.mark.parametrize("answer", ["1299.99", "much"])
def test_a_value_below_what_left_is_refused(answer: str) -> None:
    with pytest.raises(LedgerErrors, match="does not answer 'value_needed'"):
        draft_one(_unprinted("1300.00"), say("value_needed", 3, answer))


def test_a_source_that_never_held_money_needs_an_opening_and_no_gain() -> None:
    rows = _converted("1300.00", "-12.000")[1:]
    bare = [replace(one, units="") for one in rows]
    for listed, told_so in (
        (rows, "12.000 units of Fund left acme:after_tax by 1999-03-09, the rows account for 0:"),
        (bare, "1,300.00 left acme:after_tax by 1999-03-09, and the books hold 0.00 of it:"),
    ):
        draft = draft_one(listed)
        assert (gains(draft), asked(draft)) == ([], [])
        assert open_points(draft) == [("opening_needed", "a.csv:2")]
        assert told_so in draft.notes[-1]
    before = _opened("1999-03-08", "1250.00", "1200.00")
    assert asked(draft_one(rows, before=before)) == [("value_needed", 2)]  # a gain, or older money
    said = draft_one(rows, say("value_needed", 2, "all"), before=before)
    assert gains(said, before=before) == ["1999-03-09 earnings acme after_tax 50.00"]
    assert held(said, before=before) == {"acme:after_tax": "0.00", "acme:in_plan_roth": "1300.00"}


def test_the_newer_file_first_is_an_open_point_that_the_older_one_settles() -> None:
    # 20 units cost 2,000.00; 10 are converted for 1,100.00, so the rest is worth as much: of a
    # gain of 200.00 the half is taxed. Told without the purchase, nothing would have been.
    rows = _converted("1100.00", "-10.000")
    rows[0] = replace(rows[0], amount=Money(2_000_00), units="20.000")
    newer = draft_one(rows[1:])
    assert open_points(newer) == [("opening_needed", "a.csv:2")]
    before = books_of((stored.entry for stored in newer.entries), taxpayers={}, accounts=CHART)
    older = draft_one(rows[:1], before=before)
    for drafts, known in (((older,), before), ((draft_one(rows),), None)):
        assert open_points(*drafts, before=known) == []
        assert gains(*drafts, before=known) == ["1999-03-09 earnings acme after_tax 200.00"]


def test_units_of_an_earlier_file_count() -> None:
    rows = _converted("480.00", "-4.000")
    fee = row(2, "acme", "fee", "-100", source="after_tax", units="-1.000", investment="Fund")
    first = draft_one([rows[0], fee])
    before = books_of((stored.entry for stored in first.entries), taxpayers={}, accounts=CHART)
    # 9 units are left and one is worth 120.00: 1,080.00, and the books have 900.00
    later = draft_one(rows[1:], before=before)
    assert gains(later, before=before) == ["1999-03-09 earnings acme after_tax 180.00"]


def test_units_are_counted_for_a_plan_that_has_no_row_in_the_file() -> None:
    paid_in = [row(1, "acme", "contribution", "2000", source="after_tax")]
    before = books_of((s.entry for s in draft_one(paid_in).entries), taxpayers={}, accounts=CHART)
    came_in = [row(9, "roth", "conversion_in", "2000.00")]
    said = (say("partner_unknown", 2, "acme"), say("source_unknown", 2, "after_tax"))
    draft = draft_one(came_in, *said, before=before)
    assert told(draft) == ["transfer_in roth 2000.00 from acme:after_tax"]
    assert joined(draft)[-1] == "distribution acme>roth after_tax 2000.00"


def test_a_hidden_conversion_asks_what_the_source_was_worth() -> None:
    rows = [
        row(1, "acme", "contribution", "2000", source="after_tax"),
        row(9, "acme", "info", "0.00", raw_type="Transfer", question="possible_conversion"),
    ]
    said = say("possible_conversion", 3, "1990.41 after_tax")
    assert asked(draft_one(rows, said)) == [("value_needed", 3)]
    both = draft_one(rows, said, say("value_needed", 3, "all"))
    assert gains(both)[0].endswith("after_tax -9.59")


def test_a_cent_of_rounding_is_not_money_from_before_the_books() -> None:
    draft = draft_one(
        [
            row(1, "acme", "contribution", "1000", source="after_tax", units="10.000"),
            row(9, "acme", "conversion_out", "-1050.00", source="after_tax", units="-10.000"),
            row(9, "acme", "conversion_in", "1050.01", source="in_plan_roth", units="10.000"),
            row(20, "acme", "distribution", "-1200", source="in_plan_roth", units="-10.000"),
        ],
        say("partner_unknown", 5, "roth"),
    )
    assert open_points(draft) == []
    assert held(draft)["acme:in_plan_roth"] == "0.00"


def test_money_converted_into_another_fund_is_held_there() -> None:
    after_tax, roth = {"source": "after_tax", "investment": "A"}, {"source": "in_plan_roth"}
    rows = [
        row(1, "acme", "contribution", "1000", units="10.000", **after_tax),
        row(9, "acme", "conversion_out", "-1000", units="-10.000", **after_tax),
        row(9, "acme", "conversion_in", "1000", units="50.000", investment="B", **roth),
        row(20, "acme", "distribution", "-1100", units="-50.000", investment="B", **roth),
    ]
    draft = draft_one(rows, say("partner_unknown", 5, "roth"))
    assert (open_points(draft), gains(draft)) == (
        [],
        ["1999-03-20 earnings acme in_plan_roth 100.00"],
    )
    part = row(
        20, "acme", "distribution", "-1100", source="in_plan_roth", units="-5", investment="A"
    )
    found = open_points(draft_one([*rows[:3], part], say("partner_unknown", 5, "roth")))
    assert [code for code, _ in found] == ["opening_needed"]
