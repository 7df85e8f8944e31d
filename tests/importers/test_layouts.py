"""Layouts that were seen of one product: each is known by its column names, wherever they stand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger.importers.read import read_file
from ledger.records import RowKind

NOW = date(2026, 11, 1)
MONEY = "Commission ($),Fees ($),Accrued Interest ($),Amount ($)"
FOREIGN = "Exchange Quantity,Exchange Currency,Currency,Price,Quantity,Exchange Rate,Commission"
SECURITY = "Action,Symbol,Security Description,Security Type,Quantity,Price ($)"
PLAIN = "Action,Symbol,Description,Type"
FIDELITY = [
    f"Run Date,{SECURITY},{MONEY},Settlement Date",
    f"Run Date,Account,{SECURITY},{MONEY},Settlement Date",
    f"Run Date,{PLAIN},Quantity,Price ($),{MONEY},Cash Balance ($),Settlement Date",
    f"Run Date,Account,Account Number,{PLAIN},Price ($),Quantity,{MONEY},Settlement Date",
    f"Run Date,Account,Account Number,{PLAIN},{FOREIGN},Fees,Accrued Interest,Amount",
    f"Run Date,{PLAIN},{FOREIGN},Fees,Accrued Interest,Amount,Cash Balance,Settlement Date",
]
ROW = {
    "Run Date": "01/03/2025",
    "Account": "Traditional IRA",
    "Account Number": "234567890",
    "Action": "CASH CONTRIBUTION PRIOR YEAR (Cash)",
    "Amount": "7000",
    "Cash Balance": "Processing",
}


@pytest.mark.parametrize("header", FIDELITY)
@pytest.mark.parametrize("above", ["", "\n\n", ",,,,\n" * 5])
def test_fidelity_history(header: str, above: str, tmp_path: Path) -> None:
    cells = [ROW.get(title.removesuffix(" ($)"), "") for title in header.split(",")]
    path = tmp_path / "History_for_Account_234567890.csv"
    path.write_text(f"\ufeff{above}{header}\n{','.join(cells)}\n", "utf-8")
    reading = read_file(path, now=NOW)
    (record,) = reading.records
    assert reading.importer == "fidelity_history"
    assert (record.kind, record.tax_year) == (RowKind.CONTRIBUTION, 2024)
    assert str(record.amount) == "7,000.00"
    named = "Account" in header.split(",") and "Account Number" not in header
    assert record.account == ("Traditional IRA" if named else "234567890")


@pytest.mark.parametrize(
    ("name", "text", "importer"),
    [
        (
            "history.csv",
            (
                "Date,Investment,Transaction Type,Amount ($),Shares/Unit\n"
                "01/31/25,A,CONTRIBUTION,10,1\n"
            ),
            "fidelity_netbenefits",
        ),
        (
            "OfxDownload (1).csv",
            (
                "Account Number,Trade Date,Settlement Date,Transaction Type,"
                "Transaction Description,Investment Name,Symbol,Shares,Share Price,"
                "Principal Amount,Commission Fees,Net Amount,Accrued Interest,Account Type,\n"
                "1,01/31/2025,01/31/2025,Contribution,Contribution,A,A,0,0,10.0,0,10.0,0,CASH,\n"
            ),
            "vanguard_ofxdownload",
        ),
        (
            "Roth_IRA_XXX222_Transactions_20250309-115444.csv",
            (
                '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n'
                '"2025/01/31","MoneyLink Deposit      ","","Tfr BANK","","","","$10.00"\n'
            ),
            "schwab_brokerage",
        ),
        (
            "empower.csv",
            (
                "AMOUNT,UNITS/SHARES,SOURCE,EFFECTIVE DATE,OPTION,TRANSACTION DESCRIPTION\n"
                "10.00,1,After-tax Contribution,01/31/2025,Fund,PAYROLL CONTRIBUTION\n"
            ),
            "empower",
        ),
    ],
)
def test_other_products(name: str, text: str, importer: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    reading = read_file(tmp_path / name, now=NOW)
    (record,) = reading.records
    assert reading.importer == importer
    assert (record.day, record.kind) == (date(2025, 1, 31), RowKind.CONTRIBUTION)
    assert str(record.amount) == "10.00"


def test_schwab_takes_the_account_from_the_file_name(tmp_path: Path) -> None:
    path = tmp_path / "Roth_IRA_XXX222_Transactions_20250309-115444.csv"
    path.write_text(
        '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n'
        '"01/31/2025","Journal","","JOURNAL FRM ...111","","","","$10.00"\n',
        "utf-8",
    )
    reading = read_file(path, now=NOW)
    assert (reading.account, reading.records[0].partner) == ("XXX222", "111")
