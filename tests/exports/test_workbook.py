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
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from exports.form_tables import form_section, form_short
from exports.sheet import ACROSS, sheet_name
from exports.workbook import write_workbook
from ledger.books import Books
from ledger.closing import work_out
from ledger.scenario import parse, read
from ledger.text import safe
from ledger.year_end import YearEnd, place_on_return
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


STORIES = Path(__file__).parents[2] / "fixtures" / "scenarios"
# One of each kind: both methods, cents and whole dollars, every part of Form 8606, Form 5329.
TOLD = (
    "all-converted",
    "chain-three-years",
    "deduction-joint",
    "early-ira-with-basis",
    "late-contribution-form",
    "mega-backdoor-year",
    "qcd-with-basis",
    "rose-green-worksheet",
    "rounding-trap-cap",
    "roth-recapture",
)


def records_of(story: str) -> list[tuple[str, YearEnd, Books]]:
    """Work a scenario out: a name for its file, the record, the books."""
    told = read(STORIES / f"{story}.toml")
    worked = work_out(told.books, told.tax_years)
    return [(f"{story}-{r.taxpayer.id}-{r.tax_year}", r, told.books) for r in worked.records]


BALANCE, OTHER_BALANCE = 93_000, 51_000  # of December 31: Form 8606, line 6


def of_balance(value: int) -> tuple[YearEnd, Books]:
    """Work out a backdoor beside pre-tax money, with so much of that at year end (dollars)."""
    text = (STORIES / "backdoor-with-pretax.toml").read_text("utf-8")
    told = parse(text.replace(f"value = {BALANCE}", f"value = {value}").encode(), "story.toml")
    (record,) = work_out(told.books, told.tax_years).records
    return record, told.books


@dataclass(frozen=True)
class Recalculated:
    """What LibreOffice works out from nothing: without the figures stored in the file."""

    plain: Workbook
    whole_dollars: Workbook
    planted: Workbook  # a cent off on the sheet that line 8 of Form 8606 reads
    changed: Workbook  # another value of December 31 on Inputs
    stories: dict[str, tuple[YearEnd, Workbook]]


@pytest.fixture(scope="module")
def ugly(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    """Return the workbook of the ugliest year, written and opened once for all that looks at it."""
    path, year = tmp_path_factory.mktemp("ugly") / "ugly.xlsx", ugly_year()
    write_workbook(path, year, ugly_books(year))
    return load_workbook(path)


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> Recalculated:
    folder = tmp_path_factory.mktemp("recalculated")
    for name in ("plain", "whole_dollars"):
        year = plain_year(whole_dollars=name == "whole_dollars")
        write_workbook(folder / f"{name}.xlsx", year, plain_books(year))
        load_workbook(folder / f"{name}.xlsx").save(folder / f"{name}.xlsx")
    book = load_workbook(folder / "plain.xlsx")
    sheet = book["Inputs"]
    (_, line), (_, amount) = column_of(sheet, "Line"), column_of(sheet, "Amount")
    home = next(row for row in sheet.iter_rows() if row[line - 1].value == "8")
    home[amount - 1].value = 7012.35
    book.save(folder / "planted.xlsx")
    year, books = of_balance(BALANCE)
    write_workbook(folder / "changed.xlsx", year, books)
    book = load_workbook(folder / "changed.xlsx")
    sheet = book["Inputs"]
    home = next(row for row in sheet.iter_rows() if row[line - 1].value == "6")
    home[amount - 1].value = OTHER_BALANCE
    book.save(folder / "changed.xlsx")
    stories = {name: (y, b) for story in TOLD for name, y, b in records_of(story)}
    for name, (year, books) in stories.items():
        write_workbook(folder / f"{name}.xlsx", year, books)
        load_workbook(folder / f"{name}.xlsx").save(folder / f"{name}.xlsx")
    names = ("plain", "whole_dollars", "planted", "changed", *stories)
    files = [str(folder / f"{name}.xlsx") for name in names]
    command = [str(SOFFICE), f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    command += ["--headless", "--convert-to", "xlsx", "--outdir", str(folder / "out"), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    done = {n: load_workbook(folder / "out" / f"{n}.xlsx", data_only=True) for n in names}
    told = {name: (year, done[name]) for name, (year, _) in stories.items()}
    four = (done[name] for name in names[:4])
    return Recalculated(*four, told)


def column_of(sheet: Worksheet, title: str) -> tuple[int, int]:
    """Return row and column of the first cell that holds a heading."""
    cells = (cell for row in sheet.iter_rows() for cell in row)
    found = next(cell for cell in cells if cell.value == title)
    return found.row, found.column


def line_cells(sheet: Worksheet) -> dict[str, object]:
    head, line = column_of(sheet, "Line")
    _, amount = column_of(sheet, "Amount")
    found: dict[str, object] = {}
    for row in range(head + 1, sheet.max_row + 1):
        if sheet.cell(row, line).value:
            found[str(sheet.cell(row, line).value)] = sheet.cell(row, amount).value
    return found


def differences(book: Workbook, year: YearEnd) -> list[str]:
    out = []
    for form in year.forms.values():
        cells = line_cells(book[form_short(form.name)])
        # a line elsewhere on the return stands with its own number: 20 of Schedule 1
        numbers = {line.number: place_on_return(line.number)[1] or line.number for line in form}
        assert list(cells) == [*numbers.values()]
        for line in form:
            places = Decimal(line.plain)
            shown = Decimal(str(cells[numbers[line.number]])).quantize(places)
            if shown != places:
                out.append(f"{form.name}:{line.number} {shown} is not {places}")
    return out


@needs_soffice
def test_recalculated_lines_equal_the_record(recalculated: Recalculated, year: YearEnd) -> None:
    assert differences(recalculated.plain, year) == []
    assert differences(recalculated.whole_dollars, plain_year(whole_dollars=True)) == []


@needs_soffice
def test_recalculated_scenarios_equal_their_records(recalculated: Recalculated) -> None:
    wrong = {n: differences(book, year) for n, (year, book) in recalculated.stories.items()}
    assert {name: found for name, found in wrong.items() if found} == {}
    told = [form for year, _ in recalculated.stories.values() for form in year.forms]
    assert {"8606", "1040", "5329", "pub_590b_1_1", "ira_deduction"} <= set(told)


@needs_soffice
def test_the_comparison_can_fail(recalculated: Recalculated, year: YearEnd) -> None:
    found = differences(recalculated.planted, year)
    assert any(text.startswith("8606:8 ") for text in found)
    assert any(text.startswith("1040:4a") for text in found), "lines of other forms must follow"


@needs_soffice
def test_what_follows_an_input_comes_to_what_the_product_comes_to(
    recalculated: Recalculated,
) -> None:
    """The help invites to change an input: every sheet that follows then is right to the cent."""
    before, (after, _) = of_balance(BALANCE)[0], of_balance(OTHER_BALANCE)
    assert before.f8606.amount("18") != after.f8606.amount("18")
    follows = {form.name for form in after.forms.values() if form_section(form).follows}
    assert {"8606", "1040"} <= follows
    wrong = [d for d in differences(recalculated.changed, after) if d.partition(":")[0] in follows]
    assert wrong == []
    shown = {
        str(row[1].value): row[4].value for row in recalculated.changed["To enter"].iter_rows()
    }
    assert Decimal(str(shown["18"])) == after.f8606.amount("18").decimal


@needs_soffice
def test_recalculation_knows_every_formula(recalculated: Recalculated) -> None:
    cells = [c for s in recalculated.plain for row in s.iter_rows() for c in row]
    assert [c.value for c in cells if c.data_type == "e"] == []
    failed = {c.value for c in cells if str(c.value).startswith(("#", "Err:"))}
    assert failed == {"#REF!"}, "one memo says so, and no formula"


FLOWS = {"Contributed": "contributions", "Earnings": "earnings", "In": "came_in", "Out": "went_out"}


@needs_soffice
def test_sums_over_the_register_equal_the_record(recalculated: Recalculated) -> None:
    told = 0
    for name, (year, book) in recalculated.stories.items():
        sheet = book["Basis by source"]
        head, _ = column_of(sheet, "Opening value")
        for title, flow in FLOWS.items():
            _, column = column_of(sheet, title)
            for row, pool in enumerate(year.pools, start=head + 1):
                shown = Decimal(str(sheet.cell(row, column).value)).quantize(Decimal("0.01"))
                assert shown == getattr(pool, flow).decimal, (name, pool)
                told += 1
    assert told > 50


def test_flows_of_a_source_are_sums_over_the_register(tmp_path: Path) -> None:
    for name, year, books in records_of("mega-backdoor-year"):
        write_workbook(tmp_path / f"{name}.xlsx", year, books)
        sheet = load_workbook(tmp_path / f"{name}.xlsx")["Basis by source"]
        head, _ = column_of(sheet, "Opening value")
        for title in FLOWS:
            _, column = column_of(sheet, title)
            for row, _ in enumerate(year.pools, start=head + 1):
                assert "SUMIFS('Register'!" in str(sheet.cell(row, column).value)


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
    (_, column), inputs = column_of(book["Inputs"], "Amount"), book["Inputs"]
    assert lines["1"] == "='Inputs'!D6"
    assert inputs["D6"].value == 7000
    assert column == 4
    assert lines["3"] == "=D5+D6"
    assert lines["10"] == "=IF(D13<=0,0,MIN(1,ROUND(D9/D13,6)))"
    assert line_cells(book["Form 5329"])["1"] == "='Form 8606'!D20"
    summary = [c.value for row in book["To enter"].iter_rows() for c in row]
    assert "='Form 8606'!D5" in summary


def test_a_sheet_that_does_not_follow_an_input_says_so(path: Path) -> None:
    """Help invites to change an input: what stays as it is must not look as if it had followed."""
    said = {sheet.title: str(sheet["A2"].value) for sheet in load_workbook(path)}
    live = {title for title, text in said.items() if "as recorded" not in text}
    assert live == {
        *("Summary", "To enter", "Inputs", "Form 8606", "Form 1040"),
    }
    assert "as recorded" in said["Basis by source"]


def test_every_form_line_has_a_name(path: Path, year: YearEnd) -> None:
    names = load_workbook(path).defined_names
    assert names["F8606_L15c"].attr_text == "'Form 8606'!$D$20"
    assert len(names) == sum(len(form) for form in year.forms.values())


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
        assert sheet.page_setup.fitToWidth == 1
        assert printed_width(sheet) <= ACROSS + 1, "readable: not below 60 percent"
        assert "&P of &N" in str(sheet.oddFooter.right.text)


def printed_width(sheet: Worksheet) -> float:
    last = str(sheet.print_area).rpartition(":")[2].replace("$", "").rstrip("0123456789")
    letters = [get_column_letter(x) for x in range(1, column_index_from_string(last) + 1)]
    return sum(sheet.column_dimensions[letter].width for letter in letters)


def test_rows_as_in_the_file_stand_beside_the_printed_page(path: Path) -> None:
    sheet = load_workbook(path)["Register"]
    head, raw = column_of(sheet, "Row as in the file")
    assert raw > column_index_from_string(str(sheet.print_area).split("$")[3])
    assert not sheet.cell(head + 1, raw).alignment.wrap_text
    assert sheet.row_dimensions[head + 1].height is None, "one line high"


def test_a_break_never_cuts_a_table_off_its_title(ugly: Workbook) -> None:
    sheet = ugly["Basis by source"]
    titles = [r for r in range(1, sheet.max_row) if sheet.cell(r, 1).value == "Accounts"]
    assert {b.id + 1 for b in sheet.row_breaks.brk} <= {
        *titles,
        *(r for r in range(1, sheet.max_row) if "one pool" in str(sheet.cell(r, 1).value)),
    }
    assert sheet.row_breaks.brk


def test_wide_sheets_lie_on_their_side(path: Path) -> None:
    book = load_workbook(path)
    assert book["Form 8606"].page_setup.orientation == "landscape"
    assert book["Summary"].page_setup.orientation == "portrait"


def test_the_ugliest_year_opens(ugly: Workbook) -> None:
    assert len(ugly.sheetnames) == len(set(ugly.sheetnames))
    longest = max(len(str(c.value or "")) for s in ugly for row in s.iter_rows() for c in row)
    assert longest < 32_767


def test_rows_of_data_are_excel_tables_and_findings_stand_out(path: Path) -> None:
    book = load_workbook(path)
    assert {name for sheet in book for name in sheet.tables} >= {
        "Table_Register",
        "Table_Evidence",
        "Table_Inputs",
        "Table_Findings",
    }
    register = book["Register"].tables["Table_Register"]
    head, _ = column_of(book["Register"], "Entry")
    assert register.ref.startswith(f"A{head}:")
    (marked, *_) = book["Findings"].conditional_formatting
    assert [rule.formula for rule in marked.rules] == [['"error"'], ['"warning"']]


def test_no_table_has_two_columns_of_one_name(ugly: Workbook) -> None:
    """Excel offers to repair a file with a table whose headings are blank or the same."""
    names = []
    for sheet in ugly:
        for table in sheet.tables.values():
            names.append(table.displayName)
            heads = [cell.value for cell in sheet[table.ref][0]]
            assert all(isinstance(head, str) and head for head in heads), table.displayName
            assert len({head.lower() for head in heads}) == len(heads), heads
            assert [column.name for column in table.tableColumns] == heads
    assert len(set(names)) == len(names) > 7


def test_charts_are_drawn_from_the_cells_beside_them(tmp_path: Path) -> None:
    (name, year, books), *_ = records_of("mega-backdoor-year")
    write_workbook(tmp_path / f"{name}.xlsx", year, books)
    with zipfile.ZipFile(tmp_path / f"{name}.xlsx") as made:
        charts = [made.read(n).decode() for n in made.namelist() if "charts/chart" in n]
    (waterfall,) = charts
    assert "'Basis'!$A$" in waterfall
    assert "'Basis'!$D$" in waterfall


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
