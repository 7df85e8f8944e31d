"""Money on its way from account to account: sources and basis arrive with each part of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter

from ledger.booking import destinations
from ledger.chart import UNDIVIDED, Outside, Pool, Source, TaxCharacter, outside
from ledger.journal import Arrival, JournalEntry, Posting
from ledger.money import ZERO, Money, apportion


@dataclass(frozen=True)
class Share:
    """What came of a payment into one account on one day (cents).

    ``into`` is the source that its rows name; ``late`` are the rows of a later day than that on
    which the payment left; ``is_early`` tells that they are of an earlier one.
    """

    day: date
    amount: Money
    into: Source | None = None
    late: tuple[Arrival, ...] = ()
    is_early: bool = False

    def undivided(self, account: str) -> Pool:
        """Return where a plan has the money until the payment tells what it is made of."""
        named = self.into if self.is_early and self.into is not None else None
        return Pool(account, named.value if named is not None else UNDIVIDED)


Coming = tuple[Share, Sequence[Posting]]  # a part and what it brings to its account


class Shares:
    """The parts in which a payment comes, given out to the kinds of money that it is made of."""

    def __init__(self, payment: JournalEntry) -> None:
        self._day = payment.day
        self._left = {one.account: _in_parts(payment, one.account) for one in payment.arrivals}

    def of(self, to: str, amount: Money, *, roth: bool = False) -> list[Share]:
        """Take an amount of one kind of money out of what came into an account.

        Each part gives in proportion, to the cent; who takes last gets all that is left. A part
        whose rows name a source is Roth money where that source is, and other money where not.
        """
        left = self._left.get(to, [])
        fitting = [
            n for n, one in enumerate(left) if one.into is None or _is_roth(one.into) == roth
        ]
        for places in (fitting, list(range(len(left)))):
            weights = [left[place].amount for place in places]
            if ZERO < amount <= Money.total(weights):
                break
        else:
            return [Share(self._day, amount)]  # no statement shows it
        found = []
        for place, part in zip(places, apportion(amount, weights), strict=True):
            found += [replace(left[place], amount=part)] if part else []
            left[place] = replace(left[place], amount=left[place].amount - part)
        return found


def pretax_of(shares: Sequence[Share], pretax: Money) -> list[Money]:
    """Divide the pretax dollars of a disbursement over the parts in which it came.

    What a statement calls after-tax gets the dollars taxed before; the others share the rest in
    proportion to their amounts, to the cent.
    """
    taxed = Money.total(one.amount for one in shares) - pretax
    out = [one.amount for one in shares]
    for is_named in (True, False):
        amounts = [one.amount if _is_after_tax(one) == is_named else ZERO for one in shares]
        here = min(taxed, Money.total(amounts))
        if here:
            parts = apportion(here, amounts)
            out = [left - part for left, part in zip(out, parts, strict=True)]
            taxed -= here
    return out


class OnItsWay:
    """What the law derives of a payment for an account that has not got the money yet."""

    def __init__(self) -> None:
        self._waits: defaultdict[tuple[str, date], list[JournalEntry]] = defaultdict(list)
        # cents by the row that shows them: what one line of a file tells comes in several entries
        self._missing: defaultdict[tuple[str, date], Counter[str]] = defaultdict(Counter)

    def of(self, payment: JournalEntry, derived: Iterable[JournalEntry]) -> Iterator[JournalEntry]:
        """Yield what a payment derives on its day; the rest waits for the rows that it names."""
        for one in payment.late:
            self._missing[one.account, one.day][one.where] += one.amount.cents
        for entry in derived:
            if entry.arrivals:
                self._waits[entry.arrivals[0].account, entry.arrivals[0].day].append(entry)
            else:
                yield entry

    def arrived(self, arrival: JournalEntry) -> Iterator[JournalEntry]:
        """Yield what waited for money that came into its account."""
        key, transit = (arrival.event.account, arrival.day), outside(Outside.IN_TRANSIT)
        if key not in self._missing:
            return
        missing = self._missing[key]
        brought = sum(p.value.cents for p in arrival.postings if p.pool == transit)
        missing[arrival.where] += brought
        for entry in list(self._waits[key]):
            if all(missing[one.where] <= 0 for one in entry.arrivals):
                self._waits[key].remove(entry)
                yield replace(entry, event=arrival.event, arrivals=())


def apart(
    entry: JournalEntry, postings: Iterable[Posting], coming: Iterable[Coming]
) -> Iterator[JournalEntry]:
    """Yield a derived entry with postings and what comes now, and each later part on its own.

    Value and basis of the later ones are in transit until their rows.
    """
    now, transit = list(postings), outside(Outside.IN_TRANSIT)
    waiting = []
    for share, brought in coming:
        if not share.late:
            now += brought
            continue
        account = share.late[0].account
        there = [p for p in brought if p.pool.account == account]
        now += [p for p in brought if p.pool.account != account]
        value = Money.total(p.value for p in there)
        basis = Money.total(p.basis for p in there)
        now.append(Posting(transit, value, basis))
        there.append(Posting(transit, -value, -basis))
        waiting.append(replace(entry, postings=_told(there), arrivals=share.late))
    yield replace(entry, postings=_told(now))
    yield from waiting


def _told(postings: Iterable[Posting]) -> tuple[Posting, ...]:
    return tuple(p for p in postings if p.value or p.basis)


def _is_roth(source: Source) -> bool:
    return source.character is TaxCharacter.ROTH


def _is_after_tax(share: Share) -> bool:
    return share.into is not None and share.into.character is TaxCharacter.AFTER_TAX


def _in_parts(payment: JournalEntry, to: str) -> list[Share]:
    """Return what came into an account by day; early money by the source in which it waits."""
    groups: defaultdict[tuple[date, str], list[Arrival]] = defaultdict(list)
    for one in payment.arrivals:
        if one.account == to:
            source = one.source.value if one.source is not None else ""
            groups[one.day, source if one.day < payment.day else ""].append(one)
    sent = Money.total(amount for name, amount in destinations(payment.event) if name == to)
    # what no statement shows is taken to be there on the day of the payment
    unseen = sent - Money.total(one.amount for one in payment.arrivals if one.account == to)
    if unseen > ZERO:
        groups.setdefault((payment.day, ""), [])
    found = []
    for (day, _), listed in sorted(groups.items(), key=itemgetter(0)):
        amount = Money.total(one.amount for one in listed)
        named = {one.source for one in listed}
        found.append(
            Share(
                day=max(day, payment.day),
                amount=amount + unseen if day == payment.day and unseen > ZERO else amount,
                into=named.pop() if len(named) == 1 else None,
                late=tuple(listed) if day > payment.day else (),
                is_early=day < payment.day,
            )
        )
    return found
