"""The first page: sentences that say what the figures say, and nothing when there is nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from cli import typed
from exports import words
from exports.cover import summary, summary_section
from exports.document import document
from exports.form_tables import ENTRY_LINES_8606, entry_table, read_from
from exports.record_tables import evidence_section, findings_section, register_section
from exports.redact import redacted
from exports.table import LineLink
from ledger import scenario
from ledger.books import EvidenceFile
from ledger.chart import Account, AccountKind, Outside, outside
from ledger.closing import work_out
from ledger.events import Event, EventKind
from ledger.forms.form import Form
from ledger.journal import JournalEntry, Posting
from ledger.money import ZERO, Money
from ledger.year_end import Movement, RothIra, TraditionalIra, YearEnd
from tests.exports.sample import entry, f8606, plain_books, plain_year


def quiet_year() -> YearEnd:
    empty = Form("8606", {})
    return replace(
        plain_year(),
        f8606=empty,
        f8606_required=False,
        f5329=Form("5329", {}),
        f1040=Form("1040", {}),
        pools=(),
        movements=(),
        returned=(),
        traditional_ira=TraditionalIra(),
        roth_ira=RothIra(),
    )


def test_a_quiet_year_is_told_in_one_breath() -> None:
    told = summary(quiet_year())
    assert told == [
        "Nothing was contributed for Rose Green in 2025.",
        "Nothing was converted, rolled over or paid out.",
        "Nothing goes on the IRA and pension lines of Form 1040.",
        "Form 8606 need not be filed for 2025.",
        "Carried to the next year: no basis.",
    ]


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
    told = summary(replace(quiet_year(), movements=(one, one)))
    assert (
        "Moved in 2 steps: direct rollover, 2 times, $200.00 ($40.00 already taxed and $160.00 "
        "not taxed now)." in told
    )


def test_a_line_left_blank_and_a_box_to_check_are_told_in_paper_order() -> None:
    form = Form("1040", {"4b": "IRA distributions, taxable amount"})
    form.enter("4b", Money(500_000), "taxable")
    notes = ("4b: Rollover", "4b: QCD", "4c: QCD")
    rows = entry_table(replace(quiet_year(), f1040=form, f1040_notes=notes)).rows
    assert [(row[1], row[4]) for row in rows if row[0] == "Form 1040"] == [
        ("4a", "all of it is on line 4b"),
        ("4b", "write Rollover"),  # of 2025 on the words have a box
        ("4c", ""),
    ]
    assert rows[0][3] == "leave blank"


def test_part_ii_is_typed_in_full_where_part_i_stays_blank() -> None:
    form = Form("8606", {})
    form.enter("16", Money(700_000), "conversions")
    form.enter("17", Money(600_000), "basis")
    form["18"] = form["16"] - form["17"]
    rows = entry_table(replace(quiet_year(), f8606=form)).rows
    assert [row[1] for row in rows if "8606" in str(row[0])] == ["16", "17", "18"]


def test_whole_dollar_forms_show_no_cents() -> None:
    told = summary(plain_year(whole_dollars=True))
    assert any("taxable conversions $6,449 (line 18)" in sentence for sentence in told)


def test_a_contribution_for_another_year_is_told_with_its_year() -> None:
    event = Event("a.csv:2", date(2025, 3, 1), "ira1", EventKind.CONTRIBUTION, Money(700_000))
    late = JournalEntry(replace(event, year=2024), (), "contribution")
    told = summary(replace(plain_year(), entries=(late,)))
    assert any("into traditional IRAs ($7,000.00 of it for 2024)" in one for one in told)


def test_money_that_left_in_other_ways_is_not_hidden() -> None:
    year = plain_year()
    year = replace(year, movements=(), returned=(), f1040=Form("1040", {}))
    assert any("Left the accounts in other ways: $48,512.34" in one for one in summary(year))


def test_a_provisional_year_says_why_first() -> None:
    told = summary(replace(quiet_year(), provisional="the form is a draft"))
    assert told[0] == "PROVISIONAL: the form is a draft."


def test_open_points_stand_before_everything_else() -> None:
    section = document(plain_year(), plain_books(plain_year())).sections[0]
    assert [table.title for table in section.all_tables] == ["Open points", "Figures to enter"]
    assert section.lead[0].rows[0][0] == "warning"
    quiet = summary_section(replace(plain_year(), findings=()))
    assert (quiet.lead, quiet.paragraphs[-1]) == ((), "No error and no warning is open.")


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
    assert [row[0] for row in rows] == [
        "history.csv",
        "activity.csv",
        "both.csv",
        "typed by hand, no. 4",
    ]
    assert rows[-1][3:] == ("by hand", "acme", 1, "2026-02-03 10:11")


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


def test_the_first_page_has_every_form_8606_of_the_year() -> None:
    """Rose has none of her own: what the packet prints and the entry list are the decedent's."""
    rose = of_death("rose", 2024)
    told = " ".join(summary(rose))
    assert (
        "Form 8606 for IRAs inherited from Ann Green must be filed for 2024: nondeductible "
        "contributions $0.00 (line 1), taxable distributions $2,400.00 (line 15c) and basis "
        "carried forward $5,400.00 (line 14)."
    ) in told
    assert "need not be filed" not in told
    assert "$5,400.00 of basis in traditional IRAs inherited from Ann Green" in told
    entered = {(row[0], row[1]) for row in entry_table(rose).rows}
    title = "Form 8606 for IRAs inherited from Ann Green, must be filed"
    assert {(title, "6"), (title, "14"), (title, "15c")} <= entered


def test_what_passed_at_a_death_is_not_carried_to_the_next_year() -> None:
    told = summary(of_death("ann", 2024))[-1]
    assert told == (
        "Carried to the next year: no basis. Passed to the heirs: $9,000.00 of basis in "
        "traditional IRAs (Form 8606, line 14)."
    )
    assert "Form 8606 need not be filed for 2024." in summary(of_death("bob", 2024))


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
