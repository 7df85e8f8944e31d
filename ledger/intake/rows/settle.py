"""What single rows leave open: an unknown type, an unknown source, a tax year not said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ledger.chart import Source
from ledger.errors import LedgerError
from ledger.importers.signs import LEAVING, contradicts, sign_of, toward
from ledger.importers.sources import doubt
from ledger.intake.answers import SOURCE_UNKNOWN
from ledger.intake.draft import FileDraft, Question, Row, Status
from ledger.intake.world import World
from ledger.records import EventKind, RowKind
from ledger.safetext import safe

# A deposit until the due date of the return may count for the year before. Due dates are law and
# have been postponed by up to three months, so every deposit of these months is asked about.
LAST_DOUBTFUL_DEPOSIT = (7, 15)  # month, day

_FIGURES = ("units", "amount")  # the two figures of a row whose signs may contradict each other
NEVER_BOOKED = frozenset({RowKind.INFO, RowKind.EXCHANGE})
# What a user may say of an unknown row: kinds that one row shows completely.
SAYABLE = (
    RowKind.CONTRIBUTION,
    RowKind.EARNINGS,
    RowKind.FEE,
    RowKind.DISTRIBUTION,
    RowKind.WITHHOLDING,
    RowKind.TRANSFER_IN,
    RowKind.TRANSFER_OUT,
    RowKind.CONVERSION_IN,
    RowKind.CONVERSION_OUT,
    RowKind.ROLLOVER_IN,
    RowKind.ROLLOVER_OUT,
    RowKind.LOAN,
    RowKind.LOAN_REPAYMENT,
    RowKind.QCD,
    RowKind.EXCHANGE,
    RowKind.INFO,
)
_NEEDS_SOURCE = frozenset(
    {
        *(RowKind.CONTRIBUTION, RowKind.EARNINGS, RowKind.FEE, RowKind.LOAN),
        *(RowKind.LOAN_REPAYMENT, RowKind.BALANCE, RowKind.CONVERSION_OUT),
        *(RowKind.DISTRIBUTION, RowKind.ROLLOVER_OUT, RowKind.IN_PLAN_CONVERSION),
    }
)


def ask_row(draft: FileDraft, world: World, row: Row, problem: str, **words: Any) -> Any | None:
    """Return the answer to a question about a row; without one keep the question open.

    ``words`` are the further fields of the Question (code, remedy, choices …).
    """
    question = row_question(draft, row, problem, **words)
    answer = world.book.propose(question)
    if answer is None:
        draft.ask(question, (row,))
    return answer


def row_question(draft: FileDraft, row: Row, problem: str, **words: Any) -> Question:
    """Return a question about a row, which an answer for its line or for its words settles."""
    return Question(
        file=draft.name,
        line=row.record.line,
        problem=problem,
        **{"match": row.record.raw_type, "account": row.account, "row": row.fingerprint, **words},
    )


def settle_types(draft: FileDraft, world: World) -> None:
    """Take what answers say that rows of unknown type are: then they are compared like others."""
    for row in draft.rows:
        if not row.settled and row.event is None and row.kind is RowKind.UNKNOWN:
            _settle_type(draft, world, row)


def settle_rows(draft: FileDraft, world: World) -> None:
    """Take what answers say about single rows; mark those that still wait and those to skip."""
    for row in draft.rows:
        if row.settled:
            continue
        if row.event is not None:
            _settle_event(draft, world, row)
            continue
        if contradicts(row.record, row.kind):
            _settle_sign(draft, world, row)
        if not row.settled and row.kind in NEVER_BOOKED:
            _settle_info(row)
        if not row.settled:
            _settle_source(draft, world, row)


def _settle_info(row: Row) -> None:
    if row.record.question == "possible_conversion":
        return  # a zero amount that may hide a conversion: allocation asks for the amount
    row.close(Status.INFO, row.kind.value)


def _settle_type(draft: FileDraft, world: World, row: Row) -> None:
    shown = safe(row.record.raw_type, limit=60)
    choices = tuple(kind.value for kind in SAYABLE)
    answer = ask_row(
        draft,
        world,
        row,
        f"the row type '{shown}' of {row.record.amount} is not known",
        code="type_unknown",
        remedy=f"say what it is, for all rows of this type in the account: "
        f'{{"code": "type_unknown", "match": "{shown}", "answer": KIND}}; KIND is one of '
        f"{', '.join(choices)}",
        choices=choices,
        general=True,
    )
    if isinstance(answer, str) and answer in choices:
        _refuse_unsigned_fee(draft, row, answer)
        row.kind = RowKind(answer)


def _settle_sign(draft: FileDraft, world: World, row: Row) -> None:
    """Let the kind that an answer gave say which way the row went; else ask which figure does."""
    record = row.record
    if row.kind is not record.kind and row.kind in LEAVING:
        row.record, _ = toward(record, row.kind, by_units=sign_of(record.units) < 0)
        return
    shown = safe(record.raw_type, limit=60)
    said = (f"{record.amount}", safe(record.units, limit=40))
    ways = ("out", "in") if record.amount.cents < 0 else ("in", "out")
    answer = ask_row(
        draft,
        world,
        row,
        f"amount and units of '{shown}' contradict each other: {said[0]} dollars went {ways[0]}, "
        f"{said[1]} units went {ways[1]}",
        code="sign_unknown",
        remedy=f"say whose sign is right, for all such rows of this type in the account: "
        f'{{"code": "sign_unknown", "match": "{shown}", "answer": "units"}} or "amount"; the '
        "balances on the statement show it",
        choices=_FIGURES,
        general=True,
    )
    if answer is not None:
        row.record, row.kind = toward(record, row.kind, by_units=answer == "units")


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


def _settle_source(draft: FileDraft, world: World, row: Row) -> None:
    record = row.record
    if not world.accounts[row.account].kind.is_plan:
        row.source = None
        return
    row.source = world.source_named(row.account, record.source_text, record.source)
    if row.source is not None or not record.source_text or row.kind not in _NEEDS_SOURCE:
        return
    problem, remedy = unknown_source(record.source_text)
    answer = ask_row(
        draft,
        world,
        row,
        problem,
        code="source_unknown",
        remedy=remedy,
        choices=tuple(Source),
        match=record.source_text,
        general=True,
    )
    if answer is not None:
        row.source = Source(answer)


def unknown_source(text: str) -> tuple[str, str]:
    """Return problem and remedy of a source's name that is not known, with the doubt there is."""
    shown, why = safe(text, limit=60), doubt(text)
    problem = f"the money source '{shown}' is not known{f': {why}' if why else ''}"
    remedy = (
        f'say which source it is, once for the plan: {{"code": "{SOURCE_UNKNOWN}", "match": '
        f'"{shown}", "answer": SOURCE}}; SOURCE is one of {", ".join(Source)}'
    )
    return problem, remedy


_EVENT_NEEDS_SOURCE = frozenset(
    {EventKind.OPENING, EventKind.CONTRIBUTION, EventKind.EARNINGS, EventKind.FEE}
    | {EventKind.IN_PLAN_CONVERSION, EventKind.LOAN}
)


def _settle_event(draft: FileDraft, world: World, row: Row) -> None:
    """Ask for the source of a typed event that needs one and has none."""
    event = row.event
    if event is None or event.sources or event.kind not in _EVENT_NEEDS_SOURCE:
        return
    if not world.accounts[row.account].kind.is_plan:
        return
    text = row.record.source_text
    shown = safe(text, limit=60)
    answer = ask_row(
        draft,
        world,
        row,
        f"the money source '{shown}' is not known"
        if text
        else f"a {event.kind.words} in a plan needs a money source",
        code="source_unknown",
        remedy=f"write one of {', '.join(Source)} in the column Source",
        choices=tuple(Source),
        match=text,
        general=bool(text),
    )
    if answer is not None:
        row.source = Source(answer)
        row.event = replace(event, sources=(row.source,))


def tax_year(draft: FileDraft, world: World, row: Row) -> int | None:
    """Return the tax year of an IRA contribution, or None while it is asked for.

    The file may say it; a deposit late in the year counts for that year; else the user says it.
    """
    said = row.record.tax_year
    if said is not None:
        return said
    day = row.day
    if (day.month, day.day) > LAST_DOUBTFUL_DEPOSIT:
        return day.year
    choices = (str(day.year), str(day.year - 1))
    answer = ask_row(
        draft,
        world,
        row,
        f"the file does not say for which tax year the deposit of {row.amount} on "
        f"{day.isoformat()} was made",
        code="tax_year_unknown",
        remedy=f'answer {{"code": "tax_year_unknown", "line": {row.record.line}, "answer": '
        f'"{choices[0]}"}} or "{choices[1]}": the trustee\'s Form 5498 shows it',
        choices=choices,
    )
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
