"""What was paid out for a disaster, a birth, an emergency: one limit over all plans and IRAs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from ledger.balances.named_payments import CameBack, NamedPayments
from ledger.booking import destinations
from ledger.books import Household
from ledger.chart import ELECTIVE_DEFERRALS, Source
from ledger.events import CASH, Event, EventKind
from ledger.law.special_distributions import (
    EXCEPTIONS,
    AccountBefore,
    bars_another_emergency,
    reason_of,
    within_disaster_limit,
    within_special_limit,
)
from ledger.money import ZERO, Money

_EMERGENCY = "emergency_expense"
_OWN_MONEY = ELECTIVE_DEFERRALS | {Source.AFTER_TAX}  # of the owner, in a plan


def is_special(event: Event) -> bool:
    """Tell whether a payment is said to be of a disaster or of another reason with a limit."""
    return event.kind.spec.pays_out and bool(event.disaster or reason_of(event) in EXCEPTIONS)


class SpecialPayments:
    """The payments of a household that share a limit, whichever account they came out of.

    ``held`` is what the account of each was worth just before it, as the fold comes to it.
    """

    def __init__(
        self, books: Household, payments: NamedPayments, held: Mapping[Event, Money]
    ) -> None:
        self._accounts, self._held = books.accounts, held
        self._back, self._repaid = CameBack(payments), CameBack(payments)
        self._alike: dict[tuple[object, ...], list[Event]] = defaultdict(list)
        self._put_in: dict[str, list[Event]] = defaultdict(list)  # by account
        self._covered: dict[Event, Money] = {}
        for event in (entry.event for entry in books.entries):
            if event.kind is EventKind.ROLLOVER_60DAY and event.of:
                self._back.add(event)
            elif event.kind is EventKind.REPAYMENT and event.of:
                self._repaid.add(event)
            elif event.kind is EventKind.CONTRIBUTION:
                self._put_in[event.account].append(event)
            elif is_special(event):
                self._alike[self._limit_of(event)].append(event)

    def covered(self, event: Event) -> Money:
        """Return what of the cash of a payment its disaster or reason covers (cents).

        What was repaid is in it; what was rolled over within 60 days is not.
        """
        if event not in self._covered:
            self._covered[event] = self._within_limit(event)
        return self._covered[event]

    def _within_limit(self, event: Event) -> Money:
        paid, reason, year = self._paid(event), reason_of(event), event.day.year
        # by place and not by day: two payments of one day have an order too
        alike = self._alike.get(self._limit_of(event), ())
        before = [one for one in alike if one.place < event.place]
        used = Money.total(map(self.covered, before))
        if event.disaster:
            return within_disaster_limit(paid, used, year)
        if reason not in EXCEPTIONS or (reason == _EMERGENCY and self._is_barred(event)):
            return ZERO
        here = (one for one in before if one.account == event.account)
        held = AccountBefore(
            self._held.get(event, ZERO),
            Money.total(map(self.covered, here)),
            self._accounts[event.account].kind.is_plan,
        )
        return within_special_limit(paid, used, reason, year, held)

    def _is_barred(self, event: Event) -> bool:
        """Tell whether an emergency payment of an earlier year keeps this one from being one."""
        owner = self._accounts[event.account].owner
        alike = (one for key, listed in self._alike.items() for one in listed if key[0] == owner)
        earlier = [
            one
            for one in alike
            if one.account == event.account
            and reason_of(one) == _EMERGENCY
            and one.day.year < event.day.year
        ]
        for one in earlier:
            back = Money.total(
                r.money("amount") for r in self._repaid.of(one) if r.day <= event.day
            )
            put_in = self._put_in_between(one, event)
            if bars_another_emergency(one.day, event.day, self.covered(one) - back, put_in):
                return True
        return False

    def _put_in_between(self, first: Event, last: Event) -> Money:
        """Return what the owner put into the account of two payments after the first of them."""
        plan = self._accounts[last.account].kind.is_plan
        return Money.total(
            made.money("amount")
            for made in self._put_in.get(last.account, ())
            if first.day < made.day <= last.day and (not plan or made.source in _OWN_MONEY)
        )

    def _paid(self, event: Event) -> Money:
        """Return what a payment paid in cash, less what was rolled over within 60 days."""
        cash = Money.total(amount for to, amount in destinations(event) if to == CASH)
        return cash - Money.total(one.money("amount") for one in self._back.of(event))

    def _limit_of(self, event: Event) -> tuple[object, ...]:
        """Return what has one limit: a disaster over the years, another reason in each year."""
        owner = self._accounts[event.account].owner
        if event.disaster:
            return owner, event.disaster
        return owner, reason_of(event), event.day.year
