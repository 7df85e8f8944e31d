"""Page B: every figure of the record is there to type or to check, or is said not to be entered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from exports.facsimile import facsimile_table
from exports.figures_to_enter import ENTRY_LINES_8606, entry_table
from exports.table import LineLink, show
from exports.to_type import NOT_ENTERED, to_type_sections
from ledger import scenario
from ledger.books import Household
from ledger.chart import Account
from ledger.closing import work_out
from ledger.documents import TaxDocument
from ledger.money import Money
from ledger.year_end import Form1099R, YearEnd
from tests.exports.sample import f8606, plain_books, plain_year

STORIES = Path(__file__).parents[2] / "fixtures" / "scenarios"
# forms whose lines are typed or checked one by one; of Form 8606 those that a program asks for,
# or gives back: what is between them follows
EVERY_LINE = ("5329", "1040")


@cache
def stories() -> tuple[tuple[str, YearEnd, Household], ...]:
    found = []
    for path in sorted(STORIES.glob("*.toml")):
        if not path.stem.startswith("refuse"):
            told = scenario.read(path)
            for record in work_out(told.books, told.tax_years).records:
                household = told.books.household_of(record.taxpayer.id)
                found.append((path.stem, record, household))
    return tuple(found)


def shown(year: YearEnd, books: Household) -> set[str]:
    """Return every amount that stands somewhere on page B, as JSON writes it."""
    cells = (
        cell
        for section in to_type_sections(year, books)
        for table in section.all_tables
        for row in table.rows
        for cell in row
    )
    values = (cell.line.value if isinstance(cell, LineLink) else cell for cell in cells)
    return {value.plain for value in values if isinstance(value, Money)}


def amounts_of(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Go through the amounts of a record with the keys that lead to each."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from amounts_of(item, (*path, key))
    elif isinstance(value, list):
        for item in value:
            yield from amounts_of(item, path)
    elif isinstance(value, str) and _is_amount(value):
        yield path, value


def _is_amount(text: str) -> bool:
    dollars, dot, cents = text.removeprefix("-").partition(".")
    return bool(dot) and dollars.isdigit() and cents.isdigit() and len(cents) == 2


def has_to_be_there(path: tuple[str, ...]) -> bool:
    """Whether a figure of the record has to stand on page B."""
    if path[0] in NOT_ENTERED:
        return False
    if path[:2] in {("forms", "8606"), ("forms", "8606_inherited")}:
        return path[-1] in ENTRY_LINES_8606
    # a layer of conversions is told with the others; what left the pool is on lines 7 and 8
    return path[0] not in {"roth_ira", "traditional_ira"} or path[-1] in {
        "regular",
        "basis_carried_forward",
        "passed_to_heirs",
    }


def test_every_figure_is_typed_checked_or_said_not_to_be_entered() -> None:
    assert len(stories()) > 200
    parts = set[str]()
    for name, record, books in stories():
        here = shown(record, books)
        for path, amount in amounts_of(record.as_json()):
            parts.add(path[0])
            if has_to_be_there(path) and amount != "0.00":
                assert amount in here, f"{name} {record.tax_year}: {'.'.join(path)} {amount}"
    # no reason stands for a part that a record has not
    assert NOT_ENTERED.keys() <= stories()[0][1].as_json().keys()
    assert "limits" in parts


def test_a_figure_that_is_missing_would_be_seen() -> None:
    _, record, books = stories()[0]
    assert "123456.78" not in shown(record, books)


def test_lines_to_enter_are_links_in_paper_order() -> None:
    rows = entry_table(plain_year()).rows
    links = [cell.line for row in rows for cell in row if isinstance(cell, LineLink)]
    assert [line.number for line in links if line.form == "1040"] == ["4a", "4b", "5a", "5b"]
    numbers = [line.number for line in links if line.form == "8606"]
    assert numbers == [line.number for line in f8606() if line.number in ENTRY_LINES_8606]


def test_whole_dollars_stand_beside_cents() -> None:
    told = {row[1]: (show(row[4]), row[5]) for row in entry_table(plain_year()).rows}
    assert told["4b"] == ("8,748.24", "8,748")


def test_the_facts_of_the_return_name_where_they_are_recorded() -> None:
    every = [to_type_sections(record, books)[0].tables[0] for _, record, books in stories()]
    assert sum(bool(source) for table in every for _, _, source in table.rows) > 100
    told = [(what, table.note) for table in every for what, _, _ in table.rows]
    assert not [what for what, note in told if str(what) in note]
    assert any("filing status" in note.lower() for _, note in told)


def form(**printed: Any) -> Form1099R:
    boxes = {"1": Money(10_000), "2a": Money(2_000), "7": "G"}
    document = TaxDocument("p", "rose", 2025, "1099-R", "acme", {"1": Money(10_000), **printed})
    return Form1099R("acme", ("e1",), "roth1", False, boxes, printed=(document,))


def test_a_printed_form_stands_beside_the_expected_one() -> None:
    year = replace(plain_year(), forms_1099r=(form(**{"2a": Money(0), "14": Money(300)}),))
    rows = facsimile_table(year, plain_books(year)).rows
    told = {row[4]: (show(row[6]), show(row[7])) for row in rows}
    assert told["1"] == ("100.00", "100.00")
    assert told["2a"] == ("0.00", "20.00")
    assert told["14"] == ("3.00", "")  # printed, and not expected
    assert told["7"] == ("", "G")
    assert told["asks"] == ("", "100.00")
    assert [row[5] for row in rows if row[4] == "asks"] == ["Rolled over to a Roth IRA"]


def test_a_printed_form_that_nothing_calls_for_is_typed_too() -> None:
    year = replace(plain_year(), forms_1099r=())
    alone = TaxDocument("d1", "rose", 2025, "1099-R", "acme", {"1": Money(500), "7": "1"})
    books = replace(plain_books(year), documents=(alone,))
    rows = facsimile_table(year, books).rows
    assert [(row[4], show(row[6]), row[7]) for row in rows] == [
        ("1", "5.00", "not in the books"),
        ("7", "1", "not in the books"),
    ]


def test_the_payer_is_told_with_number_and_address_where_they_are_recorded() -> None:
    plain = plain_year()
    known = replace(plain.accounts["acme"], payer_tin="04-1234567", payer_address="1 Elm St")
    year = replace(plain, accounts={**plain.accounts, "acme": known}, forms_1099r=(form(),))
    assert isinstance(known, Account)
    assert str(facsimile_table(year, plain_books(year)).rows[0][0]).endswith(
        "· 04-1234567, 1 Elm St"
    )


@pytest.mark.parametrize("part", sorted(NOT_ENTERED))
def test_what_is_not_entered_names_the_page_that_shows_it(part: str) -> None:
    _, why, page = NOT_ENTERED[part]
    assert why
    assert page in set("ACDEFGHI")
