"""Pension payments: the part of each that recovers cost under the Simplified Method."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger.chart import Account
from ledger.law.simplified_method import excluded_from_payment
from ledger.money import ZERO, Money
from ledger.records import Event


@dataclass(frozen=True)
class PensionPayment:
    """One payment with the cost it recovers (cents)."""

    event: Event
    recovered: Money

    @property
    def taxable(self) -> Money:
        """The rest of the payment."""
        return self.event.money("amount") - self.recovered


def pension_payments(
    events: Iterable[Event],
    accounts: Mapping[str, Account],
    recovered_before: Mapping[str, Money],
) -> tuple[PensionPayment, ...]:
    """Divide a year's payments; without a stated cost a payment is fully taxable.

    ``recovered_before`` is the cost of each pension recovered in earlier years (cents).
    """
    out, recovered = [], dict(recovered_before)
    for event in events:
        method, free = accounts[event.account].simplified_method, ZERO
        if method is not None:
            free = excluded_from_payment(
                event.money("amount"),
                cost=method.cost,
                payments=method.payments,
                recovered=recovered.get(event.account, ZERO),
            )
        recovered[event.account] = recovered.get(event.account, ZERO) + free
        out.append(PensionPayment(event, free))
    return tuple(out)


def recovered_after(
    payments: Iterable[PensionPayment], before: Mapping[str, Money]
) -> dict[str, Money]:
    """Return the cost of each pension recovered by the end of the year (cents)."""
    total = dict(before)
    for payment in payments:
        account = payment.event.account
        total[account] = total.get(account, ZERO) + payment.recovered
    return total
