"""Paper tells a preparer nothing to type on our command line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from exports.document import document
from exports.table import Document, Medium, show
from ledger import scenario
from ledger.closing import work_out

STORIES = Path(__file__).parents[2] / "fixtures" / "scenarios"
TYPED = re.compile(
    r"basis (account|add|record|check|packet|balances|import|verify|tie-out|why|changes|reopen"
    r"|close|year-end)\b| --[a-z]"
)


def on_paper(told: Document) -> Iterator[str]:
    """Go through every text that stands on paper."""
    for section in told.of(Medium.PAPER):
        yield from (section.title, *section.paragraphs)
        for table in section.all_tables:
            yield from (table.title, table.note, "" if table.rows else table.empty)
            for row in table.rows:
                yield from (show(row[place]) for place in table.of(Medium.PAPER))


def test_a_command_would_be_seen() -> None:
    assert TYPED.search("record it with: basis record 8606 --line14 5")
    assert not TYPED.search("its basis in the plan is 5.00 - 2.00")


@pytest.mark.parametrize("part", range(4))
def test_no_command_of_ours_stands_on_paper(part: int) -> None:
    stories = [p for p in sorted(STORIES.glob("*.toml")) if not p.stem.startswith("refuse")]
    for path in stories[part::4]:
        told = scenario.read(path)
        for record in work_out(told.books, told.tax_years).records:
            packet = document(record, told.books.household_of(record.taxpayer.id))
            found = [text for text in on_paper(packet) if TYPED.search(text)]
            assert not found, (path.stem, found[:2])
