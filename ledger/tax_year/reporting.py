"""Which Forms 1099-R the payers should send one person for a year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ledger.balances.contracts import PlanContracts
from ledger.balances.distributions import EXCEPTED_REASONS
from ledger.balances.payouts import CorrectedContribution, Payout
from ledger.chart import Account, AccountKind, TaxCharacter
from ledger.events import CASH, Event, EventKind
from ledger.forms import f1099r
from ledger.law import codes_1099r
from ledger.law.charity import is_of_charitable_age
from ledger.law.early_distribution import (
    bearing_additional_tax,
    exception_applies,
    is_in_simple_period,
)
from ledger.law.rollover_split import Route
from ledger.law.special_distributions import reason_of
from ledger.money import ZERO, Money, apportion
from ledger.tax_year.charity import Charity
from ledger.tax_year.corrections_paid import paid_back
from ledger.tax_year.in_plan import InPlanTaken
from ledger.tax_year.inherited import form_of
from ledger.tax_year.ira_events import IraPayment
from ledger.tax_year.payments import PaymentsOfYear
from ledger.tax_year.pensions import PensionPayment
from ledger.tax_year.person import Person
from ledger.tax_year.roth import RothIraYear
from ledger.year_end import Form1099R

K = EventKind


@dataclass(frozen=True)
class Reporter:
    """Reports every payment of one person's year as the payer sees it."""

    person: Person
    accounts: Mapping[str, Account]
    roth_iras: frozenset[str]
    contracts: PlanContracts

    def forms(self, year: PaymentsOfYear, roth: RothIraYear) -> tuple[Form1099R, ...]:
        """Return the forms in the order of their first payments."""
        reported = [
            *map(f1099r.of_in_plan_conversion, year.conversions),
            *map(f1099r.of_employer_roth, year.employer_roth),
            *map(self._of_employer_roth_ira, year.employer_roth_iras),
            *(item for p in year.payouts for item in self._of_payout(p, year.in_plan)),
            *(item for p in year.traditional for item in self._of_ira(p)),
            *(self._of_roth(p, roth) for p in year.roth if p.paid_out),
            *(self._of_inherited_roth(p, year) for p in year.inherited_roth if p.paid_out),
            *map(self._of_correction, year.corrected),
            *map(self._of_qcd, year.charity),
            *map(self._of_qcd, year.hsa_funding),
            *map(self._of_pension, year.pensions),
            # paid back in time they have codes of their own; the late ones follow as payments
            *(
                item
                for e in year.excess_deferrals
                if e not in year.late_deferrals
                for item in _of_excess_deferral(e)
            ),
            *map(self._of_late_deferral, year.late_deferrals),
            *map(f1099r.of_corrective, year.corrective),
            *map(f1099r.of_recharacterized, year.adp_recharacterized),
        ]
        return f1099r.forms_1099r(sorted(reported, key=lambda item: item.event.day))

    def _of_employer_roth_ira(self, event: Event) -> f1099r.Reported:
        """Report what an employer put into a Roth SEP or SIMPLE IRA (Notice 2024-2, Q&A K-7)."""
        amount = event.money("amount")
        return f1099r.Reported(
            payer=event.account,
            to=event.account,
            ira=True,
            code=codes_1099r.conversion_code(of_age=self.person.of_age(event)),
            event=event,
            gross=amount,
            taxable=amount,
        )

    def _of_payout(
        self, payout: Payout, in_plan: Sequence[InPlanTaken]
    ) -> Iterator[f1099r.Reported]:
        paid = any(row.route is not Route.DIRECT for row in payout.rows)
        event, account = payout.event, self.accounts[payout.account]
        # a direct rollover depends on no age, so it asks for no birth date
        of_age = reason_of(event) not in EXCEPTED_REASONS and paid and self.person.of_age(event)
        allocable = [one.allocable for one in in_plan if one.payout is payout]
        return f1099r.of_payout(
            payout,
            cash_code=codes_1099r.cash_code(
                of_age=of_age,
                reason=reason_of(event),
                exception=_exception(event, plan=True),
                # a form with money of both kinds has the code of what can bear the tax
                exempt=not bearing_additional_tax(
                    account.kind, payout.gross, payout.rolled_in, payout.gross
                ),
            ),
            roth_iras=self.roth_iras,
            first_roth_year=self.contracts.first_roth_year(account),
            in_plan=Money.total(allocable),
        )

    def _of_ira(self, payment: IraPayment) -> Iterator[f1099r.Reported]:
        event = payment.event
        if event.kind.spec.paid_to:
            return  # reported with the payment of which it is a part
        for to, amount in payment.moved:
            if to in self.roth_iras:
                code = codes_1099r.conversion_code(of_age=self.person.of_age(event))
                yield _ira_form(payment, to, code, amount)
            elif to in self.accounts and self.accounts[to].kind.is_plan:
                code = codes_1099r.direct_rollover_code(roth_money=False, to_roth_ira=False)
                yield _ira_form(payment, to, code, amount)
        if not payment.paid_out:
            return
        inherited = payment.account.kind is AccountKind.INHERITED_TRADITIONAL_IRA
        # an heir's payment is reported by death, whatever the heir's age
        reason = "death" if inherited else reason_of(event)
        of_age = reason not in EXCEPTED_REASONS and self.person.of_age(event)
        exception = _exception(event, plan=False)
        code = codes_1099r.cash_code(of_age=of_age, reason=reason, exception=exception)
        since = payment.account.simple_since
        if since is not None and is_in_simple_period(since, event.day):
            code = codes_1099r.simple_code(code)
        yield _ira_form(payment, CASH, code, payment.paid_out)

    def _of_roth(self, payment: IraPayment, roth: RothIraYear) -> f1099r.Reported:
        event = payment.event
        # the birth date is asked for only where no reason decides
        code = codes_1099r.roth_ira_code(
            of_age=reason_of(event) not in EXCEPTED_REASONS and self.person.of_age(event),
            clock_met=roth.clock is not None and event.day >= roth.clock,
            reason=reason_of(event),
        )
        return f1099r.Reported(
            payer=payment.account.id,
            to=CASH,
            ira=False,
            code=code,
            event=event,
            gross=payment.paid_out,
            # the payer does not know the owner's layers: box 2a stays blank
            taxable=None,
            withheld=event.withheld or ZERO,
            state_withheld=event.state_withheld or ZERO,
            texts={"2b": f1099r.NOT_DETERMINED},
        )

    def _of_inherited_roth(self, payment: IraPayment, year: PaymentsOfYear) -> f1099r.Reported:
        """Report a payment; Part III of the decedent's form tells that the years were not over."""
        form = form_of(year.inherited, payment.account)
        return f1099r.Reported(
            payer=payment.account.id,
            to=CASH,
            ira=False,
            # death stands in for the age: only the decedent's five years are left to decide
            code=codes_1099r.roth_ira_code(of_age=True, clock_met=form is None or "19" not in form),
            event=payment.event,
            gross=payment.paid_out,
            taxable=None,
            withheld=payment.event.withheld or ZERO,
            state_withheld=payment.event.state_withheld or ZERO,
            texts={"2b": f1099r.NOT_DETERMINED},
        )

    def _of_correction(self, found: CorrectedContribution) -> f1099r.Reported:
        event, account = found.event, self.accounts[found.event.account]
        returned = event.kind is K.RETURN_OF_CONTRIBUTION
        roth = account.kind.is_roth_ira
        code = codes_1099r.correction_code(
            recharacterized=not returned,
            # a return is income of the year it was made in, N and R go by the year it was made for
            same_year=event.day.year == (found.made.day.year if returned else event.tax_year),
            roth=roth,
            # asked for only here: a recharacterization has code N or R at any age
            of_age=returned and not roth and self.person.of_age(event),
        )
        return f1099r.Reported(
            payer=account.id,
            to=event.to or CASH,
            ira=not roth,
            code=code,
            event=event,
            gross=event.money("amount") + found.net_income,
            taxable=found.net_income.floor_zero() if returned else ZERO,
            withheld=event.withheld or ZERO,
            state_withheld=event.state_withheld or ZERO,
        )

    def _of_qcd(self, one: Charity) -> f1099r.Reported:
        event = one.event
        inherited = one.account.kind is AccountKind.INHERITED_TRADITIONAL_IRA
        reason = "death" if inherited else reason_of(event)
        of_age = reason not in EXCEPTED_REASONS and self.person.of_age(event)
        code, or_code = codes_1099r.cash_code(of_age=of_age, reason=reason), ""
        # the payer knows the age, and nothing of the year's limit or of basis
        if event.kind is K.QCD and is_of_charitable_age(self.person.born_for(event), event.day):
            code, or_code = codes_1099r.charity_codes(code, event.day.year)
        amount = event.money("amount")
        return f1099r.Reported(
            payer=event.account,
            to=event.kind.spec.paid_to,
            ira=True,
            code=code,
            event=event,
            gross=amount,
            # reported as if all were taxable: what qualifies is for the owner to say
            taxable=amount,
            texts={"2b": f1099r.NOT_DETERMINED},
            or_code=or_code,
        )

    def _of_late_deferral(self, event: Event) -> f1099r.Reported:
        """Report an excess deferral paid back too late: taxed once more, without basis."""
        roth = event.sources[0].character is TaxCharacter.ROTH
        code = codes_1099r.cash_code(of_age=self.person.of_age(event))
        return f1099r.Reported(
            payer=event.account,
            to=CASH,
            ira=False,
            code=codes_1099r.in_order(code, "B" if roth else ""),
            event=event,
            gross=paid_back(event),
            taxable=paid_back(event),
            withheld=event.withheld or ZERO,
            state_withheld=event.state_withheld or ZERO,
        )

    def _of_pension(self, payment: PensionPayment) -> f1099r.Reported:
        event = payment.event
        code = codes_1099r.cash_code(
            of_age=self.person.of_age(event), reason=reason_of(event), exempt=True
        )
        return f1099r.Reported(
            payer=event.account,
            to=CASH,
            ira=False,
            code=code,
            event=event,
            gross=event.money("amount"),
            taxable=payment.taxable,
            withheld=event.withheld or ZERO,
            state_withheld=event.state_withheld or ZERO,
            recovered=payment.recovered,
        )


def _ira_form(payment: IraPayment, to: str, code: str, amount: Money) -> f1099r.Reported:
    direct_rollover = code == codes_1099r.direct_rollover_code(roth_money=False, to_roth_ira=False)
    return f1099r.Reported(
        payer=payment.account.id,
        to=to,
        ira=True,
        code=code,
        event=payment.event,
        gross=amount,
        taxable=ZERO if direct_rollover else amount,
        withheld=(payment.event.withheld or ZERO) if to == CASH else ZERO,
        state_withheld=(payment.event.state_withheld or ZERO) if to == CASH else ZERO,
        texts={} if direct_rollover else {"2b": f1099r.NOT_DETERMINED},
    )


def _of_excess_deferral(event: Event) -> Iterator[f1099r.Reported]:
    """Report a deferral paid back; its earnings are income of the year they are paid in."""
    amount, earnings = event.money("amount"), event.earnings or ZERO
    roth = event.source is not None and event.source.character is TaxCharacter.ROTH
    same_year = event.day.year == event.tax_year
    paid = amount + min(earnings, ZERO)  # a loss is paid back less
    # gross, taxable, recovered, and whether it is income of the year it is paid in
    parts = [(paid, ZERO if roth else paid, amount if roth else ZERO, same_year)]
    if earnings > ZERO:
        parts.append((earnings, earnings, ZERO, True))
    # a cent at least: nothing can be divided in proportion to parts of nothing
    shares = [max(part[0], Money(1)) for part in parts]
    withheld = apportion(event.withheld or ZERO, shares)
    of_state = apportion(event.state_withheld or ZERO, shares)
    for (gross, taxable, recovered, of_this_year), tax, state in zip(
        parts, withheld, of_state, strict=True
    ):
        code = codes_1099r.excess_deferral_code(same_year=of_this_year, roth_money=roth)
        yield f1099r.Reported(
            payer=event.account,
            to=CASH,
            ira=False,
            code=code,
            event=event,
            gross=gross,
            taxable=taxable,
            withheld=tax,
            state_withheld=state,
            recovered=recovered,
        )


def _exception(event: Event, *, plan: bool) -> str:
    return event.exception if exception_applies(event.exception, plan=plan) else ""
