"""Pages with a table for each fund or source: what stands above a table becomes a column of it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from ledger.importers.files import TextFile
from ledger.importers.tables import TableSpec, column_name, csv_rows

SECTIONS = ("investment", "source", "account")  # what a line above a table may name
TITLE = "section of the page"


def filled(cells: list[str]) -> list[str]:
    """Return the cells of a line that hold something."""
    return [cell.strip() for cell in cells if cell.strip()]


def as_one_table(file: TextFile, spec: TableSpec, delimiter: str) -> TextFile:
    """Return a file as one table, in which each row has the last line of one cell above it.

    Rows keep their lines; lines of one cell are left out.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="")
    named, headed, written = "", False, 1
    for line, cells in csv_rows(file.text, file.name, delimiter):
        told = filled(cells)
        is_header = spec.matches(frozenset(map(column_name, cells)))
        named = told[0] if len(told) == 1 else named
        if len(told) < 2:
            continue
        headed = headed or is_header
        out.write("\n" * (line - written))
        writer.writerow([*cells, TITLE if is_header else named if headed else ""])
        written = line
    return replace(file, text=f"{out.getvalue()}\n")
