"""Money on its way from account to account: sources and basis arrive with it, not before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from ledger.chart import Outside, outside
from ledger.journal import JournalEntry, Posting
from ledger.money import Money

_Arrival = tuple[str, date, str]  # account, day and place of the row that shows it


class OnItsWay:
    """What the law derives of a payment for an account that has not got the money yet."""

    def __init__(self) -> None:
        self._waits: defaultdict[_Arrival, list[JournalEntry]] = defaultdict(list)

    def of(self, payment: JournalEntry, derived: Iterable[JournalEntry]) -> Iterator[JournalEntry]:
        """Yield what a payment derives on its day; the rest waits for the last arrival of each."""
        late = {one.account: one for one in sorted(payment.late, key=lambda one: one.day)}
        for entry in derived:
            here = [p for p in entry.postings if p.pool.account not in late]
            for account, arrival in late.items():
                there = [p for p in entry.postings if p.pool.account == account]
                if not there:
                    continue
                value = Money.total(p.value for p in there)
                basis = Money.total(p.basis for p in there)
                transit = outside(Outside.IN_TRANSIT)
                here += [Posting(transit, value, basis)] if value or basis else []
                back = [Posting(transit, -value, -basis)] if value or basis else []
                waits = replace(entry, postings=(*there, *back))
                self._waits[account, arrival.day, arrival.where].append(waits)
            yield replace(entry, postings=tuple(here))

    def arrived(self, arrival: JournalEntry) -> Iterator[JournalEntry]:
        """Yield what waited for money that came into its account."""
        key = arrival.event.account, arrival.day, arrival.where
        for entry in self._waits.pop(key, ()) if arrival.event.origin else ():
            yield replace(entry, event=arrival.event)
