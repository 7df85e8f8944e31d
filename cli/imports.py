"""Bring statements in: import, allocate, imports, undo and formats."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli import show
from cli.context import open_ledger
from cli.faults import tell
from cli.options import REASON, ROW_NUMBER, json_option
from cli.questions import ask, first_to_ask
from cli.record_view import source_words
from ledger.errors import Collector, LedgerError, LedgerErrors
from ledger.money import BadAmount, Money
from ledger.safetext import safe

if TYPE_CHECKING:
    from ledger.importers.reading import Reading
    from ledger.intake.answers import AnswerBook, GivenAnswer
    from ledger.intake.draft import FileDraft, Question
    from ledger.intake.intake import Intake, Wishes
    from ledger.store import Ledger, Receipt

_LONG = 500_000  # bytes
_PATH = click.Path(readable=False, path_type=Path)  # reading it says why it cannot be read
_UNCONFIRMED = "reading_unconfirmed"
_DIFFERENCES = 1  # exit code: a check found differences


@dataclass
class _Request:
    """What one import command was asked to do."""

    files: tuple[Path, ...]
    format_name: str | None
    account: str
    answers: Path | None
    allocations: tuple[str, ...]
    closing: tuple[str, ...]
    accept_difference: bool = False
    dry_run: bool = False
    as_json: bool = False
    yes: bool = False
    given: list[GivenAnswer] = field(default_factory=list)

    @property
    def may_ask(self) -> bool:
        """Whether somebody sits at a terminal to answer."""
        asked = not (self.as_json or self.dry_run)
        return asked and sys.stdin.isatty() and sys.stdout.isatty()


@click.command(name="import")
@click.argument("files", nargs=-1, required=True, type=_PATH)
@click.option("--account", default="", metavar="ID", help="Account of a file that names none.")
@click.option("--as", "format_name", metavar="FORMAT", help="Reader to use, or a column map.toml.")
@click.option("--answers", type=_PATH, help="JSON list of answers.")
@click.option("--allocate", "allocations", multiple=True, metavar="SPEC", help="Sources of rows.")
@click.option("--closing", multiple=True, metavar="SOURCE=AMOUNT", help="Balance to check.")
@click.option("--accept-difference", is_flag=True, help="Import although a balance differs.")
@click.option("--dry-run", is_flag=True, help="Show what would be booked; write nothing.")
@click.option("--yes", is_flag=True, help="Take safe proposals; never one that tax depends on.")
@json_option
def import_files(**asked: Any) -> None:
    """Import statements: new rows are booked, known rows are recognised, doubts are asked.

    Each file is one transaction. Without a terminal an open question ends the command with
    exit 2 and names the answer that settles it; nothing is booked then.

    \b
    Example:
      basis import history.csv --account acme --dry-run
      basis import history.csv --account acme
          --allocate pattern:pre_tax=1500,roth=500,after_tax=2000,match=750
      basis import Accounts_History.csv --answers answers.json
    """
    from ledger.store.pause import paused_collector  # noqa: PLC0415 - loads the store

    request = _Request(**asked)
    with paused_collector(), open_ledger() as ledger:
        code = _run(ledger, request)
    if code:
        click.get_current_context().exit(code)


def _run(ledger: Ledger, request: _Request) -> int:
    from ledger.intake.answers import read_answers  # noqa: PLC0415 - loads the store

    wishes = _wishes(request)
    request.given = read_answers(request.answers) if request.answers else []
    with _progress(request, "reading"):
        readings = _read(request)
    try:
        return _import(ledger, request, wishes, readings)
    except LedgerError as fault:
        if fault.code != "already_imported":
            raise
    # another program has brought in the same rows meanwhile: now they are known
    return _import(ledger, request, wishes, readings)


def _import(ledger: Ledger, request: _Request, wishes: Wishes, readings: Sequence[Reading]) -> int:
    """Draft, ask, show or store; return the exit code."""
    drafts, book = _settled(ledger, request, wishes, readings)
    if request.dry_run:
        _show_preview(drafts, as_json=request.as_json)
        return 0
    questions = [question for draft in drafts for question in draft.questions]
    if questions:
        raise LedgerErrors(question.as_fault() for question in _one_of_each_first(questions))
    if any(draft.differences for draft in drafts) and not request.accept_difference:
        return _tell_differences(drafts, as_json=request.as_json)
    with _progress(request, "storing"):
        done = _commit(ledger, drafts, book)
    held = _held(ledger, drafts)
    if request.as_json:
        files, balances = [_receipt(d, r) for d, r in done], [_balance(one) for one in held]
        show.as_json({"files": files, "balances": balances, "chain_head": ledger.head})
    else:
        _show_receipts(done)
        _show_held(held, ledger)
    return 0


def _one_of_each_first(questions: Sequence[Question]) -> list[Question]:
    """Put one question of each file and code before the others: only the first are shown."""
    firsts = {(q.file, q.code): q for q in reversed(questions)}
    heads = {id(question) for question in firsts.values()}
    return sorted(questions, key=lambda question: id(question) not in heads)


def _settled(
    ledger: Ledger, request: _Request, wishes: Wishes, readings: Sequence[Reading]
) -> tuple[list[FileDraft], AnswerBook]:
    """Work the files out, asking at a terminal until no question is open.

    An answer that does not fit is told and asked again: the answers before it are kept.
    """
    from ledger.intake.answers import AnswerBook, GivenAnswer  # noqa: PLC0415 - loads the store
    from ledger.intake.intake import Intake, world_of  # noqa: PLC0415

    said: GivenAnswer | None = None
    while True:
        book = AnswerBook(ledger.answers(), request.given, take_proposals=request.yes)
        intake = Intake(world_of(ledger, book), wishes)
        try:
            with _progress(request, "working through"):
                drafts = intake.draft(readings)
        except LedgerError as fault:
            if said is None:
                raise
            tell(fault.faults)
            request.given.remove(said)
            said = None
            continue
        questions = [question for draft in drafts for question in draft.questions]
        if not questions or not request.may_ask:
            _tell_unused(book, intake)
            return drafts, book
        question = first_to_ask(questions)
        _show_reading(drafts, question)
        answer = ask(question)
        if isinstance(answer, GivenAnswer):
            said = answer
            # what was said of a single line before stands against an answer for all rows
            request.given.insert(len(request.given) if said.line is None else 0, said)
        else:
            said = None
            wishes = replace(wishes, allocations=[*wishes.allocations, answer])


def _wishes(request: _Request) -> Wishes:
    from ledger.intake.allocation import parse_spec  # noqa: PLC0415
    from ledger.intake.balances import read_closing  # noqa: PLC0415
    from ledger.intake.intake import Wishes  # noqa: PLC0415

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
    return Wishes(account=request.account, allocations=specs, closing=closing)


def _read(request: _Request) -> list[Reading]:
    """Read all files, with the faults of all of them together."""
    from ledger.importers.read import read_file  # noqa: PLC0415

    faults, readings = Collector(), []
    for number, path in enumerate(request.files):
        with faults:
            name = _own_name(path, [one.name for one in request.files[:number]])
            read = read_file(path, request.format_name, account=request.account, name=name)
            readings.append(read)
    faults.raise_any()
    return readings


def _own_name(path: Path, before: Sequence[str]) -> str:
    """Return the name to cite a file by: the second "history.csv" is called "history (2).csv"."""
    again = before.count(path.name)
    return f"{path.stem} ({again + 1}){path.suffix}" if again else path.name


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


def _tell_unused(book: AnswerBook, intake: Intake) -> None:
    """Warn of answers and allocations that meet nothing: a wrong line, code or amount."""
    from ledger.intake.allocation import spec_text  # noqa: PLC0415 - loads the store

    for spec in intake.unused_allocations():
        show.note(f"warning: --allocate {spec_text(spec)} fits no row of these files")
    for given in book.unused():
        place = f"line {given.line}" if given.line is not None else f"'{given.match}'"
        show.note(
            f"warning: {given.where}: the answer to '{given.code}' for {place} fits no question "
            "of these files and was not used"
        )


def _show_preview(drafts: Sequence[FileDraft], *, as_json: bool) -> None:
    from ledger.intake.preview import preview  # noqa: PLC0415

    found = preview(drafts)
    if as_json:
        show.as_json(found)
        return
    for file in found["files"]:
        show.console().print(_rows_table(file))
        if file["entries"]:
            show.console().print(_entries_table(file))
        for question in file["questions"]:
            show.line(f"{file['file']}:{question['line']}: {question['problem']}", "yellow")
            show.line(f"    {question['remedy']}")
        for note in [*file["notes"], *file["differences"]]:
            show.line(f"note: {note}")
    show.line("dry run: nothing was booked")


def _show_reading(drafts: Sequence[FileDraft], question: Question) -> None:
    """Show every row of a file before the question whether it was read rightly."""
    from ledger.intake.preview import file_preview  # noqa: PLC0415 - loads the store

    if question.code == _UNCONFIRMED:
        file = next(draft for draft in drafts if draft.name == question.file)
        show.console().print(_rows_table(file_preview(file)))


def _rows_table(file: dict[str, Any]) -> Any:
    """Return the rows as the file shows them; which account, where it has several."""
    keys = ["line", "date", "status", "event", "source", "amount", "raw"]
    columns = [">line", "date", "status", "event", "source", ">amount", "as in the file"]
    if not file["account"]:
        keys.insert(2, "account")
        columns.insert(2, "account")
    said = [row | {"source": source_words(row["source"] or "")} for row in file["rows"]]
    rows = [[row[key] for key in keys] for row in said]
    columns, rows = _filled(columns, rows)
    title = f"{file['file']} · {file['importer']} · {file['account'] or 'several accounts'}"
    return show.table(columns, rows, title=title)


def _entries_table(file: dict[str, Any]) -> Any:
    """Return what would be booked: rows divided into sources, and gains that no row shows."""
    entries = []
    for entry in file["entries"]:
        account = " → ".join((entry["account"], ", ".join(entry.get("to", ())))).removesuffix(" → ")
        year = f" for {entry['tax_year']}" if "tax_year" in entry else ""
        what = f"{entry['kind'].replace('_', ' ')}{year}"
        source = source_words(entry["source"] or "")
        rest = [entry.get(key) for key in ("amount", "basis", "memo")]
        entries.append([entry["line"], entry["date"], account, what, source, *rest])
    columns = [">line", "date", "account", "entry", "source", ">amount", ">basis", "memo"]
    columns, entries = _filled(columns, entries)
    return show.table(columns, entries, title=f"{file['file']} · would be booked")


def _filled(columns: list[str], rows: list[list[Any]]) -> tuple[list[str], list[list[Any]]]:
    """Leave out the columns that no row fills: at 80 characters the others need their room."""
    kept = [place for place in range(len(columns)) if any(row[place] for row in rows)]
    return [columns[i] for i in kept], [[row[i] for i in kept] for row in rows]


def _tell_differences(drafts: Sequence[FileDraft], *, as_json: bool) -> int:
    found = [(draft, one) for draft in drafts for one in draft.differences]
    if as_json:
        show.as_json({"differences": [{"where": d.where, "problem": d.words} for _, d in found]})
    for draft, one in found:
        show.note(f"{draft.name}: {one.where}: {one.words}")
    show.note(
        "nothing was imported. The usual cause are gains in price, which no row shows: import with "
        "--accept-difference, then bring them in with"
    )
    for _, one in found:
        show.note(f"  {one.command}")
    show.note("otherwise rows are missing: complete the files")
    return _DIFFERENCES


def _commit(
    ledger: Ledger, drafts: Sequence[FileDraft], book: AnswerBook
) -> list[tuple[FileDraft, Receipt | None]]:
    """Store the files one after another, each in a transaction of its own."""
    from ledger.intake.intake import accept_differences, commit  # noqa: PLC0415

    done = []
    for draft in drafts:
        accept_differences(draft, book)
        done.append((draft, commit(ledger, draft, book)))
    return done


def _receipt(draft: FileDraft, receipt: Receipt | None) -> dict[str, Any]:
    days = [row.day for row in draft.rows]
    return {
        "file": draft.name,
        "importer": draft.reading.importer,
        "account": draft.account or None,
        "import": receipt.import_id if receipt else None,
        "first": min(days).isoformat() if days else None,
        "last": max(days).isoformat() if days else None,
        "rows": draft.counts(),
        "entries": receipt.new_entries if receipt else 0,
        "notes": list(draft.notes),
    }


@dataclass(frozen=True)
class _Held:
    """What the books say a source ("" for an IRA) is worth at close of a day, in cents."""

    account: str
    source: str
    day: date
    value: Money


def _held(ledger: Ledger, drafts: Sequence[FileDraft]) -> list[_Held]:
    """Return what every source of the accounts in these files is worth where their period ends."""
    last: dict[str, date] = {}
    for draft in drafts:
        end = max((row.day for row in draft.rows), default=date.min)
        if draft.reading.period:
            end = max(end, draft.reading.period[1])
        for account in {row.account for row in draft.rows if row.account}:
            last[account] = max(end, last.get(account, end))
    return [
        _Held(account, source, day, value)
        for account, day in sorted(last.items())
        for source, value in ledger.values(account, day).items()
        if value or not source
    ]


def _balance(held: _Held) -> dict[str, Any]:
    return {
        "account": held.account,
        "source": held.source or None,
        "date": held.day.isoformat(),
        "value": held.value.plain,
    }


def _show_held(held: Sequence[_Held], ledger: Ledger) -> None:
    """Show what each source holds after the last row, to be compared with the statement."""
    rows = [(h.account, source_words(h.source), h.day.isoformat(), h.value) for h in held]
    columns = ("account", "source", "close of", ">in the books")
    if rows:
        show.console().print(show.table(columns, rows, title="Compare with the statements"))
    plan = next((h for h in held if h.source), None)
    if plan:
        show.prose(
            "Rows do not show what prices did. Where a statement says another value: basis add "
            f"balance --account {plan.account} --source {plan.source} --date "
            f"{plan.day.isoformat()} --value …"
        )
    show.line(f"chain head {ledger.head}")


def _show_receipts(done: Sequence[tuple[FileDraft, Receipt | None]]) -> None:
    rows = []
    for draft, receipt in done:
        told = _receipt(draft, receipt)
        counts = told["rows"]
        period = f"{told['first']} to {told['last']}"
        kinds = (counts["new"], counts["known"], counts["info"])
        accounts = ", ".join(dict.fromkeys(row.account for row in draft.rows if row.account))
        rows.append((draft.name, accounts, period, *kinds, told["entries"], told["import"]))
    columns = ("file", "account", "period", ">new", ">known", ">info", ">entries", ">import")
    show.console().print(show.table(columns, rows))
    for draft, receipt in done:
        if receipt is None:
            show.line(f"{draft.name}: nothing new, every row is in the ledger already")
        elif not receipt.new_entries:
            show.line(f"{draft.name}: nothing new to book; the file is kept as evidence")
        for note in draft.notes:
            show.prose(note if note.startswith(f"{draft.name}:") else f"{draft.name}: {note}")


@click.command()
@click.argument("account", required=False)
@click.argument("specs", nargs=-1)
@json_option
def allocate(account: str | None, specs: tuple[str, ...], *, as_json: bool) -> None:
    """Show or set how rows without a money source are divided in a plan.

    A pattern is one paycheck (amounts per source, or percentages); a rule gives rows of one kind
    to one source, or to all by value. They hold for every later import of the plan.

    \b
    Example:
      basis allocate
      basis allocate acme pattern:pre_tax=1500,after_tax=2000,match=750
      basis allocate acme rule:fee=pre_tax rule:earnings=by_value
    """
    from ledger.intake.allocate import ALLOCATION, remembered  # noqa: PLC0415
    from ledger.intake.allocation import parse_spec  # noqa: PLC0415

    with open_ledger() as ledger:
        if account is not None:
            _known_plan(ledger, account)
        made = [remembered(parse_spec(text), account or "") for text in specs]
        if made:
            ledger.add_answers(made)
        newest = {(a.account, a.match): a for a in ledger.answers() if a.code == ALLOCATION}
    told = [a for a in newest.values() if account in {None, a.account}]
    if as_json:
        show.as_json([{"account": a.account, "spec": a.answer} for a in told])
        return
    rows = [(a.account, a.answer, a.day.isoformat()) for a in told]
    show.console().print(show.table(("account", "allocation", "since"), rows))
    if not rows:
        show.line("no allocation is remembered")


def _known_plan(ledger: Ledger, account: str) -> None:
    accounts = ledger.accounts()
    if account not in accounts or not accounts[account].kind.is_plan:
        plans = ", ".join(a.id for a in accounts.values() if a.kind.is_plan) or "none yet"
        raise LedgerError(
            where=f"account {safe(account, limit=60)}",
            code="unknown_account",
            problem="is no plan of this ledger",
            remedy=f"plans are: {plans}",
        )


@click.command(name="imports")
@json_option
def list_imports(*, as_json: bool) -> None:
    """List every import with its number, file, rows and entries.

    \b
    Example:
      basis imports
    """
    with open_ledger() as ledger:
        listed = ledger.imports()
    if as_json:
        show.as_json(
            [
                {
                    "import": i.id,
                    "file": i.name,
                    "sha256": i.sha256,
                    "importer": i.importer,
                    "account": i.account or None,
                    "imported_at": i.imported_at,
                    "rows": i.rows,
                    "entries": i.entries,
                    "undone": i.undone,
                    "why": i.why,
                }
                for i in listed
            ]
        )
        return
    rows = [
        (i.id, i.name, i.account, i.importer, i.rows, i.entries, i.why if i.undone else "")
        for i in listed
    ]
    columns = (">import", "file", "account", "format", ">rows", ">entries", "undone")
    show.console().print(show.table(columns, rows))
    if not rows:
        show.line("nothing was imported yet")


@click.command()
@click.argument("import_id", type=ROW_NUMBER, metavar="IMPORT")
@click.option("--why", required=True, type=REASON, help="Reason, kept for ever.")
def undo(import_id: int, why: str) -> None:
    """Take a whole import back: each of its entries is reversed, none is erased.

    \b
    Example:
      basis imports
      basis undo 3 --why "statement of the wrong account"
    """
    with open_ledger() as ledger:
        reversed_entries = ledger.undo(import_id, why)
        show.line(f"import {import_id} taken back: {reversed_entries} entries reversed")
        show.line(f"chain head {ledger.head}")
