"""Every table as CSV and JSON: accounts, entries, pools, form lines, 1099-R, findings, evidence."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO

from exports.csv import literal
from exports.words import masked
from ledger.books import Books
from ledger.journal import Journal
from ledger.money import Money
from ledger.text import safe
from ledger.year_end import YearEnd

SCHEMA = "basis/tables/1"
Cell = str | Money | date | int | bool | None
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class FlatTable:
    """A table as other programs read it: a name, columns, rows of plain cells."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Everything:
    """What the tables are made of: the books, the whole journal, every year-end record."""

    books: Books
    journal: Journal
    records: tuple[YearEnd, ...]


def tables(of: Everything) -> tuple[FlatTable, ...]:
    """Return every table, each with its columns as docs/exports.md lists them."""
    return tuple(FlatTable(name, columns, tuple(rows(of))) for name, columns, rows in _TABLES)


def table_csv(table: FlatTable) -> str:
    """Return a table as CSV; texts that a spreadsheet would calculate get an apostrophe."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(table.columns)
    writer.writerows([_csv_cell(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def tables_json(made: Iterable[FlatTable], chain_head: str) -> str:
    """Return all tables as one JSON object: table -> list of rows with named cells."""
    told = {
        table.name: [
            dict(zip(table.columns, map(_json_cell, row), strict=True)) for row in table.rows
        ]
        for table in made
    }
    return json.dumps({"schema": SCHEMA, "chain_head": chain_head, "tables": told}, indent=1) + "\n"


def _csv_cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return literal(cell)
    shown = _json_cell(cell)
    if isinstance(shown, bool):
        return "yes" if shown else "no"
    return "" if shown is None else str(shown)


def _json_cell(cell: Cell) -> str | int | bool | None:
    if isinstance(cell, Money):
        return cell.plain
    if isinstance(cell, date):
        return cell.isoformat()
    return safe(cell) if isinstance(cell, str) else cell


def _taxpayers(of: Everything) -> Iterator[Row]:
    for person in of.books.taxpayers.values():
        yield person.id, person.name, person.born, person.spouse


def _accounts(of: Everything) -> Iterator[Row]:
    for a in of.books.accounts.values():
        number = masked(a.number) if a.number else ""
        yield a.id, a.owner, a.kind.value, a.employer, a.institution, number, a.decedent


def _entries(of: Everything) -> Iterator[Row]:
    for number, entry in enumerate(of.journal.entries, start=1):
        event = entry.event
        raw = of.books.raw_rows.get(entry.where, "")
        told = (event.kind.value, entry.reason, event.memo, event.tax_year, entry.derived)
        yield (number, entry.day, event.account, *told, entry.cite, entry.where, raw)


def _postings(of: Everything) -> Iterator[Row]:
    for number, entry in enumerate(of.journal.entries, start=1):
        for posting in entry.postings:
            pool = posting.pool
            yield number, entry.day, pool.account, pool.source, posting.value, posting.basis


def _pools(of: Everything) -> Iterator[Row]:
    for year in of.records:
        for p in year.pools:
            moved = (p.contributions, p.earnings, p.came_in, p.went_out)
            held = (p.closing_value, p.closing_basis)
            opened = (p.opening_value, p.opening_basis)
            yield (*_of(year), p.account, p.source, *opened, *moved, *held)


def _of(year: YearEnd) -> tuple[str, int]:
    return year.taxpayer.id, year.tax_year


def _persons(of: Everything) -> Iterator[Row]:
    for year in of.records:
        ira, roth = year.traditional_ira, year.roth_ira
        told = (ira.basis_brought_forward, ira.basis_carried_forward, ira.year_end_value)
        clock = (roth.regular, roth.since, roth.qualified_from, roth.earnings_distributed)
        yield (*_of(year), *told, *clock)


def _layers(of: Everything) -> Iterator[Row]:
    for year in of.records:
        for layer in year.roth_ira.conversions:
            free = year.roth_ira.free_from.get(layer.year)
            yield (*_of(year), layer.year, layer.taxable, layer.nontaxable, free)


def _form_lines(of: Everything) -> Iterator[Row]:
    for year in of.records:
        for name, form in year.forms.items():
            for line in form:
                reads = " ".join(str(ref) for ref in line.reads)
                value = line.value if isinstance(line.value, Money) else line.plain
                told = (name, line.number, line.label, value, line.words, reads)
                yield (*_of(year), *told, "; ".join(line.evidence))


def _boxes(of: Everything) -> Iterator[Row]:
    for year in of.records:
        for number, form in enumerate(year.forms_1099r, start=1):
            head = (*_of(year), number, form.payer, form.to, form.ira)
            for box, value in form.boxes.items():
                yield (*head, box, value, "; ".join(form.where or form.events))


def _movements(of: Everything) -> Iterator[Row]:
    for year in of.records:
        for m in year.movements:
            money = (m.amount, m.basis, m.taxable)
            yield (*_of(year), m.day, m.kind, m.account, m.source, m.to, *money, m.note, m.where)


def _findings(of: Everything) -> Iterator[Row]:
    for year in of.records:
        for f in year.findings:
            yield (*_of(year), f.severity, f.code, f.message, f.cite, f.where)


def _evidence(of: Everything) -> Iterator[Row]:
    for f in of.books.files:
        yield f.name, f.sha256, f.importer, f.account, f.imported_at, f.rows


def _columns(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_TABLES = (
    ("taxpayers", _columns("taxpayer name born spouse"), _taxpayers),
    (
        "accounts",
        _columns("account owner kind employer institution number decedent"),
        _accounts,
    ),
    (
        "entries",
        _columns("entry date account kind reason memo tax_year derived cite where raw"),
        _entries,
    ),
    ("postings", _columns("entry date account source value basis"), _postings),
    (
        "pools",
        _columns(
            "taxpayer tax_year account source opening_value opening_basis contributions earnings "
            "in out closing_value closing_basis"
        ),
        _pools,
    ),
    (
        "persons",
        _columns(
            "taxpayer tax_year traditional_basis_brought_forward traditional_basis_carried_forward "
            "traditional_year_end_value roth_regular roth_since roth_qualified_from "
            "roth_earnings_distributed"
        ),
        _persons,
    ),
    (
        "roth_layers",
        _columns("taxpayer tax_year converted_in taxable nontaxable free_from"),
        _layers,
    ),
    (
        "form_lines",
        _columns("taxpayer tax_year form line label amount how reads evidence"),
        _form_lines,
    ),
    (
        "forms_1099r",
        _columns("taxpayer tax_year form payer to ira box value evidence"),
        _boxes,
    ),
    (
        "movements",
        _columns("taxpayer tax_year date kind account source to amount basis taxable note where"),
        _movements,
    ),
    (
        "findings",
        _columns("taxpayer tax_year severity code message cite where"),
        _findings,
    ),
    ("evidence", _columns("file sha256 importer account imported_at rows"), _evidence),
)
TABLE_NAMES: Sequence[str] = tuple(name for name, _, _ in _TABLES)
