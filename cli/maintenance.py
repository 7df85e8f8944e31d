"""Care of the ledger file: create it, prove it, copy it, bring it back, look at its health."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import stat
import sys
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from cli import show
from cli.context import ledger_path, open_ledger
from cli.options import json_option
from ledger.balances.open_points import CONTRADICTIONS
from ledger.balances.valuation import open_points_of
from ledger.errors import LedgerError, LedgerUnusable
from ledger.importers.base import counted
from ledger.text import safe

_HEAD = re.compile(r"[0-9a-fA-F]{12,64}")
_LIBRARIES = (
    "basisbook",
    "sqlmodel",
    "sqlalchemy",
    "alembic",
    "click",
    "rich",
    "openpyxl",
    "reportlab",
    "pypdf",
)
_PRAGMAS = ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "secure_delete")
_OTHERS_MAY_READ = stat.S_IRWXG | stat.S_IRWXO


@click.command()
def init() -> None:
    """Create an empty ledger file that only you can read.

    \b
    Example:
      basis init
      basis --ledger family.db init
    """
    from ledger.store import Ledger  # noqa: PLC0415 - the database library takes half a second

    path = ledger_path()
    with Ledger.create(path):
        pass
    show.line(f"created {path}")
    show.note('next: basis taxpayer add rose --name "Rose Green" --born 1970-05-01')


@click.command()
@click.option("--head", default="", metavar="HASH", help="Chain head printed on an earlier export.")
@json_option
def verify(head: str, *, as_json: bool) -> None:
    """Recompute every balance, the integrity of the file and the hash chain.

    Exits 1 when anything differs, and where facts of the ledger contradict each other; what
    they leave open is counted, and `basis check` says what settles it. With --head the ledger
    must still hold the rows that an earlier packet was made from.

    \b
    Example:
      basis verify
      basis verify --head 6f1c0a93be41
    """
    if head and not _HEAD.fullmatch(head.strip()):
        raise LedgerError(
            where="--head",
            code="bad_head",
            problem=f"'{safe(head, limit=80)}' is no chain head",
            remedy="give the 64 digits of the evidence page, or the 12 of a page footer",
        )
    with open_ledger() as ledger, show.busy("verifying"):
        problems = ledger.verify(head)
        found = ledger.head
        # of a damaged ledger the books cannot tell what is open
        points = open_points_of(ledger.books()) if not problems else []
    contradicted = [one for one in points if one.code in CONTRADICTIONS]
    if as_json:
        said = {"ok": not problems, "head": found, "problems": problems}
        show.as_json(said | {"open": [one.as_json() for one in points]})
    else:
        for problem in problems:
            show.line(problem, "red")
        for one in contradicted:
            show.line(f"contradicted: {one.where}: {one.problem}", "red")
        if len(points) > len(contradicted):
            left = counted(len(points) - len(contradicted), "point")
            show.line(f"{left} left open: basis check names them with what settles them", "yellow")
        if not problems:
            show.line("verified: balances, integrity and chain agree")
            show.line(f"chain head {found}")
    if problems or contradicted:
        click.get_current_context().exit(1)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write a verified copy of the ledger to FILE, which must not exist yet.

    \b
    Example:
      basis backup ledger-copy.db
    """
    if file.exists():
        raise LedgerError(
            where=str(file),
            code="exists",
            problem="the file exists already",
            remedy="name a new file; a backup never overwrites another",
        )
    with open_ledger() as ledger, show.busy("copying"):
        ledger.backup(file)
    show.line(f"copied {ledger_path()} to {file} and verified the copy")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", "may_replace", is_flag=True, help="Move the present ledger aside first.")
def restore(file: Path, *, may_replace: bool) -> None:
    """Verify the copy FILE and put it in the ledger's place.

    A ledger that is there already is never overwritten: --replace renames it, and says how.

    \b
    Example:
      basis restore ledger-copy.db
      basis --ledger ledger.db restore ledger-copy.db --replace
    """
    from ledger.store import Ledger  # noqa: PLC0415 - the database library takes half a second

    target = ledger_path()
    _refuse_target(target, file, may_replace=may_replace)
    fresh = _free_name(target, "new")
    with Ledger.open(file) as copy:
        problems = copy.verify()
        if problems:
            raise LedgerUnusable(
                where=str(file),
                code="damaged",
                problem=f"the copy does not verify: {problems[0]}",
                remedy="use another copy; nothing was changed",
            )
        # whole under a name of its own before the present ledger is moved
        copy.backup(fresh)
    if target.exists():
        aside = _free_name(target, "old")
        target.rename(aside)
        show.line(f"moved the present ledger to {aside}")
    fresh.rename(target)
    show.line(f"restored {target} from {file}")


def _refuse_target(target: Path, file: Path, *, may_replace: bool) -> None:
    if not target.exists():
        return
    if target.samefile(file):
        raise LedgerError(
            where=str(file),
            code="same_file",
            problem="the copy is the ledger itself",
            remedy="name the backup file",
        )
    if not may_replace:
        raise LedgerError(
            where=str(target),
            code="exists",
            problem="a ledger is there already",
            remedy="add --replace to move it aside, or name another place with --ledger",
        )


def _free_name(target: Path, word: str) -> Path:
    number = 1
    while (free := target.with_name(f"{target.name}.{word}-{number}")).exists():
        number += 1
    return free


@click.command()
@json_option
def doctor(*, as_json: bool) -> None:
    """Show versions, settings and permissions; exit 1 when something needs care.

    \b
    Example:
      basis doctor
    """
    facts, concerns = _facts(), _concerns(ledger_path())
    if as_json:
        show.as_json({"facts": facts, "concerns": concerns})
    else:
        show.console().print(show.table(("What", "Found"), list(facts.items())))
        for concern in concerns:
            show.line(f"look at: {concern}", "yellow")
        if not concerns:
            show.line("nothing needs care")
    if concerns:
        click.get_current_context().exit(1)


def _facts() -> dict[str, str]:
    path = ledger_path()
    facts = {
        "Ledger": str(path),
        "Ledger file": "there" if path.exists() else "not created yet: basis init",
        "BASIS_LEDGER": os.environ.get("BASIS_LEDGER", "not set"),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "System": f"{platform.system()} {platform.machine()}",
        "Output encoding": str(sys.stdout.encoding),
    }
    return facts | _settings(path) | {name: _version(name) for name in _LIBRARIES}


def _settings(path: Path) -> dict[str, str]:
    """Return the settings that protect the data, as a connection to the ledger shows them."""
    from ledger.store.connection import connect  # noqa: PLC0415 - only when there is a ledger

    if not path.is_file():
        return {}
    try:
        connection = connect(path)
    except (LedgerError, sqlite3.Error):
        return {"Settings": "cannot be read"}
    with closing(connection):
        return {
            name.replace("_", " "): str(connection.execute(f"PRAGMA {name}").fetchone()[0])
            for name in _PRAGMAS
        }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _concerns(path: Path) -> list[str]:
    if not path.exists():
        return []
    concerns = []
    if os.name == "posix":
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & _OTHERS_MAY_READ:
            concerns.append(f"others may read {path} (mode {mode:o}): chmod 600 {path}")
    if not os.access(path, os.W_OK):
        concerns.append(f"{path} cannot be written")
    try:
        with open_ledger() as ledger:
            concerns.extend(ledger.verify())
    except LedgerError as error:
        concerns.extend(str(fault) for fault in error.faults)
    return concerns
