"""The command `basis`: loads one command at a time and turns every fault into an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NoReturn

import click

from cli import faults
from cli.context import Settings
from ledger.errors import LedgerError

# section -> command -> (module that holds it, what it does). The words stand here so that
# `basis --help` need not load the commands, whose libraries take a second.
COMMANDS: dict[str, dict[str, tuple[str, str]]] = {
    "Start": {
        "demo": ("cli.demo", "Import a bundled household and write its packets."),
        "init": ("cli.maintenance", "Create an empty ledger file."),
        "taxpayer": ("cli.people", "Add, list and change taxpayers."),
        "account": ("cli.accounts", "Add, list and change plans and IRAs."),
    },
    "Bring in": {
        "import": ("cli.imports", "Import statements that a recordkeeper offers."),
        "formats": ("cli.formats", "Show the statement formats that can be read."),
        "allocate": ("cli.import_log", "Say which money source rows belong to."),
        "imports": ("cli.import_log", "List what was imported."),
        "undo": ("cli.import_log", "Take a whole import back."),
        "settle": ("cli.settle", "Say where money went that no statement shows arriving."),
        "add": ("cli.events", "Book one event by hand."),
        "reverse": ("cli.events", "Take one entry back by reversal."),
        "record": ("cli.facts", "Record printed tax forms, and what a return says."),
    },
    "Look": {
        "balances": ("cli.pools", "Show value and basis by account and source."),
        "register": ("cli.pools", "Show the entries of one account."),
        "year-end": ("cli.years", "Show everything worked out for a tax year."),
        "why": ("cli.why", "Walk from a form line down to statement rows."),
        "check": ("cli.years", "Show findings; exit 1 when one must be read."),
        "tie-out": ("cli.tie_out", "Compare printed forms with the ledger, box by box."),
        "room": ("cli.years", "Show the limits of a year, used and left."),
    },
    "File": {
        "close": ("cli.closings", "Keep a year's record as filed and lock the year."),
        "changes": ("cli.closings", "Show what of closed years is no longer as filed."),
        "reopen": ("cli.closings", "Unlock a closed year; what changes is shown."),
    },
    "Hand over": {
        "packet": ("cli.packets", "Write the PDF and workbook for the preparer."),
        "form": ("cli.filing", "Fill in the IRS's own Form 8606 or 5329."),
        "export": ("cli.export_command", "Write one file for another program."),
        "scenario": ("cli.scenarios", "Try, check, export and load scenario files."),
    },
    "Look after": {
        "verify": ("cli.maintenance", "Recompute balances, integrity and the hash chain."),
        "backup": ("cli.maintenance", "Write a verified copy of the ledger."),
        "restore": ("cli.maintenance", "Put a verified copy in the ledger's place."),
        "doctor": ("cli.maintenance", "Show versions, settings and permissions."),
    },
}


class BasisGroup(click.Group):
    """The one place where a fault becomes a message and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the command names in the order of the table."""
        del ctx
        return [name for section in COMMANDS.values() for name in section]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the module of one command and return the command."""
        del ctx
        for section in COMMANDS.values():
            if cmd_name in section:
                return _load(section[cmd_name][0], cmd_name)
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command meant; name the nearest one when there is none of that name."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            near = get_close_matches(name, self.list_commands(ctx), n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            raise click.UsageError(f"no command '{name}'{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by section, from the table alone."""
        del ctx
        for title, section in COMMANDS.items():
            with formatter.section(title):
                formatter.write_dl([(name, words) for name, (_, words) in section.items()])

    def main(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        **extra: Any,
    ) -> NoReturn:
        """Run a command line and leave with the exit code of the contract."""
        arguments = list(sys.argv[1:] if args is None else args)
        # click's own handling would print and leave before our exit codes can be told
        extra["standalone_mode"] = False
        try:
            outcome = super().main(arguments, prog_name or "basis", **extra)
        except SystemExit as end:
            # click and rich leave with 1 only when the reader of a pipe has gone
            sys.exit(faults.BROKEN_PIPE if end.code == 1 else end.code)
        except Exception as error:  # noqa: BLE001 - the outermost handler
            sys.exit(_exit_code(error, arguments))
        sys.exit(outcome if isinstance(outcome, int) else 0)


def _load(module: str, name: str) -> click.Command:
    for item in vars(import_module(module)).values():
        if isinstance(item, click.Command) and item.name == name:
            return item
    raise LookupError(name)


def _exit_code(error: Exception, arguments: Sequence[str]) -> int:
    if isinstance(error, click.Abort):
        return faults.INTERRUPTED
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return error.exit_code
    debug = faults.wants("--debug", arguments)
    code, fault = _classify(error)
    if debug and code == faults.OUR_BUG:
        traceback.print_exception(error)
    with suppress(OSError):  # nowhere left to say it; the exit code still does
        faults.tell(fault.faults, as_json=faults.wants("--json", arguments))
    return code


def _classify(error: Exception) -> tuple[int, LedgerError]:
    if isinstance(error, LedgerError):
        return error.exit_code, error
    if isinstance(error, click.ClickException):
        return LedgerError.exit_code, faults.of_usage(error)
    if isinstance(error, OSError):
        fault = faults.of_machine(error)
        return fault.exit_code, fault
    return faults.OUR_BUG, faults.of_bug(error)


def program_version() -> str:
    """Return the installed version, or "unknown" in a checkout that was never installed."""
    try:
        return version("basisbook")
    except PackageNotFoundError:
        return "unknown"


@click.group(cls=BasisGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--ledger",
    envvar="BASIS_LEDGER",
    type=click.Path(readable=False, path_type=Path),  # the store looks closer, and says more
    metavar="PATH",
    help="Ledger file; else $BASIS_LEDGER, else the data folder of your user.",
)
@click.option("--debug", is_flag=True, help="Show a traceback for faults of the program itself.")
@click.version_option(program_version(), "-V", "--version", message="basis %(version)s")
@click.pass_context
def main(ctx: click.Context, ledger: Path | None, *, debug: bool) -> None:
    """Know how much of every retirement dollar was already taxed, and why.

    \b
    Example:
      basis init
      basis taxpayer add rose --name "Rose Green" --born 1970-05-01
      basis account add acme --owner rose --kind 401k
      basis import history.csv --account acme
      basis packet 2025 --to out
    """
    ctx.obj = Settings(ledger=ledger, debug=debug)


def run() -> NoReturn:
    """Run the command line of this process; text that a stream cannot show is escaped."""
    _replace_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    try:
        main.main()
    finally:
        _flush()


def _replace_closed_streams() -> None:
    """Give a process that was started without its streams something to read from and write to."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def _flush() -> None:
    """Write what is still held back; when nobody can take it any more, drop it quietly."""
    try:
        sys.stdout.flush()
    except OSError:
        # else the interpreter tries once more at its end and complains
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    run()
