"""What happened in a person's IRAs, event by event, as the forms ask about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ledger.booking import destinations, gross_amount
from ledger.books import Books
from ledger.chart import Account, AccountKind
from ledger.fold.distributions import check_in_time
from ledger.journal import JournalEntry
from ledger.money import ZERO, Money
from ledger.records import CASH, Event, EventKind

K = EventKind
_WATCHED = {
    K.CONTRIBUTION,
    K.CONVERSION,
    K.DISTRIBUTION,
    K.ROLLOVER_60DAY,
    K.ROLLOVER_IN,
    K.RECHARACTERIZATION,
    K.RETURN_OF_CONTRIBUTION,
    K.EXCESS_DEFERRAL_RETURN,
    K.QCD,
    K.DIVORCE_TRANSFER,
    K.ANNUITY_PAYMENT,
}


@dataclass(frozen=True)
class IraPayment:
    """Money that left an IRA (amounts in cents), divided by what became of it.

    ``kept`` was paid out for good, ``converted`` went to a Roth IRA, ``rolled`` to another IRA
    or plan without tax; ``outstanding`` is the part of ``rolled`` that arrived in the next year.
    """

    event: Event
    account: Account
    gross: Money
    kept: Money
    converted: Money
    rolled: Money
    outstanding: Money


class IraEvents:
    """An index of the events that the forms read, by owner."""

    def __init__(self, books: Books) -> None:
        self._accounts = books.accounts
        self._by_owner: dict[str, list[Event]] = defaultdict(list)
        self._rollovers: dict[str, list[Event]] = defaultdict(list)
        for entry in books.entries:
            event = entry.event
            if event.kind not in _WATCHED:
                continue
            owners = {self._accounts[event.account].owner}
            if event.kind is K.DIVORCE_TRANSFER:
                owners.add(self._accounts[event.to].owner)
            for owner in owners:
                self._by_owner[owner].append(event)
            if event.kind is K.ROLLOVER_60DAY and event.of:
                self._rollovers[event.of].append(event)

    def of(
        self, owner: str, kinds: Iterable[EventKind], test: Callable[[Account], bool]
    ) -> Iterator[Event]:
        """Go through a person's events of some kinds in accounts that pass a test."""
        wanted = set(kinds)
        for event in self._by_owner.get(owner, ()):
            if event.kind in wanted and test(self._accounts[event.account]):
                yield event

    def contributions(self, owner: str, kind: AccountKind, tax_year: int) -> list[Event]:
        """Return contributions made for a tax year to IRAs of a kind, in order."""
        return [
            event
            for event in self.of(owner, {K.CONTRIBUTION}, lambda a: a.kind is kind)
            if event.tax_year == tax_year
        ]

    def corrections(self, owner: str, tax_year: int) -> list[Event]:
        """Return contributions of a tax year that were returned or recharacterized."""
        kinds = {K.RETURN_OF_CONTRIBUTION, K.RECHARACTERIZATION}
        return [e for e in self.of(owner, kinds, _any_ira) if e.tax_year == tax_year]

    def payments(
        self, owner: str, year: int, test: Callable[[Account], bool]
    ) -> list[IraPayment]:
        """Return distributions and conversions of a calendar year out of IRAs."""
        events = self.of(owner, {K.DISTRIBUTION, K.CONVERSION}, test)
        return [self._payment(event) for event in events if event.day.year == year]

    def _payment(self, event: Event) -> IraPayment:
        here = self._accounts[event.account]
        if event.kind is K.CONVERSION:
            amount = event.money("amount")
            return IraPayment(event, here, amount, ZERO, amount, ZERO, ZERO)
        converted = rolled = outstanding = ZERO
        for to, amount in destinations(event):
            if to != CASH and self._is_conversion(here, to):
                converted += amount
            elif to != CASH:
                rolled += amount
        for rollover in self._rollovers.get(event.id, ()) if event.id else ():
            check_in_time(rollover, event.day)
            amount = rollover.money("amount")
            if self._is_conversion(here, rollover.to):
                converted += amount
                continue
            rolled += amount
            if rollover.day.year > event.day.year and _any_ira(self._accounts[rollover.to]):
                outstanding += amount
        gross = gross_amount(event)
        kept = gross - converted - rolled
        return IraPayment(event, here, gross, kept, converted, rolled, outstanding)

    def _is_conversion(self, here: Account, to: str) -> bool:
        roth = self._accounts[to].kind is AccountKind.ROTH_IRA
        return here.kind.is_pooled_traditional and roth


def _any_ira(account: Account) -> bool:
    return not account.kind.is_plan


def amounts(events: Iterable[Event]) -> Money:
    """Add up the amounts of events, in cents, with all their evidence."""
    return Money.total(event.money("amount") for event in events)


def entries_of_year(journal: Iterable[JournalEntry], owner_accounts: set[str], year: int) -> (
    tuple[JournalEntry, ...]
):
    """Return the entries of a calendar year that touch any of the accounts."""
    return tuple(
        entry
        for entry in journal
        if entry.day.year == year
        and (
            entry.event.account in owner_accounts
            or any(posting.pool.account in owner_accounts for posting in entry.postings)
        )
    )
