"""HSA funding distributions: what of each is left out of income, and what is a distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ledger.chart import Account
from ledger.errors import LedgerError
from ledger.events import Event
from ledger.law.charity import out_of_pretax_money
from ledger.law.hsa_funding import hsa_limit, may_fund_hsa, may_fund_hsa_again
from ledger.money import ZERO, Money
from ledger.records import BECAME_FAMILY
from ledger.tax_year.charity import Charity
from ledger.tax_year.person import Person


def hsa_funding_of_year(
    events: Sequence[Event],
    person: Person,
    accounts: Mapping[str, Account],
    earlier: int | None,
    pretax: Money,
) -> tuple[Charity, ...]:
    """Divide a year's HSA funding distributions, in the order of their days.

    ``earlier`` is the year of an earlier one, ``pretax`` what the traditional IRAs hold of money
    not yet taxed: it leaves first (IRC 408(d)(9)(E)). Raises LedgerError (``missing_fact``).
    """
    # what went into the HSA otherwise has used its limit already
    out, used = list[Charity](), person.facts.hsa_contributions or ZERO
    for event in sorted(events, key=lambda e: e.day):
        made, fits = [one for one in out if one.qualified], ZERO
        coverage, before = _coverage(event, person, made, earlier)
        if coverage:
            room = hsa_limit(event.day.year, coverage, person.taxpayer.born) - used
            fits = min(event.money("amount"), room.floor_zero())
        fits = out_of_pretax_money(fits, pretax, ZERO)
        pretax -= fits
        used += fits
        out.append(Charity(event, accounts[event.account], fits, before))
    return tuple(out)


def _coverage(
    event: Event, person: Person, made: Sequence[Charity], earlier: int | None
) -> tuple[str, str]:
    """Return the coverage that limits a payment, "" with what went before it where none may be."""
    if not may_fund_hsa(earlier):
        return "", f"that of {earlier}"
    stated = person.facts.hsa_coverage or _not_recorded(event)
    became_family = stated == BECAME_FAMILY
    if not made:
        return "self_only" if became_family else stated, ""
    first = made[0].event.day
    # the change allows one more, not two
    if len(made) == 1 and may_fund_hsa_again(first, event.day, became_family=became_family):
        return "family", ""
    return "", f"that of {first}"


def _not_recorded(event: Event) -> str:
    raise LedgerError(
        where=event.where,
        code="missing_fact",
        problem=f"the HSA funding distribution of {event.day} is limited to the HSA limit of the "
        "year, and the coverage is not known",
        remedy='add hsa_coverage = "self_only" or "family" to the facts of the year, and '
        "hsa_contributions that were made otherwise (IRC 408(d)(9)(C))",
    )
