"""Rows without a source: patterns, totals, rules and answers divide them to the cent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.chart import Source
from ledger.errors import LedgerError
from ledger.events import Event, EventKind
from ledger.money import Money
from ledger.records import Record
from ledger.statement_import.answers import AnswerBook, GivenAnswer
from ledger.statement_import.context import ImportContext
from ledger.statement_import.drafting import StatementImport
from ledger.statement_import.sources.allocation import (
    Pattern,
    by_pattern,
    parse_spec,
    spec_key,
    spec_text,
    split_rows,
)
from ledger.statement_import.stages import ImportOptions
from ledger.store import Answer
from tests.statement_import.desk import (
    CHART,
    START,
    asked,
    books,
    day,
    draft_all,
    draft_one,
    held,
    open_points,
    opened,
    reading,
    row,
    say,
    statuses,
    told,
    worked,
)

PAYCHECK = "pattern:pre_tax=1500,roth=500,after_tax=2000,match=750"
cents = st.integers(0, 10**9)


@given(st.lists(cents, min_size=1, max_size=12), st.data())
def test_rows_and_totals_are_both_met_to_the_cent(amounts: list[int], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, sum(amounts)), min_size=3, max_size=3)))
    edges = [0, *cuts, sum(amounts)]
    totals = {source: Money(b - a) for source, a, b in zip(Source, edges, edges[1:], strict=False)}
    parts = split_rows([Money(a) for a in amounts], totals)
    assert [sum(p.cents for p in row.values()) for row in parts] == amounts
    for source, total in totals.items():
        assert sum(part.get(source, Money(0)).cents for part in parts) == total.cents
    assert all(p.cents >= 0 for part in parts for p in part.values())


@given(st.lists(st.integers(-(10**6), 10**6), min_size=2, max_size=9), st.integers(0, 10**6))
def test_gains_and_losses_meet_their_totals_too(amounts: list[int], first: int) -> None:
    totals = {Source.PRE_TAX: Money(first), Source.ROTH: Money(sum(amounts) - first)}
    if not any(totals.values()):
        totals[Source.PRE_TAX] += Money(1)
        amounts[0] += 1
    parts = split_rows([Money(a) for a in amounts], totals)
    assert [sum(p.cents for p in row.values()) for row in parts] == amounts
    for source, total in totals.items():
        assert sum(part.get(source, Money(0)).cents for part in parts) == total.cents


def test_totals_that_do_not_agree_are_refused() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        split_rows([Money(100)], {Source.ROTH: Money(99)})


@pytest.mark.parametrize(
    "rows",
    [["4750"], ["2850", "1900"], ["1500", "500", "2000", "750"], ["2000", "750", "1500", "500"]],
    ids=["one row", "by fund", "by source", "by source in another order"],
)
def test_a_paycheck_is_recognized_however_the_day_lists_it(rows: list[str]) -> None:
    pattern = parse_spec(PAYCHECK)
    assert isinstance(pattern, Pattern)
    split = by_pattern([Money.parse(r) for r in rows], [pattern])
    for source, amount in pattern.shares.items():
        assert sum(shares.get(source, Money(0)).cents for shares in split) == amount.cents


def _contributions(*amounts: str) -> list[Record]:
    return [row(n, "acme", "contribution", a, line=n) for n, a in enumerate(amounts, 1)]


def test_a_pattern_books_four_entries_with_one_evidence() -> None:
    options = ImportOptions(allocations=[parse_spec(PAYCHECK)])
    draft = draft_one(_contributions("4,750.00"), options=options)
    assert told(draft) == [
        "contribution acme pre_tax 1500.00",
        "contribution acme roth 500.00",
        "contribution acme after_tax 2000.00",
        "contribution acme match 750.00",
    ]
    assert {made.event.where for made in draft.drafts} == {"a.csv:2"}


def test_a_row_that_no_pattern_fits_is_asked_about() -> None:
    options = ImportOptions(allocations=[parse_spec(PAYCHECK)])
    rows = _contributions("4750", "4749.99")
    assert asked(draft_one(rows, options=options)) == [("allocation_needed", 3)]
    shares = {"pre_tax": "1499.99", "roth": "500", "after_tax": "2000", "match": "750"}
    answered = draft_one(rows, say("allocation_needed", 3, shares), options=options)
    assert told(answered)[4] == "contribution acme pre_tax 1499.99"


def test_an_answer_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(LedgerError, match=r"add up to 1,500\.00, not to 4,750\.00"):
        draft_one(_contributions("4750"), say("allocation_needed", 2, {"pre_tax": "1500"}))


def test_a_raise_is_a_second_pattern_and_both_stay() -> None:
    stored = [
        Answer("allocation", "acme", "pattern:4750.00", PAYCHECK, day(1)),
        Answer("allocation", "acme", "pattern:5000.00", "pattern:pre_tax=5000", day(2)),
    ]
    draft = draft_one(_contributions("5000", "4750"), remembered=stored)
    assert told(draft)[0] == "contribution acme pre_tax 5000.00"
    assert len(told(draft)) == 5


def test_percentages_divide_any_amount() -> None:
    options = ImportOptions(allocations=[parse_spec("pattern:pre_tax=66.67%,match=33.33%")])
    assert told(draft_one(_contributions("100.01"), options=options)) == [
        "contribution acme pre_tax 66.68",
        "contribution acme match 33.33",
    ]


def test_rules_give_a_fee_to_one_source_and_earnings_by_value() -> None:
    rows = [
        row(1, "acme", "contribution", "3000", source="pre_tax"),
        row(1, "acme", "contribution", "1000", source="roth"),
        row(9, "acme", "earnings", "40", raw_type="Dividend"),
        row(9, "acme", "fee", "-2"),
    ]
    specs = [parse_spec("rule:dividend=by_value"), parse_spec("rule:fee=roth")]
    draft = draft_one(rows, options=ImportOptions(allocations=specs))
    assert asked(draft) == []
    # 40.00 by 3,000.00 and 1,000.00 are 30.00 and 10.00; the fee of 2.00 is Roth
    assert held(draft) == {"acme:pre_tax": "3030.00", "acme:roth": "1008.00"}


def test_totals_of_a_statement_divide_the_rows_of_a_kind() -> None:
    rows = [row(1, "acme", "earnings", "10.01"), row(2, "acme", "earnings", "20")]
    specs = [parse_spec("totals:earnings:pre_tax=20.00,roth=10.01")]
    draft = draft_one(rows, options=ImportOptions(allocations=specs))
    assert told(draft) == [
        "earnings acme pre_tax 6.67",
        "earnings acme roth 3.34",
        "earnings acme pre_tax 13.33",
        "earnings acme roth 6.67",
    ]


def test_equal_rows_are_asked_about_once_with_each_amount() -> None:
    rows = [row(n, "acme", "contribution", "2600") for n in range(1, 13)]
    rows += [row(n, "acme", "contribution", "2750") for n in range(13, 25)]
    rows += [row(30, "acme", "fee", "-2"), row(31, "acme", "fee", "-2")]
    draft = draft_one(rows)
    assert asked(draft) == [("allocation_needed", 2), ("allocation_needed", 26)]
    paychecks, fees = draft.questions
    assert "12 rows of 2,600.00, 12 rows of 2,750.00" in paychecks.problem
    assert "give one pattern each (repeat --allocate)" in paychecks.remedy
    assert "adding up to 2600.00, --allocate pattern:SOURCE=AMOUNT,… adding up to 2750.00" in (
        paychecks.remedy
    )
    assert paychecks.lines == tuple(range(2, 26))
    assert "2 rows of -2.00" in fees.problem
    assert "rule:fee=by_value" in fees.remedy
    assert statuses(draft) == " ".join(["question"] * 26)
    # a row of the group can still be answered by itself
    one = draft_one(rows, say("allocation_needed", 9, "pre_tax"))
    assert told(one) == ["contribution acme pre_tax 2600.00"]
    assert "11 rows of 2,600.00" in one.questions[0].problem


def test_a_paycheck_that_is_cut_by_fund_is_counted_by_day() -> None:
    rows = [row(n, "acme", "contribution", amount) for n in (1, 8) for amount in ("2000", "750")]
    assert "belong to: 2 days of 2,750.00" in draft_one(rows).questions[0].problem


def test_an_allocation_that_fits_no_row_is_known() -> None:
    specs = [parse_spec(t) for t in (PAYCHECK, "pattern:pre_tax=4751", "rule:fee=roth",
                                     "rule:loan=roth", "totals:earnings:roth=5")]  # fmt: skip
    rows = [*_contributions("4750"), row(4, "acme", "fee", "-1")]
    context = ImportContext(CHART, AnswerBook())
    intake = StatementImport(context, ImportOptions(allocations=specs))
    intake.draft([reading(rows)])
    assert [spec_text(spec) for spec in intake.unused_allocations()] == [
        "pattern:pre_tax=4751.00",
        "rule:loan=roth",
        "totals:earnings:roth=5.00",
    ]


def test_conversions_of_all_after_tax_money_are_answered_once() -> None:
    hidden = {"raw_type": "Transfer", "question": "possible_conversion"}
    rows = [
        row(1, "acme", "contribution", "2000", source="after_tax"),
        row(1, "acme", "info", "0.00", **hidden),
        row(5, "acme", "contribution", "2000"),
        row(6, "acme", "earnings", "40"),
        row(7, "acme", "info", "0.00", **hidden),
        row(9, "acme", "info", "0.00", **hidden),
    ]
    draft = draft_one(rows[:2] + rows[4:])
    assert asked(draft) == [("possible_conversion", 3)]
    assert (
        "3 'Transfer' rows of 0.00 from 1999-03-01 to 1999-03-09 (lines 3, 4, 5)"
        in draft.questions[0].problem
    )
    assert '"match": "Transfer", "answer": "all"}' in draft.questions[0].remedy
    specs = [parse_spec("pattern:after_tax=2000"), parse_spec("rule:earnings=after_tax")]
    every = GivenAnswer("possible_conversion", "all", match="transfer")
    done = draft_one(rows, every, options=ImportOptions(allocations=specs))
    assert asked(done) == []
    moved = [c.amount.plain for c in worked(done).story.conversions if c.amount]
    assert moved == ["2000.00", "2040.00"]
    assert held(done) == {"acme:after_tax": "0.00", "acme:in_plan_roth": "4040.00"}
    assert done.notes[-1].startswith(
        "1999: 2 conversions of all after-tax money, 4,040.00, at book value"
    )
    assert "a.csv:7: the books have no after-tax money to convert" in done.notes[0]
    # what a contribution without a source brings is asked first: all includes it
    assert asked(draft_one(rows, every)) == [("allocation_needed", 4), ("allocation_needed", 5)]


def test_a_transfer_of_nothing_may_hide_a_conversion() -> None:
    rows = [row(5, "acme", "info", "0.00", raw_type="Transfer", question="possible_conversion")]
    assert asked(draft_one(rows)) == [("possible_conversion", 2)]
    answer = {"amount": "2008.00", "source": "after_tax"}
    for said in (answer, "2,008.00 after_tax"):
        draft = draft_one(rows, say("possible_conversion", 2, said))
        assert told(draft) == ["in_plan_conversion acme after_tax 2008.00"]
        assert open_points(draft) == [("opening_needed", "a.csv:2")]  # nothing was there
    assert told(draft_one(rows, say("possible_conversion", 2, "none"))) == []


def test_the_file_with_sources_covers_the_one_without() -> None:
    plain = [
        row(5, "acme", "contribution", "2250"),
        row(5, "acme", "earnings", "3"),
        row(6, "acme", "info", "0", raw_type="Transfer", question="possible_conversion"),
    ]
    sourced = [
        row(5, "acme", "contribution", "1500", source="pre_tax"),
        row(5, "acme", "contribution", "750", source="match"),
        row(5, "acme", "earnings", "3", source="match"),
        row(6, "acme", "conversion_out", "-99", source="after_tax"),
        row(6, "acme", "conversion_in", "99", source="in_plan_roth"),
    ]
    drafts = draft_all(
        [
            reading(plain, file="history.csv", importer="fidelity_netbenefits"),
            reading(sourced, file="tab.txt", importer="fidelity_sources_tab"),
        ],
        before=opened("acme:after_tax"),
    )
    assert (told(drafts[0]), drafts[0].counts()["known"]) == ([], 3)
    assert len(told(drafts[1])) == 4


def test_a_total_that_differs_between_the_two_files_is_a_finding() -> None:
    drafts = draft_all(
        [
            reading([row(5, "acme", "contribution", "2251")], importer="fidelity_netbenefits"),
            reading(
                [row(5, "acme", "contribution", "2250", source="match")],
                file="tab.txt",
                importer="fidelity_sources_tab",
            ),
        ]
    )
    assert asked(drafts[0]) == [("totals_differ", 2)]
    assert "2,251.00 here, 2,250.00" in drafts[0].questions[0].problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("pre_tax=1500", "is no allocation"),
        ("pattern:pre_tax", "is no 'source=amount'"),
        ("pattern:pretax_money=5", "is no source"),
        ("pattern:pre_tax=5,pre_tax=6", "comes twice"),
        ("pattern:pre_tax=60%,match=30%", "do not add up to 100"),
        ("rule:fee=maybe", "is no source"),
        ("pattern:roth=1e3", "is no amount"),
    ],
)
def test_a_bad_allocation_says_what_to_write(text: str, problem: str) -> None:
    with pytest.raises(LedgerError, match=problem) as caught:
        parse_spec(text)
    assert caught.value.code == "bad_allocation"


@pytest.mark.parametrize("text", [PAYCHECK, "rule:fee=pre_tax", "rule:dividend=by_value"])
def test_a_stored_allocation_reads_back_the_same(text: str) -> None:
    spec = parse_spec(text)
    assert parse_spec(spec_text(spec)) == spec


OTHER = "pattern:pre_tax=2000,roth=500,after_tax=1500,match=750"  # as much, otherwise divided


def test_two_splits_of_one_total_are_remembered_by_the_day_each_holds_from() -> None:
    rows = [row(n, "acme", "contribution", "4750") for n in (5, 50)]
    from_day_40 = OTHER.replace("pattern", f"pattern@{day(40).isoformat()}")
    stored = [
        Answer("allocation", "acme", "pattern:4750.00", PAYCHECK, day(1)),
        Answer("allocation", "acme", spec_key(parse_spec(from_day_40)), from_day_40, day(2)),
    ]
    draft = draft_one(rows, remembered=stored)
    assert [line for line in told(draft) if "pre_tax" in line or "after_tax" in line] == [
        "contribution acme pre_tax 1500.00",
        "contribution acme after_tax 2000.00",
        "contribution acme pre_tax 2000.00",
        "contribution acme after_tax 1500.00",
    ]
    assert [note for note in draft.notes if "as remembered" in note] == [
        f"1 paycheck divided as remembered by {spec_text(parse_spec(text))}; another split from "
        "a day on: --allocate pattern@DATE:…"
        for text in (PAYCHECK, from_day_40)
    ]


def test_a_second_split_of_one_total_is_never_taken_in_silence() -> None:
    rows = [row(5, "acme", "contribution", "4750")]
    options = ImportOptions(allocations=[parse_spec(OTHER)])
    stored = [Answer("allocation", "acme", "pattern:4750.00", PAYCHECK, day(1))]
    with pytest.raises(LedgerError, match=r"of 4,750\.00 is divided in two ways") as caught:
        draft_one(rows, remembered=stored, options=options)
    assert "pattern@2025-07-01:…" in caught.value.remedy
    both = ImportOptions(allocations=[parse_spec(PAYCHECK), parse_spec(OTHER)])
    with pytest.raises(LedgerError, match="divided in two ways"):
        draft_one(rows, options=both)
    given = draft_one(
        rows, remembered=stored, options=ImportOptions(allocations=[parse_spec(PAYCHECK)])
    )
    assert not [note for note in given.notes if "as remembered" in note]  # said again: no news


def test_a_split_of_a_day_is_written_as_it_is_read() -> None:
    spec = parse_spec("pattern@2025-07-01:pre_tax=60%,match=40%")
    assert spec_text(spec) == "pattern@2025-07-01:pre_tax=60.00%,match=40.00%"
    assert parse_spec(spec_text(spec)) == spec
    assert spec_key(spec) == "pattern:percent@2025-07-01"
    for text in ("pattern@July:pre_tax=1", "rule@2025-07-01:fee=roth"):
        with pytest.raises(LedgerError):
            parse_spec(text)


def _hidden(when: int) -> Record:
    return row(when, "acme", "info", "0", raw_type="Transfer", question="possible_conversion")


def test_all_after_a_part_takes_the_gain_that_the_part_left_behind() -> None:
    # 2,000.00 in; worth 2,100.00 when 1,000.00 was converted: 1,100.00 stay. With 500.00 more,
    # all is 1,600.00, and nothing is left
    rows = [
        row(1, "acme", "contribution", "2000", source="after_tax"),
        _hidden(5),
        row(20, "acme", "contribution", "500", source="after_tax"),
        _hidden(25),
    ]
    answers = [
        say("possible_conversion", 3, "1000.00 after_tax"),
        say("value_needed", 3, "2100.00"),
        say("possible_conversion", 5, "all"),
    ]
    draft = draft_one(rows, *answers)
    assert asked(draft) == []
    assert [c.amount.plain for c in worked(draft).story.conversions] == ["1000.00", "1600.00"]
    assert held(draft) == {"acme:after_tax": "0.00", "acme:in_plan_roth": "2600.00"}
    assert "1 conversion of all after-tax money, 1,600.00, at book value" in draft.notes[-1]


@pytest.mark.parametrize(("paid_in", "left"), [("700.00", "1100.00"), ("500.00", "900.00")])
def test_all_takes_an_opening_that_is_told_besides(paid_in: str, left: str) -> None:
    # 600.00 leave before any money came in: 1,000.00 were there. 400.00 and what came in are all
    rows = [_hidden(5), row(20, "acme", "contribution", paid_in, source="after_tax"), _hidden(25)]
    answers = [
        say("possible_conversion", 2, "600.00 after_tax"),
        say("value_needed", 2, "1000.00"),
        say("possible_conversion", 4, "all"),
    ]
    without = draft_one(rows, *answers)
    assert open_points(without) == [("opening_needed", "a.csv:2")]
    opening = Event(
        where="typed-1:1", day=START, account="acme", kind=EventKind.OPENING,
        sources=(Source.AFTER_TAX,), value=Money.dollars(1000), basis=Money.dollars(900),
    )  # fmt: skip
    before = books([opening], importer="")
    draft = draft_one(rows, *answers, before=before)
    assert (asked(draft), open_points(draft, before=before)) == ([], [])
    moved = [c.amount.plain for c in worked(draft, before=before).story.conversions]
    assert moved == ["600.00", left]
