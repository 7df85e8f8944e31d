"""Statement formats: list those that can be read, and propose a column map for any other file."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli import show
from cli.options import json_option
from ledger.errors import LedgerError
from ledger.sanity_limits import today

if TYPE_CHECKING:
    from ledger.importers.files import TextFile
    from ledger.importers.proposal import OpenPoint, Proposal
    from ledger.importers.reading import Reading

_KIND = {True: "plan", False: "ira"}


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def formats(ctx: click.Context, *, as_json: bool) -> None:
    """Show the statement formats that can be read; --as NAME chooses one.

    \b
    Example:
      basis formats
      basis formats infer activity.csv --to acme.toml
    """
    if ctx.invoked_subcommand is not None:
        return
    from ledger.importers.read import formats as known  # noqa: PLC0415

    listed = known()
    if as_json:
        show.as_json([{"format": name, "reads": words} for name, words in listed])
        return
    show.console().print(show.table(("format", "reads"), listed))


@formats.command()
@click.argument("file", type=click.Path(readable=False, path_type=Path))
@click.option(
    "--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="Map to write."
)
@click.option(
    "--column",
    "columns",
    metavar="ROLE=TITLE",
    multiple=True,
    help="Which column is the date, type, amount, source, …",
)
@click.option("--dates", metavar="FORM", help="How dates are written, e.g. MM/DD/YYYY.")
@click.option("--plan/--ira", "is_plan", default=None, help="A workplace plan, or an IRA.")
@click.option("--force", is_flag=True, help="Overwrite the map.")
def infer(  # noqa: PLR0913 - one for each option
    file: Path,
    target: Path | None,
    columns: tuple[str, ...],
    dates: str | None,
    *,
    is_plan: bool | None,
    force: bool,
) -> None:
    """Propose a column map for a file that no reader knows, and read the file by it.

    What the file does not say is asked on a terminal; in a script an option says it.
    Types of rows and sources that the map leaves open are asked at import.

    \b
    Example:
      basis formats infer activity.csv --to acme.toml
      basis formats infer activity.csv --column "amount=Net Amount" --ira
      basis import activity.csv --as acme.toml --account acme --dry-run
    """
    from ledger.importers.files import load  # noqa: PLC0415
    from ledger.importers.infer import propose  # noqa: PLC0415

    text = load(file)
    _tell_known(text, file)
    answers = _answers(columns, dates, is_plan=is_plan)
    found = _settle(propose(text), answers)
    target = target or Path(f"{file.stem}.toml")
    if target.exists() and not force:
        raise LedgerError(
            where=str(target),
            code="exists",
            problem="the file exists already",
            remedy="add --force to overwrite it, or name another with --to",
        )
    from exports.atomic import write_whole  # noqa: PLC0415

    write_whole(target, found.toml().encode())
    show.line(f"wrote {target}")
    _tell_reading(file, target)


def _tell_known(text: TextFile, file: Path) -> None:
    """Stop with good news where a reader knows the file as it is."""
    from ledger.importers.read import identify  # noqa: PLC0415

    try:
        importer = identify(text.text, text.name)
        importer.read(text, today())  # a plain CSV may have a header of the same words by chance
    except LedgerError:
        return
    show.line(f"{file.name} is read as it is, as {importer.name}: basis import {file}")
    click.get_current_context().exit(0)


def _answers(
    columns: tuple[str, ...], dates: str | None, *, is_plan: bool | None
) -> dict[str, str]:
    answers: dict[str, str] = {}
    for said in columns:
        role, sign, title = said.partition("=")
        if not sign or not title.strip():
            raise click.UsageError(f"write --column ROLE=TITLE, e.g. amount=Total; not '{said}'")
        answers[role.strip().lower()] = title.strip()
    if dates:
        answers["dates"] = dates
    if is_plan is not None:
        answers["plan"] = _KIND[is_plan]
    return answers


def _settle(found: Proposal, answers: dict[str, str]) -> Proposal:
    from ledger.importers.proposal import ambiguous  # noqa: PLC0415

    for about, answer in answers.items():
        found = found.settled(about, answer)
    while found.open:
        if not sys.stdin.isatty():
            raise ambiguous(found)
        found = found.settled(found.open[0].about, _ask(found.open[0]))
    return found


def _ask(point: OpenPoint) -> str:
    show.prose(point.problem, "bold")
    for choice in point.choices:
        show.line(f"  {choice}")
    kind = click.Choice(point.choices)
    return str(click.prompt("answer", default=point.choices[0], type=kind, show_choices=False))


def _tell_reading(file: Path, target: Path) -> None:
    """Read the file by the map just written, and say what came of it."""
    from ledger.importers.read import read_file  # noqa: PLC0415

    reading = read_file(file, str(target), now=today())
    show.line(f"read by it: {len(reading.records)} rows of {file.name}")
    rows = [(kind, count) for kind, count in _kinds(reading).items()]
    show.console().print(show.table(("rows read as", ">count"), [(k, str(c)) for k, c in rows]))
    show.line(f"look at it, then: basis import {file} --as {target} --account ACCOUNT --dry-run")


def _kinds(reading: Reading) -> Counter[str]:
    return Counter(record.kind.value.replace("_", " ") for record in reading.records)
