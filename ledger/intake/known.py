"""Rows that the ledger has already, and rows that a later download no longer shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from ledger.importers.base import counted
from ledger.intake.draft import FileDraft, Question, Row, Status
from ledger.intake.fingerprints import PERIOD_ROWS, prefix
from ledger.intake.world import World
from ledger.safetext import safe

# What somebody typed does not claim to show every row of its days.
_NOT_COMPLETE = frozenset({"plain"})
_ONE_BY_ONE = 6  # missing rows, and commands, written out in a message
_ROW_WIDTH = 160  # characters of a missing row


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
    if not draft.account or not draft.rows:
        return
    sha256 = draft.reading.sha256
    other = next(
        (
            done
            for done in world.imports()
            if done.sha256 == sha256 and not done.undone and done.account not in {"", draft.account}
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
        f'{line}, "answer": "again"}} to book all of it in {draft.account} as well',
        choices=("again",),
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
    there = world.places(account, *_span(draft, rows))
    shown = sorted((there[mark] for mark in gone if mark in there), key=_by_line)
    entries = {where: numbers for where in shown if (numbers := _entries_at(world, where))}
    line = rows[0].record.line
    more = f"; and {len(shown) - _ONE_BY_ONE} more" if len(shown) > _ONE_BY_ONE else ""
    told = "; ".join(_in_words(world, where, entries) for where in shown[:_ONE_BY_ONE])
    question = Question(
        code="rows_missing",
        file=draft.name,
        line=line,
        problem=f"{counted(len(gone), 'row')} of {account} that an earlier file showed "
        f"{'is' if len(gone) == 1 else 'are'} not in this one, the recordkeeper may have corrected "
        f"them: {told}{more}",
        remedy=f'look at both files; answer {{"code": "rows_missing", "line": {line}, "answer": '
        f'"accept"}} to import the new rows{_reversals(entries)}',
        choices=("accept",),
        match=account,
        account=account,
        row=f"file {draft.reading.sha256}",
    )
    if world.book.propose(question) is None:
        draft.ask(question)


def _by_line(where: str) -> tuple[str, int]:
    file, _, line = where.rpartition(":")
    return file, int(line)


def _entries_at(world: World, where: str) -> list[int]:
    """Return the numbers of the entries in effect that cite a row, as the register shows them."""
    return [fact.event.seq for fact in world.facts_at(where)]


def _in_words(world: World, where: str, entries: Mapping[str, Sequence[int]]) -> str:
    numbers = entries.get(where, ())
    named = "entries" if len(numbers) > 1 else "entry"
    booked = f"{named} {', '.join(map(str, numbers))}" if numbers else "no entry"
    return f"{safe(where, limit=80)} ({safe(world.raw_row(where), limit=_ROW_WIDTH)}): {booked}"


def _reversals(entries: Mapping[str, Sequence[int]]) -> str:
    """Return the commands that take the missing rows out of the books."""
    numbers = [number for listed in entries.values() for number in listed]
    if not numbers:
        return ""
    commands = "; ".join(
        f'basis reverse {number} --why "corrected by the recordkeeper"'
        for number in numbers[:_ONE_BY_ONE]
    )
    more = "; …" if len(numbers) > _ONE_BY_ONE else ""
    return f", and where the old ones were corrected: {commands}{more}"
