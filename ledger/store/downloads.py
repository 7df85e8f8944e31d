"""Which rows of a recordkeeper's downloads count: a newer one lacks what was taken back.

Two downloads of one reader and account that show other rows of the same days differ in age: what
the newer lacks was withdrawn or corrected. Which is the newer is in no file, so it is said of
pairs of files; all else follows from what each file shows, whatever came first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import NamedTuple

from ledger.events import EventKind
from ledger.store.shapes import ROW, Answer, bare

ORDER = "download_order"  # code: what was said of two files of one reader
NEWER, OLDER, BOTH = "newer", "older", "both"  # than the other; both count
TYPED = "plain"
# Rows that describe the chosen period of a download and not something that happened: another
# period shows others, so their absence says nothing about the rows of the ledger.
PERIOD_ROWS = "period"
_CONTENT = 16  # digits of a fingerprint that stand for the row but for its day
_MOVED = timedelta(10)  # as far a recordkeeper moves the day of a row


class Shown(NamedTuple):
    """A row as a file shows it: its day and its line."""

    day: date
    line: int


class Download(NamedTuple):
    """What one file shows of an account, by the fingerprints of its rows.

    It goes over the days from ``first`` to ``last``, those that it states and those of its rows;
    ``end`` is the last day that it has a row of. ``states`` is whether it states balances alone.
    """

    sha256: str
    name: str
    reader: str
    first: date
    last: date
    end: date
    rows: Mapping[str, Shown]
    states: bool = False

    @property
    def ends(self) -> date:
        """The last day that it has a row of this account of."""
        return max(row.day for row in self.rows.values())


def is_compared(fingerprint: str) -> bool:
    """Tell whether the absence of a row from a file says something."""
    return not fingerprint.startswith(f"{PERIOD_ROWS}:")


def is_balance(cells: Mapping[str, str]) -> bool:
    """Tell whether a row of a typed list, by its cells, states a balance and moves nothing."""
    kinds = [text for title, text in cells.items() if title.strip().casefold() == "type"]
    return [kind.strip().casefold() for kind in kinds] == [EventKind.BALANCE]


def content_of(fingerprint: str) -> str:
    """Return what two rows have in common that differ in their days alone."""
    return fingerprint.partition(":")[2][:_CONTENT]


def lacking(newer: Download, older: Download) -> dict[str, Shown]:
    """Return the rows that one download lacks and would show, were it the newer of two.

    A download is made in the middle of its last day: what that day lacks beside a file that goes
    on after it came later, unless a row stands in its place. A file without any row of the days
    of the other leaves out all of them, and says nothing of one.
    """
    days = [row.day for row in newer.rows.values()]
    if newer.reader != older.reader or not any(older.first <= d <= older.last for d in days):
        return {}
    gone = {mark: older.rows[mark] for mark in older.rows.keys() - newer.rows.keys()}
    if not gone:
        return {}
    if newer.reader == TYPED:
        return _lacking_of_version(newer, older, gone)
    more = {mark: newer.rows[mark] for mark in newer.rows.keys() - older.rows.keys()}
    renewed = any(row.day == newer.end for row in more.values())
    noon = newer.end if not renewed and older.ends > newer.end else None
    inside = {m: row for m, row in more.items() if older.first <= row.day <= older.last}
    moved = _moved(newer, gone, inside)
    return {
        mark: row
        for mark, row in gone.items()
        if mark in moved or (newer.first <= row.day <= newer.last and row.day != noon)
    }


def _moved(
    newer: Download, gone: Mapping[str, Shown], more: Mapping[str, Shown]
) -> AbstractSet[str]:
    """Return the rows just outside a download that its first, or last, row shows on another day.

    It goes over the days between: whose row of January 10 stands on the 12th now begins there.
    """
    found = set[str]()
    days = [row.day for row in newer.rows.values()]
    for edge, away in ((min(days), 1), (max(days), -1)):
        at = [mark for mark, row in more.items() if row.day == edge]
        for mark in at:
            alike = [
                (abs(row.day - edge), other)
                for other, row in gone.items()
                if other not in found
                and timedelta(0) < (edge - row.day) * away <= _MOVED
                and content_of(other) == content_of(mark)
            ]
            if alike:
                found.add(min(alike)[1])
    return found


def _lacking_of_version(
    newer: Download, older: Download, gone: Mapping[str, Shown]
) -> dict[str, Shown]:
    """Return the rows that are gone where both files may be versions of one that was typed.

    One of the same name that shows a row of the other is a version of it on whatever days; one
    with only the name or only a row in common, on its days. A file of balances alone is no version
    of one that has other rows: both may state the same balance.
    """
    named = bare(newer.name) == bare(older.name)
    alike = not newer.rows.keys().isdisjoint(older.rows) and (named or newer.states is older.states)
    if named and alike:
        return dict(gone)
    if not named and not alike:
        return {}
    first, last = min(row.day for row in newer.rows.values()), newer.ends
    return {mark: row for mark, row in gone.items() if first <= row.day <= last}


class Words:
    """What was said of the age of files, each by its SHA-256; who is newer follows through others.

    >>> words = Words([("c", "b", NEWER), ("b", "a", NEWER)])
    >>> words.is_newer("c", "a"), words.between("a", "c"), words.between("a", "d")
    (True, 'older', '')
    """

    def __init__(self, said: Iterable[tuple[str, str, str]] = ()) -> None:
        self._older: defaultdict[str, set[str]] = defaultdict(set)
        self._both: set[frozenset[str]] = set()
        for here, other, word in said:
            self.say(here, other, word)

    def __bool__(self) -> bool:
        """Tell whether anything was said."""
        return bool(self._older or self._both)

    def say(self, here: str, other: str, word: str) -> None:
        """Take in one word, of ``here``."""
        if word == BOTH:
            self._both.add(frozenset((here, other)))
        else:
            newer, older = (here, other) if word == NEWER else (other, here)
            self._older[newer].add(older)

    def is_newer(self, here: str, other: str) -> bool:
        """Tell whether one file is newer than the other, as said or through files between."""
        seen, left = set[str](), [here]
        while left:
            for older in self._older.get(left.pop(), ()):
                if older == other:
                    return True
                if older not in seen:
                    seen.add(older)
                    left.append(older)
        return False

    def between(self, here: str, other: str) -> str:
        """Return what one file is beside the other: newer, older, both count; "" if not known."""
        if self.is_newer(here, other):
            return NEWER
        if self.is_newer(other, here):
            return OLDER
        return BOTH if here == other or frozenset((here, other)) in self._both else ""

    def copy(self) -> Words:
        """Return the same words, to which others may be added."""
        found = Words()
        found._both = set(self._both)
        for newer, older in self._older.items():
            found._older[newer] = set(older)
        return found


def words_of(said: Iterable[Answer], account: str) -> Words:
    """Return what was said of the files of an account."""
    pairs = (
        (*a.match.removeprefix(ROW).split(" "), a.answer)
        for a in said
        if a.code == ORDER and a.account == account
    )
    return Words((here, other, word) for here, other, word in pairs)


def withdrawn(files: Sequence[Download], words: Words) -> dict[str, Download]:
    """Return the rows that were taken back, each with the file that lacks it.

    That one is newer than every file that shows the row.
    """
    if not words:
        return {}
    showing: defaultdict[str, list[Download]] = defaultdict(list)
    for file in files:
        for mark in file.rows:
            showing[mark].append(file)
    found: dict[str, Download] = {}
    for newer in files:
        older = [file for file in files if words.is_newer(newer.sha256, file.sha256)]
        names = {file.sha256 for file in older}
        for mark in (mark for file in older for mark in lacking(newer, file)):
            if mark not in found and all(file.sha256 in names for file in showing[mark]):
                found[mark] = newer
    return found


class Apart(NamedTuple):
    """Two files of which nobody said which is the newer, and what each shows alone."""

    here: Download
    other: Download
    gone: Mapping[str, Shown]  # what here lacks
    beyond: Mapping[str, Shown]  # what the other lacks


class Downloads:
    """Files that show one account, and what is known of their age."""

    def __init__(self, files: Sequence[Download], words: Words) -> None:
        self.files, self.words = files, words
        self.withdrawn = withdrawn(files, words)
        self._showing: defaultdict[str, list[Download]] = defaultdict(list)
        for file in files:
            for mark in file.rows:
                self._showing[mark].append(file)

    @property
    def moved(self) -> set[str]:
        """The rows that were taken back and stand on another day: the event itself stays."""
        return {
            mark
            for mark, by in self.withdrawn.items()
            if any(
                content_of(other) == content_of(mark) and abs(row.day - self._day(mark)) <= _MOVED
                for other, row in self._in_place(mark, by)
            )
        }

    @property
    def renewed(self) -> set[str]:
        """The rows that were taken back and in whose place, on their day, others stand."""
        return {
            mark
            for mark, by in self.withdrawn.items()
            if any(row.day == self._day(mark) for _, row in self._in_place(mark, by))
        }

    def _day(self, mark: str) -> date:
        return self._showing[mark][0].rows[mark].day

    def _in_place(self, mark: str, by: Download) -> Iterator[tuple[str, Shown]]:
        """Go through the rows that a newer file shows and none of those that show a row."""
        older = self._showing[mark]
        for other in by.rows.keys() - older[0].rows.keys():
            if not any(other in file.rows for file in older):
                yield other, by.rows[other]

    def apart(self, here: Download, other: Download) -> Apart | None:
        """Return how two files differ of which it is not known which is the newer, or None.

        A row that was taken back is no matter, and neither is one that a file lacks which is known
        to be older than another that shows it.
        """
        if here.reader != other.reader or self.words.between(here.sha256, other.sha256):
            return None
        gone = self._open(here, lacking(here, other))
        beyond = self._open(other, lacking(other, here))
        return Apart(here, other, gone, beyond) if gone or beyond else None

    def _open(self, lacks: Download, rows: Mapping[str, Shown]) -> dict[str, Shown]:
        newer = self.words.is_newer
        return {
            mark: row
            for mark, row in rows.items()
            if mark not in self.withdrawn
            and not any(newer(file.sha256, lacks.sha256) for file in self._showing[mark])
        }

    def all_apart(self) -> list[Apart]:
        """Return every two downloads that differ and of which nobody said which is the newer.

        What was typed is left out: who changed a file was asked when it came.
        """
        days: defaultdict[str, dict[str, date]] = defaultdict(dict)
        for file in self.files:
            days[file.reader].update({mark: row.day for mark, row in file.rows.items()})
        # most files lack nothing that any other shows: they are not held against each other
        lacks = [_lacks_any(file, days[file.reader]) for file in self.files]
        found = []
        for place, here in enumerate(self.files):
            for before, other in enumerate(self.files[:place]):
                if here.reader != TYPED and (lacks[place] or lacks[before]):
                    two = self.apart(here, other)
                    found += [] if two is None else [two]
        return found


def _lacks_any(file: Download, days: Mapping[str, date]) -> bool:
    return any(file.first <= days[mark] <= file.last for mark in days.keys() - file.rows.keys())
