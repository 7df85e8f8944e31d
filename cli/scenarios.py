"""Scenario files: a whole story in plain text, tried without a ledger or booked into one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import click

from cli import show
from cli.context import open_ledger
from cli.expectations import BadPath, agrees, look_up, shown
from cli.lookup import known
from cli.options import TextFile, json_option, taxpayer_option
from cli.record_view import print_record
from cli.years import run_json
from exports.atomic import write_whole
from ledger import scenario as scenario_files
from ledger.books import Books
from ledger.closing import Worked, work_out
from ledger.errors import LedgerError, LedgerErrors
from ledger.records import Options
from ledger.scenario import Expectation

_FILE = TextFile()


@click.group()
def scenario() -> None:
    """Try, check, export and load scenario files.

    \b
    Example:
      basis scenario run backdoor.toml
    """


@scenario.command()
@click.argument("file", type=_FILE)
@json_option
def run(file: Path, *, as_json: bool) -> None:
    """Work out every year of FILE in memory and print the records; no ledger is touched.

    \b
    Example:
      basis scenario run backdoor.toml
      basis scenario run backdoor.toml --json
    """
    books, worked = _work_out(file)
    if as_json:
        show.as_json(run_json(worked))
        if worked.refused:
            click.get_current_context().exit(LedgerError.exit_code)
        return
    for record in worked.records:
        print_record(record, books.household_of(record.taxpayer.id))
    if worked.refused:
        raise LedgerErrors(worked.refused)


def _work_out(file: Path) -> tuple[Books, Worked]:
    """Return the books of a file and their records; one that cannot be read has refusals alone."""
    try:
        story = scenario_files.read(file)
        return story.books, work_out(story.books, story.tax_years)
    except LedgerError as error:
        return Books({}, {}, ()), Worked((), error.faults)


@scenario.command()
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
def check(files: tuple[Path, ...]) -> None:
    """Compare what is worked out with the [[expect]] rows of each FILE; exit 1 on a difference.

    \b
    Example:
      basis scenario check examples/*.toml
    """
    wrong = 0
    for file in files:
        differences = list(_differences(file))
        wrong += bool(differences)
        for difference in differences:
            show.line(f"{file}: {difference}")
    show.line(f"{len(files) - wrong} passed, {wrong} failed")
    if wrong:
        click.get_current_context().exit(1)


def _differences(file: Path) -> Iterator[str]:
    expectations: tuple[Expectation, ...] = ()
    try:
        story = scenario_files.read(file)
        expectations = story.expectations
        worked = work_out(story.books, story.tax_years)
    except LedgerError as error:
        worked = Worked((), error.faults)
    codes = [fault.code for fault in worked.refused]
    wanted = _expected_refusal(file)
    if wanted:
        if wanted not in codes:
            yield f"refused.code expected {shown(wanted)} got {shown(codes)}"
        return
    for fault in worked.refused:
        yield f"refused expected none got {shown(fault.code)}: {fault}"
    if not expectations and not worked.refused:
        yield "the file has neither [[expect]] nor [expect_refusal]"
    for expectation in expectations:
        yield from _difference(worked, expectation)


def _expected_refusal(file: Path) -> str:
    """Return the code that must be refused; read apart, for the file itself may be refused."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return ""
    table = content.get("expect_refusal")
    return str(table.get("code", "")) if isinstance(table, dict) else ""


def _difference(worked: Worked, expectation: Expectation) -> Iterator[str]:
    name = f"{expectation.taxpayer} {expectation.year} {expectation.at}"
    record = worked.of(expectation.taxpayer, expectation.year)
    if record is None:
        if not worked.refused:
            yield f"{name} expected a record got none"
        return
    try:
        found = look_up(record.as_json(), expectation.at)
    except BadPath as error:
        yield f"{name}: {error}"
        return
    if not agrees(expectation.value, found):
        yield f"{name} expected {shown(expectation.value)} got {shown(found)}"


@scenario.command()
@taxpayer_option
@click.option("--to", "file", type=click.Path(dir_okay=False, path_type=Path), help="Else printed.")
def export(taxpayer: str | None, file: Path | None) -> None:
    """Write the ledger as a scenario file; running it gives the same year-end records.

    With --taxpayer the household of that person is written: a spouse's facts are facts of both.

    Findings about the files of statements (paychecks_missing, files_leave_a_gap) are the ledger's
    own: a scenario names no files.

    \b
    Example:
      basis scenario export --taxpayer rose > rose.toml
    """
    with open_ledger() as ledger:
        books = ledger.books()
        if taxpayer is not None:
            known(books.taxpayers, taxpayer, "taxpayer")
        content = scenario_files.write(books, taxpayer)
    if file is None:
        click.echo(content, nl=False)
        return
    if file.exists():
        raise LedgerError(
            where=str(file),
            code="exists",
            problem="the file exists already",
            remedy="name a new file",
        )
    write_whole(file, content.encode())
    show.line(f"wrote {file}")


@scenario.command()
@click.argument("file", type=_FILE)
def load(file: Path) -> None:
    """Book the scenario FILE into the ledger; what is there already is not booked twice.

    \b
    Example:
      basis scenario load backdoor.toml
    """
    from cli.loading import (  # noqa: PLC0415 - the database library takes half a second
        load_books,
        with_method,
    )

    story = scenario_files.read(file)
    digest = sha256(file.read_bytes()).hexdigest()
    with open_ledger() as ledger:
        books = with_method(story.books, story.tax_years)
        for said in load_books(ledger, books, file.name, digest):
            show.line(said)
    given = vars(story.books.options)
    # the method is loaded as a fact of each return
    other = [n for n, value in vars(Options()).items() if given[n] != value and n != "ira_method"]
    if other:
        show.note(
            f"warning: [options] of {file.name} ({', '.join(other)}) hold for basis scenario run: "
            "a ledger works every year out in cents"
        )
