"""Bring statements in: the command import."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli import show
from cli.answer_lists import save, tell_unused, write_open
from cli.context import open_ledger
from cli.import_view import (
    expected,
    left_out,
    show_differences,
    show_preview,
    show_preview_json,
    show_summary,
    tell_differences,
)
from cli.options import json_option
from cli.questions import Wish
from cli.receipt import (
    balance_of,
    booked_in,
    booked_json,
    held_in,
    not_known_json,
    receipt_of,
    show_booked,
    show_receipts,
)
from cli.statement_files import Unread, gathered, read_all
from cli.talk import Talk
from ledger.errors import Collector, LedgerError, LedgerErrors
from ledger.importers.base import counted
from ledger.money import BadAmount
from ledger.statement_import.questions.question import asked_once
from ledger.text import safe

if TYPE_CHECKING:
    from ledger.importers.reading import Reading
    from ledger.statement_import.answers import AnswerBook, GivenAnswer
    from ledger.statement_import.draft import FileDraft
    from ledger.statement_import.drafting import StatementImport
    from ledger.statement_import.questions.question import Question
    from ledger.statement_import.stages import ImportOptions
    from ledger.statement_import.worked_out import WorkedOut
    from ledger.store import Ledger, Receipt

_LONG = 500_000  # bytes
_PATH = click.Path(readable=False, path_type=Path)  # reading it says why it cannot be read


@dataclass
class _Request:
    """What one import command was asked to do."""

    files: tuple[Path, ...]
    format_name: str | None
    account: str
    answers: tuple[Path, ...]
    allocations: tuple[str, ...]
    closing: tuple[str, ...]
    accept_difference: bool = False
    dry_run: bool = False
    rows: bool = False
    as_json: bool = False
    yes: bool = False
    skip_unreadable: bool = False
    write_answers: Path | None = None
    given: list[GivenAnswer] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    booked: list[str] = field(default_factory=list)  # names of the files that are stored
    talk: Talk = field(default_factory=Talk)

    @property
    def several(self) -> bool:
        """Whether the command means more than one file."""
        return len(self.files) > 1

    @property
    def beside(self) -> list[Path]:
        """The files that the command itself names and that may lie among the statements."""
        column_map = [Path(self.format_name)] if self.format_name else []
        written = [self.write_answers] if self.write_answers else []
        return [*self.answers, *written, *column_map]

    @property
    def blocking(self) -> list[Unread]:
        """The files that nobody can read and that keep the others from being booked."""
        return [] if self.skip_unreadable else self.unread

    @property
    def at_terminal(self) -> bool:
        """Whether somebody sits at a terminal, and what is answered there can be of use."""
        asked = not (self.as_json or self.dry_run)
        return asked and sys.stdin.isatty() and sys.stdout.isatty()

    @property
    def may_ask(self) -> bool:
        """Whether open questions can be asked: nothing else keeps the files from being booked."""
        return self.at_terminal and not self.blocking


@click.command(name="import")
@click.argument("files", nargs=-1, required=True, type=_PATH, metavar="FILE|FOLDER...")
@click.option("--account", default="", metavar="ID", help="Account of a file that names none.")
@click.option("--as", "format_name", metavar="FORMAT", help="Reader to use, or a column map.toml.")
@click.option("--answers", type=_PATH, multiple=True, help="JSON list of answers; - for a pipe.")
@click.option("--write-answers", type=_PATH, help="Write answers and open questions as a list.")
@click.option("--allocate", "allocations", multiple=True, metavar="SPEC", help="Sources of rows.")
@click.option("--closing", multiple=True, metavar="SOURCE=AMOUNT", help="Balance to check.")
@click.option("--accept-difference", is_flag=True, help="Import although a balance differs.")
@click.option("--skip-unreadable", is_flag=True, help="Leave out files that nobody can read.")
@click.option("--dry-run", is_flag=True, help="Show what would be booked; write nothing.")
@click.option("--rows", is_flag=True, help="Dry run of several files: show each row too.")
@click.option("--yes", is_flag=True, help="Take safe proposals; never one that tax depends on.")
@json_option
def import_files(**asked: Any) -> None:
    """Import statements: new rows are booked, known rows are recognized, doubts are asked.

    A folder stands for the files in it; sub-folders are not entered. Each file is one
    transaction, and none is booked before all are read and all questions settled. Without a
    terminal an open question ends the command with exit 2 and names the answer that settles it.

    \b
    Example:
      basis import history.csv --account acme --dry-run
      basis import history.csv --account acme
          --allocate pattern:pre_tax=1500,roth=500,after_tax=2000,match=750
      basis import Accounts_History.csv --answers answers.json
      basis import ~/Downloads/statements --dry-run
    """
    from ledger.pause import paused_collector  # noqa: PLC0415 - loads the store

    request = _Request(**asked)
    with paused_collector(), open_ledger() as ledger:
        try:
            code = _run(ledger, request)
        except (click.Abort, KeyboardInterrupt):
            _tell_stopped(request)
            raise click.Abort from None
    if code:
        click.get_current_context().exit(code)


def _tell_stopped(request: _Request) -> None:
    """Say what is booked of an import that was stopped: whole files, or nothing."""
    click.echo(err=True)  # Ctrl-C leaves the cursor within a line
    if request.booked:
        show.note(f"stopped: booked are {', '.join(request.booked)}; import the others again")
        return
    lost = 0 if request.talk.saved else len(request.talk.typed)
    told = f"; {counted(lost, 'answer')} not kept ('save' at a question keeps them)" if lost else ""
    show.note(f"stopped: nothing was booked{told}")


def _run(ledger: Ledger, request: _Request) -> int:
    from ledger.statement_import.answers import read_answers  # noqa: PLC0415 - loads the store

    options = _wishes(request)
    request.given = read_answers(*request.answers)
    request.files = tuple(gathered(request.files, [ledger.path, *request.beside]))
    with _progress(request, "reading"):
        files = read_all(
            request.files, request.format_name, request.account, _employer(ledger, request)
        )
    request.unread = files.unread
    if request.unread and files.readings and request.at_terminal and not request.skip_unreadable:
        _ask_to_leave_out(request)
        request.skip_unreadable = True
    elif request.skip_unreadable:
        for fault in (fault for one in files.unread for fault in one.faults):
            show.note(f"warning: left out: {fault}")
    if files.unread and (not files.readings or not (request.several or request.skip_unreadable)):
        raise LedgerErrors(fault for one in files.unread for fault in one.faults)
    try:
        return _import(ledger, request, options, files.readings)
    except LedgerError as fault:
        if fault.code != "already_imported":
            raise
    # another program has brought in the same rows meanwhile: now they are known
    return _import(ledger, request, options, files.readings)


def _ask_to_leave_out(request: _Request) -> None:
    """Show the files that nobody can read; stop unless the others are to be imported alone."""
    for one in (fault for unread in request.unread for fault in unread.faults):
        show.paragraph("  ", f"{one.where}: {one.problem} — {one.remedy}")
    many = counted(len(request.unread), "file")
    click.confirm(f"{many} cannot be read. Leave out and go on with the others?", abort=True)


def _employer(ledger: Ledger, request: _Request) -> str:
    """Return whose plan the files are of, "" where several plans could be meant."""
    plans = {a.id: a.employer_name for a in ledger.accounts().values() if a.kind.is_plan}
    named = plans.get(request.account, "")
    return named or (next(iter(plans.values())) if len(plans) == 1 else "")


def _import(
    ledger: Ledger, request: _Request, options: ImportOptions, readings: Sequence[Reading]
) -> int:
    """Draft, ask, show or store; return the exit code."""
    faults = Collector()
    for one in (fault for unread in request.blocking for fault in unread.faults):
        faults.add(one)
    try:
        drafts, book, worked = _settled(ledger, request, options, readings)
    except LedgerError as fault:
        raise LedgerErrors([*faults, *fault.faults]) from fault
    closed = Collector()
    with closed:  # before any file is booked: a closed year stops all of them
        ledger.refuse_closed(e.entry.event for draft in drafts for e in draft.entries)
        ledger.refuse_closed(event for draft in drafts for event in draft.corrects.values())
    for one in closed:
        faults.add(one)
    if request.write_answers is not None and not request.may_ask:
        write_open(request.write_answers, request.talk, drafts)
    if request.dry_run:
        if request.as_json:
            show_preview_json(drafts, worked, request.unread, list(closed))
        else:
            show_preview(drafts, worked, request.unread, rows=request.rows)
        if not request.as_json:
            faults.raise_any()
        return LedgerError.exit_code if len(faults) else 0
    _refuse_what_is_open(request, drafts, faults)
    if any(draft.differences for draft in drafts) and not request.accept_difference:
        if not request.at_terminal:
            return tell_differences(drafts, as_json=request.as_json)
        show_differences(drafts)  # who has answered every question must not answer them again
        click.confirm("Import all the same?", abort=True)
    _store(ledger, request, drafts, book, worked)
    return 0


def _refuse_what_is_open(request: _Request, drafts: Sequence[FileDraft], faults: Collector) -> None:
    """Raise the faults and the open questions of all files, with a line for each of several."""
    asked = asked_once(question for draft in drafts for question in draft.questions)
    for question in _one_of_each_first(asked):
        faults.add(question.as_fault())
    if len(faults) and request.several and not request.as_json:
        show_summary([(draft, expected(draft)) for draft in drafts], request.unread, "not read")
        show.note("nothing of these files is booked until all of them can be")
    faults.raise_any()


def _store(
    ledger: Ledger,
    request: _Request,
    drafts: Sequence[FileDraft],
    book: AnswerBook,
    worked: WorkedOut,
) -> None:
    """Store the files one after another and show what came of them."""
    from ledger.statement_import.storing import accept_differences  # noqa: PLC0415

    for draft in drafts:
        accept_differences(draft, worked, book)
    journal = worked.journal  # what is stored is what it was worked out of
    with _progress(request, "storing"):
        done = _commit(ledger, drafts, book, request.booked)
    booked = booked_in(worked, done, ledger)
    held = held_in(journal, done, booked)
    if request.as_json:
        show.as_json(
            {
                "files": [receipt_of(draft, receipt) for draft, receipt in done],
                **({"unread": left_out(request.unread)} if request.unread else {}),
                "booked": booked_json(booked),
                "balances": [balance_of(one) for one in held],
                **({"not_known": not_known_json(booked)} if booked.stops else {}),
                "chain_head": ledger.head,
            }
        )
    else:
        show_receipts(done, request.unread)
        show_booked(booked, held, ledger)


def _one_of_each_first(questions: Sequence[Question]) -> list[Question]:
    """Put one question of each file and code before the others: only the first are shown."""
    # reversed, so that the first of each file and code is what stays
    firsts = {(q.file, q.code): q for q in reversed(questions)}
    heads = {id(question) for question in firsts.values()}
    return sorted(questions, key=lambda question: (id(question) not in heads, question.turn))


def _settled(
    ledger: Ledger, request: _Request, options: ImportOptions, readings: Sequence[Reading]
) -> tuple[list[FileDraft], AnswerBook, WorkedOut]:
    """Work the files out, asking at a terminal until no question is open.

    An answer that does not fit is asked again with the reason: the answers before it are kept.
    """
    talk = request.talk = Talk(request.given)
    while True:
        drafts, book, intake = _worked(ledger, request, options, readings, talk)
        questions = [question for draft in drafts for question in draft.questions]
        if not questions or not request.may_ask:
            tell_unused(book, intake, drafts)
            return drafts, book, intake.books
        if request.several and not talk.begun:
            show_summary([(draft, expected(draft)) for draft in drafts], request.unread, "left out")
        said = talk.ask(drafts, ledger.accounts())
        if said is Wish.SAVE:
            save(request.write_answers, talk, drafts)
        if said in {Wish.SAVE, Wish.STOP}:
            raise click.Abort


def _worked(
    ledger: Ledger,
    request: _Request,
    options: ImportOptions,
    readings: Sequence[Reading],
    talk: Talk,
) -> tuple[list[FileDraft], AnswerBook, StatementImport]:
    """Work the files out with the answers so far; the last one is asked again where it fails."""
    from ledger.statement_import.answers import AnswerBook  # noqa: PLC0415 - loads the store
    from ledger.statement_import.drafting import StatementImport  # noqa: PLC0415
    from ledger.statement_import.storing import context_of  # noqa: PLC0415

    while True:
        book = AnswerBook(ledger.answers(), talk.given, take_proposals=request.yes)
        intake = StatementImport(context_of(ledger, book), options)
        try:
            with _progress(request, "working through"):
                drafts = intake.draft(readings)
        except LedgerError as fault:
            faults = [book.placed(one) for one in fault.faults]
            if not talk.typed:
                raise LedgerErrors(faults) from fault
            said = talk.again(faults)
            if isinstance(said, Wish):
                raise click.Abort from fault
        else:
            return drafts, book, intake


def _wishes(request: _Request) -> ImportOptions:
    from ledger.statement_import.balances.compared import read_closing  # noqa: PLC0415
    from ledger.statement_import.sources.allocation import parse_spec  # noqa: PLC0415
    from ledger.statement_import.stages import ImportOptions  # noqa: PLC0415

    try:
        closing = read_closing(request.closing)
    except (BadAmount, ValueError):
        raise LedgerError(
            where="--closing",
            code="bad_closing",
            problem=f"'{safe(' '.join(request.closing), limit=80)}' is no balance of a source",
            remedy="write --closing after_tax=1234.56, once for each source",
        ) from None
    specs = [parse_spec(text) for text in request.allocations]
    return ImportOptions(account=request.account, allocations=specs, closing=closing)


def _progress(request: _Request, step: str) -> Any:
    """Show that a long import is at work: on a terminal only, for files that take a second."""
    size = sum(_size(path) for path in request.files)
    if request.as_json or size < _LONG or not sys.stderr.isatty():
        return nullcontext()
    return show.console(to_stderr=True).status(f"{step} {size / 1e6:,.1f} MB")


def _size(path: Path) -> int:
    """Return the bytes of a file, 0 for what cannot be looked at: reading it will say why."""
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0


def _commit(
    ledger: Ledger, drafts: Sequence[FileDraft], book: AnswerBook, booked: list[str]
) -> list[tuple[FileDraft, Receipt | None]]:
    """Store the files one after another, each in a transaction of its own."""
    from ledger.statement_import.storing import commit  # noqa: PLC0415 - loads the store

    done = []
    for draft in drafts:
        done.append((draft, commit(ledger, draft, book)))
        booked.append(draft.name)
    return done
