"""Rows that one download shows and another lacks: told day by day, and settled by one word.

The word says which of the files is the newer. What follows from it, for rows, entries and other
files, is worked out on each run (``ledger.store``), and here in the same way for files to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import NamedTuple

from ledger.errors import LedgerError
from ledger.events import Event, Way
from ledger.importers.base import counted
from ledger.money import BadAmount, Money
from ledger.statement_import.ages import Ages
from ledger.statement_import.context import ImportContext, cents_of
from ledger.statement_import.deduplicate.compared_as import signed_cents
from ledger.statement_import.deduplicate.same_import import Brought
from ledger.statement_import.draft import Row, Status, grouped
from ledger.statement_import.questions.files import RowsMissing
from ledger.statement_import.questions.question import AskedAt
from ledger.store import BOTH, NEWER, OLDER, TYPED, Apart, Download, Shown, content_of
from ledger.text import safe

_DAYS, _ROWS, _CELLS = 8, 6, 2  # written out in a message
_IN_TIME, _IN_FILES, _IN_BOOKS = ("before", "now"), ("there", "here"), ("booked", "here")
_WORDS = {RowsMissing.ACCEPT: NEWER, RowsMissing.OLDER: OLDER, RowsMissing.KEEP: BOTH}


def settle_corrections(context: ImportContext, here: Brought, others: Sequence[Brought]) -> None:
    """Ask which is the newer of a file and those that show other rows of the same days.

    ``others`` are the files before it in the same import.
    """
    ages, mine = context.ages_of(here.account), here.download
    if not mine.rows:
        return
    ages.files = [file for file in ages.files if file.sha256 != mine.sha256]
    before = list(ages.files)
    ages.files.append(mine)
    ages.count()
    found = (ages.now.apart(mine, other) for other in before)
    groups = list(_together(two for two in found if two is not None))
    for number, group in enumerate(groups, 1):
        numbered = len(groups) > 1 or len(group) > 1  # each may have to be addressed
        asking = _Asking(context, here, others, group, number if numbered else 0)
        if _ask(asking) == RowsMissing.EACH:
            for place, two in enumerate(group, 1):
                _ask(asking._replace(group=[two], nth=100 * number + place))
        ages.count()
    _leave_out(context, here, others)


def _together(pairs: Iterable[Apart]) -> Iterator[list[Apart]]:
    """Go through the files that differ in the same rows, those that go on longer for themselves."""
    left = list(pairs)
    while left:
        group = [left.pop(0)]
        for one in group:
            rows = one.gone.keys() | one.beyond.keys()
            joined = [
                two
                for two in left
                if _goes_on(two) is _goes_on(one)
                and not rows.isdisjoint(two.gone.keys() | two.beyond.keys())
            ]
            group += joined
            left = [two for two in left if two not in joined]
        yield group


def _goes_on(two: Apart) -> bool:
    """Tell whether the other file goes on after this one: then this is probably the older."""
    return two.other.ends > two.here.ends


class _Asking(NamedTuple):
    """One question: a file, and those that differ from it in the same rows."""

    context: ImportContext
    here: Brought
    others: Sequence[Brought]
    group: Sequence[Apart]
    nth: int

    @property
    def gone(self) -> dict[str, tuple[Download, Shown]]:
        """What the file lacks, each row with a file that shows it."""
        rows = ((m, (two.other, row)) for two in self.group for m, row in two.gone.items())
        found: dict[str, tuple[Download, Shown]] = {}
        for mark, shown in rows:
            found.setdefault(mark, shown)
        return dict(sorted(found.items(), key=lambda one: (one[1][1].day, one[1][0].name, one[1])))

    @property
    def beyond(self) -> set[str]:
        """What the others lack."""
        return {mark for two in self.group for mark in two.beyond}

    @property
    def together(self) -> list[str]:
        """The files of this import among the others."""
        mine = {other.draft.kept_as: other.draft.name for other in self.others}
        return sorted({mine[two.other.name] for two in self.group if two.other.name in mine})

    @property
    def ages(self) -> Ages:
        """What is known of the account's files."""
        return self.context.ages_of(self.here.account)


def _ask(asking: _Asking) -> str | None:
    """Ask which file is the newer, keep the word and return it."""
    context, here, ages = asking.context, asking.here, asking.ages
    gone, draft = asking.gone, here.draft
    goes = {entry for mark in gone for entry in ages.held.resting.of(mark)}
    goes_to = max(two.other.ends for two in asking.group)
    told_as = _IN_FILES if asking.together else _IN_TIME
    if not asking.together and _goes_on(asking.group[0]):
        told_as = _IN_BOOKS
    others = " ".join(sorted(two.other.sha256 for two in asking.group)).encode()
    at = AskedAt.of_file(
        draft.name,
        here.rows[0].record.line,
        f"{draft.reading.sha256} {blake2b(others, digest_size=8).hexdigest()}",
        account=here.account,
        match=here.account,
    )
    question = RowsMissing(
        at=replace(at, nth=asking.nth),
        gone=len(gone),
        typed=draft.reading.importer == TYPED,
        by_day=_by_day(asking, told_as),
        entries=_numbers(sorted(goes)) if goes else "",
        others=", ".join(sorted({two.other.name for two in asking.group})),
        together=", ".join(asking.together),
        goes_to=goes_to,
        ends=ages.files[-1].ends,
        reversed=_reversed(asking),
    )
    said: str | None = context.ask(draft, question)
    if said == RowsMissing.EACH:
        return said
    for two in asking.group:
        word = _WORDS[said] if said is not None else NEWER
        if ages.words.between(two.here.sha256, two.other.sha256) not in {"", word}:
            raise _against(question, two)
        answer = ages.say(two, word)  # what is shown meanwhile counts no money twice
        if said is not None:
            context.book.keep(draft.name, answer)
    return said


def _reversed(asking: _Asking) -> str:
    """Name the entries that were reversed by hand of rows shown here that equal one that is gone.

    A recordkeeper's double may have been reversed, by whichever of its rows, before a newer
    download lacks it.
    """
    equal = {(row.day, content_of(mark)) for mark, (_, row) in asking.gone.items()}
    shown = {
        row.fingerprint
        for row in asking.here.rows
        if (row.day, content_of(row.fingerprint)) in equal
    }
    taken = asking.context.taken_back if shown else ()
    by_hand = [one.event.seq for one in taken if one.row in shown and not one.by]
    return _numbers(sorted(by_hand)) if by_hand else ""


def _against(question: RowsMissing, two: Apart) -> LedgerError:
    return LedgerError(
        where=question.where,
        code="bad_answer",
        problem=f"this says otherwise than the other answers which of {two.here.name} and "
        f"{two.other.name} is the newer",
        remedy="a file is newer than all that are older than an older one; look at the last day "
        "of each, and at when they were downloaded",
    )


def _leave_out(context: ImportContext, here: Brought, others: Sequence[Brought]) -> None:
    """Have rows of this import book nothing that were taken back, and entries count no more."""
    ages, draft = context.ages_of(here.account), here.draft
    _let_stay(context, here)
    new = ages.completed - context.completed
    context.completed |= new
    draft.corrects |= {fact.event.seq: fact.event for fact in context.facts_numbered(new)}
    if new:
        draft.notes.append(f"{_numbers(sorted(new))} left out: {_correcting(ages, here)}")
    left = 0
    for other in (*others, here):
        for row in other.rows:
            by = ages.taken_back.get(row.fingerprint)
            if by is not None and row.status is not Status.KNOWN:
                other.draft.change(row, status=Status.KNOWN, note=f"not in {by.name}")
                left += 1
            elif by is None and row.status is Status.KNOWN and not row.stored:
                # this file is newer than the one that lacks it, and shows it again
                other.draft.change(row, status=Status.NEW, note="")
            elif by is None and _is_orphan(ages, row):
                # its entry goes with another row that it was made of or told: it is booked again
                other.draft.change(row, status=Status.NEW, stored=False, again=True, note="")
    if left:
        draft.notes.append(f"{counted(left, 'row')} of an older download left out")


def _is_orphan(ages: Ages, row: Row) -> bool:
    resting = ages.held.resting
    made = resting.cited.get(row.fingerprint) or resting.parts.get(row.fingerprint, frozenset())
    return row.stored and bool(made) and made <= ages.completed


def _let_stay(context: ImportContext, here: Brought) -> None:
    """Have what another format booked of a row stay where an equal one takes its place.

    It has other units, and is compared with what was booked as any new row is.
    """
    ages = context.ages_of(here.account)
    new = [row for row in here.rows if not row.stored]
    for mark in sorted(ages.taken_back.keys() - ages.held.withdrawn.keys() - ages.stays):
        for fact in context.facts_numbered(ages.held.resting.alone.get(mark, ())):
            day, cents = fact.event.day, cents_of(fact.event)
            if any(row.day == day and abs(row.amount.cents) == cents for row in new):
                ages.stays.add(mark)


def _correcting(ages: Ages, here: Brought) -> str:
    names = {by.name for by in ages.taken_back.values()}
    named = sorted(names) or [here.draft.name]
    return f"{', '.join(named)} {'correct' if len(named) > 1 else 'corrects'} their rows"


def _numbers(entries: Iterable[int]) -> str:
    listed = list(entries)
    return f"entr{'y' if len(listed) == 1 else 'ies'} {', '.join(map(str, listed))}"


def _by_day(asking: _Asking, told_as: tuple[str, str]) -> str:
    """Say of each day what it was before and what it is now, or what the one and the other show."""
    rows = asking.here.rows
    shown = grouped(asking.gone.items(), lambda one: one[1][1].day)
    beyond = {row.day for row in rows if row.fingerprint in asking.beyond}
    days = sorted(shown.keys() | beyond)
    was_in, is_in = told_as
    known = {mark for two in asking.group for mark in two.other.rows}
    told = []
    for day in days[:_DAYS]:
        new = [row for row in rows if row.day == day and row.fingerprint not in known]
        was = _sum([_there(asking, mark, *one) for mark, one in shown.get(day, ())])
        now = _sum([f"{row.amount} (line {row.record.line})" for row in new])
        other = _other_cells(asking, shown.get(day, ()), new)
        told.append(f"{day.isoformat()}: {was_in} {was}, {is_in} {now}{other}")
    more = f"; and {counted(len(days) - _DAYS, 'day')} more" if len(days) > _DAYS else ""
    return "; ".join(told) + more


def _other_cells(
    asking: _Asking, gone: Sequence[tuple[str, tuple[Download, Shown]]], new: Sequence[Row]
) -> str:
    """Say in which cells two rows of one amount differ: a tax year may be in their words alone."""
    if len(gone) != 1 or len(new) != 1:
        return ""
    ((mark, (file, row)),), here = gone, new[0].record.cells
    was = asking.context.raw_row(f"{file.name}:{row.line}")
    cells = dict(cell.partition(": ")[::2] for cell in was.split(" | ") if cell)
    for other in asking.others:
        if other.draft.kept_as == file.name:
            cells = dict(other.draft.now(other.keys[mark]).record.cells)
    titles = [title for title in here if here[title].strip() != cells.get(title, "").strip()]
    if not cells or any("amount" in title.casefold() for title in titles):
        return ""
    told = (f"{title} '{cells.get(title, '')}', now '{here[title]}'" for title in titles[:_CELLS])
    return safe(f" ({'; '.join(told)})", limit=240) if titles else ""


def _there(asking: _Asking, mark: str, file: Download, row: Shown) -> str:
    """Return what another file shows: the amount, its place, and the entries made of it."""
    context = asking.context
    place = safe(f"{file.name}:{row.line}", limit=80)
    for other in asking.others:
        if other.draft.kept_as == file.name:
            shown = other.draft.now(other.keys[mark])
            return f"{shown.amount} ({safe(shown.record.where, limit=80)})"
    made = asking.ages.held.resting.of(mark)
    events = [fact.event for fact in context.facts_numbered(made)]
    numbers = _numbers(sorted(made)) if made else "no entry of its own"
    return f"{_amount(context, events, place)} ({place}, {numbers})"


def _sum(shown: Sequence[str]) -> str:
    if not shown:
        return "no row"
    more = f" + {len(shown) - _ROWS} more" if len(shown) > _ROWS else ""
    return f"{counted(len(shown), 'row')} {' + '.join(shown[:_ROWS])}{more}"


def _amount(context: ImportContext, made: Sequence[Event], place: str) -> str:
    """Return what a row moved, with its sign; as the file showed it where it made no entry."""
    if not made:
        return _printed(context.raw_row(place))
    # of a conversion the row that left is the main one
    cents = [-cents_of(e) if e.kind.spec.way is Way.WITHIN else signed_cents(e) for e in made]
    return str(Money(sum(cents)))


def _printed(raw: str) -> str:
    """Return the amount of a row as its file showed it, or what the row is where it has none.

    Of a row that another file has brought the place says more than "a row".
    """
    if not raw:
        return "a row"
    cells = (cell.partition(": ") for cell in raw.split(" | "))
    shown = {title.strip().casefold(): text for title, _, text in cells}
    amount = next(
        (text for title, text in shown.items() if "amount" in title or title == "total"), ""
    )
    try:
        return str(Money.parse(amount))
    except BadAmount:
        return "without an amount"
