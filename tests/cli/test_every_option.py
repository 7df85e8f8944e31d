"""Every option and argument of a command is read by what the command does."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest

from cli.main import main
from ledger.chart import Account, SimplifiedMethod
from ledger.events import Event
from ledger.records import OpeningBasis, ReturnFacts, StateBasis
from tests.cli.conftest import Basis

# whose fields a command fills in from all that it was given, by name
FILLED_IN = (Account, Event, SimplifiedMethod, OpeningBasis, ReturnFacts, StateBasis)
FIELDS = {item.name for one in FILLED_IN for item in fields(one)}


def commands(group: click.Group = main, path: str = "basis") -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


COMMANDS = dict(commands())


def read_by(call: Callable[..., Any]) -> set[str]:
    """Return the names that a function reads, and those it may look up in what it was given."""
    code = inspect.unwrap(call)
    tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    body = [node for line in tree.body[0].body for node in ast.walk(line)]  # type: ignore[attr-defined]
    found = {node.id for node in body if isinstance(node, ast.Name)}
    kinds = {one.kind for one in inspect.signature(code).parameters.values()}
    if inspect.Parameter.VAR_KEYWORD in kinds:
        found |= FIELDS | looked_up(Path(inspect.getfile(code)))
    return found


def looked_up(module: Path) -> set[str]:
    """Return attributes and texts of a module, but for those that only declare an option."""
    tree = ast.parse(module.read_text("utf-8"))
    declared = {
        text
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "click.option"
        for text in ast.walk(call)
    }
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in declared
    }
    return texts | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_read(name: str) -> None:
    command = COMMANDS[name]
    if command.callback is None:
        return
    asked = {param.name for param in command.params if param.expose_value and param.name}
    assert sorted(asked - read_by(command.callback)) == []


def test_an_option_that_nothing_reads_is_seen() -> None:
    def told(year: int, memo: str) -> int:  # noqa: ARG001 - the fault that is planted
        return year

    assert {"year", "memo"} - read_by(told) == {"memo"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("account", "set", "acme", "--recovered", "500"), "given: recovered"),
        (("account", "set", "acme", "--survivor-born", "1970-01-01"), "given: survivor_born"),
        (("account", "set", "ira", "--simple-since", "2024-01-01"), "simple_since: says nothing"),
        (("account", "set", "ira", "--first-roth-year", "2020"), "first_roth_year: says nothing"),
        (("record", "w2", "--from", "forms.csv", "--employer", "Acme"), "payer"),
        (("record", "1099r", "--from", "forms.csv", "--box", "1=5"), "--box"),
    ],
)
def test_an_option_that_would_be_passed_over_is_refused(
    words: tuple[str, ...], told: str, household: Basis
) -> None:
    Path("forms.csv").write_text("taxpayer,year,form,payer,box,value\n")
    done = household(*words)
    assert done.exit_code == 2
    assert told in done.stderr


def test_what_a_refusal_of_an_inherited_roth_ira_asks_for_can_be_stated(household: Basis) -> None:
    household("account", "add", "inh", "--owner", "rose", "--kind", "inherited_roth_ira")
    done = household("account", "set", "inh", "--first-roth-year", "2020")
    assert done.exit_code == 0, done.output
