"""What every source is worth before money leaves it on a day, and what nobody can tell of that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ledger.balances.gains import REASON, Outflow, Unknown, gain_entry, outflows, value_before
from ledger.balances.holdings import Holdings, Price, prices_of
from ledger.balances.open_points import (
    ABOVE_BALANCE,
    VALUE_NEEDED,
    above_books,
    held_before,
    short_of_units,
    value_unknown,
)
from ledger.balances.pools import Balances
from ledger.balances.printed_conversions import PrintedConversions
from ledger.booking import book
from ledger.chart import Account
from ledger.documents import TaxDocument
from ledger.errors import LedgerError
from ledger.events import WHOLE, Event, EventKind
from ledger.journal import JournalEntry
from ledger.money import Money

K = EventKind
_FROM_FORM = f"{REASON} from Form"


@dataclass(frozen=True)
class Valued:
    """What left a pool, what the books held just before (cents), and what follows from both.

    ``gain`` is the derived entry that goes before it; ``point`` what nobody can tell: it is gone on
    as if all had moved. ``at_book`` tells that nothing says another value than the books.
    """

    out: Outflow
    booked: Money
    gain: JournalEntry | None = None
    point: LedgerError | None = None
    asks_value: bool = False  # whether the value just before is what settles the point
    at_book: bool = False


class GainsInPrice:
    """Works out, for each day, the gains and losses up to what leaves."""

    def __init__(
        self,
        accounts: Mapping[str, Account],
        balances: Balances,
        holdings: Holdings,
        printed: PrintedConversions,
    ) -> None:
        self._accounts, self._balances, self._holdings = accounts, balances, holdings
        self._printed = printed
        self._contributions: defaultdict[str, list[Event]] = defaultdict(list)
        self._since: dict[str, date] = {}  # account -> day of its first entry

    def watch(self, entry: JournalEntry) -> None:
        """Remember paydays, and since when the books know each account."""
        for posting in entry.postings:
            self._since.setdefault(posting.pool.account, entry.day)
        if entry.event.kind is K.CONTRIBUTION:
            self._contributions[entry.event.account].append(entry.event)

    def before(
        self, going: Sequence[JournalEntry], entries: Sequence[JournalEntry]
    ) -> Iterator[Valued]:
        """Go through what leaves on a day, source by source; ``entries`` are all of the day."""
        prices = prices_of(entries)
        stated = [e.event for e in entries if e.event.kind is K.BALANCE]
        for out in outflows(going, self._accounts):
            about = [fact for fact in stated if _is_of(fact, out)]
            if out.is_whole:
                yield from self._whole(out, about)
            else:
                yield self._valued(out, prices, about)

    def _whole(self, out: Outflow, stated: Sequence[Event]) -> Iterator[Valued]:
        """Value a conversion of all that its source holds, which a row without amount shows.

        The books say how much that is, or the printed form does.
        """
        booked = self._balances.value(out.pool)
        told = None if stated else self._printed.value(out, booked)
        if told:
            yield _as_printed(out, booked, *told)

    def _valued(
        self, out: Outflow, prices: Mapping[tuple[str, str], Price], stated: Sequence[Event]
    ) -> Valued:
        booked, amount = self._balances.value(out.pool), out.amount
        found = value_before(out, self._holdings, prices)
        point: LedgerError | None = None
        if isinstance(found, Money):
            value = max(found, amount)
            point = above_books(out, found, self._first(out)) if found < amount else None
        elif any(self._tells(fact, out, found) for fact in stated):
            # a balance of the day says what is left: the gain up to it is met there
            return Valued(out, booked)
        elif found is not Unknown.SHORT and (told := self._printed.value(out, booked)):
            return _as_printed(out, booked, *told)
        else:
            value = max(booked, amount)
            point = self._why_unknown(out, found, booked)
        gain = gain_entry(out, value - booked) if value != booked else None
        at_book = point is None and found is Unknown.NO_UNITS
        return Valued(out, booked, gain, point, self._asks_value(out, point), at_book)

    def _tells(self, fact: Event, out: Outflow, why: Unknown) -> bool:
        """Tell whether a balance of the day says what is left in a pool.

        It never says where units came from that no row shows. That of a whole plan says it of one
        of several sources only where nothing is left, or where no units tell more.
        """
        if why is Unknown.SHORT:
            return False
        if fact.source is not None or not out.account.kind.is_plan or not fact.value:
            return True
        held = [p for p in self._balances.pools_of(out.account.id) if self._balances.value(p)]
        return why is Unknown.NO_UNITS or held == [out.pool]

    def _why_unknown(self, out: Outflow, why: Unknown, booked: Money) -> LedgerError | None:
        """Return the open point of a value nobody can tell, None where the books' value will do."""
        if why is Unknown.SHORT:
            paydays = self._contributions[out.account.id]
            return short_of_units(out, self._holdings, paydays, self._first(out))
        if out.amount > booked:
            of_gain = self._balances.was_paid_into(out.pool)
            return (above_books if of_gain else held_before)(out, booked, self._first(out))
        if why is not Unknown.NO_UNITS and out.shares_basis:
            return value_unknown(out, why, booked)
        return None

    def _first(self, out: Outflow) -> date:
        return self._since.get(out.account.id, out.main.day)

    def _asks_value(self, out: Outflow, point: LedgerError | None) -> bool:
        """Tell whether a value settles a point: where money was put in, what is missing is a gain.

        Else it was there before the first row, and its basis is wanted.
        """
        if point is None:
            return False
        paid = self._balances.was_paid_into(out.pool)
        return point.code == VALUE_NEEDED or (point.code == ABOVE_BALANCE and paid)

    def with_amount(self, entry: JournalEntry) -> JournalEntry:
        """Give a conversion of all that its source holds the amount that this comes to."""
        event = entry.event
        if event.kind is not K.IN_PLAN_CONVERSION or event.reason != WHOLE:
            return entry
        held = self._balances.value(entry.postings[-1].pool)
        return book(replace(event, amount=held.seen_at(event.where)), self._accounts)


def _as_printed(out: Outflow, booked: Money, value: Money, form: TaxDocument) -> Valued:
    """Return what left with the gain that a printed form tells: it says so, and cites the form."""
    gain = (value - booked).seen_at(form.where)
    reason = f"{_FROM_FORM} {form.form} of {form.year}"
    return Valued(out, booked, gain_entry(out, gain, reason) if gain else None)


def is_from_form(entry: JournalEntry) -> bool:
    """Tell whether an entry is a gain that a printed form tells."""
    return entry.derived and entry.reason.startswith(_FROM_FORM)


def _is_of(fact: Event, out: Outflow) -> bool:
    """Tell whether a statement balance says what a pool holds."""
    return fact.account == out.pool.account and fact.source in {None, out.pool.source or None}
