"""What came into an account from another one: booked as its own side, asked about where it must."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ledger.booking import lacks_basis
from ledger.chart import Account, Source
from ledger.events import CONVERTED, ELSEWHERE, IN_TRANSIT, Event, EventKind, Way
from ledger.importers.legs import CONVERSIONS, IN
from ledger.money import ZERO
from ledger.movements import (
    ON_THE_WAY,
    ROLLED,
    SAID_SO,
    is_arrival,
    may_be_put_back,
    may_send,
)
from ledger.records import RowKind, row_kind
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row
from ledger.statement_import.movements.payment import (
    OPEN,
    Payment,
    answered,
    becomes_roth,
    entries_of,
    is_recharacterized,
    open_rows,
)
from ledger.statement_import.movements.payments import confirm_conversion
from ledger.statement_import.movements.plan_legs import book_lone_deposit, which_source
from ledger.statement_import.questions.movements import MovedAccounts, RolloverOrigin, SameMoney
from ledger.statement_import.questions.question import IGNORE
from ledger.statement_import.rows.events import make, positive

_CAME = {word: row_kind(word, Way.IN) for word in ("contribution", "rollover")}


def arrivals_of(drafts: Sequence[FileDraft], context: ImportContext) -> list[Payment]:
    """Return what came into accounts in these files, with what was answered about it."""
    for draft, row in open_rows(drafts, {RowKind.CONTRIBUTION}):
        rolled = row.source in ROLLED and context.accounts[row.account].kind.is_plan
        if rolled and row.amount > ZERO:
            draft.change(row, kind=RowKind.ROLLOVER_IN)  # nobody contributes to these sources
    found: dict[tuple[object, ...], Payment] = {}
    for draft, row in open_rows(drafts, IN | {RowKind.ROLLOVER_IN}):
        plan = context.accounts[row.account].kind.is_plan
        if plan and row.kind is RowKind.CONVERSION_IN:
            book_lone_deposit(draft, context, row)
            continue
        alone = row.place if row.kind is RowKind.ROLLOVER_IN else 0
        at = draft.kept_as, alone, row.account, row.day
        key = *at, row.kind, row.record.partner, row.source
        found.setdefault(key, Payment(draft, context, [])).keys.append(row.key)
    told = [
        [one] if one.kind is RowKind.ROLLOVER_IN else answered(one, _sender)
        for one in found.values()
    ]
    return [one for arrivals in told for one in arrivals if not _is_other(one)]


def _is_other(arrival: Payment) -> bool:
    """Settle what an answer says is no movement between accounts; tell whether it did."""
    if arrival.said == IGNORE:
        arrival.ignore()
        return True
    sender = arrival.context.accounts.get(str(arrival.said or arrival.partner))
    if is_recharacterized(arrival, sender, arrival.account):
        return True
    kind = _CAME.get(str(arrival.said)) if arrival.kind is not RowKind.ROLLOVER_IN else None
    if kind is None:
        return False
    for row in arrival.rows:
        arrival.draft.change(row, kind=kind)  # booked as any such row
    arrival.said = None
    return kind is RowKind.CONTRIBUTION


def possible(arrival: Payment) -> list[Event]:
    """Return the events of an arrival, its sender as far as it is known."""
    return [_event(arrival, row) for row in arrival.rows]


def _event(arrival: Payment, row: Row, source: Source | None = None) -> Event:
    """Return the side that came in; ``source`` is that of a plan which is said to have sent it."""
    rolled = row.kind is RowKind.ROLLOVER_IN
    kind = EventKind.ROLLOVER_IN if rolled else EventKind.TRANSFER_IN
    said = "" if arrival.said in {None, OPEN} else str(arrival.said)
    origin = said or arrival.partner or IN_TRANSIT
    if origin == ELSEWHERE and lacks_basis(_plain(row, kind), arrival.account):
        origin = IN_TRANSIT  # until somebody says what of it is basis
    crossed = becomes_roth(arrival.context.accounts.get(origin), arrival.account)
    converted = not rolled and (row.kind in CONVERSIONS or crossed)
    return replace(
        _plain(row, kind),
        origin=f"{origin}:{source}" if source is not None else origin,
        reason=CONVERTED if converted else "",
    )


def _plain(row: Row, kind: EventKind) -> Event:
    return make(row, kind, positive(row.amount), row.source)


def _choices(arrival: Payment) -> tuple[str, ...]:
    """Return what can be answered about where money came from."""
    row, converted = arrival.main, arrival.kind in CONVERSIONS
    others = tuple(a.id for a in arrival.own if _may_be_from(a, arrival.account, row))
    outside = () if converted and others else (ELSEWHERE,)
    came = () if arrival.account.kind.is_plan or converted else tuple(_CAME)
    came += (RowKind.RECHARACTERIZATION.value,) if came else ()
    return (*others, *outside, OPEN, IGNORE, *came)


def _may_be_from(here: Account, there: Account, row: Row) -> bool:
    if row.kind is RowKind.CONVERSION_IN and not (
        here.kind.is_pooled_traditional or here.kind.is_plan
    ):
        return False
    if becomes_roth(there, here):
        return False  # what goes that way is recharacterized
    if here.kind.is_plan or not there.kind.is_plan:
        return True
    return here.kind.is_pooled_traditional and row.source in {None, Source.ROLLOVER}


def book_arrival(arrival: Payment, met: str | None) -> None:
    """Book what came in as the side it is, or ask; ``met`` is the account it was found to be of.

    It is "" where several accounts sent it, None where nothing was found.
    """
    if arrival.kind is RowKind.ROLLOVER_IN:
        if met is not None or arrival.partner or not _explained(arrival):
            _book(arrival)
        return
    if arrival.said is None and not arrival.partner and met is None:
        arrival.ask(_sender(arrival))
        return
    sender = arrival.context.accounts.get(str(met or arrival.said or arrival.partner))
    plain = sender is None or arrival.kind in CONVERSIONS or arrival.account.kind.is_plan
    told = plain or (met is not None and not _is_open(arrival, met))
    if told or confirm_conversion(arrival, sender, arrival.account):
        _book(arrival, sender if met is None else None)


def _is_open(arrival: Payment, sender: str) -> bool:
    """Tell whether an earlier import shows what left, and nobody said that it was converted."""
    return any(
        fact.event.kind is EventKind.TRANSFER and fact.event.amount == arrival.total
        for fact in arrival.context.all_facts_of(sender)
        if abs(fact.event.day - arrival.main.day) <= ON_THE_WAY
    )


def _book(arrival: Payment, sender: Account | None = None) -> None:
    for row in arrival.rows:
        source = None
        if sender is not None and sender.kind.is_plan:
            source = which_source(arrival.draft, arrival.context, row)
            if source is None:
                continue
        arrival.draft.book(_event(arrival, row, source), row)


def _sender(arrival: Payment) -> MovedAccounts:
    """Return the question where money came from."""
    return MovedAccounts(at=arrival.at, offered=_choices(arrival), total=arrival.total, came=True)


def _explained(arrival: Payment) -> bool:
    """Tell whether a rollover is a payment put back, or asked to be one."""
    (row,) = arrival.rows
    context, draft = arrival.context, arrival.draft
    owner = arrival.account.owner
    near = [
        fact.event
        for account in context.accounts.values()
        if account.owner == owner
        for fact in context.facts_of(account.id)
        if fact.event.account == account.id
        and fact.event.kind is EventKind.DISTRIBUTION
        and abs(fact.event.day - row.day) <= SAID_SO
    ]
    near += [
        made.event
        for other in context.drafts
        for made in other.drafts
        if made.event.kind is EventKind.DISTRIBUTION
        and context.accounts[made.event.account].owner == owner
        and abs(made.event.day - row.day) <= SAID_SO
    ]
    # within days it would have met it, unless another deposit was the arrival
    sent = [e for e in near if _sent(e, row) and abs(e.day - row.day) > ON_THE_WAY]
    if sent:
        return _ask_same(arrival, min(sent, key=lambda event: abs(event.day - row.day)))
    return ask_put_back(draft, context, row, "rollover")


def _sent(event: Event, row: Row) -> bool:
    """Tell whether a payment named this account as the receiver of as much."""
    to = event.parts or ()
    said = any(part.to == row.account and part.amount == row.amount for part in to)
    return said or (event.to == row.account and event.amount == row.amount)


def _ask_same(arrival: Payment, event: Event) -> bool:
    """Ask whether money is what left an account weeks before; tell whether that settles it."""
    (row,) = arrival.rows
    question = SameMoney(
        at=row.at, amount=row.amount, day=row.day, other=event.day, sender=event.account
    )
    answer = arrival.context.ask(arrival.draft, question, row)
    if answer is not None:
        arrival.said = event.account if answer == SameMoney.SAME else ELSEWHERE
        _book(arrival)
    return True


def ask_put_back(draft: FileDraft, context: ImportContext, row: Row, came_as: str) -> bool:
    """Ask whether money is a payment in cash put back; tell whether there is one of as much."""
    booked = (made.event for other in context.drafts for made in other.drafts)
    entries = [*context.entries, *entries_of(booked, context)]
    paid = may_be_put_back(make(row, EventKind.ROLLOVER_IN, row.amount), entries, context.accounts)
    if not paid:
        return False
    names = tuple(event.name for event in paid)
    question = RolloverOrigin(at=row.at, amount=row.amount, payments=names, came_as=came_as)
    answer = context.ask(draft, question, row)
    if answer == ELSEWHERE and row.kind is RowKind.CONTRIBUTION:
        draft.change(row, origin=ELSEWHERE)
    elif answer == ELSEWHERE:
        draft.book(_event(Payment(draft, context, [row.key], said=ELSEWHERE), row), row)
    elif answer is not None:
        origin = next(event for event in paid if event.name == answer)
        event = make(row, EventKind.ROLLOVER_60DAY, row.amount)
        draft.book(replace(event, account=origin.account, to=row.account, of=origin.name), row)
    return True


def could_be_sent(arrival: Payment, event: Event) -> bool:
    """Tell whether an account of the chart can have sent what came in and names no sender."""
    if event.origin != IN_TRANSIT or not is_arrival(event):
        return False
    return any(may_send(a, event, arrival.account) for a in arrival.own)
