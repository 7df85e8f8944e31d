"""TXF: the reference numbers of version 042, signs, copies, and what is said to be left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from exports.txf import write_txf
from ledger.chart import Account, AccountKind
from ledger.forms.form import Form
from ledger.money import Money
from ledger.year_end import Form1099R, YearEnd
from tests.exports.sample import plain_year

# What the specification has under "1099R" and "Form 8606" (version 042, section X).
GOLDEN = """\
V042
ABasisbook
D 12/31/2025
^
TS
N603
C1
L1
PFidelity
^
TS
N475
C1
L1
$41200.00
X not in TXF: box 5 40000.00
^
TS
N476
C1
L1
$1200.00
^
TS
N667
C1
L1
PG
^
TS
N604
C2
L1
PSchwab
^
TS
N477
C2
L1
$7012.34
^
TS
N478
C2
L1
$7012.34
^
TS
N655
C2
L1
P2
^
TS
N439
C1
L1
$-7000.00
X not in TXF: Form 8606: lines 7 and 8
^
TS
N440
C1
L1
$-1234.56
^
TS
N438
C1
L1
$-93000.49
^
"""


def written(year: YearEnd, folder: Path) -> tuple[str, tuple[str, ...]]:
    path = folder / "rose.txf"
    lacking = write_txf(path, year)
    assert path.stat().st_mode & 0o777 == 0o600
    return path.read_bytes().decode("ascii"), lacking


def test_a_year_reads_like_this(tmp_path: Path) -> None:
    text, lacking = written(plain_year(), tmp_path)
    assert text == GOLDEN.replace("\n", "\r\n")
    assert lacking == (
        "Form 1099-R of Fidelity: box 5 40000.00",
        "Form 8606: lines 7 and 8",
        "Form 5329 and 1040: no line of it",
        "which spouse it is: say so in the tax program after the import",
    )
    assert text == written(plain_year(), tmp_path)[0]


def records(text: str) -> list[list[str]]:
    return [record.split("\r\n") for record in text.split("\r\n^\r\n")[1:-1]]


def test_withheld_tax_is_negative_and_two_codes_are_two_records(tmp_path: Path) -> None:
    boxes: dict[str, Money | str] = {
        "1": Money(100_000),
        "2a": Money(0),
        "2b": "total distribution",
        "4": Money(20_000),
        "7": "1B",
        "14": Money(500),
    }
    form = Form1099R("acme", ("d1",), "cash", ira=False, boxes=boxes)
    year = replace(plain_year(), forms_1099r=(form,), f8606=Form("8606", {}))
    text, lacking = written(year, tmp_path)
    assert [(record[1], record[4]) for record in records(text)] == [
        ("N603", "PFidelity"),
        ("N475", "$1000.00"),
        ("N476", "$0.00"),
        ("N529", "$-200.00"),
        ("N667", "P1"),
        ("N668", "PB"),
        ("N530", "$-5.00"),
    ]
    assert lacking[0] == "Form 1099-R of Fidelity: box 2b total distribution"


def test_a_simple_ira_has_numbers_of_its_own_and_none_for_codes(tmp_path: Path) -> None:
    boxes: dict[str, Money | str] = {"1": Money(100), "2a": Money(100), "7": "S"}
    form = Form1099R("simple", ("d1",), "cash", ira=True, boxes=boxes)
    account = Account("simple", "rose", AccountKind.SIMPLE_IRA, institution="Société Générale")
    year = replace(
        plain_year(),
        forms_1099r=(form,),
        f8606=Form("8606", {}),
        accounts={"simple": account},
    )
    text, lacking = written(year, tmp_path)
    assert [record[1] for record in records(text)] == ["N628", "N623", "N624"]
    assert "PSociete Generale\r\n" in text
    assert lacking[0] == "Form 1099-R of Société Générale: box 7 S"
