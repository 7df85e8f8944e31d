"""One person's traditional IRAs in one year: what Form 8606 Parts I and II ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.balances.payouts import CorrectedContribution, Payout
from ledger.books import Household
from ledger.chart import Account, AccountKind
from ledger.errors import LedgerError
from ledger.events import Event, EventKind
from ledger.forms.f8606 import TraditionalYear
from ledger.forms.form import Form
from ledger.forms.worksheets import deduction_worksheet
from ledger.law.ira_deduction import deduction_range
from ledger.law.ira_pro_rata import rollable_into_plan
from ledger.law.past_contributions import line_with_basis
from ledger.money import ZERO, Money
from ledger.tax_year.ira_events import IraEvents, IraPayment, amounts
from ledger.tax_year.limits import dollar_limit
from ledger.tax_year.person import Carried, Person
from ledger.year_end import IraLimit

K = EventKind
TRADITIONAL, ROTH = AccountKind.TRADITIONAL_IRA, AccountKind.ROTH_IRA


@dataclass(frozen=True)
class Contributed:
    """Contributions for a tax year to one kind of IRA, corrections taken out (cents)."""

    in_year: Money = ZERO
    after_year: Money = ZERO

    @property
    def total(self) -> Money:
        """All of them."""
        return self.in_year + self.after_year

    def less(self, amount: Money) -> Contributed:
        """Take an amount out, the last money first."""
        late = min(amount, self.after_year).floor_zero()
        return Contributed(self.in_year - (amount - late), self.after_year - late)


@dataclass
class _Made:
    """What is left of one contribution after corrections; it keeps its day (cents)."""

    day: date
    account: str
    left: Money


def contributed(
    events: IraEvents, owner: str, year: int, accounts: Mapping[str, Account]
) -> tuple[Contributed, Contributed]:
    """Return (traditional, Roth) contributions that count for a tax year.

    What was returned is treated as never made; what was recharacterized counts for the second
    IRA with its original date (IRC 408(d)(4), 408A(d)(6)).
    """
    made = [
        _Made(event.day, event.account, event.money("amount"))
        for kind in (TRADITIONAL, ROTH)
        for event in events.contributions(owner, kind, year)
    ]
    for event in events.corrections(owner, year):
        for day, part in _taken_back(made, event):
            if event.kind is K.RECHARACTERIZATION:
                # in the same list: a later correction may move it on
                made.append(_Made(day, event.to, part))
    kinds = {one.account: accounts[one.account].kind for one in made}
    counted = {kind: _counted(made, year, kinds, kind) for kind in (TRADITIONAL, ROTH)}
    for kind, left in counted.items():
        _refuse_below_zero(events.contributions(owner, kind, year), left.total, kind, year)
    return counted[TRADITIONAL], counted[ROTH]


def _refuse_below_zero(made: Sequence[Event], total: Money, kind: AccountKind, year: int) -> None:
    """Refuse a year in which more was taken back than was ever contributed."""
    if total < ZERO:
        back = next(event for event in made if event.money("amount") < ZERO)
        raise LedgerError(
            where=back.where,
            code="contributions_below_zero",
            problem=f"the {kind.words} contributions for {year} come to {total}",
            remedy="a negative contribution takes back one that is in the books: book that one, "
            "check 'year', or book the row as what it was",
        )


def _taken_back(made: list[_Made], correction: Event) -> list[tuple[date, Money]]:
    """Take a correction out of that account's contributions before it, the last one first."""
    need, out = correction.money("amount"), list[tuple[date, Money]]()
    mine = [m for m in made if m.account == correction.account and m.day <= correction.day]
    for one in sorted(mine, key=lambda m: m.day, reverse=True):
        part = min(need, one.left)
        if part > ZERO:
            one.left -= part
            need -= part
            out.append((one.day, part))
    return out


def _counted(
    made: list[_Made], year: int, kinds: dict[str, AccountKind], kind: AccountKind
) -> Contributed:
    mine = [one for one in made if kinds[one.account] is kind]
    return Contributed(
        Money.total(one.left for one in mine if one.day.year <= year),
        Money.total(one.left for one in mine if one.day.year > year),
    )


def deduction_of(
    person: Person, made: Contributed, limit: IraLimit, year: int
) -> tuple[Money, Form | None]:
    """Return the IRA deduction: stated, or worked out, or nothing where no fact is recorded."""
    facts = person.facts
    if facts.ira_deduction is not None:
        return facts.ira_deduction, None
    # without these facts nobody can tell what is deductible, so nothing is deducted
    if not made.total or facts.covered_by_plan is None or not facts.filing_status:
        return ZERO, None
    phase_out = deduction_range(
        year,
        facts.filing_status,
        covered=facts.covered_by_plan,
        spouse_covered=bool(facts.spouse_covered_by_plan),
    )
    if phase_out is not None and facts.magi is None:
        return ZERO, None
    dollars = dollar_limit(year, person.taxpayer.born)
    magi = facts.magi or ZERO
    worksheet = deduction_worksheet(made.total, dollars, limit.limit, magi, phase_out)
    return worksheet.amount("7"), worksheet


@dataclass(frozen=True)
class TraditionalFacts:
    """Everything gathered about one year, from which the form's input is made."""

    books: Household
    events: IraEvents
    person: Person
    carried: Carried
    year: int
    payments: Sequence[IraPayment]
    payouts: Sequence[Payout]
    corrected: Sequence[CorrectedContribution]
    year_end_value: Money
    year_end_words: str = ""
    merged: Money = ZERO  # basis inherited and treated as one's own

    def rolled_in(self) -> Money:
        """After-tax plan money that arrived in traditional IRAs in the year."""
        pooled = self._pooled()
        rows = (row for payout in self.payouts for row in payout.rows)
        # by the day of arrival: what was paid out in December may come in January
        plan = [r.aftertax for r in rows if r.to in pooled and r.event.day.year == self.year]
        outside = self.events.of(self.person.taxpayer.id, {K.ROLLOVER_IN}, _pooled_kind)
        stated = [e.basis for e in outside if e.day.year == self.year and e.basis]
        return Money.total([*plan, *stated])

    def divorce(self) -> Money:
        """Basis that came with divorce transfers, less what went; refuse more than there was."""
        me, total = self.person.taxpayer.id, ZERO
        for event in self.events.of(me, {K.DIVORCE_TRANSFER}, _pooled_kind):
            if event.day.year != self.year or event.basis is None:
                continue
            gives = self.books.accounts[event.account].owner == me
            total += -event.basis if gives else event.basis
            if self.carried.traditional + total < ZERO:
                raise LedgerError(
                    where=event.where,
                    code="basis_too_large",
                    problem=f"a basis of {event.basis} is given away in the divorce; there was "
                    f"{self.carried.traditional} at the start of {self.year}",
                    remedy="correct 'basis', or record line 14 of the last Form 8606",
                )
        return total

    def moved_after_year_end(self) -> Money:
        """Value of recharacterizations made after the year end, as if made before (line 6)."""
        total = ZERO
        for found in self.corrected:
            event = found.event
            late = event.kind is K.RECHARACTERIZATION and event.day.year > self.year
            if not late or event.tax_year > self.year:
                continue
            moved = found.moved_of(self.year)
            leaves = self.books.accounts[event.account].kind is TRADITIONAL
            total += -moved if leaves else moved
        return total

    def _brought_words(self) -> str:
        last = self.carried.last_form
        if last is None:
            return "no earlier Form 8606"
        return f"{line_with_basis(last)} of Form 8606 for {last}"

    def _pooled(self) -> set[str]:
        me = self.person.taxpayer.id
        return {a.id for a in self.books.accounts_of(me) if a.kind.is_pooled_traditional}

    def form_input(self, counted: Contributed, deduction: Money) -> TraditionalYear:
        """Return what Form 8606 Parts I and II ask; ``counted`` leaves an excess out."""
        facts = self.person.facts
        outstanding = Money.total(p.outstanding for p in self.payments)
        # what was between two IRAs on 31 December is in no balance
        outstanding += self.events.in_transit(self._pooled(), self.year)
        value = self.year_end_value
        # line 6 is read only where something left the IRAs
        used = any(p.kept or p.converted for p in self.payments)
        return TraditionalYear(
            tax_year=self.year,
            contributed_in_year=counted.in_year,
            contributed_after_year=counted.after_year,
            deduction=deduction,
            in_year_first=facts.nondeductible_first != "made_after_year",
            brought_forward=self.carried.traditional,
            rolled_in=self.rolled_in(),
            divorce=self.divorce(),
            merged=self.merged,
            restored=self.carried.restored_basis,
            year_end_value=value + self.moved_after_year_end() if used else value,
            year_end_words=self.year_end_words,
            brought_words=self._brought_words(),
            outstanding_rollovers=outstanding + (facts.outstanding_rollovers or ZERO),
            distributed=Money.total(p.kept for p in self.payments),
            converted=Money.total(p.converted for p in self.payments),
            disaster=Money.total(p.disaster for p in self.payments),
            repaid_in_year=Money.total(p.repaid_in_year for p in self.payments),
            repaid=Money.total(p.repaid for p in self.payments),
        )


def everything_paid_out(
    year: TraditionalYear, payments: Sequence[IraPayment], charity: Sequence[Event]
) -> Money:
    """Return what all traditional IRAs would pay out if the year had emptied them (cents)."""
    # what went into plans is on no line, but it was in the pool
    into_plans = [payment.to_plan for payment in payments]
    paid = (year.value_with_outstanding, year.distributed, year.converted)
    return Money.total([*paid, *into_plans, amounts(charity)])


def check_rolled_into_plans(
    year: TraditionalYear, payments: Sequence[IraPayment], all_iras: Money
) -> Money:
    """Return what went from IRAs into plans; refuse more than the money not yet taxed."""
    rolled = Money.total(payment.to_plan for payment in payments)
    most = rollable_into_plan(all_iras, year.usable_basis)
    if rolled <= most:
        return rolled
    first = next(payment for payment in payments if payment.to_plan)
    raise LedgerError(
        where=first.event.where,
        code="basis_into_plan",
        problem=f"{rolled} went from IRAs into plans; only {most} of all the IRAs had not been "
        "taxed yet",
        remedy="a plan takes no after-tax IRA money (IRC 408(d)(3)(A)(ii)): have the plan send "
        "the rest back, or correct the amount, the year-end balance or the basis",
    )


def _pooled_kind(account: Account) -> bool:
    return account.kind.is_pooled_traditional
