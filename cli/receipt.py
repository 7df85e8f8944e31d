"""The receipt of an import: what was booked by source, what the books hold now, what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from cli import show
from cli.import_view import entries_words, filled, show_summary
from cli.record_view import source_words
from cli.statement_files import Unread
from ledger.balances.valuation import Valuation
from ledger.chart import UNDIVIDED
from ledger.events import Flow
from ledger.money import ZERO, Money

if TYPE_CHECKING:
    from ledger.journal import JournalEntry
    from ledger.statement_import.draft import FileDraft
    from ledger.store import Ledger, Receipt

_COLUMNS = ("opening", "paid_in", "gains", "moved")
_COLUMN_OF = {Flow.OPENING: "opening", Flow.CONTRIBUTIONS: "paid_in", Flow.EARNINGS: "gains"}
_Pool = tuple[str, str]  # account and source


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
    year: int  # of the last row; a file's period may end in the next one


Done = Sequence[tuple["FileDraft", "Receipt | None"]]


def held_in(journal: Sequence[JournalEntry], done: Done) -> list[Held]:
    """Return what every source of the accounts in these files is worth where their period ends.

    A source that these files emptied is told with its 0.
    """
    worth, drafts = Valuation(journal), [draft for draft, _ in done]
    booked = {pool for pool, _, _ in _effects(_of_files(journal, done))}
    last: dict[str, date] = {}
    years: dict[str, int] = {}
    for draft in drafts:
        row_end = end = max((row.day for row in draft.rows), default=date.min)
        if draft.reading.period:
            end = max(end, draft.reading.period[1])
            row_end = row_end if draft.rows else end
        for account in sorted(accounts_of(draft)):
            last[account] = max(end, last.get(account, end))
            years[account] = max(row_end.year, years.get(account, row_end.year))
    return [
        Held(account, source, day, value, years[account])
        for account, day in sorted(last.items())
        for source, value in worth.of(account, day).items()
        if value or not source or (account, source) in booked
    ]


def accounts_of(draft: FileDraft) -> set[str]:
    """Return the accounts of a file: those of its rows, or the one whose balances it states."""
    return {row.account for row in draft.rows if row.account} or {draft.account} - {""}


def balance_of(held: Held) -> dict[str, Any]:
    """Return what a source holds, for a program."""
    return {
        "account": held.account,
        "source": held.source or None,
        "date": held.day.isoformat(),
        "value": held.value.plain,
    }


def booked_in(journal: Sequence[JournalEntry], done: Done) -> dict[_Pool, dict[str, Money]]:
    """Return what the entries of these files come to for each account and source, in cents.

    Gains worked out before their payments are among them. ``moved`` is net: conversions,
    rollovers, transfers, loans and what was paid out.
    """
    accounts = {account for draft, _ in done for account in accounts_of(draft)}
    found: dict[_Pool, dict[str, int]] = {}
    for pool, column, amount in _effects(_of_files(journal, done)):
        if pool[0] in accounts and pool[1] != UNDIVIDED and amount:
            sums = found.setdefault(pool, dict.fromkeys(_COLUMNS, 0))
            sums[column] += amount.cents
    return {
        pool: {column: Money(cents) for column, cents in sums.items()}
        for pool, sums in found.items()
    }


def _of_files(journal: Iterable[JournalEntry], done: Done) -> list[JournalEntry]:
    """Return the entries whose rows stand in files that were just stored."""
    names = {draft.kept_as for draft, receipt in done if receipt}
    return [entry for entry in journal if entry.where.rpartition(":")[0] in names]


def _effects(entries: Iterable[JournalEntry]) -> Iterator[tuple[_Pool, str, Money]]:
    for entry in entries:
        column = _COLUMN_OF.get(entry.event.kind.spec.flow, "moved")
        for posting in entry.postings:
            yield (posting.pool.account, posting.pool.source), column, posting.value


def booked_json(booked: Mapping[_Pool, Mapping[str, Money]]) -> list[dict[str, Any]]:
    """Return what was booked by account and source, for a program."""
    return [
        {"account": account, "source": source or None}
        | {column: amount.plain for column, amount in sums.items()}
        for (account, source), sums in sorted(booked.items())
    ]


def show_booked(
    booked: Mapping[_Pool, Mapping[str, Money]], held: Sequence[Held], ledger: Ledger
) -> None:
    """Show what was booked of each source and what it holds after the last row."""
    values = {(h.account, h.source): h for h in held}
    rows: list[list[show.Cell]] = []
    for pool in sorted(booked.keys() | values.keys()):
        sums = booked.get(pool, {})
        now = values.get(pool)
        cells = [sums.get(column) or None for column in _COLUMNS]
        name = f"{pool[0]} {source_words(pool[1])}".strip()
        rows.append([name, *cells, now.value if now else ZERO, now.day.isoformat() if now else ""])
    columns = ["account and source", ">opening", ">paid in", ">gains", ">moved", ">in the books"]
    columns, rows = filled([*columns, "=on"], rows)
    if rows:
        title = "Booked now, and what the books hold after it" if booked else "What the books hold"
        show.line("")
        show.console().print(show.table(columns, rows, title=title))
    _tell_next(held)
    show.line(f"chain head {ledger.head}", "dim")


def _tell_next(held: Sequence[Held]) -> None:
    """Name the commands that come after an import."""
    one = next((h for h in held if h.source and h.value), held[0] if held else None)
    if one is None:
        return
    of = f" --source {one.source}" if one.source else ""
    show.line("")
    show.prose(
        "Next: compare these balances with the statement of that day. Rows do not show what "
        "prices did; where the statement has another value, book it:"
    )
    show.line(
        f"  basis add balance --account {one.account}{of} --date {one.day.isoformat()} --value …"
    )
    show.line(f"Then: basis check {one.year} tells what is still open for the year.")


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
    return f"import {receipt.import_id}", entries_words(receipt.new_entries)
