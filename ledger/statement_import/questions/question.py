"""What all questions of an import have: a place, words, choices, and how an answer is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Self

from ledger.errors import LedgerError
from ledger.importers.base import counted
from ledger.money import Money
from ledger.records import RowKind
from ledger.text import safe

WHOLE_FILE = "file "  # a question with such a row is about a whole file
IGNORE = "ignore"
_SHOWN = 4  # lines of one movement named in a question
_WORDS_MAX = 60  # characters of a file's words by which an answer is addressed


@dataclass(frozen=True)
class AskedAt:
    """Where a question is asked, and by what an answer finds it.

    A line alone addresses a row only where no other row stands on it: an OFX file may be one
    line. ``match`` are the file's own words, by which one answer serves all equal rows.
    """

    file: str
    line: int
    nth: int = 0  # which of the rows of its line it is, from 1; 0 where it is the only one
    row: str = ""  # fingerprint of the row, "" when the point concerns several or none
    match: str = ""
    account: str = ""
    lines: tuple[int, ...] = ()  # of all rows asked about together, () for a single one
    legs: tuple[tuple[int, int], ...] = ()  # line and nth of each row of one movement
    point: str = ""  # fingerprint that stands for the movement a row is a leg of
    elsewhere: tuple[tuple[str, int], ...] = ()  # file and line in further files that ask the same

    @classmethod
    def of_file(cls, file: str, line: int, sha256: str, account: str = "", match: str = "") -> Self:
        """Return the place of a question about a whole file."""
        return cls(file, line, row=WHOLE_FILE + sha256, account=account, match=match)

    @property
    def is_file(self) -> bool:
        """Whether it is a whole file."""
        return self.row.startswith(WHOLE_FILE)

    @property
    def numbers(self) -> dict[str, Any]:
        """The line, and which of its rows it is where it has several, as JSON."""
        return {"line": self.line, **({"nth": self.nth} if self.nth else {})}

    def is_met(self, line: int, nth: int) -> bool:
        """Tell whether a line, and 0 or a number among its rows, means this place."""
        places = self.legs or ((self.line, self.nth),)
        return any(line == own and nth in {0, which or 1} for own, which in places)


@dataclass(frozen=True, kw_only=True)
class Question:
    """One point that only the user can settle; a subclass for each code and way to ask it.

    The class says what is the same each time: its words, and what the page of questions tells.
    """

    code: ClassVar[str]
    asked_in: ClassVar[tuple[str, ...]]  # the stages that ask it, by their names
    asks: ClassVar[str] = ""  # what it asks, for the page of questions
    answered: ClassVar[str] = ""  # what can be answered, for the page of questions
    why: ClassVar[str]  # why it is asked and where the answer is found, for "?" on a terminal
    means: ClassVar[Mapping[str, str]] = {}  # what a choice does
    lasting: ClassVar[bool] = False  # an answer holds for the account, not for one row
    told_again: ClassVar[bool] = False  # an answer of an earlier import is told: it decides tax
    each_its_own: ClassVar[bool] = False  # an amount is that of one row, a choice of several
    safe: ClassVar[bool] = False  # --yes may take the proposal: no tax depends on it

    at: AskedAt

    @property
    def problem(self) -> str:
        """What is not known, in a sentence."""
        raise NotImplementedError

    @property
    def remedy(self) -> str:
        """What to type."""
        raise NotImplementedError

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be answered; one in angle brackets stands for any text of its form."""
        return ()

    @property
    def forms(self) -> Sequence[tuple[str, str]]:
        """What can be typed beside the fixed choices, with its meaning."""
        return ()

    @property
    def proposal(self) -> str:
        """The answer that is probably right, "" without one."""
        return ""

    @property
    def command(self) -> str:
        """What settles the point in the ledger instead of an answer, "" without one."""
        return ""

    @property
    def kind(self) -> RowKind | None:
        """The kind of rows that wait to be divided by source."""
        return None

    @property
    def totals(self) -> tuple[Money, ...]:
        """The distinct amounts of those rows, or of their paydays."""
        return ()

    @property
    def alike(self) -> tuple[str, ...]:
        """What rows of the same words share that one answer may be true of, () for one alone."""
        return ()

    @property
    def turn(self) -> date:
        """The day by which questions follow one another, where the order matters."""
        return date.min

    @property
    def rank(self) -> int:
        """When it is asked on a terminal: what others depend on comes first."""
        return 0

    @property
    def file(self) -> str:
        """The name of the file."""
        return self.at.file

    @property
    def line(self) -> int:
        """The line of the first row."""
        return self.at.line

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines of all rows asked about together, () for a single one."""
        return self.at.lines

    @property
    def places(self) -> tuple[tuple[str, int], ...]:
        """File and line of every row asked about together."""
        return *((self.file, line) for line in self.lines or (self.line,)), *self.at.elsewhere

    @property
    def row(self) -> str:
        """The fingerprint of the row, "" when the point concerns several or none."""
        return self.at.row

    @property
    def match(self) -> str:
        """The file's own words by which an answer can be given for all equal rows."""
        return self.at.match

    @property
    def account(self) -> str:
        """The account of the chart, "" while unknown."""
        return self.at.account

    @property
    def whole(self) -> bool:
        """Whether all rows are one movement: an answer for any of them settles it."""
        return 0 < len(self.lines) <= len(self.at.legs)

    @property
    def where(self) -> str:
        """The place, as file:line."""
        return f"{self.file}:{self.line}"

    @property
    def general(self) -> bool:
        """Whether an answer holds for the account from now on and not for one row."""
        return self.lasting and bool(self.match)

    @property
    def everywhere(self) -> str:
        """The words by which one answer serves all files of an import, "" for a point of one."""
        return self.match if self.general else ""

    @property
    def words(self) -> str:
        """The words by which an answer for several rows or files finds the question."""
        return self.everywhere or self.match

    def is_of_one(self, answer: object) -> bool:
        """Tell whether an answer can be true of one row only, where several are asked together."""
        return self.each_its_own and str(answer) not in self.choices

    @property
    def in_full(self) -> str:
        """The problem, and which further files wait for the same answer."""
        files = list(dict.fromkeys(file for file, _ in self.at.elsewhere))
        if not files:
            return self.problem
        shown = ", ".join(safe(one, limit=60) for one in files[:_SHOWN])
        more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
        return f"{self.problem} (the same in {counted(len(files), 'further file')}: {shown}{more})"

    @property
    def point(self) -> tuple[str, str]:
        """What one answer may settle at most: the row, the movement, or all rows of the words."""
        return self.account, self.match if self.general else self.at.point or self.row

    @property
    def more(self) -> str:
        """How many rows wait besides the first."""
        return further(self.lines)

    @property
    def in_rows(self) -> str:
        """The rows of one movement, where it has several, to follow its amount."""
        if not self.whole:
            return ""
        rows, lines = counted(len(self.at.legs), "row"), tuple(dict.fromkeys(self.lines))
        if len(lines) == 1:
            return f" in {rows} of line {self.line}"
        shown = ", ".join(map(str, lines[:_SHOWN]))
        rest = further(lines[_SHOWN - 1 :]) if len(lines) > _SHOWN else ""
        return f" in {rows}, lines {shown}{rest},"

    @property
    def address(self) -> dict[str, Any]:
        """By what an answer finds the question: words, or a line with the number of the row."""
        by_words = self.match and (self.general or not self.row)
        fits = safe(self.match, limit=_WORDS_MAX) == self.match
        return {"match": self.match} if by_words and fits else self.at.numbers

    def written_for_each(self, answer: object) -> str:
        """Return an answer for the row asked about, or for all rows that are alike."""
        return self.written(answer, for_all=len(self.lines) > 1)

    def written(self, answer: object, *, for_all: bool = False) -> str:
        """Return an answer as it stands in a list of answers, for all rows of the words or one."""
        place = {"match": self.words} if for_all else self.address
        return written({"code": self.code, **place, "answer": answer})

    def is_the_point_of(self, other: Question) -> bool:
        """Tell whether one answer settles both: both are about all rows of a type or source."""
        mine = (self.code, self.match, self.account)
        return self.general and other.general and mine == (other.code, other.match, other.account)

    def also(self, line: int) -> Self:
        """Return the question with a further row that waits for its answer."""
        lines = (*(self.lines or (self.line,)), line)
        return replace(self, at=replace(self.at, lines=lines))

    def together_with(self, other: Question) -> Self:
        """Return the question as one for another row or file as well, which waits for the same."""
        if other.file == self.file:
            return self if other.line in {self.line, *self.lines} else self.also(other.line)
        listed = ((other.file, line) for line in other.lines or (other.line,))
        places = tuple(dict.fromkeys((*self.at.elsewhere, *listed)))
        return replace(self, at=replace(self.at, elsewhere=places))

    def as_fault(self) -> LedgerError:
        """Return the question as the refusal it is when nobody can be asked."""
        return LedgerError(
            where=self.where, code=self.code, problem=self.in_full, remedy=self.remedy
        )


def asked_once(questions: Iterable[Question]) -> list[Question]:
    """Return questions as a person is asked them: what several files wait for stands once.

    So do rows of one file that are alike, where the same words mean nothing else in it.
    """
    every = list(questions)
    of_words: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for one in every:
        of_words.setdefault(_in_file(one), set()).add(one.alike)
    asked: list[Question] = []
    places: dict[tuple[object, ...], int] = {}
    for question in every:
        words = " ".join(question.everywhere.split()).casefold()
        key: tuple[object, ...] = (question.code, question.account, question.kind, words)
        if (
            not words
            and question.match
            and question.alike
            and of_words[_in_file(question)] == {question.alike}
        ):
            key = _in_file(question)
        elif not words:
            key = (len(asked),)
        if key not in places:
            places[key] = len(asked)
            asked.append(question)
        elif words:
            asked[places[key]] = asked[places[key]].together_with(question)
        else:
            for line in question.lines or (question.line,):
                asked[places[key]] = asked[places[key]].also(line)
    return asked


def _in_file(question: Question) -> tuple[str, ...]:
    """Return what an answer by words finds a question by, in one file."""
    return question.code, question.file, question.account, question.match


def written(told: object) -> str:
    """Return what is typed into a list of answers: JSON in one line, letters as they are."""
    return json.dumps(told, ensure_ascii=False)


def further(lines: Sequence[int]) -> str:
    """Return how many lines there are besides the first, " (and 2 more rows)", "" for none."""
    more = len(lines) - 1
    return f" (and {counted(more, 'more row')})" if more > 0 else ""
