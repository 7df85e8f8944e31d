"""docs/cpa.md: each situation is worked out again, and its part and cell hold what is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from exports.document import document
from exports.workbook import workbook_bytes
from ledger.closing import work_out
from ledger.scenario import read

ROOT = Path(__file__).parents[2]
_ROW = re.compile(r"^\| (?P<cells>[^|]+\|(?:[^|]+\|){4}[^|]+) \|$", re.MULTILINE)


def situations() -> list[list[str]]:
    text = (ROOT / "docs" / "cpa.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in found["cells"].split("|")] for found in _ROW.finditer(text)]
    return [row for row in rows if row[0] != "Situation"]


def test_there_are_ten_situations() -> None:
    assert len(situations()) == 10


@pytest.mark.parametrize("row", situations(), ids=lambda row: row[1])
def test_the_packet_answers_where_the_guide_says(row: list[str], tmp_path: Path) -> None:
    _, story, year, part, cell, amount = row
    told = read(ROOT / "fixtures" / "scenarios" / f"{story}.toml")
    (record,) = work_out(told.books, [int(year)]).records
    packet = document(record, told.books)
    assert part in [section.title for section in packet.sections]
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook_bytes(packet))
    book = load_workbook(path, data_only=True)
    ((sheet, place),) = book.defined_names[cell].destinations
    assert f"{book[sheet][place].value:.2f}" == amount
