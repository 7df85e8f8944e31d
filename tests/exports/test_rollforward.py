"""Basis goes from opening to closing in every pool, and the total is that of all pools."""

from dataclasses import replace

from exports.chart import drawings
from exports.rollforward import rollforward_section
from exports.svg import pictures
from exports.table import NOT_KNOWN
from ledger.money import ZERO, Money
from ledger.views.rollforward import IRAS, rolled
from ledger.year_end import YearEnd
from tests.exports.sample import plain_books, plain_year
from tests.exports.test_to_type import stories


def earlier(year: YearEnd, story: str) -> list[YearEnd]:
    same = (one for name, one, _ in stories() if name == story)
    return [
        one for one in same if one.taxpayer.id == year.taxpayer.id and one.tax_year < year.tax_year
    ]


def test_opening_and_changes_are_closing_in_every_pool_of_every_story() -> None:
    known = 0
    for story, year, books in stories():
        for row in rolled(year, books, earlier(year, story)):
            if row.opening is not None and row.closing is not None:
                known += 1
                assert row.opening + row.changed == row.closing, (story, year.tax_year, row)
    assert known > 300


def test_every_basis_of_the_record_is_a_row() -> None:
    """What is carried to the next year, by whom or by what, is the closing basis of a pool."""
    for story, year, books in stories():
        rows = rolled(year, books, earlier(year, story))
        closing = Money.total(row.closing or ZERO for row in rows)
        roth = (layer.taxable + layer.nontaxable for layer in year.roth_ira.conversions)
        expected = Money.total(
            [
                *(pool.closing_basis or ZERO for pool in year.pools),
                year.traditional_ira.basis_carried_forward,
                year.roth_ira.regular,
                *roth,
                *(one.basis for one in year.inherited_iras),
            ]
        )
        assert closing == expected, (story, year.tax_year)


def test_the_row_of_iras_is_form_8606() -> None:
    seen = 0
    for story, year, books in stories():
        rows = {row.pool: row for row in rolled(year, books)}
        if IRAS in rows and "2" in year.f8606 and "14" in year.f8606:
            seen += 1
            brought = year.traditional_ira.basis_brought_forward
            assert (rows[IRAS].opening - brought).size < Money.dollars(1), story  # whole dollars
            # line 2 has what came in during the year, too
            added = (year.f8606.amount("2") - rows[IRAS].opening).floor_zero()
            assert (added - rows[IRAS].came_in).cents <= 99, story
            assert rows[IRAS].closing == year.traditional_ira.basis_carried_forward, story
    assert seen > 50


def test_a_total_stands_only_where_every_part_is_known() -> None:
    both = set()
    for story, year, books in stories():
        table, *_ = rollforward_section(year, books, earlier(year, story)).tables
        is_whole = all(NOT_KNOWN not in row for row in table.rows)
        both.add(is_whole)
        assert any(column.total for column in table.columns) is is_whole, story
    assert both == {True, False}


def test_one_waterfall_ends_where_the_changes_lead() -> None:
    for story, year, books in stories():
        section = rollforward_section(year, books, earlier(year, story))
        for table in section.tables[1:]:
            first, *changes, last = (row[1] for row in table.rows)
            assert Money.total([first, *changes]) == last, story
            assert len(drawings(table, 500)) == len(list(pictures(table, 500))) == 1


def test_what_a_death_took_is_told_as_going_out() -> None:
    year = plain_year()
    iras = replace(year.traditional_ira, basis_carried_forward=ZERO, passed_to_heirs=Money(1))
    dead = replace(year, traditional_ira=iras)
    rows = {row.pool: row for row in rolled(dead, plain_books(year))}
    assert rows[IRAS].closing == ZERO
    assert rows[IRAS].went_out.cents < 0
