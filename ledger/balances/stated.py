"""How far a statement's balance is from the books, and whether a market can have made that."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isqrt

from ledger.chart import UNDIVIDED, Pool, Source
from ledger.events import Event, EventKind, kinds_where
from ledger.journal import JournalEntry
from ledger.money import Money
from ledger.paydays import FEW, PayrollGap, in_words, paid, payroll_gaps, usual_paycheck

ACCEPTED = "difference accepted"  # memo of a balance whose difference the user took for a gain
STATED = kinds_where(lambda spec: spec.is_stated)  # a value of a day, no movement
_PLAUSIBLE_PERCENT = 40  # of the money there: what a market may do in a year, up or down
_NEAR_PERCENT = 2  # a difference as near as this to paychecks is likely to be just these
_YEAR_OF_DAYS = timedelta(days=365)


@dataclass(frozen=True)
class Stated:
    """A statement's balance of a source or a whole account, held against the books (cents).

    ``allowed`` is what a market may have made of the money, up or down; ``payroll_gaps`` the
    stretches without paydays, ``paycheck`` what one usually brings, ``latest`` what the last did.
    ``begins`` says that the books have nothing of the account up to that day.
    """

    pool: str  # account, or account:source
    day: date
    stated: Money
    booked: Money
    allowed: Money
    payroll_gaps: tuple[PayrollGap, ...]
    paycheck: Money
    latest: Money
    begins: bool

    @property
    def difference(self) -> Money:
        """What booking the balance makes a gain (negative: a loss)."""
        return self.stated - self.booked

    @property
    def missing(self) -> Money:
        """What the paydays that are silent would have brought."""
        return Money(self.paycheck.cents * sum(one.paydays for one in self.payroll_gaps))

    @property
    def is_plausible(self) -> bool:
        """Whether the market can have made the difference, so that nothing else need be asked."""
        return not self.doubt

    @property
    def doubt(self) -> str:
        """Why the market can hardly have made the difference, "" where it can.

        It cannot where the difference is just a few paychecks, more than a market usually does, or
        half or more of paychecks that are missing. Where the account begins there is nothing to
        compare with: the balance tells what was there before its first row.
        """
        if self.begins:
            return ""
        count = self._paychecks
        if count:
            what = "paycheck" if ":" in self.pool else "contribution"  # of a source, or of an IRA
            what = f"{count} {what}s bring" if count > 1 else f"one {what} brings"
            return f"this is what {what}: is a download missing or counted twice?"
        missing, moved = self.missing.cents, self.difference.cents
        if abs(moved) > self.allowed.cents or (missing and moved * 2 >= missing):
            return (
                "the market can hardly have made this difference: look for a download that is "
                "missing, an opening, or a row booked twice"
            )
        return ""

    @property
    def _paychecks(self) -> int:
        """How many paychecks, of a few, the difference nearly is; 0 where it is not."""
        moved = abs(self.difference.cents)
        for paycheck in (self.paycheck.cents, self.latest.cents):
            for count in range(1, FEW + 1):
                off = abs(moved - count * paycheck)
                if moved and off * 100 <= _NEAR_PERCENT * count * paycheck:
                    return count
        return 0

    @property
    def words(self) -> str:
        """The difference in one sentence, with the days on which rows are likely to be missing."""
        told = f"{self.pool} on {self.day.isoformat()}: {self.stated} stated, {self.booked} in the "
        if not self.difference:
            return f"{told}books, no difference"
        if self.begins:
            return f"{told}books, which begin later"
        told += f"books, difference {self.difference}{self._percent}"
        return f"{told}; {self.silence}" if self.payroll_gaps else told

    @property
    def silence(self) -> str:
        """The days on which paychecks are likely to be missing, "" where none are."""
        if not self.payroll_gaps:
            return ""
        count = sum(one.paydays for one in self.payroll_gaps)
        paydays = f"{count} paydays" if count > 1 else "a payday"
        return f"{in_words(self.payroll_gaps)} (about {paydays}, {self.missing})"

    @property
    def _percent(self) -> str:
        """The difference in percent of the books, to one decimal, half up."""
        whole = self.booked.cents
        if whole <= 0:
            return ""
        tenths = (abs(self.difference.cents) * 2_000 + whole) // (2 * whole)
        return f" ({tenths // 10}.{tenths % 10} %)"


def stated_value(journal: Iterable[JournalEntry], balance: Event) -> Stated:
    """Hold a statement balance against the journal of its account, booked and derived entries.

    The balance is that of the close of its day; what it, or another of that day, says of the
    market is left out. It may be among the entries or not.
    """
    account, source, day = balance.account, balance.source, balance.day
    until = [entry for entry in journal if entry.day <= day and not _meets(entry, account, day)]
    mine = [entry.event for entry in until if not entry.derived]
    said = [e for e in mine if e.kind in STATED and e.account == account]
    said = [e for e in said if e.day < day or e.kind is EventKind.OPENING]
    if source is not None:
        said = [e for e in said if e.source in {None, source}]
    since = max((e.day for e in said), default=mine[0].day if mine else day)
    booked, allowed = _booked(until, account, source, day)
    paced = bisect_left(mine, since - _YEAR_OF_DAYS, key=lambda event: event.day)
    contributions = paid(mine[paced:], day, source)
    taken_in = max((e.day for e in said if e.kind is EventKind.BALANCE), default=date.min)
    return Stated(
        pool=f"{account}:{source}" if source else account,
        day=day,
        stated=balance.money("value"),
        booked=booked,
        allowed=allowed,
        payroll_gaps=tuple(_silent(contributions, said if source is None else [], day, taken_in)),
        paycheck=usual_paycheck(contributions),
        latest=usual_paycheck(e for e in contributions if e.day == contributions[-1].day),
        begins=not until,
    )


def _meets(entry: JournalEntry, account: str, day: date) -> bool:
    """Tell whether an entry is a balance of that day, or the gain or loss up to it."""
    event = entry.event
    return event.kind is EventKind.BALANCE and (event.account, event.day) == (account, day)


@dataclass
class _Exposure:
    """How much money of a pool the market has had, for how long, since it was empty or stated.

    ``plain`` and ``squared`` are the sums of the cents at close of each day, and of their squares.
    """

    day: date
    held: int = 0
    plain: int = 0
    squared: int = 0

    def go_on(self, day: date, held: int) -> None:
        """Take in the days until a day, and what is held from then on."""
        days = (day - self.day).days
        self.plain += self.held * days
        self.squared += self.held**2 * days
        self.day, self.held = day, held

    def start_again(self) -> None:
        """Forget what was before: the pool is empty, or a statement has what the market did."""
        self.plain = self.squared = 0

    @property
    def allowed(self) -> int:
        """What a market may have made of it in cents, up or down.

        Over years that grows with the days; within one with their square root, as the swings of
        a market do.
        """
        year = _YEAR_OF_DAYS.days
        return max(self.plain // year, isqrt(self.squared // year)) * _PLAUSIBLE_PERCENT // 100


def _booked(
    entries: Sequence[JournalEntry], account: str, source: Source | None, last: date
) -> tuple[Money, Money]:
    """Return what entries make a source or an account worth, and what a market may add or take."""
    pools: Counter[Pool] = Counter()
    exposed: dict[Pool, _Exposure] = {}
    for entry in entries:
        for posting in entry.postings:
            pools[posting.pool] += posting.value.cents
        stated = entry.event.kind is EventKind.BALANCE and entry.event.account == account
        for pool, cents in pools.items():
            if pool.account != account or pool.source == UNDIVIDED:
                continue
            if source is not None and pool.source != source:
                continue
            exposure = exposed.setdefault(pool, _Exposure(entry.day))
            exposure.go_on(entry.day, max(cents, 0))
            # what left on the last day itself had been in the market until then
            emptied = cents <= 0 and entry.day < last
            if emptied or (stated and entry.event.source in {None, pool.source}):
                exposure.start_again()
    for exposure in exposed.values():
        exposure.go_on(last + timedelta(days=1), 0)
    worth = sum(pools[pool] for pool in exposed)
    return Money(worth), Money(sum(one.allowed for one in exposed.values()))


def _silent(
    contributions: Sequence[Event], said: Sequence[Event], day: date, taken_in: date
) -> list[PayrollGap]:
    """Return the stretches without paydays that no earlier balance has taken in.

    A whole plan has them from its opening on; a source only from its first payday, for an
    election may begin at any time.
    """
    days = sorted({event.day for event in contributions})
    if len(days) <= FEW:
        return []
    opened = [e.day for e in said if e.kind is EventKind.OPENING and e.day < days[0]]
    found = payroll_gaps([*opened[:1], *days], days, day)
    return [one for one in found if one.last > taken_in]
