"""What leaves an account: to its owner, to another account, or on its way to one not known yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ledger.chart import Account
from ledger.errors import LedgerError
from ledger.events import CASH, IN_TRANSIT, Event, EventKind, Part
from ledger.importers.legs import CONVERSIONS, OUT
from ledger.money import Money
from ledger.movements import receivers_by_leg
from ledger.records import RowKind as R
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row, Status
from ledger.statement_import.movements.parts import read_parts
from ledger.statement_import.movements.payment import (
    OPEN,
    PAID,
    Payment,
    Tax,
    answered,
    becomes_roth,
    character,
    is_recharacterized,
    open_rows,
)
from ledger.statement_import.movements.plan_legs import which_source
from ledger.statement_import.questions.movements import (
    MovedAccounts,
    PaidOut,
    PartnerUnknown,
    PossibleConversion,
    TaxAlone,
)
from ledger.statement_import.questions.question import IGNORE
from ledger.statement_import.questions.sources import PaidFromSource
from ledger.statement_import.rows.events import make, positive
from ledger.statement_import.rows.incomplete import BY_HAND, ask_typed
from ledger.statement_import.rows.open_moves import LEFT_AS
from ledger.statement_import.rows.settle import bad_answer
from ledger.statement_import.sources.allocation import read_shares, split_rows

_CONVERTED = "in_plan_conversion"
_OUTSIDE = "outside"
_WENT = {name: R(name) for name in LEFT_AS}


def payments_of(drafts: Sequence[FileDraft], context: ImportContext) -> list[Payment]:
    """Return what leaves accounts in these files, each payment with what was answered about it.

    Where a plan's file names no source of a payment it is asked first; the payment waits.
    """
    found: dict[tuple[object, ...], Payment] = {}
    unsaid: dict[tuple[object, ...], Payment] = {}  # rows that name no source, by payment
    for draft, row in open_rows(drafts, PAID | OUT):
        plan = context.accounts[row.account].kind.is_plan
        waits = plan and row.source is None and row.kind in PAID
        kept = unsaid if waits else found
        one = kept.setdefault(_key(draft, context, row), Payment(draft, context, []))
        one.keys.append(row.key)
    for payment in unsaid.values():
        for part in _by_source(payment):
            key = _key(payment.draft, context, part)
            one = found.setdefault(key, Payment(payment.draft, context, []))
            one.keys.append(part.key)
    _give_tax(drafts, context, list(found.values()))
    told = [_as_answered(payment) for payment in found.values()]
    return [one for payments in told for one in payments if not _is_other(one)]


def _key(draft: FileDraft, context: ImportContext, row: Row) -> tuple[object, ...]:
    """Return what rows of one payment share: those of a plan go one way by how they are taxed."""
    plan = context.accounts[row.account].kind.is_plan
    kind: object = "paid" if row.kind in PAID else row.kind
    if not plan and row.kind in PAID:
        kind = row.kind
    return draft.kept_as, row.account, row.day, kind, character(row), row.record.partner


def _by_source(payment: Payment) -> list[Row]:
    """Return the rows of a payment by source as answered; none while it is asked for them.

    Where a plan's file names no source, the owner may know that the check was of several. One
    answer tells what the check was made of; each row may have its own instead.
    """
    book, legs = payment.context.book, payment.legs
    told = [book.find(_paid_from(one)) for one in legs]
    rows: list[Row] = []
    for one, answer in zip(legs, told, strict=True):
        if None not in told and (len(legs) == 1 or _adds_up(answer, one)):
            rows += _divided(one, answer)
    if rows:
        return rows
    answer = book.find(_paid_from(payment))
    if answer is None:
        payment.ask(_paid_from(payment))
        return []
    return _divided(payment, answer)


def _paid_from(payment: Payment) -> PaidFromSource:
    total = Money.total(positive(row.amount) for row in payment.rows)
    return PaidFromSource(at=payment.at, amount=total)


def _adds_up(answer: object, payment: Payment) -> bool:
    """Tell whether an answer is one of this row, and not of the whole payment."""
    try:
        read_shares(answer, _signed_as(answer, payment.main.amount), "")
    except LedgerError:
        return answer == PaidFromSource.ALL
    return True


def _divided(payment: Payment, answer: object) -> list[Row]:
    """Return the rows of a payment as parts by source, which add up to each row and source."""
    draft, rows = payment.draft, payment.rows
    if answer == PaidFromSource.ALL:
        return rows
    total = Money.total(row.amount for row in rows)
    shares = read_shares(answer, _signed_as(answer, total), rows[0].record.where)
    if len(shares) == 1:
        return [draft.change(row, source=next(iter(shares))) for row in rows]
    paid = {source: positive(amount) for source, amount in shares.items()}
    parts: list[Row] = []
    for row, split in zip(rows, split_rows([positive(r.amount) for r in rows], paid), strict=True):
        parts += draft.divide(row, {source: -amount for source, amount in split.items()})
    return parts


def _signed_as(answer: object, amount: Money) -> Money:
    """Return what left with the sign that an answer writes: as the file has it, or without."""
    return amount if "-" in str(answer) else positive(amount)


def _give_tax(
    drafts: Sequence[FileDraft], context: ImportContext, payments: Sequence[Payment]
) -> None:
    """Give the tax withheld on a day to the payment it is of: of its source, or the largest."""
    for draft, row in open_rows(drafts, {R.WITHHOLDING}):
        of_day = [
            one
            for one in payments
            if one.draft is draft
            and one.kind in PAID
            and (one.main.account, one.main.day) == (row.account, row.day)
        ]
        mine = [p for p in of_day if row.source and any(r.source == row.source for r in p.rows)]
        chosen = max(mine or of_day, key=lambda one: one.total.cents, default=None)
        if chosen is not None:
            chosen.tax_keys.append(row.key)
        elif any(r.status is Status.QUESTION and _paid_on(r, row) for r in draft.rows):
            draft.close(row, Status.QUESTION, "waits for its distribution")
        else:
            _book_withholding_alone(draft, context, row)


def _paid_on(row: Row, tax: Row) -> bool:
    return row.kind in PAID and (row.account, row.day) == (tax.account, tax.day)


def _as_answered(payment: Payment) -> list[Payment]:
    if not _is_cash(payment):
        return answered(payment, question_of)
    payment.said = CASH
    return [payment]


def _is_cash(payment: Payment) -> bool:
    """Tell whether the file says it: an IRA paid out, or tax was withheld from all of it."""
    withheld = bool(payment.tax) or any(tax.both for tax in payment.taxes)
    words = all(row.kind is R.DISTRIBUTION for row in payment.rows)
    return words and (withheld or not payment.account.kind.is_plan)


def _is_other(payment: Payment) -> bool:
    """Settle what an answer says is no movement at all; tell whether it did."""
    if payment.said == IGNORE:
        payment.ignore()
        return True
    if payment.kind in PAID:
        return False
    reached = payment.context.accounts.get(str(payment.said or payment.partner))
    if is_recharacterized(payment, payment.account, reached):
        return True
    if payment.said not in _WENT:
        return False
    for old in payment.rows:
        row = payment.draft.change(old, kind=_WENT[str(payment.said)])  # booked as any such row
        if row.kind in BY_HAND:
            ask_typed(payment.draft, payment.context, row)
        elif row.kind is R.DISTRIBUTION:
            payment.draft.book(make(row, EventKind.DISTRIBUTION, positive(row.amount)), row)
    return True


def choices_of(payment: Payment) -> tuple[str, ...]:
    """Return what can be answered about where a payment went."""
    plan, sourced = payment.account.kind.is_plan, all(row.source for row in payment.rows)
    within = (_CONVERTED,) if plan and sourced else ()
    others = tuple(account.id for account in payment.own if _may_receive(payment, account))
    if payment.kind in PAID:
        return (CASH, *others, OPEN, *within)
    converted = payment.kind in CONVERSIONS
    outside: tuple[str, ...] = () if converted and others else (_OUTSIDE,)
    outside += (CASH,) if within else ()  # beside what was converted on the day
    went = () if plan or converted else tuple(_WENT)
    went += (R.RECHARACTERIZATION.value,) if went else ()
    return (*within, *others, *outside, OPEN, IGNORE, *went)


def _may_receive(payment: Payment, account: Account) -> bool:
    here = payment.account
    if here.kind.is_plan or payment.kind in PAID:
        return True
    if payment.kind is R.CONVERSION_OUT:
        return account.kind.is_roth_ira
    if becomes_roth(account, here):
        return False  # what goes that way is recharacterized
    return not account.kind.is_plan or here.kind.is_pooled_traditional


def question_of(payment: Payment) -> PartnerUnknown:
    """Return the question where a payment went."""
    at, offered, total = payment.at, choices_of(payment), payment.total
    if payment.kind in PAID:
        here = payment.account.id + payment.divided_sources
        return PaidOut(at=at, offered=offered, total=total, here=here)
    return MovedAccounts(at=at, offered=offered, total=total, came=False)


def possible(payment: Payment) -> list[Event]:
    """Return the events of a payment as far as it is known where it went, [] while it is not.

    Money whose receiver nobody said is in transit.
    """
    if payment.said == _CONVERTED:
        return []
    parts = _parts(payment)
    if payment.account.kind.is_plan or payment.kind in PAID:
        return [event for event, _ in _distributions(payment, parts)]
    return [_moved(payment, row, parts[0].to) for row in payment.rows]


def _parts(payment: Payment) -> list[Part]:
    """Return where a payment went by its words or its answer: in transit where neither says it."""
    said, total = payment.said, payment.total
    if said is None or said == OPEN:
        other = payment.partner if said is None and payment.kind in OUT else ""
        return [Part(other or IN_TRANSIT, total)]
    if said == _OUTSIDE:
        return [Part(CASH, total)]
    receivers = [CASH, *(account.id for account in payment.own)]
    if said in receivers:
        return [Part(str(said), total)]
    try:
        return read_parts(said, [*receivers, IN_TRANSIT], total)
    except ValueError as reason:
        remedy = f"answer one of {', '.join(receivers)}, or parts that add up to {total}"
        raise bad_answer(payment.rows[0], PartnerUnknown.code, said, remedy, str(reason)) from None


def _distributions(
    payment: Payment, parts: Sequence[Part]
) -> Iterator[tuple[Event, tuple[Row, ...]]]:
    """Yield the distribution of each row, with the tax withheld in its cash part."""
    legs = receivers_by_leg(parts, payment.amounts)
    for row, mine, withheld in zip(payment.rows, legs, payment.taxes, strict=True):
        told = _with_tax(mine, withheld.both)
        event = make(row, EventKind.DISTRIBUTION, Money.total(p.amount for p in told), row.source)
        event = _with_withheld(event, withheld)
        rows = (row, *(payment.tax if row is payment.main else ()))
        if [part.to for part in told] == [CASH]:
            yield event, rows
        else:
            yield replace(event, amount=None, parts=told), rows


def _moved(payment: Payment, row: Row, to: str, met: Account | None = None) -> Event:
    """Return what an IRA sent to another one: a conversion where words or the law say so.

    ``met`` is the account that it was found to reach, where nobody said it.
    """
    there = payment.context.accounts.get(to)
    crossed = becomes_roth(payment.account, there) or becomes_roth(payment.account, met)
    kind = EventKind.CONVERSION if crossed or payment.kind in CONVERSIONS else EventKind.TRANSFER
    if to == CASH:
        return make(row, EventKind.TRANSFER_OUT, positive(row.amount))
    if there is not None and there.kind.is_plan:
        event = make(row, EventKind.DISTRIBUTION, positive(row.amount))
        return replace(event, amount=None, parts=(Part(to, positive(row.amount)),))
    return replace(make(row, kind, positive(row.amount)), to=to)


def book_payment(payment: Payment, met: str | None) -> None:
    """Book a payment, or ask where it went; ``met`` is the account it was found to reach.

    It is "" where it reached several, None where nothing was found.
    """
    other = payment.partner or payment.said
    if payment.said is None and not payment.partner and met is None:
        payment.ask(question_of(payment))
        return
    if payment.said == _CONVERTED:
        for row in payment.rows:
            event = make(row, EventKind.IN_PLAN_CONVERSION, positive(row.amount), row.source)
            payment.draft.book(event, row)
        return
    if payment.account.kind.is_plan or payment.kind in PAID:
        if _sources_known(payment):
            for event, rows in _distributions(payment, _parts(payment)):
                payment.draft.book(event, *rows)
        return
    there = payment.context.accounts.get(str(met or other))
    sure = payment.kind in CONVERSIONS or payment.converted or there is None
    if not sure and not confirm_conversion(payment, payment.account, there):
        return
    for row in payment.rows:
        payment.draft.book(_moved(payment, row, _parts(payment)[0].to, there), row)


def _sources_known(payment: Payment) -> bool:
    """Tell whether each leg that moved out of a plan has its source; it is asked for."""
    if payment.kind in PAID or not payment.account.kind.is_plan:
        return True
    for row in payment.rows:
        source = row.source or which_source(payment.draft, payment.context, row)
        if source is not row.source:
            payment.draft.change(row, source=source)
    return all(row.source is not None for row in payment.rows)


def confirm_conversion(payment: Payment, here: Account | None, there: Account | None) -> bool:
    """Tell whether money between two IRAs may be booked; from traditional to Roth it is asked."""
    if here is None or there is None or not becomes_roth(here, there):
        return True
    question = PossibleConversion(
        at=payment.at,
        total=payment.total,
        left=f"{here.id} ({here.kind.words})",
        reached=f"{there.id} ({there.kind.words})",
    )
    answer = payment.context.book.propose(question)
    if answer is None:
        payment.ask(question)
    elif answer == IGNORE:
        payment.ignore()
    return answer == question.CONVERTED


def _with_withheld(event: Event, tax: Tax) -> Event:
    return replace(event, withheld=tax.federal or None, state_withheld=tax.state or None)


def _with_tax(parts: Sequence[Part], withheld: Money) -> tuple[Part, ...]:
    """Return the parts with the tax withheld in the cash part, which is stated gross."""
    if not withheld:
        return tuple(parts)
    cash = Money.total([withheld, *(p.amount for p in parts if p.to == CASH)])
    return (*(p for p in parts if p.to != CASH), Part(to=CASH, amount=cash))


def _book_withholding_alone(draft: FileDraft, context: ImportContext, row: Row) -> None:
    question = TaxAlone(
        at=row.at, offered=(R.DISTRIBUTION.value, IGNORE), amount=positive(row.amount)
    )
    answer = context.ask(draft, question, row)
    if answer == IGNORE:
        draft.ignore(row)
    elif answer is not None:
        tax = Tax.of([row])
        event = make(row, EventKind.DISTRIBUTION, tax.both, row.source)
        draft.book(_with_withheld(event, tax), row)
