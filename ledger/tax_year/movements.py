"""The story of the year: every conversion, rollover and distribution with its taxable part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ledger.balances.payouts import (
    CorrectedContribution,
    InPlanConversion,
    Payout,
    PlanTransfer,
)
from ledger.chart import SOURCE_WORDS, Source, TaxCharacter
from ledger.events import CASH, Event, EventKind
from ledger.forms.f8606 import TaxedPayments
from ledger.forms.form import Form
from ledger.law.corrective import recharacterized_income
from ledger.law.limits import is_returned_in_time
from ledger.law.rollover_split import Route
from ledger.money import ZERO, Money, apportion
from ledger.tax_year.charity import Charity
from ledger.tax_year.corrections_paid import paid_back, taxed_of
from ledger.tax_year.inherited import form_of
from ledger.tax_year.ira_events import IraPayment, taxed_by_payment
from ledger.tax_year.payments import PaymentsOfYear
from ledger.year_end import EXCESS_TAKEN_BACK, DivorceShare, Movement

_WORDS = {
    Route.DIRECT: "direct rollover",
    Route.SIXTY_DAY: "60-day rollover",
    Route.PAID: "distribution",
}
_IRA_WORDS = {"18": "conversion", "15c": "distribution", "25c": "Roth IRA distribution"}


def movements_of(
    form: Form,
    of_iras: TaxedPayments,
    nonqualified: Sequence[IraPayment],
    year: PaymentsOfYear,
) -> tuple[Movement, ...]:
    """Return the movements of a year in order of their days (amounts in cents).

    ``nonqualified`` are the payments of Roth IRAs that line 25c is of.
    """
    own = [p for p in year.traditional if p.account.kind.is_pooled_traditional]
    inherited = [p for p in year.traditional if not p.account.kind.is_pooled_traditional]
    found = [
        *(_of_conversion(c) for c in year.conversions),
        *(m for p in year.payouts for m in _of_payout(p)),
        *_of_iras(form, own, "18", _converted),
        *_of_own_iras(of_iras, own),
        *_of_iras(form, nonqualified, "25c", _kept),
        *(
            _paid(p.event, _IRA_WORDS["25c"], p.kept, p.kept)
            for p in year.roth
            if p.kept and p not in nonqualified
        ),
        *_of_inherited(year, inherited, "15c", "inherited IRA distribution"),
        *_of_inherited(year, year.inherited_roth, "25c", "inherited Roth IRA distribution"),
        *(
            _paid(p.event, "pension payment", p.event.money("amount"), p.recovered)
            for p in year.pensions
        ),
        *(_employer_roth(event) for event in (*year.employer_roth, *year.employer_roth_iras)),
        *(m for event in year.excess_deferrals for m in _excess_deferral(event)),
        *(_to_charity(one) for one in (*year.charity, *year.hsa_funding) if one.qualified),
        *(
            _paid(p.event, EXCESS_TAKEN_BACK, p.excess_returned, p.excess_returned)
            for p in year.traditional
            if p.excess_returned
        ),
        *(_corrective(event) for event in year.corrective),
        *map(_recharacterized, year.adp_recharacterized),
        *(_corrected(found) for found in year.corrected),
        *map(_transferred, year.transfers),
        *(_rolled(p) for p in (*year.traditional, *year.roth) if p.rolled),
    ]
    return tuple(sorted(found, key=lambda m: m.day))


def _of_inherited(
    year: PaymentsOfYear, payments: Sequence[IraPayment], line: str, kind: str
) -> Iterator[Movement]:
    """Tell payments out of inherited IRAs: as the decedent's form says, or as nobody knows."""
    by_form: list[tuple[Form | None, list[IraPayment]]] = []
    for payment in payments:
        form = form_of(year.inherited, payment.account)
        # by identity: the forms of two decedents may look alike
        mine = next((listed for other, listed in by_form if other is form), None)
        if mine is None:
            by_form.append((form, mine := []))
        mine.append(payment)
    for form, mine in by_form:
        if form is not None and line in form:
            yield from (replace(m, kind=kind) for m in _of_iras(form, mine, line, _kept))
        else:
            # without a form: traditional money is taxable, Roth money is past the five years
            free = line == "25c"
            kept = [p for p in mine if p.kept]
            yield from (_paid(p.event, kind, p.kept, p.kept if free else ZERO) for p in kept)


def _of_conversion(found: InPlanConversion) -> Movement:
    event = found.event
    return Movement(
        day=event.day,
        kind="in-plan conversion",
        account=found.account,
        source=SOURCE_WORDS[event.source] if event.source else "",
        to=f"{found.account} ({SOURCE_WORDS[Source.IN_PLAN_ROTH]})",
        amount=found.amount,
        basis=found.basis,
        taxable=found.taxable,
        where=event.where,
    )


def _of_payout(payout: Payout) -> Iterator[Movement]:
    names = ", ".join(SOURCE_WORDS[s] for s in payout.event.sources)
    plain = "Roth" if payout.character is TaxCharacter.ROTH else "all sources"
    of_loan = payout.event.kind is not EventKind.DISTRIBUTION
    for row in payout.disbursed:
        yield Movement(
            # a 60-day rollover is told on the day of the deposit
            day=payout.event.day if row.route is Route.DIRECT else row.event.day,
            kind=payout.event.kind.words
            if of_loan and row.route is Route.PAID
            else _WORDS[row.route],
            account=payout.account,
            source=names or plain,
            to=row.to,
            amount=row.amount,
            basis=row.aftertax,
            taxable=row.taxable,
            where=row.event.where,
            note="qualified" if payout.qualified else "",
        )


def _of_own_iras(of_iras: TaxedPayments, payments: Sequence[IraPayment]) -> Iterator[Movement]:
    """Tell payments out of the person's traditional IRAs.

    What is income of later years, or was repaid, had not been taxed before for that.
    """
    mine = [p for p in payments if p.kept]
    above = apportion(of_iras.above_basis.value, [p.kept for p in mine]) if mine else []
    taxed = taxed_by_payment(of_iras, mine)
    for payment, taxable, whole in zip(mine, taxed, above, strict=True):
        told = _paid(payment.event, _IRA_WORDS["15c"], payment.kept, payment.kept - whole)
        yield replace(told, taxable=taxable)


def _of_iras(
    form: Form,
    payments: Sequence[IraPayment],
    line: str,
    part: Callable[[IraPayment], Money],
) -> Iterator[Movement]:
    """Share the taxable amount of a form line out over the payments it covers."""
    mine = [p for p in payments if part(p)]
    if not mine:
        return
    amounts = [part(p) for p in mine]
    # apportioned, so that the parts add up to the line to the cent; no line 25c: no earnings
    shares = apportion(form.amount(line), amounts)
    # before disasters and what was repaid come off, which had not been taxed before
    whole = f"{line[:2]}a"
    above = apportion(form.amount(whole), amounts) if whole in form else shares
    for payment, amount, taxable, taxed in zip(mine, amounts, shares, above, strict=True):
        event = payment.event
        yield Movement(
            day=event.day,
            kind=_IRA_WORDS[line],
            account=payment.account.id,
            source="",
            to=", ".join(payment.converted_to) if line == "18" else CASH,
            amount=amount,
            basis=amount - taxed,
            taxable=taxable,
            where=event.where,
        )


def _employer_roth(event: Event) -> Movement:
    amount = event.money("amount")
    return Movement(
        day=event.day,
        kind="employer contribution taxed as Roth",
        account=event.account,
        source=SOURCE_WORDS[event.source] if event.source else "",
        to=event.account,
        amount=amount,
        basis=ZERO,
        taxable=amount,
        where=event.where,
        note="income when allocated",
    )


def _excess_deferral(event: Event) -> Iterator[Movement]:
    earnings = event.earnings or ZERO
    amount = event.money("amount") + min(earnings, ZERO)  # a loss is paid back less
    roth = event.source is not None and event.source.character is TaxCharacter.ROTH
    # late it is taxed once more, although Roth money was taxed before (1.402(g)-1(e)(8)(iii))
    in_time = is_returned_in_time(event.tax_year, event.day)
    told = _paid(event, "excess deferral paid back", amount, amount if roth and in_time else ZERO)
    # in time it is income of the year it was deferred in (IRC 402(g)(2)(C)), on that return
    if told.taxable and in_time and event.tax_year != event.day.year:
        told = replace(told, taxable=ZERO, note=f"income of {event.tax_year}")
    yield told
    if earnings > ZERO:
        yield _paid(event, "earnings of an excess deferral", earnings, ZERO)


def _corrective(event: Event) -> Movement:
    paid = paid_back(event)
    return _paid(event, event.kind.words, paid, paid - taxed_of(event))


def _recharacterized(event: Event) -> Movement:
    """Tell what became after-tax money of the same plan; its gain goes along untaxed."""
    return Movement(
        day=event.day,
        kind=event.kind.words,
        account=event.account,
        source=SOURCE_WORDS[Source.PRE_TAX],
        to=f"{event.account} ({SOURCE_WORDS[Source.AFTER_TAX]})",
        amount=paid_back(event),
        basis=ZERO,
        taxable=recharacterized_income(event.money("amount")),
        where=event.where,
    )


def _paid(event: Event, kind: str, amount: Money, basis: Money) -> Movement:
    return Movement(
        day=event.day,
        kind=kind,
        account=event.account,
        source="",
        to=CASH,
        amount=amount,
        basis=basis,
        taxable=amount - basis,
        where=event.where,
    )


def _to_charity(one: Charity) -> Movement:
    event = one.event
    return Movement(
        day=event.day,
        kind=event.kind.words,
        account=event.account,
        source="",
        to="charity" if event.kind is EventKind.QCD else "health savings account",
        amount=one.qualified,
        basis=ZERO,
        taxable=ZERO,
        where=event.where,
        note="not income; takes no basis",
    )


def _corrected(found: CorrectedContribution) -> Movement:
    event = found.event
    returned = event.kind is EventKind.RETURN_OF_CONTRIBUTION
    income = found.net_income.floor_zero() if returned else ZERO
    # it is income of the year of the contribution, which may be the year before
    taxable = income if found.made.day.year == event.day.year else ZERO
    amount = event.money("amount") + found.net_income
    note = (
        f"for {event.tax_year}; net income is of {found.made.day.year}"
        if returned
        else f"counts for {event.tax_year} as made to {event.to}; not taxed now"
    )
    return Movement(
        day=event.day,
        kind=event.kind.words,
        account=event.account,
        source="",
        to=event.to or CASH,
        amount=amount,
        basis=amount - income if returned else ZERO,
        taxable=taxable,
        where=event.where,
        note=note,
    )


def _transferred(moved: PlanTransfer) -> Movement:
    event = moved.event
    divorce = event.kind is EventKind.DIVORCE_TRANSFER
    return Movement(
        day=event.day,
        kind=event.kind.words if divorce else "transfer between plans",
        account=moved.account,
        source=SOURCE_WORDS[event.source] if event.source else "all sources",
        to=moved.to,
        amount=moved.amount,
        basis=moved.basis,
        taxable=ZERO,
        where=event.where,
        note="not paid out: no Form 1099-R; each source keeps its basis",
    )


def of_divorce(shares: Sequence[DivorceShare]) -> Iterator[Movement]:
    """Tell what of IRAs was given and got in a divorce: no payment, and its basis goes along."""
    for share in shares:
        event, amount = share.moved, share.moved.money("amount")
        yield Movement(
            day=event.day,
            kind=event.kind.words,
            account=event.account,
            source="",
            to=event.to,
            amount=amount,
            basis=share.basis or ZERO,
            taxable=ZERO,
            where=event.where,
            note=f"{'given' if share.gave else 'received'} incident to a divorce (IRC 408(d)(6))",
        )


def _converted(payment: IraPayment) -> Money:
    return payment.converted


def _kept(payment: IraPayment) -> Money:
    return payment.kept


def _rolled(payment: IraPayment) -> Movement:
    event = payment.event
    return Movement(
        day=event.day,
        kind="rollover",
        account=payment.account.id,
        source="",
        to=event.to or ", ".join(part.to for part in event.parts) or "another account",
        amount=payment.rolled,
        basis=ZERO,
        taxable=ZERO,
        where=event.where,
        note="not taxed; basis of the IRAs stays with the person",
    )
