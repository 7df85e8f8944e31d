"""What an import shows before it books: previews, rows asked about, a line for each file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cli import show
from cli.statement_files import Unread
from ledger.chart import source_words
from ledger.importers.base import counted
from ledger.money import Money
from ledger.statement_import.questions.files import AccountUnknown, ReadingUnconfirmed
from ledger.statement_import.questions.question import asked_once

if TYPE_CHECKING:
    from ledger.errors import LedgerError
    from ledger.statement_import.draft import FileDraft, Row
    from ledger.statement_import.questions.question import Question
    from ledger.statement_import.worked_out import WorkedOut

_DIFFERENCES = 1  # exit code: a check found differences
_BESIDE_NAME = 50  # columns of a terminal that the other columns of the summary take
_ASKED = 6  # rows shown with a question
_FIRST, _LAST = 40, 10  # rows of a reading that are shown
_BESIDE_WORDS = 34  # columns that line, date and amount of a row take
_NAME_MIN, _NAME_MAX = 16, 44  # characters of a file name in the summary


def show_preview_json(
    drafts: Sequence[FileDraft],
    books: WorkedOut | None,
    unread: Sequence[Unread],
    errors: Sequence[LedgerError],
) -> None:
    """Print what files would bring, for a program.

    ``errors`` keep the files from being booked: years that are closed.
    """
    from ledger.statement_import.preview import preview  # noqa: PLC0415 - loads the store

    stopped = {"errors": [fault.as_json() for fault in errors]} if errors else {}
    show.as_json(
        preview(drafts, books) | stopped | ({"unread": left_out(unread)} if unread else {})
    )


def show_preview(
    drafts: Sequence[FileDraft],
    books: WorkedOut | None,
    unread: Sequence[Unread],
    *,
    rows: bool = False,
) -> None:
    """Show what one file would bring row by row; of several a page: files, totals, questions.

    ``rows`` asks for the rows of several files too.
    """
    from ledger.statement_import.preview import preview  # noqa: PLC0415 - loads the store

    found = preview(drafts, books)
    several = len(drafts) + len(unread) > 1
    for file in found["files"]:
        if rows or not several:
            show.console().print(_rows_table(file))
            if file["entries"]:
                show.console().print(_entries_table(file))
    asked = asked_once(one for draft in drafts for one in draft.questions)
    for question in asked:
        show.prose(f"{question.where}: {question.in_full}", "yellow")
        show.paragraph("    ", question.remedy)
    for note, files in _notes(found["files"]).items():
        of = files[0] if len(files) == 1 else counted(len(files), "file")
        named = not several or of in note
        show.prose(f"note: {note}" if named else f"note: {of}: {note}")
    if found.get("conversions"):
        show.console().print(_conversions_table(found["conversions"], each=rows or not several))
    if several:
        show.console().print(_totals_table(drafts))
        show_summary([(draft, expected(draft)) for draft in drafts], unread, "not read")
        if not rows:
            show.line("each row: add --rows, or name one file")
    if asked:
        many = counted(len(asked), "question")
        show.line(f"{many} open: --write-answers FILE writes what is to be answered")
    show.line("dry run: nothing was booked")


def show_reading(drafts: Sequence[FileDraft], question: Question) -> None:
    """Show the rows of a file before the question whether it was read rightly.

    Of many the first and the last: a wrong column or sign is wrong in all of them.
    """
    from ledger.statement_import.preview import file_preview  # noqa: PLC0415 - loads the store

    if isinstance(question, ReadingUnconfirmed):
        file = file_preview(next(draft for draft in drafts if draft.name == question.file))
        rows, left = file["rows"], len(file["rows"]) - _FIRST - _LAST
        file["rows"] = rows if left <= 0 else rows[:_FIRST]
        show.line("")
        show.console().print(_rows_table(file))
        if left > 0:
            show.line(f"… {left} rows more (basis import --dry-run shows all) …", "dim")
            show.console().print(_rows_table(file | {"rows": rows[-_LAST:]}, titled=False))


def asked_rows(drafts: Sequence[FileDraft], question: Question) -> list[Row]:
    """Return the rows that a question is about, none where it is about a whole file."""
    draft = next(draft for draft in drafts if draft.name == question.file)
    if question.code == AccountUnknown.code:
        own = draft.reading.account
        return [r for r in draft.rows if (r.record.account or own) == question.match]
    lines = question.lines or (() if question.at.is_file else (question.line,))
    words = {question.match} if question.alike else None  # a line of OFX may hold every row
    return [
        row
        for row in draft.rows
        if row.record.line in set(lines) and (words is None or row.record.raw_type in words)
    ]


def show_asked_rows(drafts: Sequence[FileDraft], question: Question) -> None:
    """Show the first rows that a question is about, as the file shows them."""
    rows = [] if isinstance(question, ReadingUnconfirmed) else asked_rows(drafts, question)
    if not rows:
        return
    shown: list[tuple[show.Cell, ...]] = []
    for row in rows[:_ASKED]:
        record = row.record
        words = (record.raw_type, record.source_text or record.investment or record.memo)
        told = " · ".join(dict.fromkeys(part for part in words if part))
        told = show.shortened(told, max(show.console().width - _BESIDE_WORDS, _NAME_MIN))
        shown.append((record.line, record.day.isoformat(), told, record.amount))
    columns = (">line", "=date", "as in the file", ">amount")
    show.console().print(show.table(columns, shown))
    if len(rows) > _ASKED:
        show.line(f"  … and {counted(len(rows) - _ASKED, 'row')} more", "dim")


def _rows_table(file: dict[str, Any], *, titled: bool = True) -> Any:
    """Return the rows as the file shows them; which account, where it has several."""
    keys = ["line", "date", "status", "event", "source", "amount", "raw"]
    columns = [">line", "date", "status", "event", "source", ">amount", "as in the file"]
    if not file["account"]:
        keys.insert(2, "account")
        columns.insert(2, "account")
    said = [
        row | {"source": source_words(row["source"] or ""), "amount": Money.parse(row["amount"])}
        for row in file["rows"]
    ]
    rows = [[row[key] for key in keys] for row in said]
    columns, rows = filled(columns, rows)
    title = f"{file['file']} · {file['importer']} · {file['account'] or 'several accounts'}"
    return show.table(columns, rows, title=title if titled else "")


def _entries_table(file: dict[str, Any]) -> Any:
    """Return what would be booked: rows divided into sources, and gains that no row shows."""
    entries = []
    for entry in file["entries"]:
        account = " → ".join((entry["account"], ", ".join(entry.get("to", ())))).removesuffix(" → ")
        year = f" for {entry['tax_year']}" if "tax_year" in entry else ""
        what = f"{entry['kind'].replace('_', ' ')}{year}"
        source = source_words(entry["source"] or "")
        rest = [Money.parse(entry[key]) if key in entry else None for key in ("amount", "basis")]
        row = [entry["line"], entry["date"], account, what, source, *rest, entry.get("memo")]
        entries.append(row)
    columns = [">line", "date", "account", "entry", "source", ">amount", ">basis", "memo"]
    columns, entries = filled(columns, entries)
    return show.table(columns, entries, title=f"{file['file']} · would be booked")


def _notes(files: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """Return what is to be said of the files: of each note, the files that it is about."""
    told: dict[str, list[str]] = {}
    for file in files:
        for note in (*file["notes"], *file["differences"]):
            told.setdefault(note, []).append(file["file"])
    return told


def _conversions_table(conversions: Sequence[dict[str, Any]], *, each: bool) -> Any:
    """Return what follows of conversions to Roth: each for itself, or those of a year together."""
    sums: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for one in conversions:
        day = one["date"] if each else one["date"][:4]
        number = str(one["line"]) if each else ""
        key = (number, day, one["account"], source_words(one["source"]))
        sums.setdefault(key, []).append(one)
    amounts = ("amount", "gain", "basis", "taxable")
    told: list[list[show.Cell]] = [
        [*key, None if each else len(ones), *(_total(ones, name) for name in amounts)]
        for key, ones in sums.items()
    ]
    columns = [">line", "date" if each else "year", "account", "source", ">conversions"]
    columns, told = filled([*columns, *(f">{name}" for name in amounts)], told)
    return show.table(columns, told, title="Converted to Roth, as worked out")


def _total(ones: Sequence[dict[str, Any]], name: str) -> Money:
    return Money.total(Money.parse(one[name]) for one in ones)


def _totals_table(drafts: Sequence[FileDraft]) -> Any:
    """Return what the entries of all files come to, by account, source and kind."""
    sums: dict[tuple[str, str, str], list[Money]] = {}
    for event in (made.event for draft in drafts for made in draft.drafts):
        amount = event.amount or event.value or Money.total(part.amount for part in event.parts)
        key = (event.account, source_words(event.source or ""), event.kind.words)
        sums.setdefault(key, []).append(amount)
    columns = ["account", "source", "what", ">entries", ">amount"]
    told: list[list[show.Cell]] = [
        [*key, len(found), Money.total(found)] for key, found in sorted(sums.items())
    ]
    columns, told = filled(columns, told)
    return show.table(columns, told, title="Would be booked")


def filled(columns: list[str], rows: list[list[Any]]) -> tuple[list[str], list[list[Any]]]:
    """Leave out the columns that no row fills: at 80 characters the others need their room."""
    kept = [
        place for place in range(len(columns)) if any(row[place] not in {None, ""} for row in rows)
    ]
    return [columns[i] for i in kept], [[row[i] for i in kept] for row in rows]


def tell_differences(drafts: Sequence[FileDraft], *, as_json: bool) -> int:
    """Tell which balances differ and how to go on; return the exit code."""
    found = [(draft, one) for draft in drafts for one in draft.differences]
    if as_json:
        show.as_json({"differences": [{"where": d.where, "problem": d.words} for _, d in found]})
    for draft, one in found:
        show.note(f"{draft.name}: {one.where}: {one.words}")
    show.note(
        "nothing was imported. If what the market did is the cause, import with "
        "--accept-difference: the balances are booked, and the differences are gains or losses"
    )
    show.note("otherwise rows are missing: complete the files")
    return _DIFFERENCES


def show_differences(drafts: Sequence[FileDraft]) -> None:
    """Show on a terminal which stated balances the books do not reach."""
    rows: list[tuple[show.Cell, ...]] = []
    silent: list[str] = []
    for one in (one for draft in drafts for one in draft.differences):
        what = f"{one.pool}, contributions" if one.first else one.pool
        rows.append((what, one.day.isoformat(), one.stated, one.booked, one.stated - one.booked))
        silent += [one.silent] if one.silent else []
    columns = ("account and source", "=on", ">stated", ">in the books", ">difference")
    show.line("")
    show.console().print(show.table(columns, rows, title="Balances that differ"))
    for words in dict.fromkeys(silent):
        show.prose(f"  {words}", "yellow")
    show.prose(
        "Gains in price are in no row: where the difference is one, the balance is booked and it "
        "follows. Where contributions or whole months are missing, a file is missing."
    )


def expected(draft: FileDraft) -> tuple[str, str]:
    """Return what would become of a file, in two short lines."""
    if draft.questions:
        return counted(len(draft.questions), "question"), ""
    if draft.differences:
        return "balance", "differs"
    return (entries_words(len(draft.entries)) if draft.entries else "nothing new"), ""


def entries_words(number: int) -> str:
    """Return a number of entries in words."""
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
        days = [row.day for row in draft.rows] or list(draft.reading.period or ())
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
