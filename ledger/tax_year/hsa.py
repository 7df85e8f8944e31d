"""HSA funding distributions: what of each is left out of income, and what is a distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ledger.chart import Account
from ledger.errors import LedgerError
from ledger.events import Event
from ledger.law.charity import out_of_pretax_money
from ledger.law.hsa_funding import hsa_limit, may_fund_hsa
from ledger.money import ZERO, Money
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
        year, fits = event.day.year, ZERO
        if may_fund_hsa(earlier, year):
            room = hsa_limit(year, _coverage(event, person), person.taxpayer.born) - used
            fits = min(event.money("amount"), room.floor_zero())
        fits = out_of_pretax_money(fits, pretax, ZERO)
        pretax -= fits
        used += fits
        out.append(Charity(event, accounts[event.account], fits))
    return tuple(out)


def _coverage(event: Event, person: Person) -> str:
    if person.facts.hsa_coverage:
        return person.facts.hsa_coverage
    raise LedgerError(
        where=event.where,
        code="missing_fact",
        problem=f"the HSA funding distribution of {event.day} is limited to the HSA limit of the "
        "year, and the coverage is not known",
        remedy='add hsa_coverage = "self_only" or "family" to the facts of the year, and '
        "hsa_contributions that were made otherwise (IRC 408(d)(9)(C))",
    )
