"""One taxpayer and one tax year: the forms worked out from the story of the year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ledger.books import Books
from ledger.chart import AccountKind, Pool, Source, TaxCharacter
from ledger.errors import LedgerError
from ledger.fold.balances import Balances
from ledger.fold.days import Fold
from ledger.fold.payouts import CorrectedContribution, Payout
from ledger.forms import f1040, f5329, f8606
from ledger.forms.form import Form
from ledger.forms.worksheets import IRA_DEDUCTION, WORKSHEET_1_1, worksheet_1_1
from ledger.journal import JournalEntry
from ledger.law.early_distribution import early_corrective_earnings
from ledger.law.figures import figures
from ledger.law.five_year_clocks import designated_roth_qualified_from
from ledger.law.limits import spousal_compensation
from ledger.law.rollover_split import Route
from ledger.money import ZERO, Money
from ledger.person_years.checks import findings_of
from ledger.person_years.closing_entries import YearOfBasis, closing_entries, opening_entries
from ledger.person_years.ira_events import IraEvents, amounts, entries_of_year
from ledger.person_years.limits import PlanLimits, ira_limit
from ledger.person_years.movements import movements_of
from ledger.person_years.payments import PaymentsOfYear
from ledger.person_years.pensions import pension_payments
from ledger.person_years.person import Carried, Person
from ledger.person_years.reporting import Reporter
from ledger.person_years.roth import RothInflows, RothIraYear, rolled_from_plans
from ledger.person_years.traditional import Contributed, TraditionalFacts, contributed, deduction_of
from ledger.records import Event, EventKind
from ledger.year_end import (
    DesignatedRoth,
    Disbursement,
    Form1099R,
    IraLimit,
    Limits,
    PoolYear,
    Returned,
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

    @property
    def balances(self) -> Balances:
        """Balances with the snapshots of every year's start."""
        return self.fold.balances


@dataclass(frozen=True)
class _Early:
    """A taxable amount paid out early, and the exception code beside it (cents)."""

    amount: Money
    exception: str = ""


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
        self._roth_payments = events.payments(
            self._me, year, lambda a: a.kind is AccountKind.ROTH_IRA
        )
        self._qcds = self._of_year({K.QCD})
        story = library.fold.story
        self._payouts = [p for p in story.payouts if p.account in self._accounts]
        self._conversions = [
            c for c in story.conversions
            if c.account in self._accounts and c.event.day.year == year
        ]
        self._corrected = [c for c in story.corrected if c.event.account in self._accounts]

        self._pensions = pension_payments(
            self._of_year({K.ANNUITY_PAYMENT}), self._accounts, carried.pension_recovered
        )

    def _of_year(self, kinds: set[EventKind]) -> list[Event]:
        found = self._lib.events.of(self._me, kinds, lambda _: True)
        return [e for e in found if e.day.year == self.year]

    @property
    def _payouts_of_year(self) -> list[Payout]:
        return [p for p in self._payouts if p.event.day.year == self.year]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing happened that a form of the year could show."""
        events = self._lib.events
        made = contributed(events, self._me, self.year, self._accounts)
        return not (
            any(m.total for m in made) or self._pooled or self._inherited or self._roth_payments
            or self._qcds or self._payouts_of_year or self._conversions
            or events.corrections(self._me, self.year)
        )

    def result(self) -> tuple[YearEnd, Carried]:
        """Work out the year; raise LedgerError where a fact that matters is missing."""
        made, roth_made = contributed(self._lib.events, self._me, self.year, self._accounts)
        limit = self._ira_limit(made, roth_made)
        deduction, deduction_sheet = deduction_of(self._person, made, limit, self.year)
        traditional = self._traditional_facts().form_input(made, deduction, limit)
        self._check_basis_known(traditional)
        sheets = {IRA_DEDUCTION: deduction_sheet} if deduction_sheet is not None else {}
        sheet = self._worksheet_1_1(traditional)
        if sheet is not None:
            sheets[WORKSHEET_1_1] = sheet
        form, roth = self._form_8606(traditional, roth_made, sheet)
        record = self._record(form, traditional, roth, limit)
        record = replace(record, worksheets=sheets)
        found = findings_of(record, self._lib.books, traditional, self._before)
        _, carried = roth.settle(form)
        recovered = [self._before.pension_recovered, *(p.recovered for p in self._pensions)]
        carried = replace(
            carried,
            traditional=record.traditional_ira.basis_carried_forward,
            pension_recovered=Money.total(recovered),
        )
        return replace(record, findings=found), carried

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

    def _record(
        self, form: Form, traditional: f8606.TraditionalYear, roth: RothIraYear,
        limit: IraLimit | None,
    ) -> YearEnd:
        left = f8606.basis_carried_forward(form, traditional)
        options = self._lib.books.options
        ira_lines = self._ira_lines(form, traditional)
        return YearEnd(
            taxpayer=self._person.taxpayer,
            tax_year=self.year,
            accounts=self._accounts,
            f8606=form,
            f8606_required=f8606.is_required(form, traditional),
            f5329=self._f5329(self._early(form, traditional, roth)),
            f1040=f1040.form_1040(self.year, form, ira_lines, self._plan_lines(), options),
            f1040_notes=self._notes(),
            forms_1099r=self._forms_1099r(roth),
            worksheets={},
            disbursements=tuple(self._disbursements()),
            movements=movements_of(form, self._payments),
            returned=tuple(self._returned()),
            pools=tuple(self._pools()),
            traditional_ira=TraditionalIra(
                basis_brought_forward=self._before.traditional,
                basis_carried_forward=left,
                year_end_value=self._year_end_value(),
            ),
            roth_ira=roth.settle(form)[0],
            designated_roth=tuple(self._designated_roth()),
            limits=self._limits(limit),
            findings=(),
            entries=self._entries(form, traditional, left, roth),
            provisional=f8606.is_provisional(self.year),
        )

    @property
    def _payments(self) -> PaymentsOfYear:
        return PaymentsOfYear(
            conversions=self._conversions,
            payouts=self._payouts_of_year,
            traditional=(*self._pooled, *self._inherited),
            roth=self._roth_payments,
            corrected=[c for c in self._corrected if c.event.day.year == self.year],
            charity=self._qcds,
            pensions=self._pensions,
        )

    def _forms_1099r(self, roth: RothIraYear) -> tuple[Form1099R, ...]:
        lib = self._lib
        reporter = Reporter(self._person, self._accounts, lib.roth_iras, lib.fold.contracts)
        return reporter.forms(self._payments, roth)

    # ---- gathering -------------------------------------------------------------------------

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
        )

    def _year_end_value(self) -> Money:
        """Value of all pooled IRAs on 31 December, with the statements that say so."""
        pooled = [a.id for a in self._accounts.values() if a.kind.is_pooled_traditional]
        values = [self._lib.balances.value_at_end(Pool(a), self.year) for a in pooled]
        said = [
            entry.where for entry in self._lib.fold.journal
            if entry.event.kind is K.BALANCE and entry.event.account in pooled
            and entry.day.year == self.year
        ]
        return Money.total(values).seen_at(*said)

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
            remedy="record line 14 of the last Form 8606, or 0 if none was ever due "
            "(opening_basis; 'basis record 8606')",
        )

    def _inflows(self, made: Contributed) -> RothInflows:
        plans = rolled_from_plans(self._payouts, self._lib.roth_iras, self.year)
        first = self.year if made.total else None
        return replace(plans, contributed=made.total, first_year=first)

    def _ira_limit(self, made: Contributed, roth_made: Contributed) -> IraLimit | None:
        used = made.total + roth_made.total
        compensation = self._compensation()
        return ira_limit(self.year, self._person.taxpayer.born, used, compensation)

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
        return spousal_compensation(
            own, spouse.compensation, Money.total(m.total for m in theirs)
        )

    def _entries(
        self, form: Form, traditional: f8606.TraditionalYear, left: Money, roth: RothIraYear
    ) -> tuple[JournalEntry, ...]:
        """Return the year's entries: brought in, booked, derived by day and at year end."""
        mine = [o for o in self._lib.books.opening_basis if o.taxpayer == self._me]
        opens = self.year == self._lib.first_year and any(o.as_of.year == self.year for o in mine)
        return (
            *(opening_entries(self._me, self.year, self._before) if opens else ()),
            *entries_of_year(self._lib.fold.journal, set(self._accounts), self.year),
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
                roth_taken=roth.basis_taken(),
            )
        )

    # ---- forms -----------------------------------------------------------------------------

    def _early(
        self, form: Form, traditional: f8606.TraditionalYear, roth: RothIraYear
    ) -> list[_Early]:
        """List every taxable amount paid out before 59 1/2 with its exception."""
        out = [_Early(roth.early_taxable(form))]
        taxable = form.amount("15c") if "15c" in form else traditional.distributed
        for payment in self._pooled:
            if payment.kept and taxable and self._person.is_early(payment.event):
                part = taxable.share(payment.kept, traditional.distributed)
                out.append(_Early(part, payment.event.exception))
        for payout in self._payouts_of_year:
            paid = Money.total(r.taxable for r in payout.rows if r.route is Route.PAID)
            if paid and self._person.is_early(payout.event):
                out.append(_Early(paid, payout.event.exception))
        for found in self._income_of_year():
            if self._is_returned(found) and found.net_income > ZERO:
                bears = early_corrective_earnings(found.net_income, found.event.day)
                if bears and self._person.is_early(found.event):
                    out.append(_Early(bears))
        return [one for one in out if one.amount]

    def _f5329(self, early: list[_Early]) -> Form:
        excepted = [one for one in early if one.exception]
        return f5329.form_5329(
            Money.total(one.amount for one in early),
            Money.total(one.amount for one in excepted),
            self._lib.books.options,
            exception=", ".join(dict.fromkeys(one.exception for one in excepted)),
        )

    def _income_of_year(self) -> list[CorrectedContribution]:
        """Corrections whose net income is of this year: the year the contribution was made."""
        return [c for c in self._corrected if c.made.day.year == self.year]

    @staticmethod
    def _is_returned(found: CorrectedContribution) -> bool:
        return found.event.kind is K.RETURN_OF_CONTRIBUTION

    def _ira_lines(
        self, form: Form, traditional: f8606.TraditionalYear
    ) -> f1040.IraLines:
        corrected = [
            c for c in self._income_of_year()
            if self._is_returned(c) or c.event.day.year == self.year
        ]
        moved = [c.event.money("amount") + c.net_income for c in corrected]
        payments = [*self._pooled, *self._inherited, *self._roth_payments]
        gross = Money.total([*(p.gross for p in payments), *moved, amounts(self._qcds)])
        earnings = [c.net_income.floor_zero() for c in corrected if self._is_returned(c)]
        untaxed = ZERO if "15c" in form else traditional.distributed
        return f1040.IraLines(
            gross=gross,
            show_gross=bool(
                traditional.converted or "15c" in form or self._roth_payments or corrected
                or self._qcds or any(p.rolled for p in payments)
            ),
            fully_taxable=untaxed + Money.total(p.kept for p in self._inherited),
            returned_earnings=Money.total(earnings),
            anything=bool(gross),
        )

    def _plan_lines(self) -> f1040.PlanLines:
        payouts = self._payouts_of_year
        gross = [*(p.gross for p in payouts), *(c.amount for c in self._conversions)]
        gross.append(amounts(p.event for p in self._pensions))
        taxable = [row.taxable for p in payouts for row in p.rows]
        taxable += [c.taxable for c in self._conversions]
        taxable += [p.taxable for p in self._pensions]
        return f1040.PlanLines(Money.total(gross), Money.total(taxable))

    def _notes(self) -> tuple[str, ...]:
        """Return the words beside Form 1040 lines, and the boxes to check where it has them."""
        ira_payments = (*self._pooled, *self._inherited, *self._roth_payments)
        routes = [row.route for payout in self._payouts_of_year for row in payout.rows]
        wanted = (
            ("ira", "Rollover", any(p.rolled for p in ira_payments)),
            ("ira", "QCD", bool(self._qcds)),
            ("plan", "Rollover", any(route is not Route.PAID for route in routes)),
        )
        fig, notes = figures(self.year), list[str]()
        for kind, words, applies in wanted:
            if applies:
                notes.append(f"{fig.text(f'form_1040_{kind}_taxable_line')}: {words}")
                if fig.exists(f"form_1040_{kind}_checkbox_line"):
                    notes.append(f"{fig.text(f'form_1040_{kind}_checkbox_line')}: {words}")
        return tuple(notes)

    # ---- the rest of the record ------------------------------------------------------------

    def _disbursements(self) -> Iterator[Disbursement]:
        for payout in self._payouts_of_year:
            for row in payout.rows:
                yield Disbursement(
                    event=payout.event.name,
                    to=row.to,
                    amount=row.amount,
                    pretax=row.pretax,
                    aftertax=row.aftertax,
                    taxable=row.taxable,
                )

    def _returned(self) -> Iterator[Returned]:
        for found in self._corrected:
            if found.event.tax_year == self.year:
                amount = found.event.money("amount")
                yield Returned(found.event.name, amount, found.net_income)

    def _pools(self) -> Iterator[PoolYear]:
        for account in self._accounts.values():
            yield from self._lib.balances.year_of(account, self.year)

    def _designated_roth(self) -> Iterator[DesignatedRoth]:
        balances, contracts = self._lib.balances, self._lib.fold.contracts
        for account in self._accounts.values():
            if not account.kind.is_plan:
                continue
            rows = [row for row in balances.year_of(account, self.year) if _is_roth_row(row)]
            since = contracts.first_roth_year(account)
            if not rows and since is None:
                continue
            if since is not None and since > self.year:
                continue
            yield DesignatedRoth(
                account=account.id,
                since=since,
                qualified_from=designated_roth_qualified_from(since),
                basis=Money.total(row.closing_basis or ZERO for row in rows),
                value=Money.total(row.closing_value for row in rows),
            )

    def _limits(self, ira: IraLimit | None) -> Limits:
        born = self._person.taxpayer.born
        plans = self._lib.plan_limits
        return Limits(
            deferrals=plans.deferrals(self._me, self.year, born),
            additions=plans.additions(self._me, self.year, born),
            ira=ira,
        )


def _is_roth_row(row: PoolYear) -> bool:
    return Source(row.source).character is TaxCharacter.ROTH
