"""The table of basis from opening to closing, and its waterfall."""

from __future__ import annotations

from collections.abc import Sequence

from exports.table import NOT_KNOWN, Chart, Column, Kind, Medium, Row, RowSum, Section, Table, Value
from exports.words import account_name, source_words
from ledger.books import Household
from ledger.money import ZERO, Money
from ledger.views.rollforward import CHANGES, RolledBasis, rolled
from ledger.year_end import YearEnd

_CHANGES = dict(zip(CHANGES, ("Contributed", "Came in", "Used or went out"), strict=True))
STEP_COLUMNS = (
    Column("step", "Step", weight=2.0),
    Column("amount", "Basis", Kind.AMOUNT),
    Column("base", "Drawn from", Kind.AMOUNT, medium=Medium.SHEET),
    Column("height", "Drawn height", Kind.AMOUNT, medium=Medium.SHEET),
)


def rollforward_section(
    year: YearEnd, books: Household, earlier: Sequence[YearEnd] = ()
) -> Section:
    """Set out every pool's basis from opening to closing, and draw the way as one waterfall."""
    rows = rolled(year, books, earlier)
    known = [row for row in rows if row.is_known]
    tables = [_table(rows, year)]
    if known:
        tables.append(_waterfall(known, of_all=len(known) == len(rows)))
    return Section("Basis, opening to closing", "Basis", tuple(tables), starts_page=True)


def _table(rows: Sequence[RolledBasis], year: YearEnd) -> Table:
    is_whole = all(row.is_known for row in rows)
    columns = (
        Column("pool", "Pool", weight=3.0),
        Column("opening", "Opening basis", Kind.AMOUNT, total=is_whole),
        *(Column(key, title, Kind.AMOUNT, total=is_whole) for key, title in _CHANGES.items()),
        Column(
            "closing",
            "Closing basis",
            Kind.AMOUNT,
            total=is_whole,
            adds_up=RowSum(("opening", *_CHANGES)),
        ),
    )
    missing = " No total is given: a part of it is not known." if not is_whole else ""
    return Table(
        columns,
        tuple(_row(row, year) for row in rows),
        note="Basis is money that was taxed before. Closing = opening + the changes beside it. "
        "The basis of traditional IRAs is line 2 and line 14 of Form 8606." + missing,
        empty="No pool held basis in this year.",
    )


def _row(row: RolledBasis, year: YearEnd) -> Row:
    changes: tuple[Value, ...] = (row.contributed, row.came_in, row.went_out)
    if not row.is_known:
        changes = (NOT_KNOWN,) * len(_CHANGES)
    ends = (NOT_KNOWN if end is None else end for end in (row.opening, row.closing))
    opening, closing = ends
    account = year.accounts.get(row.pool)
    name = account_name(account) if account else row.pool
    named = f"{name}, {source_words(row.source)}" if row.source else name
    return (named, opening, *changes, closing)


def _waterfall(known: Sequence[RolledBasis], *, of_all: bool) -> Table:
    """Return the steps from all opening to all closing basis, each from where the last ended."""
    at = Money.total(row.opening or ZERO for row in known)
    steps: list[Row] = [("Opening", at, ZERO, at)]
    for key, title in _CHANGES.items():
        change = Money.total(getattr(row, key) for row in known)
        low, high = sorted((at, at + change))
        at += change
        steps.append((title, change, low, high - low))
    steps.append(("Closing", at, ZERO, at))
    words = "All pools together." if of_all else "The pools of which both ends are known."
    return Table(
        STEP_COLUMNS,
        tuple(steps),
        title="From opening to closing basis",
        note=words,
        chart=Chart("step", base="base", height="height", figure="amount"),
    )
