"""Asking the open questions of an import on the terminal, one after another."""

from __future__ import annotations

import json
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


def ask(question: Question) -> GivenAnswer | Spec:
    """Ask one question; rows that wait for sources may be given a pattern or a rule at once.

    Nothing is proposed where tax depends on the answer: it has to be typed.
    """
    show.line(f"{question.where}: {question.problem}", "bold")
    if question.code == _ALLOCATION and question.kind is not None:
        spec = _ask_spec(question)
        if spec is not None:
            return spec
    for choice in question.choices:
        show.line(f"  {choice}")
    if any(choice.startswith("<") for choice in question.choices):
        show.line(f"  ({question.remedy})")
    return _answer(question)


def _answer(question: Question) -> GivenAnswer:
    from ledger.intake.answers import GivenAnswer  # noqa: PLC0415 - loads the store

    closed = question.choices and not any(c.startswith("<") for c in question.choices)
    kind = click.Choice(question.choices) if closed else click.STRING
    answer = click.prompt(
        "answer", default=question.proposal or None, type=kind, show_choices=False
    )
    return GivenAnswer(
        code=question.code,
        answer=_opened(str(answer)),
        line=question.line,
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
    show.line(
        f"  one paycheck of {total}: amounts of its sources, as pre_tax=1500,match=750"
        if paycheck
        else f"  the source of all rows of kind {question.kind}, or by_value"
    )
    show.line(f"  or '{_ROW}' to answer for line {question.line} alone")
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
