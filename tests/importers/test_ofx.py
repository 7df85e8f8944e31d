"""OFX and QFX: SGML and XML alike, plans and IRAs in one file, balances, and what is refused."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from ledger.chart import Source
from ledger.errors import LedgerError
from ledger.importers.files import TextFile
from ledger.importers.ofx_tree import read_tree
from ledger.importers.read import read_file
from ledger.importers.reading import Reading
from ledger.money import Money
from ledger.records import Record, RowKind

STATEMENTS = Path(__file__).parents[2] / "fixtures" / "statements"
NOW = date(2026, 11, 1)
PLAN = "<INV401K></INV401K>"
STATEMENT = (
    "<OFX><INVSTMTRS><DTASOF>20251231<CURDEF>USD<INVACCTFROM><ACCTID>1</INVACCTFROM>"
    "<INVTRANLIST>{rows}</INVTRANLIST>{more}</INVSTMTRS></OFX>"
)


def read(folder: Path, rows: str, more: str = PLAN) -> Reading:
    path = folder / "a.qfx"
    path.write_text(STATEMENT.format(rows=rows, more=more))
    return read_file(path, now=NOW)


def sale(**leaves: str) -> str:
    inner = "".join(f"<{tag}>{text}" for tag, text in leaves.items())
    return f"<SELLMF><INVSELL><DTTRADE>20250203<UNITS>-10{inner}</INVSELL></SELLMF>"


def shown(record: Record) -> tuple[str, str, str]:
    return record.kind.value, str(record.amount), record.question


def test_sgml_and_xml_are_the_same_tree() -> None:
    sgml = "<OFX><A><B>1<C>x &amp; y</A><A><B>2</A></OFX>"
    xml = "<OFX><A><B>1</B><C><![CDATA[x & y]]></C></A><!-- a --><A><B>2</B><C/></A></OFX>"
    for text in (sgml, xml):
        root = read_tree(TextFile("a.qfx", "", text))
        assert [a.leaves() for a in root.all("A")] == [{"B": "1", "C": "x & y"}, {"B": "2"}]


def test_an_empty_leaf_without_an_end_hides_nothing() -> None:
    root = read_tree(TextFile("a.qfx", "", "<OFX>\n<A><MEMO><B>1</A>\n<A><B>2</A></OFX>"))
    assert [(a.line, a.leaves()) for a in root.all("A")] == [(2, {"B": "1"}), (3, {"B": "2"})]


@pytest.mark.parametrize("list_tag", ["<INVTRANL1ST>", "<INVTRANLIST>x"])
def test_a_list_whose_beginning_is_damaged_is_not_lost(list_tag: str, tmp_path: Path) -> None:
    text = STATEMENT.format(rows=sale(TOTAL="8.00"), more=PLAN)
    (tmp_path / "a.qfx").write_text(text.replace("<INVTRANLIST>", list_tag))
    with pytest.raises(LedgerError) as caught:
        read_file(tmp_path / "a.qfx", now=NOW)
    assert caught.value.code == "truncated"


@pytest.mark.parametrize("text", ["<!DOCTYPE x>", '<!ENTITY a "b">', "<!doctype x [ ]>"])
def test_every_declaration_of_a_document_type_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.qfx").write_text(f"{text}{STATEMENT.format(rows='', more='')}")
    with pytest.raises(LedgerError) as caught:
        read_file(tmp_path / "a.qfx", now=NOW)
    assert caught.value.code == "doctype"


def test_tax_withheld_is_part_of_what_a_sale_pays_out(tmp_path: Path) -> None:
    row = sale(TOTAL="800.00", WITHHOLDING="150.00", STATEWITHHOLDING="50.00", MEMO="Withdrawal")
    (record,) = read(tmp_path, row).records
    assert shown(record) == ("distribution", "-1,000.00", "source_unknown")
    assert record.extra == {"withheld": "150.00", "state_withheld": "50.00"}


def test_a_loan_is_no_distribution_and_its_repayment_no_contribution(tmp_path: Path) -> None:
    rows = sale(TOTAL="800.00", LOANID="7")
    rows += rows.replace("SELL", "BUY").replace(">800", ">-800")
    kinds = [record.kind for record in read(tmp_path, rows).records]
    assert kinds == [RowKind.LOAN, RowKind.LOAN_REPAYMENT]


def test_money_of_the_bank_that_trades_divide_by_source_moves_once(tmp_path: Path) -> None:
    # 1,000.00 of pay bought by two sources, and 300.00 paid out of one: five rows, 1,000 and -300
    bought = "".join(
        f"<BUYMF><INVBUY><DTTRADE>20250203<MEMO>Plan Contribution<UNITS>1<TOTAL>-{amount}.00"
        f"<INV401KSOURCE>{source}</INVBUY></BUYMF>"
        for source, amount in (("PRETAX", 600), ("AFTERTAX", 400))
    )
    sold = sale(MEMO="Withdrawal", TOTAL="300.00", INV401KSOURCE="PRETAX")
    cash = "".join(
        "<INVBANKTRAN><STMTTRN><TRNTYPE>OTHER<DTPOSTED>20250203"
        f"<TRNAMT>{amount}<MEMO>Employer file 7</STMTTRN></INVBANKTRAN>"
        for amount in ("1000.00", "-300.00")
    )
    kinds = [shown(record)[:2] for record in read(tmp_path, cash + bought + sold).records]
    assert kinds == [
        *(("info", "1,000.00"), ("info", "-300.00")),
        *(("contribution", "600.00"), ("contribution", "400.00"), ("distribution", "-300.00")),
    ]
    # cash of another amount is no leg of these: it is asked about
    other = cash.replace("1000.00", "1000.01")
    asked = [shown(r)[2] for r in read(tmp_path, other + bought + sold).records]
    assert asked == ["type_unknown", "", "", "", ""]


def test_a_number_used_again_is_refused_only_with_another_amount(tmp_path: Path) -> None:
    row = sale(TOTAL="800.00", FITID="1", MEMO="Withdrawal")
    assert len(read(tmp_path, row + row).records) == 2
    other_fund = row.replace("<UNITS>-10", "<UNITS>-25")  # seen at Fidelity: equal amounts
    assert len(read(tmp_path, row + other_fund).records) == 2
    with pytest.raises(LedgerError) as caught:
        read(tmp_path, row + row.replace("800", "801"))
    assert caught.value.code == "duplicate_fitid"


@pytest.mark.parametrize(
    ("name", "memo", "amount", "kind"),
    [
        ("Withdrawal", "Withdrawal via Electronic Bank Transfer", "-250.00", "distribution"),
        ("Contribution", "", "250.00", "contribution"),
        ("JPMORGAN CHASE", "MoneyLink Deposit", "250.00", "contribution"),
        ("MoneyLink Transfer", "Tfr SOME BANK", "-250.00", "distribution"),
        ("SOME BANK", "nothing known", "250.00", "unknown"),
    ],
)
def test_cash_of_an_ira_is_known_by_its_memo_or_its_name(
    name: str, memo: str, amount: str, kind: str, tmp_path: Path
) -> None:
    leaves = f"<TRNTYPE>OTHER<DTPOSTED>20250203<TRNAMT>{amount}<NAME>{name}<MEMO>{memo}"
    row = f"<INVBANKTRAN><STMTTRN>{leaves}</STMTTRN></INVBANKTRAN>"
    (record,) = read(tmp_path, row, more="").records
    assert record.kind.value == kind


def test_a_source_that_ofx_does_not_know_is_kept(tmp_path: Path) -> None:
    texts = ("ROTH", "ROTHMATCH", "ROLLOVER", "OTHERVEST", "AFTERTAX")
    rows = "".join(
        sale(TOTAL=f"{n}.00", MEMO="Withdrawal", INV401KSOURCE=text)
        for n, text in enumerate(texts, 1)
    )
    records = read(tmp_path, rows).records
    assert [record.source_text for record in records] == list(texts)
    assert [record.source for record in records] == [
        *(Source.ROTH, None, None, None),
        Source.AFTER_TAX,
    ]


def test_plan_balances_of_nothing_but_zeros_are_none() -> None:
    assert read_file(STATEMENTS / "ofx_plan" / "OfxDownload-401k.qfx", now=NOW).closing == ()


def test_balances_and_contributions_of_the_year_are_checks_by_source() -> None:
    reading = read_file(STATEMENTS / "ofx_plan_quirks" / "plan.qfx", now=NOW)
    assert [(c.day, c.source, str(c.value)) for c in reading.closing] == [
        (date(2025, 6, 30), Source.PRE_TAX, "1,000.00"),
        (date(2025, 6, 30), Source.MATCH, "855.00"),
        (date(2025, 6, 30), None, "2,060.00"),
    ]
    assert {t.source: t.amount for t in reading.totals} == {
        Source.PRE_TAX: Money.dollars(1500),
        Source.MATCH: Money.dollars(750),
        Source.NONELECTIVE: Money.dollars(100),
    }


def test_several_accounts_of_one_file_keep_their_numbers() -> None:
    reading = read_file(STATEMENTS / "ofx_ira_quirks" / "iras.qfx", now=NOW)
    assert {record.account for record in reading.records} == {"234567890", "234567891"}
    assert (reading.account, reading.plan, reading.mixed) == ("", False, False)


def test_a_reinvested_dividend_without_a_cash_row_is_the_earning_itself() -> None:
    reading = read_file(STATEMENTS / "ofx_ira_quirks" / "iras.qfx", now=NOW)
    alone = next(r for r in reading.records if "reinvested" in r.raw_type)
    assert shown(alone) == ("earnings", "4.00", "")
    two = read_file(STATEMENTS / "ofx_ira" / "ira.qfx", now=NOW).records[2:4]
    assert [shown(r) for r in two] == [("earnings", "10.50", ""), ("exchange", "-10.50", "")]


def test_rows_whose_list_lost_its_first_line_are_not_passed_over() -> None:
    text = STATEMENT.format(rows=sale(TOTAL="5.00"), more=PLAN).replace("<INVTRANLIST>", "")
    with pytest.raises(LedgerError) as refused:
        read_tree(TextFile("cut.qfx", "", text))
    assert (refused.value.code, "never began" in refused.value.problem) == ("truncated", True)


@pytest.mark.parametrize(
    ("stamp", "said", "todo"),
    [
        ("2025", "'2025' is not a date", "write it"),
        ("20251301", "'2025-13-01' is not in the calendar", "check the day"),
    ],
)
def test_a_moment_that_is_none_is_shown_as_it_stands(
    tmp_path: Path, stamp: str, said: str, todo: str
) -> None:
    text = (STATEMENTS / "ofx_ira" / "ira.qfx").read_text("utf-8")
    found = re.search(r"<DTTRADE>[0-9]+", text)
    assert found
    path = tmp_path / "bad.qfx"
    path.write_text(text.replace(found[0], f"<DTTRADE>{stamp}", 1), "utf-8")
    with pytest.raises(LedgerError) as caught:
        read_file(path, now=NOW)
    assert said in caught.value.problem
    assert caught.value.remedy.startswith(todo)


POSITION = "<INVPOSLIST><POSMF><INVPOS><MKTVAL>6500.25</INVPOS></POSMF></INVPOSLIST>"
BY_SOURCE = "<INV401KBAL><PRETAX>1200.00<ROTH>0<AFTERTAX>300.50<TOTAL>1500.50</INV401KBAL>"


def test_a_statement_of_balances_alone_is_a_check(tmp_path: Path) -> None:
    plan = read(tmp_path, "", PLAN + BY_SOURCE)
    assert (plan.records, plan.plan, plan.account) == ((), True, "1")
    assert [(one.source, one.value.plain, one.day) for one in plan.closing] == [
        (Source.PRE_TAX, "1200.00", date(2025, 12, 31)),
        (Source.AFTER_TAX, "300.50", date(2025, 12, 31)),
        (None, "1500.50", date(2025, 12, 31)),
    ]
    # an IRA: its positions and its cash, 6,500.25 and 99.75
    ira = read(tmp_path, "", POSITION + "<INVBAL><AVAILCASH>99.75</INVBAL>")
    assert [(one.source, one.value.plain) for one in ira.closing] == [(None, "6600.00")]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (PLAN, "no transactions, and no balance to check"),
        (POSITION + "</INVSTMTRS><INVSTMTRS>", "no transactions and balances of several accounts"),
    ],
)
def test_a_file_without_transactions_and_one_balance_says_what_it_is(
    more: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(LedgerError, match=words) as caught:
        read(tmp_path, "", more)
    assert caught.value.code == "no_rows"
