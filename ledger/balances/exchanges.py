"""Exchanges between funds that name no source: which of a plan's sources can have made them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ledger.balances.holdings import Holdings
from ledger.balances.prices import NOTHING
from ledger.booking import book
from ledger.chart import Account, Pool, Source
from ledger.events import Event, EventKind
from ledger.journal import JournalEntry


class Exchanges:
    """The exchanges of a day without a source; all of one plan are those of the same sources."""

    def __init__(self, holdings: Holdings, accounts: Mapping[str, Account]) -> None:
        self._holdings, self._accounts = holdings, accounts
        self._today: list[Event] = []
        self._pools: dict[str, list[Pool]] = {}  # by account, what may have made its exchanges

    def start_day(self, entries: Iterable[JournalEntry]) -> None:
        """Take in the exchanges of a day."""
        self._pools.clear()
        exchanges = (e.event for e in entries if e.event.kind is EventKind.EXCHANGE)
        self._today = [event for event in exchanges if not event.sources]

    def sourced(self, entry: JournalEntry, held: Sequence[Pool]) -> list[JournalEntry]:
        """Give an exchange to the source that alone can have made those of its day.

        Where several of those that hold money can, what each holds of which fund is not known
        from here on.
        """
        event = entry.event
        pools = self._pools.get(event.account)
        if pools is None:
            mine = [one for one in self._today if one.account == event.account]
            sold = {one.fund for one in mine if one.units is not None and one.units < NOTHING}
            told = self._holdings
            can = [p for p in held if told.may_hold(p, sold) or told.on_its_way(p)]
            pools = self._pools[event.account] = can or list(held)
        if len(pools) == 1:
            return [book(replace(event, sources=(Source(pools[0].source),)), self._accounts)]
        for pool in pools:
            self._holdings.may_have_exchanged(pool, event.where)
        return [entry]
