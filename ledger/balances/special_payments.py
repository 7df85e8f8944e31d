"""What was paid out for a disaster, a birth, an emergency: one limit over all plans and IRAs."""

from __future__ import annotations

from collections import defaultdict

from ledger.balances.named_payments import CameBack, NamedPayments
from ledger.booking import destinations
from ledger.books import Household
from ledger.events import CASH, Event, EventKind
from ledger.law.special_distributions import EXCEPTIONS, reason_of
from ledger.money import Money


class SpecialPayments:
    """The payments of a household that share a limit, whichever account they came out of."""

    def __init__(self, books: Household, payments: NamedPayments) -> None:
        self._accounts = books.accounts
        self._back = CameBack(payments)
        self._alike: dict[tuple[object, ...], list[Event]] = defaultdict(list)
        for event in (entry.event for entry in books.entries):
            if event.kind is EventKind.ROLLOVER_60DAY and event.of:
                self._back.add(event)
            elif event.kind.spec.pays_out and (event.disaster or reason_of(event) in EXCEPTIONS):
                self._alike[self._limit_of(event)].append(event)

    def paid(self, event: Event) -> Money:
        """Return what a payment paid in cash, less what was rolled over within 60 days."""
        cash = Money.total(amount for to, amount in destinations(event) if to == CASH)
        return cash - Money.total(one.money("amount") for one in self._back.of(event))

    def before(self, event: Event) -> Money:
        """Return what earlier payments have used of the limit of a payment (cents)."""
        # by place and not by day: two payments of one day have an order too
        alike = self._alike.get(self._limit_of(event), ())
        return Money.total(self.paid(one) for one in alike if one.place < event.place)

    def _limit_of(self, event: Event) -> tuple[object, ...]:
        """Return what has one limit: a disaster over the years, another reason in each year."""
        owner = self._accounts[event.account].owner
        if event.disaster:
            return owner, event.disaster
        return owner, reason_of(event), event.day.year
