"""Rows whose amount and units contradict each other: asked by type, before what else they ask."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main

Basis = Callable[..., Result]
MAP = """[map]
dates = ["YYYY-MM-DD"]
signs = "printed"
[columns]
date = "Date"
type = "Type"
source = "Source"
investment = "Fund"
units = "Units"
amount = "Amount"
[types]
"Pay" = "contribution"
"Moved" = { kind = "transfer_in", negative = "transfer_out", question = "possible_conversion" }
"""
PAID = "2025-01-31,Pay,pre_tax,500 Index,{units},{amount}\n"


@pytest.fixture
def basis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Basis:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")
    Path("map.toml").write_text(MAP)

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["--ledger", "ledger.db", *words])

    run("init")
    run("taxpayer", "add", "rose", "--name", "Rose Green", "--born", "1970-05-01")
    run("account", "add", "acme", "--owner", "rose", "--kind", "401k")
    return run


def bring(basis: Basis, rows: str, *answers: dict[str, object], name: str = "a.csv") -> Result:
    Path(name).write_text(f"Date,Type,Source,Fund,Units,Amount\n{rows}")
    Path("answers.json").write_text(json.dumps(answers))
    return basis(
        *("import", name, "--as", "map.toml", "--account", "acme", "--answers", "answers.json")
    )


def held(basis: Basis) -> str:
    (row,) = json.loads(basis("balances", "--on", "2025-12-31", "--json").stdout)["balances"]
    return str(row["value"])


SAID = {"code": "sign_unknown", "match": "Pay"}


def test_the_question_says_which_figure_went_which_way(basis: Basis) -> None:
    done = bring(basis, PAID.format(units="4.032", amount="-300"))
    assert done.exit_code == 2
    assert (
        "a.csv:2: amount and units of 'Pay' contradict each other: -300.00 dollars went out, 4.032 "
        "units went in"
    ) in done.stderr
    assert '{"code": "sign_unknown", "match": "Pay", "answer": "units"} or "amount"' in done.stderr


@pytest.mark.parametrize(("answer", "value"), [("units", "700.00"), ("amount", "100.00")])
def test_the_figure_that_is_right_says_which_way_the_money_went(
    answer: str, value: str, basis: Basis
) -> None:
    rows = PAID.format(units="6", amount="400") + PAID.format(units="4.032", amount="-300")
    assert bring(basis, rows, {**SAID, "answer": answer}).exit_code == 0
    assert held(basis) == value


def test_the_answer_holds_for_the_type_and_is_remembered(basis: Basis) -> None:
    rows = PAID.format(units="4", amount="-300") + PAID.format(units="-1", amount="80")
    assert bring(basis, rows, {**SAID, "answer": "units"}).exit_code == 0
    assert held(basis) == "220.00"
    later = "2025-02-28,Pay,pre_tax,500 Index,4,-310\n"
    done = bring(basis, rows + later, name="b.csv")
    assert done.exit_code == 0, done.stderr
    assert "'sign_unknown' as answered before: units" in done.stdout
    assert held(basis) == "530.00"


def test_units_that_left_make_the_unsigned_amount_of_an_answered_fee_one_that_left(
    basis: Basis,
) -> None:
    charged = "2025-02-28,Plan expense,pre_tax,500 Index,-0.131,12.50\n"
    rows = PAID.format(units="3", amount="300") + charged
    said = {"code": "type_unknown", "match": "Plan expense", "answer": "fee"}
    done = bring(basis, rows, said)
    assert done.exit_code == 0, done.stderr
    assert held(basis) == "287.50"


def test_an_answered_type_that_goes_either_way_has_its_signs_asked(basis: Basis) -> None:
    rows = PAID.format(units="3", amount="300") + "2025-02-28,Odd,pre_tax,500 Index,-1,9\n"
    said = {"code": "type_unknown", "match": "Odd", "answer": "earnings"}
    assert "contradict each other" in bring(basis, rows, said).stderr
    which = {"code": "sign_unknown", "match": "Odd", "answer": "units"}
    assert bring(basis, rows, said, which).exit_code == 0
    assert held(basis) == "291.00"


def test_a_move_whose_units_are_right_becomes_one_the_other_way(basis: Basis) -> None:
    rows = PAID.format(units="3", amount="300") + "2025-02-28,Moved,pre_tax,500 Index,-1,100\n"
    done = bring(basis, rows, {"code": "sign_unknown", "match": "Moved", "answer": "units"})
    assert "sign_unknown" not in done.stderr
    assert "100.00 moved to another account" in done.stderr
    preview = basis(
        *("import", "a.csv", "--as", "map.toml", "--account", "acme", "--answers"),
        *("answers.json", "--dry-run", "--json"),
    )
    (_, moved) = json.loads(preview.stdout)["files"][0]["rows"]
    assert (moved["event"], moved["amount"]) == ("transfer_out", "-100.00")
