"""What pools are worth in the books on a day, and how far a statement's balance is from it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.booking import book
from ledger.chart import Account, Pool, Source
from ledger.journal import JournalEntry
from ledger.money import Money, apportion
from ledger.paydays import FEW, Silence, in_words, paid, silences, usual_paycheck
from ledger.records import Event, EventKind

STATED = frozenset({EventKind.OPENING, EventKind.BALANCE})  # a value of a day, no movement
_PLAUSIBLE_PERCENT = 40  # of the most it held: what a market may do in a year, up or down
_YEAR_OF_DAYS = timedelta(days=365)


def touched(event: Event) -> set[str]:
    """Return the ids of the accounts an event moves money in."""
    return {event.account, event.to, *(part.to for part in event.parts)} - {""}


def values(events: Iterable[Event], accounts: Mapping[str, Account], until: date) -> Counter[Pool]:
    """Return the value of each pool in cents at close of a day.

    A statement balance among the events is taken as it stands: what the market did is in it.
    """
    out: Counter[Pool] = Counter()
    for event in sorted((e for e in events if e.day <= until), key=_in_order):
        apply_event(out, event, accounts)
    return out


def _in_order(event: Event) -> tuple[date, bool, int]:
    """Return the place of an event among others: a balance is that of the close of its day."""
    return event.day, event.kind is EventKind.BALANCE, event.seq


def apply_event(pools: Counter[Pool], event: Event, accounts: Mapping[str, Account]) -> None:
    """Add what an event moves to the values of pools, in cents; a statement balance sets them.

    That of a whole plan is divided among its sources by what they hold.
    """
    apply_entry(pools, book(event, accounts))


def apply_entry(pools: Counter[Pool], entry: JournalEntry) -> None:
    """Add what an entry moves to the values of pools, as ``apply_event`` does for its event."""
    event = entry.event
    if event.kind is EventKind.BALANCE:
        if event.value is not None:
            _set(pools, event, event.value)
        return
    for posting in entry.postings:
        pools[posting.pool] += posting.value.cents


def _set(pools: Counter[Pool], event: Event, value: Money) -> None:
    held = {p: c for p, c in pools.items() if p.account == event.account and c > 0}
    if event.source is not None or not held:
        pools[Pool(event.account, event.source or "")] = value.cents
        return
    shares = apportion(value, [Money(cents) for cents in held.values()])
    pools.update({pool: share.cents - held[pool] for pool, share in zip(held, shares, strict=True)})


@dataclass(frozen=True)
class Stated:
    """A statement's balance of a source or a whole account, held against the books (cents).

    ``most`` is the highest value in the books since their last balance or opening, ``years`` the
    years begun since then; ``silences`` the stretches since without paydays, and ``paycheck``
    what one usually brings.
    """

    pool: str  # account, or account:source
    day: date
    stated: Money
    booked: Money
    most: Money
    years: int
    silences: tuple[Silence, ...]
    paycheck: Money

    @property
    def difference(self) -> Money:
        """What booking the balance makes a gain (negative: a loss)."""
        return self.stated - self.booked

    @property
    def missing(self) -> Money:
        """What the paydays that are silent would have brought."""
        return Money(self.paycheck.cents * sum(one.paydays for one in self.silences))

    @property
    def is_plausible(self) -> bool:
        """Whether the market can have made the difference, so that nothing else need be asked.

        It cannot where it is more than a market usually does, or where it is half or more of
        paychecks that are missing.
        """
        moved = abs(self.difference.cents)
        if moved * 100 > self.most.cents * _PLAUSIBLE_PERCENT * self.years:
            return False
        missing = self.missing.cents
        return not missing or self.difference.cents * 2 < missing

    @property
    def words(self) -> str:
        """The difference in one sentence, with the days on which rows are likely to be missing."""
        told = f"{self.pool} on {self.day.isoformat()}: {self.stated} stated, {self.booked} in the "
        if not self.difference:
            return f"{told}books, no difference"
        told += f"books, difference {self.difference}{self._percent}"
        return f"{told}; {self.silence}" if self.silences else told

    @property
    def silence(self) -> str:
        """The days on which paychecks are likely to be missing, "" where none are."""
        if not self.silences:
            return ""
        count = sum(one.paydays for one in self.silences)
        paydays = f"{count} paydays" if count > 1 else "a payday"
        return f"{in_words(self.silences)} (about {paydays}, {self.missing})"

    @property
    def _percent(self) -> str:
        """The difference in percent of the books, to one decimal, half up."""
        whole = self.booked.cents
        if whole <= 0:
            return ""
        tenths = (abs(self.difference.cents) * 2_000 + whole) // (2 * whole)
        return f" ({tenths // 10}.{tenths % 10} %)"


def stated_value(entries: Iterable[JournalEntry], balance: Event) -> Stated:
    """Hold a statement balance against the entries of its account; itself it may be among them."""
    account, source, day = balance.account, balance.source, balance.day
    before = [e for e in entries if e.day <= day and e.event is not balance]
    before.sort(key=lambda entry: _in_order(entry.event))
    mine = [entry.event for entry in before]
    said = [e for e in mine if e.kind in STATED and e.account == account]
    if source is not None:
        said = [e for e in said if e.source in {None, source}]
    since = max((e.day for e in said), default=mine[0].day if mine else day)
    booked, most = _booked(before[_restart(mine, source) :], account, source, since)
    paced = bisect_left(mine, since - _YEAR_OF_DAYS, key=lambda event: event.day)
    contributions = paid(mine[paced:], day, source)
    return Stated(
        pool=f"{account}:{source}" if source else account,
        day=day,
        stated=balance.money("value"),
        booked=booked,
        most=most,
        years=(day - since) // _YEAR_OF_DAYS + 1,
        silences=tuple(_silent(contributions, said, day)),
        paycheck=usual_paycheck(contributions),
    )


def _restart(events: Sequence[Event], source: Source | None) -> int:
    """Return the place of the last balance of a source: what came before it no longer matters."""
    if source is not None:
        for place in range(len(events) - 1, -1, -1):
            if events[place].kind is EventKind.BALANCE and events[place].source is source:
                return place
    return 0


def _booked(
    entries: Sequence[JournalEntry], account: str, source: Source | None, since: date
) -> tuple[Money, Money]:
    """Return what the entries make a source or an account worth, and the most since a day."""
    pools: Counter[Pool] = Counter()
    most = Money(0)
    for entry in entries:
        apply_entry(pools, entry)
        if entry.day >= since:
            most = max(most, _worth(pools, account, source))
    return _worth(pools, account, source), most


def _worth(pools: Mapping[Pool, int], account: str, source: Source | None) -> Money:
    if source is not None:
        return Money(pools.get(Pool(account, source), 0))
    return Money(sum(cents for pool, cents in pools.items() if pool.account == account))


def _silent(contributions: Sequence[Event], said: Sequence[Event], day: date) -> list[Silence]:
    """Return the stretches without paydays that no earlier balance has taken in."""
    days = sorted({event.day for event in contributions})
    if len(days) <= FEW:
        return []
    opened = [e.day for e in said if e.kind is EventKind.OPENING and e.day < days[0]]
    taken_in = max((e.day for e in said if e.kind is EventKind.BALANCE), default=date.min)
    found = silences([*opened[:1], *days], days, day)
    return [one for one in found if one.last > taken_in]
