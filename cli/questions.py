"""Asking the open questions of an import on the terminal, one after another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from cli import show
from cli.faults import tell
from ledger.errors import LedgerError
from ledger.records import RowKind

if TYPE_CHECKING:
    from ledger.intake.allocation import Spec
    from ledger.intake.answers import GivenAnswer
    from ledger.intake.draft import Question

_ALLOCATION = "allocation_needed"
_ROW = "row"  # typed instead of a pattern: answer for the first row alone
# What can be typed where the choices do not say it all: the remedy speaks of files and options.
_TYPED = {
    "possible_conversion": (
        "none                no conversion",
        "all                 each moved all after-tax money; no gain is booked",
        "2008.00 after_tax   amount and source of the one in line {line}; then the next",
        "The Sources tab shows the amounts: if you have it, Ctrl-C and import it first.",
    ),
    "opening_balance": (
        "pre_tax=40000 match=20000 roth=5000/4100",
        "                    the value of each source, of taxed ones VALUE/BASIS",
        "check               do not book it, only compare",
    ),
    "opening_needed": (
        "6500.00/6400.00     its value, and the part of it that was taxed already",
        "Earlier statements tell it better: if you have them, Ctrl-C and import them first.",
    ),
    "value_needed": (
        "all                 all of it moved; the difference is a gain or loss",
        "1234.56             its value just before, from the statement",
    ),
    "balance_date_unknown": ("2025-12-31          the day on which the balances stood",),
    "amount_unknown": (
        "1234.56             its value in dollars, from the statement of the day",
        "ignore              book nothing",
    ),
    _ALLOCATION: (
        "pre_tax             or another source, when all of it belongs to one",
        '{{"pre_tax": "1500.00", "match": "750.00"}}   its sources',
    ),
}


def first_to_ask(questions: Sequence[Question]) -> Question:
    """Return the question to ask next: what sources hold comes before what depends on it.

    Whether all was read rightly comes last, when every row is as it will be booked.
    """
    return min(questions, key=_rank)


def _rank(question: Question) -> int:
    if question.code in {"value_needed", "opening_needed"}:
        return 4
    if question.code == "opening_balance":
        return 1
    if question.kind is RowKind.CONTRIBUTION:
        return 2
    if question.code in {_ALLOCATION, "possible_conversion"}:
        return 3
    return 4 if question.code == "reading_unconfirmed" else 0


def ask(question: Question) -> GivenAnswer | Spec:
    """Ask one question; rows that wait for sources may be given a pattern or a rule at once.

    Nothing is proposed where tax depends on the answer: it has to be typed.
    """
    show.prose(f"{question.where}: {question.problem}", "bold")
    if question.code == _ALLOCATION and question.kind is not None:
        spec = _ask_spec(question)
        if spec is not None:
            return spec
    _show_choices(question)
    return _answer(question)


def _show_choices(question: Question) -> None:
    """Show what can be typed, and how to settle the point otherwise where that is needed."""
    open_choice = any(choice.startswith("<") for choice in question.choices)
    if open_choice and question.code in _TYPED:
        for words in _TYPED[question.code]:
            show.prose(f"  {words.format(line=question.line)}")
        return
    for choice in question.choices:
        show.line(f"  {choice}")
    if open_choice or len(question.choices) == 1:
        show.prose(f"  ({question.remedy})")


def _answer(question: Question) -> GivenAnswer:
    from ledger.intake.answers import GivenAnswer  # noqa: PLC0415 - loads the store

    closed = question.choices and not any(c.startswith("<") for c in question.choices)
    kind = click.Choice(question.choices) if closed else click.STRING
    answer = click.prompt(
        "answer", default=question.proposal or None, type=kind, show_choices=False
    )
    # a choice holds for all rows asked about; the sources of one row are of that row alone
    several = question.code != _ALLOCATION and len(question.lines) > 1
    whole = several and answer in question.choices
    return GivenAnswer(
        code=question.code,
        answer=_opened(str(answer)),
        line=None if whole else question.line,
        match=question.match if whole else None,
        file=question.file,
        reason="answered on the terminal",
    )


def _opened(text: str) -> object:
    """Return a JSON object typed as an answer; anything else stays text."""
    try:
        found = json.loads(text) if text.lstrip().startswith("{") else text
    except (ValueError, RecursionError):
        return text
    return found


def _ask_spec(question: Question) -> Spec | None:
    """Ask for one paycheck or one rule; None when the row is to be answered alone."""
    from ledger.intake.allocation import parse_spec  # noqa: PLC0415 - loads the store

    paycheck = question.kind is RowKind.CONTRIBUTION
    total = question.totals[0]
    if paycheck:
        show.prose(f"  one paycheck of {total}: its sources, as pre_tax=1500,match=750")
    else:
        show.prose("  by_value            divide each by what the sources hold")
        show.prose("  pre_tax             or another source, when all of them belong to one")
    show.prose(f"  {_ROW}                 answer for line {question.line} alone")
    while True:
        typed = str(click.prompt("sources")).strip()
        if typed == _ROW:
            return None
        text = f"pattern:{typed}" if paycheck else f"rule:{question.kind}={typed}"
        try:
            spec = parse_spec(text, where="sources")
            _check_total(question, spec)
        except LedgerError as fault:
            tell(fault.faults)
        else:
            return spec


def _check_total(question: Question, spec: Spec) -> None:
    """Refuse a paycheck that adds up to none of the amounts asked about."""
    from ledger.intake.allocation import Pattern  # noqa: PLC0415 - loads the store

    if isinstance(spec, Pattern) and not spec.percent and spec.total not in question.totals:
        raise LedgerError(
            where="sources",
            code="bad_allocation",
            problem=f"the sources add up to {spec.total}",
            remedy=f"they must add up to {', '.join(map(str, question.totals[:12]))}",
        )
