"""Worked examples: every scenario gives the figures its source gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.expectations import agrees, look_up
from ledger import scenario
from ledger.closing import work_out
from ledger.errors import LedgerError

FOLDER = Path(__file__).parents[2] / "fixtures" / "scenarios"
FILES = sorted(FOLDER.glob("*.toml"))


def run(path: Path) -> tuple[dict[tuple[str, int], dict[str, object]], list[str]]:
    try:
        found = scenario.read(path)
    except LedgerError as refusal:
        return {}, [fault.code for fault in refusal.faults]
    worked = work_out(found.books, found.tax_years)
    records = {(r.taxpayer.id, r.tax_year): r.as_json() for r in worked.records}
    return records, [fault.code for refusal in worked.refused for fault in refusal.faults]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_worked_example(path: Path) -> None:
    records, refused = run(path)
    wanted = path.read_text("utf-8")
    if "[expect_refusal]" in wanted:
        code = wanted.rpartition("code = ")[2].strip().strip('"')
        assert code in refused
        return
    assert refused == []
    story = scenario.read(path)
    assert story.expectations
    for row in story.expectations:
        record = records[row.taxpayer, row.year]
        assert agrees(row.value, look_up(record, row.at)), (row.where, row.at)


def test_a_planted_fault_is_seen() -> None:
    records, _ = run(FOLDER / "backdoor-clean.toml")
    record = records["sam", 2024]
    assert look_up(record, "forms.8606.lines.18") == "12.00"
    assert not agrees("14.00", look_up(record, "forms.8606.lines.18"))
