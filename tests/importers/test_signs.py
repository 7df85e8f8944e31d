"""Amount and units of a row are held against each other: settled by what the row is, or asked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.importers.custom import parse_map
from ledger.importers.files import TextFile
from ledger.importers.infer import propose
from ledger.importers.read import read_file
from ledger.importers.reading import Reading
from ledger.records import Record, RowKind

NOW = date(2026, 11, 1)
K = RowKind
MAP = """[map]
dates = ["YYYY-MM-DD"]
{settings}
[columns]
date = "Date"
type = "Type"
source = "Source"
units = {units}
amount = "Amount"
[types]
"Pay" = "contribution"
"Dividend" = "earnings"
"Fee" = "fee"
"Withdrawal" = "distribution"
"Moved" = {{ kind = "transfer_in", negative = "transfer_out", question = "possible_conversion" }}
"Roth" = {{ kind = "conversion_in", negative = "conversion_out" }}
"Sold" = "exchange"
"Swap" = "exchange"
"""


def by_map(rows: str, *, plan: bool = True, signs: str = "printed") -> list[Record]:
    """Read rows of date, type, source, units and amount by a column map."""
    settings = f'plan = {str(plan).lower()}\nsigns = "{signs}"'
    file = TextFile("a.csv", "", f"Date,Type,Source,Units,Amount\n{rows}\n")
    described = MAP.format(settings=settings, units='"Units"')
    return list(parse_map(described, "m.toml", "m").read(file, NOW).records)


def one(row: str, *, plan: bool = True, signs: str = "printed") -> Record:
    (record,) = by_map(row, plan=plan, signs=signs)
    return record


def figures(record: Record) -> tuple[RowKind, str, str, str]:
    return record.kind, str(record.amount), record.units, record.question


@pytest.mark.parametrize(
    ("row", "kind", "amount", "units"),
    [
        ("2025-01-02,Fee,roth,-0.1310,12.50", K.FEE, "-12.50", "-0.1310"),
        ("2025-01-02,Fee,roth,0.1310,-12.50", K.FEE, "-12.50", "-0.1310"),
        ("2025-01-02,Withdrawal,roth,-1.5,150", K.DISTRIBUTION, "-150.00", "-1.5"),
        ("2025-01-02,Withdrawal,roth,1.5,-150", K.DISTRIBUTION, "-150.00", "-1.5"),
        # a fee that is given back comes in with both figures
        ("2025-01-02,Fee,roth,0.1310,12.50", K.FEE, "12.50", "0.1310"),
    ],
)
def test_what_a_fee_or_a_withdrawal_is_says_which_way_it_went(
    row: str, kind: RowKind, amount: str, units: str
) -> None:
    also = "2025-01-03,Withdrawal,roth,-1,-1"  # the file prints signs
    assert figures(by_map(f"{row}\n{also}")[0]) == (kind, amount, units, "")


@pytest.mark.parametrize(
    "row",
    [
        "2025-01-02,Pay,roth,4.032,-300",
        "2025-01-02,Pay,roth,-4.032,300",
        "2025-01-02,Dividend,roth,-0.5,5",
        "2025-01-02,Dividend,roth,0.5,-5",
        "2025-01-02,Roth,in_plan_roth,-20,2000",
        "2025-01-02,Pay,Whatever,-4.032,300",  # its source is asked afterwards
    ],
)
def test_a_contradiction_that_nothing_settles_is_a_question(row: str) -> None:
    assert one(row).question == "sign_unknown"


def test_a_move_keeps_the_question_what_it_was_and_its_signs_are_asked_first() -> None:
    assert figures(one("2025-01-02,Moved,after_tax,-20,2000")) == (
        *(K.TRANSFER_IN, "2,000.00", "-20"),
        "possible_conversion",
    )


def test_figures_that_agree_are_left_as_they_are() -> None:
    assert figures(one("2025-01-02,Pay,roth,-3.0,-300")) == (K.CONTRIBUTION, "-300.00", "-3.0", "")
    assert figures(one("2025-01-02,Pay,roth,,-300")) == (K.CONTRIBUTION, "-300.00", "", "")


def test_a_trade_of_an_ira_has_its_units_against_the_cash() -> None:
    assert figures(one("2025-01-02,Swap,,3.0,-300", plan=False))[1:3] == ("-300.00", "3.0")
    assert figures(one("2025-01-02,Sold,,3.0,300", plan=False))[1:3] == ("300.00", "-3.0")
    assert figures(one("2025-01-02,Sold,,-3.0,300", plan=False))[1:3] == ("300.00", "-3.0")


def test_a_change_of_funds_in_a_plan_leaves_where_one_figure_is_negative() -> None:
    assert one("2025-01-02,Swap,roth,3.0,-300").units == "-3.0"
    assert one("2025-01-02,Swap,roth,-3.0,300").units == "-3.0"
    assert one("2025-01-02,Swap,roth,3.0,300").units == "3.0"


@pytest.mark.parametrize(
    ("printed", "normal"),
    [
        ('"1,234.500"', "1234.500"),
        ("+.5", "0.5"),
        ("(2.50)", "-2.50"),
        ("− 3.1", "-3.1"),
        ("12S", "-12"),
        ("0.000", ""),
        ("-0.00", ""),
        ("--", ""),
        ("n/a", ""),
    ],
)
def test_units_are_a_plain_number_with_the_printed_decimals(printed: str, normal: str) -> None:
    assert one(f"2025-01-02,Moved,after_tax,{printed},0").units == normal


def test_unsigned_units_leave_with_money_that_the_type_says_left() -> None:
    rows = "2025-01-02,Pay,roth,3,300\n2025-01-03,Withdrawal,roth,1,100"
    assert [r.units for r in by_map(rows, signs="by_type")] == ["3", "-1"]


def test_units_are_turned_with_amounts_that_are_turned() -> None:
    rows = "2025-01-02,Pay,roth,-3,-300\n2025-01-03,Withdrawal,roth,1,100"
    turned = by_map(rows, signs="turned")
    assert [(str(r.amount), r.units) for r in turned] == [("300.00", "3"), ("-100.00", "-1")]
    cash = by_map("2025-01-02,Pay,roth,3,-300", signs="turned")  # units as they are, cash turned
    assert [(str(r.amount), r.units) for r in cash] == [("300.00", "3")]


OFX = """OFXHEADER:100

<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS><CURDEF>USD<INVACCTFROM><BROKERID>x<ACCTID>93793
</INVACCTFROM><INVTRANLIST>
<{tag}><INV{side}><INVTRAN><FITID>A1<DTTRADE>20260402<MEMO>{memo}</INVTRAN><SECID><UNIQUEID>1
</SECID><UNITS>{units}<UNITPRICE>74.41<TOTAL>{total}{source}</INV{side}></{tag}>
</INVTRANLIST></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1></OFX>
"""


def ofx(folder: Path, tag: str, units: str, total: str, *, plan: bool = True) -> Record:
    path = folder / "a.qfx"
    source = "<INV401KSOURCE>PRETAX" if plan else ""
    side, memo = tag[:-2], "Withdrawal" if tag.startswith("SELL") else ""
    text = OFX.format(tag=tag, side=side, units=units, total=total, source=source, memo=memo)
    path.write_text(text, "utf-8")
    (record,) = read_file(path, now=NOW).records
    return record


@pytest.mark.parametrize(
    ("tag", "units", "total", "read"),
    [
        ("BUYMF", "4.032", "-300.00", (K.CONTRIBUTION, "300.00", "4.032", "")),
        # some plans leave out the minus of what a purchase costs
        ("BUYMF", "4.032", "300.00", (K.CONTRIBUTION, "300.00", "4.032", "")),
        # a purchase taken back: both figures say that it left
        ("BUYMF", "-4.032", "300.00", (K.CONTRIBUTION, "-300.00", "-4.032", "")),
        ("SELLMF", "-4.032", "300.00", (K.DISTRIBUTION, "-300.00", "-4.032", "")),
        ("SELLMF", "4.032", "300.00", (K.DISTRIBUTION, "-300.00", "-4.032", "")),
        ("SELLMF", "-4.032", "-300.00", (K.DISTRIBUTION, "-300.00", "-4.032", "")),
    ],
)
def test_ofx_defines_that_a_purchase_comes_in_and_a_sale_goes_out(
    tag: str, units: str, total: str, read: tuple[RowKind, str, str, str], tmp_path: Path
) -> None:
    assert figures(ofx(tmp_path, tag, units, total)) == read


def test_a_trade_in_an_ofx_file_of_an_ira_stays_cash(tmp_path: Path) -> None:
    assert figures(ofx(tmp_path, "BUYMF", "4.032", "-300.00", plan=False))[1:3] == (
        *("-300.00", "4.032"),
    )
    assert figures(ofx(tmp_path, "SELLMF", "4.032", "300.00", plan=False))[1:3] == (
        *("300.00", "-4.032"),
    )


def test_a_row_with_a_column_by_source_gives_each_its_share_of_the_units() -> None:
    described = """[map]
dates = ["YYYY-MM-DD"]
[columns]
date = "Date"
type = "Type"
units = "Units"
investment = "Fund"
[source_columns]
"Roth" = "roth"
"Match" = "match"
[types]
"Pay" = "contribution"
"Swap" = "contribution"
"""
    rows = "2025-01-02,Pay,500 Index,10.000,200,100\n2025-01-03,Swap,500 Index,1,200,-100"
    file = TextFile("a.csv", "", f"Date,Type,Fund,Units,Roth,Match\n{rows}\n")
    records = parse_map(described, "m.toml", "m").read(file, NOW).records
    assert [r.units for r in records] == ["6.667", "3.333", "", ""]
    assert sum(Decimal(r.units) for r in records[:2]) == Decimal("10.000")
    assert {r.investment for r in records} == {"500 Index"}


@pytest.mark.parametrize(
    ("named", "taken"), [('["Shares", "Units"]', "7"), ('["Units", "Shares"]', "3")]
)
def test_of_two_columns_of_units_the_first_that_the_map_names_is_taken(
    named: str, taken: str
) -> None:
    file = TextFile(
        "a.csv", "", "Date,Type,Source,Units,Shares,Amount\n2025-01-02,Pay,roth,3,7,300\n"
    )
    described = MAP.format(settings="", units=named)
    (record,) = parse_map(described, "m.toml", "m").read(file, NOW).records
    assert record.units == taken


TWO_LEGS = """Date,Transaction,Investment,Units,Price,Amount
03/16/2026,In Plan Roth,500 Index,20.9644,$95.40,"$2,000.00"
03/16/2026,Withdrawal,500 Index,-20.9644,$95.40,"($2,000.00)"
{more}03/13/2026,Contribution,500 Index,21.0726,$94.91,"$2,000.00"
"""


def inferred(more: str = "", text: str = TWO_LEGS) -> Reading:
    file = TextFile("a.csv", "", text.format(more=more))
    proposal = propose(file)
    for point in proposal.open:
        proposal = proposal.settled(point.about, "plan" if point.about == "plan" else "Transaction")
    return parse_map(proposal.toml(), "m.toml", "m").read(file, NOW)


def test_a_conversion_told_in_two_rows_is_read_as_its_two_sides() -> None:
    into, out, paid = inferred().records
    assert (into.kind, out.kind, paid.kind) == (K.CONVERSION_IN, K.CONVERSION_OUT, K.CONTRIBUTION)


def test_the_two_sides_may_be_told_by_fund() -> None:
    parts = (
        '03/16/2026,Withdrawal,500 Index,-12.5786,$95.40,"($1,200.00)"\n'
        '03/16/2026,Withdrawal,500 Index,-8.3858,$95.40,"($800.00)"\n'
    )
    whole = '03/16/2026,Withdrawal,500 Index,-20.9644,$95.40,"($2,000.00)"\n'
    kinds = [r.kind for r in inferred(text=TWO_LEGS.replace(whole, parts)).records]
    assert kinds == [K.CONVERSION_IN, K.CONVERSION_OUT, K.CONVERSION_OUT, K.CONTRIBUTION]


def test_a_payment_beside_a_conversion_stays_a_payment() -> None:
    paid = '03/16/2026,Withdrawal,500 Index,-5.0000,$95.40,"($477.00)"\n'
    kinds = [r.kind for r in inferred(paid).records]
    assert kinds == [K.CONVERSION_IN, K.CONVERSION_OUT, K.DISTRIBUTION, K.CONTRIBUTION]
    other = TWO_LEGS.replace("-20.9644", "-19.0000")  # other units: not the same money
    assert [r.kind for r in inferred(text=other).records][1] is K.DISTRIBUTION
