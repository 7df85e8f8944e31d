"""Payments in cash that money which came in may be of: put back within 60 days.

IRC 402(c)(3) and 408(d)(3): put back, a payment to its owner is a rollover, whatever the file of
the account that took it calls the deposit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from ledger.booking import Accounts, book, destinations
from ledger.chart import Account, TaxCharacter
from ledger.events import CASH, Event, EventKind
from ledger.journal import JournalEntry
from ledger.law.eligible_rollover import is_within_sixty_days
from ledger.law.rollover_split import Disbursed, Route, assign_pretax
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

    It names one of them, and where more is said to be of one than it paid, the names tell no more
    than the check: the law says which of it is pretax, as of any check (Notice 2014-54).
    """
    listed = list(entries)
    back = [
        (place, entry)
        for place, entry in enumerate(listed)
        if entry.event.kind is EventKind.ROLLOVER_60DAY and not entry.derived
    ]
    checks: defaultdict[tuple[object, ...], list[Event]] = defaultdict(list)
    for event in (entry.event for entry in listed if back):
        if event.kind.spec.is_eligible and _cash(event):
            checks[event.account, event.day].append(event)
    divided: dict[int, list[JournalEntry]] = {}
    for paid in checks.values():
        names = {owned_name(one, one.name, accounts) for one in paid}
        mine = [one for one in back if owned_name(one[1].event, one[1].event.of, accounts) in names]
        if len(names) > 1 and mine:
            divided |= _divided(paid, dict(mine), accounts)
    for place, entry in enumerate(listed):
        yield from divided.get(place, [entry])


def _divided(
    paid: Iterable[Event], back: Mapping[int, JournalEntry], accounts: Accounts
) -> dict[int, list[JournalEntry]]:
    """Return by its place what each entry of money put back is of, by the payments of a check."""
    cash: defaultdict[str, Money] = defaultdict(lambda: ZERO)
    taxed: dict[str, bool] = {}
    for one in paid:
        cash[one.name] += _cash(one)
        taxed[one.name] = taxed.get(one.name, False) or _is_taxed(one)
    said: defaultdict[str, Money] = defaultdict(lambda: ZERO)
    for entry in back.values():
        said[entry.event.of] += entry.event.money("amount")
    enough = Money.total(said.values()) <= Money.total(cash.values())
    if not enough or all(said[name] <= cash[name] for name in said):
        return {}
    disbursed = [
        Disbursed(event.to, event.money("amount"), Route.SIXTY_DAY, _into_roth_ira(event, accounts))
        for event in (entry.event for entry in back.values())
    ]
    pretax = Money.total(amount for name, amount in cash.items() if not taxed[name])
    assigned = assign_pretax(pretax, disbursed, where=next(iter(back.values())).where)
    found: dict[int, list[JournalEntry]] = {}
    for (place, entry), part in zip(back.items(), assigned, strict=True):
        found[place] = []
        for is_taxed, missing in ((False, part.pretax), (True, part.aftertax)):
            names = sorted(name for name in cash if taxed[name] is is_taxed)
            for name, amount in _taken(missing, names, cash):
                event = replace(entry.event, of=name, amount=amount)
                found[place].append(replace(book(event, accounts), reason=entry.reason))
    return found


def _taken(
    missing: Money, names: Iterable[str], cash: dict[str, Money]
) -> Iterator[tuple[str, Money]]:
    """Go through what each payment gives of an amount; it is taken out of what is left of them."""
    for name in names:
        amount = min(missing, cash[name])
        if amount:
            cash[name] -= amount
            missing -= amount
            yield name, amount


def _into_roth_ira(event: Event, accounts: Accounts) -> bool:
    return accounts[event.to].kind.is_roth_ira


def _is_taxed(event: Event) -> bool:
    return any(one.character is not TaxCharacter.PRE_TAX for one in event.sources)
