"""Every table as CSV and JSON: the same figures, texts that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from exports.tables import TABLE_NAMES, Everything, FlatTable, table_csv, tables, tables_json
from exports.words import pool_words
from ledger.chart import Outside, Pool
from ledger.closing import work_out
from ledger.journal import Journal
from ledger.money import Money
from ledger.scenario import read
from ledger.views.whole_journal import whole_journal
from tests.exports.sample import HOSTILE, plain_books, plain_year

STORY = Path(__file__).parents[2] / "fixtures" / "scenarios" / "backdoor-with-pretax.toml"


def sample() -> Everything:
    year = plain_year()
    return Everything(plain_books(year), Journal(year.entries, ()), (year,))


def rows_of(made: tuple[FlatTable, ...], name: str) -> list[dict[str, str]]:
    (table,) = [table for table in made if table.name == name]
    return list(csv.DictReader(StringIO(table_csv(table))))


def test_every_table_has_rows_of_its_columns() -> None:
    made = tables(sample())
    assert tuple(table.name for table in made) == tuple(TABLE_NAMES)
    for table in made:
        assert table.rows, table.name
        assert {len(row) for row in table.rows} == {len(table.columns)}, table.name


def test_the_worked_example_stands_in_the_tables() -> None:
    books = read(STORY).books
    worked = work_out(books, [2024])
    made = tables(Everything(books, whole_journal(books, worked, 2024), worked.records))
    lines = {
        row["line"]: row["amount"] for row in rows_of(made, "form_lines") if row["form"] == "8606"
    }
    assert (lines["8"], lines["10"], lines["14"], lines["18"]) == (
        "7000.00",
        "0.070",
        "6510.00",
        "6510.00",
    )
    (person,) = rows_of(made, "persons")
    assert person["traditional_basis_carried_forward"] == "6510.00"
    assert {row["value"] for row in rows_of(made, "forms_1099r") if row["box"] == "2a"} == {
        "7000.00"
    }
    by_entry: dict[str, int] = {}
    for row in rows_of(made, "postings"):
        for column in ("value", "basis"):
            cents = Money.parse(row[column]).cents
            by_entry[row["entry"] + column] = by_entry.get(row["entry"] + column, 0) + cents
    assert set(by_entry.values()) == {0}
    assert {row["derived"] for row in rows_of(made, "entries")} == {"yes", "no"}


def test_json_holds_what_the_csv_files_hold() -> None:
    made = tables(sample())
    told = json.loads(tables_json(made, "3f9c" * 16))
    assert (told["schema"], told["chain_head"]) == ("basis/tables/1", "3f9c" * 16)
    assert list(told["tables"]) == list(TABLE_NAMES)
    for row, shown in zip(told["tables"]["pools"], rows_of(made, "pools"), strict=True):
        assert {k: "" if v is None else str(v) for k, v in row.items()} == shown
    assert tables_json(made, "") == tables_json(tables(sample()), "")


def test_texts_stay_texts_and_numbers_stay_numbers() -> None:
    made = tables(sample())
    memos = [row["memo"] for row in rows_of(made, "entries")]
    assert len(memos) == 13
    assert not [memo for memo in memos if memo.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    assert "'=HYPERLINK" in memos[0]
    assert "'-2+3" in memos
    assert {"-1538.46", "1538.46"} == {row["value"] for row in rows_of(made, "postings")}


@pytest.mark.parametrize("start", ["\t=1", "\r=1", "\n=1", "\u202e=1", "\uff1d1", *HOSTILE])
def test_no_cell_holds_a_control_character_or_begins_a_formula(start: str) -> None:
    everything = sample()
    entry = everything.journal.entries[0]
    odd = replace(entry, event=replace(entry.event, memo=start))
    made = tables(replace(everything, journal=Journal((odd,), ())))
    for text in (*map(table_csv, made), tables_json(made, "")):
        assert not [c for c in text if ord(c) < 32 and c not in "\r\n"]
        assert "\u202e" not in text
        assert "123-45-6789" not in text
    (row,) = rows_of(made, "entries")
    assert row["memo"][:1] not in set("=+-@\uff1d")


def test_account_numbers_are_shown_by_their_end() -> None:
    numbers = {row["number"] for row in rows_of(tables(sample()), "accounts")}
    assert numbers == {"···0011", "···6677", "···9912"}


def test_every_party_outside_has_words_of_its_own() -> None:
    for party in Outside:
        assert "outside" not in pool_words(Pool(party.value))
