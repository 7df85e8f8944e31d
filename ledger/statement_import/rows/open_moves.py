"""Bank money of an IRA: what came in or left, where the file says no more than that it moved.

Money from a bank is most often a contribution, and money to a bank a distribution. It may as well
be a rollover within 60 days, a conversion, a gift to a charity, or a contribution taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ledger.events import Way
from ledger.importers.base import counted
from ledger.importers.vocabulary import DEPOSIT_UNKNOWN, PAYMENT_UNKNOWN
from ledger.money import Money
from ledger.records import RowKind, row_kind, rows_where
from ledger.statement_import.answers import normal
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row, grouped
from ledger.statement_import.owners import owned_by
from ledger.statement_import.questions.movements import PaidToBank
from ledger.statement_import.questions.question import IGNORE
from ledger.statement_import.questions.rows import TaxYearUnknown
from ledger.statement_import.rows.events import positive
from ledger.statement_import.rows.settle import LAST_DOUBTFUL_DEPOSIT

_CAME = {
    word: row_kind(word, Way.IN)
    for word in ("rollover", "transfer", "conversion", "recharacterization")
}
# What money that left an IRA may be besides a movement to another account.
_LEFT = rows_where(lambda spec: spec.event is not None and spec.event.leaves_an_ira)
LEFT_AS = tuple(kind.value for kind in RowKind if kind in _LEFT)
_NAMED = 12  # lines written out in a note


def settle_open_moves(draft: FileDraft, context: ImportContext) -> None:
    """Ask what bank money was; a deposit late in the year is taken for a contribution, and said."""
    taxed = {(r.account, r.day) for r in draft.rows if r.kind is RowKind.WITHHOLDING}
    paid: list[Row] = []
    late: list[Row] = []
    for row in draft.open:
        if row.event is not None or context.accounts[row.account].kind.is_plan:
            continue
        if row.record.question == DEPOSIT_UNKNOWN and row.kind is RowKind.CONTRIBUTION:
            late += [row] if _is_late(draft, context, row) else []
        elif row.record.question == PAYMENT_UNKNOWN and (row.account, row.day) not in taxed:
            # tax is withheld from a distribution alone
            paid.append(row)
    for rows in grouped(paid, lambda row: (row.account, normal(row.record.raw_type))).values():
        _settle_payments(draft, context, rows)
    if late:
        lines = ", ".join(str(row.record.line) for row in late[:_NAMED])
        first = _deposit_question(context, late[0])
        draft.notes.append(
            f"{counted(len(late), 'deposit')} from a bank after July 15 (line {lines}"
            f"{', …' if len(late) > _NAMED else ''}) taken for a contribution for the year of its "
            f"day; where one was none, answer {first.written('rollover')} or "
            f"{', '.join(list(_CAME)[1:])}"
        )


def _is_late(draft: FileDraft, context: ImportContext, row: Row) -> bool:
    """Settle one deposit; tell whether it was taken for a contribution without an answer."""
    doubtful = _is_doubtful(row)
    question = _deposit_question(context, row)
    answer = context.book.find(question)
    if answer is None and doubtful:
        draft.ask(question, (row,))
    elif answer == IGNORE:
        draft.ignore(row)
    elif answer in _CAME:
        draft.change(row, kind=_CAME[answer], record=replace(row.record, question=""))
    elif answer is not None:
        draft.change(row, record=replace(row.record, question="", tax_year=int(answer)))
    return answer is None and not doubtful


def _is_doubtful(row: Row) -> bool:
    return (row.day.month, row.day.day) <= LAST_DOUBTFUL_DEPOSIT


def _deposit_question(context: ImportContext, row: Row) -> TaxYearUnknown:
    day, roth = row.day, context.accounts[row.account].kind.is_roth_ira
    return TaxYearUnknown(
        at=row.at,
        amount=row.amount,
        day=day,
        years=(str(day.year), str(day.year - 1)) if _is_doubtful(row) else (str(day.year),),
        kinds=tuple(kind for kind in _CAME if kind != "conversion" or roth),
    )


def _settle_payments(draft: FileDraft, context: ImportContext, rows: Sequence[Row]) -> None:
    """Ask once what rows of one account and wording were that left for a bank."""
    waiting = []
    for row in rows:
        answer = context.book.propose(_payment_question(context, [row]))
        if answer is None:
            waiting.append(row)
        elif answer == IGNORE:
            draft.ignore(row)
        else:
            # an account or outside: the legs are joined, and the same answer settles the leg
            kind = RowKind(answer) if answer in LEFT_AS else RowKind.TRANSFER_OUT
            draft.change(row, kind=kind, record=replace(row.record, question=""))
    if waiting:
        draft.ask(_payment_question(context, waiting), waiting)


def _payment_question(context: ImportContext, rows: Sequence[Row]) -> PaidToBank:
    row, account = rows[0], context.accounts[rows[0].account]
    own = [a.id for a in owned_by(context.accounts, account.owner) if a.id != account.id]
    others = [name for name in own if not context.accounts[name].kind.is_plan]
    return PaidToBank(
        at=replace(row.at, lines=tuple(one.record.line for one in rows)),
        offered=(*LEFT_AS, *others, "outside", IGNORE),
        total=Money.total(positive(one.amount) for one in rows),
        payments=len(rows),
        here=account.id,
    )
