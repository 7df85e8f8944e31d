"""Rows that no allocation divides: asked about together, each distinct amount said once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from ledger.chart import Source
from ledger.intake.draft import FileDraft, Question, Row
from ledger.intake.sources.allocation import BY_VALUE
from ledger.intake.world import World
from ledger.money import Money
from ledger.records import RowKind
from ledger.safetext import safe

HIDDEN = "possible_conversion"
_NAMED = 12  # amounts or lines listed in one message
_BETTER = {
    "fidelity_netbenefits": "the Sources tab",
    "vanguard_ofxdownload": "the QFX download",
}


def find_allocation(draft: FileDraft, world: World, row: Row) -> object | None:
    """Return the answer that was given for one row, None without one."""
    return world.book.find(_of_row(draft, row))


def ask_allocation(draft: FileDraft, rows: Sequence[Row]) -> None:
    """Ask once for each account and kind which sources the rows belong to."""
    groups: dict[tuple[str, RowKind], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.account, row.kind), []).append(row)
    for group in groups.values():
        group.sort(key=lambda row: row.record.line)
        if len(group) == 1:
            draft.ask(_of_row(draft, group[0]), group)
        else:
            draft.ask(_of_group(draft, group), group)


def ask_hidden(draft: FileDraft, rows: Sequence[Row]) -> None:
    """Ask once for each account about transfer rows of 0.00 that may hide a conversion."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.account, row.record.raw_type), []).append(row)
    for group in groups.values():
        group.sort(key=lambda row: row.record.line)
        draft.ask(_of_hidden(draft, group), group)


def hidden_question(draft: FileDraft, row: Row) -> Question:
    """Return the question whether one transfer row of 0.00 hides a conversion."""
    return _of_hidden(draft, [row])


def _of_row(draft: FileDraft, row: Row) -> Question:
    line, kind = row.record.line, row.kind.value.replace("_", " ")
    return Question(
        code="allocation_needed",
        file=draft.name,
        line=line,
        problem=f"the file does not say which money source the {kind} of {row.amount} belongs to",
        remedy=f"{_ways(row)}, or answer {_one_row(line)}{_better_file(draft)}",
        choices=_choices(row),
        match=row.record.raw_type,
        account=row.account,
        row=row.fingerprint,
        kind=row.kind,
        totals=(row.amount,),
        lines=(line,),
    )


def _choices(row: Row) -> tuple[str, ...]:
    if row.kind is RowKind.CONTRIBUTION:
        return (*Source, "<SOURCE=AMOUNT,…>", "<pattern:SOURCE=AMOUNT,…>")
    return (*Source, BY_VALUE, "<SOURCE=AMOUNT,…>")


def _ways(row: Row) -> str:
    """Return the allocations that fit a row: a paycheck has a pattern, other rows a rule."""
    if row.kind is RowKind.CONTRIBUTION:
        return f"divide it with {_example(Counter([row.amount]))}"
    kind = row.kind.value
    return f"give a rule: --allocate rule:{kind}=SOURCE or rule:{kind}=by_value"


def _of_group(draft: FileDraft, rows: Sequence[Row]) -> Question:
    first = rows[0]
    kind = first.kind.value
    if first.kind is RowKind.CONTRIBUTION:
        totals = _paychecks(rows)
        told = f"give one pattern each (repeat --allocate): {_example(totals)}"
    else:
        totals = Counter(row.amount for row in rows)
        told = (
            f"give one rule for all of them: --allocate rule:{kind}=SOURCE or "
            f"rule:{kind}=by_value (every source by what it holds)"
        )
    return Question(
        code="allocation_needed",
        file=draft.name,
        line=first.record.line,
        problem=f"the file does not say which money sources its {kind.replace('_', ' ')} rows "
        f"belong to: {_listed(totals, _unit(rows))}",
        remedy=f"{told}; or answer row by row, {_one_row(first.record.line)}{_better_file(draft)}",
        choices=_choices(first),
        match=first.record.raw_type,
        account=first.account,
        row=first.fingerprint,
        kind=first.kind,
        totals=tuple(totals),
        lines=tuple(row.record.line for row in rows),
    )


def _paychecks(rows: Sequence[Row]) -> Counter[Money]:
    """Count the days by what was contributed on them: a file may cut a paycheck by fund."""
    days: dict[date, list[Money]] = {}
    for row in rows:
        days.setdefault(row.day, []).append(row.amount)
    return Counter(Money.total(amounts) for amounts in days.values())


def _unit(rows: Sequence[Row]) -> str:
    contributed = rows[0].kind is RowKind.CONTRIBUTION
    return "day" if contributed and len({row.day for row in rows}) < len(rows) else "row"


def _listed(totals: Counter[Money], unit: str) -> str:
    shown = [
        f"{count} {unit}{'s' if count > 1 else ''} of {amount}"
        for amount, count in list(totals.items())[:_NAMED]
    ]
    more = f" and {len(totals) - _NAMED} other amounts" if len(totals) > _NAMED else ""
    return ", ".join(shown) + more


def _example(totals: Counter[Money]) -> str:
    shown = [
        f"--allocate pattern:SOURCE=AMOUNT,… adding up to {amount.plain}"
        for amount in list(totals)[:_NAMED]
    ]
    return ", ".join(shown)


def _better_file(draft: FileDraft) -> str:
    """Name the file of the same recordkeeper that says the sources, where there is one."""
    other = _BETTER.get(draft.reading.importer)
    return f"; or import {other} first, which names the sources" if other else ""


def _one_row(line: int) -> str:
    return (
        f'{{"code": "allocation_needed", "line": {line}, "answer": SOURCE or '
        '{"pre_tax": "1500.00", …}}'
    )


def _of_hidden(draft: FileDraft, rows: Sequence[Row]) -> Question:
    first = rows[0]
    line, named = first.record.line, safe(first.record.raw_type, limit=60)
    lines = ", ".join(str(row.record.line) for row in rows[:_NAMED])
    more = ", …" if len(rows) > _NAMED else ""
    days = sorted(row.day.isoformat() for row in rows)
    what = (
        f"a '{named}' of 0.00 on {days[0]} may hide an in-plan Roth conversion"
        if len(rows) == 1
        else f"{len(rows)} '{named}' rows of 0.00 from {days[0]} to {days[-1]} (lines {lines}"
        f"{more}) may hide in-plan Roth conversions"
    )
    return Question(
        code="possible_conversion",
        file=draft.name,
        line=line,
        problem=f"{what}: the file adds all sources together",
        remedy=f'answer {{"code": "possible_conversion", "line": {line}, "answer": '
        '{"amount": "2008.00", "source": "after_tax"}} or "none"; or, when each of them converted '
        'all after-tax money without a gain, {"code": "possible_conversion", "match": '
        f'"{named}", "answer": "all"}}{_better_file(draft)}',
        choices=("none", "all", "<AMOUNT SOURCE>"),
        match=first.record.raw_type,
        account=first.account,
        row=first.fingerprint,
        lines=tuple(row.record.line for row in rows),
    )
