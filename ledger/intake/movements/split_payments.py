"""One payment of a plan that reached several accounts (Notice 2014-54): found, or told in parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Any, NamedTuple

from ledger.intake.draft import FileDraft, Row
from ledger.intake.movements.waiting import CAME
from ledger.intake.rows.in_kind import ON_THE_WAY
from ledger.intake.world import World
from ledger.money import ZERO, Money
from ledger.records import Part, RowKind

_NEXT_PART = re.compile(r"[\s,;]+(?=\S+=)")
_KEYS = frozenset({"to", "amount", "pretax"})


class Arrival(NamedTuple):
    """Money that came into an account as a rollover, in a file of this import or in the books."""

    account: str
    day: date
    amount: Money

    @property
    def words(self) -> str:
        """What came, where to and when."""
        return f"{self.amount} into {self.account} on {self.day.isoformat()}"


def arrivals(
    world: World, drafts: Iterable[FileDraft], receivers: Sequence[str], row: Row
) -> list[Arrival]:
    """Return what came into accounts within days of a payment, its other side still unknown."""
    found = [
        Arrival(other.account, other.day, other.amount)
        for draft in drafts
        for other in draft.rows
        if other.kind is RowKind.ROLLOVER_IN and not other.settled and other.account in receivers
    ]
    found += [
        Arrival(account, event.day, event.amount)
        for account in receivers
        for event, _ in world.facts_of(account)
        if event.kind in CAME and event.account == account and event.amount is not None
    ]
    near = [one for one in found if abs(one.day - row.day) <= ON_THE_WAY]
    return sorted(near, key=lambda one: receivers.index(one.account))


def adding_up(found: Sequence[Arrival], amount: Money) -> tuple[Arrival, ...]:
    """Return the two arrivals in two accounts that make up a payment, () unless only two do."""
    pairs = [
        pair
        for pair in combinations(found, 2)
        if pair[0].account != pair[1].account and pair[0].amount + pair[1].amount == amount
    ]
    return pairs[0] if len(pairs) == 1 else ()


def read_parts(answer: Any, receivers: Sequence[str], amount: Money) -> list[Part]:
    """Read {"parts": [{"to", "amount"}, …]} or "ira=24000 roth1=6000"; ValueError for what is none.

    The parts add up to the ``amount`` paid; one may state its elected pretax dollars.
    """
    if isinstance(answer, Mapping) and answer.keys() == {"parts"}:
        told = answer["parts"]
    elif isinstance(answer, str):
        pairs = [piece.partition("=") for piece in _NEXT_PART.split(answer.strip())]
        told = [{"to": to, "amount": share} for to, _, share in pairs]
    else:
        raise ValueError("'parts' is wanted")
    if not isinstance(told, list) or not all(_is_part(one) for one in told):
        raise ValueError("each part has 'to' and 'amount'")
    parts = [_part(one) for one in told]
    strange = [part.to for part in parts if part.to not in receivers]
    if strange:
        raise ValueError(f"'{strange[0]}' is none of {', '.join(receivers)}")
    total = Money.total(part.amount for part in parts)
    if total != amount or any(part.amount <= ZERO for part in parts):
        raise ValueError(f"the parts add up to {total}, not to {amount}")
    return parts


def _is_part(told: object) -> bool:
    return isinstance(told, Mapping) and {"to", "amount"} <= told.keys() <= _KEYS


def _part(told: Mapping[str, Any]) -> Part:
    pretax = Money.parse(str(told["pretax"])) if "pretax" in told else None
    return Part(to=str(told["to"]), amount=Money.parse(str(told["amount"])), pretax=pretax)
