"""docs/coverage.md tells the truth: codes are in use, and each example does what its row says."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ledger import scenario
from ledger.closing import work_out

ROOT = Path(__file__).parent.parent
ROWS = tomllib.loads((ROOT / "tools" / "coverage.toml").read_text("utf-8"))["situation"]


def codes_of(example: str) -> tuple[str | None, set[str]]:
    """Return the refusal that a story expects, and the codes of all findings of its years."""
    path = ROOT / "fixtures" / "scenarios" / f"{example}.toml"
    refusal = tomllib.loads(path.read_text("utf-8")).get("expect_refusal", {}).get("code")
    if refusal:
        return refusal, set()
    story = scenario.read(path)
    records = work_out(story.books, story.tax_years).records
    return None, {finding.code for record in records for finding in record.findings}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["what"][:40])
def test_a_situation_is_as_its_example_shows(row: dict[str, str]) -> None:
    assert row["status"] in {"done", "finding", "refused", "not entered"}
    if "code" in row:
        assert f"`{row['code']}`" in (ROOT / "docs" / "errors.md").read_text("utf-8")
    if "example" not in row:
        assert row.get("note"), "without an example the row says why"
        return
    refusal, findings = codes_of(row["example"])
    assert refusal == (row["code"] if row["status"] == "refused" else None)
    if row["status"] == "finding":
        assert row["code"] in findings
