"""A desk for import tests: a chart, rows in a few words, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from ledger.balances.days import Fold
from ledger.balances.gains import REASON
from ledger.balances.valuation import Valuation
from ledger.booking import book
from ledger.books import Books, EvidenceFile
from ledger.chart import UNDIVIDED, Account, AccountKind, Source
from ledger.events import ARRIVED, IN_TRANSIT, Event, EventKind
from ledger.importers.reading import Reading
from ledger.money import Money
from ledger.movements import books_of, meet
from ledger.records import Record, RowKind
from ledger.statement_import.answers import AnswerBook, GivenAnswer
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft
from ledger.statement_import.drafting import StatementImport
from ledger.statement_import.stages import ImportOptions
from ledger.store import Answer

START = date(1999, 3, 1)
CHART = {
    a.id: a
    for a in (
        Account("acme", "rose", AccountKind.K401, number="0990011"),
        Account("trad", "rose", AccountKind.TRADITIONAL_IRA, number="234567890"),
        Account("roth", "rose", AccountKind.ROTH_IRA, number="234567891"),
        Account("old", "rose", AccountKind.TRADITIONAL_IRA, number="XXX333"),
        Account("bare", "rose", AccountKind.SEP_IRA),
        Account("paulroth", "paul", AccountKind.ROTH_IRA, number="777777777"),
    )
}


def day(number: int) -> date:
    """Return a day of the story: 1 is the first."""
    return START + timedelta(days=number - 1)


def row(when: int, account: str, kind: str, amount: str, **more: Any) -> Record:
    """Return a row; ``when`` is a day of the story, ``account`` an id of the chart."""
    source = more.pop("source", None)
    return Record(
        file=more.pop("file", "a.csv"),
        line=more.pop("line", 0),
        day=day(when),
        kind=RowKind(kind),
        amount=Money.parse(amount),
        raw_type=more.pop("raw_type", kind),
        account=CHART[account].number if account in CHART else account,
        source=Source(source) if source else None,
        source_text=more.pop("source_text", source or ""),
        cells={
            "Amount": amount,
            "Units": more.get("units", ""),
            "Investment": more.get("investment", ""),
        },
        **more,
    )


def reading(rows: Iterable[Record], **more: Any) -> Reading:
    """Return a file of these rows, on lines 2, 3, 4 …"""
    name = more.pop("file", "a.csv")
    numbered = tuple(replace(r, line=number, file=name) for number, r in enumerate(rows, 2))
    return Reading(
        file=name,
        sha256=name,
        importer=more.pop("importer", "fidelity_history"),
        records=numbered,
        plan=more.pop("plan", False),
        **more,
    )


def books(events: Sequence[Event], importer: str = "fidelity_history") -> Books:
    """Return the books that hold these events, from one file of a reader."""
    file = EvidenceFile("before.csv", "00", importer, "", "", len(events))
    facts = [book(e, CHART) for e in events]
    return books_of(facts, taxpayers={}, accounts=CHART, files=(file,))


def opened(*pools: str) -> Books:
    """Return books in which pools ("trad", "acme:match") held a million before the story."""
    events = []
    for name in pools:
        account, _, source = name.partition(":")
        event = Event(
            where="typed-1:1", day=START - timedelta(days=60), account=account,
            kind=EventKind.OPENING, sources=(Source(source),) if source else (),
            value=Money.dollars(1_000_000), basis=Money(0) if source else None,
        )  # fmt: skip
        events.append(event)
    return books(events, importer="")


def draft_all(
    readings: Sequence[Reading],
    answers: Sequence[GivenAnswer] = (),
    *,
    before: Books | None = None,
    remembered: Sequence[Answer] = (),
    options: ImportOptions | None = None,
) -> list[FileDraft]:
    """Take readings through the intake without a ledger file."""
    context = ImportContext(
        CHART,
        AnswerBook(remembered, answers),
        load_books=(lambda: before) if before else None,
    )
    return StatementImport(context, options or ImportOptions()).draft(readings)


def draft_one(rows: Iterable[Record], *answers: GivenAnswer, **more: Any) -> FileDraft:
    """Take the rows of one file through the intake."""
    return draft_all([reading(rows)], answers, **more)[0]


HELD = ("trad", "old", "roth", *(f"acme:{source}" for source in Source))


def draft_all_held(readings: Sequence[Reading], *answers: Any, **more: Any) -> list[FileDraft]:
    """Take readings through the intake where every account held a million before."""
    return draft_all(readings, *answers, **{"before": opened(*HELD), **more})


def draft_held(rows: Iterable[Record], *answers: GivenAnswer, **more: Any) -> FileDraft:
    """Take the rows of one file through the intake where every account held a million before."""
    return draft_all_held([reading(rows)], answers, **more)[0]


def told(draft: FileDraft) -> list[str]:
    """Return the events of a file, one line each: what, where from and to, how much."""
    return [in_words(made.event) for made in draft.drafts]


def joined(*drafts: FileDraft, before: Books | None = None) -> list[str]:
    """Return what the law reads of these files: the sides that met as one movement."""
    facts = [stored.entry for draft in drafts for stored in draft.entries]
    facts += before.facts if before else ()
    kept = meet(facts, CHART).entries
    said = [one.event for one in kept if one.event.reason != ARRIVED]
    return [in_words(event) for event in said if event.kind is not EventKind.OPENING]


def in_words(event: Event) -> str:
    """Return an event in a line that a test can hold against the story."""
    to = f">{event.to}" if event.to else ""
    said = [event.kind.value, f"{event.account}{to}", *event.sources]
    money = event.amount or event.value
    said += [money.plain] if money else [f"{p.to} {p.amount.plain}" for p in event.parts]
    said += [f"withheld {event.withheld.plain}"] if event.withheld else []
    said += [f"state {event.state_withheld.plain}"] if event.state_withheld else []
    said += [f"basis {event.basis.plain}"] if event.basis is not None else []
    said += [f"for {event.year}"] if event.year else []
    said += [f"from {event.origin}"] if event.origin not in {"", IN_TRANSIT} else []
    return " ".join(said)


def worked(*drafts: FileDraft, before: Books | None = None) -> Fold:
    """Return the fold over what the books held before and what files bring, to its end."""
    stored = before.facts if before else ()
    brought = (one.entry for draft in drafts for one in draft.entries)
    fold = Fold(books_of([*stored, *brought], taxpayers={}, accounts=CHART))
    fold.through(date.max)
    return fold


def gains(*drafts: FileDraft, before: Books | None = None) -> list[str]:
    """Return the gains in price worked out before the first open point, oldest first."""
    fold = worked(*drafts, before=before)
    first = min((one.day for owner in fold.refused.values() for one in owner), default=date.max)
    return [
        f"{entry.day} {in_words(entry.event)}"
        for entry in fold.journal
        if entry.derived and entry.reason == REASON and entry.day < first
    ]


def open_points(*drafts: FileDraft, before: Books | None = None) -> list[tuple[str, str]]:
    """Return what the year end will refuse, code and place; each is told when it is imported."""
    notes = [note for draft in drafts for note in draft.notes if note.startswith("open: ")]
    fold = worked(*drafts, before=before)
    found = [one.error for owner in fold.refused.values() for one in owner]
    for error in found:
        here = [draft for draft in drafts if error.where.startswith(f"{draft.name}:")]
        if here and not any(draft.questions for draft in drafts):
            assert f"open: {error.where}: {error.problem}; {error.remedy}" in notes
    return [(error.code, error.where) for error in found]


def held(*drafts: FileDraft, before: Books | None = None) -> dict[str, str]:
    """Return what each pool ("acme:match", "trad") holds in the end, gains and all."""
    journal = worked(*drafts, before=before).journal
    worth = Valuation(journal)
    pools = sorted({p.pool for entry in journal for p in entry.postings})
    mine = [p for p in pools if p.account in CHART and p.source != UNDIVIDED]
    return {str(pool): worth.at(pool, date.max).plain for pool in mine}


def statuses(draft: FileDraft) -> str:
    """Return the status of each row, in the order of the file."""
    return " ".join(r.status.value for r in draft.rows)


def asked(draft: FileDraft) -> list[tuple[str, int]]:
    """Return the open questions: code and line."""
    return [(q.code, q.line) for q in draft.questions]


def say(code: str, line: int, answer: Any) -> GivenAnswer:
    """Answer the question of one line."""
    return GivenAnswer(code=code, answer=answer, line=line)
