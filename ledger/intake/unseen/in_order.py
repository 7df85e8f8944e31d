"""Questions about one source in the order of their days: later figures rest on earlier answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ledger.intake.draft import FileDraft, Question
from ledger.intake.unseen.openings import NEEDED


def in_order(drafts: Sequence[FileDraft]) -> None:
    """Tell of each source only what no open answer can change, over all files of an import.

    What it held before is asked at the first row that shows it: the others follow from it. A
    value is asked without the figures that rest on an earlier question.
    """
    asked = [question for draft in drafts for question in draft.questions if question.pool]
    first: dict[str, Question] = {}
    opened: dict[str, Question] = {}
    for question in sorted(asked, key=lambda one: (one.day, one.code)):
        first.setdefault(question.pool, question)
        if question.code == NEEDED:
            opened.setdefault(question.pool, question)
    for draft in drafts:
        draft.questions = [
            _unsure(question, first)
            for question in draft.questions
            if question.code != NEEDED or opened.get(question.pool, question) is question
        ]


def _unsure(question: Question, first: dict[str, Question]) -> Question:
    sure = not question.unsure or first[question.pool] is question
    return question if sure else replace(question, problem=question.unsure)
