"""Bank money of an IRA: what came in or left, where the file says no more than that it moved.

Money from a bank is most often a contribution, and money to a bank a distribution. It may as well
be a rollover within 60 days, a conversion, a gift to a charity, or a contribution taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ledger.importers.base import counted
from ledger.importers.vocabulary import DEPOSIT_UNKNOWN, PAYMENT_UNKNOWN
from ledger.intake.answers import normal
from ledger.intake.draft import FileDraft, Question, Row, Status
from ledger.intake.owners import owned_by
from ledger.intake.rows.events import positive
from ledger.intake.rows.settle import LAST_DOUBTFUL_DEPOSIT, row_question
from ledger.intake.world import World
from ledger.money import Money
from ledger.records import RowKind

_IGNORE = "ignore"
_CAME = {
    "rollover": RowKind.ROLLOVER_IN,
    "transfer": RowKind.TRANSFER_IN,
    "conversion": RowKind.CONVERSION_IN,
    "recharacterization": RowKind.RECHARACTERIZATION,
}
# What money that left an IRA may be besides a movement to another account.
_PAID_OUT = RowKind.DISTRIBUTION.value
LEFT_AS = (_PAID_OUT, RowKind.QCD.value, RowKind.RETURN_OF_CONTRIBUTION.value)
_NAMED = 12  # lines written out in a note


def settle_open_moves(draft: FileDraft, world: World) -> None:
    """Ask what bank money was; a deposit late in the year is taken for a contribution, and said."""
    taxed = {(r.account, r.day) for r in draft.rows if r.kind is RowKind.WITHHOLDING}
    paid: dict[tuple[str, str], list[Row]] = {}
    late: list[Row] = []
    for row in draft.rows:
        if row.settled or row.event is not None or world.accounts[row.account].kind.is_plan:
            continue
        if row.record.question == DEPOSIT_UNKNOWN and row.kind is RowKind.CONTRIBUTION:
            late += [row] if _is_late(draft, world, row) else []
        elif row.record.question == PAYMENT_UNKNOWN and (row.account, row.day) not in taxed:
            # tax is withheld from a distribution alone
            paid.setdefault((row.account, normal(row.record.raw_type)), []).append(row)
    for rows in paid.values():
        _settle_payments(draft, world, rows)
    if late:
        lines = ", ".join(str(row.record.line) for row in late[:_NAMED])
        draft.notes.append(
            f"{counted(len(late), 'deposit')} from a bank after July 15 (line {lines}"
            f"{', …' if len(late) > _NAMED else ''}) taken for a contribution for the year of its "
            f'day; where one was none, answer {{"code": "tax_year_unknown", "line": '
            f'{late[0].record.line}, "answer": "rollover"}} or {", ".join(list(_CAME)[1:])}'
        )


def _is_late(draft: FileDraft, world: World, row: Row) -> bool:
    """Settle one deposit; tell whether it was taken for a contribution without an answer."""
    day = row.day
    doubtful = (day.month, day.day) <= LAST_DOUBTFUL_DEPOSIT
    years = (str(day.year), str(day.year - 1)) if doubtful else (str(day.year),)
    roth = world.accounts[row.account].kind.is_roth_ira
    kinds = [k for k in _CAME if k != "conversion" or roth]
    question = row_question(
        draft,
        row,
        f"the file does not say for which tax year the deposit of {row.amount} on "
        f"{day.isoformat()} was made, nor whether it was a contribution",
        code="tax_year_unknown",
        remedy=f'answer {{"code": "tax_year_unknown", "line": {row.record.line}, "answer": '
        f'"{years[0]}"}}, a tax year ({" or ".join(years)}) as the trustee\'s Form 5498 shows it; '
        f'when it was no contribution, {", ".join(kinds)} or "{_IGNORE}"',
        choices=(*years, *kinds, _IGNORE),
    )
    answer = world.book.find(question)
    if answer is None and doubtful:
        draft.ask(question, (row,))
    elif answer == _IGNORE:
        row.close(Status.INFO, "ignored by answer")
    elif answer in _CAME:
        row.kind = _CAME[answer]
        row.record = replace(row.record, question="")
    elif answer is not None:
        row.record = replace(row.record, question="", tax_year=int(answer))
    return answer is None and not doubtful


def _settle_payments(draft: FileDraft, world: World, rows: Sequence[Row]) -> None:
    """Ask once what rows of one account and wording were that left for a bank."""
    waiting = []
    for row in rows:
        answer = world.book.propose(_payment_question(draft, world, [row]))
        if answer is None:
            waiting.append(row)
        elif answer == _IGNORE:
            row.close(Status.INFO, "ignored by answer")
        else:
            # an account or outside: the legs are joined, and the same answer settles the leg
            row.kind = RowKind(answer) if answer in LEFT_AS else RowKind.TRANSFER_OUT
            row.record = replace(row.record, question="")
    if waiting:
        draft.ask(_payment_question(draft, world, waiting), waiting)


def _payment_question(draft: FileDraft, world: World, rows: Sequence[Row]) -> Question:
    row, account = rows[0], world.accounts[rows[0].account]
    own = [a.id for a in owned_by(world.accounts, account.owner) if a.id != account.id]
    others = [name for name in own if not world.accounts[name].kind.is_plan]
    choices = (*LEFT_AS, *others, "outside", _IGNORE)
    total = Money.total(positive(one.amount) for one in rows)
    what = f"{total} left" if len(rows) == 1 else f"{len(rows)} payments, {total} in all, left"
    return row_question(
        draft,
        row,
        f"{what} {account.id} for a bank and the file does not say what it was",
        code="partner_unknown",
        remedy=f'answer {{"code": "partner_unknown", "line": {row.record.line}, "answer": '
        f'"{_PAID_OUT}"}} when it was paid out, else one of {", ".join(choices[1:])}; '
        'with "match" instead of "line" for all rows of these words',
        choices=choices,
        lines=tuple(one.record.line for one in rows),
        proposal=_PAID_OUT,
        safe=True,
    )
