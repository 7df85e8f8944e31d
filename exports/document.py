"""The order in which packet and workbook tell a taxpayer's year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from exports.basis_tables import basis_section, limits_section, movements_section, roth_section
from exports.checking import checking_section, inputs_section
from exports.cover import summary_section
from exports.form_tables import DIFFERENCES, METHODS, form_section, forms_1099r_section
from exports.record_tables import evidence_section, findings_section, register_section
from exports.story_tables import change_table, story_section, years_section
from exports.table import Document, Kind, Medium, Row, Section, Table
from exports.tie_tables import filed_sections, tie_out_section
from exports.words import TYPED, by_hand
from ledger.books import Household
from ledger.year_end import YearEnd


def document(year: YearEnd, books: Household, earlier: Sequence[YearEnd] = ()) -> Document:
    """Lay a year-end record out as sections; the books add rows as read, files and seal.

    ``earlier`` are the taxpayer's records of the years before, oldest first, to compare with.
    """
    years = (*earlier, year)
    beside = years_section(years)
    sections = (
        summary_section(year, change_table(years)),
        checking_section(),
        basis_section(year),
        story_section(year),
        movements_section(year),
        *_forms(year),
        forms_1099r_section(year),
        tie_out_section(year),
        *filed_sections(year),
        # somebody who died in an earlier year can put nothing in
        *(() if year.died and year.died.year < year.tax_year else (limits_section(year, books),)),
        roth_section(year),
        *((beside,) if beside else ()),
        findings_section(year),
        evidence_section(year, books),
        inputs_section(year),
        register_section(year, books),
    )
    typed = {f"{f.name}:1": by_hand(f.name) for f in books.files if f.importer == TYPED}
    told = tuple(_as_read(section, typed) for section in sections)
    return Document(year.taxpayer.name, year.tax_year, year.provisional, books.chain_head, told)


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
