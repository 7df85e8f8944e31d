"""One taxpayer and one tax year: the forms worked out from the story of the year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger.chart import AccountKind, Pool
from ledger.events import EventKind
from ledger.forms import f8606
from ledger.forms.f5329 import ExcessPart, form_5329, is_required
from ledger.forms.form import Form, Formula
from ledger.forms.other_lines import OtherAmounts, as_recorded, other_lines
from ledger.forms.worksheets import (
    DISASTER_INCOME,
    IRA_DEDUCTION,
    IRA_METHODS,
    PLAN_DISASTER_INCOME,
    ROTH_IRA_LIMIT,
    WORKSHEET_1_1,
    PlanDisasterAmounts,
    methods_worksheet,
    plan_disaster_worksheet,
    roth_limit_worksheet,
    worksheet_1_1,
)
from ledger.journal import JournalEntry
from ledger.law.early_distribution import FIRST_HOME
from ledger.law.inherited_basis import value_of_last_year
from ledger.law.limits import roth_phase_out
from ledger.money import ZERO, Money
from ledger.tax_year import record_rows
from ledger.tax_year.checks.context import CheckContext
from ledger.tax_year.checks.every import with_findings
from ledger.tax_year.checks.refusals import refuse_impossible_facts
from ledger.tax_year.closing_entries import (
    PassedBasis,
    YearOfBasis,
    closing_entries,
    opening_entries,
)
from ledger.tax_year.corrections_paid import wages_of
from ledger.tax_year.divorce import basis_given, divorce_shares
from ledger.tax_year.early import EarlyFacts, early_amounts, part_i
from ledger.tax_year.excess import (
    ExcessOfYear,
    IraValues,
    Made,
    carried_excess,
    counted_contributions,
    excess_of_year,
    excess_parts,
    roth_limit,
)
from ledger.tax_year.facts_of_year import FactsOfYear
from ledger.tax_year.in_plan import check_history_in_roth_iras, into_roth_iras
from ledger.tax_year.inheritance import (
    died_on,
    inherited_basis_of,
    passed_basis,
    passed_on,
    settle_estate,
    without_estate,
    without_passed,
)
from ledger.tax_year.inherited import merged_of
from ledger.tax_year.ira_events import amounts
from ledger.tax_year.movements import movements_of, of_divorce
from ledger.tax_year.paid_in_year import PaidInYear
from ledger.tax_year.payments import PaymentsOfYear
from ledger.tax_year.pensions import recovered_after
from ledger.tax_year.person import Carried, CarriedDisaster, CarriedPlanDisaster
from ledger.tax_year.reporting import Reporter
from ledger.tax_year.return_lines import ReturnLines
from ledger.tax_year.roth import RothInflows, RothIraYear, rolled_in
from ledger.tax_year.special import (
    disaster_income,
    restored_basis,
)
from ledger.tax_year.state_basis import state_basis_of
from ledger.tax_year.traditional import (
    Contributed,
    TraditionalFacts,
    contributed,
    deduction_of,
)
from ledger.year_end import (
    OTHER_LINES,
    DivorceShare,
    Form1099R,
    IraLimit,
    Movement,
    RothLimit,
    TraditionalIra,
    YearEnd,
)


@dataclass(frozen=True)
class _Worked:
    """The year once its Form 8606 is filled in: what the record is made of."""

    form: Form
    traditional: f8606.TraditionalYear
    own: f8606.TaxedPayments
    roth: RothIraYear
    limits: tuple[IraLimit, RothLimit]  # of all IRAs, and of Roth IRAs by income
    excess: tuple[ExcessPart, ExcessPart]
    disaster: Form | None = None
    plan_disaster: Form | None = None


class PersonYear:
    """Works out one person's year. ``result`` gives the record, ``carried`` the next start."""

    def __init__(self, facts: FactsOfYear) -> None:
        self._facts, self._paid = facts, PaidInYear(facts)
        self._lib, self._person, self._before = facts.library, facts.person, facts.before
        self.year, self._me, self._accounts = facts.year, facts.me, facts.accounts
        self._first_home = ZERO  # what exception 09 of Form 5329 covered

    def result(self) -> tuple[YearEnd, Carried]:
        """Work out the year; raise LedgerError where a fact that matters is missing."""
        refuse_impossible_facts(self._lib, self._person, self.year)
        # first: a surviving spouse's election adds to line 2
        self._paid.settle_inherited()
        merged = merged_of(self._paid.settled_inherited)
        made, roth_made = contributed(self._lib.events, self._me, self.year, self._accounts)
        limit = self._facts.ira_limit(made.total + roth_made.total + self._facts.from_529())
        paid_in = Made(
            made.total, roth_made.total, self._facts.from_529(), self._before.rolled_from_529
        )
        excess = excess_of_year(self._person, self.year, paid_in, limit)
        # before the excess: Form 5329 reads what was taken back
        self._paid.settle_payments()
        parts = self._excess_parts(excess, made, roth_made)
        # an excess is neither deducted nor on line 1, so it goes out before the deduction
        counted = counted_contributions(made, excess, parts[0])
        deduction, deduction_sheet = deduction_of(self._person, counted, limit, self.year)
        facts = replace(self._traditional_facts(), merged=merged.traditional or ZERO)
        traditional = facts.form_input(counted, deduction)
        self._facts.check_basis_known(traditional, self._paid.pooled)
        # only now: charity is measured by all that the IRAs would have paid out
        traditional = self._paid.with_charity(traditional)
        sheets = {IRA_DEDUCTION: deduction_sheet} if deduction_sheet is not None else {}
        sheet = self._worksheet_1_1(traditional)
        if sheet is not None:
            sheets[WORKSHEET_1_1] = sheet
        form, roth = self._form_8606(traditional, roth_made, sheet)
        sheets |= self._sheets(traditional, roth_made, limit)
        sheets |= roth.worksheets(form, self._lib.books.options)
        own = f8606.taxed_payments(form, traditional)
        disaster, after = disaster_income(
            form, own.disaster, self._person, self._before.disaster, self._lib.events
        )
        if disaster is not None:
            sheets[DISASTER_INCOME] = disaster
        plan_disaster = self._plan_disaster_sheet()
        if plan_disaster is not None:
            sheets[PLAN_DISASTER_INCOME] = plan_disaster
        of_iras = (limit, roth_limit(excess, limit))
        worked = _Worked(form, traditional, own, roth, of_iras, parts, disaster, plan_disaster)
        later = record_rows.disaster_later(after.iras, self._facts.plan_disaster.later)
        record = self._record(worked)
        deducted = as_recorded(deduction) if deduction_sheet is None else deduction_sheet["7"]
        sheets |= self._other_lines(record, deducted)
        record = replace(record, worksheets=sheets, disaster_later=tuple(later))
        # last: the checks read the finished record
        record = with_findings(self._check_context(record, traditional, roth_made, roth))
        restored = restored_basis(own, traditional.repaid)
        return record, self._carry(record, after, roth, restored)

    def _carry(
        self, record: YearEnd, after: CarriedDisaster, roth: RothIraYear, restored: Money
    ) -> Carried:
        """Return what the next year starts with; ``after`` is disaster income of IRAs."""
        plans = self._facts.plan_disaster
        _, carried = roth.settle(record.f8606)
        carried = replace(
            carried,
            traditional=record.traditional_ira.basis_carried_forward,
            inherited={one.decedent: one.after for one in self._paid.settled_inherited},
            restored_basis=restored,
            last_form=self.year if record.f8606_required else self._before.last_form,
            hsa_funding_year=self._paid.hsa_year(),
            rolled_from_529=self._before.rolled_from_529 + self._facts.from_529(),
            deducted_after_70_half=self._paid.deducted,
            disaster=replace(after, plans=CarriedPlanDisaster(plans.later, plans.over)),
            # line 20 and exception 09 use up one lifetime amount (IRC 72(t)(8)(B))
            first_home_used=carried.first_home_used + self._first_home,
            pension_recovered=recovered_after(self._facts.pensions, self._before.pension_recovered),
        )
        carried = carried_excess(record.f5329, carried)
        return without_estate(self._lib, self._me, self.year, carried)

    def _excess_parts(
        self, excess: ExcessOfYear, made: Contributed, roth_made: Contributed
    ) -> tuple[ExcessPart, ExcessPart]:
        roth_iras = [a.id for a in self._accounts.values() if a.kind.is_roth_ira]
        roth = Money.total(self._lib.balances.value_at_end(Pool(a), self.year) for a in roth_iras)
        values = IraValues(
            self._facts.year_end_value() + made.after_year, roth + roth_made.after_year
        )
        return excess_parts(excess, self._before, self._paid.pooled, self._paid.roth, values)

    def _check_context(
        self,
        record: YearEnd,
        traditional: f8606.TraditionalYear,
        roth_made: Contributed,
        roth: RothIraYear,
    ) -> CheckContext:
        return CheckContext(
            record=record,
            library=self._lib,
            person=self._person,
            before=self._before,
            traditional=traditional,
            payments=self._paid.payments,
            roth_contributed=roth_made.total,
            charity_reduced=self._paid.charity_reduced,
            roth=roth,
        )

    def _sheets(
        self, traditional: f8606.TraditionalYear, roth_made: Contributed, limit: IraLimit
    ) -> dict[str, Form]:
        """Return the Roth limit, and both methods beside each other where they can differ."""
        out, facts, options = dict[str, Form](), self._person.facts, self._lib.books.options
        if roth_made.total and facts.magi is not None and facts.filing_status:
            out[ROTH_IRA_LIMIT] = roth_limit_worksheet(
                facts.magi,
                roth_phase_out(self.year, facts.filing_status),
                limit.limit,
                traditional.contributed,
                roth_made.total,
            )
        paid = traditional.distributed or traditional.converted
        if traditional.needs_part_i and traditional.contributed and paid:
            # Part III is the same by both methods
            none = f8606.RothYear()
            sheet = worksheet_1_1(traditional, options)
            out[IRA_METHODS] = methods_worksheet(
                f8606.form_8606(traditional, none, options),
                f8606.form_8606(traditional, none, options, sheet),
            )
        return out

    def _worksheet_1_1(self, traditional: f8606.TraditionalYear) -> Form | None:
        options = self._lib.books.options
        method = self._person.facts.ira_method or options.ira_method
        if method == "form" or not (traditional.needs_part_i and self._paid.pooled):
            return None
        return worksheet_1_1(traditional, options)

    def _form_8606(
        self, traditional: f8606.TraditionalYear, roth_made: Contributed, sheet: Form | None
    ) -> tuple[Form, RothIraYear]:
        """Prepare Form 8606; Part III needs the layers that Part II has just made."""
        options = self._lib.books.options
        roth = RothIraYear(self._person, self._before, self.year, self._paid.roth)
        part_ii = f8606.form_8606(traditional, f8606.RothYear(), options, sheet)
        roth.receive(self._inflows(roth_made), part_ii.amount("18"), part_ii.amount("17"))
        return f8606.form_8606(traditional, roth.part_iii(), options, sheet), roth

    def _divorce_shares(self) -> tuple[DivorceShare, ...]:
        return tuple(divorce_shares(self._lib, self._me, self.year))

    def _movements(self, of: _Worked, payments: PaymentsOfYear) -> tuple[Movement, ...]:
        found = movements_of(of.form, of.own, of.roth.nonqualified, payments)
        return tuple(sorted([*found, *of_divorce(self._divorce_shares())], key=lambda m: m.day))

    def _record(self, of: _Worked) -> YearEnd:
        form, traditional, roth = of.form, of.traditional, of.roth
        left = f8606.basis_carried_forward(form, traditional)
        roth_ira, estate = roth.settle(form)
        # before the entries: they move what passes to the heirs
        settle_estate(self._lib, self._me, self.year, replace(estate, traditional=left))
        passed = passed_basis(self._lib, self._me, self.year)
        died = died_on(self._lib, self._me, self.year)
        limits = self._facts.limits(*of.limits)
        balances, accounts = self._lib.balances, self._accounts.values()
        # what of each payment of a plan is taxed in this year, the same on every page
        payments = replace(self._paid.payments, payouts=self._facts.plan_disaster.payouts)
        lines = self._return_lines(of, payments)
        f5329, f5329_required = self._f5329(of)
        return YearEnd(
            taxpayer=self._person.taxpayer,
            tax_year=self.year,
            accounts=self._accounts,
            f8606=form,
            f8606_required=f8606.is_required(form, traditional),
            f8606_inherited=self._paid.forms_8606,
            inherited_iras=tuple(one.left for one in self._paid.settled_inherited),
            died=died,
            f5329=f5329,
            f5329_required=f5329_required,
            f1040=lines.form_1040(),
            f1040_notes=lines.notes(),
            forms_1099r=self._forms_1099r(roth),
            worksheets={},
            disbursements=tuple(record_rows.disbursements(payments.payouts)),
            movements=self._movements(of, payments),
            returned=tuple(record_rows.returned(self._facts.corrected, self.year)),
            returned_of_last=tuple(
                record_rows.returned(self._facts.income_of_year(), self.year - 1)
            ),
            divorce_shares=self._divorce_shares(),
            pools=tuple(record_rows.pools(accounts, balances, self.year)),
            traditional_ira=self._traditional_ira(left, passed),
            roth_ira=without_passed(roth_ira, passed),
            designated_roth=tuple(
                record_rows.designated_roth(accounts, balances, self._lib.fold.contracts, self.year)
            ),
            limits=limits.without_room() if died else limits,
            findings=(),
            entries=self._entries(form, traditional, left, roth),
            state_basis=state_basis_of(self._lib.books, self._me, self.year),
            pensions=tuple(one.for_record for one in self._facts.pensions if one.for_record),
            provisional=f8606.is_provisional(self.year),
        )

    def _traditional_ira(self, left: Money, passed: Sequence[PassedBasis]) -> TraditionalIra:
        gone = [one.basis for one in passed if not one.roth]
        return TraditionalIra(
            basis_brought_forward=self._before.traditional,
            # at a death nothing goes on to a later form of the owner
            basis_carried_forward=ZERO if gone else left,
            year_end_value=self._facts.year_end_value(),
            passed_to_heirs=Money.total(gone),
        )

    def _plan_disaster_sheet(self) -> Form | None:
        """Return the worksheet of disaster money of plans, None in a year that has none."""
        found = self._facts.plan_disaster
        if not (found.taxable or found.earlier or found.repaid):
            return None
        return plan_disaster_worksheet(
            PlanDisasterAmounts(
                taxable=found.taxable,
                now=found.now,
                earlier=found.earlier,
                repaid=found.repaid,
                later=Money.total(found.later.values()),
            ),
            whole_dollars=self._lib.books.options.whole_dollars,
        )

    def _return_lines(self, of: _Worked, payments: PaymentsOfYear) -> ReturnLines:
        return ReturnLines(
            self.year,
            of.form,
            of.traditional,
            of.own,
            payments,
            self._facts.income_of_year(),
            self._lib.books.options,
            (of.disaster["8"],) if of.disaster is not None else (),
            of.plan_disaster,
            self._facts.plan_disaster.of_this_year,
        )

    def _other_lines(self, record: YearEnd, deduction: Formula) -> dict[str, Form]:
        """Return what stands elsewhere on the return, nothing where that is nothing."""
        # an excess that came back later is of the year it was deferred in
        later = self._lib.index.during(self._me, range(self.year, self._lib.years.stop))
        boxes = (form.boxes.get("4") for form in record.forms_1099r)
        amounts_of_year = OtherAmounts(
            deduction=deduction,
            wages=wages_of((entry.event for entry in later if not entry.derived), self.year),
            withheld=Money.total(box for box in boxes if isinstance(box, Money)),
        )
        options = self._lib.books.options
        form = other_lines(self.year, record.f5329, amounts_of_year, options)
        return {OTHER_LINES: form} if len(form) else {}

    def _f5329(self, of: _Worked) -> tuple[Form, bool]:
        """Return the form, and whether it is filed."""
        form, own = of.form, of.own
        payments = self._paid.payments
        early_roth = [p.event for p in of.roth.nonqualified if self._person.is_early(p.event)]
        moved, roth_iras = self._facts.in_plan_moved, self._lib.roth_iras
        check_history_in_roth_iras(moved, roth_iras, early_roth, of.roth.reaches)
        facts = EarlyFacts(
            own=own,
            pooled=self._paid.pooled,
            roth=of.roth.reached_by_additional_tax(form),
            payouts=[(p, self._accounts[p.account]) for p in payments.payouts],
            plan_special=self._facts.plan_special,
            in_plan=payments.in_plan,
            returned=self._facts.income_of_year(),
            late_deferrals=payments.late_deferrals,
            # what line 20 used this year is not there for exception 09
            first_home_used=self._before.first_home_used + form.amount("20"),
        )
        early = early_amounts(facts, self._person)
        self._first_home += Money.total(e.amount for e in early if e.exception == FIRST_HOME)
        part_iii = replace(of.excess[0], distributed=own.taxable.value + own.disaster.value)
        parts = part_i(early), part_iii, of.excess[1]
        return form_5329(*parts, self._lib.books.options), is_required(*parts)

    def _forms_1099r(self, roth: RothIraYear) -> tuple[Form1099R, ...]:
        lib = self._lib
        inherited = {
            a.id for a in self._accounts.values() if a.kind is AccountKind.INHERITED_ROTH_IRA
        }
        # a rollover into an inherited Roth IRA has the code of one into a Roth IRA
        roth_iras = lib.roth_iras | inherited
        reporter = Reporter(self._person, self._accounts, roth_iras, lib.fold.contracts)
        return reporter.forms(self._paid.payments, roth)

    def _traditional_facts(self) -> TraditionalFacts:
        passed = [
            event
            for event in passed_on(self._lib, self._me, self.year)
            if self._accounts[event.account].kind.is_pooled_traditional
        ]
        values = [event.money("amount") for event in passed]
        words = [f"{e.account} {e.amount} passed to an heir on {e.day}" for e in passed]
        return TraditionalFacts(
            books=self._lib.books,
            events=self._lib.events,
            person=self._person,
            carried=self._before,
            year=self.year,
            payments=self._paid.pooled,
            payouts=self._facts.payouts,
            corrected=self._facts.corrected,
            year_end_value=value_of_last_year(self._facts.year_end_value(), values),
            year_end_words="; ".join([self._facts.year_end_words(), *words]),
        )

    def _inflows(self, made: Contributed) -> RothInflows:
        arrived = self._lib.events.into_roth_iras(self._me, self.year, EventKind.ROLLOVER_IN)
        plans = rolled_in(self._facts.payouts, arrived, self._lib.roth_iras, self.year)
        # made next spring, it starts the clock with the year it is for
        first = self.year if made.total else None
        merged = merged_of(self._paid.settled_inherited)
        return replace(
            plans,
            plan_nontaxable=plans.plan_nontaxable - self._facts.not_eligible(plans.plan_nontaxable),
            contributed=made.total,
            employer=amounts(self._lib.events.employer_roth_contributions(self._me, self.year)),
            from_529=self._facts.from_529(),
            in_plan=into_roth_iras(self._facts.in_plan_moved, self.year),
            first_year=first,
            inherited=merged,
        )

    def _entries(
        self, form: Form, traditional: f8606.TraditionalYear, left: Money, roth: RothIraYear
    ) -> tuple[JournalEntry, ...]:
        """Return the year's entries: brought in, booked, derived by day and at year end."""
        mine = [o for o in self._lib.books.opening_basis if o.taxpayer == self._me]
        opens = self.year == self._lib.years.start and any(o.as_of.year == self.year for o in mine)
        return (
            *(
                opening_entries(
                    self._me,
                    self.year,
                    self._before,
                    self._roth_given(),
                    inherited_basis_of(self._lib, self._me, self.year),
                )
                if opens
                else ()
            ),
            *self._lib.index.of(self._me, self.year),
            *self._closing_entries(form, traditional, left, roth),
        )

    def _closing_entries(
        self, form: Form, traditional: f8606.TraditionalYear, left: Money, roth: RothIraYear
    ) -> tuple[JournalEntry, ...]:
        return closing_entries(
            YearOfBasis(
                taxpayer=self._me,
                year=self.year,
                form=form,
                nondeductible=traditional.nondeductible,
                brought_forward=self._before.traditional,
                moved_in=traditional.rolled_in + traditional.divorce,
                carried=left,
                roth_taken=roth.basis_taken(form),
                restored=traditional.restored,
                inherited=self._paid.settled_inherited,
                roth_given=self._roth_given(),
                passed=passed_basis(self._lib, self._me, self.year),
            )
        )

    def _roth_given(self) -> dict[str, Money]:
        return basis_given(self._lib, self._me, self.year)
