"""How faults leave the program: one line each on standard error, or one JSON object."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from contextlib import suppress

import click

from ledger.errors import EnvironmentFault, LedgerError
from ledger.text import masked, safe

SHOWN_AT_MOST = 20
PROBLEM_MAX = 800  # characters
OUR_BUG = 70
INTERRUPTED = 130
BROKEN_PIPE = 141


def say(message: str) -> None:
    """Print one line on standard error, made safe to show; a terminal gets it between words."""
    told = safe(message, limit=2_000)
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns
        told = textwrap.fill(told, width, break_long_words=False, break_on_hyphens=False)
    click.echo(told, err=True)


def tell(faults: Iterable[LedgerError], *, as_json: bool = False) -> None:
    """Show faults: at most twenty lines on standard error, or all as JSON on standard output.

    What stops several people or years alike is said once.
    """
    listed = list({(str(fault), fault.code): fault for fault in faults}.values())
    if as_json:
        found = {"errors": [fault.as_json() for fault in listed]}
        with suppress(OSError):  # standard output is full: the lines below say so
            click.echo(masked(json.dumps(found, indent=2)))
            sys.stdout.flush()
            return
    for fault in listed[:SHOWN_AT_MOST]:
        # a value of endless length must not push the remedy off the line
        problem = safe(fault.problem, limit=PROBLEM_MAX)
        say(f"error: {safe(fault.where)}: {problem} — {fault.remedy}")
    if len(listed) > SHOWN_AT_MOST:
        say(f"and {len(listed) - SHOWN_AT_MOST} more")


def of_usage(error: click.ClickException) -> LedgerError:
    """Return the fault of a command line that click could not accept."""
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    path = ctx.command_path if ctx else "basis"
    return LedgerError(
        where=path,
        code="usage",
        problem=error.format_message().rstrip("."),
        remedy=f"see {path} --help",
    )


def of_machine(error: OSError) -> LedgerError:
    """Return the fault of a disk, folder or permission that stands in the way."""
    return EnvironmentFault(
        where=str(error.filename or "this machine"),
        code="environment",
        problem=error.strerror or type(error).__name__,
        remedy="check the path, its permissions and the free space, then run the command again",
    )


def of_bug(error: Exception) -> LedgerError:
    """Return the one line for a fault of ours; its text is withheld, it may hold user data."""
    return LedgerError(
        where="basis",
        code="our_bug",
        problem=f"a fault in the program, not in your data ({type(error).__name__})",
        remedy="run it again with --debug before the command and report what it prints",
    )


def wants(flag: str, arguments: Sequence[str]) -> bool:
    """Tell whether a flag stands among the arguments, before any ``--``."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return flag in arguments[:end]
