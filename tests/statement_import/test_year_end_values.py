"""What a file says an IRA was worth on December 31 is offered, and feeds Form 8606, line 6."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from ledger.events import Event, EventKind
from ledger.importers.reading import ClosingBalance, Reading
from ledger.money import Money
from ledger.statement_import.answers import GivenAnswer
from ledger.statement_import.draft import FileDraft
from tests.statement_import.desk import books, draft_all, reading, row, told

D = Money.dollars
YEAR_END = date(1999, 12, 31)
BOOK = GivenAnswer("year_end_value", "book", match=f"trad {YEAR_END}")
OPENED = Event("a:1", date(1999, 3, 1), "trad", EventKind.OPENING, value=D(10000))


def file(value: int, day: date = YEAR_END) -> Reading:
    closing = ClosingBalance("a.csv:9", day, "234567890", D(value), made_of="positions, cash")
    return reading([row(5, "trad", "earnings", "100")], closing=(closing,))


def one(value: int, *answers: GivenAnswer, day: date = YEAR_END, **more: Event) -> FileDraft:
    before = books([OPENED, *more.values()])
    return draft_all([file(value, day)], answers, before=before)[0]


def test_the_value_of_year_end_is_asked_for_with_its_difference() -> None:
    (question,) = one(10650).questions
    assert (question.code, question.line, question.proposal) == ("year_end_value", 9, "book")
    assert question.problem == (
        "the file states what trad on 1999-12-31: 10,650.00 stated, 10,100.00 in the books, "
        "difference 550.00 (5.4 %) (positions, cash): book it as the balance of year end?"
    )
    assert told(one(10650, BOOK)) == ["earnings trad 100.00", "balance trad 10650.00"]
    no = GivenAnswer("year_end_value", "no", match=BOOK.match)
    assert told(one(10650, no)) == ["earnings trad 100.00"]


def test_a_value_that_no_market_makes_is_not_proposed() -> None:
    assert one(30000).questions[0].proposal == ""


def test_a_balance_that_is_booked_already_is_compared_and_another_day_noted() -> None:
    def stated(value: int) -> Event:
        return Event("b:1", YEAR_END, "trad", EventKind.BALANCE, value=D(value))

    same = one(10650, booked=stated(10650))
    assert (same.questions, same.differences) == ([], [])
    differs = one(10650, booked=stated(10600))
    (question,) = differs.questions
    assert (question.code, question.line, differs.differences) == ("stated_otherwise", 9, [])
    assert question.problem == (
        "trad is stated with 10,650.00 at the close of 1999-12-31, and other values stated of that "
        "day contradict it: all of it 10,600.00 (entry 0, b:1); only one of them can be right"
    )
    (note,) = one(10650, day=date(1999, 11, 30)).notes
    assert note.startswith("a.csv:9: trad on 1999-11-30: 10,650.00 stated")


OFX = """OFXHEADER:100

<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS><DTASOF>20251231160000<CURDEF>USD
<INVACCTFROM><BROKERID>x.com<ACCTID>234567890</INVACCTFROM>
<INVTRANLIST><DTSTART>20250101<DTEND>20251231
<INCOME><INVTRAN><FITID>1<DTTRADE>20251103<MEMO>DIVIDEND RECEIVED</INVTRAN><SECID><UNIQUEID>1\
<UNIQUEIDTYPE>CUSIP</SECID><INCOMETYPE>DIV<TOTAL>40.00<SUBACCTSEC>CASH<SUBACCTFUND>CASH</INCOME>
</INVTRANLIST>
<INVPOSLIST><POSMF><INVPOS><SECID><UNIQUEID>1<UNIQUEIDTYPE>CUSIP</SECID><UNITS>10\
<MKTVAL>5300.00</INVPOS></POSMF></INVPOSLIST><INVBAL><AVAILCASH>12.50</INVBAL>
</INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1></OFX>
"""


def test_the_value_of_a_qfx_reaches_line_6(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """5,000.00 of before and 40.00 of dividend; the statement has 5,300.00 and 12.50 of cash."""
    monkeypatch.chdir(tmp_path)

    def basis(*words: str) -> str:
        done = CliRunner().invoke(main, ["--ledger", "ledger.db", *words])
        assert done.exit_code == 0, done.output
        return done.stdout

    Path("ira.qfx").write_text(OFX)
    basis("init")
    basis("taxpayer", "add", "rose", "--name", "Rose Green", "--born", "1970-05-01")
    ira = ("--owner", "rose", "--kind")
    basis("account", "add", "ira", *ira, "traditional_ira", "--number", "234567890")
    basis("account", "add", "roth", *ira, "roth_ira")
    basis("record", "8606", "--taxpayer", "rose", "--year", "2024", "--line14", "1000")
    basis("add", "opening", "--account", "ira", "--date", "2025-01-01", "--value", "5500")
    conversion = ("--account", "ira", "--to", "roth", "--date", "2025-02-03", "--amount", "500")
    basis("add", "conversion", *conversion)
    basis("import", "ira.qfx", "--yes")
    record = json.loads(basis("year-end", "2025", "--json"))
    (record,) = record if isinstance(record, list) else [record]
    assert record["forms"]["8606"]["lines"]["6"] == "5312.50"
    assert "year_end_value_not_stated" not in {f["code"] for f in record["findings"]}
    assert "nothing new" in basis("import", "ira.qfx", "--yes")
    assert basis("undo", "3", "--why", "again").startswith("import 3 taken back: 2 entries")


@pytest.fixture
def basis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run commands on a ledger with an IRA that held 5,500.00 when its year began."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["--ledger", "ledger.db", *words])

    ira = ("--owner", "rose", "--kind", "traditional_ira", "--number", "234567890")
    for words in (
        ("init",),
        ("taxpayer", "add", "rose", "--name", "Rose Green", "--born", "1970-05-01"),
        ("account", "add", "ira", *ira),
        ("add", "opening", "--account", "ira", "--date", "2025-01-01", "--value", "5500"),
    ):
        assert run(*words).exit_code == 0
    Path("old.qfx").write_text(OFX)
    Path("new.qfx").write_text(OFX.replace("5300.00", "5310.00"))
    return run


def held(basis: Callable[..., Result]) -> str:
    (row,) = json.loads(basis("balances", "--on", "2025-12-31", "--json").stdout)["balances"]
    return str(row["value"])


VALUES = {"old.qfx": "5,312.50", "new.qfx": "5,322.50"}


@pytest.mark.parametrize("order", [("old.qfx", "new.qfx"), ("new.qfx", "old.qfx")])
def test_a_download_with_another_value_of_the_day_names_both_and_how_one_is_taken_back(
    basis: Callable[..., Result], order: tuple[str, str]
) -> None:
    first, second = order
    assert basis("import", first, "--yes").exit_code == 0
    told = (
        f"error: {second}:8: ira is stated with {VALUES[second]} at the close of 2025-12-31, and "
        f"other values stated of that day contradict it: all of it {VALUES[first]} (entry 3, "
        f"{first}:8); only one of them can be right — where this one is right, take the other "
        'back: basis reverse 3 --why "…"; import again; where the other is right, answer '
    )
    for more in ((), ("--accept-difference",)):  # no gain or loss makes two values of one day
        asked = basis("import", second, "--yes", *more)
        assert asked.exit_code == 2
        assert asked.stderr.startswith(told)
        assert "--accept-difference" not in asked.stderr
    # where this one is right
    assert basis("reverse", "3", "--why", "corrected").exit_code == 0
    assert basis("import", second, "--yes").exit_code == 0
    assert held(basis) == VALUES[second].replace(",", "")
    # the first one again is the other one now: the booked one stays, and it is not asked again
    said = [{"code": "stated_otherwise", "line": 8, "answer": "leave"}]
    Path("said.json").write_text(json.dumps(said))
    assert basis("import", first, "--yes", "--answers", "said.json").exit_code == 0
    assert basis("import", first, "--yes").exit_code == 0
    assert held(basis) == VALUES[second].replace(",", "")
    assert "balances_contradict" not in basis("check", "2025", "--json").stdout


def test_two_files_of_one_import_with_two_values_of_a_day_are_asked_about(
    basis: Callable[..., Result],
) -> None:
    asked = basis("import", "old.qfx", "new.qfx", "--yes")
    assert asked.exit_code == 2
    assert "old.qfx:8: ira is stated with 5,312.50" in asked.stderr
    assert "contradict it: all of it 5,322.50 (new.qfx:8); only one of them" in asked.stderr
    # the other one is left out by its own answer: then nothing contradicts
    said = [{"code": "year_end_value", "file": "new.qfx", "line": 8, "answer": "no"}]
    Path("said.json").write_text(json.dumps(said))
    done = basis("import", "old.qfx", "new.qfx", "--yes", "--answers", "said.json")
    assert done.exit_code == 0, done.output
    assert held(basis) == "5312.50"


def test_a_printed_form_with_another_value_gives_way_to_the_statement(
    basis: Callable[..., Result],
) -> None:
    form = ("--taxpayer", "rose", "--year", "2025", "--payer", "ira", "--box", "5=5300")
    assert basis("record", "5498", *form).exit_code == 0
    assert basis("import", "old.qfx", "--yes").exit_code == 0
    assert held(basis) == "5312.50"
