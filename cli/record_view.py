"""A year-end record as a person reads it in a terminal, eighty columns wide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from cli import show
from ledger.books import Books
from ledger.chart import source_words
from ledger.forms.form import Form
from ledger.money import Money
from ledger.views.room import RoomRow, room_of_whole_year
from ledger.year_end import Box, Finding, Form1099R, Movement, PoolYear, YearEnd

_SEVERITY_WIDTH = len("warning  ")
_NOT_KNOWN = "not known"

_FORM_TITLES = {
    "8606": "Form 8606",
    "5329": "Form 5329",
    "1040": "Form 1040",
    "pub_590b_1_1": "Pub. 590-B, Worksheet 1-1",
    "ira_deduction": "IRA deduction worksheet",
    "roth_ira_limit": "Roth IRA limit (Pub. 590-A, Worksheet 2-2)",
    "roth_contributions": "Basis in Roth contributions (line 22)",
    "roth_conversions": "Basis in Roth conversions (line 24)",
    "ira_methods": "Form 8606 beside Worksheet 1-1",
    "disaster_income": "Qualified disaster distributions",
    "plan_disaster_income": "Qualified disaster distributions of plans",
    "other_lines": "Other lines of the return",
}


def print_record(record: YearEnd, books: Books) -> None:
    """Print the whole record: forms, movements, 1099-R, accounts, limits and findings."""
    show.console().print(_record_view(record, books))
    if record.findings:
        show.line("")
        show.line("Findings", "bold")
        print_findings(record.findings)


def print_findings(findings: Iterable[Finding]) -> None:
    """Print each finding with its law and place below it."""
    for one in findings:
        mark = f"{one.severity:<{_SEVERITY_WIDTH}}"
        show.paragraph(mark, one.message, show.severity_style(one.severity))
        about = " · ".join(part for part in (one.cite, one.where) if part)
        if about:
            show.paragraph(" " * _SEVERITY_WIDTH, f"[{about}]")


def _record_view(record: YearEnd, books: Books) -> Group:
    status = "" if record.status == "open" else f" · {record.status}"
    heading = f"{record.taxpayer.name} · tax year {record.tax_year}{status}"
    parts: list[RenderableType] = [Text(), show.text(heading, "bold underline")]
    if record.provisional:
        parts.append(show.text(f"provisional: {record.provisional}", "yellow"))
    for section in _sections(record, books):
        parts.extend((Text(), section))
    return Group(*parts)


def _sections(record: YearEnd, books: Books) -> Iterator[RenderableType]:
    for name, form in record.forms.items():
        yield _form_table(name, form, record.f1040_beside if name == "1040" else ())
    if record.movements:
        yield _movements_table(record)
    for printed in record.forms_1099r:
        yield _form_1099r_table(printed)
    if record.pools:
        yield from _pools_tables(record)
    if any(one.basis for one in record.inherited_iras):
        yield _inherited_table(record)
    # somebody who died in an earlier year can put nothing in
    if not record.died or record.died.year == record.tax_year:
        yield room_table(room_of_whole_year(record, books), title="Limits")
    if record.roth_ira.conversions or record.roth_ira.regular:
        yield _roth_table(record)
    if record.tie_out:
        yield _tie_out_line(record)
    if record.amended:
        yield amended_table(record, title="No longer as filed")


def _tie_out_line(record: YearEnd) -> RenderableType:
    differing = sum(not row.agrees for row in record.tie_out)
    return show.text(
        f"Printed forms: {len(record.tie_out)} boxes compared, {differing} differ "
        f"(basis tie-out {record.tax_year})"
    )


def amended_table(record: YearEnd, *, title: str) -> RenderableType:
    """Return the lines of a closed year that have changed: filed, now, and the difference."""
    rows: list[tuple[show.Cell, ...]] = [
        (a.form, a.line, box_cell(a.filed), box_cell(a.now), a.difference) for a in record.amended
    ]
    columns = ("Form", "Line", ">Filed", ">Now", ">Difference")
    return show.table(columns, rows, title=title)


def box_cell(value: Box) -> show.Cell:
    """Return what stands in a box, a dash where nothing does."""
    return "—" if value is None else value


def form_title(name: str) -> str:
    """Return the name of a form or worksheet as people say it."""
    kind, blank, of = name.partition(" ")
    return f"{_FORM_TITLES.get(kind, kind.replace('_', ' '))}{blank}{of}"


def _title(name: str, form: Form) -> str:
    """Return the name of a form, of a decedent's form the whole title."""
    return form.title if name.startswith("8606 ") else form_title(name)


def _form_table(name: str, form: Form, below: Iterable[str]) -> RenderableType:
    rows = [(line.number, line.label or line.words, line.value) for line in form]
    table = show.table((">Line", "What", ">Amount"), rows, title=_title(name, form))
    return Group(table, *map(show.text, below))


def _movements_table(record: YearEnd) -> RenderableType:
    columns = ("=Date", "What", "From", ">Amount", ">Basis", ">Taxable")
    rows: list[tuple[show.Cell, ...]] = [
        (m.day.isoformat(), m.kind, _route(m), m.amount, m.basis, m.taxable)
        for m in record.movements
    ]
    sums = [_sum(row[column] for row in rows) for column in (3, 4, 5)]
    totals: list[show.Cell] = ["", "", "Total", *sums]
    title = "Conversions, rollovers and distributions"
    return show.table(columns, rows, title=title, totals=totals)


def _route(movement: Movement) -> str:
    start = _pool(movement.account, movement.source)
    inside = movement.to.startswith(movement.account)
    return f"{start} → {movement.to}" if movement.to and not inside else start


def _sum(cells: Iterable[show.Cell]) -> Money:
    return Money.total(cell for cell in cells if isinstance(cell, Money))


def _pool(account: str, source: str) -> str:
    return f"{account} {source_words(source)}" if source else account


def _form_1099r_table(form: Form1099R) -> RenderableType:
    to = f" to {form.to}" if form.to not in {"", form.payer} else ""
    title = f"Expected Form 1099-R from {form.payer}{to}"
    return show.table(("Box", ">Should show"), list(form.boxes.items()), title=title)


def _pools_tables(record: YearEnd) -> Iterator[RenderableType]:
    names = [_pool(p.account, p.source) for p in record.pools]
    flows = [
        (name, p.opening_value, p.contributions, p.earnings, p.came_in, p.went_out)
        for name, p in zip(names, record.pools, strict=True)
    ]
    moved = ("Account", ">Opening", ">Contrib.", ">Earnings", ">In", ">Out")
    yield show.table(moved, flows, title="What moved")
    closing = [
        (name, p.opening_basis, p.closing_value, p.closing_basis, _untaxed(p))
        for name, p in zip(names, record.pools, strict=True)
    ]
    columns = ("Account", ">Opening basis", ">Value", ">Basis", ">Not yet taxed")
    yield show.table(columns, closing, title="Value and basis at year end")


def _untaxed(pool: PoolYear) -> Money | None:
    """Return what has not been taxed yet; None for IRAs, whose basis belongs to the person."""
    return None if pool.closing_basis is None else pool.closing_value - pool.closing_basis


def room_table(rows: Sequence[RoomRow], *, title: str) -> RenderableType:
    """Return the limits of a year as the books know them, and what is not known of them."""
    lines: list[tuple[show.Cell, ...]] = []
    for row in rows:
        least = "≥ " if row.is_partly_known else ""
        lines.append(
            (
                row.name,
                _NOT_KNOWN if row.limit is None else row.limit,
                _NOT_KNOWN if row.used is None else f"{least}{row.used}",
                _room_left(row),
                _NOT_KNOWN if row.excess is None else f"{least}{row.excess}",
            )
        )
        if row.catch_up:
            lines.append(("  catch-up on top of it", row.catch_up, None, None, None))
    columns = ("Limit", ">Allowed", ">Used", ">Room", ">Excess")
    parts: list[RenderableType] = [show.table(columns, lines, title=title)]
    if any(row.is_partly_known for row in rows):
        parts.append(show.text("≥ at least, ≤ at most"))
    told = dict.fromkeys(words for row in rows for words in row.told)
    return Group(*parts, *([show.text("")] if told else []), *map(show.text, told))


def _room_left(row: RoomRow) -> str:
    if row.room is None:
        return f"{row.lacks} unknown" if row.lacks else _NOT_KNOWN
    return f"{'≤ ' if row.is_partly_known and row.room else ''}{row.room}"


def _inherited_table(record: YearEnd) -> RenderableType:
    rows = [
        (one.decedent, one.basis_carried_forward, one.roth_basis_carried_forward)
        for one in record.inherited_iras
    ]
    columns = ("Inherited from", ">Basis of traditional IRAs", ">Basis of Roth IRAs")
    return show.table(columns, rows, title="Inherited IRAs at year end")


def _roth_table(record: YearEnd) -> RenderableType:
    roth = record.roth_ira
    rows: list[tuple[show.Cell, ...]] = [("Regular contributions", None, roth.regular, None)]
    for layer in roth.conversions:
        free = roth.free_from.get(layer.year)
        since = free.isoformat() if free else None
        rows.append((f"Conversions of {layer.year}", layer.taxable, layer.nontaxable, since))
    columns = ("Roth IRA layer", ">Taxed at conversion", ">Not taxed then", ">Free of 10% from")
    return show.table(columns, rows, title="Roth IRAs at year end")
