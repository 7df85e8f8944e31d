"""Balances of all pools in value and basis, and what moved each pool in each year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ledger.chart import UNDIVIDED, Account, Pool
from ledger.events import ROUNDED, EventKind, Flow, kinds_where
from ledger.journal import JournalEntry
from ledger.money import Money
from ledger.year_end import PoolYear, flow_of

# What the market does, and what a statement says of it, puts no money in.
_MARKET = kinds_where(lambda spec: spec.flow is Flow.EARNINGS)


class Balances:
    """Running balances in cents, as of the last entry posted.

    Every posting changes a pool's value and basis; flows are kept by year and category so that
    a year can be told as opening, contributions, earnings, in, out, closing.
    """

    def __init__(self) -> None:
        self._value: defaultdict[Pool, int] = defaultdict(int)
        self._basis: defaultdict[Pool, int] = defaultdict(int)
        self._flows: defaultdict[tuple[Pool, int, str], list[Money]] = defaultdict(list)
        self._opening: dict[tuple[int, Pool], tuple[int, int]] = {}
        self._opened_basis: defaultdict[tuple[Pool, int], int] = defaultdict(int)
        self._gained_first: dict[Pool, str] = {}
        self._opened: set[str] = set()
        self._paid_into: set[Pool] = set()
        self._pools: defaultdict[str, list[Pool]] = defaultdict(list)
        self._touched: dict[Pool, None] = {}  # since the last close of a day, in order

    def post(self, entry: JournalEntry) -> None:
        """Add an entry to the balances."""
        kind, year = entry.event.kind, entry.event.day.year
        for posting in entry.postings:
            pool, cents, basis = posting.pool, posting.value.cents, posting.basis.cents
            if pool not in self._value:
                self._pools[pool.account].append(pool)
                gained = cents > 0 and flow_of(kind, cents) == "earnings"
                if gained and entry.event.reason != ROUNDED:
                    self._gained_first[pool] = entry.where
            self._value[pool] += cents
            if cents > 0 and kind not in _MARKET:
                self._paid_into.add(pool)
            self._touched[pool] = None
            if basis:
                self._basis[pool] += basis
            if cents and not pool.account.startswith("outside:") and pool.source != UNDIVIDED:
                self._flows[pool, year, flow_of(kind, cents)].append(posting.value)
            if kind is EventKind.OPENING:
                self._opened.update({pool.account} if cents else ())
                self._opened_basis[pool, year] += basis

    def touched_today(self) -> list[Pool]:
        """Return the pools that entries moved since this was asked last."""
        touched = list(self._touched)
        self._touched.clear()
        return touched

    def value(self, pool: Pool) -> Money:
        """Return the value of a pool."""
        return Money(self._value.get(pool, 0))

    def basis(self, pool: Pool) -> Money:
        """Return the basis of a pool."""
        return Money(self._basis.get(pool, 0))

    def was_opened(self, account: str) -> bool:
        """Tell whether an opening says that the account held money before the books start."""
        return account in self._opened

    def was_paid_into(self, pool: Pool) -> bool:
        """Tell whether money was put into a pool, and not only the market moved it."""
        return pool in self._paid_into

    def gained_first(self, pool: Pool) -> str:
        """Return where a pool starts with a gain, "" when it starts with money put in.

        Money that gained before any was put in was there before the books start.
        """
        return self._gained_first.get(pool, "")

    def stands_for_opening(self, pool: Pool) -> None:
        """Let the first gain of a pool tell of no earlier money: an open point says it already."""
        self._gained_first.pop(pool, None)

    def pools_of(self, account: str) -> list[Pool]:
        """Return the pools of an account that were ever used, but for money still undivided."""
        return sorted(p for p in self._pools.get(account, ()) if p.source != UNDIVIDED)

    def open_year(self, year: int) -> None:
        """Remember the balances at the start of a year."""
        for pool in self._value:
            self._opening[year, pool] = (self._value[pool], self._basis[pool])

    def value_at_end(self, pool: Pool, year: int) -> Money:
        """Return a pool's value at the end of a year that the fold has passed."""
        return Money(self._opening.get((year + 1, pool), (0, 0))[0])

    def year_of(self, account: Account, year: int) -> Iterator[PoolYear]:
        """Tell one year of each pool of an account that has something to tell."""
        for pool in self.pools_of(account.id):
            row = self._pool_year(pool, year, is_plan=account.kind.is_plan)
            if any(v for v in vars(row).values() if isinstance(v, Money)):
                yield row

    def _pool_year(self, pool: Pool, year: int, *, is_plan: bool) -> PoolYear:
        value, basis = self._opening.get((year, pool), (0, 0))
        end_value, end_basis = self._opening.get((year + 1, pool), (0, 0))
        flows = {
            name: Money.total(self._flows.get((pool, year, name), ()))
            for name in ("opening", "contributions", "earnings", "came_in", "went_out")
        }
        opened = flows.pop("opening")
        opened_basis = self._opened_basis.get((pool, year), 0)
        return PoolYear(
            account=pool.account,
            source=pool.source,
            opening_value=Money(value) + opened,
            opening_basis=Money(basis + opened_basis) if is_plan else None,
            contributions=flows["contributions"],
            earnings=flows["earnings"],
            came_in=flows["came_in"],
            went_out=-flows["went_out"],
            closing_value=Money(end_value),
            closing_basis=Money(end_basis) if is_plan else None,
        )
