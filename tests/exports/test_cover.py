"""The first page: sentences that say what the figures say, and nothing when there is nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from exports.cover import summary
from exports.document import document
from exports.form_tables import ENTRY_LINES_8606, read_from
from exports.record_tables import evidence_section, findings_section, register_section
from exports.table import LineLink
from ledger.books import EvidenceFile
from ledger.chart import Account, AccountKind, Outside, outside
from ledger.forms.form import Form
from ledger.journal import JournalEntry, Posting
from ledger.money import ZERO, Money
from ledger.records import Event, EventKind
from ledger.year_end import Movement, RothIra, TraditionalIra, YearEnd
from tests.exports.sample import f8606, plain_books, plain_year


def quiet_year() -> YearEnd:
    empty = Form("8606", {})
    return replace(
        plain_year(),
        f8606=empty,
        f8606_required=False,
        f1040=Form("1040", {}),
        pools=(),
        movements=(),
        returned=(),
        traditional_ira=TraditionalIra(),
        roth_ira=RothIra(),
    )


def test_a_quiet_year_is_told_in_one_breath() -> None:
    told = summary(quiet_year())
    assert told[0] == (
        "Nothing was contributed for Rose Green in 2025. Nothing was converted, rolled over or "
        "paid out. Carried to the next year: no basis."
    )
    assert told[1:] == ["Form 8606 need not be filed for 2025."]


def test_equal_movements_are_told_together_and_put_off_tax_is_said() -> None:
    one = Movement(
        date(2025, 3, 14),
        "direct rollover",
        "acme",
        "",
        "ira1",
        Money(10_000),
        Money(2_000),
        ZERO,
        "a.csv:1",
    )
    told = summary(replace(quiet_year(), movements=(one, one)))[0]
    assert (
        "Money moved in 2 steps: direct rollover (2 times) $200.00, of which $40.00 was taxed "
        "before and $0.00 is taxable, the rest is not taxed now." in told
    )


def test_nothing_taxable_is_said_where_the_line_is_zero() -> None:
    form = Form("1040", {})
    form.enter("5b", ZERO, "nothing taxable")
    assert "Nothing of it is taxable on Form 1040." in summary(replace(quiet_year(), f1040=form))[0]


def test_a_provisional_year_says_why() -> None:
    told = summary(replace(quiet_year(), provisional="the form is a draft"))
    assert told[-1] == "PROVISIONAL: the form is a draft"


def test_figures_to_enter_are_links_to_the_lines() -> None:
    year = plain_year()
    rows = document(year, plain_books(year)).sections[0].tables[0].rows
    links = [row[3].line for row in rows if isinstance(row[3], LineLink)]
    assert [line.number for line in links if line.form == "1040"] == ["4a", "4b", "5a", "5b"]
    numbers = [line.number for line in links if line.form == "8606"]
    assert numbers == [line.number for line in f8606() if line.number in ENTRY_LINES_8606]


def test_a_line_says_where_it_was_read_from() -> None:
    year = plain_year()
    assert read_from(year.f8606.line("8"), 2) == "activity.csv:3, 17 and 2 more rows"
    assert read_from(year.f8606.line("13"), 2) == "lines 11, 12"
    assert read_from(year.f5329.line("1"), 2) == "Form 8606 line 15c"


def test_errors_come_before_warnings_before_information() -> None:
    rows = findings_section(plain_year()).tables[0].rows
    assert [row[0] for row in rows] == ["warning", "info"]


def test_the_files_of_the_spouse_stay_out() -> None:
    year = plain_year()
    accounts = {**year.accounts, "pauls": Account("pauls", "paul", AccountKind.K401)}
    year = replace(year, accounts=accounts)
    books = plain_books(year)
    his = EvidenceFile("paul.csv", "cc" * 32, "plain", "pauls", "2026-01-31", 3)
    rows = evidence_section(year, replace(books, files=(*books.files, his))).tables[0].rows
    assert [row[0] for row in rows] == ["history.csv", "activity.csv"]


def test_the_register_shows_own_legs_and_names_the_other_side() -> None:
    year = plain_year()
    row = register_section(year, plain_books(year)).tables[0].rows[0]
    assert row[:6] == (
        date(2025, 1, 3),
        "after-tax contribution",
        "acme, after-tax",
        Money(153_846),
        Money(153_846),
        "paid in",
    )


def test_the_register_shows_both_sides_of_money_that_no_account_here_holds() -> None:
    event = Event("p.csv:1", date(2025, 1, 1), "pension", EventKind.ANNUITY_PAYMENT, Money(120_000))
    legs = (
        Posting(outside(Outside.CASH), Money(120_000)),
        Posting(outside(Outside.ELSEWHERE), Money(-120_000)),
    )
    year = replace(plain_year(), entries=(JournalEntry(event, legs, "annuity payment"),))
    rows = register_section(year, plain_books(year)).tables[0].rows
    assert [(row[2], row[3]) for row in rows] == [
        ("cash to the owner", Money(120_000)),
        ("accounts elsewhere", Money(-120_000)),
    ]


def test_a_stated_balance_is_told_with_its_amount() -> None:
    event = Event("s.csv:9", date(2025, 12, 31), "ira1", EventKind.BALANCE, value=Money(9_300_049))
    year = replace(plain_year(), entries=(JournalEntry(event, (), "balance"),))
    (row,) = register_section(year, plain_books(year)).tables[0].rows
    assert row[1:4] == ("balance stated: 93,000.49", "ira1", None)
