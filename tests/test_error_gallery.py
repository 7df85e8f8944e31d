"""The page of errors is what the code and the gallery of bad files say now."""

from __future__ import annotations

from pathlib import Path

from tools import docs

PAGE = Path(docs.ROOT) / "docs" / "errors.md"


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == docs.errors_page(), "run: make docs"


def test_every_bad_file_stands_in_the_gallery_with_its_message() -> None:
    _, _, gallery = PAGE.read_text("utf-8").partition(docs.GALLERY)
    shown = {line.strip("`:") for line in gallery.splitlines() if line.endswith("`:")}
    assert shown == {path.name for path in docs.BAD.iterdir()} - {"refusals.txt"}
    assert "\namount_empty.csv:2: column Amount: the amount is empty — write dollars" in gallery
    assert "\n01/15/2025,Contribution,After-Tax,,pay\n" in gallery
