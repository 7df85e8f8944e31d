"""Page C, told from worked examples: each statement once, where the IRS asks for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from exports.packet import packet_bytes
from exports.statement_page import BLANK, on_days, ssn
from exports.statements import statement_sections, statements
from exports.table import Document, Medium, Section, Table, show
from ledger import scenario
from ledger.books import Household
from ledger.closing import work_out
from ledger.events import EventKind
from ledger.money import Money
from ledger.year_end import EXCESS_TAKEN_BACK, TieOut, YearEnd
from tests.exports.sample import plain_books, plain_year

STORIES = Path(__file__).parents[2] / "fixtures" / "scenarios"
# story, year and person -> what the golden file is about
GOLDENS = {
    ("rechar-roth-to-traditional", 2023, "tod"): "recharacterized-and-deducted",
    ("rechar-next-year-with-loss", 2023, "una"): "recharacterized-next-year-at-a-loss",
    ("rechar-traditional-to-roth", 2023, "tia"): "recharacterized-to-roth",
    ("returned-with-tax-withheld", 2020, "p"): "returned-next-year-with-tax-withheld",
    ("returned-of-two-years", 2024, "jo"): "returned-made-in-april-for-the-year-before",
    ("returned-in-two-steps", 2024, "jo"): "returned-in-part-twice",
    ("corrective-acp-after-roth-ira-rollover", 2024, "hal"): "returned-plan-money",
    ("excess-traditional-two-years", 2024, "gus"): "excess-withdrawn-late-and-late-form",
    ("divorce-transfer", 2023, "gia"): "divorce-gave",
    ("divorce-transfer", 2023, "hugo"): "divorce-got",
    ("roth-ira-share-in-a-divorce", 2024, "lee"): "divorce-got-roth",
    ("inherited-form-of-its-own", 2024, "rose"): "inherited-basis-stated",
    ("death-two-heirs", 2024, "rose"): "inherited-basis-from-the-books",
    ("inherited-roth-before-five-years", 2024, "ida"): "inherited-roth",
    ("rollover-over-new-year", 2023, "una"): "rollover-in-the-next-year",
    ("ira-into-plan-then-convert", 2024, "ned"): "rollover-into-a-plan",
    ("qcd-with-basis", 2024, "una"): "write-ins-only",
    ("tie-out-mega-backdoor", 2024, "ana"): "form-4852-of-a-plan",
    ("tie-out-backdoor", 2024, "ben"): "form-4852-of-an-ira",
}


@cache
def told_of(story: str) -> tuple[tuple[YearEnd, Household], ...]:
    """Work a story out, every year of it, each record with the books of its household."""
    told = scenario.read(STORIES / f"{story}.toml")
    records = work_out(told.books, told.tax_years).records
    return tuple((one, told.books.household_of(one.taxpayer.id)) for one in records)


def every_year() -> Iterator[tuple[YearEnd, Household]]:
    for path in sorted(STORIES.glob("*.toml")):
        if not path.stem.startswith("refuse"):
            yield from told_of(path.stem)


def year_of(story: str, year: int, person: str) -> tuple[YearEnd, Household]:
    found = ((one, books) for one, books in told_of(story) if one.tax_year == year)
    return next((one, books) for one, books in found if one.taxpayer.id == person)


def as_text(section: Section) -> str:
    """Write a page as a reader reads it: head, sentences, tables."""
    lines = [section.title, ""]
    for table in section.lead:
        lines += _rows(table)
    lines += ["", *(line for text in section.paragraphs for line in (text, ""))]
    for table in section.tables:
        lines += [*_rows(table), ""]
    return "\n".join(line.rstrip() for line in lines)


def _rows(table: Table) -> list[str]:
    head = [text for text in (table.title, table.note) if text]
    columns = " | ".join(column.title for column in table.columns)
    return [*head, columns, *("  " + " | ".join(map(show, row)) for row in table.rows)]


@pytest.mark.parametrize(("at", "name"), GOLDENS.items(), ids=GOLDENS.values())
def test_a_statement_reads_as_the_irs_asks(
    at: tuple[str, int, str], name: str, golden: Callable[[str, str], None]
) -> None:
    pages = statement_sections(*year_of(*at))
    golden(f"statements_to_sign/{name}.txt", "\n\n".join(map(as_text, pages)))


def test_every_correction_is_explained_once_on_the_return_that_has_to() -> None:
    """A return of a contribution on that of the year it was made in, the other by its tax year."""
    asked, told = set[tuple[str, int, str]](), list[tuple[str, int, str]]()
    for year, books in every_year():
        for one in year.returned:
            made = max(day for day in (event.day for event, _ in one.covers)).year
            moved = one.moved.kind is EventKind.RECHARACTERIZATION
            on_return = one.moved.tax_year if moved else made
            asked.add((f"{id(books)} {year.taxpayer.id} {one.event}", on_return, str(one.amount)))
        known = {one.event: one for one in (*year.returned, *year.returned_of_last)}
        pages = [p for p in statements(year, books) if "IRA contribution for" in p.title]
        pages = [page for page in pages if "after the due date" not in page.title]
        for page in pages:
            words = " ".join(page.says)
            mine = [
                one
                for one in known.values()
                if f"${one.amount} was" in words and _on(one.moved.day) in words
            ]
            assert len(mine) == 1, (year.taxpayer.id, year.tax_year, words)
            name = f"{id(books)} {year.taxpayer.id} {mine[0].event}"
            told.append((name, year.tax_year, str(mine[0].amount)))
    assert len(told) == len(set(told)) > 20
    # what a story asks for in a year that it does not work out is told nowhere
    assert set(told) <= asked
    worked = {(f"{id(b)} {y.taxpayer.id}", y.tax_year) for y, b in every_year()}
    missing = {one for one in asked - set(told) if (one[0].rpartition(" ")[0], one[1]) in worked}
    assert not missing


def _on(day: date) -> str:
    return f"{day.month:02d}/{day.day:02d}/{day.year}"


def test_no_statement_stands_where_the_year_calls_for_none() -> None:
    for year, books in every_year():
        titles = " | ".join(one.title for one in statements(year, books))
        moved = {row.kind for row in year.movements}
        assert ("divorce" in titles) == any(
            share.basis != Money(0) for share in year.divorce_shares
        ), year.taxpayer.id
        assert ("inherited" in titles) == any(one.required for one in year.f8606_inherited)
        assert titles.count("reasonable cause") == len(year.forms_due)
        assert ("withdrawn after" in titles) == (EXCESS_TAKEN_BACK in moved)
        assert ("4852" in titles) <= any(row.asks_correction for row in year.tie_out)
        written = any(number in year.f1040 for number, _ in year.f1040_marks)
        assert not written or "Write-ins" in titles or "rollover of an IRA" in titles
        assert written or "Write-ins" not in titles, "the boxes of a later form say it"


def test_a_year_in_which_nothing_happened_has_none() -> None:
    told = scenario.read(STORIES / "excess-traditional-two-years.toml")
    first = work_out(told.books, [2022]).records[0]
    assert statement_sections(first, told.books.household_of("gus")) == ()


def test_each_statement_fits_its_page_and_is_signed_where_it_is_filed() -> None:
    pages = [page for year, books in every_year() for page in statement_sections(year, books)]
    first = Section("First page", "Summary", (), ("Nothing.",))
    # the last page is full enough for the packet not to set its lines closer
    last = Section("Last page", "Last", (), ("Nothing.",) * 20, starts_page=True)
    for at in range(0, len(pages), 12):
        some = pages[at : at + 12]
        content = packet_bytes(Document("Ann Green", 2024, "", "", (first, *some, last)))
        assert len(PdfReader(BytesIO(content)).pages) == len(some) + 2
    for page in pages:
        assert page.medium is Medium.PAPER
        assert page.starts_page
        heads = [column.title for table in page.tables for column in table.columns]
        filed = page.title.startswith("Statement")
        assert ("Signature" in heads) is filed, page.title


def test_penalties_of_perjury_are_left_to_the_forms_that_ask_for_them() -> None:
    for year, books in every_year():
        for one in statements(year, books):
            assert "perjury" not in " ".join(one.says) or "4852" in one.title
            assert ("perjury" in one.signed_on) == ("late Form 8606" in one.title)


def test_nobody_meets_a_command_or_an_option_on_a_statement() -> None:
    for year, books in every_year():
        for page in statement_sections(year, books):
            assert not re.search(r"\bbasis (add|record|settle|import)\b|--[a-z]", as_text(page))


def test_a_late_form_of_many_contributions_still_fits() -> None:
    year, books = year_of("excess-traditional-two-years", 2024, "gus")
    made = next(e for e in books.entries if e.event.kind is EventKind.CONTRIBUTION)
    twelve = tuple(
        replace(made, event=replace(made.event, day=date(2022, month, 3), where=f"a.csv:{month}"))
        for month in range(1, 13)
    )
    others = tuple(entry for entry in books.entries if entry is not made)
    late = statement_sections(year, replace(books, entries=(*twelve, *others)))[1]
    facts = [[show(value) for value in row] for row in late.tables[0].rows]
    assert facts == [
        [
            "01/03/2022 to 12/03/2022, 12 times",
            "contribution for 2022",
            f"traditional IRA at {BLANK}",
            "72,000.00",
        ]
    ]


def test_a_divorce_that_moves_no_basis_needs_no_statement() -> None:
    year, books = year_of("divorce-transfer", 2023, "gia")
    nothing = replace(year.divorce_shares[0], basis=Money(0))
    assert not statements(replace(year, divorce_shares=(nothing,)), books)


def test_a_history_that_nobody_recorded_is_left_to_fill_in() -> None:
    year, books = year_of("roth-ira-share-in-a-divorce", 2024, "lee")
    unknown = replace(year.divorce_shares[0], basis=None)
    (one,) = statements(replace(year, divorce_shares=(unknown,)), books)
    assert (
        f"regular contributions of ${BLANK}, conversions and rollovers of ${BLANK}" in one.says[1]
    )


def test_what_is_kept_of_a_social_security_number_is_written_and_no_more() -> None:
    year, books = year_of("divorce-transfer", 2023, "gia")
    gia, hugo = (
        replace(books.taxpayers[one], ssn_last4=last)
        for one, last in (("gia", "1234"), ("hugo", "9876"))
    )
    known = replace(books, taxpayers={"gia": gia, "hugo": hugo})
    head = as_text(statement_sections(replace(year, taxpayer=gia), known)[0])
    assert "Social security number | ___-__-1234" in head
    assert "Other spouse's number | ___-__-9876" in head
    assert ssn(None) == "___-__-____"


def test_a_payer_who_is_recorded_stands_on_form_4852() -> None:
    year, books = year_of("tie-out-mega-backdoor", 2024, "ana")
    payer = replace(books.accounts["acme"], payer_tin="12-3456789", payer_address="1 Main St")
    told = replace(books, accounts={**books.accounts, "acme": payer})
    page = as_text(statement_sections(year, told)[1])
    assert "Payer, line 5 | 401(k) plan of Acme; 1 Main St" in page
    assert "Payer's TIN, line 6 | 12-3456789" in page


def test_a_box_that_only_differs_in_what_the_payer_cannot_know_is_no_case_for_form_4852() -> None:
    differs = TieOut("1099-R", "ira1", "2a", Money(5), Money(3), "x", "not determined", "enter 3")
    assert not differs.asks_correction
    year = replace(plain_year(), tie_out=(differs,))
    assert not [one for one in statements(year, plain_books(year)) if "4852" in one.title]


def test_contributions_of_one_day_are_told_together() -> None:
    year, _ = year_of("rechar-roth-to-traditional", 2023, "tod")
    made = year.returned[0].covers[0][0]
    halves = ((made, Money(200_000)), (made, Money(200_000)))
    assert on_days(halves) == "on 06/16/2023"
    later = replace(made, day=date(2023, 7, 1))
    assert on_days(((later, Money(100)), (made, Money(200)))) == (
        "$2.00 on 06/16/2023 and $1.00 on 07/01/2023"
    )
