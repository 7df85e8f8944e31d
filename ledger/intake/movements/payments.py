"""What an account pays out, where it went, and what came in as a rollover."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from ledger.chart import Source
from ledger.intake.draft import FileDraft, Row, Status
from ledger.intake.movements.plan_legs import payment_id
from ledger.intake.movements.split_payments import Arrival, adding_up, arrivals, read_parts
from ledger.intake.movements.waiting import CAME, complete, hint, lone_leg
from ledger.intake.owners import owned_by
from ledger.intake.rows.events import make, positive
from ledger.intake.rows.in_kind import ON_THE_WAY
from ledger.intake.rows.settle import ask_row, bad_answer
from ledger.intake.world import World
from ledger.money import ZERO, Money
from ledger.records import CASH, STATE_WITHHELD, WITHHELD, Event, EventKind, Part, RowKind

# How far apart two legs of a rollover are looked for. Whether it was in time is for the law.
ROLLOVER_SEARCH = timedelta(days=60)
_PAID = frozenset({RowKind.DISTRIBUTION, RowKind.ROLLOVER_OUT})
_CONVERTED = "in_plan_conversion"
_STATE = re.compile(r"\bSTATE\b", re.IGNORECASE)  # "STATE TAX W/H": tax of a state
_SPLIT = "split"  # to the two accounts whose deposits add up to the payment
_NOT_SAID = "all"  # no source: the plan took from every source


def book_payments(drafts: Iterable[FileDraft], world: World) -> None:
    """Book distributions with the tax withheld from them, then the rollovers that came in."""
    listed = list(drafts)
    for draft in listed:
        days: dict[tuple[str, str], list[Row]] = {}
        for row in draft.rows:
            if row.settled or row.event is not None:
                continue
            if row.kind in _PAID or row.kind is RowKind.WITHHOLDING:
                days.setdefault((row.account, row.day.isoformat()), []).append(row)
        for rows in days.values():
            _book_day(draft, world, rows, listed)
    explained: set[tuple[int, int]] = set()  # parts of distributions that a row is the arrival of
    for draft in listed:
        for row in draft.rows:
            if row.kind is RowKind.ROLLOVER_IN and not row.settled and row.event is None:
                _book_rollover_in(draft, world, row, listed, explained)


@dataclass(frozen=True)
class _Payer:
    """One file whose payments are booked, with the files and books their other sides are in."""

    draft: FileDraft
    world: World
    drafts: Sequence[FileDraft]

    def parts(self, row: Row, withheld: Money) -> list[Part] | str | None:
        """Return where a payment went, "in_plan_conversion", or None while it is asked for.

        An IRA's own words say that it was paid out; a plan's withdrawal can be a rollover, into
        one account or divided among several.
        """
        account = self.world.accounts[row.account]
        amount = positive(row.amount) - _inside(row)
        if row.kind is RowKind.DISTRIBUTION and (withheld > ZERO or not account.kind.is_plan):
            return [Part(to=CASH, amount=amount)]
        receivers = [
            a.id for a in owned_by(self.world.accounts, account.owner) if a.id != account.id
        ]
        came = self._came_in(receivers, amount, row)
        if row.kind is RowKind.ROLLOVER_OUT and [one.day for one in came] == [row.day]:
            return [Part(to=came[0].account, amount=amount)]
        split = adding_up(arrivals(self.world, self.drafts, receivers, row), amount)
        if split and not came and all(one.day == row.day for one in split):
            return _divided(split)
        near = hint(self.world, receivers, CAME, amount, row.day) + "".join(
            f"; as much came into {one.account} on {one.day.isoformat()} ({one.record.where})"
            for one in came
        )
        if split:
            near += f"; {' and '.join(one.words for one in split)} add up to it"
        choices = [CASH, *receivers, *([_SPLIT] if split else [])]
        if account.kind.is_plan and row.source is not None:
            choices.append(_CONVERTED)
        answer = ask_row(
            self.draft,
            self.world,
            row,
            f"{positive(row.amount)} left {account.id} and the file does not say where it "
            f"went{near}",
            code="partner_unknown",
            remedy=f'answer {{"code": "partner_unknown", "line": {row.record.line}, "answer": '
            f"TO}}: one of {', '.join(choices)}; where it was divided "
            f'{{"parts": [{{"to": "{CASH}", "amount": "{amount.plain}"}}, …]}}, which add up to '
            f"{amount}; Form 1099-R box 7 shows a rollover by code G",
            choices=(*choices, "<TO=DOLLARS …>"),
        )
        if answer is None or answer == _CONVERTED:
            return answer
        if split and answer == _SPLIT:
            return _divided(split)
        return self._told(row, answer, [CASH, *receivers], amount)

    @staticmethod
    def _told(row: Row, answer: object, receivers: list[str], amount: Money) -> list[Part]:
        """Return the parts that an answer tells: all to one, or each with its amount."""
        if answer in receivers:
            return [Part(to=str(answer), amount=amount)]
        remedy = f"answer one of {', '.join(receivers)}, or parts that add up to {amount}"
        if answer == _SPLIT:
            reason = f"no two deposits are known that add up to {amount}"
            raise bad_answer(row, "partner_unknown", answer, remedy, reason)
        try:
            return read_parts(answer, receivers, amount)
        except ValueError as reason:
            raise bad_answer(row, "partner_unknown", answer, remedy, str(reason)) from None

    def _came_in(self, receivers: Sequence[str], amount: Money, row: Row) -> list[Row]:
        """Return rollovers of the same amount that files of this import show coming in."""
        return [
            other
            for draft in self.drafts
            for other in draft.rows
            if other.kind is RowKind.ROLLOVER_IN
            and not other.settled
            and other.account in receivers
            and other.amount == amount
            and abs(other.day - row.day) <= ON_THE_WAY
        ]

    def complete(self, main: Row, part: Part) -> None:
        """Put a direct rollover in the place of the money that came in alone, if it did."""
        day = main.day
        lone = None if part.to == CASH else lone_leg(self.world, part.to, CAME, part.amount, day)
        if lone is not None:
            complete(self.draft, self.world, main, lone)


def _book_day(draft: FileDraft, world: World, rows: list[Row], drafts: Sequence[FileDraft]) -> None:
    """Book the payments of one account and day: one distribution for each source."""
    paid = [row for row in rows if row.kind in _PAID]
    withheld = [row for row in rows if row.kind is RowKind.WITHHOLDING]
    if not paid:
        for row in withheld:
            _book_withholding_alone(draft, world, row)
        return
    by_source: dict[str, list[Row]] = {}
    for row in paid:
        source = _source_of(draft, world, row)
        if source is not None:
            by_source.setdefault(source, []).append(row)
    largest = max(
        by_source, key=lambda s: sum(abs(r.amount.cents) for r in by_source[s]), default=""
    )
    for source, group in by_source.items():
        tax = [w for w in withheld if (w.source or largest) == source]
        _book_group(_Payer(draft, world, drafts), group, tax)
    for row in withheld:
        if not row.settled:
            row.close(Status.QUESTION, "waits for its distribution")


def _source_of(draft: FileDraft, world: World, row: Row) -> str | None:
    """Return the source a payment came from, "" for an IRA, or None while it is asked for."""
    if not world.accounts[row.account].kind.is_plan:
        return ""
    if row.source is not None:
        return row.source
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
    if answer is None:
        return None
    row.source = None if answer == _NOT_SAID else Source(answer)
    return row.source or _NOT_SAID


def _book_group(payer: _Payer, group: list[Row], tax: list[Row]) -> None:
    draft = payer.draft
    federal, state = _withheld([*group, *tax])
    withheld = federal + state
    parts: list[Part] = []
    paid = []
    for row in group:
        told = payer.parts(row, withheld)
        if told == _CONVERTED:
            event = make(row, EventKind.IN_PLAN_CONVERSION, positive(row.amount), row.source)
            draft.book(event, row)
            continue
        if told is None or isinstance(told, str):
            for waiting in (*group, *tax):
                waiting.status, waiting.settled = Status.QUESTION, True
            return
        parts += told
        paid.append(row)
    if not paid:
        return
    main = max(paid, key=lambda row: abs(row.amount.cents))
    event = replace(
        make(main, EventKind.DISTRIBUTION, Money.total(p.amount for p in parts), main.source),
        withheld=federal or None,
        state_withheld=state or None,
        id=payment_id(main),
    )
    if all(part.to == CASH for part in parts):
        event = replace(event, amount=Money.total(p.amount for p in parts) + withheld)
    else:
        event = replace(event, amount=None, parts=_with_tax(parts, withheld))
        for part in parts:
            payer.complete(main, part)
    draft.book(event, main, *(row for row in (*paid, *tax) if row is not main))


def _withheld(rows: list[Row]) -> tuple[Money, Money]:
    """Return the federal and the state tax of rows of withholding and of gross payments."""
    federal, state = ZERO, ZERO
    for row in rows:
        if row.kind is not RowKind.WITHHOLDING:
            federal += _stated(row, WITHHELD)
            state += _stated(row, STATE_WITHHELD)
        elif _STATE.search(f"{row.record.raw_type} {row.record.memo}"):
            state += positive(row.amount)
        else:
            federal += positive(row.amount)
    return federal, state


def _divided(split: Iterable[Arrival]) -> list[Part]:
    return [Part(to=one.account, amount=one.amount) for one in split]


def _inside(row: Row) -> Money:
    """Return the tax that a row states inside its gross payment."""
    return _stated(row, WITHHELD) + _stated(row, STATE_WITHHELD)


def _stated(row: Row, key: str) -> Money:
    return Money.parse(row.record.extra.get(key, "0"), evidence=row.record.where)


def _with_tax(parts: list[Part], withheld: Money) -> tuple[Part, ...]:
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
        code="partner_unknown",
        remedy=f'answer {{"code": "partner_unknown", "line": {row.record.line}, "answer": '
        '"distribution"}: the tax itself was paid out, or "ignore"',
        choices=("distribution", "ignore"),
    )
    if answer == "ignore":
        row.close(Status.INFO, "ignored by answer")
    elif answer is not None:
        federal, state = _withheld([row])
        event = make(row, EventKind.DISTRIBUTION, federal + state, row.source)
        taxed = replace(event, withheld=federal or None, state_withheld=state or None)
        draft.book(replace(taxed, id=payment_id(row)), row)


def _book_rollover_in(
    draft: FileDraft,
    world: World,
    row: Row,
    drafts: list[FileDraft],
    explained: set[tuple[int, int]],
) -> None:
    """Book money that came from another plan or IRA, or join it with what left there."""
    owner = world.accounts[row.account].owner
    near = [
        event
        for event in (
            *(fact.event for fact in world.facts),
            *(made.event for other in drafts for made in other.drafts),
        )
        if event.kind is EventKind.DISTRIBUTION
        and world.accounts[event.account].owner == owner
        and abs(event.day - row.day) <= ROLLOVER_SEARCH
    ]
    sent = [
        (event, place)
        for event in near
        for place, part in enumerate(event.parts)
        if part.to == row.account
        and part.amount == row.amount
        and (id(event), place) not in explained
    ]
    if sent:
        event, place = min(sent, key=lambda one: abs(one[0].day - row.day))
        same = _is_its_arrival(draft, world, row, event)
        if same:
            explained.add((id(event), place))
            row.close(Status.INFO, "second leg of a rollover")
        if same is None or same:
            return
    origins = [event for event in near if _paid_cash(event, row.amount)]
    if not origins:
        draft.book(make(row, EventKind.ROLLOVER_IN, row.amount, row.source), row)
        return
    _ask_origin(draft, world, row, origins)


def _is_its_arrival(draft: FileDraft, world: World, row: Row, event: Event) -> bool | None:
    """Tell whether money that came in is what left a plan; None while it is asked.

    Within days it is, unless earlier files of the account have shown days in between: the
    arrival may be among their rows. Weeks later it may be another payment of the same amount.
    """
    between = min(event.day, row.day), max(event.day, row.day)
    shown = event.day != row.day and world.places(row.account, *between)
    if abs(event.day - row.day) <= ON_THE_WAY and not shown:
        return True
    answer = ask_row(
        draft,
        world,
        row,
        f"{row.amount} came in as a rollover on {row.day.isoformat()}: is it the same money as "
        f"what left {event.account} on {event.day.isoformat()}?",
        code="same_money",
        remedy=f'answer {{"code": "same_money", "line": {row.record.line}, "answer": "same"}} '
        'or "apart"',
        choices=("same", "apart"),
    )
    return None if answer is None else answer == "same"


def _ask_origin(draft: FileDraft, world: World, row: Row, origins: list[Event]) -> None:
    names = [event.name for event in origins]
    answer = ask_row(
        draft,
        world,
        row,
        f"{row.amount} came in as a rollover; {', '.join(names)} paid out as much shortly before",
        code="rollover_origin",
        remedy=f'answer {{"code": "rollover_origin", "line": {row.record.line}, "answer": EVENT}}: '
        f'{", ".join(names)}, or "outside" when it came from elsewhere',
        choices=(*names, "outside"),
    )
    if answer is None:
        return
    if answer == "outside":
        draft.book(make(row, EventKind.ROLLOVER_IN, row.amount, row.source), row)
        return
    origin = next(event for event in origins if event.name == answer)
    event = make(row, EventKind.ROLLOVER_60DAY, row.amount)
    draft.book(replace(event, account=origin.account, to=row.account, of=origin.name), row)


def _paid_cash(event: Event, amount: Money) -> bool:
    """Tell whether a distribution paid so much in cash, before or after tax withheld."""
    if event.to:
        return False
    cash = [p.amount for p in event.parts if p.to == CASH] or [event.amount or ZERO]
    return any(amount in {paid, paid - event.tax_withheld} for paid in cash)
