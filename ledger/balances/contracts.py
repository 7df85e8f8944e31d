"""The contracts inside a plan: which sources share one ratio of basis to value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ledger.balances.pools import Balances
from ledger.chart import Account, Pool, Source, TaxCharacter
from ledger.errors import LedgerError
from ledger.events import Event, EventKind
from ledger.journal import Posting
from ledger.law.five_year_clocks import earlier_start
from ledger.law.plan_pro_rata import (
    nontaxable_part,
    pre_1987_first,
    repaid_becomes_basis,
    whole_account_rolled_over,
)
from ledger.money import ZERO, Money, apportion


class BasisLeaving(NamedTuple):
    """Basis that leaves one contract, named by a source of it (cents)."""

    source: Source
    basis: Money


class PlanContracts:
    """Basis that leaves a plan's contracts, and the five-year clock of its Roth account.

    IRC 72(d)(2) lets a plan keep after-tax contributions and their earnings as a contract of
    their own; a designated Roth account always is one (IRC 402A(d)(4)).
    """

    def __init__(self, balances: Balances) -> None:
        self._balances = balances
        self._pre_1987: dict[str, Money] = {}
        self._first_roth_year: dict[str, int] = {}
        self._clock_unknown: dict[str, str] = {}  # account -> where its Roth money appears
        self.in_plan_opened: dict[str, Event] = {}  # in-plan Roth money from before the books
        self._loans: dict[Pool, Money] = {}  # principal owed to each pool
        self._deemed: set[Pool] = set()  # pools with a loan that was taxed as paid out

    def watch(self, event: Event, here: Account) -> None:
        """Note what an event says about pre-1987 money and the Roth clock."""
        if event.pre_1987:  # openings of one source add up, in value and basis alike
            self._pre_1987[here.id] = self._pre_1987.get(here.id, ZERO) + event.pre_1987
        if event.kind.spec.of_loan and event.source is not None:
            pool = Pool(here.id, event.source.value)
            owed = self._loans.get(pool, ZERO)
            moved = event.money("amount")
            owed = owed + moved if event.kind is EventKind.LOAN else owed - moved
            self._loans[pool] = owed.floor_zero()  # what is paid beyond the principal is interest
            if event.kind is EventKind.DEEMED_DISTRIBUTION:
                self._deemed.add(pool)
        roth = event.source is not None and event.source.character is TaxCharacter.ROTH
        if event.kind is EventKind.IN_PLAN_CONVERSION or (
            roth and event.kind.spec.starts_roth_clock
        ):
            self.start_clock(here.id, event.day.year)
        opened = event.kind.spec.brings_history
        if opened and event.source is Source.IN_PLAN_ROTH and (event.value or event.amount):
            self.in_plan_opened[here.id] = event
        if roth and opened and here.first_roth_year is None:
            self._clock_unknown[here.id] = event.where

    def start_clock(self, account: str, year: int | None) -> None:
        """Let a year start the clock of a plan's Roth account, unless it started before."""
        found = earlier_start([self._first_roth_year.get(account), year])
        if found is not None:
            self._first_roth_year[account] = found

    def first_roth_year(self, account: Account) -> int | None:
        """Return the first year of designated Roth money; None when none or not known."""
        if account.first_roth_year is None and account.id in self._clock_unknown:
            return None
        return earlier_start([account.first_roth_year, self._first_roth_year.get(account.id)])

    def clock_unknown(self, account: Account) -> str:
        """Return where Roth money of unknown age appears, "" when the clock is known."""
        return "" if account.first_roth_year else self._clock_unknown.get(account.id, "")

    def carry_unknown_clock(self, account: Account, to: Account) -> None:
        """Say that Roth money of unknown age came into another plan by a direct rollover."""
        unknown = self.clock_unknown(account)
        if unknown and to.first_roth_year is None:
            self._clock_unknown[to.id] = unknown

    def carry_over(self, here: Account, to: Account, drawn: Mapping[Pool, Money]) -> None:
        """Let what is known of a plan's money go along with sources that move to another plan.

        The years of its Roth account, money of before 1987 in proportion, and of a source that
        moves as a whole its loans.
        """
        if any(Source(pool.source).character is TaxCharacter.ROTH for pool in drawn):
            self.start_clock(to.id, self.first_roth_year(here))
            self.carry_unknown_clock(here, to)
        for pool, amount in drawn.items():
            there, value = Pool(to.id, pool.source), self.value(pool)
            if pool.source == Source.AFTER_TAX and here.id in self._pre_1987 and value > ZERO:
                old = self._pre_1987[here.id]
                moved = old.share(amount, value)
                self._pre_1987[here.id] = old - moved
                self._pre_1987[to.id] = self._pre_1987.get(to.id, ZERO) + moved
            if amount == value and pool in self._loans:
                self._loans[there] = self._loans.get(there, ZERO) + self._loans.pop(pool)
                if pool in self._deemed:
                    self._deemed.add(there)

    def contract_of(self, account: Account, source: Source) -> list[Pool]:
        """Return the pools that share one contract with a source."""
        mine = contract_name(account, source)
        return [
            pool
            for pool in self._balances.pools_of(account.id)
            if contract_name(account, Source(pool.source)) == mine
        ]

    def value(self, pool: Pool) -> Money:
        """Return the value of a pool, in cents."""
        return self._balances.value(pool)

    def pools_with_value(self, account: Account) -> list[Pool]:
        """Return the pools of a plan that hold money now."""
        return [p for p in self._balances.pools_of(account.id) if self.value(p) > ZERO]

    def check_separable(self, account: Account, sources: Iterable[Source], event: Event) -> None:
        """Refuse to take some sources alone out of a contract that has basis in others."""
        chosen = {source.value for source in sources}
        for source in sources:
            contract = self.contract_of(account, source)
            basis = Money.total(self._balances.basis(pool) for pool in contract)
            outside_chosen = [
                pool
                for pool in contract
                if pool.source not in chosen and self._balances.value(pool)
            ]
            mixed = source.character is not TaxCharacter.ROTH and not account.separate_after_tax
            if not (mixed and basis and outside_chosen):
                continue
            value = Money.total(self._balances.value(pool) for pool in contract)
            raise LedgerError(
                where=event.where,
                code="after_tax_only",
                problem=f"{account.id} does not keep after-tax money as a separate contract: a "
                f"payment of {source} money alone is not possible, every payment carries basis "
                f"of {basis} to a value of {value}",
                remedy="leave 'source' out: the payment is then pro rata (IRC 72(e)(8); Notice "
                "2014-54); or set separate_after_tax if the plan does keep it apart",
            )

    def basis_leaving(
        self,
        account: Account,
        draws: Mapping[Pool, Money],
        *,
        rolled_over: bool = False,
    ) -> tuple[BasisLeaving, ...]:
        """Return the basis that money drawn from pools takes along, contract by contract."""
        by_contract: dict[str, dict[Pool, Money]] = {}
        for pool, amount in draws.items():
            name = contract_name(account, Source(pool.source))
            by_contract.setdefault(name, {})[pool] = amount
        return tuple(
            BasisLeaving(
                Source(next(iter(pools)).source),
                self._basis_of_contract(account, pools, rolled_over=rolled_over),
            )
            for pools in by_contract.values()
        )

    def _basis_of_contract(
        self, account: Account, draws: Mapping[Pool, Money], *, rolled_over: bool
    ) -> Money:
        amount = Money.total(draws.values())
        contract = self.contract_of(account, Source(next(iter(draws)).source))
        self._check_basis_known(contract)
        value = Money.total(self._with_loan(pool) for pool in contract)
        basis = Money.total(self._balances.basis(pool) for pool in contract)
        if rolled_over:
            return whole_account_rolled_over(amount, value, basis)
        first = self._pre_1987_part(account, draws, amount)
        return first + nontaxable_part(amount - first, value - first, basis - first)

    def _check_basis_known(self, contract: Iterable[Pool]) -> None:
        """Refuse a contract with taxed money that was there before the books start."""
        for pool in contract:
            where = self._balances.gained_first(pool)
            if where and Source(pool.source).character is not TaxCharacter.PRE_TAX:
                raise LedgerError(
                    where=where,
                    code="missing_opening_basis",
                    problem=f"{pool} gained before any money was put in: it held money before the "
                    "books start, and its basis is not known",
                    remedy=f"book its opening: basis add opening --account {pool.account} "
                    f"--source {pool.source} --date … --value … --basis …",
                )

    def owed(self, pool: Pool) -> Money:
        """Return the principal that loans owe to a pool."""
        return self._loans.get(pool, ZERO)

    def is_deemed(self, pool: Pool) -> bool:
        """Tell whether a loan from a pool was deemed distributed."""
        return pool in self._deemed

    def repaid_after_deemed(self, event: Event) -> Money:
        """Return what a repayment adds to basis: all of it, once the loan has been taxed.

        Raises LedgerError (``loan_partly_deemed``) where another part is still an ordinary loan.
        """
        pool = Pool(event.account, event.sources[0].value)
        if pool not in self._deemed:
            return ZERO
        if self.owed(pool):
            raise LedgerError(
                where=event.where,
                code="loan_partly_deemed",
                problem=f"a part of the loans from {pool} was deemed distributed and "
                f"{self.owed(pool)} was not: which part this repayment pays is not known",
                remedy="keep the loan that was deemed distributed in a source of its own, or ask "
                "the plan for its record of it (Treas. Reg. 1.72(p)-1, Q&A-21)",
            )
        return repaid_becomes_basis(event.money("amount"))

    def _with_loan(self, pool: Pool) -> Money:
        """Return a pool's value with the loan owed to it: a loan is an asset of the plan."""
        return self._balances.value(pool) + self.owed(pool)

    def _pre_1987_part(self, account: Account, draws: Mapping[Pool, Money], amount: Money) -> Money:
        if not any(pool.source == Source.AFTER_TAX for pool in draws):
            return ZERO
        left = self._pre_1987.get(account.id, ZERO)
        first = pre_1987_first(amount, left)
        if first:
            self._pre_1987[account.id] = left - first
        return first

    def basis_postings(
        self, account: Account, leaving: Iterable[BasisLeaving]
    ) -> Iterator[Posting]:
        """Take basis out of the pools of each contract that have some, in proportion to it."""
        for source, basis in leaving:
            if not basis:
                continue
            contract = self.contract_of(account, source)
            pools = [p for p in contract if self._balances.basis(p) > ZERO]
            parts = apportion(-basis, [self._balances.basis(pool) for pool in pools])
            for pool, part in zip(pools, parts, strict=True):
                yield Posting(pool, ZERO, part)


def contract_name(account: Account, source: Source) -> str:
    """Return which contract of a plan a source is of: those of one share its ratio of basis."""
    if source.character is TaxCharacter.ROTH:
        return "designated Roth account"
    if account.separate_after_tax and source.character is TaxCharacter.AFTER_TAX:
        return "after-tax"
    return "pre-tax" if account.separate_after_tax else "whole plan"
