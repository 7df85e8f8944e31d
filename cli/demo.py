"""The demonstration: a bundled household from its statements to the preparer's packets."""

from __future__ import annotations

import io
import shlex
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import click
from rich.progress import Progress

from cli import show
from cli.main import main as basis
from cli.typed import TYPED
from ledger.closing import work_out
from ledger.errors import LedgerError, LedgerErrors
from ledger.money import Money
from ledger.store import Ledger
from ledger.views.room import RoomRow, room_of_whole_year
from ledger.year_end import YearEnd

HOUSEHOLD = Path(__file__).resolve().parent.parent / "fixtures" / "household"
LEDGER_NAME = "household.db"


@dataclass(frozen=True)
class _Play:
    """What the demonstration runs: command lines as a person would type them, for one year."""

    folder: Path
    title: str
    year: int
    steps: tuple[str, ...]


@click.command()
@click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the ledger, the packets and the workbooks.",
)
@click.option("--steps", is_flag=True, help="Show the commands that are run.")
def demo(folder: Path, *, steps: bool) -> None:
    """Import a bundled household into a fresh ledger and write its packets and workbooks.

    The statements are those of a source checkout (fixtures/household); an installed package
    does not carry them.

    \b
    Example:
      basis demo --to build/demo
    """
    play = _read(_household())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ledger = folder / LEDGER_NAME
    # started from nothing: entries of an earlier run would be there twice
    ledger.unlink(missing_ok=True)
    packet = f"packet {play.year} --html --force --to {shlex.quote(str(folder))}"
    console = show.console(to_stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for line in progress.track(("init", *play.steps, packet), description="demo"):
            if steps:
                show.line(f"basis {line}", "dim")
            _run(line, ledger, play.folder)
    show.line(play.title, "bold")
    for said in _found(ledger, play.year):
        show.line(said)
    show.line(f"packets and workbooks are in {folder}")


def _household() -> Path:
    folder = HOUSEHOLD
    if not (folder / "demo.toml").is_file():
        raise LedgerError(
            where=str(folder),
            code="no_demo",
            problem="the demonstration's statements are not here: they are not installed",
            remedy="run it in a source checkout: make demo",
        )
    return folder


def _read(folder: Path) -> _Play:
    content = tomllib.loads((folder / "demo.toml").read_text(encoding="utf-8"))
    steps = tuple(str(step) for step in content["steps"])
    return _Play(folder, str(content["title"]), int(content["year"]), steps)


def _run(line: str, ledger: Path, folder: Path) -> None:
    """Run one command line; file names in it are those of the household's folder."""
    words = [_in_folder(word, folder) for word in shlex.split(line)]
    said = io.StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(said):
            basis.main(["--ledger", str(ledger), *words])
    # every command ends with it, those that went well too
    except SystemExit as end:
        if end.code:
            raise LedgerError(
                where=f"basis {line}",
                code="demo_step",
                problem=f"this step of the demonstration ended with exit {end.code}: "
                f"{said.getvalue().strip()}",
                remedy="run the step by hand to see more",
            ) from None


def _in_folder(word: str, folder: Path) -> str:
    return str(folder / word) if (folder / word).is_file() else word


def _found(ledger: Path, year: int) -> Iterator[str]:
    """Say in a few lines what the household's statements came to."""
    with Ledger.open(ledger) as opened:
        books = opened.books()
    statements = [file for file in books.files if file.importer != TYPED]
    rows = sum(file.rows for file in statements)
    yield (
        f"statements read: {len(statements)}, rows: {rows}, entries booked: "
        f"{len(books.entries)}; each amount leads back to its row"
    )
    worked = work_out(books, [year])
    if worked.refused:
        raise LedgerErrors(worked.refused)
    for record in worked.records:
        yield from _lines(record, room_of_whole_year(record, books))
    asked = max(worked.records, key=lambda record: record.f8606.amount("18"))
    yield f"ask why: basis --ledger {ledger} why {year} 8606:18 --taxpayer {asked.taxpayer.id}"


def _lines(record: YearEnd, limits: Sequence[RoomRow]) -> Iterator[str]:
    moved, taxed = (
        Money.total(getattr(movement, column) for movement in record.movements)
        for column in ("amount", "taxable")
    )
    yield (
        f"{record.taxpayer.name}: {moved} converted, rolled over or paid out, "
        f"{taxed} of it taxable in {record.tax_year}"
    )
    for one in record.forms_8606:
        form = one.form
        yield (
            f"  {one.said}: nondeductible contributions {form.amount('1')}, taxable conversions "
            f"{form.amount('18')}, basis carried forward {form.amount('14')}"
        )
    rooms = ", ".join(filter(None, map(_room_left, limits)))
    count = sum(finding.severity != "info" for finding in record.findings)
    yield f"  room left: {rooms or 'none known'}; findings to read: {count}"


def _room_left(row: RoomRow) -> str:
    """Return the room that a saver asks about first, "" of other limits and where not known."""
    what = {"402g": "of deferrals", "415c": f"after-tax at {row.employer}"}.get(row.kind)
    if what is None or row.room is None:
        return ""
    return f"{'at most ' if row.is_partly_known else ''}{row.room} {what}"
