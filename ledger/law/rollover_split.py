"""Which disbursement of one distribution gets the pretax dollars, and which the after-tax."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from ledger.errors import LedgerError
from ledger.law import rule
from ledger.money import ZERO, Money


class Route(IntEnum):
    """The order in which pretax dollars are assigned (Notice 2014-54, section III)."""

    DIRECT = 1
    SIXTY_DAY = 2
    PAID = 3


@dataclass(frozen=True)
class Disbursed:
    """One disbursement: route, destination, amount, the election, and what it was assigned.

    ``to_roth_ira`` puts a destination behind the others where nobody elected.
    """

    to: str
    amount: Money
    route: Route
    to_roth_ira: bool = False
    elected: Money | None = None
    pretax: Money = ZERO

    @property
    def aftertax(self) -> Money:
        """The dollars that had been taxed already."""
        return self.amount - self.pretax


@rule("Notice 2014-54, section III")
def assign_pretax(
    pretax: Money, disbursed: Sequence[Disbursed], *, where: str
) -> tuple[Disbursed, ...]:
    """Assign the pretax dollars of one distribution to its disbursements, in the given order.

    Direct rollovers first, by the participant's election where there is one and otherwise to a
    traditional IRA or plan before a Roth IRA; then 60-day rollovers; what is left is paid in
    cash. Raises LedgerError (``bad_election``) for an election that the Notice does not allow.
    """
    # by position: two disbursements may be alike in every field
    left, out = pretax, dict(enumerate(disbursed))
    # the members stand in the order of the Notice: a later route gets what is left over
    for route in Route:
        chosen = [index for index, item in out.items() if item.route is route]
        total = Money.total(out[index].amount for index in chosen)
        for index, amount in _within(min(left, total), chosen, out, where):
            out[index] = replace(out[index], pretax=amount)
        left -= min(left, total)
    return tuple(out.values())


def _within(
    pretax: Money, chosen: list[int], items: dict[int, Disbursed], where: str
) -> list[tuple[int, Money]]:
    """Divide the pretax dollars of one route among its disbursements."""
    elected = {i: items[i].elected for i in chosen if items[i].elected is not None}
    stated = Money.total(amount for amount in elected.values() if amount is not None)
    room = Money.total(items[i].amount for i in chosen if i not in elected)
    too_much = any(a is not None and not ZERO <= a <= items[i].amount for i, a in elected.items())
    # the elections must leave exactly what the other disbursements of this route can hold
    if too_much or stated > pretax or pretax - stated > room:
        raise LedgerError(
            where=where,
            code="bad_election",
            problem=f"the election puts {stated} of pretax money where {pretax} has to go",
            remedy="Notice 2014-54: pretax dollars go to direct rollovers first; the amounts "
            "elected must fit each disbursement and add up to the pretax dollars",
        )
    left, out = pretax - stated, [(i, a) for i, a in elected.items() if a is not None]
    # a Roth IRA last: there the pretax dollars would be taxed at once
    for i in sorted((i for i in chosen if i not in elected), key=lambda i: items[i].to_roth_ira):
        out.append((i, min(left, items[i].amount)))
        left -= min(left, items[i].amount)
    return out


@rule("Notice 2014-54, section III (what is paid in cash gets the pretax dollars left over)")
def check_paid_election(elected: Money, assigned: Sequence[Disbursed], *, where: str) -> None:
    """Refuse (``bad_election``) pretax dollars stated for cash that are not what the rule leaves.

    ``elected`` is what the participant wrote for all that was paid in cash, kept or rolled over
    within 60 days.
    """
    paid = Money.total(item.pretax for item in assigned if item.route is not Route.DIRECT)
    if elected != paid:
        raise LedgerError(
            where=where,
            code="bad_election",
            problem=f"{elected} of pretax money is put on the cash, where {paid} is left",
            remedy="only direct rollovers leave a choice: leave 'pretax' of the cash out",
        )


@rule("Notice 2014-54, section III (the participant's choice among direct rollovers)")
def is_election_open(pretax: Money, disbursed: Sequence[Disbursed]) -> bool:
    """Tell whether the participant had a choice that nobody recorded."""
    direct = [item for item in disbursed if item.route is Route.DIRECT]
    total = Money.total(item.amount for item in direct)
    stated = [item for item in direct if item.elected is not None]
    # with no pretax money, or nothing else, there is nothing to choose
    return len(direct) > 1 and not stated and ZERO < pretax < total
