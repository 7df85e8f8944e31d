"""Faults become messages and exit codes in one place; help is quick and has examples."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli import faults, start
from cli.main import BasisGroup, main
from ledger.errors import EnvironmentFault, LedgerError, LedgerErrors, LedgerUnusable

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"sqlmodel", "sqlalchemy", "pandas", "openpyxl", "reportlab", "rich", "alembic", "pypdf"}


def _process(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=60,
    )


def _walk(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        ctx = click.Context(command, info_name=path)
        for name in command.list_commands(ctx):
            found = command.get_command(ctx, name)
            assert found is not None
            yield from _walk(found, f"{path} {name}")


ALL = dict(_walk(main, "basis"))


@pytest.mark.parametrize("path", ALL)
def test_every_command_has_help_with_an_example(path: str) -> None:
    done = CliRunner().invoke(main, [*path.split()[1:], "--help"])
    assert done.exit_code == 0
    assert "Example:\n" in done.output, path
    example = done.output.split("Example:\n")[1]
    if not isinstance(ALL[path], click.Group) or path == "basis":
        assert f"  {path} " in example or f"  {path}\n" in example or path == "basis"
    assert all(len(line) <= 80 for line in done.output.splitlines()), path


@pytest.mark.parametrize("path", [p for p, c in ALL.items() if not isinstance(c, click.Group)])
def test_every_option_is_explained(path: str) -> None:
    options = [option for option in ALL[path].params if isinstance(option, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_help_loads_no_library_but_click() -> None:
    code = (
        "import sys\n"
        "from cli.main import main\n"
        "try:\n    main.main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    loaded = set(done.stderr.replace("'", "").strip("[]\n").split(", "))
    assert "click" in loaded
    assert loaded & HEAVY == set()


def _failing(error: BaseException) -> BasisGroup:
    @click.group(cls=BasisGroup)
    @click.option("--debug", is_flag=True)
    def group(*, debug: bool) -> None:
        """Do nothing but fail."""

    @click.command()
    @click.option("--json", "as_json", is_flag=True)
    def fail(*, as_json: bool) -> None:
        del as_json
        raise error

    group.get_command = lambda _ctx, _name: fail  # type: ignore[method-assign]
    return group


def _fault(number: int = 1, text: str = "bad") -> LedgerError:
    return LedgerError(where=f"a.csv:{number}", code="c", problem=text, remedy="mend it")


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (_fault(), 2, "error: a.csv:1: bad — mend it\n"),
        (
            LedgerUnusable(where="l.db", code="c", problem="p", remedy="r"),
            4,
            "error: l.db: p — r\n",
        ),
        (EnvironmentFault(where="/x", code="c", problem="p", remedy="r"), 5, "error: /x: p — r\n"),
        (OSError(28, "No space left on device", "/x/y"), 5, "error: /x/y: No space left"),
        (click.Abort(), 130, ""),
        (KeyboardInterrupt(), 130, "\n"),
        (click.UsageError("no"), 2, "error: group fail: no — see group fail --help\n"),
        (BrokenPipeError(32, "Broken pipe"), 141, ""),
        (ValueError("123-45-6789"), 70, "error: basis: a fault in the program"),
    ],
)
def test_each_fault_has_its_exit_code_and_one_line(
    error: BaseException, code: int, message: str
) -> None:
    done = CliRunner().invoke(_failing(error), ["fail"])
    assert done.exit_code == code
    assert done.stdout == ""
    assert done.stderr.startswith(message)
    assert len(done.stderr.splitlines()) <= 1
    assert "Traceback" not in done.stderr
    assert "6789" not in done.stderr


def test_a_fault_of_the_program_shows_its_traceback_only_with_debug() -> None:
    done = CliRunner().invoke(_failing(ValueError("x")), ["--debug", "fail"])
    assert done.exit_code == 70
    assert "Traceback" in done.stderr


def test_twenty_faults_are_shown_and_the_rest_counted() -> None:
    error = LedgerErrors(_fault(number) for number in range(1, 26))
    lines = CliRunner().invoke(_failing(error), ["fail"]).stderr.splitlines()
    assert lines[19] == "error: a.csv:20: bad — mend it"
    assert lines[20:] == ["and 5 more"]


def test_text_of_files_cannot_steer_the_terminal() -> None:
    done = CliRunner().invoke(_failing(_fault(text="\x1b[2J[bold]\u202e")), ["fail"])
    assert done.stderr == "error: a.csv:1: \\u001b[2J[bold]\\u202e — mend it\n"


def test_with_json_the_faults_are_one_object() -> None:
    done = CliRunner().invoke(_failing(_fault()), ["fail", "--json"])
    assert done.exit_code == 2
    assert done.stderr == ""
    assert json.loads(done.stdout) == {
        "errors": [{"where": "a.csv:1", "code": "c", "problem": "bad", "remedy": "mend it"}]
    }


def test_a_misspelled_command_names_the_nearest() -> None:
    done = CliRunner().invoke(main, ["blances"])
    assert done.exit_code == 2
    assert "balances" in done.stderr


def test_version_and_usage_in_a_real_process() -> None:
    assert _process("--version").stdout.startswith("basis ")
    wrong = _process("init", "--nonsense")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("error: basis init: No such option")


def test_a_reader_that_goes_away_ends_quietly() -> None:
    words = f"{sys.executable} -m cli.main --help"
    done = subprocess.run(  # noqa: S602
        f"{words} | true", shell=True, capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def test_ctrl_c_ends_without_a_traceback_while_commands_are_still_loading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What loads the commands is itself guarded: half of the program may be there."""
    left: list[int] = []
    monkeypatch.setattr(os, "_exit", left.append)
    monkeypatch.setattr("cli.main.run", _interrupted)
    start.run()
    assert left == [faults.INTERRUPTED]


def _interrupted() -> None:
    raise KeyboardInterrupt
