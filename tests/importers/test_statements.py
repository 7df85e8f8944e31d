"""Each bundled statement becomes the records in the text beside it; exactly one reader knows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ledger.chart import Source
from ledger.events import EventKind
from ledger.importers import empower
from ledger.importers.base import Head
from ledger.importers.files import load
from ledger.importers.read import ALL, identify, read_file
from ledger.importers.reading import Reading
from ledger.money import Money
from ledger.records import Record, RowKind
from tests.importers.shown import table

FIXTURES = Path(__file__).parents[2] / "fixtures"
STATEMENTS = sorted(
    path
    for path in (FIXTURES / "statements").glob("*/*")
    if path.suffix in {".csv", ".txt", ".qfx", ".json"}
    and not path.name.endswith(".records.txt")
    and path.parent.name != "bad"
)
NOW = date(2026, 11, 1)
MAP = FIXTURES / "statements" / "custom" / "acme.toml"

each_statement = pytest.mark.parametrize(
    "path", STATEMENTS, ids=lambda path: f"{path.parent.name}/{path.name}"
)


def read(path: Path) -> Reading:
    importer = str(MAP) if path.parent == MAP.parent else None
    return read_file(path, importer, now=NOW)


def records_of(folder: str) -> list[Record]:
    (path,) = (p for p in STATEMENTS if p.parent.name == folder)
    return list(read(path).records)


def only(records: list[Record], words: str) -> Record:
    (found,) = (r for r in records if words in r.raw_type)
    return found


@each_statement
def test_statement_becomes_its_records(path: Path, golden: Callable[[str, str], None]) -> None:
    name = path.relative_to(FIXTURES).as_posix()
    golden(f"{name}.records.txt", table(read(path)))


@each_statement
def test_exactly_one_reader_knows_the_file(path: Path) -> None:
    file = load(path)
    answering = [i.name for i in ALL if i.answers(Head.of(file.text))]
    if path.parent == MAP.parent:
        assert answering == []
    else:
        assert answering == [identify(file.text, file.name).name]


@each_statement
def test_every_row_keeps_its_place_and_its_evidence(path: Path) -> None:
    reading = read(path)
    lines = load(path).text.splitlines()
    # a page names an event once, above the tables of its sources
    above = 12 if path.parent.name == "human_interest" else 1
    for record in reading.records:
        assert record.where == f"{path.name}:{record.line}"
        assert record.cells
        first_word = record.raw_type.split()[0]
        # a description may go on over the next lines, and the fields of JSON do
        start = max(record.line - above, 0)
        near = " ".join(lines[start : record.line + 3] if len(lines) > 1 else lines)
        assert first_word in near.replace("<", " ").replace(">", " ")
        assert record.amount.evidence <= {record.where}


def test_paycheck_of_four_sources_adds_up_in_every_plan_format() -> None:
    pay_day = {
        folder: Money.total(
            r.amount
            for r in records_of(folder)
            if r.kind is RowKind.CONTRIBUTION and r.day == date(2025, 1, 31)
        )
        for folder in ("fidelity_netbenefits", "fidelity_sources_tab", "vanguard_plan")
    }
    assert set(pay_day.values()) == {Money.dollars(4750)}
    assert records_of("vanguard_qfx")[2].amount == Money.dollars(2000)
    assert Money.total(
        r.amount
        for r in records_of("schwab_rps")
        if r.kind is RowKind.CONTRIBUTION and r.day == date(2025, 1, 31)
    ) == Money.dollars(4750)


def test_sources_tab_conversions_are_mirrored() -> None:
    records = records_of("fidelity_sources_tab")
    out = [r for r in records if r.kind is RowKind.CONVERSION_OUT]
    into = [r for r in records if r.kind is RowKind.CONVERSION_IN]
    assert {r.source for r in out} == {Source.AFTER_TAX}
    assert {r.source for r in into} == {Source.IN_PLAN_ROTH}
    assert -Money.total(r.amount for r in out) == Money.parse("8,152.18")
    assert [(r.day, -r.amount) for r in out] == [(r.day, r.amount) for r in into]


def test_zero_transfer_is_a_possible_conversion_and_never_money() -> None:
    zero = [r for r in records_of("fidelity_netbenefits") if r.raw_type == "Transfer"]
    assert len(zero) == 3
    assert {(r.kind, r.question) for r in zero} == {(RowKind.INFO, "possible_conversion")}


def test_words_that_look_like_a_roth_conversion_and_are_none() -> None:
    one = records_of("fidelity_one_account")
    mixed = records_of("vanguard_mixed")
    assert only(one, "CONVERSION AS").kind is RowKind.EXCHANGE
    assert only(one, "DISTRIBUTION ACME").kind is RowKind.EXCHANGE
    assert {r.kind for r in mixed if r.raw_type.startswith("Share Conversion")} == {
        RowKind.EXCHANGE
    }
    assert only(mixed, "Plan Initiated TransferIn").kind is RowKind.TRANSFER_IN


def test_text_says_contribution_while_money_leaves_and_the_sign_wins() -> None:
    record = only(records_of("fidelity_accounts_history"), "TRANSFERRED TO")
    assert (record.kind, record.partner) == (RowKind.TRANSFER_OUT, "234567890")


def test_tax_year_is_read_where_fidelity_says_it() -> None:
    years = {
        r.raw_type.split(" (")[0]: r.tax_year
        for r in records_of("fidelity_accounts_history")
        if r.kind is RowKind.CONTRIBUTION
    }
    assert years == {"CASH CONTRIBUTION PRIOR YEAR": 2024, "CASH CONTRIBUTION CURRENT YEAR": 2025}


def test_as_of_date_counts() -> None:
    assert records_of("fidelity_one_account")[3].day == date(2025, 6, 27)
    assert only(records_of("schwab_ira"), "Credit Interest").day == date(2025, 1, 15)


def test_shares_moved_in_kind_are_worth_shares_times_price() -> None:
    journal = only(records_of("schwab_ira"), "Journaled Shares")
    assert journal.amount == Money.parse("-598.00")  # 40 x 14.95
    rollover = only(records_of("fidelity_one_account"), "ROLLOVER SHARES")
    assert rollover.amount == Money.parse("1,012.55")  # 10 x 101.255, exactly


def test_shares_moved_without_a_value_stay_a_question() -> None:
    moved = only(records_of("schwab_older"), "Security Transfer")
    assert (moved.kind, moved.question) == (RowKind.TRANSFER_IN, "amount_unknown")


def test_only_the_cash_leg_counts_at_schwab_workplace() -> None:
    records = records_of("schwab_rps")
    trades = [r for r in records if r.memo in {"Purchase", "Sale"}]
    assert {r.kind for r in trades if r.raw_type != "Fees"} == {RowKind.INFO}
    assert only(records, "Fees").kind is RowKind.FEE


SCHWAB_HEAD = "Transaction Date,Investment,Contribution,Description,Activity,Price,Units,Amount\n"


@pytest.mark.parametrize(
    ("cash", "trades", "kinds"),
    [
        # words that are asked about, in one fund and in two; the legs are named alike or not
        ("Payroll Deposit,Cash Receipts", ["Payroll Deposit,Purchase,10"], "unknown info"),
        ("Sundry,Cash Receipts", ["Sundry,Purchase,4", "Sundry,Purchase,6"], "unknown info info"),
        ("Sundry,Cash Disbursement", ["Sundry,Sale,-10"], "unknown info"),
        ("Payroll Deposit,Cash Receipts", ["Investment,Purchase,10"], "unknown info"),
        # another amount, or money that goes the other way, is another event
        ("Payroll Deposit,Cash Receipts", ["Investment,Purchase,11"], "unknown unknown"),
        ("Payroll Deposit,Cash Receipts", ["Investment,Sale,-10"], "unknown unknown"),
        ("Sundry,Cash Disbursement", ["Fees,Sale,-10"], "unknown fee"),
    ],
)
def test_legs_of_one_schwab_event_are_one_row_whatever_their_words_mean(
    tmp_path: Path, cash: str, trades: list[str], kinds: str
) -> None:
    amount = "-10" if "Disbursement" in cash else "10"
    rows = [f"Cash,After-Tax,{cash},1.00,0,{amount}.00"]
    rows += [
        f"Index {n},After-Tax,{trade.rpartition(',')[0]},1.00,{trade.rpartition(',')[2]},"
        f"{trade.rpartition(',')[2]}.00"
        for n, trade in enumerate(trades)
    ]
    file = tmp_path / "transactions.csv"
    file.write_text(SCHWAB_HEAD + "".join(f"1/31/2025 12:00:00 AM,{row}\n" for row in rows))
    assert " ".join(record.kind.value for record in read(file).records) == kinds


def test_empower_catch_up_is_pre_tax_with_a_limit_of_its_own() -> None:
    (catch_up,) = (r for r in records_of("empower") if r.catch_up)
    assert (catch_up.source, catch_up.amount) == (Source.PRE_TAX, Money.dollars(500))


def test_unknown_rows_and_sources_are_kept_with_their_question() -> None:
    assert only(records_of("fidelity_one_account"), "MYSTERY").question == "type_unknown"
    assert only(records_of("custom"), "Sundry").question == "type_unknown"
    vested = records_of("vanguard_qfx")[1]
    assert (vested.source_text, vested.source) == ("OTHERVEST", None)
    assert vested.question == "source_unknown"


def test_plain_rows_are_events_already() -> None:
    (path,) = (p for p in STATEMENTS if p.parent.name == "plain_ira")
    reading = read(path)
    kinds = [event.kind for event in reading.events if event]
    assert kinds[:3] == [EventKind.CONTRIBUTION, EventKind.CONVERSION, EventKind.DISTRIBUTION]
    contribution, conversion, distribution = reading.events[:3]
    assert contribution is not None
    assert (contribution.tax_year, contribution.name) == (2024, "c1")
    assert conversion is not None
    assert conversion.to == "roth"
    assert distribution is not None
    assert [part.to for part in distribution.parts] == ["roth2"]


def test_plain_amounts_show_the_effect_on_the_source_and_events_the_size() -> None:
    (path,) = (p for p in STATEMENTS if p.parent.name == "plain_plan")
    reading = read(path)
    pairs = {
        record.kind: (str(record.amount), str(event.amount))
        for record, event in zip(reading.records, reading.events, strict=True)
        if event and event.amount
    }
    assert pairs[RowKind.FEE] == ("-12.50", "12.50")
    assert pairs[RowKind.IN_PLAN_CONVERSION] == ("-2,008.00", "2,008.00")
    assert pairs[RowKind.CONTRIBUTION] == ("-100.00", "-100.00")  # a correction keeps its sign


def test_a_zero_row_of_a_plain_file_is_kept_and_not_booked() -> None:
    (path,) = (p for p in STATEMENTS if p.parent.name == "plain_plan")
    reading = read(path)
    at = reading.events.index(None)
    assert reading.records[at].kind is RowKind.INFO
    assert reading.notes == ("1 row of 0.00 not booked",)


def test_a_change_of_several_funds_names_each_fund(tmp_path: Path) -> None:
    (path,) = (p for p in STATEMENTS if p.parent.name == "vanguard_qfx")
    second = (
        "<SECINFO><SECID><UNIQUEID>VGI2<UNIQUEIDTYPE>CUSIP</SECID><SECNAME>Bond Trust</SECINFO>"
    )
    text = path.read_text().replace("</MFINFO>", f"</MFINFO><MFINFO>{second}</MFINFO>")
    text = text.replace("VGI009901", "VGI2", 2)
    (tmp_path / "two.qfx").write_text(text)
    names = [record.investment for record in read(tmp_path / "two.qfx").records]
    assert names[:3] == ["Bond Trust", "Bond Trust", "Target Retirement 2050 Trust"]


def test_the_same_row_twice_is_two_records(tmp_path: Path) -> None:
    for path in STATEMENTS:
        if path.suffix in {".qfx", ".json"} or path.parent == MAP.parent:
            continue
        before = read(path)
        text = load(path).text
        lines = text.splitlines(keepends=True)
        last = lines[before.records[-1].line - 1]
        above, _, below = text.rpartition(last)
        (tmp_path / path.name).write_bytes(f"{above}{last}{last}{below}".encode())
        after = read(tmp_path / path.name)
        assert len(after.records) == len(before.records) + 1, path


def plan_qfx(folder: Path, *changes: tuple[str, str]) -> list[Record]:
    (path,) = (p for p in STATEMENTS if p.parent.name == "vanguard_qfx")
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "changed.qfx").write_text(text)
    return list(read(folder / "changed.qfx").records)


def test_a_purchase_that_names_a_loan_repays_it(tmp_path: Path) -> None:
    record = plan_qfx(tmp_path, ("<TOTAL>-1500.0", "<LOANID>1<TOTAL>-1500.0"))[0]
    assert (record.kind, str(record.amount)) == (RowKind.LOAN_REPAYMENT, "1,500.00")


# the sale of the file on the day, in the source and of the amount of a payday's purchase
EQUAL_SALE = (
    ("20251215160000", "20250131160000"),
    ("<TOTAL>1190.0", "<TOTAL>1500.0"),
    ("ROLLOVER</INVSELL>", "PRETAX</INVSELL>"),
)
AN_EXCHANGE = ("<MEMO>Withdrawal", "<MEMO>Fund exchange")


def test_a_sale_and_an_equal_purchase_of_one_day_move_between_funds(tmp_path: Path) -> None:
    records = plan_qfx(tmp_path, AN_EXCHANGE, *EQUAL_SALE)
    assert [r.kind for r in records if abs(r.amount.cents) == 150_000] == [
        RowKind.EXCHANGE,
        RowKind.EXCHANGE,
    ]


def test_what_a_payday_buys_and_a_payout_of_that_day_sells_is_no_exchange(tmp_path: Path) -> None:
    # the same amount in and out of one source and fund, and the sale says what it was for
    records = plan_qfx(tmp_path, *EQUAL_SALE)
    kinds = [r.kind for r in records if abs(r.amount.cents) == 150_000]
    assert kinds == [RowKind.CONTRIBUTION, RowKind.DISTRIBUTION]


def test_one_sale_is_the_other_leg_of_one_purchase(tmp_path: Path) -> None:
    records = plan_qfx(
        tmp_path,
        AN_EXCHANGE,
        *EQUAL_SALE,
        ("<TOTAL>-500.0", "<TOTAL>-1500.0"),
        ("<UNITS>5.00000", "<UNITS>15.0000"),
        ("OTHERVEST</INVBUY>", "PRETAX</INVBUY>"),
    )
    kinds = sorted(r.kind for r in records if abs(r.amount.cents) == 150_000)
    assert kinds == [RowKind.CONTRIBUTION, RowKind.EXCHANGE, RowKind.EXCHANGE]


def test_a_sale_without_a_known_reason_is_a_question(tmp_path: Path) -> None:
    record = plan_qfx(tmp_path, ("<MEMO>Withdrawal", "<MEMO>Other"))[-1]
    assert (record.kind, record.question) == (RowKind.UNKNOWN, "type_unknown")


def test_a_forfeiture_is_a_fee_and_what_a_plan_allocates_of_others_is_asked_about() -> None:
    told = [empower.WORDS.meaning("Forfeiture").for_amount(Money(cents)) for cents in (-100, 100)]
    assert [one.kind for one in told] == [RowKind.FEE, RowKind.UNKNOWN]
