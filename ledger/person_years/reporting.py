"""Which Forms 1099-R the payers should send one person for a year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ledger.chart import Account, AccountKind
from ledger.fold.contracts import PlanContracts
from ledger.fold.payouts import CorrectedContribution, Payout
from ledger.forms import f1099r
from ledger.law import codes_1099r
from ledger.law.rollover_split import Route
from ledger.money import ZERO
from ledger.person_years.ira_events import IraPayment
from ledger.person_years.payments import PaymentsOfYear
from ledger.person_years.pensions import PensionPayment
from ledger.person_years.person import Person
from ledger.person_years.roth import RothIraYear
from ledger.records import CASH, Event, EventKind
from ledger.year_end import Form1099R

K = EventKind
DECIDED = frozenset({"death", "disability"})


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
            *(item for p in year.payouts for item in self._of_payout(p)),
            *(item for p in year.traditional for item in self._of_ira(p)),
            *(self._of_roth(p, roth) for p in year.roth if p.gross - p.rolled),
            *map(self._of_correction, year.corrected),
            *map(self._of_qcd, year.charity),
            *map(self._of_pension, year.pensions),
        ]
        return f1099r.forms_1099r(sorted(reported, key=lambda item: item.event.day))

    def _of_payout(self, payout: Payout) -> Iterator[f1099r.Reported]:
        paid = any(row.route is not Route.DIRECT for row in payout.rows)
        decided = payout.event.reason in DECIDED
        account = self.accounts[payout.account]
        return f1099r.of_payout(
            payout,
            of_age=not decided and paid and self.person.of_age(payout.event),
            roth_iras=self.roth_iras,
            first_roth_year=self.contracts.first_roth_year(account),
        )

    def _of_ira(self, payment: IraPayment) -> Iterator[f1099r.Reported]:
        event = payment.event
        if event.kind is K.CONVERSION:
            code = codes_1099r.conversion_code(of_age=self.person.of_age(event))
            yield _ira_form(payment, event.to, code)
            return
        inherited = payment.account.kind is AccountKind.INHERITED_TRADITIONAL_IRA
        reason = "death" if inherited else event.reason
        of_age = reason not in DECIDED and self.person.of_age(event)
        code = codes_1099r.cash_code(of_age=of_age, reason=reason, exception=event.exception)
        yield _ira_form(payment, CASH, code)

    def _of_roth(self, payment: IraPayment, roth: RothIraYear) -> f1099r.Reported:
        event = payment.event
        code = codes_1099r.roth_ira_code(
            of_age=event.reason not in DECIDED and self.person.of_age(event),
            clock_met=roth.clock is not None and event.day >= roth.clock,
            reason=event.reason,
        )
        return f1099r.Reported(
            payer=payment.account.id,
            to=CASH,
            ira=False,
            code=code,
            event=event,
            gross=payment.gross,
            taxable=None,
            withheld=event.withheld or ZERO,
            texts={"2b": f1099r.NOT_DETERMINED},
        )

    def _of_correction(self, found: CorrectedContribution) -> f1099r.Reported:
        event, account = found.event, self.accounts[found.event.account]
        returned = event.kind is K.RETURN_OF_CONTRIBUTION
        roth = account.kind is AccountKind.ROTH_IRA
        code = codes_1099r.correction_code(
            recharacterized=not returned,
            same_year=event.day.year == found.made.day.year,
            roth=roth,
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
        )

    def _of_qcd(self, event: Event) -> f1099r.Reported:
        code = codes_1099r.cash_code(of_age=self.person.of_age(event), reason=event.reason)
        amount = event.money("amount")
        return f1099r.Reported(
            payer=event.account,
            to="charity",
            ira=True,
            code=code,
            event=event,
            gross=amount,
            taxable=amount,
            texts={"2b": f1099r.NOT_DETERMINED},
        )

    def _of_pension(self, payment: PensionPayment) -> f1099r.Reported:
        event = payment.event
        code = codes_1099r.cash_code(of_age=self.person.of_age(event), reason=event.reason)
        return f1099r.Reported(
            payer=event.account,
            to=CASH,
            ira=False,
            code=code,
            event=event,
            gross=event.money("amount"),
            taxable=payment.taxable,
            withheld=event.withheld or ZERO,
            recovered=payment.recovered,
        )


def _ira_form(payment: IraPayment, to: str, code: str) -> f1099r.Reported:
    return f1099r.Reported(
        payer=payment.account.id,
        to=to,
        ira=True,
        code=code,
        event=payment.event,
        gross=payment.gross,
        taxable=payment.gross,
        withheld=payment.event.withheld or ZERO,
        texts={"2b": f1099r.NOT_DETERMINED},
    )
