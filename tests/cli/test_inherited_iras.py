"""Inherited IRAs at the command line: the decedent's basis, its forms, and what is said of them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Basis = Callable[..., Result]
STORY = Path(__file__).parents[2] / "fixtures" / "scenarios" / "death-two-heirs.toml"
INHERITED = ("--owner", "rose", "--kind", "inherited_traditional_ira")
BOOKED = (
    ("opening", "--date", "2025-01-01", "--value", "30000"),
    ("distribution", "--date", "2025-11-03", "--amount", "3000", "--reason", "death"),
    ("balance", "--date", "2025-12-31", "--value", "27000"),
)


@pytest.fixture
def heir(household: Basis) -> Basis:
    """Rose with an IRA from Pat Lee, of whom nobody else is in the books."""
    assert household("account", "add", "inh", *INHERITED, "--decedent", "Pat Lee").exit_code == 0
    for kind, *words in BOOKED:
        done = household("add", kind, "--account", "inh", *words)
        assert done.exit_code == 0, done.output
    return household


def test_what_the_finding_names_can_be_typed_as_it_stands(heir: Basis) -> None:
    """6,000 of line 14 is Rose's: a fifth of the 3,000 paid to her was taxed before."""
    told = " ".join(heir("check", "2025").stdout.split())
    command = 'record 8606 --taxpayer rose --decedent "Pat Lee" --year 2024 --opens 2025 --line14 …'
    assert f"basis {command}" in told
    words = command.replace("…", "6000").replace('"Pat Lee"', "Pat_Lee").split()
    done = heir(*(word.replace("_", " ") for word in words))
    assert done.exit_code == 0, done.output
    record = json.loads(heir("year-end", "2025", "--json").stdout)
    (form,) = record["forms"]["8606_inherited"]
    assert (form["lines"]["12"], form["lines"]["14"]) == ("600.00", "5400.00")
    # it is not the form of her own IRAs
    assert record["traditional_ira"]["basis_brought_forward"] == "0.00"
    shown = heir("year-end", "2025").stdout
    assert "Form 8606, IRAs inherited from Pat Lee" in shown
    assert "8606 inherited" not in shown


FORM = ("record", "8606", "--taxpayer", "rose", "--decedent", "Pat Lee")


def test_whose_form_of_the_year_of_the_inheritance_it_is_has_to_be_said(heir: Basis) -> None:
    """The last form of who died counts at once, the heir's own from the next year on."""
    done = heir(*FORM, "--year", "2025", "--line14", "6000")
    assert (done.exit_code, "--opens 2025" in done.stderr) == (2, True)
    assert heir(*FORM, "--year", "2025", "--line14", "6000", "--opens", "2027").exit_code == 2
    done = heir(*FORM, "--year", "2025", "--line14", "6000", "--opens", "2025")
    assert "it opens 2025" in done.stdout
    record = json.loads(heir("year-end", "2025", "--json").stdout)
    (form,) = record["forms"]["8606_inherited"]
    assert (form["lines"]["2"], form["lines"]["12"]) == ("6000.00", "600.00")


def test_a_form_of_a_later_year_is_the_heirs_own(heir: Basis) -> None:
    done = heir(*FORM, "--year", "2026", "--line14", "5400", "--opens", "2026")
    assert done.exit_code == 2
    assert "say --opens 2027" in " ".join(done.stderr.split())


def test_what_is_recorded_of_a_decedent_is_listed_and_taken_back(heir: Basis) -> None:
    assert heir(*FORM, "--year", "2024", "--line14", "6000").exit_code == 0
    assert "6,000.00" in heir("record", "list").stdout
    assert json.loads(heir("record", "list", "--json").stdout)["of_decedents"]
    done = heir(*FORM, "--year", "2024", "--withdraw", "a slip")
    assert done.exit_code == 0, done.output
    assert "6,000.00" not in heir("record", "list").stdout
    record = json.loads(heir("year-end", "2025", "--json").stdout)
    assert record["forms"]["8606_inherited"] == []
    assert heir(*FORM, "--year", "2024", "--withdraw", "again").exit_code == 2


def test_a_form_of_ones_own_that_is_withdrawn_leaves_no_basis(household: Basis) -> None:
    form = ("record", "8606", "--taxpayer", "rose", "--year", "2023")
    assert household(*form, "--line14", "5000").exit_code == 0
    household("account", "add", "ira9", "--owner", "rose", "--kind", "traditional_ira")
    household("add", "opening", "--account", "ira9", "--date", "2023-12-31", "--value", "9000")
    household("add", "conversion", "--account", "ira9", "--date", "2024-05-01", "--amount", "100")
    assert household("record", "withdraw", "1", "--why", "a slip").exit_code == 0
    told = household("scenario", "export").stdout
    assert "opening_basis" not in told
    # it may be recorded again, with another amount
    assert household(*form, "--line14", "3000").exit_code == 0
    assert "3000.00" in household("scenario", "export").stdout


def test_a_name_that_no_account_has_and_lines_that_carry_nothing_are_refused(heir: Basis) -> None:
    form = ("record", "8606", "--taxpayer", "rose", "--year", "2024")
    done = heir(*form, "--decedent", "Patt Lee", "--line14", "6000")
    assert done.exit_code == 2
    assert "named are: Pat Lee" in " ".join(done.stderr.split())
    done = heir(*form, "--decedent", "Pat Lee", "--line14", "6000", "--line", "6=50000")
    assert done.exit_code == 2
    assert "line 6" in done.stderr


def test_an_inherited_account_without_a_name_is_told_how_to_name_who_died(
    household: Basis,
) -> None:
    done = household("account", "add", "inh", *INHERITED)
    assert done.exit_code == 0
    assert "basis account set inh --decedent …" in done.stderr
    for kind, *words in BOOKED:
        household("add", kind, "--account", "inh", *words)
    told = " ".join(household("check", "2025").stdout.split())
    assert "say who died (basis account set inh --decedent …)" in told
    assert '"inh"' not in told


def test_balances_tell_the_heirs_basis_once_and_the_owner_none(basis: Basis) -> None:
    """9,000 is line 14 of Ann's last form: 6,000 is Rose's, less 600 used, and 3,000 Bob's."""
    basis("init")
    assert basis("scenario", "load", str(STORY)).exit_code == 0
    filed = ("--taxpayer", "ann", "--year", "2024", "--line14", "9000")
    done = basis("record", "8606", *filed)
    assert done.exit_code == 0, done.output
    shown = json.loads(basis("balances", "--on", "2024-12-31", "--json").stdout)["balances"]
    basis_of = {(one["owner"], one["account"]): one["basis"] for one in shown if one["basis"]}
    assert basis_of == {
        ("rose", "traditional IRAs from Ann Green"): "5400.00",
        ("bob", "traditional IRAs from Ann Green"): "3000.00",
    }


def test_a_redacted_workbook_has_the_decedents_name_nowhere(basis: Basis) -> None:
    """The form of a decedent has a sheet and named cells: neither says whose they are."""
    basis("init")
    basis("scenario", "load", str(STORY))
    done = basis("packet", "2024", "--taxpayer", "rose", "--redact", "--to", "out")
    assert done.exit_code == 0, done.output
    (path,) = Path("out").glob("*.xlsx")
    with zipfile.ZipFile(path) as book:
        assert not [name for name in book.namelist() if b"Ann" in book.read(name)]
        assert b"F8606_of_1_L15c" in book.read("xl/workbook.xml")


def test_only_one_form_for_a_decedent_is_written_and_txf_says_what_it_lacks(basis: Basis) -> None:
    basis("init")
    basis("scenario", "load", str(STORY))
    done = basis("form", "8606", "2024", "--taxpayer", "rose", "--to", "out")
    assert done.stdout.splitlines()[0] == "wrote out/rose-8606-2024-Ann_Green.pdf"
    told = basis("export", "txf", "2024", "--taxpayer", "rose", "--to", "rose.txf")
    assert "Form 8606 for IRAs inherited from Ann Green: no line of it" in " ".join(
        told.output.split()
    )
