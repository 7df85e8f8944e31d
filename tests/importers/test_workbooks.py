"""Excel workbooks: the same table gives the same records; what is unsafe or unclear is refused."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from reportlab.pdfgen.canvas import Canvas

from ledger.errors import LedgerError
from ledger.importers import workbook
from ledger.importers.files import load
from ledger.importers.read import read_file

STATEMENTS = Path(__file__).parents[2] / "fixtures" / "statements"
NOW = date(2026, 11, 1)
HEADER = ["Date", "Type", "Amount", "Memo"]


def bytes_of(rows: list[list[Any]], change: Callable[[Workbook], None] | None = None) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    if change:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def saved(folder: Path, content: bytes, name: str = "statement.xlsx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def refused(folder: Path, content: bytes, name: str = "statement.xlsx") -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        read_file(saved(folder, content, name), now=NOW)
    return caught.value


def with_part(content: bytes, part: str, text: bytes) -> bytes:
    """Return a workbook with one more part, or with another text of a part."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", 8) as new:
        for info in old.infolist():
            if info.filename != part:
                new.writestr(info.filename, old.read(info))
        new.writestr(part, text)
    return stream.getvalue()


def part_of(content: bytes, part: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(part)


SHEET = "xl/worksheets/sheet1.xml"
GOOD = bytes_of([HEADER, ["01/15/2025", "contribution", "100.00", "pay"]])


@pytest.mark.parametrize("folder", ["fidelity_accounts_history", "schwab_ira", "vanguard_mixed"])
def test_the_same_table_in_excel_gives_the_same_records(folder: str, tmp_path: Path) -> None:
    (path,) = (p for p in (STATEMENTS / folder).iterdir() if p.suffix == ".csv")
    text = path.read_bytes().decode("utf-8-sig")
    rows: list[list[Any]] = [
        [_typed(cell) for cell in row] for row in csv.reader(io.StringIO(text))
    ]
    again = read_file(saved(tmp_path, bytes_of(rows), f"{path.stem}.xlsx"), now=NOW)
    for one, two in zip(read_file(path, now=NOW).records, again.records, strict=True):
        assert (one.line, one.day, one.kind, one.amount) == (
            two.line,
            two.day,
            two.kind,
            two.amount,
        )
        assert (one.account, one.partner, one.question) == (two.account, two.partner, two.question)


def _typed(cell: str) -> Any:
    """Return a cell as Excel would hold it after somebody has opened the CSV there."""
    try:
        return datetime.strptime(cell, "%m/%d/%Y")  # noqa: DTZ007 - a day
    except ValueError:
        number = cell.replace(".", "", 1).lstrip("-").isdigit() and cell[:2].strip("-") != "09"
        return Decimal(cell) if number else cell or None


def test_a_date_cell_of_either_calendar_is_the_same_day(tmp_path: Path) -> None:
    def mac(book: Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904

    rows = [HEADER, [date(2025, 1, 15), "contribution", 100, None]]
    for change in (None, mac):
        path = saved(tmp_path, bytes_of(rows, change))
        assert "date1904" in part_of(path.read_bytes(), "xl/workbook.xml").decode() or not change
        (record,) = read_file(path, now=NOW).records
        assert (record.day, str(record.amount)) == (date(2025, 1, 15), "100.00")


def test_float_noise_of_the_stored_number_is_no_part_of_the_amount(tmp_path: Path) -> None:
    book = bytes_of([HEADER, ["01/15/2025", "contribution", 44.92, None]])
    noisy = part_of(book, SHEET).replace(b"<v>44.92</v>", b"<v>44.920000000000002</v>")
    (record,) = read_file(saved(tmp_path, with_part(book, SHEET, noisy)), now=NOW).records
    assert str(record.amount) == "44.92"
    sum_of_tenths = noisy.replace(b"44.920000000000002", b"0.30000000000000004")
    assert refused(tmp_path, with_part(book, SHEET, sum_of_tenths)).code == "bad_amount"


def test_a_formula_counts_with_its_value_and_not_without(tmp_path: Path) -> None:
    book = bytes_of([HEADER, ["01/15/2025", "contribution", "=70+30", None]])
    error = refused(tmp_path, book)
    assert (error.code, error.where) == ("formula_without_value", "statement.xlsx:2")
    sheet = part_of(book, SHEET).replace(b"<v></v>", b"<v>100</v>").replace(b"<v/>", b"<v>100</v>")
    sheet = sheet.replace(b"<v />", b"<v>100</v>")
    (record,) = read_file(saved(tmp_path, with_part(book, SHEET, sheet)), now=NOW).records
    assert str(record.amount) == "100.00"


def test_an_empty_second_sheet_is_no_second_sheet(tmp_path: Path) -> None:
    rows = [HEADER, ["01/15/2025", "contribution", 1, None]]
    path = saved(tmp_path, bytes_of(rows, lambda book: book.create_sheet("Notes")))
    assert len(read_file(path, now=NOW).records) == 1

    def two(book: Workbook) -> None:
        book.create_sheet("Notes").append(["a"])

    reading = read_file(saved(tmp_path, bytes_of(rows, two)), now=NOW)
    assert (len(reading.records), reading.notes) == (1, ("sheet 'Sheet' read, not 'Notes'",))

    def twice(book: Workbook) -> None:
        for row in rows:
            two_of(book).append(row)

    error = refused(tmp_path, bytes_of(rows, twice))
    assert (error.code, "'More'" in error.problem) == ("several_sheets", True)


def two_of(book: Workbook) -> Any:
    return book["More"] if "More" in book.sheetnames else book.create_sheet("More")


@pytest.mark.parametrize(
    ("part", "text", "code"),
    [
        ("xl/bomb.bin", b"0" * 20_000_000, "workbook_bomb"),
        ("xl/vbaProject.bin", b"Sub AutoOpen()", "workbook_macros"),
        ("xl/../../evil.xml", b"<a/>", "damaged_workbook"),
        ("xl/x.xml", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "doctype"),
        ("xl/x.xml", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'.encode("utf-16"), "doctype"),
        ("xl/x.xml", b" " * 99_995 + b"<!DOCTYPE a><a/>", "doctype"),
        (SHEET, b"<worksheet", "damaged_workbook"),
        ("xl/workbook.bin", b"x", "excel_file"),
    ],
)
def test_an_unsafe_workbook_is_refused(tmp_path: Path, part: str, text: bytes, code: str) -> None:
    assert refused(tmp_path, with_part(GOOD, part, text)).code == code


def test_too_many_parts_rows_and_columns_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = bytes_of([HEADER, [1] * 501])
    assert refused(tmp_path, wide).code == "too_large"
    far = part_of(GOOD, SHEET).replace(b'<row r="2"', b'<row r="400002"')
    assert refused(tmp_path, with_part(GOOD, SHEET, far)).code == "too_large"
    monkeypatch.setattr(workbook, "PARTS_MAX", 3)
    assert refused(tmp_path, GOOD).code == "workbook_bomb"


def test_a_workbook_that_is_called_csv_and_other_office_files_are_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, GOOD, "statement.csv")
    assert (error.code, ".xlsx" in error.remedy) == ("excel_file", True)
    letter = io.BytesIO()
    with zipfile.ZipFile(letter, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    assert refused(tmp_path, letter.getvalue(), "letter.docx").code == "not_a_workbook"
    assert refused(tmp_path, GOOD[:-50], "cut.xlsx").code == "damaged_workbook"


def test_the_hash_is_that_of_the_workbook_and_lines_are_rows(tmp_path: Path) -> None:
    rows = [["My notes"], [], HEADER, ["01/15/2025", "contribution", "two\nlines", None]]
    file = load(saved(tmp_path, bytes_of(rows)))
    assert len(file.sha256) == 64
    assert file.text.splitlines()[3].startswith("01/15/2025,contribution,two lines")
    error = refused(tmp_path, bytes_of(rows))
    assert (error.code, error.where) == ("bad_amount", "statement.xlsx:4")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Merrill Edge statement of Vanguard 500 Index Fund", "Merrill"),
        ("Fidelity NetBenefits: your statement", "Fidelity NetBenefits"),
        ("Charles Schwab & Co.", "Schwab"),
        ("E*TRADE from Morgan Stanley", "E*TRADE"),
    ],
)
def test_a_pdf_names_its_recordkeeper_and_what_to_take(
    tmp_path: Path, words: str, name: str
) -> None:
    canvas = Canvas(str(tmp_path / "statement.pdf"))
    canvas.drawString(72, 720, words)
    canvas.save()
    error = refused(tmp_path, (tmp_path / "statement.pdf").read_bytes(), "statement.pdf")
    assert error.code == "pdf_file"
    assert f"as it seems of {name};" in error.problem
    assert error.remedy.startswith(f"at {name} take instead: ")


def test_a_pdf_that_cannot_be_opened_is_refused_all_the_same(tmp_path: Path) -> None:
    error = refused(tmp_path, b"%PDF-1.7 damaged", "statement.pdf")
    assert (error.code, error.problem) == ("pdf_file", "this is a PDF, not a CSV file")
