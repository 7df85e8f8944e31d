"""The packet: every figure is on the page, nothing from a file is active, pages are counted."""

from __future__ import annotations

import hashlib
import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from exports.packet import shortened, write_packet
from exports.table import accounting
from ledger.errors import EnvironmentFault, LedgerError, LedgerErrors
from ledger.money import Money
from ledger.year_end import Movement, YearEnd
from tests.exports.sample import (
    HOSTILE,
    UGLY_NAME,
    entry,
    plain_books,
    plain_year,
    ugly_books,
    ugly_year,
)


def written(path: Path, year: YearEnd, *, ugly: bool = False) -> PdfReader:
    write_packet(path, year, ugly_books(year) if ugly else plain_books(year))
    return PdfReader(path)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    return written(tmp_path_factory.mktemp("packet") / "plain.pdf", plain_year())


@pytest.fixture(scope="module")
def ugly(tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    return written(tmp_path_factory.mktemp("packet") / "ugly.pdf", ugly_year(), ugly=True)


@pytest.fixture(scope="module")
def plain_pages(reader: PdfReader) -> list[str]:
    return [page.extract_text() for page in reader.pages]


@pytest.fixture(scope="module")
def ugly_pages(ugly: PdfReader) -> list[str]:
    return [page.extract_text() for page in ugly.pages]


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def test_every_form_line_is_printed_with_its_amount(reader: PdfReader) -> None:
    text = text_of(reader)
    for form in plain_year().forms.values():
        for line in form:
            shown = accounting(line.value) if isinstance(line.value, Money) else line.plain
            assert shown in text, f"{form.name} line {line.number}"


def test_the_first_page_says_what_the_year_comes_to(reader: PdfReader) -> None:
    first = " ".join(reader.pages[0].extract_text().split())
    assert "Not ready: 1 point has to be settled before the return is filed." in first
    assert "IRA distributions, taxable amount 8,748.24 Form 1040 line 4b" in first
    assert "7,470.46 Form 8606 line 14 (file it)" in first
    assert "No election was found" in first


@pytest.mark.parametrize("which", ["plain_pages", "ugly_pages"])
def test_pages_are_counted_and_carry_name_and_seal(
    which: str, request: pytest.FixtureRequest
) -> None:
    pages: list[str] = request.getfixturevalue(which)
    for number, text in enumerate(pages, start=1):
        assert f"page {number} of {len(pages)}" in text
        assert "tax year 2025" in text
        assert "ledger 3f9c3f9c3f9c3f9c" in text
        assert "Not tax advice" in text


def test_the_full_chain_head_and_short_digests_stand_among_the_evidence(reader: PdfReader) -> None:
    text = text_of(reader).replace("\n", "")
    assert "3f9c" * 16 in text
    assert "0a" * 6 in text
    assert "0a" * 7 not in text


def test_no_text_from_a_file_is_active(tmp_path: Path) -> None:
    year = plain_year()
    noted = tuple(
        Movement(m.day, m.kind, m.account, m.source, m.to, m.amount, m.basis, m.taxable, m.where, t)
        for t in HOSTILE
        for m in year.movements[:1]
    )
    name = '<img src="/etc/hostname"> AT&T =1+1'
    taxpayer = replace(year.taxpayer, name=name)
    target = tmp_path / "hostile.pdf"
    book = written(target, replace(year, movements=noted, taxpayer=taxpayer))
    raw = target.read_bytes()
    assert b"/URI" not in raw
    assert all(not page.images for page in book.pages)
    links = [link.get_object() for page in book.pages for link in page.get("/Annots", ())]
    assert {link["/Subtype"] for link in links} == {"/Link"}
    pages = [page.indirect_reference for page in book.pages]
    assert all(link["/Dest"][0] in pages for link in links), "inside the packet only"
    assert all("/A" not in link for link in links)
    assert name in text_of(book)
    assert "123-45-6789" not in text_of(book)
    assert "\x1b" not in text_of(book)


def test_places_lead_to_the_file_among_the_evidence(reader: PdfReader) -> None:
    # the first page links to the others
    links = [link.get_object() for page in reader.pages[1:] for link in page.get("/Annots", ())]
    assert len(links) > 10
    evidence = [p for p in reader.pages if "SHA-256 begins" in p.extract_text().replace("\n", " ")]
    assert {link["/Dest"][0] for link in links} == {p.indirect_reference for p in evidence}


def test_fonts_are_embedded_and_no_other_is_used(ugly: PdfReader) -> None:
    for page in ugly.pages:
        for font in page["/Resources"]["/Font"].values():
            described = font.get_object()
            assert "DejaVuSansCondensed" in described["/BaseFont"], described["/BaseFont"]
            assert "/FontFile2" in described["/FontDescriptor"].get_object()


def test_letters_of_many_languages_print(ugly_pages: list[str]) -> None:
    assert "Nguyễn-Żółkiewska" in ugly_pages[0]
    assert UGLY_NAME.split()[0] in ugly_pages[0]


def test_names_of_east_asia_print_in_fonts_of_their_own(tmp_path: Path) -> None:
    name = "王小明 Wang, 山田はな, 김민준"
    reader = written(tmp_path / "x.pdf", plain_year(name=name))
    assert name in reader.pages[0].extract_text().replace("\n", " ")
    fonts = [
        font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()
    ]
    assert {font["/BaseFont"].rpartition("+")[2] for font in fonts} >= {
        "DroidSansFallback",
        "NanumGothic",
    }
    assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts)


def test_a_character_the_font_lacks_is_refused_by_name(tmp_path: Path) -> None:
    year = plain_year(name="Rose 🦄 Green 𓀀")
    with pytest.raises(LedgerErrors) as caught:
        write_packet(tmp_path / "x.pdf", year, plain_books(year))
    assert {fault.code for fault in caught.value.faults} == {"missing_glyph"}
    assert "U+1F984" in str(caught.value)
    assert "U+13000" in str(caught.value)
    assert not (tmp_path / "x.pdf").exists()


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    digests = set()
    for name in ("a.pdf", "b.pdf"):
        written(tmp_path / name, plain_year())
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_metadata_names_no_person(reader: PdfReader) -> None:
    assert reader.metadata is not None
    assert reader.metadata.title == "Retirement basis packet, tax year 2025"
    assert reader.metadata.author == "Basisbook"
    assert "Rose" not in str(reader.metadata)
    assert reader.trailer["/Root"]["/Lang"] == "en-US"


def test_every_section_is_in_the_outline_and_leads_to_its_page(reader: PdfReader) -> None:
    sections = [item for item in reader.outline if not isinstance(item, list)]
    titles = [item.title for item in sections]
    *papers, letter = titles
    assert letter == "Letter to Rose Green"
    letters, words = zip(*(title.split("\N{EM SPACE}") for title in papers), strict=True)
    assert (words[0], words[1]) == ("Decision", "What to type: facts of the return")
    assert "Form 8606, Nondeductible IRAs" in words
    assert words[-2:] == ("Evidence", "Register of the year")
    assert [*letters] == sorted(letters)
    for item in sections:
        page = reader.pages[reader.get_destination_page_number(item)]
        told = " ".join(page.extract_text().split())
        assert " ".join(item.title.split()) in told


def test_a_provisional_year_says_so_on_every_page(
    plain_pages: list[str], ugly_pages: list[str]
) -> None:
    assert all("PROVISIONAL" in page for page in ugly_pages)
    assert not any("PROVISIONAL" in page for page in plain_pages)


def test_no_page_ends_with_a_title(ugly_pages: list[str]) -> None:
    titles = ("Decide", "Accounts", "Ask the client", "Designated Roth accounts")
    for text in ugly_pages:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        last = lines[-1]
        assert last not in titles, last


def test_a_long_register_repeats_its_head_and_loses_no_row(ugly_pages: list[str]) -> None:
    text = "\n".join(ugly_pages)
    assert [n for n in range(400) if not re.search(rf"F\d+:{n}\b", text)] == []
    register = [page for page in ugly_pages if "after-tax contribution\n" in page]
    assert len(register) > 3
    assert all("Account and source" in page for page in register)


def test_the_old_file_stays_when_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "packet.pdf"
    target.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    year = plain_year()
    with pytest.raises(EnvironmentFault, match="No space left"):
        write_packet(target, year, plain_books(year))
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["packet.pdf"]


def test_the_file_is_private(tmp_path: Path) -> None:
    written(tmp_path / "a.pdf", plain_year())
    assert stat.S_IMODE((tmp_path / "a.pdf").stat().st_mode) == 0o600


def test_a_folder_is_refused(tmp_path: Path) -> None:
    year = plain_year()
    with pytest.raises(LedgerError) as caught:
        write_packet(tmp_path, year, plain_books(year))
    assert caught.value.code == "target_is_folder"


def test_foreign_settings_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RL_invariant", "1")
    year = plain_year()
    with pytest.raises(EnvironmentFault, match="RL_invariant"):
        write_packet(tmp_path / "x.pdf", year, plain_books(year))


def test_an_empty_year_says_so(tmp_path: Path) -> None:
    year = plain_year()
    empty = replace(
        year, pools=(), movements=(), findings=(), entries=(), forms_1099r=(), disbursements=()
    )
    text = " ".join(text_of(written(tmp_path / "x.pdf", empty)).split())
    assert "No conversion, rollover or distribution is on record" in text
    assert "Ready: nothing is open" in text
    assert "No payer should send a Form 1099-R" in text


def test_a_long_name_is_cut_with_an_ellipsis() -> None:
    assert shortened("Rose", 100, 8) == "Rose"
    assert shortened("R" * 200, 100, 8).endswith("…")


def test_an_entry_by_law_is_marked(tmp_path: Path) -> None:
    year = plain_year()
    lawful = replace(entry(9, year.entries[0].day), derived=True, cite="IRC 408(d)(2)")
    text = text_of(written(tmp_path / "x.pdf", replace(year, entries=(lawful,))))
    assert "(worked out: IRC 408(d)(2))" in " ".join(text.split())
