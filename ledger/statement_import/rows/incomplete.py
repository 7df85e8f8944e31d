"""Rows that say too little by themselves: no amount, or a movement that takes more than a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ledger.errors import LedgerError, LedgerErrors
from ledger.importers.signs import LEAVING
from ledger.money import BadAmount, Money
from ledger.records import NEVER_BOOKED, RowKind, rows_where
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row, Status
from ledger.statement_import.owners import partner_of
from ledger.statement_import.questions.question import IGNORE
from ledger.statement_import.questions.rows import AmountUnknown, NeedsMore
from ledger.statement_import.rows.events import positive
from ledger.statement_import.rows.in_kind import lacks_amount, take_value_of_twin
from ledger.statement_import.rows.settle import bad_answer

# The law needs figures that such a row does not show: net income, the tax year, the basis.
BY_HAND = rows_where(lambda spec: spec.event is not None and spec.event.takes_more_than_a_row)


def complete_rows(draft: FileDraft, context: ImportContext, drafts: Sequence[FileDraft]) -> None:
    """Ask for amounts that the file does not give, and for events that must be typed.

    The value of shares that moved between own accounts is asked once, of all ``drafts``.
    """
    for row in draft.open:
        if row.event is not None or row.kind in NEVER_BOOKED:
            continue
        unsaid = row.record.question == "type_unknown" and not row.amount
        if lacks_amount(row) and take_value_of_twin(draft, row, drafts, context):
            continue
        asks = row.record.question == "amount_unknown" or unsaid
        said = _ask_amount(draft, context, row) if asks else row
        if draft.is_open(said) and said.kind in BY_HAND:
            ask_typed(draft, context, said)


def refuse_unsettled(draft: FileDraft) -> None:
    """Raise LedgerErrors (``needs_more``) for rows that nothing has booked, closed or asked about.

    No row is ever passed over in silence, whatever its file or an answer said of it.
    """
    left = list(draft.open)
    if left:
        raise LedgerErrors(
            LedgerError(
                where=row.record.where,
                code="needs_more",
                problem=f"nothing books this row of {row.account} "
                f"({row.kind.value.replace('_', ' ')}, {row.amount})",
                remedy="check its type and account, or book it with basis add and answer its "
                "type with 'info'",
            )
            for row in left
        )


def _ask_amount(draft: FileDraft, context: ImportContext, row: Row) -> Row:
    """Put the value that the user states in the place of the amount that the row lacks."""
    record = row.record
    question = AmountUnknown(
        at=row.at,
        what=row.kind,
        units=record.units,
        named=record.investment or record.raw_type,
        day=row.day,
    )
    answer = context.ask(draft, question, row)
    if answer == IGNORE:
        draft.ignore(row)
    elif answer is not None:
        amount = _amount(row, answer).seen_at(record.where)
        draft.change(row, record=replace(record, amount=amount, question=""))
    return draft.now(row.key)


def _amount(row: Row, answer: object) -> Money:
    """Return the amount answered, with the sign of the row's direction."""
    try:
        amount = Money.parse(str(answer))
    except BadAmount:
        amount = Money(0)
    if not amount or (row.kind is not RowKind.EARNINGS and amount.cents < 0):
        remedy = f"answer its value in dollars, as 1234.56, or '{IGNORE}'"
        raise bad_answer(row, AmountUnknown.code, answer, remedy)
    return -amount if row.kind in LEAVING else amount


def ask_typed(draft: FileDraft, context: ImportContext, row: Row) -> None:
    """Ask the user to type an event whose figures one row cannot hold."""
    question = NeedsMore(
        at=row.at, what=row.kind, amount=positive(row.amount), typed=_command(context, row)
    )
    answer = context.ask(draft, question, row)
    if answer is not None:
        typed = answer == NeedsMore.TYPED
        draft.close(row, Status.INFO, "typed by hand" if typed else "ignored by answer")


def _command(context: ImportContext, row: Row) -> str:
    """Return the command that books the row's event, with every figure that the row does give."""
    spec = row.kind.spec.event
    if spec is None:
        return ""
    owner = context.accounts[row.account].owner
    other = partner_of(row.record.partner, context.accounts, owner) or "ACCOUNT"
    arrived = spec.needs_to and row.amount.cents > 0
    here, there = (other, row.account) if arrived else (row.account, other)
    words = f"basis add {row.kind.value} --account {here} --date {row.day.isoformat()}"
    words += f" --to {there}" if spec.needs_to else ""
    moved = positive(row.amount).plain
    if "earnings" not in spec.fields:
        of = " --of DISTRIBUTION" if "of" in spec.fields else ""
        basis = " --basis BASIS" if "basis" in spec.fields else ""
        return f"{words} --amount {moved}{of}{basis}"
    source = " --source SOURCE" if "sources" in spec.fields else ""
    year = row.record.tax_year or "YEAR"
    return (
        f"{words}{source} --year {year} --amount CONTRIBUTION --earnings NET_INCOME "
        f"(together they make {moved})"
    )
