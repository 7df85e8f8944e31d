"""Readers of plans whose layouts are known from one program: what counts, what is asked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.chart import Source
from ledger.errors import LedgerError, LedgerErrors
from ledger.importers.read import read_file
from ledger.importers.reading import Reading
from ledger.records import Record, RowKind

NOW = date(2026, 11, 1)
PLAN = "ACME CORP 401(K) SAVINGS PLAN\n\n"
MERRILL = "Date,Transaction,Status,Amount\n"
HANCOCK = "Investment,Date,Investment Activity,Shares,Price per Share,Market Value\n"
PAYCHEX = "Date, Transaction, Ticker, Shares, Price, Amount\n"


def read(text: str, folder: Path) -> Reading:
    path = folder / "activity.csv"
    path.write_text(text, "utf-8")
    return read_file(path, now=NOW)


def shown(reading: Reading) -> list[tuple[str, str, str]]:
    return [(r.kind.value, str(r.amount), r.question) for r in reading.records]


def hancock(activity: str, folder: Path) -> Record:
    row = f'Index Fund,01/15/2026,{activity},1.000,100.00,"$100.00"\n'
    (record,) = read(HANCOCK + row, folder).records
    return record


def test_merrill_tells_one_conversion_in_two_rows(tmp_path: Path) -> None:
    rows = (
        "03/16/2026,In Plan Roth,Completed,2000.00\n"
        '03/16/2026,Withdrawal,Completed,"(2,000.00)"\n'
        "03/20/2026,Withdrawal,Completed,(500.00)\n"
    )
    reading = read(PLAN + MERRILL + rows, tmp_path)
    assert reading.importer == "merrill_401k"
    assert set(reading.unconfirmed.values()) == {"B"}
    assert [kind for kind, _, _ in shown(reading)] == [
        "conversion_in",
        "conversion_out",
        "distribution",
    ]


def test_merrill_prints_fees_without_a_minus(tmp_path: Path) -> None:
    rows = "03/31/2026,Recordkeeping Fee,Completed,12.50\n03/31/2026,Fee,Completed,(1.00)\n"
    assert [amount for _, amount, _ in shown(read(PLAN + MERRILL + rows, tmp_path))] == [
        "-12.50",
        "-1.00",
    ]


def test_merrill_rows_count_when_they_are_completed(tmp_path: Path) -> None:
    rows = (
        ",Contribution,Pending,100.00\n"
        "03/13/2026,Contribution,Completed,200.00\n"
        "03/13/2026,Contribution,Under Review,300.00\n"
    )
    reading = read(PLAN + MERRILL + rows, tmp_path)
    assert [(kind, amount) for kind, amount, _ in shown(reading)] == [
        ("contribution", "200.00"),
        ("unknown", "300.00"),
    ]
    assert reading.notes == ("1 row still pending: download them again later",)


def test_merrill_is_known_by_the_plan_above_the_header(tmp_path: Path) -> None:
    row = "03/13/2026,Contribution,Completed,200.00\n"
    named = read(f"Acme, Inc. 401(k) Plan\n{MERRILL}{row}", tmp_path)
    assert named.importer == "merrill_401k"
    with pytest.raises(LedgerError) as raised:
        read(MERRILL + "03/13/2026,Contribution,Completed,200.00\n", tmp_path)
    assert raised.value.code == "unknown_format"


@pytest.mark.parametrize(
    ("activity", "kind", "source"),
    [
        ("EE Elective Deferral Contribution", RowKind.CONTRIBUTION, Source.PRE_TAX),
        ("Safe Harbor Non-Elective Contribution", RowKind.CONTRIBUTION, Source.NONELECTIVE),
        ("After-Tax Contribution", RowKind.CONTRIBUTION, Source.AFTER_TAX),
        ("Contribution", RowKind.CONTRIBUTION, None),
        ("Administrative Fee", RowKind.FEE, None),
        ("Fee Credit", RowKind.UNKNOWN, None),
        ("Rollover Contribution", RowKind.UNKNOWN, None),
        ("Return of Excess Contribution", RowKind.UNKNOWN, None),
        ("Contribution Fee", RowKind.UNKNOWN, None),
        ("Mystery", RowKind.UNKNOWN, None),
        ("After-Tax Contribution Earnings", RowKind.EARNINGS, Source.AFTER_TAX),
        ("Dividend - EE Pre-Tax Contribution", RowKind.EARNINGS, Source.PRE_TAX),
        ("Exchange In - After-Tax Contribution", RowKind.EXCHANGE, Source.AFTER_TAX),
        ("Loan Repayment - Roth Contribution", RowKind.LOAN_REPAYMENT, Source.ROTH),
        ("Loan - Roth Contribution", RowKind.UNKNOWN, None),
        ("Gain/Loss on After-Tax Contributions", RowKind.UNKNOWN, None),
        ("Contribution (Pending)", RowKind.UNKNOWN, None),
        ("Roth In-Plan Contribution", RowKind.UNKNOWN, None),
        ("Withdrawal - Dividend of Contribution", RowKind.UNKNOWN, None),
    ],
)
def test_john_hancock_activity_says_what_and_of_which_source(
    activity: str, kind: RowKind, source: Source | None, tmp_path: Path
) -> None:
    record = hancock(activity, tmp_path)
    assert (record.kind, record.source) == (kind, source)


@pytest.mark.parametrize(
    ("activity", "source"),
    [
        ("Withdrawal - After-Tax Contribution", Source.AFTER_TAX),
        ("In-Service Withdrawal of Roth Contributions", Source.ROTH),
    ],
)
def test_john_hancock_withdrawal_of_contributions_is_a_withdrawal(
    activity: str, source: Source, tmp_path: Path
) -> None:
    row = f'Index Fund,01/15/2026,{activity},-1.000,100.00,"-$100.00"\n'
    (record,) = read(HANCOCK + row, tmp_path).records
    assert (record.kind, record.source) == (RowKind.DISTRIBUTION, source)


def test_john_hancock_fee_leaves_whatever_its_sign(tmp_path: Path) -> None:
    record = hancock("Administrative Fee", tmp_path)
    assert (str(record.amount), Decimal(record.units)) == ("-100.00", Decimal(-1))


def test_paychex_gain_is_no_money_and_a_row_of_no_fund_is_asked(tmp_path: Path) -> None:
    rows = (
        "01/15/2026, Contribution, VFIAX, 2.041, 489.956, 1000.00\n"
        "01/31/2026, Gain/Loss, VFIAX, N/A, N/A, 15.31\n"
        '02/27/2026, "Contribution", "null", 0.000, 0.000, "1,100.00"\n'
    )
    reading = read(PAYCHEX + rows, tmp_path)
    assert reading.importer == "paychex"
    assert shown(reading) == [
        ("contribution", "1,000.00", "source_unknown"),
        ("info", "15.31", ""),
        ("unknown", "1,100.00", "type_unknown"),
    ]


def test_paychex_fee_leaves_whatever_its_sign(tmp_path: Path) -> None:
    rows = (
        "02/02/2026, Fee, VFIAX, 0.026, 480.769, 12.50\n"
        "02/03/2026, Fee, VFIAX, -0.026, 480.769, -12.50\n"
    )
    records = read(PAYCHEX + rows, tmp_path).records
    assert [(str(r.amount), r.units) for r in records] == [("-12.50", "-0.026")] * 2


HISTORY = "All Transactions\n06/12/2026\t\nContribution\n"
PAID = "You contributed $500.00 and your employer contributed $50.00 for pay date 06/11/2026.\n"
FUNDS = "Fund\tShares\tPrice\tAmount\n"


def test_human_interest_tells_a_contribution_in_words_or_by_source(tmp_path: Path) -> None:
    told = read(HISTORY + PAID + "Need help?\n", tmp_path)
    assert told.importer == "human_interest"
    assert [(str(r.amount), r.source_text) for r in told.records] == [
        ("500.00", ""),
        ("50.00", "employer"),
    ]
    opened = (
        f"roth Contribution\n{FUNDS}Index Fund VTSAX\t5.398\t$92.62\t$500.00\n"
        f"employer Contribution\n{FUNDS}Index Fund VTSAX\t0.540\t$92.62\t$50.00\n"
    )
    by_source = read(HISTORY + PAID + opened, tmp_path)
    assert [(str(r.amount), r.source) for r in by_source.records] == [
        ("500.00", Source.ROTH),
        ("50.00", None),
    ]


def test_human_interest_source_that_was_not_opened_is_missed(tmp_path: Path) -> None:
    opened = f"roth Contribution\n{FUNDS}Index Fund VTSAX\t5.398\t$92.62\t$500.00\n"
    with pytest.raises(LedgerErrors) as raised:
        read(HISTORY + PAID + opened, tmp_path)
    assert [fault.code for fault in raised.value.faults] == ["total_differs"]


def test_human_interest_money_of_another_recordkeeper_is_asked_and_its_shares_are_none(
    tmp_path: Path,
) -> None:
    page = (
        "06/04/2026\nPlan Conversion\nAssets from a previous provider totalling $9,000.00 came.\n"
        f"06/09/2026\nPlan Conversion\nroth Contribution\n{FUNDS}"
        "FDIC Insured Deposit Account \t-9000.000\t$1.00\t-$9,000.00\n"
        "Index Fund VTSAX\t97.171\t$92.62\t$9,000.00\n"
    )
    assert shown(read(page, tmp_path)) == [
        ("unknown", "9,000.00", "type_unknown"),
        ("exchange", "-9,000.00", ""),
        ("exchange", "9,000.00", ""),
    ]


def test_human_interest_event_of_any_name_keeps_its_amount_and_is_asked(tmp_path: Path) -> None:
    page = (
        f"{HISTORY}{PAID}06/10/2026\nRollover Contribution\nYou rolled over $5,000.00.\n"
        "06/09/2026\nEnrollment\nYou are enrolled.\n"
    )
    assert shown(read(page, tmp_path))[2:] == [
        ("unknown", "5,000.00", "type_unknown"),
        ("unknown", "0.00", "type_unknown"),
    ]


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("You contributed $500.00, and your employer contributed $50.00 for", ["500.00", "50.00"]),
        ("You contributed $500.00 and your employer contributed $50.", ["500.00", "50.00"]),
        ("Your employer contributed $50.00. You contributed $70.00 for", ["70.00", "50.00"]),
        ("Your employer contributed $50.00.", ["50.00"]),
    ],
)
def test_human_interest_reads_every_amount_of_the_words(
    words: str, parts: list[str], tmp_path: Path
) -> None:
    told = read(f"{HISTORY}{words}\n", tmp_path)
    assert [str(record.amount) for record in told.records] == parts
    assert told.records[-1].source_text == "employer"


@pytest.mark.parametrize(
    "words",
    [
        "You contributed $500.00 in pre-tax and $200.00 in Roth.",
        "You contributed $500.00 and your employer $50.00.",
        "You contributed $500.00 and your employer contributed $1.5K.",
        "We sold $5.00 and bought $6.00.",
    ],
)
def test_human_interest_amount_that_nobody_is_said_to_pay_is_refused(
    words: str, tmp_path: Path
) -> None:
    page = f"{HISTORY}{PAID}06/10/2026\nContribution\n{words}\n"
    assert refusal(page, tmp_path)[0] == "bad_row"


def refusal(page: str, folder: Path) -> tuple[str, str]:
    with pytest.raises(LedgerErrors) as raised:
        read(page, folder)
    (fault,) = raised.value.faults
    return fault.code, str(fault)


def test_human_interest_date_in_any_form_begins_an_event_or_is_refused(tmp_path: Path) -> None:
    event = "Contribution\nYou contributed $70.00.\n"
    short = read(f"{HISTORY}{PAID}5/20/2026\n{event}", tmp_path).records[-1]
    assert (short.day, str(short.amount)) == (date(2026, 5, 20), "70.00")
    for day in ("05/20/26", "May 20, 2026", "2026-05-20", "05/20/2026 Posted"):
        page = f"{HISTORY}Enrollment\n{day}\n{event}06/01/2026\n{event}"
        code, told = refusal(page, tmp_path)
        assert (code, "activity.csv:5" in told) == ("bad_date", True)
    assert refusal(f"{event}{HISTORY}{PAID}", tmp_path)[0] == "bad_row"


def test_human_interest_second_page_below_the_first_is_read(tmp_path: Path) -> None:
    page = f"{HISTORY}{PAID}Need help?\nCall us: 06/01/2026\n05/12/2026\nContribution\n{PAID}"
    assert len(read(page, tmp_path).records) == 4


def test_human_interest_row_of_a_fund_is_read_or_refused(tmp_path: Path) -> None:
    above = f"06/29/2026\nFee\nFees.\nroth Contribution\n{FUNDS}A\t-0.100\t$10.00\t-$1.00\n"
    read_all = f"{above}B\t-1\t$5.00\t($5.00)\nC\t(1.000)\t$7.00\t-$7.00\n"
    told = read(read_all, tmp_path)
    assert [(str(r.amount), Decimal(r.units)) for r in told.records] == [
        ("-1.00", Decimal("-0.1")),
        ("-5.00", Decimal(-1)),
        ("-7.00", Decimal(-1)),
    ]
    for row in ("B\tN/A\t$5.00\t-$5.00", "B 1 5.00 5.00", "B\t-1.0\t$5.00\t-$5.00 *"):
        page = f"{above}{row}\nC\t-1.000\t$7.00\t-$7.00\n"
        code, text = refusal(page, tmp_path)
        assert (code, "activity.csv:7" in text) == ("bad_row", True)


@pytest.mark.parametrize(
    ("event", "words"),
    [("Fee", "Your account was charged $12.50."), ("Dividend", "Dividends of $9.00 were paid.")],
)
def test_human_interest_funds_of_any_event_add_up_to_its_words(
    event: str, words: str, tmp_path: Path
) -> None:
    page = f"06/30/2026\n{event}\n{words}\nroth Contribution\n{FUNDS}A\t0.8\t$10.00\t$8.00\n"
    assert refusal(page, tmp_path)[0] == "total_differs"
    whole = words.replace("12.50", "8.00").replace("9.00", "8.00")
    assert len(read(page.replace(words, whole), tmp_path).records) == 1
