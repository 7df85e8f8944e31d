"""Rows of one kind that wait for the same choice are asked about once, and each may be answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import imports
from cli.main import main

Basis = Callable[..., Result]
HEAD = (
    "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\n"
    "COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n<OFX><SIGNONMSGSRSV1><SONRS><STATUS>"
    "<CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20250105<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>"
    "<INVSTMTMSGSRSV1><INVSTMTTRNRS><TRNUID>0<STATUS><CODE>0<SEVERITY>INFO</STATUS><INVSTMTRS>"
    "<DTASOF>20241231<CURDEF>USD<INVACCTFROM><BROKERID>plan.example<ACCTID>77</INVACCTFROM>"
    "<INVTRANLIST><DTSTART>20240101<DTEND>20241231\n"
)
END = "</INVTRANLIST></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1></OFX>\n"
PAID = (
    "<BUYMF><INVBUY><INVTRAN><FITID>{0}<DTTRADE>2024{1}20<DTSETTLE>2024{1}20</INVTRAN><SECID>"
    "<UNIQUEID>FUND<UNIQUEIDTYPE>CUSIP</SECID><UNITS>10<UNITPRICE>100<TOTAL>-1000.00"
    "<SUBACCTSEC>CASH<SUBACCTFUND>OTHER<INV401KSOURCE>AFTERTAX</INVBUY><BUYTYPE>BUY</BUYMF>\n"
)
MOVED = (
    "<TRANSFER><INVTRAN><FITID>{0}<DTTRADE>2024{1}25<DTSETTLE>2024{1}25</INVTRAN><SECID>"
    "<UNIQUEID>FUND<UNIQUEIDTYPE>CUSIP</SECID><SUBACCTSEC>CASH<UNITS>{2}9<TFERACTION>{3}"
    "<POSTYPE>LONG<UNITPRICE>100<INV401KSOURCE>{4}</TRANSFER>\n"
)
MONTHS = ("02", "03", "04")


@pytest.fixture
def basis(household_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Basis:
    """Return a runner beside a QFX of three conversions, in rows that do not say it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    Path("ledger.db").write_bytes(household_file.read_bytes())
    rows = "".join(
        PAID.format(f"{month}1", month)
        + MOVED.format(f"{month}2", month, "-", "OUT", "AFTERTAX")
        + MOVED.format(f"{month}3", month, "", "IN", "OTHERVEST")
        for month in MONTHS
    )
    Path("plan.qfx").write_text(HEAD + rows + END)

    def run(*words: str, typed: str | None = None) -> Result:
        monkeypatch.setattr(imports._Request, "may_ask", typed is not None)
        return CliRunner().invoke(main, ["--ledger", "ledger.db", *words], input=typed)

    return run


def bring(basis: Basis, *words: str, typed: str | None = None) -> Result:
    return basis("import", "plan.qfx", "--account", "acme", *words, typed=typed)


def converted(basis: Basis) -> list[str]:
    entries = json.loads(basis("register", "acme", "--json").stdout)["entries"]
    return [e["date"] for e in entries if e["kind"] == "in_plan_conversion"]


def test_conversions_of_one_kind_are_asked_about_once_for_all(basis: Basis) -> None:
    refused = bring(basis).stderr
    assert refused.count("possible_conversion") == 1
    assert "900.00 moved from one source to another (and 2 more rows)" in refused
    done = bring(basis, typed="conversion\nlater\n")
    assert done.exit_code == 0, done.output
    assert "only        before an answer: for line 13 alone" in done.stdout
    assert len(converted(basis)) == 3


def test_one_row_of_several_that_are_alike_is_answered_alone(basis: Basis) -> None:
    done = bring(basis, typed="only ignore\nconversion\nlater\n")
    assert done.exit_code == 0, done.output
    assert len(converted(basis)) == 2


def test_the_list_to_fill_in_holds_one_answer_for_rows_that_are_alike(basis: Basis) -> None:
    bring(basis, "--dry-run", "--write-answers", "list.json")
    [asked] = json.loads(Path("list.json").read_text())
    assert asked["rows"] == ["plan.qfx:13", "plan.qfx:16", "plan.qfx:19"]
    Path("list.json").write_text(json.dumps([asked | {"answer": "conversion"}]))
    assert bring(basis, "--answers", "list.json", typed="later\n").exit_code == 0
    assert len(converted(basis)) == 3


def test_the_source_of_rows_that_name_none_is_asked_once(basis: Basis) -> None:
    text = Path("plan.qfx").read_text()
    for month in MONTHS:
        text = text.replace(
            MOVED.format(f"{month}2", month, "-", "OUT", "AFTERTAX"),
            MOVED.format(f"{month}2", month, "-", "OUT", "AFTERTAX").replace(
                "<INV401KSOURCE>AFTERTAX", ""
            ),
        )
    Path("plan.qfx").write_text(text)
    done = bring(basis, typed="after_tax\nlater\n")
    assert done.exit_code == 0, done.output
    assert len(converted(basis)) == 3
