"""Opening rows are booked once, when nothing is known before; later they are only compared."""

from __future__ import annotations

from typing import Any

import pytest

from cli.question_words import listed
from ledger.chart import Source
from ledger.errors import LedgerError
from ledger.events import Event, EventKind
from ledger.importers.reading import ClosingBalance
from ledger.money import Money
from ledger.statement_import.balances.compared import read_closing
from ledger.statement_import.stages import ImportOptions
from tests.statement_import.desk import (
    CHART,
    asked,
    books,
    day,
    draft_all,
    draft_one,
    reading,
    row,
    say,
    told,
)


def test_pre_tax_money_opens_with_no_basis_and_no_question() -> None:
    rows = [row(1, "acme", "balance", "10,000", source="pre_tax")]
    assert told(draft_one(rows)) == ["opening acme pre_tax 10000.00 basis 0.00"]


@pytest.mark.parametrize(
    ("source", "answer", "events"),
    [
        ("after_tax", {"source": "after_tax", "basis": "8,000.00"},
         ["opening acme after_tax 10000.00 basis 8000.00"]),
        # one source: what is asked is its basis, and the bare amount says it
        ("roth", "8000", ["opening acme roth 10000.00 basis 8000.00"]),
        ("roth", "8,000.00", ["opening acme roth 10000.00 basis 8000.00"]),
        ("roth", "roth 8000", ["opening acme roth 10000.00 basis 8000.00"]),
        (None, "after_tax 8000", ["opening acme after_tax 10000.00 basis 8000.00"]),
        (None, {"pre_tax": "6000", "match": "4000"},
         ["opening acme pre_tax 6000.00 basis 0.00", "opening acme match 4000.00 basis 0.00"]),
        (None, "check", []),
    ],
)  # fmt: skip
def test_other_money_opens_with_the_basis_the_user_says(
    source: str | None, answer: Any, events: list[str]
) -> None:
    rows = [row(1, "acme", "balance", "10,000", source=source)]
    assert asked(draft_one(rows)) == [("opening_balance", 2)]
    assert told(draft_one(rows, say("opening_balance", 2, answer))) == events


def test_an_opening_of_one_source_shows_an_answer_for_that_row() -> None:
    (question,) = draft_one([row(1, "acme", "balance", "4,810", source="roth")]).questions
    assert '"answer": "BASIS"}, from "0.00" (all of it is gain) to "4810.00"' in question.remedy
    assert "pre_tax" not in question.remedy
    shown = dict(listed(question, CHART))
    assert shown["4810.00"] == "all of it was taxed already: nothing was gained"
    assert not any("pre_tax" in form for form in shown)
    with pytest.raises(LedgerError, match="does not answer 'opening_balance'") as refused:
        draft_one(
            [row(1, "acme", "balance", "4,810", source="roth")], say("opening_balance", 2, "4 x")
        )
    assert "the part of 4,810.00 that was taxed already" in refused.value.faults[0].remedy


SPLIT = {
    "pre_tax": "40000.00",
    "match": "20000.00",
    "in_plan_roth": {"value": "15000.00", "basis": "14000.00"},
    "roth": {"value": "5000", "basis": 5100},
}


@pytest.mark.parametrize(
    "answer", [SPLIT, "pre_tax=40,000.00 match=20000, in_plan_roth=15000/14000 roth=5000/5100"]
)
def test_an_opening_is_divided_over_several_sources(answer: Any) -> None:
    # two funds, one question: the recordkeeper adds all sources of a fund together
    rows = [row(1, "acme", "balance", "50,000"), row(1, "acme", "balance", "30,000")]
    draft = draft_one(rows)
    assert asked(draft) == [("opening_balance", 2)]
    assert '"in_plan_roth": {"value": "15000.00", "basis": "14000.00"}}' in (
        draft.questions[0].remedy
    )
    assert "add up to 80,000.00" in draft.questions[0].remedy
    assert told(draft_one(rows, say("opening_balance", 2, answer))) == [
        "opening acme pre_tax 40000.00 basis 0.00",
        "opening acme match 20000.00 basis 0.00",
        "opening acme in_plan_roth 15000.00 basis 14000.00",
        "opening acme roth 5000.00 basis 5100.00",
    ]


@pytest.mark.parametrize(
    "change",
    [{"match": "19999.99"}, {"roth": "5000"}, {"roth": {"basis": "5000"}}, {"pre-tax": "0"},
     {"pre_tax": {"value": "40000.00", "basis": "1.00"}}, {"match": ["20000"]}],
)  # fmt: skip
def test_a_division_that_does_not_add_up_is_refused(change: dict[str, Any]) -> None:
    rows = [row(1, "acme", "balance", "80,000")]
    with pytest.raises(LedgerError, match="does not answer 'opening_balance'") as refused:
        draft_one(rows, say("opening_balance", 2, SPLIT | change))
    assert "add up to 80,000.00" in refused.value.faults[0].remedy


def test_an_opening_typed_for_the_very_day_is_compared_with_the_file() -> None:
    typed = Event(
        "typed", day(1), "acme", EventKind.OPENING, sources=(Source.ROTH,),
        value=Money(8000000), basis=Money(8000000),
    )  # fmt: skip
    rows = [row(1, "acme", "balance", "80,000"), row(1, "acme", "earnings", "5", source="roth")]
    assert draft_one(rows, before=books([typed])).notes == []
    less = draft_one([row(1, "acme", "balance", "80,001")], before=books([typed]))
    assert "the file starts with 80,001.00, the ledger has 80,000.00" in less.notes[0]
    unsaid = draft_one(rows, say("opening_balance", 2, "check"))
    assert "the file starts with 80,000.00, the ledger has 0.00" in unsaid.notes[0]


@pytest.mark.parametrize(
    "answer", ["after_tax", {"pre_tax": "9999"}, {"after_tax": "10000"}, "gold 5", {"source": "x"}]
)
def test_a_basis_is_never_taken_for_granted(answer: Any) -> None:
    rows = [row(1, "acme", "balance", "10,000")]
    with pytest.raises(LedgerError, match="does not answer 'opening_balance'"):
        draft_one(rows, say("opening_balance", 2, answer))


def test_a_later_opening_row_is_compared_and_not_booked() -> None:
    amount = Money(500000)
    earlier = Event("b.csv:2", day(1), "acme", EventKind.CONTRIBUTION, amount, (Source.ROTH,))
    rows = [row(9, "acme", "balance", "5,000.00"), row(10, "acme", "info", "1")]
    same = draft_one(rows, before=books([earlier]))
    assert (told(same), same.notes) == ([], [])
    other = draft_one([row(9, "acme", "balance", "5,200.00")], before=books([earlier]))
    assert "the file starts with 5,200.00, the ledger has 5,000.00" in other.notes[0]


@pytest.mark.parametrize("source", [None, "roth"])
def test_an_opening_row_that_shows_missing_paychecks_names_their_days(source: str | None) -> None:
    """Five paydays of 100.00 to day 57; those of days 71 to 127, five again, are in no file.

    The next one starts with the 1,000.00 and a gain of 60.00.
    """
    paid = [
        Event("b.csv:2", day(n), "acme", EventKind.CONTRIBUTION, Money(10000), (Source.ROTH,))
        for n in range(1, 58, 14)
    ]
    start = row(140, "acme", "balance", "1,060.00", source=source)
    draft = draft_one([start, row(141, "acme", "info", "1")], before=books(paid))
    of = " of roth" if source else ""
    (note,) = draft.notes
    assert note == (
        f"warning: {day(140)}: the file starts with 1,060.00{of}, the ledger has 500.00; no "
        f"contribution from {day(58)} to {day(140)} (about 5 paydays, 500.00) (the market can "
        "hardly have made this difference: look for a download that is missing, an opening, or a "
        "row booked twice)"
    )
    # what the market can have made is told only of files that never show it
    start = row(60, "acme", "balance", "520.00", source=source)
    draft = draft_one([start, row(61, "acme", "info", "1")], before=books(paid))
    assert len(draft.notes) == (0 if source else 1)


def test_a_closing_balance_of_the_file_is_a_fact_and_one_no_market_made_is_shown() -> None:
    rows = [row(1, "acme", "contribution", "100", source="roth"),
            row(2, "acme", "earnings", "5", source="roth"),
            row(9, "acme", "earnings", "7", source="roth")]  # fmt: skip
    for value, found in (("105.00", []), ("104.99", []), ("150.01", ["difference 45.01"])):
        closing = ClosingBalance("a.csv:9", day(2), "0990011", Money.parse(value), Source.ROTH)
        draft = draft_all([reading(rows, closing=(closing,))])[0]
        assert [d.words[-len("difference 45.01") :] for d in draft.differences] == found
        assert [made.event.value for made in draft.drafts if made.event.value] == (
            [] if found else [closing.value]
        )


def _stated(value: str, source: Source | None = Source.ROTH, line: int = 9) -> ClosingBalance:
    return ClosingBalance(f"a.csv:{line}", day(2), "0990011", Money.parse(value), source)


def _booked(value: str, source: Source | None, number: int) -> Event:
    sources = (source,) if source else ()
    where, kind = f"typed-{number}:1", EventKind.BALANCE
    return Event(where, day(2), "acme", kind, sources=sources, value=Money.parse(value), seq=number)


@pytest.mark.parametrize(
    ("closing", "before", "words"),
    [
        # the same source, though no market made the value; the other values fit, or are another's
        ("150.01", [(Source.ROTH, "105.00")], "roth 105.00 (entry 1, typed-1:1)"),
        ("105.00", [(Source.ROTH, "105.00")], ""),
        ("105.00", [(Source.MATCH, "7.00")], ""),
        # the whole plan, and its only source
        ("105.00", [(None, "106.00")], "all of it 106.00 (entry 1, typed-1:1)"),
        ("105.00", [(None, "105.00")], ""),
    ],
)
def test_a_closing_balance_that_contradicts_one_of_its_day_is_asked_about(
    closing: str, before: list[tuple[Source | None, str]], words: str
) -> None:
    said = [_booked(value, source, n) for n, (source, value) in enumerate(before, 1)]
    held = Event(
        "b.csv:1", day(1), "acme", EventKind.CONTRIBUTION, Money.dollars(7), (Source.MATCH,), seq=9
    )
    facts = [*said, held] if (Source.MATCH, "7.00") in before else said
    paid = Event("b.csv:2", day(1), "acme", EventKind.CONTRIBUTION, Money.dollars(100),
                 (Source.ROTH,), seq=8)  # fmt: skip
    file = reading([row(3, "acme", "info", "1")], closing=(_stated(closing),))
    draft = draft_all([file], before=books([paid, *facts]))[0]
    assert [question.code for question in draft.questions] == (
        ["stated_otherwise"] if words else []
    )
    assert draft.differences == []
    if words:
        (question,) = draft.questions
        assert f"contradict it: {words}; only one of them can be right" in question.problem
        assert question.command == 'basis reverse 1 --why "…"'
        left = draft_all([file], [say("stated_otherwise", 9, "leave")], before=books([paid, *said]))
        assert (left[0].questions, left[0].differences, told(left[0])) == ([], [], [])


def test_a_closing_balance_of_the_command_line_is_refused_where_it_contradicts() -> None:
    before = books([_booked("105.00", Source.ROTH, 1)])
    options = ImportOptions(closing={Source.ROTH: Money.dollars(110)}, account="acme")
    with pytest.raises(LedgerError, match=r"roth 105\.00 \(entry 1, typed-1:1\)") as caught:
        draft_all([reading([row(2, "acme", "info", "1")])], before=before, options=options)
    assert 'basis reverse 1 --why "…"' in caught.value.remedy


def test_a_closing_balance_is_told_once_for_each_source() -> None:
    assert read_closing(["after_tax=1", "match=2"])[Source.MATCH] == Money.dollars(2)
    with pytest.raises(ValueError, match="after_tax=2"):
        read_closing(["after_tax=1", "after_tax=2"])
