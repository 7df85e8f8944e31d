"""On paper a place is the number of its file and the line; the evidence page is the key."""

from __future__ import annotations

import re
from dataclasses import replace

from exports.document import document
from exports.evidence_numbers import EvidenceNumbers
from exports.table import Document, Kind, Medium, show
from ledger.books import EvidenceFile
from tests.exports.sample import plain_books, plain_year
from tests.exports.test_to_type import stories

NAME = re.compile(r"\.(?:csv|toml|qfx|xml|txt):\d")


def places_on(told: Document, medium: Medium) -> list[str]:
    return [
        show(row[i])
        for section in told.of(medium)
        for table in section.all_tables
        for i in table.of(medium)
        if table.columns[i].kind is Kind.PLACE
        for row in table.rows
        if row[i]
    ]


def test_no_place_on_paper_has_the_name_of_a_file() -> None:
    in_full = 0
    for story, year, books in stories():
        told = document(year, books)
        named = [place for place in places_on(told, Medium.PAPER) if NAME.search(place)]
        assert not named, (story, named[:3])
        in_full += sum(bool(NAME.search(place)) for place in places_on(told, Medium.SHEET))
    assert in_full > 1000, "the workbook keeps them"


def test_every_number_on_paper_has_a_row_of_the_evidence() -> None:
    for story, year, books in stories():
        told = document(year, books)
        on_paper = "; ".join(places_on(told, Medium.PAPER))
        numbers = set(re.findall(r"F\d+(?=:)", on_paper))
        assert numbers <= told.anchors, story


def test_files_are_numbered_as_read_and_typed_entries_keep_theirs() -> None:
    year = plain_year()
    books = plain_books(year)
    typed = EvidenceFile("typed-4", "ff" * 32, "typed", "acme", "2026-02-03T10:11:12Z", 1)
    numbers = EvidenceNumbers.of(replace(books, files=(typed, *books.files)))
    first = books.files[0].name
    assert numbers.short(f"{first}:3, 17 and 2 more rows") == "F1:3, 17 and 2 more rows"
    assert numbers.short("typed-4:1 and 1 more row") == "typed by hand, no. 4 and 1 more row"
    assert numbers.short("lines 11, 12") == "lines 11, 12"


def test_the_tie_out_on_paper_has_no_command_line() -> None:
    for story, year, books in stories():
        for section in document(year, books).of(Medium.PAPER):
            if section.letter.startswith("E"):
                cells = [show(c) for t in section.all_tables for row in t.rows for c in row]
                notes = [table.note for table in section.all_tables]
                said = " ".join([*section.paragraphs, *cells, *notes])
                assert not re.search(r"basis (?:record|packet|close) ", said), (story, said)
