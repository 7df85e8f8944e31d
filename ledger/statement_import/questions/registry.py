"""All questions of an import: their codes, and what the page of questions says of them."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.statement_import.questions import balances, files, movements, rows, sources
from ledger.statement_import.questions.question import Question, written

_ROOMS = (files, rows, sources, balances, movements)
# Every class of a question, in the order in which they are documented.
ALL: tuple[type[Question], ...] = tuple(
    found
    for room in _ROOMS
    for found in vars(room).values()
    if isinstance(found, type) and issubclass(found, Question) and found.__module__ == room.__name__
)
QUESTIONS = frozenset(one.code for one in ALL)
# What is told where an answer of an earlier import decides how rows are booked.
TOLD_AGAIN = frozenset(one.code for one in ALL if one.told_again)
EXAMPLE = written([{"code": "amount_unknown", "line": 9, "answer": "1234.56"}])


def documented() -> Iterator[type[Question]]:
    """Go through the questions that the page of questions has a row for."""
    return (one for one in ALL if vars(one).get("asks"))
