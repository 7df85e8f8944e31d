"""The workbook: live formulas that give the record to the cent, and texts that stay texts."""

from __future__ import annotations

import hashlib
import shutil
import stat
import subprocess
import time
import zipfile
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from exports.form_tables import form_short
from exports.sheet import sheet_name
from exports.workbook import write_workbook
from ledger.safetext import safe
from ledger.year_end import YearEnd
from tests.exports.sample import HOSTILE, f8606, plain_books, plain_year, ugly_books, ugly_year

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_soffice = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")


@pytest.fixture(scope="module")
def year() -> YearEnd:
    return plain_year()


@pytest.fixture(scope="module")
def path(year: YearEnd, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("book") / "packet.xlsx"
    write_workbook(target, year, plain_books(year))
    return target


@dataclass(frozen=True)
class Recalculated:
    """What LibreOffice works out from nothing: without the figures stored in the file."""

    plain: Workbook
    whole_dollars: Workbook
    planted: Workbook  # line 8 of Form 8606 is a cent off


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> Recalculated:
    folder = tmp_path_factory.mktemp("recalculated")
    for name in ("plain", "whole_dollars"):
        year = plain_year(whole_dollars=name == "whole_dollars")
        write_workbook(folder / f"{name}.xlsx", year, plain_books(year))
        load_workbook(folder / f"{name}.xlsx").save(folder / f"{name}.xlsx")
    book = load_workbook(folder / "plain.xlsx")
    home = next(row for row in book["Form 8606"].iter_rows() if row[0].value == "8")
    home[2].value = 7012.35
    book.save(folder / "planted.xlsx")
    files = [str(folder / f"{name}.xlsx") for name in ("plain", "whole_dollars", "planted")]
    command = [str(SOFFICE), f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    command += ["--headless", "--convert-to", "xlsx", "--outdir", str(folder / "out"), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    done = [load_workbook(folder / "out" / Path(file).name, data_only=True) for file in files]
    return Recalculated(*done)


def line_cells(sheet: Worksheet) -> dict[str, object]:
    head = next(r for r in range(1, 20) if sheet.cell(r, 1).value == "Line")
    found: dict[str, object] = {}
    for row in range(head + 1, sheet.max_row + 1):
        if sheet.cell(row, 1).value:
            found[str(sheet.cell(row, 1).value)] = sheet.cell(row, 3).value
    return found


def differences(book: Workbook, year: YearEnd) -> list[str]:
    out = []
    for form in year.forms.values():
        cells = line_cells(book[form_short(form.name)])
        assert list(cells) == [line.number for line in form]
        for line in form:
            places = Decimal(line.plain)
            shown = Decimal(str(cells[line.number])).quantize(places)
            if shown != places:
                out.append(f"{form.name}:{line.number} {shown} is not {places}")
    return out


@needs_soffice
def test_recalculated_lines_equal_the_record(recalculated: Recalculated, year: YearEnd) -> None:
    assert differences(recalculated.plain, year) == []
    assert differences(recalculated.whole_dollars, plain_year(whole_dollars=True)) == []


@needs_soffice
def test_the_comparison_can_fail(recalculated: Recalculated, year: YearEnd) -> None:
    found = differences(recalculated.planted, year)
    assert any(text.startswith("8606:8 ") for text in found)
    assert any(text.startswith("1040:4a") for text in found), "lines of other forms must follow"


@needs_soffice
def test_recalculation_knows_every_formula(recalculated: Recalculated) -> None:
    cells = [c for s in recalculated.plain for row in s.iter_rows() for c in row]
    assert [c.value for c in cells if c.data_type == "e"] == []
    failed = {c.value for c in cells if str(c.value).startswith(("#", "Err:"))}
    assert failed == {"#REF!"}, "one memo says so, and no formula"


@needs_soffice
def test_recalculated_closings_equal_the_record(recalculated: Recalculated, year: YearEnd) -> None:
    sheet = recalculated.plain["Basis by source"]
    head = next(r for r in range(1, 20) if sheet.cell(r, 1).value == "Account")
    for row, pool in enumerate(year.pools, start=head + 1):
        shown = Decimal(str(sheet.cell(row, 8).value)).quantize(Decimal("0.01"))
        assert shown == pool.closing_value.decimal, pool


def test_form_lines_are_live_and_links_cross_sheets(path: Path) -> None:
    book = load_workbook(path)
    lines = line_cells(book["Form 8606"])
    assert lines["1"] == 7000
    assert lines["3"] == "=C5+C6"
    assert lines["10"] == "=IF(C13<=0,0,MIN(1,ROUND(C9/C13,6)))"
    assert line_cells(book["Form 5329"])["1"] == "='Form 8606'!C20"
    summary = [c.value for row in book["Summary"].iter_rows() for c in row]
    assert "='Form 8606'!C5" in summary


def test_closing_and_totals_are_formulas(path: Path) -> None:
    sheet = load_workbook(path)["Basis by source"]
    head = next(r for r in range(1, 20) if sheet.cell(r, 1).value == "Account")
    titles = [c.value for c in sheet[head]]
    assert titles[2:8] == ["Opening value", "Contributed", "Earnings", "In", "Out", "Closing value"]
    assert sheet.cell(head + 1, 8).value == (
        f"=C{head + 1}+D{head + 1}+E{head + 1}+F{head + 1}-G{head + 1}"
    )
    assert sheet.cell(head + 5, 3).value == f"=SUM(C{head + 1}:C{head + 4})"


def test_a_row_that_does_not_add_up_keeps_the_figure_of_the_record(tmp_path: Path) -> None:
    year = plain_year()
    odd = replace(year.pools[0], closing_value=year.pools[1].closing_value)
    year = replace(year, pools=(odd,))
    write_workbook(tmp_path / "x.xlsx", year, plain_books(year))
    sheet = load_workbook(tmp_path / "x.xlsx")["Basis by source"]
    head = next(r for r in range(1, 20) if sheet.cell(r, 1).value == "Account")
    assert sheet.cell(head + 1, 8).value == odd.closing_value.cents / 100


def test_every_formula_carries_its_figure(path: Path, year: YearEnd) -> None:
    assert differences(load_workbook(path, data_only=True), year) == []
    formulas = load_workbook(path)
    figures = load_workbook(path, data_only=True)
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert figures[sheet.title][cell.coordinate].value is not None


def test_hostile_texts_stay_texts(path: Path) -> None:
    book = load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert "HYPERLINK" not in str(cell.value)
                    assert cell.number_format != "General", f"unplanned {sheet.title} {cell}"
                assert cell.hyperlink is None
                assert cell.data_type != "e"
    memos = {c.value: c for row in book["Register"].iter_rows() for c in row}
    for text in HOSTILE[:13]:
        assert memos[safe(text)].data_type == "s" or memos[safe(text)].quotePrefix
    assert "=HYPERLINK(" in HOSTILE[0]


def test_hostile_texts_are_no_formulas_in_the_file_itself(path: Path) -> None:
    with zipfile.ZipFile(path) as made:
        xml = "".join(made.read(n).decode() for n in made.namelist() if "worksheets/" in n)
    assert "<f>HYPERLINK" not in xml
    assert "<f>1+1" not in xml
    assert "123-45-6789" not in xml


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    digests = set()
    for name in ("a.xlsx", "b.xlsx"):
        year = plain_year()
        write_workbook(tmp_path / name, year, plain_books(year))
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
        time.sleep(1.1 if len(digests) == 1 and name == "a.xlsx" else 0)
    assert len(digests) == 1


def test_the_file_is_private_and_no_other_is_left(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["packet.xlsx"]


def test_every_sheet_prints_well(path: Path) -> None:
    for sheet in load_workbook(path):
        assert sheet.freeze_panes
        assert sheet.print_title_rows
        assert sheet.print_area
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert "&P of &N" in str(sheet.oddFooter.right.text)


def test_wide_sheets_lie_on_their_side(path: Path) -> None:
    book = load_workbook(path)
    assert book["Register"].page_setup.orientation == "landscape"
    assert book["Summary"].page_setup.orientation == "portrait"


def test_the_ugliest_year_opens(tmp_path: Path) -> None:
    year = ugly_year()
    write_workbook(tmp_path / "ugly.xlsx", year, ugly_books(year))
    book = load_workbook(tmp_path / "ugly.xlsx")
    assert len(book.sheetnames) == len(set(book.sheetnames))
    longest = max(len(str(c.value or "")) for s in book for row in s.iter_rows() for c in row)
    assert longest < 32_767


def test_sheet_names_are_safe_and_unique() -> None:
    taken: set[str] = set()
    for wanted in ("a" * 40, "a" * 40, "x/y[z]:*?\\", "'quoted'", "", "A" * 40):
        name = sheet_name(wanted, taken)
        assert 0 < len(name) <= 31
        assert not set("[]:*?/\\") & set(name)
        assert name.lower() not in {t.lower() for t in taken}
        taken.add(name)


def test_ratio_lines_show_their_places() -> None:
    line = f8606().line("10")
    assert line.plain == "0.080327"
