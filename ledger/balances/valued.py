"""What every source is worth before money leaves it on a day, and what nobody can tell of that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ledger.balances.contracts import contract_name
from ledger.balances.gains import (
    REASON,
    UNEXPLAINED,
    Outflow,
    Unknown,
    Worth,
    gain_entry,
    outflows,
    value_before,
    worth_now,
)
from ledger.balances.holdings import Holdings
from ledger.balances.open_points import (
    ABOVE_BALANCE,
    VALUE_NEEDED,
    above_books,
    held_before,
    short_of_units,
    value_against_units,
    value_beside,
    value_of_after,
    value_unknown,
    values_contradict,
)
from ledger.balances.pools import Balances
from ledger.balances.prices import Price
from ledger.balances.printed_conversions import PrintedConversions
from ledger.booking import book
from ledger.chart import UNDIVIDED, Account, Pool, Source
from ledger.documents import TaxDocument
from ledger.errors import LedgerError
from ledger.events import WHOLE, Event, EventKind, Order
from ledger.journal import JournalEntry
from ledger.money import ZERO, Money

K = EventKind
_FROM_FORM = f"{REASON} from Form"
_UNITS_UNSAID = frozenset({Unknown.UNSAID, Unknown.UNTOLD})


@dataclass(frozen=True)
class Valued:
    """What left a pool, what the books held just before (cents), and what follows from both.

    ``gain`` is the derived entry that goes before it; ``point`` what nobody can tell: it is gone on
    as if all had moved, and the entry is no gain but says that no row explains it.
    """

    out: Outflow
    booked: Money
    gain: JournalEntry | None = None
    point: LedgerError | None = None
    asks_value: bool = False  # whether the value just before is what settles the point


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
        self._came: list[JournalEntry] = []  # of the day, before anything leaves
        self._late: list[Event] = []  # balances of the day that are met after what leaves

    def watch(self, entry: JournalEntry) -> None:
        """Remember paydays, and since when the books know each account."""
        for posting in entry.postings:
            self._since.setdefault(posting.pool.account, entry.day)
        if entry.event.kind is K.CONTRIBUTION:
            self._contributions[entry.event.account].append(entry.event)

    def before(
        self,
        going: Sequence[JournalEntry],
        entries: Sequence[JournalEntry],
        late: Sequence[JournalEntry],
    ) -> Iterator[Valued]:
        """Go through what leaves on a day, source by source; ``entries`` are all of the day.

        ``late`` are the balances among them that are met after what leaves: they do not tell what
        a source was worth before.
        """
        prices = self._holdings.prices.on(going[0].day)
        self._late = [fact.event for fact in late]
        stated = [e.event for e in entries if e.event.kind is K.BALANCE]
        stated = [fact for fact in stated if fact not in self._late]
        self._came = [e for e in entries if e.event.kind.spec.order <= Order.MARKET]
        found = outflows(going, self._accounts)
        for out in found:
            about = [fact for fact in stated if is_of(fact, out.pool)]
            if out.is_whole:
                yield from self._whole(out, about)
            else:
                yield self._valued(out, prices, about)
        for out in self._beside(found, going):
            if not any(is_of(fact, out.pool) for fact in stated):
                yield self._stayed(out, worth_now(out.pool, self._holdings, prices))

    def before_spent(self, spent: Sequence[JournalEntry]) -> Iterator[Valued]:
        """Go through sources that units leave for money that nobody is paid: fees, forfeitures.

        Where all of them left, or for more than the books hold, they tell what the source was
        worth. Else nothing rests on it until a payment does.
        """
        prices = self._holdings.prices.on(spent[0].day)
        for out in outflows(spent, self._accounts):
            booked = self._balances.value(out.pool)
            worth = value_before(out, self._holdings, prices)
            if not isinstance(worth, Worth) or worth.value == booked:
                continue
            if out.amount == worth.value or out.amount > booked:
                yield Valued(out, booked, gain_entry(out, worth.value - booked))

    def _beside(self, found: Sequence[Outflow], going: Sequence[JournalEntry]) -> Iterator[Outflow]:
        """Go through sources that pay nothing themselves, but share the basis of what is paid.

        They are of one contract with the source that pays, or pay a share of what no source is
        named of.
        """
        paid, shared = {out.pool for out in found}, dict[Pool, tuple[JournalEntry, ...]]()
        for out in found:
            if out.shares_basis:
                mine = contract_name(out.account, Source(out.pool.source))
                for pool in self._balances.pools_of(out.account.id):
                    if contract_name(out.account, Source(pool.source)) == mine:
                        shared.setdefault(pool, out.entries)
        for entry in going:
            if any(p.pool.source == UNDIVIDED and p.value < ZERO for p in entry.postings):
                for pool in self._balances.pools_of(entry.event.account):
                    shared.setdefault(pool, (entry,))
        for pool, entries in shared.items():
            if pool not in paid and self._balances.value(pool):
                yield Outflow(self._accounts[pool.account], pool, entries)

    def _stayed(self, out: Outflow, worth: Worth | Unknown) -> Valued:
        """Return what a source is worth that stays while another of its contract pays.

        Where no row of it ever told units its value is that of the books.
        """
        booked = self._balances.value(out.pool)
        if isinstance(worth, Worth):
            gain = worth.value - booked
            return Valued(out, booked, gain_entry(out, gain) if gain else None)
        point = None if worth is Unknown.NO_UNITS else value_beside(out, worth, booked)
        return Valued(out, booked, point=point)

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
        amount, entering = out.amount, Money.total(leg.value for leg in out.entering)
        booked = self._balances.value(out.pool) + entering
        worth = value_before(out, self._holdings, prices)
        found, point = _stated_or_worth(out, worth)
        if isinstance(found, Money):
            value = max(found, amount)
            if found < amount:
                point = above_books(out, found, self._first(out))
        elif any(self._tells(fact, out, found) for fact in stated):
            # a balance of the day says what is left: the gain up to it is met there
            return Valued(out, booked)
        elif found is not Unknown.SHORT and (told := self._printed.value(out, booked)):
            return _as_printed(out, booked, *told)
        else:
            value = max(booked, amount)
            point = self._why_unknown(out, found, booked) or self._told_after(out, booked)
        reason = REASON if isinstance(found, Money) and not point else UNEXPLAINED
        gain = gain_entry(out, value - booked, reason) if value != booked else None
        return Valued(out, booked, gain, point, self._asks_value(out, point, found))

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
            if of_gain and out.is_untaxed and why in _UNITS_UNSAID:
                return None  # whatever stayed, all that left is taxed alike
            return (above_books if of_gain else held_before)(out, booked, self._first(out))
        if why is Unknown.UNSAID and (out.amount == booked or self._came_today(out, booked)):
            return None  # all that was put in left, or no market has had it
        if out.pool.source and not _goes_by_books(out, why):
            of_units = self._holdings
            untold = of_units.untold(out.pool) or of_units.exchanged(out.pool)
            return value_unknown(out, why, booked, untold)
        return None

    def _told_after(self, out: Outflow, booked: Money) -> LedgerError | None:
        """Return the point of a source of which a balance tells what two payments of a day left."""
        said = next((fact for fact in self._late if fact.source and is_of(fact, out.pool)), None)
        return value_of_after(out, said, booked) if said and out.shares_basis else None

    def _came_today(self, out: Outflow, booked: Money) -> bool:
        """Tell whether all that a pool holds came in on the day on which a part leaves."""
        return booked == Money.total(
            p.value for entry in self._came for p in entry.postings if p.pool == out.pool
        )

    def _first(self, out: Outflow) -> date:
        return self._since.get(out.account.id, out.main.day)

    def _asks_value(self, out: Outflow, point: LedgerError | None, why: Money | Unknown) -> bool:
        """Tell whether a value settles a point: where money was put in, what is missing is a gain.

        Else it was there before the first row, and its basis is wanted. Nor is it asked where the
        books' value does once they hold enough: then it would hang on which file came first.
        """
        if point is None or (isinstance(why, Unknown) and _goes_by_books(out, why)):
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


def _goes_by_books(out: Outflow, why: Unknown) -> bool:
    """Tell whether what left a source of a plan goes at book value where the books hold enough."""
    return bool(out.pool.source) and (why is Unknown.NO_UNITS or not out.shares_basis)


def _stated_or_worth(
    out: Outflow, worth: Worth | Unknown
) -> tuple[Money | Unknown, LedgerError | None]:
    """Return what a pool was worth, and the point of what else was said of that.

    What was stated goes first, but never against units and prices of the day.
    """
    stated, other = out.stated, out.contradicted
    if stated is None:
        return (worth if isinstance(worth, Unknown) else worth.value), None
    value = stated.money("value")
    if other is not None:
        return value, values_contradict(out, stated, other)
    if isinstance(worth, Unknown) or abs(worth.value.cents - value.cents) <= 1 + worth.doubt:
        return value, None
    return worth.value, value_against_units(out, stated, worth.value)


def is_of(event: Event, pool: Pool) -> bool:
    """Tell whether an event is a statement balance that says what a pool holds."""
    mine = event.account == pool.account and event.source in {None, pool.source or None}
    return mine and event.kind is K.BALANCE


def _as_printed(out: Outflow, booked: Money, value: Money, form: TaxDocument) -> Valued:
    """Return what left with the gain that a printed form tells: it says so, and cites the form."""
    gain = (value - booked).seen_at(form.where)
    reason = f"{_FROM_FORM} {form.form} of {form.year}"
    return Valued(out, booked, gain_entry(out, gain, reason) if gain else None)


def is_from_form(entry: JournalEntry) -> bool:
    """Tell whether an entry is a gain that a printed form tells."""
    return entry.derived and entry.reason.startswith(_FROM_FORM)
