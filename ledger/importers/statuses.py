"""How far a row came, in the words of a status: done, still pending, called off, or undone."""

from __future__ import annotations

import re
from enum import Enum


class Status(Enum):
    """What a status says of a row: whether money moved, did not yet, never did, or came back."""

    DONE = r"COMPLETED?|RECEIVED|POSTED|SETTLED|PROCESSED|EXECUTED|CLEARED"
    PENDING = (
        r"PENDING|INITIATED|SCHEDULED|REQUESTED|SUBMITTED|PROCESSING|IN PRO(?:CESS|GRESS)|UNSETTLED"
        r"|NOT YET \w+"
    )
    CALLED_OFF = r"CANCEL(?:L?ED|LATION)|FAILED|DECLINED|REJECTED|VOID(?:ED)?"
    UNDONE = r"REVERS(?:ED|ALS?)|RETURNED|BOUNCED"


_FORMS = {one: re.compile(rf"\b(?:{one.value})\b", re.IGNORECASE) for one in Status}
# what a column of statuses may say besides, where the same word in a sentence says nothing of it
_DONE = re.compile("FILLED|SUCCESS(?:FUL)?|FINAL|PAID|APPROVED|DONE|ACTIVE", re.IGNORECASE)


def status_of(cell: str) -> Status | None:
    """Return what a cell of a status says, None where it is no word of a status.

    >>> [str(status_of(cell)) for cell in ("In progress", "Settled", "Pending dividend paid")]
    ['Status.PENDING', 'Status.DONE', 'None']
    """
    word = cell.strip()
    if _DONE.fullmatch(word):
        return Status.DONE
    return next((one for one, form in _FORMS.items() if form.fullmatch(word)), None)


def statuses_in(words: str) -> set[Status]:
    """Return every status that the words of a row name.

    >>> statuses_in("ACH contribution of $50 for 2025 cancelled.") == {Status.CALLED_OFF}
    True
    """
    return {one for one, form in _FORMS.items() if form.search(words)}
