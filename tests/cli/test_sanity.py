"""What cannot be is refused where it is typed, with every fault at once and nothing booked."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result

from cli.writing import file_name
from exports.atomic import write_whole
from ledger.errors import EnvironmentFault, LedgerError, LedgerErrors
from ledger.sanity_limits import today

Basis = Callable[..., Result]
ROOT = Path(__file__).parents[2]
TAX_ID = "123-45-6789"
TOMORROW_OR_LATER = (today() + timedelta(days=9)).isoformat()
IRA = ("add", "contribution", "--account", "ira", "--date", "2025-01-03")


def _refused(basis: Basis, *words: str) -> str:
    before = Path("ledger.db").read_bytes()
    done = basis(*words)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert Path("ledger.db").read_bytes() == before
    return done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("taxpayer", "add", "bob", "--name", f"Bob {TAX_ID}"),
        ("taxpayer", "add", TAX_ID, "--name", "Bob"),
        ("taxpayer", "set", "rose", "--name", TAX_ID),
        ("account", "add", "new", "--owner", "rose", "--kind", "401k", "--number", TAX_ID),
        ("account", "set", "acme", "--number", TAX_ID),
        ("account", "set", "acme", "--employer", TAX_ID),
        (*IRA, "--amount", "5", "--memo", f"for {TAX_ID}"),
        (*IRA, "--amount", "5", "--id", TAX_ID),
        ("reverse", "1", "--why", TAX_ID),
        ("undo", "1", "--why", TAX_ID),
    ],
)
def test_a_tax_id_is_refused_where_it_is_typed(household: Basis, words: tuple[str, ...]) -> None:
    said = _refused(household, *words)
    assert "full tax id" in said
    assert TAX_ID not in said


def test_a_value_without_end_leaves_room_for_what_to_do_about_it(household: Basis) -> None:
    said = _refused(household, "taxpayer", "set", "rose", "--born", "1" * 9_000)
    assert said.rstrip().endswith("taxpayer set --help")
    assert len(said) < 2_000


def test_an_account_number_of_nine_digits_is_no_tax_id(household: Basis) -> None:
    assert household("account", "set", "ira", "--number", "234567890").exit_code == 0
    said = _refused(household, "account", "set", "roth1", "--number", "234567890")
    assert "the account ira has the number 234567890 already" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("taxpayer", "add", "bob", "--name", " "), "the text is empty"),
        (("taxpayer", "add", "bob", "--name", "B\x1b[2Job"), "cannot be shown"),
        (("taxpayer", "add", "bob", "--name", "x" * 501), "at most 500"),
        (("taxpayer", "set", "rose", "--born", TOMORROW_OR_LATER), "birth date"),
        (("taxpayer", "set", "rose", "--born", "1700-01-01"), "no birth date"),
        (("taxpayer", "set", "rose", "--spouse", "rose"), "married to themselves"),
        (("account", "set", "acme", "--cost", "-5", "--payments", "9"), "cannot be negative"),
        (("account", "set", "acme", "--cost", "5", "--payments", "0"), "payments"),
        (("account", "set", "acme", "--first-roth-year", "2199"), "has not begun"),
        (("allocate", "acme", "pattern:pre_tax=-5,match=10"), "no such amount"),
        (("record", "8606", "--taxpayer", "rose", "--year", "2199", "--line14", "0"), "no form"),
        (
            (
                "record",
                "8606",
                "--taxpayer",
                "rose",
                "--year",
                "2024",
                "--roth-conversion",
                "2020=-5/0",
            ),
            "cannot be negative",
        ),
        (
            ("record", "return", "--taxpayer", "rose", "--year", "2025", "--compensation", "-1"),
            "cannot be negative",
        ),
        (("reverse", "9" * 30, "--why", "x"), "not in the range"),
        (("undo", "9" * 30, "--why", "x"), "not in the range"),
        (("export", "csv", "--taxpayer", "nobody", "--to", "x.csv"), "no taxpayer 'nobody'"),
    ],
)
def test_what_cannot_be_is_refused(household: Basis, words: tuple[str, ...], said: str) -> None:
    assert said in _refused(household, *words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*IRA[:-1], TOMORROW_OR_LATER, "--amount", "5"), "is in the future"),
        ((*IRA[:-1], "1950-01-01", "--amount", "5"), "before the first IRA"),
        ((*IRA, "--amount", "5", "--year", "2026"), "cannot count for 2026"),
        ((*IRA, "--amount", "0"), "the amount is zero"),
        (
            ("add", "distribution", *IRA[2:], "--amount", "5", "--withheld", "6"),
            "6.00 was withheld",
        ),
        (("add", "distribution", *IRA[2:], "--amount", "5", "--exception", "zz"), "Form 5329"),
        (
            ("add", "distribution", "--account", "acme", "--source", "after_tax",
             "--date", "2025-01-03", "--part", "roth1=5/6"),
            "6.00",
        ),
        (("add", "distribution", *IRA[2:], "--part", "ira=5"), "stays in the account ira"),
        (
            ("add", "rollover_60day", *IRA[2:], "--to", "roth1", "--of", "d9", "--amount", "5"),
            "no distribution 'd9'",
        ),
        (
            ("add", "opening", "--account", "acme", "--source", "pre_tax", "--date", "2025-01-01",
             "--value", "9", "--basis", "5"),
            "pre_tax money has no basis",
        ),
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_is_not_booked(
    household: Basis, words: tuple[str, ...], said: str
) -> None:
    assert said in _refused(household, *words)


def test_all_faults_of_an_event_come_at_once(household: Basis) -> None:
    words = ("--source", "pre_tax", "--date", TOMORROW_OR_LATER, "--value", "9", "--basis", "-5.25")
    said = _refused(household, "add", "opening", "--account", "acme", *words)
    assert "is in the future" in said
    assert "-5.25" in said


def test_an_id_names_one_event(household: Basis) -> None:
    first = ("add", "distribution", *IRA[2:], "--amount", "5", "--id", "d1")
    assert household(*first).exit_code == 0
    second = ("add", "distribution", "--account", "ira", "--date", "2025-01-04", "--amount", "6")
    assert "has the id 'd1'" in _refused(household, *second, "--id", "d1")
    rollover = ("add", "rollover_60day", *IRA[2:], "--to", "roth1", "--amount", "5")
    assert household(*rollover, "--of", "d1").exit_code == 0


@pytest.mark.skipif(os.name != "posix", reason="pipes exist on POSIX only")
def test_a_pipe_is_neither_read_as_a_scenario_nor_replaced_by_an_export(
    household: Basis, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for words in (("run",), ("check",), ("load",)):
        assert "pipe" in _refused(household, "scenario", *words, str(pipe))
    done = household("export", "csv", "--to", str(pipe), "--force")
    assert (done.exit_code, pipe.is_fifo()) == (2, True)
    with pytest.raises(LedgerError) as caught:
        write_whole(pipe, b"x")
    assert caught.value.code == "target_is_device"
    assert pipe.is_fifo()


@pytest.mark.parametrize("content", ["a=" + "[" * 5000, f"a = {'1' * 5000}"])
def test_toml_that_no_parser_bears_is_refused(household: Basis, content: str) -> None:
    Path("s.toml").write_text(content)
    assert "not a TOML file" in _refused(household, "scenario", "run", "s.toml")
    Path("a.csv").write_text("Date,Type,Amount\n01/15/2025,contribution,5\n")
    assert "not TOML" in _refused(household, "import", "a.csv", "--as", "s.toml")


def test_a_name_that_is_too_long_is_no_file(household: Basis) -> None:
    assert "no such file" in _refused(household, "import", f"{'a' * 300}.csv")


@pytest.mark.skipif(os.name != "posix", reason="streams are closed by the shell")
def test_a_process_without_its_streams_still_ends_well() -> None:
    command = f'"{sys.executable}" -m cli.main formats <&- >&- 2>&-; exit $?'
    root = Path(__file__).parents[2]
    done = subprocess.run(["sh", "-c", command], cwd=root, check=False)  # noqa: S607
    assert done.returncode == 0


def test_more_than_an_ira_holds_names_the_command_that_brings_the_gain_in(
    household: Basis,
) -> None:
    assert household(*IRA, "--amount", "7000", "--year", "2025").exit_code == 0
    conversion = ("add", "conversion", "--account", "ira", "--to", "roth1", "--date", "2025-02-03")
    done = household(*conversion, "--amount", "7100.55")
    assert done.exit_code == 0, done.output
    command = "basis add balance --account ira --date 2025-02-03 --value"
    assert "holds 7,000.00 in the books" in done.stderr
    assert f"{command} VALUE (0 when all of it moved)" in done.stderr
    assert household("year-end", "2025").exit_code == 2
    assert household(*command.split()[1:], "0").exit_code == 0
    assert household("year-end", "2025").exit_code == 0
    assert "warning" not in household(*IRA, "--amount", "5", "--year", "2025").stderr


def test_a_tax_id_is_in_no_file_name() -> None:
    assert file_name(TAX_ID) == "6789"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_output_is_said_on_the_other_stream(household: Basis) -> None:
    del household
    words = ["-m", "cli.main", "--ledger", "ledger.db", "year-end", "2025", "--json"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, *words], stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    assert (done.returncode, "Traceback" in done.stderr) == (5, False)
    assert "No space left" in done.stderr


def test_a_journal_mode_that_another_program_changed_is_put_right_and_told(
    household: Basis,
) -> None:
    raw = sqlite3.connect("ledger.db")
    raw.execute("PRAGMA journal_mode=WAL")
    raw.close()
    assert "WAL mode; it was put right" in household("verify").stderr
    assert household("verify").stderr == ""


def test_files_that_cannot_be_read_are_a_fault_of_the_machine() -> None:
    no_right = EnvironmentFault(where="a", code="cannot_read", problem="p", remedy="r")
    typed = LedgerError(where="a", code="c", problem="p", remedy="r")
    assert LedgerErrors([no_right, no_right]).exit_code == 5
    assert LedgerErrors([no_right, typed]).exit_code == 2
