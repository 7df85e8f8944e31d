"""What a tie-out may look at, and the row of one box."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ledger.books import Household
from ledger.chart import Account
from ledger.documents import BOXES, TaxDocument
from ledger.events import Event
from ledger.journal import JournalEntry
from ledger.money import ZERO, Money
from ledger.year_end import Box, TieOut, YearEnd


@dataclass(frozen=True)
class Compared:
    """One person's year as worked out, the forms printed for it, and the entries after it."""

    record: YearEnd
    books: Household
    documents: tuple[TaxDocument, ...]
    next_year: Sequence[JournalEntry]

    @property
    def accounts(self) -> Iterable[Account]:
        """The person's accounts."""
        return self.record.accounts.values()

    def printed(self, form: str) -> list[TaxDocument]:
        """Return the printed forms of a kind, in the order recorded."""
        return [one for one in self.documents if one.form == form]

    @property
    def events(self) -> Iterator[Event]:
        """The booked events of the year and of the next, in order."""
        entries = (*self.record.entries, *self.next_year)
        return (entry.event for entry in entries if not entry.derived)


@dataclass(frozen=True)
class Pattern:
    """Why a box differs, as a stable code and in words, and what to do."""

    code: str
    says: str
    remedy: str


def places(amount: Money, *more: str) -> tuple[str, ...]:
    """Return the places of the entries behind an amount, sorted, each once."""
    return tuple(sorted({*amount.evidence, *more}))


def row(
    document: TaxDocument, box: str, expected: Box, pattern: Pattern | None, where: tuple[str, ...]
) -> TieOut:
    """Return the row of one box of a printed form."""
    return TieOut(
        form=document.form,
        payer=document.payer,
        box=box,
        printed=document.boxes.get(box),
        expected=expected,
        pattern=pattern.code if pattern else "",
        says=pattern.says if pattern else "",
        remedy=pattern.remedy if pattern else "",
        entries=where,
        where=document.where,
    )


def missing(form: str, payer: str, box: str, expected: Box, where: tuple[str, ...]) -> TieOut:
    """Return the row of a form that the ledger calls for and nobody recorded."""
    return TieOut(
        form=form,
        payer=payer,
        box=box,
        printed=None,
        expected=expected,
        pattern="form_missing",
        says=f"no Form {form} of {payer} is recorded",
        remedy="record it, or ask the payer for it; what it should show is in the ledger"
        if expected is None or isinstance(expected, Money)
        else f"record it, or ask the payer for it; what stands in box {box} is {expected}: no "
        "balance of December 31 is in the ledger",
        entries=where,
    )


def blank(document: TaxDocument, box: str, expected: Money) -> Pattern:
    """Return the pattern of a box that is blank where the ledger has an amount."""
    return Pattern(
        "box_blank",
        f"box {box} ({BOXES[document.form][box].words}) is blank, the ledger has {expected}",
        "look at the paper: record the box if something stands there, else ask the payer for a "
        "corrected form",
    )


def is_equal(printed: Money | None, expected: Money) -> bool:
    """Tell whether a printed amount is the expected one; a blank box counts as zero."""
    return (printed or ZERO) == expected
