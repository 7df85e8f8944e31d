"""The letter to the client: plain English, cents, one page, whatever the year was like."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from exports.decision import questions
from exports.letter import PLAIN, letter_section
from exports.packet import packet_bytes
from exports.table import Document, Section, show
from tests.exports.sample import plain_books, plain_year, ugly_books, ugly_year
from tests.exports.test_statements import as_text, every_year, year_of

GOLDENS = {
    ("tie-out-backdoor", 2024, "ben"): "backdoor",
    ("mega-backdoor-year", 2024, "meg"): "mega-backdoor",
    ("inherited-form-of-its-own", 2024, "rose"): "inherited",
    ("divorce-transfer", 2023, "hugo"): "divorce",
    ("death-two-heirs", 2024, "ann"): "executor",
    ("excess-traditional-two-years", 2022, "gus"): "excess",
    ("deduction-single", 2024, "lia"): "deduction",
}
# what a client need not know; the names of forms and lines stay, for they stand on the papers
JARGON = re.compile(
    r"\b(basis|pro[ -]rata|pool|recharacteriz|IRC|MAGI|nondeductible|aggregat|ledger|source)\w*",
    re.IGNORECASE,
)


@pytest.mark.parametrize(("at", "name"), GOLDENS.items(), ids=GOLDENS.values())
def test_a_client_reads_what_was_done_taxed_needed_and_kept(
    at: tuple[str, int, str], name: str, golden: Callable[[str, str], None]
) -> None:
    year, books = year_of(*at)
    letter = letter_section(year, books, questions(year))
    golden(f"letters_to_clients/{name}.txt", as_text(letter))


def test_every_movement_has_its_words_for_a_client_and_no_other_has() -> None:
    assert {row.kind for year, _ in every_year() for row in year.movements} == set(PLAIN)


def test_a_letter_has_no_jargon() -> None:
    for year, books in every_year():
        letter = as_text(letter_section(year, books, ()))
        assert not JARGON.search(letter), JARGON.search(letter)
        assert "iRA" not in letter


def test_every_amount_of_a_letter_is_to_the_cent() -> None:
    for year, books in every_year():
        letter = as_text(letter_section(year, books, ()))
        assert all(re.fullmatch(r"[\d,]+\.\d\d", a) for a in re.findall(r"\$([\d,.]*\d)", letter))


def test_what_is_taxed_in_the_letter_is_what_is_taxed_on_the_return() -> None:
    for year, books in every_year():
        letter = as_text(letter_section(year, books, ()))
        taxable = [one for one in year.f1040 if one.label.endswith(", taxable amount")]
        for line in taxable:
            assert f"${show(line.value)}" in letter, (year.taxpayer.id, year.tax_year)
        assert bool(taxable) != ("Nothing of this is income" in letter)


def test_questions_are_numbered_and_the_statements_to_sign_come_first() -> None:
    year, books = year_of("tie-out-backdoor", 2024, "ben")
    letter = as_text(letter_section(year, books, ("What was it worth?",)))
    assert "1. Please read the statement enclosed, fill in the blanks" in letter
    assert "2. What was it worth?" in letter


def test_without_a_question_nothing_is_needed() -> None:
    year = plain_year()
    letter = as_text(letter_section(replace(year, forms_due=()), plain_books(year), ()))
    assert "Nothing: I have all I need" in letter or "enclosed" in letter


@pytest.mark.parametrize("many", [0, 12, 60])
def test_a_letter_fits_its_page(many: int) -> None:
    asks = ("Please send the statement of your account for the year that we still lack, " * 2,)
    first = Section("First page", "Summary", (), ("Nothing.",))
    # the last page is full enough for the packet not to set its lines closer
    last = Section("Last page", "Last", (), ("Nothing.",) * 20, starts_page=True)
    years = [(ugly_year(), ugly_books(ugly_year())), *every_year()]
    busy = sorted(years, key=lambda one: len(one[0].movements))[-6:]
    for year, books in (years[0], *busy):
        letter = letter_section(year, books, asks * many)
        content = packet_bytes(Document("Ann Green", 2024, "", "", (first, letter, last)))
        assert len(PdfReader(BytesIO(content)).pages) == 3, year.taxpayer.id
