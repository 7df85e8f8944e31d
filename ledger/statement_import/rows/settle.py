"""What single rows leave open: an unknown type, an unknown source, a tax year not said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ledger.chart import Source
from ledger.errors import LedgerError
from ledger.events import Sources
from ledger.importers.signs import LEAVING, contradicts, sign_of, toward
from ledger.importers.sources import doubt
from ledger.records import NEVER_BOOKED, RowKind
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row, Status
from ledger.statement_import.questions.rows import (
    SignUnknown,
    SourceTyped,
    SourceUnknown,
    TaxYearUnknown,
    TypeUnknown,
)
from ledger.text import safe

# A deposit until the due date of the return may count for the year before. Due dates are law and
# have been postponed by up to three months, so every deposit of these months is asked about.
LAST_DOUBTFUL_DEPOSIT = (7, 15)  # month, day


def settle_types(draft: FileDraft, context: ImportContext) -> None:
    """Take what answers say that rows of unknown type are: then they are compared like others."""
    for row in draft.open:
        if row.event is None and row.kind is RowKind.UNKNOWN:
            _settle_type(draft, context, row)


def settle_rows(draft: FileDraft, context: ImportContext) -> None:
    """Take what answers say about single rows; mark those that still wait and those to skip."""
    for row in draft.open:
        if row.event is not None:
            _settle_event(draft, context, row)
        else:
            _settle_row(draft, context, row)


def _settle_row(draft: FileDraft, context: ImportContext, row: Row) -> None:
    if contradicts(row.record, row.kind):
        row = _settle_sign(draft, context, row)
    named = row.kind not in NEVER_BOOKED or (row.kind is RowKind.EXCHANGE and bool(row.units))
    if draft.is_open(row) and named:
        row = _settle_source(draft, context, row)
    # a zero amount may hide a conversion: allocation asks for the amount
    hides = row.record.question == "possible_conversion"
    if draft.is_open(row) and row.kind in NEVER_BOOKED and not hides:
        draft.close(row, Status.INFO, row.kind.value)


def _settle_type(draft: FileDraft, context: ImportContext, row: Row) -> None:
    source = context.source_named(row.account, row.record.source_text, row.record.source)
    comes_back = row.amount.cents > 0 or source is Source.IN_PLAN_ROTH
    question = TypeUnknown(at=row.at, amount=row.record.amount, comes_back=comes_back)
    answer = context.ask(draft, question, row)
    if answer is not None:
        _refuse_unsigned_fee(draft, row, answer)
        if answer == RowKind.TAKEN_BACK and not comes_back:
            remedy = "only money in, or what leaves in-plan Roth money again, undoes a row before"
            raise bad_answer(row, "type_unknown", answer, remedy, "the amount is not money in")
        _refuse_way(draft, row, RowKind(answer))
        draft.change(row, kind=RowKind(answer))


def _settle_sign(draft: FileDraft, context: ImportContext, row: Row) -> Row:
    """Let the kind that an answer gave say which way the row went; else ask which figure does."""
    record = row.record
    if row.kind is not record.kind and row.kind in LEAVING:
        record, _ = toward(record, row.kind, by_units=sign_of(record.units) < 0)
        return draft.change(row, record=record)
    answer = context.ask(
        draft, SignUnknown(at=row.at, amount=record.amount, units=record.units), row
    )
    if answer is None:
        return draft.now(row.key)
    record, kind = toward(record, row.kind, by_units=answer == "units")
    return draft.change(row, record=record, kind=kind)


def _refuse_unsigned_fee(draft: FileDraft, row: Row, answer: str) -> None:
    """Refuse "fee" for money that came in: a file without signs would turn fees into gains."""
    if sign_of(row.record.units) < 0:
        return  # units were taken for it: the amount lacks its sign
    same = (r for r in draft.rows if r.record.raw_type == row.record.raw_type)
    if answer == RowKind.FEE and row.amount.cents > 0 and not any(r.amount.cents < 0 for r in same):
        remedy = (
            "answer earnings for a fee that was given back; where the file prints no signs, read "
            'it by a column map with signs = "by_type"'
        )
        raise bad_answer(row, "type_unknown", answer, f"the amount is money in: {remedy}")


def _refuse_way(draft: FileDraft, row: Row, kind: RowKind) -> None:
    """Refuse a payment out for money that came in, where rows of the type have their signs."""
    same = (r for r in draft.rows if r.record.raw_type == row.record.raw_type)
    leaves = kind in LEAVING and kind is not RowKind.FEE
    if leaves and row.amount.cents > 0 and any(r.amount.cents < 0 for r in same):
        remedy = (
            "a payment that the plan took back is taken_back; what came from elsewhere is a "
            "rollover_in"
        )
        raise bad_answer(row, "type_unknown", kind.value, remedy, "the amount is money in")


def _settle_source(draft: FileDraft, context: ImportContext, row: Row) -> Row:
    record, source = row.record, None
    if context.accounts[row.account].kind.is_plan:
        source = context.source_named(row.account, record.source_text, record.source)
        if source is None and record.source_text and row.kind.spec.needs_source:
            at = replace(row.at, match=record.source_text)
            question = SourceUnknown(at=at, doubt=doubt(record.source_text))
            answer = context.ask(draft, question, row)
            row, source = draft.now(row.key), Source(answer) if answer is not None else None
    return row if row.source is source else draft.change(row, source=source)


def _settle_event(draft: FileDraft, context: ImportContext, row: Row) -> None:
    """Ask for the source of a typed event that needs one and has none."""
    event = row.event
    if event is None or event.sources or event.kind.spec.sources is Sources.ANY:
        return
    if event.is_shared or not context.accounts[row.account].kind.is_plan:
        return
    at = replace(row.at, match=row.record.source_text)
    answer = context.ask(draft, SourceTyped(at=at, event=event.kind.with_article), row)
    if answer is not None:
        source = Source(answer)
        draft.change(row, source=source, event=replace(event, sources=(source,)))


def tax_year(draft: FileDraft, context: ImportContext, row: Row) -> int | None:
    """Return the tax year of an IRA contribution, or None while it is asked for.

    The file may say it; a deposit late in the year counts for that year; else the user says it.
    """
    said = row.record.tax_year
    if said is not None:
        return said
    day = row.day
    if (day.month, day.day) > LAST_DOUBTFUL_DEPOSIT:
        return day.year
    years = (str(day.year), str(day.year - 1))
    question = TaxYearUnknown(at=row.at, amount=row.amount, day=day, years=years)
    answer = context.ask(draft, question, row)
    return None if answer is None else int(answer)


def bad_answer(row: Row, code: str, answer: Any, remedy: str, reason: str = "") -> LedgerError:
    """Return the fault of an answer that does not fit its question, with the reason if known."""
    why = f": {safe(reason, limit=120)}" if reason else ""
    return LedgerError(
        where=row.record.where,
        code="bad_answer",
        problem=f"'{safe(str(answer), limit=80)}' does not answer '{code}'{why}",
        remedy=remedy,
    )
