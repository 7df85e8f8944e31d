"""Rows without a date below a header nobody knows: pending ones, totals, and rows cut short."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger.errors import LedgerErrors
from ledger.importers.files import load
from ledger.importers.infer import propose
from ledger.importers.read import read_file
from ledger.importers.reading import Reading

NOW = date(2026, 11, 1)
HEADER = "Date,Activity,Money Source,Fund,Shares,Amount\n"
PAID = "01/20/2026,Contribution,Pre-Tax,Index Fund,5.000,500.00\n"
TOTAL = "Total,,,,,500.00\n"


def inferred(text: str, folder: Path) -> Reading:
    """Return what a file is read as by the map that is proposed for it."""
    path, told = folder / "activity.csv", folder / "map.toml"
    path.write_text(text, "utf-8")
    told.write_text(propose(load(path)).toml(), "utf-8")
    return read_file(path, str(told), now=NOW)


@pytest.mark.parametrize(
    "row",
    [
        "Pending,Contribution,Pre-Tax,,,100.00\n",
        ",Contribution,Pre-Tax,,,100.00\n",
        ",Pending,Pre-Tax,,,100.00\n",
    ],
)
def test_a_pending_row_above_the_others_is_left_for_a_later_download(
    row: str, tmp_path: Path
) -> None:
    reading = inferred(HEADER + row + PAID + TOTAL, tmp_path)
    assert [str(record.amount) for record in reading.records] == ["500.00"]
    assert reading.notes == ("1 row still pending: download them again later",)


def test_a_status_says_that_a_dated_row_is_pending_and_no_other_column_does(
    tmp_path: Path,
) -> None:
    rows = (
        "01/25/2026,Contribution,Pre-Tax,Scheduled,Pending,100.00\n"
        "01/20/2026,Contribution,Pre-Tax,Scheduled,Posted,500.00\n"
    )
    reading = inferred("Date,Activity,Money Source,How,Status,Amount\n" + rows, tmp_path)
    assert [str(record.amount) for record in reading.records] == ["500.00"]


def test_a_pending_row_below_the_others_says_so(tmp_path: Path) -> None:
    reading = inferred(HEADER + PAID + ",Contribution,In progress,,,100.00\n" + TOTAL, tmp_path)
    assert [str(record.amount) for record in reading.records] == ["500.00"]


@pytest.mark.parametrize(
    "row",
    [
        ",Contribution,Roth,Index Fund,1.000,100.00\n",  # of the date above it, for all we know
        "later,Contribution,Roth,Index Fund,1.000,100.00\n",
    ],
)
def test_a_row_below_the_others_without_a_date_is_no_closing_text(row: str, tmp_path: Path) -> None:
    with pytest.raises(LedgerErrors) as raised:
        inferred(HEADER + PAID + row, tmp_path)
    (fault,) = raised.value.faults
    assert fault.where == "activity.csv:3"
    assert fault.code == "bad_date"
    assert "add pending = [" in fault.remedy


def test_a_balance_above_the_others_is_never_taken_for_pending(tmp_path: Path) -> None:
    with pytest.raises(LedgerErrors):
        inferred(HEADER + ",Beginning Balance,Pre-Tax,Index Fund,9,900.00\n" + PAID, tmp_path)


def test_closing_text_that_begins_as_the_rows_do_takes_none_with_it(tmp_path: Path) -> None:
    header = "Fund,Date,Activity,Money Source,Shares,Amount\n"
    paid = "Index Fund,01/20/2026,Contribution,Pre-Tax,5.000,500.00\n"
    ends = "Index Fund,,,,17.600,1777.60\n"
    with pytest.raises(LedgerErrors):
        inferred(header + paid + ends, tmp_path)
    reading = inferred(header + paid + "Totals,,,,5.000,500.00\nPrices of 01/31\n", tmp_path)
    assert [str(record.amount) for record in reading.records] == ["500.00"]


def test_only_a_status_that_says_so_makes_a_row_of_money(tmp_path: Path) -> None:
    rows = "".join(
        f"01/{day}/2026,Contribution,Pre-Tax,{status},100.00\n"
        for day, status in (("15", "Completed"), ("16", "Cancelled"), ("17", "Rejected"))
    )
    reading = inferred("Date,Activity,Money Source,Status,Amount\n" + rows, tmp_path)
    assert [record.day.day for record in reading.records] == [15]
    usual = rows.replace("Cancelled", "Regular").replace("Rejected", "Regular")
    usual += usual.replace("Completed", "Regular").replace("01/", "02/")
    usual += "03/16/2026,Contribution,Pre-Tax,Cancelled,100.00\n"
    reading = inferred("Date,Activity,Money Source,Status,Amount\n" + usual, tmp_path)
    assert [(record.day.month, record.day.day) for record in reading.records] == [
        (1, 15),
        (1, 16),
        (1, 17),
        (2, 15),
        (2, 16),
        (2, 17),
    ]


def test_a_row_with_a_date_is_no_footer_whatever_it_begins_with(tmp_path: Path) -> None:
    header = "Fund,Posted,Activity,Money Type,Amount\n"
    first = 'Stock Fund,03/10/2026,Contribution,After-Tax,"700.00"\n'
    reading = inferred(header + first + "Total,,,,700.00\n", tmp_path)
    assert [str(record.amount) for record in reading.records] == ["700.00"]
    later = first.replace("Stock Fund", "Total Stock Market Fund").replace("03/10", "04/10")
    told = tmp_path / "map.toml"
    path = tmp_path / "activity.csv"
    path.write_text(header + later + first + "Total,,,,1400.00\n", "utf-8")
    reading = read_file(path, str(told), now=NOW)
    assert [record.day.month for record in reading.records] == [4, 3]


@pytest.mark.parametrize(
    "words", ["Return of Excess Contribution", "Forfeiture of Match", "Fee Reversal", "Market Loss"]
)
def test_what_was_taken_back_is_asked_where_no_sign_says_its_way(
    words: str, tmp_path: Path
) -> None:
    rows = f"01/15/2026,Contribution,Pre-Tax,500.00\n01/16/2026,{words},Pre-Tax,20.00\n"
    reading = inferred("Date,Activity,Money Source,Amount\n" + rows, tmp_path)
    assert [record.question for record in reading.records] == ["", "type_unknown"]


@pytest.mark.parametrize("status", ["Reversed", "Pending", "Cancelled"])
def test_a_status_that_the_map_does_not_know_is_told(status: str, tmp_path: Path) -> None:
    """The map was made from a file in which every row was done."""
    header = "Trade Date,Activity,Money Source,Status,Amount\n"
    rows = "01/20/2026,Contribution,Pre-Tax,Done,500.00\n"
    inferred(header + rows, tmp_path)
    later = tmp_path / "later.csv"
    open_ones = rows.replace("01/20", "02/20").replace("Done", status)
    later.write_text(header + rows + open_ones * 3)  # told once, not for each row
    with pytest.raises(LedgerErrors) as raised:
        read_file(later, str(tmp_path / "map.toml"), now=NOW)
    (fault,) = raised.value.faults
    assert (fault.code, fault.where) == ("status_unknown", "later.csv:3")
    assert f'pending = ["{status}"]' in fault.remedy


def test_credits_and_debits_of_a_statement_are_read_by_their_letters(tmp_path: Path) -> None:
    header = "Trade Date,Activity,Money Source,Value\n"
    rows = (
        '01/25/2026,Contribution,Pre-Tax,"1,000.00 CR"\n02/20/2026,Withdrawal,Pre-Tax,200.00 DR\n'
    )
    reading = inferred(header + rows, tmp_path)
    assert [str(record.amount) for record in reading.records] == ["1,000.00", "-200.00"]
