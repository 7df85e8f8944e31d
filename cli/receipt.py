"""The receipt of an import: what was booked by source, what the books hold now, what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    from ledger.statement_import.worked_out import WorkedOut
    from ledger.store import Ledger, Receipt

_BOOKED = ("paid_in", "gains", "moved")
_COLUMNS = ("opening", *_BOOKED)
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


def held_in(
    journal: Sequence[JournalEntry], done: Done, booked: Mapping[_Pool, Mapping[str, Money]]
) -> list[Held]:
    """Return what every source of the accounts in these files is worth where their period ends.

    A source that these files emptied is told with its 0.
    """
    worth, years = Valuation(journal), dict[str, int]()
    for draft, _ in done:
        row_end = max((row.day for row in draft.rows), default=_end_of(draft))
        for account in accounts_of(draft):
            years[account] = max(row_end.year, years.get(account, row_end.year))
    return [
        Held(account, source, day, value, years[account])
        for account, day in sorted(_ends(done).items())
        for source, value in worth.of(account, day).items()
        if value or not source or (account, source) in booked
    ]


def _ends(done: Done) -> dict[str, date]:
    """Return the day on which the rows or the period of each account's files end."""
    last: dict[str, date] = {}
    for draft, _ in done:
        for account in accounts_of(draft):
            last[account] = max(_end_of(draft), last.get(account, date.min))
    return last


def _end_of(draft: FileDraft) -> date:
    period = draft.reading.period[1:] if draft.reading.period else ()
    return max((*(row.day for row in draft.rows), *period), default=date.min)


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


def booked_in(worked: WorkedOut, done: Done) -> dict[_Pool, dict[str, Money]]:
    """Return what an import changed of each account and source by the end of its files, in cents.

    Gains worked out before payments are among it, and money that a payment of another file brings
    here. ``moved`` is net: conversions, rollovers, transfers, loans and what was paid out.
    """
    ends, found = _ends(done), dict[_Pool, dict[str, int]]()
    for sign, journal in ((1, worked.journal), (-1, worked.journal_before)):
        for entry in journal:
            column = _COLUMN_OF.get(entry.event.kind.spec.flow, "moved")
            for posting in entry.postings:
                pool = posting.pool
                if entry.day <= ends.get(pool.account, date.min) and pool.source != UNDIVIDED:
                    sums = found.setdefault((pool.account, pool.source), dict.fromkeys(_COLUMNS, 0))
                    sums[column] += sign * posting.value.cents
    return {
        pool: {column: Money(cents) for column, cents in sums.items()}
        for pool, sums in found.items()
        if any(sums.values())
    }


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
    """Show what was booked of each source and what it holds after the last row: a row adds up."""
    values, days = {(h.account, h.source): h for h in held}, {h.day for h in held}
    worked = {h.account for h in held}
    rows: list[list[show.Cell]] = []
    for pool in sorted(booked.keys() | values.keys()):
        sums = booked.get(pool, {})
        now = values.get(pool)
        cells = [sums.get(column, ZERO) for column in _BOOKED]
        # a source that is not there any more, as a conversion of it was taken back, holds nothing
        value = ZERO if pool[0] in worked else Money.total(sums.values())
        value = now.value if now else value
        name = f"{pool[0]} {source_words(pool[1])}".strip()
        day = now.day.isoformat() if now and len(days) > 1 else ""
        shown = [value - Money.total(cells), *cells]
        rows.append([name, *(cell or None for cell in shown), value, day])
    columns = ["account and source", ">before", ">paid in", ">gains", ">moved", ">in the books"]
    columns, rows = filled([*columns, "=on"], rows)
    if rows:
        on = f" on {days.pop().isoformat()}" if len(days) == 1 else ""
        title = f"Booked now, and what the books hold{on}" if booked else f"What the books hold{on}"
        show.line("")
        show.console().print(show.table(columns, rows, title=title))
    _tell_next(held)
    show.line(f"chain head {ledger.head}", "dim")


def _tell_next(held: Sequence[Held]) -> None:
    """Name the commands that come after an import."""
    if not held:
        return
    show.line("")
    one = max((h for h in held if h.value), key=lambda h: bool(h.source), default=None)
    if one is None:  # nothing is left that prices could have moved
        show.line(f"Next: basis check {held[0].year} tells what is still open for the year.")
        return
    of = f" --source {one.source}" if one.source else ""
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
