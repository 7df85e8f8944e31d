"""The receipt of an import: what was booked by source, what the books hold now, what comes next."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from cli import show
from cli.import_view import entries_words, filled, show_summary
from cli.statement_files import Unread
from ledger.balances.valuation import Valuation
from ledger.booking import book
from ledger.chart import UNDIVIDED, source_words
from ledger.events import EventKind, Flow
from ledger.money import ZERO, Money

if TYPE_CHECKING:
    from ledger.balances.days import Fold, Refused
    from ledger.journal import JournalEntry, Posting
    from ledger.statement_import.draft import FileDraft
    from ledger.statement_import.worked_out import WorkedOut
    from ledger.store import Ledger, Receipt

_BOOKED = ("paid_in", "gains", "not_explained", "moved")
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


def held_in(journal: Sequence[JournalEntry], done: Done, booked: Booked) -> list[Held]:
    """Return what every source of the accounts in these files is worth where their period ends.

    A source that these files emptied is told with its 0; one whose books stop before is left out.
    """
    worth, years = Valuation(journal), dict[str, int]()
    for draft, _ in done:
        row_end = max((row.day for row in draft.rows), default=_end_of(draft))
        for account in accounts_of(draft):
            years[account] = max(row_end.year, years.get(account, row_end.year))
    return [
        Held(account, source, day, value, years[account])
        for account, day in sorted(_ends(done).items())
        if account not in booked.stops
        for source, value in worth.of(account, day).items()
        if value or not source or (account, source) in booked.sums
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


@dataclass(frozen=True)
class Booked:
    """What an import changed of each account and source by the end of its files.

    ``sums`` are in cents by column: what came from before the first row (``opening``), was
    ``paid_in``, ``gains``, what no row explains (``not_explained``: what an open point stands for,
    and what balances of the ledger state beyond its rows) and, net, what ``moved``: conversions,
    rollovers, transfers, loans and what was paid out. ``stops`` tells, by account, what stops the
    books before its files end: what it holds then is not known, and the sums are those of its
    rows. ``stopped_before`` are accounts of which that was so before.
    """

    sums: Mapping[_Pool, Mapping[str, Money]]
    stops: Mapping[str, Refused]
    stopped_before: frozenset[str]


def booked_in(worked: WorkedOut, done: Done, ledger: Ledger) -> Booked:
    """Return what an import changed of each account and source, once it is stored.

    Gains worked out before payments are among it, and money that a payment of another file brings
    here, except where the books stop before or after the import.
    """
    ends, found, before = _ends(done), dict[_Pool, dict[str, int]](), worked.folds_before
    stops, stopped = _stops(worked.folds, ends), _stops(before, ends)
    for sign, column, day, posting in _changes(worked, before, {*stops, *stopped}):
        pool = posting.pool
        if day <= ends.get(pool.account, date.min):
            sums = found.setdefault((pool.account, pool.source), dict.fromkeys(_COLUMNS, 0))
            sums[column] += sign * posting.value.cents
    sums_of = {
        pool: {column: Money(cents) for column, cents in sums.items()}
        for pool, sums in found.items()
        if any(sums.values())
    }
    return Booked(sums_of, _numbered(stops, ledger), frozenset(stopped))


def _stops(folds: Sequence[Fold], ends: Mapping[str, date]) -> dict[str, Refused]:
    """Return, by account, what stops the books of its owner before its files end."""
    found = {}
    for fold in folds:
        for account in fold.books.accounts.keys() & ends.keys():
            stop = fold.stop_of(fold.books.accounts[account].owner)
            if stop is not None and stop.day <= ends[account]:
                found[account] = stop
    return found


def _numbered(stops: Mapping[str, Refused], ledger: Ledger) -> dict[str, Refused]:
    """Return what stops the books with the number by which ``basis settle`` finds its entry.

    Entries have numbers only now that they are stored.
    """
    sides = {side.problem: side.as_fault() for side in ledger.books().open_sides} if stops else {}
    return {
        account: replace(stop, error=sides.get(stop.error.problem, stop.error))
        for account, stop in stops.items()
    }


def _changes(
    worked: WorkedOut, before: Sequence[Fold], by_rows: Collection[str]
) -> Iterator[tuple[int, str, date, Posting]]:
    """Go through what an import changed: sign, column, day and posting.

    It is what the books say now without what they said before; of the accounts ``by_rows`` one of
    them is not known, and what the rows themselves say is taken.
    """
    # what a balance of the ledger makes is no gain of these files: they explain it, or less of it
    facts = (e for fold in before for e in fold.journal if e.event.kind is EventKind.BALANCE)
    stated = {(fact.where, fact.event.seq) for fact in facts}
    for sign, folds in ((1, worked.folds), (-1, before)):
        for fold in folds:
            for entry in fold.journal:
                is_stated = entry.derived and (entry.where, entry.event.seq) in stated
                for posting in entry.postings:
                    pool = posting.pool
                    if pool.account not in by_rows and pool.source != UNDIVIDED:
                        open_one = is_stated or fold.is_unexplained(entry, pool)
                        column = "not_explained" if open_one else _column(entry)
                        yield sign, column, entry.day, posting
    accounts = worked.context.accounts
    for draft in worked.drafts if by_rows else ():
        taken_back = (book(event, accounts) for event in draft.corrects.values())
        mine = [(1, stored.entry) for stored in draft.entries] + [(-1, one) for one in taken_back]
        for sign, entry in mine:
            for posting in entry.postings:
                if posting.pool.account in by_rows:
                    yield sign, _column(entry), entry.day, posting


def _column(entry: JournalEntry) -> str:
    return _COLUMN_OF.get(entry.event.kind.spec.flow, "moved")


def booked_json(booked: Booked) -> list[dict[str, Any]]:
    """Return what was booked by account and source, for a program."""
    return [
        {"account": account, "source": source or None}
        | {column: amount.plain for column, amount in sums.items()}
        for (account, source), sums in sorted(booked.sums.items())
    ]


def not_known_json(booked: Booked) -> list[dict[str, Any]]:
    """Return, for a program, the accounts whose balance is not known, since when and why."""
    return [
        {"account": account, "worked_out_to": _eve(stop).isoformat(), **stop.error.as_json()}
        for account, stop in sorted(booked.stops.items())
    ]


def show_booked(booked: Booked, held: Sequence[Held], ledger: Ledger) -> None:
    """Show what was booked of each source and what it holds after the last row: a row adds up."""
    values, days = {(h.account, h.source): h for h in held}, {h.day for h in held}
    named = {pool[0] for pool in (*booked.sums, *values)}
    bare = {(account, "") for account in booked.stops.keys() - named}
    rows = [
        _booked_row(pool, booked, values, day_told=len(days) > 1)
        for pool in sorted(booked.sums.keys() | values.keys() | bare)
    ]
    heads = ["before", "paid in", "gains", "not explained", "moved", "in the books"]
    columns, rows = filled(["account and source", *(f">{head}" for head in heads), "=on"], rows)
    if rows:
        on = f" on {days.pop().isoformat()}" if len(days) == 1 else ""
        title = f"What the books hold{on}" if held or not booked.sums else ""
        if booked.sums:
            title = f"Booked now, and {title[0].lower()}{title[1:]}" if title else "Booked now"
        show.line("")
        show.console().print(show.table(columns, rows, title=title))
    if any(sums["not_explained"] for sums in booked.sums.values()):
        show.prose(
            "Not explained: what no row tells, such as money from before the first one; with a "
            "minus the books had it, and these files explain it. It is no gain."
        )
    _tell_stops(booked.stops)
    _tell_next(held)
    show.line(f"chain head {ledger.head}", "dim")


def _booked_row(
    pool: _Pool, booked: Booked, values: Mapping[_Pool, Held], *, day_told: bool
) -> list[show.Cell]:
    """Return the row of a source; what the books cannot tell of it stays empty or says so."""
    sums, now = booked.sums.get(pool, {}), values.get(pool)
    cells = [sums.get(column, ZERO) for column in _BOOKED]
    # a source that is not there any more, as a conversion of it was taken back, holds nothing
    value = now.value if now else ZERO
    before = value - Money.total(cells)
    is_sure = pool[0] not in booked.stops and pool[0] not in booked.stopped_before
    shown: list[show.Cell] = [(before or None) if is_sure else None]
    shown += [cell or None for cell in cells]
    shown.append("not known" if pool[0] in booked.stops else value)
    day = now.day.isoformat() if now and day_told else ""
    return [f"{pool[0]} {source_words(pool[1])}".strip(), *shown, day]


def _tell_stops(stops: Mapping[str, Refused]) -> None:
    """Say up to which day the books are worked out, what stops them there and what settles it."""
    accounts: dict[str, list[str]] = {}
    for account, stop in sorted(stops.items()):
        accounts.setdefault(str(stop.error), []).append(account)
    told = {str(stop.error): stop for stop in stops.values()}
    for words, of in accounts.items():
        error, day = told[words].error, _eve(told[words]).isoformat()
        holds = f"{', '.join(of)} hold{'s' if len(of) == 1 else ''}"
        show.line("")
        show.prose(f"Not known: what {holds} after {day}. The books stop there: {error.problem}")
        show.paragraph("  Settle it: ", error.remedy)


def _eve(stop: Refused) -> date:
    """Return the last day to which all is worked out."""
    return stop.day - timedelta(days=1)


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
