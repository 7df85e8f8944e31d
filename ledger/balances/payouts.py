"""What the fold worked out about each distribution and conversion, for the forms to read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import attrgetter

from ledger.chart import Source, TaxCharacter
from ledger.events import Event, EventKind
from ledger.law.rollover_split import Route
from ledger.money import ZERO, Money, apportion


@dataclass(frozen=True)
class PayoutRow:
    """What came of one disbursement on one day, with its pretax and after-tax dollars (cents).

    For designated Roth money "pretax" are earnings. ``event`` is what brought the money there:
    the distribution itself, of the day on which it arrived, or a 60-day rollover. ``into`` is the
    source that the statement of a receiving plan names, ``disbursement`` the place among those of
    the payment.
    """

    event: Event
    to: str
    amount: Money
    pretax: Money
    taxable: Money
    route: Route
    character: TaxCharacter
    into: Source | None = None
    disbursement: int = 0

    @property
    def aftertax(self) -> Money:
        """The dollars that had been taxed already."""
        return self.amount - self.pretax


@dataclass(frozen=True)
class Payout:
    """One distribution of one kind of plan money (Roth and other money apart).

    ``basis`` is the investment that left; ``qualified`` tells a qualified designated Roth
    distribution. Drawn from in-plan Roth conversions is ``from_in_plan``, from Roth money rolled
    in ``from_roth_rollover``; ``rolled_in`` is what a 457(b) plan got from a plan or IRA of
    another kind.
    """

    event: Event
    account: str
    character: TaxCharacter
    gross: Money
    basis: Money
    rows: tuple[PayoutRow, ...]
    withheld: Money = ZERO
    state_withheld: Money = ZERO
    qualified: bool = False
    from_in_plan: Money = ZERO
    from_roth_rollover: Money = ZERO
    rolled_in: Money = ZERO

    @property
    def disbursed(self) -> list[PayoutRow]:
        """The disbursements, each in one row in however many parts it came."""
        return [
            replace(
                parts[0],
                amount=Money.total(one.amount for one in parts),
                pretax=Money.total(one.pretax for one in parts),
                taxable=Money.total(one.taxable for one in parts),
            )
            for _, listed in groupby(self.rows, attrgetter("disbursement"))
            for parts in [list(listed)]
        ]

    def basis_arriving(self, row: PayoutRow) -> Money:
        """Return the investment that a row takes along: all of it where a whole account moves.

        A Roth account worth less than its investment keeps that investment when all of it leaves
        by direct rollovers: each takes its share.
        """
        if self.basis <= self.gross:
            return row.aftertax
        parts = apportion(self.basis, [one.amount for one in self.rows])
        return next(part for one, part in zip(self.rows, parts, strict=True) if one is row)


@dataclass(frozen=True)
class InPlanConversion:
    """An in-plan Roth conversion: amount and basis moved, and what was taxed (cents)."""

    event: Event
    account: str
    amount: Money
    basis: Money
    taxable: Money


@dataclass(frozen=True)
class CorrectedContribution:
    """A returned or recharacterized IRA contribution with its net income.

    ``covers`` tells the contributions, the last one first, and how much it takes of each. They are
    a plan's payments where these were not eligible for rollover.
    """

    event: Event
    covers: tuple[tuple[Event, Money], ...]
    net_income: Money

    @property
    def made(self) -> Event:
        """The last contribution: its date decides the year in which net income is taxed."""
        return self.covers[0][0]

    @property
    def was_rolled_over(self) -> bool:
        """Whether it takes back money that a plan sent."""
        return self.made.kind is not EventKind.CONTRIBUTION

    def moved_of(self, year: int) -> Money:
        """Return what moved, net income with it, of contributions made by the end of a year."""
        made = Money.total(part for one, part in self.covers if one.day.year <= year)
        return made + self.net_income.share(made, self.event.money("amount"))


@dataclass(frozen=True)
class PlanTransfer:
    """Money that moved from plan to plan without being paid out (cents).

    ``in_plan`` is the investment of in-plan Roth conversions in it, of ``in_plan_before`` that the
    plan had.
    """

    event: Event
    account: str
    to: str
    amount: Money
    basis: Money
    in_plan: Money
    in_plan_before: Money


@dataclass
class Story:
    """Everything the day-by-day fold found out, in order."""

    payouts: list[Payout] = field(default_factory=list)
    conversions: list[InPlanConversion] = field(default_factory=list)
    corrected: list[CorrectedContribution] = field(default_factory=list)
    transfers: list[PlanTransfer] = field(default_factory=list)
    # what the account of a special payment held just before it
    held: dict[Event, Money] = field(default_factory=dict)
