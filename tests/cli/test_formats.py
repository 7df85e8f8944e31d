"""A column map is proposed from a file that no reader knows; what it cannot know is asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger.errors import LedgerError
from ledger.importers.custom import load_map
from ledger.importers.files import TextFile, load
from ledger.importers.infer import propose
from ledger.importers.proposal import Proposal
from ledger.importers.read import read_file
from tests.cli.conftest import Basis

NOW = date(2026, 11, 24)
ACME = """Acme Recordkeeping export
Account;XYZ

Posted;What happened;Bucket;Fund;Units;Total ($)
2025-01-31;Payroll;5 - AFTER-TAX;Index Fund;20.000;2000.00
2025-01-31;Payroll;Company money;Index Fund;7.500;750.00
2025-02-03;Recharacterize in plan;5 - AFTER-TAX;Index Fund;-20.000;-2000.00
2025-02-04;Share class conversion;Company money;Index Fund;0.1;0.00
Total;;;;;750.00
"""
IRA = """Date,Process Date,Description,Net Amount,Balance
01/03/2025,01/04/2025,Contribution,"7,000.00","7,000.00"
02/04/2025,02/05/2025,Dividend,3.11,"7,003.11"
"""


def proposed(text: str, name: str = "activity.csv") -> Proposal:
    Path(name).write_text(text, "utf-8")
    return propose(load(Path(name)))


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_columns_are_told_by_their_titles_and_cells() -> None:
    found = proposed(ACME)
    assert (found.line, found.delimiter, found.open) == (4, "semicolon", ())
    assert dict(found.roles) == {
        "date": "Posted",
        "type": "What happened",
        "amount": "Total ($)",
        "source": "Bucket",
        "investment": "Fund",
        "units": "Units",
    }
    assert found.dates == ("YYYY-MM-DD",)
    assert found.plan
    assert found.footers == ("Total",)


def test_bank_money_of_an_ira_is_asked_about_and_its_memo_may_say_what_it_is(
    tmp_path: Path,
) -> None:
    text = (
        "Date,Type,Description,Amount\n"
        "2025-01-06,Deposits/Withdrawals,Electronic funds,7000.00\n"
        "2025-01-13,Deposits/Withdrawals,Adjustment: Roth conversion,-7000.00\n"
        "2025-02-03,Deposits/Withdrawals,Electronic funds,-50.00\n"
        "2025-03-03,Contribution,,-10.00\n"
        "2025-04-03,Contribution,,20.00\n"
    )
    map_ = tmp_path / "map.toml"
    map_.write_text(proposed(text).settled("plan", "ira").toml(), "utf-8")
    (tmp_path / "a.csv").write_text(text, "utf-8")
    records = read_file(tmp_path / "a.csv", str(map_)).records
    assert [(record.kind.value, record.question) for record in records] == [
        ("contribution", "deposit_unknown"),
        ("conversion_out", ""),
        ("distribution", "payment_unknown"),
        ("unknown", "type_unknown"),
        ("contribution", ""),
    ]


def test_units_in_parentheses_are_units_and_a_price_of_a_unit_is_none() -> None:
    row = "07/31/2026,Contribution,After-Tax,300.00"
    both = proposed(f"Date,Activity,Source,Amount,Units,Unit Price\n{row},(6.0000),50.00\n")
    assert (both.roles["units"], both.roles["price"]) == ("Units", "Unit Price")
    value = proposed(f"Date,Activity,Source,Amount,Unit Value\n{row},50.00\n")
    assert "units" not in value.roles


def test_a_money_type_is_a_source_and_the_activity_says_what_happened() -> None:
    found = proposed(
        "Posting Day,Money Type,Activity,Dollars,Shares\n"
        "2025-02-14,After Tax Voluntary,Payroll Contribution,500.00,5.000\n"
        "2025-06-30,After Tax Voluntary,Dividend,12.40,0.124\n"
    )
    assert (found.roles["type"], found.roles["source"]) == ("Activity", "Money Type")
    assert found.plan


def test_a_money_type_alone_is_what_happened() -> None:
    found = proposed("Day,Money Type,Dollars\n2025-02-14,Payroll,500.00\n")
    assert found.roles["type"] == "Money Type"


def test_the_map_reads_the_file_and_leaves_open_what_nobody_can_know() -> None:
    text = proposed(ACME).toml()
    assert '"5 - AFTER-TAX" = "after_tax"' in text
    assert '# "Company money" = …' in text
    assert '# "Share class conversion" = …' in text, "a false friend is no Roth conversion"
    assert 'source = "Bucket"  # 5 - AFTER-TAX; Company money' in text, "with examples"
    Path("acme.toml").write_text(text, "utf-8")
    load_map(Path("acme.toml"))


def test_a_date_that_reads_both_ways_is_asked() -> None:
    found = proposed(IRA)
    assert found.roles["date"] == "Date", "not the day it was processed"
    assert found.roles["amount"] == "Net Amount", "not the running balance"
    assert {point.about: point.choices for point in found.open} == {
        "dates": ("MM/DD/YYYY", "DD/MM/YYYY"),
        "plan": ("plan", "ira"),
    }
    assert proposed(IRA.replace("01/03", "01/30")).dates == ("MM/DD/YYYY",)
    assert proposed(IRA.replace("01/03", "30/01")).dates == ("DD/MM/YYYY",)


def test_a_qif_file_is_named_and_pointed_elsewhere(basis: Basis) -> None:
    Path("plan.qif").write_text("!Account\nNACME 401K\nTInvst\n^\n!Type:Invst\n^\n", "utf-8")
    basis("init")
    for command in (("import", "plan.qif"), ("formats", "infer", "plan.qif")):
        done = basis(*command)
        assert done.exit_code == 2
        assert "this is a QIF file of Quicken" in done.output
        assert "choose CSV at the site, or OFX" in done.output
        assert "proposes a column map" not in done.output


@pytest.mark.parametrize("text", ["", "a\n", "Name,Value,Note\nx,1,y\n", "\n\n\n,,,\n"])
def test_a_text_without_a_table_is_refused(text: str) -> None:
    with pytest.raises(LedgerError) as caught:
        propose(TextFile(name="x.csv", text=text, sha256="0" * 64))
    assert caught.value.code == "no_table"


def test_in_a_script_an_open_point_names_its_option(basis: Basis) -> None:
    Path("ira.csv").write_text(IRA, "utf-8")
    done = basis("formats", "infer", "ira.csv")
    assert done.exit_code == 2
    assert "--dates MM/DD/YYYY" in done.output
    done = basis("formats", "infer", "ira.csv", "--dates", "MM/DD/YYYY")
    assert "--plan or --ira" in done.output
    done = basis("formats", "infer", "ira.csv", "--dates", "MM/DD/YYYY", "--ira")
    assert done.exit_code == 0, done.output
    assert "2 rows of ira.csv" in done.output
    assert basis("formats", "infer", "ira.csv", "--ira").exit_code == 2, "open again"
    again = basis("formats", "infer", "ira.csv", "--dates", "MM/DD/YYYY", "--ira")
    assert "exists already" in again.output


def test_the_proposed_map_imports(basis: Basis) -> None:
    Path("activity.csv").write_text(ACME, "utf-8")
    assert basis("formats", "infer", "activity.csv", "--to", "acme.toml").exit_code == 0
    for words in (
        ("init",),
        ("taxpayer", "add", "rose", "--name", "Rose Green", "--born", "1970-05-01"),
        ("account", "add", "acme", "--owner", "rose", "--kind", "401k"),
    ):
        assert basis(*words).exit_code == 0
    done = basis(
        "import", "activity.csv", "--as", "acme.toml", "--account", "acme", "--dry-run", "--json"
    )
    assert '"event": "contribution"' in done.output
    assert '"code": "source_unknown"' in done.output


def test_a_wrong_answer_names_the_columns(basis: Basis) -> None:
    Path("activity.csv").write_text(ACME, "utf-8")
    done = basis("formats", "infer", "activity.csv", "--column", "amount=Sum")
    assert done.exit_code == 2
    assert "Posted, What happened, Bucket" in done.output
    done = basis("formats", "infer", "activity.csv", "--column", "amount")
    assert "ROLE=TITLE" in done.output
    for role, value in (("--dates", "soon"), ("--column", "sum=Total ($)")):
        done = basis("formats", "infer", "activity.csv", role, value)
        assert done.exit_code == 2, done.output
        assert "one of: " in done.output


def test_a_known_file_needs_no_map(basis: Basis) -> None:
    known = Path(__file__).parents[2] / "fixtures/statements/empower/history.csv"
    if not known.exists():
        (known,) = known.parent.glob("*.csv")
    done = basis("formats", "infer", str(known))
    assert done.exit_code == 0
    assert "is read as it is, as empower" in done.output


HOSTILE = [
    ("Trade Date \N{GRINNING FACE}", "Dividend"),
    ('Day "Trade Date" \\', 'Divi"dend\\'),
    ("Trade Date\x7f", "Dividend\x7f \N{GRINNING FACE}"),
    ("Trade Date", "Contribution *"),
    ("Trade Date", "= # Dividend"),
]


@pytest.mark.parametrize(("title", "words"), HOSTILE)
def test_a_map_of_any_titles_and_types_loads_and_reads_the_file(title: str, words: str) -> None:
    """Half letters and DEL are no TOML; a star at the end would stand for other types too."""
    quoted = [f'"{text.replace(chr(34), chr(34) * 2)}"' for text in (title, words)]
    text = f"{quoted[0]},Activity,Net Amount\n01/31/2025,{quoted[1]},1.00\n"
    found = proposed(f"{text}01/31/2025,Contribution reversal,2.00\n").settled("plan", "ira")
    Path("map.toml").write_text(found.toml(), "utf-8")
    reading = load_map(Path("map.toml")).read(load(Path("activity.csv")), NOW)
    assert [record.amount.plain for record in reading.records] == ["1.00", "2.00"]
    if words.endswith("*"):
        assert "asked at import" in found.toml()


def test_the_header_is_the_nearest_line_and_many_lines_take_no_longer() -> None:
    above = "".join(f"note {n},b,c\n" for n in range(100))
    found = proposed(f"{above}Trade Date,Activity,Net Amount\n01/31/2025,Dividend,1.00\n")
    assert found.line == 101


def test_an_answer_that_takes_a_column_away_is_asked_about(basis: Basis) -> None:
    rows = "01/31/2025,Dividend,1.00,x\n"
    Path("activity.csv").write_text(f"Trade Date,Activity,Net Amount,Note\n{rows}", "utf-8")
    for column, also, said in (
        ("type=Net Amount", ("--ira",), "no column is left for the amount"),
        ("date=Note", ("--ira",), "is a date"),
        ("plan=x", (), "there is no plan 'x'"),
    ):
        done = basis("formats", "infer", "activity.csv", "--column", column, *also)
        assert done.exit_code == 2, done.output
        assert said in done.output
    assert not Path("activity.toml").exists()


def test_a_date_column_that_is_named_is_asked_the_order_of_day_and_month(basis: Basis) -> None:
    text = "Trade Date,Settled Date,Activity,Net Amount\n01/31/2025,01/02/2025,Dividend,1.00\n"
    Path("activity.csv").write_text(text, "utf-8")
    words = ("formats", "infer", "activity.csv", "--ira", "--column", "date=Settled Date")
    done = basis(*words)
    assert done.exit_code == 2
    assert "every date reads both ways" in done.output
