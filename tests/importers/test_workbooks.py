"""Excel workbooks: the same table gives the same records; what is unsafe or unclear is refused."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.defined_name import DefinedName
from reportlab.pdfgen.canvas import Canvas

from ledger.errors import LedgerError
from ledger.importers import sheet, workbook
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


@pytest.mark.parametrize("folder", ["plain_plan", "schwab_ira", "trowe"])
def test_a_csv_that_libreoffice_saved_as_workbook_gives_the_same_records(folder: str) -> None:
    (path,) = (p for p in (STATEMENTS / folder).iterdir() if p.suffix == ".csv")
    book = STATEMENTS.parent / "workbooks" / f"{folder}.xlsx"
    for one, two in zip(
        read_file(path, now=NOW).records, read_file(book, now=NOW).records, strict=True
    ):
        for name in ("line", "day", "kind", "amount", "source", "question", "raw_type", "memo"):
            assert getattr(one, name) == getattr(two, name)
        # 15.000 is 15 in a workbook
        assert Decimal(one.units or 0) == Decimal(two.units or 0)


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
    monkeypatch.setattr(sheet, "ROWS_MAX", 1)
    monkeypatch.setattr(sheet, "CellParser", None)  # told before a cell is looked at
    assert refused(tmp_path, GOOD).where == "statement.xlsx:2"
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


TWO = bytes_of(
    [
        HEADER,
        ["01/15/2025", "contribution", "100.00", "pay"],
        ["01/16/2025", "contribution", "200.00", "again"],
    ]
)
ROWS = re.findall(r'<row r="\d+".*?</row>', part_of(TWO, SHEET).decode())


def changed(old: str, new: str) -> bytes:
    """Return the workbook of two rows with another text in the XML of its sheet."""
    sheet = part_of(TWO, SHEET).decode()
    assert old in sheet
    return with_part(TWO, SHEET, sheet.replace(old, new).encode())


def cell_of(reference: str, inner: str) -> bytes:
    (old,) = re.findall(f'<c r="{reference}".*?</c>', part_of(TWO, SHEET).decode())
    return changed(old, f'<c r="{reference}" {inner}</c>')


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (changed('<row r="3"', '<row r="2"'), "damaged_workbook", ":2: row 2 stands twice"),
        (changed("".join(ROWS[1:]), "".join(ROWS[:0:-1])), "damaged_workbook", ":2: row 2 stands"),
        (changed('r="D2"', 'r="C2"'), "damaged_workbook", ":2: the cells of row 2 are out"),
        (changed('r="C2"', 'r="E2"'), "damaged_workbook", ":2: the cells of row 2 are out"),
        (changed('r="C2"', 'r="C3"'), "damaged_workbook", ":2: the cells of row 2 are out"),
        (cell_of("C2", "><v>1_000</v>"), "damaged_workbook", ":2: cell C2 holds no value: '1_000'"),
        (cell_of("C2", "><v>١٢</v>"), "damaged_workbook", ":2: cell C2 holds no value"),
        (cell_of("C2", "><v>1</v><v>2</v>"), "damaged_workbook", ":2: cell C2 holds no value"),
        (cell_of("D2", 't="s"><v>-1</v>'), "damaged_workbook", ":2: cell D2 holds no value"),
        (cell_of("D2", 't="z"><v>1</v>'), "damaged_workbook", ":2: cell D2 holds no value"),
        (cell_of("D2", 't="e"><v>#REF!</v>'), "error_cell", ":2: cell D2 shows the error #REF!"),
        (cell_of("D2", 't="str"><f>A1</f>'), "formula_without_value", ":2: cell D2 is a formula"),
    ],
)
def test_what_openpyxl_would_lose_or_guess_is_refused(
    tmp_path: Path, content: bytes, code: str, said: str
) -> None:
    error = refused(tmp_path, content)
    assert (error.code, f"statement.xlsx{said}" in str(error)) == (code, True), error


@pytest.mark.parametrize(
    "content",
    [
        changed("", ""),
        with_part(TWO, SHEET, re.sub(r' r="\w+"', "", part_of(TWO, SHEET).decode()).encode()),
        cell_of("D2", 't="str"><f>""</f><v></v>'),
        cell_of("C2", 't="inlineStr"><is><r><t>100</t></r><r><rPr><b/></rPr><t>.00</t></r></is>'),
        cell_of("C2", 't="str"><f>TEXT(100,"0.00")</f><v>100.00</v>'),
        cell_of("A2", 't="d"><v>2025-01-15</v>'),
    ],
)
def test_cells_may_be_written_in_any_way_that_is_plain(tmp_path: Path, content: bytes) -> None:
    first, second = read_file(saved(tmp_path, content), now=NOW).records
    assert (first.line, str(first.day), str(first.amount)) == (2, "2025-01-15", "100.00")
    assert (second.line, str(second.day), str(second.amount)) == (3, "2025-01-16", "200.00")


def test_all_faults_of_a_sheet_come_at_once(tmp_path: Path) -> None:
    error = refused(tmp_path, bytes_of([HEADER, ["#N/A", "fee", 1, "#REF!"], ["=A1", "fee", 1]]))
    assert [fault.where for fault in error.faults] == ["statement.xlsx:2"] * 2 + [
        "statement.xlsx:3"
    ]


@pytest.mark.parametrize(
    ("number_format", "shown"),
    [
        ("0%", "'5.00%' is not an amount"),
        ("#,##0.00 [$€-407]", "'€0.05' is not an amount"),
        ('#,##0.00 "CAD"', "'CAD0.05' is not an amount"),
        ("[$$-409]#,##0.00", ""),
        ('_("$"* #,##0.00_);[Red]($#,##0.00)', ""),
        ('0.00" 5%"', ""),
    ],
)
def test_percent_and_other_currencies_are_no_dollars(
    tmp_path: Path, number_format: str, shown: str
) -> None:
    def formatted(book: Workbook) -> None:
        book.active["C2"].number_format = number_format  # type: ignore[index]

    path = saved(tmp_path, bytes_of([HEADER, ["01/15/2025", "contribution", 0.05]], formatted))
    if shown:
        assert shown in refused(tmp_path, path.read_bytes()).problem
    else:
        assert str(read_file(path, now=NOW).records[0].amount) == "0.05"


def test_merged_cells_over_rows_are_refused_and_a_merged_title_is_none(tmp_path: Path) -> None:
    rows = [["My account"], [], HEADER, *[["01/15/2025", "contribution", 1, "pay"]] * 3]

    def title(book: Workbook) -> None:
        book.active.merge_cells("A1:D2")  # type: ignore[union-attr]

    def memo(book: Workbook) -> None:
        book.active.merge_cells("D4:D6")  # type: ignore[union-attr]

    assert len(read_file(saved(tmp_path, bytes_of(rows, title)), now=NOW).records) == 3
    error = refused(tmp_path, bytes_of(rows, memo))
    assert (error.code, error.where) == ("merged_cells", "statement.xlsx:5")


def test_hidden_rows_are_read_and_told_and_hidden_sheets_left_out(tmp_path: Path) -> None:
    def hide(book: Workbook) -> None:
        book.active.row_dimensions[3].hidden = True  # type: ignore[union-attr]
        other = book.create_sheet("Old")
        for row in book.active.values:  # type: ignore[union-attr]
            other.append(list(row))
        other.sheet_state = "hidden"

    rows = [HEADER, *[["01/15/2025", "contribution", 1, "pay"]] * 2]
    reading = read_file(saved(tmp_path, bytes_of(rows, hide)), now=NOW)
    told = "sheet 'Sheet' read, not 'Old'; 1 hidden row of the sheet read, too"
    assert (len(reading.records), reading.notes) == (2, (told,))

    def only(book: Workbook) -> None:
        hide(book)
        del book["Sheet"]
        book.create_sheet("Notes").append(["see the other sheet"])

    assert refused(tmp_path, bytes_of(rows, only)).code == "hidden_sheet"


def test_sheets_of_charts_are_passed_over_and_of_macros_refused(tmp_path: Path) -> None:
    def chart(book: Workbook) -> None:
        book.create_chartsheet("Chart")
        book.defined_names["Total"] = DefinedName("Total", attr_text="Chart!$A$1", localSheetId=1)

    rows = [HEADER, ["01/15/2025", "contribution", 1, "pay"]]
    book = with_part(bytes_of(rows, chart), "xl/chartsheets/sheet1.xml", b"<anything/>")
    assert len(read_file(saved(tmp_path, book), now=NOW).records) == 1
    links = part_of(book, "xl/_rels/workbook.xml.rels")
    macros = with_part(
        book, "xl/_rels/workbook.xml.rels", links.replace(b"/chartsheet", b"/xlMacrosheet")
    )
    assert refused(tmp_path, macros).code == "workbook_macros"


def test_a_strict_workbook_and_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    book = part_of(GOOD, "xl/workbook.xml").replace(
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    assert refused(tmp_path, with_part(GOOD, "xl/workbook.xml", book)).code == "excel_file"
    twice = io.BytesIO(GOOD)
    with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, "<worksheet/>")
    assert "one name" in refused(tmp_path, twice.getvalue()).problem
