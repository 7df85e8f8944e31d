"""What a printed Form 1099-R says of money whose source no row, unit or balance tells the value of.

The form has the year's gross amount (box 1) and the basis in it (box 5); by both the value just
before follows. It is looked at where nothing else tells, and the tie-out compares it where
something does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.balances.gains import Outflow
from ledger.balances.payouts import Story
from ledger.balances.pools import Balances
from ledger.books import Household
from ledger.chart import Pool, Source, TaxCharacter
from ledger.documents import F1099R, TaxDocument
from ledger.events import WHOLE, Event, EventKind
from ledger.journal import JournalEntry, Posting
from ledger.law.codes_1099r import direct_rollover_code
from ledger.law.in_plan_roth import StillReported, value_as_reported, whole_as_reported
from ledger.money import ZERO, Money

# the code of box 7 for an in-plan Roth rollover of money that was no Roth money
_DIRECT = direct_rollover_code(roth_money=False, to_roth_ira=False)
_CONVERSION = EventKind.IN_PLAN_CONVERSION


class PrintedConversions:
    """The Forms 1099-R of a household's plans, and what of each year's is still to be told."""

    def __init__(self, books: Household, balances: Balances, story: Story) -> None:
        self._balances, self._story = balances, story
        self._forms: dict[tuple[str, int], list[TaxDocument]] = {}
        for one in books.documents:
            if one.form == F1099R and one.amount("1") and {"2a", "5"} & one.boxes.keys():
                self._forms.setdefault((one.payer, one.year), []).append(one)
        self._entries = books.entries if self._forms else ()
        self._brought: dict[tuple[Pool, int], list[tuple[date, Posting]]] = {}

    def value(self, out: Outflow, booked: Money) -> tuple[Money, TaxDocument] | None:
        """Return what a source of a plan was worth just before, with the form that tells it.

        None where no form is recorded of just this money, or its boxes leave it open.
        """
        here, day = out.account, out.main.day
        forms = self._forms.get((here.id, day.year), ())
        if not forms or not out.shares_basis or not here.separate_after_tax:
            return None
        if any(entry.event.kind is not _CONVERSION for entry in out.entries):
            return self._of_payment(out, forms)
        if Source(out.pool.source).character is not TaxCharacter.AFTER_TAX:
            return None
        return self._of_conversion(out, booked, forms)

    def _of_payment(
        self, out: Outflow, forms: Sequence[TaxDocument]
    ) -> tuple[Money, TaxDocument] | None:
        """Return the value before a payment that has a form of its own, known by its amount."""
        fitting = [form for form in forms if form.amount("1") == out.amount]
        if len(fitting) != 1:
            return None
        told = StillReported(out.amount, _basis_on(fitting[0]))
        value = value_as_reported(out.amount, self._balances.basis(out.pool), told)
        return (value, fitting[0]) if value is not None else None

    def _of_conversion(
        self, out: Outflow, booked: Money, forms: Sequence[TaxDocument]
    ) -> tuple[Money, TaxDocument] | None:
        """Return the value before a conversion, one of those that the form of the year adds up."""
        pool, day = out.pool, out.main.day
        year = [e for e in self._entries if _is_of(e.event, pool, day.year)]
        form = _form_of(forms, year)
        if form is None:
            return None
        done = [one for one in self._story.conversions if _is_of(one.event, pool, day.year)]
        told = StillReported(
            form.amount("1") - Money.total(one.amount for one in done),
            _basis_on(form) - Money.total(one.basis for one in done),
            self._later(pool, day, year),
        )
        held = self._balances.basis(pool)
        if any(entry.event.reason == WHOLE for entry in out.entries):
            value: Money | None = whole_as_reported(booked, held, told)
        else:
            value = value_as_reported(out.amount, held, told)
        return None if value is None or value <= ZERO else (value, form)

    def _later(
        self, pool: Pool, day: date, year: Sequence[JournalEntry]
    ) -> list[tuple[Money, Money, Money]]:
        """Return what rows bring in before each later conversion of the year, and what it takes."""
        found: list[tuple[Money, Money, Money]] = []
        brought = self._brought_in(pool, day.year)
        for after in sorted({entry.day for entry in year if entry.day > day}):
            here = [posting for when, posting in brought if day < when <= after]
            value, basis = (p.value for p in here), (p.basis for p in here)
            taken = Money.total(e.event.money("amount") for e in year if e.day == after)
            found.append((Money.total(value), Money.total(basis), taken))
            day = after
        return found

    def _brought_in(self, pool: Pool, year: int) -> list[tuple[date, Posting]]:
        """Return what rows bring into a source in a year; gone through once for each."""
        if (pool, year) not in self._brought:
            self._brought[pool, year] = [
                (entry.day, posting)
                for entry in self._entries
                if entry.day.year == year and entry.event.kind is not _CONVERSION
                for posting in entry.postings
                if posting.pool == pool
            ]
        return self._brought[pool, year]


def _is_of(event: Event, pool: Pool, year: int) -> bool:
    mine = event.kind is _CONVERSION and event.account == pool.account and event.day.year == year
    return mine and event.source is not None and event.source.value == pool.source


def _form_of(forms: Sequence[TaxDocument], year: Sequence[JournalEntry]) -> TaxDocument | None:
    """Return the one form that adds up the conversions of a year, None where none does.

    Amounts that nobody said are those of the form, where it is the only one of its code: a direct
    rollover of pre-tax money has the code too, and neither basis nor a taxable amount.
    """
    direct = [form for form in forms if form.boxes.get("7") == _DIRECT]
    if any(entry.event.reason == WHOLE for entry in year):
        taxed = [f for f in direct if f.amount("1") == f.amount("2a") + _basis_on(f)]
        return taxed[0] if len(taxed) == 1 else None
    total = Money.total(entry.event.money("amount") for entry in year)
    fitting = [form for form in direct if form.amount("1") == total]
    return fitting[0] if len(fitting) == 1 else None


def _basis_on(form: TaxDocument) -> Money:
    """Return box 5, or what boxes 1 and 2a leave for it."""
    return form.amount("5") if "5" in form.boxes else form.amount("1") - form.amount("2a")
