"""What the law derives from one booked entry: basis that moves, income that is taxed, sources."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.balances.contracts import PlanContracts
from ledger.balances.corrections import Corrections
from ledger.balances.distributions import ROLLED_IN, Distributions
from ledger.balances.payouts import InPlanConversion, Story
from ledger.balances.plan_transfers import PlanTransfers
from ledger.balances.pools import Balances
from ledger.balances.rollovers import Rollovers
from ledger.books import Household
from ledger.chart import UNDIVIDED, Account, Outside, Pool, Source, TaxCharacter, outside
from ledger.errors import LedgerError
from ledger.events import Event, EventKind
from ledger.journal import JournalEntry, Posting
from ledger.law import in_plan_roth
from ledger.money import ZERO, Money

K = EventKind


class Consequences:
    """Derives entries from what is booked, as the fold reaches it."""

    def __init__(
        self, books: Household, balances: Balances, contracts: PlanContracts, story: Story
    ) -> None:
        self._accounts, self._balances = books.accounts, balances
        self._contracts, self._story = contracts, story
        self._rollovers = Rollovers(books, story)
        self._distributions = Distributions(books, contracts, self._rollovers, story)
        self._transfers = PlanTransfers(books.accounts, balances, contracts, story)
        self.corrections = Corrections(books.accounts, balances, story)

    def of(self, entry: JournalEntry) -> Iterator[JournalEntry]:
        """Return what the law derives from an entry."""
        event, here = entry.event, self._accounts[entry.event.account]
        if event.kind is K.DIVORCE_TRANSFER and here.kind.is_roth_ira:
            roth = (a.id for a in self._accounts.values() if a.kind.is_roth_ira)
            mine = (Pool(a) for a in roth if self._accounts[a].owner == here.owner)
            self._story.held[event] = Money.total(map(self._balances.value, mine))
        if self._transfers.is_transfer(entry):
            return self._transfers.derive(entry)
        if event.kind.spec.is_eligible or event.kind is K.DEEMED_DISTRIBUTION:
            money = self._distributions.derive if here.kind.is_plan else self._rollovers.from_ira
            return money(entry)
        if event.kind is K.ROLLOVER_60DAY or self._rollovers.is_of_plan(event):
            return self._distributions.derive_rollover(entry)
        if event.kind is K.IN_PLAN_CONVERSION:
            return self._in_plan_conversion(entry, here)
        if event.kind is K.LOAN_REPAYMENT:
            return self._repaid_loan(event)
        return self.corrections.derive(entry) if event.kind.spec.is_correction else iter(())

    def is_divided(self, entry: JournalEntry, balance: Event) -> bool:
        """Tell whether only what is derived says how much an entry moves of a balance's money.

        That is of a payment out of sources that no row names, of a correction, and of what comes
        into the source itself in parts that the other plan's sources decide.
        """
        mine = [p for p in entry.postings if p.pool.account == balance.account]
        undivided = [p for p in mine if p.pool.source == UNDIVIDED]
        if any(p.value < ZERO for p in undivided) or (mine and entry.event.kind.spec.is_correction):
            return True
        if not undivided or balance.source is None:  # all of what comes is in the plan
            return False
        named = {one.source for one in entry.arrivals if one.account == balance.account}
        if self._transfers.is_transfer(entry):
            return entry.event.source is None or balance.source in {*named, entry.event.source}
        return balance.source in {*named, *ROLLED_IN}

    def _in_plan_conversion(self, entry: JournalEntry, here: Account) -> Iterator[JournalEntry]:
        """Move the pro rata basis, and make all of the value investment in the Roth account."""
        event, amount = entry.event, entry.event.money("amount")
        source = event.sources[0]
        self._check_convertible(event, here, source)
        leaving = self._contracts.basis_leaving(here, {Pool(here.id, source.value): amount})
        basis = Money.total(basis for _, basis in leaving)
        taxable = in_plan_roth.taxable_amount(amount, basis)
        invested = in_plan_roth.investment_in_roth_account(amount)
        self._story.conversions.append(InPlanConversion(event, here.id, amount, basis, taxable))
        postings = [
            *self._contracts.basis_postings(here, leaving),
            Posting(Pool(here.id, Source.IN_PLAN_ROTH.value), ZERO, invested),
            Posting(outside(Outside.TAXED), ZERO, -taxable),
        ]
        yield JournalEntry(
            event,
            tuple(p for p in postings if p.basis),
            "basis moved by the in-plan conversion",
            derived=True,
            cite="IRC 72(e)(8), 402A(c)(4)",
        )

    def _repaid_loan(self, event: Event) -> Iterator[JournalEntry]:
        """Make basis of what is repaid of a loan that was taxed as a deemed distribution."""
        basis = self._contracts.repaid_after_deemed(event)
        if basis:
            pool = Pool(event.account, event.sources[0].value)
            yield JournalEntry(
                event,
                (Posting(pool, ZERO, basis), Posting(outside(Outside.TAXED), ZERO, -basis)),
                "a loan taxed before is repaid with taxed money",
                derived=True,
                cite="Treas. Reg. 1.72(p)-1, Q&A-21",
            )

    def _check_convertible(self, event: Event, here: Account, source: Source) -> None:
        if source.character is TaxCharacter.ROTH:
            raise LedgerError(
                where=event.where,
                code="source_not_possible",
                problem=f"{source} is Roth money already: there is nothing to convert",
                remedy="name the source the money came from",
            )
        self._contracts.check_separable(here, [source], event)
