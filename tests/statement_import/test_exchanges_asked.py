"""Money that moved within a source: where it was no conversion, it changed its fund."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from click.testing import CliRunner

from cli.main import main

HEAD = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20210105
<LANGUAGE>ENG<FI><ORG>Vanguard<FID>15103</FI></SONRS></SIGNONMSGSRSV1><INVSTMTMSGSRSV1>
<INVSTMTTRNRS><TRNUID>0<STATUS><CODE>0<SEVERITY>INFO</STATUS><INVSTMTRS><DTASOF>20201231
<CURDEF>USD<INVACCTFROM><BROKERID>vanguard.com<ACCTID>0990011</INVACCTFROM><INVTRANLIST>
<DTSTART>20200101<DTEND>20201231
"""
TAIL = """</INVTRANLIST></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1><SECLISTMSGSRSV1><SECLIST>
<MFINFO><SECINFO><SECID><UNIQUEID>A<UNIQUEIDTYPE>CUSIP</SECID><SECNAME>500 Index</SECINFO></MFINFO>
<MFINFO><SECINFO><SECID><UNIQUEID>B<UNIQUEIDTYPE>CUSIP</SECID><SECNAME>Bond Index</SECINFO></MFINFO>
</SECLIST></SECLISTMSGSRSV1></OFX>
"""
#   10 units for 1,000.00; 1,100.00 of them changed into 55 units of a bond fund, which were worth
#   1,155.00 when all of it was paid out
ROWS = (
    ("BUYMF", "0110", "Price as of date", "A", "10.00000", "100.00", "-1000.00"),
    ("TRANSFER", "0615", "Fund to Fund Transfer", "A", "-10.00000", "110.00", "OUT"),
    ("TRANSFER", "0615", "Fund to Fund Transfer", "B", "55.00000", "20.00", "IN"),
    ("SELLMF", "1215", "Withdrawal", "B", "-55.00000", "21.00", "1155.00"),
)


def test_money_that_was_not_converted_keeps_its_units_in_the_other_fund(tmp_path: Path) -> None:
    statement, answers = tmp_path / "plan.qfx", tmp_path / "answers.json"
    statement.write_text(HEAD + "".join(_rows()) + TAIL)

    def run(*words: str) -> str:
        return CliRunner().invoke(main, ["--ledger", str(tmp_path / "ledger.db"), *words]).output

    run("init")
    run("taxpayer", "add", "rose", "--name", "Rose Green", "--born", "1970-05-01")
    run("account", "add", "old", "--owner", "rose", "--kind", "401k")
    run("import", str(statement), "--account", "old", "--write-answers", str(answers))
    said = {"possible_conversion": "ignore", "partner_unknown": "cash"}
    asked = json.loads(answers.read_text())
    assert [question["code"] for question in asked][:2] == list(said)
    for question in asked:
        question["answer"] = said.get(question["code"], question["answer"])
    answers.write_text(json.dumps(asked))
    told = run("import", str(statement), "--account", "old", "--answers", str(answers))
    assert "open: " not in told
    lines = json.loads(run("year-end", "2020", "--json"))["forms"]["1040"]["lines"]
    assert (lines["5a"], lines["5b"]) == ("1155.00", "155.00")


def _rows() -> Iterator[str]:
    for number, (tag, day, memo, fund, units, price, last) in enumerate(ROWS, 1):
        inside = {"BUYMF": "INVBUY", "SELLMF": "INVSELL"}.get(tag)
        about = (
            f"<INVTRAN><FITID>{number}<DTTRADE>2020{day}<MEMO>{memo}</INVTRAN>"
            f"<SECID><UNIQUEID>{fund}<UNIQUEIDTYPE>CUSIP</SECID>"
        )
        if inside is None:
            rest = (
                f"<SUBACCTSEC>CASH<UNITS>{units}<TFERACTION>{last}<POSTYPE>LONG<UNITPRICE>{price}"
            )
            yield f"<{tag}>{about}{rest}<INV401KSOURCE>AFTERTAX</{tag}>\n"
            continue
        kind = f"<{tag[:-2]}TYPE>{tag[:-2]}"
        rest = f"<UNITS>{units}<UNITPRICE>{price}<TOTAL>{last}<SUBACCTSEC>CASH<SUBACCTFUND>OTHER"
        whole = f"{about}{rest}<INV401KSOURCE>AFTERTAX</{inside}>{kind}"
        yield f"<{tag}><{inside}>{whole}</{tag}>\n"
