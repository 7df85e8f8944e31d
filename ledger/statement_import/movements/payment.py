"""A movement on its way into the books: the rows of one account and day that go one way together.

Rows by fund are the legs of one payment; they are asked about and booked as a whole, each with
an event of its own side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ledger.booking import book
from ledger.chart import Account, TaxCharacter
from ledger.errors import LedgerError
from ledger.events import Event, Way
from ledger.importers.legs import CONVERSIONS
from ledger.journal import JournalEntry
from ledger.money import ZERO, Money
from ledger.records import STATE_WITHHELD, WITHHELD, RowKind, rows_where
from ledger.statement_import.context import ImportContext
from ledger.statement_import.draft import FileDraft, Key, Row, Status, at_once
from ledger.statement_import.owners import owned_by, partner_of
from ledger.statement_import.questions.movements import MovedBack
from ledger.statement_import.questions.question import IGNORE, AskedAt, Question
from ledger.statement_import.rows.events import positive
from ledger.statement_import.rows.incomplete import ask_typed

PAID = rows_where(
    lambda spec: (
        spec.is_side(Way.OUT, "rollover") or (spec.event is not None and spec.event.may_be_divided)
    )
)
_STATE = re.compile(r"\bSTATE\b", re.IGNORECASE)  # "STATE TAX W/H": tax of a state
OPEN = "in_transit"  # answer: the other account's file comes later


class Tax(NamedTuple):
    """Federal and state tax withheld (cents)."""

    federal: Money = ZERO
    state: Money = ZERO

    @property
    def both(self) -> Money:
        """The two together."""
        return self.federal + self.state

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Tax:
        """Return what rows of tax withheld say, a state's by its words."""
        federal, state = ZERO, ZERO
        for row in rows:
            if _STATE.search(f"{row.record.raw_type} {row.record.memo}"):
                state += positive(row.amount)
            else:
                federal += positive(row.amount)
        return cls(federal, state)

    @classmethod
    def total(cls, taxes: Sequence[Tax]) -> Tax:
        """Add taxes up."""
        return cls(Money.total(t.federal for t in taxes), Money.total(t.state for t in taxes))

    def over(self, weights: Sequence[Money]) -> list[Tax]:
        """Share the tax out by weight, to the cent; the last one takes the rest."""
        left, whole, out = self, Money.total(weights), list[Tax]()
        for weight in weights[:-1]:
            part = Tax(self.federal.share(weight, whole), self.state.share(weight, whole))
            left = Tax(left.federal - part.federal, left.state - part.state)
            out.append(part)
        return [*out, left]


@dataclass
class Payment:
    """Rows of one account, day and way, with the tax withheld from them, and what was said."""

    draft: FileDraft
    context: ImportContext
    keys: list[Key]
    tax_keys: list[Key] = field(default_factory=list)
    said: Any | None = None
    unmet: bool = False  # no other side of it was found
    of: str = ""  # fingerprint of the first row of the payment that it is a leg of
    converted: bool = False  # the other side says that it was a conversion

    @property
    def rows(self) -> list[Row]:
        """The rows as they are now."""
        return [self.draft.now(key) for key in self.keys]

    @property
    def tax(self) -> list[Row]:
        """The rows of tax withheld, as they are now."""
        return [self.draft.now(key) for key in self.tax_keys]

    @property
    def main(self) -> Row:
        """The largest row, which stands for the payment."""
        return max(self.rows, key=lambda row: abs(row.amount.cents))

    @property
    def account(self) -> Account:
        """The account of the rows."""
        return self.context.accounts[self.main.account]

    @property
    def kind(self) -> RowKind:
        """What the rows show."""
        return self.rows[0].kind

    @property
    def amounts(self) -> list[Money]:
        """What each row moved, without sign and without the tax that is inside it."""
        rows = self.rows
        taxed = zip(rows, self.taxes, strict=True)
        return [positive(row.amount) - self._inside(row, tax) for row, tax in taxed]

    @property
    def taxes(self) -> list[Tax]:
        """The tax withheld from each row: what it states itself, and what rows of tax say.

        Tax that units told already is shared out over the rows: all of them paid it. Other tax
        came beside the payment, and stands with the largest row.
        """
        rows, main = self.rows, self.main
        shared = [row for row in self.tax if self._is_told_by_units(row)]
        beside = Tax.of(row for row in self.tax if row not in shared)
        weights = [positive(row.amount) for row in rows]
        parts = Tax.of(shared).over(weights)
        own = (Tax(stated(row, WITHHELD), stated(row, STATE_WITHHELD)) for row in rows)
        return [
            Tax.total([one, part, *([beside] if row is main else [])])
            for row, one, part in zip(rows, own, parts, strict=True)
        ]

    def _inside(self, row: Row, tax: Tax) -> Money:
        """Return the tax that is part of the row's amount."""
        beside = Tax.of(one for one in self.tax if not self._is_told_by_units(one))
        return tax.both - (beside.both if row is self.main else ZERO)

    def _is_told_by_units(self, tax: Row) -> bool:
        """Whether the units of the payment make up the tax too, so that it is part of it.

        Where every row of the payment is in units and the tax is not, no other money left.
        """
        return not tax.record.units and all(row.record.units for row in self.rows)

    @property
    def total(self) -> Money:
        """What all rows together moved."""
        return Money.total(self.amounts)

    @property
    def own(self) -> list[Account]:
        """The other accounts of the same person."""
        mine = owned_by(self.context.accounts, self.account.owner)
        return [account for account in mine if account.id != self.account.id]

    @property
    def divided_sources(self) -> str:
        """The sources of rows that an answer divided, " (after_tax, roth)"; "" of whole rows."""
        divided = {row.source for row in self.rows if row.part and row.source}
        return f" ({', '.join(sorted(divided))})" if divided else ""

    @property
    def partner(self) -> str:
        """The other account, as the file names it, "" where it does not."""
        texts = {row.record.partner for row in self.rows} - {""}
        if len(texts) != 1:
            return ""
        return partner_of(texts.pop(), self.context.accounts, self.account.owner)

    @property
    def legs(self) -> list[Payment]:
        """Each row as a payment of its own, of the same movement."""
        of = self.at.row
        return [Payment(self.draft, self.context, [key], of=of) for key in self.keys]

    @property
    def at(self) -> AskedAt:
        """Where a question about the whole payment is asked, which one answer settles."""
        return at_once(self.rows, self.of)

    def ask(self, question: Question) -> None:
        """Keep a question open; all rows of the payment wait for its answer."""
        self.draft.ask(question, [*self.rows, *self.tax])

    def close(self, status: Status, note: str) -> None:
        """Say that nothing comes of the payment, and why."""
        for row in (*self.rows, *self.tax):
            self.draft.close(row, status, note)

    def ignore(self) -> None:
        """Book nothing of the payment because the user said so."""
        for row in (*self.rows, *self.tax):
            self.draft.ignore(row)


def is_recharacterized(moved: Payment, left: Account | None, reached: Account | None) -> bool:
    """Settle what moved from a Roth IRA to a traditional one, or may have; tell whether it did.

    Nothing but a contribution goes that way (IRC 408A(d)(6)). Its year and its earnings are typed.
    """
    if moved.said == RowKind.RECHARACTERIZATION:
        for row in moved.rows:
            kind = RowKind.RECHARACTERIZATION
            ask_typed(moved.draft, moved.context, moved.draft.change(row, kind=kind))
        return True
    if left is None or reached is None or moved.kind in CONVERSIONS:
        return False
    if not becomes_roth(reached, left):
        return False
    offered = RowKind.RECHARACTERIZATION.value, IGNORE
    moved.ask(
        MovedBack(at=moved.at, offered=offered, total=moved.total, left=left.id, reached=reached.id)
    )
    return True


def becomes_roth(here: Account | None, there: Account | None) -> bool:
    """Tell whether money that goes from one account to another is converted, as between IRAs."""
    if here is None or there is None:
        return False
    return here.kind.is_pooled_traditional and there.kind.is_roth_ira


def answered(payment: Payment, question: Callable[[Payment], Question]) -> list[Payment]:
    """Return a payment with its answer; rows that were answered otherwise each for itself."""
    book, legs = payment.context.book, payment.legs
    said = [book.propose(question(one)) for one in legs] if len(legs) > 1 else []
    told = [answer for answer in said if answer is not None]
    if len(told) < 2 or all(answer == told[0] for answer in told):
        payment.said = book.propose(question(payment))
        return [payment]
    for one, answer in zip(legs, said, strict=True):
        one.said = answer
        one.tax_keys = payment.tax_keys if payment.main is one.main else []
    return legs


def stated(row: Row, key: str) -> Money:
    """Return an amount that a row states beside its own, zero where it does not."""
    return Money.parse(row.record.extra.get(key, "0"), evidence=row.record.where)


def open_rows(drafts: Iterable[FileDraft], kinds: Iterable[RowKind]) -> list[tuple[FileDraft, Row]]:
    """Return the rows of some kinds that nothing has settled yet, in the order of the files."""
    wanted = frozenset(kinds)
    return [
        (draft, row)
        for draft in drafts
        for row in draft.open
        if row.kind in wanted and row.event is None
    ]


def entries_of(events: Iterable[Event], context: ImportContext) -> list[JournalEntry]:
    """Return events as entries, without those that are refused where the import books them."""
    entries = []
    for event in events:
        with suppress(LedgerError):
            entries.append(book(event, context.accounts))
    return entries


def character(row: Row) -> TaxCharacter | None:
    """Return how the money of a row is taxed, None where its source is not known."""
    return row.source.character if row.source is not None else None
