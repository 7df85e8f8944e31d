"""Asking the open questions of an import on the terminal, one after another."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import click

from cli import show
from cli.import_view import asked_rows, show_asked_rows, show_reading
from cli.question_words import listed
from ledger.errors import LedgerError
from ledger.records import RowKind
from ledger.statement_import.questions.question import Question, asked_once
from ledger.statement_import.questions.sources import AllocationNeeded

if TYPE_CHECKING:
    from ledger.chart import Account
    from ledger.statement_import.answers import GivenAnswer
    from ledger.statement_import.draft import FileDraft

_ALONE = "only"  # typed before an answer that is for one of several files
_ROW = "row"  # typed instead of a pattern: answer for the first row alone
_NEXT_SHARE = re.compile(r"[\s,;]+(?=[A-Za-z_-]+\s*=)")
_MARK = 24  # columns in which choices stand
_AMOUNTS = 3  # paychecks named in one line


class Wish(Enum):
    """What can be typed at any question instead of an answer."""

    STOP = "q"
    BACK = "back"
    SAVE = "save"


_HELP = ("?", "help")
_HINT = "? explains · back · save answers for later · q stops, nothing is booked"


@dataclass(frozen=True)
class Desk:
    """Where questions are asked: the files they are about, the accounts, how many are done."""

    drafts: Sequence[FileDraft]
    accounts: Mapping[str, Account]
    done: int

    @property
    def open(self) -> int:
        """How many questions are open, as far as the answers so far tell."""
        return len(asked_once(q for draft in self.drafts for q in draft.questions))

    def ask(self, question: Question, reason: str = "") -> GivenAnswer | Wish:
        """Ask one question; with the reason why the answer before did not do, only that again.

        Nothing is proposed where tax depends on the answer: it has to be typed.
        """
        if reason:
            show.prose(f"  {reason}", "yellow")
        else:
            self._pose(question)
        return self._allocation(question) if _by_spec(question) else self._answer(question)

    def _pose(self, question: Question) -> None:
        show_reading(self.drafts, question)
        left = f" ({self.open} open)" if self.open > 1 else ""
        place = show.shortened(question.where, max(show.console().width - 30, 20))
        show.line("")
        show.line(f"Question {self.done + 1}{left} · {place}", "bold")
        show.prose(_sentence(question.in_full))
        show_asked_rows(self.drafts, question)
        show.line("")
        self._show_choices(question)
        show.prose(f"  {_HINT}", "dim")

    def _show_choices(self, question: Question) -> None:
        if _by_spec(question):
            found = _spec_forms(question)
        else:
            found = list(listed(question, self.accounts))
        width = min(max((len(c) for c, meaning in found if meaning), default=0), _MARK)
        for choice, meaning in found:
            mark = f"  {choice:<{width}}  "
            if meaning and len(choice) <= width:
                show.paragraph(mark, meaning)
            else:
                show.line(f"  {choice}".rstrip() or "")
                if meaning:
                    show.paragraph(" " * (width + 4), meaning)
        one = _one_of(question)
        if one and not _by_spec(question):
            alone = f"before an answer: for {one} alone; then the others are asked about"
            show.paragraph(f"  {_ALONE:<{width}}  ", alone)
        if question.command:
            show.line("  or q, and then:")
            show.line(f"    {question.command}")

    def _explain(self, question: Question) -> None:
        show.paragraph("  ", question.why)
        self._show_choices(question)

    def _prompt(self, question: Question, label: str, default: str | None = None) -> str | Wish:
        """Return what is typed, trimmed, or one of the options; ``?`` explains and asks again."""
        while True:
            typed = str(click.prompt(label, default=default)).strip()
            if typed.lower() in _HELP:
                self._explain(question)
            elif typed.lower() in {wish.value for wish in Wish}:
                return Wish(typed.lower())
            elif typed:
                return typed

    def _answer(self, question: Question) -> GivenAnswer | Wish:
        fixed = [choice for choice in question.choices if not choice.startswith("<")]
        closed = len(fixed) == len(question.choices)
        while True:
            typed = self._prompt(question, "answer", question.proposal or None)
            if isinstance(typed, Wish):
                return typed
            alone = bool(_one_of(question)) and typed.startswith(f"{_ALONE} ")
            typed = typed.removeprefix(_ALONE).strip() if alone else typed
            meant = _meant(typed, fixed)
            if len(meant) == 1:
                typed = meant[0]
            elif closed:
                _say_unfit(typed, meant, fixed)
                continue
            return _given(question, _opened(typed), whole=typed in fixed, alone=alone)

    def _allocation(self, question: Question) -> GivenAnswer | Wish:
        """Ask for one paycheck or one rule, or for the first row alone."""
        while True:
            typed = self._prompt(question, "sources")
            if isinstance(typed, Wish):
                return typed
            if typed == _ROW and len(question.lines) > 1:
                return self._of_row(question)
            try:
                return _given(question, _spec(question, typed), whole=bool(question.at.elsewhere))
            except LedgerError as fault:
                show.prose(f"  {fault.problem}", "yellow")

    def _of_row(self, question: Question) -> GivenAnswer | Wish:
        from ledger.statement_import.sources.allocation import read_shares  # noqa: PLC0415 - loads the store

        amount = asked_rows(self.drafts, question)[0].amount
        while True:
            typed = self._prompt(question, f"sources of line {question.line}")
            if isinstance(typed, Wish):
                return typed
            try:
                read_shares(_shares(typed), amount, "sources")
            except LedgerError as fault:
                show.prose(f"  {fault.problem}", "yellow")
            else:
                return _given(question, _shares(typed), whole=False)


def first_to_ask(questions: Sequence[Question]) -> Question:
    """Return the question to ask next: what sources hold comes before what depends on it.

    Whether all was read rightly comes last, when every row is as it will be booked.
    """
    return min(questions, key=lambda question: (question.rank, question.turn))


def _by_spec(question: Question) -> bool:
    """Tell whether rows wait for a division that holds for all of their kind."""
    return isinstance(question, AllocationNeeded)


def _sentence(problem: str) -> str:
    """Return a problem with a capital letter, unless it starts with the name of a file."""
    first = problem.split(" ", 1)[0]
    return problem if "." in first else problem[:1].upper() + problem[1:]


def _meant(typed: str, choices: Sequence[str]) -> list[str]:
    """Return the choices that a text can mean: itself, else those that start with it."""
    wanted = re.sub(r"[\s-]+", "_", typed.lower())
    same = [choice for choice in choices if choice.lower() in {typed.lower(), wanted}]
    return same or [choice for choice in choices if choice.lower().startswith(wanted)]


def _say_unfit(typed: str, meant: Sequence[str], choices: Sequence[str]) -> None:
    if meant:
        words = f"'{typed}' can be {', '.join(meant)}: type more of it"
    else:
        words = f"'{typed}' is none of the answers: {', '.join(choices)}"
    show.prose(f"  {words}", "yellow")


def _opened(text: str) -> object:
    """Return a JSON object typed as an answer; anything else stays text."""
    try:
        found = json.loads(text) if text.lstrip().startswith("{") else text
    except (ValueError, RecursionError):
        return text
    return found


def _given(question: Question, answer: object, *, whole: bool, alone: bool = False) -> GivenAnswer:
    """Return an answer; a choice holds for all rows asked about, where they are several.

    What several files wait for is answered for all of them, unless it is for one ``alone``.
    """
    from ledger.statement_import.answers import GivenAnswer  # noqa: PLC0415 - loads the store

    alone = alone or question.is_of_one(answer)
    whole = whole and not question.is_of_one(answer)
    by_words = question.general or (whole and bool(question.at.elsewhere) and not alone)
    everywhere = by_words and not alone
    of_one_row = question.whole or (alone and bool(question.alike))
    whole = by_words or (whole and len(question.lines) > 1 and not of_one_row)
    return GivenAnswer(
        code=question.code,
        answer=answer,
        line=None if whole else question.line,
        nth=0 if whole else question.at.nth,
        match=question.words if whole else None,
        file="" if everywhere else question.file,
        account=question.account if everywhere or question.alike else "",
        reason="answered on the terminal",
    )


def _one_of(question: Question) -> str:
    """Return what can be answered for alone of what is asked about at once, "" without any."""
    if question.at.elsewhere:
        return "this file"
    return f"line {question.line}" if question.alike and len(question.lines) > 1 else ""


def _spec_forms(question: Question) -> list[tuple[str, str]]:
    """Return what can be typed where rows wait for their sources, with its meaning."""
    alone = [(_ROW, f"answer for line {question.line} alone")]
    one = alone if len(question.lines) > 1 else []
    if question.kind is not RowKind.CONTRIBUTION:
        by_value = "divide each by what the sources hold on the day"
        whole = "or another source, when all of it belongs to one"
        return [("by_value", by_value), ("pre_tax", whole), *one]
    amounts = [str(total) for total in question.totals[:_AMOUNTS]]
    more = f", or of {' or '.join(amounts[1:])}" if len(amounts) > 1 else ""
    return [
        ("pre_tax=1500,match=750", f"one paycheck of {amounts[0]} by source{more}"),
        ("pre_tax=60%,match=40%", "the same in percent, for every paycheck"),
        ("pre_tax", "or another source, when all of it belongs to one"),
        ("", "sources: pre_tax roth after_tax match nonelective rollover …"),
        *one,
    ]


def _shares(typed: str) -> str:
    return _NEXT_SHARE.sub(",", typed)


def _spec(question: Question, typed: str) -> str:
    """Return a paycheck or a rule as it is kept; raise LedgerError for what is none."""
    from ledger.statement_import.sources.allocation import (  # noqa: PLC0415 - loads the store
        BY_VALUE,
        Pattern,
        parse_spec,
        spec_text,
    )

    shares = _shares(typed)
    paycheck = question.kind is RowKind.CONTRIBUTION and "=" in shares
    text = f"pattern:{shares}" if paycheck else f"rule:{question.kind}={shares.replace(' ', '_')}"
    if question.kind is RowKind.CONTRIBUTION and shares == BY_VALUE:
        raise _unfit("what is put in is divided by the paycheck, not by what the sources hold")
    spec = parse_spec(text, where="sources")
    if isinstance(spec, Pattern) and not spec.percent and spec.total not in question.totals:
        raise _unfit(
            f"the sources add up to {spec.total}, not to "
            f"{' or '.join(map(str, question.totals[:_AMOUNTS]))}"
        )
    return spec_text(spec)


def _unfit(problem: str) -> LedgerError:
    return LedgerError(
        where="sources",
        code="bad_allocation",
        problem=problem,
        remedy="write the sources of one paycheck, as pre_tax=1500,match=750",
    )
