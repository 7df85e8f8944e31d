"""Rows from before the day on which the ledger opens their account: their money counts twice."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.chart import Source
from ledger.intake.draft import FileDraft, Question
from ledger.intake.world import World
from ledger.money import Money
from ledger.records import Event, EventKind

KEEP = "keep"
_NAMED = 12  # entries written out in a message
_Place = tuple[str, Source | None]


def ask_older_rows(draft: FileDraft, world: World) -> None:
    """Ask once for each account that opens on a later day than rows which this file books."""
    openings: dict[_Place, list[Event]] = {}
    for event in world.openings:
        if event.value:
            openings.setdefault((event.account, event.source), []).append(event)
    if not openings:
        return
    opened: dict[str, dict[int, Event]] = {}
    lines: dict[str, int] = {}
    for made in draft.drafts:
        for place in _places(made.event):
            for later in openings.get(place, ()):
                if later.day > made.event.day:
                    opened.setdefault(place[0], {})[id(later)] = later
                    line = made.rows[0].record.line
                    lines[place[0]] = min(line, lines.get(place[0], line))
    for account, later_ones in opened.items():
        question = _question(draft, account, lines[account], list(later_ones.values()))
        if world.book.propose(question) is None:
            draft.ask(question)


def _places(event: Event) -> Iterator[_Place]:
    """Yield the account and sources that an event moves money in; None is an IRA's."""
    if event.kind is EventKind.BALANCE:
        return
    for source in event.sources or (None,):
        yield event.account, source
    if event.kind is EventKind.IN_PLAN_CONVERSION:
        yield event.account, Source.IN_PLAN_ROTH


def _question(draft: FileDraft, account: str, line: int, openings: list[Event]) -> Question:
    first = min(event.day for event in openings)
    total = Money.total(event.value for event in openings if event.value)
    stored = [event.seq for event in openings if event.seq][:_NAMED]
    reversals = "; ".join(f'basis reverse {n} --why "older statements imported"' for n in stored)
    way = (
        f"take the opening back first: {reversals}"
        if stored
        else "import the older file first, by itself"
    )
    return Question(
        code="rows_before_opening",
        file=draft.name,
        line=line,
        problem=f"the ledger opens {account} on {first.isoformat()} with {total}, and this file "
        "has rows from before: what the opening holds of their money would count twice",
        remedy=f'{way}; or answer {{"code": "rows_before_opening", "line": {line}, "answer": '
        f'"{KEEP}"}} when the opening holds none of it',
        choices=(KEEP,),
        command=reversals,
        match=account,
        account=account,
        row=f"file {draft.reading.sha256}",
    )
