"""Any ledger, exported as plain CSV and imported into a fresh one, gives the same figures."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.demo import HOUSEHOLD, _read, _run
from cli.main import main
from ledger.books import Books
from ledger.chart import Account, AccountKind, Taxpayer
from ledger.closing import work_out
from ledger.store import Ledger
from tests.simulated.driver import Session, together
from tests.simulated.households import KINDS

STATEMENTS = Path(__file__).parents[2] / "fixtures" / "statements"
FILES = sorted(
    path
    for path in STATEMENTS.glob("*/*")
    if path.suffix in {".csv", ".txt", ".qfx", ".json", ".xlsx"}
    and not path.name.endswith(".records.txt")
    and path.parent.name not in {"bad", "custom"}
)
ASKS_NOTHING = 20  # so many of them at least
# names of rows, which differ between two files, and what one ledger alone knows of files and years
_OF_ONE_LEDGER = {
    *("event", "events", "where", "entries", "findings", "tie_out", "enter_instead"),
    *("problem", "remedy"),
}


def basis(ledger: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--ledger", str(ledger), *words])


def same_accounts(books: Books, ledger: Path) -> None:
    """Make a ledger with the people, accounts and forms of another one, and nothing booked."""
    with Ledger.create(ledger) as made:
        for person in books.taxpayers.values():
            made.add_taxpayer(person)
        for account in books.accounts.values():
            made.add_account(account)
        for before in books.opening_basis:
            made.add_opening_basis(before)
        for stated in books.return_facts:
            made.add_return_facts(stated)
        if books.documents:
            made.add_documents(books.documents)


def without_names(told: Any) -> Any:
    if isinstance(told, dict):
        return {k: without_names(v) for k, v in told.items() if k not in _OF_ONE_LEDGER}
    return [without_names(one) for one in told] if isinstance(told, list) else told


def figures(ledger: Path) -> Iterator[Any]:
    """Go through the records of all years, the codes of what is refused, and all balances."""
    with Ledger.open(ledger) as opened:
        books = opened.books()
    days = [fact.day for fact in books.facts]
    worked = work_out(books, range(min(days).year, max(days).year + 2))
    yield from (without_names(record.as_json()) for record in worked.records)
    yield [fault.code for fault in worked.refused]
    yield without_names(json.loads(basis(ledger, "balances", "--json").stdout))


def assert_comes_back(ledger: Path, folder: Path) -> None:
    """Hold the figures of a ledger against those of its export in a fresh ledger."""
    written, fresh = folder / "entries.csv", folder / "fresh.db"
    with Ledger.open(ledger) as opened:
        same_accounts(opened.books(), fresh)
    exported = basis(ledger, "export", "csv", "--to", str(written))
    assert exported.exit_code == 0, exported.output
    read = basis(fresh, "import", str(written), "--as", "plain")
    assert read.exit_code == 0, read.output
    assert list(figures(fresh)) == list(figures(ledger))


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a ledger of one person with a plan and two IRAs, to be copied."""
    path = tmp_path_factory.mktemp("household") / "ledger.db"
    with Ledger.create(path) as made:
        made.add_taxpayer(Taxpayer("rose", "Rose Green", date(1970, 5, 1)))
        made.add_account(Account("acme", "rose", AccountKind.K401, employer="Acme"))
        made.add_account(Account("ira", "rose", AccountKind.TRADITIONAL_IRA))
        made.add_account(Account("roth", "rose", AccountKind.ROTH_IRA))
    return path


TYPED = (
    "contribution --source after_tax --amount 1000 --date 2024-01-05",
    "contribution --source pre_tax --amount 1000 --date 2024-01-05",
    # of what all sources share no source is named
    "earnings --amount 100 --date 2024-02-01 --reason by_value",
    "loan --amount 100 --date 2024-02-02 --reason by_value",
    "loan_repayment --amount 50 --date 2024-03-02 --reason by_value",
    "transfer_in --source match --amount 500 --units 50 --fund Bonds --date 2024-03-04",
    # half of a source, whose value is what the books have there
    "distribution --source after_tax --amount 500 --date 2024-04-01",
    # a payment that has no id is named by its place
    "rollover_60day --of typed-7:1 --to ira --amount 500 --date 2024-05-01",
)


def test_what_was_typed_is_no_statement_and_asks_nothing(household: Path, tmp_path: Path) -> None:
    ledger = Path(shutil.copy(household, tmp_path / "ledger.db"))
    for line in TYPED:
        kind, *words = [word.replace("by_value", "by value") for word in line.split()]
        done = basis(ledger, "add", kind, "--account", "acme", *words)
        assert done.exit_code == 0, done.output
    assert_comes_back(ledger, tmp_path)
    (tmp_path / "again").mkdir()
    assert_comes_back(tmp_path / "fresh.db", tmp_path / "again")
    once, twice = (folder / "entries.csv" for folder in (tmp_path, tmp_path / "again"))
    assert once.read_text() == twice.read_text(), "each event is recorded as it was"


EMPOWER = """\
EFFECTIVE DATE,TRANSACTION DESCRIPTION,SOURCE,OPTION,UNITS/ SHARES,AMOUNT
01/04/20,Payroll Contribution,After-tax Contribution,500 Index,10.000000,1000.00
06/01/20,Account Withdrawal,After-tax Contribution,500 Index,-10.000000,-1100.00
"""


def test_money_that_arrived_days_later_is_written_as_its_two_sides(
    household: Path, tmp_path: Path
) -> None:
    ledger = Path(shutil.copy(household, tmp_path / "ledger.db"))
    (tmp_path / "plan.csv").write_text(EMPOWER)
    (tmp_path / "ira.csv").write_text("Date,Type,Amount,Origin\n2020-06-04,rollover_in,1100,acme\n")
    answer = [{"code": "partner_unknown", "match": "Account Withdrawal", "answer": "roth"}]
    (tmp_path / "said.json").write_text(json.dumps(answer))
    for name, account in (("plan.csv", "acme"), ("ira.csv", "roth")):
        words = ("--account", account, "--yes", "--answers", str(tmp_path / "said.json"))
        done = basis(ledger, "import", str(tmp_path / name), *words)
        assert done.exit_code == 0, done.output
    assert_comes_back(ledger, tmp_path)
    rows = (tmp_path / "entries.csv").read_text().splitlines()
    assert [row.split(",")[:4] for row in rows[2:]] == [
        ["2020-06-01", "acme", "distribution", "1100.00"],
        ["2020-06-04", "roth", "rollover_in", "1100.00"],
    ]


def test_a_side_that_met_nothing_is_told_beside_the_file(household: Path, tmp_path: Path) -> None:
    ledger = Path(shutil.copy(household, tmp_path / "ledger.db"))
    row = "--account acme --source match --amount 5 --origin in_transit --date 2024-01-05"
    assert basis(ledger, "add", "transfer_in", *row.split()).exit_code == 0
    told = basis(ledger, "export", "csv", "--to", str(tmp_path / "told.csv")).stderr
    assert told.startswith("open: 5.00 came into acme on 2024-01-05, and no statement shows")
    assert_comes_back(ledger, tmp_path)


def test_without_entries_nothing_is_written(household: Path, tmp_path: Path) -> None:
    refused = basis(household, "export", "csv", "2024", "--to", str(tmp_path / "entries.csv"))
    assert refused.exit_code == 2
    assert "there are no entries of 2024" in refused.output
    assert not (tmp_path / "entries.csv").exists()


def test_every_statement_that_asks_nothing(household: Path, tmp_path: Path) -> None:
    booked = 0
    for number, path in enumerate(FILES):
        folder = tmp_path / str(number)
        folder.mkdir()
        ledger = Path(shutil.copy(household, folder / "ledger.db"))
        done = basis(ledger, "import", str(path), "--account", "acme", "--yes")
        if "acme is a 401(k) plan" in done.output:
            done = basis(ledger, "import", str(path), "--account", "ira", "--yes")
        if not done.exit_code:
            booked += 1
            assert_comes_back(ledger, folder)
    assert booked >= ASKS_NOTHING


def test_the_household_of_the_demonstration(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    for step in ("init", *_read(HOUSEHOLD).steps):
        _run(step, ledger, HOUSEHOLD)
    assert_comes_back(ledger, tmp_path)


@pytest.mark.parametrize(("kind", "seed"), [("small-full", 8), ("small-messy", 3)])
def test_a_simulated_household(kind: str, seed: int, tmp_path: Path) -> None:
    session = Session(KINDS[kind](seed), tmp_path)
    session.begin()
    together(session, Random(seed))
    session.settle()
    assert_comes_back(session.ledger, tmp_path)
