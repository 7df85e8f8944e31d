"""Units: what every source of a plan holds of each fund."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.balances.between_funds import BetweenFunds
from ledger.balances.prices import NOTHING, Price, Prices
from ledger.chart import UNDIVIDED, Pool
from ledger.events import ARRIVED, WENT_BACK, EventKind, Flow, fund_key, kinds_where
from ledger.journal import JournalEntry, Posting
from ledger.money import Money

# One unit in as many as left: statements of one plan may round sales and purchases differently.
_FEW = 500
# What brings money in without buying units is still known in units: a cash dividend, a fee in
# cash, the market itself.
_NEED_NO_UNITS = kinds_where(lambda spec: spec.flow is Flow.EARNINGS)


@dataclass(frozen=True, slots=True)
class Holding:
    """Units of one fund in one source, and how far printed units may be off (``slack``)."""

    units: Decimal = NOTHING
    slack: Decimal = NOTHING

    def plus(self, units: Decimal, slack: Decimal) -> Holding:
        """Return the holding with a row's units, which may be off by ``slack``."""
        return Holding(self.units + units, self.slack + slack)

    @property
    def is_none(self) -> bool:
        """Whether nothing is left, as far as printed units tell."""
        return abs(self.units) <= self.slack

    @property
    def is_short(self) -> bool:
        """Whether more units left than came: the rows are not all there were."""
        return self.units < -self.slack


class Holdings:
    """The units of all sources of all plans, up to the last entry taken in."""

    def __init__(self, entries: Iterable[JournalEntry] = ()) -> None:
        """Start with nothing; all ``entries`` that will come tell prices and how units are told."""
        entries = list(entries)
        self.prices = Prices(entries)
        self._between = BetweenFunds(entries)
        self._on_its_way: defaultdict[Pool, int] = defaultdict(int)  # cents between two funds
        # exchanges of this day of which no row shows the other side
        self._alone: list[tuple[Pool, JournalEntry]] = []
        self._held: defaultdict[Pool, dict[str, Holding]] = defaultdict(dict)  # by key of fund
        self._names: dict[str, str] = {}  # of funds by their keys, as they were written first
        self._told: set[Pool] = set()  # sources of which a row has ever told units
        self._untold: dict[Pool, str] = {}  # where money moved that no row tells the units of
        self._exchanged: dict[Pool, str] = {}  # where units moved in this source, or in another
        # the same of this day, whose units may stand in another row
        self._bare: dict[Pool, str] = {}
        # sources of whose money another row of the day tells the units; cents that were sold so
        self._arrived: set[Pool] = set()
        self._sold: defaultdict[Pool, int] = defaultdict(int)
        # units that left on this day, by source and fund
        self._left_today: defaultdict[tuple[Pool, str], Decimal] = defaultdict(Decimal)
        # cents of fees that may have sold units, which no row shows
        self._unseen: defaultdict[Pool, int] = defaultdict(int)

    def take(self, entry: JournalEntry) -> None:
        """Take in one entry, in the order in which they are posted."""
        for posting in entry.postings:
            if posting.pool.source:
                self._take(entry, posting)

    def _take(self, entry: JournalEntry, posting: Posting) -> None:
        pool = posting.pool
        if entry.event.kind is EventKind.EXCHANGE:
            self._exchange(entry, pool)
        if posting.units is not None:
            held, fund = self._held[pool], fund_key(posting.fund)
            slack = self.prices.slack(pool.account, fund, posting.units)
            held[fund] = held.get(fund, Holding()).plus(posting.units, slack)
            self._left_today[pool, fund] -= min(posting.units, NOTHING)
            self._names.setdefault(fund, posting.fund)
            self._told.add(pool)
            if entry.event.reason in {ARRIVED, WENT_BACK}:
                self._arrived.add(pool)
            sold = entry.event.reason == ARRIVED and posting.units < NOTHING
            if sold and entry.event.amount is not None:
                self._sold[pool] += abs(entry.event.amount.cents)
        elif entry.event.kind is EventKind.EXCHANGE and entry.event.reason != ARRIVED:
            self.untell(pool, entry.where)
        elif posting.value and entry.event.kind not in _NEED_NO_UNITS and not _of_gain(entry):
            self._bare[pool] = entry.where
        elif posting.value and entry.event.kind is EventKind.FEE and pool in self._told:
            self._unseen[pool] += abs(posting.value.cents)

    def _exchange(self, entry: JournalEntry, pool: Pool) -> None:
        self._on_its_way[pool] += self._between.cents(entry.event)
        if self._between.is_alone(entry.event):
            self._alone.append((pool, entry))

    def on_its_way(self, pool: Pool) -> Money:
        """Return what was sold out of a fund of a source and not yet bought into another."""
        return Money(self._on_its_way.get(pool, 0))

    def alone_today(self) -> Iterator[tuple[Pool, JournalEntry]]:
        """Go through the exchanges of this day that no row shows the other side of, by source.

        Where units are not known, a value is asked for all the same.
        """
        for pool, entry in self._alone:
            if pool.source != UNDIVIDED and not self.untold(pool) and not self.exchanged(pool):
                yield pool, entry

    def untell(self, pool: Pool, where: str) -> None:
        """Say that the units of a source are not known from here on, where any were told."""
        if pool in self._told:
            self._untold.setdefault(pool, where)

    def may_have_exchanged(self, pool: Pool, where: str) -> None:
        """Say that units of a source, or of another one, were exchanged: which, no row says."""
        if pool in self._told:
            self._exchanged.setdefault(pool, where)

    def close_day(self, emptied: Iterable[Pool]) -> None:
        """End a day: a source without money starts afresh with the next money it gets."""
        for pool, where in self._bare.items():
            if pool not in self._arrived:
                self._untold.setdefault(pool, where)
        self._bare.clear()
        self._left_today.clear()
        self._arrived.clear()
        self._sold.clear()
        self._alone.clear()
        for pool in emptied:
            for known in (self._held, self._untold, self._exchanged):
                known.pop(pool, None)

    def state(self, pool: Pool, fund: str, units: Decimal) -> None:
        """Take what a source is said to hold at the close of a day, where its rows do not tell."""
        if self.untold(pool) or self.exchanged(pool) or not self.has_units(pool):
            key = fund_key(fund)
            self._names.setdefault(key, fund)
            self._held[pool] = {key: Holding(units, self.prices.slack(pool.account, key, units))}
            self._told.add(pool)
            for known in (self._untold, self._exchanged):
                known.pop(pool, None)

    def of(self, pool: Pool) -> Mapping[str, Holding]:
        """Return what a source holds, by key of fund; "" is a fund that no row names."""
        return self._held.get(pool, {})

    def name_of(self, fund: str, leaving: Iterable[Posting] = ()) -> str:
        """Return the name of a fund by its key, as a row held or leaving wrote it first."""
        rows = (posting.fund for posting in leaving if fund_key(posting.fund) == fund)
        return self._names.get(fund) or next(rows, fund)

    def after(self, pool: Pool, leaving: Iterable[Posting]) -> Mapping[str, Holding]:
        """Return what a source holds by fund once these postings have taken their units out."""
        left = dict(self.of(pool))
        for posting in leaving:
            if posting.units is not None:
                fund = fund_key(posting.fund)
                slack = self.prices.slack(pool.account, fund, posting.units)
                left[fund] = left.get(fund, Holding()).plus(posting.units, slack)
        return _in_one(left)

    def make_up(
        self, pool: Pool, leaving: Sequence[Posting], prices: Mapping[tuple[str, str], Price]
    ) -> bool:
        """Let a few units that leave and never came have come; tell whether they are worth a cent.

        Less than a cent's worth is what printed units round away.
        """
        weighs = False
        for fund, left in self.after(pool, leaving).items():
            price = prices.get((pool.account, fund))
            held = self.of(pool).get(fund, Holding())
            is_worth = price is None or price.is_worth_a_cent(left.units)
            few = _FEW * abs(left.units) <= held.units - left.units
            if left.is_short and (few or not is_worth):
                self._held[pool][fund] = Holding(held.units - left.units, held.slack)
                weighs = weighs or is_worth
        return weighs

    def may_hold(self, pool: Pool, funds: Iterable[str]) -> bool:
        """Tell whether a source may hold one of these funds, as far as its units are known."""
        if self.untold(pool) or self.exchanged(pool) or not self.has_units(pool):
            return True
        units = self.of(pool)
        keys = ["", *map(fund_key, funds)]
        return any(fund in units and not units[fund].is_none for fund in keys)

    def disagree(self, pool: Pool, held: Money, prices: Mapping[tuple[str, str], Price]) -> bool:
        """Tell whether a source has value and no units, or units of a fund and no value.

        ``held`` is its value in cents; what printed units round away is no value without units.
        """
        units = _in_one(self.of(pool))
        if not units or self.untold(pool) or self.exchanged(pool):
            return False
        if held and self._on_its_way.get(pool):
            return False
        left = [fund for fund, one in units.items() if self._counts(pool, fund, one, prices, held)]
        if not held:  # of units without a fund nobody knows what they became
            return any(left) and not self._unseen.get(pool)
        return not left and held.cents > 1 + hidden_in_roundings(pool, units, prices)

    def _counts(
        self,
        pool: Pool,
        fund: str,
        one: Holding,
        prices: Mapping[tuple[str, str], Price],
        held: Money,
    ) -> bool:
        """Tell whether units count as left: not where a cent or a balance of nothing denies it."""
        price = prices.get((pool.account, fund))
        if one.is_none or (price and not price.is_worth_a_cent(one.units)):
            return False
        return bool(held) or _FEW * abs(one.units) > self._left_today[pool, fund]

    def is_short(self, pool: Pool) -> bool:
        """Tell whether more units of a source left on this day than a few that never came."""
        return any(
            one.is_short and _FEW * abs(one.units) > self._left_today[pool, fund]
            for fund, one in _in_one(self.of(pool)).items()
        )

    def has_units(self, pool: Pool) -> bool:
        """Tell whether any row has told units of a source."""
        return pool in self._told

    def unseen(self, pool: Pool) -> int:
        """Return the cents for which units of a source may have been traded, unseen in its rows."""
        return self._unseen.get(pool, 0)

    def was_sold(self, pool: Pool, leaving: Iterable[Posting]) -> bool:
        """Tell whether trades of the day tell the units of money that left without any."""
        bare = sum(-posting.value.cents for posting in leaving if posting.units is None)
        return bare == self._sold.get(pool, 0)

    def untold(self, pool: Pool) -> str:
        """Return where money moved whose units no row tells, "" when the units are complete."""
        today = "" if pool in self._arrived else self._bare.get(pool, "")
        return self._untold.get(pool, today)

    def exchanged(self, pool: Pool) -> str:
        """Return where units of a source may have been exchanged, "" where none were."""
        return self._exchanged.get(pool, "")


def _in_one(units: Mapping[str, Holding]) -> Mapping[str, Holding]:
    """Return units as those of no fund where one file names funds and another does not.

    Units that leave a fund too many are then those that stand under no name, or the other way.
    """
    if "" not in units or not any(one.is_short for one in units.values()):
        return units
    whole = sum((one.units for one in units.values()), NOTHING)
    return {"": Holding(whole, sum((one.slack for one in units.values()), NOTHING))}


def _of_gain(entry: JournalEntry) -> bool:
    """Tell whether an entry moves no money but basis alone, or only says what the market did."""
    return entry.derived and entry.event.kind in _NEED_NO_UNITS


def hidden_in_roundings(
    pool: Pool, units: Mapping[str, Holding], prices: Mapping[tuple[str, str], Price]
) -> Decimal:
    """Return how many cents the places that printed units lack may come to."""
    priced = ((one, prices.get((pool.account, fund))) for fund, one in units.items())
    return sum((p.cents * one.slack / p.units for one, p in priced if p), Decimal(0))
