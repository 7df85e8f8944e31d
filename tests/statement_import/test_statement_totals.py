"""A statement's totals by source divide the rows of a file that adds all sources together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from ledger.chart import Source
from ledger.importers.reading import ClosingBalance, Reading, StatedTotal
from ledger.money import Money
from ledger.statement_import.answers import AnswerBook, GivenAnswer
from ledger.statement_import.draft import FileDraft
from ledger.statement_import.drafting import StatementImport
from ledger.statement_import.sources.allocation import parse_spec
from ledger.statement_import.stages import ImportOptions
from ledger.statement_import.storing import context_of
from ledger.store import Answer
from tests.statement_import.desk import asked, day, draft_all, reading, row, told
from tests.statement_import.test_overlap import Shelf

D = Money.dollars
ACME = ImportOptions(account="acme")
PERIOD = f"{day(1)} {day(90)}"
DIVIDE = GivenAnswer("statement_divides", "divide", match=PERIOD)
# three paychecks of 1,000.00: 1,800.00 pre-tax, 900.00 after-tax and 300.00 match in all
HISTORY = reading(
    [row(n, "acme", "contribution", "1000.00") for n in (10, 40, 70)],
    file="history.csv",
    importer="fidelity_netbenefits",
    plan=True,
)
TOTALS = ((Source.PRE_TAX, 1800), (Source.AFTER_TAX, 900), (Source.MATCH, 300))


def statement(totals: Sequence[tuple[Source, int]] = TOTALS) -> Reading:
    stated = [
        StatedTotal(f"s.txt:{n}", day(1), day(90), "", source, D(amount))
        for n, (source, amount) in enumerate(totals, 7)
    ]
    return Reading(
        "s.txt", "s", "fidelity_statement", (), plan=True, totals=tuple(stated), account="0990011"
    )


def by_name(drafts: list[FileDraft], name: str) -> FileDraft:
    return next(draft for draft in drafts if draft.name == name)


DIVIDED = [
    f"contribution acme {source} {amount}"
    for _ in range(3)
    for source, amount in (("pre_tax", "600.00"), ("after_tax", "300.00"), ("match", "100.00"))
]


def test_both_files_in_one_command_are_shown_and_confirmed_once() -> None:
    for files in ([HISTORY, statement()], [statement(), HISTORY]):
        history = by_name(draft_all(files, options=ACME), "history.csv")
        assert asked(history) == [("statement_divides", 2)]
        said = "pre_tax 1,800.00, after_tax 900.00, match 300.00; 3 contribution rows"
        assert said in history.questions[0].problem
        drafts = draft_all(files, [DIVIDE], options=ACME)
        assert told(by_name(drafts, "history.csv")) == DIVIDED
        assert by_name(drafts, "s.txt").differences == []


def test_a_statement_that_came_before_is_remembered() -> None:
    shelf = Shelf()
    book = AnswerBook()
    (first,) = StatementImport(context_of(shelf, book), ACME).draft([statement()])  # type: ignore[arg-type]
    assert (first.questions, first.differences) == ([], [])
    kept = book.used("s.txt")
    (history,) = draft_all([HISTORY], [DIVIDE], remembered=kept, options=ACME)
    assert told(history) == DIVIDED


def test_a_pattern_goes_first_and_the_statement_divides_what_is_left() -> None:
    """2,000.00 are left for two rows: 1,300.00 pre-tax, 550.00 after-tax and 150.00 match."""
    odd = [row(10, "acme", "contribution", "1000.00"), row(40, "acme", "contribution", "1000.01")]
    odd.append(row(70, "acme", "contribution", "999.99"))
    file = reading(odd, file="history.csv", importer="fidelity_netbenefits", plan=True)
    spec = parse_spec("pattern:pre_tax=500,after_tax=350,match=150")
    options = ImportOptions(account="acme", allocations=[spec])
    drafts = draft_all([file, statement()], [DIVIDE], options=options)
    history = by_name(drafts, "history.csv")
    assert asked(history) == []
    sums: dict[str, int] = {}
    for made in history.drafts:
        assert made.event.amount is not None
        sums[str(made.event.source)] = sums.get(str(made.event.source), 0) + made.event.amount.cents
    assert sums == {"pre_tax": 180000, "after_tax": 90000, "match": 30000}
    assert told(history)[0] == "contribution acme pre_tax 500.00"


def test_totals_that_are_not_what_the_rows_add_up_to_divide_nothing() -> None:
    less = statement([(Source.PRE_TAX, 1800), (Source.AFTER_TAX, 900)])
    history = by_name(draft_all([HISTORY, less], options=ACME), "history.csv")
    assert asked(history) == [("allocation_needed", 2)]
    (note,) = history.notes
    assert note.startswith("s.txt:7: contributions of pre_tax 1,800.00, after_tax 900.00 besides")
    assert note.endswith("the rows without a source add up to 3,000.00: not divided by it")
    no = GivenAnswer("statement_divides", "no", match=PERIOD)
    history = by_name(draft_all([HISTORY, statement()], [no], options=ACME), "history.csv")
    assert asked(history) == [("allocation_needed", 2)]


def test_the_balances_of_the_eve_are_proposed_for_an_opening() -> None:
    eve = day(1) - timedelta(days=1)
    values = ((Source.PRE_TAX, 4000), (Source.ROTH, 1000))
    closing = [ClosingBalance(f"s.txt:{n}", eve, "", D(v), s) for n, (s, v) in enumerate(values)]
    before = Reading(
        "s.txt", "s", "fidelity_statement", (), plan=True, closing=tuple(closing),
        account="0990011",
    )  # fmt: skip
    start = row(1, "acme", "balance", "5000.00", raw_type="Balance Forward")
    file = reading([start], file="history.csv", importer="fidelity_netbenefits", plan=True)
    drafts = draft_all([file, before], options=ACME)
    (question,) = by_name(drafts, "history.csv").questions
    assert "(a statement says pre_tax 4,000.00, roth 1,000.00)" in question.problem
    shown = json.dumps({"pre_tax": "4000.00", "roth": {"value": "1000.00", "basis": "BASIS"}})
    assert shown in question.remedy
    # answered, the opening of the next morning is what the statement says of the eve
    said = {"pre_tax": "4000.00", "roth": {"value": "1000.00", "basis": "900.00"}}
    answers = [GivenAnswer("opening_balance", said, line=2)]
    drafts = draft_all([file, before], answers, options=ACME)
    assert by_name(drafts, "s.txt").differences == []
    assert len(by_name(drafts, "history.csv").drafts) == 2


def test_what_is_kept_of_a_statement_names_its_line() -> None:
    book = AnswerBook()
    StatementImport(context_of(Shelf(), book), ACME).draft([statement()])  # type: ignore[arg-type]
    kept: list[Answer] = book.used("s.txt")
    first = (kept[0].code, kept[0].match, kept[0].reason)
    assert first == ("stated_total", f"{day(1)} {day(90)} pre_tax 1800.00", "stated by s.txt:7")


def test_two_statements_of_one_period_are_both_kept_and_told_where_they_differ() -> None:
    """1,800.00 pre-tax by one statement, 1,900.00 by another: neither divides the history."""
    other = statement(((Source.PRE_TAX, 1900), *TOTALS[1:]))
    second = replace(
        other,
        file="t.txt",
        sha256="t",
        totals=tuple(replace(one, where=f"t.txt:{n}") for n, one in enumerate(other.totals, 7)),
    )
    shelf, kept = Shelf(), list[Answer]()
    for read in (statement(), second, replace(second, file="u.txt", sha256="u")):
        book = AnswerBook(kept)
        (draft,) = StatementImport(context_of(shelf, book), ACME).draft([read])  # type: ignore[arg-type]
        kept += book.used(read.file)
        warned = [note for note in draft.notes if note.startswith("warning")]
        told_of = "1,800.00 stated by s.txt:7, 1,900.00 by t.txt:7; undo the import"
        assert [told_of in note for note in warned] == ([] if read.file == "s.txt" else [True])
    for files in ([HISTORY], [HISTORY, second]):
        history = by_name(draft_all(files, [], remembered=kept, options=ACME), "history.csv")
        assert "statement_divides" not in [code for code, _ in asked(history)]
        assert any("rows are not divided by either" in note for note in history.notes)
