"""Sections and tables as the HTML template wants them: cells, and what they lead to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup

from exports.html_lines import Lines
from exports.html_places import Link, Places
from exports.html_sums import Otherwise, Sums
from exports.packet import WIDTH
from exports.svg import pictures
from exports.table import (
    Column,
    FormCell,
    InputCell,
    Kind,
    LineLink,
    Medium,
    Row,
    Section,
    Table,
    Value,
    money_of,
    show,
    tell,
)
from ledger.money import Money

_TO_TYPE = "B"  # the letter of the work papers with all that is typed
_WORDY = 1.5  # weight of a column that holds sentences
_SHORT = 12  # rows
_LONG = 200  # rows of a section that a browser lays out only when it is looked at


class Cell(NamedTuple):
    """A cell: how it looks, its text cut into links, and its own id where places lead to it."""

    look: str
    links: tuple[Link, ...]


class RowsOfGroup(NamedTuple):
    """Rows under one heading, "" where the table has no groups."""

    heading: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class TableShown:
    """One table: its words, its heads, its rows and its foot, or the drawings in their place."""

    id: str
    title: str
    note: str
    empty: str
    heads: tuple[Cell, ...]
    groups: tuple[RowsOfGroup, ...]
    foot: tuple[Cell, ...]
    drawings: tuple[Markup, ...]
    short: bool  # so few rows that they stay together on paper


@dataclass(frozen=True)
class SectionShown:
    """One section, as long as it is in the packet."""

    id: str
    letter: str  # of the work paper
    title: str
    person: str
    looks: str  # how it stands on pages
    lead: tuple[TableShown, ...]
    paragraphs: tuple[str, ...]
    tables: tuple[TableShown, ...]


@dataclass(frozen=True)
class Setter:
    """Sets sections; figures and places lead to what stands behind them."""

    lines: Lines
    places: Places
    sums: Sums

    def section(self, section: Section, key: str, register: str) -> SectionShown:
        """Set one section of the person whose ``register`` has this id."""
        # all that is typed comes from the books: where no row is named, from all of them
        none = register if section.letter.startswith(_TO_TYPE) else ""
        otherwise = Otherwise(register, none)
        lead, tables = (
            tuple(
                self._table(table, f"{key}{letter}{n}", otherwise) for n, table in enumerate(some)
            )
            for letter, some in (("l", section.lead), ("t", section.tables))
        )
        return SectionShown(
            id=key,
            letter=section.letter,
            title=show(section.title),
            person=show(section.person.partition(" · ")[0]),
            looks=" ".join(_looks(section)),
            lead=lead,
            paragraphs=tuple(map(tell, section.paragraphs)),
            tables=tables,
        )

    def _table(self, table: Table, key: str, otherwise: Otherwise) -> TableShown:
        columns = table.columns
        shown = [i for i in table.of(Medium.PAPER) if not columns[i].group]
        group = next((i for i, column in enumerate(columns) if column.group), None)
        heads = (Cell(_look(columns[i]), (Link(show(columns[i].title)),)) for i in shown)
        return TableShown(
            id=key,
            title=show(table.title),
            note=tell(table.note),
            empty=tell(table.empty),
            heads=tuple(heads),
            groups=tuple(self._groups(table, shown, group, otherwise)),
            foot=tuple(_foot(table, shown)) if table.has_total else (),
            # nothing in a drawing is markup but what we draw: its texts are escaped
            drawings=tuple(Markup(picture) for picture in pictures(table, WIDTH)),  # noqa: S704
            short=len(table.rows) <= _SHORT,
        )

    def _groups(
        self, table: Table, shown: Sequence[int], group: int | None, otherwise: Otherwise
    ) -> Iterator[RowsOfGroup]:
        def heading(row: Row) -> str:
            return show(row[group]) if group is not None else ""

        for name, rows in groupby(table.rows, heading):
            yield RowsOfGroup(name, tuple(self._row(table, row, shown, otherwise) for row in rows))

    def _row(
        self, table: Table, row: Row, shown: Sequence[int], otherwise: Otherwise
    ) -> tuple[Cell, ...]:
        columns = [table.columns[i] for i in shown]
        cells = [row[i] for i in shown]
        told = any(
            cell and column.kind is Kind.PLACE for column, cell in zip(columns, cells, strict=True)
        )
        # the places of a row stand in it, those of a drawing would be all that there are
        elsewhere = None if told or table.chart else otherwise
        return tuple(
            Cell(_look(column, cell), tuple(self._links(column, cell, elsewhere)))
            for column, cell in zip(columns, cells, strict=True)
        )

    def _links(self, column: Column, value: Value, otherwise: Otherwise | None) -> Iterator[Link]:
        if isinstance(value, FormCell | InputCell | LineLink):
            yield Link(show(value), self.lines.id_of(value.line))
        elif column.kind is Kind.PLACE or column.anchors:
            yield from self.places.within(show(value))
        elif isinstance(value, Money) and otherwise is not None:
            yield Link(show(value), self.sums.behind(value, otherwise))
        else:
            yield Link(show(value))


def _looks(section: Section) -> Iterator[str]:
    if section.starts_page:
        yield "page"
    if section.on_one_page:
        yield "whole"
    if sum(len(table.rows) for table in section.all_tables) > _LONG:
        yield "long"


def _foot(table: Table, shown: Sequence[int]) -> Iterator[Cell]:
    for number, i in enumerate(shown):
        column = table.columns[i]
        total = table.total(i) if column.total else None
        words = "Total" if not number and total is None else show(total)
        yield Cell(_look(column, total), (Link(words),))


def _look(column: Column, value: Value = None) -> str:
    """Return the classes of a cell: what its column holds, and what it says itself."""
    amount = money_of(value)
    negative = [" negative"] if amount is not None and amount.cents < 0 else []
    marked = [f" mark-{value}"] if column.marked and isinstance(value, str) else []
    wordy = [" words"] if column.kind is Kind.TEXT and column.weight >= _WORDY else []
    return "".join([str(column.kind.value), *wordy, *negative, *marked])
