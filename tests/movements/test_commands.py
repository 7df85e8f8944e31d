"""The same files in any order, one by one or together: one movement, and the same Form 8606.

A plan pays 10,700.00 of pre-tax money out of two funds on September 20, 2023; the traditional IRA
gets it in one deposit on September 22. A contribution of 6,500.00 is made and converted in
October. Form 8606: line 6 is 10,700.00, line 18 is 6,500 - 6,500 × 6,500 ÷ 17,200 = 4,043.60.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.main import main
from ledger.store import Ledger

EMPOWER = "EFFECTIVE DATE,TRANSACTION DESCRIPTION,SOURCE,OPTION,UNITS/ SHARES,AMOUNT"
FIDELITY = "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Amount ($),Settlement Date"
TWO_FUNDS = (
    "01/10/20,Payroll Contribution,Employee Before Tax,500 Index,60.000000,6000.00",
    "01/10/20,Payroll Contribution,Employee Before Tax,Bond Index,40.000000,4000.00",
    "09/20/23,Account Withdrawal,Employee Before Tax,500 Index,-60.000000,-6600.00",
    "09/20/23,Account Withdrawal,Employee Before Tax,Bond Index,-40.000000,-4100.00",
)
IRA = (
    "09/22/2023,ROLLOVER CASH (Cash), ,No Description,Cash,0,,10700,",
    "10/02/2023,CASH CONTRIBUTION CURRENT YEAR (Cash), ,No Description,Cash,0,,6500,",
    "10/10/2023,CONV TO ROTH IRA (Cash), ,No Description,Cash,0,,-6500,",
)
ROTH = ("10/10/2023,ROTH CONVERSION (Cash), ,No Description,Cash,0,,6500,",)
AFTER_TAX = (
    "01/10/20,Payroll Contribution,After-tax Contribution,500 Index,6.000000,600.00",
    "01/10/20,Payroll Contribution,After-tax Contribution,Bond Index,20.000000,400.00",
    "09/20/23,Account Withdrawal,After-tax Contribution,500 Index,-6.000000,-660.00",
    "09/20/23,Account Withdrawal,After-tax Contribution,Bond Index,-20.000000,-410.00",
)
CHART = (
    ("old", "401k", ""),
    ("ira", "traditional_ira", "234567890"),
    ("roth", "roth_ira", "234567891"),
)
SAID = {
    "possible_conversion": "conversion",
    "value_needed": "all",
    "source_unknown": "rollover",
    "rollover_origin": "outside",
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of a ledger with a plan and two IRAs; made once."""
    path = tmp_path_factory.mktemp("empty") / "ledger.db"
    lines = [["init"], ["taxpayer", "add", "rose", "--name", "Rose", "--born", "1970-05-01"]]
    for name, kind, number in CHART:
        line = ["account", "add", name, "--owner", "rose", "--kind", kind]
        lines.append([*line, "--number", number] if number else line)
    for words in lines:
        assert CliRunner().invoke(main, ["--ledger", str(path), *words]).exit_code == 0
    return path.read_bytes()


class Desk:
    """A ledger, files, and a person who answers what an import asks."""

    def __init__(self, folder: Path, content: bytes) -> None:
        self.folder = folder
        self.ledger = folder / "ledger.db"
        self.ledger.write_bytes(content)
        self.ledger.chmod(0o600)
        self.rounds: list[list[str]] = []  # what was asked in each round

    def run(self, *words: str, code: int = 0) -> str:
        done = CliRunner().invoke(main, ["--ledger", str(self.ledger), *words])
        assert done.exit_code == code, done.output
        return done.output

    def write(self, account: str, *lines: str) -> str:
        number = next((number for name, _, number in CHART if name == account), "")
        name = f"History_for_Account_{number}.csv" if number else f"{account}.csv"
        text = "\n".join((FIDELITY if number else EMPOWER, *lines, ""))
        (self.folder / name).write_text(text)
        return str(self.folder / name)

    def bring(self, *files: str, sent_to: str = "in_transit", plan: str = "old") -> str:
        """Import files; where money went, or came from, is not known unless ``sent_to`` says it."""
        said: list[dict[str, Any]] = []
        path = self.folder / "answers.json"
        named = ["--account", plan] if any(Path(f).stem == plan for f in files) else []
        words = ["import", *files, *named, "--answers", str(path), "--yes"]
        for _ in range(5):
            path.write_text(json.dumps(said))
            preview = json.loads(self.run(*words, "--dry-run", "--json"))
            open_ = [(f["file"], q) for f in preview["files"] for q in f["questions"]]
            self.rounds.append([f"{q['code']} {q['line']}" for _, q in open_])
            if not open_:
                break
            said += [
                {"code": q["code"], "file": file, "line": q["line"],
                 "answer": SAID.get(q["code"], sent_to if file == f"{plan}.csv" else "in_transit")}
                for file, q in open_
            ]  # fmt: skip
        return self.run(*words)

    def year(self) -> Any:
        return json.loads(self.run("year-end", "2023", "--json"))["forms"]

    def open_sides(self) -> list[str]:
        with Ledger.open(self.ledger) as ledger:
            return [f"{one.account} {one.amount.plain}" for one in ledger.books().open_sides]


@pytest.fixture
def desk(empty: bytes, tmp_path: Path) -> Desk:
    return Desk(tmp_path, empty)


def form_8606(desk: Desk) -> dict[str, str]:
    lines = desk.year()["8606"]["lines"]
    return {line: lines[line] for line in ("1", "6", "16", "18")}


RIGHT = {"1": "6500.00", "6": "10700.00", "16": "6500.00", "18": "4043.60"}


def all_files(desk: Desk) -> list[str]:
    return [desk.write("old", *TWO_FUNDS), desk.write("ira", *IRA), desk.write("roth", *ROTH)]


@pytest.mark.parametrize("groups", ["0 1 2", "2 1 0", "1 0 2", "012", "0 12", "12 0"])
@pytest.mark.parametrize("sent_to", ["ira", "in_transit"])
def test_a_payment_of_two_funds_is_one_rollover_in_any_order(
    desk: Desk, groups: str, sent_to: str
) -> None:
    files = all_files(desk)
    for group in groups.split():
        desk.bring(*(files[int(number)] for number in group), sent_to=sent_to)
    assert form_8606(desk) == RIGHT
    assert desk.open_sides() == []
    asked = [line for one in desk.rounds for line in one if line.startswith("partner_unknown")]
    assert asked.count("partner_unknown 4") <= 2  # the payment once, the conversion once


def test_an_undone_file_takes_back_its_own_side_and_no_more(desk: Desk) -> None:
    files = all_files(desk)
    for file in files:
        desk.bring(file)
    told = desk.run("undo", "2", "--why", "too early")
    assert "open again: 10,700.00 left old on 2023-09-20" in told
    assert desk.open_sides() == ["old 10700.00", "roth 6500.00"]
    assert "no statement shows where it arrived" in desk.run("year-end", "2023", code=2)
    desk.bring(files[1])
    assert (form_8606(desk), desk.open_sides()) == (RIGHT, [])
    assert "verified" in desk.run("verify")


def test_what_no_statement_tells_is_settled_by_a_word(desk: Desk) -> None:
    desk.bring(desk.write("old", *TWO_FUNDS))
    refused = desk.run("check", "2023", code=2)
    entry = refused.split("basis settle ")[1].split()[0]
    assert "a distribution of old cannot" in desk.run("settle", entry, "--to", "outside", code=2)
    desk.run("settle", entry, "--to", "roth")
    assert desk.year()["1040"]["lines"] == {"5b": "10700.00"}  # all of it is taxed
    desk.run("settle", entry, "--to", "ira")  # the newest counts
    assert desk.year()["1040"]["lines"] == {"5a": "10700.00", "5b": "0.00"}
    assert "say where it went" in desk.run("settle", entry, code=2)


@pytest.mark.parametrize("order", ["01", "10"])
def test_after_tax_money_of_two_funds_goes_to_a_roth_ira(desk: Desk, order: str) -> None:
    # +600.00 and +400.00, later -660.00 and -410.00: 70.00 was gained and is taxed
    deposit = "09/22/2023,ROLLOVER CASH (Cash), ,No Description,Cash,0,,1070,"
    files = [desk.write("old", *AFTER_TAX), desk.write("roth", deposit)]
    for number in order:
        desk.bring(files[int(number)], sent_to="roth")
    (form,) = desk.year()["1099-R"]
    assert (form["boxes"]["1"], form["boxes"]["2a"], form["boxes"]["5"]) == (
        "1070.00", "70.00", "1000.00",
    )  # fmt: skip


@pytest.mark.parametrize("order", ["01", "10", "0+1"])
def test_one_check_for_two_sources_is_booked_once(desk: Desk, order: str) -> None:
    rows = (
        "01/10/20,Payroll Contribution,Employee Before Tax,500 Index,10.000000,1000.00",
        "01/10/20,Payroll Contribution,Employer Match,500 Index,5.000000,500.00",
        "09/20/23,Account Withdrawal,Employee Before Tax,500 Index,-10.000000,-1100.00",
        "09/20/23,Account Withdrawal,Employer Match,500 Index,-5.000000,-550.00",
    )
    deposit = "09/22/2023,ROLLOVER CASH (Cash), ,No Description,Cash,0,,1650,"
    files = [desk.write("old", *rows), desk.write("ira", deposit)]
    groups: Iterable[list[str]] = [files] if order == "0+1" else [[files[int(n)]] for n in order]
    for group in groups:
        desk.bring(*group)
    assert desk.open_sides() == []
    assert desk.year()["1040"]["lines"] == {"5a": "1650.00", "5b": "0.00"}
    with Ledger.open(desk.ledger) as ledger:
        arrived = [p.value.cents for e in ledger.books().entries for p in e.postings
                   if p.pool.account == "ira"]  # fmt: skip
    assert sum(arrived) == 165_000


@pytest.mark.parametrize("order", ["01", "10"])
def test_contributions_to_a_rollover_source_are_the_arrival(desk: Desk, order: str) -> None:
    desk.run("account", "add", "new", "--owner", "rose", "--kind", "401k")
    paid = (
        "01/10/20,Payroll Contribution,Employee Before Tax,500 Index,10.000000,1000.00",
        "09/20/23,Account Withdrawal,Employee Before Tax,500 Index,-10.000000,-1100.00",
    )
    came = "09/22/23,Payroll Contribution,Incoming Money,Bond Index,11.000000,1100.00"
    files = [(desk.write("old", *paid), "old"), (desk.write("new", came), "new")]
    for number in order:
        file, plan = files[int(number)]
        desk.bring(file, plan=plan, sent_to="new" if plan == "old" else "in_transit")
    told = json.loads(desk.run("balances", "--json"))
    assert [(p["source"], p["value"]) for p in told["balances"] if p["account"] == "new"] == [
        ("rollover", "1100.00")
    ]
    assert desk.open_sides() == []


def test_an_exported_ledger_with_an_open_side_comes_back_with_it(desk: Desk) -> None:
    desk.bring(desk.write("old", *TWO_FUNDS))
    path = desk.folder / "story.toml"
    path.write_text(desk.run("scenario", "export"))
    again = desk.run("scenario", "run", str(path), code=2)
    assert "10,700.00 left old on 2023-09-20" in again
    desk.bring(desk.write("ira", *IRA), desk.write("roth", *ROTH))
    path.write_text(desk.run("scenario", "export"))
    told = json.loads(desk.run("scenario", "run", str(path), "--json"))
    record = next(one for one in told["records"] if one["tax_year"] == 2023)
    assert {k: record["forms"]["8606"]["lines"][k] for k in RIGHT} == RIGHT


@pytest.mark.parametrize("typed", [True, False])
@pytest.mark.parametrize("order", ["payment first", "deposit first", "settled otherwise before"])
def test_a_60_day_rollover_names_its_payment_in_either_order(
    desk: Desk, order: str, *, typed: bool
) -> None:
    deposit = "11/06/2023,ROLLOVER CASH (Cash), ,No Description,Cash,0,,10700,"
    ira, plan = desk.write("ira", deposit), desk.write("old", *TWO_FUNDS)
    add = ("add", "distribution", "--account", "old", "--source", "pre_tax", "--date",
           "2023-09-20", "--amount", "10700")  # fmt: skip
    if typed:
        desk.bring(desk.write("old", *TWO_FUNDS[:2]))

    def pay() -> None:
        if typed:
            desk.run(*add, "--value", "10700")
        else:
            desk.bring(plan, sent_to="cash")

    if order == "payment first":
        pay()
        preview = json.loads(desk.run("import", ira, "--dry-run", "--json"))
        (question,) = preview["files"][0]["questions"]
        path = desk.folder / "said.json"
        named = question["choices"][0]
        path.write_text(json.dumps(
            [{"code": "rollover_origin", "line": question["line"], "answer": named}]
        ))  # fmt: skip
        desk.run("import", ira, "--answers", str(path))
    else:
        desk.bring(ira)
        pay()
        told = desk.run("check", "2023", code=2)
        words = told.split("a payment to you that was put back: basis ")[1].split()[:4]
        if order == "settled otherwise before":
            desk.run(*words[:2], "--from", "outside")
        assert "to ira" in desk.run(*words)
    assert desk.open_sides() == []
    assert desk.year()["1040"]["lines"] == {"5a": "10700.00", "5b": "0.00"}
    if order != "payment first" and not typed:
        desk.run("undo", "2", "--why", "wrong file")  # the point is open again
        assert desk.open_sides() == ["ira 10700.00"]


@pytest.mark.parametrize("named", list(product(("pre_tax", "after_tax"), repeat=2)))
def test_one_check_put_back_into_two_iras_gives_pretax_money_to_the_traditional_one(
    desk: Desk, named: tuple[str, str]
) -> None:
    """5,500.00 in cash, 1,000.00 of it after-tax: whichever entry is named, nothing is taxed."""
    rows = [
        f"{day},{what},{source},500 Index,{sign}{units}.000000,{sign}{units}00.00"
        for day, what, sign in (
            ("01/10/20", "Payroll Contribution", ""),
            ("09/20/23", "Account Withdrawal", "-"),
        )
        for source, units in (("Employee Before Tax", 45), ("After-tax Contribution", 10))
    ]
    desk.bring(desk.write("old", *rows), sent_to="cash")
    for account, amount in (("ira", 4500), ("roth", 1000)):
        deposit = f"10/06/2023,ROLLOVER CASH (Cash), ,No Description,Cash,0,,{amount},"
        desk.bring(desk.write(account, deposit))
    with Ledger.open(desk.ledger) as ledger:
        events = [one.event for one in ledger.books().facts]
    paid = {str(e.source): e.seq for e in events if e.day.isoformat() == "2023-09-20"}
    came = {e.account: e.seq for e in events if e.day.isoformat() == "2023-10-06"}
    for account, source in zip(("ira", "roth"), named, strict=True):
        desk.run("settle", str(came[account]), "--of", str(paid[source]))
    assert desk.open_sides() == []
    assert desk.year()["1040"]["lines"] == {"5a": "5500.00", "5b": "0.00"}


def test_an_import_names_no_entry_that_is_not_stored_yet(desk: Desk) -> None:
    desk.bring(desk.write("ira", "11/06/2023,ROLLOVER CASH (Cash), ,No Description,Cash,0,,10700,"))
    told = " ".join(desk.bring(desk.write("old", *TWO_FUNDS), sent_to="cash").split())
    assert "10,700.00 came into ira on 2023-11-06" in told
    assert "settle 1 --of" not in told
    assert "settle 1 --of" in desk.run("check", "2023", code=2)


def test_a_payment_put_back_after_60_days_counts_with_a_reason(desk: Desk) -> None:
    desk.bring(desk.write("ira", "12/06/2023,ROLLOVER CASH (Cash), ,No Description,Cash,0,,10700,"))
    desk.bring(desk.write("old", *TWO_FUNDS), sent_to="cash")
    with Ledger.open(desk.ledger) as ledger:
        paid = str(next(e.event.seq for e in ledger.books().facts if e.event.account == "old"
                        and e.day.year == 2023))  # fmt: skip
    desk.run("settle", "1", "--of", paid)
    told = " ".join(desk.run("year-end", "2023", code=2).split())
    assert "77 days after the distribution" in told
    assert "basis settle … --of … --reason" in told
    assert "--of" in desk.run("settle", "1", "--from", "outside", "--reason", "late", code=2)
    desk.run("settle", "1", "--of", paid, "--reason", "self-certification")
    assert desk.year()["1040"]["lines"] == {"5a": "10700.00", "5b": "0.00"}


def test_a_word_of_the_wrong_way_changes_nothing(desk: Desk) -> None:
    desk.bring(desk.write("old", *TWO_FUNDS), sent_to="cash")
    with Ledger.open(desk.ledger) as ledger:
        facts = [fact.event for fact in ledger.books().facts]
    out = str(next(e.seq for e in facts if e.day.year > 2020))
    pay = str(next(e.seq for e in facts if e.day.year == 2020))
    before = desk.year()["1040"]["lines"]
    assert f"basis settle {out} --to ACCOUNT" in desk.run("settle", out, "--from", "ira", code=2)
    assert f"basis settle {pay} --from" in desk.run("settle", pay, "--to", "ira", code=2)
    assert "is a contribution to old" in desk.run("settle", pay, "--from", "ira", code=2)
    assert desk.year()["1040"]["lines"] == before == {"5b": "10700.00"}


def test_what_is_no_payment_in_cash_is_not_put_back(desk: Desk) -> None:
    desk.bring(desk.write("ira", "11/06/2023,ROLLOVER CASH (Cash), ,No Description,Cash,0,,10700,"))
    desk.bring(desk.write("old", *TWO_FUNDS), sent_to="roth")
    assert "is no payment in cash" in desk.run("settle", "1", "--of", "5", code=2)
    assert "no entry of this number" in desk.run("settle", "1", "--of", "99", code=2)
    assert "which payment" in desk.run("settle", "1", "--of", "5", "--from", "old", code=2)


def test_why_shows_the_rows_of_both_sides(desk: Desk) -> None:
    desk.bring(*all_files(desk))
    told = json.loads(desk.run("why", "2023", "8606:8", "--json"))
    rows = [one["where"] for entered in told["entered"] for one in entered["rows"]]
    rows += [one["where"] for one in told["rows"]]
    assert rows == ["History_for_Account_234567890.csv:4", "History_for_Account_234567891.csv:2"]
    assert "ROTH CONVERSION (Cash)" in " ".join(desk.run("why", "2023", "8606:8").split())
    gross = desk.run("why", "2023", "1040:5a")
    for place in ("old.csv:4", "old.csv:5", "History_for_Account_234567890.csv:2"):
        assert place in gross


ROTH_ARRIVAL = "09/22/23,Payroll Contribution,Roth Rollover,Bond Index,107.000000,10700.00"


@pytest.mark.parametrize("sender", [True, False])
def test_a_roth_rollover_into_a_plan_is_open_until_its_basis_is_known(
    desk: Desk, *, sender: bool
) -> None:
    desk.run("account", "add", "new", "--owner", "rose", "--kind", "401k")
    desk.run("account", "set", "old", "--first-roth-year", "2015")
    desk.bring(desk.write("new", ROTH_ARRIVAL), plan="new")  # the newest file first
    told = desk.run("check", "2023", code=2)
    assert "10,700.00 came into new" in told
    if sender:
        roth = [row.replace("Employee Before Tax", "Roth 401k") for row in TWO_FUNDS]
        desk.bring(desk.write("old", *roth), sent_to="in_transit")
    else:
        words = told.split("--from outside --basis")[0].split("basis settle ")[-1].split()
        entry = words[0]
        assert "--basis" in desk.run("settle", entry, "--from", "outside", code=2)
        desk.run("settle", entry, "--from", "outside", "--basis", "10000")
    assert desk.open_sides() == []
    pools = json.loads(desk.run("balances", "--json"))["balances"]
    assert [(p["source"], p["value"], p["basis"]) for p in pools if p["account"] == "new"] == [
        ("roth_rollover", "10700.00", "10000.00")
    ]


@pytest.mark.parametrize("order", ["0 1", "1 0", "01"])
def test_one_payment_that_comes_in_two_checks_some_days_apart_is_asked_about_once_at_most(
    desk: Desk, order: str
) -> None:
    """10,700.00 of two funds come as 7,000.00 and, three days later, 3,700.00."""
    parts = [
        IRA[0].replace("10700", "7000"),
        IRA[0].replace("10700", "3700").replace("09/22", "09/25"),
    ]
    files = [desk.write("old", *TWO_FUNDS), desk.write("ira", *parts, *IRA[1:])]
    for group in (*order.split(), "2"):
        desk.bring(*[(*files, desk.write("roth", *ROTH))[int(number)] for number in group])
    assert form_8606(desk) == RIGHT
    assert desk.open_sides() == []
    asked = [line for one in desk.rounds for line in one if "partner_unknown 4" in line]
    assert ("partner_unknown 4" in asked) == (order == "0 1")


@pytest.mark.parametrize(("said", "at_once"), [("cash", True), ("roth", True), ("roth", False)])
def test_a_payment_answered_to_the_wrong_account_is_corrected_by_a_word(
    desk: Desk, said: str, *, at_once: bool
) -> None:
    plan, ira, roth = all_files(desk)
    desk.bring(plan, sent_to=said)
    with Ledger.open(desk.ledger) as ledger:
        entry = str(next(e.event.seq for e in ledger.books().facts if e.day.year > 2020))
    if not at_once:
        desk.bring(ira)
    told = desk.run("settle", entry, "--to", "ira")
    assert f"corrected: it was said to have gone to {said}" in told
    assert "corrected" not in desk.run("settle", entry, "--to", "ira")
    desk.bring(*([ira] if at_once else []), roth)
    assert form_8606(desk) == RIGHT
    assert desk.open_sides() == []


def test_money_said_to_come_from_a_plan_waits_for_the_rows_of_the_plan_and_no_second_word(
    desk: Desk,
) -> None:
    desk.bring(desk.write("roth", "09/22/2023,ROLLOVER CASH (Cash), ,No Description,Cash,0,,1070,"))
    refused = desk.run("check", "2023", code=2)
    entry = refused.split("basis settle ")[1].split()[0]
    told = desk.run("settle", entry, "--from", "old")
    missing = (
        "1,070.00 came into roth on 2023-09-22 and is said to come from old, and no statement of "
        "it here shows 2023-09-22"
    )
    assert missing in told
    refused = " ".join(desk.run("check", "2023", code=2).split())
    assert missing in refused
    assert "import the statement of old that shows the days up to 2023-09-22" in refused
    assert f"basis settle {entry} --from ACCOUNT, one of outside" in refused
    desk.bring(desk.write("old", *AFTER_TAX), sent_to="roth")
    assert desk.open_sides() == []


def test_a_payout_of_two_funds_is_one_open_point_of_the_import_as_it_is_of_the_check(
    desk: Desk,
) -> None:
    file = desk.write("old", *AFTER_TAX)
    Path(desk.folder, "said.json").write_text(
        json.dumps([{"code": "partner_unknown", "line": 4, "answer": "in_transit"}])
    )
    words = ("import", str(file), "--account", "old", "--yes")
    told = desk.run(*words, "--answers", str(desk.folder / "said.json"))
    told = " ".join(told.split())
    assert "where the 1,070.00 went that left old on 2023-09-20 is not known" in told
    assert told.count("open: ") == 1
    assert desk.open_sides() == ["old 1070.00"]
