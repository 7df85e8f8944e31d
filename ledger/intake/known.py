"""Rows that the ledger has already, and rows that a later download no longer shows."""

from __future__ import annotations

from datetime import date

from ledger.intake.draft import FileDraft, Question, Row, Status
from ledger.intake.fingerprints import PERIOD_ROWS, prefix
from ledger.intake.world import World
from ledger.safetext import safe

# What somebody typed does not claim to show every row of its days.
_NOT_COMPLETE = frozenset({"plain"})
_AGAIN = "again"
_ONE_BY_ONE = 12  # days named in a message about missing rows


def mark_known(draft: FileDraft, world: World, taken: set[str]) -> None:
    """Mark the rows that are in the ledger; ask about rows of the ledger that are missing here.

    ``taken`` are the fingerprints of the files before this one in the same import; the new ones
    of this file are added to it.
    """
    by_account: dict[str, list[Row]] = {}
    for row in draft.rows:
        if row.account:
            by_account.setdefault(row.account, []).append(row)
    for account, rows in by_account.items():
        first, last = _span(draft, rows)
        there = set(world.fingerprints(account, first, last))
        for row in rows:
            if row.fingerprint in there:
                row.stored = True
                row.close(Status.KNOWN, "already in the ledger")
            elif row.fingerprint in taken:
                row.stored = True
                row.close(Status.KNOWN, "in another file of this import")
        taken.update(row.fingerprint for row in rows)
        _ask_missing(draft, world, account, there - {row.fingerprint for row in rows})


def ask_known_file(draft: FileDraft, world: World) -> None:
    """Ask about a file that another account has already: its money would be booked twice."""
    if not draft.account:
        return
    sha256 = draft.reading.sha256
    other = next(
        (
            done
            for done in world.imports()
            if done.sha256 == sha256
            and not done.undone
            and done.account not in {"", draft.account}
        ),
        None,
    )
    if other is None:
        return
    line = draft.rows[0].record.line
    question = Question(
        code="file_known",
        file=draft.name,
        line=line,
        problem=f"{safe(other.name, limit=80)} was imported into {other.account} as import "
        f"{other.id}: the same file, byte for byte",
        remedy=f"name the account it is of with --account {other.account}, take the other import "
        f'back with: basis undo {other.id} --why "…"; or answer {{"code": "file_known", "line": '
        f'{line}, "answer": "{_AGAIN}"}} to book all of it in {draft.account} as well',
        choices=(_AGAIN,),
        match=draft.account,
        account=draft.account,
        row=f"file {sha256}",
    )
    if world.book.propose(question) is None:
        draft.ask(question, [row for row in draft.rows if not row.settled])


def _span(draft: FileDraft, rows: list[Row]) -> tuple[date, date]:
    days = [row.day for row in rows]
    period = draft.reading.period
    if period is None:
        return min(days), max(days)
    return min(period[0], *days), max(period[1], *days)


def _ask_missing(draft: FileDraft, world: World, account: str, gone: set[str]) -> None:
    if draft.reading.importer in _NOT_COMPLETE:
        return
    mine = prefix(draft.reading.importer)
    gone = {f for f in gone if f.startswith(mine) and not f.startswith(PERIOD_ROWS)}
    if not gone:
        return
    rows = [row for row in draft.rows if row.account == account]
    first, last = _span(draft, rows)
    days = _days_of(world, account, gone, (first, last))
    shown = ", ".join(day.isoformat() for day in days[:_ONE_BY_ONE])
    more = ", …" if len(days) > _ONE_BY_ONE else ""
    question = Question(
        code="rows_missing",
        file=draft.name,
        line=rows[0].record.line,
        problem=f"{len(gone)} rows of {account} that an earlier file showed for {shown}{more} are "
        "not in this one: the recordkeeper may have corrected them",
        remedy="look at both files; answer 'accept' to keep the booked rows and import the new "
        "ones, then reverse what was corrected with: basis reverse ENTRY --why …",
        choices=("accept",),
        match=account,
        account=account,
        row=f"file {draft.reading.sha256}",
    )
    if world.book.propose(question) is None:
        draft.ask(question)


def _days_of(world: World, account: str, gone: set[str], span: tuple[date, date]) -> list[date]:
    """Return the days of the missing rows, found by halving the period."""
    first, last = span
    if not gone.intersection(world.fingerprints(account, first, last)):
        return []
    if first == last:
        return [first]
    middle = date.fromordinal((first.toordinal() + last.toordinal()) // 2)
    after = date.fromordinal(middle.toordinal() + 1)
    return [
        *_days_of(world, account, gone, (first, middle)),
        *_days_of(world, account, gone, (after, last)),
    ]
