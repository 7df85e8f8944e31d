"""The HTML packet in a headless Chromium: clicked through, held against axe-core, and printed."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from exports.document import document
from exports.html import html_bytes
from exports.html_lines import NO_ROW, NOTHING
from exports.table import LineLink, Medium
from ledger.books import EvidenceFile
from tests.browser import AXE, Browser, browsing, needs_axe, needs_chromium
from tests.exports.sample import plain_books, plain_year, ugly_books, ugly_year

WIDE, NARROW = (1600, 1000), (390, 844)
pytestmark = needs_chromium
FIGURES = """
return [...document.querySelectorAll(`#${arguments[0]} td.amount a[href^='#p1-']`)].map(
  (a, n) => (a.dataset.figure = n, a.textContent));
"""
SHOWN = """
const shown = [...document.querySelectorAll("aside article")].filter(a => a.offsetParent);
const row = document.querySelector("aside li:target");
const box = row && row.getBoundingClientRect();
return {
  articles: shown.map(a => a.id),
  sum: shown.map(a => a.querySelector(".sum")?.textContent)[0],
  down: shown.map(a => a.querySelector("table a, .places a")?.getAttribute("href"))[0],
  row: row && row.textContent,
  in_view: box && box.top >= 0 && box.bottom <= innerHeight,
  remark: shown.map(a => a.querySelector(":scope > .note")?.textContent)[0],
};
"""
COVERED = """
const wanted = document.querySelector(arguments[0]), box = wanted.getBoundingClientRect();
const across = box.left + box.width / 2, covered = [];
for (let down = box.top + 3; down < Math.min(box.bottom, innerHeight) - 3; down += 4) {
  const there = document.elementFromPoint(across, down);
  if (!wanted.contains(there)) covered.push(there.outerHTML.slice(0, 99));
}
return covered;
"""
OVERFLOWING = """
return document.documentElement.scrollWidth - document.documentElement.clientWidth;
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as window:
        yield window


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a year whose rows stand in files of a recordkeeper."""
    year = plain_year()
    books = plain_books(year)
    places = {p for form in year.forms.values() for line in form for p in line.evidence}
    names = {place.partition(":")[0] for place in places}
    rows = {place: f"the row at {place}" for place in sorted(places)}
    files = tuple(
        EvidenceFile(n, "0" * 64, "empower", "acme", "2026-01-31", 99) for n in sorted(names)
    )
    books = replace(books, files=files, raw_rows={**books.raw_rows, **rows})
    path = tmp_path_factory.mktemp("html") / "rose.html"
    path.write_bytes(html_bytes(document(year, books), (year,), books))
    return path


@pytest.fixture(scope="module")
def ugly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    year = ugly_year()
    books = ugly_books(year)
    path = tmp_path_factory.mktemp("html") / "ugly.html"
    path.write_bytes(html_bytes(document(year, books), (year,), books))
    return path


def page_of_entries() -> str:
    """Return the id of the section with the figures to type: most lines stand away from home."""
    told = document(plain_year(), plain_books(plain_year())).of(Medium.PAPER)
    away = [
        sum(isinstance(cell, LineLink) for t in section.tables for row in t.rows for cell in row)
        for section in told
    ]
    return f"s{away.index(max(away))}"


def test_every_figure_leads_by_clicks_to_a_row_in_view(browser: Browser, page: Path) -> None:
    browser.resize(*WIDE)
    browser.open(page)
    figures = browser.run(FIGURES, page_of_entries())
    assert len(figures) > 15
    for number, amount in enumerate(figures):
        browser.click(f"[data-figure='{number}']")
        shown = browser.run(SHOWN)
        assert shown["sum"] == amount
        for _ in range(9):  # a chain of lines is shorter
            if not shown["down"] or shown["row"]:
                break
            browser.click(f"aside article:target [href='{shown['down']}']")
            shown = browser.run(SHOWN)
            assert len(shown["articles"]) == 1
        if shown["row"] is None:  # nothing was read: the line says so
            assert shown["remark"].startswith((NOTHING, NO_ROW)), (amount, shown)
        else:
            assert "the row at" in shown["row"] or "typed by hand" in shown["row"]
            assert shown["in_view"], (amount, shown)


def test_closing_puts_the_line_away_and_the_paper_stays(browser: Browser, page: Path) -> None:
    browser.resize(*NARROW)
    browser.open(page)
    browser.run(FIGURES, page_of_entries())
    browser.click("[data-figure='5']")
    assert browser.run(SHOWN)["articles"]
    before = browser.run("return scrollY")
    browser.click("aside article:target .away a")
    assert browser.run(SHOWN)["articles"] == []
    assert browser.run("return scrollY") == before


def test_nothing_is_asked_for_and_nothing_is_refused(browser: Browser, ugly: Path) -> None:
    browser.asked_for()
    browser.log("browser")
    browser.open(ugly)
    assert browser.asked_for() == [ugly.resolve().as_uri()]
    assert browser.log("browser") == []
    # the policy is in force: what somebody put in would not run, nor be fetched
    browser.run(
        """
        const script = document.createElement("script");
        script.textContent = "document.title = 'run'";
        const picture = new Image();
        picture.src = "https://example.invalid/x.png";
        document.body.append(script, picture);
        """
    )
    assert browser.run("return document.title") != "run"
    refused = [one["message"] for one in browser.log("browser")]
    assert len(refused) == 2
    assert all("Content Security Policy" in one for one in refused)


@pytest.mark.parametrize("size", [WIDE, NARROW, (1100, 800)], ids=["wide", "phone", "tablet"])
def test_the_page_is_never_wider_than_the_window(
    browser: Browser, page: Path, ugly: Path, size: tuple[int, int]
) -> None:
    browser.resize(*size)
    for path in (page, ugly):
        browser.open(path, "#p1-8606-1")
        assert browser.run(OVERFLOWING) <= 0, path.name


@pytest.mark.parametrize("size", [WIDE, NARROW, (1100, 800), (390, 420)])
def test_nothing_covers_what_marks_a_year_or_what_is_behind_a_figure(
    browser: Browser, ugly: Path, size: tuple[int, int]
) -> None:
    browser.resize(*size)
    browser.open(ugly)
    assert browser.run(COVERED, "header .stamp") == []
    browser.open(ugly, "#p1-8606-8")
    assert browser.run(COVERED, "aside") == []


@needs_axe
@pytest.mark.parametrize(("size", "dark"), [(WIDE, False), (NARROW, True)])
def test_axe_finds_no_violation(
    browser: Browser, page: Path, size: tuple[int, int], *, dark: bool
) -> None:
    assert AXE
    browser.resize(*size, dark=dark)
    browser.open(page, "#p1-8606-3")
    browser.run(AXE.read_text("utf-8"))
    found: list[dict[str, Any]] = browser.run_async(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations))"
    )
    told = [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]
    assert not told, "\n".join(told)


def test_it_prints_the_sections_of_the_pdf_and_nothing_behind_them(
    browser: Browser, page: Path
) -> None:
    browser.open(page)
    pages = [p.extract_text() for p in PdfReader(io.BytesIO(browser.printed())).pages]
    told = document(plain_year(), plain_books(plain_year()))
    # fi is one sign on paper, and a line may end anywhere
    text, at = "".join(unicodedata.normalize("NFKC", "".join(pages)).split()), 0
    for section in told.of(Medium.PAPER):
        at = text.index("".join(section.title.split()), at)
    for number, one in enumerate(pages, start=1):
        assert f"page {number} of {len(pages)}" in one
        assert "Rose Green · tax year 2025" in one
    assert "therowat" not in text
    assert "Clickafigure" not in text
    assert "Year-endrecordasJSON" not in text
