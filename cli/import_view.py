"""What an import shows: previews, a line for each file, and what the books hold after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from cli import show
from cli.record_view import source_words
from cli.statement_files import Unread
from ledger.importers.base import counted
from ledger.money import Money

if TYPE_CHECKING:
    from ledger.intake.draft import FileDraft, Question
    from ledger.store import Ledger, Receipt

_UNCONFIRMED = "reading_unconfirmed"
_DIFFERENCES = 1  # exit code: a check found differences
_BESIDE_NAME = 50  # columns of a terminal that the other columns of the summary take
_NAME_MIN, _NAME_MAX = 16, 44  # characters of a file name in the summary


def show_preview(drafts: Sequence[FileDraft], unread: Sequence[Unread], *, as_json: bool) -> None:
    """Show each row, entry and question of the files, and a line for each file of several."""
    from ledger.intake.preview import preview  # noqa: PLC0415

    found = preview(drafts)
    if as_json:
        show.as_json(found | ({"unread": left_out(unread)} if unread else {}))
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
    if len(drafts) + len(unread) > 1:
        show_summary([(draft, expected(draft)) for draft in drafts], unread, "not read")
    show.line("dry run: nothing was booked")


def show_reading(drafts: Sequence[FileDraft], question: Question) -> None:
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


def tell_differences(drafts: Sequence[FileDraft], *, as_json: bool) -> int:
    """Tell which balances differ and how to go on; return the exit code."""
    found = [(draft, one) for draft in drafts for one in draft.differences]
    if as_json:
        show.as_json({"differences": [{"where": d.where, "problem": d.words} for _, d in found]})
    for draft, one in found:
        show.note(f"{draft.name}: {one.where}: {one.words}")
    commands = [one.command for _, one in found if one.command]
    if commands:
        show.note(
            "nothing was imported. The usual cause are gains in price, which no row shows: import "
            "with --accept-difference, then bring them in with"
        )
    for command in commands:
        show.note(f"  {command}")
    show.note("otherwise rows are missing: complete the files")
    return _DIFFERENCES


def receipt_of(draft: FileDraft, receipt: Receipt | None) -> dict[str, Any]:
    """Return what an import added of one file, for a program."""
    days = [row.day for row in draft.rows]
    return {
        "file": draft.name,
        "importer": draft.reading.importer,
        "account": draft.account or None,
        "import": receipt.import_id if receipt else None,
        "booked_as": receipt.file_name if receipt else None,
        "first": min(days).isoformat() if days else None,
        "last": max(days).isoformat() if days else None,
        "rows": draft.counts(),
        "entries": receipt.new_entries if receipt else 0,
        "notes": list(draft.notes),
    }


@dataclass(frozen=True)
class Held:
    """What the books say a source ("" for an IRA) is worth at close of a day, in cents."""

    account: str
    source: str
    day: date
    value: Money


def held_in(ledger: Ledger, drafts: Sequence[FileDraft]) -> list[Held]:
    """Return what every source of the accounts in these files is worth where their period ends."""
    last: dict[str, date] = {}
    for draft in drafts:
        end = max((row.day for row in draft.rows), default=date.min)
        if draft.reading.period:
            end = max(end, draft.reading.period[1])
        for account in {row.account for row in draft.rows if row.account}:
            last[account] = max(end, last.get(account, end))
    return [
        Held(account, source, day, value)
        for account, day in sorted(last.items())
        for source, value in ledger.values(account, day).items()
        if value or not source
    ]


def balance_of(held: Held) -> dict[str, Any]:
    """Return what a source holds, for a program."""
    return {
        "account": held.account,
        "source": held.source or None,
        "date": held.day.isoformat(),
        "value": held.value.plain,
    }


def show_held(held: Sequence[Held], ledger: Ledger) -> None:
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


def show_receipts(done: Sequence[tuple[FileDraft, Receipt | None]], left: Sequence[Unread]) -> None:
    """Show a line for each file that was imported or left out, and what is to be said of it."""
    told = [(draft, _result(receipt)) for draft, receipt in done]
    show_summary(told, left, "left out")
    for draft, receipt in done:
        if receipt is None:
            known = "every row is in the ledger already" if draft.rows else "it holds no rows"
            show.line(f"{draft.name}: nothing new, {known}")
        elif not receipt.new_entries:
            show.line(f"{draft.name}: nothing new to book; the file is kept as evidence")
        if receipt is not None and receipt.file_name != draft.name:
            show.prose(
                f"{draft.name}: booked as '{receipt.file_name}', for another file has its name: "
                "rows are cited so"
            )
        for note in draft.notes:
            show.prose(note if note.startswith(f"{draft.name}:") else f"{draft.name}: {note}")


def _result(receipt: Receipt | None) -> tuple[str, str]:
    if receipt is None:
        return "nothing new", ""
    return f"import {receipt.import_id}", _entries(receipt.new_entries)


def expected(draft: FileDraft) -> tuple[str, str]:
    """Return what would become of a file, in two short lines."""
    if draft.questions:
        return counted(len(draft.questions), "question"), ""
    if draft.differences:
        return "balance", "differs"
    return (_entries(len(draft.entries)) if draft.entries else "nothing new"), ""


def _entries(number: int) -> str:
    return f"{number} entr{'y' if number == 1 else 'ies'}"


def show_summary(
    told: Sequence[tuple[FileDraft, tuple[str, str]]], unread: Sequence[Unread], missing: str
) -> None:
    """Show two lines for each file: its format, accounts, rows, period and what became of it."""
    rows: list[tuple[show.Cell, ...]] = []
    named = [", ".join(dict.fromkeys(r.account for r in d.rows if r.account)) for d, _ in told]
    width = show.console().width - _BESIDE_NAME - max(map(len, (*named, "account")))
    width = min(max(width, _NAME_MIN), _NAME_MAX)
    for (draft, (result, more)), accounts in zip(told, named, strict=True):
        counts = draft.counts()
        kinds = (counts["new"], counts["known"], counts["question"], counts["info"])
        days = [row.day for row in draft.rows]
        name = show.shortened(draft.name, width)
        first, last = (min(days).isoformat(), f"to {max(days).isoformat()}") if days else ("", "")
        rows.append((name, accounts or draft.account, first, *kinds, result))
        reader = show.shortened(f" {draft.reading.importer}", width)
        rows.append((reader, "", last, "", "", "", "", more))
    rows += [(show.shortened(u.name, width), "", "", "", "", "", "", missing) for u in unread]
    columns = ("=file", "account", "=period", ">new", ">known", ">asked", ">info", "=result")
    show.console().print(show.table(columns, rows))


def left_out(unread: Sequence[Unread]) -> list[dict[str, Any]]:
    """Return the files that were not read with their reasons, for a program."""
    return [
        {"file": one.name, "errors": [fault.as_json() for fault in one.faults]} for one in unread
    ]
