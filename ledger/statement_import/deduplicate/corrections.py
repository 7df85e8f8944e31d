"""Rows that a later download no longer shows: told day by day, and corrected in one step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import NamedTuple

from ledger.events import Event, EventKind
from ledger.importers.base import counted
from ledger.money import BadAmount, Money
from ledger.statement_import.answers import said_today
from ledger.statement_import.context import ImportContext, cents_of
from ledger.statement_import.deduplicate.fingerprints import PERIOD_ROWS, prefix
from ledger.statement_import.deduplicate.same_import import (
    TYPED,
    Brought,
    bare,
    lacking,
    states_alone,
)
from ledger.statement_import.draft import FileDraft, Row, Status, grouped
from ledger.statement_import.questions.files import RowsMissing
from ledger.statement_import.questions.question import AskedAt
from ledger.store import CORRECTED, ROW, Place
from ledger.text import safe

_DAYS, _ROWS = 8, 6  # written out in a message
_IN_TIME, _IN_FILES, _IN_BOOKS = ("before", "now"), ("there", "here"), ("booked", "here")
_OUTWARD = frozenset(
    {
        *(EventKind.DISTRIBUTION, EventKind.FEE, EventKind.LOAN, EventKind.CONVERSION),
        *(EventKind.TRANSFER, EventKind.TRANSFER_OUT, EventKind.QCD),
        EventKind.IN_PLAN_CONVERSION,
    }
)


class _Gone(NamedTuple):
    """A row that was shown before, in the ledger or the same import, and is not in the file."""

    fingerprint: str
    place: Place
    made: Sequence[Event] = ()  # the events in effect that cite it
    row: Row | None = None  # where no file of the ledger shows it
    file: FileDraft | None = None  # of this import: that shows the row, or that lacks it

    @classmethod
    def of(cls, row: Row, file: FileDraft) -> _Gone:
        """Return a row that one file of the import shows and another one lacks."""
        return cls(row.fingerprint, Place(row.record.where, row.day), row=row, file=file)

    @property
    def words(self) -> str:
        """Where it stands, and its entries."""
        where = safe(self.place.where, limit=80)
        if self.row is not None:
            return f"({where})"
        made = _numbers(event.seq for event in self.made)
        return f"({where}, {made if self.made else 'no entry of its own'})"


def corrected_rows(context: ImportContext, account: str) -> set[str]:
    """Return the rows of an account that a later download, or another of this import, took back."""
    taken_back = context.superseded.get(account, ())
    return {*context.book.remembered(CORRECTED, account), *taken_back}


def settle_corrections(
    context: ImportContext, here: Brought, marks: AbstractSet[str], others: Sequence[Brought]
) -> None:
    """Ask about rows of the days of a file that it does not show; reverse what was made of them.

    ``marks`` are the fingerprints of those of the ledger; ``others`` are the files before it in
    the same import. Of two of those nobody knows which is the newer: what the one or the other
    lacks is asked about.
    """
    taken_back = context.superseded.get(here.account, set())
    there, back = _gone_of_ledger(context, here, marks)
    back |= {row.day for row in here.rows if row.fingerprint in taken_back}
    gone = {one.fingerprint: one for one in there}
    beyond: dict[str, _Gone] = {}  # what a file of the import lacks of this one
    for other in others:
        for row in lacking(here, other):
            if row.day not in back and row.fingerprint not in taken_back:
                gone.setdefault(row.fingerprint, _Gone.of(row, other.draft))
        if other.fresh:
            lacks = (row for row in lacking(other, here) if not row.stored)
            beyond |= {row.fingerprint: _Gone.of(row, other.draft) for row in lacks}
    booked = _booked(context, here, asked=bool(there))
    goes_to = max((last for _, last in booked), default=None)
    # alone, a file is older than what goes on after it; asked about, it may be than any of them
    newer = booked if there else [span for span in booked if _goes_on(here, span[1])]
    for row in here.rows:
        # of its last day a file may lack what came after noon
        if not row.stored and any(first <= row.day < last for first, last in newer):
            beyond.setdefault(row.fingerprint, _Gone.of(row, here.draft))
    beyond = {mark: one for mark, one in beyond.items() if one.place.day not in back}
    if gone or beyond:
        _ask(here, context, list(gone.values()), list(beyond.values()), goes_to)


def _goes_on(here: Brought, goes_to: date | None) -> bool:
    """Tell whether what is booked goes on after a file: then the file is probably older."""
    return goes_to is not None and goes_to > max(row.day for row in here.rows)


def _booked(context: ImportContext, here: Brought, *, asked: bool) -> list[tuple[date, date]]:
    """Return the first and last day that files of the ledger show which go over days of a file.

    They are of its reader; a file of other days, as of another year, tells nothing of its age. A
    file whose rows are all known needs none of it unless it is ``asked`` about.
    """
    known = not asked and all(row.stored for row in here.rows)
    if known or here.draft.reading.importer == TYPED:
        return []
    mine, (first, last) = prefix(here.draft.reading.importer), here.span
    days: dict[str, list[date]] = {}
    for mark, place in context.places(here.account, date.min, date.max).items():
        if mark.startswith(mine) and not mark.startswith(PERIOD_ROWS):
            days.setdefault(_file_of(place), []).append(place.day)
    return [
        (min(shown), max(shown))
        for shown in days.values()
        if any(first <= day <= last for day in shown)
    ]


def _gone_of_ledger(
    context: ImportContext, here: Brought, marks: AbstractSet[str]
) -> tuple[list[_Gone], set[date]]:
    """Return the rows of the ledger that a file should show and does not, and days it leaves be.

    A file that shows rows which were corrected before is an older download: what it lacks came
    later.
    """
    draft, rows, account = here.draft, here.rows, here.account
    mine = prefix(draft.reading.importer)
    places: Mapping[str, Place] = {}
    if draft.reading.importer == TYPED:  # what was typed may have changed its days
        places = _earlier_versions(draft, context, rows)
        marks = places.keys() - here.keys.keys()
    marks = {m for m in marks if m.startswith(mine) and not m.startswith(PERIOD_ROWS)}
    if not marks:
        return [], set()
    if draft.reading.importer != TYPED:
        places = context.places(account, *here.span)
    corrected = corrected_rows(context, account)
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
    gone = [one for one in gone if one.fingerprint not in context.put_to_user]
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
    return gone, back


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
    named = {name for name in typed if bare(name) == bare(draft.name)}
    states = states_alone(rows)
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


def _made(context: ImportContext, places: Mapping[str, Place], row: Row) -> Sequence[Event]:
    place = places.get(row.fingerprint)
    return context.citing(place.where) if place else ()


def _ask(
    here: Brought,
    context: ImportContext,
    gone: Sequence[_Gone],
    beyond: Sequence[_Gone],
    goes_to: date | None,
) -> None:
    """Ask whether a file corrects what is gone, or is itself the older download.

    ``goes_to`` is the last day of the files of the ledger that go over its days, None without any.
    """
    draft, rows, account = here.draft, here.rows, here.account
    taken_back = {event.seq: event for one in gone for event in one.made}
    shared = _shared(context, gone)
    files = {one.file.name for one in (*gone, *beyond) if one.file is not None}
    together = files - {draft.name}
    ends = max(row.day for row in rows)
    told_as = _IN_FILES if together else _IN_BOOKS if _goes_on(here, goes_to) else _IN_TIME
    line, sha256 = rows[0].record.line, draft.reading.sha256
    question = RowsMissing(
        at=AskedAt.of_file(draft.name, line, sha256, account=account, match=account),
        gone=len(gone),
        typed=draft.reading.importer == TYPED,
        by_day=_by_day(context, rows, gone, beyond, told_as),
        entries=_numbers(taken_back) if taken_back else "",
        shared=_numbers(shared) if shared else "",
        together=", ".join(sorted(together)),
        goes_to=goes_to,
        ends=ends,
    )
    said = context.ask(draft, question)
    if said != RowsMissing.OLDER:  # one word for a row, however many files of the import lack it
        context.put_to_user.update(one.fingerprint for one in gone if one.row is None)
    if said == RowsMissing.OLDER:
        _leave_out(draft, context, rows, gone, beyond)
    elif said == RowsMissing.ACCEPT:
        _correct(draft, context, account, gone, taken_back)
    elif said is None and not shared:  # what is shown meanwhile counts no money twice
        _supersede(context, gone, f"not in {draft.name}")
        context.completed.update(taken_back)


def _correct(
    draft: FileDraft,
    context: ImportContext,
    account: str,
    gone: Sequence[_Gone],
    taken_back: Mapping[int, Event],
) -> None:
    """Have the entries of rows that are gone reversed when the file is booked."""
    draft.corrects.update(taken_back)
    context.completed.update(taken_back)
    for one in gone:
        _remember(context, draft.name, account, one, f"{one.place.where} is not in {draft.name}")
    _supersede(context, gone, f"corrected by {draft.name}")
    if taken_back:
        draft.notes.append(f"{_numbers(taken_back)} reversed: the rows were corrected")


def _leave_out(
    draft: FileDraft,
    context: ImportContext,
    rows: Sequence[Row],
    gone: Iterable[_Gone],
    beyond: Sequence[_Gone],
) -> None:
    """Leave out what an older download alone shows: newer ones show other rows of those days.

    That is said with its own import where the newer one is of the ledger, so that it is asked
    again once it is taken back.
    """
    days = {one.place.day for one in gone}
    lacked = {one.fingerprint for one in beyond}
    others = [row for row in rows if row.day in days and row.fingerprint not in lacked]
    left = [*beyond, *(_Gone.of(row, draft) for row in others if not row.stored)]
    for one in left:
        file = one.file.name if one.file else draft.name
        why = f"{one.place.where} is of an older download"
        _remember(context, file, rows[0].account, one, why)
    mine = [one._replace(file=draft) for one in left]
    _supersede(context, mine, "corrected by a later download")
    if left:
        draft.notes.append(f"{counted(len(left), 'row')} of an older download left out")


def _supersede(context: ImportContext, gone: Iterable[_Gone], note: str) -> None:
    """Have rows of this import book nothing: another file shows other rows of their days."""
    for one in gone:
        if one.row is not None and one.file is not None:
            row = one.file.now(one.row.key)
            context.superseded.setdefault(row.account, set()).add(row.fingerprint)
            one.file.change(row, status=Status.KNOWN, note=note)


def _remember(context: ImportContext, file: str, account: str, one: _Gone, why: str) -> None:
    """Keep with the import of a file that a row was corrected: gone when that is undone."""
    match = ROW + one.fingerprint
    context.book.keep(file, said_today(CORRECTED, account, match, one.fingerprint, why))


def _shared(context: ImportContext, gone: Sequence[_Gone]) -> list[int]:
    """Return the entries that rows made which are not gone."""
    places = {one.place.where for one in gone}
    made = {event.seq for one in gone for event in one.made}
    return sorted(seq for seq in made if not context.rows_of(seq) <= places)


def _numbers(entries: Iterable[int]) -> str:
    listed = list(entries)
    return f"entr{'y' if len(listed) == 1 else 'ies'} {', '.join(map(str, listed))}"


def _by_day(
    context: ImportContext,
    rows: Sequence[Row],
    gone: Sequence[_Gone],
    beyond: Sequence[_Gone] = (),
    told_as: tuple[str, str] = _IN_TIME,
) -> str:
    """Say of each day what it was before and what it is now, or what the one and the other show."""
    before = grouped(gone, lambda one: one.place.day)
    days = sorted(before.keys() | {one.place.day for one in beyond})
    was_in, is_in = told_as
    told = []
    for day in days[:_DAYS]:
        new = [row for row in rows if row.day == day and not row.stored]
        was = _sum([f"{_amount(context, one)} {one.words}" for one in before.get(day, ())])
        now = _sum([f"{row.amount} (line {row.record.line})" for row in new])
        told.append(f"{day.isoformat()}: {was_in} {was}, {is_in} {now}")
    more = f"; and {counted(len(days) - _DAYS, 'day')} more" if len(days) > _DAYS else ""
    return "; ".join(told) + more


def _sum(shown: Sequence[str]) -> str:
    if not shown:
        return "no row"
    more = f" + {len(shown) - _ROWS} more" if len(shown) > _ROWS else ""
    return f"{counted(len(shown), 'row')} {' + '.join(shown[:_ROWS])}{more}"


def _amount(context: ImportContext, one: _Gone) -> str:
    """Return what a row moved, with its sign; as the file showed it where it made no entry."""
    if one.row is not None:
        return str(one.row.amount)
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
