"""What left one person's IRAs in one year, told apart: special money, charity, inheritances."""

from __future__ import annotations

from ledger.chart import AccountKind
from ledger.events import EventKind
from ledger.forms import f8606
from ledger.law.charity import counts_against_charity
from ledger.law.early_distribution import exception_applies
from ledger.law.special_distributions import further_exception
from ledger.money import ZERO, Money
from ledger.tax_year.charity import (
    Charity,
    charity_of_year,
    less_deductions,
    with_rest_distributed,
)
from ledger.tax_year.excess import (
    settle_taken_back,
)
from ledger.tax_year.facts_of_year import FactsOfYear
from ledger.tax_year.hsa import hsa_funding_of_year
from ledger.tax_year.in_plan import InPlanTaken, taken_in_plan
from ledger.tax_year.inherited import InheritedFacts, Settled
from ledger.tax_year.payments import PaymentsOfYear
from ledger.tax_year.special import (
    check_repayments_found,
    with_special,
)
from ledger.tax_year.traditional import (
    check_rolled_into_plans,
    everything_paid_out,
)
from ledger.year_end import Form8606

K = EventKind


class PaidInYear:
    """The payments of one year, settled in steps; each later step reads what earlier ones left."""

    def __init__(self, facts: FactsOfYear) -> None:
        self._facts = facts
        paid, me, year = facts.library.events.payments, facts.me, facts.year
        self.pooled = paid(me, year, lambda a: a.kind.is_pooled_traditional)
        self.inherited = paid(me, year, lambda a: a.kind is AccountKind.INHERITED_TRADITIONAL_IRA)
        self.roth = paid(me, year, lambda a: a.kind.is_roth_ira)
        self.inherited_roth = paid(me, year, lambda a: a.kind is AccountKind.INHERITED_ROTH_IRA)
        self.charity: tuple[Charity, ...] = ()
        self.hsa: tuple[Charity, ...] = ()
        self.deducted, self.charity_reduced = facts.before.deducted_after_70_half, ZERO
        self.settled_inherited: tuple[Settled, ...] = ()

    def settle_inherited(self) -> None:
        """Fill in one Form 8606 for each decedent; merge what a spouse treats as their own."""
        self.settled_inherited = self._inherited_facts().settle()

    def settle_payments(self) -> None:
        """Tell apart what was paid out of disaster, excess and other special money."""
        events, before = self._facts.library.events, self._facts.before
        check_repayments_found(events, self._facts.me, self._facts.year)
        pooled = settle_taken_back(self.pooled, before.excess.traditional, self._facts.is_free)
        roth = settle_taken_back(self.roth, before.excess.roth, self._facts.is_free)
        self.pooled = with_special(pooled, events)
        self.roth = with_special(roth, events)

    @property
    def forms_8606(self) -> tuple[Form8606, ...]:
        """The Forms 8606 of decedents that have lines."""
        return tuple(x.form for x in self.settled_inherited if x.form and len(x.form.form))

    def _inherited_facts(self) -> InheritedFacts:
        return InheritedFacts(
            accounts=self._facts.accounts,
            before=self._facts.before.inherited,
            year=self._facts.year,
            traditional=self.inherited,
            roth=self.inherited_roth,
            elections=self._facts.of_year({K.SPOUSE_ELECTION}),
            payouts=self._facts.payouts,
            balances=self._facts.library.balances,
            events=self._facts.library.events,
            options=self._facts.library.books.options,
        )

    def with_charity(self, traditional: f8606.TraditionalYear) -> f8606.TraditionalYear:
        """Settle what left the IRAs out of pre-tax money first: plans, then charity."""
        charity = sorted(self._facts.of_year({K.QCD}), key=lambda e: e.day)
        hsa = self._facts.of_year({K.HSA_FUNDING})
        pooled = [e for e in charity if self._facts.accounts[e.account].kind.is_pooled_traditional]
        all_iras = everything_paid_out(traditional, self.pooled, [*pooled, *hsa])
        # plans took pre-tax money alone: charity cannot claim the same dollars
        all_iras -= check_rolled_into_plans(traditional, self.pooled, all_iras)
        self.charity = charity_of_year(
            charity, self._facts.person, self._facts.accounts, all_iras, traditional.usable_basis
        )
        # deducted is what was contributed and is not on line 1
        deducted = traditional.contributed - traditional.nondeductible
        self.charity, self.deducted = self._less_deductions(deducted)
        # charity has taken its pre-tax money before the HSA does
        left = all_iras - traditional.usable_basis
        left -= Money.total(c.qualified for c in self.charity if c.account in self._facts.own)
        self.hsa = hsa_funding_of_year(
            hsa, self._facts.person, self._facts.accounts, self._facts.before.hsa_funding_year, left
        )
        for one in (*self.charity, *self.hsa):
            if one.rest:
                # from here on the rest is a payment like any other
                own = one.account.kind.is_pooled_traditional
                (self.pooled if own else self.inherited).append(one.as_payment())
        return with_rest_distributed(traditional, (*self.charity, *self.hsa))

    def _less_deductions(self, deducted: Money) -> tuple[tuple[Charity, ...], Money]:
        """Reduce charitable payments by IRA deductions of their age; return those left over."""
        born, before = self._facts.person.taxpayer.born, self._facts.before.deducted_after_70_half
        if born is not None and counts_against_charity(born, self._facts.year):
            before += deducted
        charity, used = less_deductions(self.charity, before)
        self.charity_reduced = used
        return charity, before - used

    def hsa_year(self) -> int | None:
        """Return the year of the one HSA funding distribution of a lifetime; None before it."""
        if any(one.qualified for one in self.hsa):
            return self._facts.year
        return self._facts.before.hsa_funding_year

    @property
    def payments(self) -> PaymentsOfYear:
        """Everything that was paid out in the year, each under its name."""
        return PaymentsOfYear(
            conversions=self._facts.conversions,
            payouts=self._facts.payouts_of_year,
            traditional=(*self.pooled, *self.inherited),
            roth=self.roth,
            inherited_roth=self.inherited_roth,
            corrected=[c for c in self._facts.corrected if c.event.day.year == self._facts.year],
            charity=self.charity,
            pensions=[payment for one in self._facts.pensions for payment in one.payments],
            in_plan=self._in_plan,
            excess_deferrals=self._facts.of_year({K.EXCESS_DEFERRAL_RETURN}),
            corrective=self._facts.of_year({K.CORRECTIVE_DISTRIBUTION}),
            adp_recharacterized=self._facts.of_year({K.ADP_RECHARACTERIZATION}),
            employer_roth=self._facts.library.plan_limits.taxed_employer_money(
                self._facts.me, self._facts.year
            ),
            employer_roth_iras=self._facts.library.events.taxed_employer_money(
                self._facts.me, self._facts.year
            ),
            inherited=self.settled_inherited,
            hsa_funding=self.hsa,
            transfers=[
                one for one in self._facts.story.transfers if one.event.day.year == self._facts.year
            ],
        )

    @property
    def _in_plan(self) -> tuple[InPlanTaken, ...]:
        """What early payments took out of in-plan conversions, where no exception covers it."""
        taken = taken_in_plan(
            self._facts.in_plan_moved,
            self._facts.year,
            self._facts.person.is_early,
        )
        return tuple(
            one
            for one in taken
            if not exception_applies(further_exception(one.payout.event), plan=True)
        )
