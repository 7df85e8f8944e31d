"""Page C: statements ready to sign, one a page, each only where the year calls for it."""

from __future__ import annotations

from itertools import chain

from exports.corrections_stated import corrections_stated
from exports.late_stated import late_forms_stated, substitutes_stated
from exports.statement_page import Statement, section_of
from exports.table import Section
from exports.transfers_stated import divorces_stated, inherited_stated, rollovers_stated
from ledger.books import Household
from ledger.year_end import YearEnd

_IN_ORDER = (
    corrections_stated,
    divorces_stated,
    inherited_stated,
    rollovers_stated,
    late_forms_stated,
    substitutes_stated,
)


def statements(year: YearEnd, books: Household) -> tuple[Statement, ...]:
    """Return every statement that the year calls for, in the order of the packet."""
    return tuple(chain.from_iterable(stated(year, books) for stated in _IN_ORDER))


def statement_sections(year: YearEnd, books: Household) -> tuple[Section, ...]:
    """Lay out every statement that the year calls for, each on a page of its own."""
    told = enumerate(statements(year, books), start=1)
    return tuple(section_of(one, number) for number, one in told)
