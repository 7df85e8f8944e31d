"""How the answers to a question of an import are laid out, each with what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ledger.statement_import.questions.meanings import meaning, names_sources

if TYPE_CHECKING:
    from ledger.chart import Account
    from ledger.statement_import.questions.question import Question


def listed(question: Question, accounts: Mapping[str, Account]) -> Iterator[tuple[str, str]]:
    """Go through what can be typed, each with its meaning: fixed choices first, then the forms."""
    fixed = [choice for choice in question.choices if not choice.startswith("<")]
    opened = len(fixed) < len(question.choices)
    for choice in fixed:
        if not (opened and choice in dict(question.forms)):
            yield choice, _meaning(question, choice, accounts)
    if opened:
        yield from question.forms


def _meaning(question: Question, choice: str, accounts: Mapping[str, Account]) -> str:
    if choice in question.means:
        return question.means[choice]
    if choice in accounts and not names_sources(question.choices):
        account = accounts[choice]
        place = account.employer or account.institution
        return f"{account.kind.words}{f' at {place}' if place else ''}"
    return meaning(choice, question.choices)
