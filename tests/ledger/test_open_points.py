"""Every finding has somebody who settles it, and is said on paper without a command of ours."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from ledger import scenario
from ledger.closing import work_out
from ledger.views import open_points
from ledger.views.open_points import ASKS, Ask, OpenPoint, without_commands
from ledger.year_end import VALUE_UNSTATED, Finding

ROOT = Path(__file__).parents[2]
SEVERITIES = {"error", "warning", "info"}


def codes() -> set[str]:
    """Return the code of every finding that some module of the ledger makes."""
    found = set[str]()
    for path in (ROOT / "ledger").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Finding":
                found.add(ast.literal_eval(node.args[1]) if _is_text(node.args[1]) else "")
    return found - {""} | {VALUE_UNSTATED}


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def test_of_every_finding_it_is_known_who_settles_it() -> None:
    assert codes() == set(ASKS)


def test_only_a_client_is_sent_a_question() -> None:
    for code, (ask, question) in ASKS.items():
        assert bool(question) == (ask is Ask.CLIENT), code
        question.format(account="", year="")  # no other blank to fill in


@cache
def points() -> tuple[OpenPoint, ...]:
    found = list[OpenPoint]()
    for path in sorted((ROOT / "fixtures" / "scenarios").glob("*.toml")):
        if not path.stem.startswith("refuse"):
            told = scenario.read(path)
            for record in work_out(told.books, told.tax_years).records:
                found += open_points.open_points(record)
    return tuple(found)


def test_no_open_point_tells_a_preparer_to_type_a_command_of_ours() -> None:
    assert len(points()) > 100
    for point in points():
        assert " --" not in point.words, point.words
        assert "basis record" not in point.words, point.words
        assert point.words.rstrip()[-1] not in ":;,(", point.words
        assert point.words.count("(") == point.words.count(")"), point.words


def test_a_warning_is_never_a_mere_note_and_nothing_at_stake_is_no_decision() -> None:
    for point in points():
        assert (point.ask is Ask.NOTE) <= (point.severity == "info"), point.code
        if point.ask is Ask.DECIDE and point.severity == "info":
            assert point.at_stake, point.code


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("no command", "no command"),
        ("a: b is so; say it: basis record return --year 2024", "a: b is so"),
        ("a (basis check 2024 says which) is so", "a is so"),
        ("the basis is 5.00 and stays basis", "the basis is 5.00 and stays basis"),
    ],
)
def test_a_command_goes_and_everything_else_stays(message: str, words: str) -> None:
    assert without_commands(message) == words


def test_an_account_is_known_by_the_words_that_a_finding_begins_with() -> None:
    told = scenario.read(ROOT / "fixtures" / "scenarios" / "after-tax-to-roth-ira.toml")
    (record, *_) = work_out(told.books, told.tax_years).records
    name = next(iter(record.accounts))
    found = Finding("info", "plan_value_not_stated", f"{name}: no balance", "", "")
    point = open_points._point(found, record)
    assert (point.account, point.ask) == (name, Ask.CLIENT)
