"""Findings, register and evidence: what the figures rest on, said as a reader says it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from cli import typed
from exports import words
from exports.document import document
from exports.form_tables import read_from
from exports.record_tables import evidence_section, findings_section, register_section
from exports.redact import redacted
from ledger import scenario
from ledger.books import EvidenceFile
from ledger.chart import Account, AccountKind, Outside, outside
from ledger.closing import work_out
from ledger.events import Event, EventKind
from ledger.forms.form import Form
from ledger.journal import JournalEntry, Posting
from ledger.money import Money
from ledger.year_end import YearEnd
from tests.exports.sample import entry, plain_books, plain_year


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
    books = replace(plain_books(year), accounts=accounts)
    files = (
        EvidenceFile("paul.csv", "cc" * 32, "plain", "pauls", "2026-01-31", 3),
        EvidenceFile("both.csv", "dd" * 32, "fidelity_history", "", "2026-01-31", 3),
        EvidenceFile("pauls-too.csv", "ee" * 32, "fidelity_history", "", "2026-01-31", 3),
        EvidenceFile("typed-4", "ff" * 32, "typed", "acme", "2026-02-03T10:11:12Z", 1),
    )
    hers, his = entry(5, date(2025, 5, 1)), entry(6, date(2025, 5, 1), account="pauls")
    hers = replace(hers, event=replace(hers.event, where="both.csv:5"))
    his = replace(his, event=replace(his.event, where="pauls-too.csv:6"))
    books = replace(books, files=(*books.files, *files), entries=(*books.entries, hers, his))
    rows = evidence_section(year, books).tables[0].rows
    assert [row[:2] for row in rows if row[4] != "written by hand"] == [
        ("F1", "history.csv"),
        ("F2", "activity.csv"),
        ("F4", "both.csv"),
        ("typed by hand, no. 4", ""),
    ]
    assert rows[-1][4:] == ("by hand", "acme", 1, "2026-02-03 10:11")


def test_exports_know_typed_entries_by_the_name_the_command_line_gives_them() -> None:
    assert words.TYPED == typed.TYPED


def test_typed_entries_are_named_as_such_wherever_a_place_stands() -> None:
    year = plain_year()
    form = Form("8606", {})
    form.enter("6", Money(5).seen_at("typed-4:1", "a.csv:2", "typed-5:1"), "balances")
    one = EvidenceFile("typed-4", "ff" * 32, "typed", "acme", "2026-02-03T10:11:12Z", 1)
    books = replace(plain_books(year), files=(one, replace(one, name="typed-5")))
    told = document(replace(year, f8606=form), books)
    table = next(s for s in told.sections if s.sheet == "Form 8606").tables[0]
    assert table.rows[0][-1] == "a.csv:2; typed by hand, no. 4; typed by hand, no. 5"


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


STORY = Path(__file__).parents[2] / "fixtures" / "scenarios" / "death-two-heirs.toml"


def of_death(person: str, year: int) -> YearEnd:
    """Work out the year of a person of the story of Ann's death."""
    record = work_out(scenario.read(STORY).books, [year]).of(person, year)
    assert record is not None
    return record


def test_no_internal_name_of_a_form_is_printed() -> None:
    """Line 4b was read from the form of the decedent, and says so by name."""
    rose = of_death("rose", 2024)
    books = scenario.read(STORY).books.household_of("rose")
    told = document(rose, books)
    texts = [
        str(value)
        for section in told.sections
        for table in section.tables
        for row in table.rows
        for value in (section.title, section.sheet, *row)
    ]
    assert not [text for text in texts if "8606_inherited" in text or "inherited_1" in text]
    assert "Form 8606 from Ann Green line 15c" in texts
    # the sheet of the form has the name of the decedent too
    hidden = redacted(told, books)
    assert not [one.sheet for one in hidden.sections if "Ann" in one.sheet]


def test_the_packet_of_somebody_who_died_offers_no_room() -> None:
    books = scenario.read(STORY).books.household_of("ann")
    in_year, later = (
        [s for s in document(of_death("ann", year), books).sections if s.title == "Limits"]
        for year in (2024, 2025)
    )
    assert later == []
    (limits,) = in_year
    (table,) = limits.lead
    assert table.note == "Died on 2024-06-15: nothing more can be put in."
    room = [column.key for column in table.columns].index("room")
    assert {row[room] for row in table.rows} == {"none"}
