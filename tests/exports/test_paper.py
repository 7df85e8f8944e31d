"""Tables on paper: nothing is wider than its column, nothing is left alone at a page's end."""

from __future__ import annotations

from decimal import Decimal

import pytest
from reportlab.platypus import CondPageBreak

from exports.document import document
from exports.house_fonts import BOLD, REGULAR, printable, width_of
from exports.packet import WIDTH
from exports.paper import BODY, GROUP, SetTable, Setting, Strip, fitting
from exports.table import Column, Kind, Medium, RowSum, Table, places, show
from ledger.money import Money, Ratio
from tests.exports.sample import plain_books, plain_year, ugly_books, ugly_year

TABLES = [
    pytest.param(table, id=f"{which}-{section.sheet}-{number}")
    for which, told in (
        ("plain", document(plain_year(), plain_books(plain_year()))),
        ("ugly", document(ugly_year(), ugly_books(ugly_year()))),
    )
    for section in told.sections
    for number, table in enumerate(section.tables)
    if table.rows
]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_fits_its_page_and_its_texts_fit_their_columns(table: Table) -> None:
    setting = Setting(table, WIDTH)
    assert sum(setting.widths) <= WIDTH + 0.01
    for line in (setting.head, *setting.strips):
        font = REGULAR if line.role == BODY else BOLD
        for cell, width in zip(line.cells, setting.widths, strict=True):
            if isinstance(cell, str):  # what does not fit is set in lines of its own
                assert width_of(cell, font, setting.size) <= width - 3.5


def strip(role: str, height: float = 10) -> Strip:
    return Strip(role, ("",), height)


def test_a_page_never_ends_with_the_heading_of_a_group() -> None:
    strips = [strip(BODY), strip(BODY), strip(GROUP), *[strip(BODY)] * 20]
    assert fitting(strips, room=30) == 2
    assert fitting(strips, room=45) == 4


def test_a_small_group_stays_whole() -> None:
    group = [strip(GROUP), strip(BODY), strip(BODY), strip(BODY)]
    assert fitting([*group, *group], room=65) == 4


def test_the_last_rows_are_not_left_alone() -> None:
    assert fitting([strip(BODY)] * 10, room=95) == 7
    assert fitting([strip(BODY)] * 10, room=100) == 10


def test_the_legs_of_an_entry_stay_on_one_page() -> None:
    leg = Strip(BODY, ("",), 10, continues=True)
    rest = [strip(BODY)] * 5
    assert fitting([strip(BODY), strip(BODY), leg, leg, *rest], room=30) == 1


def test_a_strip_taller_than_a_page_stands_alone() -> None:
    assert fitting([strip(BODY, 500), strip(BODY)], room=50) == 0
    columns = (Column("a", "Account"),)
    setting = Setting(Table(columns, (("x",),) * 4), WIDTH)
    page = SetTable(setting, [strip(BODY, 500), *[strip(BODY)] * 3], 50)
    first, to_next_page, rest = page.split(0, 50)
    assert (len(first.strips), len(rest.strips)) == (1, 3)
    assert isinstance(to_next_page, CondPageBreak), "what is left is not tried on this page again"
    assert SetTable(setting, [strip(BODY)] * 9, 500).split(0, 40) == [], "too few rows for a start"


def test_a_column_that_says_nothing_is_left_out() -> None:
    columns = (
        Column("a", "A"),
        Column("b", "Note", optional=True),
        Column("c", "C", optional=True),
    )
    table = Table(columns, (("x", "", None), ("y", "", Money(1)))).without_blanks()
    assert table.keys == ("a", "c")
    assert table.rows == (("x", None), ("y", Money(1)))


def test_an_amount_is_never_broken_over_two_lines() -> None:
    columns = (Column("a", "Account"), Column("v", "Value", Kind.AMOUNT))
    setting = Setting(Table(columns, (("x " * 200, Money(-123_456_789_012)),)), WIDTH)
    assert setting.strips[0].cells[1] == "(1,234,567,890.12)"
    assert setting.strips[0].negative == {1}


def test_the_fonts_hold_the_letters_of_europe_and_vietnam() -> None:
    for letter in "ễŻůßøþđłŁőűçñ¿–—…·→“”€ΩЖ":
        assert ord(letter) in printable(), letter
    assert width_of("0", BOLD, 8) == width_of("9", BOLD, 8), "figures must stand in columns"


def test_a_row_sum_agrees_only_with_the_figure_of_the_record() -> None:
    keys = ("a", "b", "c")
    rule = RowSum(("a",), ("b",), floor_zero=True)
    assert rule.agrees(keys, (Money(5), Money(9), Money(0)), Money(0))
    assert not rule.agrees(keys, (Money(5), Money(2), Money(4)), Money(4))
    assert rule.agrees(keys, (Money(5), None, Money(5)), Money(5)), "a blank counts nothing"
    assert not rule.agrees(keys, (Money(5), "not known", Money(5)), Money(5))


def test_a_row_of_the_wrong_length_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="2 columns, but a row has 1"):
        Table((Column("a", "A"), Column("b", "B")), (("x",),))


def test_columns_stand_where_they_belong() -> None:
    table = Table((Column("a", "A", medium=Medium.PAPER), Column("b", "B")), ())
    assert (table.of(Medium.PAPER), table.of(Medium.SHEET)) == ((0, 1), (1,))


def test_values_are_shown_as_people_read_them() -> None:
    assert show(Money(-5)) == "(0.05)"
    assert show(Ratio(Decimal("0.080327"))) == "0.080327"
    assert show("a\x1bb") == "a\\u001bb"


def test_long_places_are_shortened_and_still_tell_the_line() -> None:
    found = places([f"a.csv:{n}" for n in range(1, 10)], most=3)
    assert found == "a.csv:1, 2, 3 and 6 more rows"
