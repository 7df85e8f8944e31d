"""The conversation of an import: what was typed so far, taken back, asked again or saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli import show
from cli.questions import Desk, Wish, first_to_ask
from ledger.statement_import.questions.question import asked_once

if TYPE_CHECKING:
    from ledger.chart import Account
    from ledger.errors import LedgerError
    from ledger.statement_import.answers import GivenAnswer
    from ledger.statement_import.draft import FileDraft
    from ledger.statement_import.questions.question import Question

_SAVED = "basis-answers"  # name of the file that answers are saved in


@dataclass
class Talk:
    """What is answered: by a file beforehand, and on the terminal one after another."""

    from_file: Sequence[GivenAnswer] = ()
    typed: list[tuple[Question, GivenAnswer]] = field(default_factory=list)
    saved: bool = False  # the answers are in a file
    _desk: Desk | None = None  # where the last question was asked

    @property
    def begun(self) -> bool:
        """Whether a question was asked."""
        return self._desk is not None

    @property
    def given(self) -> list[GivenAnswer]:
        """Every answer; what was said of a single line stands against one for all rows."""
        said = [answer for _, answer in self.typed]
        lines = [answer for answer in said if answer.line is not None]
        return [*reversed(lines), *self.from_file, *(a for a in said if a.line is None)]

    def ask(self, drafts: Sequence[FileDraft], accounts: Mapping[str, Account]) -> Wish | None:
        """Ask the next question; return the wish to save or to stop, None after an answer."""
        self._desk = Desk(drafts, accounts, len(self.typed))
        every = asked_once(q for draft in drafts for q in draft.questions)
        return self._take(first_to_ask(every), "")

    def again(self, faults: Sequence[LedgerError]) -> Wish | None:
        """Ask the last question again, with the reason why its answer did not do."""
        question, _ = self.typed.pop()
        return self._take(question, "; ".join(dict.fromkeys(map(_reason, faults))))

    def _take(self, question: Question, reason: str) -> Wish | None:
        if self._desk is None:
            raise AssertionError("nothing was asked yet")
        said = self._desk.ask(question, reason)
        while said is Wish.BACK and not self.typed:
            said = self._desk.ask(question, "this is the first question")
        if said is Wish.BACK:
            before, answer = self.typed.pop()
            show.line(f"taken back: {answer.answer} ({before.where})", "dim")
            return None
        if isinstance(said, Wish):
            return said
        self.typed.append((question, said))
        return None

    def as_file(self, open_questions: Sequence[Question]) -> list[dict[str, Any]]:
        """Return what was answered and what is open as an answers file, the answers first."""
        from ledger.statement_import.answers import skeleton  # noqa: PLC0415 - loads the store

        said = [_item(one, {}) for one in self.from_file]
        said += [_item(answer, skeleton([question])[0]) for question, answer in self.typed]
        return said + skeleton(open_questions)


def free_name(folder: Path) -> Path:
    """Return a name for answers that no file in the folder has yet."""
    number, path = 1, folder / f"{_SAVED}.json"
    while path.exists():
        number += 1
        path = folder / f"{_SAVED}-{number}.json"
    return path


def _item(given: GivenAnswer, asked: dict[str, Any]) -> dict[str, Any]:
    """Return one answer of an answers file, with the words of the question where they are known.

    One that came from a file stays as it stands there.
    """
    if given.listed:
        return dict(given.listed)
    place = {"line": given.line, "nth": given.nth, "match": given.match, "row": given.row}
    place["account"] = given.account
    place = {name: said for name, said in place.items() if said not in {None, "", 0}}
    if given.line is not None and not given.specs and "row" in asked:
        place["row"] = asked["row"]
    words: dict[str, Any] = {name: asked[name] for name in ("question", "choices") if name in asked}
    file = {"file": given.file} if given.file else {}
    return {"code": given.code, **file, **place, **words, "answer": given.answer}


def _reason(fault: LedgerError) -> str:
    """Return what is wrong with an answer, in the words of a person at a terminal."""
    _, told, why = fault.problem.partition("' does not answer '")
    reason = why.partition("': ")[2]
    if told:
        return reason or fault.remedy
    return fault.problem
