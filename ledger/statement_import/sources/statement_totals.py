"""What a statement states by source: it divides what a file without sources adds together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from ledger.chart import Source
from ledger.events import Event
from ledger.importers.reading import StatedTotal
from ledger.money import ZERO, Money
from ledger.statement_import.answers import said_today
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Row
from ledger.statement_import.questions.sources import StatementDivides
from ledger.statement_import.sources.allocation import Shares, split_rows
from ledger.store import STATED_BALANCE, STATED_TOTAL


class _Period(NamedTuple):
    first: date
    last: date


class _Stated(NamedTuple):
    """What each source got in a period, and where the statement says so.

    ``other`` is what another statement says of one of them, "" where none says another amount.
    """

    shares: dict[Source, Money]
    where: str
    other: str = ""


def keep_stated(draft: FileDraft, context: ImportContext) -> None:
    """Have what a statement without rows states remembered, for files that come later."""
    if draft.rows or not draft.account:
        return
    for total in draft.reading.totals:
        span = (total.first.isoformat(), total.last.isoformat())
        others = map(_opened, context.book.remembered(STATED_TOTAL, draft.account))
        draft.notes += [
            f"warning: {told}" for one in others if (told := _contradiction(one, total))
        ]
        _keep(draft, context, STATED_TOTAL, [*span, total.source, total.amount.plain, total.where])
    for one in draft.reading.closing:
        if one.day is not None and one.source is not None:
            said = [one.day.isoformat(), one.source, one.value.plain, one.where]
            _keep(draft, context, STATED_BALANCE, said)


def _keep(draft: FileDraft, context: ImportContext, code: str, said: Sequence[str]) -> None:
    # with the amount: of two statements that say another one neither takes the other's place
    match, why = " ".join(said[:-1]), f"stated by {said[-1]}"
    told = said_today(code, draft.account, match, json.dumps(said), why)
    context.book.keep(draft.name, told)


def divided(
    draft: FileDraft, context: ImportContext, rows: Sequence[Row], made: Iterable[Event]
) -> Iterator[tuple[Row, Shares]]:
    """Yield contribution rows of one account with their sources, as a statement divides them.

    ``rows`` wait for a source; ``made`` are the contributions that the books have. What the
    sources got besides them must be what the rows add up to. The user confirms it once.
    """
    left, made = list(rows), list(made)
    account = rows[0].account if rows else ""
    periods = _totals(context, account) if rows else {}
    for period, stated in sorted(periods.items(), key=lambda item: item[0].last - item[0].first):
        group = [row for row in left if period.first <= row.day <= period.last]
        shares = _besides(stated, period, made)
        if not group:
            continue
        if stated.other:
            draft.notes.append(f"warning: {stated.other}: rows are not divided by either")
            continue
        total = Money.total(row.amount for row in group)
        if min(shares.values(), default=ZERO) < ZERO or Money.total(shares.values()) != total:
            draft.notes.append(
                f"{stated.where}: contributions of {in_words(shares)} besides what the ledger has "
                f"from {_span(period)}; the rows without a source add up to {total}: not divided "
                "by it"
            )
        else:
            answer = context.ask(draft, _question(group, period, stated.where, shares), *group)
            if answer == StatementDivides.DIVIDE:
                splits = split_rows([row.amount for row in group], shares)
                yield from zip(group, splits, strict=True)
        left = [row for row in left if row not in group]


def _totals(context: ImportContext, account: str) -> dict[_Period, _Stated]:
    """Return what statements state of an account, of this import and of those before."""
    found: dict[_Period, _Stated] = {}
    listed = [_opened(text) for text in context.book.remembered(STATED_TOTAL, account)]
    for total in (*listed, *context.stated.get(account, ())):
        period = _Period(total.first, total.last)
        stated = found.setdefault(period, _Stated({}, total.where))
        amount = stated.shares.setdefault(total.source, total.amount)
        one = replace(total, amount=amount, where=stated.where)
        if told := _contradiction(one, total):
            found[period] = stated._replace(other=told)
    return found


def _contradiction(one: StatedTotal, other: StatedTotal) -> str:
    """Return in words that two statements say two amounts of one source and period, "" if not."""
    same = (one.first, one.last, one.source) == (other.first, other.last, other.source)
    if not same or one.amount == other.amount:
        return ""
    span = f"{one.first.isoformat()} to {one.last.isoformat()}"
    return (
        f"contributions to {one.source}, {span}: {one.amount} stated by {one.where}, "
        f"{other.amount} by {other.where}; undo the import of the one that is wrong"
    )


def _opened(text: str) -> StatedTotal:
    first, last, source, amount, where = json.loads(text)
    days = (date.fromisoformat(first), date.fromisoformat(last))
    return StatedTotal(where, *days, "", Source(source), Money.parse(amount))


def _besides(stated: _Stated, period: _Period, made: Iterable[Event]) -> dict[Source, Money]:
    """Return what each source got beyond the contributions that the books have."""
    booked: dict[Source, list[Money]] = {}
    for event in made:
        if event.source is not None and period.first <= event.day <= period.last:
            booked.setdefault(event.source, []).append(event.money("amount"))
    sources = dict.fromkeys((*stated.shares, *booked))
    shares = {s: stated.shares.get(s, ZERO) - Money.total(booked.get(s, ())) for s in sources}
    return {source: amount for source, amount in shares.items() if amount}


def _question(
    group: Sequence[Row], period: _Period, where: str, shares: Shares
) -> StatementDivides:
    """Show how a statement divides rows, and ask whether they are to be divided so."""
    first = min(group, key=lambda row: row.record.line)
    at = replace(
        first.at,
        row="",
        match=f"{period.first.isoformat()} {period.last.isoformat()}",
        lines=tuple(sorted(row.record.line for row in group)),
    )
    return StatementDivides(at=at, stated=where, period=_span(period), shares=in_words(shares))


def stated_balances(
    context: ImportContext, account: str, total: Money, day: date
) -> dict[Source, Money]:
    """Return the balances by source that a statement states for the eve of a day, or for it.

    None unless they add up to ``total``, what the file starts with.
    """
    told: dict[date, dict[Source, Money]] = {}
    for text in context.book.remembered(STATED_BALANCE, account):
        when, source, value, _ = json.loads(text)
        told.setdefault(date.fromisoformat(when), {})[Source(source)] = Money.parse(value)
    for one in context.balances.get(account, ()):
        if one.day is not None and one.source is not None:
            told.setdefault(one.day, {})[one.source] = one.value
    for when in (day - timedelta(days=1), day):
        shares = {source: value for source, value in told.get(when, {}).items() if value}
        if shares and Money.total(shares.values()) == total:
            return shares
    return {}


def _span(period: _Period) -> str:
    return f"{period.first.isoformat()} to {period.last.isoformat()}"


def in_words(shares: Mapping[Source, Money]) -> str:
    """Return shares in a line, "pre_tax 6,000.00, match 3,000.00", or "nothing"."""
    return ", ".join(f"{source} {amount}" for source, amount in shares.items()) or "nothing"
