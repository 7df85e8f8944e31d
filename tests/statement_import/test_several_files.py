"""Files of one import: what the older ones bring is there for the later, in any order given."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.chart import Source
from ledger.errors import LedgerErrors
from ledger.events import Event, EventKind
from ledger.importers.read import read_file
from ledger.money import Money
from ledger.statement_import.answers import AnswerBook, GivenAnswer
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft
from ledger.statement_import.drafting import StatementImport
from ledger.statement_import.sources.allocation import parse_spec
from ledger.statement_import.stages import ImportOptions
from ledger.store import ImportInfo
from tests.statement_import.desk import (
    CHART,
    asked,
    books,
    day,
    draft_all,
    draft_all_held,
    held,
    joined,
    reading,
    row,
    told,
)

SPECS = ("pattern:pre_tax=1000,after_tax=3000", "rule:earnings=by_value")
OPENING = GivenAnswer("opening_balance", {"pre_tax": "2000", "match": "2000"}, line=9)
HIDDEN = GivenAnswer("possible_conversion", "all", match="Transfer")
# December's paycheck of after-tax money is converted in January: the later file needs the older.
OLDER = (
    '12/30/2024,FUND,Contributions,"4,000.00",40.000',
    "12/15/2024,FUND,Dividend,40.00,0.400",
    "11/30/2024,FUND,Transfer,0.00,0.000",
    '11/29/2024,FUND,Contributions,"4,000.00",40.000',
    '01/01/2024,FUND,Balance Forward,"4,000.00",40.000',
)
LATER = (
    "03/31/2025,FUND,Dividend,120.40,1.204",
    "01/03/2025,FUND,Transfer,0.00,0.000",
    '12/30/2024,FUND,Contributions,"4,000.00",40.000',
    "12/15/2024,FUND,Dividend,40.00,0.400",
    '12/01/2024,FUND,Balance Forward,"12,000.00",120.000',
)


def _file(folder: Path, name: str, rows: tuple[str, ...]) -> Path:
    head = ("Plan name:,ACME", "", "", "Date,Investment,Transaction Type,Amount,Shares/Unit")
    path = folder / name
    path.write_text("\n".join((*head, *rows)) + "\n")
    return path


def _drafted(*paths: Path, given: tuple[GivenAnswer, ...] = (OPENING, HIDDEN)) -> list[FileDraft]:
    context = ImportContext(accounts=CHART, book=AnswerBook((), given))
    options = ImportOptions(account="acme", allocations=[parse_spec(spec) for spec in SPECS])
    readings = [read_file(path, None, account="acme", name=path.name) for path in paths]
    return StatementImport(context, options).draft(readings)


@pytest.mark.parametrize("turned", [False, True])
def test_a_later_file_rests_on_the_older_one_of_the_same_import(
    tmp_path: Path, *, turned: bool
) -> None:
    files = [_file(tmp_path, "2024.csv", OLDER), _file(tmp_path, "2025.csv", LATER)]
    drafts = _drafted(*(reversed(files) if turned else files))
    assert not any(draft.questions for draft in drafts)
    # 40.00 by 3,000 pre-tax, 2,000 match, 3,000 converted: 15.00, 10.00, 15.00; 120.40 by
    # 4,015, 2,010 and 6,015 of 12,040: 1 percent of each. January converts December's 3,000.
    assert held(*drafts) == {
        "acme:after_tax": "0.00",
        "acme:in_plan_roth": "6075.15",
        "acme:match": "2030.10",
        "acme:pre_tax": "4055.15",
    }
    notes = [note for draft in drafts for note in draft.notes if "the file starts with" in note]
    assert len(notes) == 1
    assert notes[0].startswith(
        "warning: 2024-12-01: the file starts with 12,000.00, the ledger has 8,000.00"
    )


def test_an_answer_for_a_line_settles_one_file_alone(tmp_path: Path) -> None:
    files = _file(tmp_path, "2024.csv", OLDER), _file(tmp_path, "2025.csv", LATER)
    next_year = tuple(row.replace("2025", "2026").replace("2024", "2025") for row in LATER)
    other = _file(tmp_path, "2026.csv", next_year)
    seventh = GivenAnswer("possible_conversion", "all", line=7)
    sixth = GivenAnswer("possible_conversion", "3000 after_tax", line=6)
    with pytest.raises(LedgerErrors, match=r"in line 6 of 2025\.csv and of 2026\.csv"):
        _drafted(*files, other, given=(OPENING, seventh, sixth))
    by_file = GivenAnswer("possible_conversion", "3000 after_tax", line=6, file="2025.csv")
    drafts = _drafted(*files, other, given=(OPENING, seventh, by_file))
    assert [q.code for q in drafts[2].questions] == ["possible_conversion"]


@pytest.mark.parametrize("turned", [False, True])
def test_a_later_file_with_sources_does_not_open_what_an_older_history_brings(
    *, turned: bool
) -> None:
    # the history of the first year has no sources, the Sources tab of the second opens with 1,000
    sources = reading(
        [
            row(380, "acme", "balance", "1000", source="pre_tax"),
            row(400, "acme", "contribution", "500", source="pre_tax"),
        ],
        file="sources.txt",
        importer="fidelity_sources_tab",
        plan=True,
    )
    history = reading(
        [row(20, "acme", "contribution", "1000")],
        file="history.csv",
        importer="fidelity_netbenefits",
        plan=True,
    )
    files = [history, sources] if turned else [sources, history]
    options = ImportOptions(allocations=[parse_spec("pattern:pre_tax=1000")])
    drafts = {draft.name: draft for draft in draft_all(files, options=options)}
    assert [asked(draft) for draft in drafts.values()] == [[], []]
    assert told(drafts["history.csv"]) == ["contribution acme pre_tax 1000.00"]
    assert told(drafts["sources.txt"]) == ["contribution acme pre_tax 500.00"]


def test_a_history_that_starts_before_the_sources_goes_first_and_is_covered_after() -> None:
    sources = reading(
        [
            row(100, "acme", "balance", "1000", source="pre_tax"),
            row(120, "acme", "contribution", "500", source="pre_tax"),
        ],
        file="sources.txt",
        importer="fidelity_sources_tab",
        plan=True,
    )
    history = reading(
        [row(20, "acme", "contribution", "1000"), row(120, "acme", "contribution", "500")],
        file="history.csv",
        importer="fidelity_netbenefits",
        plan=True,
    )
    options = ImportOptions(allocations=[parse_spec("pattern:pre_tax=1000")])
    covered, whole = draft_all([history, sources], options=options)
    assert told(covered) == ["contribution acme pre_tax 1000.00"]
    assert told(whole) == ["contribution acme pre_tax 500.00"]


def test_two_files_of_one_name_keep_their_rows_apart() -> None:
    """The money that left stands on line 2 of the one, other money that came on line 2 of both."""
    left = reading([row(5, "old", "transfer_out", "-900")], file="2020.csv")
    rows = [row(5, "roth", "transfer_in", "700"), row(8, "trad", "transfer_in", "900")]
    came = replace(reading(rows, file="2020.csv"), sha256="of other bytes")
    drafts = draft_all_held([left, came])
    assert [asked(draft) for draft in drafts] == [[], [("partner_unknown", 2)]]
    assert joined(*drafts) == ["transfer old>trad 900.00"]
    assert [draft.kept_as for draft in drafts] == ["2020.csv", "2020 (2).csv"]


def test_rows_of_one_line_keep_apart() -> None:
    rows = [
        row(5, "old", "transfer_out", "-900"),
        row(5, "roth", "transfer_in", "700"),
        row(6, "trad", "transfer_in", "900"),
    ]
    file = reading(rows)
    file = replace(file, records=tuple(replace(record, line=1) for record in file.records))
    (draft,) = draft_all_held([file])
    assert (len(draft.questions), joined(draft)) == (1, ["transfer old>trad 900.00"])
    assert draft.questions[0].at.nth == 2


def test_an_open_point_of_another_file_of_this_name_is_not_asked_about_here() -> None:
    """Line 4 of the stored file lacks a value; line 4 of the new one is a paycheck."""
    source, kind = (Source.AFTER_TAX,), EventKind.CONTRIBUTION
    paid = [
        Event(
            f"a.csv:{line}", day(1), "acme", kind, Money.dollars(1000), source,
            fund=fund, units=Decimal("10.000"), seq=line - 1,
        )
        for line, fund in ((2, "A"), (3, "B"))
    ]  # fmt: skip
    conversion = Event(
        "a.csv:4", day(9), "acme", EventKind.IN_PLAN_CONVERSION, Money.dollars(480), source,
        fund="A", units=Decimal("-4.000"), seq=3, id="c",
    )  # fmt: skip
    before = books([*paid, conversion])
    known = ImportInfo(1, "a.csv", "00", "fidelity_history", "acme", "", 3, 3)
    context = ImportContext(CHART, AnswerBook(), load_books=lambda: before, imports=lambda: [known])
    more = {"source": "after_tax", "investment": "A", "units": "0.100"}
    rows = [row(number, "acme", "contribution", "10", **more) for number in (20, 21, 22)]
    (draft,) = StatementImport(context, ImportOptions()).draft([reading(rows)])
    assert (asked(draft), draft.kept_as) == ([], "a (2).csv")
