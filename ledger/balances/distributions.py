"""Distributions from plans: which sources pay, what basis goes along, and where it arrives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ledger.balances.contracts import BasisLeaving, PlanContracts
from ledger.balances.on_its_way import Coming, Share, Shares, apart, pretax_of
from ledger.balances.payouts import Payout, PayoutRow, Story
from ledger.balances.rollovers import (
    Rollovers,
    arriving,
    check_after_tax_fits,
    check_eligible,
    check_plan_money_fits,
)
from ledger.booking import destinations, gross_amount
from ledger.books import Household
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
from ledger.events import CASH, Event, EventKind
from ledger.journal import JournalEntry, Posting
from ledger.law.five_year_clocks import (
    designated_roth_qualified_from,
    is_59_and_a_half,
)
from ledger.law.rollover_split import Disbursed, Route, assign_pretax, check_paid_election
from ledger.law.special_distributions import reason_of
from ledger.money import ZERO, Money, apportion

CITE = "IRC 72(e)(8); Notice 2014-54"
ROLLED_IN = (Source.ROLLOVER, Source.ROTH_ROLLOVER)
EXCEPTED_REASONS = frozenset({"death", "disability"})


@dataclass(frozen=True)
class _Draw:
    """Money taken out of a plan for one distribution: the Roth account's, or all the rest."""

    character: TaxCharacter
    pools: dict[Pool, Money]
    withheld: Money = ZERO
    state_withheld: Money = ZERO

    @property
    def amount(self) -> Money:
        return Money.total(self.pools.values())


class Distributions:
    """Works out plan distributions one at a time, as the fold reaches them."""

    def __init__(
        self, books: Household, contracts: PlanContracts, rollovers: Rollovers, story: Story
    ) -> None:
        self._accounts = books.accounts
        self._took_other_money = frozenset(_took_other_money(books))
        self._people = books.taxpayers
        self._contracts = contracts
        self._rollovers = rollovers
        self._story = story

    def derive(self, entry: JournalEntry) -> Iterator[JournalEntry]:
        """Yield the entries that a plan distribution derives, and record its payouts."""
        event, here = entry.event, self._accounts[entry.event.account]
        self._rollovers.check_within_cash(event)
        if any(to != CASH for to, _ in destinations(event)):
            check_eligible(event, event)
        draws = self._draws(entry, here)
        postings: list[Posting] = []
        if event.source is None and not _told_by_source(entry):
            postings += [Posting(p, -m) for d in draws for p, m in d.pools.items()]
            postings.append(Posting(Pool(here.id, UNDIVIDED), gross_amount(event)))
        shares, coming = Shares(entry), list[Coming]()
        for draw in draws:
            roth, direct = draw.character is TaxCharacter.ROTH, _is_direct_only(event)
            leaving = self._contracts.basis_leaving(here, draw.pools, rolled_over=roth and direct)
            payout, parts = self._payout(event, here, draw, leaving, shares)
            self._story.payouts.append(payout)
            postings += self._contracts.basis_postings(here, leaving)
            came = self._coming(payout, parts, here)
            # what stays in cash, and basis an account below its investment cannot pay out
            rest = payout.basis - Money.total(p.basis for _, listed in came for p in listed)
            postings.append(Posting(outside(Outside.CASH), ZERO, rest))
            coming += came
        words = "sources and basis of the distribution"
        told = JournalEntry(event, (), words, derived=True, cite=CITE)
        yield from apart(told, postings, coming)

    def _draws(self, entry: JournalEntry, here: Account) -> list[_Draw]:
        """Divide the gross amount over the sources: those named, or all, pro rata to value."""
        event = entry.event
        gross = gross_amount(event)
        if event.kind.spec.of_loan:
            return self._grouped(event, self._of_loan(event, here, gross))
        named = [Pool(here.id, source.value) for source in event.sources]
        pools = named or self._contracts.pools_with_value(here)
        if event.sources:
            self._contracts.check_separable(here, event.sources, event)
        told = _told_by_source(entry)
        if told:
            return self._grouped(event, told)
        held = [self._contracts.value(pool) for pool in pools]
        if sum(v.cents for v in held) < gross.cents:
            raise LedgerError(
                where=event.where,
                code="above_balance",
                problem=f"the distribution of {gross} is more than the {Money.total(held)} that "
                f"{' and '.join(map(str, named)) or here.id} holds in the books on {event.day}",
                remedy="book what it held before the first statement (basis add opening), record "
                "the gains that the statements do not show ('balance' or 'earnings' before this "
                "day), or correct the amount",
            )
        shares = [gross] if len(pools) == 1 else apportion(gross, held)
        drawn = {p: share for p, share in zip(pools, shares, strict=True) if share}
        return self._grouped(event, drawn)

    def _of_loan(self, event: Event, here: Account, gross: Money) -> dict[Pool, Money]:
        """Return what an offset pays out: the loan itself, an asset of the source it came from.

        A deemed distribution is of the loan with the interest that it owes.
        """
        pool = Pool(here.id, event.sources[0].value)
        owed = self._contracts.owed(pool)
        if gross <= owed or (owed and event.kind is EventKind.DEEMED_DISTRIBUTION):
            return {pool: gross}
        if self._contracts.is_deemed(pool):
            raise LedgerError(
                where=event.where,
                code="loan_taxed_before",
                problem=f"the loan from {pool} was deemed distributed before: it is not paid out, "
                "and not taxed, a second time",
                remedy="leave this event out, or correct its amount (Treas. Reg. 1.72(p)-1, "
                "Q&A-19)",
            )
        raise LedgerError(
            where=event.where,
            code="above_balance",
            problem=f"the {event.kind.words} of {gross} is more than the {owed} that a loan from "
            f"{pool} owes on {event.day}",
            remedy="enter the loan ('loan') of that source, or correct the amount",
        )

    def _grouped(self, event: Event, drawn: dict[Pool, Money]) -> list[_Draw]:
        """Keep the Roth account apart; all other money is one distribution (Notice 2014-54)."""
        by_kind: dict[TaxCharacter, dict[Pool, Money]] = defaultdict(dict)
        plain = {Source(pool.source).character for pool in drawn} - {TaxCharacter.ROTH}
        other = plain.pop() if len(plain) == 1 else TaxCharacter.PRE_TAX
        for pool, share in drawn.items():
            roth = Source(pool.source).character is TaxCharacter.ROTH
            by_kind[TaxCharacter.ROTH if roth else other][pool] = share
        if len(by_kind) > 1 and (len(event.parts) > 1 or self._rollovers.of(event)):
            raise LedgerError(
                where=event.where,
                code="mixed_sources",
                problem="designated Roth money and other money went to several places in one event",
                remedy="write one distribution for the Roth sources and one for the others: the "
                "Roth account is a contract of its own (IRC 402A(d)(4))",
            )
        amounts = [Money.total(pools.values()) for pools in by_kind.values()]
        withheld, of_state = (
            apportion(tax, amounts) if tax else [ZERO] * len(amounts)
            for tax in (event.withheld, event.state_withheld)
        )
        return [
            _Draw(kind, pools, *tax)
            for (kind, pools), *tax in zip(by_kind.items(), withheld, of_state, strict=True)
        ]

    def _payout(
        self,
        event: Event,
        here: Account,
        draw: _Draw,
        leaving: tuple[BasisLeaving, ...],
        shares: Shares,
    ) -> tuple[Payout, list[Share]]:
        """Return what is paid of a draw, and the parts in which each of its rows came."""
        basis = Money.total(basis for _, basis in leaving)
        roth = draw.character is TaxCharacter.ROTH
        deemed = event.kind is EventKind.DEEMED_DISTRIBUTION  # never qualified: 1.402A-1, A-2(c)
        qualified = roth and not deemed and self._is_qualified(event, here)
        pretax = (draw.amount - basis).floor_zero()
        items = assign_pretax(pretax, self._disbursed(event, draw), where=event.where)
        self._check_election_of_cash(event, items)
        rows, parts = list[PayoutRow](), list[Share]()
        for place, item in enumerate(items):
            came = self._parts(event, item, shares, roth=roth)
            parts += came
            for share, pretax in zip(came, pretax_of(came, item.pretax), strict=True):
                one = replace(item, amount=share.amount, pretax=pretax)
                row = self._row(event, one, share, draw.character, qualified)
                rows.append(replace(row, disbursement=place))
        payout = Payout(
            event,
            here.id,
            draw.character,
            draw.amount,
            basis,
            tuple(rows),
            draw.withheld,
            draw.state_withheld,
            qualified,
            from_in_plan=draw.pools.get(Pool(here.id, Source.IN_PLAN_ROTH.value), ZERO),
            from_roth_rollover=draw.pools.get(Pool(here.id, Source.ROTH_ROLLOVER.value), ZERO),
            rolled_in=self._rolled_in(here, draw),
        )
        return payout, parts

    def _rolled_in(self, here: Account, draw: _Draw) -> Money:
        """Return what a 457(b) plan pays out of money that came from a plan of another kind."""
        if here.id not in self._took_other_money:
            return ZERO
        return Money.total(draw.pools.get(Pool(here.id, s.value), ZERO) for s in ROLLED_IN)

    def _parts(self, event: Event, item: Disbursed, shares: Shares, *, roth: bool) -> list[Share]:
        """Return the parts in which a disbursement came into its account."""
        if item.route is Route.PAID:
            return [Share(event.day, item.amount)]
        if item.route is Route.DIRECT:
            return shares.of(item.to, item.amount, roth=roth)
        entry = self._rollovers.entry_of(self._back(event, item))
        return Shares(entry).of(arriving(entry.event).to, item.amount, roth=roth)

    def _back(self, paid: Event, item: Disbursed) -> Event:
        """Return the 60-day rollover that a disbursement of a payment stands for."""
        # by its place: one line of a file may tell several
        return self._rollovers.of(paid)[int(item.to)]

    @staticmethod
    def _check_election_of_cash(event: Event, items: tuple[Disbursed, ...]) -> None:
        for part in event.parts:
            if part.to == CASH and part.pretax is not None:
                check_paid_election(part.pretax, items, where=event.where)

    def _disbursed(self, event: Event, draw: _Draw) -> list[Disbursed]:
        """List the disbursements: direct ones, 60-day rollovers out of the cash, cash kept."""
        out, cash = list[Disbursed](), ZERO
        elected = [part.pretax for part in event.parts] or [None]
        for (to, amount), pretax in zip(destinations(event), elected, strict=True):
            # one receiver gets all of each kind of money, of several each what its part says
            mine = amount if len(event.parts) > 1 else draw.amount
            if to == CASH:
                cash += mine
                continue
            self._check_fits(event, to, draw)
            out.append(Disbursed(to, mine, Route.DIRECT, self._is_roth_ira(to), pretax))
        for place, rollover in enumerate(self._rollovers.of(event)):
            self._check_fits(rollover, rollover.to, draw)
            amount, to_roth = rollover.money("amount"), self._is_roth_ira(rollover.to)
            out.append(Disbursed(str(place), amount, Route.SIXTY_DAY, to_roth, rollover.pretax))
            cash -= amount
        if cash:
            out.append(Disbursed(CASH, cash, Route.PAID))
        return out

    def _is_roth_ira(self, to: str) -> bool:
        return self._accounts[to].kind.is_roth_ira

    def _check_fits(self, event: Event, to: str, draw: _Draw) -> None:
        check_plan_money_fits(event, self._accounts[to], draw.character, self._accounts)

    def _row(
        self,
        event: Event,
        item: Disbursed,
        share: Share,
        character: TaxCharacter,
        qualified: bool,  # noqa: FBT001
    ) -> PayoutRow:
        to, deliverer = item.to, event
        if item.route is Route.SIXTY_DAY:
            deliverer = self._back(event, item)
            to = deliverer.to
        if share.late:
            deliverer = replace(deliverer, day=share.day)
        kept = item.route is Route.PAID
        if not kept:
            direct = item.route is Route.DIRECT
            roth = direct and character is TaxCharacter.ROTH
            taxed_already = ZERO if roth else item.aftertax
            check_after_tax_fits(deliverer, self._accounts[to], taxed_already, direct=direct)
        to_roth = to in self._accounts and self._accounts[to].kind.is_roth_ira
        roth_money = character is TaxCharacter.ROTH
        taxed = kept or (to_roth and not roth_money)
        taxable = item.pretax if taxed and not qualified else ZERO
        return PayoutRow(
            deliverer, to, item.amount, item.pretax, taxable, item.route, character, share.into
        )

    def _is_qualified(self, event: Event, here: Account) -> bool:
        """Whether a designated Roth distribution is qualified; refused where it cannot be told."""
        excepted = reason_of(event) in EXCEPTED_REASONS
        owner = self._people.get(here.owner)
        born = owner.born if owner else None
        if not excepted and born is not None and not is_59_and_a_half(born, event.day):
            return False  # whenever the Roth account began
        unknown = self._contracts.clock_unknown(here)
        if unknown and not self._stays_in_plans(event):
            raise LedgerError(
                where=event.where,
                code="missing_first_roth_year",
                problem=f"{here.id} had Roth money before the books start ({unknown}); the first "
                "year is not known, so nobody can tell whether this payment is qualified",
                remedy=f"say the first_roth_year of {here.id}: basis account set {here.id} "
                "--first-roth-year YEAR",
            )
        start = designated_roth_qualified_from(self._contracts.first_roth_year(here))
        if start is None or event.day < start:
            return False
        if not excepted and born is None:
            raise missing_birth_date(event.where, owner.name if owner else here.owner)
        return True

    def _stays_in_plans(self, event: Event) -> bool:
        """Tell whether all of a payment went to other plans: then nothing is taxed now."""
        receivers = [to for to, _ in destinations(event)]
        return all(to != CASH and self._accounts[to].kind.is_plan for to in receivers)

    def _coming(self, payout: Payout, parts: Sequence[Share], here: Account) -> list[Coming]:
        """Return the parts of what went straight to accounts, with what each brings there."""
        return [
            (share, self._arrival(row, share, here, payout))
            for row, share in zip(payout.rows, parts, strict=True)
            if row.route is Route.DIRECT
        ]

    def _arrival(
        self, row: PayoutRow, share: Share, here: Account, payout: Payout
    ) -> list[Posting]:
        """Bring value and basis to the account that received a rollover."""
        to = self._accounts[row.to]
        roth_money = row.character is TaxCharacter.ROTH
        basis = payout.basis_arriving(row)
        if to.kind.is_plan:
            if roth_money:
                # only a direct rollover brings the years of the other plan along
                direct = row.route is Route.DIRECT
                years = self._contracts.first_roth_year(here) if direct else row.event.day.year
                self._contracts.start_clock(to.id, years)
                if direct:
                    self._contracts.carry_unknown_clock(here, to)
            at = share.undivided(to.id)
            return self._divided_by_source(row, at, basis, roth_money=roth_money)
        postings = [Posting(Pool(to.id), ZERO, basis)]
        if to.kind.is_roth_ira:
            made = row.pretax if payout.qualified or not roth_money else ZERO
            postings[0] = Posting(Pool(to.id), ZERO, basis + made)
            postings.append(Posting(outside(Outside.TAXED), ZERO, -made))
        return postings

    @staticmethod
    def _divided_by_source(
        row: PayoutRow, at: Pool, basis: Money, *, roth_money: bool
    ) -> list[Posting]:
        undivided = Posting(at, -row.amount)
        named = row.into.character if row.into is not None else None  # its units are there too
        told = row.into or Source.ROLLOVER
        if roth_money:
            told = told if named is TaxCharacter.ROTH else Source.ROTH_ROLLOVER
        if roth_money or named is TaxCharacter.AFTER_TAX:
            return [undivided, Posting(Pool(at.account, told.value), row.amount, basis)]
        pre_tax = told if named is TaxCharacter.PRE_TAX else Source.ROLLOVER
        return [
            undivided,
            Posting(Pool(at.account, pre_tax.value), row.pretax),
            Posting(Pool(at.account, Source.AFTER_TAX.value), row.aftertax, basis),
        ]

    def derive_rollover(self, entry: JournalEntry) -> Iterator[JournalEntry]:
        """Yield what a 60-day rollover derives: basis that comes back from the cash."""
        event = entry.event
        paid = self._rollovers.distribution(arriving(event))
        named = paid.account, paid.name
        if not self._accounts[paid.account].kind.is_plan:
            yield from self._rollovers.arrival_of_ira_money(entry)
            return
        # one check for several payments is a rollover of each, all at one place
        of_paid = (p for p in self._story.payouts if (p.account, p.event.name) == named)
        for payout in of_paid:
            rows = [
                row for row in payout.rows if replace(row.event, day=event.day) == arriving(event)
            ]
            if not rows:
                continue
            amount = Money.total(row.amount for row in rows)
            roth = payout.character is TaxCharacter.ROTH
            shares = Shares(entry).of(arriving(event).to, amount, roth=roth)
            here = self._accounts[payout.account]
            coming = [
                (share, self._arrival(row, share, here, payout))
                for row, share in zip(rows, shares, strict=True)
            ]
            came = Money.total(p.basis for _, listed in coming for p in listed)
            told = JournalEntry(
                event, (), f"basis of the {event.kind.words}", derived=True, cite=CITE
            )
            yield from apart(told, [Posting(outside(Outside.CASH), ZERO, -came)], coming)


def _took_other_money(books: Household) -> Iterator[str]:
    """Go through the 457(b) plans into which money came that is not of a 457(b) plan.

    What came from outside the books, or was there before them, may be of any plan.
    """
    for event in (entry.event for entry in books.entries):
        here = books.accounts[event.account]
        own = here.kind is AccountKind.B457
        if own and event.kind.spec.brings_history and event.source in ROLLED_IN:
            yield here.id
        if own and event.kind is EventKind.ROLLOVER_IN and event.origin not in books.accounts:
            yield here.id
        if own:
            continue
        sent = destinations(event) if event.kind.spec.pays_out else ((event.to, ZERO),)
        receivers = (to for to, _ in sent if to in books.accounts)
        yield from (to for to in receivers if books.accounts[to].kind is AccountKind.B457)


def _told_by_source(entry: JournalEntry) -> dict[Pool, Money]:
    """Return what left each source where rows by source tell of one payment, {} otherwise."""
    sources = {source.value for source in entry.event.sources}
    told: dict[Pool, Money] = defaultdict(lambda: ZERO)
    for posting in entry.postings if len(sources) > 1 else ():
        if posting.pool.account == entry.event.account and posting.pool.source in sources:
            told[posting.pool] -= posting.value
    return dict(told)


def _is_direct_only(event: Event) -> bool:
    return all(to != CASH for to, _ in destinations(event))


def missing_birth_date(where: str, name: str) -> LedgerError:
    """Return the refusal of a figure that depends on an age nobody knows."""
    return LedgerError(
        where=where,
        code="missing_birth_date",
        problem=f"the birth date of {name} is not known, and the age on this day decides a tax",
        remedy="set 'born' of the taxpayer",
    )
