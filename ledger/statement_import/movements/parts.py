"""What an answer says of a payment that was divided: which account got how much."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ledger.events import Part
from ledger.money import ZERO, Money

_NEXT_PART = re.compile(r"[\s,;]+(?=\S+=)")
_KEYS = frozenset({"to", "amount", "pretax"})


def read_parts(answer: Any, receivers: Sequence[str], amount: Money) -> list[Part]:
    """Read {"parts": [{"to", "amount"}, …]} or "ira=24000 roth=6000"; ValueError for what is none.

    The parts add up to the ``amount`` of the whole payment; one may state its elected pretax
    dollars.
    """
    if isinstance(answer, Mapping) and answer.keys() == {"parts"}:
        told = answer["parts"]
    elif isinstance(answer, str):
        pairs = [piece.partition("=") for piece in _NEXT_PART.split(answer.strip())]
        if not all(stands for _, stands, _ in pairs):
            known = ", ".join(receivers)
            raise ValueError(f"that is none of {known}, nor ACCOUNT=DOLLARS for each part")
        told = [{"to": to, "amount": share} for to, _, share in pairs]
    else:
        raise ValueError("'parts' is wanted")
    if not isinstance(told, list) or not all(_is_part(one) for one in told):
        raise ValueError("each part has 'to' and 'amount'")
    parts = [_part(one) for one in told]
    strange = [part.to for part in parts if part.to not in receivers]
    if strange:
        raise ValueError(f"'{strange[0]}' is none of {', '.join(receivers)}")
    nothing = [part for part in parts if part.amount <= ZERO]
    if nothing:
        raise ValueError(f"the part of {nothing[0].to} is {nothing[0].amount}, not above zero")
    total = Money.total(part.amount for part in parts)
    if total != amount:
        raise ValueError(f"the parts add up to {total}, not to {amount}")
    return parts


def _is_part(told: object) -> bool:
    return isinstance(told, Mapping) and {"to", "amount"} <= told.keys() <= _KEYS


def _part(told: Mapping[str, Any]) -> Part:
    pretax = Money.parse(str(told["pretax"])) if "pretax" in told else None
    return Part(to=str(told["to"]), amount=Money.parse(str(told["amount"])), pretax=pretax)
