"""Forms received are set beside the ledger; a filed year beside what it comes to now."""

from __future__ import annotations

from dataclasses import replace

from exports import tie_tables
from exports.document import document
from exports.table import Section, show
from exports.tie_tables import filed_sections, tie_out_section
from exports.to_type import to_type_sections
from ledger.year_end import Amended, EnterInstead, Filed, FormDue, TieOut
from tests.exports.sample import money, plain_books, plain_year, ugly_books, ugly_year


def told(section: Section) -> str:
    cells = (show(v) for table in section.all_tables for row in table.rows for v in row)
    return " | ".join([*section.paragraphs, *cells])


def test_a_box_that_differs_says_by_how_much_and_what_to_do() -> None:
    differs = TieOut(
        "1099-R",
        "acme",
        "2a",
        money("0.00"),
        money("1200.00"),
        "code_g_zero_taxable",
        "box 2a is 0 on a code G with earnings",
        "ask for a corrected form",
        ("history.csv:30",),
    )
    agrees = TieOut("1099-R", "acme", "1", money("41200.00"), money("41200.00"))
    blank = TieOut("1099-R", "acme", "5", None, money("40000.00"), "box_blank", "box 5 is blank")
    section = tie_out_section(replace(plain_year(), tie_out=(agrees, differs, blank)))
    words = told(section)
    assert "3 boxes compared, 2 to look at." in words
    assert "0.00 | 1,200.00 | (1,200.00)" in words
    assert "Box 2a is 0 on a code G with earnings. Ask for a corrected form." in words
    assert "41,200.00 | 41,200.00 | 0.00 | agrees" in words
    assert "blank | 40,000.00 |" in words, "a blank box is not zero"


def test_lines_to_enter_instead_stand_beside_the_form_they_replace() -> None:
    boxes = {"1": money("10200.00"), "2a": money("200.00"), "7": "G"}
    line = EnterInstead("1099-R", "acme", "roth1", boxes, "1099-R, recorded 2026-02-01")
    row = TieOut("1099-R", "acme", "1", money("1.00"), money("2.00"), "two_destinations")
    year = replace(plain_year(), tie_out=(row,), enter_instead=(line,))
    words = told(to_type_sections(year, plain_books(year))[1])
    assert "Form 1099-R of acme, 1099-R, recorded 2026-02-01 | roth1 | 10,200.00 | 200.00" in words


def test_without_forms_received_nothing_is_said_to_agree() -> None:
    assert "No Form 1099-R, 5498 or W-2 received" in told(tie_out_section(plain_year()))


def test_an_amended_year_tells_filed_and_now() -> None:
    filed = Filed("2026-04-01T09:00:00Z", "ab" * 32, "cd" * 32, "2026-05-02T10:00:00Z", "late 5498")
    year = replace(
        plain_year(),
        filed=filed,
        amended=(Amended("8606", "14", money("6510.00"), money("6410.00")),),
        forms_due=(FormDue(2023, money("500.00")),),
    )
    amended, due = filed_sections(year)
    assert "6,510.00 | 6,410.00 | (100.00)" in told(amended)
    assert "reopened on 2026-05-02: late 5498" in told(amended)
    assert "amended Form 8606" in told(amended)
    assert "2023 | 500.00" in told(due)


def test_a_year_that_is_open_has_no_such_section() -> None:
    year = plain_year()
    sheets = {section.sheet for section in document(year, plain_books(year)).sections}
    assert not {"Amended", "Late forms"} & sheets
    ugly = ugly_year()
    sheets = {section.sheet for section in document(ugly, ugly_books(ugly)).sections}
    assert sheets >= {"Amended", "Late forms", "Tie-out"}


def test_boxes_of_every_printed_form_have_their_words() -> None:
    assert tie_tables._meaning("5498", "5") == "Fair market value of account"
    assert tie_tables._meaning("W-2", "12D") == "deferrals, 401(k)"
    assert tie_tables._meaning("1099-R", "2a") == "Taxable amount"
