"""Short names of places on paper: line 114 of the third file is F3:114, its key is the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from exports.table import Column, Kind, Medium, Row, Section, Table, Value
from exports.words import TYPED, by_hand
from ledger.books import Household

ON_PAPER = "_on_paper"


@dataclass(frozen=True)
class EvidenceNumbers:
    """The numbers of a household's files, in the order read, and of stories written by hand."""

    by_name: Mapping[str, str]

    @classmethod
    def of(cls, books: Household) -> EvidenceNumbers:
        """Return the numbers of a household; what was typed has its own."""
        typed = [f.name for f in books.files if f.importer == TYPED]
        told = (name for e in books.entries if (name := e.where.rpartition(":")[0]))
        names = dict.fromkeys([*(f.name for f in books.files), *told])
        files = [name for name in names if name not in typed]
        numbered = {name: f"F{number}" for number, name in enumerate(files, start=1)}
        return cls({name: by_hand(name) for name in typed} | numbered)

    def short(self, text: str) -> str:
        """Shorten places ("a.csv:3, 4; b.csv:9"); what is no place of a file stays as it is.

        >>> EvidenceNumbers({"a.csv": "F1", "b.csv": "F2"}).short("a.csv:3, 4; b.csv:9; line 7")
        'F1:3, 4; F2:9; line 7'
        """
        return "; ".join(self._one(part) for part in text.split("; "))

    def _one(self, place: str) -> str:
        name, colon, rows = place.rpartition(":")
        if not colon or name not in self.by_name:
            return self.by_name.get(place, place)
        number = self.by_name[name]
        if number.startswith(TYPED):
            # an entry is all that was typed at once: it has no other rows
            return number + rows[_digits(rows) :]
        return f"{number}:{rows}"

    def section(self, section: Section) -> Section:
        """Shorten every place of a section on paper; the workbook keeps file and line."""
        lead, tables = (
            tuple(self._table(table) for table in some) for some in (section.lead, section.tables)
        )
        return replace(section, lead=lead, tables=tables)

    def _table(self, table: Table) -> Table:
        if not any(column.kind is Kind.PLACE for column in table.columns):
            return table
        columns: list[Column] = []
        for column in table.columns:
            columns += _by_medium(column)
        rows = tuple(self._row(table, row) for row in table.rows)
        return replace(table, columns=tuple(columns), rows=rows)

    def _row(self, table: Table, row: Row) -> Row:
        cells: list[Value] = []
        for column, cell in zip(table.columns, row, strict=True):
            for one in _by_medium(column):
                on_paper = one.kind is Kind.PLACE and one.medium is Medium.PAPER
                is_short = on_paper and isinstance(cell, str)
                cells.append(self.short(str(cell)) if is_short else cell)
        return tuple(cells)


def _digits(rows: str) -> int:
    """Return where the number that the rows begin with ends."""
    return len(rows) - len(rows.lstrip("0123456789"))


def _by_medium(column: Column) -> tuple[Column, ...]:
    """Return a column of places once for paper and once for the workbook."""
    if column.kind is not Kind.PLACE or column.medium is not Medium.BOTH:
        return (column,)
    return (
        replace(column, key=column.key + ON_PAPER, medium=Medium.PAPER),
        replace(column, medium=Medium.SHEET),
    )
