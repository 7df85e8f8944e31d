"""The HTML packet: nothing active, no address but its own, and a way from each figure to a row."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path

import pytest

from exports.document import document
from exports.html import REGISTER, html_bytes, write_html
from exports.html_lines import NO_ROW, NOTHING
from exports.html_places import HAND, LEFT_OUT
from exports.table import Kind, Medium, show
from ledger.books import Books, EvidenceFile
from ledger.closing import work_out
from ledger.errors import LedgerError
from ledger.forms.form import Form
from ledger.money import Money
from ledger.scenario import read
from ledger.text import json_text
from ledger.year_end import YearEnd
from tests.exports.sample import YEAR, entry, plain_books, plain_year, ugly_books, ugly_year

STORIES = Path(__file__).parents[2] / "fixtures" / "scenarios"
DAY = date(YEAR, 3, 14)
_VOID = {"meta"}
_ROW = re.compile(r'<li id="(?P<id>[^"]+)"[^>]*>(?P<text>.*?)</li>', re.DOTALL)
_ARTICLE = re.compile(r'<article id="(?P<id>[^"]+)">(?P<text>.*?)</article>', re.DOTALL)
_AMOUNT = re.compile(
    r'<td class="amount[^"]*">(?:<a href="#([^"]+)">)?(\(?[\d,]+\.\d\d\)?)(?:</a>)?</td>'
)
_TO = re.compile(r'href="#([^"]+)"')


@dataclass(frozen=True)
class Page:
    """A page as a reader meets it who only clicks."""

    text: str

    @cached_property
    def articles(self) -> dict[str, str]:
        return {found["id"]: found["text"] for found in _ARTICLE.finditer(self.text)}

    @cached_property
    def rows(self) -> dict[str, str]:
        return {
            found["id"]: html.unescape(re.sub(r"<[^>]+>", " ", found["text"]))
            for found in _ROW.finditer(self.text)
        }

    def amounts(self, section: str) -> Iterator[tuple[str, str, str]]:
        """Go through the amounts of a section: to where each leads, and the places of its row."""
        text = self.text.partition(f'<section id="{section}"')[2].partition("</section>")[0]
        for row in re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL):
            places = re.findall(r'<td class="place[^"]*"><a href="#([^"]+)"', row)
            for to, amount in _AMOUNT.findall(row):
                yield to, amount, "".join(places[:1])

    def reached_from(self, start: str) -> set[str]:
        """Return what one can reach by clicks: ids of lines, and of rows, where the way ends."""
        found: set[str] = set()
        left = [start]
        while left:
            here = left.pop()
            if here not in found and here != "closed":
                found.add(here)
                # upwards, to the lines that read this one, is no way to its rows
                below = self.articles.get(here, "").partition("Read by ")[0]
                left += [] if here in self.rows else _TO.findall(below)
        return found


class Parsed(HTMLParser):
    """Every element of a page with what it says of itself; each is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: set[str] = set()
        self._open: list[str] = []
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.add(data.strip())

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


def page_of(year: YearEnd, books: Books, *, redact: bool = False) -> str:
    return html_bytes(document(year, books), (year,), books, redact=redact).decode()


@pytest.fixture(scope="module")
def plain() -> str:
    return page_of(plain_year(), plain_books(plain_year()))


@pytest.fixture(scope="module")
def ugly() -> str:
    return page_of(ugly_year(), ugly_books(ugly_year()))


def told_stories() -> Iterator[tuple[str, YearEnd, Books]]:
    for path in sorted(STORIES.glob("*.toml")):
        try:
            story = read(path)
        except LedgerError:
            continue
        for record in work_out(story.books, story.tax_years).records:
            name = f"{path.stem} {record.taxpayer.id} {record.tax_year}"
            yield name, record, story.books.household_of(record.taxpayer.id)


def test_from_every_figure_to_type_clicks_lead_to_a_row_or_to_who_typed_it() -> None:
    astray, figures = [], 0
    for name, record, books in told_stories():
        told = document(record, books)
        page = Page(html_bytes(told, (record,), books).decode())
        papers = list(enumerate(told.of(Medium.PAPER)))
        (register,) = (f"s{n}" for n, section in papers if section.sheet == REGISTER)
        for n, section in papers:
            if not section.letter.startswith("B"):
                continue
            for start, amount, places in page.amounts(f"s{n}"):
                figures += 1
                reached = page.reached_from(start or places)
                words = "".join(page.articles.get(i, "") for i in reached)
                ends = [i for i in reached if i in page.rows or i == register]
                zero = amount.strip("()") in {"0.00", "0"}
                if not ends and not (zero and (NOTHING in words or not start)):
                    astray.append(f"{name}: {section.title}: {amount}")
    assert figures > 3000
    assert not astray, "\n".join(astray)


def test_every_link_leads_to_something_and_no_id_stands_twice(plain: str, ugly: str) -> None:
    for text in (plain, ugly):
        ids = Counter(re.findall(r' id="([^"]+)"', text))
        assert [name for name, times in ids.items() if times > 1] == []
        assert set(_TO.findall(text)) <= ids.keys()


def test_nothing_in_it_is_active_and_nothing_is_asked_for(plain: str, ugly: str) -> None:
    for text in (plain, ugly):
        page = Parsed(text)
        tags = {tag for tag, _ in page.elements}
        assert not tags & {"script", "iframe", "object", "embed", "link", "base", "form", "img"}
        for tag, said in page.elements:
            assert not {"src", "srcset", "style", "action", "background"} & said.keys(), tag
            assert not [name for name in said if name.startswith("on")]
            assert (said.get("href") or "#").startswith("#")
        style = text.partition("<style>")[2].partition("</style>")[0]
        assert "url(" not in style
        assert "@import" not in style


def test_the_policy_forbids_all_but_its_own_style(plain: str) -> None:
    style = plain.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', plain)
    assert html.unescape(policy).split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


@pytest.mark.parametrize(
    ("year", "books_of"), [(plain_year(), plain_books), (ugly_year(), ugly_books)]
)
def test_all_that_is_on_paper_is_in_it_as_text(
    year: YearEnd, books_of: Callable[[YearEnd], Books]
) -> None:
    books = books_of(year)
    told = document(year, books)
    words = Parsed(html_bytes(told, (year,), books).decode()).words
    for section in told.of(Medium.PAPER):
        assert section.title in words
        for table in section.all_tables:
            for i in table.of(Medium.PAPER):
                shown = [row[i] for row in table.rows if table.columns[i].kind is not Kind.PLACE]
                assert {show(cell).strip() for cell in shown} - words <= {""}
    assert not [text for text in words if "123-45-6789" in text]


def test_a_line_tells_its_formula_what_it_reads_and_what_reads_it(plain: str) -> None:
    words = " ".join(re.sub(r"<[^>]+>", " ", Page(plain).articles["p1-8606-3"]).split())
    assert words == (
        "Close Form 8606 line 3 8,234.56 Add lines 1 and 2 = Line 1 plus line 2 Lines it reads "
        "Form 8606 line 1 Nondeductible contributions made for the year 7,000.00 "
        "Form 8606 line 2 Total basis in traditional IRAs brought forward 1,234.56 "
        "Read by Form 8606 line 5 , Form 8606 line 14 , Pub 590-B 1-1 line 1 ."
    )


def year_read_from(book: str, count: int) -> Page:
    """Set a year of one entry, read from row 50 of a file of so many rows by the reader named."""
    made = entry(50, DAY)
    rows = {f"history.csv:{n}": f"row {n} as it <stands>" for n in range(1, count + 1, 2)}
    rows |= {"history.csv:50": "row 50 as it <stands>"}
    file = EvidenceFile("history.csv", "0" * 64, book, "acme", "2026-01-31", count)
    year = replace(plain_year(), entries=(made,))
    return Page(page_of(year, replace(plain_books(year), files=(file,), raw_rows=rows)))


def test_a_row_stands_verbatim_among_its_neighbors() -> None:
    page = year_read_from("empower", 99)
    near = {i: text.split() for i, text in page.rows.items() if re.fullmatch("f1-(4|5).", i)}
    assert near == {
        "f1-47": ["47", "row", "47", "as", "it", "<stands>"],
        "f1-49": ["49", "row", "49", "as", "it", "<stands>"],
        "f1-50": [
            *["50", "row", "50", "as", "it", "<stands>"],
            *["entry:", DAY.isoformat(), "contribution,", "acme"],
        ],
        "f1-51": ["51", "row", "51", "as", "it", "<stands>"],
        "f1-53": ["53", "row", "53", "as", "it", "<stands>"],
    }
    assert 'id="f1-50" class="counts"' in page.text
    # row 30 counts too, and rows of the file lie between its neighbors and these
    assert re.findall(r'id="(f1-\d+)" class="[^"]*gap"', page.text) == ["f1-47"]


def test_what_was_typed_says_so() -> None:
    (row,) = (text for i, text in year_read_from("typed", 1).rows.items() if i == "f1-50")
    assert " ".join(row.split()).startswith(f"50 {HAND}: row 50 as it <stands>")


def test_a_spouses_row_of_the_same_file_is_no_neighbor() -> None:
    year = plain_year()
    other = replace(entry(51, DAY, account="his"), derived=False)
    accounts = {**year.accounts, "his": replace(year.accounts["acme"], id="his", owner="sam")}
    rows = {f"history.csv:{n}": f"row {n}" for n in (49, 50, 51, 52)}
    one = replace(year, entries=(entry(50, DAY),))
    books = replace(
        plain_books(one), accounts=accounts, entries=(*one.entries, other), raw_rows=rows
    )
    page = Page(page_of(one, books))
    assert {"f1-49", "f1-50", "f1-52"} <= page.rows.keys()
    assert "f1-51" not in page.rows


def test_the_record_is_in_it_as_it_is_exported(plain: str) -> None:
    (told,) = re.findall(r"<pre[^>]*>(.*?)</pre>", plain, re.DOTALL)
    assert html.unescape(told) == json_text(plain_year().as_json())


def test_without_names_no_row_is_told_and_the_record_stays_json() -> None:
    year = plain_year()
    books = replace(plain_books(year), raw_rows={e.where: "a row" for e in year.entries})
    text = page_of(year, books, redact=True)
    for word in ("Rose", "Green", "acme", "Acme", "Schwab", "history.csv", "a row"):
        assert not re.search(rf"\b{word}\b", text), word
    rows = Page(text).rows
    assert rows
    assert all(LEFT_OUT in row or HAND in row for row in rows.values())
    (told,) = re.findall(r"<pre[^>]*>(.*?)</pre>", text, re.DOTALL)
    assert json.loads(html.unescape(told))["name"] == "Taxpayer 1"


def test_a_year_whose_forms_are_not_final_is_marked_on_screen_and_on_every_page() -> None:
    plain, marked = (page_of(year, plain_books(year)) for year in (plain_year(), ugly_year()))
    assert '<strong class="stamp">PROVISIONAL · ' in marked
    assert '@top-right { content: "PROVISIONAL' in marked
    assert '<strong class="stamp">DRAFT</strong>' in plain


def test_the_file_is_the_same_each_time_and_its_owners_alone(tmp_path: Path) -> None:
    year, path = plain_year(), tmp_path / "rose.html"
    digests = set()
    for _ in range(2):
        write_html(path, year, plain_books(year))
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(digests) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("text", "remark"), [("0.00", NOTHING), ("6500.00", NO_ROW)], ids=["nothing", "of law"]
)
def test_where_no_row_is_behind_a_line_it_says_why(text: str, remark: str) -> None:
    form = Form("8606", {"1": "Nondeductible contributions"})
    form.enter("1", Money.parse(text), "limit of the year")
    year = replace(plain_year(), f8606=form)
    assert remark in Page(page_of(year, plain_books(year))).articles["p1-8606-1"]
