"""One event in files of two formats: shown, confirmed once, booked once; overlaps are exact."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.importers.reading import Reading
from ledger.records import Record, RowKind
from ledger.statement_import.answers import AnswerBook, GivenAnswer
from ledger.statement_import.deduplicate.compared_as import shown_as
from ledger.statement_import.draft import FileDraft
from ledger.statement_import.drafting import StatementImport
from ledger.statement_import.stages import ImportOptions
from ledger.statement_import.storing import commit, context_of
from tests.statement_import.desk import asked, day, reading, row, statuses
from tests.statement_import.test_overlap import Shelf

CODE = "same_events_other_format"
CSV, QFX = "vanguard_ofxdownload", "ofx"


def file(rows: Sequence[Record], importer: str, name: str) -> Reading:
    return reading(rows, importer=importer, file=name, plan=True)


def bring(shelf: Shelf, files: Sequence[Reading], *given: GivenAnswer, yes: bool = False) -> None:
    book = AnswerBook(shelf.answers(), given, take_proposals=yes)
    drafts = StatementImport(context_of(shelf, book), ImportOptions()).draft(files)  # type: ignore[arg-type]
    for draft in drafts:
        commit(shelf, draft, book)  # type: ignore[arg-type]


def draft(shelf: Shelf, one: Reading, *given: GivenAnswer) -> FileDraft:
    book = AnswerBook(shelf.answers(), given)
    return StatementImport(context_of(shelf, book), ImportOptions()).draft([one])[0]  # type: ignore[arg-type]


def pay(when: int, *, by_fund: bool) -> list[Record]:
    """Return a paycheck of 2,250.00: cut by source, or in one row of a typed pre-tax fund."""
    if by_fund:
        return [
            row(when, "acme", "contribution", amount, source="match", raw_type="Plan Contribution")
            for amount in ("2000", "250")
        ]
    return [
        row(when, "acme", "contribution", "1500", source="match", raw_type="BUYMF"),
        row(when, "acme", "contribution", "750", source="match", raw_type="BUYMF"),
    ]


def test_a_qfx_over_days_of_a_csv_is_shown_and_confirmed_once() -> None:
    shelf = Shelf()
    bring(shelf, [file([*pay(1, by_fund=True), *pay(15, by_fund=True)], CSV, "a.csv")])
    qfx = file([*pay(1, by_fund=False), *pay(15, by_fund=False)], QFX, "a.qfx")
    asking = draft(shelf, qfx)
    assert (asked(asking), statuses(asking)) == ([(CODE, 2)], "question " * 3 + "question")
    (question,) = asking.questions
    assert "4 rows of acme in this file (ofx) tell what the ledger has from a file of" in (
        question.problem
    )
    assert f"{day(1)} contribution 1,500.00" in question.problem
    assert (question.proposal, question.safe, question.lines) == ("same", True, (2, 3, 4, 5))
    before = shelf.told()
    bring(shelf, [qfx], GivenAnswer(CODE, "same", match="ofx vanguard_ofxdownload"))
    assert shelf.told() == before
    # a longer file later: the answer holds for the account, only the new paycheck is booked
    longer = file(
        [*pay(15, by_fund=False), *pay(29, by_fund=False)],
        QFX,
        "b.qfx",
    )
    bring(shelf, [longer])
    assert shelf.told() - before == {
        f"{day(29)} contribution acme match 1500.00": 1,
        f"{day(29)} contribution acme match 750.00": 1,
    }


def test_rows_beyond_those_of_the_other_format_are_new() -> None:
    shelf = Shelf()
    first = row(1, "trad", "earnings", "5.00", raw_type="Dividend")
    bring(shelf, [file([first], CSV, "a.csv")])
    both = [row(1, "trad", "earnings", amount, raw_type="INCOME") for amount in ("5", "7")]
    bring(shelf, [file(both, QFX, "a.qfx")], yes=True)
    assert shelf.told() == {f"{day(1)} earnings trad 5.00": 1, f"{day(1)} earnings trad 7.00": 1}


def test_money_of_its_own_is_booked_when_the_user_says_so() -> None:
    shelf = Shelf()
    bring(shelf, [file(pay(1, by_fund=True), CSV, "a.csv")])
    further = GivenAnswer(CODE, "further", line=2)
    found = draft(shelf, file(pay(1, by_fund=False), QFX, "a.qfx"), further)
    assert statuses(found) == "new new"
    assert found.notes[0].startswith("2 rows booked although a file of vanguard_ofxdownload has")


def test_amounts_that_fit_neither_in_total_nor_one_by_one_are_asked_about() -> None:
    shelf = Shelf()
    bring(shelf, [file(pay(1, by_fund=True), CSV, "a.csv")])
    other = [row(1, "acme", "contribution", "2251", source="match")]
    found = draft(shelf, file(other, QFX, "a.qfx"))
    assert asked(found) == [("totals_differ", 2)]
    assert "2,251.00 here, 2,250.00 in the ledger" in found.questions[0].problem


def test_both_files_in_one_command() -> None:
    shelf = Shelf()
    files = [
        file(pay(1, by_fund=True), CSV, "a.csv"),
        file([*pay(1, by_fund=False), *pay(15, by_fund=False)], QFX, "a.qfx"),
    ]
    bring(shelf, files, yes=True)
    assert sum(shelf.told().values()) == 4


def test_a_roth_conversion_of_an_ira_told_in_two_formats_is_one() -> None:
    # 7,000.00 was put in and converted; both downloads of the traditional IRA show it
    shelf = Shelf()
    rows = [
        row(1, "trad", "contribution", "7000", tax_year=1999),
        row(9, "trad", "conversion_out", "-7000", partner="234567891"),
    ]
    csv, qfx = reading(rows, file="a.csv"), reading(rows, file="a.qfx", importer=QFX)
    for _ in range(2):  # the second time all is known
        bring(shelf, [csv, qfx], yes=True)
        events = sorted((e.event for e in shelf.books().entries), key=lambda e: e.day)
        assert [event.kind.value for event in events] == ["contribution", "conversion"]


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(("answer", "conversions"), [("same", 1), ("further", 2)])
def test_a_conversion_that_the_other_format_shows_a_day_later_is_asked_about(
    answer: str, conversions: int, *, together: bool
) -> None:
    shelf = Shelf()
    money = [row(when, "trad", "contribution", "7000", tax_year=1999) for when in (1, 2)]
    early, late = (
        [
            row(when, "trad", "conversion_out", "-7000", partner="234567891"),
            row(when, "roth", "conversion_in", "7000", partner="234567890"),
        ]
        for when in (9, 10)
    )
    csv = reading([*money, *early], file="a.csv")
    qfx = reading([*money, *late], file="a.qfx", importer=QFX)
    files = [csv, qfx] if together else [qfx]
    if not together:
        bring(shelf, [csv])
    book = AnswerBook(shelf.answers(), (), take_proposals=True)
    drafts = StatementImport(context_of(shelf, book), ImportOptions()).draft(files)  # type: ignore[arg-type]
    assert asked(drafts[-1]) == [(CODE, 4), (CODE, 5)]
    said = [GivenAnswer(CODE, answer, line=line, file="a.qfx") for line in (4, 5)]
    bring(shelf, files, *said, yes=True)
    kinds = [e.event.kind.value for e in shelf.books().entries]
    assert kinds.count("conversion") == conversions


def test_equal_amounts_of_one_week_that_both_formats_show_need_no_question() -> None:
    shelf = Shelf()
    rows = [
        row(1, "trad", "contribution", "7000", tax_year=1999),
        *(row(when, "trad", "conversion_out", "-500", partner="234567891") for when in (3, 5, 6)),
    ]
    bring(shelf, [reading(rows, file="a.csv")])
    book = AnswerBook(shelf.answers(), (), take_proposals=True)
    files = [reading(rows, file="a.qfx", importer=QFX)]
    (again,) = StatementImport(context_of(shelf, book), ImportOptions()).draft(files)  # type: ignore[arg-type]
    assert (asked(again), statuses(again)) == ([], "known known known known")


def test_rows_that_add_up_to_nothing_are_not_taken_for_what_no_file_told() -> None:
    shelf = Shelf()
    bring(shelf, [reading([row(8, "trad", "earnings", "10")], file="a.csv")])
    paid = [row(9, "trad", "earnings", amount) for amount in ("5", "-5")]
    found = draft(shelf, reading(paid, file="a.qfx", importer=QFX))
    assert (asked(found), statuses(found)) == ([], "new new")


def test_a_conversion_told_in_two_formats_is_one() -> None:
    shelf = Shelf()
    money = [row(1, "acme", "contribution", "99", source="after_tax")]
    legs = [
        row(2, "acme", "conversion_out", "-99", source="after_tax"),
        row(2, "acme", "conversion_in", "99", source="in_plan_roth"),
    ]
    bring(shelf, [file([*money, *legs], "voya", "a.txt")])
    tagged = [
        row(2, "acme", "transfer_out", "-99", source="after_tax", question="possible_conversion"),
        row(2, "acme", "transfer_in", "99", source="after_tax", question="possible_conversion"),
    ]
    found = draft(shelf, file(tagged, QFX, "a.qfx"), GivenAnswer(CODE, "same", line=2))
    assert (asked(found), statuses(found)) == ([], "known known")


_EVENTS = st.lists(
    st.tuples(
        st.integers(1, 8),
        st.sampled_from(["contribution", "earnings"]),
        st.sampled_from(["1.00", "2.50", "2.50", "40.00"]),
        st.sampled_from(["pre_tax", "match"]),
    ),
    min_size=1,
    max_size=12,
)
_WINDOWS = st.lists(
    st.tuples(st.integers(1, 8), st.integers(0, 7), st.sampled_from([CSV, QFX])),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(events=_EVENTS, windows=_WINDOWS)
def test_overlapping_files_of_two_formats_book_each_event_once(
    events: list[tuple[int, str, str, str]], windows: list[tuple[int, int, str]]
) -> None:
    # an equal amount some days apart is asked about, and is money of its own in these stories
    apart = [
        GivenAnswer(CODE, "further", match=f"{importer} {kind}")
        for importer in (CSV, QFX)
        for kind in ("contribution", "earnings")
    ]
    shelf, whole = Shelf(), Shelf()
    shown = set()
    for number, (first, length, importer) in enumerate(windows):
        rows = [
            row(when, "acme", kind, amount, source=source, raw_type=f"{importer} {kind}")
            for when, kind, amount, source in sorted(events)
            if first <= when <= first + length
        ]
        shown |= set(range(first, first + length + 1))
        if rows:
            bring(shelf, [file(rows, importer, f"{number}.{importer}")], *apart, yes=True)
    every = [
        row(when, "acme", kind, amount, source=source)
        for when, kind, amount, source in sorted(events)
        if when in shown
    ]
    if every:
        bring(whole, [file(every, CSV, "whole.csv")])
    assert shelf.told() == whole.told()


def test_an_exchange_told_in_two_formats_moves_its_units_once() -> None:
    def exchange(units: str) -> Record:
        return row(2, "acme", "exchange", "0", source="after_tax", units=units, investment=units)

    files = [
        file([exchange(units) for units in ("-4.000", "20.000", "20.000")], "trowe_401k", "a.csv"),
        file([exchange(units) for units in ("20.000", "-4.000", "1.000")], "voya", "b.csv"),
    ]
    for order in (files, files[::-1]):
        shelf = Shelf()
        for one in order:
            bring(shelf, [one])
        moved = sorted(str(entry.event.units) for entry in shelf.books().facts)
        assert moved == ["-4.000", "1.000", "20.000", "20.000"]


@pytest.mark.parametrize("days", [(2, 2), (3, 3), (1, 4)], ids=str)
def test_an_exchange_of_two_days_is_told_once(days: tuple[int, int]) -> None:
    """It left one fund on the 2nd and is in the other on the 3rd; another format has other days."""

    def exchange(when: int, units: str) -> Record:
        return row(when, "acme", "exchange", "0", source="after_tax", units=units, investment=units)

    left, came = days
    files = [
        file([exchange(2, "-4.000"), exchange(3, "20.000")], "trowe_401k", "a.csv"),
        file([exchange(left, "-4.000"), exchange(came, "20.000")], "voya", "b.csv"),
        file([exchange(2, "-4.001"), exchange(12, "20.000")], "empower", "c.csv"),  # two others
    ]
    for order in permutations(files):
        shelf = Shelf()
        for one in order:
            bring(shelf, [one])
        moved = sorted(str(entry.event.units) for entry in shelf.books().facts)
        assert moved == ["-4.000", "-4.001", "20.000", "20.000"]


@pytest.mark.parametrize("plan", [True, False])
def test_every_row_that_has_an_effect_is_compared_as_something(plan: bool) -> None:
    left_out = {kind for kind in RowKind if shown_as(kind, plan=plan) is None}
    without = {kind for kind in RowKind if not kind.spec.has_effect}
    assert left_out <= without | {RowKind.SPOUSE_ELECTION}
    assert {RowKind.EXCHANGE, RowKind.INFO, RowKind.UNKNOWN, RowKind.BALANCE} <= left_out


def test_a_payment_of_a_kind_of_its_own_is_recognised_in_another_format() -> None:
    paid = [
        row(3, "trad", "contribution", "6000", tax_year=1999),
        row(20, "trad", "qcd", "-500"),
    ]
    shelf = Shelf()
    bring(shelf, [reading(paid, importer=CSV, file="a.csv")])
    again = draft(shelf, reading(paid, importer=QFX, file="a.qfx"))
    assert asked(again) == [(CODE, 2)]
    assert statuses(again) == "question question"
