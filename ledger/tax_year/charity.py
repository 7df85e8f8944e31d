"""Payments from IRAs to charity: what of each is left out of income, and what is a distribution.

An HSA funding distribution is divided in the same way (see ``hsa``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ledger.chart import Account
from ledger.events import Event
from ledger.forms.f8606 import TraditionalYear
from ledger.law.charity import (
    is_of_charitable_age,
    out_of_pretax_money,
    reduced_by_deductions,
    within_yearly_limit,
)
from ledger.money import ZERO, Money
from ledger.tax_year.ira_events import IraPayment
from ledger.tax_year.person import Person


@dataclass(frozen=True)
class Charity:
    """One payment to charity or to an HSA (cents): what qualifies, and the rest.

    The rest is a distribution like any other.
    """

    event: Event
    account: Account
    qualified: Money
    before: str = ""  # an earlier one that leaves no room for this, in words; only of an HSA

    @property
    def rest(self) -> Money:
        """What does not qualify: it is a distribution like any other."""
        return self.event.money("amount") - self.qualified

    def as_payment(self) -> IraPayment:
        """Return the rest as money paid out."""
        return IraPayment(self.event, self.account, self.rest, self.rest, ZERO, ZERO, ZERO)


def charity_of_year(
    events: Sequence[Event],
    person: Person,
    accounts: Mapping[str, Account],
    all_iras: Money,
    basis: Money,
) -> tuple[Charity, ...]:
    """Divide a year's payments to charity, in the order of their days.

    ``all_iras`` is what the person's own traditional IRAs would pay out in the year, these
    payments included, and ``basis`` what of it had been taxed; an inherited IRA stands apart.
    Raises LedgerError (``missing_birth_date``).
    """
    out, used = list[Charity](), ZERO
    for event in events:
        account, fits = accounts[event.account], ZERO
        if is_of_charitable_age(person.born_for(event), event.day):
            # the limit is one person's for the year: payments of earlier days have used it
            fits = within_yearly_limit(event.money("amount"), used, event.day.year)
        # an inherited IRA is no part of the own pool: its basis does not count here
        if account.kind.is_pooled_traditional:
            fits = out_of_pretax_money(fits, all_iras, basis)
            # what left untaxed is gone when the next payment is measured
            all_iras -= fits
        used += fits
        out.append(Charity(event, account, fits))
    return tuple(out)


def less_deductions(
    charity: Sequence[Charity], deducted: Money
) -> tuple[tuple[Charity, ...], Money]:
    """Return the payments less IRA deductions of the age of charity, and what was taken off.

    ``deducted`` are deductions from age 70 1/2 on that no earlier payment was reduced by.
    """
    out, left = list[Charity](), deducted
    for one in charity:
        reduced = reduced_by_deductions(one.qualified, left)
        left -= one.qualified - reduced
        out.append(replace(one, qualified=reduced))
    return tuple(out), deducted - left


def with_rest_distributed(year: TraditionalYear, charity: Sequence[Charity]) -> TraditionalYear:
    """Return the year with what did not qualify on line 7."""
    rest = Money.total(c.rest for c in charity if c.account.kind.is_pooled_traditional)
    return year.with_distributed(rest) if rest else year
