"""Packets of spouses, without names, with a password, and of every client at once."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.cli.conftest import Basis

COUPLE = """
[scenario]
tax_years = [2024]
[[taxpayer]]
id = "dana"
name = "Dana Marlow"
born = 1975-01-01
spouse = "ellis"
[[taxpayer]]
id = "ellis"
name = "Ellis Marlow"
born = 1976-01-01
spouse = "dana"
"""
ACCOUNTS = """
[[account]]
id = "{id}_trad"
owner = "{id}"
kind = "traditional_ira"
number = "5550{n}1234"
[[account]]
id = "{id}_roth"
owner = "{id}"
kind = "roth_ira"
[[event]]
date = 2024-01-05
account = "{id}_trad"
kind = "contribution"
amount = 7000
memo = "from the account of {id}"
[[event]]
date = 2024-02-05
account = "{id}_trad"
kind = "earnings"
amount = {gain}
[[event]]
date = 2024-02-06
account = "{id}_trad"
kind = "conversion"
amount = {amount}
to = "{id}_roth"
"""


def backdoor(who: str, n: int, gain: str = "12.00") -> str:
    return ACCOUNTS.format(id=who, n=n, gain=gain, amount=7000 + float(gain))


@pytest.fixture
def couple(basis: Basis) -> Basis:
    text = COUPLE + backdoor("dana", 1) + backdoor("ellis", 2, "30.00")
    Path("couple.toml").write_text(text, "utf-8")
    assert basis("init").exit_code == 0
    assert basis("scenario", "load", "couple.toml").exit_code == 0
    return basis


def text_of(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def test_spouses_share_a_packet_and_keep_their_own_forms(couple: Basis) -> None:
    done = couple("packet", "2024", "--to", "out", "--household")
    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in Path("out").iterdir()) == [
        "dana-2024.xlsx",
        "dana-ellis-2024.pdf",
        "ellis-2024.xlsx",
    ]
    reader = PdfReader("out/dana-ellis-2024.pdf")
    first = reader.pages[0].extract_text()
    assert "Dana and Ellis Marlow" in first
    # two backdoors: 7,012.00 + 7,030.00 received, 12.00 + 30.00 of it taxable
    assert "14,042.00" in first
    assert "42.00" in first
    titles = [str(entry.title) for entry in reader.outline if not isinstance(entry, list)]
    assert "D-1\N{EM SPACE}Dana Marlow: Form 8606, Nondeductible IRAs" in titles
    assert "D-1\N{EM SPACE}Ellis Marlow: Form 8606, Nondeductible IRAs" in titles
    pages = [page.extract_text() for page in reader.pages]
    assert "Dana Marlow · tax year 2024" in pages[1]
    assert "Ellis Marlow · tax year 2024" in pages[-1]


def test_a_redacted_packet_names_nobody(couple: Basis) -> None:
    done = couple("packet", "2024", "--to", "out", "--redact")
    assert done.exit_code == 0, done.output
    assert "dana" not in done.output.lower()
    shown = text_of(Path("out/redacted-1-2024.pdf")) + text_of(Path("out/redacted-2-2024.pdf"))
    for sheet in load_workbook("out/redacted-1-2024.xlsx"):
        shown += " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    for name in ("Dana", "Ellis", "Marlow", "dana", "ellis", "1234", "couple.toml"):
        assert name not in shown, name
    assert "Taxpayer 1" in shown
    assert "traditional IRA 1" in shown
    assert "7,012.00" in shown, "figures stay"


def test_a_password_protects_the_pdf_and_no_workbook_lies_beside_it(couple: Basis) -> None:
    Path("password").write_text("correct horse battery\n", "utf-8")
    words = ("packet", "2024", "--to", "out", "--taxpayer", "dana", "--password-file", "password")
    assert couple(*words).exit_code == 0
    assert [p.name for p in Path("out").iterdir()] == ["dana-2024.pdf"]
    reader = PdfReader("out/dana-2024.pdf")
    assert reader.is_encrypted
    assert b"/AESV3" in Path("out/dana-2024.pdf").read_bytes()
    assert not reader.decrypt("wrong horse battery")
    assert reader.decrypt("correct horse battery")
    assert "Dana Marlow" in reader.pages[0].extract_text()


def test_spouses_share_one_html_file_in_which_each_has_their_own_lines(couple: Basis) -> None:
    done = couple("packet", "2024", "--to", "out", "--household", "--html")
    assert done.exit_code == 0, done.output
    page = Path("out/dana-ellis-2024.html").read_text("utf-8")
    assert 'id="p1-8606-18"' in page
    assert 'id="p2-8606-18"' in page
    assert sorted(p.suffix for p in Path("out").iterdir()) == [".html", ".pdf", ".xlsx", ".xlsx"]
    again = couple("packet", "2024", "--to", "out", "--household", "--html")
    assert "exists already" in again.output


@pytest.mark.parametrize("asked", [("--password",), ("--password-file", "password")])
def test_no_html_file_lies_open_beside_a_password(couple: Basis, asked: tuple[str, ...]) -> None:
    Path("password").write_text("correct horse battery\n", "utf-8")
    done = couple("packet", "2024", "--to", "out", "--html", *asked)
    assert done.exit_code == 2
    assert "an HTML file opens without a password" in " ".join(done.output.split())
    assert not Path("out").exists()


def test_one_persons_html_file_is_written_by_itself(couple: Basis) -> None:
    facts = ("record", "return", "--taxpayer", "dana", "--year", "2024", "--compensation", "90000")
    assert couple(*facts).exit_code == 0
    words = ("export", "html", "2024", "--taxpayer", "dana", "--to", "dana.html")
    assert couple(*words).exit_code == 0
    page = Path("dana.html").read_text("utf-8")
    assert '<a href="#hand-1">return of dana for 2024</a>' in page
    assert "return of dana for 2024: typed by hand; compensation: 90,000.00<" in page
    assert page.startswith("<!DOCTYPE html>")
    assert "from the account of dana" in page
    assert Path("dana.html").stat().st_mode & 0o777 == 0o600
    assert couple(*words).exit_code == 2, "it is not written over"


def test_a_weak_password_writes_nothing(couple: Basis) -> None:
    Path("password").write_text("short\n", "utf-8")
    done = couple("packet", "2024", "--to", "out", "--password-file", "password")
    assert done.exit_code == 2
    assert "fewer than 12 letters" in done.output
    assert not list(Path("out").glob("*.pdf"))


def test_every_client_is_written_and_the_refused_one_stops_nobody(basis: Basis) -> None:
    people = [f"client{n}" for n in range(9)]
    named = "".join(f'[[taxpayer]]\nid = "{p}"\nname = "Client {p}"\n' for p in people)
    # a conversion of more than the account holds
    broken = backdoor(people[4], 4).replace("amount = 7012.0", "amount = 9999.0")
    stories = [backdoor(p, n) if n != 4 else broken for n, p in enumerate(people)]
    text = f"[scenario]\ntax_years = [2024]\n{named}{''.join(stories)}"
    Path("clients.toml").write_text(text.replace('name = "Client', 'born = 1975-01-01\nname = "C'))
    assert basis("init").exit_code == 0
    loaded = basis("scenario", "load", "clients.toml")
    assert loaded.exit_code == 0, loaded.output
    done = basis("packet", "2024", "--to", "out", "--all")
    assert done.exit_code == 2
    with Path("out/summary-2024.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["Taxpayer"]: row for row in csv.DictReader(file)}
    assert list(rows) == people
    assert rows["client4"]["Status"] == "refused"
    assert "clients.toml" in rows["client4"]["Remark"]
    assert rows["client3"]["Form 8606"] == "must be filed"
    assert rows["client3"]["Taxable IRA distributions"] == "12.00"
    assert len(list(Path("out").glob("*.pdf"))) == 8
    again = basis("packet", "2024", "--to", "out", "--all")
    assert "exists already" in again.output


def test_a_redacted_packet_leaves_out_what_people_wrote_and_who_sent_forms(couple: Basis) -> None:
    paper = ("--box", "12D=2000", "--evidence", "drawer Echidna")
    words = ("record", "w2", "--taxpayer", "dana", "--year", "2024", "--employer", "Bandicoot LLC")
    assert couple(*words, *paper).exit_code == 0
    assert couple("close", "2024", "--taxpayer", "dana").exit_code == 0
    words = ("reopen", "2024", "--taxpayer", "dana", "--why", "Cassowary said so")
    assert couple(*words).exit_code == 0
    done = couple("packet", "2024", "--to", "out", "--redact", "--all", "--household", "--html")
    assert done.exit_code == 0, done.output
    shown = text_of(Path("out/redacted-1-2024.pdf")) + Path("out/summary-2024.csv").read_text()
    page = Path("out/redacted-1-2024.html").read_text("utf-8")
    assert "7,012.00" in page
    assert "from the account of" not in page, "a row and its memo"
    shown += page
    assert "reopened on" in shown
    assert "Form W-2 of Payer 1" in shown
    for name in ("Dana", "dana", "Ellis", "ellis", "Bandicoot", "Echidna", "Cassowary"):
        assert name not in shown, name


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "fewer than 12 letters"),
        (b"\ncorrect horse battery", "fewer than 12 letters"),
        (b" " * 20, "fewer than 12 letters"),
        (b"\xff\xfe\x80" * 9, "not UTF-8"),
        ("\N{GRINNING FACE}".encode() * 12, "not every program can type"),
        (b"correct\x00horse battery", "not every program can type"),
    ],
)
def test_a_password_that_protects_nothing_writes_nothing(
    couple: Basis, content: bytes, said: str
) -> None:
    """An empty file once gave an open PDF, and a workbook beside it."""
    Path("password").write_bytes(content)
    done = couple("packet", "2024", "--to", "out", "--all", "--password-file", "password")
    assert done.exit_code == 2, done.output
    assert said in done.output
    assert not Path("out").exists()


def test_no_summary_lies_open_beside_packets_with_a_password(couple: Basis) -> None:
    Path("password").write_bytes(b"\xef\xbb\xbfcorrect horse battery")
    done = couple("packet", "2024", "--to", "out", "--all", "--password-file", "password")
    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in Path("out").iterdir()) == ["dana-2024.pdf", "ellis-2024.pdf"]
    assert PdfReader("out/dana-2024.pdf").decrypt("correct horse battery")


def test_a_person_with_nothing_on_record_has_a_packet(basis: Basis) -> None:
    """An empty table on the first page once could not be measured."""
    assert basis("init").exit_code == 0
    assert basis("taxpayer", "add", "rose", "--name", "Rose Green").exit_code == 0
    done = basis("packet", "2024", "--to", "out")
    assert done.exit_code == 0, done.output
    assert "Rose Green" in text_of(Path("out/rose-2024.pdf"))


def test_two_people_never_share_a_file(basis: Basis) -> None:
    """Where "x" and "X" are one file, the second packet would take the place of the first."""
    assert basis("init").exit_code == 0
    for person in ("x", "X"):
        assert basis("taxpayer", "add", person, "--name", f"Person {person}").exit_code == 0
    refused = basis("packet", "2024", "--to", "out", "--all")
    assert refused.exit_code == 2, refused.output
    assert "share this file name" in refused.output
    assert not Path("out").exists()
    assert basis("packet", "2024", "--to", "out", "--taxpayer", "X").exit_code == 0


def test_a_household_of_people_not_recorded_as_spouses_is_refused(basis: Basis) -> None:
    """Two packets without a joint return would say nothing of what is missing."""
    assert basis("init").exit_code == 0
    for person in ("sam", "kim"):
        assert basis("taxpayer", "add", person, "--name", f"{person} Doe").exit_code == 0
    refused = basis("packet", "2024", "--to", "out", "--household")
    assert refused.exit_code == 2, refused.output
    assert "kim and sam are not recorded as spouses" in refused.output
    assert "basis taxpayer set kim --spouse sam" in refused.output
    assert not Path("out").exists()
    alone = basis("packet", "2024", "--to", "out", "--household", "--taxpayer", "kim")
    assert alone.exit_code == 2, alone.output
    assert "basis taxpayer set kim --spouse sam" in alone.output
    twice = basis("packet", "2024", "--to", "out", "--taxpayer", "sam", "--taxpayer", "kim")
    assert twice.exit_code == 2, twice.output
    assert "--taxpayer names sam and kim" in twice.output
    assert not Path("out").exists()


def test_the_household_of_one_spouse_holds_both_and_who_is_alone_is_named(couple: Basis) -> None:
    done = couple("packet", "2024", "--to", "out", "--household", "--taxpayer", "ellis")
    assert done.exit_code == 0, done.output
    assert Path("out/ellis-dana-2024.pdf").exists()
    assert couple("taxpayer", "add", "kim", "--name", "Kim Doe").exit_code == 0
    done = couple("packet", "2024", "--to", "all", "--household")
    assert done.exit_code == 0, done.output
    assert "kim has no spouse recorded" in done.output
    assert {p.name for p in Path("all").glob("*.pdf")} == {"dana-ellis-2024.pdf", "kim-2024.pdf"}
