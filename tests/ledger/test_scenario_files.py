"""Scenario files: what is written reads back to the same record, and every fault is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledger import scenario
from ledger.booking import book
from ledger.chart import Source
from ledger.closing import work_out
from ledger.errors import LedgerError
from ledger.events import Event, EventKind
from ledger.money import Money
from ledger.year_end import YearEnd

FOLDER = Path(__file__).parents[2] / "fixtures" / "scenarios"
STORIES = [p for p in sorted(FOLDER.glob("*.toml")) if "refuse" not in p.stem]

HEAD = """
[scenario]
tax_years = [2023]

[[taxpayer]]
id = "pat"
born = 1970-01-01

[[account]]
id = "ira"
owner = "pat"
kind = "traditional_ira"

[[account]]
id = "acme"
owner = "pat"
kind = "401k"
"""


@pytest.mark.parametrize("path", STORIES, ids=lambda p: p.stem)
def test_writing_and_reading_again_changes_no_figure(path: Path) -> None:
    story = scenario.read(path)
    first = work_out(story.books, story.tax_years)
    text = scenario.write(story.books, years=story.tax_years)
    again = scenario.parse(text.encode(), "again.toml")
    second = work_out(again.books, again.tax_years)
    assert scenario.write(again.books, years=again.tax_years) == text
    for before, after in zip(first.records, second.records, strict=True):
        assert _figures(before) == _figures(after)


@pytest.mark.parametrize("path", STORIES, ids=lambda p: p.stem)
def test_each_person_has_the_same_figures_in_the_export_of_the_household(path: Path) -> None:
    story = scenario.read(path)
    first = work_out(story.books, story.tax_years)
    for person in story.books.taxpayers:
        text = scenario.write(story.books, person, story.tax_years)
        again = scenario.parse(text.encode(), "again.toml")
        assert person in again.books.taxpayers
        second = work_out(again.books, again.tax_years)
        for before in (one for one in first.records if one.taxpayer.id == person):
            after = second.of(person, before.tax_year)
            assert after is not None
            assert _figures(before) == _figures(after)


def test_an_export_of_somebody_who_is_not_there_writes_nothing() -> None:
    books = scenario.parse((HEAD + UNITS).encode(), "s.toml").books
    with pytest.raises(KeyError):
        scenario.write(books, "nobody")


def _figures(record: YearEnd) -> dict[str, Any]:
    """Return a record without the names of entries and lines, which another file numbers anew."""
    found = record.as_json()
    for form in found["forms"]["1099-R"]:
        form.pop("event"), form.pop("events", None)
    for row in (*found["disbursements"], *found["returned"]):
        row.pop("event")
    for row in (*found["findings"], *found["tie_out"], *found["enter_instead"]):
        row.pop("where"), row.pop("entries", None)
    return found


def faults_of(text: str) -> list[str]:
    with pytest.raises(LedgerError) as refused:
        scenario.parse((HEAD + text).encode(), "s.toml")
    return [f"{fault.where} {fault.code}" for fault in refused.value.faults]


def test_every_fault_of_a_file_is_named_at_once() -> None:
    text = """
[[event]]
date = 2023-05-01
account = "ira"
kind = "contribution"
amount = 10.005

[[event]]
date = 2023-05-02
account = "iraa"
kind = "earnings"
amount = 5

[[event]]
date = 2023-05-03
account = "acme"
kind = "contribution"
amount = 5

[[event]]
date = 2023-05-03
account = "ira"
kind = "contribution"
amount = 5
witheld = 1
"""
    assert faults_of(text) == [
        "s.toml:23 bad_amount",
        "s.toml:42 unknown_key",
        "s.toml:25 unknown_account",
        "s.toml:31 source_needed",
    ]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ('kind = "conversion"\namount = 5\nto = "acme"', "wrong_account_kind"),
        ('kind = "in_plan_conversion"\namount = 5', "wrong_account_kind"),
        ('kind = "contribution"\namount = 5\nsource = "roth"', "source_not_possible"),
        ('kind = "qcd"\namount = -5', "bad_amount"),
        ('kind = "earnings"\namount = 5\nwithheld = 1', "unknown_key"),
        ('kind = "loan_offset"\namount = 5', "wrong_account_kind"),
        ('kind = "gift"\namount = 5', "bad_value"),
        ('kind = "earnings"\namount = "5"', "bad_amount"),
        ('kind = "earnings"\namount = 1e20', "bad_amount"),
        ('kind = "earnings"\namount = 1e999999999', "bad_amount"),
        ('kind = "earnings"\namount = 1e-999999999', "bad_amount"),
        ('kind = "earnings"\namount = 1.0000000000000000000000000000001', "bad_amount"),
        ('kind = "earnings"\namount = nan', "bad_amount"),
        ('kind = "distribution"\nparts = [{ to = "cash" }]', "missing_field"),
        ('kind = "distribution"\nparts = [{ to = "cash", amount = 1, pretx = 1 }]', "unknown_key"),
    ],
)
def test_an_event_that_cannot_be_is_refused(lines: str, code: str) -> None:
    text = f'\n[[event]]\ndate = 2023-05-01\naccount = "ira"\n{lines}\n'
    assert any(fault.endswith(" " + code) for fault in faults_of(text)), faults_of(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"[scenario\n", "bad_toml"),
        (b"\xff\xfe", "bad_toml"),
        (b"[scenario]\ntax_years = 2023\n", "bad_value"),
        (b"[scenario]\ntax_years = []\n", "bad_value"),
        (b"", "missing_field"),
        (b"[scenario]\ntax_years = [2023]\n[event]\na = 1\n", "bad_value"),
        (
            b"[scenario]\ntax_years = [2023]\n[[account]]\nid='a'\nowner='x'\nkind='401k'\n",
            "unknown_taxpayer",
        ),
        (b"[scenario]\ntax_years=[2023]\n[[taxpayer]]\nid='a'\n[[taxpayer]]\nid='a'\n", "exists"),
        (b"[scenario]\ntax_years = [2023]\n[options]\nline_10_places = 2\n", "bad_value"),
        (b"[scenario]\ntax_years = [2023]\nline_10_places = 3\n", "unknown_key"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(text: bytes, code: str) -> None:
    with pytest.raises(LedgerError) as refused:
        scenario.parse(text, "s.toml")
    assert code in [fault.code for fault in refused.value.faults]


PERSON = "[[taxpayer]]\nid = 'al'\n"
OPENING = "[[opening_basis]]\ntaxpayer='pat'\nas_of=2023-01-01\n"
FORM = "[[tax_document]]\ntaxpayer='pat'\nyear=2023\nform='5498'\npayer='ira'\n"
ROLLED = "[[event]]\ndate=2023-05-01\nkind='rollover_in'\n"
OWN_IRA = "[[account]]\nid = 'own'\nowner = 'pat'\nkind = 'roth_ira'\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (PERSON + "born = 9999-12-31", "bad_date"),
        (PERSON + "born = 1066-01-01", "bad_date"),
        (PERSON + "spouse = 'al'", "own_spouse"),
        (PERSON + 'name = "\\u001b[31m"', "bad_text"),
        (PERSON + f"name = '{'x' * 501}'", "bad_text"),
        (PERSON + "name = 'Al 123-45-6789'", "tax_id"),
        (PERSON.replace("al", "outside"), "bad_name"),
        (OWN_IRA.replace("own'", "cash'", 1), "bad_name"),
        (OWN_IRA.replace("own'", "roth-iras:pat'", 1), "bad_name"),
        (OWN_IRA.replace("own'", "'", 1), "bad_name"),
        (OWN_IRA + "first_roth_year = 1066", "bad_value"),
        (OWN_IRA + "simplified_method = { cost = 5, payments = true }", "bad_value"),
        (OWN_IRA + "simplified_method = { cost = -5, payments = 3 }", "bad_amount"),
        (OPENING + "traditional_ira = -1", "bad_amount"),
        (
            OPENING + "roth_ira_conversions = [{ year = 2020, taxable = -1 }]",
            "bad_amount",
        ),
        (
            OPENING + "roth_ira_conversions = [{ year = true }]",
            "missing_field",
        ),
        (OPENING + "roth_ira_conversions = [{ year = 2023, taxable = 1 }]", "bad_tax_year"),
        (
            OPENING + f"roth_ira_conversions = [{2 * '{ year = 2020, taxable = 1 },'}]",
            "bad_tax_year",
        ),
        (OPENING + "roth_ira_since = 2024", "bad_tax_year"),
        (OPENING + "traditional_ira = 1\ntraditional_ira_from_plans = 2", "bad_amount"),
        (FORM + "boxes = { 5 = '1', 'box 5' = '2' }", "exists"),
        (ROLLED + "account='ira'\namount=5\nbasis=6", "basis_too_large"),
        (ROLLED + "account='acme'\nsource='after_tax'\namount=5\nbasis=6", "basis_too_large"),
        ("[[year]]\ntaxpayer = 'pat'\nyear = 2023\nfirst_home_expenses = -1", "bad_amount"),
        ("[[event]]\ndate=0001-01-01\naccount='ira'\nkind='fee'\namount=1", "date_out_of_range"),
        ("[[event]]\ndate=9999-12-31\naccount='ira'\nkind='fee'\namount=1", "date_out_of_range"),
        (2 * "[[event]]\ndate=2023-05-01\naccount='ira'\nkind='fee'\namount=1\nid='f'\n", "exists"),
    ],
)
def test_what_no_person_account_or_day_can_be_is_refused_at_its_place(text: str, code: str) -> None:
    with pytest.raises(LedgerError) as refused:
        scenario.parse((HEAD + text).encode(), "s.toml")
    (fault,) = refused.value.faults
    assert (fault.code, fault.where.partition(":")[0]) == (code, "s.toml")
    assert fault.where != "s.toml"
    assert "123-45-6789" not in str(fault)


def test_a_folder_is_not_a_scenario(tmp_path: Path) -> None:
    with pytest.raises(LedgerError) as refused:
        scenario.read(tmp_path)
    assert refused.value.code == "not_a_file"


def test_the_example_of_the_page_holds() -> None:
    page = (FOLDER.parents[1] / "docs" / "scenario.md").read_text("utf-8")
    text = page.partition("```toml")[2].partition("```")[0]
    story = scenario.parse(text.encode(), "scenario.md")
    (record,) = work_out(story.books, story.tax_years).records
    (expected,) = story.expectations
    assert record.as_json()["forms"]["8606"]["lines"]["18"] == expected.value


def test_roth_money_of_a_plan_may_bring_more_basis_than_value() -> None:
    """Reg. 1.402A-1, Q&A-6(a): a designated Roth account that has lost money keeps its basis."""
    text = ROLLED + "account='acme'\nsource='roth_rollover'\namount=5\nbasis=6\n"
    (entry,) = scenario.parse((HEAD + text).encode(), "s.toml").books.entries
    assert entry.event.basis is not None
    assert entry.event.basis.plain == "6.00"


UNITS = """
[[opening]]
date = 2023-01-01
account = "acme"
source = "pre_tax"
value = 100
fund = "500 Index"
units = 2.5

[[event]]
date = 2023-02-01
account = "acme"
kind = "exchange"
source = "pre_tax"
fund = "500 Index"
units = -1.250

[[event]]
date = 2023-03-01
account = "ira"
kind = "transfer_in"
amount = 10
origin = "outside"
"""


def test_units_their_fund_and_an_origin_come_back_from_a_file() -> None:
    first = scenario.parse((HEAD + UNITS).encode(), "s.toml").books
    again = scenario.parse(scenario.write(first).encode(), "s.toml").books
    fields = [entry.event.as_fields() for entry in first.entries]
    assert [entry.event.as_fields() for entry in again.entries] == fields
    assert [row.get("units") for row in fields] == ["2.5", "-1.250", None]
    assert fields[2]["origin"] == "outside"


@pytest.mark.parametrize("units", ['"12"', "true", "nan"])
def test_units_are_a_plain_number(units: str) -> None:
    event = UNITS.replace("-1.250", units)
    assert faults_of(event) == ["s.toml:33 bad_value"]


def test_an_export_names_every_event_that_a_payer_reports() -> None:
    story = (
        HEAD
        + """
[[opening]]
date = 2023-01-01
account = "acme"
source = "pre_tax"
value = 1000

[[event]]
date = 2023-02-01
account = "acme"
kind = "loan"
source = "pre_tax"
amount = 100

[[event]]
date = 2023-06-01
account = "acme"
kind = "loan_offset"
source = "pre_tax"
amount = 100
"""
    )
    first = scenario.parse(story.encode(), "s.toml")
    form = work_out(first.books, (2023,)).records[0].as_json()["forms"]["1099-R"][0]
    again = scenario.parse(scenario.write(first.books, years=(2023,)).encode(), "again.toml")
    same = work_out(again.books, (2023,)).records[0].as_json()["forms"]["1099-R"][0]
    assert same["event"] == form["event"]


def test_a_state_basis_that_is_stated_twice_of_one_day_is_refused() -> None:
    row = '[[state_basis]]\ntaxpayer="pat"\nstate="CA"\nas_of=2023-01-01\nbasis=5\n'
    assert faults_of(row + row.replace("=5", "=6")) == ["s.toml:23 exists"]


def test_what_a_row_says_beyond_its_kind_does_not_keep_the_file_from_being_read() -> None:
    pension = Event(
        where="pension.csv:2",
        day=date(2023, 3, 1),
        account="acme",
        kind=EventKind.ANNUITY_PAYMENT,
        amount=Money.dollars(1000),
        sources=(Source.AFTER_TAX,),
        fund="Stable Value",
    )
    books = scenario.parse(HEAD.encode(), "s.toml").books
    entry = book(pension, books.accounts)
    text = scenario.write(replace(books, entries=(entry,), facts=(entry,)))
    (read,) = scenario.parse(text.encode(), "s.toml").books.entries
    assert (read.event.amount, read.event.sources) == (pension.amount, ())
