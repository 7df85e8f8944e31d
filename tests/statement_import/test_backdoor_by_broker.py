"""One clean backdoor year through each broker's own files, from the import to Form 8606.

The story is the same everywhere: 7,000 is put into an empty traditional IRA in the autumn of 2025
and all of it is converted some days later. Line 1 is 7,000, nothing is left at year end, so line
13 and 17 are 7,000, line 14 and 18 are 0 (Form 8606 and its instructions, Parts I and II).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.main import main
from ledger.importers import read

NOW = date(2026, 11, 1)
CONVERTED = {"1": "7000.00", "13": "7000.00", "14": "0.00", "16": "7000.00", "17": "7000.00"}
NUMBERS = {
    "merrill": ("12A-34567", "12B-34568"),
    "etrade": ("11112641", "11112642"),
    "robinhood": ("", ""),
    "fidelity": ("234567890", "234567891"),
    "schwab": ("XXX111", "XXX222"),
    "vanguard": ("10203040", "10203041"),
}
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the bytes of a ledger with both IRAs for each broker; made once."""
    made = {}
    for broker, (trad, roth) in NUMBERS.items():
        path = tmp_path_factory.mktemp(broker) / "ledger.db"
        lines = [["init"], ["taxpayer", "add", "rose", "--name", "Rose", "--born", "1970-05-01"]]
        for name, kind, number in (("trad", "traditional_ira", trad), ("roth", "roth_ira", roth)):
            line = ["account", "add", name, "--owner", "rose", "--kind", kind]
            lines.append([*line, "--number", number] if number else line)
        for words in lines:
            done = CliRunner().invoke(main, ["--ledger", str(path), *words])
            assert done.exit_code == 0, done.output
        made[broker] = path.read_bytes()
    return made


@pytest.fixture
def run(
    request: pytest.FixtureRequest,
    ledgers: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """Return a way to run commands on the ledger of the broker that the test is named for."""
    monkeypatch.setattr(read, "today", lambda: NOW)
    ledger = tmp_path / "ledger.db"
    ledger.write_bytes(ledgers[request.node.name.rpartition("_")[2]])
    ledger.chmod(0o600)

    def basis(*words: str, code: int = 0) -> Any:
        done = CliRunner().invoke(main, ["--ledger", str(ledger), *words, "--json"])
        assert done.exit_code == code, done.output
        return json.loads(done.stdout) if done.stdout else done.stderr

    return basis


def written(folder: Path, name: str, *lines: str, end: str = "\n") -> str:
    (folder / name).write_text(end.join((*lines, "")), "utf-8", newline="")
    return str(folder / name)


def answers(folder: Path, *listed: dict[str, Any]) -> tuple[str, str]:
    (folder / "answers.json").write_text(json.dumps(listed))
    return "--answers", str(folder / "answers.json")


def asked(run: Run, *words: str) -> list[tuple[str, str, int]]:
    told = run("import", *words, "--dry-run")
    return [(f["file"], q["code"], q["line"]) for f in told["files"] for q in f["questions"]]


def conversion(file: str, line: int) -> dict[str, Any]:
    return {"code": "possible_conversion", "file": file, "line": line, "answer": "conversion"}


def part_two(run: Run, year: int = 2025) -> dict[str, str]:
    form = run("year-end", str(year))["forms"]["8606"]["lines"]
    assert form["18"] == "0.00"
    return {line: form[line] for line in CONVERTED}


def test_merrill(run: Run, tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        return " ,".join(f'"{cell}"' for cell in cells) + " "

    trad, roth = "IRA-Edge 12A-34567", "Roth IRA-Edge 12B-34568"
    day, paid = "09/15/2025", "12/15/2025"
    moved = f"{day}", f"{day}"
    file = written(
        tmp_path,
        "merrill.csv",
        "Exported on: 01/05/2026 09:27 PM ET",
        "",
        "Selected account(s):2 accounts",
        "",
        row(
            *("Trade Date", "Settlement Date", "Account", "Description", "Type"),
            *("Symbol/ CUSIP", "Quantity", "Price", "Amount", " "),
        ),
        ",",
        row(paid, paid, roth, "Dividend ETF", "Dividends/ Interest", "VTI", "", "", "$18.22", ""),
        row(*moved, roth, "Purchase ETF", "Trades/Securities", "VTI", "20", "$300", "-$6,000", ""),
        row(*moved, roth, "Deposit TR FRM ML 12A34567", "Other", "", "", "", "$7,000.00", ""),
        row(*moved, trad, "Withdrawal TR TO ML 12B34568", "Other", "", "", "", "-$7,000.00", ""),
        row(
            "09/08/2025",
            "09/08/2025",
            trad,
            "Funds Received BANK",
            "Other",
            "",
            "",
            "",
            "$7,000",
            "",
        ),
        end="\r\n",
    )
    assert asked(run, file) == [("merrill.csv", "possible_conversion", 10)]
    done = run("import", file, *answers(tmp_path, conversion("merrill.csv", 10)))
    assert done["files"][0]["entries"] == 4  # contribution, both sides, dividend
    assert part_two(run) == CONVERTED


def test_etrade(run: Run, tmp_path: Path) -> None:
    header = (
        "Activity/Trade Date,Transaction Date,Settlement Date,Activity Type,Description,Symbol,"
        "Cusip,Quantity #,Price $,Amount $,Commission,Category,Note"
    )

    def account(name: str, number: str, *rows: str) -> str:
        above = ("All Transactions Activity Types", "", f"Account {number} | 2025", "")
        return written(tmp_path, name, *above, header, *rows, "Some notice,,,,,,,,,,,,")

    day = "09/15/25,09/15/25,09/15/25"
    trad = account(
        "trad.csv",
        "Traditional IRA -2641",
        f"{day},Transfer,TRANSFER TO XXXX-2642,--,--,--,--,-7000.00,0.0,--,--",
        "09/08/25,09/08/25,09/08/25,Online Transfer,ACH DEPOSIT REFID:1;,--,--,--,--,7000.00,0.0,,",
    )
    roth = account(
        "roth.csv",
        "Roth IRA -2642",
        f"{day},Bought,ETF,VTI,--,20,300,-6000.00,0.0,--,--",
        f"{day},Transfer,TRANSFER FROM XXXX-2641,--,--,--,--,7000.00,0.0,--,--",
    )
    assert asked(run, roth, trad) == [("trad.csv", "possible_conversion", 6)]
    done = run("import", roth, trad, *answers(tmp_path, conversion("trad.csv", 6)))
    assert [file["entries"] for file in done["files"]] == [1, 2]  # each its own side
    assert part_two(run) == CONVERTED


def test_robinhood(run: Run, tmp_path: Path) -> None:
    header = (
        '"Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code",'
        '"Quantity","Price","Amount"'
    )

    def report(name: str, *rows: tuple[str, str, str, str]) -> str:
        lines = [
            f'"{d}","{d}","{d}","","{words}","{code}","","","{m}"' for d, words, code, m in rows
        ]
        notice = (
            '"","","","","","","","","","The data provided is for informational purposes only."'
        )
        return written(tmp_path, name, header, *lines, '""', notice)

    trad = report(
        "trad.csv",
        ("9/15/2025", "Transfer to\nRoth IRA", "ITRF", "($7,000.00)"),
        ("9/8/2025", "ACH Deposit", "ACH", "$7,000.00"),
    )
    roth = report("roth.csv", ("9/15/2025", "Transfer", "ITRF", "$7,000.00"))
    assert ("trad.csv", "account_unknown", 2) in asked(run, trad)
    said = answers(
        tmp_path,
        {"code": "partner_unknown", "line": 2, "answer": "roth"},
        conversion("trad.csv", 2),
    )
    assert run("import", trad, "--account", "trad", *said)["files"][0]["entries"] == 2
    second = run("import", roth, "--account", "roth")["files"][0]
    assert (second["entries"], second["rows"]["new"]) == (1, 1)  # its own side, which meets
    assert part_two(run) == CONVERTED


def test_july_2026_fidelity(run: Run, tmp_path: Path) -> None:
    def row(day: str, account: str, number: str, action: str, amount: str) -> str:
        cells = [day, account, number, action, "", "No Description", "Cash", "", "0.000", amount]
        return ",".join(f'"{cell}"' for cell in cells)

    file = written(
        tmp_path,
        "Accounts_History.csv",
        "Run Date,Account,Account Number,Action,Symbol,Description,Type,Price,Quantity,Amount",
        "",
        row("08-11-2026", "ROTH IRA", "234567891", "ROTH CONVERSION VS 234567890-1", "7000"),
        row("08-11-2026", "IRA", "234567890", "CONV TO ROTH IRA VS 234567891-1", "-7000"),
        row("08-03-2026", "IRA", "234567890", "CASH CONTRIBUTION CURRENT YEAR (Cash)", "7000"),
    )
    doubts = asked(run, file)
    assert doubts == [
        ("Accounts_History.csv", "reading_unconfirmed", 3),
        ("Accounts_History.csv", "reading_unconfirmed", 4),
    ]
    told = run("import", file, code=2)
    assert "2 rows, 2026-08-03 to 2026-08-11: 1 row conversion out -7,000.00" in str(told)
    assert run("import", file, "--yes")["files"][0]["entries"] == 3
    assert part_two(run, 2026) == CONVERTED
    again = written(
        tmp_path,
        "Accounts_History.csv",
        "Run Date,Account,Account Number,Action,Symbol,Description,Type,Price,Quantity,Amount",
        row("09-30-2026", "ROTH IRA", "234567891", "DIVIDEND RECEIVED A (Cash)", "18.22"),
    )
    assert run("import", again)["files"][0]["entries"] == 1  # confirmed before: not asked again


def test_schwab(run: Run, tmp_path: Path) -> None:
    header = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"'
    trad = written(
        tmp_path,
        "Contributory_IRA_XXX111_Transactions_20260105-101500.csv",
        header,
        '"09/15/2025","Journal","","JOURNAL TO ...222","","","","-$7000.00"',
        '"09/08/2025","MoneyLink Transfer","","Tfr SOME BANK","","","","$7000.00"',
        end="\r\n",
    )
    roth = written(
        tmp_path,
        "Roth_IRA_XXX222_Transactions_20260105-101600.csv",
        header,
        '"09/15/2025","Journal","","JOURNAL FRM ...111","","","","$7000.00"',
        end="\r\n",
    )
    name = Path(trad).name
    assert asked(run, trad, roth) == [(name, "possible_conversion", 2)]
    done = run("import", trad, roth, *answers(tmp_path, conversion(name, 2)))
    assert [file["entries"] for file in done["files"]] == [2, 1]  # each its own side
    assert part_two(run) == CONVERTED


def test_vanguard(run: Run, tmp_path: Path) -> None:
    fund = "VANGUARD FEDERAL MONEY MARKET INV,VMFXX"
    file = written(
        tmp_path,
        "OfxDownload.csv",
        "Account Number,Trade Date,Settlement Date,Transaction Type,Transaction Description,"
        "Investment Name,Symbol,Shares,Share Price,Principal Amount,Commissions and Fees,"
        "Net Amount,Accrued Interest,Account Type,",
        f"10203040,2025-09-08,2025-09-08,Contribution,Contribution,{fund},0,0,7000.0,0,7000.0,0,CASH,",
        f"10203040,2025-09-15,2025-09-15,Conversion (outgoing),Rollover Conversion,{fund},"
        "-7000.0,0,0,0,-7000.0,0,CASH,",
        f"10203041,2025-09-15,2025-09-15,Conversion (incoming),Rollover Conversion,{fund},"
        "7000.0,0,0,0,7000.0,0,CASH,",
    )
    assert asked(run, file) == []
    assert run("import", file)["files"][0]["entries"] == 3
    assert part_two(run) == CONVERTED
