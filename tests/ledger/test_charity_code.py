"""Code Y of Form 1099-R: expected of a payment to charity, and no difference where it may lack.

Una is 72 and more: 8,000 of her IRA goes to a charity in May, 12,000 to herself in June. The
Instructions for Forms 1099-R and 5498 (2025) add code Y, used with 4, 7 or K; the IRS made it
optional for 2025.
"""

from __future__ import annotations

import pytest

from ledger import scenario
from ledger.closing import work_out
from ledger.year_end import YearEnd

STORY = """
[scenario]
tax_years = [{year}]
[[taxpayer]]
id = "una"
name = "Una Bay"
born = {born}
[[account]]
id = "ira"
owner = "una"
kind = "traditional_ira"
[[opening]]
date = {year}-01-01
account = "ira"
value = 100000
[[opening_basis]]
taxpayer = "una"
as_of = {year}-01-01
traditional_ira = 0
[[event]]
date = {year}-05-01
account = "ira"
kind = "{kind}"
amount = 8000
[[event]]
date = {year}-06-01
account = "ira"
kind = "distribution"
amount = 12000
[[event]]
date = {year}-12-31
account = "ira"
kind = "balance"
value = 80000
"""


def record_of(year: int, *forms: str, kind: str = "qcd", born: str = "1953-01-15") -> YearEnd:
    papers = (
        f'[[tax_document]]\ntaxpayer = "una"\nyear = {year}\nform = "1099-R"\npayer = "ira"\n'
        f'boxes = {{ 1 = {gross}, 2a = {gross}, 2b = "not determined", 7 = "{code}" }}\n'
        for code, gross in (form.split(":") for form in forms)
    )
    text = STORY.format(year=year, kind=kind, born=born) + "".join(papers)
    story = scenario.parse(text.encode(), "s.toml")
    worked = work_out(story.books, [year])
    assert worked.refused == ()
    record = worked.of("una", year)
    assert record is not None
    return record


def told(record: YearEnd) -> list[tuple[str, str, str]]:
    """Return the findings of printed forms: severity, code and pattern."""
    patterns = [row.pattern for row in record.tie_out if row.pattern and row.form == "1099-R"]
    found = [(f.severity, f.code) for f in record.findings if f.code.startswith("form_1099r")]
    return [(*one, pattern) for one, pattern in zip(found, patterns, strict=True)]


@pytest.mark.parametrize(("year", "code"), [(2024, "7"), (2025, "7Y"), (2026, "7Y")])
def test_a_payment_to_charity_has_code_y_from_2025_on(year: int, code: str) -> None:
    forms = {form.to: form.boxes["7"] for form in record_of(year).forms_1099r}
    assert forms == {"charity": code, "cash": "7"}


def test_before_the_age_of_charity_the_payer_has_no_payment_to_charity_to_mark() -> None:
    """Born 1 January 1955, 70 1/2 on 1 July 2025: the gift of 1 May is a distribution."""
    forms = {form.to: form.boxes["7"] for form in record_of(2025, born="1955-01-01").forms_1099r}
    assert forms == {"charity": "7", "cash": "7"}


@pytest.mark.parametrize(
    "forms",
    [
        ("7Y:8000", "7:12000"),
        ("7:12000", "7Y:8000"),
        ("7:8000", "7:12000"),
        ("7:20000",),
        ("7:12000", "7Y:3000", "7Y:5000"),
    ],
)
def test_a_form_of_2025_agrees_with_and_without_it(forms: tuple[str, ...]) -> None:
    record = record_of(2025, *forms)
    assert told(record) == []
    assert record.enter_instead == ()
    # 20,000 less the 8,000 that went to charity (IRC 408(d)(8)(A))
    assert record.f1040.amount("4b").plain == "12000.00"


def test_a_form_of_2026_without_it_is_told_and_changes_nothing() -> None:
    """No text of the IRS on 2026 was seen: the sources say that the code is required."""
    record = record_of(2026, "7:8000", "7:12000")
    assert told(record) == [("info", "form_1099r_differs", "charity_not_marked")]
    assert record.enter_instead == ()
    assert told(record_of(2026, "7Y:8000", "7:12000")) == []


def test_a_marked_form_of_what_the_ledger_has_as_a_distribution_is_told() -> None:
    record = record_of(2025, "7Y:8000", "7:12000", kind="distribution")
    assert ("warning", "form_1099r_differs", "charity_not_in_ledger") in told(record)


def test_a_form_of_2024_cannot_have_it() -> None:
    record = record_of(2024, "7Y:8000", "7:12000")
    assert told(record) == [("warning", "form_1099r_differs", "box_differs")]
