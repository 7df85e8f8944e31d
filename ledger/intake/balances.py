"""Balances that a file or the user states: an opening once, a check ever after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from ledger.chart import Pool, Source, TaxCharacter
from ledger.importers.sources import canonical
from ledger.intake.draft import Difference, FileDraft, Row, Status
from ledger.intake.events import make
from ledger.intake.settle import ask_row, bad_answer
from ledger.intake.world import World, values
from ledger.money import ZERO, BadAmount, Money
from ledger.records import Event, EventKind, RowKind

Closing = Mapping[Source, Money]  # what the user says each source was worth
_CHECK = "check"


def settle_balances(draft: FileDraft, world: World) -> None:
    """Book the opening rows of an account without history; the others are only compared."""
    groups: dict[tuple[str, date], list[Row]] = {}
    for row in draft.rows:
        if row.kind is RowKind.BALANCE and row.event is None and not row.settled:
            groups.setdefault((row.account, row.day), []).append(row)
    for (account, day), rows in groups.items():
        if not _has_history(draft, world, account, day):
            for row in rows:
                _open(draft, world, row)
            continue
        for row in rows:
            row.close(Status.INFO, "a check, never booked")
        if all(row.source is None for row in rows):
            _compare_whole(draft, world, account, rows)


def _has_history(draft: FileDraft, world: World, account: str, day: date) -> bool:
    earlier = any(row.account == account and row.day < day for row in draft.rows)
    return earlier or any(fact.event.day <= day for fact in world.facts_of(account))


def _open(draft: FileDraft, world: World, row: Row) -> None:
    source = row.source
    plan = world.accounts[row.account].kind.is_plan
    if not plan or (source and source.character is TaxCharacter.PRE_TAX):
        draft.book(_opening(row, row.amount, source, ZERO if plan else None), row)
        return
    where = f"of source {source}" if source else "whose source the file does not say"
    answer = ask_row(
        draft,
        world,
        row,
        f"the account starts with {row.amount} {where}: how much of it was taxed already?",
        code="opening_balance",
        remedy=f'answer {{"code": "opening_balance", "line": {row.record.line}, "answer": '
        '{"source": "after_tax", "basis": "1234.56"}}, or amounts of several pre-tax sources '
        '{"pre_tax": "6000.00", "match": "4000.00"}, or "check" when it is not to be booked',
        choices=(_CHECK, "<SOURCE BASIS>"),
    )
    if answer == _CHECK:
        row.close(Status.INFO, "a check, never booked, by answer")
    elif answer is not None:
        for event in _told(row, answer):
            draft.book(event, row)


def _told(row: Row, answer: Any) -> list[Event]:
    """Return the opening events an answer describes."""
    if isinstance(answer, str):
        words = answer.split() or [""]
        answer = {"source": words[0], "basis": words[1] if len(words) > 1 else ""}
    try:
        shares = _opening_shares(row, answer)
    except (BadAmount, ValueError):
        shares = []
    if Money.total(value for _, value, _ in shares) != row.amount:
        remedy = 'answer {"source": SOURCE, "basis": "0.00"}; pre-tax money has basis 0'
        raise bad_answer(row, "opening_balance", answer, remedy)
    return [_opening(row, value, source, basis) for source, value, basis in shares]


def _opening_shares(row: Row, answer: Mapping[str, Any]) -> list[tuple[Source, Money, Money]]:
    """Return (source, value, basis) of each source; ValueError where a basis is not said."""
    if "source" in answer:
        source = Source(answer["source"])
        basis = str(answer.get("basis", "")) or _no_basis(source)
        return [(source, row.amount, Money.parse(basis))]
    named = [(Source(name), Money.parse(str(share))) for name, share in answer.items()]
    return [(source, share, Money.parse(_no_basis(source))) for source, share in named]


def _no_basis(source: Source) -> str:
    """Return the basis that needs no statement: pre-tax money has none."""
    if source.character is not TaxCharacter.PRE_TAX:
        raise ValueError(source)
    return "0"


def _opening(row: Row, value: Money, source: Source | None, basis: Money | None) -> Event:
    event = make(row, EventKind.OPENING, value, source)
    return replace(event, amount=None, value=event.amount, basis=basis)


def _compare_whole(draft: FileDraft, world: World, account: str, rows: Sequence[Row]) -> None:
    """Note how an opening row of a later file compares with the ledger; it is no fault."""
    eve = date.fromordinal(rows[0].day.toordinal() - 1)
    booked = _whole(values(_events(draft, world, [draft], account), world.accounts, eve), account)
    stated = Money.total(row.amount for row in rows)
    if stated != booked:
        draft.notes.append(
            f"{rows[0].day.isoformat()}: the file starts with {stated}, the ledger has {booked} "
            "(gains in price are in no row; a statement's closing balance brings them in)"
        )


def check_closing(
    draft: FileDraft, world: World, drafts: Sequence[FileDraft], told: Closing
) -> None:
    """Compare the balances that the file or the user states with the books, pool by pool."""
    stated: list[tuple[str, date, str, Source | None, Money]] = []
    for closing in draft.reading.closing:
        account = _account_of(draft, closing.account)
        if account:
            stated.append((closing.where, closing.day, account, closing.source, closing.value))
    last = max((row.day for row in draft.rows), default=date.min)
    if draft.reading.period:
        last = max(last, draft.reading.period[1])
    for source, value in told.items():
        stated.append(("--closing", last, draft.account, source, value))
    for where, day, account, named, value in stated:
        pools = values(_events(draft, world, drafts, account), world.accounts, day)
        booked = _whole(pools, account) if named is None else Money(pools[Pool(account, named)])
        if booked != value:
            pool = f"{account}:{named}" if named else account
            draft.differences.append(Difference(where, pool, value, booked))


def _account_of(draft: FileDraft, text: str) -> str:
    ids = {row.account for row in draft.rows if row.account and text in {"", row.record.account}}
    return ids.pop() if len(ids) == 1 else draft.account


def _events(
    draft: FileDraft, world: World, drafts: Sequence[FileDraft], account: str
) -> list[Event]:
    events = [fact.event for fact in world.facts_of(account)]
    for other in {id(d): d for d in (*drafts, draft)}.values():
        events += [made.event for made in other.drafts]
    return events


def _whole(pools: Mapping[Pool, int], account: str) -> Money:
    return Money(sum(cents for pool, cents in pools.items() if pool.account == account))


def read_closing(texts: Iterable[str]) -> dict[Source, Money]:
    """Read "after_tax=1234.56" as the options of a command give it; raise ValueError."""
    out: dict[Source, Money] = {}
    for text in texts:
        name, mark, amount = text.partition("=")
        source = canonical(name)
        if not mark or source is None:
            raise ValueError(text)
        out[source] = Money.parse(amount)
    return out
