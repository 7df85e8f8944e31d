"""Rows that a later download no longer shows: told day by day, and corrected in one step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ledger.events import Event, EventKind
from ledger.importers.base import counted
from ledger.money import BadAmount, Money
from ledger.statement_import.answers import said_today
from ledger.statement_import.context import ImportContext, cents_of
from ledger.statement_import.deduplicate.fingerprints import PERIOD_ROWS, prefix
from ledger.statement_import.draft import FileDraft, Row, grouped
from ledger.statement_import.questions.files import RowsMissing
from ledger.statement_import.questions.question import AskedAt
from ledger.store import ROW, Place
from ledger.text import safe

CORRECTED = "row_corrected"  # remembered of a row that a later download took back
# What somebody typed does not claim to show every row of its days, but a file that was changed
# and is imported again still shows all that it showed before.
TYPED = "plain"
_NUMBERED = re.compile(r" \([0-9]+\)(?=\.[^.]*$|$)")
_DAYS, _ROWS = 8, 6  # written out in a message
_OUTWARD = frozenset(
    {
        *(EventKind.DISTRIBUTION, EventKind.FEE, EventKind.LOAN, EventKind.CONVERSION),
        *(EventKind.TRANSFER, EventKind.TRANSFER_OUT, EventKind.QCD),
        EventKind.IN_PLAN_CONVERSION,
    }
)


class _Gone(NamedTuple):
    """A row of the ledger that the file should show and does not."""

    fingerprint: str
    place: Place
    made: Sequence[Event]  # the events in effect that cite it

    @property
    def words(self) -> str:
        """Its amount, where it stands, and its entries."""
        made = _numbers(event.seq for event in self.made)
        entries = made if self.made else "no entry of its own"
        return f"({safe(self.place.where, limit=80)}, {entries})"


def settle_corrections(
    draft: FileDraft,
    context: ImportContext,
    rows: Sequence[Row],
    marks: set[str],
    span: tuple[date, date],
) -> None:
    """Ask about rows of the days of a file that it does not show; reverse what was made of them.

    ``marks`` are their fingerprints. A file that shows rows which were corrected before is an
    older download: what it lacks came later.
    """
    mine, account = prefix(draft.reading.importer), rows[0].account
    places: Mapping[str, Place] = {}
    if draft.reading.importer == TYPED:
        places = _earlier_versions(draft, context, rows)
        marks = places.keys() - {row.fingerprint for row in rows}
    marks = {m for m in marks if m.startswith(mine) and not m.startswith(PERIOD_ROWS)}
    if not marks:
        return
    if draft.reading.importer != TYPED:
        places = context.places(account, *span)
    corrected = set(context.book.remembered(CORRECTED, account))
    back = {r.day for r in rows if r.fingerprint in corrected and not _made(context, places, r)}
    gone = sorted(
        (
            _Gone(mark, place, context.citing(place.where))
            for mark in sorted(marks)
            if (place := places.get(mark)) is not None and place.day not in back
        ),
        key=lambda one: (one.place.day, one.place.where.rpartition(":")[0], one.place.line),
    )
    gone = [one for one in gone if one.made or one.fingerprint not in corrected]
    if back:
        draft.notes.append(
            f"{', '.join(sorted(map(date.isoformat, back)))}: an older download; the rows as "
            "corrected since stay booked"
        )
    if gone and draft.reading.importer != TYPED:
        came_later = _came_later(draft, context, rows, gone)
        gone = [one for one in gone if one not in came_later]
        if came_later:
            draft.notes.append(
                f"this download lacks {counted(len(came_later), 'row')} of {account} and shows "
                f"nothing in place of {'it' if len(came_later) == 1 else 'them'}: made before a "
                f"day was whole, it corrects nothing; {_by_day(context, rows, came_later)}"
            )
    if gone:
        _ask(draft, context, rows, gone)


def _came_later(
    draft: FileDraft, context: ImportContext, rows: Sequence[Row], gone: Sequence[_Gone]
) -> list[_Gone]:
    """Return the rows that are gone because a download made after this one brought them.

    A download is made in the middle of its last day, so that day may lack rows that one which
    goes on after it shows. One whose rows
    are all known, and were before an import that brought more, is older than that import. A new
    row in place of the old makes it a correction.
    """
    order = {done.name: done.id for done in context.imports()}
    places = context.places(rows[0].account, date.min, date.max)
    brought = [_import_of(order, places[r.fingerprint]) for r in rows if r.fingerprint in places]
    all_known = all(row.stored for row in rows) and len(brought) == len(rows)
    known_by = max(brought, default=0) if all_known else None
    last = max(row.day for row in draft.rows)
    goes_on = {_file_of(place) for place in places.values() if place.day > last}
    renewed = {row.day for row in rows if not row.stored}
    return [
        one
        for one in gone
        if (one.place.day == last and last not in renewed and _file_of(one.place) in goes_on)
        or (known_by is not None and _import_of(order, one.place) > known_by)
    ]


def _import_of(order: Mapping[str, int], place: Place) -> int:
    return order.get(_file_of(place), 0)


def _file_of(place: Place) -> str:
    return place.where.rpartition(":")[0]


def _earlier_versions(
    draft: FileDraft, context: ImportContext, rows: Sequence[Row]
) -> dict[str, Place]:
    """Return the booked rows of earlier versions of a typed file, by fingerprint.

    One of the same name that shows a row of this file is an earlier version on whatever days;
    one that has only the name or only a row in common, on the days of this file. A file of
    balances alone is no version of one that has other rows: both may state the same balance.
    """
    typed = {done.name for done in context.imports() if done.importer == TYPED}
    if not typed:
        return {}
    there = context.places(rows[0].account, date.min, date.max)
    shown = {row.fingerprint for row in rows}
    if there.keys() <= shown:
        return {}
    file_of = {mark: _file_of(place) for mark, place in there.items()}
    alike = {file_of[mark] for mark in shown if mark in file_of} & typed
    named = {name for name in typed if _bare(name) == _bare(draft.name)}
    states = all(row.event is None or row.event.kind is EventKind.BALANCE for row in rows)
    moving = {
        file_of[mark]
        for mark, place in there.items()
        if any(event.kind is not EventKind.BALANCE for event in context.citing(place.where))
    }
    alike = {name for name in alike if name in named or (name not in moving) is states}
    days = [row.day for row in rows]
    return {
        mark: place
        for mark, place in there.items()
        if file_of[mark] in alike | named
        and (file_of[mark] in alike & named or min(days) <= place.day <= max(days))
        and (mark in shown or context.citing(place.where))
    }


def _bare(name: str) -> str:
    """Return a file name without the number that tells files of one name apart."""
    return _NUMBERED.sub("", name)


def _made(context: ImportContext, places: Mapping[str, Place], row: Row) -> Sequence[Event]:
    place = places.get(row.fingerprint)
    return context.citing(place.where) if place else ()


def _ask(
    draft: FileDraft, context: ImportContext, rows: Sequence[Row], gone: Sequence[_Gone]
) -> None:
    account, line = rows[0].account, rows[0].record.line
    taken_back = {event.seq: event for one in gone for event in one.made}
    shared = _shared(context, gone)
    sha256 = draft.reading.sha256
    question = RowsMissing(
        at=AskedAt.of_file(draft.name, line, sha256, account=account, match=account),
        gone=len(gone),
        typed=draft.reading.importer == TYPED,
        by_day=_by_day(context, rows, gone),
        entries=_numbers(taken_back) if taken_back else "",
        shared=_numbers(shared) if shared else "",
    )
    said = context.ask(draft, question)
    if said is None and not shared:  # what is shown meanwhile counts no money twice
        context.completed.update(taken_back)
    elif said == RowsMissing.ACCEPT:
        _correct(draft, context, account, gone, taken_back)


def _correct(
    draft: FileDraft,
    context: ImportContext,
    account: str,
    gone: Iterable[_Gone],
    taken_back: Mapping[int, Event],
) -> None:
    """Have the entries of rows that are gone reversed when the file is booked."""
    draft.corrects.update(taken_back)
    context.completed.update(taken_back)
    for one in gone:
        match = ROW + one.fingerprint  # gone with the import, when that is undone
        why = f"{one.place.where} is not in {draft.name}"
        told = said_today(CORRECTED, account, match, one.fingerprint, why)
        context.book.keep(draft.name, told)
    if taken_back:
        draft.notes.append(f"{_numbers(taken_back)} reversed: the rows were corrected")


def _shared(context: ImportContext, gone: Sequence[_Gone]) -> list[int]:
    """Return the entries that rows made which are not gone."""
    places = {one.place.where for one in gone}
    made = {event.seq for one in gone for event in one.made}
    return sorted(seq for seq in made if not context.rows_of(seq) <= places)


def _numbers(entries: Iterable[int]) -> str:
    listed = list(entries)
    return f"entr{'y' if len(listed) == 1 else 'ies'} {', '.join(map(str, listed))}"


def _by_day(context: ImportContext, rows: Sequence[Row], gone: Sequence[_Gone]) -> str:
    """Say of each day what it was before and what it is now."""
    before = grouped(gone, lambda one: one.place.day)
    told = []
    for day, old in list(before.items())[:_DAYS]:
        new = [row for row in rows if row.day == day and not row.stored]
        was = _sum([f"{_amount(context, one)} {one.words}" for one in old])
        now = _sum([f"{row.amount} (line {row.record.line})" for row in new])
        told.append(f"{day.isoformat()}: before {was}, now {now}")
    more = f"; and {counted(len(before) - _DAYS, 'day')} more" if len(before) > _DAYS else ""
    return "; ".join(told) + more


def _sum(shown: Sequence[str]) -> str:
    if not shown:
        return "no row"
    more = f" + {len(shown) - _ROWS} more" if len(shown) > _ROWS else ""
    return f"{counted(len(shown), 'row')} {' + '.join(shown[:_ROWS])}{more}"


def _amount(context: ImportContext, one: _Gone) -> str:
    """Return what a row moved, with its sign; as the file showed it where it made no entry."""
    if not one.made:
        return _printed(context.raw_row(one.place.where))
    cents = [-cents_of(e) if e.kind in _OUTWARD or _is_loss(e) else cents_of(e) for e in one.made]
    return str(Money(sum(cents)))


def _printed(raw: str) -> str:
    """Return the amount of a row as its file showed it, or what the row is where it has none."""
    cells = (cell.partition(": ") for cell in raw.split(" | "))
    shown = {title.strip().casefold(): text for title, _, text in cells}
    amount = next((text for title, text in shown.items() if "amount" in title), "")
    try:
        return str(Money.parse(amount))
    except BadAmount:
        return "a row without an amount"


def _is_loss(event: Event) -> bool:
    return event.amount is not None and event.amount.cents < 0
