"""What the year's payments put on Form 1040: gross, taxable, and the words beside the lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.balances.payouts import CorrectedContribution
from ledger.events import Event, EventKind
from ledger.forms import f1040
from ledger.forms.f8606 import TaxedPayments, TraditionalYear
from ledger.forms.form import Form, Formula
from ledger.law import corrective
from ledger.law.figures import figures
from ledger.law.rollover_split import Route
from ledger.money import ZERO, Money
from ledger.records import Options
from ledger.tax_year.corrections_paid import paid_back, taxed_of
from ledger.tax_year.inherited import form_of
from ledger.tax_year.ira_events import IraPayment, amounts
from ledger.tax_year.payments import PaymentsOfYear


@dataclass(frozen=True)
class ReturnLines:
    """Everything the lines are read from; ``income`` are corrections with income of the year.

    The payouts among the ``payments`` tell what of them is taxed in the year. ``others`` and
    ``plan_disaster`` are what worksheets work out for the IRA and for the plan line; ``disaster``
    is what the latter tells of the payouts.
    """

    year: int
    form: Form
    traditional: TraditionalYear
    own: TaxedPayments
    payments: PaymentsOfYear
    income: Sequence[CorrectedContribution]
    options: Options
    others: tuple[Formula, ...] = ()
    plan_disaster: Form | None = None
    disaster: Money = ZERO

    def form_1040(self) -> Form:
        """Prepare the lines."""
        return f1040.form_1040(
            self.year, self.form, self._ira_lines(), self._plan_lines(), self.options
        )

    def _ira_lines(self) -> f1040.IraLines:
        """Gather the IRA lines; a gross line stands where Form 1040's instructions ask for it."""
        # a return has income in the year of the contribution, a recharacterization only its gross
        corrected = [c for c in self.income if _is_returned(c) or _is_within_year(c.event)]
        moved = [c.event.money("amount") + c.net_income for c in corrected]
        paid = self.payments
        payments = [*paid.traditional, *paid.roth, *paid.inherited_roth]
        charity = Money.total(c.qualified for c in (*paid.charity, *paid.hsa_funding))
        employer = amounts(paid.employer_roth_iras)
        gross = Money.total([*(p.reported for p in payments), *moved, charity, employer])
        earnings = [c.net_income.floor_zero() for c in corrected if _is_returned(c)]
        # where Part I has line 15c Form 1040 reads it there
        untaxed = ZERO if "15c" in self.form else self.own.taxable.value
        inherited = [p for p in paid.traditional if not p.account.kind.is_pooled_traditional]
        inherited = [p for p in inherited if not self._has_part_i(p)]
        forms = [one.form.form for one in paid.inherited if one.form is not None]
        worked = [form[line] for form in forms for line in ("15c", "25c") if line in form]
        return f1040.IraLines(
            gross=gross,
            show_gross=bool(
                self.traditional.converted
                or "15c" in self.form
                or self.own.taxable.value != self.traditional.distributed
                or worked
                or paid.roth
                or paid.inherited_roth
                or corrected
                or charity
                or any(p.rolled_over or p.excess_returned for p in payments)
            ),
            fully_taxable=untaxed + employer + Money.total(p.kept for p in inherited),
            returned_earnings=Money.total(earnings),
            anything=bool(gross) or bool(self.others),
            others=(*worked, *self.others),
        )

    def _has_part_i(self, payment: IraPayment) -> bool:
        form = form_of(self.payments.inherited, payment.account)
        return form is not None and "15c" in form

    def _plan_lines(self) -> f1040.PlanLines:
        paid = self.payments
        gross = [*(p.gross for p in paid.payouts), *(c.amount for c in paid.conversions)]
        gross.append(amounts(p.event for p in paid.pensions))
        # the excess of a failed test is wages; only what is above 415(c) stands with pensions
        back = [e for e in paid.corrective if not corrective.is_wages(e.reason)]
        late = [paid_back(e) for e in paid.late_deferrals]
        gross += [*(paid_back(e) for e in back), *late]
        gross.append(amounts(paid.employer_roth))
        taxable = [row.taxable for p in paid.payouts for row in p.rows]
        taxable += [c.taxable for c in paid.conversions]
        taxable += [p.taxable for p in paid.pensions]
        taxable.append(amounts(paid.employer_roth))
        taxable += [*(taxed_of(e) for e in back), *late]
        if self.plan_disaster is None:
            return f1040.PlanLines(Money.total(gross), Money.total(taxable))
        # its part of this year is on the worksheet, beside those of earlier years
        taxable.append(-self.disaster)
        return f1040.PlanLines(Money.total(gross), Money.total(taxable), self.plan_disaster["6"])

    def notes(self) -> tuple[str, ...]:
        """Return the words beside Form 1040 lines, and the boxes to check where it has them."""
        paid = self.payments
        ira_payments = (*paid.traditional, *paid.roth)
        routes = [row.route for payout in paid.payouts for row in payout.rows]
        wanted = (
            ("ira", "Rollover", any(p.rolled_over for p in ira_payments)),
            ("ira", "QCD", any(c.qualified for c in paid.charity)),
            ("ira", "HFD", any(c.qualified for c in paid.hsa_funding)),
            ("plan", "Rollover", any(route is not Route.PAID for route in routes)),
        )
        fig, notes = figures(self.year), list[str]()
        for kind, words, applies in wanted:
            if applies:
                notes.append(f"{fig.text(f'form_1040_{kind}_taxable_line')}: {words}")
                if fig.exists(f"form_1040_{kind}_checkbox_line"):
                    notes.append(f"{fig.text(f'form_1040_{kind}_checkbox_line')}: {words}")
        return tuple(notes)


def _is_within_year(moved: Event) -> bool:
    """Tell whether a recharacterization is of the year that the contribution was made for.

    One of the next year stands in a statement, on no return (Instructions for Form 8606).
    """
    return moved.day.year == moved.tax_year


def _is_returned(found: CorrectedContribution) -> bool:
    return found.event.kind is EventKind.RETURN_OF_CONTRIBUTION
