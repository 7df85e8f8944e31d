"""Which payment a rollover or repayment means: the id in 'of' is looked up among the owner's own.

Two spouses may both have a distribution "d1" in one ledger; each one's rollover means their own.
"""

from __future__ import annotations

from collections import defaultdict

from ledger.books import Household
from ledger.events import Event

_Name = tuple[str, str]  # owner and id


class NamedPayments:
    """The payments of a household by owner and id."""

    def __init__(self, books: Household) -> None:
        self._accounts = books.accounts
        self._paid: dict[_Name, list[Event]] = defaultdict(list)
        self._owners: dict[str, dict[str, None]] = defaultdict(dict)  # by id
        for event in (entry.event for entry in books.entries):
            if event.kind.spec.pays_out:  # one without an id is named by its place
                owner = self._owner(event)
                self._paid[owner, event.name].append(event)
                self._owners[event.name][owner] = None

    def _owner(self, event: Event) -> str:
        return self._accounts[event.account].owner

    def meant_by(self, event: Event) -> list[Event]:
        """Return the payments that the 'of' of an event may mean: one where the books are clear.

        Only where the owner has none of that id is one of another person of the household meant,
        so that a rollover into the wrong person's account is found out.
        """
        whose, name = self.name_in(event)
        return self._paid.get((whose, name), []) if whose else self._of_anybody(name)

    def _of_anybody(self, name: str) -> list[Event]:
        return [paid for owner in self._owners.get(name, ()) for paid in self._paid[owner, name]]

    def name_of(self, payment: Event) -> _Name:
        """Return the owner and name of a payment."""
        return self._owner(payment), payment.name

    def name_in(self, event: Event) -> _Name:
        """Return the owner and id of what an event names; no owner where it may be of several."""
        own = self._owner(event)
        owners = self._owners.get(event.of, {})
        if own in owners or not owners:
            return own, event.of
        return next(iter(owners)) if len(owners) == 1 else "", event.of


class CameBack:
    """What came back of each payment: the rollovers and repayments that name it, in order."""

    def __init__(self, payments: NamedPayments) -> None:
        self._payments = payments
        self._back: dict[_Name, list[Event]] = defaultdict(list)

    def add(self, event: Event) -> None:
        """Add a rollover or repayment to what it names."""
        self._back[self._payments.name_in(event)].append(event)

    def of(self, payment: Event) -> list[Event]:
        """Return what came back of a payment."""
        return self._back.get(self._payments.name_of(payment), [])
