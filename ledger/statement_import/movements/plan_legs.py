"""Legs inside one plan: money that changes its source, and what a plan pays out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from ledger.chart import Source, TaxCharacter
from ledger.events import ROUNDED, EventKind, fund_key
from ledger.importers.legs import CONVERSIONS, IN, OUT
from ledger.money import ZERO, Money
from ledger.movements import ARRIVED_AS
from ledger.records import RowKind
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row, Status, grouped
from ledger.statement_import.movements.payment import open_rows
from ledger.statement_import.questions.movements import (
    PossibleConversion,
    PossibleInPlan,
    SameMoney,
)
from ledger.statement_import.questions.question import IGNORE
from ledger.statement_import.questions.rows import SourceNotSaid
from ledger.statement_import.rows.events import make, positive
from ledger.statement_import.rows.taken_back import as_told

_ROUNDING = 1  # cents by which two legs of one move may differ
_NEAR = timedelta(days=4)  # over a long weekend: the next business day


def pair_in_plan(drafts: Iterable[FileDraft], context: ImportContext) -> None:
    """Join the legs of in-plan conversions: same plan, same day, same amount but for rounding."""
    for draft in drafts:
        legs = [
            row
            for _, row in open_rows([draft], OUT | IN)
            if context.accounts[row.account].kind.is_plan
            # else the plan changed its recordkeeper: never a conversion
            and row.record.question != "partner_unknown"
        ]
        for rows in grouped(legs, _day_of).values():
            _pair_day(draft, context, rows)
        _pair_near(draft, context)


def _pair_near(draft: FileDraft, context: ImportContext) -> None:
    """Join a withdrawal with the deposit into Roth money of as much, some days apart in one plan.

    The conversion is of the day on which the money left. Where units do not say it too it is asked;
    where several withdrawals fit, which it was is asked with the halves of other files.
    """
    rows = [row for row in draft.open if row.event is None]
    rows = [row for row in rows if context.accounts[row.account].kind.is_plan]
    outs = [r for r in rows if r.kind is RowKind.DISTRIBUTION and r.source and not _is_roth(r)]
    ins = [r for r in rows if r.kind is RowKind.CONVERSION_IN and r.amount > ZERO]
    for into in [group for groups in (_by_row(ins), _by_day(ins)) for group in groups]:
        left = [o for groups in (_by_row(outs), _by_day(outs)) for o in groups if _fit(o, into)]
        left = [out for out in left if all(map(draft.is_open, out + into))]
        if len(left) == 1 and _is_one(draft, context, left[0], into):
            _convert(draft, context, left[0], into)


def _is_one(draft: FileDraft, context: ImportContext, out: list[Row], into: list[Row]) -> bool:
    """Tell whether what left and what came in are one conversion; ask where that is not sure."""
    first = into[0]
    units = [row.units for row in out + into]
    if all(units) and not sum(one or 0 for one in units):
        return True
    total = Money.total(row.amount for row in into)
    question = SameMoney(
        at=first.at,
        amount=total,
        day=first.day,
        other=out[0].day,
        sender=first.account,
        came_as="conversion",
    )
    answer = context.book.propose(question)
    if answer is None:
        draft.ask(question, out + into)
    return answer == SameMoney.SAME


def _by_row(rows: list[Row]) -> list[list[Row]]:
    return [[row] for row in rows]


def _by_day(rows: list[Row]) -> list[list[Row]]:
    return [group for group in grouped(rows, _day_of).values() if len(group) > 1]


def _day_of(row: Row) -> tuple[str, date]:
    return row.account, row.day


def _fit(out: list[Row], into: list[Row]) -> bool:
    apart = abs(out[0].day - into[0].day)
    near = timedelta(0) < apart <= _NEAR and out[0].account == into[0].account
    return near and not _apart(out + into)


def _is_roth(row: Row) -> bool:
    return row.source is not None and row.source.character is TaxCharacter.ROTH


def _pair_day(draft: FileDraft, context: ImportContext, rows: list[Row]) -> None:
    left, incoming = [r for r in rows if r.kind in OUT], [r for r in rows if r.kind in IN]
    for apart in (0, _ROUNDING):
        for out in tuple(left):
            found = next((into for into in incoming if _apart([out, into]) <= apart), None)
            if found is not None:
                left.remove(out)
                incoming.remove(found)
                _convert(draft, context, [out], [found])
    together = left + incoming
    if left and incoming and _apart(together) <= _ROUNDING * (len(together) - 1):
        _convert(draft, context, left, incoming)


def _apart(rows: list[Row]) -> int:
    """Return by how many cents the legs miss each other: units times price is rounded in each."""
    return abs(sum(row.amount.cents for row in rows))


def _convert(draft: FileDraft, context: ImportContext, outs: list[Row], ins: list[Row]) -> None:
    """Book each outgoing leg as a conversion; the incoming legs only confirm it.

    A cent by which they differ is a gain or loss of the Roth money, so that both sources hold
    what the statement says.
    """
    within = all(row.source and row.source.character is TaxCharacter.ROTH for row in outs + ins)
    if within and all(row.kind is RowKind.TRANSFER_OUT for row in outs):
        note = "moved within Roth money, which nothing is converted out of"
        _not_converted(draft, outs + ins, note)
        return
    if _into_roth(ins, outs):
        _take_back(draft, context, outs, ins)
        return
    converted = _booked(draft, context, outs, ins)
    whole, outs = converted == len(outs), [draft.now(out.key) for out in outs]
    if _apart(outs + ins) and whole:
        cents = Money.total(row.amount for row in outs + ins)
        gain = make(ins[0], EventKind.EARNINGS, cents, Source.IN_PLAN_ROTH)
        draft.book(replace(gain, fund="", units=None, price=None, reason=ROUNDED), ins[0])
    if whole:
        _book_new_funds(draft, outs, ins)
    waits = any(out.status is Status.QUESTION for out in outs)
    if not converted and not waits:
        _not_converted(draft, outs + ins, "no conversion, by answer")
        return
    for into in ins:
        note = f"second leg of {outs[0].record.where}"
        draft.close(into, Status.QUESTION if waits else Status.INFO, note)


def _take_back(draft: FileDraft, context: ImportContext, outs: list[Row], ins: list[Row]) -> None:
    """Ask whether Roth money that left for other money of the plan takes a conversion back."""
    amount = Money.total(into.amount for into in ins)
    question = PossibleInPlan(
        at=outs[0].at, amount=amount, funds=(), source_known=True, undoes=True
    )
    answer = context.ask(draft, question, *outs, *ins)
    if answer == IGNORE:
        _not_converted(draft, outs + ins, "no conversion, by answer")
    elif answer is not None:
        for row in outs + ins:
            if row.source is not None:
                draft.book(as_told(row, row.source), row)


def _booked(draft: FileDraft, context: ImportContext, outs: list[Row], ins: list[Row]) -> int:
    """Book the outgoing legs that were converted, where it must be asked by answer; count them."""
    sure = any(row.kind in CONVERSIONS for row in outs + ins) or _into_roth(outs, ins)
    converted = 0
    for out in outs:
        source = out.source if sure else _ask_source(draft, context, out, ins)
        if sure and source is None:
            source = which_source(draft, context, out)
        if source is not None:
            event = make(out, EventKind.IN_PLAN_CONVERSION, positive(out.amount), source)
            draft.book(event, out)
            converted += 1
    return converted


def _not_converted(draft: FileDraft, legs: list[Row], note: str) -> None:
    """Book nothing of money that moved; within one source its units changed their fund."""
    within = len({row.source for row in legs}) == 1
    for row in legs:
        kind = RowKind.EXCHANGE if within else row.kind
        draft.change(row, kind=kind, status=Status.INFO, note=note)


def _book_new_funds(draft: FileDraft, outs: list[Row], ins: list[Row]) -> None:
    """Book that converted money reached other funds than it left, as exchanges of Roth money."""
    left, reached = ({fund_key(row.record.investment) for row in legs} for legs in (outs, ins))
    later = max(row.day for row in (*outs, *ins))  # until then it keeps its units
    if left != reached and all(row.units for row in (*outs, *ins)):
        for row in (*outs, *ins):
            event = make(row, EventKind.EXCHANGE, row.amount, Source.IN_PLAN_ROTH)
            draft.book(replace(event, day=later), row)


def _into_roth(outs: list[Row], ins: list[Row]) -> bool:
    """Tell whether the sources say it: out of money that is no Roth money, into Roth money."""
    sources = [row.source for row in outs + ins]
    return None not in sources and all(
        (source.character is TaxCharacter.ROTH) == (place >= len(outs))
        for place, source in enumerate(sources)
        if source is not None
    )


def _ask_source(
    draft: FileDraft, context: ImportContext, out: Row, ins: list[Row]
) -> Source | None:
    """Ask whether money that changed its source was converted to Roth, and from which source."""
    question = PossibleInPlan(
        at=out.at,
        amount=positive(out.amount),
        funds=_funds(out, ins),
        source_known=out.source is not None,
    )
    answer = context.ask(draft, question, out)
    if answer == IGNORE:
        draft.ignore(out)
        return None
    if answer is None:
        return None
    return out.source if answer == PossibleConversion.CONVERTED else Source(answer)


def _funds(out: Row, ins: list[Row]) -> tuple[str, ...]:
    """Return the funds that money left and reached, () where the file does not tell."""
    left, reached = out.record.investment, {into.record.investment for into in ins}
    keys = {fund_key(fund) for fund in reached}
    return () if fund_key(left) in keys | {""} or "" in reached else (left, *sorted(reached))


def which_source(draft: FileDraft, context: ImportContext, row: Row) -> Source | None:
    """Ask from which source money was taken; None while the question is open."""
    answer = context.ask(draft, SourceNotSaid(at=row.at, amount=positive(row.amount)), row)
    return None if answer is None else Source(answer)


def book_lone_deposit(draft: FileDraft, context: ImportContext, row: Row) -> None:
    """Book an in-plan conversion of which the file shows only the deposit."""
    source = which_source(draft, context, row)
    if source is not None:
        event = make(row, EventKind.IN_PLAN_CONVERSION, positive(row.amount), source)
        name = f"{event.account}-{event.day.isoformat()}-{source}{ARRIVED_AS}"
        draft.book(replace(event, id=name), row)
