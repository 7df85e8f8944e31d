"""What leaves an account: to its owner, to another account, or on its way to one not known yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ledger.chart import Account, Source
from ledger.importers.legs import OUT
from ledger.intake.draft import FileDraft, Row, Status
from ledger.intake.movements.parts import read_parts
from ledger.intake.movements.payment import (
    CONVERSIONS,
    OPEN,
    PAID,
    Payment,
    character,
    inside,
    open_rows,
    stated,
)
from ledger.intake.movements.plan_legs import which_source
from ledger.intake.rows.events import make, positive
from ledger.intake.rows.incomplete import BY_HAND, ask_typed
from ledger.intake.rows.open_moves import LEFT_AS
from ledger.intake.rows.settle import ask_row, bad_answer
from ledger.intake.world import World
from ledger.money import ZERO, Money
from ledger.movements import receivers_by_leg
from ledger.records import CASH, IN_TRANSIT, STATE_WITHHELD, WITHHELD, Event, EventKind, Part
from ledger.records import RowKind as R

_CONVERTED = "in_plan_conversion"
_OUTSIDE, _IGNORE = "outside", "ignore"
_STATE = re.compile(r"\bSTATE\b", re.IGNORECASE)  # "STATE TAX W/H": tax of a state
_NOT_SAID = "all"  # no source: the plan took from every source
_WENT = {name: R(name) for name in LEFT_AS}
PARTNER = "partner_unknown"


def payments_of(drafts: Sequence[FileDraft], world: World) -> list[Payment]:
    """Return what leaves accounts in these files, each payment with what was answered about it.

    Where a plan's file names no source of a payment it is asked first; the payment waits.
    """
    found: dict[tuple[object, ...], Payment] = {}
    for draft, row in open_rows(drafts, PAID | OUT):
        if not _has_source(draft, world, row):
            continue
        one = found.setdefault(_key(draft, world, row), Payment(draft, world, []))
        one.rows.append(row)
    _give_tax(drafts, world, list(found.values()))
    told = [one for payment in found.values() for one in _as_answered(payment)]
    return [payment for payment in told if not _is_other(payment)]


def _key(draft: FileDraft, world: World, row: Row) -> tuple[object, ...]:
    """Return what rows of one payment share: those of a plan go one way by how they are taxed."""
    plan = world.accounts[row.account].kind.is_plan
    kind: object = "paid" if row.kind in PAID else row.kind
    if not plan and row.kind in PAID:
        kind = row.kind
    return id(draft), row.account, row.day, kind, character(row), row.record.partner


def _has_source(draft: FileDraft, world: World, row: Row) -> bool:
    """Tell whether the source a plan paid from is known, asking for it where it is not."""
    plan = world.accounts[row.account].kind.is_plan
    if not plan or row.source is not None or row.kind in OUT:
        return True
    answer = ask_row(
        draft,
        world,
        row,
        f"the plan paid out {positive(row.amount)} and the file does not say from which source",
        code="allocation_needed",
        remedy=f'answer {{"code": "allocation_needed", "line": {row.record.line}, "answer": '
        f'SOURCE}}: one of {", ".join(Source)}, or "{_NOT_SAID}" when it came from all sources in '
        "proportion",
        choices=(*Source, _NOT_SAID),
    )
    if answer not in {None, _NOT_SAID}:
        row.source = Source(answer)
    return answer is not None


def _give_tax(drafts: Sequence[FileDraft], world: World, payments: Sequence[Payment]) -> None:
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
            chosen.tax.append(row)
        elif any(r.status is Status.QUESTION and _paid_on(r, row) for r in draft.rows):
            row.close(Status.QUESTION, "waits for its distribution")
        else:
            _book_withholding_alone(draft, world, row)


def _paid_on(row: Row, tax: Row) -> bool:
    return row.kind in PAID and (row.account, row.day) == (tax.account, tax.day)


def _as_answered(payment: Payment) -> Iterator[Payment]:
    """Yield a payment with its answer; rows that were answered otherwise each for itself."""
    if _is_cash(payment):
        payment.said = CASH
        yield payment
        return
    words = {"code": PARTNER, "choices": choices_of(payment)}
    rows = [Payment(payment.draft, payment.world, [row]) for row in payment.rows]
    said = [one.find(**words) for one in rows] if len(rows) > 1 else []
    told = [answer for answer in said if answer is not None]
    if len(told) > 1 and any(answer != told[0] for answer in told):
        for one, answer in zip(rows, said, strict=True):
            one.said = answer
            one.tax = payment.tax if payment.main is one.main else []
            yield one
        return
    payment.said = payment.find(**words)
    yield payment


def _is_cash(payment: Payment) -> bool:
    """Tell whether the file says it: an IRA paid out, or tax was withheld from all of it."""
    withheld = bool(payment.tax) or any(inside(row) > ZERO for row in payment.rows)
    words = all(row.kind is R.DISTRIBUTION for row in payment.rows)
    return words and (withheld or not payment.account.kind.is_plan)


def _is_other(payment: Payment) -> bool:
    """Settle what an answer says is no movement at all; tell whether it did."""
    if payment.said == _IGNORE:
        payment.close(Status.INFO, "ignored by answer")
        return True
    if payment.kind in PAID or payment.said not in _WENT:
        return False
    for row in payment.rows:
        row.kind = _WENT[str(payment.said)]  # booked as any such row
        if row.kind in BY_HAND:
            ask_typed(payment.draft, payment.world, row)
        elif row.kind is R.DISTRIBUTION:
            payment.draft.book(make(row, EventKind.DISTRIBUTION, positive(row.amount)), row)
    return True


def choices_of(payment: Payment) -> tuple[str, ...]:
    """Return what can be answered about where a payment went."""
    plan, sourced = payment.account.kind.is_plan, all(row.source for row in payment.rows)
    within = (_CONVERTED,) if plan and sourced else ()
    others = tuple(account.id for account in payment.own if _may_receive(payment, account))
    if payment.kind in PAID:
        return (CASH, *others, OPEN, *within, "<TO=DOLLARS …>")
    converted = payment.kind in CONVERSIONS
    outside = () if converted and others else (_OUTSIDE,)
    went = () if plan or converted else tuple(_WENT)
    return (*within, *others, *outside, OPEN, _IGNORE, *went)


def _may_receive(payment: Payment, account: Account) -> bool:
    here = payment.account
    if here.kind.is_plan or payment.kind in PAID:
        return payment.kind is not R.CONVERSION_OUT or account.kind.is_roth_ira
    if payment.kind is R.CONVERSION_OUT:
        return account.kind.is_roth_ira
    return not account.kind.is_plan or here.kind.is_pooled_traditional


def question_of(payment: Payment) -> None:
    """Ask where a payment went."""
    choices, total, here = choices_of(payment), payment.total, payment.account.id
    line = payment.rows[0].record.line
    if payment.kind in PAID:
        shown = ", ".join(choices[:-1])
        problem = f"{total} left {here} and the file does not say where it went"
        remedy = (
            f'answer {{"code": "{PARTNER}", "line": {line}, "answer": TO}}: one of {shown}; where '
            f'it was divided {{"parts": [{{"to": "{CASH}", "amount": "{total.plain}"}}, …]}}, '
            f"which add up to {total}; {OPEN} when the other account's file comes later; Form "
            "1099-R box 7 shows a rollover by code G"
        )
    else:
        problem = f"{total} moved to another account and no row shows which"
        remedy = (
            f'answer {{"code": "{PARTNER}", "line": {line}, "answer": ACCOUNT}}: one of '
            f"{', '.join(choices)}; or import the other account's file too"
        )
    payment.ask(payment.question(problem, code=PARTNER, remedy=remedy, choices=choices))


def possible(payment: Payment) -> list[Event]:
    """Return the events of a payment as far as it is known where it went, [] while it is not.

    Money whose receiver nobody said is in transit.
    """
    parts = _parts(payment)
    if payment.said == _CONVERTED:
        return []
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
        raise bad_answer(payment.rows[0], PARTNER, said, remedy, str(reason)) from None


def _distributions(
    payment: Payment, parts: Sequence[Part]
) -> Iterator[tuple[Event, tuple[Row, ...]]]:
    """Yield the distribution of each row, with the tax withheld in its cash part."""
    for row, mine in zip(payment.rows, receivers_by_leg(parts, payment.amounts), strict=True):
        tax = payment.tax if row is payment.main else []
        federal, state = _withheld([row, *tax])
        told = _with_tax(mine, federal + state)
        event = make(row, EventKind.DISTRIBUTION, Money.total(p.amount for p in told), row.source)
        event = replace(event, withheld=federal or None, state_withheld=state or None)
        if [part.to for part in told] == [CASH]:
            yield event, (row, *tax)
        else:
            yield replace(event, amount=None, parts=told), (row, *tax)


def _moved(payment: Payment, row: Row, to: str) -> Event:
    """Return what an IRA sent to another one: a conversion where words or the law say so."""
    there = payment.world.accounts.get(to)
    crossed = there is not None and there.kind.is_roth_ira
    crossed = crossed and payment.account.kind.is_pooled_traditional
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
        question_of(payment)
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
    there = payment.world.accounts.get(str(met or other))
    sure = payment.kind in CONVERSIONS or payment.converted or there is None
    if not sure and not confirm_conversion(payment, payment.account, there):
        return
    for row in payment.rows:
        event = _moved(payment, row, _parts(payment)[0].to)
        if there is not None and there.kind.is_roth_ira and event.kind is EventKind.TRANSFER:
            crossed = payment.account.kind.is_pooled_traditional
            event = replace(event, kind=EventKind.CONVERSION) if crossed else event
        payment.draft.book(event, row)


def _sources_known(payment: Payment) -> bool:
    """Tell whether each leg that moved out of a plan has its source; it is asked for."""
    if payment.kind in PAID or not payment.account.kind.is_plan:
        return True
    for row in payment.rows:
        row.source = row.source or which_source(payment.draft, payment.world, row)
    return all(row.source is not None for row in payment.rows)


def confirm_conversion(payment: Payment, here: Account | None, there: Account | None) -> bool:
    """Tell whether money between two IRAs may be booked; from traditional to Roth it is asked."""
    if here is None or there is None:
        return True
    if not (there.kind.is_roth_ira and here.kind.is_pooled_traditional):
        return True
    line = payment.rows[0].record.line
    choices = ("conversion", _IGNORE)
    question = payment.question(
        f"{payment.total} moved from {here.id} ({here.kind.words}) to {there.id} "
        f"({there.kind.words}): was it a conversion?",
        code="possible_conversion",
        remedy=f'answer {{"code": "possible_conversion", "line": {line}, "answer": "conversion"}} '
        f'or "{_IGNORE}"',
        choices=choices,
    )
    answer = payment.world.book.propose(question)
    if answer is None:
        payment.ask(question)
    elif answer == _IGNORE:
        payment.close(Status.INFO, "ignored by answer")
    return answer == "conversion"


def _withheld(rows: Iterable[Row]) -> tuple[Money, Money]:
    """Return the federal and the state tax of rows of withholding and of gross payments."""
    federal, state = ZERO, ZERO
    for row in rows:
        if row.kind is not R.WITHHOLDING:
            federal += stated(row, WITHHELD)
            state += stated(row, STATE_WITHHELD)
        elif _STATE.search(f"{row.record.raw_type} {row.record.memo}"):
            state += positive(row.amount)
        else:
            federal += positive(row.amount)
    return federal, state


def _with_tax(parts: Sequence[Part], withheld: Money) -> tuple[Part, ...]:
    """Return the parts with the tax withheld in the cash part, which is stated gross."""
    if not withheld:
        return tuple(parts)
    cash = Money.total([withheld, *(p.amount for p in parts if p.to == CASH)])
    return (*(p for p in parts if p.to != CASH), Part(to=CASH, amount=cash))


def _book_withholding_alone(draft: FileDraft, world: World, row: Row) -> None:
    answer = ask_row(
        draft,
        world,
        row,
        f"tax of {positive(row.amount)} was withheld and the day has no payment",
        code=PARTNER,
        remedy=f'answer {{"code": "{PARTNER}", "line": {row.record.line}, "answer": '
        '"distribution"}: the tax itself was paid out, or "ignore"',
        choices=("distribution", _IGNORE),
    )
    if answer == _IGNORE:
        row.close(Status.INFO, "ignored by answer")
    elif answer is not None:
        federal, state = _withheld([row])
        event = make(row, EventKind.DISTRIBUTION, federal + state, row.source)
        draft.book(replace(event, withheld=federal or None, state_withheld=state or None), row)
