"""A figure that two places can tell is one figure, in every worked example.

Each test holds two ways to the same figure against each other, over all files of the folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from ledger import scenario
from ledger.books import Books, FiledYear
from ledger.chart import Source
from ledger.closing import Worked, work_out
from ledger.errors import LedgerError
from ledger.events import Event, EventKind, kinds_where
from ledger.filed_years import beside_filed, record_text
from ledger.forms.worksheets import DISASTER_INCOME, PLAN_DISASTER_INCOME
from ledger.law import corrective
from ledger.law.figures import figures, years_on_file
from ledger.law.limits import is_returned_in_time
from ledger.money import Money
from ledger.year_end import YearEnd

FOLDER = Path(__file__).parents[2] / "fixtures" / "scenarios"
A_DOLLAR = Money.dollars(1)


def told_in(path: Path) -> scenario.Scenario | None:
    try:
        return scenario.read(path)
    except LedgerError:
        return None  # tests/ledger/test_scenarios.py shows that it must be refused


# read once, as facts that nobody changes: what does not apply to a story is not collected
TOLD = {path: story for path in sorted(FOLDER.glob("*.toml")) if (story := told_in(path))}
STATE_BASIS = [
    path
    for path, story in TOLD.items()
    if any(one.traditional_ira is not None for one in story.books.opening_basis)
]


def read(path: Path) -> tuple[Books, list[int]]:
    return TOLD[path].books, list(TOLD[path].tax_years)


@cache
def worked(path: Path) -> Worked:
    return work_out(*read(path))


@pytest.mark.parametrize("path", TOLD, ids=lambda p: p.stem)
def test_a_year_is_the_same_alone_and_among_others(path: Path) -> None:
    books, years = read(path)
    # with the years about them, in which little or nothing happens
    near = set(range(min(years) - 1, max(years) + 2)) & set(years_on_file())
    for record in work_out(books, near).records:
        alone = work_out(books, [record.tax_year]).of(record.taxpayer.id, record.tax_year)
        assert alone is not None
        told, other = record.as_json(), alone.as_json()
        # notes name the first year that was asked for
        for one in (told, other):
            del one["findings"], one["forms_due"]
        assert told == other, record.tax_year
        assert alone.movements == record.movements


@pytest.mark.parametrize("path", TOLD, ids=lambda p: p.stem)
def test_the_movements_of_a_year_come_to_its_taxable_lines(path: Path) -> None:
    books, _ = read(path)
    for record in worked(path).records:
        if books.options.whole_dollars or not is_told_by_movements(record):
            continue
        fig = figures(record.tax_year)
        lines = {fig.text(f"form_1040_{kind}_taxable_line") for kind in ("ira", "plan")}
        told = Money.total(record.f1040.amount(line) for line in lines)
        assert told == Money.total(amounts_of_year(record)), record.tax_year


def is_told_by_movements(record: YearEnd) -> bool:
    """Leave out years whose income is that of contributions of another one."""
    kinds = {entry.event.kind for entry in record.entries}
    return not (record.returned or kinds & kinds_where(lambda spec: spec.is_correction))


def amounts_of_year(record: YearEnd) -> Iterator[Money]:
    """Go through what movements tell as taxed now, and what a worksheet adds to it."""
    wages = {entry.where for entry in record.entries if is_wages(entry.event)}
    yield from (one.taxable for one in record.movements if one.where not in wages)
    if DISASTER_INCOME in record.worksheets:
        yield record.worksheets[DISASTER_INCOME].amount("8")
    sheet = record.worksheets.get(PLAN_DISASTER_INCOME)
    if sheet is not None:  # its part of this year moved in this year; repayments take that first
        yield sheet.amount("6") - (sheet.amount("2") - sheet.amount("5")).floor_zero()


def is_wages(event: Event) -> bool:
    """Tell whether what a plan paid back stands with wages and not with pensions."""
    if event.kind is EventKind.EXCESS_DEFERRAL_RETURN:
        return is_returned_in_time(event.tax_year, event.day)
    if event.kind is EventKind.ADP_RECHARACTERIZATION:
        return True
    return event.kind is EventKind.CORRECTIVE_DISTRIBUTION and corrective.is_wages(event.reason)


@pytest.mark.parametrize("path", TOLD, ids=lambda p: p.stem)
def test_every_line_of_a_closed_year_is_compared_with_what_was_filed(path: Path) -> None:
    books, _ = read(path)
    for record in worked(path).records:
        kept, key = json.loads(record_text(record)), (record.taxpayer.id, record.tax_year)
        kept |= {"forms": {}, "worksheets": {}, "accounts": [], "disaster_later": []}
        filed = FiledYear(*key, json.dumps(kept), closed_at="2030-01-01T00:00:00")
        home = replace(books.household_of(record.taxpayer.id), filed_years={key: filed})
        changed = beside_filed(record, home).amended
        counted = sum("3" not in pension.sheet.as_json() for pension in record.pensions)
        counted += sum(len(form.as_json()) for form in record.forms.values())
        counted += sum(len(form.boxes) for form in record.forms_1099r)
        counted += sum(pool.source == Source.AFTER_TAX for pool in record.pools)
        counted += 2 * len(record.disaster_later)  # of IRAs and of plans
        assert len(changed) == counted


@pytest.mark.parametrize("path", STATE_BASIS, ids=lambda p: p.stem)
def test_a_cent_of_basis_changes_no_figure_by_a_dollar(path: Path) -> None:
    books, years = read(path)
    without, with_cent = (work_out(with_basis(books, Money(cents)), years) for cents in (0, 1))
    assert [fault.code for fault in without.refused] == [fault.code for fault in with_cent.refused]
    for one, other in zip(without.records, with_cent.records, strict=True):
        for name in ("f1040", "f5329"):
            told, again = getattr(one, name), getattr(other, name)
            for line in {*told.labels, *again.labels}:
                if "a" not in line:  # where gross and taxable are equal the gross line is blank
                    difference = told.amount(line) - again.amount(line)
                    assert abs(difference.cents) < A_DOLLAR.cents, (one.tax_year, name, line)


def with_basis(books: Books, basis: Money) -> Books:
    stated = tuple(
        replace(one, traditional_ira=basis) if one.traditional_ira is not None else one
        for one in books.opening_basis
    )
    return replace(books, opening_basis=stated)
