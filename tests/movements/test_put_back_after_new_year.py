"""Money put into an IRA in January may be a payment of December: that year hangs on it as well."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main

PLAN = (
    "Date,Type,Source,Amount,To\n2020-11-10,contribution,pre_tax,540,\n"
    "2020-12-22,distribution,pre_tax,540,cash\n"
)
IRA = (
    "Run Date,Account,Account Number,Action,Symbol,Description,Type,Amount ($),Quantity\n"
    "02/05/2021,Trad IRA,234567890,ROLLOVER CASH (Cash),,,Cash,540,0\n"
)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["--ledger", "a.db", *words])


def test_the_year_of_the_payment_is_refused_until_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """540.00 taxed with 54.00 of additional tax, or rolled over within 60 days: nobody knows."""
    monkeypatch.chdir(tmp_path)
    Path("plan.csv").write_text(PLAN)
    Path("ira.csv").write_text(IRA)
    run("init")
    run("taxpayer", "add", "ann", "--name", "Ann", "--born", "1980-05-01")
    run("account", "add", "acme", "--owner", "ann", "--kind", "401k")
    words = ("--owner", "ann", "--kind", "traditional_ira", "--number", "234567890")
    run("account", "add", "ira", *words)
    run("import", "ira.csv", "--yes")
    run("import", "plan.csv", "--account", "acme", "--yes")
    for words in (("check", "2020"), ("year-end", "2020"), ("year-end", "2021")):
        told = run(*words)
        assert told.exit_code != 0
        assert "put back" in told.output
