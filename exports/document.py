"""The order in which packet and workbook tell a taxpayer's year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import count

from exports.basis_tables import basis_section, limits_section, movements_section, roth_section
from exports.checking import checking_section, inputs_section
from exports.decision import decision_section, notes_section, questions
from exports.evidence_numbers import EvidenceNumbers
from exports.form_tables import DIFFERENCES, METHODS, form_section
from exports.letter import letter_section
from exports.record_tables import evidence_section, findings_section, register_section
from exports.rollforward import rollforward_section
from exports.statements import statement_sections
from exports.story_tables import change_table, years_section
from exports.table import Document, Kind, Marks, Medium, Row, Section, Table
from exports.tie_tables import filed_sections, tie_out_section
from exports.to_type import to_type_sections
from exports.words import TYPED, by_hand
from ledger.books import EvidenceFile, Household
from ledger.year_end import YearEnd


def document(year: YearEnd, books: Household, earlier: Sequence[YearEnd] = ()) -> Document:
    """Lay a year-end record out as sections; the books add rows as read, files and seal.

    ``earlier`` are the taxpayer's records of the years before, oldest first, to compare with.
    """
    typed = {f"{f.name}:1": by_hand(f.name) for f in books.files if f.importer == TYPED}
    papers = _papers(year, books, (*earlier, year))
    lettered = (one for letter, some in papers.items() for one in _under(letter, some))
    numbers = EvidenceNumbers.of(books)
    told = tuple(numbers.section(_as_read(section, typed)) for section in lettered)
    marks = _marks(year, books)
    return Document(
        year.taxpayer.name,
        year.tax_year,
        year.provisional,
        books.chain_head,
        told,
        marks,
        year.stands_as,
    )


def _marks(year: YearEnd, books: Household) -> Marks:
    mine = {account.id for account in books.accounts_of(year.taxpayer.id)}
    days = (entry.day for entry in books.entries if entry.event.account in mine)
    return Marks(
        year.taxpayer.ssn_last4,
        year.taxpayer.client_number,
        max(days, default=None),
        max((_day(file) for file in books.files), default=None),
    )


def _day(file: EvidenceFile) -> date:
    return datetime.fromisoformat(file.imported_at).date()


def _papers(
    year: YearEnd, books: Household, years: tuple[YearEnd, ...]
) -> dict[str, Iterable[Section | None]]:
    """Return the work papers by their letters; the letter to the client has none."""
    # somebody who died in an earlier year can put nothing in
    alive = year.died is None or year.died.year >= year.tax_year
    return {
        "A": (decision_section(year, change_table(years)), checking_section()),
        "B": to_type_sections(year, books),
        "C": statement_sections(year, books),
        # what follows the statements, which are taken out and signed, begins a page
        "D": _on_a_page_of_its_own(_forms(year)),
        "E": (tie_out_section(year), *filed_sections(year)),
        "F": (
            rollforward_section(year, books, years[:-1]),
            basis_section(year),
            years_section(years),
        ),
        "G": (movements_section(year),),
        "H": (roth_section(year),),
        "I": (limits_section(year, books) if alive else None,),
        "J": (notes_section(year), findings_section(year), evidence_section(year, books)),
        "K": (inputs_section(year), register_section(year, books)),
        "": (letter_section(year, books, questions(year)),),
    }


def _on_a_page_of_its_own(sections: Sequence[Section]) -> list[Section]:
    return [replace(one, starts_page=True) for one in sections[:1]] + list(sections[1:])


def _under(letter: str, sections: Iterable[Section | None]) -> Iterator[Section]:
    """Go through the sections of one letter; several on paper are numbered: B-1, B-2."""
    there = [section for section in sections if section is not None]
    on_paper = sum(section.medium is not Medium.SHEET for section in there)
    numbers = count(1)
    for section in there:
        if section.medium is Medium.SHEET:
            yield section
        else:
            yield replace(section, letter=f"{letter}-{next(numbers)}" if on_paper > 1 else letter)


def _forms(year: YearEnd) -> list[Section]:
    """Set out every form; two methods that agree are left to the workbook."""
    notes = {"1040": year.f1040_beside}
    sections = []
    for name, form in year.forms.items():
        section = form_section(form, *notes.get(name, ()))
        agree = name == METHODS and not any(form.amount(line) for line in DIFFERENCES)
        sections.append(replace(section, medium=Medium.SHEET) if agree else section)
    return sections


def _as_read(section: Section, typed: Mapping[str, str]) -> Section:
    """Name typed entries as a reader does, and leave out optional columns without content."""
    lead, tables = (
        tuple(_with_hands(table, typed).without_blanks() for table in some)
        for some in (section.lead, section.tables)
    )
    return replace(section, lead=lead, tables=tables)


def _with_hands(table: Table, typed: Mapping[str, str]) -> Table:
    places = [i for i, column in enumerate(table.columns) if column.kind is Kind.PLACE]
    return replace(table, rows=tuple(_row_with_hands(row, places, typed) for row in table.rows))


def _row_with_hands(row: Row, places: list[int], typed: Mapping[str, str]) -> Row:
    cells = list(row)
    for i in places:
        text = cells[i]
        if isinstance(text, str) and TYPED in text:
            cells[i] = "; ".join(_place_by_hand(place, typed) for place in text.split("; "))
    return tuple(cells)


def _place_by_hand(place: str, typed: Mapping[str, str]) -> str:
    name, and_more, count = place.partition(" and ")
    return f"{typed.get(name, name)}{and_more}{count}"
