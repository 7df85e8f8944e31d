"""How far a statement's balance is from the books, and whether a market can have made that."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isqrt
from typing import NamedTuple

from ledger.balances.units_near import YEAR, units_near
from ledger.chart import UNDIVIDED, Pool, Source, TaxCharacter
from ledger.events import Event, EventKind, kinds_where
from ledger.journal import JournalEntry
from ledger.money import Money
from ledger.paydays import FEW, PayrollGap, in_words, paid, payroll_gaps, usual_paycheck

ACCEPTED = "difference accepted"  # memo of a balance whose difference the user took for a gain
STATED = kinds_where(lambda spec: spec.is_stated)  # a value of a day, no movement
_DAY = timedelta(days=1)
_HALF = 2  # a market hardly takes more than one part in so many of what is there


@dataclass(frozen=True)
class Stated:
    """A statement's balance of a source or a whole account, held against the books (cents).

    ``worth`` is what the books make likely: units at the nearest prices where the rows of all
    sources told units (``by_units``), else what was paid in and out; ``allowed`` how far from it a
    market may have gone. ``payroll_gaps`` are the stretches without paydays, those of them that
    files leave out ``unshown``; ``paycheck`` is what one usually brings, ``latest`` what the last
    did, and ``is_paid`` whether an employer pays them: into an IRA people put money as they like.
    ``begins`` says that the books have nothing of the account up to that day, ``lacks`` that
    more left later than had come: earlier rows are missing, and an open point says so.
    """

    pool: str  # account, or account:source
    day: date
    stated: Money
    booked: Money
    worth: Money
    allowed: Money
    by_units: bool
    payroll_gaps: tuple[PayrollGap, ...]
    unshown: int  # paydays of the gaps that no file shows
    paycheck: Money
    latest: Money
    is_paid: bool
    moved: Money  # what came in on the very day, less what left
    begins: bool
    lacks: bool

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

        Where units tell what is there, only prices can move it. Else a difference of some
        paychecks to the cent is none that a market makes, nor one that is half and more of
        paychecks that no file shows, nor what moved on the very day. Where the account begins, or
        earlier rows are known to be missing, there is nothing to compare with: the balance tells
        what was there.
        """
        if self.begins or self.lacks:
            return ""
        off = (self.stated - self.worth).cents
        is_beyond = abs(off) > self.allowed.cents or -off * _HALF > max(self.worth.cents, 0)
        if self.by_units and not is_beyond:
            return ""
        if self._as_moved:
            return self._as_moved
        unshown = self.paycheck.cents * self.unshown
        if is_beyond or (unshown and self.difference.cents * 2 >= unshown):
            units = f" of {self.worth}, what its units come to" if self.by_units else ""
            return (
                f"the market can hardly have made this difference{units}: look for a download that "
                "is missing, an opening, or a row booked twice"
            )
        return ""

    @property
    def _as_moved(self) -> str:
        """Which money the difference is to the cent, "" where it is that of none."""
        count = self._paychecks
        if count:
            what = "paycheck" if ":" in self.pool else "contribution"  # of a source, or of an IRA
            what = f"{count} {what}s bring" if count > 1 else f"one {what} brings"
            return f"this is what {what}: is a download missing or counted twice?"
        if not self.moved or self.difference != -self.moved:
            return ""
        way = "left" if self.moved.cents < 0 else "came in"
        return f"this is what {way} on that very day: a balance is that of the day's close"

    @property
    def _paychecks(self) -> int:
        """How many paychecks, a few or those of the gaps, the difference is; 0 where it is not."""
        moved = abs(self.difference.cents)
        counts: list[int] = [*range(1, FEW + 1), sum(one.paydays for one in self.payroll_gaps)]
        for paycheck in (self.paycheck.cents, self.latest.cents):
            for count in counts:
                if moved and moved == count * paycheck:
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
        if self.lacks:
            return f"{told}; rows of earlier days are missing"
        return f"{told}; {self.silence}" if self.silence else told

    @property
    def silence(self) -> str:
        """The days on which paychecks are likely to be missing, "" where none are."""
        if not (self.payroll_gaps and self.is_paid):
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


def stated_value(journal: Sequence[JournalEntry], balance: Event) -> Stated:
    """Hold a statement balance against the journal of its account, booked and derived entries.

    The balance is that of the close of its day; what it, or another of that day, says of the
    market is left out. It may be among the entries or not. What comes after that day tells the
    prices near it, and of rows that are missing.
    """
    account, source, day = balance.account, balance.source, balance.day
    facts = [entry for entry in journal if not _meets(entry, account, day)]
    until = [entry for entry in facts if entry.day <= day]
    mine = [entry.event for entry in until if not entry.derived]
    said = [e for e in mine if e.kind in STATED and e.account == account]
    said = [e for e in said if e.day < day or e.kind is EventKind.OPENING]
    if source is not None:
        said = [e for e in said if e.source in {None, source}]
    since = max((e.day for e in said), default=mine[0].day if mine else day)
    paced = bisect_left(mine, since - YEAR, key=lambda event: event.day)
    contributions = paid(mine[paced:], day, source)
    taken_in = max((e.day for e in said if e.kind is EventKind.BALANCE), default=date.min)
    gaps = _silent(contributions, said if source is None else [], day, taken_in)
    held = _booked(until, account, source, day)
    near = units_near(facts, account, day)
    told = {pool: near.worth[pool] for pool in held if pool in near.worth}
    worth = sum(told[p].value.cents if p in told else held[p].value.cents for p in held)
    allowed = sum(told[p].allowed if p in told else held[p].allowed for p in held)
    return Stated(
        pool=f"{account}:{source}" if source else account,
        day=day,
        stated=balance.money("value"),
        booked=Money.total(one.value for one in held.values()),
        worth=Money(worth),
        allowed=Money(allowed),
        by_units=bool(told) and all(p in told or not one.value for p, one in held.items()),
        payroll_gaps=tuple(gaps),
        unshown=sum(gap.paydays for gap in gaps if not _is_shown(gap, facts, account)),
        paycheck=usual_paycheck(contributions),
        latest=usual_paycheck(e for e in contributions if e.day == contributions[-1].day),
        is_paid=any(event.source is not None for event in contributions),
        moved=_moved(until, held, day),
        begins=not until,
        lacks=any(p in near.lacking or _lacks(p, facts, day) for p in held),
    )


def _moved(facts: Iterable[JournalEntry], pools: Iterable[Pool], day: date) -> Money:
    """Return what came into pools on a day, less what left them; no gain of the market."""
    mine = set(pools)
    return Money.total(
        posting.value
        for entry in facts
        if entry.day == day and not entry.event.kind.spec.is_market
        for posting in entry.postings
        if posting.pool in mine and not (entry.derived and entry.event.kind is EventKind.BALANCE)
    )


def _lacks(pool: Pool, facts: Iterable[JournalEntry], day: date) -> bool:
    """Tell whether more of a pool left after a day than rows and statements had brought.

    Of taxed money that rows did bring it may have been a gain, and is asked about: what was there
    before has basis, which a balance would make a gain.
    """
    is_taxed = bool(pool.source) and Source(pool.source).character is not TaxCharacter.PRE_TAX
    held = 0
    for entry in facts:
        event, is_later = entry.event, entry.day > day
        cents = sum(p.value.cents for p in entry.postings if p.pool == pool)
        is_market = event.kind.spec.is_market or event.kind is EventKind.BALANCE
        if is_taxed and cents > 0 and not is_market:
            return False
        if is_later and event.kind is EventKind.BALANCE and event.source in {None, pool.source}:
            return False
        held += 0 if is_later and entry.derived and is_market else cents
        if is_later and held < 0:
            return True
    return False


def _is_shown(gap: PayrollGap, facts: Sequence[JournalEntry], account: str) -> bool:
    """Tell whether a stretch may well have had no paydays.

    A source gets nothing while others are paid, a file has rows on both sides, a job ends. And a
    limit that is full lets contributions end until the year does.
    """
    mine = [e for e in facts if e.event.account == account and not e.derived]
    paydays = [e.day for e in mine if e.event.kind is EventKind.CONTRIBUTION]
    ends = not any(day > gap.last for day in paydays)
    if ends or (gap.last + _DAY).year > gap.first.year:
        return True
    if any(gap.first <= day <= gap.last for day in paydays):
        return True
    rows = [e for e in mine if e.event.kind not in STATED]
    before = {e.where.rpartition(":")[0] for e in rows if e.day < gap.first}
    return any(e.where.rpartition(":")[0] in before for e in rows if e.day > gap.last)


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
        a market do: in a year it may double money, or take all of it.
        """
        return max(self.plain // YEAR.days, isqrt(self.squared // YEAR.days))


class _Held(NamedTuple):
    """What a source or an IRA holds in the books, and what a market may have made of it (cents)."""

    value: Money
    allowed: int


def _booked(
    entries: Sequence[JournalEntry], account: str, source: Source | None, last: date
) -> dict[Pool, _Held]:
    """Return what entries make each pool of a source or an account worth."""
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
    return {pool: _Held(Money(pools[pool]), one.allowed) for pool, one in exposed.items()}


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
