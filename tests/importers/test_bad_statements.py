"""The error gallery: each bad file is refused with the place, the fault and the remedy."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ledger.errors import EnvironmentFault, LedgerError, LedgerErrors
from ledger.importers import files, ofx_tree, tables
from ledger.importers.custom import load_map
from ledger.importers.read import read_file
from ledger.text import safe

BAD = Path(__file__).parents[2] / "fixtures" / "statements" / "bad"
FILES = sorted(path for path in BAD.iterdir() if path.name != "refusals.txt")
NOW = date(2026, 11, 1)
PLAIN = {".csv"}  # read as plain, but for those that no reader or two know
UNTOLD = {"nobody_knows.csv", "tsp_holdings.csv", "two_products.csv", "equity_awards.csv"}
TOLD = {"plain_as_empower.csv": "empower"}
HEADER = "Date,Type,Source,Amount,Memo\n"
GOOD = "01/15/2025,Contribution,After-Tax,100.00,pay\n"


def named(path: Path) -> str | None:
    if path.name in TOLD:
        return TOLD[path.name]
    return "plain" if path.suffix in PLAIN and path.name not in UNTOLD else None


def refusal(path: Path, importer: str | None = "plain") -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        load_map(path) if path.suffix == ".toml" else read_file(path, importer, now=NOW)
    return caught.value


def written(folder: Path, content: str | bytes, name: str = "statement.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_every_refusal_of_the_gallery(golden: Callable[[str, str], None]) -> None:
    lines = []
    for path in FILES:
        error, told = refusal(path, named(path)), named(path)
        column_map = path.suffix == ".toml"
        lines.append(
            f"$ basis import FILE --as {path.name}"
            if column_map
            else f"$ basis import {path.name}{f' --as {told}' if told else ''}"
        )
        lines += [f"[{fault.code}] {fault}" for fault in error.faults]
    golden("statements/bad/refusals.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_refusal_names_the_file_and_shows_no_control_characters(path: Path) -> None:
    error = refusal(path, named(path))
    for fault in error.faults:
        assert fault.where.startswith(path.name)
        assert safe(str(fault), limit=10_000) == str(fault)
        assert fault.code.isidentifier()
        assert fault.remedy


def test_all_faults_of_a_file_come_at_once() -> None:
    error = refusal(BAD / "four_faults.csv")
    assert isinstance(error, LedgerErrors)
    assert [(fault.where.rpartition(":")[2], fault.code) for fault in error.faults] == [
        ("2", "bad_date"),
        ("2", "unknown_type"),
        ("2", "unknown_source"),
        ("2", "bad_amount"),
        ("4", "bad_amount"),
    ]


def test_line_numbers_count_lines_inside_quotes(tmp_path: Path) -> None:
    rows = f'{HEADER}01/15/2025,Fee,Match,1.00,"two\nlines"\n\n01/16/2025,Fee,Match,x,y\n'
    assert refusal(written(tmp_path, rows)).where == "statement.csv:5"


def test_a_folder_a_pipe_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    loop = tmp_path / "loop.csv"
    loop.symlink_to(loop)
    assert refusal(tmp_path, None).code == "not_a_file"
    assert refusal(pipe, None).code == "not_a_file"
    assert refusal(Path("/dev/zero"), None).code == "not_a_file"
    for missing in (tmp_path / "none.csv", loop, Path("a\0b.csv"), tmp_path / ("x" * 300)):
        assert refusal(missing, None).code == "no_such_file"


def test_a_file_that_may_not_be_read_is_a_fault_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files.os, "open", deny)
    assert isinstance(refusal(written(tmp_path, HEADER + GOOD), None), EnvironmentFault)


def test_a_sparse_giant_is_refused_before_it_is_read(tmp_path: Path) -> None:
    giant = tmp_path / "giant.csv"
    with giant.open("wb") as file:
        file.truncate(30 * 1_000_000_000)
    assert refusal(giant, None).code == "too_large"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (gzip.compress(b"Date", mtime=0), "compressed_file"),
        (b"PK\x03\x04 history.csv", "compressed_file"),
        (b"BZh9", "compressed_file"),
        (b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.spr", "spreadsheet_file"),
        (b"PK\x03\x04....Index/Document.iwa", "spreadsheet_file"),
        (b"\xd0\xcf\x11\xe0", "excel_file"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "protected_workbook"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "excel_file",
        ),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n", "placeholder_file"),
        (b"{\\rtf1 Date}", "document_file"),
        (b"\x00\x00\x00\x18ftypheic", "picture_file"),
        ((HEADER + GOOD).encode("utf-32-be"), "nul_byte"),
        ("<html><table>".encode("utf-16"), "web_page"),
        (b"SQLite format 3\x00", "database_file"),
        (b"\x89PNG", "picture_file"),
        (b'\xef\xbb\xbf{"rows": []}', "json_file"),
        (b"  \r\n <HTML>", "web_page"),
        (b"\n \n", "empty_file"),
        ("\ufeff\n".encode(), "empty_file"),
    ],
)
def test_what_is_no_statement_is_called_by_its_name(
    tmp_path: Path, content: bytes, code: str
) -> None:
    assert refusal(written(tmp_path, content), None).code == code


def test_a_web_page_that_is_called_a_workbook_is_to_be_saved_as_one(tmp_path: Path) -> None:
    page = written(tmp_path, "<table><tr><td>Date</td></tr></table>", "history.xls")
    assert ".xlsx" in refusal(page, None).remedy
    assert refusal(written(tmp_path, "<html><form>"), None).remedy.startswith("log in")


@pytest.mark.parametrize(
    "content",
    [
        (HEADER.replace("\n", ",,\n") + GOOD.replace("\n", ", , \n")).encode(),
        (HEADER + GOOD).encode("utf-8-sig"),
        (HEADER + GOOD).encode("utf-16"),
        (HEADER + GOOD).replace("\n", "\r").encode(),
        (HEADER + GOOD).replace("\n", "\r\n").encode(),
        (HEADER.replace("Date", " dAtE\u00a0") + GOOD).encode(),
        (HEADER.replace("\n", ",,\n") + GOOD.replace("\n", ",,\n")).encode(),
        (HEADER + "\n,,,,\n" + GOOD).encode(),
        ("My notes\n\n" + HEADER + GOOD).encode(),
        (HEADER.replace("Amount", "Amount ($)") + GOOD).encode(),
    ],
)
def test_harmless_differences_are_accepted(tmp_path: Path, content: bytes) -> None:
    (record,) = read_file(written(tmp_path, content), now=NOW).records
    assert str(record.amount) == "100.00"


def test_a_file_of_another_product_names_the_likely_one(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, HEADER + GOOD), "empower")
    assert (error.code, "--as plain" in error.remedy) == ("other_format", True)


def test_an_unknown_name_of_a_format_names_the_nearest(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + GOOD)
    error = refusal(path, "vanguard_ofx")
    assert error.code == "unknown_format"
    assert error.remedy.startswith("did you mean vanguard_ofxdownload? 'basis formats' lists")
    assert refusal(path, "zzz").remedy.startswith("'basis formats' lists them")


@pytest.mark.parametrize(
    ("content", "where", "said"),
    [
        ("When,What,How much\n1,2,3\n", "", "it begins: When,What,How much"),
        ("When\tWhat\n", "", "it begins: When | What"),
        (
            "Mine\n\n" + HEADER.replace("Amount", "Amnt") + GOOD,
            ":3",
            "Amnt, Memo; nearest: plain, which has 'amount' (the nearest is 'Amnt')",
        ),
        (HEADER.replace(",", ";"), ":1", "nearest: plain, whose columns are not divided by semi"),
        (
            '"Activity Date","Activity","Fund","Unit Price"\n',
            ":1",
            "nearest: voya, which has 'money source', '# of units/shares'",
        ),
    ],
)
def test_an_unknown_file_is_compared_with_the_nearest_format(
    tmp_path: Path, content: str, where: str, said: str
) -> None:
    error = refusal(written(tmp_path, content, "my file.csv"), None)
    assert (error.code, error.where) == ("unknown_format", f"my file.csv{where}")
    assert said in error.problem
    assert error.remedy.startswith("basis formats infer 'my file.csv' proposes a column map")
    assert len(str(error)) <= 260  # three lines of a terminal


def test_a_download_may_be_windows_text_and_what_is_typed_may_not(tmp_path: Path) -> None:
    vanguard = (BAD.parent / "vanguard_plan" / "OfxDownload.csv").read_text()
    accented = vanguard.replace("Target Retire", "Société").encode("cp1252")
    reading = read_file(written(tmp_path, accented), now=NOW)
    assert reading.records[0].investment.startswith("Société")
    assert reading.notes[-1].endswith("a letter is not UTF-8: the file was read as Windows text")
    assert refusal(BAD / "windows_text.csv").where == "windows_text.csv:2"


def test_too_many_rows_and_columns_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ROWS_MAX", 3)
    assert refusal(written(tmp_path, HEADER + GOOD * 4)).code == "too_large"
    assert refusal(written(tmp_path, "," * 600)).code == "too_many_columns"
    monkeypatch.setattr(ofx_tree, "ROWS_MAX", 3)
    plan = (BAD.parent / "vanguard_qfx" / "OfxDownload.qfx").read_text()
    assert refusal(written(tmp_path, plan, "plan.qfx"), None).code == "too_large"
    monkeypatch.setattr(tables, "LINES_MAX", 50)
    assert refusal(written(tmp_path, HEADER + "\n" * 60)).code == "too_large"


def test_a_repeated_transaction_number_with_other_content_is_refused(tmp_path: Path) -> None:
    plan = (BAD.parent / "vanguard_qfx" / "OfxDownload.qfx").read_text()
    twice = plan.replace("0102AAA", "0101AAA")
    assert refusal(written(tmp_path, twice, "plan.qfx"), None).code == "duplicate_fitid"


def test_a_file_name_with_control_characters_is_shown_escaped(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, HEADER, "a\x1b[2J\n.csv"))
    assert error.where == "a\\u001b[2J\\u000a.csv:1"


def test_rows_above_the_header_are_not_lost(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, GOOD + HEADER + GOOD))
    assert (error.code, error.where) == ("row_above_header", "statement.csv:1")


def test_a_damaged_first_record_of_pasted_text_is_not_lost(tmp_path: Path) -> None:
    record = "01/31/2025\t5 - AFTER-TAX\tContributions\t$2,000.00\t20.000\n"
    titles = "Date\tSource\tTransaction Type\tAmount\tShares\n"
    assert len(read_file(written(tmp_path, titles + record), now=NOW).records) == 1
    error = refusal(written(tmp_path, record.replace("01/", "Jan ") + record), None)
    assert (error.code, error.where) == ("bad_date", "statement.csv:1")
    assert refusal(written(tmp_path, record + "\tPending\t5\n"), None).code == "too_many_cells"


def test_a_tax_year_after_the_deposit_is_refused(tmp_path: Path) -> None:
    rows = "Date,Type,Amount,Tax Year\n01/15/2025,contribution,1.00,2026\n"
    assert refusal(written(tmp_path, rows)).code == "bad_tax_year"


def test_columns_that_nobody_reads_are_named_and_kept(tmp_path: Path) -> None:
    rows = "Date,Type,Amount,Note,Note\n01/15/2025,contribution,1.00,a,b\n"
    reading = read_file(written(tmp_path, rows), now=NOW)
    assert reading.notes == ("column 'Note' is not read", "column 'Note (2)' is not read")
    assert dict(reading.records[0].cells)["Note (2)"] == "b"


def test_a_second_narrower_table_is_refused_and_not_read_by_the_first_header(
    tmp_path: Path,
) -> None:
    first = "Id,Of,To,Tax Year,Value,Earnings,Basis,Memo,Account,Amount,Type,Date"
    row = ",,,,,,,,trad,1,contribution,01/03/2025"
    path = tmp_path / "two.csv"
    path.write_text(f"{first}\n{row}\nDate,Type,Amount\n01/04/2025,contribution,5\n", "utf-8")
    with pytest.raises(LedgerError) as caught:
        read_file(path, "plain", now=NOW)
    assert "two.csv:3: the header of line 1 stands here again" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said", "todo"),
    [
        ("1.005", "has more than two decimals", "round"),
        ("0.30000000000000004", "has more than two decimals", "round"),
        ('"1.234,56"', "has a decimal comma", "write dollars and cents, as 1234.56"),
        ('"100,5"', "has a decimal comma", "write"),
        ("1e3", "is not an amount", "write"),
        ("2000000000000", "is more than one trillion dollars", "check the amount"),
        ("NaN", "is not an amount", "write"),
        ("5%", "is not an amount", "write"),
    ],
)
def test_the_message_says_what_is_wrong_with_an_amount(
    tmp_path: Path, text: str, said: str, todo: str
) -> None:
    error = refusal(written(tmp_path, HEADER + GOOD.replace("100.00", text)))
    shown = text.strip('"')
    assert error.problem == f"column Amount: '{shown}' {said}"
    assert error.remedy.startswith(todo)


def test_a_spreadsheets_number_for_a_day_is_called_so(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, HEADER + GOOD.replace("01/15/2025", "45672")))
    assert "'45672' is a spreadsheet's number for a day" in error.problem
    assert error.remedy == "format the column as a date, MM/DD/YYYY, and save it again"


def test_a_row_that_lacks_a_cell_of_the_others_is_not_read_in_shifted_columns(
    tmp_path: Path,
) -> None:
    path = BAD.parent / "vanguard_brokerage" / "OfxDownload_plain.csv"
    lines = path.read_text("utf-8").splitlines()
    row = next(number for number, line in enumerate(lines) if "Conversion" in line)
    assert lines[row].endswith(",")
    assert len(read_file(path, now=NOW).records) == 4
    lines[row] = lines[row].partition(",")[2]
    error = refusal(written(tmp_path, "\n".join(lines)), None)
    assert (error.code, error.where) == ("too_few_cells", f"statement.csv:{row + 1}")
    even = [line.removesuffix(",") for line in path.read_text("utf-8").splitlines()]
    header = next(n for n, line in enumerate(even) if "Trade Date" in line)
    even[header] += ","
    assert len(read_file(written(tmp_path, "\n".join(even)), now=NOW).records) == 4
    even[row] += ","  # one row of a file has the comma, the others only their cells
    assert len(read_file(written(tmp_path, "\n".join(even)), now=NOW).records) == 4


def test_the_kinds_and_sources_are_listed_once_and_the_nearest_is_named(tmp_path: Path) -> None:
    rows = (
        "01/15/2025,Contributed,Bucket,1.00,\n01/16/2025,Earnigns,Aftertx,1.00,\n"
        "01/17/2025,?,?,1,\n"
    )
    said = [fault.remedy for fault in refusal(written(tmp_path, HEADER + rows)).faults]
    assert said[0].startswith("did you mean contribution? use one of: opening, contribution, ")
    assert said[1].startswith("use one of: pre_tax, roth, after_tax, ")
    assert said[2:4] == ["write earnings", "write after_tax; leave it empty for an IRA"]
    assert said[4] == "use one of the kinds named above"
    assert said[5] == "use one of the sources named above; leave it empty for an IRA"


def test_a_file_with_a_thousand_faults_is_read_no_further(tmp_path: Path) -> None:
    faults = refusal(written(tmp_path, HEADER + GOOD.replace("After-Tax", "Bag") * 1_500)).faults
    assert [fault.code for fault in faults[-2:]] == ["unknown_source", "too_many_faults"]
    assert (len(faults), faults[-1].where) == (1_001, "statement.csv:1001")


@pytest.mark.parametrize("units", ["1e999999999", "NaN", "-Infinity"])
def test_units_without_end_are_refused(tmp_path: Path, units: str) -> None:
    text = (BAD.parent / "fidelity_netbenefits" / "history.csv").read_text("utf-8-sig")
    assert text.count('"5,150.00","') == 1
    head, _, tail = text.partition('"5,150.00","')
    error = refusal(
        written(tmp_path, f'{head}"5,150.00","{units}"{tail[tail.index(chr(34)) + 1 :]}'), None
    )
    assert (error.code, f"'{units}' is not a number" in error.problem) == ("bad_amount", True)
