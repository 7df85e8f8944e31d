"""One statement in several containers: CSV, Excel, JSON and pasted text bring the same rows."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from ledger.importers.files import load
from ledger.importers.read import identify, read_file
from ledger.importers.reading import Reading
from ledger.statement_import.answers import GivenAnswer
from ledger.statement_import.draft import FileDraft
from tests.conftest import FIXTURES
from tests.statement_import.desk import draft_all

STATEMENTS = FIXTURES / "statements"
NOW = date(2026, 11, 1)
CSV = "Contributory_IRA_XXX333_Transactions_20260105-101500.csv"


def prints(reading: Reading) -> list[str]:
    """Return the fingerprints that the rows of a file get in the account "old" (XXX333)."""
    (draft,) = drafts_of(reading)
    return [row.fingerprint for row in draft.rows]


def drafts_of(*readings: Reading) -> list[FileDraft]:
    return draft_all(list(readings))


@pytest.fixture
def statement(tmp_path: Path) -> Path:
    """Return Schwab's CSV under a name that says the account "old" of the desk."""
    (source,) = (STATEMENTS / "schwab_ira").glob("*.csv")
    path = tmp_path / CSV
    path.write_bytes(source.read_bytes())
    return path


def rows_of(path: Path) -> list[list[str]]:
    file = load(path)
    tidy = identify(file.text, file.name).tidy
    text = tidy(file).text if tidy else file.text
    return list(csv.reader(io.StringIO(text, newline="")))


def test_json_of_the_same_account_brings_nothing_new(statement: Path) -> None:
    titles, *rows = rows_of(statement)
    listed = [dict(zip(titles, row, strict=True)) for row in rows]
    path = statement.with_suffix(".json")
    path.write_text(json.dumps({"FromDate": "01/01/2025", "BrokerageTransactions": listed}))
    from_csv, from_json = read_file(statement, now=NOW), read_file(path, now=NOW)
    assert (from_csv.importer, from_json.importer) == ("schwab_brokerage", "schwab_json")
    assert prints(from_csv) == prints(from_json)
    both = drafts_of(from_csv, from_json)
    assert {row.status.value for row in both[1].rows} == {"known"}


def test_excel_and_pasted_text_bring_nothing_new(statement: Path) -> None:
    book = Workbook()
    for row in rows_of(statement):
        book.active.append([cell or None for cell in row])  # type: ignore[union-attr]
    book.save(statement.with_suffix(".xlsx"))
    pasted = "\n".join("\t".join(row) for row in rows_of(statement))
    statement.with_suffix(".txt").write_text(pasted)
    first = prints(read_file(statement, now=NOW))
    for suffix in (".xlsx", ".txt"):
        assert prints(read_file(statement.with_suffix(suffix), now=NOW)) == first


def test_pasted_rows_may_have_lost_empty_cells_at_their_end_and_no_others(tmp_path: Path) -> None:
    (source,) = (STATEMENTS / "fidelity_older").glob("*.csv")
    lines = ["\t".join(cell.strip() for cell in row).rstrip() for row in rows_of(source)]
    assert len({line.count("\t") for line in lines if line}) > 1
    path = tmp_path / "history.txt"
    path.write_text("\n".join(lines))
    before, after = read_file(source, now=NOW), read_file(path, now=NOW)
    assert [(r.day, r.kind, r.amount) for r in after.records] == [
        (r.day, r.kind, r.amount) for r in before.records
    ]


MERRILL = ("full_plain.csv", "october_2026_plain.csv", "detailed_plain.csv")


def test_two_layouts_of_one_broker_book_a_dividend_once(tmp_path: Path) -> None:
    head = '"Exported on: 10/09/2026 01:15 PM ET"\n"Selected account(s): IRA XXX333"\n\n'
    dividend = '"10/05/2026","Dividend ETF","Dividends/ Interest","VTI","","","+$44.92"\n'
    titles = '"Settlement date","Description","Type","Symbol/ CUSIP","Quantity","Price","Amount"\n'
    detailed = (
        '"Trade Date","Settlement Date","Account #","Type","Description 1 ","Description 2",'
        '"Symbol/CUSIP #","Quantity","Price ($)","Amount ($)"\n"10/5/2026","10/5/2026","XXX333",'
        '"DividendAndInterest","Dividend","ETF PAY DATE 10/05/2026","VTI","--","--","44.92"\n'
    )
    (tmp_path / "october.csv").write_text(head + titles + dividend)
    (tmp_path / "detailed.csv").write_text(detailed)
    first = read_file(tmp_path / "detailed.csv", now=NOW)
    second = read_file(tmp_path / "october.csv", now=NOW)
    whose = GivenAnswer("account_unknown", "old", line=5)
    asked = draft_all([first, second], [whose])
    assert [q.code for draft in asked for q in draft.questions] == ["same_events_other_format"]
    same = GivenAnswer("same_events_other_format", "same", line=5)
    once = draft_all([first, second], [whose, same])
    assert [len(draft.drafts) for draft in once] == [1, 0]


def test_each_layout_of_merrill_is_known_by_one_reader() -> None:
    folder = STATEMENTS / "merrill"
    names = [read_file(folder / name, now=NOW).importer for name in MERRILL]
    assert names == ["merrill", "merrill_settlement", "merrill_detailed"]
