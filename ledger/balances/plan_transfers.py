"""Money that moves from plan to plan as it is: a new recordkeeper, a merger, a share in a divorce.

It is no distribution: each source keeps its name and takes its share of the investment along, and
no Form 1099-R reports it (Treas. Reg. 1.414(l)-1; IRC 72(m)(10), 414(p)).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ledger.balances.contracts import PlanContracts
from ledger.balances.distributions import ROLLED_IN
from ledger.balances.on_its_way import Coming, Shares, apart
from ledger.balances.payouts import PlanTransfer, Story
from ledger.balances.pools import Balances
from ledger.booking import destinations
from ledger.chart import UNDIVIDED, Account, Pool, Source, TaxCharacter
from ledger.errors import LedgerError
from ledger.events import Event, EventKind
from ledger.journal import JournalEntry, Posting
from ledger.law.plan_pro_rata import investment_that_moves
from ledger.money import ZERO, Money, apportion


class PlanTransfers:
    """Works out what moves between plans, as the fold reaches it."""

    def __init__(
        self,
        accounts: Mapping[str, Account],
        balances: Balances,
        contracts: PlanContracts,
        story: Story,
    ) -> None:
        self._accounts, self._balances = accounts, balances
        self._contracts, self._story = contracts, story
        self._rolled: dict[Event, bool] = {}  # what the other plan has as rolled in

    def is_transfer(self, entry: JournalEntry) -> bool:
        """Tell whether an event moves money between plans without paying it out.

        What one plan of an employer sends to another one of the same employer is no rollover,
        unless the statement of the other shows it as one.
        """
        event = entry.event
        here = self._accounts[event.account]
        paid = event.kind is EventKind.DISTRIBUTION
        if not (paid or event.kind.spec.as_it_is) or not here.kind.is_plan:
            return False
        sent = destinations(event)
        to = self._accounts.get(sent[0][0])
        if len(sent) > 1 or to is None or not to.kind.is_plan:
            return False
        same = bool(here.employer) and here.employer == to.employer and here.kind is to.kind
        return not paid or (same and not self._is_rolled(entry, here))

    def _is_rolled(self, entry: JournalEntry, here: Account) -> bool:
        """Tell whether the other plan has money as rolled in that was not so in this one."""
        event = entry.event
        if event not in self._rolled:
            said = any(one.rolled for one in entry.arrivals)
            named = (one.source for one in entry.arrivals if one.source in ROLLED_IN)
            kept = (event.source,) if event.source else self._held(here)
            self._rolled[event] = said or any(source not in kept for source in named)
        return self._rolled[event]

    def _held(self, here: Account) -> list[Source]:
        """Return the sources of money that was rolled into a plan before."""
        return [s for s in ROLLED_IN if self._balances.value(Pool(here.id, s.value))]

    def derive(self, entry: JournalEntry) -> Iterator[JournalEntry]:
        """Yield the entries by which each source arrives with its investment."""
        event, here = entry.event, self._accounts[entry.event.account]
        ((name, amount),) = destinations(event)
        drawn, to = self._drawn(entry, here, amount), self._accounts[name]
        basis = self._basis(event, drawn)
        converted = Pool(here.id, Source.IN_PLAN_ROTH.value)
        in_plan, before = basis.get(converted, ZERO), self._balances.basis(converted)
        total = Money.total(basis.values())
        moved = PlanTransfer(event, here.id, to.id, amount, total, in_plan, before)
        self._story.transfers.append(moved)
        postings = [Posting(pool, ZERO, -part) for pool, part in basis.items()]
        if event.source is None:
            postings += [Posting(pool, -part) for pool, part in drawn.items()]
            postings.append(Posting(Pool(here.id, UNDIVIDED), amount))
        shares, coming = Shares(entry), list[Coming]()
        for pool, part in drawn.items():
            source = Source(pool.source)
            mine = shares.of(to.id, part, roth=source.character is TaxCharacter.ROTH)
            parts = apportion(basis[pool], [share.amount for share in mine])
            for share, along in zip(mine, parts, strict=True):
                there = Pool(to.id, (share.into or source).value)
                away = Posting(share.undivided(to.id), -share.amount)
                coming.append((share, (away, Posting(there, share.amount, along))))
        self._contracts.carry_over(here, to, drawn)
        told = JournalEntry(
            event,
            (),
            "sources and investment move from plan to plan",
            derived=True,
            cite="IRC 72(m)(10)"
            if event.kind is EventKind.DIVORCE_TRANSFER
            else "Treas. Reg. 1.414(l)-1",
        )
        yield from apart(told, postings, coming)

    def _drawn(self, entry: JournalEntry, here: Account, amount: Money) -> dict[Pool, Money]:
        """Return what leaves each source: the one named, or each in proportion to its value."""
        event = entry.event
        if event.source is not None:
            return {Pool(here.id, event.source.value): amount}
        pools = self._contracts.pools_with_value(here)
        held = [self._balances.value(pool) for pool in pools]
        if Money.total(held) < amount:
            raise LedgerError(
                where=event.where,
                code="above_balance",
                problem=f"the transfer of {amount} is more than the {Money.total(held)} that "
                f"{here.id} holds in the books on {event.day}",
                remedy="record the gains that the statements do not show ('balance' before this "
                "day), or correct the amount",
            )
        parts = apportion(amount, held)
        return {pool: part for pool, part in zip(pools, parts, strict=True) if part}

    def _basis(self, event: Event, drawn: Mapping[Pool, Money]) -> dict[Pool, Money]:
        """Return the investment that each source takes along, as stated or in proportion."""
        shares = {
            pool: investment_that_moves(
                amount, self._balances.value(pool), self._balances.basis(pool)
            )
            for pool, amount in drawn.items()
        }
        if event.basis is None or not shares:
            return shares
        there = Money.total(self._balances.basis(pool) for pool in drawn)
        if event.basis > there:
            raise LedgerError(
                where=event.where,
                code="basis_too_large",
                problem=f"a basis of {event.basis} goes along; what moves has {there} in "
                f"{event.account} on {event.day}",
                remedy="correct 'basis', or leave it out: then each source takes its part along",
            )
        weights = [max(share, ZERO) for share in shares.values()]
        if not any(weights):
            weights = list(drawn.values())
        return dict(zip(shares, apportion(event.basis, weights), strict=True))
