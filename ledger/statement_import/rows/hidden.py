"""Transfer rows of 0.00 that may hide an in-plan conversion: what answers say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ledger.chart import Source
from ledger.events import WHOLE, EventKind
from ledger.money import ZERO, BadAmount, Money
from ledger.records import RowKind
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row, Status, grouped
from ledger.statement_import.questions.movements import HiddenConversion, better_than
from ledger.statement_import.rows.events import make, positive
from ledger.statement_import.rows.settle import bad_answer

HIDDEN = "possible_conversion"


def settle_hidden(draft: FileDraft, context: ImportContext) -> None:
    """Take what answers say was converted: then such rows are compared like others."""
    for row in draft.open:
        hides = _hides(row) and context.accounts[row.account].kind.is_plan
        answer = context.book.find(_question(draft, [row])) if hides else None
        if answer == "none":
            draft.close(row, Status.INFO, "no conversion, by answer")
        elif answer == "all":
            _convert(draft, row, ZERO, Source.AFTER_TAX)
        elif answer is not None:
            _convert(draft, row, *_amount_and_source(row, answer))


def ask_hidden(draft: FileDraft) -> None:
    """Ask once for each account about the transfer rows of 0.00 that nothing told."""
    rows = sorted(filter(_hides, draft.open), key=lambda row: row.record.line)
    for group in grouped(rows, lambda row: (row.account, row.record.raw_type)).values():
        draft.ask(_question(draft, group), group)


def _hides(row: Row) -> bool:
    return row.kind is RowKind.INFO and row.record.question == HIDDEN


def _question(draft: FileDraft, rows: Sequence[Row]) -> HiddenConversion:
    days = sorted(row.day for row in rows)
    return HiddenConversion(
        at=replace(rows[0].at, lines=tuple(row.record.line for row in rows)),
        first=days[0],
        last=days[-1],
        better=better_than(draft.reading.importer),
    )


def _convert(draft: FileDraft, row: Row, amount: Money, source: Source) -> None:
    """Give a row its conversion; its units net to nothing and tell none. 0.00 is all there is."""
    made = make(row, EventKind.IN_PLAN_CONVERSION, amount, source)
    event = replace(made, units=None, price=None, reason="" if amount else WHOLE)
    record = replace(row.record, amount=-amount)
    draft.change(row, kind=RowKind.IN_PLAN_CONVERSION, record=record, event=event)


def _amount_and_source(row: Row, answer: Any) -> tuple[Money, Source]:
    """Read what was converted: {"amount", "source"} or "2008.00 after_tax"."""
    if isinstance(answer, Mapping):
        amount, source = str(answer.get("amount", "")), str(answer.get("source", ""))
    else:
        amount, _, source = str(answer).strip().partition(" ")
    try:
        found = positive(Money.parse(amount)), Source(source.strip())
    except (BadAmount, ValueError):
        found = Money(0), Source.AFTER_TAX
    if not found[0]:
        remedy = 'answer "none", "all" or an amount and a source: "2008.00 after_tax"'
        raise bad_answer(row, HIDDEN, answer, remedy)
    return found
