"""Distributions from plans: which sources pay, what basis goes along, and where it arrives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ledger.booking import destinations, gross_amount
from ledger.books import Books
from ledger.chart import (
    UNDIVIDED,
    Account,
    AccountKind,
    Outside,
    Pool,
    Source,
    TaxCharacter,
    outside,
)
from ledger.errors import LedgerError
from ledger.fold.contracts import PlanContracts
from ledger.fold.payouts import Payout, PayoutRow, Story
from ledger.journal import JournalEntry, Posting
from ledger.law.figures import statute
from ledger.law.five_year_clocks import (
    designated_roth_qualified_from,
    is_59_and_a_half,
    is_qualified_roth_ira,
)
from ledger.law.rollover_split import Disbursed, Route, assign_pretax
from ledger.money import ZERO, Money, apportion
from ledger.records import CASH, Event, EventKind

CITE = "IRC 72(e)(8); Notice 2014-54"
EXCEPTED_REASONS = frozenset({"death", "disability"})


@dataclass(frozen=True)
class _Draw:
    """Money taken out of one contract's pools for one distribution."""

    character: TaxCharacter
    pools: dict[Pool, Money]

    @property
    def amount(self) -> Money:
        return Money.total(self.pools.values())

    @property
    def sources(self) -> list[Source]:
        return [Source(pool.source) for pool in self.pools]


class Distributions:
    """Works out plan distributions one at a time, as the fold reaches them."""

    def __init__(self, books: Books, contracts: PlanContracts, story: Story) -> None:
        self._accounts = books.accounts
        self._people = books.taxpayers
        self._contracts = contracts
        self._story = story
        self._rollovers: dict[str, list[Event]] = defaultdict(list)
        for entry in books.entries:
            if entry.event.kind is EventKind.ROLLOVER_60DAY:
                self._rollovers[entry.event.of].append(entry.event)
        self._seen = {e.event.id for e in books.entries if e.event.kind is EventKind.DISTRIBUTION}

    def derive(self, entry: JournalEntry) -> Iterator[JournalEntry]:
        """Yield the entries that a plan distribution derives, and record its payouts."""
        event, here = entry.event, self._accounts[entry.event.account]
        draws = self._draws(event, here)
        postings: list[Posting] = []
        if event.source is None:
            postings += [Posting(p, -m) for d in draws for p, m in d.pools.items()]
            postings.append(Posting(Pool(here.id, UNDIVIDED), gross_amount(event)))
        for draw in draws:
            payout = self._payout(event, here, draw)
            self._story.payouts.append(payout)
            postings += self._basis_of(payout, here, draw)
        kept = tuple(p for p in postings if p.value or p.basis)
        yield JournalEntry(event, kept, "sources and basis of the distribution", derived=True,
                           cite=CITE)

    def _draws(self, event: Event, here: Account) -> list[_Draw]:
        """Divide the gross amount over the sources: those named, or all, pro rata to value."""
        gross = gross_amount(event)
        named = [Pool(here.id, source.value) for source in event.sources]
        pools = named or self._contracts.pools_with_value(here)
        if event.sources:
            self._contracts.check_separable(here, event.sources, event)
        held = [self._contracts.value(pool) for pool in pools]
        if sum(v.cents for v in held) < gross.cents:
            raise LedgerError(
                where=event.where,
                code="above_balance",
                problem=f"the distribution of {gross} is more than the "
                f"{Money.total(held)} that {here.id} holds in the books on {event.day}",
                remedy="record the gains that the statements do not show ('balance' or "
                "'earnings' before this day), or correct the amount",
            )
        shares = [gross] if len(pools) == 1 else apportion(gross, held)
        by_kind: dict[TaxCharacter, dict[Pool, Money]] = defaultdict(dict)
        for pool, share in zip(pools, shares, strict=True):
            if share:
                by_kind[self._group(here, Source(pool.source))][pool] = share
        if TaxCharacter.ROTH in by_kind and len(by_kind) > 1 and len(event.parts) > 1:
            raise LedgerError(
                where=event.where,
                code="mixed_sources",
                problem="designated Roth money and other money went to several places in one event",
                remedy="write one distribution for the Roth sources and one for the others",
            )
        return [_Draw(kind, pools) for kind, pools in by_kind.items()]

    @staticmethod
    def _group(here: Account, source: Source) -> TaxCharacter:
        mixed = not here.separate_after_tax and source.character is TaxCharacter.AFTER_TAX
        return TaxCharacter.PRE_TAX if mixed else source.character

    def _payout(self, event: Event, here: Account, draw: _Draw) -> Payout:
        direct_only = all(to != CASH for to, _ in destinations(event))
        roth = draw.character is TaxCharacter.ROTH
        basis = self._contracts.basis_leaving(
            here, draw.pools, rolled_over=roth and direct_only
        )
        qualified = roth and self._is_qualified(event, here)
        pretax = (draw.amount - basis).floor_zero()
        items = assign_pretax(pretax, self._disbursed(event, draw), where=event.where)
        rows = tuple(self._row(event, item, draw.character, qualified) for item in items)
        withheld = event.withheld or ZERO
        return Payout(
            event, here.id, draw.character, draw.amount, basis, rows, withheld, qualified
        )

    def _disbursed(self, event: Event, draw: _Draw) -> list[Disbursed]:
        """List the disbursements: direct ones, 60-day rollovers out of the cash, cash kept."""
        gross, out = gross_amount(event), list[Disbursed]()
        elected = {part.to: part.pretax for part in event.parts}
        for to, amount in destinations(event):
            mine = amount if draw.amount == gross else draw.amount
            roth = to in self._accounts and self._accounts[to].kind is AccountKind.ROTH_IRA
            if to != CASH:
                self._check_can_receive(event, to, draw)
                out.append(Disbursed(to, mine, Route.DIRECT, roth, elected.get(to)))
                continue
            left = mine
            for rollover in self._rollovers.get(event.id, ()) if event.id else ():
                rolled = self._rolled_amount(rollover, event, left, draw)
                to_roth = self._accounts[rollover.to].kind is AccountKind.ROTH_IRA
                out.append(Disbursed(rollover.where, rolled, Route.SIXTY_DAY, to_roth))
                left -= rolled
            if left or not self._rollovers.get(event.id):
                out.append(Disbursed(CASH, left, Route.PAID))
        return out

    def _rolled_amount(self, rollover: Event, event: Event, left: Money, draw: _Draw) -> Money:
        amount = rollover.money("amount")
        if amount > left:
            raise LedgerError(
                where=rollover.where,
                code="rollover_too_large",
                problem=f"{amount} is rolled over out of {left} that was paid in cash "
                f"({event.name})",
                remedy="correct the amount, or name the distribution it belongs to ('of')",
            )
        check_in_time(rollover, event.day)
        self._check_can_receive(rollover, rollover.to, draw)
        return amount

    def _check_can_receive(self, event: Event, to: str, draw: _Draw) -> None:
        """Refuse designated Roth money anywhere but in a Roth IRA or another plan."""
        kind = self._accounts[to].kind
        roth = draw.character is TaxCharacter.ROTH
        if kind.is_plan or (kind is AccountKind.ROTH_IRA) or (
            kind.is_pooled_traditional and not roth
        ):
            return
        raise LedgerError(
            where=event.where,
            code="cannot_receive",
            problem=f"{to} is a {kind.words}: it cannot take "
            f"{'designated Roth' if roth else 'plan'} money",
            remedy="check the account; designated Roth money goes to a Roth IRA or to another "
            "plan (IRC 402A(c)(3))",
        )

    def _row(
        self, event: Event, item: Disbursed, character: TaxCharacter, qualified: bool  # noqa: FBT001
    ) -> PayoutRow:
        deliverer, to = event, item.to
        if item.route is Route.SIXTY_DAY:
            deliverer = next(r for r in self._rollovers[event.id] if r.where == item.to)
            to = deliverer.to
        kept = item.route is Route.PAID
        to_roth = to in self._accounts and self._accounts[to].kind is AccountKind.ROTH_IRA
        roth_money = character is TaxCharacter.ROTH
        taxed = kept or (to_roth and not roth_money)
        taxable = item.pretax if taxed and not qualified else ZERO
        return PayoutRow(deliverer, to, item.amount, item.pretax, taxable, item.route, character)

    def _is_qualified(self, event: Event, here: Account) -> bool:
        """Whether a designated Roth distribution is qualified; refused where it cannot be told."""
        unknown = self._contracts.clock_unknown(here)
        if unknown:
            raise LedgerError(
                where=event.where,
                code="missing_first_roth_year",
                problem=f"{here.id} had Roth money before the books start ({unknown}); the first "
                "year is not known, so nobody can tell whether this payment is qualified",
                remedy=f"set first_roth_year of {here.id}",
            )
        start = designated_roth_qualified_from(self._contracts.first_roth_year(here))
        if start is None or event.day < start:
            return False
        if event.reason in EXCEPTED_REASONS:
            return True
        born = self._people[here.owner].born
        if born is None:
            raise missing_birth_date(event.where, self._people[here.owner].name)
        return is_qualified_roth_ira(
            event.day, free_from=start, of_age=is_59_and_a_half(born, event.day)
        )

    def _basis_of(self, payout: Payout, here: Account, draw: _Draw) -> list[Posting]:
        out = list(self._contracts.basis_postings(here, draw.sources, -payout.basis))
        arrived = ZERO
        for row in payout.rows:
            if row.route is Route.DIRECT:
                postings = self._arrival(row, here, payout)
                out += postings
                arrived += Money.total(p.basis for p in postings)
        # what stays in cash, and basis an account below its investment cannot pay out
        out.append(Posting(outside(Outside.CASH), ZERO, payout.basis - arrived))
        return out

    def _arrival(self, row: PayoutRow, here: Account, payout: Payout) -> list[Posting]:
        """Bring value and basis to the account that received a rollover."""
        to = self._accounts[row.to]
        roth_money = row.character is TaxCharacter.ROTH
        basis = row.aftertax
        if payout.basis > payout.gross and row.route is Route.DIRECT and len(payout.rows) == 1:
            basis = payout.basis
        if to.kind.is_plan:
            if roth_money:
                self._contracts.start_clock(to.id, self._contracts.first_roth_year(here))
            return self._divided_by_source(row, to, basis, roth_money=roth_money)
        postings = [Posting(Pool(to.id), ZERO, basis)]
        if to.kind is AccountKind.ROTH_IRA:
            made = row.pretax if payout.qualified or not roth_money else ZERO
            postings[0] = Posting(Pool(to.id), ZERO, basis + made)
            postings.append(Posting(outside(Outside.TAXED), ZERO, -made))
        return postings

    @staticmethod
    def _divided_by_source(
        row: PayoutRow, to: Account, basis: Money, *, roth_money: bool
    ) -> list[Posting]:
        undivided = Posting(Pool(to.id, UNDIVIDED), -row.amount)
        if roth_money:
            return [undivided, Posting(Pool(to.id, Source.ROTH_ROLLOVER.value), row.amount, basis)]
        return [
            undivided,
            Posting(Pool(to.id, Source.ROLLOVER.value), row.pretax),
            Posting(Pool(to.id, Source.AFTER_TAX.value), row.aftertax, basis),
        ]

    def derive_rollover(self, entry: JournalEntry) -> Iterator[JournalEntry]:
        """Yield what a 60-day rollover derives: basis that comes back from the cash."""
        event = entry.event
        if event.of not in self._seen:
            raise LedgerError(
                where=event.where,
                code="unknown_distribution",
                problem=f"no distribution with the id '{event.of}'",
                remedy="name in 'of' the id of the distribution that was paid out",
            )
        for payout in self._story.payouts:
            rows = [row for row in payout.rows if row.event.where == event.where
                    and row.route is Route.SIXTY_DAY]
            for row in rows:
                postings = self._arrival(row, self._accounts[payout.account], payout)
                came = Money.total(p.basis for p in postings)
                postings.append(Posting(outside(Outside.CASH), ZERO, -came))
                kept = tuple(p for p in postings if p.value or p.basis)
                yield JournalEntry(event, kept, "basis of the 60-day rollover", derived=True,
                                   cite=CITE)


def check_in_time(rollover: Event, paid_out: date) -> None:
    """Refuse a rollover after day 60 unless the event gives the reason of a waiver."""
    days = (rollover.day - paid_out).days
    if 0 <= days <= statute().number("rollover_days") or rollover.reason:
        return
    raise LedgerError(
        where=rollover.where,
        code="rollover_too_late",
        problem=f"the rollover is {days} days after the distribution of {paid_out}",
        remedy="check the dates; with a waiver or self-certification (Rev. Proc. 2020-46) say so "
        "in 'reason'",
    )


def missing_birth_date(where: str, name: str) -> LedgerError:
    """Return the refusal of a figure that depends on an age nobody knows."""
    return LedgerError(
        where=where,
        code="missing_birth_date",
        problem=f"the birth date of {name} is not known, and the age on this day decides a tax",
        remedy="set 'born' of the taxpayer",
    )
