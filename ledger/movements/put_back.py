"""Payments in cash that money which came in may be of: put back within 60 days.

IRC 402(c)(3) and 408(d)(3): put back, a payment to its owner is a rollover, whatever the file of
the account that took it calls the deposit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import NamedTuple

from ledger.booking import Accounts, book, destinations
from ledger.chart import Account, TaxCharacter
from ledger.events import CASH, Event, EventKind
from ledger.journal import JournalEntry
from ledger.law.eligible_rollover import is_within_sixty_days
from ledger.money import ZERO, Money
from ledger.movements.legs import merged, owned_name
from ledger.movements.within_plan import within_plans


class CashPaid(NamedTuple):
    """What one account paid in cash at one time: one payment, or one check for several sources."""

    payments: tuple[Event, ...]  # the largest first
    cash: Money  # before tax withheld
    net: Money

    @property
    def main(self) -> Event:
        """The largest payment, which stands for all."""
        return self.payments[0]

    def may_be(self, event: Event, accounts: Accounts) -> bool:
        """Tell whether what came in as this event may be this money, by time, owner and law."""
        paid, into = accounts[self.main.account], accounts[event.account]
        in_time = is_within_sixty_days(self.main.day, event.day)
        return in_time and paid.owner == into.owner and self._may_go(paid, into)

    def _may_go(self, paid: Account, into: Account) -> bool:
        if paid.kind.is_inherited or into.kind.is_inherited:
            return False  # IRC 408(d)(3)(C)
        if paid.kind.is_roth_ira:
            return into.kind.is_roth_ira
        sources = [source for one in self.payments for source in one.sources]
        roth = bool(sources) and all(one.character is TaxCharacter.ROTH for one in sources)
        return into.kind.is_plan or into.kind.is_roth_ira or not roth

    def is_as_much(self, amount: Money) -> bool:
        """Tell whether an amount is all of it, before or after tax withheld."""
        return amount.cents in {self.cash.cents, self.net.cents}


def cash_paid(entries: Iterable[JournalEntry], accounts: Accounts) -> list[CashPaid]:
    """Return the payments in cash among entries whose legs are joined, each and by their day.

    What was put back already is left out; an id is that of its owner's payment alone.
    """
    listed = [entry.event for entry in entries if not entry.derived]
    back = (event for event in listed if event.kind is EventKind.ROLLOVER_60DAY)
    named = {owned_name(event, event.of, accounts) for event in back}
    days: defaultdict[tuple[object, ...], list[Event]] = defaultdict(list)
    for event in listed:
        is_cash = event.kind.spec.is_eligible and _cash(event)
        if is_cash and owned_name(event, event.name, accounts) not in named:
            days[event.account, event.day].append(event)
    found: list[CashPaid] = []
    for paid in days.values():
        found += [_together([one]) for one in paid]
        found += [_together(paid)] if len(paid) > 1 else []
    return found


def may_be_put_back(
    event: Event, entries: Iterable[JournalEntry], accounts: Accounts
) -> list[Event]:
    """Return the payments among entries that paid as much in cash as came in, the nearest first."""
    paid = cash_paid(merged(within_plans(entries, accounts), accounts), accounts)
    amount = event.money("amount")
    found = [one.main for one in paid if one.may_be(event, accounts) and one.is_as_much(amount)]
    by_name = {one.name: one for one in sorted(found, key=lambda one: event.day - one.day)}
    return list(by_name.values())


def _together(paid: Iterable[Event]) -> CashPaid:
    payments = tuple(sorted(paid, key=lambda one: (-_cash(one).cents, one.name)))
    cash = Money.total(_cash(one) for one in payments)
    return CashPaid(payments, cash, cash - Money.total(one.tax_withheld for one in payments))


def _cash(event: Event) -> Money:
    return Money.total(amount for to, amount in destinations(event) if to == CASH)


def divided_by_payment(
    entries: Iterable[JournalEntry], accounts: Accounts
) -> Iterator[JournalEntry]:
    """Go through entries; money put back of a check for several sources is divided over them.

    It names one of them. Pretax dollars are put back first (IRC 402(c)(2)), into a traditional
    IRA or a plan before a Roth IRA, as Notice 2014-54, section III, lets the owner choose.
    """
    listed = list(entries)
    back = [e for e in listed if e.event.kind is EventKind.ROLLOVER_60DAY and not e.derived]
    if not back:
        yield from listed
        return
    paid = [e.event for e in listed if e.event.kind.spec.is_eligible and _cash(e.event)]
    left: defaultdict[tuple[str, str], Money] = defaultdict(lambda: ZERO)
    for one in paid:
        left[owned_name(one, one.name, accounts)] += _cash(one)
    for entry in back:
        left[owned_name(entry.event, entry.event.of, accounts)] -= entry.event.money("amount")
    taxed = {owned_name(one, one.name, accounts): _is_taxed(one) for one in paid}

    def fits(placed: tuple[int, JournalEntry]) -> bool:
        """Tell whether the payment that is named is of the money that such an account gets."""
        event = placed[1].event
        named = owned_name(event, event.of, accounts)
        return accounts[event.to].kind.is_roth_ira == taxed.get(named, False)

    divided: dict[int, list[JournalEntry]] = {}
    # too much of one payment is of whom it fits least
    for number, entry in sorted(enumerate(back), key=fits):
        event = entry.event
        name = owned_name(event, event.of, accounts)
        if left[name] >= ZERO:
            continue
        left[name] += event.money("amount")
        shares = _shares(event, paid, left, accounts)
        for of, amount in shares:
            left[owned_name(event, of, accounts)] -= amount
        one_by_one = [(replace(event, of=of, amount=amount), entry.reason) for of, amount in shares]
        divided[number] = [
            replace(book(one, accounts), reason=reason) for one, reason in one_by_one
        ]
    numbers = count()
    for entry in listed:
        is_back = entry.event.kind is EventKind.ROLLOVER_60DAY and not entry.derived
        yield from divided.get(next(numbers), [entry]) if is_back else [entry]


def _shares(
    event: Event,
    paid: Iterable[Event],
    left: Mapping[tuple[str, str], Money],
    accounts: Accounts,
) -> list[tuple[str, Money]]:
    """Return what of money put back is of which payment of the day; all of one if too much."""
    missing = event.money("amount")
    whole = [(event.of, missing)]
    named = [one for one in paid if (one.account, one.name) == (event.account, event.of)]
    together = [
        one for one in paid if named and (one.account, one.day) == (event.account, named[0].day)
    ]
    shares: list[tuple[str, Money]] = []
    for one in sorted(together, key=lambda one: (_is_taxed(one), one.name != event.of, one.name)):
        taken = min(missing, left[owned_name(one, one.name, accounts)])
        if taken > ZERO:
            shares.append((one.name, taken))
            missing -= taken
    return shares if not missing else whole


def _is_taxed(event: Event) -> bool:
    return any(one.character is not TaxCharacter.PRE_TAX for one in event.sources)
