"""Openings that an answer tells: what was there before a file starts, and how much was taxed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from ledger.chart import Pool, Source, TaxCharacter
from ledger.importers.sources import canonical
from ledger.intake.draft import FileDraft, Row
from ledger.intake.rows.events import make
from ledger.intake.rows.settle import ask_row, bad_answer
from ledger.intake.unseen.units import Shortage
from ledger.intake.world import OLDER_MONEY, World
from ledger.money import ZERO, Money
from ledger.records import Event, EventKind

NEEDED = "opening_needed"
LATER = "later"  # what was there is told before the year is worked out, which refuses till then
_LAST_DAY = re.compile(r"\s+([0-9]{4}-[0-9]{2}-[0-9]{2})$")
_NEXT_SHARE = re.compile(r"[\s,;]+(?=[A-Za-z_-]+=)")


class Opened(NamedTuple):
    """What a source held at an opening: its value, and the part of it that was taxed already."""

    source: Source | None
    value: Money
    basis: Money | None  # None: an IRA, whose basis belongs to the person


def opening(row: Row, opened: Opened) -> Event:
    """Return an opening as the event of a row."""
    event = make(row, EventKind.OPENING, opened.value, opened.source)
    return replace(event, amount=None, value=event.amount, basis=opened.basis)


def read_opened(answer: Any) -> list[Opened]:
    """Read sources with their values: {"match": "20000", "roth": {"value": …, "basis": …}}.

    The same in words: "match=20000 roth=15000/14000". Raises ValueError (BadAmount among them)
    for what is none, and where the basis of a taxed source is not said.
    """
    if isinstance(answer, str):
        pairs = [piece.partition("=") for piece in _NEXT_SHARE.split(answer.strip())]
        answer = {name: share for name, _, share in pairs}
    items = answer.items() if isinstance(answer, Mapping) else ()
    shares = [_share(str(name), share) for name, share in items]
    if not shares:
        raise ValueError("no source is named")
    if len({share.source for share in shares}) < len(shares):
        raise ValueError("a source comes twice")
    return [share for share in shares if share.value or share.basis]


def _share(name: str, told: Any) -> Opened:
    source = named_source(name)
    if isinstance(told, Mapping):
        if not {"value"} <= told.keys() <= {"value", "basis"}:
            raise ValueError(f"{name} needs 'value' and 'basis'")
        value, basis = str(told["value"]), str(told.get("basis", ""))
    else:
        value, _, basis = str(told).partition("/")
    return taxed_already(source, Money.parse(value), basis)


def named_source(name: str) -> Source:
    """Return the source of a name; ValueError for an unknown one."""
    source = canonical(name)
    if source is None:
        raise ValueError(f"'{name}' is no source: {', '.join(Source)}")
    return source


def taxed_already(source: Source, value: Money, basis: str) -> Opened:
    """Return an opening with its basis; ValueError where it is missing or not possible."""
    if not basis.strip():
        if source.character is not TaxCharacter.PRE_TAX:
            raise ValueError(f"how much of {source} was taxed already? write VALUE/BASIS")
        return Opened(source, value, ZERO)
    taxed = Money.parse(basis)
    if taxed < ZERO or (taxed and source.character is TaxCharacter.PRE_TAX):
        raise ValueError(f"{source} cannot have a basis of {taxed}")
    return Opened(source, value, taxed)


def older_money(
    draft: FileDraft, world: World, row: Row, source: Source, shortage: Shortage
) -> Event | None:
    """Ask what a source held before its file starts; None while the question is open.

    Without it the basis of the older money is unknown, and taking the excess for a gain would
    tax what was taxed already.
    """
    days = [r.day for r in draft.rows if r.account == row.account]
    days += [event.day for event, _ in world.facts_of(row.account) if event.source is source]
    found = (
        f"{shortage.leaving.normalize():f} units left {source}, the rows account for "
        f"{shortage.known.normalize():f}"
    )
    told = ask_opening(draft, world, row, Opener(row.account, source, min(days)), found)
    return told[0] if told else None


class Opener(NamedTuple):
    """What an opening is asked of: an account, one source of it, and the first day known of it.

    Without a source it is an IRA, or a plan that was not told which source money left.
    """

    account: str
    source: Source | None
    first: date
    later: bool = False  # the answer may come later: an IRA, a typed row that takes money back

    @property
    def pool(self) -> str:
        """The line of the chart of accounts, as questions name it."""
        return str(Pool(self.account, self.source or ""))


def ask_opening(
    draft: FileDraft, world: World, row: Row, opener: Opener, found: str
) -> list[Event] | None:
    """Ask what was there before the statements start; None while the question is open.

    Where it may be told later there is no opening yet, and the year that needs it is refused.
    """
    form = _form(opener, plan=(plan := world.accounts[opener.account].kind.is_plan))
    named = (f" --source {opener.source or 'SOURCE'}", " --basis BASIS")
    source, basis = named if plan else ("", "")
    command = (
        f"basis add opening --account {opener.account}{source} --date {form.day.isoformat()} "
        f"--value VALUE{basis}"
    )
    answer = ask_row(
        draft,
        world,
        row,
        f"{found}: it held money before its statements start",
        code="opening_needed",
        remedy=f"import the earlier statements of {opener.account} first; or say what it held: "
        f"{command}; or answer "
        f'{{"code": "{NEEDED}", "line": {row.record.line}, "answer": {form.example}}}: '
        f"{form.words}",
        command=command,
        choices=(LATER, form.choice) if opener.later else (form.choice,),
        pool=opener.pool,
        day=row.day,
        **({"proposal": LATER, "safe": True} if opener.later else {}),
    )
    if answer is None:
        return None
    if answer == LATER and opener.later:
        draft.notes.append(
            f"{row.record.where}: what {opener.account} held before its statements start is still "
            f"to be said: basis add {'opening' if plan else 'balance'} --account {opener.account}"
            f"{source} --date {form.day.isoformat()} --value VALUE{basis}"
        )
        return []
    day, opened = _read(row, opener, form, answer)
    return [
        replace(
            opening(row, one),
            account=opener.account,
            day=day,
            memo=f"{one.source or opener.account} before {row.record.file} starts",
            reason=OLDER_MONEY,
        )
        for one in opened
    ]


def _read(row: Row, opener: Opener, form: _Form, answer: Any) -> tuple[date, list[Opened]]:
    """Return the day and the openings of an answer; raise LedgerError for what is none."""
    last = opener.first - timedelta(days=1)
    try:
        opened, said = form.read(answer)
        day = date.fromisoformat(said.strip()) if said.strip() else form.day
        _check_opened(opened, day, last)
    except ValueError as reason:
        remedy = f"answer {form.example}; the date is {last.isoformat()} or earlier"
        raise bad_answer(row, NEEDED, answer, remedy, str(reason)) from None
    return day, opened


def _check_opened(opened: Sequence[Opened], day: date, last: date) -> None:
    if day > last:
        raise ValueError(f"the day is {last.isoformat()} or earlier")
    if not opened or any(one.value <= ZERO for one in opened):
        raise ValueError("what it held was more than nothing")


class _Form(NamedTuple):
    """How an opening is answered: an example, what can be typed, its day if none is said."""

    example: str
    words: str
    choice: str
    day: date
    read: Callable[[Any], tuple[list[Opened], str]]  # raises ValueError for what is none


def _form(opener: Opener, *, plan: bool) -> _Form:
    eve = opener.first - timedelta(days=1)
    if not plan:
        eve = date(opener.first.year - 1, 12, 31)  # what Form 5498 and the statement show
        return _Form(
            f'{{"value": "50000.00", "date": "{eve.isoformat()}"}}',
            f"its value at the close of {eve.isoformat()} (Form 5498, box 5), which is the day "
            f'without a date; or "{LATER}" to type it as a balance afterwards. What of it was '
            "taxed already is its owner's: basis record 8606",
            "<VALUE DATE>",
            eve,
            lambda answer: _of_one(None, answer),
        )
    if opener.source is None:
        return _Form(
            '{"pre_tax": "40000.00", "roth": {"value": "5000.00", "basis": "4100.00"}, '
            f'"date": "{eve.isoformat()}"}}',
            "each source with its value, of taxed ones with what was taxed already; without a "
            "date it is the day before the first row",
            "<SOURCE=VALUE/BASIS … DATE>",
            eve,
            _of_several,
        )
    taxed = opener.source.character is not TaxCharacter.PRE_TAX
    basis = ', "basis": "6400.00"' if taxed else ""
    return _Form(
        f'{{"value": "6500.00"{basis}, "date": "{eve.isoformat()}"}}',
        ("basis is what was taxed already; " if taxed else "")
        + "without a date it is the day before the first row",
        "<VALUE/BASIS DATE>" if taxed else "<VALUE DATE>",
        eve,
        lambda answer: _of_one(opener.source, answer),
    )


def _of_one(source: Source | None, answer: Any) -> tuple[list[Opened], str]:
    """Return the opening of one source or IRA and its day; raise ValueError for what is none."""
    if isinstance(answer, Mapping):
        if not {"value"} <= answer.keys() <= {"value", "basis", "date"}:
            raise ValueError("'value', 'basis' and 'date' are wanted")
        value, basis = str(answer["value"]), str(answer.get("basis", ""))
        said = str(answer.get("date", ""))
    else:
        amounts, _, said = str(answer).strip().partition(" ")
        value, _, basis = amounts.partition("/")
    if source is not None:
        return [taxed_already(source, Money.parse(value), basis)], said
    if basis.strip():
        raise ValueError("the basis of an IRA belongs to its owner: basis record 8606")
    return [Opened(None, Money.parse(value), None)], said


def _of_several(answer: Any) -> tuple[list[Opened], str]:
    """Return the openings of several sources and their day; raise ValueError for what is none."""
    if isinstance(answer, Mapping):
        said = str(answer.get("date", ""))
        return read_opened({name: v for name, v in answer.items() if name != "date"}), said
    text = str(answer).strip()
    found = _LAST_DAY.search(text)
    return read_opened(text[: found.start()] if found else text), found[1] if found else ""
