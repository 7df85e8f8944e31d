"""One taxpayer and one tax year: the forms worked out from the story of the year."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.books import Books
from ledger.chart import Account, AccountKind, Pool
from ledger.errors import LedgerError
from ledger.fold.balances import Balances
from ledger.fold.days import Fold
from ledger.fold.distributions import missing_birth_date
from ledger.fold.payouts import CorrectedContribution, Payout
from ledger.forms import f8606
from ledger.forms.f5329 import ExcessPart, form_5329, is_required
from ledger.forms.form import Form
from ledger.forms.worksheets import (
    DISASTER_INCOME,
    IRA_DEDUCTION,
    IRA_METHODS,
    ROTH_IRA_LIMIT,
    WORKSHEET_1_1,
    methods_worksheet,
    roth_limit_worksheet,
    worksheet_1_1,
)
from ledger.journal import JournalEntry
from ledger.law.charity import counts_against_charity
from ledger.law.early_distribution import FIRST_HOME, exception_applies
from ledger.law.excess_contributions import returns_free_of_tax
from ledger.law.limits import roth_phase_out, spousal_compensation
from ledger.law.rollover_529 import may_roll_over_529
from ledger.law.special_distributions import further_exception
from ledger.money import ZERO, Money
from ledger.person_years import record_rows
from ledger.person_years.asked import is_year_end
from ledger.person_years.charity import (
    Charity,
    charity_of_year,
    less_deductions,
    with_rest_distributed,
)
from ledger.person_years.checks import with_findings
from ledger.person_years.closing_entries import YearOfBasis, closing_entries, opening_entries
from ledger.person_years.early import EarlyFacts, early_amounts, part_i
from ledger.person_years.excess import (
    ExcessOfYear,
    IraValues,
    Made,
    carried_excess,
    counted_contributions,
    excess_of_year,
    excess_parts,
    settle_taken_back,
)
from ledger.person_years.hsa import hsa_funding_of_year
from ledger.person_years.in_plan import InPlanTaken, taken_in_plan
from ledger.person_years.index import Index
from ledger.person_years.inherited import InheritedFacts, Settled, merged_of
from ledger.person_years.input_checks import (
    check_contributed_in_time,
    check_employer_roth,
    check_stated_basis,
    check_stated_years,
    employer_roth_contributions,
)
from ledger.person_years.ira_checks import IRA_CHECKS
from ledger.person_years.ira_events import IraEvents, amounts
from ledger.person_years.law_checks import YearOfLaw, with_law_findings
from ledger.person_years.limits import PlanLimits, dollar_limit, ira_limit
from ledger.person_years.movements import movements_of
from ledger.person_years.payments import PaymentsOfYear
from ledger.person_years.pensions import pension_years, recovered_after
from ledger.person_years.person import Carried, Person
from ledger.person_years.plan_special import PlanDisaster, plan_disaster
from ledger.person_years.reporting import Reporter
from ledger.person_years.return_lines import ReturnLines
from ledger.person_years.roth import RothInflows, RothIraYear, rolled_from_plans
from ledger.person_years.special import (
    check_repayments_found,
    disaster_income,
    restored_basis,
    with_special,
)
from ledger.person_years.state_basis import state_basis_of
from ledger.person_years.stated_checks import STATED_CHECKS
from ledger.person_years.traditional import (
    Contributed,
    TraditionalFacts,
    check_rolled_into_plans,
    contributed,
    deduction_of,
    everything_paid_out,
)
from ledger.records import Event, EventKind
from ledger.year_end import (
    Form1099R,
    IraLimit,
    Limits,
    TraditionalIra,
    YearEnd,
)

K = EventKind


@dataclass(frozen=True)
class Library:
    """The books with the indexes that every person's year reads."""

    books: Books
    fold: Fold
    events: IraEvents
    plan_limits: PlanLimits
    roth_iras: frozenset[str]
    first_year: int
    index: Index

    @property
    def balances(self) -> Balances:
        """Balances with the snapshots of every year's start."""
        return self.fold.balances


@dataclass(frozen=True)
class _Worked:
    """The year once its Form 8606 is filled in: what the record is made of."""

    form: Form
    traditional: f8606.TraditionalYear
    roth: RothIraYear
    limit: IraLimit
    excess: tuple[ExcessPart, ExcessPart]
    disaster: Form | None = None


class PersonYear:
    """Works out one person's year. ``result`` gives the record, ``carried`` the next start."""

    def __init__(self, library: Library, person: Person, carried: Carried, year: int) -> None:
        self._lib, self._person, self._before, self.year = library, person, carried, year
        self._me = person.taxpayer.id
        books, events = library.books, library.events
        self._accounts = {a.id: a for a in books.accounts_of(self._me)}
        self._pooled = events.payments(self._me, year, lambda a: a.kind.is_pooled_traditional)
        self._inherited = events.payments(
            self._me, year, lambda a: a.kind is AccountKind.INHERITED_TRADITIONAL_IRA
        )
        self._roth_payments = events.payments(self._me, year, lambda a: a.kind.is_roth_ira)
        self._inherited_roth = events.payments(
            self._me, year, lambda a: a.kind is AccountKind.INHERITED_ROTH_IRA
        )
        self._charity: tuple[Charity, ...] = ()
        self._hsa: tuple[Charity, ...] = ()
        self._deducted, self._charity_reduced = carried.deducted_after_70_half, ZERO
        self._settled_inherited: tuple[Settled, ...] = ()
        self._first_home = ZERO  # what exception 09 of Form 5329 covered
        self._story = library.index.story(self._me)
        self._payouts, self._corrected = self._story.payouts, self._story.corrected
        self._conversions = [c for c in self._story.conversions if c.event.day.year == year]
        self._pensions = pension_years(
            self._of_year({K.ANNUITY_PAYMENT}),
            self._accounts,
            person.taxpayer,
            carried.pension_recovered,
        )

    def _of_year(self, kinds: set[EventKind]) -> list[Event]:
        found = self._lib.events.of(self._me, kinds, lambda _: True)
        return [e for e in found if e.day.year == self.year]

    @property
    def _plan_disaster(self) -> PlanDisaster:
        in_full = self._person.facts.disaster_income == "in_full"
        before = self._before.plan_disaster_income
        return plan_disaster(self._payouts, before, self.year, in_full=in_full)

    @property
    def _payouts_of_year(self) -> list[Payout]:
        return [p for p in self._payouts if p.event.day.year == self.year]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing happened that a form of the year, or a later one, depends on."""
        arrived = any(r.event.day.year == self.year for p in self._payouts for r in p.rows)
        excess = self._before.excess_traditional or self._before.excess_roth
        return not (arrived or excess or self._lib.events.is_busy(self._me, self.year))

    def result(self) -> tuple[YearEnd, Carried]:
        """Work out the year; raise LedgerError where a fact that matters is missing."""
        check_stated_basis(self._lib.books, self._person, self.year)
        check_stated_years(self._lib.books, self._person)
        check_employer_roth(self._lib.index.of(self._me, self.year))
        self._settled_inherited = self._inherited_facts().settle()
        merged = merged_of(self._settled_inherited)
        made, roth_made = contributed(self._lib.events, self._me, self.year, self._accounts)
        limit = self._ira_limit(made.total + roth_made.total + self._from_529())
        check_contributed_in_time(self._lib.events, self._me, self.year)
        paid_in = Made(made.total, roth_made.total, self._from_529(), self._before.rolled_from_529)
        excess = excess_of_year(self._person, self.year, paid_in, limit)
        self._settle_payments()
        parts = self._excess_parts(excess, made, roth_made)
        counted = counted_contributions(made, excess, parts[0])
        deduction, deduction_sheet = deduction_of(self._person, counted, limit, self.year)
        facts = replace(self._traditional_facts(), merged=merged.traditional or ZERO)
        traditional = facts.form_input(counted, deduction)
        self._check_basis_known(traditional)
        traditional = self._with_charity(traditional)
        sheets = {IRA_DEDUCTION: deduction_sheet} if deduction_sheet is not None else {}
        sheet = self._worksheet_1_1(traditional)
        if sheet is not None:
            sheets[WORKSHEET_1_1] = sheet
        form, roth = self._form_8606(traditional, roth_made, sheet)
        sheets |= self._sheets(traditional, roth_made, limit)
        sheets |= roth.worksheets(form, self._lib.books.options)
        disaster, after = disaster_income(
            form, self._person, self._before, self._lib.events, self.year
        )
        if disaster is not None:
            sheets[DISASTER_INCOME] = disaster
        record = self._record(_Worked(form, traditional, roth, limit, parts, disaster))
        record = replace(record, worksheets=sheets)
        asked = self._year_of_law(record, traditional, roth_made)
        record = with_law_findings(asked, *IRA_CHECKS, *STATED_CHECKS)
        record = with_findings(
            record, self._lib.books, traditional, self._before, self._lib.first_year
        )
        return record, self._carry(record, after, roth, traditional.repaid)

    def _carry(self, record: YearEnd, after: Carried, roth: RothIraYear, repaid: Money) -> Carried:
        """Return what the next year starts with; ``after`` carries disaster income."""
        _, carried = roth.settle(record.f8606)
        carried = replace(
            carried,
            traditional=record.traditional_ira.basis_carried_forward,
            inherited={one.decedent: one.after for one in self._settled_inherited},
            restored_basis=restored_basis(record.f8606, repaid),
            last_form=self.year if record.f8606_required else self._before.last_form,
            hsa_funding_year=self._hsa_year(),
            rolled_from_529=self._before.rolled_from_529 + self._from_529(),
            deducted_after_70_half=self._deducted,
            disaster_income=after.disaster_income,
            plan_disaster_income=self._plan_disaster.later,
            disaster_repaid_over=after.disaster_repaid_over,
            first_home_used=carried.first_home_used + self._first_home,
            pension_recovered=recovered_after(self._pensions, self._before.pension_recovered),
        )
        return carried_excess(record.f5329, carried)

    def _settle_payments(self) -> None:
        """Tell apart what was paid out of disaster, excess and other special money."""
        events, before = self._lib.events, self._before
        check_repayments_found(events, self._me, self.year)
        pooled = settle_taken_back(self._pooled, before.excess_traditional, self._is_free)
        roth = settle_taken_back(self._roth_payments, before.excess_roth, self._is_free)
        self._pooled = with_special(pooled, events, self._me)
        self._roth_payments = with_special(roth, events, self._me)

    def _inherited_facts(self) -> InheritedFacts:
        return InheritedFacts(
            accounts=self._accounts,
            before=self._before.inherited,
            year=self.year,
            traditional=self._inherited,
            roth=self._inherited_roth,
            elections=self._of_year({K.SPOUSE_ELECTION}),
            payouts=self._payouts,
            balances=self._lib.balances,
            options=self._lib.books.options,
        )

    def _is_free(self, year: int) -> bool:
        """Tell whether an excess of a year comes back free of tax after the due date."""
        made, _ = contributed(self._lib.events, self._me, year, self._accounts)
        return returns_free_of_tax(made.total, dollar_limit(year, self._person.taxpayer.born))

    def _excess_parts(
        self, excess: ExcessOfYear, made: Contributed, roth_made: Contributed
    ) -> tuple[ExcessPart, ExcessPart]:
        roth_iras = [a.id for a in self._accounts.values() if a.kind.is_roth_ira]
        roth = Money.total(self._lib.balances.value_at_end(Pool(a), self.year) for a in roth_iras)
        values = IraValues(self._year_end_value() + made.after_year, roth + roth_made.after_year)
        return excess_parts(excess, self._before, self._pooled, self._roth_payments, values)

    def _year_of_law(
        self, record: YearEnd, traditional: f8606.TraditionalYear, roth_made: Contributed
    ) -> YearOfLaw:
        lib = self._lib
        return YearOfLaw(
            record=record,
            books=lib.books,
            person=self._person,
            traditional=traditional,
            roth_contributed=roth_made.total,
            roth_deferrals=lib.plan_limits.roth_deferrals(self._me, self.year),
            payments=self._payments,
            events=lib.events,
            charity_reduced=self._charity_reduced,
        )

    def _with_charity(self, traditional: f8606.TraditionalYear) -> f8606.TraditionalYear:
        """Settle what left the IRAs out of pre-tax money first: plans, then charity."""
        charity = sorted(self._of_year({K.QCD}), key=lambda e: e.day)
        hsa = self._of_year({K.HSA_FUNDING})
        pooled = [e for e in charity if self._accounts[e.account].kind.is_pooled_traditional]
        all_iras = everything_paid_out(traditional, self._pooled, [*pooled, *hsa])
        all_iras -= check_rolled_into_plans(traditional, self._pooled, all_iras)
        self._charity = charity_of_year(
            charity, self._person, self._accounts, all_iras, traditional.usable_basis
        )
        deducted = traditional.contributed - traditional.nondeductible
        self._charity, self._deducted = self._less_deductions(deducted)
        left = all_iras - traditional.usable_basis
        left -= Money.total(c.qualified for c in self._charity if c.account in self._own)
        self._hsa = hsa_funding_of_year(
            hsa, self._person, self._accounts, self._before.hsa_funding_year, left
        )
        for one in (*self._charity, *self._hsa):
            if one.rest:
                own = one.account.kind.is_pooled_traditional
                (self._pooled if own else self._inherited).append(one.as_payment())
        return with_rest_distributed(traditional, (*self._charity, *self._hsa))

    @property
    def _own(self) -> list[Account]:
        return [a for a in self._accounts.values() if a.kind.is_pooled_traditional]

    def _less_deductions(self, deducted: Money) -> tuple[tuple[Charity, ...], Money]:
        """Reduce charitable payments by IRA deductions of their age; return those left over."""
        born, before = self._person.taxpayer.born, self._before.deducted_after_70_half
        if born is not None and counts_against_charity(born, self.year):
            before += deducted
        charity, used = less_deductions(self._charity, before)
        self._charity_reduced = used
        return charity, before - used

    def _hsa_year(self) -> int | None:
        if any(one.qualified for one in self._hsa):
            return self.year
        return self._before.hsa_funding_year

    def _from_529(self) -> Money:
        """Return what was rolled over from 529 accounts in the year."""
        events = self._of_year({K.ROLLOVER_529})
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
            none = f8606.RothYear()
            sheet = worksheet_1_1(traditional, options)
            out[IRA_METHODS] = methods_worksheet(
                f8606.form_8606(traditional, none, options),
                f8606.form_8606(traditional, none, options, sheet),
            )
        return out

    def _worksheet_1_1(self, traditional: f8606.TraditionalYear) -> Form | None:
        options = self._lib.books.options
        if options.ira_method == "form" or not (traditional.needs_part_i and self._pooled):
            return None
        return worksheet_1_1(traditional, options)

    def _form_8606(
        self, traditional: f8606.TraditionalYear, roth_made: Contributed, sheet: Form | None
    ) -> tuple[Form, RothIraYear]:
        """Prepare Form 8606; Part III needs the layers that Part II has just made."""
        options = self._lib.books.options
        roth = RothIraYear(self._person, self._before, self.year, self._roth_payments)
        part_ii = f8606.form_8606(traditional, f8606.RothYear(), options, sheet)
        roth.receive(self._inflows(roth_made), part_ii.amount("18"), part_ii.amount("17"))
        return f8606.form_8606(traditional, roth.part_iii(), options, sheet), roth

    def _record(self, of: _Worked) -> YearEnd:
        form, traditional, roth = of.form, of.traditional, of.roth
        left = f8606.basis_carried_forward(form, traditional)
        payments, balances, accounts = self._payments, self._lib.balances, self._accounts.values()
        lines = ReturnLines(
            self.year,
            form,
            traditional,
            payments,
            self._income_of_year(),
            self._lib.books.options,
            (of.disaster["8"],) if of.disaster is not None else (),
            self._plan_disaster,
        )
        f5329, f5329_required = self._f5329(of)
        return YearEnd(
            taxpayer=self._person.taxpayer,
            tax_year=self.year,
            accounts=self._accounts,
            f8606=form,
            f8606_required=f8606.is_required(form, traditional),
            f8606_inherited=tuple(
                one.form for one in self._settled_inherited if one.form and len(one.form.form)
            ),
            f5329=f5329,
            f5329_required=f5329_required,
            f1040=lines.form_1040(),
            f1040_notes=lines.notes(),
            forms_1099r=self._forms_1099r(roth),
            worksheets={},
            disbursements=tuple(record_rows.disbursements(payments.payouts)),
            movements=movements_of(form, payments),
            returned=tuple(record_rows.returned(self._corrected, self.year)),
            pools=tuple(record_rows.pools(accounts, balances, self.year)),
            traditional_ira=TraditionalIra(
                basis_brought_forward=self._before.traditional,
                basis_carried_forward=left,
                year_end_value=self._year_end_value(),
            ),
            roth_ira=roth.settle(form)[0],
            designated_roth=tuple(
                record_rows.designated_roth(accounts, balances, self._lib.fold.contracts, self.year)
            ),
            limits=self._limits(of.limit),
            findings=(),
            entries=self._entries(form, traditional, left, roth),
            state_basis=state_basis_of(self._lib.books, self._me, self.year),
            pensions=tuple(one.for_record for one in self._pensions if one.for_record),
            provisional=f8606.is_provisional(self.year),
        )

    @property
    def _payments(self) -> PaymentsOfYear:
        return PaymentsOfYear(
            conversions=self._conversions,
            payouts=self._payouts_of_year,
            traditional=(*self._pooled, *self._inherited),
            roth=self._roth_payments,
            inherited_roth=self._inherited_roth,
            corrected=[c for c in self._corrected if c.event.day.year == self.year],
            charity=self._charity,
            pensions=[payment for one in self._pensions for payment in one.payments],
            in_plan=self._in_plan,
            excess_deferrals=self._of_year({K.EXCESS_DEFERRAL_RETURN}),
            corrective=self._of_year({K.CORRECTIVE_DISTRIBUTION}),
            employer_roth=self._lib.plan_limits.taxed_employer_money(self._me, self.year),
            inherited=self._settled_inherited,
            hsa_funding=self._hsa,
        )

    @property
    def _in_plan(self) -> tuple[InPlanTaken, ...]:
        """What early payments took out of in-plan conversions, where no exception covers it."""
        taken = taken_in_plan(
            self._payouts,
            self._story.conversions,
            self._lib.fold.contracts.in_plan_opened,
            self.year,
            self._person.is_early,
        )
        return tuple(
            one
            for one in taken
            if not exception_applies(further_exception(one.payout.event), plan=True)
        )

    def _income_of_year(self) -> list[CorrectedContribution]:
        """Corrections whose net income is of this year: the year the contribution was made."""
        return [c for c in self._corrected if c.made.day.year == self.year]

    def _f5329(self, of: _Worked) -> tuple[Form, bool]:
        """Return the form, and whether it is filed."""
        form = of.form
        taxable = form.amount("15c") if "15c" in form else of.traditional.distributed
        payments = self._payments
        facts = EarlyFacts(
            taxable=taxable,
            pooled=self._pooled,
            roth=of.roth.reached_by_additional_tax(form),
            payouts=[(p, self._accounts[p.account]) for p in payments.payouts],
            in_plan=payments.in_plan,
            returned=self._income_of_year(),
            late_deferrals=payments.late_deferrals,
            first_home_used=self._before.first_home_used + form.amount("20"),
        )
        early = early_amounts(facts, self._person)
        self._first_home += Money.total(e.amount for e in early if e.exception == FIRST_HOME)
        part_iii = replace(of.excess[0], distributed=taxable + form.amount("15b"))
        parts = part_i(early), part_iii, of.excess[1]
        return form_5329(*parts, self._lib.books.options), is_required(*parts)

    def _forms_1099r(self, roth: RothIraYear) -> tuple[Form1099R, ...]:
        lib = self._lib
        inherited = {
            a.id for a in self._accounts.values() if a.kind is AccountKind.INHERITED_ROTH_IRA
        }
        roth_iras = lib.roth_iras | inherited
        reporter = Reporter(self._person, self._accounts, roth_iras, lib.fold.contracts)
        return reporter.forms(self._payments, roth)

    def _traditional_facts(self) -> TraditionalFacts:
        return TraditionalFacts(
            books=self._lib.books,
            events=self._lib.events,
            person=self._person,
            carried=self._before,
            year=self.year,
            payments=self._pooled,
            payouts=self._payouts,
            corrected=self._corrected,
            year_end_value=self._year_end_value(),
            year_end_words=self._year_end_words(),
        )

    def _year_end_value(self) -> Money:
        """Value of all pooled IRAs on 31 December, with the statements that say so."""
        pooled = [a.id for a in self._accounts.values() if a.kind.is_pooled_traditional]
        values = [self._lib.balances.value_at_end(Pool(a), self.year) for a in pooled]
        stated = self._lib.index.balances(self._me, self.year)
        said = [entry.where for entry in stated if entry.event.account in pooled]
        return Money.total(values).seen_at(*said)

    def _year_end_words(self) -> str:
        """Name each IRA's value on December 31 and whether a statement says it."""
        stated = {
            entry.event.account
            for entry in self._lib.index.balances(self._me, self.year)
            if is_year_end(entry.event)
        }
        told = []
        for account in self._accounts.values():
            if account.kind.is_pooled_traditional:
                value = self._lib.balances.value_at_end(Pool(account.id), self.year)
                source = "statement" if account.id in stated else "books"
                told.append(f"{account.id} {value} ({source})")
        return "; ".join(told)

    def _check_basis_known(self, traditional: f8606.TraditionalYear) -> None:
        matters = traditional.nondeductible or traditional.distributed or traditional.converted
        if not matters or self._before.traditional_known:
            return
        where = self._pooled[0].event.where if self._pooled else self._person.taxpayer.id
        raise LedgerError(
            where=where,
            code="missing_opening_basis",
            problem=f"the traditional IRAs of {self._person.taxpayer.name} held money before the "
            "books start, and their basis is not known",
            remedy=f"record line 14 of Form 8606 for {self.year - 1}, or 0 if none was ever due "
            f"(opening_basis; 'basis record 8606 --year {self.year - 1}'); a form of a later year "
            "does not tell",
        )

    def _inflows(self, made: Contributed) -> RothInflows:
        plans = rolled_from_plans(self._payouts, self._lib.roth_iras, self.year)
        first = self.year if made.total else None
        merged = merged_of(self._settled_inherited)
        return replace(
            plans,
            contributed=made.total,
            employer=employer_roth_contributions(self._lib.events, self._me, self.year),
            from_529=self._from_529(),
            first_year=first,
            inherited=merged,
        )

    def _ira_limit(self, used: Money) -> IraLimit:
        """Return the limit for all IRAs; refuse where the age decides and is not known."""
        person = self._person.taxpayer
        found = ira_limit(self.year, person.born, used, self._compensation())
        if found is None:
            raise missing_birth_date(f"contributions for {self.year}", person.name)
        return found

    def _compensation(self) -> Money | None:
        facts, spouse = self._person.facts, self._person.spouse_facts
        own = facts.compensation
        if own is None or spouse is None or facts.filing_status != "married_joint":
            return own
        if spouse.compensation is None:
            return None if own == ZERO else own
        theirs = contributed(
            self._lib.events, spouse.taxpayer, self.year, dict(self._lib.books.accounts)
        )
        return spousal_compensation(own, spouse.compensation, Money.total(m.total for m in theirs))

    def _entries(
        self, form: Form, traditional: f8606.TraditionalYear, left: Money, roth: RothIraYear
    ) -> tuple[JournalEntry, ...]:
        """Return the year's entries: brought in, booked, derived by day and at year end."""
        mine = [o for o in self._lib.books.opening_basis if o.taxpayer == self._me]
        opens = self.year == self._lib.first_year and any(o.as_of.year == self.year for o in mine)
        return (
            *(opening_entries(self._me, self.year, self._before) if opens else ()),
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
                inherited=self._settled_inherited,
            )
        )

    def _limits(self, ira: IraLimit | None) -> Limits:
        born = self._person.taxpayer.born
        plans = self._lib.plan_limits
        deferred = plans.deferrals(self._me, self.year, born)
        if deferred.catch_up is None and deferred.excess:
            raise missing_birth_date(f"deferrals of {self.year}", self._person.taxpayer.name)
        return Limits(
            deferrals=deferred,
            additions=plans.additions(self._me, self.year, born),
            deferrals_457b=plans.deferrals_457b(self._me, self.year, born),
            ira=ira,
        )
