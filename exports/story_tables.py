"""The year as it went, month by month, and beside the years before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from exports.table import NOT_IN_LEDGER, Chart, Column, Kind, Row, Section, Table, Value
from exports.words import source_words
from ledger.views.month_ends import MonthEnd, month_ends, moved_by_month
from ledger.views.years_compared import ComparedFigure, compared
from ledger.year_end import YearEnd

MONTH_COLUMNS = (
    Column("pool", "Account and source", weight=2.0),
    Column("day", "Day", Kind.DATE),
    Column("value", "Value", Kind.AMOUNT),
    Column("basis", "Basis (already taxed)", Kind.AMOUNT),
)
MOVED_COLUMNS = (
    Column("month", "Month", Kind.DATE),
    Column("basis", "Already taxed", Kind.AMOUNT, total=True),
    Column("taxable", "Taxable", Kind.AMOUNT, total=True),
    Column("rest", "Not taxed now", Kind.AMOUNT, total=True),
)
_CURVES = Chart(across="day", up=("value", "basis"), panels="pool")
_BARS = Chart(across="month", up=("basis", "taxable", "rest"))


def story_section(year: YearEnd) -> Section:
    """Draw each source's value and basis over the year, and what moved in each month."""
    tables = [
        Table(
            MONTH_COLUMNS,
            tuple(_month_rows(year)),
            title="Value and basis of each source",
            note="The line is the value, the shaded part the basis: money already taxed. A "
            "traditional IRA's basis belongs to the person and is not drawn.",
            empty="No account held money in this year.",
            chart=_CURVES,
        )
    ]
    if year.movements:
        tables.append(
            Table(
                MOVED_COLUMNS,
                tuple((m.month, m.basis, m.taxable, m.rest) for m in moved_by_month(year)),
                title="Converted, rolled over and paid out, by month",
                chart=_BARS,
            )
        )
    return Section("The year in charts", "Months", tuple(tables), on_one_page=True, filtered=True)


def _month_rows(year: YearEnd) -> list[Row]:
    rows: list[Row] = []
    for (account, source), months in groupby(month_ends(year), lambda m: (m.account, m.source)):
        held = list(months)
        if any(_holds(month) for month in held):
            name = f"{account}, {source_words(source)}" if source else account
            rows += [(name, month.day, month.value, month.basis) for month in held]
    return rows


def _holds(month: MonthEnd) -> bool:
    return bool(month.value or month.basis)


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
