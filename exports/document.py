"""The order in which packet and workbook tell a taxpayer's year."""

from __future__ import annotations

from exports.basis_tables import basis_section, limits_section, movements_section, roth_section
from exports.cover import summary_section
from exports.form_tables import form_section, forms_1099r_section
from exports.record_tables import evidence_section, findings_section, register_section
from exports.table import Document, Section
from ledger.books import Books
from ledger.year_end import YearEnd


def document(year: YearEnd, books: Books) -> Document:
    """Lay a year-end record out as sections; the books add rows as read, files and seal."""
    sections = (
        summary_section(year),
        basis_section(year),
        movements_section(year),
        *_forms(year),
        forms_1099r_section(year),
        limits_section(year),
        roth_section(year),
        findings_section(year),
        register_section(year, books),
        evidence_section(year, books),
    )
    return Document(year.taxpayer.name, year.tax_year, year.provisional, books.chain_head, sections)


def _forms(year: YearEnd) -> list[Section]:
    notes = {"1040": tuple(f"Write beside line {note}." for note in year.f1040_notes)}
    return [form_section(form, *notes.get(name, ())) for name, form in year.forms.items()]
