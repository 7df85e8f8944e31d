"""What an import and ``basis balances`` tell while something of the ledger is open.

A plan gets 1,000.00 of after-tax money and 300.00 of match in January 2020 and pays 1,100.00 of the
first out on June 29; in July 310.00 of match come in. Until a statement shows where the 1,100.00
arrived the books of its owner stop on June 28: what came is told in full, what is held not.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import main

EMPOWER = "EFFECTIVE DATE,TRANSACTION DESCRIPTION,SOURCE,OPTION,UNITS/ SHARES,AMOUNT"
PLAIN = "Date,Type,Amount,Account,To,Tax Year"
AFTER_TAX, MATCH = "After-tax Contribution,500 Index", "Company Match,500 Index"
PAID_IN = (
    f"01/10/20,Payroll Contribution,{AFTER_TAX},10.000000,1000.00",
    f"01/10/20,Payroll Contribution,{MATCH},3.000000,300.00",
)
LEFT = f"06/29/20,Account Withdrawal,{AFTER_TAX},-10.000000,-1100.00"
LATER = f"07/10/20,Payroll Contribution,{MATCH},2.818182,310.00"
IN_TRANSIT = ("partner_unknown", 4, "in_transit")
CONVERTED = (
    f"02/05/21,Account Withdrawal,{AFTER_TAX},-10.000000,-1024.00",
    "02/05/21,Additional Deposit,In-plan Roth After-tax Conversion,500 Index,10.000000,1024.00",
)
IN_JANUARY = f"01/29/21,Payroll Contribution,{AFTER_TAX},10.000000,1000.00"
FIDELITY = "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Amount ($),Settlement Date"
ARRIVED = "07/01/2020,ROLLOVER CASH (Cash), ,No Description,Cash,0,,1100,"
CONTRIBUTED = "08/03/2020,CASH CONTRIBUTION CURRENT YEAR (Cash), ,No Description,Cash,0,,6000,"
Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a way to run a command on the ledger of Rose's plan and IRAs, and of Max's IRA."""

    def command(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(main, ["--ledger", str(tmp_path / "ledger.db"), *words])
        assert done.exit_code == code, done.output
        return done.output

    command("init")
    for name in ("rose", "max"):
        command("taxpayer", "add", name, "--name", name.title(), "--born", "1970-05-01")
    command("account", "add", "acme", "--owner", "rose", "--kind", "401k")
    command("account", "add", "ira", "--owner", "rose", "--kind", "traditional_ira")
    command("account", "add", "other", "--owner", "max", "--kind", "traditional_ira")
    return command


def bring(
    run: Run, folder: Path, name: str, *rows: str, said: tuple[str, int, str] | None = None
) -> str:
    """Import rows of the plan; ``said`` is code, line and answer of what is asked."""
    file, answers = folder / f"{name}.csv", folder / f"{name}.json"
    file.write_text("\n".join([EMPOWER, *rows, ""]))
    given = [dict(zip(("code", "line", "answer"), said, strict=True))] if said else []
    answers.write_text(json.dumps(given))
    words = ("--account", "acme", "--yes", "--answers", str(answers))
    return run("import", str(file), *words)


def bring_plain(run: Run, folder: Path, *rows: str) -> str:
    """Import rows of IRAs."""
    (folder / "iras.csv").write_text("\n".join([PLAIN, *rows, ""]))
    return run("import", str(folder / "iras.csv"))


def row_of(shown: str, *words: str) -> str:
    """Return the one line of a table that starts with some words, with single blanks."""
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    (found,) = [line for line in lines if line.startswith(" ".join(words))]
    return found


def test_a_receipt_tells_what_came_in_full_and_no_balance_after_an_open_side(
    run: Run, tmp_path: Path
) -> None:
    shown = bring(run, tmp_path, "y2020", *PAID_IN, LEFT, LATER, said=IN_TRANSIT)
    assert row_of(shown, "acme after-tax") == "acme after-tax 1,000.00 -1,100.00 not known"
    assert row_of(shown, "acme employer match") == "acme employer match 610.00 not known"
    assert "what the books hold on" not in shown
    assert "Not known: what acme holds after 2020-06-28. The books stop there: 1,100.00 left" in (
        shown
    )
    assert "Settle it: import the statement of the other account" in shown
    assert "basis settle 1 --to ACCOUNT, one of ira, cash" in shown
    # the number is that of the entry: the command settles it
    run("settle", "1", "--to", "cash")


def test_a_program_is_told_the_same(run: Run, tmp_path: Path) -> None:
    bring(run, tmp_path, "y2020", *PAID_IN, LEFT, LATER, said=IN_TRANSIT)
    (tmp_path / "y2021.csv").write_text(
        "\n".join([EMPOWER, f"01/08/21,Payroll Contribution,{MATCH},2.000000,250.00", ""])
    )
    file = str(tmp_path / "y2021.csv")
    told = json.loads(run("import", file, "--account", "acme", "--yes", "--json"))
    assert [(one["source"], one["paid_in"]) for one in told["booked"]] == [("match", "250.00")]
    assert told["balances"] == []
    (stop,) = told["not_known"]
    assert (stop["account"], stop["worked_out_to"]) == ("acme", "2020-06-28")
    assert "basis settle 1 --to ACCOUNT" in stop["remedy"]


def test_every_import_ends_with_a_receipt_while_the_plan_has_an_open_side(
    run: Run, tmp_path: Path
) -> None:
    bring(run, tmp_path, "y2020", *PAID_IN, LEFT, LATER, said=IN_TRANSIT)
    shown = bring_plain(
        run,
        tmp_path,
        "02/03/2021,contribution,6000.00,ira,,2021",
        "02/28/2021,earnings,1.50,ira,,",
    )
    assert row_of(shown, "ira 6") == "ira 6,000.00 1.50 not known"
    assert "what ira holds after 2020-06-28" in shown
    again = run("import", str(tmp_path / "iras.csv"))
    assert row_of(again, "ira not") == "ira not known"


def test_what_the_other_statement_settles_is_known_again(run: Run, tmp_path: Path) -> None:
    bring(run, tmp_path, "y2020", *PAID_IN, LEFT, LATER, said=IN_TRANSIT)
    run("settle", "1", "--to", "cash")
    shown = bring(run, tmp_path, "y2021", f"01/08/21,Payroll Contribution,{MATCH},2.000000,250.00")
    assert "what the books hold on 2021-01-08" in shown
    assert row_of(shown, "acme employer match") == "acme employer match 610.00 250.00 860.00"


def test_a_file_that_settles_an_open_side_brings_its_own_rows_only(
    run: Run, tmp_path: Path
) -> None:
    """250.00 that came in July were in the ledger while its books stopped in June."""
    bring(run, tmp_path, "y2020", *PAID_IN, LEFT, said=IN_TRANSIT)
    words = ("--account", "ira", "--date", "2020-07-20", "--amount", "250", "--year", "2020")
    run("add", "contribution", *words)
    (tmp_path / "ira.csv").write_text(f"{FIDELITY}\n{ARRIVED}\n{CONTRIBUTED}\n")
    shown = run("import", str(tmp_path / "ira.csv"), "--account", "ira", "--yes")
    assert row_of(shown, "ira 6") == "ira 6,000.00 1,100.00 7,350.00"


def test_money_from_before_the_first_row_is_not_explained_and_no_gain(
    run: Run, tmp_path: Path
) -> None:
    """10 units left on February 5 that no row brought; of those of January 24.00 are gain."""
    before = (
        f"01/05/21,Account Withdrawal,{AFTER_TAX},-15.000000,-1500.00",
        "01/05/21,Additional Deposit,In-plan Roth After-tax Conversion,500 Index,15.0,1500.00",
    )
    shown = bring(run, tmp_path, "y2021", *before, IN_JANUARY, *CONVERTED)
    assert "Gains Not explained" in " ".join(shown.split())
    assert row_of(shown, "acme after-tax") == (
        "acme after-tax 1,000.00 24.00 1,500.00 -2,524.00 0.00"
    )
    assert "It is no gain." in shown
    register = run("register", "acme")
    assert "money that no row" in register


def test_rows_that_explain_a_balance_of_the_ledger_bring_no_loss(run: Run, tmp_path: Path) -> None:
    """A year that was taken back comes again: its year-end balance stayed, and held 1,000.00."""
    bring(run, tmp_path, "y2021", IN_JANUARY)
    words = ("--account", "acme", "--source", "after_tax", "--date", "2021-12-31")
    run("add", "balance", *words, "--value", "1010")
    run("undo", "1", "--why", "again")
    more = f"12/31/21,Payroll Contribution,{MATCH},3.000000,300.00"
    shown = bring(run, tmp_path, "again", IN_JANUARY, more)
    assert row_of(shown, "acme after-tax") == (
        "acme after-tax 1,010.00 1,000.00 -1,000.00 1,010.00"
    )
    assert "Gains" not in shown


def test_balances_show_the_last_day_before_an_open_side(run: Run, tmp_path: Path) -> None:
    bring(run, tmp_path, "y2020", *PAID_IN, LEFT, LATER, said=IN_TRANSIT)
    bring_plain(
        run,
        tmp_path,
        "02/03/2021,contribution,6000.00,ira,,2021",
        "02/03/2021,contribution,5000.00,other,,2021",
    )
    shown = run("balances", code=2)
    assert row_of(shown, "rose acme after-tax") == (
        "rose acme after-tax 1,000.00 1,000.00 0.00 2020-06-28"
    )
    assert row_of(shown, "rose acme employer match") == (
        "rose acme employer match 300.00 0.00 300.00 2020-06-28"
    )
    assert row_of(shown, "rose ira") == "rose ira not known 2021-02-03"
    # another person's books go on
    assert row_of(shown, "max other") == "max other 5,000.00 2021-02-03"
    assert "1,100.00 left acme on 2020-06-29" in shown
    told = json.loads(run("balances", "--taxpayer", "rose", "--json", code=2))
    assert told["balances"][0]["on"] == "2020-06-28"
    assert (told["balances"][-1]["account"], told["balances"][-1]["value"]) == ("ira", None)
    by_source = run("balances", "--by", "source", code=2)
    assert row_of(by_source, "rose after-tax").startswith("rose after-tax 1,000.00")


def test_balances_leave_out_only_what_an_open_point_is_about(run: Run, tmp_path: Path) -> None:
    """No row tells whence the after-tax money came: the IRA has no part in that."""
    bring(run, tmp_path, "y2021", f"01/08/21,Payroll Contribution,{MATCH},2.0,200.00", *CONVERTED)
    bring_plain(run, tmp_path, "03/03/2021,contribution,6000.00,ira,,2021")
    shown = run("balances", code=2)
    assert row_of(shown, "rose acme after-tax") == "rose acme after-tax not known 2021-03-03"
    assert row_of(shown, "rose acme employer match").endswith("200.00 0.00 200.00 2021-02-04")
    assert row_of(shown, "rose ira") == "rose ira 6,000.00 2021-03-03"
    assert "it held money before its statements start" in shown
