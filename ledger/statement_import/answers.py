"""Answers: what the user decided, given now or remembered from an earlier import."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ledger.errors import Collector, LedgerError
from ledger.importers.files import read_stream
from ledger.statement_import.draft import Row
from ledger.statement_import.questions.question import Question, asked_once, further, written
from ledger.statement_import.questions.registry import EXAMPLE, QUESTIONS, TOLD_AGAIN
from ledger.statement_import.questions.rows import SourceUnknown
from ledger.statement_import.questions.sources import AllocationNeeded
from ledger.statement_import.sources.allocation import BY_VALUE
from ledger.store import ROW, Answer
from ledger.text import safe

_OF_ALL = {"match", "line", "nth", "row", "proposal"}  # in an entry for several rows
_ROWS_MAX = 8  # rows listed of a question that one word answers for all
_SPECS = ("pattern:", "pattern@", "totals:", "rule:")


@dataclass(frozen=True)
class GivenAnswer:
    """An answer from a file, an option or the terminal, for a line or for matching rows."""

    code: str
    answer: Any
    line: int | None = None
    match: str | None = None
    file: str = ""
    reason: str = "answers file"
    where: str = ""  # its place in an answers file, "answers.json:[2]"
    row: str = ""  # fingerprint of the row: found again in a later download, where lines moved
    nth: int = 0  # which of the rows of its line, from 1; 0 where the line has one
    proposal: Any = None  # what the list proposed when it was written
    account: str = ""  # the one whose questions it is for, "" for those of every account
    listed: Mapping[str, Any] = field(default_factory=dict, compare=False)  # as its list has it

    def settles(self, question: Question) -> bool:
        """Tell whether this answer was meant for that question."""
        if self.code != question.code:
            return False
        if self.row:
            return self.row == question.row
        if not self.is_for(question.file, question.account):
            return False
        if self.line is not None:
            return question.at.is_met(self.line, self.nth)
        words = (question.match, question.words)
        return self.match is not None and normal(self.match) in map(normal, words)

    def is_for(self, file: str, account: str) -> bool:
        """Tell whether it may be about rows of a file and account; it need name neither."""
        return self.file in {"", file} and self.account in {"", account}

    @property
    def for_all(self) -> bool:
        """Whether it is given for all rows of some words."""
        return self.match is not None and self.line is None and not self.row

    @property
    def specs(self) -> list[str]:
        """The patterns and rules by which this answer divides rows, [] for any other answer."""
        told = self.answer if isinstance(self.answer, list) else [self.answer]
        texts = [one.strip() for one in told if isinstance(one, str)]
        divides = self.code == AllocationNeeded.code and all(
            one == BY_VALUE or one.startswith(_SPECS) for one in texts
        )
        return texts if divides else []


class AnswerBook:
    """Finds the answer to a question, and keeps those that are new so that they are stored."""

    def __init__(
        self,
        remembered: Iterable[Answer] = (),
        given: Iterable[GivenAnswer] = (),
        *,
        take_proposals: bool = False,
    ) -> None:
        self._take_proposals = take_proposals
        newest = {_key(a.code, a.account, a.match): a.answer for a in remembered}
        self._remembered = {
            key: answer for key, answer in newest.items() if answer
        }  # "": forgotten
        self._given = list(given)
        # What is said of a row goes before what is said of all rows, wherever the list has it.
        self._nearest_first = sorted(enumerate(self._given), key=lambda one: one[1].for_all)
        self._used: dict[str, dict[tuple[str, str, str], Answer]] = {}
        self._fitting: dict[int, str] = {}  # number in the list -> file whose question it met
        self._met: dict[int, object] = {}  # number in the list -> the point that it settles
        self._origins: dict[str, str] = {}  # place of a question -> that of the answer to it
        self._faults: list[LedgerError] = []
        self._recalled: dict[str, dict[tuple[str, Any], list[int]]] = {}  # lines, by file and words

    def remembered(self, code: str, account: str) -> list[str]:
        """Return the stored answers of one code for one account, the oldest first."""
        return [a for (c, acc, _), a in self._remembered.items() if (c, acc) == (code, account)]

    def said(self, code: str, account: str, match: str) -> str:
        """Return what was said before of a row or of words, "" when nothing was."""
        return self._remembered.get(_key(code, account, match), "")

    def remembered_alias(self, text: str) -> str:
        """Return the account id that stands for the words of a file, "" when none does."""
        return self._remembered.get(_key("account", "", text), "")

    def source_alias(self, account: str, text: str) -> str:
        """Return the source that a name of a plan's files was said to be, "" when none was."""
        return self._remembered.get(_key(SourceUnknown.code, account, text), "") if text else ""

    def find(self, question: Question) -> Any | None:
        """Return the answer to a question, or None; texts that hold JSON are opened."""
        for number, given in self._nearest_first:
            if given.settles(question) and not given.specs:
                self._fit(number, given, question)
                try:
                    answer = self._taken(number, given, question)
                except LedgerError as fault:  # the other answers are looked at as well
                    self._faults.append(fault)
                    return None
                if given.where:
                    self._origins[question.where] = given.where
                self._keep(question, answer, given.reason)
                return answer
        places = []
        if question.row:
            places.append(_key(question.code, question.account, ROW + question.row))
        if question.general or not question.row:
            places.append(_key(question.code, question.account, question.match))
        for place in places:
            if place in self._remembered:
                self._recall(question, self._remembered[place])
                return opened(self._remembered[place])
        return None

    def _taken(self, number: int, given: GivenAnswer, question: Question) -> Any:
        """Return an answer that was meant for a question, where it can be that of no other."""
        if question.at.nth and not self._is_sole(number, given, question.point):
            raise _ambiguous(given, question.where)
        if given.for_all and question.row and question.is_of_one(given.answer):
            raise _of_several(given, question)
        return _checked(question, given)

    def _recall(self, question: Question, answer: str) -> None:
        if question.code in TOLD_AGAIN:
            lines = self._recalled.setdefault(question.file, {})
            lines.setdefault((question.code, answer), []).append(question.line)

    def recalled(self, file: str) -> list[str]:
        """Say which rows of a file rest on what was answered in an earlier import."""
        return [
            f"{file}:{lines[0]}{further(lines)}: '{code}' as answered before: "
            f"{safe(answer, limit=80)}; to change it give the answer anew (--answers)"
            for (code, answer), lines in self._recalled.get(file, {}).items()
        ]

    def _fit(self, number: int, given: GivenAnswer, question: Question) -> None:
        """Keep that an answer is used; one for a line without a file settles one file alone."""
        other = self._fitting.setdefault(number, question.file)
        if given.line is not None and not given.row and other != question.file:
            raise LedgerError(
                where=given.where or question.where,
                code="bad_answers",
                problem=f"'{given.code}' is asked in line {given.line} of {safe(other, limit=80)} "
                f"and of {safe(question.file, limit=80)}",
                remedy=f'name the file: "file": "{safe(question.file, limit=80)}"',
            )

    def _is_sole(self, number: int, given: GivenAnswer, point: object) -> bool:
        """Tell whether an answer for a line of several rows settles this point and no other."""
        if given.line is None or given.row:
            return True
        return self._met.setdefault(number, point) == point

    def specs(self, file: str, rows: Iterable[Row]) -> list[str]:
        """Return the patterns and rules that answers give for rows that wait, oldest first."""
        waiting = list(rows)
        words = {normal(row.record.raw_type) for row in waiting}
        marks = {row.fingerprint for row in waiting}
        found = []
        for number, given in enumerate(self._given):
            here = given.is_for(file, waiting[0].account)
            lines = [row for row in waiting if row.at.is_met(given.line or 0, given.nth)]
            named = lines or (given.match and normal(given.match) in words)
            if given.specs and (given.row in marks or (here and named)):
                self._fitting.setdefault(number, file)
                first = waiting[0]
                if any(row.nth for row in lines) and not self._is_sole(
                    number, given, (first.account, first.kind)
                ):
                    raise _ambiguous(given, first.record.where)
                found += given.specs
        return found

    def placed(self, fault: LedgerError) -> LedgerError:
        """Return the fault of an answer with its place in the answers file, if it has one."""
        origin = self._origins.get(fault.where)
        if origin is None or fault.code not in {"bad_answer", "bad_allocation"}:
            return fault
        return LedgerError(
            where=origin,
            code=fault.code,
            problem=f"{fault.problem} ({fault.where})",
            remedy=fault.remedy,
        )

    @property
    def faults(self) -> tuple[LedgerError, ...]:
        """The answers that are no choice of the question they were given to."""
        return tuple(self._faults)

    def propose(self, question: Question) -> Any | None:
        """Return the answer, or the proposal where it is safe and wanted unasked (--yes)."""
        answer = self.find(question)
        if answer is None and self._take_proposals and question.safe and question.proposal:
            answer = question.proposal
            self._keep(question, answer, "proposal accepted with --yes")
        return answer

    def keep(self, file: str, answer: Answer) -> None:
        """Store an answer with the import of that file, unless it is remembered already."""
        key, used = _key(answer.code, answer.account, answer.match), self._used.setdefault(file, {})
        said = used[key].answer if key in used else self._remembered.get(key)
        if said != answer.answer:
            used[key] = answer

    def has(self, code: str, account: str, match: str) -> bool:
        """Tell whether something was said before."""
        return _key(code, account, match) in self._remembered

    def forget(self, file: str, code: str, account: str, match: str) -> None:
        """Take back what was said before, with the import of that file."""
        if self.has(code, account, match):
            self.keep(file, said_today(code, account, match, "", f"said anew of {file}"))

    def used(self, file: str) -> list[Answer]:
        """Return the new answers that the import of that file rests on."""
        return list(self._used.get(file, {}).values())

    def unused(self) -> list[GivenAnswer]:
        """Return the answers given of a file that no question of this import asked for.

        A list proposes answers to questions that another answer may make needless: those are none.
        """
        return [
            given
            for number, given in enumerate(self._given)
            if given.where and number not in self._fitting and given.answer != given.proposal
        ]

    def _keep(self, question: Question, answer: Any, reason: str) -> None:
        general = question.general or not question.row
        match = normal(question.match) if general else ROW + question.row
        why = f"{reason} ({question.where})"
        told = said_today(question.code, question.account, match, closed(answer), why)
        self.keep(question.file, told)


def said_today(code: str, account: str, match: str, answer: str, reason: str) -> Answer:
    """Return an answer of today, the user's own calendar day."""
    today = date.today()  # noqa: DTZ011 - no clock of the world decides it
    return Answer(code=code, account=account, match=match, answer=answer, day=today, reason=reason)


def normal(text: str) -> str:
    """Return words without case and with single spaces, as answers are compared."""
    return " ".join(text.split()).casefold()


def opened(stored: str) -> Any:
    """Return the value of a stored answer: JSON objects and lists opened, the rest as text."""
    return json.loads(stored) if stored[:1] in {"{", "["} else stored


def closed(answer: Any) -> str:
    """Return an answer as the text that is stored."""
    return answer if isinstance(answer, str) else json.dumps(answer, sort_keys=True)


def read_answers(*paths: Path) -> list[GivenAnswer]:
    """Read JSON lists of answers, each with its code and place; raise all faults at once.

    A path may be a pipe, or "-" for standard input.
    Codes of the refusals: ``bad_answers``.
    """
    faults = Collector()
    out: list[GivenAnswer] = []
    first: dict[tuple[object, ...], GivenAnswer] = {}
    for path in paths:
        name = safe(path.name or str(path), limit=80)
        with faults:
            for number, item in enumerate(_items(path, name), 1):
                with faults:
                    for one in _each(f"{name}:[{number}]", item):
                        given = _given(f"{name}:[{number}]", one, name)
                        if given is not None and _is_new(given, first):
                            out.append(given)
    faults.raise_any()
    return out


def _items(path: Path, name: str) -> list[Any]:
    """Return what a list of answers holds, not looked at yet."""
    try:
        listed = json.loads(read_stream(path))
    except (ValueError, RecursionError) as error:
        raise _bad(name, f"cannot be read as JSON ({type(error).__name__})") from None
    if not isinstance(listed, list):
        raise _bad(name, "is not a JSON list")
    return listed


def _is_new(given: GivenAnswer, first: dict[tuple[object, ...], GivenAnswer]) -> bool:
    """Tell whether no answer before said the same of the same question.

    A second one that says something else is refused: neither is taken.
    """
    place = (given.line, given.nth, given.row, given.file, given.account)
    point = (given.code, *place, normal(given.match or ""))
    other = first.setdefault(point, given)
    if other.answer != given.answer:
        raise _bad(given.where, f"answers otherwise what {other.where} answers already")
    return other is given


_KEYS = frozenset(
    {
        *("code", "line", "nth", "match", "row", "file", "account", "answer"),
        *("reason", "question", "choices", "proposal", "rows"),
    }
)


def skeleton(questions: Iterable[Question]) -> list[dict[str, Any]]:
    """Return questions as an answers file that ``read_answers`` reads, each answer still null.

    A question about several rows, or of several files, is answered for all of them by their
    words, one about a single row carries its fingerprint, so that the answer finds it in a later
    download. Its rows stand beside as file:line, to be answered there where each has its own.
    Proposals that no tax depends on stand in their place already.
    """
    listed: list[dict[str, Any]] = []
    told: set[tuple[str, str, str, str]] = set()
    for question in asked_once(questions):
        several = len(question.lines) > 1 and bool(question.match) and not question.whole
        of_files = bool(question.at.elsewhere)
        by_words = several or question.general or of_files
        file = {} if of_files else {"file": question.file}
        place: dict[str, Any] = {"match": question.words} if by_words else question.at.numbers
        if not by_words and question.row and not question.at.is_file:
            place["row"] = question.row
        if by_words and question.account:  # the same words may mean another thing in another one
            place["account"] = question.account
        point = (question.code, question.file, question.account, normal(question.words))
        if by_words and not of_files:
            if point in told:
                continue
            told.add(point)
        rows = _rows_listed(question) if by_words else []
        proposed = question.proposal if question.safe else ""
        listed.append(
            {
                "code": question.code,
                **file,
                **place,
                **({"rows": _for_each(question, rows)} if len(rows) > 1 else {}),
                "question": question.in_full,
                "choices": list(question.choices),
                **({"proposal": proposed} if proposed else {}),
                "answer": proposed or None,
            }
        )
    return listed


def _for_each(question: Question, rows: list[str]) -> list[str] | dict[str, None]:
    """Return the rows of a question, each with a place for its answer where it has its own."""
    own = question.each_its_own and len(set(rows)) == len(rows)
    return dict.fromkeys(rows) if own else rows


def _rows_listed(question: Question) -> list[str]:
    """Return the rows of a question as file:line: all where an amount is answered for each."""
    rows = [f"{name}:{line}" for name, line in question.places]
    if question.each_its_own or len(rows) <= _ROWS_MAX:
        return rows
    return [*rows[:_ROWS_MAX], f"and {len(rows) - _ROWS_MAX} more"]


def _each(where: str, item: Any) -> Iterator[Any]:
    """Go through the answers of an entry: that for all of its rows, and those for each."""
    rows = item.get("rows") if isinstance(item, Mapping) else None
    if not isinstance(rows, Mapping):
        yield item
        return
    others = {key: told for key, told in item.items() if key != "rows"}
    yield others
    for place, answer in rows.items():
        file, _, line = str(place).rpartition(":")
        if not file or not line.isdecimal():
            raise _bad(where, f"'{safe(str(place), limit=60)}' is no row as file:line")
        alone = {key: told for key, told in others.items() if key not in _OF_ALL}
        yield alone | {"file": file, "line": int(line), "answer": answer}


def _given(where: str, item: Any, name: str) -> GivenAnswer | None:
    if not isinstance(item, Mapping) or not {"code", "answer"} <= item.keys() <= _KEYS:
        raise _bad(where, f"needs 'code', 'answer' and 'line' or 'match' (known: {sorted(_KEYS)})")
    _refuse_misplaced(where, item)
    match = item.get("match")
    if item["code"] not in QUESTIONS:
        near = get_close_matches(str(item["code"]), QUESTIONS, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        raise _bad(where, f"'{safe(str(item['code']), limit=60)}' is the code of no question{hint}")
    answer = item["answer"]
    if answer is None:
        return None  # not answered yet: the question is asked
    patterns = isinstance(answer, list) and all(isinstance(one, str) for one in answer)
    if isinstance(answer, bool) or not (isinstance(answer, str | int | Mapping) or patterns):
        raise _bad(where, "'answer' is neither text, a number, an object nor a list of patterns")
    given = GivenAnswer(
        code=str(item["code"]),
        answer=str(answer) if isinstance(answer, int) else answer,
        line=item.get("line"),
        match=None if match is None else str(match),
        file=str(item.get("file", "")),
        reason=str(item.get("reason", f"answers file {name}")),
        where=where,
        row=str(item.get("row", "")),
        nth=item.get("nth") or 0,
        proposal=item.get("proposal"),
        account=str(item.get("account", "")),
        listed=item,
    )
    if patterns and not given.specs:
        raise _bad(where, "a list holds patterns and rules and answers 'allocation_needed' alone")
    return given


def _refuse_misplaced(where: str, item: Mapping[str, Any]) -> None:
    """Refuse an answer that does not say what it is for in one of the ways there are."""
    line, match, nth = item.get("line"), item.get("match"), item.get("nth")
    if line is not None and match is not None:
        raise _bad(where, "needs either 'line' or 'match'")
    if line is None and match is None and not item.get("row"):
        raise _bad(where, "needs 'line', 'match' or 'row'")
    for key, number in (("line", line), ("nth", nth)):
        if isinstance(number, bool) or not isinstance(number, int | None):
            raise _bad(where, f"'{key}' is not a number")
    if nth is not None and (line is None or nth < 1):
        raise _bad(where, "'nth' counts the rows of a 'line' from 1")


def _checked(question: Question, given: GivenAnswer) -> Any:
    answer = given.answer
    closed_list = question.choices and not any(c.startswith("<") for c in question.choices)
    said = answer.strip() if isinstance(answer, str) else None
    if closed_list and said not in question.choices:
        raise LedgerError(
            where=given.where or question.where,
            code="bad_answer",
            problem=f"'{safe(str(answer), limit=80)}' does not answer '{question.code}'"
            + (f" ({question.where})" if given.where else ""),
            remedy=f"answer one of: {', '.join(question.choices)}",
        )
    return answer if said is None else said


def _of_several(given: GivenAnswer, question: Question) -> LedgerError:
    """Return the refusal of an amount given by words, which rows of this or a later file share."""
    alone = written({"code": given.code, **question.at.numbers, "answer": str(given.answer)})
    return LedgerError(
        where=given.where or question.where,
        code="bad_answer",
        problem=f"'{safe(str(given.answer), limit=60)}' answers '{given.code}' for all rows "
        "of those words, and an amount is that of one",
        remedy=f"answer each row by its line, as {alone}",
    )


def _ambiguous(given: GivenAnswer, where: str) -> LedgerError:
    """Return the fault of an answer for a line whose rows ask the same each for itself."""
    return LedgerError(
        where=given.where or where,
        code="bad_answers",
        problem=f"'{given.code}' is asked of several rows of line {given.line}",
        remedy='say which of them: "line" with "nth", counted from 1, as each question shows it, '
        'or "row" as --write-answers writes it',
    )


def _bad(where: str, problem: str) -> LedgerError:
    return LedgerError(
        where=where,
        code="bad_answers",
        problem=problem,
        remedy=f"write a list such as {EXAMPLE}",
    )


def _key(code: str, account: str, match: str) -> tuple[str, str, str]:
    return code, account, match if match.startswith(ROW) else normal(match)
