"""The stages of an import as a table: what each reads, what it writes, and what it asks.

Stages of one phase run file by file, the older file first, or once over all files. A stage works
on the rows that those before it left open; a fault of one file does not hide those of another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from ledger.errors import Collector
from ledger.statement_import.balances.compared import (
    Closing,
    book_stated,
    check_closing,
    compare_openings,
    settle_balances,
)
from ledger.statement_import.balances.stated import check_totals, settle_stated
from ledger.statement_import.balances.year_end_values import offer_year_end
from ledger.statement_import.confirm import ask_unconfirmed
from ledger.statement_import.context import ImportContext
from ledger.statement_import.deduplicate.coverage import mark_covered
from ledger.statement_import.deduplicate.fingerprints import seal
from ledger.statement_import.deduplicate.other_formats import (
    mark_other_formats,
    take_back_elsewhere,
)
from ledger.statement_import.deduplicate.rows_known import ask_known_file, mark_known
from ledger.statement_import.deduplicate.same_import import Brought
from ledger.statement_import.deduplicate.told_by import keep_told_by
from ledger.statement_import.draft import FileDraft
from ledger.statement_import.movements.movements import book_movements
from ledger.statement_import.notes import (
    note_at_book,
    note_equal_rows,
    note_gaps,
    note_taken_back,
    note_tax_ids,
)
from ledger.statement_import.open_points import settle_open_points
from ledger.statement_import.owners import Owners
from ledger.statement_import.questions.question import Question
from ledger.statement_import.questions.registry import ALL
from ledger.statement_import.rows.events import book_alone, book_exchanges, mark_unsaid
from ledger.statement_import.rows.hidden import ask_hidden, settle_hidden
from ledger.statement_import.rows.in_kind import complete_arrivals, lead_empty_moves
from ledger.statement_import.rows.incomplete import complete_rows, refuse_unsettled
from ledger.statement_import.rows.open_moves import settle_open_moves
from ledger.statement_import.rows.settle import settle_rows, settle_types
from ledger.statement_import.rows.taken_back import book_taken_back, mark_taken_back
from ledger.statement_import.sources.allocate import Allocator
from ledger.statement_import.sources.allocation import Spec
from ledger.statement_import.sources.statement_totals import keep_stated
from ledger.statement_import.worked_out import WorkedOut


@dataclass(frozen=True)
class ImportOptions:
    """What the user said besides the files: account, allocations, balances, what to accept."""

    account: str = ""
    allocations: Sequence[Spec] = ()
    closing: Closing = field(default_factory=dict)


@dataclass
class Run:
    """One run through the stages: its files, what the ledger knows, and the faults so far."""

    drafts: list[FileDraft]
    context: ImportContext
    options: ImportOptions
    owners: Owners
    faults: Collector = field(default_factory=Collector)
    shown: list[Brought] = field(default_factory=list)  # by the files gone through
    fitting: set[int] = field(default_factory=set)  # places of the allocations that fit a row

    @cached_property
    def books(self) -> WorkedOut:
        """The books as the import would leave them, once its events are drafted."""
        return WorkedOut(self.drafts, self.context, self.faults)

    def book(self) -> None:
        """Book all events that are drafted, so that every one that cannot be is told at once."""
        _ = self.books

    @property
    def waits(self) -> bool:
        """Whether a row waits for an answer: what it brings is not known before."""
        return any(draft.waits for draft in self.drafts)

    def before(self, draft: FileDraft) -> list[FileDraft]:
        """Return the files that are gone through before one."""
        return self.drafts[: next(n for n, one in enumerate(self.drafts) if one is draft)]


class Stage(NamedTuple):
    """One step: its work on a file (or, ``once``, on all), and what it reads, writes and asks."""

    name: str
    work: Callable[[Run, FileDraft], None]
    reads: str
    writes: str
    once: bool = False

    @property
    def asks(self) -> tuple[type[Question], ...]:
        """The questions that name this stage."""
        return tuple(question for question in ALL if self.name in question.asked_in)


def _allocate(run: Run, draft: FileDraft) -> None:
    ask_hidden(draft)
    allocator = Allocator(draft, run.context, run.options.allocations)
    allocator.run()
    run.fitting |= allocator.used


def _check_closing(run: Run, draft: FileDraft) -> None:
    if not draft.questions and not draft.waits:
        check_closing(draft, run.books, run.options.closing)
        check_totals(draft, run.context)


def _settle_open_points(run: Run, _draft: FileDraft) -> None:
    if not run.waits:
        for draft in run.drafts:
            book_stated(draft, run.books)
        settle_open_points(run.books, run.context)


def _note(run: Run, draft: FileDraft) -> None:
    draft.notes += run.context.book.recalled(draft.name)
    note_at_book(draft, run.books)
    note_equal_rows(draft)
    note_tax_ids(draft)
    note_taken_back(draft)
    note_gaps(draft, run.context)


def _sort_questions(_run: Run, draft: FileDraft) -> None:
    draft.questions.sort(key=lambda question: (question.turn, question.line))


READ: tuple[Stage, ...] = (
    Stage(
        "accounts",
        lambda run, draft: run.owners.assign(draft),
        "numbers, names and titles of accounts",
        "the account of each row",
    ),
    Stage(
        "fingerprints",
        lambda _, draft: seal(draft),
        "the cells of each row",
        "its fingerprint and which of equal rows it is",
    ),
    Stage(
        "known files",
        lambda run, draft: ask_known_file(draft, run.context, run.before(draft)),
        "the bytes of the file, the imports of the ledger",
        "nothing",
    ),
    Stage(
        "stated balances",
        lambda run, draft: settle_stated(draft, run.context),
        "balances that the file states",
        "their day and source",
    ),
    Stage(
        "statements heard",
        lambda run, draft: run.context.hear(draft),
        "statements without rows",
        "what they state",
    ),
    Stage(
        "stated totals",
        lambda run, draft: keep_stated(draft, run.context),
        "statements without rows",
        "their totals, remembered for files that come later",
    ),
)
# For all files before anything else is asked: a later one may show that rows were corrected.
KNOW: tuple[Stage, ...] = (
    Stage(
        "known rows",
        lambda run, draft: mark_known(draft, run.context, run.shown),
        "fingerprints of the ledger and of the files before",
        "known rows, corrected days",
    ),
)
TAKE_BACK: tuple[Stage, ...] = (
    Stage(
        "taken back elsewhere",
        lambda run, draft: take_back_elsewhere(draft, run.context),
        "rows that a newer download lacks, and what other formats have booked of them",
        "entries that count no more",
    ),
)
RECOGNIZE: tuple[Stage, ...] = (
    Stage(
        "covered pages",
        lambda run, draft: mark_covered(draft, run.context, run.before(draft)),
        "another view of the same page",
        "known rows",
    ),
    Stage(
        "payments taken back",
        lambda run, draft: mark_taken_back(draft, run.context, run.drafts),
        "payments of a plan, and rows of the same words that bring as much in",
        "kind of those that bring it in",
    ),
    Stage(
        "types",
        lambda run, draft: settle_types(draft, run.context),
        "rows of unknown type",
        "their kind",
    ),
    Stage(
        "hidden conversions",
        lambda run, draft: settle_hidden(draft, run.context),
        "transfer rows of 0.00, and what answers say was converted",
        "their conversions",
    ),
    Stage(
        "other formats",
        lambda run, draft: mark_other_formats(draft, run.context, run.before(draft), run.drafts),
        "events of other formats, on the same days and near, those taken back among them",
        "known rows",
    ),
    Stage(
        "empty moves",
        lambda run, draft: lead_empty_moves(draft, run.context),
        "moves without an amount",
        "which way they go",
    ),
    Stage(
        "settled rows",
        lambda run, draft: settle_rows(draft, run.context),
        "kind, sign and source as the row says them",
        "kind and source; rows that book nothing are closed",
    ),
    Stage(
        "both of what came back",
        lambda run, draft: book_taken_back(draft, run.context, run.drafts),
        "payments that were taken back, in these files and in the ledger",
        "both as they are told: together they are nothing",
    ),
    Stage(
        "bank money",
        lambda run, draft: settle_open_moves(draft, run.context),
        "bank money of IRAs",
        "its kind and tax year",
    ),
    Stage(
        "missing amounts",
        lambda run, draft: complete_rows(draft, run.context, run.drafts),
        "rows without an amount, and those that take figures they do not show",
        "their amount",
    ),
)
OPEN_BALANCES: tuple[Stage, ...] = (
    Stage(
        "opening balances",
        lambda run, draft: settle_balances(draft, run.context, run.before(draft)),
        "opening rows",
        "openings of accounts without history; others are checks",
    ),
)
MOVE: tuple[Stage, ...] = (
    Stage(
        "arrivals in kind",
        lambda run, _: complete_arrivals(run.drafts, run.context),
        "shares that left and came in kind",
        "one value for both sides",
        once=True,
    ),
    Stage(
        "movements",
        lambda run, _: book_movements(run.drafts, run.context),
        "payments with their legs, and all facts of the ledger",
        "each side as an event of its own account",
        once=True,
    ),
)
BOOK: tuple[Stage, ...] = (
    Stage(
        "events alone",
        lambda run, draft: book_alone(draft, run.context),
        "rows that are an event by themselves",
        "their events",
    ),
    Stage(
        "exchanges",
        lambda run, draft: book_exchanges(draft, run.context),
        "units that move without money",
        "exchanges",
    ),
    Stage(
        "allocation",
        _allocate,
        "rows that wait for a source; patterns, totals and rules",
        "events by source",
    ),
    Stage(
        "unsaid values",
        lambda run, draft: mark_unsaid(draft, run.context),
        "what left sources of plans without units or a value",
        "that its value is unsaid",
    ),
    Stage(
        "taken in",
        lambda run, draft: run.context.take_in(draft),
        "the events of the file",
        "what the files after it know",
    ),
)
# Once all events are drafted, and before the books are worked out: what rows print counts.
TOLD: tuple[Stage, ...] = (
    Stage(
        "told by others",
        lambda run, draft: keep_told_by(draft, run.context, run.drafts),
        "rows that files of another format tell",
        "by which entries, remembered for when one is taken back; units and prices they print",
    ),
)
COMPARE: tuple[Stage, ...] = (
    Stage(
        "openings compared",
        lambda run, draft: compare_openings(draft, run.books),
        "opening rows that are checks",
        "notes",
    ),
    Stage(
        "year-end values",
        lambda run, draft: offer_year_end(draft, run.books),
        "what a file says an IRA was worth",
        "balances of year end",
    ),
    Stage(
        "open points",
        _settle_open_points,
        "the books as the import would leave them",
        "stated balances of plans, values just before money left, notes of open points",
        once=True,
    ),
)
TELL: tuple[Stage, ...] = (
    Stage(
        "unsettled rows",
        lambda _, draft: refuse_unsettled(draft),
        "every row",
        "nothing: none is passed over",
    ),
    Stage("order of questions", _sort_questions, "questions", "their order"),
    Stage(
        "confirmation",
        lambda run, draft: ask_unconfirmed(draft, run.context),
        "layouts that few files were seen of",
        "nothing",
    ),
    Stage("closing", _check_closing, "balances and totals stated", "differences"),
    Stage("notes", _note, "all of it", "notes"),
)
PHASES: tuple[tuple[Stage, ...], ...] = (
    *(READ, KNOW, TAKE_BACK, RECOGNIZE, OPEN_BALANCES),
    *(MOVE, BOOK, TOLD, COMPARE, TELL),
)


def go_through(run: Run, phase: Sequence[Stage]) -> None:
    """Run the stages of a phase on each file, in the order of ``run.drafts``."""
    if phase[0].once:
        with run.faults:
            for stage in phase:
                stage.work(run, run.drafts[0])
        return
    for draft in run.drafts:
        with run.faults:
            for stage in (one for one in phase if not one.once):
                stage.work(run, draft)
    for stage in (one for one in phase if one.once):
        with run.faults:
            stage.work(run, run.drafts[0])
