"""The page of errors is what the code and the gallery of bad files and commands say now."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.statement_import.questions.registry import QUESTIONS
from tools import docs, refusals

PAGE = Path(docs.ROOT) / "docs" / "errors.md"


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == docs.errors_page(), "run: make docs"


def test_every_bad_file_stands_in_the_gallery_with_its_message() -> None:
    _, _, gallery = PAGE.read_text("utf-8").partition(docs.GALLERY)
    shown = {line.strip("`:") for line in gallery.splitlines() if line.endswith("`:")}
    assert shown == {path.name for path in docs.BAD.iterdir()} - {"refusals.txt"}
    assert "\namount_empty.csv:2: column Amount: the amount is empty — write dollars" in gallery
    assert "\n01/15/2025,Contribution,After-Tax,,pay\n" in gallery
    assert "\n$ basis import amount_empty.csv --as plain\n" in gallery


def test_every_command_of_the_gallery_is_refused_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden: Callable[[str, str], None]
) -> None:
    monkeypatch.chdir(tmp_path)
    golden("refusals/told.txt", refusals.told())


def test_every_code_stands_in_the_gallery_or_on_the_reasoned_list() -> None:
    files = (docs.BAD / "refusals.txt", docs.REFUSALS / "told.txt")
    said = re.compile(r"^\[(\w+)\]", re.MULTILINE)
    shown = {code for path in files for code in said.findall(path.read_text("utf-8"))}
    stories = (docs.ROOT / "fixtures" / "scenarios").rglob("*.toml")
    expected = re.compile(r'\[expect_refusal\]\s*\ncode = "(\w+)"')
    in_stories = {code for path in stories for code in expected.findall(path.read_text("utf-8"))}
    listed = {code for group in docs.elsewhere() for code in group["codes"]}
    asked = QUESTIONS
    known = docs.codes()
    missing = known - shown - in_stories - listed - asked
    assert not missing, "add a case to fixtures/refusals/cases.toml, or a reason to elsewhere.toml"
    assert not listed & shown, "it stands in the gallery: take it off elsewhere.toml"
    assert listed <= known, "no refusal has this code any more: take it off elsewhere.toml"


def test_a_question_of_an_import_is_has_its_row_on_their_page() -> None:
    page = (docs.ROOT / "docs" / "questions.md").read_text("utf-8")
    rows = " ".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `"))
    assert {code for code in QUESTIONS if f"`{code}`" not in rows} == set()
    assert "(questions.md)" in (docs.ROOT / "docs" / "importing.md").read_text("utf-8")
