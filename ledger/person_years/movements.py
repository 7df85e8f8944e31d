"""The story of the year: every conversion, rollover and distribution with its taxable part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ledger.chart import SOURCE_WORDS, Source, TaxCharacter
from ledger.fold.payouts import InPlanConversion, Payout
from ledger.forms.form import Form
from ledger.law.rollover_split import Route
from ledger.money import ZERO, Money, apportion
from ledger.person_years.ira_events import IraPayment
from ledger.person_years.payments import PaymentsOfYear
from ledger.year_end import Movement

_WORDS = {
    Route.DIRECT: "direct rollover",
    Route.SIXTY_DAY: "60-day rollover",
    Route.PAID: "distribution",
}
_IRA_WORDS = {"18": "conversion", "15c": "distribution", "25c": "Roth IRA distribution"}


def movements_of(form: Form, year: PaymentsOfYear) -> tuple[Movement, ...]:
    """Return the movements of a year in order of their days (amounts in cents)."""
    found = [
        *(_of_conversion(c) for c in year.conversions),
        *(m for p in year.payouts for m in _of_payout(p)),
        *_of_iras(form, year.traditional, "18", _converted),
        *_of_iras(form, year.traditional, "15c", _kept),
        *_of_iras(form, year.roth, "25c", _kept),
        *(_rolled(p) for p in (*year.traditional, *year.roth) if p.rolled),
    ]
    return tuple(sorted(found, key=lambda m: m.day))


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
    for row in payout.rows:
        yield Movement(
            day=row.event.day,
            kind=_WORDS[row.route],
            account=payout.account,
            source=names or plain,
            to=row.to,
            amount=row.amount,
            basis=row.aftertax,
            taxable=row.taxable,
            where=row.event.where,
            note="qualified" if payout.qualified else "",
        )


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
    if line in form:
        shares = apportion(form.amount(line), amounts)
    else:
        untaxed = line == "25c"
        shares = [ZERO if untaxed else amount for amount in amounts]
    for payment, amount, taxable in zip(mine, amounts, shares, strict=True):
        event = payment.event
        yield Movement(
            day=event.day,
            kind=_IRA_WORDS[line],
            account=payment.account.id,
            source="",
            to=event.to or "cash",
            amount=amount,
            basis=amount - taxable,
            taxable=taxable,
            where=event.where,
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
