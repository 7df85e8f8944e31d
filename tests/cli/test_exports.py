"""basis export: which file each form writes, what is said, and what stops it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from exports.tables import TABLE_NAMES

Basis = Callable[..., Result]


@pytest.fixture
def converted(household: Basis) -> Basis:
    usual = ("--account", "ira", "--amount", "7000", "--date")
    assert household("add", "contribution", *usual, "2025-01-03").exit_code == 0
    assert household("add", "conversion", *usual, "2025-02-03", "--to", "roth1").exit_code == 0
    return household


@pytest.mark.parametrize("form", ["hledger", "beancount"])
def test_a_journal_is_written_the_same_each_time(converted: Basis, form: str) -> None:
    done = converted("export", form, "--to", "a.txt")
    assert (done.exit_code, done.stdout) == (0, "wrote a.txt\n")
    assert converted("export", form, "2025", "--to", "b.txt", "--taxpayer", "rose").exit_code == 0
    text = Path("a.txt").read_text("utf-8")
    assert text == Path("b.txt").read_text("utf-8")
    assert Path("a.txt").stat().st_mode & 0o777 == 0o600
    assert "Assets:Rose:Traditional-IRAs:Ira" in text
    assert "Form 8606, line 17" in text


def test_txf_says_what_it_leaves_out(converted: Basis) -> None:
    done = converted("export", "txf", "2025", "--to", "rose.txf")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "TXF cannot carry: Form 1099-R of ira: box 2b taxable amount not determined",
        "TXF cannot carry: Form 8606: line 8",
        "TXF cannot carry: Form 1040: no line of it",
        "TXF cannot carry: which spouse it is: say so in the tax program after the import",
        "wrote rose.txf",
    ]
    done = converted("export", "txf", "--to", "rose.txf")
    assert "name the tax year, e.g. basis export txf 2025" in done.stderr


def test_all_tables_go_into_a_folder(converted: Basis) -> None:
    done = converted("export", "tables", "--to", "tables")
    assert done.exit_code == 0, done.output
    names = {f"{name}.csv" for name in TABLE_NAMES} | {"tables.json"}
    assert {path.name for path in Path("tables").iterdir()} == names
    assert {path.stat().st_mode & 0o777 for path in Path("tables").iterdir()} == {0o600}
    again = converted("export", "tables", "--to", "tables")
    assert again.exit_code == 2
    assert "add --force" in again.stderr
    assert converted("export", "tables", "--to", "tables", "--force").exit_code == 0


@pytest.mark.parametrize("form", ["hledger", "beancount", "tables"])
def test_a_refused_year_stops_what_holds_all_years(converted: Basis, form: str) -> None:
    words = ("contribution", "--account", "acme", "--date", "2025-05-05", "--amount", "1000")
    assert converted("add", *words, "--source", "after_tax").exit_code == 0
    words = ("distribution", "--account", "acme", "--date", "2025-06-05", "--amount", "5000")
    assert converted("add", *words, "--source", "after_tax").exit_code == 0
    done = converted("export", form, "--to", "out")
    assert done.exit_code == 2
    assert not Path("out").exists()


@pytest.mark.parametrize("form", ["hledger", "beancount", "tables"])
def test_an_empty_ledger_has_nothing_to_export(basis: Basis, form: str) -> None:
    basis("init")
    done = basis("export", form, "--to", "out")
    assert done.exit_code == 2
    assert "no entries" in done.stderr


def test_a_year_before_the_books_has_nothing_to_export(converted: Basis) -> None:
    done = converted("export", "hledger", "2019", "--to", "out")
    assert "there are no entries up to 2019" in done.stderr
