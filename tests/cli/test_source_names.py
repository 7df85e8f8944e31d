"""Names of money sources: the employer's is cut, an alias is listed, changed and forgotten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from ledger.chart import Source
from ledger.importers.read import read_file
from tests.cli.conftest import Basis

HISTORY = """EFFECTIVE DATE,SOURCE,TRANSACTION DESCRIPTION,OPTION,UNITS/ SHARES,AMOUNT
01/15/25,Roth Staffing Match,Payroll Contribution,Index Fund,10.000,100.00
01/15/25,Roth Staffing After-Tax,Payroll Contribution,Index Fund,20.000,200.00
01/16/25,Roth Staffing After-Tax,Account Withdrawal,Index Fund,-20.000,-200.00
01/16/25,Roth Staffing Roth In-Plan Conversion,Additional Deposit,Index Fund,20.000,200.00
01/31/25,Company money,Payroll Contribution,Index Fund,5.000,50.00
"""


@pytest.fixture
def plan(household: Basis) -> Basis:
    Path("history.csv").write_text(HISTORY, "utf-8")
    return household


def imported(basis: Basis, *more: str) -> Result:
    answer = '[{"code": "source_unknown", "match": "Company money", "answer": "match"}]'
    Path("answers.json").write_text(answer, "utf-8")
    words = ("history.csv", "--account", "acme", "--yes", "--answers", "answers.json")
    return basis("import", *words, *more)


def booked(basis: Basis) -> dict[str, str]:
    done = basis("balances", "--json")
    rows = json.loads(done.stdout)
    listed = rows["balances"] if isinstance(rows, dict) else rows
    return {row["source"]: row["value"] for row in listed if row["account"] == "acme"}


def test_without_the_employer_its_name_is_doubted(plan: Basis) -> None:
    done = imported(plan)
    assert done.exit_code == 2
    assert "the money source 'Roth Staffing Match' is not known" in done.output
    assert "may be the employer's name" in done.output


def test_the_employers_name_is_cut_and_the_conversion_is_seen(plan: Basis) -> None:
    assert plan("account", "set", "acme", "--employer", "Roth Staffing Inc").exit_code == 0
    done = imported(plan)
    assert done.exit_code == 0, done.output
    assert booked(plan) == {"match": "150.00", "in_plan_roth": "200.00"}


def test_where_the_reader_did_not_know_the_employer_the_sources_still_tell_the_conversion(
    plan: Basis,
) -> None:
    """With two plans nobody knows whose file it is before it is read."""
    plan("account", "add", "other", "--owner", "rose", "--kind", "403b", "--number", "77")
    plan("account", "set", "acme", "--employer", "Roth Staffing", "--number", "0990011")
    text = (
        "Posted,Plan,Activity,Source,Amount\n"
        "01/15/2025,0990011,Contribution,Roth Staffing After-Tax,200.00\n"
        "01/16/2025,0990011,Move,Roth Staffing After-Tax,-200.00\n"
        "01/16/2025,0990011,Move,Roth Staffing Roth In-Plan Conversion,200.00\n"
    )
    Path("plan.csv").write_text(text, "utf-8")
    Path("map.toml").write_text(
        '[map]\ndates = ["MM/DD/YYYY"]\n[columns]\ndate = "Posted"\naccount = "Plan"\n'
        'type = "Activity"\nsource = "Source"\namount = "Amount"\n[types]\n'
        '"Contribution" = "contribution"\n'
        '"Move" = { kind = "transfer_in", negative = "transfer_out", '
        'question = "possible_conversion" }\n',
        "utf-8",
    )
    assert read_file(Path("plan.csv"), "map.toml").records[0].source is None
    done = plan("import", "plan.csv", "--as", "map.toml")
    assert done.exit_code == 0, done.output
    assert booked(plan) == {"in_plan_roth": "200.00"}


def test_an_alias_is_listed_changed_and_forgotten(plan: Basis) -> None:
    plan("account", "set", "acme", "--employer", "Roth Staffing")
    assert imported(plan).exit_code == 0
    told = json.loads(plan("account", "sources", "acme", "--json").stdout)
    assert told == [{"account": "acme", "name": "company money", "source": "match"}]

    done = plan("account", "sources", "acme", "Company  Money=nonelective")
    assert "1 entry of history.csv stays booked as match" in done.output
    assert "basis undo 1" in done.output
    assert booked(plan)["match"] == "150.00"

    assert plan("undo", "1", "--why", "other source").exit_code == 0
    again = plan("import", "history.csv", "--account", "acme", "--yes")
    assert again.exit_code == 0, again.output
    assert booked(plan)["nonelective"] == "50.00"

    plan("account", "sources", "acme", "--forget", "company money")
    assert "no name of a source" in plan("account", "sources", "acme").output
    assert plan("account", "sources", "acme", "--forget", "company money").exit_code == 2


def test_what_is_said_of_a_name_goes_before_its_words(plan: Basis) -> None:
    """A plan may call its Roth deferrals after-tax."""
    Path("history.csv").write_text(HISTORY.replace("Company money", "After-Tax"), "utf-8")
    plan("account", "set", "acme", "--employer", "Roth Staffing")
    assert plan("account", "sources", "acme", "After-Tax=roth").exit_code == 0
    assert imported(plan).exit_code == 0
    assert booked(plan)["roth"] == "50.00"


@pytest.mark.parametrize("said", ["x", "=match", "Company money=gold"])
def test_what_names_no_source_is_refused(plan: Basis, said: str) -> None:
    done = plan("account", "sources", "acme", said)
    assert done.exit_code == 2
    assert Source.MATCH.value in done.output


def test_an_ira_has_no_sources(plan: Basis) -> None:
    assert plan("account", "sources", "ira", "Own=roth").exit_code == 2
