"""The year beside the years before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exports.table import NOT_IN_LEDGER, Column, Kind, Section, Table, Value
from ledger.views.years_compared import ComparedFigure, compared
from ledger.year_end import YearEnd


def change_table(years: Sequence[YearEnd]) -> Table | None:
    """Set the last two years side by side; None for a first year."""
    if len(years) < 2:
        return None
    before, now = years[-2:]
    rows = tuple(
        (row.what, *_shown(row), row.change) for row in compared((before, now), brief=True)
    )
    columns = (
        Column("what", "Compared with last year", weight=3.0),
        Column("before", str(before.tax_year), Kind.AMOUNT),
        Column("now", str(now.tax_year), Kind.AMOUNT),
        Column("change", "Change", Kind.AMOUNT),
    )
    return Table(columns, rows, title="What changed since last year", spare=True)


def _shown(row: ComparedFigure) -> Iterator[Value]:
    """Go through the amounts; of a year before the books there is none."""
    for amount, is_known in zip(row.amounts, row.known, strict=True):
        yield amount if is_known else NOT_IN_LEDGER


def years_section(years: Sequence[YearEnd]) -> Section | None:
    """Set up to five years side by side, oldest first; None where there is one only."""
    if len(years) < 2:
        return None
    columns = (
        Column("what", "Figure", weight=3.0),
        *(Column(f"y{year.tax_year}", str(year.tax_year), Kind.AMOUNT) for year in years),
    )
    rows = tuple((row.what, *_shown(row)) for row in compared(years))
    note = "Years that could not be worked out are left out. A blank is a line not filled in."
    title = f"{years[0].tax_year} to {years[-1].tax_year}"
    return Section(title, "Years", (Table(columns, rows, note=note),), on_one_page=True)
