"""A ledger is made, filled with people and accounts, proven, copied and brought back."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main

Basis = Callable[..., Result]


def test_init_makes_a_private_ledger_once(basis: Basis) -> None:
    made = basis("init", ledger="data/ledger.db")
    assert made.exit_code == 0
    assert made.stdout == "created data/ledger.db\n"
    assert stat.S_IMODE(Path("data/ledger.db").stat().st_mode) == 0o600
    assert stat.S_IMODE(Path("data").stat().st_mode) == 0o700
    again = basis("init", ledger="data/ledger.db")
    assert (again.exit_code, again.stdout) == (2, "")


def test_the_ledger_is_in_the_data_folder_unless_said_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert CliRunner().invoke(main, ["init"]).exit_code == 0
    assert (tmp_path / "data" / "basisbook" / "ledger.db").is_file()
    monkeypatch.setenv("BASIS_LEDGER", str(tmp_path / "other.db"))
    assert CliRunner().invoke(main, ["init"]).exit_code == 0
    assert (tmp_path / "other.db").is_file()


def test_without_a_ledger_commands_say_how_to_make_one(basis: Basis) -> None:
    done = basis("taxpayer", "list")
    assert done.exit_code == 4
    assert "init" in done.stderr


def test_taxpayers_are_added_and_listed(basis: Basis) -> None:
    basis("init")
    added = basis("taxpayer", "add", "rose", "--name", "Rose Green", "--spouse", "paul")
    assert "paul is not in the ledger yet" in added.stderr
    assert basis("taxpayer", "add", "rose", "--name", "Rose Again").exit_code == 2
    listed = json.loads(basis("taxpayer", "list", "--json").stdout)
    marks = {"ssn_last4": None, "client_number": None}
    rose = {"id": "rose", "name": "Rose Green", "born": None, "spouse": "paul", **marks}
    assert listed == {"taxpayers": [rose]}


def test_a_taxpayer_is_changed_and_the_rest_stays(household: Basis) -> None:
    household("taxpayer", "add", "paul", "--name", "Paul Green", "--spouse", "rose")
    done = household("taxpayer", "set", "paul", "--born", "1971-01-01")
    assert done.stdout == "changed taxpayer paul\n"
    listed = json.loads(household("taxpayer", "list", "--json").stdout)["taxpayers"]
    assert listed[0] == {
        "id": "rose",
        "name": "Rose Green",
        "born": "1970-05-01",
        "spouse": "paul",  # paul named her, and marriage is mutual
        "ssn_last4": None,
        "client_number": None,
    }
    assert listed[1]["born"] == "1971-01-01"
    assert household("verify").exit_code == 0
    assert "stays as it was" in household("taxpayer", "set", "rose").stdout


@pytest.mark.parametrize("name", ["../../x", "a b", "", "cash", "x" * 41, "a:b", "é"])
def test_names_must_be_fit_for_file_names(household: Basis, name: str) -> None:
    done = household("account", "add", name, "--owner", "rose", "--kind", "401k")
    assert done.exit_code == 2


def test_an_account_keeps_what_the_plan_allows(household: Basis) -> None:
    household("account", "set", "acme", "--no-in-plan-conversion", "--number", "0990011")
    listed = json.loads(household("account", "list", "--json").stdout)
    acme = listed["accounts"][0]
    assert (acme["in_plan_conversion"], acme["after_tax"], acme["number"]) == (
        False,
        True,
        "0990011",
    )
    shown = household("account", "list").stdout
    assert "in plan" in shown
    assert all(len(line) <= 80 for line in shown.splitlines())


def test_an_owner_who_is_not_there_names_the_nearest(household: Basis) -> None:
    done = household("account", "add", "b", "--owner", "rosa", "--kind", "401k")
    assert done.exit_code == 2
    assert "did you mean 'rose'?" in done.stderr


def test_what_says_nothing_about_an_account_is_refused(household: Basis) -> None:
    done = household("account", "set", "ira", "--no-after-tax", "--decedent", "Ann Green")
    assert done.exit_code == 2
    assert "after_tax, decedent: says nothing about a traditional IRA" in done.stderr


def test_the_simplified_method_needs_both_figures(household: Basis) -> None:
    done = household("account", "set", "acme", "--cost", "31000")
    assert done.exit_code == 2
    assert "cost and payments" in done.stderr


def test_verify_prints_the_head_and_knows_it_again(household: Basis) -> None:
    first = json.loads(household("verify", "--json").stdout)
    assert first["ok"]
    assert household("verify", "--head", first["head"]).exit_code == 0
    assert household("verify", "--head", first["head"][:12]).exit_code == 0
    assert "bad_head" in household("verify", "--head", "f00", "--json").stdout
    wrong = household("verify", "--head", "f" * 64)
    assert wrong.exit_code == 1
    assert wrong.stdout.strip()


def test_a_backup_restores_what_was_there(household: Basis) -> None:
    assert household("backup", "copy.db").exit_code == 0
    assert household("backup", "copy.db").exit_code == 2
    household("taxpayer", "add", "paul", "--name", "Paul Green")
    refused = household("restore", "copy.db")
    assert refused.exit_code == 2
    assert "--replace" in refused.stderr
    assert household("restore", "copy.db", "--replace").exit_code == 0
    listed = json.loads(household("taxpayer", "list", "--json").stdout)
    assert [person["id"] for person in listed["taxpayers"]] == ["rose"]
    assert Path("ledger.db.old-1").is_file()
    assert sorted(p.name for p in Path().iterdir() if "new" in p.name) == []


def test_a_damaged_copy_is_not_restored(household: Basis) -> None:
    household("backup", "copy.db")
    content = bytearray(Path("copy.db").read_bytes())
    at = content.index(b"Rose Green")
    content[at : at + 4] = b"Ruth"
    Path("copy.db").write_bytes(content)
    before = Path("ledger.db").read_bytes()
    assert household("restore", "copy.db", "--replace").exit_code == 4
    assert Path("ledger.db").read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX systems")
def test_doctor_names_a_ledger_that_others_may_read(household: Basis) -> None:
    assert household("doctor").exit_code == 0
    Path("ledger.db").chmod(0o644)
    done = household("doctor", "--json")
    assert done.exit_code == 1
    assert "chmod 600" in json.loads(done.stdout)["concerns"][0]
