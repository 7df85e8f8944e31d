"""What one person's year starts from: the story of the year, limits, values and what is carried."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from ledger.balances.days import Fold
from ledger.balances.distributions import missing_birth_date
from ledger.balances.payouts import CorrectedContribution, Payout
from ledger.balances.pools import Balances
from ledger.books import Household
from ledger.chart import Account, Pool
from ledger.errors import LedgerError
from ledger.events import Event, EventKind
from ledger.forms import f8606
from ledger.law.excess_contributions import returns_free_of_tax
from ledger.law.limits import spousal_compensation
from ledger.law.rollover_529 import may_roll_over_529
from ledger.money import ZERO, Money
from ledger.records import MARRIED_JOINT
from ledger.tax_year.in_plan import LayersMoved, layers_moved
from ledger.tax_year.index import Index
from ledger.tax_year.ira_events import IraEvents, IraPayment, amounts
from ledger.tax_year.limits import PlanLimits, dollar_limit, ira_limit
from ledger.tax_year.pensions import pension_years
from ledger.tax_year.person import (
    Carried,
    CarriedDisaster,
    CarriedExcess,
    InheritedBasis,
    Person,
    RothShare,
)
from ledger.tax_year.plan_special import PlanDisaster, PlanSpecial, plan_disaster
from ledger.tax_year.traditional import (
    contributed,
)
from ledger.year_end import (
    IraLimit,
    Limits,
    RothLimit,
)

K = EventKind


@dataclass(frozen=True)
class Library:
    """The books of one household with the indexes that every person's year reads."""

    books: Household
    fold: Fold
    events: IraEvents
    plan_limits: PlanLimits
    roth_iras: frozenset[str]
    years: range  # all that are worked through, from the first fact on
    index: Index
    roth_shares: dict[Event, RothShare] = field(default_factory=dict)  # given in a divorce
    inherited: dict[Event, InheritedBasis] = field(default_factory=dict)  # passed on at a death

    @property
    def balances(self) -> Balances:
        """Balances with the snapshots of every year's start."""
        return self.fold.balances

    @cached_property
    def in_plan_moved(self) -> tuple[LayersMoved, ...]:
        """What payments of all plans took out of in-plan conversions."""
        # own or inherited: a rollover into either is one into a Roth IRA
        roth = {a.id for a in self.books.accounts.values() if a.kind.is_any_roth_ira}
        return layers_moved(self.fold.story, roth, self.fold.contracts.in_plan_opened)


class FactsOfYear:
    """One person and one tax year as the books tell them; nothing here is settled by law yet."""

    def __init__(self, library: Library, person: Person, carried: Carried, year: int) -> None:
        self.library, self.person, self.before, self.year = library, person, carried, year
        self.me = person.taxpayer.id
        self.accounts = {a.id: a for a in library.books.accounts_of(self.me)}
        self.story = library.index.story(self.me)
        self.payouts, self.corrected = self.story.payouts, self.story.corrected
        self.conversions = [c for c in self.story.conversions if c.event.day.year == year]
        self.pensions = pension_years(
            self.of_year({K.ANNUITY_PAYMENT}),
            self.accounts,
            person.taxpayer,
            carried.pension_recovered,
        )

    def of_year(self, kinds: set[EventKind]) -> list[Event]:
        """Return the person's events of these kinds dated in the year."""
        found = self.library.events.of(self.me, kinds, lambda _: True)
        return [e for e in found if e.day.year == self.year]

    @cached_property
    def plan_disaster(self) -> PlanDisaster:
        """Payments of plans in the year; of disasters, what is income of it and of later years."""
        in_full = self.person.facts.disaster_income == "in_full"
        before = self.before.disaster.plans
        return plan_disaster(self.plan_special, before, self.year, in_full=in_full)

    @property
    def plan_special(self) -> PlanSpecial:
        """What of the payments of plans qualifies as disaster or other special distribution."""
        return PlanSpecial(self.payouts, self.library.events.covered)

    @cached_property
    def in_plan_moved(self) -> tuple[LayersMoved, ...]:
        """What payments of the person's plans took out of in-plan conversions, in any year."""
        moved = self.library.in_plan_moved
        return tuple(one for one in moved if one.payout.account in self.accounts)

    @property
    def payouts_of_year(self) -> list[Payout]:
        """Distributions of plans dated in the year."""
        return [p for p in self.payouts if p.event.day.year == self.year]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing happened that a form of the year, or a later one, depends on."""
        # rows and not payouts: a 60-day rollover may arrive in the year after its payment
        arrived = any(r.event.day.year == self.year for p in self.payouts for r in p.rows)
        before = self.before
        # what is settled in the year that follows, and so is another figure in the one after it
        settled = before.excess != CarriedExcess() or before.restored_basis
        spread = before.disaster != CarriedDisaster()
        busy = self.library.events.is_busy(self.me, self.year)
        return not (arrived or settled or spread or busy)

    def is_free(self, year: int) -> bool:
        """Tell whether an excess of a year comes back free of tax after the due date."""
        # the limit of the year it was contributed for decides, not that of the year it comes back
        made, _ = contributed(self.library.events, self.me, year, self.accounts)
        return returns_free_of_tax(made.total, dollar_limit(year, self.person.taxpayer.born))

    @property
    def own(self) -> list[Account]:
        """The person's own traditional, SEP and SIMPLE IRAs, which are one for Form 8606."""
        return [a for a in self.accounts.values() if a.kind.is_pooled_traditional]

    def from_529(self) -> Money:
        """Return what was rolled over from 529 accounts in the year."""
        events = self.of_year({K.ROLLOVER_529})
        # asked of each event, so that the refusal names its row
        for event in events:
            if not may_roll_over_529(self.year):
                raise LedgerError(
                    where=event.where,
                    code="not_yet_law",
                    problem=f"a 529 account is rolled over to {event.account} on {event.day}",
                    remedy="check the date: the law knows this rollover from 2024 on (IRC "
                    "529(c)(3)(E)); money of an earlier day is a contribution",
                )
        return amounts(events)

    def income_of_year(self) -> list[CorrectedContribution]:
        """Corrections whose net income is of this year: the year the contribution was made."""
        return [c for c in self.corrected if c.made.day.year == self.year]

    def not_eligible(self, aftertax: Money) -> Money:
        """Return what of after-tax plan money in Roth IRAs was returned as not eligible.

        Raises LedgerError (``not_after_tax``) where more was returned than plans sent of it.
        """
        back = [c.event for c in self.income_of_year() if c.was_rolled_over]
        total = amounts(back)
        if total > aftertax:
            raise LedgerError(
                where=back[-1].where,
                code="not_after_tax",
                problem=f"{total} is returned of plan money of {self.year}, of which {aftertax} "
                "had been taxed before",
                remedy="only after-tax money above a plan's limits is worked out here: check the "
                "amount and 'year'; pre-tax money needs corrected Forms 1099-R of the plan",
            )
        return total

    def year_end_value(self) -> Money:
        """Value of all pooled IRAs on 31 December, with the statements that say so."""
        pooled = [a.id for a in self.accounts.values() if a.kind.is_pooled_traditional]
        values = [self.library.balances.value_at_end(Pool(a), self.year) for a in pooled]
        stated = self.library.index.balances(self.me, self.year)
        said = [entry.where for entry in stated if entry.event.account in pooled]
        # what two statements show at once is there once
        return (Money.total(values) - self._in_both()).seen_at(*said)

    def _in_both(self) -> Money:
        return self.library.events.in_both({a.id for a in self.own}, self.year)

    def year_end_words(self) -> str:
        """Name each IRA's value on December 31 and whether a statement says it."""
        stated = {
            entry.event.account
            for entry in self.library.index.balances(self.me, self.year)
            if is_year_end(entry.event)
        }
        told = []
        for account in self.accounts.values():
            if account.kind.is_pooled_traditional:
                value = self.library.balances.value_at_end(Pool(account.id), self.year)
                source = "statement" if account.id in stated else "books"
                told.append(f"{account.id} {value} ({source})")
        if self._in_both():
            told.append(f"less {self._in_both()} that left one of them and was in another already")
        return "; ".join(told)

    def check_basis_known(
        self, traditional: f8606.TraditionalYear, pooled: list[IraPayment]
    ) -> None:
        """Refuse a year whose basis matters where what was brought in is not known."""
        matters = traditional.nondeductible or traditional.distributed or traditional.converted
        if not matters or self.before.traditional_known:
            return
        where = pooled[0].event.where if pooled else self.person.taxpayer.id
        raise LedgerError(
            where=where,
            code="missing_opening_basis",
            problem=f"the traditional IRAs of {self.person.taxpayer.name} held money before the "
            "books start, and their basis is not known",
            remedy=f"record line 14 of Form 8606 for {self.year - 1}, or 0 if none was ever due "
            f"(opening_basis; 'basis record 8606 --year {self.year - 1}'); a form of a later year "
            "does not tell",
        )

    def ira_limit(self, used: Money) -> IraLimit:
        """Return the limit for all IRAs; refuse where the age decides and is not known."""
        person = self.person.taxpayer
        found = ira_limit(self.year, person.born, used, self._compensation())
        if found is None:
            raise missing_birth_date(f"contributions for {self.year}", person.name)
        return found

    def _compensation(self) -> Money | None:
        facts, spouse = self.person.facts, self.person.spouse_facts
        own = facts.compensation
        # only a joint return lends one spouse the pay of the other (IRC 219(c))
        if own is None or spouse is None or facts.filing_status != MARRIED_JOINT:
            return own
        # own pay of nothing and a spouse's that nobody stated: the limit is unknown, and not zero
        if spouse.compensation is None:
            return None if own == ZERO else own
        theirs = contributed(
            self.library.events, spouse.taxpayer, self.year, dict(self.library.books.accounts)
        )
        return spousal_compensation(own, spouse.compensation, Money.total(m.total for m in theirs))

    def limits(self, ira: IraLimit, roth_ira: RothLimit) -> Limits:
        """Return all limits of the year; refuse where the age decides and is not known."""
        born = self.person.taxpayer.born
        plans = self.library.plan_limits
        deferred = plans.deferrals(self.me, self.year, born)
        # below the limit no age is needed, so it is asked for only beyond it
        if deferred.catch_up is None and deferred.excess:
            raise missing_birth_date(f"deferrals of {self.year}", self.person.taxpayer.name)
        return Limits(
            deferrals=deferred,
            additions=plans.additions(self.me, self.year, born),
            deferrals_457b=plans.deferrals_457b(self.me, self.year, born),
            ira=ira,
            roth_ira=roth_ira,
            employer_deferrals=plans.employer_deferrals(self.me, self.year, born),
        )


def is_year_end(event: Event) -> bool:
    """Tell whether an event is a statement balance of December 31."""
    return event.kind is EventKind.BALANCE and (event.day.month, event.day.day) == (12, 31)
