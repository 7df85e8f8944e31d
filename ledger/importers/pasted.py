"""Tables pasted as text without a usable header: records begin where a line starts with a date."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from ledger.errors import Collector
from ledger.importers.base import SURE, Activity, Importer, RecordMaker
from ledger.importers.files import TextFile, refuse
from ledger.importers.reading import Reading
from ledger.importers.tables import Header, Row
from ledger.records import Record
from ledger.text import safe

_DATED = re.compile(r"^[ \t]*[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}(?=\s)", re.MULTILINE)


@dataclass(frozen=True)
class Layout:
    """A pasted table: its columns in order, how a piece is cut into them, what to do when not.

    ``cut`` returns the cells of one record, as many as the header has titles, or fewer or more
    when the piece is no whole row; ``what`` names the cells for the message.
    """

    activity: Activity
    header: Header
    what: str
    remedy: str
    cut: Callable[[str], list[str]]
    record: re.Pattern[str] = field(default=_DATED)


def header_of(activity: Activity, titles: tuple[str, ...]) -> Header:
    """Return the header of a pasted table whose columns stand in the order of its spec."""
    roles = tuple(activity.table.columns)
    return Header(activity.table, 1, titles, {role: place for place, role in enumerate(roles)})


def tab_cells(piece: str) -> list[str]:
    """Return the cells of one record; text of links on lines of their own is left out."""
    cells = [cell.strip() for cell in piece.strip("\r\n ").split("\t")]
    return [cell.splitlines()[0].strip() if cell else "" for cell in cells]


def read_pasted(layout: Layout, importer: Importer, file: TextFile, now: date) -> Reading:
    """Read every record of a pasted table; raise LedgerErrors with all faults."""
    faults = Collector()
    maker = RecordMaker(faults, now)
    records: list[Record] = []
    grades: dict[int, str] = {}
    for line, text in _rows_above(file, layout.record):
        problem = f"the record does not begin with a date: {safe(text, limit=80)}"
        faults.add(refuse(f"{file.name}:{line}", "bad_date", problem, "copy whole rows again"))
    for line, piece in _pieces(file, layout.record):
        row = _row(layout, file, line, piece, faults)
        record = maker.record(row, layout.activity) if row else None
        if row is not None and record is not None:
            records.append(record)
            if layout.activity.grade(row) != SURE:
                grades[line] = layout.activity.grade(row)
    faults.raise_any()
    if not records:
        raise refuse(file.name, "no_rows", "there are no records in the text", "copy it again")
    return Reading(
        file=file.name,
        sha256=file.sha256,
        importer=importer.name,
        records=tuple(importer.finish(records) if importer.finish else records),
        plan=layout.activity.plan,
        unconfirmed=grades,
    )


def _row(layout: Layout, file: TextFile, line: int, piece: str, faults: Collector) -> Row | None:
    cells, width = layout.cut(piece), len(layout.header.titles)
    if len(cells) == width:
        return Row(file, layout.header, line, cells)
    faults.add(
        refuse(
            f"{file.name}:{line}",
            "too_few_cells" if len(cells) < width else "too_many_cells",
            f"the record has {len(cells)} cells instead of {layout.what}: "
            f"{safe(' | '.join(cells), limit=80)}",
            layout.remedy,
        )
    )
    return None


def _pieces(file: TextFile, record: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Cut pasted text where a line starts with a date; yield the line and the piece."""
    starts = [found.start() for found in record.finditer(file.text)]
    line, counted = 1, 0
    for start, end in pairwise([*starts, len(file.text)]):
        line += file.text.count("\n", counted, start)
        counted = start
        yield line, file.text[start:end]


def _rows_above(file: TextFile, record: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Find lines above the first record that look like one: with cells and with figures."""
    first = record.search(file.text)
    lines = file.text[: first.start()].splitlines() if first else []
    return (
        (number, line)
        for number, line in enumerate(lines, start=1)
        if "\t" in line and any(c.isdigit() for c in line)
    )
