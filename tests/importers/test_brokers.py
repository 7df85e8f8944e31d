"""What brokers print and what it means: false friends, legs, signs, tax years, pasted tables."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from ledger.errors import LedgerError
from ledger.importers.files import load
from ledger.importers.pdf import SITES
from ledger.importers.read import identify, read_file
from ledger.importers.reading import Reading
from ledger.records import Record, RowKind

STATEMENTS = Path(__file__).parents[2] / "fixtures" / "statements"
NOW = date(2026, 11, 1)
TABLES = sorted(
    path
    for path in STATEMENTS.glob("*/*.csv")
    if path.parent.name not in {"bad", "custom", "plain_ira", "plain_plan"}
    and not path.parent.name.startswith("trowe")  # is known by its commas
    and path.parent.name != "schwab_short_row"  # its quotes tell which cell is missing
    and "netbenefits" not in path.parent.name  # the name of the plan stands above its table
)
ROBINHOOD = (
    '"Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code",'
    '"Quantity","Price","Amount"\n'
)
ETRADE = "TransactionDate,TransactionType,SecurityType,Symbol,Quantity,Amount,Price,Commission,"
SCHWAB = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n'
VANGUARD = (
    "Account Number,Trade Date,Settlement Date,Transaction Type,Transaction Description,"
    "Investment Name,Symbol,Shares,Share Price,Principal Amount,Commissions and Fees,Net Amount,"
    "Accrued Interest,Account Type,\n"
)
FIDELITY = "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Amount ($),Settlement Date\n"


def read(folder: Path, text: str, name: str = "activity.csv") -> Reading:
    path = folder / name
    path.write_text(text, "utf-8")
    return read_file(path, now=NOW)


def only(folder: Path, text: str) -> Record:
    (record,) = read(folder, text).records
    return record


@pytest.mark.parametrize("path", TABLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_copied_and_pasted_table_reads_like_the_file(path: Path, tmp_path: Path) -> None:
    before = read_file(path, now=NOW)
    file = load(path)
    tidy = identify(file.text, file.name).tidy
    text = (tidy(file) if tidy else file).text
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter="\t", lineterminator="\n")
    writer.writerows(csv.reader(io.StringIO(text, newline="")))
    after = read(tmp_path, lines.getvalue(), path.name)
    assert after.importer == before.importer
    for one, two in zip(before.records, after.records, strict=True):
        assert (one.day, one.kind, one.amount, one.account) == (
            two.day,
            two.kind,
            two.amount,
            two.account,
        )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # a change of the share class, a corporate action, a split: never a Roth conversion
        (f"{ROBINHOOD}1/3/2025,1/3/2025,1/3/2025,ACME,Acme Corp,CONV,5,,\n", "exchange"),
        (f"{SCHWAB}01/03/2025,Stock Split,ACME,ACME CORP,10,,,\n", "exchange"),
        (
            (
                f"{VANGUARD}1,2025-01-03,2025-01-03,Share Conversion (incoming),Share Conversion,"
                "A,A,5,0,0,0,0,0,CASH,\n"
            ),
            "exchange",
        ),
        (
            (
                f"{VANGUARD}1,2025-01-03,2025-01-03,Conversion (incoming),"
                "Admiral Shares Conversion,A,A,5,0,0,0,0,0,CASH,\n"
            ),
            "exchange",
        ),
        (
            f"{FIDELITY}01/03/2025,CONVERSION AS 500 INDEX (FXAIX) (Cash),FXAIX,A,Cash,5,,,\n",
            "exchange",
        ),
        (
            f"{FIDELITY}01/03/2025,DISTRIBUTION ACME (Shares),ACME,A,Shares,5,,61.70,\n",
            "exchange",
        ),
        # a row that says so is one
        (
            (
                f"{VANGUARD}1,2025-01-03,2025-01-03,Conversion (incoming),Rollover Conversion,"
                "A,A,5,0,0,0,50.0,0,CASH,\n"
            ),
            "conversion_in",
        ),
        (f"{SCHWAB}01/03/2025,Journal,,ROTH CONVERSION,,,,-$50.00\n", "conversion_out"),
        (
            f"{ETRADE}Description\n01/03/25,Transfer,UNKNOWN,,0,50,0,0,CONV TO ROTH IRA\n",
            "conversion_in",
        ),
        # the text says contribution, the money leaves: the sign wins
        (
            (
                f"{FIDELITY}01/03/2025,TRANSFERRED TO VS 234567890-1 CURRENT CONTRIBUTION,,A,"
                "Cash,,,-50,\n"
            ),
            "transfer_out",
        ),
        (
            (
                f"{VANGUARD}1,2025-01-03,2025-01-03,Contribution,Contribution,"
                "A,A,0,0,0,0,-50.0,0,CASH,\n"
            ),
            "unknown",
        ),
    ],
)
def test_words_that_look_like_something_else(tmp_path: Path, text: str, kind: str) -> None:
    assert only(tmp_path, text).kind == RowKind(kind)


@pytest.mark.parametrize(
    ("action", "effective"),
    [
        ("DIVIDEND RECEIVED as of 02/15/2025 A", date(2025, 2, 15)),
        ("DIVIDEND RECEIVED as of Jan-30-2025 A", date(2025, 1, 30)),
        ("DIVIDEND RECEIVED as of 2025-02-14 A", date(2025, 2, 14)),
        ("DIVIDEND RECEIVED AS OF 01-16-25 A", date(2025, 1, 16)),
        ("as of 02/15/2025 DIVIDEND RECEIVED A", date(2025, 2, 15)),
        ("DIVIDEND RECEIVED A", date(2025, 2, 20)),
    ],
)
def test_fidelity_writes_as_of_in_several_ways(
    tmp_path: Path, action: str, effective: date
) -> None:
    record = only(tmp_path, f"{FIDELITY}02/20/2025,{action},A,A,Cash,,,3.10,\n")
    assert (record.day, record.kind) == (effective, RowKind.EARNINGS)


@pytest.mark.parametrize(
    ("words", "year", "question"),
    [
        ("PRIOR YEAR CONTRIBUTION", 2024, ""),
        ("Current Year Contribution", 2025, ""),
        ("2024 IRA CONTRIBUTION", 2024, ""),
        ("CONTRIBUTION TAX YEAR 2025", 2025, ""),
        ("IRA CONTRIBUTION", None, "tax_year_unknown"),
        ("CONTRIBUTION 2019", None, "tax_year_unknown"),
        ("ACH DEPOSIT REFID:2024;", None, "deposit_unknown"),
    ],
)
def test_the_tax_year_is_read_where_the_words_say_it(
    tmp_path: Path, words: str, year: int | None, question: str
) -> None:
    record = only(tmp_path, f"{ETRADE}Description\n04/01/25,Transfer,UNKNOWN,,0,50,0,0,{words}\n")
    assert (record.kind, record.tax_year, record.question) == (
        RowKind.CONTRIBUTION,
        year,
        question,
    )


@pytest.mark.parametrize(
    ("words", "kind", "question"),
    [
        ("CONVERSION CONTRIBUTION", "transfer_out", "possible_conversion"),  # no contribution
        ("IRA CONVERSION", "transfer_out", "possible_conversion"),
        ("CONTRIBUTION", "unknown", "type_unknown"),  # taken back: the user must say
        ("REQUIRED MINIMUM DISTRIBUTION", "distribution", ""),
        ("QUALIFIED CHARITABLE DIST", "qcd", ""),
        ("STATE TAX WITHHOLDING", "withholding", ""),
        ("ROLLOVER TO 401K", "rollover_out", ""),
        ("RECHARACTERIZATION OF CONTRIBUTION", "recharacterization", "tax_year_unknown"),
        ("TRUSTEE TO TRUSTEE", "transfer_out", "partner_unknown"),
    ],
)
def test_money_that_leaves_by_plain_words(
    tmp_path: Path, words: str, kind: str, question: str
) -> None:
    record = only(tmp_path, f"{ETRADE}Description\n09/01/25,Other,UNKNOWN,,0,-50,0,0,{words}\n")
    assert (record.kind, record.question) == (RowKind(kind), question)


@pytest.mark.parametrize(
    ("action", "amount", "kind"),
    [
        ("MoneyLink Withdrawal", "-$5.00", "distribution"),
        ("Funds Disbursed", "-$5.00", "distribution"),
        ("Pr Yr Non-Qual Div", "$5.00", "earnings"),
        ("CD Interest", "$5.00", "earnings"),
        ("CD Deposit Funds", "-$5.00", "exchange"),
        ("NRA Withhold", "-$5.00", "fee"),
        ("Tax Withholding", "-$5.00", "unknown"),  # of a dividend or of a payment: not said
    ],
)
def test_further_actions_of_schwab(tmp_path: Path, action: str, amount: str, kind: str) -> None:
    titles = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n'
    record = only(tmp_path, f'{titles}"09/01/2025","{action}","","WORDS","","","","{amount}"\n')
    assert record.kind == RowKind(kind)


def test_etrade_has_a_type_for_contributions(tmp_path: Path) -> None:
    rows = "09/01/25,Contribution,UNKNOWN,,0,50,0,0,WORDS\n09/02/25,Reorganization,EQ,A,5,0,0,0,A\n"
    kinds = [r.kind for r in read(tmp_path, f"{ETRADE}Description\n{rows}").records]
    assert kinds == [RowKind.CONTRIBUTION, RowKind.EXCHANGE]


def test_etrade_calls_the_reinvesting_purchase_a_dividend_too(tmp_path: Path) -> None:
    rows = (
        "12/31/25,Dividend,MF,A,0,18.95,0,0,RECORD 12/27/25\n"
        "12/31/25,Dividend,MF,A,1.3,-18.95,0,0,REINVEST PRICE $ 13.94\n"
    )
    records = read(tmp_path, f"{ETRADE}Description\n{rows}").records
    assert [record.kind for record in records] == [RowKind.EARNINGS, RowKind.EXCHANGE]


def test_robinhood_counts_shares_that_leave_with_a_letter(tmp_path: Path) -> None:
    row = "1/3/2025,1/3/2025,1/3/2025,ACME,Acme Corp,ACATO,12S,$10.50,\n"
    record = only(tmp_path, ROBINHOOD + row)
    assert (record.kind, str(record.amount)) == (RowKind.TRANSFER_OUT, "-126.00")  # 12 x 10.50


def test_closing_text_of_etrade_is_no_row_and_a_row_is_no_closing_text(tmp_path: Path) -> None:
    row = "12/31/25,Dividend,MF,A,0,18.95,0,0,D\n"
    text = f"{ETRADE}Description\n{row}Some notice,,,,,,,,\nGenerated at noon\n{row}"
    assert len(read(tmp_path, text).records) == 2
    with pytest.raises(LedgerError) as caught:
        read(tmp_path, text + "Some notice,,,,,5.00,,,\n")
    assert (caught.value.code, caught.value.where) == ("bad_date", "activity.csv:6")


@pytest.mark.parametrize(
    ("folder", "grade"),
    [("fidelity_july_2026", "C"), ("betterment", "B"), ("schwab_json", "B"), ("merrill", "")],
)
def test_layouts_known_from_little_evidence_are_marked_row_by_row(folder: str, grade: str) -> None:
    files = [p for p in (STATEMENTS / folder).iterdir() if not p.name.endswith(".records.txt")]
    assert len(files) >= 2
    for path in files:
        reading = read_file(path, now=NOW)
        lines = {record.line for record in reading.records} if grade else set()
        assert dict(reading.unconfirmed) == dict.fromkeys(lines, grade)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (
            (
                "Date,Action,Symbol,Description,Quantity,Fees & Commissions,Disbursement Election,"
                "Amount"
            ),
            "Schwab Equity Awards",
        ),
        ("Date,Account,Description,Category,Tags,Amount", "Empower Personal Dashboard"),
    ],
)
def test_files_of_no_retirement_account_are_told_apart(
    tmp_path: Path, header: str, words: str
) -> None:
    with pytest.raises(LedgerError) as caught:
        read(tmp_path, f"{header}\n")
    assert caught.value.code == "no_retirement_file"
    assert words in caught.value.problem


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"FromDate": "01/01/2025",\n"BrokerageTransactions": [\n{"Date": "01/', "a.json:3"),
        ('{"FromDate": "01/01/2025",\n"BrokerageTransactions": [\n"x"]}', "a.json:3"),
        ('{"BrokerageTransactions": []}', "a.json:1"),
        ('{"BrokerageTransactions": 5}', "a.json:1"),
    ],
)
def test_json_that_is_cut_or_strange_is_refused(tmp_path: Path, text: str, where: str) -> None:
    with pytest.raises(LedgerError) as caught:
        read(tmp_path, text, "a.json")
    assert caught.value.where == where


def test_the_page_of_downloads_names_every_house_that_a_pdf_can_be_of() -> None:
    page = (STATEMENTS.parents[1] / "docs" / "importing.md").read_text("utf-8")
    assert {site.name for site in SITES if site.name not in page} <= {"Transamerica"}


CHASE = (
    "Trade Date,Account Number,Type,Description,Ticker,Price USD,Quantity,Amount USD,Tran Code\n"
)


@pytest.mark.parametrize(
    ("words", "amount", "told"),
    [
        ("BANKLINK ACH PULL IRA:C2024RTHB 1", "2000", ("contribution", 2024, "")),
        ("BANKLINK ACH PULL IRA:C2031RTHB 1", "2000", ("contribution", None, "tax_year_unknown")),
        ("BANKLINK ACH PULL IRA:C2025RTHB 1", "-2000", ("unknown", 2025, "type_unknown")),
        ("BANKLINK ACH PUSH IRA:D2025LEG7 1", "-900", ("distribution", None, "")),
        ("BANKLINK ACH PULL 1", "500", ("contribution", None, "deposit_unknown")),
        ("BANKLINK ACH PUSH 1", "-500", ("distribution", None, "payment_unknown")),
    ],
)
def test_the_code_of_chase_says_what_a_bank_transfer_of_an_ira_is(
    tmp_path: Path, words: str, amount: str, told: tuple[str, int | None, str]
) -> None:
    record = only(tmp_path, f'{CHASE}"4/14/2025","...7891",BNK,{words},,,0,{amount},BNK\n')
    assert (record.kind.value, record.tax_year, record.question) == told


def test_amounts_in_another_currency_are_asked_for_and_sums_are_no_rows(tmp_path: Path) -> None:
    text = (
        "Statement,Header,Field Name,Field Value\n"
        "Deposits & Withdrawals,Header,Currency,Settle Date,Description,Amount\n"
        "Deposits & Withdrawals,Data,EUR,2025-01-06,Electronic Fund Transfer,7000\n"
        "Deposits & Withdrawals,Data,Total,,,7000\n"
        "Deposits & Withdrawals,Data,Total in USD,,,7200\n"
    )
    record = only(tmp_path, text)
    assert (record.amount.cents, record.question, record.memo) == (0, "amount_unknown", "7000 EUR")
    assert record.cells["Amount"] == "7000"


def test_sections_without_effect_on_basis_are_named(tmp_path: Path) -> None:
    text = (STATEMENTS / "ibkr" / "activity.csv").read_text("utf-8-sig")
    assert read(tmp_path, text).notes == (
        "not read, since an IRA's basis does not follow from it: Trades",
    )


def test_a_traditional_account_of_betterment_may_hold_a_match(tmp_path: Path) -> None:
    text = (STATEMENTS / "betterment" / "transactions_401k.csv").read_text("utf-8")
    paid = [r for r in read(tmp_path, text).records if r.kind is RowKind.CONTRIBUTION]
    assert [(r.source_text, r.source and r.source.value, r.question) for r in paid] == [
        ("Traditional 401(k)", None, "source_unknown"),
        ("Roth 401(k)", "roth", ""),
    ]


def test_a_download_of_all_accounts_of_betterment_is_of_plans_and_of_others() -> None:
    folder = STATEMENTS / "betterment"
    told = {
        name: (reading.plan, reading.mixed)
        for name in ("transactions_401k.csv", "transactions_all.csv", "transactions_plain.csv")
        for reading in (read_file(folder / name, now=NOW),)
    }
    assert list(told.values()) == [(True, False), (False, True), (False, False)]


BETTERMENT = "Transaction Description,Amount,Ending Balance,Date Completed,Account Name,Goal Name\n"


@pytest.mark.parametrize(
    ("account", "words", "amount", "told"),
    [
        ("Roth IRA", "Withdrawal", "-7000.00", ("distribution", "payment_unknown")),
        ("Roth IRA", "Withdrawal", "7000.00", ("unknown", "type_unknown")),
        ("Roth IRA", "Rollover Out", "200.00", ("unknown", "type_unknown")),
        ("Roth 401(k)", "Withdrawal", "-200.00", ("distribution", "")),
        ("Roth 401(k)", "Rollover Out", "-200.00", ("rollover_out", "")),
        ("Roth 401(k)", "Rollover Out", "200.00", ("unknown", "type_unknown")),
        ("Roth 401(k)", "Rollover In", "-200.00", ("unknown", "type_unknown")),
        ("Roth 401(k)", "Reversal of Payroll Contribution", "200.00", ("unknown", "type_unknown")),
        ("Roth 401(k)", "Reversal of Payroll Contribution", "-200.00", ("contribution", "")),
        ("After-Tax 401(k)", "In-Plan Roth Rollover", "-200.00", ("conversion_out", "")),
        ("Roth 401(k)", "In-Plan Roth Rollover", "200.00", ("conversion_in", "")),
        ("After-Tax 401(k)", "In-Plan Roth Rollover", "200.00", ("unknown", "type_unknown")),
        ("Roth 401(k)", "In-Plan Conversion", "200.00", ("conversion_in", "")),
    ],
)
def test_betterment_money_against_its_words_is_asked_and_stays_in_its_plan(
    tmp_path: Path, account: str, words: str, amount: str, told: tuple[str, str]
) -> None:
    record = only(tmp_path, f"{BETTERMENT}{words},{amount},1.00,2025-06-05,{account},{account}\n")
    assert (record.kind.value, record.question) == told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("IRA Withholding", ("unknown", "type_unknown")),
        ("IRA Federal Withholding", ("withholding", "")),
        ("SHEL(GB00BP6MXD84) Cash Dividend - GB Tax", ("fee", "")),
    ],
)
def test_tax_that_an_ira_withheld_is_no_foreign_one(
    tmp_path: Path, words: str, told: tuple[str, str]
) -> None:
    text = (
        "Statement,Header,Field Name,Field Value\n"
        "Withholding Tax,Header,Currency,Date,Description,Amount,Code\n"
        f"Withholding Tax,Data,USD,2025-03-18,{words},-30,\n"
    )
    record = only(tmp_path, text)
    assert (record.kind.value, record.question) == told


def test_deposits_and_withdrawals_are_read_under_either_name(tmp_path: Path) -> None:
    text = (
        "Statement,Header,Field Name,Field Value\n"
        "Deposits and Withdrawals,Header,Currency,Settle Date,Description,Amount\n"
        "Deposits and Withdrawals,Data,USD,2025-02-06,Electronic Fund Transfer,600\n"
    )
    reading = read(tmp_path, text)
    assert [str(record.amount) for record in reading.records] == ["600.00"]
    assert not reading.notes


M1 = (
    "Date,Posted Date,Symbol,Description,Transaction Type,Amount,Units,Unit Type,Unit Price,"
    "Security Id,Security Id Type\n"
)


@pytest.mark.parametrize(
    ("words", "tag", "kind", "amount"),
    [
        ("Transfer to Roth IRA completed.", "TRANSFER", "transfer_out", "-50.00"),
        ("Transfer from Traditional IRA completed.", "TRANSFER", "transfer_in", "50.00"),
        ("Transfer to your M1 account completed.", "TRANSFER", "transfer_in", "50.00"),
        ("Roth conversion to Roth IRA completed.", "TRANSFER", "conversion_out", "-50.00"),
        ("IRA fee", "FEE", "fee", "-50.00"),
        ("IRA fee refund", "FEE", "fee", "50.00"),
    ],
)
def test_m1_words_say_what_leaves_where_no_minus_does(
    tmp_path: Path, words: str, tag: str, kind: str, amount: str
) -> None:
    row = f'"Dec 1, 2025","Dec 1, 2025",,{words},{tag},$50.00,--,CURRENCY,--,,\n'
    record = only(tmp_path, M1 + row)
    assert (record.kind.value, str(record.amount)) == (kind, amount)


def test_m1_movement_counts_by_how_it_ended(tmp_path: Path) -> None:
    header = (
        "Date,Posted Date,Symbol,Description,Transaction Type,Amount,Units,Unit Type,Unit Price,"
        "Security Id,Security Id Type\n"
    )
    rows = "".join(
        f'"Dec 2, 2025","Dec 2, 2025",,{words},TRANSFER,"$3,000.00",--,CURRENCY,--,,\n'
        for words in (
            "ACH contribution of $3000 for 2025 pending.",
            "ACH contribution of $3000 for 2025 initiated.",
            "ACH contribution of $3000 for 2025 completed.",
            "ACH contribution of $3000 for 2025 cancelled.",
            "ACH contribution of $3000 for 2025 failed.",
            "ACH contribution of $3000 for 2025 reversed.",
            "ACH deposit of $3000 canceled.",
        )
    )
    reading = read(tmp_path, header + rows)
    assert [(record.kind, record.question) for record in reading.records] == [
        (RowKind.CONTRIBUTION, ""),
        (RowKind.INFO, ""),
        (RowKind.INFO, ""),
        (RowKind.UNKNOWN, "type_unknown"),
        (RowKind.INFO, ""),
    ]
    assert reading.notes == ("2 rows still pending: download them again later",)
